// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/markets.h"

#include <QTest>

#include <cmath>
#include <memory>

using namespace fedcctr;
using namespace fedcctr::report;

namespace {

/// Two markets with two items each; the article x is in both.
data::Dataset markets()
{
    data::Dataset dataset;
    dataset.markets = {{"ca", 0, 1, 0, 2}, {"de", 1, 1, 2, 2}};
    for (const char* id : {"ca/x", "ca/y", "de/x", "de/z"})
        dataset.items.push_back({id, {}, {}, {}});
    dataset.items[1].title = "A lamp";
    dataset.itemsInA = 4;
    return dataset;
}

model::Codes codes(std::vector<std::int32_t> items)
{
    model::Codes codes;
    codes.layers = {{"global", 3, true}, {"local", 2, false}};
    for (const std::int32_t code : items)
        codes.items.insert(codes.items.end(), {code, 0});
    return codes;
}

runs::RunRecord record()
{
    runs::RunRecord run;
    run.name = "r";
    for (int round = 1; round <= 3; ++round) {
        runs::RoundRecord one;
        one.round = round;
        one.phase = round == 1 ? "codebooks" : "models";
        if (round == 1) {
            one.markets = {{"ca", true, {{"items.reconstruction", 0.5}, {"items.first.utilisation", 0.25}}},
                {"de", true, {{"items.reconstruction", 0.7}, {"items.first.utilisation", 0.75}}}};
        } else {
            one.markets = {{"ca", true, {{"ndcg@10", 0.1 * round}}}, {"de", true, {{"ndcg@10", 0.3}}}};
            one.evaluation[0].values["ndcg@10"] = (0.1 * round + 0.3) / 2;
        }
        run.rounds.push_back(one);
    }
    return run;
}

} // namespace

class TestMarketTables : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// By hand: ca gives x and y the codes 1 and 0, de x and z 1 and 1. One pair, x, with one code; by chance
    /// 1/2 * 0 + 1/2 * 1 = 1/2.
    void whatCodesMean()
    {
        const model::Codes all[] = {codes({1, 0}), codes({1, 1})};
        const CodeMeaning meaning = codeMeaning(markets(), all);
        QCOMPARE(meaning.rows.size(), std::size_t(2));
        QCOMPARE(meaning.rows[0].code, 1);
        QVERIFY((meaning.rows[0].items == std::vector<std::size_t>{1, 2}));
        QCOMPARE(meaning.rows[1].examples.front(), std::string("A lamp (ca)"));
        QCOMPARE(meaning.pairs, std::size_t(1));
        QCOMPARE(meaning.same, std::size_t(1));
        QVERIFY(std::abs(meaning.chance - 0.5) < 1e-12);
        QVERIFY(agreementWords(meaning).find("100.0 %") != std::string::npos);
        const Table table = codeTable(meaning);
        QCOMPARE(table.columns.size(), std::size_t(5));
        QCOMPARE(table.rows[0][1], std::string("3"));
    }

    void linesOfMarkets()
    {
        const Chart chart = marketChart(record(), "ndcg@10");
        QCOMPARE(chart.series.size(), std::size_t(3));
        QCOMPARE(chart.series[0].name, std::string("mean"));
        QCOMPARE(chart.series[1].x.size(), std::size_t(2));
        QVERIFY(std::abs(chart.series[1].y.back() - 30) < 1e-9);
        QVERIFY(std::abs(chart.series[0].y.front() - 25) < 1e-9);
    }

    void linesOfCodebooks()
    {
        const Chart chart = codebookChart(record());
        QCOMPARE(chart.series.size(), std::size_t(2));
        QVERIFY(std::abs(chart.series[0].y.front() - 0.6) < 1e-12);
        QVERIFY(std::abs(chart.series[1].y.front() - 0.5) < 1e-12);
        QVERIFY(codebookChart({}).series.empty());
    }

    void aRowPerMarket()
    {
        runs::RunRecord run = record();
        QVERIFY(marketTable(std::span(&run, 1)).rows.empty());
        run.summary.emplace();
        runs::MarketSummary market;
        market.name = "ca";
        market.users = 5;
        market.test.values = {{"ndcg@10", 0.25}, {"ctr_auc", 0.75}};
        market.test.intervals["ndcg@10"] = {0.2, 0.3};
        market.references["item-knn"].values["ndcg@10"] = 0.5;
        run.summary->markets.push_back(market);
        const Table table = marketTable(std::span(&run, 1));
        const std::vector<std::string> row{
            "r", "ca", "5", "0", "25.00", "20.00 to 30.00", "75.00", "-", "50.00"};
        QVERIFY(table.rows.front() == row);
    }
};

std::unique_ptr<QObject> tst_market_tables()
{
    return std::make_unique<TestMarketTables>();
}
#include "tst_market_tables.moc"
