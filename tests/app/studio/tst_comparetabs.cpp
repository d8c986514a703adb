// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/runtablemodel.h"
#include "tests/fixtures/comparebench.h"
#include "tests/fixtures/synthetic_runs.h"
#include "widgets/charts/curveplot.h"
#include "widgets/charts/heatmap.h"
#include "widgets/charts/intervalbars.h"

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr;
using namespace fedcctr::studio;
using fedcctr::tests::SyntheticRun;

/// Curves, Metrics, Sensitivity, Trade-off and Differences.
class TestCompareTabs : public fedcctr::tests::CompareBench {
    Q_OBJECT
private Q_SLOTS:
    void init() { setUp(); }
    void cleanup() { tearDown(); }

    /// The line of a random ranker is that of the runs' own number of candidates; runs that rank among
    /// different numbers share none.
    void theRandomLineIsOfTheRunsCandidates()
    {
        SyntheticRun many = run(u"many"_s, 0.3, 0.5, 1, 0.2);
        many.candidates = 1000;
        tests::writeRun(runs(), many);
        tests::writeRun(runs(), run(u"few"_s, 0.3, 0.5, 2, 0.2));
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 2);
        toggle(u"many"_s);
        showTab(u"tab_metrics"_s);
        auto* bars = find<widgets::IntervalBars>(u"plot_metrics"_s);
        QTRY_VERIFY(bars->readOut(0).contains(u"random: 0.45"_s)); // a tenth of that among 100
        toggle(u"few"_s);
        QTRY_VERIFY(!bars->readOut(0).contains(u"random"_s));
        toggle(u"many"_s);
        QTRY_VERIFY(bars->readOut(0).contains(u"random: 4.54"_s));
    }

    void curvesOfRunsAndGroups()
    {
        writeSweep();
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 6);
        toggle(u"a"_s);
        toggle(u"full-seed1"_s);
        auto* plot = find<widgets::CurvePlot>(u"plot_curves"_s);
        QTRY_COMPARE(plot->content().series.size(), std::size_t(4));
        QTRY_COMPARE(plot->content().series[0].x(), (std::vector<double>{5, 10, 15, 20}));
        QVERIFY(plot->content().series[0].hasBand());
        QCOMPARE(plot->content().references.size(), std::size_t(1));
        // The group's mean at the last round: 0.9 · 24 % · (1 − e⁻⁴)
        toggle(u"a"_s);
        choose(u"combo_group"_s, 1);
        QTRY_COMPARE(plot->content().series.size(), std::size_t(2));
        const auto last = [plot] {
            const auto& values = plot->content().series[0].y();
            return values.empty() ? 0 : values.back();
        };
        QTRY_VERIFY(std::abs(last() - 21.6 * (1 - std::exp(-4.0))) < 1e-9);
        choose(u"combo_curves_x"_s, 1);
        QCOMPARE(plot->content().series[0].drawnX().back(), 30.0);
        choose(u"combo_curves_metric"_s, 2);
        choose(u"combo_curves_domain"_s, 1);
        QCOMPARE(plot->content().series.size(), std::size_t(1));
        QVERIFY(std::abs(plot->content().series[0].y()[3] - 1.6 * 21.6 * (1 - std::exp(-4.0))) < 1e-9);
        QVERIFY(std::abs(plot->content().references[0].value - 10) < 1e-9);
    }

    void valuesOfOtherRoundsAreValidation()
    {
        writeSweep();
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 6);
        find<QComboBox>(u"combo_value"_s)->setCurrentIndex(1);
        const double last = 90 * 0.2 * (1 - std::exp(-4.0));
        QTRY_COMPARE(
            cell(rowNamed(u"a"_s), Column::NdcgA), u"%1 ± 2.00"_s.arg(QString::number(last, 'f', 2)));
        find<QComboBox>(u"combo_value"_s)->setCurrentIndex(3); // no budget ran out
        QTRY_COMPARE(cell(rowNamed(u"a"_s), Column::NdcgA), u"–"_s);
    }

    void metricsAsBars()
    {
        writeSweep();
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 6);
        toggle(u"a"_s);
        showTab(u"tab_metrics"_s);
        auto* bars = find<widgets::IntervalBars>(u"plot_metrics"_s);
        QTRY_VERIFY(!bars->isEmpty());
        QCOMPARE(bars->readOut(0).section(u'\n', 0, 1),
            u"NDCG@10 A\na: 20.00 ± 2.00 (95 % interval 18.00 … 22.00 %, over the users of 1 run)"_s);
        QVERIFY(bars->readOut(0).contains(u"random: 4.54"_s));
    }

    void sensitivityOverTwoSettings()
    {
        writeSweep();
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 6);
        filter(u"clip_norm=1"_s);
        showTab(u"tab_sensitivity"_s);
        auto* map = find<widgets::HeatMap>(u"plot_sensitivity"_s);
        QTRY_COMPARE(map->readOut(1, 1).section(u'\n', 0, 0), u"λ₁ 0.3, λ₂ 0.5: NDCG@10 A 24.00"_s);
        QCOMPARE(map->readOut(0, 0), u"λ₁ 0, λ₂ 0: not run"_s);
        // A click draws the cell's runs.
        auto* canvas = find(u"plot_sensitivity_canvas"_s);
        QTest::mouseClick(canvas, Qt::LeftButton, {}, map->cellRect(0, 1).center().toPoint());
        QVERIFY(find<QLabel>(u"label_count"_s)->text().contains(u"1 drawn"_s));
        QSignalSpy opened(m_page.get(), &Page::runRequested);
        QTest::mouseDClick(canvas, Qt::LeftButton, {}, map->cellRect(1, 0).center().toPoint());
        QCOMPARE(opened.size(), 1);
        QVERIFY(opened[0][1].toString().endsWith(u"/a"_s));
        auto* queue = find<QPushButton>(u"button_queue_missing"_s);
        QCOMPARE(queue->text(), u"Queue 1 missing"_s);
        QTest::mouseClick(queue, Qt::LeftButton);
        QVERIFY(message().contains(u"/data/book-movie"_s)); // it is not there
        choose(u"combo_sensitivity_y"_s, 0);
        auto* line = find<widgets::CurvePlot>(u"plot_sensitivity_line"_s);
        QCOMPARE(line->content().series[0].x(), (std::vector<double>{0, 0.3}));
    }

    void tradeOffHasBothEnds()
    {
        writeSweep();
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 6);
        showTab(u"tab_tradeoff"_s);
        auto* plot = find<widgets::CurvePlot>(u"plot_tradeoff"_s);
        QTRY_COMPARE(plot->content().series.size(), std::size_t(1));
        QVERIFY(plot->logX());
        QVERIFY(plot->content().xLabel.contains(u"rdp"_s));
        QVERIFY(plot->content().series[0].spec.name.startsWith(u"local, replace"_s));
        // Three configurations that differ in more than their noise: no line joins them.
        QVERIFY(plot->content().series[0].spec.name.endsWith(u"single configurations"_s));
        const std::vector<double> values = plot->content().series[0].y();
        QCOMPARE(values.size(), std::size_t(6));
        for (std::size_t i = 0; i < values.size(); ++i)
            QCOMPARE(std::isnan(values[i]), i % 2 == 1);
        QStringList ends;
        for (const auto& line : plot->content().references)
            ends.append(line.label);
        QCOMPARE(
            ends, (QStringList{u"random 4.54"_s, u"popularity 12.00"_s, u"federated, no noise 30.00"_s}));
    }

    /// One model at two budgets is a line; its second seed is no point of its own.
    void tradeOffJoinsOneModelsBudgets()
    {
        for (int seed = 1; seed <= 2; ++seed)
            for (const double epsilon : {0.5, 5.0}) {
                SyntheticRun made =
                    run(u"e%1-s%2"_s.arg(epsilon).arg(seed), 0.3, 0.5, seed, 0.2 + epsilon / 100);
                made.config.privacy.epsilon = epsilon;
                made.config.privacy.noiseMultiplier = 1 / epsilon;
                made.epsilon = epsilon;
                tests::writeRun(runs(), made);
            }
        tests::writeRun(runs(), run(u"other"_s, 0, 0.5, 1, 0.1));
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 5);
        showTab(u"tab_tradeoff"_s);
        auto* plot = find<widgets::CurvePlot>(u"plot_tradeoff"_s);
        QTRY_COMPARE(plot->content().series.size(), std::size_t(2));
        const auto& line = plot->content().series[0];
        QVERIFY(line.spec.name.endsWith(u", paper"_s));
        QCOMPARE(line.x(), (std::vector<double>{6, 60})); // rdp has twelve times the epsilon
        QCOMPARE(line.y(), (std::vector<double>{20.5, 25}));
        QVERIFY(plot->content().series[1].spec.name.endsWith(u"single configurations"_s));
    }

    /// Counted under noise it spends an exact epsilon; it has none by the rules as printed.
    void tradeOffShowsPrivatePopularity()
    {
        for (int seed = 1; seed <= 2; ++seed) {
            SyntheticRun made = run(u"seed%1"_s.arg(seed), 0.3, 0.5, seed, 0.2);
            made.privatePopularity = 0.06 + 0.02 * seed;
            tests::writeRun(runs(), made);
        }
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 2);
        showTab(u"tab_tradeoff"_s);
        auto* plot = find<widgets::CurvePlot>(u"plot_tradeoff"_s);
        const auto counted = [plot] {
            const auto& series = plot->content().series;
            const auto found = std::ranges::find_if(series,
                [](const auto& one) { return one.spec.name == u"private popularity, local, gaussian"_s; });
            return found == series.end() ? std::vector<double>() : found->y();
        };
        auto* accountant = find<QComboBox>(u"combo_tradeoff_accountant"_s);
        QTRY_COMPARE(accountant->count(), 3);
        choose(accountant->objectName(), accountant->findData(u"gaussian"_s));
        QTRY_COMPARE(counted().size(), std::size_t(1));
        QCOMPARE(counted()[0], 9.0);
        choose(accountant->objectName(), accountant->findData(u"eq27"_s));
        QTRY_VERIFY(counted().empty());
        QVERIFY(!plot->content().series.empty());
    }

    void differencesAndSpending()
    {
        writeSweep();
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 6);
        toggle(u"a"_s);
        toggle(u"b"_s);
        showTab(u"tab_differences"_s);
        auto* view = find<QTableView>(u"table_differences"_s);
        QTRY_COMPARE(view->model()->rowCount(), 2);
        QCOMPARE(view->model()->index(0, 0).data().toString(), u"loss.lambda1"_s);
        auto* box = find<QAbstractButton>(u"check_all_settings"_s);
        QTest::mouseClick(box, Qt::LeftButton, {}, QPoint(8, box->height() / 2));
        QTRY_VERIFY(view->model()->rowCount() > 50);
        QTest::keyClicks(find<QLineEdit>(u"edit_find_setting"_s), u"lambda"_s);
        QCOMPARE(view->model()->rowCount(), 2);
        find<QAction>(u"table_differences_copy_md"_s)->trigger();
        QVERIFY(QApplication::clipboard()->text().startsWith(u"| Setting |"_s));
        showTab(u"tab_spend"_s);
        auto* spend = find<QTableView>(u"table_spend"_s);
        QTRY_COMPARE(spend->model()->rowCount(), 4);
        QCOMPARE(spend->model()->index(1, 5).data().toString(), u"10.8"_s);
        QCOMPARE(spend->model()->index(1, 6).data().toString(), u"1e-05"_s);
    }
};

std::unique_ptr<QObject> tst_comparetabs()
{
    return std::make_unique<TestCompareTabs>();
}
#include "tst_comparetabs.moc"
