// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/ctr.h"
#include "core/report/run_charts.h"

#include <QTest>

#include <memory>

using namespace fedcctr;
using namespace fedcctr::report;

namespace {

/// A finished run with CTR figures in the second domain alone.
runs::RunRecord run(runs::Settings settings)
{
    runs::RunRecord made;
    made.name = "one";
    made.domains = {"Books", "Movies"};
    made.settings = std::move(settings);
    runs::MetricSet& set = made.summary.emplace().test[1];
    set.values = {{"ctr_auc", 0.7317}, {"ctr_logloss", 0.42104}, {"ctr_calibration", 0.98}, {"ctr_n", 300}};
    set.intervals = {{"ctr_auc", {0.7251, 0.7369}}};
    set.reliability = {{0.25, 0.5, 4}, {0.75, 1, 2}};
    return made;
}

} // namespace

class TestCtrTable : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aRowPerJudgedDomain()
    {
        const std::vector<runs::RunRecord> records{
            run({{"data.label", "rating"}, {"data.rating_threshold", "4.0"}, {"run.best_by", "ndcg"}})};
        const Table table = ctrTable(records);
        QCOMPARE(table.rows.size(), std::size_t{1});
        QVERIFY((table.rows[0]
            == std::vector<std::string>{"one", "Movies", "73.17", "72.51 to 73.69", "-", "0.4210", "-",
                "0.980", "300", "ratings of at least 4"}));
        QCOMPARE(table.columns.size(), table.rows[0].size());
    }

    void runsThatRankAreLeftOut()
    {
        const std::vector<runs::RunRecord> records{run({{"data.label", "click"}, {"run.best_by", "ndcg"}}),
            run({}), run({{"data.label", "click"}, {"run.best_by", "ctr-logloss"}})};
        QCOMPARE(ctrTable(records).rows.size(), std::size_t{1});
        QVERIFY(QString::fromStdString(ctrTable(records).rows[0].back()).contains("sampled"));
        QVERIFY(std::ranges::none_of(runPictures(records[0], true),
            [](const Picture& picture) { return picture.file == "reliability"; }));
        QVERIFY(std::ranges::any_of(runPictures(records[2], true),
            [](const Picture& picture) { return picture.file == "reliability"; }));
    }

    void reliabilityStandsAgainstTheDiagonal()
    {
        const runs::RunRecord record = run({});
        const ReliabilitySubject subject{"one", 2, record.summary->test};
        const Chart chart = reliabilityChart(std::span(&subject, 1));
        QCOMPARE(chart.series.size(), std::size_t{2});
        QVERIFY((chart.series[0].x == std::vector<double>{0.25, 0.75}));
        QVERIFY((chart.series[0].y == std::vector<double>{0.5, 1}));
        QCOMPARE(chart.series[0].color, 2);
        QVERIFY(chart.series[1].x == chart.series[1].y);
        QVERIFY(reliabilityChart({}).series.empty());
    }
};

std::unique_ptr<QObject> tst_ctr_table()
{
    return std::make_unique<TestCtrTable>();
}
#include "tst_ctr_table.moc"
