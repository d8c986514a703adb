// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/augment/augmentdata.h"
#include "app/studio/augment/pausablemodel.h"
#include "core/augment/pipeline.h"
#include "core/llm/openai_client.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <mutex>
#include <optional>
#include <thread>

namespace fedcctr::studio {

/// What a batch does.
struct AugmentRequest {
    AugmentData data;
    bool offline = true;
    bool itemsOnly = false;
    std::string name; ///< of the augmentation; empty: the dataset's own
    int candidates = augment::kDefaultCandidates;
    int parallel = augment::kDefaultParallel;
    llm::ServerSettings server;
    llm::Secret key;
};

/// How far it is.
struct AugmentProgress {
    double share = 0;
    QString what; ///< of the offline augmenter: its current step
    std::optional<augment::PipelineProgress> pipeline; ///< of a language model
    QString waiting; ///< why and how long it waits before it asks again
    double perSecond = 0; ///< subjects of the current stage; time in a pause is left out
    double secondsLeft = -1; ///< of the current stage, offline of everything; below 0: unknown
};

/// How it ended. What was answered is kept in every case.
struct AugmentEnd {
    enum class Kind { Finished, Cancelled, Failed };
    Kind kind = Kind::Finished;
    QString message; ///< why it failed and what to do
    AugmentData data; ///< with the new augmentation, if there is one
    std::string name; ///< it was kept under; empty: the dataset's own
    AugmentProgress progress;
};

/// Runs one batch at a time in a thread of its own. Going away stops it, which takes a second at most.
class AugmentJob : public QObject {
    Q_OBJECT
public:
    enum class State { Idle, Running, Paused, Cancelling };

    explicit AugmentJob(QObject* parent = nullptr);
    ~AugmentJob() override;

    State state() const { return m_state; }
    bool isActive() const { return m_state != State::Idle; }
    void start(AugmentRequest request);

    /// Questions under way are still answered.
    void setPaused(bool paused);
    void cancel();

Q_SIGNALS:
    void stateChanged();
    void progressed(const fedcctr::studio::AugmentProgress& progress);
    void ended(const fedcctr::studio::AugmentEnd& end);

private:
    AugmentEnd runOffline(const AugmentRequest& request, const std::stop_token& stop);
    AugmentEnd runModel(AugmentRequest& request, const std::stop_token& stop);
    void publish(AugmentProgress progress);
    void finish(AugmentEnd end);
    void setState(State state);
    void tick();
    void measure(AugmentProgress& progress);

    State m_state = State::Idle;
    PauseGate m_gate;
    QTimer m_clock;
    QElapsedTimer m_sinceTick;
    double m_activeSeconds = 0; ///< in the current stage
    int m_stage = -1;

    std::mutex m_mutex;
    AugmentProgress m_progress; ///< newest, guarded by m_mutex
    std::jthread m_thread; ///< last: it ends before anything it uses goes
};

} // namespace fedcctr::studio
