// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/runlibrary.h"

#include "app/studio/common/background.h"
#include "app/studio/runs/runvalues.h"
#include "core/runs/run_import.h"

#include <QDir>
#include <QtConcurrent>

#include <algorithm>
#include <map>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using runs::RunEntry;
using runs::RunState;

namespace {

constexpr int kSettleMs = 400;
constexpr int kPollMs = 5000;

bool isRun(const EntryPtr& entry)
{
    return entry->state != RunState::Broken && entry->state != RunState::Foreign;
}

void scan(QPromise<std::vector<EntryPtr>>& promise, const QString& folder, const std::stop_token& stop)
{
    const auto report = [&promise](std::size_t done, std::size_t all) {
        promise.setProgressRange(0, static_cast<int>(all));
        promise.setProgressValue(static_cast<int>(done));
    };
    std::vector<EntryPtr> entries;
    for (RunEntry& entry : runs::scanRuns(folder.toStdString(), stop, report)) {
        if (entry.state == RunState::Running || entry.state == RunState::Interrupted)
            entry.rounds = runs::roundsDone(entry.path);
        entries.push_back(std::make_shared<const RunEntry>(std::move(entry)));
    }
    promise.addResult(std::move(entries));
}

} // namespace

RunLibrary::RunLibrary(const QString& folder, QObject* parent)
    : QObject(parent)
    , m_folder(folder)
{
    m_settle.setSingleShot(true);
    m_settle.setInterval(kSettleMs);
    m_poll.setInterval(kPollMs);
    connect(&m_settle, &QTimer::timeout, this, &RunLibrary::rescan);
    connect(&m_poll, &QTimer::timeout, this, &RunLibrary::rescan);
    connect(&m_files, &QFileSystemWatcher::directoryChanged, this, [this] { m_settle.start(); });
    connect(&m_watcher, &QFutureWatcherBase::progressValueChanged, this,
        [this](int done) { Q_EMIT progress(done, m_watcher.progressMaximum()); });
    connect(&m_watcher, &QFutureWatcherBase::finished, this, [this] {
        if (m_watcher.future().resultCount() > 0)
            take(m_watcher.result());
        if (std::exchange(m_again, false))
            rescan();
    });
}

RunLibrary::~RunLibrary()
{
    m_stop.request_stop();
    m_stopImport.request_stop();
    m_watcher.disconnect(this);
    m_watcher.waitForFinished();
}

void RunLibrary::rescan()
{
    m_settle.stop();
    if (m_watcher.isRunning()) {
        m_again = true;
        return;
    }
    m_watcher.setFuture(QtConcurrent::run(scan, m_folder, m_stop.get_token()));
}

/// An entry to which nothing happened stays the same object: what was computed from it still holds.
void RunLibrary::take(const Entries& entries)
{
    std::map<std::filesystem::path, EntryPtr> known;
    for (const EntryPtr& run : m_runs)
        known.emplace(run->path, run);
    const auto kept = [&known](const EntryPtr& fresh) {
        const auto old = known.find(fresh->path);
        return old != known.end() && sameContent(*old->second, *fresh) ? old->second : fresh;
    };
    m_known = true;
    m_runs.clear();
    m_unreadable.clear();
    for (const EntryPtr& entry : entries)
        (isRun(entry) ? m_runs : m_unreadable).push_back(kept(entry));
    watch();
    Q_EMIT scanned();
}

/// The folder itself and folders of runs in it.
void RunLibrary::watch()
{
    QStringList wanted;
    if (QDir(m_folder).exists())
        wanted.append(m_folder);
    for (const EntryPtr& run : m_runs)
        if (!run->group.empty())
            wanted.append(QString::fromStdString(run->path.parent_path().string()));
    wanted.removeDuplicates();
    for (const QString& path : m_files.directories())
        if (!wanted.contains(path))
            m_files.removePath(path);
    for (const QString& path : std::as_const(wanted))
        if (!m_files.directories().contains(path))
            m_files.addPath(path);
    const bool running =
        std::ranges::any_of(m_runs, [](const EntryPtr& run) { return run->state == RunState::Running; });
    if (!m_readers.isEmpty() && running)
        m_poll.start();
    else
        m_poll.stop();
}

void RunLibrary::setActive(const QObject* reader, bool active)
{
    if (active) {
        m_readers.insert(reader);
        connect(reader, &QObject::destroyed, this, &RunLibrary::forget, Qt::UniqueConnection);
    } else {
        m_readers.remove(reader);
    }
    watch();
}

void RunLibrary::forget(const QObject* reader)
{
    setActive(reader, false);
}

EntryPtr RunLibrary::find(const QString& run) const
{
    const std::filesystem::path path(run.toStdString());
    const auto found =
        std::ranges::find_if(m_runs, [&path](const EntryPtr& entry) { return entry->path == path; });
    return found == m_runs.end() ? nullptr : *found;
}

void RunLibrary::refresh(const QString& run)
{
    const std::filesystem::path path(run.toStdString());
    const auto found =
        std::ranges::find_if(m_runs, [&path](const EntryPtr& entry) { return entry->path == path; });
    if (found == m_runs.end())
        return;
    RunEntry entry = runs::readEntry(path);
    entry.group = (*found)->group;
    *found = std::make_shared<const RunEntry>(std::move(entry));
    // A scan that goes on may have read it before.
    m_again = m_again || m_watcher.isRunning();
    Q_EMIT scanned();
}

void RunLibrary::importRun(const QString& from)
{
    m_importing = true;
    m_stopImport = {};
    struct Copied {
        QString run;
        QString error;
    };
    const auto copy = [from, folder = m_folder, stop = m_stopImport.get_token()]() -> Copied {
        try {
            const auto run = runs::importRun(from.toStdString(), folder.toStdString(), stop);
            return {QString::fromStdString(run.string()), {}};
        } catch (const std::exception& error) {
            return {{}, QString::fromUtf8(error.what())};
        }
    };
    inBackground(this, copy, [this](const Copied& copied) {
        m_importing = false;
        if (!copied.error.isEmpty()) {
            Q_EMIT failed(copied.error);
            return;
        }
        rescan();
        Q_EMIT imported(copied.run);
    });
}

void RunLibrary::cancel()
{
    m_stopImport.request_stop();
}

} // namespace fedcctr::studio
