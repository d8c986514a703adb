// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/augmentation.h"
#include "core/augment/stage.h"

#include <QFuture>
#include <QString>
#include <QStringList>

#include <memory>
#include <span>

namespace fedcctr::studio {

/// A dataset with its augmentation, as the page's parts share them; never changed, only replaced.
struct AugmentData {
    QString path;
    std::shared_ptr<const data::Dataset> dataset;
    std::shared_ptr<const augment::Augmentation> augmentation; ///< null if there is none
    QString error; ///< the dataset cannot be read
    QString warning; ///< the augmentation cannot be read
};

/// Reads both off the GUI thread.
QFuture<AugmentData> loadAugmentData(const QString& path);

/// An item's title, or its id if it has none.
QString titleOf(const data::Dataset& dataset, data::ItemId item);

/// "a, b, c"
QString joined(const std::vector<std::string>& words);

/// "Title; Title"
QString titlesOf(const data::Dataset& dataset, std::span<const data::ItemId> items);

/// What an augmentation says of an item or user, a line per field: "genres: cookie, tea".
QStringList fieldsOf(const data::Dataset& dataset, const augment::Augmentation& augmentation,
    augment::Stage stage, std::size_t subject);

/// "features for 12,340 of 28,337 items, …"
QString coverageOf(const augment::Augmentation& augmentation);

} // namespace fedcctr::studio
