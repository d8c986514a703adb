// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/experiment/augmentationfacts.h"

#include "core/augment/augmentation.h"
#include "core/data/dataset.h"

#include <algorithm>
#include <exception>

namespace fedcctr::studio {

AugmentationFacts augmentationFacts(
    const QString& dataset, const std::shared_ptr<const data::Dataset>& data, const std::string& name)
{
    try {
        const auto found = augment::loadAugmentation(dataset.toStdString(), *data, name);
        if (!found)
            return {};
        const auto filled = [](const auto& entries) {
            return std::ranges::any_of(entries, [](const auto& entry) { return !entry.empty(); });
        };
        const bool profiles = filled(found->users);
        return {profiles || filled(found->items) || filled(found->sequences), profiles, {}};
    } catch (const std::exception& error) {
        return {false, false, QString::fromUtf8(error.what())};
    }
}

} // namespace fedcctr::studio
