// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/experiment/augmentationfacts.h"

#include "core/augment/augmentation.h"
#include "core/data/dataset.h"
#include "core/model/vector_set.h"

#include <algorithm>
#include <exception>

namespace fedcctr::studio {

AugmentationFacts augmentationFacts(
    const QString& dataset, const std::shared_ptr<const data::Dataset>& data, const std::string& name)
{
    AugmentationFacts facts;
    facts.vectors = {QString::fromLatin1(model::kTfIdf)};
    for (const std::string& set : model::vectorsNames(dataset.toStdString()))
        facts.vectors.append(QString::fromStdString(set));
    try {
        const auto found = augment::loadAugmentation(dataset.toStdString(), *data, name);
        if (!found)
            return facts;
        const auto filled = [](const auto& entries) {
            return std::ranges::any_of(entries, [](const auto& entry) { return !entry.empty(); });
        };
        facts.profiles = filled(found->users);
        facts.augmented = facts.profiles || filled(found->items) || filled(found->sequences);
    } catch (const std::exception& error) {
        facts.error = QString::fromUtf8(error.what());
    }
    return facts;
}

} // namespace fedcctr::studio
