// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/silos/silo_training.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/random.h"
#include "core/data/markets.h"
#include "core/model/code_files.h"
#include "core/silos/averages.h"
#include "core/silos/streams.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

namespace fedcctr::silos {

namespace fs = std::filesystem;
using federation::SiloMethod;
using model::Parameters;
using nlohmann::json;
using torch::Tensor;
using training::EndReason;
using training::Trainer;

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kStateFile = "state.json";

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// What a trainer of one market reports between two exchanges.
class LocalReports : public training::TrainingObserver {
public:
    void roundDone(const training::RoundReport& report) override
    {
        if (report.uploads) {
            m_loss += report.uploads->lossTotal;
            ++m_rounds;
        }
        if (report.validation)
            validation = (*report.validation)[0];
        epsilon = report.spentMax;
    }
    void happened(const training::TrainingEvent&) override { }
    void checkpoint(const training::Checkpoint&) override { }
    void paused(bool) override { }
    void evaluating(double) override { }

    double loss() const { return m_rounds > 0 ? m_loss / m_rounds : 0; }

    std::optional<evaluation::Metrics> validation;
    double epsilon = 0;

private:
    double m_loss = 0;
    int m_rounds = 0;
};

/// Figures of some users' targets, CTR with intervals as everywhere.
evaluation::Metrics metricsOf(std::span<const training::UserOutcome> users, bool clicks)
{
    constexpr int kResamples = 1000;
    std::vector<evaluation::UserResult> results;
    std::vector<evaluation::CtrSample> samples;
    for (const auto& [user, each] : users) {
        const auto number = static_cast<std::int32_t>(user);
        results.push_back(each);
        samples.push_back({number, each.label, each.logit});
        if (clicks)
            samples.push_back({number, false, each.sampledLogit});
    }
    evaluation::Metrics metrics = evaluation::summarise(results);
    if (!samples.empty())
        metrics.ctr = evaluation::ctrMetrics(samples, kResamples);
    return metrics;
}

} // namespace

struct SiloTraining::Silo {
    data::Dataset data;
    std::shared_ptr<const model::Codes> codes;
    std::unique_ptr<Trainer> trainer;
    double trainEvents = 0;
    bool spent = false; ///< its users' budgets are
    double epsilon = 0; ///< as last reported
};

SiloTraining::SiloTraining(const data::Dataset& dataset, SiloTrainingOptions options)
    : m_dataset(dataset)
    , m_options(std::move(options))
    , m_workers(m_options.training.run.threads)
{
    if (!dataset.hasMarkets())
        throw Error(
            "federation.client: silo needs a multi-market dataset; import one with --format markets, or set "
            "it to user");
    const SiloMethod method = m_options.market.method;
    const bool united = method == SiloMethod::Central || method == SiloMethod::FineTune;
    if (united && m_options.market.identities == federation::Identities::Hidden)
        throw Error(
            "market.identities: training on all data together needs to know which items are the same; "
            "set it to shared");
    if (united && m_options.training.privacy.schedule != privacy::Schedule::None)
        throw Error(
            "privacy.schedule: training on all data together has no silos to protect; set it to none");
    if (method == SiloMethod::FedMm && !m_options.fedmm.global && !m_options.fedmm.local)
        throw Error("fedmm.local: without a global and a local layer there are no codes; switch one on");
    if (m_options.training.privacy.schedule != privacy::Schedule::None)
        checkPrivacy();
    for (std::size_t market = 0; market < dataset.markets.size(); ++market) {
        auto silo = std::make_unique<Silo>();
        silo->data = data::marketSlice(dataset, market);
        silo->trainEvents = static_cast<double>(
            std::ranges::count(silo->data.allEvents, data::Role::Train, &data::Event::role));
        m_silos.push_back(std::move(silo));
    }
}

SiloTraining::~SiloTraining() = default;

/// What the noise can protect, and what not.
void SiloTraining::checkPrivacy() const
{
    const privacy::PrivacyOptions& privacy = m_options.training.privacy;
    if (privacy.adversary != privacy::Adversary::Aggregate)
        throw Error(
            "privacy.adversary: a market adds the noise before anything leaves it, which is aggregate; set "
            "it to that");
    if (privacy::hasSecretSource(privacy))
        throw Error("privacy.noise_source: secret noise is not kept for markets; set it to reproducible");
    if (m_options.market.method != SiloMethod::FedMm)
        return;
    if (m_options.fedmm.embedding != federation::Collaborative::Text)
        throw Error(
            "fedmm.embedding: under noise only text bounds what a user adds to codebooks, since vectors that "
            "are learnt depend on everybody's events; set it to text, or privacy.schedule to none");
    if (m_options.fedmm.global && m_options.fedmm.sharedModel)
        throw Error("fedmm.shared_model: under noise the models stay in their markets, since they are "
                    "trained without; "
                    "set it to false");
    if (privacy.clipping != privacy::Clipping::Whole || privacy.correlation != privacy::Correlation::None)
        throw Error("privacy.clipping: codebook sums are clipped as a whole and their noise is fresh; set it "
                    "to whole, "
                    "and privacy.correlation to none");
}

int SiloTraining::stepsPerExchange() const
{
    return std::max(
        1, static_cast<int>(std::lround(m_options.market.epochs / m_options.training.federation.rate)));
}

int SiloTraining::unitedExchanges() const
{
    const int all = m_options.training.federation.rounds;
    if (m_options.market.method == SiloMethod::Central)
        return all;
    return m_options.market.method == SiloMethod::FineTune ? all / 2 : 0;
}

bool SiloTraining::exchangesModels() const
{
    const SiloMethod method = m_options.market.method;
    return method == SiloMethod::FedAvg || method == SiloMethod::FedProx
        || (method == SiloMethod::FedMm && m_options.fedmm.global && m_options.fedmm.sharedModel);
}

int SiloTraining::plannedRounds() const
{
    const int codebooks = m_options.market.method == SiloMethod::FedMm ? m_options.fedmm.rounds : 0;
    return codebooks + m_options.training.federation.rounds;
}

std::vector<double> SiloTraining::weights() const
{
    std::vector<double> all;
    for (const auto& silo : m_silos)
        all.push_back(m_options.market.weights == federation::SiloWeights::Size ? silo->trainEvents : 1);
    return all;
}

/// `market`: its place, or -1 of all together, which use all threads.
training::TrainingOptions SiloTraining::optionsOf(int market) const
{
    training::TrainingOptions own = m_options.training;
    if (m_options.market.method == SiloMethod::FedMm)
        own.privacy.schedule = privacy::Schedule::None; // protects the codebooks; models stay where they are
    const int steps = stepsPerExchange();
    own.federation.mode = own.privacy.schedule == privacy::Schedule::None ? federation::Mode::Central
                                                                          : federation::Mode::Federated;
    own.federation.rounds *= steps;
    own.loss.target = model::TargetDomain::A;
    own.run.evaluateEvery *= steps;
    own.run.checkpointEvery = 0;
    own.run.snapshots = 0;
    own.run.seed = derivedSeed(own.run.seed, {kTrainer, static_cast<std::uint64_t>(market + 1)});
    if (market < 0)
        return own;
    own.run.threads = 1;
    const Silo& silo = *m_silos[static_cast<std::size_t>(market)];
    if (silo.codes) {
        own.model.features = model::Features::Text;
        own.model.codes = silo.codes;
    }
    return own;
}

void SiloTraining::openTrainers()
{
    for (std::size_t i = 0; i < m_silos.size(); ++i)
        m_silos[i]->trainer = std::make_unique<Trainer>(m_silos[i]->data, optionsOf(static_cast<int>(i)));
    // What the codebooks have cost stands beside every exchange that follows.
    for (std::size_t i = 0; m_options.market.method == SiloMethod::FedMm && i < m_silos.size(); ++i)
        m_silos[i]->epsilon = codebookEpsilon(i);
    m_device = m_silos.front()->trainer->deviceName();
    m_shared =
        std::make_unique<SharedRows>(m_silos.front()->trainer->tensors(), m_silos.front()->codes.get());
    if (m_options.market.identities == federation::Identities::Shared
        && m_options.market.method != SiloMethod::FedMm) {
        const data::UnitedMarkets all = data::unitedMarkets(m_dataset);
        std::vector<std::vector<data::ItemId>> articles;
        for (const data::Market& market : m_dataset.markets)
            articles.emplace_back(
                all.items.begin() + market.firstItem, all.items.begin() + market.firstItem + market.items);
        m_shared->shareItems(std::move(articles), all.dataset.itemCount());
    }
    if (exchangesModels())
        beginAlike();
}

/// Averages of models mean something if they had one beginning: the first market's.
void SiloTraining::beginAlike()
{
    std::vector<Parameters> own;
    for (const auto& silo : m_silos)
        own.push_back(silo->trainer->parameters().clone());
    std::vector<Parameters*> all;
    for (Parameters& each : own)
        all.push_back(&each);
    std::vector<double> first(m_silos.size());
    first.front() = 1;
    m_shared->average(all, first, std::vector<bool>(m_silos.size(), true));
    for (std::size_t i = 0; i < m_silos.size(); ++i)
        m_silos[i]->trainer->setParameters(std::move(own[i]));
}

void SiloTraining::openUnited()
{
    m_all = std::make_unique<data::UnitedMarkets>(data::unitedMarkets(m_dataset));
    m_united = std::make_unique<Trainer>(m_all->dataset, optionsOf(-1));
}

bool SiloTraining::goesOn(SiloObserver& observer, training::TrainingControl& control)
{
    return control.waitWhilePaused([&](bool isPaused) { observer.paused(isPaused); });
}

void SiloTraining::tellRound(SiloReport report, SiloObserver& observer)
{
    report.round = ++m_round;
    m_seconds += report.seconds;
    observer.roundDone(report);
    const int every = m_options.training.run.checkpointEvery;
    if (every > 0 && m_round % every == 0)
        observer.checkpointDue();
}

void SiloTraining::buildCodes(
    const fs::path& directory, SiloObserver& observer, training::TrainingControl& control)
{
    bool isThere = true;
    for (const auto& silo : m_silos) {
        if (auto codes = model::readCodes(silo->data, directory))
            silo->codes = std::make_shared<const model::Codes>(std::move(*codes));
        isThere = isThere && silo->codes;
    }
    if (isThere)
        return;
    const auto start = Clock::now();
    const std::uint64_t seed = m_options.training.run.seed;
    std::vector<CollaborativeVectors> vectors(m_silos.size());
    const auto work = [&](std::size_t i) {
        vectors[i] = collaborativeVectors(m_silos[i]->data, m_options.fedmm,
            derivedSeed(seed, {kStart, static_cast<std::uint64_t>(i)}), control.stopToken());
    };
    try {
        m_workers.run(m_silos.size(), work);
    } catch (const Error&) {
        if (!control.stopToken().stop_requested())
            throw;
        return;
    }
    m_seconds += secondsSince(start);
    observer.told("collaborative vectors of " + std::to_string(m_silos.size()) + " markets are there");
    std::optional<CodebookNoise> noise;
    if (m_options.training.privacy.schedule != privacy::Schedule::None)
        noise.emplace(CodebookNoise{m_options.training.privacy, privacy::NoiseSource::reproducible(seed)});
    CodebookFederation books(vectors, weights(), m_options.fedmm, seed, m_workers, std::move(noise));
    m_round = 0;
    for (int round = 0; round < m_options.fedmm.rounds && goesOn(observer, control); ++round) {
        const auto began = Clock::now();
        const std::vector<CodebookReport> reports = books.round();
        SiloReport report{Phase::Codebooks, 0, secondsSince(began), {}};
        for (std::size_t i = 0; i < m_silos.size(); ++i)
            report.markets.push_back(
                {m_dataset.markets[i].name, true, 0, reports[i], {}, books.epsilon(i), false});
        tellRound(std::move(report), observer);
    }
    if (m_round < m_options.fedmm.rounds)
        return; // stopped
    m_uploadedCodebooks = static_cast<std::int64_t>(books.upload(0).bytes().size() / sizeof(float));
    std::vector<model::Codes> codes = books.codes();
    for (std::size_t i = 0; i < m_silos.size(); ++i) {
        model::writeCodes(codes[i], m_silos[i]->data, directory);
        m_silos[i]->codes = std::make_shared<const model::Codes>(std::move(codes[i]));
    }
}

/// FedProx: w ← w - η μ (w - w_t) beside each local step, which is one of Adam.
void SiloTraining::pullTowards(Silo& silo, const Parameters& anchor) const
{
    const torch::NoGradGuard noGrad;
    const double share = m_options.training.federation.learningRate * m_options.market.proximal;
    Parameters moved = silo.trainer->parameters();
    for (std::size_t i = 0; i < moved.size(); ++i)
        if (silo.trainer->tensors()[i].rows != model::Rows::PerUser)
            moved[i].lerp_(anchor[i], share);
}

void SiloTraining::localWork(Silo& silo, MarketReport& report) const
{
    report.spent = silo.spent;
    report.epsilon = silo.epsilon;
    if (silo.spent)
        return;
    LocalReports local;
    training::TrainingControl untilDone;
    const int steps = stepsPerExchange();
    EndReason reason = EndReason::Finished;
    if (m_options.market.method == SiloMethod::FedProx) {
        const Parameters anchor = silo.trainer->parameters().clone();
        for (int step = 0; step < steps && reason == EndReason::Finished; ++step) {
            reason = silo.trainer->advance(1, local, untilDone);
            pullTowards(silo, anchor);
        }
    } else {
        reason = silo.trainer->advance(steps, local, untilDone);
    }
    silo.spent = reason == EndReason::BudgetSpent;
    report.spent = silo.spent;
    report.loss = local.loss();
    report.validation = local.validation;
    if (local.epsilon > 0)
        silo.epsilon = local.epsilon;
    report.epsilon = silo.epsilon;
}

SiloReport SiloTraining::exchange()
{
    const auto start = Clock::now();
    SiloReport report;
    const std::size_t count = m_silos.size();
    Random random(m_options.training.run.seed, {kDrawnSilos, static_cast<std::uint64_t>(m_round)});
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::vector<bool> works(count, true);
    std::vector<bool> dropped(count, false);
    if (exchangesModels()) {
        random.shuffle(std::span(order));
        const auto wanted = static_cast<std::size_t>(
            std::max(1.0, std::round(m_options.market.participation * static_cast<double>(count))));
        for (std::size_t i = wanted; i < count; ++i)
            works[order[i]] = false;
        for (std::size_t i = 0; i < count; ++i)
            dropped[i] = random.uniform() < m_options.market.dropout && works[i];
    }
    for (std::size_t i = 0; i < count; ++i)
        report.markets.push_back({m_dataset.markets[i].name, works[i] && !dropped[i], 0, {}, {}, 0, false});
    m_workers.run(count, [&](std::size_t i) {
        if (works[i])
            localWork(*m_silos[i], report.markets[i]);
    });
    if (exchangesModels()) {
        std::vector<double> weight = weights();
        std::vector<Parameters> own;
        std::vector<Parameters*> all;
        std::vector<bool> receives;
        for (std::size_t i = 0; i < count; ++i) {
            weight[i] = report.markets[i].answered ? weight[i] : 0;
            receives.push_back(!dropped[i]);
            own.push_back(m_silos[i]->trainer->parameters());
        }
        for (Parameters& each : own)
            all.push_back(&each);
        m_shared->average(all, weight, receives);
    }
    report.seconds = secondsSince(start);
    return report;
}

bool SiloTraining::runUnited(int exchanges, SiloObserver& observer, training::TrainingControl& control)
{
    while (m_round < exchanges) {
        if (!goesOn(observer, control))
            return false;
        const auto start = Clock::now();
        LocalReports local;
        m_united->advance(stepsPerExchange(), local, control);
        SiloReport report;
        report.markets.push_back({"all markets", true, local.loss(), {}, local.validation, 0, false});
        report.seconds = secondsSince(start);
        tellRound(std::move(report), observer);
    }
    return true;
}

bool SiloTraining::runSilos(SiloObserver& observer, training::TrainingControl& control)
{
    while (m_round < plannedRounds()) {
        if (!goesOn(observer, control))
            return false;
        SiloReport report = exchange();
        tellRound(std::move(report), observer);
        if (std::ranges::all_of(m_silos, [](const auto& silo) { return silo->spent; }))
            break;
    }
    return true;
}

namespace {

/// What a model of all markets knows, as a market's own model begins with it.
Parameters partOf(const Parameters& all, const Trainer& own, const data::Market& market,
    std::span<const data::ItemId> articles)
{
    Parameters part = own.parameters().clone();
    const Tensor rows = torch::tensor(std::vector<std::int64_t>(articles.begin(), articles.end()));
    for (std::size_t i = 0; i < part.size(); ++i) {
        const model::Rows kind = own.tensors()[i].rows;
        if (kind == model::Rows::Whole)
            part[i].copy_(all.tensors[i]);
        else if (kind == model::Rows::PerItem)
            part[i].copy_(all.tensors[i].index_select(0, rows));
        else
            part[i].copy_(all.tensors[i].narrow(
                0, static_cast<std::int64_t>(market.firstUser), static_cast<std::int64_t>(market.users)));
    }
    return part;
}

} // namespace

SiloResult SiloTraining::train(
    const fs::path& codes, SiloObserver& observer, training::TrainingControl& control)
{
    const int united = unitedExchanges();
    EndReason reason = EndReason::Finished;
    if (m_options.market.method == SiloMethod::FedMm && !m_silos.front()->trainer) {
        buildCodes(codes, observer, control);
        if (!m_silos.front()->codes)
            return {EndReason::Stopped, m_round, m_seconds, {}, 0, 0, 0};
        m_round = m_options.fedmm.rounds;
    }
    if (united > 0 && !m_united)
        openUnited();
    if (united > 0 && !runUnited(united, observer, control))
        reason = EndReason::Stopped;
    if (reason == EndReason::Finished && m_options.market.method != SiloMethod::Central) {
        if (!m_silos.front()->trainer) {
            openTrainers();
            for (std::size_t i = 0; m_united && i < m_silos.size(); ++i)
                m_silos[i]->trainer->setParameters(
                    partOf(m_united->parameters(), *m_silos[i]->trainer, m_dataset.markets[i],
                        std::span(m_all->items)
                            .subspan(static_cast<std::size_t>(m_dataset.markets[i].firstItem),
                                static_cast<std::size_t>(m_dataset.markets[i].items))));
        }
        if (!runSilos(observer, control))
            reason = EndReason::Stopped;
    }
    observer.checkpointDue();
    return conclude(reason, observer);
}

SiloResult SiloTraining::conclude(EndReason reason, SiloObserver& observer)
{
    SiloResult result{reason, m_round, 0, {}, 0, m_uploadedCodebooks, 0};
    const bool clicks = m_options.training.loss.label == model::Label::Click;
    const auto start = Clock::now();
    result.markets.resize(m_silos.size());
    if (!m_silos.front()->trainer) {
        // One model for all: each market's users among its outcomes.
        LocalReports quiet;
        std::array<std::vector<training::UserOutcome>, 2> validation;
        m_united->evaluateKept(data::Split::Validation, false, {}, {}, &validation);
        const training::TrainingResult all = m_united->finish(reason, quiet);
        result.parameters = m_united->parameterCount();
        for (std::size_t i = 0; i < m_silos.size(); ++i) {
            const data::Market& market = m_dataset.markets[i];
            const auto own = [&](std::vector<training::UserOutcome> users) {
                std::erase_if(users, [&](const training::UserOutcome& each) {
                    return each.user < market.firstUser || each.user >= market.firstUser + market.users;
                });
                return users;
            };
            MarketResult& one = result.markets[i];
            one.name = market.name;
            one.bestRound = all.bestRound / stepsPerExchange();
            one.testUsers = own(all.testUsers[0]);
            one.test = metricsOf(one.testUsers, clicks);
            one.validation = metricsOf(own(validation[0]), clicks);
        }
    } else {
        std::atomic<int> done = 0;
        m_workers.run(m_silos.size(), [&](std::size_t i) {
            LocalReports quiet;
            training::TrainingResult own = m_silos[i]->trainer->finish(reason, quiet);
            MarketResult& one = result.markets[i];
            one.name = m_dataset.markets[i].name;
            const int before = plannedRounds() - m_options.training.federation.rounds + unitedExchanges();
            one.bestRound = before + own.bestRound / stepsPerExchange();
            one.validation = own.validation[0];
            one.test = own.test[0];
            one.testUsers = std::move(own.testUsers[0]);
            for (training::UserOutcome& each : one.testUsers)
                each.user += m_dataset.markets[i].firstUser;
            one.privacy =
                m_options.market.method == SiloMethod::FedMm ? codebookSpends(i) : std::move(own.privacy);
            observer.evaluating(static_cast<double>(++done) / static_cast<double>(m_silos.size()));
        });
        for (const auto& silo : m_silos) {
            result.parameters += silo->trainer->parameterCount();
            if (exchangesModels())
                result.uploaded =
                    std::max(result.uploaded, m_shared->uploadedCount(silo->trainer->parameters()));
        }
    }
    result.seconds = m_seconds + secondsSince(start);
    return result;
}

/// Of the user of a market that spent most, under the governing accountant; 0 without noise.
double SiloTraining::codebookEpsilon(std::size_t market) const
{
    const privacy::PrivacyOptions& options = m_options.training.privacy;
    if (options.schedule == privacy::Schedule::None || !m_options.fedmm.global)
        return 0;
    const int rounds = m_options.fedmm.rounds;
    return codebookLedger(options, rounds, rounds, m_dataset.markets[market].users).spent().most;
}

/// Of a market's users, by their part in the codebooks. None without noise.
std::vector<privacy::Spend> SiloTraining::codebookSpends(std::size_t market) const
{
    const privacy::PrivacyOptions& options = m_options.training.privacy;
    if (options.schedule == privacy::Schedule::None || !m_options.fedmm.global)
        return {};
    const int rounds = m_options.fedmm.rounds;
    return codebookLedger(options, rounds, rounds, m_dataset.markets[market].users).worstCase();
}

void SiloTraining::save(const fs::path& directory) const
{
    json state{{"round", m_round}, {"seconds", m_seconds}, {"uploaded_codebooks", m_uploadedCodebooks},
        {"united", m_united != nullptr}, {"silos", json::array()}};
    const auto write = [&](const Trainer& trainer, const std::string& name) {
        training::writeCheckpoint(trainer.state(), trainer.tensorNames(), directory / (name + ".bin"));
    };
    if (m_united)
        write(*m_united, "all");
    for (std::size_t i = 0; i < m_silos.size(); ++i) {
        if (!m_silos[i]->trainer)
            continue;
        write(*m_silos[i]->trainer, "market-" + std::to_string(i));
        state["silos"].push_back({{"spent", m_silos[i]->spent}});
    }
    writeFileAtomically(directory / kStateFile, state.dump());
}

void SiloTraining::resume(const fs::path& directory)
{
    const fs::path file = directory / kStateFile;
    const json state = json::parse(readFile(file), nullptr, false);
    if (!state.is_object() || !state.contains("silos"))
        throw Error(file.string() + ": is damaged; start the run again with another --out");
    m_round = state["round"].get<int>();
    m_seconds = state["seconds"].get<double>();
    m_uploadedCodebooks = state["uploaded_codebooks"].get<std::int64_t>();
    if (state["united"].get<bool>()) {
        openUnited();
        m_united->resume(directory / "all.bin");
    }
    if (state["silos"].empty())
        return;
    if (m_options.market.method == SiloMethod::FedMm) {
        for (const auto& silo : m_silos) {
            auto codes = model::readCodes(silo->data, directory.parent_path().parent_path() / "codes");
            if (!codes)
                throw Error((directory.parent_path().parent_path() / "codes").string()
                    + ": the codes of market " + silo->data.domainNames[0]
                    + " are gone; start the run again with another --out");
            silo->codes = std::make_shared<const model::Codes>(std::move(*codes));
        }
    }
    openTrainers();
    for (std::size_t i = 0; i < m_silos.size(); ++i) {
        m_silos[i]->trainer->resume(directory / ("market-" + std::to_string(i) + ".bin"));
        m_silos[i]->spent = state["silos"][i]["spent"].get<bool>();
    }
}

} // namespace fedcctr::silos
