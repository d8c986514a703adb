// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/calibration.h"
#include "core/privacy/ledger.h"
#include "core/privacy/mechanisms.h"
#include "core/settings/presets.h"
#include "core/sweeps/job_lock.h"
#include "core/sweeps/sobol.h"
#include "core/sweeps/sweep.h"
#include "core/sweeps/sweep_calibration.h"
#include "core/sweeps/sweep_record.h"
#include "tests/fixtures/support.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace fs = std::filesystem;
using namespace fedcctr;
using namespace fedcctr::runs;
using namespace fedcctr::settings;
using namespace fedcctr::sweeps;
using fedcctr::test::errorOf;

namespace {

using Words = std::vector<std::string>;

SweepRequest request(const Words& grid = {})
{
    SweepRequest request;
    request.dataset = "/data/set";
    for (const std::string& words : grid)
        request.axes.push_back(parseAxis(words));
    return request;
}

Words pointsOf(const SweepPlan& plan)
{
    Words points;
    for (const SweepJob& job : plan.jobs) {
        std::string words;
        for (const auto& [key, value] : job.point)
            words += value + ' ';
        points.push_back(words + std::to_string(job.seed));
    }
    return points;
}

/// A base in which all parts of the model are on.
Config fullBase()
{
    Config config;
    for (const char* assignment : {"loss.lambda1=0.3", "loss.lambda2=0.5", "privacy.schedule=adaldp"})
        setFromText(config, assignment);
    return config;
}

Config privateHead(double epsilon)
{
    Config config = loadPreset("private-head-eps3");
    config.privacy.epsilon = epsilon;
    return config;
}

void write(const fs::path& file, const std::string& content)
{
    fs::create_directories(file.parent_path());
    std::ofstream(file) << content;
}

} // namespace

class TestSweep : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void axesAreListsAndRanges_data()
    {
        QTest::addColumn<QString>("words");
        QTest::addColumn<QString>("values");
        QTest::newRow("list") << "loss.lambda1=0.1,0.3"
                              << "0.1 0.3";
        QTest::newRow("range") << "loss.lambda1=0.1:0.2:0.9"
                               << "0.1 0.3 0.5 0.7 0.9";
        QTest::newRow("range that stops short") << "loss.lambda1=0:0.4:1"
                                                << "0 0.4 0.8";
        QTest::newRow("downwards") << "loss.lambda1=0.3:-0.1:0.1"
                                   << "0.3 0.2 0.1";
        QTest::newRow("one") << "loss.lambda1=0.2:1:0.2"
                             << "0.2";
        QTest::newRow("both, once each") << "federation.rounds=5,10:5:20,20"
                                         << "5 10 15 20";
        QTest::newRow("words") << "privacy.schedule=static,adaldp"
                               << "static adaldp";
        QTest::newRow("colons that are no range") << "run.device=cuda:0,cpu"
                                                  << "cuda:0 cpu";
    }
    void axesAreListsAndRanges()
    {
        QFETCH(QString, words);
        QFETCH(QString, values);
        QString found;
        for (const std::string& value : parseAxis(words.toStdString()).values)
            found += (found.isEmpty() ? "" : " ") + QString::fromStdString(value);
        QCOMPARE(found, values);
    }

    void wrongAxesAreRefused()
    {
        QVERIFY(errorOf([] { parseAxis("loss.lambda1"); }).contains("key=value"));
        QVERIFY(errorOf([] { parseAxis("loss.lamda1=1"); }).contains("loss.lambda1"));
        QVERIFY(errorOf([] { parseAxis("loss.lambda1=0.1,7"); }).contains("loss.lambda1"));
        QVERIFY(errorOf([] { parseAxis("loss.lambda1=0.1:0:0.9"); }).contains("nowhere"));
        QVERIFY(errorOf([] { parseAxis("loss.lambda1=0.9:0.1:0.1"); }).contains("nowhere"));
        QVERIFY(errorOf([] { parseAxis("loss.lambda1="); }).contains("loss.lambda1"));
        QVERIFY(errorOf([] {
            planSweep(request({"loss.lambda1=0.1", "loss.lambda1=0.2"}));
        }).contains("twice"));
        SweepRequest seeds = request({"run.seed=1,2"});
        seeds.seeds = 2;
        QVERIFY(errorOf([&] { planSweep(seeds); }).contains("--seeds"));
        QVERIFY(errorOf([] { planSweep(request({"model.heads=7"})); }).contains("model.heads"));
    }

    void theProductRunsThroughAllSeeds()
    {
        SweepRequest two = request({"loss.lambda1=0.1,0.3", "loss.lambda2=0.5,0.7"});
        two.seeds = 2;
        two.base.run.seed = 5;
        const SweepPlan plan = planSweep(two);
        QCOMPARE(pointsOf(plan),
            (Words{"0.1 0.5 5", "0.1 0.5 6", "0.1 0.7 5", "0.1 0.7 6", "0.3 0.5 5", "0.3 0.5 6", "0.3 0.7 5",
                "0.3 0.7 6"}));
        const Config config = configOf(plan, plan.jobs[5]);
        QCOMPARE(config.loss.lambda1, 0.3);
        QCOMPARE(config.loss.lambda2, 0.5);
        QCOMPARE(config.run.seed, std::uint64_t(6));
        QCOMPARE(planSweep(request()).jobs.size(), std::size_t(1));
    }

    void namesAreStableAndDifferent()
    {
        SweepRequest wide = request({"loss.lambda1=0:0.01:0.5", "model.mlp=8-4,8-4-2"});
        wide.seeds = 3;
        std::set<std::string> names;
        for (const SweepJob& job : planSweep(wide).jobs)
            names.insert(job.name);
        QCOMPARE(names.size(), std::size_t(51 * 2 * 3));
        for (const std::string& name : names)
            QVERIFY(name.find_first_of(" /\\:*?\"<>|=") == std::string::npos);
        // A smaller sweep finds its runs in the larger one.
        const SweepPlan small = planSweep(request({"loss.lambda1=0.25", "model.mlp=8-4-2"}));
        QVERIFY(names.contains(small.jobs.front().name));
        QVERIFY(small.jobs.front().name.starts_with("lambda1-0.25_mlp-8-4-2_seed-1-"));
    }

    void theAblationIsTable6()
    {
        SweepRequest ablation = request();
        ablation.base = fullBase();
        ablation.ablation = true;
        ablation.seeds = 3;
        const SweepPlan plan = planSweep(ablation);
        QCOMPARE(plan.jobs.size(), std::size_t(18));
        const Words rows{
            "w/o PrivAugNet", "w/o IDRA", "w/o CDRD", "w/o AdaLDP", "w/ Static LDP", "FedCCTR-LM"};
        for (std::size_t i = 0; i < 18; ++i) {
            QCOMPARE(plan.jobs[i].variant, rows[i / 3]);
            QCOMPARE(plan.jobs[i].seed, static_cast<std::int64_t>(i % 3 + 1));
        }
        const auto config = [&](std::size_t row) { return configOf(plan, plan.jobs[3 * row]); };
        const augment::AugmentUse augment = config(0).augment;
        QVERIFY(!augment.items && !augment.profiles && !augment.sequences && !augment.negatives);
        QVERIFY(!config(1).loss.idra && config(1).loss.cdrd && config(1).augment.items);
        QVERIFY(!config(2).loss.cdrd && config(2).loss.idra);
        QCOMPARE(config(3).privacy.schedule, privacy::Schedule::None);
        QCOMPARE(config(4).privacy.schedule, privacy::Schedule::Static);
        QCOMPARE(toJson(config(5)).dump(), toJson(fullBase()).dump());
        ablation.base.loss.lambda1 = 0;
        QVERIFY(errorOf([&] { planSweep(ablation); }).contains("loss.lambda1"));
        ablation.base = fullBase();
        ablation.base.privacy.schedule = privacy::Schedule::Static;
        QVERIFY(errorOf([&] { planSweep(ablation); }).contains("privacy.schedule=adaldp"));
        ablation.base = loadPreset("private-head-eps3");
        QVERIFY(errorOf([&] { planSweep(ablation); }).contains("model.architecture"));
    }

    void sobolBeginsAsPublished()
    {
        const std::vector<std::vector<double>> two = sobolPoints(8, 2);
        const std::vector<std::vector<double>> known{{0, 0}, {0.5, 0.5}, {0.75, 0.25}, {0.25, 0.75},
            {0.375, 0.375}, {0.875, 0.875}, {0.625, 0.125}, {0.125, 0.625}};
        QCOMPARE(two, known);
        // scipy.stats.qmc.Sobol(10, scramble=False), point 100.
        const std::vector<double> hundredth = sobolPoints(101, 10).back();
        const std::vector<double> scipy{0.4140625, 0.2578125, 0.7734375, 0.7265625, 0.8828125, 0.7421875,
            0.0234375, 0.4765625, 0.6328125, 0.6953125};
        QCOMPARE(hundredth, scipy);
        QVERIFY(!errorOf([] { sobolPoints(1, 11); }).isEmpty());
    }

    void sobolFillsEveryDyadicBoxOnce()
    {
        // The first two dimensions are a (0, m, 2)-net: no random or regular set of 256 points is.
        const auto points = sobolPoints(256, 2);
        for (int a = 0; a <= 8; ++a) {
            const int columns = 1 << a;
            const int rows = 1 << (8 - a);
            std::set<std::pair<int, int>> boxes;
            for (const std::vector<double>& point : points)
                boxes.insert({static_cast<int>(point[0] * columns), static_cast<int>(point[1] * rows)});
            QCOMPARE(boxes.size(), std::size_t(256));
        }
        const auto many = sobolPoints(1024, 10);
        for (std::size_t d = 0; d < 10; ++d) {
            std::set<int> cells;
            for (const std::vector<double>& point : many)
                cells.insert(static_cast<int>(point[d] * 1024));
            QCOMPARE(cells.size(), std::size_t(1024));
        }
    }

    void samplesSpreadOverTheGrid()
    {
        SweepRequest large =
            request({"loss.lambda1=0:0.05:0.95", "loss.lambda2=0:0.05:0.95", "loss.tau=0.1,0.2"});
        large.samples = 80;
        large.seeds = 2;
        const SweepPlan plan = planSweep(large);
        QCOMPARE(plan.jobs.size(), std::size_t(160));
        std::set<std::string> points;
        std::map<std::string, int> quarters;
        for (std::size_t i = 0; i < plan.jobs.size(); i += 2) {
            const Config config = configOf(plan, plan.jobs[i]);
            points.insert(pointsOf(plan)[i]);
            ++quarters[std::to_string(config.loss.lambda1 < 0.49) + std::to_string(config.loss.lambda2 < 0.49)
                + std::to_string(config.loss.tau < 0.15)];
        }
        QCOMPARE(points.size(), std::size_t(80));
        QCOMPARE(quarters.size(), std::size_t(8));
        for (const auto& [quarter, count] : quarters)
            QVERIFY2(count >= 8 && count <= 12, std::to_string(count).c_str());
        large.samples = 10'000;
        QCOMPARE(planSweep(large).jobs.size(), std::size_t(1600));
        large.samples = 799;
        QCOMPARE(planSweep(large).jobs.size(), std::size_t(1598));
    }

    void calibrationFindsThePublishedNoise()
    {
        // The presets' own numbers, which 'fedcctr privacy calibrate' gave.
        QVERIFY(std::abs(calibratedNoise(privateHead(3), 7008) - 15.234) < 1e-3);
        QVERIFY(std::abs(calibratedNoise(privateHead(1), 7008) - 40.868) < 1e-3);
    }

    void calibratedBudgetsLastForAllRoundsAndNoMore_data()
    {
        QTest::addColumn<QString>("assignments");
        QTest::newRow("eq27") << "privacy.accountant=eq27 privacy.charge=every-round privacy.schedule=adaldp";
        QTest::newRow("appendix-a") << "privacy.accountant=appendix-a privacy.charge=every-round";
        QTest::newRow("gaussian") << "privacy.accountant=gaussian privacy.charge=every-round";
        QTest::newRow("rdp, static")
            << "privacy.accountant=rdp privacy.charge=every-round privacy.schedule=static";
        QTest::newRow("released") << "privacy.accountant=rdp privacy.charge=every-round "
                                     "privacy.adversary=released-model privacy.relation=add-remove";
    }
    void calibratedBudgetsLastForAllRoundsAndNoMore()
    {
        QFETCH(QString, assignments);
        Config config;
        config.federation.rounds = 80;
        config.federation.rate = 0.1;
        config.privacy.epsilon = 0.7;
        for (const QString& assignment : assignments.split(' '))
            setFromText(config, assignment.toStdString());
        const double sigma = calibratedNoise(config, 2238);
        const auto rounds = [&](double noise) {
            privacy::PrivacyOptions options = config.privacy;
            options.noiseMultiplier = noise;
            privacy::Ledger ledger(options, {privacy::ClientSampling::Poisson, 0.1, 80}, 3);
            int round = 0;
            while (round < 200 && !ledger.admit({0, 1, 2}, round).empty())
                ++round;
            return round;
        };
        QVERIFY2(rounds(sigma) >= 80, std::to_string(rounds(sigma)).c_str());
        QVERIFY2(rounds(sigma * (1 - 1e-4)) < 80, std::to_string(sigma).c_str());
    }

    void participationIsChargedForTheAverageClient()
    {
        // 100 rounds, a tenth of the clients each: 10 participations; mu^2 = 10 (2/sigma)^2.
        Config config;
        for (const char* assignment :
            {"federation.rounds=100", "federation.rate=0.1", "privacy.schedule=static",
                "privacy.accountant=gaussian", "privacy.charge=participation", "privacy.epsilon=3"})
            setFromText(config, assignment);
        privacy::CalibrationProblem problem;
        problem.shape = {1, 1, 10, 10};
        problem.accountant = "gaussian";
        problem.epsilon = 3;
        const double expected = privacy::solveSigma0(problem);
        QVERIFY(std::abs(calibratedNoise(config, 2238) / expected - 1) < 1e-5);
    }

    /// Of 40 clients a cohort of fixed size is a whole number: at 0.0375 two are drawn, 5 % and not 3.75 %.
    void calibratedForTheCohortThatIsDrawn()
    {
        Config config;
        for (const char* assignment : {"federation.rounds=100", "federation.rate=0.0375",
                 "federation.sampling=fixed", "privacy.schedule=static", "privacy.accountant=gaussian",
                 "privacy.charge=participation", "privacy.epsilon=3"})
            setFromText(config, assignment);
        privacy::CalibrationProblem problem;
        problem.shape = {1, 1, 5, 5};
        problem.accountant = "gaussian";
        problem.epsilon = 3;
        QVERIFY(std::abs(calibratedNoise(config, 40) / privacy::solveSigma0(problem) - 1) < 1e-5);
    }

    /// Whatever the number of clients: banded noise refuses turns that are closer than its band.
    void bandedNoiseIsCalibrated()
    {
        Config config;
        for (const char* assignment : {"federation.rounds=500", "federation.rate=0.0625",
                 "federation.sampling=cyclic", "privacy.schedule=static", "privacy.accountant=gaussian",
                 "privacy.charge=participation", "privacy.adversary=aggregate", "privacy.correlation=banded",
                 "privacy.band=16", "privacy.epsilon=3"})
            setFromText(config, assignment);
        for (const std::size_t clients : {std::size_t{40}, std::size_t{1000}, std::size_t{7008}}) {
            const double sigma = calibratedNoise(config, clients);
            const double muSquared = privacy::gaussianExactBudget(3, config.privacy.delta);
            const double sensitivity = privacy::bandedSensitivity(16, 500, 32, 16);
            QVERIFY(std::abs(sigma / (2 * sensitivity / std::sqrt(muSquared)) - 1) < 1e-5);
        }
    }

    void calibratedJobsDifferInNoise()
    {
        SweepRequest sweep = request({"privacy.epsilon=1,3", "privacy.schedule=static,none"});
        sweep.base = privateHead(3);
        sweep.calibrate = true;
        sweep.clients = 7008;
        sweep.seeds = 2;
        const SweepPlan plan = planSweep(sweep);
        QCOMPARE(plan.jobs.size(), std::size_t(8));
        QVERIFY(std::abs(configOf(plan, plan.jobs[0]).privacy.noiseMultiplier - 40.868) < 1e-3);
        QVERIFY(std::abs(configOf(plan, plan.jobs[1]).privacy.noiseMultiplier - 40.868) < 1e-3);
        QVERIFY(std::abs(configOf(plan, plan.jobs[4]).privacy.noiseMultiplier - 15.234) < 1e-3);
        for (const std::string& assignment : plan.jobs[2].assignments)
            QVERIFY(!assignment.starts_with("privacy.noise_multiplier"));
        sweep.axes = {parseAxis("privacy.epsilon=0.01")};
        sweep.base.federation.rounds = 1'000'000;
        sweep.base.privacy.accountant = "gaussian";
        QVERIFY(errorOf([&] { planSweep(sweep); }).contains("--calibrate"));
    }

    void theRecordBringsThePlanBack()
    {
        const QTemporaryDir folder;
        const fs::path place = folder.path().toStdString() + "/sweep";
        QVERIFY(errorOf([&] { readPlan(place); }).contains("sweep.json"));
        SweepRequest sweep = request({"loss.lambda1=0.1,0.3"});
        sweep.base = fullBase();
        sweep.ablation = true;
        const SweepPlan plan = planSweep(sweep);
        recordPlan(place, plan);
        const SweepPlan back = readPlan(place);
        QCOMPARE(back.dataset, plan.dataset);
        QVERIFY(back.ablation);
        QCOMPARE(back.axes.front().values, plan.axes.front().values);
        QCOMPARE(back.jobs.size(), plan.jobs.size());
        for (std::size_t i = 0; i < plan.jobs.size(); ++i) {
            QCOMPARE(back.jobs[i].name, plan.jobs[i].name);
            QCOMPARE(back.jobs[i].variant, plan.jobs[i].variant);
            QCOMPARE(back.jobs[i].point, plan.jobs[i].point);
            QCOMPARE(
                toJson(configOf(back, back.jobs[i])).dump(), toJson(configOf(plan, plan.jobs[i])).dump());
        }
        // More values join, another base is refused.
        sweep.ablation = false;
        sweep.axes = {parseAxis("loss.lambda1=0.5,0.3")};
        recordPlan(place, planSweep(sweep));
        QCOMPARE(readPlan(place).jobs.size(), std::size_t(12 + 2));
        QCOMPARE(readPlan(place).axes.front().values, (Words{"0.5", "0.3", "0.1"}));
        sweep.base.loss.tau = 0.7;
        QVERIFY(errorOf([&] { recordPlan(place, planSweep(sweep)); }).contains("--out"));
        sweep.base = fullBase();
        sweep.dataset = "/data/other";
        QVERIFY(errorOf([&] { recordPlan(place, planSweep(sweep)); }).contains("/data/set"));
        write(place / "sweep.json", "{\"dataset\": 3");
        QVERIFY(errorOf([&] { readPlan(place); }).contains("damaged"));
    }

    void statesOfJobs()
    {
        const QTemporaryDir folder;
        const fs::path run = folder.path().toStdString() + "/job";
        QCOMPARE(stateOf(run), JobState::Waiting);
        write(run / "checkpoint" / "state.bin", "x");
        QCOMPARE(stateOf(run), JobState::Waiting);
        write(run / "config.json", "{}");
        QCOMPARE(stateOf(run), JobState::Begun);
        for (const auto& [reason, state] : {std::pair{"stopped", JobState::Begun},
                 {"finished", JobState::Finished}, {"budget-spent", JobState::Finished}}) {
            write(run / "summary.json", nlohmann::json{{"reason", reason}}.dump());
            QCOMPARE(stateOf(run), state);
        }
        write(run / "summary.json", "{\"reas");
        QCOMPARE(stateOf(run), JobState::Begun);
    }

    void aLockIsHeldOnce()
    {
        const QTemporaryDir folder;
        const fs::path file = folder.path().toStdString() + "/job.lock";
        {
            const std::optional<JobLock> first = JobLock::take(file);
            QVERIFY(first);
            QVERIFY(!JobLock::take(file));
            QVERIFY(JobLock::holderOf(file).find(std::to_string(::getpid())) != std::string::npos);
        }
        QVERIFY(!fs::exists(file));
        QVERIFY(JobLock::take(file));
        QVERIFY(!errorOf([] { JobLock::take("/nowhere/job.lock"); }).isEmpty());
    }

    void aLockOfAKilledProcessIsTakenOver()
    {
        const QTemporaryDir folder;
        const fs::path file = folder.path().toStdString() + "/job.lock";
        const pid_t child = ::fork();
        if (child == 0) {
            const std::optional<JobLock> held = JobLock::take(file);
            ::pause();
            ::_exit(0);
        }
        QTRY_VERIFY(!JobLock::holderOf(file).empty());
        QVERIFY(!JobLock::take(file));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        QVERIFY(fs::exists(file));
        const std::optional<JobLock> taken = JobLock::take(file);
        QVERIFY(taken);
        QVERIFY(JobLock::holderOf(file).find(std::to_string(::getpid())) != std::string::npos);
        QVERIFY(!JobLock::take(file));
    }

    void anotherMachinesLockStandsWhileItIsRefreshed()
    {
        const QTemporaryDir folder;
        const fs::path file = folder.path().toStdString() + "/job.lock";
        write(file, "elsewhere process 7\n");
        QVERIFY(!JobLock::take(file));
        fs::last_write_time(
            file, fs::file_time_type::clock::now() - JobLock::kStaleAfter - std::chrono::minutes(1));
        QVERIFY(JobLock::take(file));
    }
};

std::unique_ptr<QObject> tst_sweep()
{
    return std::make_unique<TestSweep>();
}
#include "tst_sweep.moc"
