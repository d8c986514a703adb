// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/use.h"

#include <algorithm>

namespace fedcctr::augment {

namespace {

/// Without a single filled entry there is nothing to use.
template <typename Entry> void clearIfUnused(std::vector<Entry>& entries, bool used)
{
    if (!used || std::ranges::all_of(entries, [](const Entry& entry) { return entry.empty(); }))
        entries.clear();
}

} // namespace

bool isUsed(const AugmentUse& use)
{
    return use.items || use.profiles || use.sequences || use.negatives;
}

Augmentation usedPart(Augmentation augmentation, const AugmentUse& use)
{
    for (SequenceExtension& extension : augmentation.sequences) {
        if (!use.sequences)
            extension.liked = {};
        if (!use.negatives)
            extension.disliked = {};
    }
    clearIfUnused(augmentation.items, use.items);
    clearIfUnused(augmentation.users, use.profiles);
    clearIfUnused(augmentation.sequences, true);
    return augmentation;
}

} // namespace fedcctr::augment
