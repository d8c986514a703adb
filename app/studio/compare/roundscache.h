// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runs/comparison.h"

#include <QFutureWatcher>
#include <QHash>
#include <QObject>

#include <atomic>

namespace fedcctr::studio {

/// Rounds of runs, read in the background when they are first asked for and kept until their file changes.
class RoundsCache : public QObject {
    Q_OBJECT
public:
    explicit RoundsCache(QObject* parent = nullptr);
    ~RoundsCache() override;

    /// Null while the rounds are not read; then request() them. A newer file is noticed by request() only.
    RecordPtr find(const EntryPtr& run) const;

    /// Reads those that are new or have changed; loaded() follows if there are any.
    void request(const std::vector<EntryPtr>& runs);

    bool isReading() const { return m_watcher.isRunning(); }

Q_SIGNALS:
    void loaded();

    /// A run's metrics are damaged; one sentence.
    void failed(const QString& message);

private:
    struct Loaded {
        QString path;
        qint64 stamp = 0;
        RecordPtr record; ///< null: damaged
        QString error;
    };

    void start();

    QHash<QString, Loaded> m_records;
    std::vector<EntryPtr> m_wanted; ///< asked for while others are read
    QFutureWatcher<std::vector<Loaded>> m_watcher;
    std::shared_ptr<std::atomic<bool>> m_stop = std::make_shared<std::atomic<bool>>(false);
};

} // namespace fedcctr::studio
