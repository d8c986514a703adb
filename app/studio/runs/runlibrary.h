// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runs/comparison.h"

#include <QFileSystemWatcher>
#include <QFutureWatcher>
#include <QObject>
#include <QSet>
#include <QTimer>

#include <stop_token>

namespace fedcctr::studio {

/// The runs in a folder, read in the background and again when the folder changes. A workspace has one, which
/// all pages share: nobody else looks through the folder, and no two scans go on at once.
class RunLibrary : public QObject {
    Q_OBJECT
public:
    explicit RunLibrary(const QString& folder, QObject* parent = nullptr);
    ~RunLibrary() override;

    QString folder() const { return m_folder; }

    /// Runs that can be read, newest first.
    const std::vector<EntryPtr>& runs() const { return m_runs; }

    /// Broken and foreign directories, with their reason.
    const std::vector<EntryPtr>& unreadable() const { return m_unreadable; }

    /// The runs of the newest scan or refresh, by directory; null if there is none.
    EntryPtr find(const QString& run) const;

    /// The folder has been read.
    bool isKnown() const { return m_known; }
    bool isScanning() const { return m_watcher.isRunning(); }

    /// scanned() follows. While a scan goes on, another follows it, whoever asks and however often.
    void rescan();

    /// Follows running runs while one of its readers is seen.
    void setActive(const QObject* reader, bool active);

    /// Reads one run again, e.g. after a note was written.
    void refresh(const QString& run);

    /// Copies a run directory from elsewhere in the background; imported() or failed() follows.
    void importRun(const QString& from);
    bool isImporting() const { return m_importing; }
    void cancel();

Q_SIGNALS:
    void scanned();
    void progress(int done, int all);
    void imported(const QString& run);
    void failed(const QString& message);

private:
    using Entries = std::vector<EntryPtr>;

    void take(const Entries& entries);
    void watch();
    void forget(const QObject* reader);

    QString m_folder;
    Entries m_runs;
    Entries m_unreadable;
    QFutureWatcher<Entries> m_watcher;
    QFileSystemWatcher m_files;
    QTimer m_settle; ///< several changes at once are one scan
    QTimer m_poll; ///< running runs change without the folder telling
    std::stop_source m_stop;
    std::stop_source m_stopImport;
    QSet<const QObject*> m_readers; ///< that are seen
    bool m_again = false;
    bool m_importing = false;
    bool m_known = false;
};

} // namespace fedcctr::studio
