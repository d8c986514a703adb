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

void enrich(data::Dataset& dataset, const Augmentation& augmentation)
{
    for (std::size_t i = 0; i < augmentation.items.size(); ++i) {
        const ItemFeatures& features = augmentation.items[i];
        for (const auto* words : {&features.genres, &features.themes, &features.keywords})
            for (const std::string& word : *words)
                dataset.items[i].categories += (dataset.items[i].categories.empty() ? "" : ";") + word;
    }
}

} // namespace fedcctr::augment
