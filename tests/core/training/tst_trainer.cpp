// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/federation/sampler.h"
#include "core/models/idst_cl.h"
#include "core/privacy/accountant.h"
#include "core/training/trainer.h"
#include "tests/fixtures/model_support.h"

#include "tests/fixtures/support.h"

#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <thread>

using namespace fedcctr;
using namespace fedcctr::federation;
using namespace fedcctr::training;
using namespace fedcctr::test;

namespace {

TrainingOptions smallOptions()
{
    TrainingOptions options;
    options.model = tinyModel();
    options.model.dropout = 0.1;
    options.federation.rate = 0.3;
    options.federation.rounds = 12;
    options.federation.learningRate = 0.01;
    options.federation.localTargets = 4;
    options.privacy.noiseMultiplier = 0.05;
    options.privacy.epsilon = 1e6;
    options.privacy.decayRate = 0.98;
    options.run.threads = 1;
    options.run.device = "cpu";
    options.run.evaluateEvery = 4;
    options.run.checkpointEvery = 5;
    options.run.evaluationUsers = 25;
    return options;
}

TrainingOptions centralOptions()
{
    TrainingOptions options = smallOptions();
    options.federation.mode = Mode::Central;
    options.federation.sampling = Sampling::Fixed;
    options.privacy.schedule = privacy::Schedule::None;
    return options;
}

TrainingOptions bandedOptions()
{
    TrainingOptions options = smallOptions();
    options.federation.sampling = Sampling::Cyclic;
    options.federation.rate = 0.25;
    options.privacy.schedule = privacy::Schedule::Static;
    options.privacy.adversary = privacy::Adversary::Aggregate;
    options.privacy.correlation = privacy::Correlation::Banded;
    options.privacy.band = 4;
    return options;
}

TrainingOptions adaptiveOptions()
{
    TrainingOptions options = smallOptions();
    options.privacy.adversary = privacy::Adversary::Aggregate;
    options.privacy.clipping = privacy::Clipping::Adaptive;
    options.privacy.clipCountNoise = 1;
    return options;
}

TrainingOptions dropoutOptions()
{
    TrainingOptions options = smallOptions();
    options.privacy.adversary = privacy::Adversary::Aggregate;
    options.privacy.dropout = 0.4;
    return options;
}

TrainingOptions outsiderOptions()
{
    TrainingOptions options = smallOptions();
    options.privacy.adversary = privacy::Adversary::ReleasedModel;
    options.privacy.charge = privacy::Charge::EveryRound;
    options.privacy.noiseMultiplier = 2;
    return options;
}

/// The first server step of a run with SGD at rate 1.
model::Parameters firstStep(TrainingOptions options);

/// Keeps everything, and may act on a round's end.
class Witness : public TrainingObserver {
public:
    std::function<void(const RoundReport&)> onRound;
    std::vector<RoundReport> rounds;
    std::vector<TrainingEvent> events;
    std::vector<Checkpoint> checkpoints;
    std::vector<bool> pauses;
    std::vector<Snapshot> snapshots;

    void snapshot(int round, const model::Parameters& parameters) override
    {
        snapshots.push_back({round, parameters.clone()});
    }
    void roundDone(const RoundReport& report) override
    {
        rounds.push_back(report);
        if (onRound)
            onRound(report);
    }
    void happened(const TrainingEvent& event) override { events.push_back(event); }
    void checkpoint(const Checkpoint& checkpoint) override
    {
        Checkpoint copy = checkpoint;
        copy.parameters = checkpoint.parameters.clone();
        for (model::Parameters& moment : copy.moments)
            moment = moment.clone();
        if (copy.bestRound > 0)
            copy.best = checkpoint.best.clone();
        checkpoints.push_back(copy);
    }
    void paused(bool isPaused) override { pauses.push_back(isPaused); }
    void evaluating(double share) override { QVERIFY(share > 0 && share <= 1); }

    bool saw(EventKind kind) const { return std::ranges::count(events, kind, &TrainingEvent::kind) > 0; }
};

/// All numbers of a report that do not come from the clock.
std::vector<double> numbers(const RoundReport& report)
{
    std::vector<double> all{static_cast<double>(report.round), static_cast<double>(report.clients),
        report.weights.at(0).value, report.weights.at(1).value, report.sigma,
        report.signalToNoise.value_or(-1), report.spentMin, report.spentMedian, report.spentMax,
        static_cast<double>(report.active), static_cast<double>(report.population),
        static_cast<double>(report.validationUsers)};
    if (report.uploads) {
        const UploadReport& sent = *report.uploads;
        all.insert(all.end(), sent.loss.begin(), sent.loss.end());
        all.insert(all.end(),
            {sent.lossTotal, sent.normMedian.value_or(-1), sent.normMax.value_or(-1),
                sent.clipped.value_or(-1)});
    }
    if (report.validation)
        for (const evaluation::Metrics& metrics : *report.validation) {
            all.insert(all.end(), metrics.ndcg.begin(), metrics.ndcg.end());
            all.insert(all.end(), metrics.mrr.begin(), metrics.mrr.end());
            all.push_back(metrics.auc);
            all.push_back(metrics.logLoss);
        }
    return all;
}

std::vector<std::vector<double>> numbers(const std::vector<RoundReport>& reports)
{
    std::vector<std::vector<double>> all;
    for (const RoundReport& report : reports)
        all.push_back(numbers(report));
    return all;
}

struct Run {
    Witness witness;
    TrainingResult result;
};

Run trained(const TrainingOptions& options, const std::filesystem::path& from = {})
{
    Run run;
    Trainer trainer(smallDataset(), options);
    if (!from.empty())
        trainer.resume(from);
    TrainingControl control;
    run.result = trainer.train(run.witness, control);
    return run;
}

model::Parameters firstStep(TrainingOptions options)
{
    options.federation.rounds = 1;
    options.federation.optimizer = ServerOptimizer::Sgd;
    options.federation.learningRate = 1;
    model::Parameters step = model::IdstCl(smallDataset(), options.model, kHost).initialise(options.run.seed);
    addScaled(step, trained(options).witness.checkpoints.back().parameters, -1);
    return step;
}

} // namespace

class TestTrainer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void twoRunsAreEqual()
    {
        const Run first = trained(smallOptions());
        TrainingOptions threaded = smallOptions();
        threaded.run.threads = 2;
        const Run second = trained(threaded);
        QCOMPARE(numbers(first.witness.rounds), numbers(second.witness.rounds));
        QCOMPARE(first.result.test[0].ndcg, second.result.test[0].ndcg);
        QVERIFY(sameBits(
            first.witness.checkpoints.back().parameters, second.witness.checkpoints.back().parameters));
        TrainingOptions other = smallOptions();
        other.run.seed = 2;
        QVERIFY(numbers(trained(other).witness.rounds) != numbers(first.witness.rounds));
    }

    void whatARoundReports()
    {
        const TrainingOptions options = smallOptions();
        const Run run = trained(options);
        QCOMPARE(run.witness.rounds.size(), std::size_t{12});
        QCOMPARE(run.result.reason, EndReason::Finished);
        QCOMPARE(run.result.rounds, 12);
        QCOMPARE(run.witness.checkpoints.size(), std::size_t{3}); // rounds 5, 10 and the end
        QCOMPARE(run.witness.checkpoints[0].round, 5);
        for (std::size_t i = 0; i < 12; ++i) {
            const RoundReport& report = run.witness.rounds[i];
            QCOMPARE(report.round, static_cast<int>(i) + 1);
            QCOMPARE(report.clients,
                sampleClients(options.federation, 40, options.run.seed, static_cast<int>(i)).size());
            QCOMPARE(report.population, std::size_t{40});
            QVERIFY(std::abs(report.sigma - 0.05 * std::pow(0.98, static_cast<double>(i))) < 1e-12);
            QVERIFY(std::abs(report.uploads->lossTotal - totalOf(report.uploads->loss, {0.3, 0.5})) < 1e-12);
            QVERIFY(*report.uploads->normMax >= *report.uploads->normMedian);
            QVERIFY(*report.uploads->normMedian > 0);
            QCOMPARE(report.weights[0].value, 0.3);
            QCOMPARE(report.validation.has_value(), (i + 1) % 4 == 0);
            QCOMPARE(report.validationUsers, std::size_t{report.validation ? 25U : 0U});
        }
        QCOMPARE(run.result.test[0].users, std::size_t{40});
        QVERIFY(run.result.bestRound == 4 || run.result.bestRound == 8 || run.result.bestRound == 12);
        int most = 0;
        for (const privacy::ClientSpend& client : run.result.ledger)
            most = std::max(most, client.uploads);
        QCOMPARE(run.result.uploadsMost, most);
        QVERIFY(most > 1);
    }

    /// Every coordinate of the model moves in a round with noise, touched by a client or not; without noise
    /// only what a client touched does.
    void noiseReachesEveryCoordinate()
    {
        TrainingOptions options = smallOptions();
        options.federation.rounds = 1;
        options.federation.optimizer = ServerOptimizer::Sgd;
        options.federation.learningRate = 1;
        options.privacy.noiseMultiplier = 10;
        const model::Parameters start =
            model::IdstCl(smallDataset(), options.model, kHost).initialise(options.run.seed);
        const auto untouched = [&] {
            const model::Parameters end = trained(options).witness.checkpoints.back().parameters;
            std::int64_t count = 0;
            for (std::size_t i = 0; i < start.size(); ++i)
                count += (start[i] == end[i]).sum().item<std::int64_t>();
            return count;
        };
        QCOMPARE(untouched(), std::int64_t{0});
        options.privacy.schedule = privacy::Schedule::None;
        QVERIFY(untouched() > 1000);
    }

    /// The step is the clipped mean: with SGD at rate 1 and no noise, its length is at most theta.
    void aStepIsAtMostTheta()
    {
        TrainingOptions options = smallOptions();
        options.federation.rounds = 1;
        options.federation.optimizer = ServerOptimizer::Sgd;
        options.federation.learningRate = 1;
        options.privacy.schedule = privacy::Schedule::None;
        options.privacy.clipNorm = 1e-3;
        const Run run = trained(options);
        model::Parameters step =
            model::IdstCl(smallDataset(), options.model, kHost).initialise(options.run.seed);
        addScaled(step, run.witness.checkpoints.back().parameters, -1);
        QVERIFY(normOf(step) <= 1e-3 * 1.0001);
        QVERIFY(normOf(step) > 1e-4);
        QCOMPARE(run.witness.rounds[0].uploads->clipped, std::optional(1.0));
    }

    /// After a kill the rounds since the last checkpoint draw the same noise again: a weight that was changed
    /// in between must not be forgotten.
    void aChangedWeightIsKeptAtOnce()
    {
        TrainingOptions options = smallOptions();
        options.run.checkpointEvery = 0;
        Witness witness;
        Trainer trainer(smallDataset(), options);
        TrainingControl control;
        witness.onRound = [&](const RoundReport& report) {
            if (report.round == 3)
                control.setWeight("loss.lambda1", 0.125);
        };
        trainer.train(witness, control);
        QCOMPARE(witness.checkpoints.size(), std::size_t{2});
        QCOMPARE(witness.checkpoints.front().round, 3);
        QCOMPARE(witness.checkpoints.front().weights.at("loss.lambda1"), 0.125);
    }

    /// With a secret source the key decides, and without one nothing repeats: noise, who is drawn, the noisy
    /// count of adaptive clipping.
    void aSecretSourceDoesNotRepeat()
    {
        TrainingOptions options = adaptiveOptions();
        options.privacy.adversary = privacy::Adversary::ReleasedModel;
        options.privacy.charge = privacy::Charge::EveryRound;
        options.privacy.noiseSource = privacy::NoiseOrigin::Secret;
        QVERIFY(numbers(trained(options).witness.rounds) != numbers(trained(options).witness.rounds));
        options.noiseKey = privacy::NoiseSource::secretKey();
        const Run whole = trained(options);
        QCOMPARE(numbers(trained(options).witness.rounds), numbers(whole.witness.rounds));
        // Resumed with its key it is the unbroken run; the cohorts are not those of the seed.
        const QTemporaryDir directory;
        const std::filesystem::path file = pathIn(directory.path(), "state.bin");
        writeCheckpoint(
            whole.witness.checkpoints[0], model::IdstCl(smallDataset(), options.model, kHost).names(), file);
        const Run rest = trained(options, file);
        QVERIFY(sameBits(
            rest.witness.checkpoints.back().parameters, whole.witness.checkpoints.back().parameters));
        std::vector<std::size_t> drawn;
        std::vector<std::size_t> ofTheSeed;
        for (const RoundReport& report : whole.witness.rounds) {
            drawn.push_back(report.clients);
            ofTheSeed.push_back(
                sampleClients(options.federation, 40, options.run.seed, report.round - 1).size());
        }
        QVERIFY(drawn != ofTheSeed);
    }

    void resumeEqualsTheUnbrokenRun()
    {
        const QTemporaryDir directory;
        for (const TrainingOptions& options : {smallOptions(), centralOptions(), bandedOptions(),
                 adaptiveOptions(), dropoutOptions(), outsiderOptions()}) {
            const Run whole = trained(options);
            for (const std::size_t which : {0U, 1U, 2U}) {
                const Checkpoint& checkpoint = whole.witness.checkpoints[which];
                const std::filesystem::path file = pathIn(directory.path(), "state.bin");
                writeCheckpoint(
                    checkpoint, model::IdstCl(smallDataset(), options.model, kHost).names(), file);
                const Run rest = trained(options, file);
                const std::vector<RoundReport> expected(
                    whole.witness.rounds.begin() + checkpoint.round, whole.witness.rounds.end());
                QCOMPARE(numbers(rest.witness.rounds), numbers(expected));
                QVERIFY(sameBits(
                    rest.witness.checkpoints.back().parameters, whole.witness.checkpoints.back().parameters));
                QCOMPARE(rest.result.bestRound, whole.result.bestRound);
                QCOMPARE(rest.result.test[1].ndcg, whole.result.test[1].ndcg);
                QCOMPARE(rest.result.validation[0].auc, whole.result.validation[0].auc);
                QVERIFY(rest.result.seconds >= checkpoint.seconds);
                for (std::size_t k = 0; k < 40; ++k)
                    QCOMPARE(rest.result.ledger[k].muSquared, whole.result.ledger[k].muSquared);
                QCOMPARE(rest.result.privacy.size(), whole.result.privacy.size());
                for (std::size_t k = 0; k < whole.result.privacy.size(); ++k)
                    QCOMPARE(rest.result.privacy[k].epsilon, whole.result.privacy[k].epsilon);
            }
        }
    }

    /// Powers of two apart, evenly, and never more than asked for.
    void snapshotStrides()
    {
        RunOptions options;
        options.snapshots = 10;
        QCOMPARE(options.snapshotStride(1), 1);
        QCOMPARE(options.snapshotStride(10), 1);
        QCOMPARE(options.snapshotStride(11), 2);
        QCOMPARE(options.snapshotStride(21), 2);
        QCOMPARE(options.snapshotStride(22), 4);
        for (const int most : {1, 3, 10})
            for (int round = 1; round < 600; ++round) {
                options.snapshots = most;
                const int kept = round / options.snapshotStride(round);
                QVERIFY(kept <= most);
                QVERIFY(round < most || 2 * kept >= most);
            }
    }

    /// A snapshot of a round is the state that the checkpoint of that round holds; none changes a number.
    void snapshotsAreTheStateThen()
    {
        TrainingOptions options = smallOptions();
        options.run.snapshots = 4;
        const Run with = trained(options);
        std::size_t compared = 0;
        for (const Snapshot& snapshot : with.witness.snapshots) {
            QCOMPARE(snapshot.round % options.run.snapshotStride(snapshot.round), 0);
            for (const Checkpoint& checkpoint : with.witness.checkpoints)
                if (checkpoint.round == snapshot.round) {
                    QVERIFY(sameBits(snapshot.parameters, checkpoint.parameters));
                    ++compared;
                }
        }
        options.run.snapshots = 0;
        const Run without = trained(options);
        QVERIFY(without.witness.snapshots.empty());
        QCOMPARE(numbers(with.witness.rounds), numbers(without.witness.rounds));
        QVERIFY(sameBits(
            with.witness.checkpoints.back().parameters, without.witness.checkpoints.back().parameters));
        options.run.snapshots = 200;
        const Run all = trained(options);
        QCOMPARE(static_cast<int>(all.witness.snapshots.size()), options.federation.rounds);
        for (const Checkpoint& checkpoint : all.witness.checkpoints) {
            const Snapshot& snapshot = all.witness.snapshots[static_cast<std::size_t>(checkpoint.round) - 1];
            QCOMPARE(snapshot.round, checkpoint.round);
            QVERIFY(sameBits(snapshot.parameters, checkpoint.parameters));
            ++compared;
        }
        QVERIFY(compared > 2);
    }

    /// What embed() gives is what the model scores with, and no seen item is recommended.
    void embeddings()
    {
        const TrainingOptions options = smallOptions();
        Trainer trainer(smallDataset(), options);
        TrainingControl control;
        Witness witness;
        trainer.train(witness, control);
        EmbedRequest request;
        request.users = {3, 7, 12};
        request.items = true;
        request.recommendations = 5;
        const Embedding kept = trainer.embed(request);
        const auto width = static_cast<std::size_t>(options.model.width());
        for (const VectorTable& table : kept.users) {
            QCOMPARE(table.width, width);
            QCOMPARE(table.values.size(), 3 * width);
        }
        QCOMPARE(kept.items.values.size(), kept.items.width * smallDataset().items.size());
        for (std::size_t i = 0; i < 3; ++i)
            for (const data::Domain domain : data::kDomains) {
                const auto user = static_cast<std::size_t>(request.users[i]);
                const auto& list = kept.recommended[i][data::index(domain)];
                QCOMPARE(list.size(), std::size_t{5});
                for (std::size_t k = 0; k < list.size(); ++k) {
                    QVERIFY(k == 0 || list[k].score <= list[k - 1].score);
                    QVERIFY(smallDataset().domainOf(list[k].item) == domain);
                    for (const data::Event& event :
                        smallDataset().events(user).first(momentOf(smallDataset(), user)))
                        QVERIFY(event.item != list[k].item);
                }
            }
        // One user alone looks the same, up to the rounding of another batch.
        request.users = {7};
        const Embedding alone = trainer.embed(request);
        for (std::size_t s = 0; s < 3; ++s)
            for (std::size_t c = 0; c < width; ++c)
                QVERIFY(std::abs(alone.users[s].values[c] - kept.users[s].values[width + c]) < 1e-5F);
        // Before training the vectors are others.
        QVERIFY(trainer.choose(0));
        QCOMPARE(trainer.keptRound(), 0);
        QVERIFY(trainer.embed(request).users[0].values != alone.users[0].values);
        QVERIFY(!trainer.choose(1000));
        QVERIFY(trainer.choose(trainer.roundsDone()));
    }

    /// Where the cohort's size is private the sum is divided by the expected one, qN = 0.3 * 40.
    void theDivisorIsTheExpectedCohort()
    {
        TrainingOptions options = smallOptions();
        options.privacy.noiseMultiplier = 1e-8;
        options.privacy.epsilon = 1e18;
        const auto sampled =
            static_cast<double>(sampleClients(options.federation, 40, options.run.seed, 0).size());
        QVERIFY(sampled != 12);
        const model::Parameters local = firstStep(options);
        options.privacy.adversary = privacy::Adversary::Aggregate;
        model::Parameters aggregate = firstStep(options);
        addScaled(aggregate, local, -sampled / 12);
        QVERIFY(normOf(aggregate) < 1e-4 * normOf(local));
    }

    /// Noise of one upload each against noise of the sum: the latter's mean has sqrt(K) times less.
    void noiseOnTheSum()
    {
        TrainingOptions options = smallOptions();
        options.privacy.noiseMultiplier = 1e3;
        const auto sampled =
            static_cast<double>(sampleClients(options.federation, 40, options.run.seed, 0).size());
        const double length =
            std::sqrt(static_cast<double>(Trainer(smallDataset(), options).parameterCount()));
        QVERIFY(std::abs(normOf(firstStep(options)) / (1e3 / std::sqrt(sampled) * length) - 1) < 0.05);
        options.privacy.adversary = privacy::Adversary::Aggregate;
        QVERIFY(std::abs(normOf(firstStep(options)) / (1e3 / 12 * length) - 1) < 0.05);
    }

    /// The clip norm goes to the quantile of the norms: a quarter of the clients is clipped in the end.
    void adaptiveClippingFindsTheQuantile()
    {
        TrainingOptions options = adaptiveOptions();
        options.federation.rounds = 80;
        options.federation.rate = 1;
        options.federation.learningRate = 1e-6;
        options.privacy.clipNorm = 100;
        options.privacy.clipQuantile = 0.75;
        options.privacy.noiseMultiplier = 1e-3;
        options.privacy.epsilon = 1e12;
        options.privacy.decayRate = 1;
        options.run.evaluateEvery = 100;
        const Run run = trained(options);
        QCOMPARE(run.witness.rounds.front().clipNorm, 100.0);
        double clipped = 0;
        for (std::size_t t = 60; t < 80; ++t)
            clipped += *run.witness.rounds[t].uploads->clipped / 20;
        QVERIFY2(std::abs(clipped - 0.25) < 0.08, qPrintable(QString::number(clipped)));
        for (const RoundReport& report : run.witness.rounds)
            QVERIFY(std::abs(report.sigma / (1e-3 * report.clipNorm) - 1) < 1e-6);
    }

    void dropoutsThinTheNoise()
    {
        const TrainingOptions options = dropoutOptions();
        const Run run = trained(options);
        for (std::size_t t = 0; t < run.witness.rounds.size(); ++t) {
            const RoundReport& report = run.witness.rounds[t];
            const auto cohort = static_cast<double>(
                sampleClients(options.federation, 40, options.run.seed, static_cast<int>(t)).size());
            const double share = std::sqrt(static_cast<double>(report.clients) / cohort);
            const double full = 0.05 * std::pow(0.98, static_cast<double>(t));
            QVERIFY(report.clients == 0 || std::abs(report.sigma / (full * share) - 1) < 1e-9);
        }
    }

    /// An outsider must not see from a model that stands still that nobody was drawn.
    void anEmptyRoundIsNoisyForAnOutsider()
    {
        TrainingOptions options = outsiderOptions();
        options.federation.rate = 1e-5;
        QVERIFY(sampleClients(options.federation, 40, options.run.seed, 0).empty());
        QVERIFY(normOf(firstStep(options)) > 0);
        options.privacy.adversary = privacy::Adversary::Aggregate;
        QCOMPARE(normOf(firstStep(options)), 0.0);
    }

    /// Neither a loss nor a length nor a ratio; noise only where it is added all the same.
    void aRoundInWhichNobodySentHasNoLoss()
    {
        for (const bool isReleased : {false, true}) {
            TrainingOptions options = outsiderOptions();
            options.federation.rate = 0.02;
            if (!isReleased)
                options.privacy.adversary = privacy::Adversary::Aggregate;
            std::size_t silent = 0;
            for (const RoundReport& report : trained(options).witness.rounds) {
                QCOMPARE(report.uploads.has_value(), report.clients > 0);
                QCOMPARE(report.signalToNoise.has_value(), report.clients > 0);
                QVERIFY(report.sigma > 0);
                silent += report.clients == 0 ? 1 : 0;
            }
            QVERIFY(silent > 0 && silent < 12);
        }
    }

    /// 4 groups in turn, 12 rounds: what was planned is what happened.
    void forecastsOfBandedTraining()
    {
        TrainingOptions options = bandedOptions();
        options.privacy.epsilon = 1e7;
        const Trainer unlimited(smallDataset(), options);
        QCOMPARE(unlimited.forecast()->firstStop, 0);
        const Run run = trained(options);
        for (const privacy::ClientSpend& client : run.result.ledger)
            QCOMPARE(client.uploads, 3);
        // One upload a client fits: all are stopped when their second turn comes.
        options.privacy.epsilon =
            privacy::gaussianRenyiEpsilon(1.5 * run.result.ledger[0].muSquared / 3, 1e-5).epsilon;
        const Trainer limited(smallDataset(), options);
        QCOMPARE(limited.forecast()->firstStop, 5);
        QCOMPARE(limited.forecast()->lastStop, 8);
        QCOMPARE(trained(options).result.rounds, 7);
    }

    /// uploads / (sigma_t sqrt(d)) at clip norm 1, and its root of the sum of squares.
    void forecastOfTheSignal()
    {
        TrainingOptions options = smallOptions();
        options.federation.sampling = Sampling::Fixed;
        options.privacy.adversary = privacy::Adversary::Aggregate;
        const Trainer trainer(smallDataset(), options);
        const double length = std::sqrt(static_cast<double>(trainer.parameterCount()));
        const SignalForecast forecast = trainer.forecast()->signal;
        QVERIFY(std::abs(forecast.first / (12 / (0.05 * length)) - 1) < 1e-9);
        QVERIFY(std::abs(forecast.last / (12 / (0.05 * std::pow(0.98, 11) * length)) - 1) < 1e-9);
        double squares = 0;
        for (int t = 0; t < 12; ++t)
            squares += std::pow(12 / (0.05 * std::pow(0.98, t) * length), 2);
        QVERIFY(std::abs(forecast.whole / std::sqrt(squares) - 1) < 1e-9);
        QVERIFY(!Trainer(smallDataset(), centralOptions()).forecast());
    }

    void anotherOptimiserOrDatasetIsRefused()
    {
        const QTemporaryDir directory;
        const std::filesystem::path file = pathIn(directory.path(), "state.bin");
        TrainingOptions options = smallOptions();
        options.federation.rounds = 1;
        const Run run = trained(options);
        writeCheckpoint(run.witness.checkpoints.back(),
            model::IdstCl(smallDataset(), options.model, kHost).names(), file);
        TrainingOptions sgd = options;
        sgd.federation.optimizer = ServerOptimizer::Sgd;
        VERIFY_MESSAGE(errorOf([&] { Trainer(smallDataset(), sgd).resume(file); }), "state.bin", "optimiser");
        const data::Dataset other = data::generateDemo({.users = 41, .items = 110, .seed = 5}).dataset;
        VERIFY_MESSAGE(errorOf([&] { Trainer(other, options).resume(file); }), "40 clients", "41");
    }

    void stopEndsAfterTheRound()
    {
        Trainer trainer(smallDataset(), smallOptions());
        TrainingControl control;
        Witness witness;
        witness.onRound = [&](const RoundReport& report) {
            if (report.round == 3)
                control.stop();
        };
        const TrainingResult result = trainer.train(witness, control);
        QCOMPARE(result.reason, EndReason::Stopped);
        QCOMPARE(result.rounds, 3);
        QCOMPARE(result.bestRound, 3); // nothing validated yet: the last parameters
        QCOMPARE(witness.checkpoints.back().round, 3);
        QVERIFY(result.test[0].users == 40);
    }

    void pauseWaits()
    {
        Trainer trainer(smallDataset(), smallOptions());
        TrainingControl control;
        Witness witness;
        std::jthread other;
        std::atomic<bool> resumed = false;
        witness.onRound = [&](const RoundReport& report) {
            if (report.round == 2) {
                control.pause(true);
                other = std::jthread([&] {
                    std::this_thread::sleep_for(std::chrono::milliseconds(150));
                    resumed = true;
                    control.pause(false);
                });
            } else if (report.round == 3) {
                QVERIFY(resumed);
            }
        };
        const TrainingResult result = trainer.train(witness, control);
        QCOMPARE(result.rounds, 12);
        QCOMPARE(witness.pauses, (std::vector<bool>{true, false}));
        QCOMPARE(numbers(witness.rounds), numbers(trained(smallOptions()).witness.rounds));
    }

    void weightsChangeFromTheNextRound()
    {
        Trainer trainer(smallDataset(), smallOptions());
        TrainingControl control;
        Witness witness;
        witness.onRound = [&](const RoundReport& report) {
            if (report.round == 3) {
                control.setWeight("loss.lambda1", 0.9);
                control.setWeight("loss.lambda2", 0);
            }
        };
        trainer.train(witness, control);
        QCOMPARE(witness.events.size(), std::size_t{2});
        QCOMPARE(witness.events[0].kind, EventKind::Setting);
        QCOMPARE(witness.events[0].key, std::string("loss.lambda1"));
        QCOMPARE(witness.events[0].value, 0.9);
        QCOMPARE(witness.events[0].round, 3);
        QCOMPARE(witness.events[1].key, std::string("loss.lambda2"));
        for (const RoundReport& report : witness.rounds) {
            const double lambda1 = report.round > 3 ? 0.9 : 0.3;
            const double lambda2 = report.round > 3 ? 0 : 0.5;
            const double expected = totalOf(report.uploads->loss, {lambda1, lambda2});
            QVERIFY(std::abs(report.uploads->lossTotal - expected) < 1e-12);
            QCOMPARE(report.weights[0].value, lambda1);
            QCOMPARE(report.weights[1].value, lambda2);
        }
        QCOMPARE(witness.checkpoints.back().weights.at("loss.lambda1"), 0.9);
        QCOMPARE(witness.checkpoints.back().weights.at("loss.lambda2"), 0.0);
    }

    /// The paper's rule charges everybody every round: all stop together.
    void aSpentBudgetEndsTheTraining()
    {
        TrainingOptions options = smallOptions();
        options.privacy.accountant = "eq27";
        options.privacy.charge = privacy::Charge::EveryRound;
        options.privacy.decayRate = 1;
        options.privacy.noiseMultiplier = 0.5;
        // Five rounds and a half.
        options.privacy.epsilon = 5.5 * privacy::paperEq27Cost(1, 0.5, 0.3, 2);
        const Run run = trained(options);
        QCOMPARE(run.result.reason, EndReason::BudgetSpent);
        QCOMPARE(run.result.rounds, 5);
        QVERIFY(run.witness.saw(EventKind::BudgetSpent));
        QVERIFY(run.witness.saw(EventKind::ClientsStopped));
        QVERIFY(std::abs(run.witness.rounds.back().spentMax / options.privacy.epsilon - 5 / 5.5) < 1e-9);
        QVERIFY(std::abs(run.witness.rounds.back().spentMin - run.witness.rounds.back().spentMax) < 1e-12);
        for (const privacy::Spend& spend : run.result.privacy)
            if (spend.accountant == "eq27")
                QVERIFY(spend.epsilon <= options.privacy.epsilon);
    }

    /// Each client its own ledger: no upload after a client's budget, and the others go on.
    void clientsStopOneByOne()
    {
        TrainingOptions options = smallOptions();
        options.privacy.decayRate = 1;
        options.privacy.noiseMultiplier = 4;
        options.federation.rounds = 40;
        options.federation.rate = 0.2;
        options.run.evaluateEvery = 100;
        // Three uploads fit.
        options.privacy.epsilon = privacy::gaussianRenyiEpsilon(3.5 * 4 / 16.0, 1e-5).epsilon;
        const Run run = trained(options);
        QCOMPARE(run.result.uploadsMost, 3);
        std::size_t sent = 0;
        for (const RoundReport& report : run.witness.rounds)
            sent += report.clients;
        std::size_t uploads = 0;
        for (const privacy::ClientSpend& client : run.result.ledger) {
            uploads += static_cast<std::size_t>(client.uploads);
            QVERIFY(client.uploads <= 3);
        }
        QCOMPARE(uploads, sent);
        QVERIFY(run.witness.saw(EventKind::ClientsStopped));
        for (const RoundReport& report : run.witness.rounds)
            QVERIFY(report.spentMax <= options.privacy.epsilon && report.spentMin <= report.spentMedian
                && report.spentMedian <= report.spentMax);
    }

    /// Nobody sampled: no step, but the noise level is still told.
    void anEmptyRound()
    {
        TrainingOptions options = smallOptions();
        options.federation.rate = 1e-5;
        options.federation.rounds = 2;
        const Run run = trained(options);
        QCOMPARE(run.witness.rounds[1].clients, std::size_t{0});
        QVERIFY(std::abs(run.witness.rounds[1].sigma - 0.05 * 0.98) < 1e-12);
        QVERIFY(sameBits(run.witness.checkpoints.back().parameters,
            model::IdstCl(smallDataset(), options.model, kHost).initialise(options.run.seed)));
    }

    void divergenceNamesTheTerm()
    {
        TrainingOptions options = smallOptions();
        options.privacy.schedule = privacy::Schedule::None;
        options.privacy.clipNorm = 1e6;
        options.federation.optimizer = ServerOptimizer::Sgd;
        options.federation.learningRate = 1e20;
        QString message;
        try {
            trained(options);
        } catch (const Error& error) {
            message = QString::fromUtf8(error.what());
            QCOMPARE(error.kind(), Error::Kind::Failure);
        }
        VERIFY_MESSAGE(message, "round", "L^", "is no longer a number", "federation.learning_rate");
    }

    /// Training on the demo finds what the generator put in: far above chance, and the loss falls.
    void trainingLearns()
    {
        const data::Dataset demo = data::generateDemo({.users = 200, .items = 120, .seed = 3}).dataset;
        TrainingOptions options = smallOptions();
        options.model = {};
        options.model.combine = model::Combine::Sum;
        options.model.features = model::Features::Text;
        options.model.scorer = model::Scorer::Dot;
        options.model.textWidth = 32;
        options.model.idWidth = 16;
        options.model.heads = 2;
        options.loss.ranking = model::RankingLoss::SampledSoftmax;
        options.loss.sharedNegatives = true;
        options.loss.negatives = 30;
        options.federation.sampling = Sampling::Fixed;
        options.federation.rounds = 100;
        options.federation.rate = 0.1;
        options.federation.learningRate = 0.01;
        options.federation.localTargets = 32;
        options.privacy.schedule = privacy::Schedule::None;
        options.privacy.clipNorm = 10;
        options.run.evaluateEvery = 50;
        // 0.048; item-to-item neighbours reach some 0.2.
        const double chance = evaluation::randomRanking(demo.provenance.evaluationNegatives).ndcg[2];
        for (const Mode mode : {Mode::Federated, Mode::Central}) {
            options.federation.mode = mode;
            Trainer trainer(demo, options);
            Witness witness;
            TrainingControl control;
            const TrainingResult result = trainer.train(witness, control);
            for (const evaluation::Metrics& metrics : result.test)
                QVERIFY2(
                    metrics.ndcg[2] > 2.5 * chance, qPrintable(QString::number(metrics.ndcg[2] / chance)));
            QVERIFY(
                witness.rounds.back().uploads->lossTotal < 0.9 * witness.rounds.front().uploads->lossTotal);
            QCOMPARE(witness.rounds.back().uploads->clipped.has_value(), mode == Mode::Federated);
        }
    }
};

std::unique_ptr<QObject> tst_trainer()
{
    return std::make_unique<TestTrainer>();
}
#include "tst_trainer.moc"
