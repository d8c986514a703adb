// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/comparepage.h"
#include "app/studio/compare/runfilter.h"
#include "app/studio/compare/runtablemodel.h"
#include "app/studio/runs/runqueue.h"
#include "app/studio/runs/runvalues.h"
#include "app/studio/runs/workspace.h"
#include "core/report/sweep_results.h"
#include "core/runs/test_users.h"
#include "core/sweeps/sweep_record.h"
#include "tests/fixtures/hand.h"
#include "tests/fixtures/synthetic_runs.h"
#include "widgets/charts/curveplot.h"
#include "widgets/charts/heatmap.h"
#include "widgets/charts/intervalbars.h"
#include "widgets/messagebar.h"
#include "widgets/theme.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QElapsedTimer>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr;
using namespace fedcctr::studio;
using fedcctr::tests::SyntheticRun;
using Column = RunTableModel::Column;

class TestComparePage : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<RunQueue> m_queue;
    std::unique_ptr<ComparePage> m_page;

    QString runs() const { return m_folder->filePath(u"runs"_s); }

    static SyntheticRun run(const QString& name, double lambda1, double lambda2, int seed, double ndcg)
    {
        SyntheticRun made;
        made.name = name;
        made.config.loss.lambda1 = lambda1;
        made.config.loss.lambda2 = lambda2;
        made.config.run.seed = static_cast<decltype(made.config.run.seed)>(seed);
        made.config.preset = "paper";
        made.ndcgA = ndcg;
        made.ndcgB = ndcg - 0.03;
        return made;
    }

    void addTo(const QString& dataset, const QString& name, double lambda1, double lambda2, int seed)
    {
        SyntheticRun made = run(name, lambda1, lambda2, seed, 0.2);
        made.dataset = dataset.toStdString();
        made.config.privacy.schedule = privacy::Schedule::AdaLdp;
        made.config.federation.rounds = 77;
        tests::writeRun(runs(), made);
    }

    /// λ₁ × λ₂ with a hole, three seeds of one pair.
    void writeSweep()
    {
        for (int seed = 1; seed <= 3; ++seed)
            tests::writeRun(runs(), run(u"full-seed%1"_s.arg(seed), 0.3, 0.5, seed, 0.22 + 0.01 * seed));
        tests::writeRun(runs(), run(u"a"_s, 0.3, 0, 1, 0.2));
        tests::writeRun(runs(), run(u"b"_s, 0, 0.5, 1, 0.21));
        SyntheticRun open = run(u"open"_s, 0.3, 0.5, 1, 0.3);
        open.config.privacy.clipNorm = 2;
        open.epsilon = 0;
        tests::writeRun(runs(), open);
    }

    void openPage()
    {
        m_page = std::make_unique<ComparePage>(m_workspace.get(), m_queue.get());
        m_page->resize(1120, 600);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
    }

    template <typename T = QWidget> T* find(const QString& name) const
    {
        return fedcctr::test::part<T>(*m_page, name);
    }

    QTableView* table() const { return find<QTableView>(u"table_runs"_s); }

    int rowNamed(const QString& name) const
    {
        for (int row = 0; row < table()->model()->rowCount(); ++row)
            if (cell(row, Column::Name) == name)
                return row;
        return -1;
    }

    QString cell(int row, int column) const { return table()->model()->index(row, column).data().toString(); }

    /// By a click into the box of the row.
    void toggle(const QString& name) const
    {
        const QModelIndex index = table()->model()->index(rowNamed(name), Column::Drawn);
        QVERIFY(index.isValid());
        table()->scrollTo(index);
        const QRect rect = table()->visualRect(index);
        QTest::mouseClick(
            table()->viewport(), Qt::LeftButton, {}, QPoint(rect.left() + 10, rect.center().y()));
    }

    void select(const QString& name) const
    {
        const QModelIndex index = table()->model()->index(rowNamed(name), Column::Name);
        QVERIFY(index.isValid());
        table()->scrollTo(index);
        QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, table()->visualRect(index).center());
    }

    void showTab(const QString& name) const
    {
        find<QTabWidget>(u"tabs_compare"_s)->setCurrentWidget(find(name));
    }

    void filter(const QString& words) const
    {
        auto* edit = find<QLineEdit>(u"edit_filter"_s);
        edit->selectAll();
        QTest::keyClick(edit, Qt::Key_Delete);
        // Keys cannot type Greek: pasted.
        QApplication::clipboard()->setText(words);
        QTest::keySequence(edit, QKeySequence::Paste);
    }

    void choose(const QString& combo, int index) const
    {
        auto* box = find<QComboBox>(combo);
        box->setCurrentIndex(index);
        Q_EMIT box->activated(index);
    }

    QString message() const { return m_page->findChild<widgets::MessageBar*>()->text(); }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_workspace =
            std::make_unique<Workspace>(m_folder->path(), QStringLiteral(FEDCCTR_BIN_DIR "/fake_engine"));
        m_queue = std::make_unique<RunQueue>(m_workspace.get());
    }

    void cleanup()
    {
        m_page.reset();
        m_queue.reset();
        m_workspace.reset();
    }

    void filterLanguage_data()
    {
        QTest::addColumn<QString>("words");
        QTest::addColumn<bool>("matches");
        QTest::newRow("nothing") << QString() << true;
        QTest::newRow("name") << u"full"_s << true;
        QTest::newRow("other word") << u"fool"_s << false;
        QTest::newRow("both words") << u"full paper"_s << true;
        QTest::newRow("key:text") << u"dataset:book"_s << true;
        QTest::newRow("symbol") << u"λ1<0.4"_s << true;
        QTest::newRow("symbol, subscript") << u"λ₂>0.5"_s << false;
        QTest::newRow("at most") << u"λ₂>=0.5"_s << true;
        QTest::newRow("equal") << u"lambda1=0.3"_s << true;
        QTest::newRow("whole key") << u"loss.lambda1>0.3"_s << false;
        QTest::newRow("metric") << u"ndcga>22"_s << true;
        QTest::newRow("metric, B") << u"ndcgb>22"_s << false;
        QTest::newRow("state") << u"state:finished"_s << true;
        QTest::newRow("not") << u"-state:finished"_s << false;
        QTest::newRow("quoted") << u"note:\"two words\""_s << true;
        QTest::newRow("tag") << u"tag:old"_s << true;
    }

    void filterLanguage()
    {
        QFETCH(QString, words);
        QFETCH(bool, matches);
        const QString path = tests::writeRun(runs(), run(u"full"_s, 0.3, 0.5, 1, 0.23));
        runs::writeNotes(path.toStdString(), {"old", "good"}, "has two words");
        const runs::RunEntry entry = runs::readEntry(path.toStdString());
        const RunFilter parsed = RunFilter::parse(words);
        QCOMPARE(parsed.error(), QString());
        QCOMPARE(parsed.matches(entry), matches);
    }

    void badFiltersSayWhy()
    {
        QVERIFY(RunFilter::parse(u"colour:red"_s).error().contains(u"colour"_s));
        QVERIFY(RunFilter::parse(u"λ1<much"_s).error().contains(u"number"_s));
        QVERIFY(RunFilter::parse(u"note:\"open"_s).error().contains(u"quotation"_s));
    }

    /// Student's interval of 1, 2, 3 (percent): 2 ± 4.303 / √3.
    void meansHaveStudentsInterval()
    {
        const auto single = [](double mean) { return Estimate{mean, mean - 0.02, mean + 0.02, 1, true}; };
        const Estimate three = meanOf(std::array{single(0.01), single(0.02), single(0.03)});
        QCOMPARE(three.runs, 3);
        QVERIFY(!three.overUsers);
        QVERIFY(std::abs(three.mean - 0.02) < 1e-12);
        QVERIFY(std::abs((three.high - three.low) / 2 - 4.3027 * 0.01 / std::sqrt(3.0)) < 1e-5);
        const Estimate one = meanOf(std::array{single(0.02), Estimate{}});
        QVERIFY(one.overUsers);
        QCOMPARE(one.low, 0.0);
        QVERIFY(!meanOf(std::array{Estimate{}}).isKnown());
    }

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

    void emptyFolderOffersTheDemo()
    {
        openPage();
        auto* button = find<QPushButton>(u"empty_compare_button"_s);
        QTRY_VERIFY(button->isVisible());
    }

    void runsAreListed()
    {
        writeSweep();
        tests::writeFile(runs() + u"/broken/config.json"_s, "{");
        tests::writeFile(runs() + u"/holiday/photo.jpg"_s, "x");
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 6);
        QTest::mouseClick(find<QToolButton>(u"button_unreadable"_s), Qt::LeftButton);
        auto* list = find<QListWidget>(u"list_unreadable"_s);
        QVERIFY(list->isVisible());
        QCOMPARE(list->count(), 2);
        QStringList reasons{list->item(0)->text(), list->item(1)->text()};
        reasons.sort();
        QVERIFY(reasons[0].startsWith(u"broken: broken"_s));
        QVERIFY(reasons[1].startsWith(u"foreign: holiday"_s));
        const int row = rowNamed(u"full-seed1"_s);
        QCOMPARE(cell(row, Column::NdcgA), u"23.00 ± 2.00"_s);
        QCOMPARE(cell(row, Column::State), u"finished"_s);
        QCOMPARE(cell(row, Column::Epsilon), u"10.8 (rdp, δ 1e-05, local)"_s);
        QCOMPARE(cell(rowNamed(u"open"_s), Column::Epsilon), u"no guarantee"_s);
    }

    void filteringKeepsTheLastGoodFilter()
    {
        writeSweep();
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 6);
        filter(u"λ2=0"_s);
        QCOMPARE(table()->model()->rowCount(), 1);
        filter(u"full"_s);
        auto* edit = find<QLineEdit>(u"edit_filter"_s);
        QApplication::clipboard()->setText(u" nonsense:1"_s);
        QTest::keySequence(edit, QKeySequence::Paste);
        QCOMPARE(table()->model()->rowCount(), 3);
        QVERIFY(edit->palette().color(QPalette::Text) == widgets::themeColors(edit->palette()).error);
        QVERIFY(find<QLabel>(u"label_value_note"_s)->text().contains(u"nonsense"_s));
        QTest::keyClick(edit, Qt::Key_Escape);
        QCOMPARE(table()->model()->rowCount(), 6);
        QCOMPARE(edit->palette().color(QPalette::Text), m_page->palette().color(QPalette::Text));
    }

    void groupsShowMeanAndInterval()
    {
        writeSweep();
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 6);
        toggle(u"full-seed2"_s);
        choose(u"combo_group"_s, 1);
        QCOMPARE(table()->model()->rowCount(), 4);
        const int row = rowNamed(u"paper: λ₁ 0.3, λ₂ 0.5, θ 1"_s);
        QVERIFY(row >= 0);
        QCOMPARE(cell(row, Column::Runs), u"3"_s);
        // 23, 24, 25: 24 ± 4.303 / √3
        QCOMPARE(cell(row, Column::NdcgA), u"24.00 ± 2.48"_s);
        const QModelIndex box = table()->model()->index(row, Column::Drawn);
        QCOMPARE(box.data(Qt::CheckStateRole).toInt(), int(Qt::Checked));
        const QString help = table()->model()->index(row, Column::NdcgA).data(Qt::ToolTipRole).toString();
        QVERIFY(help.contains(u"3 seeds"_s));
        const QString single = table()
                                   ->model()
                                   ->index(rowNamed(u"paper: λ₁ 0.3, λ₂ 0, θ 1"_s), Column::NdcgA)
                                   .data(Qt::ToolTipRole)
                                   .toString();
        QVERIFY(single.contains(u"users of 1 run"_s));
    }

    /// Two seeds in four runs, one of which another device trained; a run whose weight was changed while it
    /// went on and one that was stopped are rows of their own.
    void aSeedCountsOnceAndUnlikeRunsAreApart()
    {
        for (const QString& name : {u"run-a"_s, u"run-b"_s})
            tests::writeRun(runs(), run(name, 0.3, 0.5, 1, 0.23));
        SyntheticRun other = run(u"run-c"_s, 0.3, 0.5, 1, 0.29);
        other.config.run.device = "cuda";
        tests::writeRun(runs(), other);
        tests::writeRun(runs(), run(u"run-d"_s, 0.3, 0.5, 2, 0.24));
        const auto summarised = [this](const QString& name, int seed, const nlohmann::json& change) {
            const SyntheticRun made = run(name, 0.3, 0.5, seed, 0.4);
            nlohmann::json summary = tests::summaryOf(made);
            summary.update(change);
            tests::writeFile(tests::writeRun(runs(), made) + u"/summary.json"_s,
                QByteArray::fromStdString(summary.dump()));
        };
        summarised(u"run-e"_s, 3,
            {{"changed_settings", {{{"round", 10}, {"key", "loss.lambda1"}, {"value", 0.2}}}}});
        summarised(u"run-f"_s, 4, {{"reason", "stopped"}});
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 6);
        QCOMPARE(cell(rowNamed(u"run-e"_s), Column::Lambda1), u"0.3 → 0.2"_s);
        choose(u"combo_group"_s, 1);
        QCOMPARE(table()->model()->rowCount(), 3);
        const int row = rowNamed(u"paper"_s);
        QCOMPARE(cell(row, Column::Runs), u"2 (4 run(s))"_s);
        // 23 and 24: 23.5 ± 12.706 · 0.7071 / √2
        QCOMPARE(cell(row, Column::NdcgA), u"23.50 ± 6.35"_s);
        const QString help = table()->model()->index(row, Column::Runs).data(Qt::ToolTipRole).toString();
        QVERIFY2(help.contains(u"29.00"_s) && help.contains(u"cuda"_s) && help.contains(u"run-c"_s),
            qPrintable(help));
        QVERIFY(rowNamed(u"paper (λ₁ 0.2 from round 11)"_s) >= 0);
        int stopped = 0;
        for (int i = 0; i < 3; ++i)
            stopped += cell(i, Column::Name).contains(u"stopped after 20 of"_s) ? 1 : 0;
        QCOMPARE(stopped, 1);
    }

    void theBaseIsCompared()
    {
        writeSweep();
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 6);
        select(u"open"_s);
        QTest::keyClick(table(), Qt::Key_B);
        QCOMPARE(cell(rowNamed(u"open"_s), Column::DiffA), u"base"_s);
        QCOMPARE(cell(rowNamed(u"a"_s), Column::DiffA), u"-33.3 %"_s);
        const QFont font =
            table()->model()->index(rowNamed(u"open"_s), Column::Name).data(Qt::FontRole).value<QFont>();
        QVERIFY(font.bold());
    }

    void tagsAndNotesAreWritten()
    {
        writeSweep();
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 6);
        const QModelIndex index = table()->model()->index(rowNamed(u"a"_s), Column::Tags);
        table()->scrollTo(index);
        QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, table()->visualRect(index).center());
        QTest::mouseDClick(table()->viewport(), Qt::LeftButton, {}, table()->visualRect(index).center());
        auto* editor = table()->viewport()->findChild<QLineEdit*>();
        QVERIFY(editor);
        QTest::keyClicks(editor, u"good, paper"_s);
        QTest::keyClick(editor, Qt::Key_Return);
        QTRY_COMPARE(cell(rowNamed(u"a"_s), Column::Tags), u"good paper"_s);
        const auto entry = runs::readEntry((runs() + u"/a"_s).toStdString());
        QCOMPARE(entry.tags, (std::vector<std::string>{"good", "paper"}));
        filter(u"tag:paper"_s);
        QCOMPARE(table()->model()->rowCount(), 1);
    }

    /// A run that comes changes neither selection nor order nor what is drawn.
    void newRunsKeepTheView()
    {
        writeSweep();
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 6);
        table()->sortByColumn(Column::NdcgA, Qt::AscendingOrder);
        QCOMPARE(cell(0, Column::Name), u"a"_s);
        toggle(u"b"_s);
        select(u"b"_s);
        SyntheticRun fresh = run(u"fresh"_s, 0.1, 0.1, 1, 0.205);
        tests::writeRun(runs(), fresh);
        QTRY_COMPARE_WITH_TIMEOUT(table()->model()->rowCount(), 7, 8000);
        QCOMPARE(cell(1, Column::Name), u"fresh"_s);
        QCOMPARE(table()->currentIndex().siblingAtColumn(Column::Name).data().toString(), u"b"_s);
        QVERIFY(find<QLabel>(u"label_count"_s)->text().contains(u"1 drawn"_s));
        QVERIFY(QDir(runs() + u"/a"_s).removeRecursively());
        QTRY_COMPARE_WITH_TIMEOUT(table()->model()->rowCount(), 6, 8000);
        QCOMPARE(table()->currentIndex().siblingAtColumn(Column::Name).data().toString(), u"b"_s);
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

    void deletingAsksAndSparesRunningOnes()
    {
        writeSweep();
        SyntheticRun going = run(u"going"_s, 0.2, 0.2, 1, 0.2);
        going.finished = false;
        tests::writeRun(runs(), going);
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 7);
        QCOMPARE(cell(rowNamed(u"going"_s), Column::State), u"running"_s);
        select(u"going"_s);
        QTest::keyClick(table(), Qt::Key_Delete);
        QVERIFY(message().contains(u"running"_s));
        QVERIFY(!m_page->findChild<QMessageBox*>(u"dialog_delete"_s));
        select(u"a"_s);
        QTest::keyClick(table(), Qt::Key_Delete);
        QTRY_VERIFY(m_page->findChild<QMessageBox*>(u"dialog_delete"_s));
        QTest::mouseClick(find<QPushButton>(u"button_delete"_s), Qt::LeftButton);
        QTRY_COMPARE(rowNamed(u"a"_s), -1);
        QVERIFY(!QDir(runs() + u"/a"_s).exists());
        QVERIFY(QFile::exists(m_folder->filePath(u"bin/a/summary.json"_s)));
        QTest::mouseClick(find<QPushButton>(u"button_undo_delete"_s), Qt::LeftButton);
        QTRY_VERIFY(rowNamed(u"a"_s) >= 0);
        QVERIFY(QFile::exists(runs() + u"/a/summary.json"_s));
    }

    void otherPagesAreAsked()
    {
        writeSweep();
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 6);
        QSignalSpy proposed(m_page.get(), &Page::settingsProposed);
        QSignalSpy wanted(m_page.get(), &Page::runRequested);
        select(u"a"_s);
        find<QAction>(u"action_duplicate"_s)->trigger();
        QCOMPARE(proposed.size(), 1);
        QCOMPARE(proposed[0][0].toString(), u"paper"_s);
        QVERIFY(proposed[0][1].toStringList().contains(u"loss.lambda2=0.0"_s)
            || proposed[0][1].toStringList().contains(u"loss.lambda2=0"_s));
        find<QAction>(u"action_embeddings"_s)->trigger();
        QCOMPARE(wanted[0][0].value<PageId>(), PageId::Embeddings);
        QTest::keyClick(table(), Qt::Key_Return);
        QCOMPARE(wanted[1][0].value<PageId>(), PageId::Train);
    }

    void viewsAndStateComeBack()
    {
        writeSweep();
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 6);
        toggle(u"b"_s);
        filter(u"λ1<1"_s);
        table()->sortByColumn(Column::NdcgB, Qt::DescendingOrder);
        table()->setColumnHidden(Column::Seed, false);
        showTab(u"tab_tradeoff"_s);
        QTest::keyClicks(find<QLineEdit>(u"edit_view"_s), u"mine"_s);
        QTest::mouseClick(find<QToolButton>(u"button_save_view"_s), Qt::LeftButton);
        filter(u"full"_s);
        toggle(u"full-seed1"_s);
        showTab(u"tab_spend"_s);
        const QJsonObject kept = m_page->state();
        m_page.reset();

        m_page = std::make_unique<ComparePage>(m_workspace.get(), m_queue.get());
        m_page->restore(kept);
        m_page->show();
        QTRY_COMPARE(table()->model()->rowCount(), 3);
        QCOMPARE(find<QTabWidget>(u"tabs_compare"_s)->currentWidget()->objectName(), u"tab_spend"_s);
        QVERIFY(find<QLabel>(u"label_count"_s)->text().contains(u"2 drawn"_s));
        choose(u"combo_view"_s, 0);
        QTRY_COMPARE(table()->model()->rowCount(), 6);
        QVERIFY(find<QLabel>(u"label_count"_s)->text().contains(u"1 drawn"_s));
        QCOMPARE(cell(0, Column::Name), u"open"_s);
        QVERIFY(!table()->isColumnHidden(Column::Seed));
        QCOMPARE(find<QTabWidget>(u"tabs_compare"_s)->currentWidget()->objectName(), u"tab_tradeoff"_s);
    }

    /// 60 users: without IDRA each loses 3 to 7 points; static noise changes them by ±1 point evenly.
    void ablationAgainstTheFullModel()
    {
        const auto scores = [](double shift, double swing) {
            runs::UserScores made;
            for (auto& domain : made)
                for (int user = 0; user < 60; ++user) {
                    runs::UserScore score;
                    score.user = user;
                    score.ndcg10 = 0.2 + user % 7 * 0.05 + shift + (user % 2 ? swing : -swing);
                    domain.push_back(score);
                }
            return made;
        };
        for (int seed = 1; seed <= 2; ++seed) {
            const auto add = [&](const QString& name, double ndcg, double shift, double swing, auto change) {
                SyntheticRun made = run(u"%1-seed%2"_s.arg(name).arg(seed), 0.3, 0.5, seed, ndcg);
                made.config.privacy.schedule = privacy::Schedule::AdaLdp;
                change(made.config);
                runs::writeTestUsers(tests::writeRun(runs(), made).toStdString(), scores(shift, swing));
            };
            add(u"full"_s, 0.25, 0, 0, [](auto&) {});
            add(u"noidra"_s, 0.2, -0.05, 0.02, [](auto& config) { config.loss.idra = false; });
            add(u"static"_s, 0.25, 0, 0.01,
                [](auto& config) { config.privacy.schedule = privacy::Schedule::Static; });
        }
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 6);
        showTab(u"tab_ablation"_s);
        auto* view = find<QTableView>(u"table_ablation"_s);
        const auto words = [view](int row, int column) {
            return view->model()->index(row, column).data().toString();
        };
        QTRY_COMPARE(view->model()->rowCount(), 6);
        QCOMPARE(words(0, 0), u"w/o PrivAugNet"_s);
        QCOMPARE(words(5, 0), u"FedCCTR-LM"_s);
        // Two rows in two domains are four tests; of 9,999 flips the smallest p is 0.0001.
        QTRY_COMPARE(words(1, 4), u"0.0004"_s);
        QCOMPARE(words(1, 3), u"-20.00"_s);
        QCOMPARE(words(4, 3), u"+0.00"_s);
        QCOMPARE(words(4, 4), u"1.0000"_s);
        QCOMPARE(words(0, 2), u"-"_s);
        QCOMPARE(words(1, 1), u"2"_s);
        const QString help = view->model()->index(1, 4).data(Qt::ToolTipRole).toString();
        QVERIFY2(help.contains(u"60 users"_s) && help.contains(u"4 test"_s), qPrintable(help));
        QVERIFY(find<QPushButton>(u"button_queue_row_0"_s)->isVisible());
        QCOMPARE(find<QPushButton>(u"button_queue_ablation"_s)->text(), u"Queue 3 missing row(s)"_s);
        QTest::mouseClick(find<QPushButton>(u"button_queue_row_2"_s), Qt::LeftButton);
        QVERIFY(message().contains(u"nothing was queued"_s));
        find<QAction>(u"table_ablation_copy_tex"_s)->trigger();
        QVERIFY(QApplication::clipboard()->text().contains(u"\\toprule"_s));

        // The same test in the table of runs, by group.
        choose(u"combo_group"_s, 1);
        const QString noIdra = u"paper: loss.idra false, privacy.schedule adaldp"_s;
        const QString still = u"paper: loss.idra true, privacy.schedule static"_s;
        toggle(noIdra);
        toggle(still);
        select(u"paper: loss.idra true, privacy.schedule adaldp"_s);
        QTest::keyClick(table(), Qt::Key_B);
        QTRY_COMPARE(cell(rowNamed(noIdra), Column::DiffA), u"-20.0 %*"_s);
        QCOMPARE(cell(rowNamed(still), Column::DiffA), u"0.0 %"_s);
    }

    /// Every cell, p values included, is the one of the report.
    void theAblationIsTheReportsTable()
    {
        sweeps::SweepRequest request;
        request.dataset = "/data/book-movie";
        request.base.preset = "paper";
        request.base.privacy.schedule = privacy::Schedule::AdaLdp;
        request.ablation = true;
        request.seeds = 2;
        const sweeps::SweepPlan plan = sweeps::planSweep(request);
        const QString folder = runs() + u"/sweep"_s;
        sweeps::recordPlan(folder.toStdString(), plan);
        for (std::size_t i = 0; i < plan.jobs.size(); ++i) {
            SyntheticRun made;
            made.name = QString::fromStdString(plan.jobs[i].name);
            made.config = sweeps::configOf(plan, plan.jobs[i]);
            made.ndcgA = 0.2 + 0.003 * static_cast<double>(i);
            runs::UserScores scores;
            for (auto& domain : scores)
                for (int user = 0; user < 40; ++user) {
                    runs::UserScore score;
                    score.user = user;
                    score.ndcg10 = static_cast<double>(user * (static_cast<int>(i) + 3) % 17) / 17;
                    domain.push_back(score);
                }
            runs::writeTestUsers(tests::writeRun(folder, made).toStdString(), scores);
        }
        const report::Table expected = report::ablationTable(report::readSweep(folder.toStdString()));
        QCOMPARE(expected.rows.size(), std::size_t(6));
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 12);
        showTab(u"tab_ablation"_s);
        auto* view = find<QTableView>(u"table_ablation"_s);
        QTRY_COMPARE(view->model()->rowCount(), 6);
        QTRY_VERIFY(view->model()->index(0, 4).data().toString() != u"-"_s);
        for (std::size_t row = 0; row < expected.rows.size(); ++row)
            for (std::size_t column = 0; column < expected.columns.size(); ++column)
                QCOMPARE(view->model()
                             ->index(static_cast<int>(row), static_cast<int>(column))
                             .data()
                             .toString()
                             .toStdString(),
                    expected.rows[row][column]);
    }

    void missingRowsAreQueuedForEverySeed()
    {
        const QString dataset = m_folder->filePath(u"data"_s);
        QVERIFY(QDir().mkpath(dataset));
        addTo(dataset, u"full1"_s, 0.3, 0.5, 1);
        addTo(dataset, u"full2"_s, 0.3, 0.5, 2);
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 2);
        showTab(u"tab_ablation"_s);
        QTRY_COMPARE(find<QTableView>(u"table_ablation"_s)->model()->rowCount(), 6);
        QTest::mouseClick(find<QPushButton>(u"button_queue_row_2"_s), Qt::LeftButton);
        QCOMPARE(m_queue->jobCount(), 2);
        QCOMPARE(message(), u"2 run(s) queued, with the settings of full1."_s);
        QStringList seeds;
        for (int i = 0; i < 2; ++i) {
            const RunSetup& setup = m_queue->jobAt(i)->setup;
            QCOMPARE(setup.dataset, dataset);
            QCOMPARE(setup.preset, u"paper"_s);
            for (const QString& setting : {u"loss.cdrd=false"_s, u"federation.rounds=77"_s})
                QVERIFY2(setup.settings.contains(setting), qPrintable(setup.settings.join(u' ')));
            seeds.append(setup.settings.last());
        }
        seeds.sort();
        QCOMPARE(seeds, (QStringList{u"run.seed=1"_s, u"run.seed=2"_s}));
    }

    /// The dataset was replaced since: what would be queued is no row of this table.
    void nothingIsQueuedOverOtherData()
    {
        const QString dataset = m_folder->filePath(u"data"_s);
        addTo(dataset, u"full"_s, 0.3, 0.5, 1);
        const QString file = runs() + u"/full/config.json"_s;
        QFile config(file);
        QVERIFY2(config.open(QIODevice::ReadOnly), qPrintable(file));
        QJsonObject document = QJsonDocument::fromJson(config.readAll()).object();
        config.close();
        document[u"data"_s] = QJsonObject{{u"interactions"_s, u"00000001"_s}, {u"items"_s, u"00000002"_s},
            {u"candidates"_s, u"00000003"_s}, {u"augmentation"_s, u"none"_s}};
        tests::writeFile(file, QJsonDocument(document).toJson());
        const QString parts = u"{\"parts\": {\"events.bin\": 1, \"items.bin\": %1, \"negatives.bin\": 3}}"_s;
        tests::writeFile(dataset + u"/dataset.json"_s, parts.arg(15).toUtf8());
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 1);
        showTab(u"tab_ablation"_s);
        QTRY_COMPARE(find<QTableView>(u"table_ablation"_s)->model()->rowCount(), 6);
        QTest::mouseClick(find<QPushButton>(u"button_queue_row_2"_s), Qt::LeftButton);
        QCOMPARE(m_queue->jobCount(), 0);
        QVERIFY2(message().contains(u"the items differ"_s), qPrintable(message()));
        tests::writeFile(dataset + u"/dataset.json"_s, parts.arg(2).toUtf8());
        QTest::mouseClick(find<QPushButton>(u"button_queue_row_2"_s), Qt::LeftButton);
        QCOMPARE(m_queue->jobCount(), 1);
        for (const QString& setting : m_queue->jobAt(0)->setup.settings)
            QVERIFY2(!setting.startsWith(u"data."_s), qPrintable(setting));
    }

    void missingCellsAreQueued()
    {
        const QString dataset = m_folder->filePath(u"data"_s);
        QVERIFY(QDir().mkpath(dataset));
        addTo(dataset, u"full"_s, 0.3, 0.5, 1);
        addTo(dataset, u"a"_s, 0.3, 0, 1);
        addTo(dataset, u"b"_s, 0, 0.5, 1);
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 3);
        showTab(u"tab_sensitivity"_s);
        auto* queue = find<QPushButton>(u"button_queue_missing"_s);
        QTRY_COMPARE(queue->text(), u"Queue 1 missing"_s);
        QTest::mouseClick(queue, Qt::LeftButton);
        QCOMPARE(m_queue->jobCount(), 1);
        const QStringList& settings = m_queue->jobAt(0)->setup.settings;
        QVERIFY(settings.contains(u"federation.rounds=77"_s));
        QCOMPARE(
            settings.mid(settings.size() - 2), (QStringList{u"loss.lambda1=0.0"_s, u"loss.lambda2=0.0"_s}));
    }

    void reportsAreWrittenByTheProgramBeside()
    {
        const QString program = QStringLiteral(FEDCCTR_BIN_DIR "/fedcctr");
        if (!QFileInfo::exists(program))
            QSKIP("fedcctr is not built");
        writeSweep();
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 6);
        find<QAction>(u"action_report"_s)->trigger();
        QVERIFY(message().contains(u"Check the runs"_s));
        toggle(u"a"_s);
        find<QAction>(u"action_report"_s)->trigger();
        auto* dialog = find<QFileDialog>(u"dialog_report"_s);
        const QString folder = m_folder->filePath(u"report"_s);
        Q_EMIT dialog->fileSelected(folder);
        dialog->close();
        QCOMPARE(m_page->pendingWork(), u"The report"_s);
        QTRY_VERIFY_WITH_TIMEOUT(message().startsWith(u"Report written"_s), 30000);
        QVERIFY(QFileInfo::exists(folder + u"/index.html"_s));
        QCOMPARE(m_page->pendingWork(), QString());
    }

    void runsAreImported()
    {
        writeSweep();
        const QString elsewhere =
            tests::writeRun(m_folder->filePath(u"usb"_s), run(u"guest"_s, 0.9, 0.9, 7, 0.2));
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 6);
        find<QAction>(u"action_import_run"_s)->trigger();
        auto* dialog = find<QFileDialog>(u"dialog_import_run"_s);
        Q_EMIT dialog->fileSelected(elsewhere);
        dialog->close();
        QTRY_VERIFY(rowNamed(u"guest"_s) >= 0);
        QVERIFY(QFileInfo::exists(runs() + u"/guest/config.json"_s));
    }

    /// Each tab in both themes and at the smallest size; pictures go to $FEDCCTR_PICTURES where it is set.
    void looksRight_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::addColumn<QSize>("size");
        QTest::newRow("light") << false << QSize(1120, 600);
        QTest::newRow("dark") << true << QSize(1120, 600);
        QTest::newRow("small") << false << QSize(860, 520);
    }

    void looksRight()
    {
        QFETCH(bool, dark);
        QFETCH(QSize, size);
        widgets::Theme theme;
        theme.setChoice(dark ? widgets::Theme::Choice::Dark : widgets::Theme::Choice::Light);
        writeSweep();
        openPage();
        m_page->resize(size);
        QTRY_COMPARE(table()->model()->rowCount(), 6);
        for (const char* name : {"full-seed1", "full-seed2", "a", "b", "open"})
            toggle(QLatin1String(name));
        select(u"open"_s);
        QTest::keyClick(table(), Qt::Key_B);
        auto* tabs = find<QTabWidget>(u"tabs_compare"_s);
        const QString folder = qEnvironmentVariable("FEDCCTR_PICTURES", m_folder->path());
        for (int tab = 0; tab < tabs->count(); ++tab) {
            tabs->setCurrentIndex(tab);
            if (tab == 0) {
                const auto* plot = find<widgets::CurvePlot>(u"plot_curves"_s);
                QTRY_COMPARE_WITH_TIMEOUT(plot->content().series.size(), std::size_t(10), 15000);
                QTRY_VERIFY(find<QLabel>(u"label_curves_note"_s)->text().isEmpty());
            }
            QVERIFY(fedcctr::test::waitForQuiet(*m_page));
            QVERIFY2(m_page->size() == size, "the page is too large for the window");
            const QString file = u"%1/compare_%2_%3.png"_s.arg(
                folder, QLatin1String(QTest::currentDataTag()), tabs->currentWidget()->objectName());
            QVERIFY(m_page->grab().save(file));
        }
        theme.setChoice(widgets::Theme::Choice::Light);
    }

    void theModelIsSound()
    {
        writeSweep();
        std::vector<EntryPtr> entries;
        for (auto& entry : runs::scanRuns(runs().toStdString()))
            entries.push_back(std::make_shared<const runs::RunEntry>(std::move(entry)));
        RunTableModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRuns(entries);
        model.check({0, 2}, false);
        model.setGrouped(true);
        entries.erase(entries.begin() + 1);
        model.setRuns(entries);
        model.setGrouped(false);
        QCOMPARE(model.rowCount(), 5);
        model.setRuns({});
        QCOMPARE(model.rowCount(), 0);
    }

    /// The line that it writes has the times; tests/benchmarks/RESULTS.md has them of a quiet machine.
    void fiveThousandRuns()
    {
        for (int i = 0; i < 5000; ++i) {
            SyntheticRun made = run(u"run%1"_s.arg(i, 4, 10, QChar(u'0')), (i % 11) / 10.0,
                (i / 11 % 11) / 10.0, i % 5, 0.2 + (i % 17) / 500.0);
            made.rounds = 0;
            made.started = "2026-11-" + std::to_string(10 + i % 15) + "T10:00:00Z";
            tests::writeRun(runs(), made);
        }
        QElapsedTimer timer;
        timer.start();
        runs::scanRuns(runs().toStdString());
        const qint64 first = timer.elapsed();
        timer.restart();
        openPage();
        QTRY_COMPARE_WITH_TIMEOUT(table()->model()->rowCount(), 5000, 20000);
        QApplication::processEvents();
        const qint64 cached = timer.elapsed();
        qint64 slowest = 0;
        QScrollBar* bar = table()->verticalScrollBar();
        for (int step = 0; step < 60; ++step) {
            bar->setValue(bar->maximum() * step / 60);
            timer.restart();
            table()->viewport()->repaint();
            slowest = std::max(slowest, timer.nsecsElapsed() / 1000);
        }
        timer.restart();
        table()->sortByColumn(Column::NdcgA, Qt::AscendingOrder);
        const qint64 sorted = timer.elapsed();
        timer.restart();
        filter(u"λ1>0.5"_s);
        qInfo("5000 runs: first scan %lld ms, opened from the cache %lld ms, slowest repaint while scrolling "
              "%.1f ms, sorted %lld ms, filtered by 6 keys %lld ms",
            first, cached, static_cast<double>(slowest) / 1000, sorted, timer.elapsed());
        QCOMPARE(table()->model()->rowCount(), 2270); // 5 of every 11, and 454 whole elevens
    }
};

std::unique_ptr<QObject> tst_comparepage()
{
    return std::make_unique<TestComparePage>();
}
#include "tst_comparepage.moc"
