// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/common/chartgrid.h"
#include "app/studio/common/tablebox.h"
#include "app/studio/data/statisticstable.h"
#include "app/studio/embeddings/codespanel.h"
#include "app/studio/train/runview.h"
#include "core/data/market_demo.h"
#include "core/data/markets.h"
#include "core/model/code_files.h"
#include "tests/fixtures/hand.h"
#include "widgets/charts/curveplot.h"
#include "widgets/charts/scatterview.h"

#include <QComboBox>
#include <QLabel>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr;
using namespace fedcctr::studio;

namespace {

RunRecording recording(federation::SiloMethod method)
{
    HelloMessage hello;
    hello.domains = {"2 markets", ""};
    hello.users = 50;
    hello.rounds = 3;
    settings::Config& config = hello.settings.config;
    config.federation.client = federation::Client::Silo;
    config.market.method = method;
    config.privacy.schedule = privacy::Schedule::None;
    RunRecording record;
    record.begin(hello);
    for (int round = 1; round <= 3; ++round) {
        RoundRecord one;
        one.round = round;
        one.clients = 2;
        one.phase = round == 1 ? "codebooks" : "models";
        one.markets = {{"ca", true, {}}, {"de", true, {}}};
        if (round == 1) {
            one.markets[0].values["items.reconstruction"] = 0.5;
        } else {
            one.markets[0].values["ndcg@10"] = 0.2;
            one.markets[1].values["ndcg@10"] = 0.4;
            one.evaluation[0].values["ndcg@10"] = 0.3;
        }
        record.add(one);
    }
    return record;
}

} // namespace

class TestMarketViews : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void statisticsSideBySide()
    {
        auto dataset = std::make_shared<const data::Dataset>(
            data::generateMarkets({.markets = 3, .users = 40, .items = 120}).dataset);
        DatasetView view;
        view.dataset = dataset;
        view.markets = data::marketStatistics(*dataset);
        const StatisticsTable table = statisticsTable(view);
        QCOMPARE(table.columns, (QStringList{u"ca"_s, u"de"_s, u"fr"_s}));
        QCOMPARE(table.rows[0].name, u"Users"_s);
        QCOMPARE(table.rows[0].plain, (QStringList{u"40"_s, u"30"_s, u"30"_s}));
        QVERIFY(toCsv(table).startsWith(u"figure,ca,de,fr\n"));
    }

    /// A line per market and the mean in front; charts that such runs do not have give their places away.
    void aLinePerMarket()
    {
        RunView view;
        view.resize(1100, 600);
        view.show(recording(federation::SiloMethod::FedMm));
        fedcctr::test::showActive(view, {1100, 600});
        const auto* markets = fedcctr::test::part<widgets::CurvePlot>(view, u"plot_markets"_s);
        QVERIFY(markets->isVisible());
        QCOMPARE(markets->content().series.size(), std::size_t(3));
        QCOMPARE(markets->content().series[0].y().back(), 30.0);
        QCOMPARE(markets->content().series[2].y().back(), 40.0);
        const auto* codebooks = fedcctr::test::part<widgets::CurvePlot>(view, u"plot_codebooks"_s);
        QVERIFY(codebooks->isVisible());
        QVERIFY(!fedcctr::test::part<widgets::CurvePlot>(view, u"plot_budget"_s)->isVisible());
        view.show(recording(federation::SiloMethod::FedAvg));
        QVERIFY(markets->isVisible() && !codebooks->isVisible());
        for (const ChartGrid::Mode mode : {ChartGrid::Mode::OneBig, ChartGrid::Mode::Single}) {
            view.grid()->setMode(mode);
            view.grid()->setMain(6);
            QVERIFY(markets->isVisible());
            view.grid()->setMain(1); // has nothing to say, and the first one stands for it
            QVERIFY(fedcctr::test::part<widgets::CurvePlot>(view, u"plot_ndcg"_s)->isVisible());
        }
        RunRecording users;
        users.begin({});
        view.show(users);
        QVERIFY(!markets->isVisible());
    }

    void whatCodesStandFor()
    {
        const QTemporaryDir folder;
        const data::Dataset dataset =
            data::generateMarkets({.markets = 2, .users = 40, .items = 120}).dataset;
        const std::filesystem::path place = folder.path().toStdString();
        data::save(dataset, place / "ds");
        for (std::size_t market = 0; market < 2; ++market) {
            const data::Dataset silo = data::marketSlice(dataset, market);
            model::Codes codes;
            codes.layers = {{"global", 4, true}};
            for (std::size_t i = 0; i < silo.items.size(); ++i)
                codes.items.push_back(std::int32_t(i % 3));
            codes.places.assign(2 * silo.items.size(), 1.5F);
            codes.users.resize(silo.users.size());
            model::writeCodes(codes, silo, place / "run" / "codes");
        }
        CodesPanel panel;
        fedcctr::test::showActive(panel, {800, 400});
        const auto* table = panel.findChild<TableBox*>();
        panel.show(folder.filePath(u"run"_s), folder.filePath(u"ds"_s));
        QTRY_COMPARE(table->table().rows.size(), std::size_t(3));
        const auto* picture = panel.findChild<widgets::ScatterView*>();
        QCOMPARE(picture->content().positions.size(), std::size_t(240));
        QCOMPARE(picture->content().categoryNames, (QStringList{u"ca"_s, u"de"_s}));
        fedcctr::test::part<QComboBox>(panel, u"combo_code_color"_s)->setCurrentIndex(1);
        QCOMPARE(picture->content().categoryNames.size(), 3);
        QCOMPARE(table->table().rows[0][1], std::string("80"));
        QVERIFY(
            fedcctr::test::part<QLabel>(panel, u"label_codes"_s)->text().contains(u"have one first code"));
        panel.show(folder.filePath(u"none"_s), folder.filePath(u"ds"_s));
        QTRY_VERIFY(fedcctr::test::part<QLabel>(panel, u"label_codes"_s)->text().contains(u"has no codes"));
    }
};

std::unique_ptr<QObject> tst_market_views()
{
    return std::make_unique<TestMarketViews>();
}
#include "tst_market_views.moc"
