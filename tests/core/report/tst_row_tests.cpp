// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/metrics.h"
#include "core/report/row_tests.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <memory>

using namespace fedcctr;
using namespace fedcctr::report;
using runs::RunEntry;

class TestRowTests : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    /// A finished run with these users' NDCG@10.
    RunEntry run(const std::string& name, std::int64_t seed, const std::vector<double>& a,
        const std::vector<double>& b) const
    {
        RunEntry made;
        made.path = std::filesystem::path(m_folder->path().toStdString()) / name;
        made.seed = seed;
        made.datasetPath = "/data/set";
        made.summary.emplace();
        std::filesystem::create_directories(made.path);
        runs::UserScores scores;
        for (const auto& [domain, values] : {std::pair(std::size_t{0}, a), std::pair(std::size_t{1}, b)})
            for (const double value : values) {
                runs::UserScore score;
                score.user = static_cast<std::int32_t>(scores[domain].size());
                score.ndcg10 = value;
                scores[domain].push_back(score);
            }
        runs::writeTestUsers(made.path, scores);
        return made;
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    /// Three users: in A all gain 0.1 to 0.3, so that two of eight sign patterns are as extreme; in B gains
    /// and losses cancel. Holm doubles the smaller of the two.
    void theTestIsByHand()
    {
        const RunEntry base = run("base", 1, {0.1, 0.2, 0.3}, {0.5, 0.5, 0.5});
        // Two seeds that lie around the same means: they are joined, and there are still three users.
        const RunEntry low = run("low", 1, {0.1, 0.3, 0.5}, {0.5, 0.3, 0.5});
        const RunEntry high = run("high", 2, {0.3, 0.5, 0.7}, {0.7, 0.5, 0.5});
        const std::vector<TestPair> pairs{{{"base", {&base}}, {"row", {&low, &high}}}, {}};
        const std::vector<RowTests> tests = testRows(pairs);
        QCOMPARE(tests.size(), std::size_t(2));
        const RowTest& a = *tests[0][0];
        QCOMPARE(a.users.pairs, std::size_t(3));
        QVERIFY(std::abs(a.users.difference - 0.2) < 1e-9);
        QCOMPARE(a.users.pValue, 0.25);
        QCOMPARE(a.corrected, 0.5);
        QCOMPARE(a.family, std::size_t(2));
        QVERIFY(!a.isSignificant());
        QCOMPARE(tests[0][1]->corrected, 1.0);
        QVERIFY(!tests[1][0] && !tests[1][1]);
    }

    void whatCannotBeComparedIsNotTested()
    {
        const RunEntry base = run("base", 1, {0.1}, {0.1});
        RunEntry elsewhere = run("elsewhere", 1, {0.1}, {0.1});
        elsewhere.datasetPath = "/data/other";
        RunEntry without = run("without", 1, {0.1}, {0.1});
        std::filesystem::remove(without.path / "test_users.csv.gz");
        const std::vector<TestPair> pairs{{{"", {&base}}, {"", {&elsewhere}}},
            {{"", {&base}}, {"", {&without}}}, {{"", {&base}}, {"", {&base}}}};
        const std::vector<RowTests> tests = testRows(pairs);
        QVERIFY(!tests[0][0] && !tests[1][0] && tests[2][0]);
        QCOMPARE(tests[2][0]->corrected, 1.0);
        QCOMPARE(tests[2][0]->family, std::size_t(2));
    }

    /// The number of candidates is read off the random ranker that every run records.
    void candidatesAreThoseOfTheRandomRanker()
    {
        const auto ranked = [](double ndcg) {
            RunEntry made;
            runs::ReferenceRecord random{"random", {}};
            random.metrics[0].values["ndcg@10"] = ndcg;
            made.summary.emplace().references = {random};
            return made;
        };
        for (const std::size_t candidates : {1UL, 2UL, 10UL, 11UL, 95UL, 100UL, 1000UL, 250'000UL})
            QCOMPARE(candidatesOf(ranked(evaluation::randomMetric("ndcg@10", candidates))), candidates);
        QCOMPARE(candidatesOf(ranked(0.0454)), std::size_t(100)); // rounded
        const RunEntry hundred = ranked(evaluation::randomMetric("ndcg@10", 100));
        const RunEntry thousand = ranked(evaluation::randomMetric("ndcg@10", 1000));
        const RunEntry unknown;
        using Runs = std::vector<const RunEntry*>;
        QCOMPARE(randomValue(Runs{&hundred, &hundred}, "hr@5"), 0.05);
        QCOMPARE(randomValue(Runs{&thousand}, "hr@5"), 0.005);
        QVERIFY(std::isnan(randomValue(Runs{&hundred, &thousand}, "hr@5")));
        QVERIFY(std::isnan(randomValue(Runs{&unknown}, "hr@5")));
        QVERIFY(std::isnan(randomValue(Runs{}, "hr@5")));
    }
};

std::unique_ptr<QObject> tst_row_tests()
{
    return std::make_unique<TestRowTests>();
}
#include "tst_row_tests.moc"
