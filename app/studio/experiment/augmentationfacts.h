// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

#include <memory>
#include <string>

namespace fedcctr::data {
struct Dataset;
}

namespace fedcctr::studio {

/// What an experiment has to know of a dataset's augmentation and item vectors.
struct AugmentationFacts {
    bool augmented = false; ///< there is an answer for a user, an item or a sequence
    bool profiles = false; ///< of users; decides the number of parameters
    QString error; ///< why it cannot be read
    QStringList vectors; ///< what model.vectors can name
};

/// Reads which sets of item vectors there are, and the augmentation called `name` (empty: the own one) of the
/// dataset in that directory.
AugmentationFacts augmentationFacts(
    const QString& dataset, const std::shared_ptr<const data::Dataset>& data, const std::string& name);

} // namespace fedcctr::studio
