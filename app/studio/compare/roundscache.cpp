// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/roundscache.h"

#include <QDateTime>
#include <QFileInfo>
#include <QtConcurrent>

namespace fedcctr::studio {

namespace {

/// Changes with size or time of metrics.jsonl and summary.json; a rough one, 0 without files.
qint64 stampOf(const QString& run)
{
    qint64 stamp = 0;
    for (const char* name : {"/metrics.jsonl", "/summary.json"}) {
        const QFileInfo file(run + QLatin1String(name));
        if (file.exists())
            stamp = 31 * stamp + file.lastModified().toMSecsSinceEpoch() + file.size();
    }
    return stamp;
}

QString pathOf(const EntryPtr& run)
{
    return QString::fromStdString(run->path.string());
}

} // namespace

RoundsCache::RoundsCache(QObject* parent)
    : QObject(parent)
{
    connect(&m_watcher, &QFutureWatcherBase::finished, this, [this] {
        bool any = false;
        for (const Loaded& one : m_watcher.result()) {
            any = true;
            m_records.insert(one.path, one);
            if (!one.error.isEmpty())
                Q_EMIT failed(one.error);
        }
        if (any)
            Q_EMIT loaded();
        start();
    });
}

RoundsCache::~RoundsCache()
{
    *m_stop = true;
    m_watcher.disconnect(this);
    m_watcher.waitForFinished();
}

RecordPtr RoundsCache::find(const EntryPtr& run) const
{
    const auto found = m_records.constFind(pathOf(run));
    return found == m_records.constEnd() ? nullptr : found->record;
}

void RoundsCache::request(const std::vector<EntryPtr>& runs)
{
    m_wanted.insert(m_wanted.end(), runs.begin(), runs.end());
    if (!m_watcher.isRunning())
        start();
}

void RoundsCache::start()
{
    if (m_wanted.empty())
        return;
    std::vector<std::pair<QString, qint64>> known;
    for (const EntryPtr& run : std::exchange(m_wanted, {})) {
        const QString path = pathOf(run);
        const auto found = m_records.constFind(path);
        known.emplace_back(path, found == m_records.constEnd() ? -1 : found->stamp);
    }
    m_watcher.setFuture(QtConcurrent::run([known = std::move(known), stop = m_stop] {
        std::vector<Loaded> records;
        for (const auto& [path, old] : known) {
            const qint64 stamp = stampOf(path);
            if (*stop || stamp == old)
                continue;
            Loaded one{path, stamp, nullptr, {}};
            try {
                one.record = std::make_shared<const runs::RunRecord>(runs::readRun(path.toStdString()));
            } catch (const std::exception& error) {
                one.error = QString::fromUtf8(error.what());
            }
            records.push_back(std::move(one));
        }
        return records;
    }));
}

} // namespace fedcctr::studio
