// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFuture>
#include <QString>

namespace fedcctr::studio {

/// What the window shows of a dataset.
struct DatasetInfo {
    QString path;
    QString name;
    QString text; ///< one line: users, items, interactions
    QString error; ///< empty if it could be read
};

/// Reads and counts a dataset off the GUI thread.
QFuture<DatasetInfo> loadDatasetInfo(const QString& path);

/// Makes the demo dataset there unless it exists, off the GUI thread.
QFuture<DatasetInfo> makeDemoDataset(const QString& path);

} // namespace fedcctr::studio
