// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/vector_set.h"
#include "core/privacy/accountant.h"
#include "core/runs/run_forecast.h"
#include "core/runs/time_estimate.h"
#include "core/settings/config_table.h"
#include "core/settings/presets.h"
#include "core/sweeps/sweep.h"
#include "core/sweeps/sweep_calibration.h"
#include "tests/fixtures/support.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <memory>

using namespace fedcctr;
using namespace fedcctr::runs;
using namespace fedcctr::settings;
using namespace fedcctr::sweeps;

namespace {

const Population kPopulation{2238, 83509, false};

/// Eq. 27 as printed: zeta 2, theta 1, rho 0.01, R 0.997, epsilon 1.
Config printed(double noise, int rounds)
{
    Config config = loadPreset("paper");
    config.privacy.noiseMultiplier = noise;
    config.federation.rounds = rounds;
    return config;
}

const privacy::Spend* find(const BudgetForecast& budget, const char* accountant)
{
    for (const privacy::Spend& spend : budget.atEnd)
        if (spend.accountant == accountant)
            return &spend;
    return nullptr;
}

Config privateHead()
{
    return loadPreset("private-head-eps3");
}

int countOf(const Config& config, const Population& population)
{
    return static_cast<int>(parameterCount(config, population).value());
}

} // namespace

class TestRunForecast : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// The numbers of the design: computed by hand from Eq. 27.
    void printedBudgetsEnd()
    {
        const RunForecast one = runForecast(printed(1, 500), kPopulation);
        QCOMPARE(one.budgets.size(), std::size_t(1));
        QVERIFY(one.budgets[0].participation == Participation::All);
        QCOMPARE(one.budgets[0].refused, 288);
        QCOMPARE(one.budgets[0].lasts, 287);
        QCOMPARE(one.budgets[0].uploads, 287);
        const RunForecast two = runForecast(printed(2, 1000), kPopulation);
        QCOMPARE(two.budgets[0].refused, 518);
        QCOMPARE(two.budgets[0].lasts, 517);
        // Looked for beyond the plan too.
        const RunForecast planned = runForecast(printed(2, 500), kPopulation);
        QCOMPARE(planned.budgets[0].refused, 0);
        QCOMPARE(planned.budgets[0].lasts, 517);
        QVERIFY(!planned.budgets[0].atLeast);
    }

    void theSpentCurveIsTheSumOfTheCosts()
    {
        const RunForecast found = runForecast(printed(2, 500), kPopulation);
        double sum = 0;
        for (int t = 0; t < 500; ++t)
            sum += std::log1p(1e-4 * std::expm1(1 / std::pow(2 * std::pow(0.997, t), 2)));
        const std::vector<CurvePoint>& spent = found.budgets[0].spent;
        QCOMPARE(spent.back().round, 500.0);
        QVERIFY(std::abs(spent.back().value - sum) < 1e-9 * sum);
        QVERIFY(std::abs(find(found.budgets[0], "eq27")->epsilon - sum) < 1e-9 * sum);
        for (std::size_t i = 1; i < spent.size(); ++i)
            QVERIFY(spent[i].round > spent[i - 1].round && spent[i].value > spent[i - 1].value);
    }

    void sigmaHalves()
    {
        const RunForecast found = runForecast(printed(2, 500), kPopulation);
        QCOMPARE(std::lround(*found.halfLife), 231L); // ln 0.5 / ln 0.997 = 230.7
        QCOMPARE(found.sigma.front().value, 2.0);
        QCOMPARE(found.sigma.back().round, 500.0);
        QVERIFY(std::abs(found.sigma.back().value - 2 * std::pow(0.997, 499)) < 1e-12);
        Config config = printed(2, 500);
        config.privacy.schedule = privacy::Schedule::Static;
        QVERIFY(!runForecast(config, kPopulation).halfLife);
        config.privacy.schedule = privacy::Schedule::None;
        const RunForecast none = runForecast(config, kPopulation);
        QVERIFY(none.sigma.empty() && none.budgets.empty() && !none.signal && !none.halfLife);
        QVERIFY(none.parameters);
    }

    void clientsAndUploads()
    {
        const RunForecast found = runForecast(printed(2, 500), kPopulation);
        QCOMPARE(found.clientsPerRound, 22.38);
        QVERIFY(std::abs(found.uploadsPerClient - 5) < 1e-12);
        // All stop after 287 rounds: 1 % of these.
        QVERIFY(std::abs(runForecast(printed(1, 500), kPopulation).uploadsPerClient - 2.87) < 1e-12);
        Config cyclic = printed(2, 500);
        cyclic.federation.sampling = federation::Sampling::Cyclic;
        cyclic.federation.rate = 0.3; // three groups take turns
        QCOMPARE(runForecast(cyclic, kPopulation).clientsPerRound, 746.0);
    }

    void expectedAndWorstCase()
    {
        Config config = printed(20, 500);
        config.privacy.schedule = privacy::Schedule::Static;
        config.privacy.accountant = "gaussian";
        config.privacy.charge = privacy::Charge::Participation;
        config.privacy.epsilon = 1000;
        const RunForecast found = runForecast(config, kPopulation);
        QCOMPARE(found.budgets.size(), std::size_t(2));
        QVERIFY(found.budgets[0].participation == Participation::Expected);
        QVERIFY(found.budgets[1].participation == Participation::WorstCase);
        QCOMPARE(found.budgets[0].uploads, 5);
        QCOMPARE(found.budgets[1].uploads, 500);
        // Replace-one: sensitivity 2 theta.
        const double once = std::pow(2.0 / 20, 2);
        QVERIFY(std::abs(find(found.budgets[0], "gaussian")->epsilon
                    - privacy::gaussianExactEpsilon(5 * once, 1e-5))
            < 1e-9);
        QVERIFY(std::abs(find(found.budgets[1], "gaussian")->epsilon
                    - privacy::gaussianExactEpsilon(500 * once, 1e-5))
            < 1e-9);
        // Its own budget stops the unlucky client.
        config.privacy.epsilon = 3;
        const RunForecast stopped = runForecast(config, kPopulation);
        QVERIFY(stopped.budgets[1].refused > 5 && stopped.budgets[1].refused < 500);
        QVERIFY(find(stopped.budgets[1], "gaussian")->epsilon <= 3);
        for (const BudgetForecast& budget : stopped.budgets)
            for (const privacy::Spend& spend : budget.atEnd) {
                QVERIFY(!spend.adversary.empty() && !spend.relation.empty());
                QVERIFY(spend.delta == 1e-5 || spend.accountant == "eq27");
            }
    }

    void calibratedNoiseLasts()
    {
        for (const bool participation : {false, true}) {
            Config config = printed(1, 500);
            if (participation) {
                config.privacy.accountant = "rdp";
                config.privacy.charge = privacy::Charge::Participation;
            }
            QVERIFY(runForecast(config, kPopulation).budgets[0].refused > 0);
            config.privacy.noiseMultiplier = calibratedNoise(config, 2238);
            QCOMPARE(runForecast(config, kPopulation).budgets[0].refused, 0);
            config.privacy.noiseMultiplier *= 0.999;
            QVERIFY(runForecast(config, kPopulation).budgets[0].refused > 0);
        }
    }

    /// Counted by hand from the tensors' shapes.
    void parametersOfASmallModel()
    {
        Config config;
        model::ModelOptions& model = config.model;
        model.idWidth = 4;
        model.featureWidth = 2;
        model.positionWidth = 2;
        model.heads = 2;
        model.historyLength = 5;
        model.mlp = "4";
        // Per stream: positions 5 x 2, one layer with d = 8: 12 x 64 + 13 x 8. Per scorer: 22 -> 4 -> 1.
        QCOMPARE(countOf(config, {1, 10, false}), 3 * (10 + 872) + 2 * (23 * 4 + 5) + 4096 * 2 + 10 * 4);
        // Profiles: 512 rows of 16, and 16 more inputs of each scorer.
        QCOMPARE(
            countOf(config, {1, 10, true}), 3 * (10 + 872) + 2 * (39 * 4 + 5) + 4096 * 2 + 10 * 4 + 512 * 16);
        model.scorer = model::Scorer::Dot;
        model.combine = model::Combine::Sum;
        model.idWidth = 8;
        model.features = model::Features::Text;
        model.textWidth = 16;
        model.inputNorm = true;
        model.layers = 2;
        QCOMPARE(
            countOf(config, {1, 10, false}), 3 * (5 * 8 + 16 + 2 * 872) + 2 * (17 * 8) + 16 * 8 + 10 * 9);
    }

    void parametersOfThePrivateHead()
    {
        QCOMPARE(countOf(privateHead(), kPopulation), 98); // "some hundred weights"
        Config config = privateHead();
        config.model.prior = model::Prior::File;
        QCOMPARE(countOf(config, kPopulation), 100);
    }

    void vectorsFromAFileBringTheirWidth()
    {
        Config config;
        config.model.features = model::Features::Text;
        config.model.vectorsFile = "/nowhere/vectors.csv";
        QVERIFY(test::errorOf([&] { parameterCount(config, kPopulation); }).contains(u"model.vectors_file"));
        const RunForecast found = runForecast(config, kPopulation);
        QVERIFY(!found.parameters);
        QVERIFY(found.problems.front().starts_with("model.vectors_file: "));
    }

    /// A set beside the dataset brings its width too; one that is not there is told by name.
    void vectorsFromASetBringTheirWidth()
    {
        const QTemporaryDir folder;
        data::Dataset dataset;
        dataset.items = {{"a", "red tea", "", ""}, {"b", "blue mug", "", ""}};
        model::saveVectors({.width = 7, .values = std::vector<float>(14, 1.0F), .source = {}}, dataset,
            folder.path().toStdString(), "mini");
        Population population = kPopulation;
        population.dataset = folder.path().toStdString();
        Config config;
        config.model.features = model::Features::Text;
        const int words = countOf(config, population);
        config.model.vectors = "mini";
        QCOMPARE(
            countOf(config, population) - words, (7 - config.model.textWidth) * config.model.featureWidth);
        config.model.vectors = "nobody";
        VERIFY_MESSAGE(
            QString::fromStdString(runForecast(config, population).problems.front()), "nobody", "mini");
        config.model.features = model::Features::Tokens; // nothing is read
        QVERIFY(runForecast(config, population).problems.empty());
        config.model.vectorsFile = "vectors.csv";
        VERIFY_MESSAGE(QString::fromStdString(runForecast(config, population).problems.front()),
            "model.vectors", "model.vectors_file", "tf-idf");
        config.model.vectorsFile.clear();
        config.model.vectors = "../mini";
        VERIFY_MESSAGE(QString::fromStdString(runForecast(config, population).problems.front()),
            "model.vectors", "name");
    }

    /// Of an own model, as far as its file tells them.
    void parametersOfAnOwnModel()
    {
        Config config;
        config.model.architecture = "script";
        QVERIFY(runForecast(config, kPopulation).problems.front().starts_with("model.file: is missing"));
        config.model.file = FEDCCTR_SOURCE_DIR "/tests/fixtures/own_gru.pt";
        QCOMPARE(countOf(config, kPopulation), 221 * 5 + 2 * 3 * 4 * 5);
        // An archive without entries.
        const QTemporaryDir folder;
        config.model.file = test::pathIn(folder.path(), "untold.pt").string();
        writeFileAtomically(config.model.file,
            "PK\1\2" + std::string(42, '\0') + "PK\5\6" + std::string(8, '\0')
                + std::string("\x2e\0\0\0\0\0\0\0\0\0", 10));
        const RunForecast untold = runForecast(config, kPopulation);
        QVERIFY(!untold.parameters && untold.problems.empty());
        QVERIFY(untold.warnings.back().starts_with("model.file: the module does not tell"));
        config.model.file = "/nowhere/my.pt";
        QVERIFY(runForecast(config, kPopulation).problems.front().starts_with("model.file: /nowhere/my.pt"));
    }

    void signalToNoiseAtBest()
    {
        Config config = privateHead(); // all clients, 30 rounds, aggregate, noise 15.234 on the sum
        const RunForecast found = runForecast(config, {1000, 50, false});
        const double once = 1000 / (15.234 * std::sqrt(98.0));
        QVERIFY(std::abs(found.signal->first - once) < 1e-9 * once);
        QVERIFY(std::abs(found.signal->last - once) < 1e-9 * once);
        QVERIFY(std::abs(found.signal->whole - once * std::sqrt(30.0)) < 1e-9 * once);
        // Locally each of K uploads brings noise of its own.
        config.privacy.adversary = privacy::Adversary::Local;
        QVERIFY(std::abs(runForecast(config, {1000, 50, false}).signal->first - once / std::sqrt(1000.0))
            < 1e-9 * once);
    }

    /// Eq. 27 at sigma_0 1 pays for 287 of 500 rounds: only these count.
    void signalOfTheRoundsThatAreDone()
    {
        Config config = printed(1, 500);
        config.federation.rate = 1;
        config.privacy.adversary = privacy::Adversary::Aggregate;
        config.privacy.epsilon = 60;
        const Population population{100, 50, false};
        const RunForecast found = runForecast(config, population);
        const int lasts = found.budgets[0].lasts;
        QVERIFY(lasts > 10 && lasts < 500);
        QCOMPARE(found.rounds, lasts);
        double squares = 0;
        for (int t = 0; t < lasts; ++t)
            squares += std::pow(100 / std::pow(0.997, t), 2) / static_cast<double>(*found.parameters);
        QVERIFY(std::abs(found.signal->whole / std::sqrt(squares) - 1) < 1e-9);
    }

    /// What a round draws of 40 clients at a rate that is no whole number of them.
    void theDrawnCohortIsCharged()
    {
        Config config = printed(1, 120);
        config.privacy.schedule = privacy::Schedule::Static;
        config.privacy.adversary = privacy::Adversary::ReleasedModel;
        config.privacy.accountant = "rdp";
        config.privacy.epsilon = 1000;
        config.federation.sampling = federation::Sampling::Fixed;
        config.federation.rate = 1e-5;
        const RunForecast found = runForecast(config, {40, 50, false});
        QCOMPARE(found.clientsPerRound, 1.0);
        privacy::TrainingPlan plan;
        plan.adversary = privacy::Adversary::ReleasedModel;
        plan.sampling = privacy::ClientSampling::Fixed;
        plan.rate = 1.0 / 40;
        plan.rounds = plan.participations = {{1, 120}};
        const double due = privacy::spend(plan, privacy::accountant("rdp"), 1e-5).epsilon;
        QVERIFY(std::abs(find(found.budgets[0], "rdp")->epsilon / due - 1) < 1e-9);
    }

    void aLargeDeltaIsSaid()
    {
        Config config = privateHead();
        QVERIFY(runForecast(config, kPopulation).warnings.empty());
        config.privacy.delta = 0.001;
        QCOMPARE(runForecast(config, kPopulation).warnings.size(), std::size_t(1));
        QVERIFY(runForecast(config, {900, 50, false}).warnings.empty());
    }

    void everyPresetCanBeForecast()
    {
        for (const PresetInfo& preset : presets()) {
            const Config config = loadPreset(preset.name);
            const bool isSilo = config.federation.client == federation::Client::Silo;
            Population population = kPopulation;
            population.markets = isSilo ? 7 : 0;
            const RunForecast found = runForecast(config, population);
            QVERIFY2(found.problems.empty(), preset.name.c_str());
            QVERIFY2((isSilo || found.parameters > 0) && found.clientsPerRound > 0, preset.name.c_str());
        }
    }

    /// Clients are what the dataset has: persons of two domains, or markets.
    void marketsAreSilos()
    {
        Population markets = kPopulation;
        markets.markets = 7;
        const Config silo = loadPreset("fedmm");
        QCOMPARE(runForecast(silo, markets).clientsPerRound, 7.0);
        const auto wrong = runForecast(privateHead(), markets).problems;
        QVERIFY(wrong.size() == 1 && wrong.front().starts_with("federation.client: user"));
        // The two domains are the silos then.
        QCOMPARE(runForecast(silo, kPopulation).clientsPerRound, 2.0);
    }

    void whatTheLedgerRefusesIsAProblem()
    {
        Config config = loadPreset("private-head-eps3");
        config.federation.rate = 0.1;
        config.privacy.adversary = privacy::Adversary::ReleasedModel;
        config.privacy.charge = privacy::Charge::EveryRound;
        config.privacy.accountant = "pld";
        const RunForecast found = runForecast(config, kPopulation); // pld and a fixed cohort size
        QCOMPARE(found.problems.size(), std::size_t(1));
        QVERIFY(found.problems[0].starts_with("privacy.accountant: "));
    }

    void severalProblemsAtOnce()
    {
        Config config;
        config.model.heads = 7;
        config.model.mlp = "12x";
        config.run.device = "gpu";
        const std::vector<std::string> found = problems(config);
        QCOMPARE(found.size(), std::size_t(3));
        QCOMPARE(test::errorOf([&] { validate(config); }), QString::fromStdString(found[0]));
        QCOMPARE(runForecast(config, kPopulation).problems, found);
    }

    void aStopIsObeyed()
    {
        std::stop_source stop;
        stop.request_stop();
        Config config = printed(100, 1000000);
        const RunForecast found = runForecast(config, kPopulation, stop.get_token());
        QVERIFY(found.budgets.empty() || found.budgets[0].spent.empty());
    }

    void timeFromARunLikeThisOne()
    {
        const Config config = printed(2, 500);
        RunEntry run;
        run.name = "first";
        run.started = "2026-01-01T00:00:00Z";
        run.datasetPath = "/data/books/";
        run.settings = {{"federation.rate", "0.01"}, {"loss.lambda1", "0.1"}};
        for (const Field& field : fields()) {
            const auto value = field.read(config);
            if (value == field.fallback() || field.key.starts_with("privacy.") || field.key == "loss.lambda1")
                continue;
            if (const auto* number = std::get_if<double>(&value))
                run.settings.emplace_back(field.key, std::to_string(*number));
            else if (const auto* choice = std::get_if<std::int64_t>(&value))
                run.settings.emplace_back(field.key,
                    field.type == FieldType::Choice ? field.choices[static_cast<std::size_t>(*choice)]
                                                    : std::to_string(*choice));
        }
        run.summary.emplace();
        run.summary->rounds = 40;
        run.summary->seconds = 20;
        RunEntry newer = run;
        newer.name = "second";
        newer.started = "2026-02-01T00:00:00Z";
        newer.summary->seconds = 10;
        const auto found = timeFromRuns(std::vector<const RunEntry*>{&run, &newer}, config, "/data/books/");
        QVERIFY(found);
        QCOMPARE(found->secondsPerRound, 0.25);
        QCOMPARE(found->run, std::string("second"));
        // Another dataset, another model, too few rounds: nothing is guessed.
        QVERIFY(!timeFromRuns(std::vector<const RunEntry*>{&run}, config, "/data/food"));
        Config larger = config;
        larger.model.layers = 2;
        QVERIFY(!timeFromRuns(std::vector<const RunEntry*>{&run}, larger, "/data/books/"));
        run.summary->rounds = 2;
        QVERIFY(!timeFromRuns(std::vector<const RunEntry*>{&run}, config, "/data/books/"));
    }
};

std::unique_ptr<QObject> tst_run_forecast()
{
    return std::make_unique<TestRunForecast>();
}
#include "tst_run_forecast.moc"
