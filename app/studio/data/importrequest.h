// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/common/datatask.h"
#include "core/data/import_options.h"
#include "core/data/importers/importers.h"

#include <QMap>
#include <QString>
#include <QStringList>

namespace fedcctr::studio {

/// A file of an import: how it begins, and what its columns are taken for.
struct ImportFile {
    QString path;
    std::shared_ptr<const data::Preview> preview; ///< null until it is read
    QString error; ///< it cannot be read
    QMap<QString, QString> columns; ///< meaning -> the file's column; meanings that it lacks are missing

    bool isOf(const data::Importer& importer) const { return preview && preview->format == importer.name; }
    /// The importer reads such files, whether or not it is the one that is guessed.
    bool fits(const data::Importer& importer) const
    {
        return preview && data::importer(preview->format).preview == importer.preview;
    }
    bool isInteractions() const { return columns.contains(QStringLiteral("user")); }
};

/// What the pages of the wizard put together.
struct ImportRequest {
    QList<ImportFile> files;
    const data::Importer* format = data::importers().front();
    bool swapped = false; ///< where a file is a domain: the second is domain A
    data::ImportOptions options;
    QString directory; ///< of the new dataset; nothing is there yet
};

/// All meanings a column can have, in the order of the form.
const QStringList& columnMeanings();

/// What is wrong with the files and the choice of columns, with file and remedy; empty if nothing is.
QString problemOf(const ImportRequest& request);

/// "CSV, interactions", "Amazon reviews, 2023"
QString kindOf(const ImportFile& file);

/// What came of it, for the last page.
struct ImportResult {
    QString directory;
    std::size_t users = 0;
    std::array<QString, 2> domains;
    std::array<std::size_t, 2> items{};
    std::size_t interactions = 0;
    std::size_t markets = 0; ///< of a multi-market dataset
    QStringList notes;
};

/// Reads the files and writes the dataset; for a worker thread. Cancelled or failed, it leaves nothing
/// behind. Throws Error.
ImportResult importFiles(const ImportRequest& request, DataTask::Link& link);

/// The distinct domains that the interactions name, in order; at most so many that a person can choose from.
QStringList domainsIn(const QList<ImportFile>& files, std::stop_token stop);

} // namespace fedcctr::studio
