// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/specs/registry.h"
#include "core/settings/presets.h"
#include "core/sweeps/comparison.h"
#include "core/sweeps/sweep_record.h"
#include "tests/fixtures/support.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

namespace fs = std::filesystem;
using namespace fedcctr;
using namespace fedcctr::sweeps;
using fedcctr::test::errorOf;
using settings::Config;

namespace {

using Words = std::vector<std::string>;

/// Two models and the base, which is run with an augmentation too.
constexpr const char* kList = R"({
    "search": {"points": 3, "share_of_rounds": 0.25,
        "grid": ["federation.learning_rate=0.001,0.003,0.01", "model.dropout=0.1,0.3"]},
    "rows": [
        {"title": "LR", "group": "Traditional", "preset": "central", "set": ["model.architecture=lr"]},
        {"title": "BST", "group": "Traditional", "preset": "central", "set": ["model.architecture=bst"],
            "augmentation": true},
        {"title": "FedCCTR-LM", "group": "Ours", "preset": "federated", "augmentation": true, "base": true,
            "grid": ["loss.lambda1=0,0.3", "federation.learning_rate=0.002,0.004"]}]})";

ComparisonRequest request(bool augmented = false)
{
    ComparisonRequest made;
    made.dataset = "/data/set";
    made.augmented = augmented;
    made.seeds = 2;
    return made;
}

SweepPlan plan(bool augmented = false)
{
    return planComparison(comparisonListFrom(kList, "list"), request(augmented));
}

Words namesOf(const SweepPlan& plan)
{
    Words names;
    for (const ComparisonRow& row : plan.comparison->rows)
        names.push_back(row.name);
    return names;
}

Config configOf(const SweepPlan& plan, const ComparisonRow& row)
{
    return configOf(plan, SweepJob{{}, row.name, {}, 1, row.assignments});
}

std::vector<SweepJob> jobsOf(const SweepPlan& plan, const std::string& variant)
{
    std::vector<SweepJob> jobs;
    std::ranges::copy_if(plan.jobs, std::back_inserter(jobs),
        [&variant](const SweepJob& job) { return job.variant == variant; });
    return jobs;
}

/// A finished run with this validation NDCG@10 in A, and as much less in B.
void finish(const fs::path& run, double a, double b)
{
    fs::create_directories(run);
    std::ofstream(run / "config.json") << "{}";
    const nlohmann::json summary{{"reason", "finished"},
        {"validation", {{"A", {{"ndcg@10", a}}}, {"B", {{"ndcg@10", b}}}}},
        {"test", {{"A", {{"ndcg@10", 1 - a}}}, {"B", {{"ndcg@10", 1 - b}}}}}};
    std::ofstream(run / "summary.json") << summary.dump();
}

} // namespace

class TestComparison : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    fs::path folder() const { return m_folder->path().toStdString() + "/comparison"; }

    void finishSearch(
        const SweepPlan& search, const std::string& variant, const std::vector<double>& values) const
    {
        const std::vector<SweepJob> jobs = jobsOf(search, variant);
        for (std::size_t i = 0; i < values.size(); ++i)
            finish(searchFolder(folder()) / jobs[i].name, values[i] + 0.05, values[i] - 0.05);
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    /// Every row has its preset and fits it, with PrivAugNet and without, and no model is forgotten: the
    /// private head ranks by public texts under a budget and is no row of Tables 4 and 5, and own models come
    /// in files.
    void theListIsWhole()
    {
        std::set<std::string> compared{"private-head", "script"};
        for (const char* name : {"comparison", "ctr-comparison", "ctr-ablation", "market-comparison"}) {
            QVERIFY(isComparison(name));
            const ComparisonList list = comparisonList(name);
            for (const bool augmented : {false, true}) {
                const SweepPlan all = planComparison(list, request(augmented));
                QCOMPARE(std::ranges::count(all.comparison->rows, true, &ComparisonRow::isBase), 1);
                for (const ComparisonRow& row : all.comparison->rows)
                    compared.insert(configOf(all, row).model.architecture);
                const SweepPlan search = searchPlan(all);
                const std::size_t points = list.points > 1 ? std::size_t(list.points) : 0;
                QCOMPARE(search.jobs.size(), all.comparison->rows.size() * points);
            }
        }
        QVERIFY(!isComparison("central") && !isComparison("") && !isComparison("../presets/central"));
        for (const model::ModelInfo* info : model::models())
            QVERIFY2(compared.contains(info->name), info->name.c_str());
    }

    void scoresInWords()
    {
        QCOMPARE(scoreWords(0.3142), std::string("31.42 %"));
        QCOMPARE(scoreWords(-0.67654), std::string("0.6765"));
        QCOMPARE(scoreWords(std::numeric_limits<double>::quiet_NaN()), std::string("-"));
    }

    void aRowIsItsPreset()
    {
        const SweepPlan made = plan();
        QCOMPARE(namesOf(made), (Words{"LR", "BST", "FedCCTR-LM w/o PrivAugNet"}));
        const Config bst = configOf(made, made.comparison->rows[1]);
        Config expected = settings::loadPreset("central");
        for (const char* change : {"model.architecture=bst", "augment.items=false", "augment.profiles=false",
                 "augment.sequences=false", "augment.negatives=false"})
            settings::setFromText(expected, change);
        expected.preset = bst.preset;
        QCOMPARE(settings::toJson(bst).dump(), settings::toJson(expected).dump());
        QVERIFY(made.comparison->rows[2].isBase);
    }

    /// The base has PrivAugNet in its title's row, others in a row of their own; a row without the flag has
    /// none.
    void anAugmentationBringsRows()
    {
        const SweepPlan made = plan(true);
        QCOMPARE(namesOf(made),
            (Words{"LR", "BST", "BST w/ PrivAugNet", "FedCCTR-LM w/o PrivAugNet", "FedCCTR-LM"}));
        QVERIFY(!configOf(made, made.comparison->rows[1]).augment.sequences);
        QVERIFY(configOf(made, made.comparison->rows[2]).augment.sequences);
        QVERIFY(!made.comparison->rows[3].isBase && made.comparison->rows[4].isBase);
    }

    void everyRowSearchesAsMuch()
    {
        const SweepPlan made = plan();
        const SweepPlan search = searchPlan(made);
        QCOMPARE(search.jobs.size(), std::size_t(9));
        for (const ComparisonRow& row : made.comparison->rows) {
            const std::vector<SweepJob> jobs = jobsOf(search, row.name);
            QCOMPARE(jobs.size(), std::size_t(3));
            QVERIFY(jobs[0].point.empty());
            std::set<std::string> different;
            for (const SweepJob& job : jobs) {
                Config config = sweeps::configOf(search, job);
                QCOMPARE(config.federation.rounds, 336); // a quarter of 1344
                different.insert(settings::toJson(config).dump());
            }
            QCOMPARE(different.size(), std::size_t(3));
        }
        // LR has no dropout; the base has learning rates of its own in place of everybody's.
        QCOMPARE(made.comparison->rows[0].grid.size(), std::size_t(1));
        QCOMPARE(made.comparison->rows[2].grid.size(), std::size_t(3));
        QCOMPARE(made.comparison->rows[2].grid.back().values, (Words{"0.002", "0.004"}));
    }

    void theRequestChangesEveryRow()
    {
        ComparisonRequest small = request();
        small.rows = {"BST", "LR"};
        small.assignments = {"federation.rounds=40", "run.device=cpu", "run.seed=5"};
        small.points = 2;
        small.searchRounds = 100;
        const SweepPlan made = planComparison(comparisonListFrom(kList, "list"), small);
        QCOMPARE(namesOf(made), (Words{"LR", "BST"}));
        QCOMPARE(made.base.run.device, std::string("cpu"));
        const SweepPlan search = searchPlan(made);
        QCOMPARE(search.jobs.size(), std::size_t(4));
        for (const SweepJob& job : search.jobs) {
            QCOMPARE(job.seed, std::int64_t(5));
            QCOMPARE(sweeps::configOf(search, job).federation.rounds, 40); // no more than the row's own
            // On another machine it is the same job.
            QVERIFY(std::ranges::none_of(
                job.assignments, [](const std::string& words) { return words.starts_with("run.device"); }));
        }
        small.points = 1;
        SweepPlan unsearched = planComparison(comparisonListFrom(kList, "list"), small);
        QVERIFY(searchPlan(unsearched).jobs.empty());
        QVERIFY(takeSearch(unsearched, folder()).empty());
        QCOMPARE(unsearched.jobs.size(), std::size_t(4));
    }

    void whatDoesNotFitIsTold()
    {
        const auto told = [](const std::string& from, const std::string& to, auto change) {
            std::string document = kList;
            if (!from.empty())
                document.replace(document.find(from), from.size(), to);
            return errorOf([&] {
                ComparisonRequest asked = request();
                change(asked);
                planComparison(comparisonListFrom(document, "list.json"), asked);
            });
        };
        const auto nothing = [](ComparisonRequest&) {};
        VERIFY_MESSAGE(told("", "", [](auto& asked) { asked.rows = {"DIEM"}; }), "--rows DIEM", "BST");
        VERIFY_MESSAGE(told("", "", [](auto& asked) { asked.points = 5; }), "row LR", "--tune");
        VERIFY_MESSAGE(
            told("", "", [](auto& asked) { asked.assignments = {"model.heads=7"}; }), "BST", "model.heads");
        VERIFY_MESSAGE(told("\"central\"", "\"centrall\"", nothing), "centrall", "central");
        VERIFY_MESSAGE(told("\"base\": true", "\"base\": false", nothing), "list.json", "base");
        VERIFY_MESSAGE(told("\"BST\"", "\"LR\"", nothing), "list.json", "LR", "twice");
        VERIFY_MESSAGE(told("\"points\": 3", "\"points\": 0", nothing), "list.json", "points");
        VERIFY_MESSAGE(told("model.dropout=", "model.dropuot=", nothing), "list.json", "model.dropuot");
        VERIFY_MESSAGE(told("\"title\"", "\"titel\"", nothing), "list.json", "title");
    }

    /// By the mean of both domains at validation, whatever the test says; own settings before equal ones.
    void theBestAtValidationIsChosen()
    {
        SweepPlan made = plan();
        const SweepPlan search = searchPlan(made);
        finishSearch(search, "LR", {0.2, 0.3, 0.25});
        finishSearch(search, "BST", {0.3, 0.3, 0.1});
        finishSearch(search, "FedCCTR-LM w/o PrivAugNet", {0.3, 0.4});
        QCOMPARE(takeSearch(made, folder()), Words{"FedCCTR-LM w/o PrivAugNet"});
        const ComparisonRow& lr = made.comparison->rows[0];
        QCOMPARE(lr.chosen, std::size_t(1));
        QVERIFY(std::abs(lr.tried[2].ndcg - 0.25) < 1e-12);
        QCOMPARE(made.comparison->rows[1].chosen, std::size_t(0));
        QVERIFY(made.comparison->rows[2].tried.empty());
        // Two seeds of two rows, in full and with what was chosen.
        QCOMPARE(made.jobs.size(), std::size_t(4));
        const Config config = sweeps::configOf(made, made.jobs[1]);
        QCOMPARE(config.federation.rounds, 1344);
        QCOMPARE(config.run.seed, std::uint64_t(2));
        QCOMPARE(
            "federation.learning_rate=" + lr.tried[1].point[0].second, *(made.jobs[1].assignments.end() - 2));
    }

    void theRecordTellsEverything()
    {
        SweepPlan made = plan(true);
        recordComparison(folder(), made);
        QVERIFY(readPlan(folder()).jobs.empty());
        QCOMPARE(readPlan(searchFolder(folder())).jobs.size(), std::size_t(15));
        for (const std::string& row : namesOf(made))
            finishSearch(searchPlan(made), row, {0.1, 0.3, 0.2});
        QVERIFY(takeSearch(made, folder()).empty());
        recordComparison(folder(), made);
        SweepPlan read = readPlan(folder());
        QCOMPARE(namesOf(read), namesOf(made));
        QCOMPARE(read.jobs.size(), std::size_t(10));
        for (std::size_t i = 0; i < read.comparison->rows.size(); ++i) {
            const ComparisonRow& a = read.comparison->rows[i];
            const ComparisonRow& b = made.comparison->rows[i];
            QVERIFY(a.title == b.title && a.group == b.group && a.augmented == b.augmented
                && a.isBase == b.isBase && a.showsAugmentation == b.showsAugmentation
                && a.assignments == b.assignments && a.searchRounds == b.searchRounds && a.chosen == 1);
            QCOMPARE(a.grid.size(), b.grid.size());
            QCOMPARE(a.tried[2].point, b.tried[2].point);
            QCOMPARE(a.tried[2].ndcg, b.tried[2].ndcg);
        }
        // What was read goes on as what was planned.
        QVERIFY(takeSearch(read, folder()).empty());
        QCOMPARE(read.jobs[3].name, made.jobs[3].name);
    }

    void aFolderHoldsOneComparison()
    {
        recordComparison(folder(), plan());
        // More seeds, an augmentation meanwhile, or only some rows: the same comparison goes on.
        ComparisonRequest more = request(true);
        more.seeds = 5;
        recordComparison(folder(), planComparison(comparisonListFrom(kList, "list"), more));
        ComparisonRequest less = request();
        less.rows = {"BST"};
        recordComparison(folder(), planComparison(comparisonListFrom(kList, "list"), less));
        const SweepPlan all = readPlan(folder());
        QCOMPARE(all.comparison->seeds, 5);
        QCOMPARE(namesOf(all),
            (Words{"LR", "BST", "BST w/ PrivAugNet", "FedCCTR-LM w/o PrivAugNet", "FedCCTR-LM"}));
        const auto refused = [&](auto change) {
            ComparisonRequest other = request();
            change(other);
            return errorOf([&] {
                recordComparison(folder(), planComparison(comparisonListFrom(kList, "list"), other));
            });
        };
        VERIFY_MESSAGE(refused([](auto& asked) { asked.points = 2; }), "3 points", "--out");
        VERIFY_MESSAGE(
            refused([](auto& asked) { asked.assignments = {"federation.rounds=40"}; }), "LR", "--out");
        VERIFY_MESSAGE(refused([](auto& asked) { asked.dataset = "/data/other"; }), "/data/set", "--out");
        SweepRequest plain;
        plain.dataset = "/data/set";
        plain.base.preset = "comparison";
        VERIFY_MESSAGE(errorOf([&] { recordPlan(folder(), planSweep(plain)); }), "comparison", "--out");
    }
};

std::unique_ptr<QObject> tst_comparison()
{
    return std::make_unique<TestComparison>();
}
#include "tst_comparison.moc"
