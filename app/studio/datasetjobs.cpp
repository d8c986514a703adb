// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/datasetjobs.h"

#include "core/data/demo.h"
#include "core/data/statistics.h"

#include <QFileInfo>
#include <QLocale>
#include <QObject>
#include <QtConcurrent>

#include <exception>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

QString count(std::size_t number)
{
    return QLocale().toString(static_cast<qulonglong>(number));
}

DatasetInfo describe(const QString& path, const data::Dataset& dataset)
{
    const data::Statistics numbers = data::statistics(dataset);
    DatasetInfo info;
    info.path = path;
    info.name = QString::fromStdString(dataset.provenance.name);
    info.text = QObject::tr("%1 users; %2: %3 items, %4: %5 items; %6 interactions")
                    .arg(count(numbers.users), QString::fromStdString(dataset.domainNames[0]),
                        count(numbers.domains[0].items), QString::fromStdString(dataset.domainNames[1]),
                        count(numbers.domains[1].items), count(numbers.interactions));
    return info;
}

/// Errors cross the thread border as text.
template <typename Work> DatasetInfo guarded(const QString& path, Work&& work)
{
    try {
        return work();
    } catch (const std::exception& error) {
        DatasetInfo info;
        info.path = path;
        info.error = QString::fromUtf8(error.what());
        return info;
    }
}

DatasetInfo load(const QString& path)
{
    return guarded(path, [&path] { return describe(path, data::load(path.toStdString())); });
}

DatasetInfo makeDemo(const QString& path)
{
    if (QFileInfo::exists(path + u"/dataset.json"_s))
        return load(path);
    return guarded(path, [&path] {
        const data::Demo demo = data::generateDemo({});
        data::save(demo.dataset, path.toStdString());
        return describe(path, demo.dataset);
    });
}

} // namespace

QFuture<DatasetInfo> loadDatasetInfo(const QString& path)
{
    return QtConcurrent::run(load, path);
}

QFuture<DatasetInfo> makeDemoDataset(const QString& path)
{
    return QtConcurrent::run(makeDemo, path);
}

} // namespace fedcctr::studio
