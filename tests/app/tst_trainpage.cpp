// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/eventlog.h"
#include "app/studio/mainwindow.h"
#include "app/studio/setuppanel.h"
#include "app/studio/trainpage.h"
#include "widgets/curveplot.h"
#include "widgets/messagebar.h"
#include "widgets/settingsform.h"
#include "widgets/tile.h"
#include "widgets/valueedit.h"

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QListWidget>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr::studio;
using namespace fedcctr::widgets;

class TestTrainPage : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_workspace;
    std::unique_ptr<MainWindow> m_window;

    void open()
    {
        m_window =
            std::make_unique<MainWindow>(QStringLiteral(FEDCCTR_BIN_DIR "/fake_engine"), m_workspace->path());
        m_window->resize(1280, 720);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }

    /// The window with the demo dataset, and a script for the engine.
    void openWithDemo(const QJsonObject& script)
    {
        open();
        QTest::mouseClick(child<QPushButton>("button_demo_dataset"), Qt::LeftButton);
        QTRY_VERIFY(!page()->setup()->isBusy());
        QVERIFY(page()->setup()->datasetPath().endsWith(u"datasets/demo"_s));
        QFile file(page()->setup()->datasetPath() + u"/fake.json"_s);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QJsonDocument(script).toJson());
    }

    template <typename T> T* child(const char* name) const
    {
        T* found = m_window->findChild<T*>(QLatin1String(name));
        if (!found)
            qFatal("there is no %s", name);
        return found;
    }
    TrainPage* page() const { return m_window->trainPage(); }
    MessageBar* bar() const { return child<MessageBar>("message_bar"); }
    QString word() const { return child<QLabel>("label_state")->text(); }
    static std::size_t points(const CurvePlot* plot, std::size_t series)
    {
        return plot->content().series[series].y().size();
    }

private Q_SLOTS:
    void init()
    {
        m_workspace = std::make_unique<QTemporaryDir>();
        QDir(QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + u"/FedCCTR"_s)
            .removeRecursively();
    }
    void cleanup() { m_window.reset(); }

    void aRunByMouse()
    {
        openWithDemo({{u"rounds"_s, 40}, {u"round_ms"_s, 2}});
        QTest::mouseClick(child<QToolButton>("button_start"), Qt::LeftButton);
        QTRY_COMPARE(word(), u"finished"_s);
        QCOMPARE(points(child<CurvePlot>("plot_ndcg"), 0), std::size_t(8));
        QCOMPARE(points(child<CurvePlot>("plot_loss"), 2), std::size_t(40));
        QCOMPARE(points(child<CurvePlot>("plot_budget"), 1), std::size_t(40));
        QCOMPARE(points(child<CurvePlot>("plot_noise"), 0), std::size_t(40));
        QCOMPARE(child<CurvePlot>("plot_ndcg")->content().references.size(), std::size_t(5));
        QVERIFY(bar()->isVisible());
        QVERIFY2(bar()->text().startsWith(u"Finished: NDCG@10 Books 21.40 %"_s), qPrintable(bar()->text()));
        QCOMPARE(child<Tile>("tile_round")->value(), u"40"_s);
        QCOMPARE(
            QDir(m_workspace->path() + u"/runs"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size(), 1);
    }

    void noNakedEpsilonAndNoNakedNdcg()
    {
        openWithDemo({{u"rounds"_s, 20}, {u"round_ms"_s, 2}});
        page()->startWhenReady();
        QTRY_COMPARE(word(), u"finished"_s);
        for (const QString& text : {child<CurvePlot>("plot_budget")->content().title,
                 child<Tile>("tile_epsilon")->accessibleName(), bar()->text()}) {
            QVERIFY2(text.contains(u"RDP"_s) && text.contains(u"δ 1e-5"_s) && text.contains(u"local"_s),
                qPrintable(text));
        }
        QCOMPARE(child<CurvePlot>("plot_ndcg")->content().references.front().label.left(6), u"item-K"_s);
        const auto& references = child<CurvePlot>("plot_ndcg")->content().references;
        QVERIFY(std::ranges::any_of(
            references, [](const ReferenceLine& line) { return line.label == u"random 4.54"_s; }));
        QVERIFY(child<Tile>("tile_ndcg_a")->remark().startsWith(u"±"_s));
    }

    void thePrintedRuleHasNoDelta()
    {
        openWithDemo({{u"rounds"_s, 5}, {u"accountant"_s, u"eq27"_s}});
        page()->startWhenReady();
        QTRY_COMPARE(word(), u"finished"_s);
        QVERIFY(
            child<CurvePlot>("plot_budget")->content().title.contains(u"as printed (Eq. 27), no δ, local"_s));
    }

    void withoutNoiseThereIsNoGuarantee()
    {
        openWithDemo({{u"rounds"_s, 5}, {u"schedule"_s, u"none"_s}});
        page()->startWhenReady();
        QTRY_COMPARE(word(), u"finished"_s);
        QCOMPARE(child<Tile>("tile_epsilon")->value(), u"no guarantee"_s);
        QVERIFY(child<CurvePlot>("plot_budget")->content().emptyText.contains(u"No noise, no guarantee"_s));
    }

    void keysStartPauseAndStop()
    {
        openWithDemo({{u"rounds"_s, 100000}, {u"round_ms"_s, 2}});
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_COMPARE(word(), u"running"_s);
        QVERIFY(!child<QToolButton>("button_start")->isEnabled());
        QTest::keyClick(m_window.get(), Qt::Key_F6);
        QTRY_COMPARE(word(), u"paused"_s);
        QCOMPARE(child<QToolButton>("button_pause")->text(), u"Resume"_s);
        QTest::keyClick(m_window.get(), Qt::Key_F6);
        QTRY_COMPARE(word(), u"running"_s);
        QTRY_VERIFY(child<QLabel>("status_activity")->text().contains(u"rounds/s"_s));
        QCOMPARE(child<QLabel>("status_machine")->text().left(3), u"cpu"_s);
        QTest::keyClick(m_window.get(), Qt::Key_F5, Qt::ShiftModifier);
        QTRY_COMPARE(word(), u"stopped"_s);
        QVERIFY(bar()->text().startsWith(u"Stopped at round"_s));
        QVERIFY(child<QToolButton>("button_start")->isEnabled());
    }

    void lambdaCanBeChangedDuringARun()
    {
        openWithDemo({{u"rounds"_s, 100000}, {u"round_ms"_s, 2}});
        page()->startWhenReady();
        QTRY_COMPARE(word(), u"running"_s);
        QVERIFY(!child<QWidget>("edit_privacy_epsilon")->isEnabled());
        auto* box = child<NumberBox>("edit_loss_lambda1_box");
        QVERIFY(box->isEnabled());
        box->setFocus();
        box->selectAll();
        QTest::keyClicks(box, u"0.75"_s);
        QTest::keyClick(box, Qt::Key_Return);
        QTRY_COMPARE(child<CurvePlot>("plot_loss")->content().marks.size(), std::size_t(1));
        QCOMPARE(child<CurvePlot>("plot_loss")->content().marks.front().label, u"λ₁ = 0.75"_s);
        page()->stop();
        QTRY_VERIFY(!page()->isRunning());
    }

    void changedSettingsGoToTheEngine()
    {
        openWithDemo({{u"rounds"_s, 5}});
        auto* box = child<NumberBox>("edit_federation_learning_rate_box");
        box->setFocus();
        box->selectAll();
        QTest::keyClicks(box, u"0.0025"_s);
        QTest::keyClick(box, Qt::Key_Return);
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_COMPARE(word(), u"finished"_s);
        const QDir runs(m_workspace->path() + u"/runs"_s);
        QFile arguments(
            runs.filePath(runs.entryList(QDir::Dirs | QDir::NoDotAndDotDot).first() + u"/arguments.txt"_s));
        QVERIFY(arguments.open(QIODevice::ReadOnly));
        QVERIFY(arguments.readAll().contains("federation.learning_rate=0.0025"));
    }

    void aCrashIsShownAndResumed()
    {
        openWithDemo({{u"rounds"_s, 40}, {u"round_ms"_s, 1}, {u"mode"_s, u"crash"_s}, {u"at"_s, 25}});
        page()->startWhenReady();
        QTRY_COMPARE(word(), u"failed"_s);
        QCOMPARE(bar()->kind(), MessageBar::Kind::Error);
        QVERIFY(bar()->text().contains(u"illegal memory access"_s));
        QTest::mouseClick(child<QPushButton>("button_show_log"), Qt::LeftButton);
        QTRY_VERIFY(m_window->findChild<QDialog*>(u"dialog_log"_s));
        m_window->findChild<QDialog*>(u"dialog_log"_s)->close();
        QTest::mouseClick(child<QPushButton>("button_resume"), Qt::LeftButton);
        QTRY_COMPARE(word(), u"finished"_s);
        const CurveSeries& loss = child<CurvePlot>("plot_loss")->content().series[0];
        QCOMPARE(loss.y().size(), std::size_t(40));
        QVERIFY(std::ranges::is_sorted(loss.x()));
    }

    void aSpentBudgetIsSaid()
    {
        openWithDemo({{u"rounds"_s, 40}, {u"round_ms"_s, 1}, {u"mode"_s, u"budget"_s}, {u"at"_s, 28}});
        page()->startWhenReady();
        QTRY_COMPARE(word(), u"budget spent"_s);
        QVERIFY2(
            bar()->text().startsWith(u"Budget spent: all clients stopped at round 28. Training ended."_s),
            qPrintable(bar()->text()));
        QVERIFY(!child<CurvePlot>("plot_budget")->content().marks.empty());
    }

    void withoutADatasetStartingOffersTheDemo()
    {
        open();
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QVERIFY(bar()->isVisible());
        QTest::mouseClick(child<QPushButton>("button_message_demo"), Qt::LeftButton);
        QTRY_VERIFY(page()->isRunning());
        page()->stop();
        QTRY_VERIFY(!page()->isRunning());
    }

    void aFolderWithoutADatasetIsExplained()
    {
        open();
        page()->setup()->openDataset(m_workspace->path());
        QTRY_VERIFY(bar()->isVisible());
        QCOMPARE(bar()->kind(), MessageBar::Kind::Error);
        QVERIFY(bar()->text().contains(u"dataset.json"_s));
    }

    void closingDuringARunAsks()
    {
        openWithDemo({{u"rounds"_s, 100000}, {u"round_ms"_s, 2}});
        page()->startWhenReady();
        QTRY_COMPARE(word(), u"running"_s);
        m_window->close();
        QVERIFY(m_window->isVisible());
        QTest::mouseClick(child<QPushButton>("button_keep_running"), Qt::LeftButton);
        QTRY_VERIFY(!m_window->findChild<QMessageBox*>(u"dialog_close"_s));
        QVERIFY(page()->isRunning());
        m_window->close();
        QTest::mouseClick(child<QPushButton>("button_stop_and_close"), Qt::LeftButton);
        QTRY_VERIFY(!m_window->isVisible());
        QVERIFY(!page()->isRunning());
    }

    void valuesAndDatasetAreKept()
    {
        openWithDemo({});
        auto* box = child<NumberBox>("edit_privacy_epsilon_box");
        box->setFocus();
        box->selectAll();
        QTest::keyClicks(box, u"3.5"_s);
        QTest::keyClick(box, Qt::Key_Return);
        m_window->close();
        m_window.reset();
        open();
        QTRY_VERIFY(!page()->setup()->datasetPath().isEmpty());
        QCOMPARE(child<NumberBox>("edit_privacy_epsilon_box")->value(), 3.5);
        QVERIFY(child<QLabel>("label_privacy_epsilon")->font().bold());
    }

    void panningOneChartEndsFollowing()
    {
        openWithDemo({{u"rounds"_s, 20}, {u"round_ms"_s, 1}});
        page()->startWhenReady();
        QTRY_COMPARE(word(), u"finished"_s);
        QVERIFY(page()->followAction()->isChecked());
        auto* plot = child<CurvePlot>("plot_loss");
        plot->setFocus();
        QTest::keyClick(plot, Qt::Key_Left);
        QVERIFY(!page()->followAction()->isChecked());
        QTest::mouseClick(child<QToolButton>("button_follow"), Qt::LeftButton);
        QVERIFY(plot->follow());
    }

    void theWindowFitsSmallScreensInBothThemes()
    {
        openWithDemo({{u"rounds"_s, 20}, {u"round_ms"_s, 1}});
        page()->startWhenReady();
        QTRY_COMPARE(word(), u"finished"_s);
        for (const char* theme : {"action_theme_2", "action_theme_1"}) {
            child<QAction>(theme)->trigger();
            for (const QSize size : {QSize(1024, 640), QSize(1280, 720)}) {
                m_window->resize(size);
                QTRY_COMPARE(m_window->size(), size);
                for (const char* name : {"button_start", "button_pause", "button_stop", "button_follow"})
                    QVERIFY2(
                        child<QToolButton>(name)->width() >= child<QToolButton>(name)->sizeHint().width(),
                        name);
                for (const QPushButton* button : m_window->findChildren<QPushButton*>())
                    QVERIFY2(!button->isVisible() || button->width() >= button->minimumSizeHint().width(),
                        qPrintable(button->objectName()));
                for (const CurvePlot* plot : m_window->findChildren<CurvePlot*>())
                    QVERIFY(plot->height() >= 150);
                QVERIFY(!m_window->grab().isNull());
            }
        }
        QVERIFY(m_window->minimumSizeHint().width() <= 1024 && m_window->minimumSizeHint().height() <= 640);
        QCOMPARE(child<QListWidget>("list_navigation")->currentRow(), 0);
    }

    void everythingThatTakesTheFocusHasNames()
    {
        open();
        child<QToolButton>("button_more_settings")->click();
        for (const QWidget* widget : page()->findChildren<QWidget*>()) {
            const bool inner = widget->objectName().startsWith(u"qt_"_s);
            if (widget->focusPolicy() == Qt::NoFocus || inner || !widget->isVisible())
                continue;
            QVERIFY2(!widget->objectName().isEmpty(), widget->metaObject()->className());
            // A ValueEdit hands the focus to its box, which is named.
            QVERIFY2(!widget->accessibleName().isEmpty() || widget->focusProxy(),
                qPrintable(widget->objectName()));
        }
    }
};

QTEST_MAIN(TestTrainPage)
#include "tst_trainpage.moc"
