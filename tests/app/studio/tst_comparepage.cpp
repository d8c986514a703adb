// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/comparepage.h"
#include "app/studio/compare/runtablemodel.h"
#include "app/studio/runs/runqueue.h"
#include "app/studio/runs/runvalues.h"
#include "app/studio/runs/workspace.h"
#include "tests/fixtures/comparebench.h"
#include "tests/fixtures/hand.h"
#include "tests/fixtures/synthetic_runs.h"
#include "widgets/charts/curveplot.h"
#include "widgets/theme.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QElapsedTimer>
#include <QFileDialog>
#include <QFileInfo>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTest>
#include <QToolButton>

#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr;
using namespace fedcctr::studio;
using fedcctr::tests::SyntheticRun;

class TestComparePage : public fedcctr::tests::CompareBench {
    Q_OBJECT
private Q_SLOTS:
    void init() { setUp(); }
    void cleanup() { tearDown(); }

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
    /// LR has no term to be weighed.
    void onlyTermsOfTheModelHaveWeights()
    {
        SyntheticRun made = run(u"full"_s, 0.375, 0.5, 1, 0.2);
        tests::writeRun(runs(), made);
        made.name = u"linear"_s;
        made.config.model.architecture = "lr";
        tests::writeRun(runs(), made);
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 2);
        QCOMPARE(cell(rowNamed(u"full"_s), Column::Lambda1), u"0.375"_s);
        QCOMPARE(cell(rowNamed(u"linear"_s), Column::Lambda1), u"–"_s);
        QCOMPARE(cell(rowNamed(u"linear"_s), Column::Lambda2), u"–"_s);
    }

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
        model.setGrouping(RunGrouping::Configuration);
        entries.erase(entries.begin() + 1);
        model.setRuns(entries);
        model.setGrouping(RunGrouping::None);
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
