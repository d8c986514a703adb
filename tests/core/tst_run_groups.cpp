// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/sweep_results.h"
#include "tests/core/support.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

namespace fs = std::filesystem;
using namespace fedcctr;
using namespace fedcctr::experiment;
using nlohmann::json;

namespace {

void write(const fs::path& file, const std::string& content)
{
    fs::create_directories(file.parent_path());
    std::ofstream(file) << content;
}

/// A finished run of the job whose test NDCG@10 is the given one in A and half of it in B. The users' values
/// scatter around it, the same way for all runs.
void finish(
    const fs::path& folder, const SweepPlan& plan, const SweepJob& job, double ndcg, bool withUsers = true)
{
    json config = toJson(configOf(plan, job));
    config["dataset"] = plan.dataset.string();
    config["started"] = "2026-01-02T03:04:05Z";
    write(folder / job.name / "config.json", config.dump());
    const auto metrics = [](double value) {
        return json{{"ndcg@10", value}, {"mrr@10", value / 2}, {"auc", 0.7}};
    };
    write(folder / job.name / "summary.json",
        json{{"dataset", "set"}, {"domains", {"Food", "Kitchen"}}, {"reason", "finished"}, {"rounds", 5},
            {"test", {{"A", metrics(ndcg)}, {"B", metrics(ndcg / 2)}}}}
            .dump());
    if (!withUsers)
        return;
    UserScores scores;
    for (std::int32_t user = 0; user < 200; ++user) {
        const double value = ndcg + (user % 7 - 3) * 0.01;
        scores[0].push_back({user, 3, value, value / 2, 0.5, 0.7, 0.6});
        scores[1].push_back({2 * user, 3, value / 2, value / 4, 0.5, 0.7, 0.6});
    }
    writeTestUsers(folder / job.name, scores);
}

SweepPlan ablation(int seeds)
{
    SweepRequest request;
    request.dataset = "/data/set";
    for (const char* assignment : {"loss.lambda1=0.3", "loss.lambda2=0.5", "privacy.schedule=adaldp"})
        setFromText(request.base, assignment);
    request.ablation = true;
    request.seeds = seeds;
    return planSweep(request);
}

} // namespace

class TestRunGroups : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_folder;

private Q_SLOTS:
    void init()
    {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_folder = m_temporary->path().toStdString();
    }

    void usersResultsComeBack()
    {
        UserScores scores;
        scores[0] = {{0, 1, 1, 1, 1, 1, 0.25}, {7, 3.5, 1.0 / 3, 0.123456789, 1, 0.5, 12.5}};
        scores[1] = {{3, 100, 0, 0, 0, 0, 0.693147181}};
        writeTestUsers(m_folder, scores);
        const std::optional<UserScores> back = readTestUsers(m_folder);
        QVERIFY(back);
        QCOMPARE((*back)[0].size(), std::size_t(2));
        QCOMPARE((*back)[0][1].user, 7);
        QCOMPARE((*back)[0][1].rank, 3.5);
        QVERIFY(std::abs((*back)[0][1].ndcg10 - 1.0 / 3) < 1e-9);
        QVERIFY((*back)[1] == scores[1]);
        QVERIFY(!readTestUsers(m_folder / "nowhere"));
        write(m_folder / "test_users.csv.gz",
            gzipped("user,domain,rank,ndcg@10,mrr@10,hr@10,auc,logloss\n1,C,1\n"));
        QVERIFY(test::errorOf([&] { readTestUsers(m_folder); }).contains(":2"));
        write(m_folder / "test_users.csv.gz", "x");
        QVERIFY(!test::errorOf([&] { readTestUsers(m_folder); }).isEmpty());
    }

    void pairsAreOfTheSameUsers()
    {
        const std::vector<UserScore> first{
            {1, 0, 0.1, 0, 0, 0, 0}, {2, 0, 0.2, 0, 0, 0, 0}, {5, 0, 0.5, 0, 0, 0, 0}};
        const std::vector<UserScore> second{
            {2, 0, 0.3, 0, 0, 0, 0}, {4, 0, 0.4, 0, 0, 0, 0}, {5, 0, 0.6, 0, 0, 0, 0}};
        const PairedScores paired = pairedScores(first, second, &UserScore::ndcg10);
        QCOMPARE(paired.first, (std::vector{0.2, 0.5}));
        QCOMPARE(paired.second, (std::vector{0.3, 0.6}));
    }

    void seedsAreGroupedAndCountedOnce()
    {
        const SweepPlan plan = ablation(3);
        for (std::size_t i = 0; i < 3; ++i)
            finish(m_folder, plan, plan.jobs[i], 0.20 + 0.01 * static_cast<double>(i));
        finish(m_folder, plan, plan.jobs[3], 0.4);
        std::vector<RunEntry> entries;
        for (const std::size_t i : {0UL, 1UL, 2UL, 3UL, 0UL})
            entries.push_back(readEntry(m_folder / plan.jobs[i].name));
        entries.push_back(readEntry(m_folder / "nowhere"));
        const std::vector<RunGroup> groups = groupRuns(entries);
        QCOMPARE(groups.size(), std::size_t(2));
        QCOMPARE(groups[0].runs.size(), std::size_t(4));
        QCOMPARE(groups[0].replicates().size(), std::size_t(3));
        const evaluation::MeanInterval value = groupMetric(groups[0], 0, "ndcg@10");
        QCOMPARE(value.count, std::size_t(3));
        QVERIFY(std::abs(value.mean - 0.21) < 1e-12);
        // s = 0.01, t_{0.975, 2} = 4.30265: 4.30265 * 0.01 / sqrt(3).
        QVERIFY(std::abs(value.half - 0.0248414) < 1e-6);
        QCOMPARE(percentWords(value), std::string("21.00 ± 2.48"));
    }

    void theAblationTableIsByHand()
    {
        const SweepPlan plan = ablation(2);
        recordPlan(m_folder, plan);
        // Full model 0.25; the others so much below or above it. The last seed of w/o CDRD is missing.
        const std::map<std::string, double> offsets{{"w/o PrivAugNet", -0.05}, {"w/o IDRA", 0},
            {"w/o CDRD", -0.01}, {"w/o AdaLDP", 0.025}, {"w/ Static LDP", -0.02}, {kFullModel, 0}};
        for (const SweepJob& job : plan.jobs)
            if (job.variant != "w/o CDRD" || job.seed == 1)
                finish(m_folder, plan, job, 0.25 + offsets.at(job.variant), job.variant != "w/ Static LDP");
        const SweepResults sweep = readSweep(m_folder);
        QCOMPARE(sweep.missing, std::size_t(1));
        QCOMPARE(sweep.rows.size(), std::size_t(6));
        const Table table = ablationTable(sweep);
        QCOMPARE(table.rows.size(), std::size_t(6));
        QCOMPARE(table.columns.size(), std::size_t(12));
        for (const auto& row : table.rows)
            QCOMPARE(row.size(), table.columns.size());
        QCOMPARE(table.rows[0][0], std::string("w/o PrivAugNet"));
        QCOMPARE(table.rows[0][2], std::string("20.00 ± 0.00"));
        QCOMPARE(table.rows[0][3], std::string("-20.00"));
        // The smallest p of 9,999 flips is 0.0001; Holm: times the eight tests that could be made.
        QCOMPARE(table.rows[0][4], std::string("0.0008"));
        QCOMPARE(table.rows[1][3], std::string("+0.00"));
        QCOMPARE(table.rows[1][4], std::string("1.0000"));
        QCOMPARE(table.rows[2][1], std::string("1"));
        QCOMPARE(table.rows[2][2], std::string("24.00"));
        QCOMPARE(table.rows[3][3], std::string("+10.00"));
        QCOMPARE(table.rows[4][4], std::string("-"));
        QCOMPARE(table.rows[5][0], std::string(kFullModel));
        QCOMPARE(table.rows[5][3], std::string("-"));
        QCOMPARE(table.rows[5][7], std::string("12.50 ± 0.00"));
    }

    void gridsAndTables()
    {
        SweepRequest request;
        request.dataset = "/data/set";
        request.axes = {parseAxis("loss.lambda1=0.1,0.3"), parseAxis("loss.lambda2=0.2,0.4,0.6")};
        const SweepPlan plan = planSweep(request);
        recordPlan(m_folder, plan);
        for (std::size_t i = 0; i < 5; ++i)
            finish(m_folder, plan, plan.jobs[i], 0.1 * static_cast<double>(i + 1));
        const SweepResults sweep = readSweep(m_folder);
        const std::optional<SweepGrid> grid = gridOf(sweep);
        QVERIFY(grid);
        QCOMPARE(grid->x.key, std::string("loss.lambda1"));
        QCOMPARE(grid->cells[0].size(), std::size_t(3));
        QVERIFY(std::abs(grid->cells[0][1][0].mean - 0.2) < 1e-12);
        QVERIFY(std::abs(grid->cells[1][0][1].mean - 0.2) < 1e-12);
        QVERIFY(std::abs(grid->cells[2][0][1].mean - 0.3) < 1e-12);
        QCOMPARE(grid->cells[0][2][1].count, std::size_t(0));
        const Table table = sweepTable(sweep);
        QCOMPARE(table.rows.size(), std::size_t(6));
        QCOMPARE(table.rows[1][1], std::string("0.4"));
        QCOMPARE(table.rows[1][3], std::string("20.00"));
        QCOMPARE(table.rows[5][3], std::string("-"));
        QVERIFY(ablationTable(sweep).rows.empty());
        QCOMPARE(sweep.rows[0].label(), std::string("λ₁ 0.1, λ₂ 0.2"));
    }
};

QTEST_APPLESS_MAIN(TestRunGroups)
#include "tst_run_groups.moc"
