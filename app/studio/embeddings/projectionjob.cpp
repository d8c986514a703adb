// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/embeddings/projectionjob.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>

namespace fedcctr::studio {

using projection::Matrix;

/// What the thread and the object have in common; the lists of work are the thread's alone.
struct ProjectionJob::Shared {
    std::vector<Matrix> series;
    projection::Projection method = projection::Projection::Tsne;
    projection::TsneOptions options;

    std::mutex mutex;
    std::condition_variable_any changed;
    bool paused = false;
    std::atomic<bool> ended = false;
};

ProjectionJob::ProjectionJob(QObject* parent)
    : QObject(parent)
{
}

ProjectionJob::~ProjectionJob()
{
    stop();
    m_workers.clear(); // joins
}

void ProjectionJob::start(
    std::vector<Matrix> series, projection::Projection method, const projection::TsneOptions& options)
{
    std::erase_if(m_workers, [](const Worker& worker) { return worker.shared->ended.load(); });
    auto shared = std::make_shared<Shared>();
    shared->series = std::move(series);
    shared->method = method;
    shared->options = options;
    m_active = true;
    m_paused = false;
    Worker worker{shared, std::jthread([this, shared, number = ++m_number](const std::stop_token& stop) {
                      work(*shared, number, stop);
                      shared->ended = true;
                  })};
    m_workers.push_back(std::move(worker));
}

void ProjectionJob::setPaused(bool paused)
{
    if (!m_active)
        return;
    m_paused = paused;
    Shared& shared = *m_workers.back().shared;
    const std::scoped_lock lock(shared.mutex);
    shared.paused = paused;
    shared.changed.notify_all();
}

void ProjectionJob::stop()
{
    ++m_number;
    m_active = false;
    m_paused = false;
    for (Worker& worker : m_workers)
        worker.thread.request_stop();
}

void ProjectionJob::work(Shared& shared, int number, const std::stop_token& stop)
{
    using namespace std::chrono_literals;
    auto last = std::chrono::steady_clock::time_point{};
    // Answers of a job that was stopped meanwhile are dropped: the number has moved on.
    const auto tell = [this, number](auto emitSignal) {
        QMetaObject::invokeMethod(
            this,
            [this, number, emitSignal = std::move(emitSignal)] {
                if (number == m_number)
                    emitSignal();
            },
            Qt::QueuedConnection);
    };
    const auto report = [&](const projection::FrameProgress& progress) {
        const auto now = std::chrono::steady_clock::now();
        if (now - last >= 100ms) {
            last = now;
            tell([this,
                     state = ProjectionState{progress.frame, progress.frames, progress.iteration,
                         progress.iterations, progress.divergence},
                     coordinates = progress.coordinates ? *progress.coordinates : Matrix()] {
                Q_EMIT advanced(state, coordinates);
            });
        }
        std::unique_lock lock(shared.mutex);
        shared.changed.wait(lock, stop, [&shared] { return !shared.paused; });
    };
    try {
        const std::size_t points = shared.series.empty() ? 0 : shared.series.front().rows;
        const int every = points > projection::kMostExactPoints ? 1 : 5;
        std::vector<Matrix> frames =
            projection::alignedFrames(shared.series, shared.method, shared.options, every, report, stop);
        if (!stop.stop_requested())
            tell([this, frames = std::move(frames)] {
                m_active = false;
                Q_EMIT finished(frames);
            });
    } catch (const std::exception& error) {
        tell([this, message = QString::fromUtf8(error.what())] {
            m_active = false;
            Q_EMIT failed(message);
        });
    }
}

} // namespace fedcctr::studio
