// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/metrics.h"
#include "core/report/frontier.h"
#include "core/report/run_charts.h"
#include "core/report/sensitivity.h"
#include "tests/fixtures/support.h"

#include <QTest>

#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

using namespace fedcctr;
using namespace fedcctr::report;
using nlohmann::json;
using runs::RunEntry;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool isNear(double found, double expected)
{
    return std::abs(found - expected) < 1e-9;
}

/// A finished run on one dataset among 100 candidates; without an epsilon it added no noise.
RunEntry run(const std::string& lambda, std::int64_t seed, double ndcg, double epsilon)
{
    RunEntry made;
    made.state = runs::RunState::Finished;
    made.preset = "paper";
    made.seed = seed;
    made.datasetPath = "/data/set";
    made.domains = {"Food", "Kitchen"};
    made.settings = {{"loss.lambda1", lambda}, {"privacy.epsilon", std::to_string(epsilon)},
        {"run.seed", std::to_string(seed)}, {"federation.mode", "federated"}};
    runs::SummaryRecord& summary = made.summary.emplace();
    summary.reason = runs::RunState::Finished;
    for (std::size_t domain = 0; domain < 2; ++domain) {
        summary.test[domain].values["ndcg@10"] = ndcg / static_cast<double>(domain + 1);
        summary.test[domain].intervals["ndcg@10"] = {ndcg - 0.01, ndcg + 0.02};
    }
    runs::ReferenceRecord random{"random", {}};
    random.metrics[0].values["ndcg@10"] = evaluation::randomMetric("ndcg@10", 100);
    summary.references = {random};
    for (const char* accountant : {"eq27", "gaussian"})
        if (epsilon > 0)
            summary.privacy.push_back({epsilon, accountant == std::string("eq27") ? 0 : 1e-5, accountant,
                privacy::Adversary::Local, privacy::NeighbouringRelation::Replace, 0, {}, {}});
    return made;
}

std::vector<const RunEntry*> pointersTo(const std::vector<RunEntry>& entries)
{
    std::vector<const RunEntry*> pointers;
    for (const RunEntry& entry : entries)
        pointers.push_back(&entry);
    return pointers;
}

runs::RoundRecord measured(int round, double ndcg)
{
    runs::RoundRecord made;
    made.round = round;
    made.seconds = 2;
    made.evaluation[0].values["ndcg@10"] = ndcg;
    return made;
}

} // namespace

class TestCharts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void picturesComeBack()
    {
        Chart chart;
        chart.title = "ε \"quoted\"";
        chart.xAxis = XAxis::Number;
        chart.logX = true;
        Series line{
            .name = "a", .color = 3, .line = Line::DashDot, .marker = Marker::Cross, .rightAxis = true};
        line.add(1, 2, 1.5, 2.5);
        line.add(2, kNaN);
        chart.series = {line};
        chart.references = {
            {"limit", "budget 1", 1, 7, Line::Dashed}, {"random", "random", 4.54, -1, Line::Dotted, true}};
        chart.events = {{4, "first client stops, 4"}};
        HeatMap map;
        map.xValues = {"0", "1"};
        map.yValues = {"2"};
        map.cells = {{22.4, kNaN}};
        BarChart bars;
        bars.subjects = {{"run", 2}};
        bars.groups = {BarGroup{"AUC A", {Estimate{0.7, kNaN, kNaN, 1, false}}, 0.5}};
        const std::vector<Picture> pictures{
            {"frontier", {}, chart}, {"heat", "run 1", map}, {"bars", {}, bars}};
        const json document = json::parse(toJson(pictures).dump());
        QVERIFY(document["pictures"][0]["series"][0]["y"][1].is_null());
        QCOMPARE(document["pictures"][0]["series"][0]["line"].get<std::string>(), std::string("dash-dot"));
        const std::vector<Picture> back = picturesFrom(document);
        QCOMPARE(back.size(), std::size_t(3));
        QCOMPARE(toJson(back).dump(), document.dump());
        QCOMPARE(back[0].title(), chart.title);
        QCOMPARE(back[1].run, std::string("run 1"));
        const Series& read = std::get<Chart>(back[0].content).series[0];
        QVERIFY(std::isnan(read.y[1]) && std::isnan(read.low[1]));
        QCOMPARE(read.high[0], 2.5);
        QVERIFY(std::isnan(std::get<HeatMap>(back[1].content).cells[0][1]));
        QCOMPARE(std::get<BarChart>(back[2].content).groups[0].bars[0].mean, 0.7);
    }

    void damagedPicturesAreNamed()
    {
        const auto failure = [](const auto& change) {
            json document = toJson(std::vector<Picture>{{"a", {}, Chart{}}, {"b", {}, Chart{}}});
            change(document["pictures"][1]);
            return test::errorOf([&] { picturesFrom(document); });
        };
        QVERIFY(failure([](json& node) { node.erase("x_label"); }).contains("picture 2"));
        QVERIFY(failure([](json& node) { node["kind"] = "pie"; }).contains("'pie'"));
        QVERIFY(failure([](json& node) { node["file"] = "../b"; }).contains("'../b'"));
        QVERIFY(failure([](json& node) { node["x_axis"] = "time"; }).contains("x_axis is 'time'"));
        QVERIFY(failure([](json& node) {
            node["series"].push_back(
                {{"name", "s"}, {"label", ""}, {"color", 0}, {"line", "solid"}, {"marker", "none"},
                    {"right_axis", false}, {"x", {1, 2}}, {"y", {1}}, {"low", {1, 1}}, {"high", {1, 1}}});
        }).contains("not of one length"));
        QVERIFY(!test::errorOf([] { picturesFrom(json::object()); }).isEmpty());
    }

    /// Eq. 22 by hand: every term as it is weighted.
    void lossTermsAreWeighted()
    {
        runs::RoundLoss loss;
        loss.terms = {{"A", 0.7}, {"B", 0.6}, {"IDRA", 0.5, "loss.lambda1", 0.3}, {"NEW", 0.4}};
        runs::RunRecord run;
        run.rounds.resize(2);
        for (std::size_t i = 0; i < 2; ++i) {
            run.rounds[i].round = static_cast<int>(i) + 1;
            run.rounds[i].loss = loss;
        }
        run.rounds[1].loss.terms[2].weight = 0.25;
        const std::vector<Picture> pictures = runPictures(run, true);
        const auto& chart = std::get<Chart>(pictures[1].content);
        QCOMPARE(chart.series.size(), std::size_t(4));
        QVERIFY(isNear(chart.series[0].y[0], 0.7) && isNear(chart.series[1].y[0], 0.6));
        QVERIFY(isNear(chart.series[2].y[0], 0.15) && isNear(chart.series[2].y[1], 0.125));
        QVERIFY(isNear(chart.series[3].y[0], 0.4));
        QCOMPARE(chart.series[2].name, std::string("λ₁·IDRA"));
        QCOMPARE(chart.events.size(), std::size_t(1));
        QCOMPARE(chart.events[0].label, std::string("λ₁ = 0.25"));
    }

    /// Two budgets of one model, two seeds each, are a line of two points; another model stands alone.
    void aFrontierIsByHand()
    {
        const std::vector<RunEntry> entries{run("0.3", 1, 0.20, 1), run("0.3", 2, 0.22, 1.5),
            run("0.3", 1, 0.25, 5), run("0.3", 2, 0.25, 5), run("0.9", 1, 0.1, 2), run("0.3", 1, 0.4, 0)};
        // What a seed spends may differ a little: it is in no setting.
        std::vector<RunEntry> all = entries;
        all[1].settings[1].second = all[0].settings[1].second;
        const std::vector<const RunEntry*> pointers = pointersTo(all);
        const Frontier frontier = frontierOf(pointers);
        QCOMPARE(frontier.groups.size(), std::size_t(4));
        QCOMPARE(accountantsOf(frontier), (std::vector<std::string>{"gaussian", "eq27"}));
        const std::size_t first = 0;
        const Chart chart = frontierChart(frontier, "gaussian", {&first, 1});
        QCOMPARE(chart.series.size(), std::size_t(2));
        const Series& line = chart.series[0];
        QCOMPARE(line.x, (std::vector<double>{1.5, 5}));
        QVERIFY(isNear(line.y[0], 21) && isNear(line.y[1], 25));
        // s = 1.41421 points, t_{0.975, 1} = 12.70620: 12.7062 * 1.41421 / sqrt(2).
        QVERIFY(std::abs(line.high[0] - (21 + 12.70620)) < 1e-4);
        QVERIFY(line.name.starts_with("local, replace, δ 1e-05, "));
        const Series& alone = chart.series[1];
        QCOMPARE(alone.x, (std::vector<double>{2, 2}));
        QVERIFY(isNear(alone.y[0], 10) && std::isnan(alone.y[1]));
        QVERIFY(isNear(alone.low[0], 9) && isNear(alone.high[0], 12)); // over the users of its run
        QVERIFY(alone.name.ends_with("single configurations"));
        QCOMPARE(chart.references.size(), std::size_t(2));
        QCOMPARE(chart.references[0].label, std::string("random"));
        QVERIFY(std::abs(chart.references[0].value - 4.54355933) < 1e-6 && chart.references[0].showsValue);
        QCOMPARE(chart.references[1].label, std::string("federated, no noise"));
        QVERIFY(isNear(chart.references[1].value, 40));
        QVERIFY(chart.title.find("gaussian (δ 1e-05; replace)") != std::string::npos);
        const std::array<std::size_t, 2> both{0, 1};
        const Chart two = frontierChart(frontier, "eq27", both);
        QCOMPARE(two.series.size(), std::size_t(4));
        QVERIFY(two.series[2].name.starts_with("Kitchen: local, replace, no δ"));
        QVERIFY(frontierChart(frontier, "pld", both).series.empty());
        const Table table = frontierTable(frontier);
        QCOMPARE(table.rows.size(), std::size_t(6));
        QCOMPARE(table.rows[3][6], std::string("21.00 ± 12.71"));
    }

    void runsWithoutAFiniteEpsilonAreCounted()
    {
        std::vector<RunEntry> entries{run("0.3", 1, 0.2, 1), run("0.9", 1, 0.2, 2)};
        entries[1].summary->privacy[1].epsilon = std::numeric_limits<double>::infinity();
        const std::vector<const RunEntry*> pointers = pointersTo(entries);
        const Frontier frontier = frontierOf(pointers);
        QCOMPARE(frontier.points.size(), std::size_t(3));
        QCOMPARE(endlessRuns(frontier, "gaussian"), std::size_t(1));
        QCOMPARE(endlessRuns(frontier, "eq27"), std::size_t(0));
    }

    /// Where one of two runs did not measure, their mean would jump.
    void curvesAreMeansWhereAllMeasured()
    {
        runs::RunRecord first;
        runs::RunRecord second;
        first.rounds = {measured(5, 0.01), measured(10, 0.20), measured(15, 0.3)};
        second.rounds = {measured(5, 0.09), measured(10, 0.24)};
        const std::array<const runs::RunRecord*, 2> both{&first, &second};
        const std::vector<CurvePoint> curve = curveOf(both, 0, "ndcg@10");
        QCOMPARE(curve.size(), std::size_t(2));
        QCOMPARE(curve[1].round, 10);
        QVERIFY(isNear(curve[1].value.mean, 0.22));
        QCOMPARE(curve[0].value.low, 0.0); // Student's would be below 0
        QVERIFY(curveOf(both, 1, "ndcg@10").empty());
        const Clocks clocks = clocksOf(both);
        QCOMPARE(clocks.seconds.at(10), 4.0);
        QVERIFY(clocks.epsilon.empty());
    }

    void settingsAreInOrder()
    {
        std::vector<std::string> values{"10", "none", "9", "0.5", "all"};
        sortValues(values);
        QCOMPARE(values, (std::vector<std::string>{"0.5", "9", "10", "none", "all"}));
        const Estimate known{.mean = 0.224, .runs = 1};
        const HeatMap map =
            heatMap({"loss.lambda1", "loss.lambda2", {"0.0", "0.3"}, {"0.5"}, {{known, {}}}}, "NDCG@10 (%)");
        QCOMPARE(map.title, std::string("NDCG@10 (%), over λ₁ and λ₂"));
        QCOMPARE(map.xValues[0], std::string("0"));
        QVERIFY(isNear(map.cells[0][0], 22.4));
        QVERIFY(std::isnan(map.cells[0][1]));
        const SettingLine line{"A", false, {known, {}, known}};
        const Chart numbers = settingChart("NDCG@10 (%)", "privacy.epsilon", {"0.3", "1", "3"}, {&line, 1});
        QCOMPARE(numbers.series[0].x, (std::vector<double>{0.3, 3}));
        const Chart words =
            settingChart("NDCG@10 (%)", "privacy.schedule", {"none", "static", "adaldp"}, {&line, 1});
        QCOMPARE(words.series[0].x, (std::vector<double>{0, 2}));
        QVERIFY(words.xLabel.ends_with("(0 = none, 1 = static, 2 = adaldp)"));
    }
};

std::unique_ptr<QObject> tst_charts()
{
    return std::make_unique<TestCharts>();
}
#include "tst_charts.moc"
