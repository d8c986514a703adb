// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/frames.h"

#include <QObject>

#include <memory>
#include <thread>
#include <vector>

namespace fedcctr::studio {

/// How a projection stands.
struct ProjectionState {
    std::size_t frame = 0;
    std::size_t frames = 0;
    int iteration = 0; ///< 0: distances are under way
    int iterations = 0;
    double divergence = 0; ///< NaN: none
};

/// Projects a series of point sets in a worker thread: pause, resume and stop act at once.
class ProjectionJob : public QObject {
    Q_OBJECT
public:
    explicit ProjectionJob(QObject* parent = nullptr);
    ~ProjectionJob() override;

    bool isActive() const { return m_active; }
    bool isPaused() const { return m_paused; }

    /// Only when not active.
    void start(std::vector<projection::Matrix> series, projection::Projection method,
        const projection::TsneOptions& options);
    void setPaused(bool paused);

    /// At once; the thread ends after its iteration. No signal follows.
    void stop();

Q_SIGNALS:
    /// Ten times a second at most; coordinates are empty while distances are computed.
    void advanced(
        const fedcctr::studio::ProjectionState& state, const fedcctr::projection::Matrix& coordinates);

    /// Coordinates by frame.
    void finished(const std::vector<fedcctr::projection::Matrix>& frames);
    void failed(const QString& message);

private:
    struct Shared;

    struct Worker {
        std::shared_ptr<Shared> shared;
        std::jthread thread;
    };

    void work(Shared& shared, int number, const std::stop_token& stop);

    std::vector<Worker> m_workers; ///< the last one may be active, the others are ending
    bool m_active = false;
    bool m_paused = false;
    int m_number = 0;
};

} // namespace fedcctr::studio
