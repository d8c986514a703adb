// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/trainer.h"

#include "core/base/error.h"
#include "core/federation/sampler.h"
#include "core/federation/streams.h"
#include "core/models/make_model.h"
#include "core/privacy/mechanisms.h"
#include "core/privacy/schedule.h"
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

UploadReport uploadReport(const CohortResult& cohort, const model::LossOptions& weights, double clipNorm)
{
    const LossMeans& loss = cohort.loss;
    UploadReport report;
    report.loss = loss;
    report.lossTotal = loss.a + loss.b + weights.lambda1 * loss.idra + weights.lambda2 * loss.cdrd;
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

double meanNdcg10(const evaluation::DomainMetrics& metrics)
{
    return (metrics[0].ndcg[2] + metrics[1].ndcg[2]) / 2;
}

} // namespace

void TrainingControl::pause(bool wanted)
{
    const std::scoped_lock lock(m_mutex);
    m_paused = wanted;
    m_changed.notify_all();
}

void TrainingControl::stop()
{
    m_stop.request_stop();
}

void TrainingControl::setLambda1(double value)
{
    const std::scoped_lock lock(m_mutex);
    m_lambda1 = value;
}

void TrainingControl::setLambda2(double value)
{
    const std::scoped_lock lock(m_mutex);
    m_lambda2 = value;
}

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
    , m_server(m_options.federation, m_model->initialise(m_options.run.seed), m_model->decays(),
          m_options.model.idWidth)
    , m_curveUsers(curveUsers(dataset.userCount(), m_options.run))
{
    m_state.parameters = m_model->initialise(m_options.run.seed);
    m_state.clipNorm = m_options.privacy.clipNorm;
    if (m_options.privacy.correlation == privacy::Correlation::Banded) {
        m_bandedNoise.emplace(m_options.privacy.band, m_noise, &m_workers);
        m_noiseDeviations = privacy::noiseDeviations(m_options.privacy.band, m_options.federation.rounds);
    }
}

void Trainer::resume(const std::filesystem::path& checkpointFile)
{
    m_state = readCheckpoint(checkpointFile, m_model->names(), m_state.parameters);
    if (m_state.moments.size() != m_server.moments().size())
        throw Error(checkpointFile.string()
            + ": belongs to another server optimiser; resume with the run's own settings");
    m_server.moments() = std::move(m_state.moments);
    m_state.moments.clear();
    m_ledger.restore(std::move(m_state.ledger), m_state.chargedRounds);
    m_state.ledger.clear();
    m_options.loss.lambda1 = m_state.lambda1;
    m_options.loss.lambda2 = m_state.lambda2;
}

/// Whoever sees released models only must not learn who took part; a secret source hides that too.
std::uint64_t Trainer::samplingSeed() const
{
    return privacy::hasSecretSource(m_options.privacy) ? m_noise.bits({privacy::NoisePurpose::Sampling})
                                                       : m_options.run.seed;
}

/// What the sum is divided by: the number of uploads where there is no noise on the sum itself, else that of
/// the whole draw, so that what each adds does not depend on who else was there.
double Trainer::divisor(std::size_t uploads, int round) const
{
    const bool central = m_options.federation.mode == federation::Mode::Central;
    if (central || m_options.privacy.schedule == privacy::Schedule::None
        || m_options.privacy.adversary == privacy::Adversary::Local)
        return static_cast<double>(std::max<std::size_t>(1, uploads));
    return std::max(1.0, federation::expectedClients(m_options.federation, m_dataset.userCount(), round));
}

void Trainer::addRoundNoise(CohortResult& cohort, RoundReport& report, std::size_t uploads)
{
    // The sum of K clients' draws is one draw of K times the variance.
    const bool local = m_options.privacy.adversary == privacy::Adversary::Local;
    const double sumStd = report.sigma * (local ? std::sqrt(static_cast<double>(uploads)) : 1);
    if (sumStd > 0 && uploads > 0)
        report.signalToNoise = norm(cohort.sum)
            / federation::noiseOnSum(m_options.privacy, report.sigma, static_cast<double>(uploads),
                static_cast<double>(m_state.parameters.count()),
                m_noiseDeviations.empty() ? 1 : m_noiseDeviations[static_cast<std::size_t>(m_state.round)]);
    if (m_bandedNoise)
        m_bandedNoise->add(cohort.sum, sumStd, m_state.round);
    else
        addNoise(cohort.sum, sumStd, m_noise, m_state.round, &m_workers);
}

/// The clip norm follows a quantile of the uploads' norms by a noisy count (Andrew et al. 2021).
void Trainer::adaptClip(const std::vector<double>& norms, int round)
{
    const privacy::PrivacyOptions& options = m_options.privacy;
    const auto below = std::ranges::count_if(norms, [&](double n) { return n <= m_state.clipNorm; });
    double noise = 0;
    if (options.schedule != privacy::Schedule::None) {
        noise = options.clipCountNoise
            * m_noise.normals(1, {privacy::NoisePurpose::ClipCount, static_cast<std::uint32_t>(round)})
                  .front();
        if (options.adversary == privacy::Adversary::Local)
            noise *= std::sqrt(static_cast<double>(norms.size()));
    }
    const double centred = static_cast<double>(below) - static_cast<double>(norms.size()) / 2 + noise;
    const double fraction = centred / divisor(norms.size(), round) + 0.5;
    m_state.clipNorm =
        privacy::adaptedClip(m_state.clipNorm, fraction, options.clipLearningRate, options.clipQuantile);
}

/// Uploads, noise, average, server step (Algorithm 1, lines 3-4 of the server).
RoundReport Trainer::oneRound(const std::vector<std::int32_t>& admitted, double noiseShare)
{
    const privacy::PrivacyOptions& options = m_options.privacy;
    const bool central = m_options.federation.mode == federation::Mode::Central;
    const int t = m_state.round;
    RoundReport report;
    report.round = t + 1;
    report.clients = admitted.size();
    report.lambda1 = m_options.loss.lambda1;
    report.lambda2 = m_options.loss.lambda2;
    report.clipNorm = m_state.clipNorm;
    report.sigma = central ? 0 : federation::gradientNoise(options, t) * noiseShare * m_state.clipNorm;
    // An outsider must not learn from a model that stands still that nobody was drawn.
    const bool showsNothing = options.adversary == privacy::Adversary::ReleasedModel && report.sigma > 0;
    if (admitted.empty() && !showsNothing)
        return report;

    CohortResult cohort =
        m_cohort.run(m_state.parameters, admitted, t, m_state.clipNorm, m_options.loss, options.clipping);
    if (!admitted.empty())
        report.uploads = uploadReport(cohort, m_options.loss, m_state.clipNorm);
    if (report.sigma > 0)
        addRoundNoise(cohort, report, admitted.size());
    scale(cohort.sum, 1 / divisor(admitted.size(), t));
    m_server.step(m_state.parameters, cohort.sum, t, ++m_state.steps);
    if (!central && options.clipping == privacy::Clipping::Adaptive)
        adaptClip(cohort.norms, t);
    return report;
}

Update Trainer::upload(std::int32_t client, int round) const
{
    const std::int32_t one[] = {client};
    return m_cohort.run(kept(), one, round, m_state.clipNorm, m_options.loss, m_options.privacy.clipping).sum;
}

std::vector<double> Trainer::itemEvidence(const Update& upload) const
{
    const torch::Tensor scores = m_model->itemEvidence(upload).to(torch::kCPU, torch::kFloat64).contiguous();
    const auto* first = scores.data_ptr<double>();
    return {first, first + scores.numel()};
}

double Trainer::noiseStd(int round) const
{
    return federation::gradientNoise(m_options.privacy, round) * m_options.privacy.clipNorm;
}

std::optional<federation::Forecast> Trainer::forecast() const
{
    federation::ForecastRequest request{m_options.federation, m_options.privacy};
    request.coordinates = static_cast<double>(m_state.parameters.count());
    request.seed = samplingSeed();
    return federation::forecast(request, m_dataset.userCount());
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
    if (m_options.privacy.accountant == privacy::AccountantKind::PaperEq27
        || m_options.privacy.accountant == privacy::AccountantKind::PaperAppendixA)
        report.rigorousMax = m_ledger.exactMost();
}

void Trainer::validateIfDue(RoundReport& report, bool last)
{
    if (!last && report.round % m_options.run.evaluateEvery != 0)
        return;
    EvaluationRequest request;
    request.augmentation = &m_options.augmentation;
    request.users = m_curveUsers;
    report.validation = evaluate(*m_model, m_state.parameters, m_dataset, m_workers, m_device, request);
    report.validationUsers = m_curveUsers.size();
    const double value = meanNdcg10(*report.validation);
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
    const LossMeans& loss = report.uploads->loss;
    const std::array<std::pair<const char*, double>, 4> terms{
        {{"L^A", loss.a}, {"L^B", loss.b}, {"IDRA", loss.idra}, {"CDRD", loss.cdrd}}};
    for (const auto& [name, value] : terms)
        if (!std::isfinite(value))
            throw Error("round " + std::to_string(report.round) + ": " + name
                    + " is no longer a number; lower federation.learning_rate or privacy.clip_norm",
                Error::Kind::Failure);
}

void Trainer::saveCheckpoint(TrainingObserver& observer)
{
    Checkpoint snapshot = m_state;
    snapshot.moments = m_server.moments();
    snapshot.ledger = m_ledger.clients();
    snapshot.chargedRounds = m_ledger.rounds();
    snapshot.lambda1 = m_options.loss.lambda1;
    snapshot.lambda2 = m_options.loss.lambda2;
    observer.checkpoint(snapshot);
}

/// Waits while paused and takes over changed weights. False: stop.
bool Trainer::obey(TrainingControl& control, TrainingObserver& observer)
{
    const std::stop_token stop = control.m_stop.get_token();
    std::unique_lock lock(control.m_mutex);
    if (control.m_paused && !stop.stop_requested()) {
        observer.paused(true);
        control.m_changed.wait(lock, stop, [&] { return !control.m_paused; });
        if (!stop.stop_requested())
            observer.paused(false);
    }
    const auto take = [&](std::optional<double>& wanted, double& target, const char* key) {
        if (!wanted)
            return;
        target = *wanted;
        wanted.reset();
        observer.happened({m_state.round, EventKind::Setting,
            std::string(key) + " is now " + std::to_string(target), key, target});
    };
    take(control.m_lambda1, m_options.loss.lambda1, "loss.lambda1");
    take(control.m_lambda2, m_options.loss.lambda2, "loss.lambda2");
    return !stop.stop_requested();
}

TrainingResult Trainer::train(TrainingObserver& observer, TrainingControl& control)
{
    TrainingResult result;
    std::size_t activeBefore = m_ledger.activeCount();
    int validatedRound = 0;
    while (m_state.round < m_options.federation.rounds) {
        const std::pair weights(m_options.loss.lambda1, m_options.loss.lambda2);
        if (!obey(control, observer)) {
            result.reason = EndReason::Stopped;
            break;
        }
        // Rounds that are done again after a kill draw the same noise: it must meet the same uploads.
        if (weights != std::pair(m_options.loss.lambda1, m_options.loss.lambda2))
            saveCheckpoint(observer);
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
            result.reason = EndReason::BudgetSpent;
            observer.happened({m_state.round, EventKind::BudgetSpent,
                "all clients have spent their budget; training ends", {}, 0});
            break;
        }
        RoundReport report = oneRound(admitted, there.noiseShare);
        checkLoss(report);
        m_state.round = report.round;
        const bool last = report.round == m_options.federation.rounds;
        validateIfDue(report, last);
        if (report.validation)
            validatedRound = report.round;
        describeBudget(report);
        report.seconds = secondsSince(start);
        m_state.seconds += report.seconds;
        observer.roundDone(report);
        if (m_options.run.snapshots > 0 && report.round % m_options.run.snapshotStride(report.round) == 0)
            observer.snapshot(report.round, m_state.parameters);
        const int every = m_options.run.checkpointEvery;
        if (!last && every > 0 && report.round % every == 0)
            saveCheckpoint(observer);
    }
    saveCheckpoint(observer);

    const auto start = Clock::now();
    if (validatedRound < m_state.round) {
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
    std::array<std::vector<UserOutcome>, 2>* users) const
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
    request.progress = progress;
    request.stop = stop;
    return evaluate(*m_model, kept(), m_dataset, m_workers, m_device, request);
}

} // namespace fedcctr::training
