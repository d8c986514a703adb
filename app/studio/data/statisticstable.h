// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/data/datasetview.h"

#include <QStringList>

namespace fedcctr::studio {

/// A dataset's numbers as the paper's Table 3 has them: a row per figure, a column per domain, original and
/// augmented side by side where there is an augmentation.
struct StatisticsTable {
    struct Row {
        QString name;
        QString help;
        QStringList cells; ///< as shown, in the person's language
        QStringList plain; ///< for files, in the C locale
    };
    QStringList columns; ///< without the column of names
    QList<Row> rows;
};

StatisticsTable statisticsTable(const DatasetView& view);

/// A table (booktabs) to paste into a paper.
QString toLatex(const StatisticsTable& table, const QString& caption);

/// RFC 4180, with a header row.
QString toCsv(const StatisticsTable& table);

} // namespace fedcctr::studio
