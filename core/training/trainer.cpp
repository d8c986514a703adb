// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/trainer.h"

#include "core/base/error.h"
#include "core/federation/sampler.h"
#include "core/federation/streams.h"
#include "core/models/make_model.h"
#include "core/training/evaluate.h"
#include "core/training/prior.h"

#include <torch/cuda.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

namespace fedcctr::training {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

torch::Device deviceOf(const std::string& wanted)
{
    if (wanted == "cpu" || (wanted == "auto" && !torch::cuda::is_available()))
        return torch::Device(torch::kCPU);
    if (!torch::cuda::is_available())
        throw Error("run.device: " + wanted
            + " is asked for, but this LibTorch sees no CUDA device; use cpu or auto");
    return torch::Device(wanted == "auto" ? "cuda" : wanted);
}

/// Users of the validation curve, drawn once.
std::vector<std::int32_t> curveUsers(std::size_t users, const federation::RunOptions& run)
{
    std::vector<std::int32_t> chosen(users);
    std::iota(chosen.begin(), chosen.end(), 0);
    const auto wanted = static_cast<std::size_t>(run.evaluationUsers);
    if (wanted > 0 && wanted < users) {
        Random random(run.seed, {federation::kCurveUsers});
        random.shuffle(std::span(chosen));
        chosen.resize(wanted);
        std::ranges::sort(chosen);
    }
    return chosen;
}

/// Of at least one value.
double median(std::vector<double> values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

UploadReport uploadReport(const CohortResult& cohort, std::span<const double> weights, double clipNorm)
{
    UploadReport report;
    report.loss = cohort.loss;
    report.lossTotal = cohort.loss[0] + cohort.loss[1];
    for (std::size_t i = 0; i < weights.size(); ++i)
        report.lossTotal += weights[i] * cohort.loss[i + 2];
    if (cohort.norms.empty())
        return report;
    report.normMedian = median(cohort.norms);
    report.normMax = *std::ranges::max_element(cohort.norms);
    const auto longer = std::ranges::count_if(cohort.norms, [&](double n) { return n > clipNorm; });
    report.clipped = static_cast<double>(longer) / static_cast<double>(cohort.norms.size());
    return report;
}

privacy::NoiseSource noiseSourceOf(const TrainingOptions& options)
{
    if (!privacy::hasSecretSource(options.privacy))
        return privacy::NoiseSource::reproducible(options.run.seed);
    return privacy::NoiseSource(options.noiseKey ? *options.noiseKey : privacy::NoiseSource::secretKey());
}

std::vector<float> priorOf(
    const data::Dataset& dataset, const TrainingOptions& options, const privacy::NoiseSource& noise)
{
    if (!options.prior)
        return popularityPrior(dataset, options.model, options.privacy, noise);
    if (options.prior->size() != dataset.items.size())
        throw Error("checkpoint/prior.bin: holds " + std::to_string(options.prior->size())
            + " items, the dataset " + std::to_string(dataset.items.size()) + "; it belongs to another run");
    return *options.prior;
}

/// Enough for percentiles of 2.5.
constexpr int kResamples = 1000;

/// Before the first round.
Checkpoint startOf(const model::Model& model, const TrainingOptions& options)
{
    Checkpoint start;
    start.parameters = model.initialise(options.run.seed);
    start.clipNorm = options.privacy.clipNorm;
    return start;
}

/// What "best" means, of one domain; more is better.
double valueOf(const evaluation::Metrics& metrics, federation::BestBy by)
{
    if (by == federation::BestBy::Ndcg || !metrics.ctr)
        return metrics.ndcg[2];
    if (by == federation::BestBy::CtrLogLoss)
        return -metrics.ctr->logLoss.value;
    return metrics.ctr->auc ? metrics.ctr->auc->value : 0;
}

/// Mean over the domains that were judged.
double meanValue(const evaluation::DomainMetrics& metrics, federation::BestBy by)
{
    double sum = 0;
    int judged = 0;
    for (const evaluation::Metrics& domain : metrics) {
        if (!domain.judged)
            continue;
        sum += valueOf(domain, by);
        ++judged;
    }
    return judged > 0 ? sum / judged : 0;
}

} // namespace

Trainer::Trainer(const data::Dataset& dataset, TrainingOptions options)
    : m_dataset(dataset)
    , m_options(std::move(options))
    , m_device(deviceOf(m_options.run.device))
    , m_workers(m_device.is_cpu() ? m_options.run.threads : 1)
    , m_noise(noiseSourceOf(m_options))
    , m_prior(priorOf(dataset, m_options, m_noise))
    , m_model(model::makeModel(dataset, m_options.model, m_prior, m_options.augmentation, m_device))
    , m_cohort(dataset, *m_model, m_options.federation, m_options.loss, m_device, m_workers,
          m_options.run.seed, &m_options.augmentation)
    , m_ledger(m_options.privacy, federation::ledgerSampling(m_options.federation, dataset.userCount()),
          dataset.userCount())
    , m_state(startOf(*m_model, m_options))
    , m_mechanism(m_options.privacy, m_options.federation, dataset.userCount(), m_noise, m_workers)
    , m_weights(model::termWeights(m_model->info(), m_options.model, m_options.loss))
    , m_server(m_options.federation, uploadedPart(m_state.parameters, m_model->specs()), m_model->specs(),
          &m_workers)
    , m_curveUsers(curveUsers(dataset.userCount(), m_options.run))
{
}

void Trainer::resume(const std::filesystem::path& checkpointFile)
{
    Checkpoint state = readCheckpoint(checkpointFile, m_model->names(), m_state.parameters,
        uploadedPart(m_state.parameters, m_model->specs()));
    if (state.moments.size() != m_server.moments().size())
        throw Error(checkpointFile.string()
            + ": belongs to another server optimiser; resume with the run's own settings");
    restore(std::move(state));
}

void Trainer::restore(Checkpoint state)
{
    m_state = std::move(state);
    m_server.moments() = std::move(m_state.moments);
    m_state.moments.clear();
    m_ledger.restore(std::move(m_state.ledger), m_state.chargedRounds);
    m_state.ledger.clear();
    for (const auto& [key, value] : m_state.weights)
        setWeight(key, value);
}

/// Whoever sees released models only must not learn who took part; a secret source hides that too.
std::uint64_t Trainer::samplingSeed() const
{
    return privacy::hasSecretSource(m_options.privacy) ? m_noise.bits({privacy::NoisePurpose::Sampling})
                                                       : m_options.run.seed;
}

/// Uploads, noise, average, server step (Algorithm 1, lines 3-4 of the server).
RoundReport Trainer::oneRound(const std::vector<std::int32_t>& admitted, double noiseShare)
{
    const bool central = m_options.federation.mode == federation::Mode::Central;
    const int t = m_state.round;
    RoundReport report;
    report.round = t + 1;
    report.clients = admitted.size();
    for (std::size_t i = 0; i < m_weights.size(); ++i)
        report.weights.push_back(
            {m_model->info().terms[i].name, m_model->info().terms[i].weightKey, m_weights[i]});
    report.clipNorm = m_state.clipNorm;
    report.sigma = central ? 0 : m_mechanism.sigma(t, m_state.clipNorm) * noiseShare;
    if (admitted.empty() && !m_mechanism.stepsWithoutUploads(report.sigma))
        return report;

    CohortResult cohort = m_cohort.run(
        m_state.parameters, admitted, t, m_state.clipNorm, m_weights, m_options.privacy.clipping);
    if (!admitted.empty())
        report.uploads = uploadReport(cohort, m_weights, m_state.clipNorm);
    if (report.sigma > 0)
        report.signalToNoise = m_mechanism.addNoiseTo(cohort.sum, report.sigma, admitted.size(), t);
    scale(cohort.sum, 1 / m_mechanism.divisor(admitted.size(), t));
    m_server.step(m_state.parameters, cohort.sum, t, ++m_state.steps);
    for (const UserRows& rows : cohort.kept)
        m_state.parameters[rows.tensor].index_copy_(0, rows.users, rows.values);
    m_state.clipNorm = m_mechanism.nextClipNorm(m_state.clipNorm, cohort.norms, t);
    return report;
}

ClientUpdate Trainer::upload(std::int32_t client, int round) const
{
    const std::int32_t one[] = {client};
    return m_cohort.run(kept(), one, round, m_state.clipNorm, m_weights, m_options.privacy.clipping).sum;
}

std::vector<double> Trainer::itemEvidence(const ClientUpdate& upload) const
{
    const torch::Tensor scores = m_model->itemEvidence(upload).to(torch::kCPU, torch::kFloat64).contiguous();
    const auto* first = scores.data_ptr<double>();
    return {first, first + scores.numel()};
}

double Trainer::noiseStd(int round) const
{
    return m_mechanism.sigma(round, m_options.privacy.clipNorm);
}

std::optional<federation::Forecast> Trainer::forecast() const
{
    federation::ForecastRequest request{m_options.federation, m_options.privacy};
    request.coordinates = static_cast<double>(model::uploadedCount(m_model->specs()));
    request.seed = samplingSeed();
    return federation::forecast(request, m_dataset.userCount());
}

std::int64_t Trainer::uploadedCount() const
{
    return m_options.federation.mode == federation::Mode::Central ? 0
                                                                  : model::uploadedCount(m_model->specs());
}

void Trainer::describeBudget(RoundReport& report) const
{
    report.population = m_dataset.userCount();
    report.active = m_ledger.activeCount();
    if (m_options.privacy.schedule == privacy::Schedule::None)
        return;
    const privacy::SpendRange spent = m_ledger.spent();
    report.spentMin = spent.least;
    report.spentMedian = spent.median;
    report.spentMax = spent.most;
    if (privacy::accountant(m_options.privacy.accountant).printed)
        report.rigorousMax = m_ledger.exactMost();
}

void Trainer::validateIfDue(RoundReport& report, bool last)
{
    if (!last && report.round % m_options.run.evaluateEvery != 0)
        return;
    EvaluationRequest request;
    request.augmentation = &m_options.augmentation;
    request.users = m_curveUsers;
    request.task = m_options.loss;
    report.validation = evaluate(*m_model, m_state.parameters, m_dataset, m_workers, m_device, request);
    report.validationUsers = m_curveUsers.size();
    const double value = meanValue(*report.validation, m_options.run.bestBy);
    if (m_state.bestRound == 0 || value > m_state.bestValue) {
        m_state.bestRound = report.round;
        m_state.bestValue = value;
        m_state.best = m_state.parameters.clone();
    }
}

void Trainer::checkLoss(const RoundReport& report) const
{
    if (!report.uploads)
        return;
    const std::vector<double>& loss = report.uploads->loss;
    for (std::size_t i = 0; i < loss.size(); ++i)
        if (!std::isfinite(loss[i]))
            throw Error("round " + std::to_string(report.round) + ": "
                    + (i == 0        ? "L^A"
                            : i == 1 ? "L^B"
                                     : m_model->info().terms[i - 2].symbol)
                    + " is no longer a number; lower federation.learning_rate or privacy.clip_norm",
                Error::Kind::Failure);
}

Checkpoint Trainer::state() const
{
    Checkpoint state = m_state;
    state.moments = m_server.moments();
    state.ledger = m_ledger.clients();
    state.chargedRounds = m_ledger.rounds();
    for (std::size_t i = 0; i < m_weights.size(); ++i)
        state.weights[m_model->info().terms[i].weightKey] = m_weights[i];
    return state;
}

/// Waits while paused and takes over changed weights. False: stop.
bool Trainer::obey(TrainingControl& control, TrainingObserver& observer)
{
    const bool goesOn = control.waitWhilePaused([&](bool isPaused) { observer.paused(isPaused); });
    for (const auto& [key, value] : control.takeWeights()) {
        setWeight(key, value);
        observer.happened(
            {m_state.round, EventKind::Setting, key + " is now " + std::to_string(value), key, value});
    }
    return goesOn;
}

void Trainer::setWeight(const std::string& key, double value)
{
    for (std::size_t i = 0; i < m_weights.size(); ++i)
        if (m_model->info().terms[i].weightKey == key)
            m_weights[i] = value;
}

TrainingResult Trainer::train(TrainingObserver& observer, TrainingControl& control)
{
    return finish(advance(m_options.federation.rounds, observer, control), observer);
}

EndReason Trainer::advance(int rounds, TrainingObserver& observer, TrainingControl& control)
{
    std::size_t activeBefore = m_ledger.activeCount();
    const int end = std::min(m_options.federation.rounds, m_state.round + rounds);
    while (m_state.round < end) {
        const std::vector<double> weights = m_weights;
        if (!obey(control, observer))
            return EndReason::Stopped;
        // Rounds that are done again after a kill draw the same noise: it must meet the same uploads.
        if (weights != m_weights)
            observer.checkpoint(state());
        const auto start = Clock::now();
        const privacy::Attendance there = federation::attendance(
            m_options.federation, m_options.privacy.dropout, m_ledger, samplingSeed(), m_state.round);
        const auto admitted = m_ledger.admit(there.present, m_state.round, there.noiseShare);
        const std::size_t active = m_ledger.activeCount();
        if (active < activeBefore)
            observer.happened({m_state.round, EventKind::ClientsStopped,
                std::to_string(activeBefore - active) + " clients have spent their budget, "
                    + std::to_string(active) + " go on",
                {}, static_cast<double>(activeBefore - active)});
        activeBefore = active;
        if (active == 0) {
            observer.happened({m_state.round, EventKind::BudgetSpent,
                "all clients have spent their budget; training ends", {}, 0});
            return EndReason::BudgetSpent;
        }
        RoundReport report = oneRound(admitted, there.noiseShare);
        checkLoss(report);
        m_state.round = report.round;
        const bool last = report.round == m_options.federation.rounds;
        validateIfDue(report, last);
        if (report.validation)
            m_validatedRound = report.round;
        describeBudget(report);
        report.seconds = secondsSince(start);
        m_state.seconds += report.seconds;
        observer.roundDone(report);
        if (m_options.run.snapshots > 0 && report.round % m_options.run.snapshotStride(report.round) == 0)
            observer.snapshot(report.round, m_state.parameters);
        const int every = m_options.run.checkpointEvery;
        if (!last && every > 0 && report.round % every == 0)
            observer.checkpoint(state());
    }
    return EndReason::Finished;
}

TrainingResult Trainer::finish(EndReason reason, TrainingObserver& observer)
{
    TrainingResult result;
    result.reason = reason;
    observer.checkpoint(state());

    const auto start = Clock::now();
    if (m_validatedRound < m_state.round) {
        // After the checkpoint: a stopped run that is resumed must go on as an unbroken one, which never
        // measured here.
        RoundReport ended;
        ended.round = m_state.round;
        validateIfDue(ended, true);
    }
    const auto half = [&observer](double offset) {
        return [&observer, offset](double share) { observer.evaluating(offset + share / 2); };
    };
    result.validation = evaluateKept(data::Split::Validation, false, half(0), {});
    result.test = evaluateKept(data::Split::Test, false, half(0.5), {}, &result.testUsers);
    result.rounds = m_state.round;
    result.bestRound = m_options.run.keepBest && m_state.bestRound > 0 ? m_state.bestRound : m_state.round;
    result.seconds = m_state.seconds + secondsSince(start);
    result.privacy = m_ledger.worstCase();
    result.ledger = m_ledger.clients();
    for (const privacy::ClientSpend& client : result.ledger)
        result.uploadsMost = std::max(result.uploadsMost, client.uploads);
    return result;
}

const model::Parameters& Trainer::kept() const
{
    if (m_chosen)
        return m_chosen->parameters;
    return m_options.run.keepBest && m_state.bestRound > 0 ? m_state.best : m_state.parameters;
}

int Trainer::keptRound() const
{
    if (m_chosen)
        return m_chosen->round;
    return m_options.run.keepBest && m_state.bestRound > 0 ? m_state.bestRound : m_state.round;
}

bool Trainer::choose(int round)
{
    if (round == 0)
        m_chosen = Snapshot{0, m_model->initialise(m_options.run.seed)};
    else if (round == m_state.round)
        m_chosen = Snapshot{round, m_state.parameters};
    else if (m_state.bestRound > 0 && round == m_state.bestRound)
        m_chosen = Snapshot{round, m_state.best};
    else
        return false;
    return true;
}

void Trainer::choose(const std::filesystem::path& snapshotFile)
{
    m_chosen = readSnapshot(snapshotFile, m_model->names(), m_state.parameters);
}

Embedding Trainer::embed(EmbedRequest request) const
{
    request.augmentation = &m_options.augmentation;
    return training::embed(*m_model, kept(), m_dataset, m_workers, m_device, request);
}

evaluation::DomainMetrics Trainer::evaluateKept(data::Split split, bool fullRanking,
    const std::function<void(double)>& progress, const std::stop_token& stop,
    std::array<std::vector<UserOutcome>, 2>* users, const data::Dataset* judged) const
{
    EvaluationRequest request;
    if (users)
        request.eachUser = [users](
                               data::Domain domain, std::size_t user, const evaluation::UserResult& each) {
            (*users)[data::index(domain)].push_back({user, each});
        };
    request.augmentation = &m_options.augmentation;
    request.split = split;
    request.fullRanking = fullRanking;
    request.task = m_options.loss;
    request.resamples = kResamples;
    request.progress = progress;
    request.stop = stop;
    return evaluate(*m_model, kept(), judged ? *judged : m_dataset, m_workers, m_device, request);
}

} // namespace fedcctr::training
