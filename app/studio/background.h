// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFutureWatcher>
#include <QtConcurrent>

#include <type_traits>

namespace fedcctr::studio {

/// Runs `work` on another thread and gives what it returns to `done`, on the thread of `context`. If
/// `context` is gone by then, nobody is told; QFuture::then() would insist that it is there.
template <typename Work, typename Done> void inBackground(QObject* context, Work work, Done done)
{
    using Result = std::invoke_result_t<Work>;
    auto* watcher = new QFutureWatcher<Result>(context);
    QObject::connect(watcher, &QFutureWatcherBase::finished, context, [watcher, done] {
        watcher->deleteLater();
        done(watcher->result());
    });
    watcher->setFuture(QtConcurrent::run(work));
}

} // namespace fedcctr::studio
