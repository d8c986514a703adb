// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/augmentation.h"
#include "core/augment/stage.h"

#include <QFuture>
#include <QString>
#include <QStringList>

#include <memory>

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

/// What an augmentation says of an item or user, a line per field: "genres: cookie, tea".
QStringList fieldsOf(const data::Dataset& dataset, const augment::Augmentation& augmentation,
    augment::Stage stage, std::size_t subject);

} // namespace fedcctr::studio
