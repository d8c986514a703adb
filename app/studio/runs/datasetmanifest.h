// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace fedcctr::studio {

/// The files of a dataset as they are sent to another machine.
struct DatasetManifest {
    QStringList files; ///< relative to the directory, in order
    qint64 bytes = 0;
    QByteArray sums; ///< as sha256sum reads them with -c
    QString id; ///< of all files' names and contents; names the copy there
    QString problem; ///< why it could not be read; empty if it could
};

/// Names and sizes only: quick. What a person is asked about.
DatasetManifest listDataset(const QString& dataset);

/// With the check sums; not for the GUI's thread.
DatasetManifest readManifest(const QString& dataset);

} // namespace fedcctr::studio
