// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/augment/augmentjob.h"

#include "core/augment/offline.h"
#include "core/augment/prompts.h"
#include "core/llm/sqlite_store.h"

#include <algorithm>
#include <cmath>
#include <exception>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

using augment::PipelineEnd;
using augment::PipelineProgress;
using augment::StageCounts;

constexpr int kTickMs = 100;

const StageCounts& current(const PipelineProgress& progress)
{
    return progress.stages[static_cast<std::size_t>(progress.stage)];
}

augment::PipelineOptions optionsOf(const AugmentRequest& request)
{
    augment::PipelineOptions options;
    for (const augment::Stage stage : augment::kStages)
        options.prompts.templates[static_cast<std::size_t>(stage)] =
            augment::loadTemplate(request.data.path.toStdString(), stage);
    options.prompts.candidates = request.candidates;
    options.sampling = request.server.sampling;
    options.parallel = request.parallel;
    options.itemsOnly = request.itemsOnly;
    return options;
}

/// Writes it for the training and hands it to the page.
void keep(augment::Augmentation augmentation, AugmentData& data, const std::string& name)
{
    augment::saveAugmentation(augmentation, *data.dataset, data.path.toStdString(), name);
    data.augmentation = std::make_shared<const augment::Augmentation>(std::move(augmentation));
}

} // namespace

AugmentJob::AugmentJob(QObject* parent)
    : QObject(parent)
{
    m_clock.setInterval(kTickMs);
    connect(&m_clock, &QTimer::timeout, this, &AugmentJob::tick);
}

AugmentJob::~AugmentJob() = default;

void AugmentJob::start(AugmentRequest request)
{
    if (isActive())
        return;
    m_gate.setPaused(false);
    m_progress = {};
    m_stage = -1;
    m_activeSeconds = 0;
    m_sinceTick.start();
    m_clock.start();
    setState(State::Running);
    m_thread = std::jthread([this, asked = std::move(request)](const std::stop_token& stop) mutable {
        AugmentEnd end;
        try {
            end = asked.offline ? runOffline(asked, stop) : runModel(asked, stop);
        } catch (const std::exception& error) {
            end.kind = AugmentEnd::Kind::Failed;
            end.message = QString::fromUtf8(error.what());
            end.data = asked.data;
        }
        end.name = asked.name;
        QMetaObject::invokeMethod(
            this, [this, end] { finish(end); }, Qt::QueuedConnection);
    });
}

AugmentEnd AugmentJob::runOffline(const AugmentRequest& request, const std::stop_token& stop)
{
    augment::OfflineOptions options;
    options.candidates = request.candidates;
    options.itemsOnly = request.itemsOnly;
    options.progress = [this, &stop](double share, const std::string& what) {
        AugmentProgress progress;
        progress.share = share;
        progress.what = QString::fromStdString(what);
        publish(std::move(progress));
        m_gate.wait(stop);
    };
    AugmentEnd end;
    end.data = request.data;
    auto augmentation = augment::augmentOffline(*request.data.dataset, options, stop);
    if (!augmentation)
        end.kind = AugmentEnd::Kind::Cancelled;
    else
        keep(std::move(*augmentation), end.data, request.name);
    return end;
}

AugmentEnd AugmentJob::runModel(AugmentRequest& request, const std::stop_token& stop)
{
    const data::Dataset& dataset = *request.data.dataset;
    const augment::PipelineOptions options = optionsOf(request);
    request.server.waiting = [this](const llm::Wait& wait) {
        const std::scoped_lock lock(m_mutex);
        m_progress.waiting = tr("%1: asking again in %2 s")
                                 .arg(QString::fromStdString(wait.reason))
                                 .arg(std::ceil(std::chrono::duration<double>(wait.time).count()));
    };
    llm::OpenAiClient client(request.server, std::move(request.key));
    PausableModel model(client, m_gate);
    llm::SqliteStore store(llm::storeFile(request.data.path.toStdString()));
    augment::PipelineResult result = augment::runPipeline(
        dataset, model, store, options,
        [this, &dataset, &request](const PipelineProgress& now) {
            AugmentProgress progress;
            progress.share = shareOf(now, dataset, request.itemsOnly);
            progress.pipeline = now;
            publish(std::move(progress));
        },
        stop);
    AugmentEnd end;
    end.data = request.data;
    if (result.end == PipelineEnd::Cancelled)
        end.kind = AugmentEnd::Kind::Cancelled;
    if (result.end == PipelineEnd::ModelFailed) {
        end.kind = AugmentEnd::Kind::Failed;
        end.message = QString::fromStdString(result.progress.lastFailure);
    }
    if (isWorthKeeping(result, augment::earlierResult(end.data.path.toStdString(), dataset, request.name)))
        keep(std::move(result.augmentation), end.data, request.name);
    else if (end.kind == AugmentEnd::Kind::Finished) {
        end.kind = AugmentEnd::Kind::Failed;
        end.message = tr("%1 of %2 answers could be used; what was there before was left as it is")
                          .arg(acceptedIn(result.progress))
                          .arg(acceptedIn(result.progress) + refusedIn(result.progress));
    }
    return end;
}

void AugmentJob::publish(AugmentProgress progress)
{
    const std::scoped_lock lock(m_mutex);
    m_progress = std::move(progress);
}

void AugmentJob::setPaused(bool paused)
{
    if (m_state != State::Running && m_state != State::Paused)
        return;
    m_gate.setPaused(paused);
    setState(paused ? State::Paused : State::Running);
}

void AugmentJob::cancel()
{
    if (!isActive())
        return;
    setState(State::Cancelling);
    m_thread.request_stop();
}

void AugmentJob::setState(State state)
{
    m_state = state;
    Q_EMIT stateChanged();
}

/// Time since the last tick counts unless there was a pause.
void AugmentJob::measure(AugmentProgress& progress)
{
    const double passed = static_cast<double>(m_sinceTick.restart()) / 1000;
    const int stage = progress.pipeline ? static_cast<int>(progress.pipeline->stage) : 0;
    m_activeSeconds = stage == m_stage ? m_activeSeconds + (m_state == State::Running ? passed : 0) : 0;
    m_stage = stage;
    if (!progress.pipeline) {
        if (progress.share > 0.02)
            progress.secondsLeft = m_activeSeconds * (1 - progress.share) / progress.share;
        return;
    }
    const StageCounts& counts = current(*progress.pipeline);
    if (counts.asked > 0 && m_activeSeconds > 0) {
        progress.perSecond = static_cast<double>(counts.asked) / m_activeSeconds;
        progress.secondsLeft = static_cast<double>(counts.left()) / progress.perSecond;
    }
}

void AugmentJob::tick()
{
    AugmentProgress progress;
    {
        const std::scoped_lock lock(m_mutex);
        progress = m_progress;
    }
    measure(progress);
    Q_EMIT progressed(progress);
}

void AugmentJob::finish(AugmentEnd end)
{
    m_clock.stop();
    m_thread.join();
    {
        const std::scoped_lock lock(m_mutex);
        end.progress = m_progress;
    }
    measure(end.progress);
    setState(State::Idle);
    Q_EMIT ended(end);
}

} // namespace fedcctr::studio
