// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/silos/silo_training.h"

#include "core/base/random.h"
#include "core/data/market_demo.h"
#include "core/data/markets.h"
#include "core/privacy/accountant.h"
#include "core/privacy/accountants/accountants.h"
#include "tests/fixtures/support.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <memory>

using namespace fedcctr;
using namespace fedcctr::silos;
using fedcctr::test::errorOf;
using fedcctr::test::pathIn;
using federation::SiloMethod;
namespace fs = std::filesystem;

namespace {

const data::Dataset& markets()
{
    static const data::Dataset kDataset =
        data::generateMarkets({.markets = 3, .users = 80, .items = 120, .seed = 6}).dataset;
    return kDataset;
}

SiloTrainingOptions options(SiloMethod method, int rounds = 4)
{
    SiloTrainingOptions all;
    training::TrainingOptions& own = all.training;
    own.model.architecture = "dnn";
    own.model.features = model::Features::None;
    own.model.combine = model::Combine::Sum;
    own.model.idWidth = 8;
    own.model.mlp = "8";
    own.model.historyLength = 20;
    own.federation.client = federation::Client::Silo;
    own.federation.sampling = federation::Sampling::Fixed;
    own.federation.rate = 0.25;
    own.federation.rounds = rounds;
    own.federation.learningRate = 0.01;
    own.privacy.schedule = privacy::Schedule::None;
    own.run.device = "cpu";
    own.run.threads = 1;
    own.run.evaluateEvery = 2;
    own.run.checkpointEvery = 2;
    own.run.bestBy = federation::BestBy::CtrAuc;
    all.market.method = method;
    if (method == SiloMethod::Central || method == SiloMethod::FineTune)
        all.market.identities = federation::Identities::Shared;
    all.fedmm.width = 8;
    all.fedmm.latent = 4;
    all.fedmm.codes = 12;
    all.fedmm.localCodes = 8;
    all.fedmm.embeddingEpochs = 30;
    all.fedmm.rounds = 3;
    all.fedmm.epochs = 3;
    return all;
}

/// Remembers, and stops or saves when asked to.
class Watcher : public SiloObserver {
public:
    void roundDone(const SiloReport& report) override
    {
        reports.push_back(report);
        if (report.round == stopAfter)
            control.stop();
    }
    void told(const std::string&) override { }
    void paused(bool) override { }
    void evaluating(double) override { }
    void checkpointDue() override
    {
        if (!training || folder.empty())
            return;
        fs::remove_all(folder);
        fs::create_directories(folder);
        training->save(folder);
    }

    std::vector<SiloReport> reports;
    training::TrainingControl control;
    int stopAfter = 0;
    const SiloTraining* training = nullptr;
    fs::path folder;
};

struct Run {
    SiloResult result;
    std::vector<SiloReport> reports;
};

Run ran(const SiloTrainingOptions& options, const data::Dataset& dataset = markets())
{
    const QTemporaryDir codes;
    SiloTraining training(dataset, options);
    Watcher watcher;
    Run run{training.train(codes.path().toStdString(), watcher, watcher.control), {}};
    run.reports = std::move(watcher.reports);
    return run;
}

bool sameOutcomes(const SiloResult& x, const SiloResult& y)
{
    for (std::size_t i = 0; i < x.markets.size(); ++i)
        if (!std::ranges::equal(x.markets[i].testUsers, y.markets[i].testUsers,
                [](const training::UserOutcome& a, const training::UserOutcome& b) {
                    return a.user == b.user && a.result.rank == b.result.rank
                        && a.result.logit == b.result.logit;
                }))
            return false;
    return x.markets.size() == y.markets.size();
}

double meanAuc(const SiloResult& result)
{
    double sum = 0;
    for (const MarketResult& market : result.markets)
        sum += market.test.auc;
    return sum / double(result.markets.size());
}

} // namespace

class TestSiloTraining : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyMethodTrains_data()
    {
        QTest::addColumn<int>("method");
        for (const auto& [name, method] :
            {std::pair("alone", SiloMethod::Alone), {"central", SiloMethod::Central},
                {"fine-tune", SiloMethod::FineTune}, {"fedavg", SiloMethod::FedAvg},
                {"fedprox", SiloMethod::FedProx}, {"fedmm", SiloMethod::FedMm}})
            QTest::newRow(name) << int(method);
    }

    /// And any number of threads gives the same numbers.
    void everyMethodTrains()
    {
        QFETCH(int, method);
        SiloTrainingOptions one = options(SiloMethod(method));
        const Run run = ran(one);
        QCOMPARE(run.result.markets.size(), std::size_t(3));
        const int codebooks = SiloMethod(method) == SiloMethod::FedMm ? 3 : 0;
        QCOMPARE(run.result.rounds, 4 + codebooks);
        QCOMPARE(int(run.reports.size()), 4 + codebooks);
        std::size_t users = 0;
        for (const MarketResult& market : run.result.markets) {
            QVERIFY(market.test.ctr.has_value());
            QCOMPARE(market.test.users, market.testUsers.size());
            QCOMPARE(market.testUsers.front().user, users);
            users += market.testUsers.size();
        }
        QCOMPARE(users, markets().userCount());
        QVERIFY(run.reports.back().markets.front().validation.has_value());
        one.training.run.threads = 3;
        QVERIFY(sameOutcomes(run.result, ran(one).result));
    }

    void drawnMarketsAndDropOuts()
    {
        SiloTrainingOptions averaged = options(SiloMethod::FedAvg);
        averaged.market.dropout = 0.95; // hardly anybody ever answers
        const Run run = ran(averaged);
        int answers = 0;
        for (const SiloReport& report : run.reports)
            for (const MarketReport& market : report.markets)
                answers += market.answered;
        QVERIFY(answers < 6);
        averaged.market.dropout = 0;
        averaged.market.participation = 0.34;
        for (const SiloReport& report : ran(averaged).reports)
            QCOMPARE(std::ranges::count(report.markets, true, &MarketReport::answered), 1);
    }

    /// FedProx without its pull is FedAvg, and a strong pull keeps models at their beginning.
    void proximal()
    {
        SiloTrainingOptions prox = options(SiloMethod::FedProx);
        prox.market.proximal = 0;
        QVERIFY(sameOutcomes(ran(prox).result, ran(options(SiloMethod::FedAvg)).result));
        prox.market.proximal = 100;
        QVERIFY(!sameOutcomes(ran(prox).result, ran(options(SiloMethod::FedAvg)).result));
    }

    void stoppedAndResumed_data() { everyMethodTrains_data(); }

    /// Killed after an exchange of models, and gone on with from the last checkpoint.
    void stoppedAndResumed()
    {
        QFETCH(int, method);
        const SiloTrainingOptions all = options(SiloMethod(method));
        const SiloResult whole = ran(all).result;
        const int codebooks = SiloMethod(method) == SiloMethod::FedMm ? 3 : 0;
        for (const int stop : {1, codebooks + 3}) {
            const QTemporaryDir folder;
            const fs::path run = folder.path().toStdString();
            {
                SiloTraining training(markets(), all);
                Watcher watcher;
                watcher.training = &training;
                watcher.folder = run / "checkpoint" / "silos";
                watcher.stopAfter = stop;
                const SiloResult stopped = training.train(run / "codes", watcher, watcher.control);
                QVERIFY(stopped.reason == training::EndReason::Stopped);
            }
            SiloTraining again(markets(), all);
            Watcher watcher;
            if (fs::exists(run / "checkpoint" / "silos"))
                again.resume(run / "checkpoint" / "silos");
            const SiloResult rest = again.train(run / "codes", watcher, watcher.control);
            QVERIFY(rest.reason == training::EndReason::Finished);
            QCOMPARE(rest.rounds, whole.rounds);
            QVERIFY(sameOutcomes(rest, whole));
        }
    }

    /// A market's noise protects its own users: what they spent is what the exact accountant says of so many
    /// releases, whatever the other markets do.
    void everyMarketHasItsLedger()
    {
        SiloTrainingOptions noisy = options(SiloMethod::FedAvg, 3);
        privacy::PrivacyOptions& own = noisy.training.privacy;
        own.schedule = privacy::Schedule::Static;
        own.adversary = privacy::Adversary::Aggregate;
        own.accountant = privacy::kExactAccountant;
        own.relation = privacy::NeighbouringRelation::AddRemove;
        own.noiseMultiplier = 4;
        own.epsilon = 1e6;
        own.delta = 1e-5;
        noisy.training.federation.sampling = federation::Sampling::Fixed;
        noisy.training.federation.rate = 1;
        const Run run = ran(noisy);
        for (const MarketResult& market : run.result.markets) {
            const auto spend = std::ranges::find(
                market.privacy, std::string(privacy::kExactAccountant), &privacy::Spend::accountant);
            QVERIFY(spend != market.privacy.end());
            // Three exchanges, one step of everybody each.
            const double expected = privacy::gaussianExactEpsilon(3 / (4.0 * 4.0), own.delta);
            QVERIFY(std::abs(spend->epsilon - expected) < 1e-6 * expected);
        }
        QVERIFY(run.reports.back().markets[1].epsilon > 0);
    }

    /// FedMM under noise: texts, models that stay, and what the exact accountant says of the codebooks'
    /// rounds.
    void fedMmUnderNoise()
    {
        SiloTrainingOptions noisy = options(SiloMethod::FedMm);
        privacy::PrivacyOptions& own = noisy.training.privacy;
        own.schedule = privacy::Schedule::Static;
        own.adversary = privacy::Adversary::Aggregate;
        own.accountant = privacy::kExactAccountant;
        own.noiseMultiplier = 6;
        own.epsilon = 100;
        VERIFY_MESSAGE(errorOf([&] { SiloTraining(markets(), noisy); }), "fedmm.embedding", "text");
        noisy.fedmm.embedding = federation::Collaborative::Text;
        VERIFY_MESSAGE(errorOf([&] { SiloTraining(markets(), noisy); }), "fedmm.shared_model");
        noisy.fedmm.sharedModel = false;
        const Run run = ran(noisy);
        const double expected = privacy::gaussianExactEpsilon(3 * 4 / 36.0, own.delta);
        for (const MarketResult& market : run.result.markets) {
            const auto spend = std::ranges::find(
                market.privacy, std::string(privacy::kExactAccountant), &privacy::Spend::accountant);
            QVERIFY(spend != market.privacy.end());
            QVERIFY(std::abs(spend->epsilon - expected) < 1e-6 * expected);
        }
        QVERIFY(run.reports[2].markets[0].epsilon > run.reports[0].markets[0].epsilon);
        // What was spent stays spent while the models are trained.
        QVERIFY(std::abs(run.reports.back().markets[0].epsilon - expected) < 1e-6 * expected);
        own.adversary = privacy::Adversary::Local;
        VERIFY_MESSAGE(errorOf([&] { SiloTraining(markets(), noisy); }), "privacy.adversary", "aggregate");
    }

    void aBudgetEndsAMarketsTraining()
    {
        SiloTrainingOptions noisy = options(SiloMethod::FedAvg, 6);
        privacy::PrivacyOptions& own = noisy.training.privacy;
        own.schedule = privacy::Schedule::Static;
        own.adversary = privacy::Adversary::Aggregate;
        own.accountant = privacy::kExactAccountant;
        own.noiseMultiplier = 2;
        own.epsilon = 3;
        noisy.training.federation.rate = 1;
        const Run run = ran(noisy);
        QVERIFY(run.result.rounds < 6);
        for (const MarketResult& market : run.result.markets)
            QVERIFY(market.privacy.front().epsilon <= 3.0001);
    }

    void whatDoesNotFitIsRefused()
    {
        SiloTrainingOptions hidden = options(SiloMethod::Central);
        hidden.market.identities = federation::Identities::Hidden;
        VERIFY_MESSAGE(errorOf([&] { SiloTraining(markets(), hidden); }), "market.identities", "shared");
        SiloTrainingOptions none = options(SiloMethod::FedMm);
        none.fedmm.global = none.fedmm.local = false;
        VERIFY_MESSAGE(errorOf([&] { SiloTraining(markets(), none); }), "fedmm.local");
        const data::Dataset slice = data::marketSlice(markets(), 0);
        VERIFY_MESSAGE(errorOf([&] { SiloTraining(slice, none); }), "federation.client", "multi-market");
    }

    /// What the demo plants (a favourite's partner, the same everywhere, told by no text) is learnt together
    /// by way of global codes, and less without them. Means over two seeds, over eight small markets.
    void globalCodesCarryWhatMarketsShare()
    {
        double alone = 0;
        double fedmm = 0;
        double withoutGlobal = 0;
        for (const std::uint64_t seed : {1U, 2U}) {
            const data::Dataset dataset =
                data::generateMarkets({.markets = 8, .users = 120, .seed = seed}).dataset;
            SiloTrainingOptions all = options(SiloMethod::FedMm, 20);
            all.training.model.architecture = "din";
            all.training.model.idWidth = 32;
            all.training.model.mlp = "64-32";
            all.training.model.historyLength = 50;
            all.training.model.dropout = 0.3;
            all.training.federation.rate = 0.1;
            all.training.federation.learningRate = 0.003;
            all.training.federation.learningRateSchedule = federation::LearningRateSchedule::Cosine;
            all.training.federation.itemWeightDecay = 6;
            all.training.run.evaluateEvery = 5;
            all.training.run.seed = seed;
            all.training.run.threads = 2;
            all.fedmm = federation::FedMmOptions{};
            all.fedmm.embedding = federation::Collaborative::Text;
            fedmm += meanAuc(ran(all, dataset).result) / 2;
            all.fedmm.global = false;
            withoutGlobal += meanAuc(ran(all, dataset).result) / 2;
            all.market.method = SiloMethod::Alone;
            alone += meanAuc(ran(all, dataset).result) / 2;
        }
        qInfo("AUC: alone %.4f, FedMM %.4f, without the global layer %.4f", alone, fedmm, withoutGlobal);
        QVERIFY(fedmm > alone + 0.08);
        QVERIFY(withoutGlobal < fedmm - 0.04);
    }
};

std::unique_ptr<QObject> tst_silo_training()
{
    return std::make_unique<TestSiloTraining>();
}
#include "tst_silo_training.moc"
