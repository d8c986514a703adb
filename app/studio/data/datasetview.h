// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/common/wordcounts.h"
#include "core/data/distributions.h"
#include "core/data/markets.h"
#include "core/data/statistics.h"

#include <QFuture>

#include <memory>
#include <optional>

namespace fedcctr::studio {

/// What the tabs of the Data page show of the open dataset; made once, off the GUI thread, and never changed.
struct DatasetView {
    QString path;
    std::shared_ptr<const data::Dataset> dataset;
    std::shared_ptr<const augment::Augmentation> augmentation; ///< null if there is none
    QString warning; ///< the augmentation cannot be read
    data::Statistics statistics;
    std::vector<data::MarketStatistics> markets; ///< of a multi-market dataset; else empty
    std::optional<data::Statistics> augmented;
    data::Distributions distributions;
    std::size_t fields = 0; ///< kinds of features that are filled
    std::size_t augmentedFields = 0;
    QList<QPair<Attribute, QList<widgets::Bar>>> features; ///< empty without an augmentation
};

using SharedView = std::shared_ptr<const DatasetView>;

/// `path` is the dataset's directory, where its augmentation lies.
QFuture<SharedView> makeDatasetView(const QString& path, std::shared_ptr<const data::Dataset> dataset);

/// "7,008"
QString counted(std::size_t number);

/// With the person's decimal mark.
QString decimal(double number, int decimals);

/// "food", "kitchen"
QString nameOf(const data::Dataset& dataset, data::Domain domain);

} // namespace fedcctr::studio
