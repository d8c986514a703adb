// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/datasetmanifest.h"

#include "core/data/dataset_cache.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QDirIterator>
#include <QFile>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

DatasetManifest listDataset(const QString& dataset)
{
    DatasetManifest manifest;
    const QDir directory(dataset);
    QDirIterator files(dataset, QDir::Files | QDir::NoSymLinks, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QFileInfo file(files.next());
        const QString name = directory.relativeFilePath(file.filePath());
        // The store of prompts and raw answers is not needed for training, so it stays here; so do locks,
        // journals and what can be computed again.
        if (name.startsWith(QLatin1String(data::kCacheFolder) + u'/') || name.contains(".sqlite"_L1)
            || name.contains(u'\n') || name.contains(u'\\') || file.suffix() == "lock"_L1)
            continue;
        manifest.files.append(name);
        manifest.bytes += file.size();
    }
    manifest.files.sort();
    if (manifest.files.isEmpty())
        manifest.problem = QCoreApplication::translate("DatasetManifest", "%1 holds no dataset.")
                               .arg(QDir::toNativeSeparators(dataset));
    return manifest;
}

DatasetManifest readManifest(const QString& dataset)
{
    DatasetManifest manifest = listDataset(dataset);
    const QDir directory(dataset);
    for (const QString& name : manifest.files) {
        QFile file(directory.filePath(name));
        QCryptographicHash hash(QCryptographicHash::Sha256);
        if (!file.open(QIODevice::ReadOnly) || !hash.addData(&file)) {
            manifest.problem = QCoreApplication::translate("DatasetManifest", "%1 cannot be read: %2")
                                   .arg(file.fileName(), file.errorString());
            return manifest;
        }
        manifest.sums += hash.result().toHex() + "  " + name.toUtf8() + '\n';
    }
    manifest.id = QString::fromLatin1(
        QCryptographicHash::hash(manifest.sums, QCryptographicHash::Sha256).toHex().left(16));
    return manifest;
}

} // namespace fedcctr::studio
