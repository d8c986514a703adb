// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/common/background.h"

#include "core/data/row_error.h"

#include <QObject>
#include <QTimer>
#include <QtConcurrent>

#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

namespace fedcctr::studio {

/// What came of a piece of work.
template <typename Value> struct Outcome {
    std::optional<Value> value; ///< none if it failed or was cancelled
    QString error;
    bool isRowError = false; ///< one row of a file is wrong; the rest could be read
    bool isCancelled = false;
};

/// One piece of work at a time off the GUI thread, with its progress and a way to stop it.
class DataTask : public QObject {
    Q_OBJECT
public:
    /// What the work and the GUI thread share.
    class Link {
    public:
        std::stop_token stop() const { return m_stop.get_token(); }
        std::atomic<std::size_t>* rows() { return &m_rows; }
        void tell(double share, const std::string& what)
        {
            const std::lock_guard lock(m_mutex);
            m_share = share;
            m_what = what;
        }

    private:
        friend class DataTask;
        std::stop_source m_stop;
        std::atomic<std::size_t> m_rows = 0;
        std::mutex m_mutex;
        double m_share = 0;
        std::string m_what;
    };

    explicit DataTask(QObject* parent = nullptr);

    /// Asks the work to stop; its end is not waited for.
    ~DataTask() override { cancel(); }

    bool isRunning() const { return m_link != nullptr; }

    /// Runs `work(link)` in a thread, then `done(outcome)` here. Nothing else may be running.
    template <typename Work, typename Done> void start(Work work, Done done)
    {
        using Value = std::invoke_result_t<Work, Link&>;
        auto link = std::make_shared<Link>();
        m_link = link;
        m_timer.start();
        Q_EMIT runningChanged(true);
        deliver(QtConcurrent::run([link, work = std::move(work)] {
            Outcome<Value> outcome;
            try {
                outcome.value = work(*link);
            } catch (const std::exception& error) {
                outcome.error = QString::fromUtf8(error.what());
                outcome.isRowError = dynamic_cast<const data::RowError*>(&error) != nullptr;
                outcome.isCancelled = link->stop().stop_requested();
            }
            return outcome;
        }),
            this, [this, done = std::move(done)](const Outcome<Value>& outcome) {
                // Work that has ended already would bring us here from within start(), before the caller is
                // ready.
                QMetaObject::invokeMethod(
                    this, [this, done, outcome] { end(done, outcome); }, Qt::QueuedConnection);
            });
    }

public Q_SLOTS:
    /// The end follows soon, as an outcome that is cancelled.
    void cancel()
    {
        if (m_link)
            m_link->m_stop.request_stop();
    }

Q_SIGNALS:
    void runningChanged(bool running);

    /// Some times a second: 0 to 1, what is being done, and rows read so far.
    void progressed(double share, const QString& what, qulonglong rows);

private:
    template <typename Value, typename Done> void end(const Done& done, const Outcome<Value>& outcome)
    {
        m_timer.stop();
        m_link.reset();
        Q_EMIT runningChanged(false);
        done(outcome);
    }

    void tell();

    std::shared_ptr<Link> m_link; ///< of the running work
    QTimer m_timer;
};

} // namespace fedcctr::studio
