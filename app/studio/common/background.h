// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFutureWatcher>
#include <QtConcurrent>

#include <utility>

namespace fedcctr::studio {

/// Gives what the future yields to `done`, on the thread of `context`. If `context` is gone by then, nobody
/// is told; QFuture::then() would insist that it is there.
template <typename Result, typename Done>
void deliver(const QFuture<Result>& future, QObject* context, Done done)
{
    auto* watcher = new QFutureWatcher<Result>(context);
    QObject::connect(watcher, &QFutureWatcherBase::finished, context, [watcher, done = std::move(done)] {
        watcher->deleteLater();
        done(watcher->result());
    });
    watcher->setFuture(future);
}

/// Runs `work` on another thread, and delivers.
template <typename Work, typename Done> void inBackground(QObject* context, Work work, Done done)
{
    deliver(QtConcurrent::run(std::move(work)), context, std::move(done));
}

} // namespace fedcctr::studio
