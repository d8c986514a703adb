// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/common/chartgrid.h"
#include "app/studio/runs/queuedock.h"
#include "app/studio/runs/queuemodel.h"
#include "app/studio/runs/runtexts.h"
#include "app/studio/train/eventlog.h"
#include "app/studio/train/runcharts.h"
#include "app/studio/train/runtimeline.h"
#include "app/studio/train/runview.h"
#include "app/studio/train/traincontrols.h"
#include "app/studio/train/trainpage.h"
#include "tests/fixtures/hand.h"
#include "tests/fixtures/studiobench.h"
#include "widgets/charts/curveplot.h"
#include "widgets/messagebar.h"
#include "widgets/theme.h"
#include "widgets/tile.h"

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QDoubleSpinBox>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QVBoxLayout>

#include <cmath>
#include <memory>

using namespace Qt::StringLiterals;
namespace privacy = fedcctr::privacy;
namespace runs = fedcctr::runs;
using namespace fedcctr::studio;
using namespace fedcctr::widgets;

namespace {

class PaintCounter : public QObject {
public:
    int paints = 0;
    bool eventFilter(QObject*, QEvent* event) override
    {
        paints += event->type() == QEvent::Paint ? 1 : 0;
        return false;
    }
};

} // namespace

class TestTrainPage : public QObject {
    Q_OBJECT

    std::unique_ptr<StudioBench> m_bench;
    std::unique_ptr<QWidget> m_window;
    TrainPage* m_page = nullptr;

    void open(const QSize& size = {1120, 600})
    {
        m_window = std::make_unique<QWidget>();
        auto* column = new QVBoxLayout(m_window.get());
        column->setContentsMargins(0, 0, 0, 0);
        m_page = new TrainPage(m_bench->workspace.get(), m_bench->queue.get(), m_window.get());
        column->addWidget(m_page);
        fedcctr::test::showActive(*m_window, size);
    }

    template <typename T> T* child(const char* name) const
    {
        return fedcctr::test::part<T>(*m_window, QLatin1String(name));
    }
    void click(const char* button) const
    {
        QTest::mouseClick(child<QAbstractButton>(button), Qt::LeftButton);
    }
    static void type(QDoubleSpinBox* box, const QString& text) { fedcctr::test::retype(*box, text); }
    static void choose(QComboBox* box, int index)
    {
        box->setCurrentIndex(index);
        Q_EMIT box->activated(index);
    }
    RunQueue& queue() const { return *m_bench->queue; }
    MessageBar* bar() const { return child<MessageBar>("message_bar"); }
    QString word() const { return child<QLabel>("label_state")->text(); }
    CurvePlot* plot(const char* name) const { return child<CurvePlot>(name); }
    static std::size_t points(const CurvePlot* plot, std::size_t series)
    {
        const auto& lines = plot->content().series; // of the loss: none before the run has told its terms
        return series < lines.size() ? lines[series].y().size() : 0;
    }
    static bool marked(const CurvePlot* plot, const QString& label)
    {
        return std::ranges::any_of(
            plot->content().marks, [&](const EventMark& mark) { return mark.label == label; });
    }

private Q_SLOTS:
    void init() { m_bench = std::make_unique<StudioBench>(); }
    void cleanup()
    {
        if (queue().isActive()) {
            QSignalSpy stopped(&queue(), &RunQueue::allStopped);
            queue().stopAll();
            QTRY_COMPARE(stopped.size(), 1);
        }
        m_window.reset();
        m_bench.reset();
    }

    void theEmptyPageQueuesTheDemo()
    {
        open();
        QVERIFY(child<QPushButton>("empty_train_button")->isVisible());
        QSignalSpy wanted(m_page, &Page::pageRequested);
        click("empty_train_link");
        QCOMPARE(wanted.first().first().value<PageId>(), PageId::Experiment);
        click("empty_train_button");
        QTRY_COMPARE_WITH_TIMEOUT(queue().jobCount(), 1, 20000);
        QVERIFY(queue().jobAt(0)->setup.dataset.endsWith(u"datasets/demo"_s));
        QTRY_COMPARE(word(), u"finished"_s);
    }

    void aRunFromQueueToResult()
    {
        open();
        const QString run = m_bench->enqueue(u"a"_s, {{u"rounds"_s, 40}, {u"round_ms"_s, 2}});
        QCOMPARE(m_page->shownRun(), run);
        QTRY_COMPARE(word(), u"finished"_s);
        QCOMPARE(points(plot("plot_ndcg"), 0), std::size_t(8));
        QVERIFY(plot("plot_ndcg")->content().series[0].hasBand());
        QCOMPARE(points(plot("plot_loss"), 2), std::size_t(40));
        QCOMPARE(points(plot("plot_budget"), 1), std::size_t(40));
        QCOMPARE(points(plot("plot_noise"), 0), std::size_t(40));
        // σ, norms (median and largest), signal-to-noise, clipped.
        for (std::size_t line = 0; line < 5; ++line)
            QCOMPARE(points(plot("plot_noise"), line), std::size_t(40));
        QCOMPARE(points(plot("plot_clients"), 0), std::size_t(40));
        // random once, popularity and item-KNN per domain.
        QCOMPARE(plot("plot_ndcg")->content().references.size(), std::size_t(5));
        QVERIFY2(bar()->text().startsWith(u"Finished: NDCG@10 Books 21.40 %"_s), qPrintable(bar()->text()));
        QCOMPARE(child<Tile>("tile_round")->value(), u"40"_s);
        QSignalSpy asked(m_page, &Page::runRequested);
        click("button_compare");
        click("button_embeddings");
        QCOMPARE(asked[0][0].value<PageId>(), PageId::Compare);
        QCOMPARE(asked[1][0].value<PageId>(), PageId::Embeddings);
        QCOMPARE(asked[1][1].toString(), run);
    }

    void noNakedEpsilonAndNoNakedNdcg()
    {
        open();
        m_bench->enqueue(u"a"_s, {{u"rounds"_s, 20}, {u"round_ms"_s, 2}});
        QTRY_COMPARE(word(), u"finished"_s);
        for (const QString& text : {plot("plot_budget")->content().title,
                 child<Tile>("tile_epsilon")->accessibleName(), bar()->text()})
            QVERIFY2(text.contains(u"Rényi DP"_s) && text.contains(u"δ 1e-5"_s) && text.contains(u"local"_s),
                qPrintable(text));
        const auto& references = plot("plot_ndcg")->content().references;
        QVERIFY(std::ranges::any_of(
            references, [](const ReferenceLine& line) { return line.label == u"random 4.54"_s; }));
        QVERIFY(child<Tile>("tile_ndcg_a")->remark().startsWith(u"±"_s));
    }

    void thePrintedRuleHasNoDelta()
    {
        open();
        m_bench->enqueue(u"a"_s, {{u"rounds"_s, 5}, {u"accountant"_s, u"eq27"_s}});
        QTRY_COMPARE(word(), u"finished"_s);
        QVERIFY(plot("plot_budget")->content().title.contains(u"Eq. 27 as printed, no δ, local"_s));
    }

    /// While it runs what exact composition says of each round, at its end the summary's tightest number.
    void whatHoldsStandsBesideThePrintedEpsilon()
    {
        open();
        const QString run =
            m_bench->enqueue(u"a"_s, {{u"rounds"_s, 20}, {u"round_ms"_s, 1}, {u"accountant"_s, u"eq27"_s}});
        QTRY_COMPARE(word(), u"finished"_s);
        const auto column = [this](int role) {
            return QueueModel(&queue()).index(0, QueueModel::Epsilon).data(role).toString();
        };
        for (const QString& text : {child<Tile>("tile_epsilon")->accessibleName(), column(Qt::DisplayRole),
                 column(Qt::ToolTipRole), bar()->text()}) {
            QVERIFY2(text.contains(u"Eq. 27 as printed, no δ, local"_s), qPrintable(text));
            QVERIFY2(
                text.contains(u"really"_s) && text.contains(u"Rényi DP, δ 1e-5, local"_s), qPrintable(text));
        }
        RunRecording record = queue().job(run)->record;
        record.end.reset();
        QVERIFY(std::abs(rigorousSpend(record)->epsilon - 1234) < 1e-9);
        QVERIFY(spentText(record).remove(u',').contains(u"1234 (exact Gaussian δ 1e-5 local)"_s));
        RunEnd end;
        runs::SpendRecord printed{0.97, 0, "eq27", privacy::Adversary::ReleasedModel, {}, 0, {}, {}};
        runs::SpendRecord exact{1234, 1e-5, "gaussian", privacy::Adversary::ReleasedModel, {}, 0, {}, {}};
        runs::SpendRecord tight{41.5, 1e-5, "pld", privacy::Adversary::ReleasedModel, {}, 0, {}, {}};
        end.summary.emplace().privacy = {printed, exact, tight};
        end.summary->test[0].values["ndcg@10"] = 0.2;
        record.end = end;
        QCOMPARE(rigorousSpend(record)->epsilon, 41.5);
        QVERIFY(resultText(record).contains(u"41.5 (PLD, δ 1e-5, released-model)"_s));
        record.rounds.back().budget->accountant = "rdp";
        QVERIFY(!rigorousSpend(record));
    }

    void withoutNoiseThereIsNoGuarantee()
    {
        open();
        m_bench->enqueue(u"a"_s, {{u"rounds"_s, 5}, {u"schedule"_s, u"none"_s}});
        QTRY_COMPARE(word(), u"finished"_s);
        QCOMPARE(child<Tile>("tile_epsilon")->value(), u"no guarantee"_s);
        QVERIFY(plot("plot_budget")->content().emptyText.contains(u"No noise, no guarantee"_s));
    }

    void theMeasureIsChosen()
    {
        open();
        m_bench->enqueue(u"a"_s, {{u"rounds"_s, 20}, {u"round_ms"_s, 1}});
        QTRY_COMPARE(word(), u"finished"_s);
        const double ndcg10 = plot("plot_ndcg")->content().series[0].y().back();
        child<QComboBox>("combo_cutoff")->setCurrentIndex(1);
        QVERIFY(qAbs(plot("plot_ndcg")->content().series[0].y().back() - 0.8 * ndcg10) < 1e-9);
        QVERIFY(plot("plot_ndcg")->content().series[0].hasBand());
        child<QComboBox>("combo_metric")->setCurrentIndex(2);
        QVERIFY(qAbs(plot("plot_ndcg")->content().series[0].y().back() - 1.7 * 0.8 * ndcg10) < 1e-9);
        QVERIFY(plot("plot_ndcg")->content().title.contains(u"HR@5"_s));
        // The engine gives no interval of HR; the reference lines are of the same measure.
        QVERIFY(!plot("plot_ndcg")->content().series[0].hasBand());
        QVERIFY(qAbs(plot("plot_ndcg")->content().references.back().value - 100 * 1.7 * 0.8 * 0.0454) < 1e-9);
        child<QComboBox>("combo_metric")->setCurrentIndex(3);
        QVERIFY(!child<QComboBox>("combo_cutoff")->isEnabled());
        QVERIFY(plot("plot_ndcg")->content().title.contains(u"AUC"_s));
    }

    void pauseResumeAndStopByMouse()
    {
        open();
        m_bench->enqueue(u"a"_s, {{u"rounds"_s, 100000}, {u"round_ms"_s, 2}});
        QTRY_COMPARE(word(), u"running"_s);
        click("button_pause");
        QTRY_COMPARE(word(), u"paused"_s);
        QCOMPARE(child<QToolButton>("button_pause")->text(), u"Resume"_s);
        click("button_pause");
        QTRY_COMPARE(word(), u"running"_s);
        QTRY_VERIFY(
            child<Tile>("tile_left")->value() != u"–"_s && !child<Tile>("tile_left")->value().isEmpty());
        click("button_stop");
        QTRY_COMPARE(word(), u"stopped"_s);
        QVERIFY(bar()->text().startsWith(u"Stopped at round"_s));
        // A stopped run goes on from its checkpoint.
        QCOMPARE(child<QToolButton>("button_pause")->text(), u"Resume"_s);
        QVERIFY(child<QToolButton>("button_pause")->isEnabled());
    }

    void anEngineThatHangsIsStoppedNow()
    {
        open();
        m_bench->enqueue(
            u"a"_s, {{u"rounds"_s, 40}, {u"round_ms"_s, 1}, {u"mode"_s, u"hang"_s}, {u"at"_s, 12}});
        QTRY_COMPARE(child<Tile>("tile_round")->value(), u"12"_s);
        click("button_stop");
        QTRY_COMPARE(word(), u"stopping"_s);
        QVERIFY(!child<QToolButton>("button_stop")->isEnabled());
        QTRY_COMPARE_WITH_TIMEOUT(child<QToolButton>("button_stop")->text(), u"Stop now"_s, 8000);
        click("button_stop");
        QTRY_COMPARE(word(), u"stopped"_s);
    }

    void weightsChangeARunAndAreRecorded()
    {
        open();
        const QString run = m_bench->enqueue(u"a"_s, {{u"rounds"_s, 100000}, {u"round_ms"_s, 2}});
        QTRY_COMPARE(word(), u"running"_s);
        QTRY_COMPARE(child<QDoubleSpinBox>("edit_lambda1")->value(), 0.3);
        type(child<QDoubleSpinBox>("edit_lambda2"), u"0.125"_s);
        QTRY_VERIFY(marked(plot("plot_loss"), u"λ₂ = 0.125"_s));
        QVERIFY(marked(plot("plot_ndcg"), u"λ₂ = 0.125"_s));
        click("button_stop");
        QTRY_COMPARE(word(), u"stopped"_s);
        QVERIFY(!child<QDoubleSpinBox>("edit_lambda2")->isEnabled());
        // Opened again, it tells the same.
        m_window.reset();
        m_bench->open();
        open();
        m_page->showRun(run);
        QTRY_VERIFY(marked(plot("plot_loss"), u"λ₂ = 0.125"_s));
        QCOMPARE(child<QDoubleSpinBox>("edit_lambda2")->value(), 0.125);
        QCOMPARE(word(), u"stopped"_s);
        QVERIFY(points(plot("plot_loss"), 0) > 10);
        QCOMPARE(plot("plot_ndcg")->content().references.size(), std::size_t(5));
    }

    /// LR has no term of its own.
    void theWeightsAreThoseOfTheRunsModel()
    {
        TrainControls controls;
        const auto* lambda1 = controls.findChild<QDoubleSpinBox*>(u"edit_lambda1"_s);
        QVERIFY(lambda1 && !lambda1->isHidden());
        RunRecording record;
        HelloMessage hello;
        hello.settings.config.model.architecture = "lr";
        record.begin(hello);
        controls.showWeights(record);
        for (const auto* box : controls.findChildren<QDoubleSpinBox*>())
            QVERIFY2(box->isHidden(), qPrintable(box->objectName()));
        hello.settings.config = {};
        hello.settings.config.loss.lambda1 = 0.375;
        record.begin(hello);
        controls.showWeights(record);
        QVERIFY(!lambda1->isHidden());
        QCOMPARE(lambda1->value(), 0.375);
    }

    void theEndOfAnOpenedRunHasItsOwnTime()
    {
        const QString run = m_bench->enqueue(u"a"_s, {{u"rounds"_s, 5}, {u"round_ms"_s, 1}});
        QTRY_COMPARE(m_bench->stateOf(run), RunState::Finished);
        QFile summary(run + u"/summary.json"_s);
        QVERIFY(summary.open(QIODevice::ReadWrite));
        QVERIFY(summary.setFileTime(
            QDateTime(QDate(2025, 3, 4), QTime(5, 6, 7)), QFileDevice::FileModificationTime));
        summary.close();
        m_bench->open();
        open();
        m_page->showRun(run);
        const auto* log = child<QListWidget>("list_events");
        QTRY_VERIFY(log->count() > 0);
        QVERIFY(log->item(log->count() - 1)->text().startsWith(u"2025-03-04 05:06:07  "_s));
    }

    /// A gap in every line that is about uploads, as the engine tells it now and as it did before.
    void aRoundInWhichNobodySentIsAGap()
    {
        RunRecording record;
        HelloMessage hello;
        hello.settings.config.loss.lambda1 = 0.25;
        hello.settings.config.loss.lambda2 = 0.5;
        hello.settings.config.privacy.schedule = privacy::Schedule::AdaLdp;
        record.begin(hello);
        const auto tell = [&record](const QByteArray& line) {
            record.add(std::get<RoundRecord>(*parseMessage("{\"type\":\"round\"," + line + "}")));
        };
        tell("\"round\":1,\"clients\":2,\"loss\":{\"a\":1,\"b\":2,\"idra\":4,\"cdrd\":8},\"clipped\":0.5,"
             "\"sigma\":2,\"signal_to_noise\":0.1,\"gradient_norm\":{\"median\":1,\"max\":2}");
        tell("\"round\":2,\"clients\":0,\"loss\":null,\"clipped\":null,\"sigma\":2,"
             "\"signal_to_noise\":null,\"gradient_norm\":null,\"lambda1\":0.25,\"lambda2\":0.5");
        tell("\"round\":3,\"clients\":0,\"loss\":{\"a\":0,\"b\":0,\"idra\":0,\"cdrd\":0},\"clipped\":0,"
             "\"sigma\":2,\"signal_to_noise\":0,\"gradient_norm\":{\"median\":0,\"max\":0}");
        record.add(EventMessage{3, EventKind::Setting, {}, std::string(runs::kLambda1Key), 0.5});
        tell("\"round\":4,\"clients\":2,\"loss\":{\"a\":1,\"b\":2,\"idra\":4,\"cdrd\":8},\"clipped\":0.5,"
             "\"sigma\":2,\"signal_to_noise\":0.1,\"gradient_norm\":{\"median\":1,\"max\":2}");
        tell("\"round\":5,\"clients\":2,\"loss\":{\"a\":1,\"b\":2,\"idra\":4,\"cdrd\":8},\"lambda1\":0.75,"
             "\"lambda2\":0");
        CurvePlot lossPlot(u"loss"_s, nullptr);
        CurvePlot noisePlot(u"noise"_s, nullptr);
        LossChart(&lossPlot).show(record, nullptr);
        NoiseChart(&noisePlot).show(record, nullptr);
        for (const CurvePlot* plot : {&lossPlot, &noisePlot})
            for (const CurveSeries& line : plot->content().series) {
                QVERIFY(std::isfinite(line.y()[0]) && std::isfinite(line.y()[3]));
                const bool isGap = std::isnan(line.y()[1]) && std::isnan(line.y()[2]);
                // The noise level is the schedule's.
                QVERIFY2(isGap == (line.spec.label != u"σ"_s), qPrintable(line.spec.name));
            }
        const std::vector<double>& idra = lossPlot.content().series[2].y();
        QCOMPARE(idra[0], 1.0);
        QCOMPARE(idra[3], 2.0);
        QCOMPARE(idra[4], 3.0);
        QCOMPARE(lossPlot.content().series[3].y()[4], 0.0);
    }

    void theTimeLineTellsWhatHappened()
    {
        open();
        m_bench->enqueue(
            u"a"_s, {{u"rounds"_s, 40}, {u"round_ms"_s, 1}, {u"mode"_s, u"budget"_s}, {u"at"_s, 40}});
        QTRY_COMPARE(word(), u"budget spent"_s);
        auto* line = child<RunTimeline>("run_timeline");
        QVERIFY(line->isVisible());
        // Checkpoints at 10, 20, 30 and 40 of 40 rounds.
        const QStringList half = line->eventsAt(line->width() / 2);
        QCOMPARE(half, QStringList{u"round 20: checkpoint written"_s});
        QVERIFY(line->eventsAt(line->width() * 3 / 8).isEmpty());
        QVERIFY(line->eventsAt(line->width() - line->height() / 2).join(u' ').contains(u"all clients"_s));
        QVERIFY(line->accessibleDescription().startsWith(u"4 checkpoints"_s));
    }

    void aCrashIsShownAndResumed()
    {
        open();
        m_bench->enqueue(
            u"a"_s, {{u"rounds"_s, 40}, {u"round_ms"_s, 1}, {u"mode"_s, u"crash"_s}, {u"at"_s, 25}});
        QTRY_COMPARE(word(), u"failed"_s);
        QCOMPARE(bar()->kind(), MessageBar::Kind::Error);
        QVERIFY(bar()->text().contains(u"illegal memory access"_s));
        click("button_show_log");
        QTRY_VERIFY(m_window->findChild<QDialog*>(u"dialog_log"_s));
        m_window->findChild<QDialog*>(u"dialog_log"_s)->close();
        QCOMPARE(child<QPushButton>("button_resume")->text(), u"Resume from round 20"_s);
        click("button_resume");
        QTRY_COMPARE(word(), u"finished"_s);
        const CurveSeries& loss = plot("plot_loss")->content().series[0];
        QCOMPARE(loss.y().size(), std::size_t(40));
        QVERIFY(std::ranges::is_sorted(loss.x()));
    }

    void aSpentBudgetIsSaidAndExplained()
    {
        open();
        m_bench->enqueue(
            u"a"_s, {{u"rounds"_s, 40}, {u"round_ms"_s, 1}, {u"mode"_s, u"budget"_s}, {u"at"_s, 28}});
        QTRY_COMPARE(word(), u"budget spent"_s);
        QVERIFY2(
            bar()->text().startsWith(u"Budget spent: all clients stopped at round 28. Training ended."_s),
            qPrintable(bar()->text()));
        QVERIFY(marked(plot("plot_budget"), u"all clients stopped, 28"_s));
        QVERIFY(marked(plot("plot_budget"), u"forecast: first client to stop, 28"_s));
        QSignalSpy asked(m_page, &Page::runRequested);
        click("button_why");
        QCOMPARE(asked.first().first().value<PageId>(), PageId::PrivacyLab);
    }

    void theNextRunIsWatchedUnlessThePersonLooksElsewhere()
    {
        open();
        const QString a = m_bench->enqueue(u"a"_s, {{u"rounds"_s, 20}, {u"round_ms"_s, 1}});
        const QString b = m_bench->enqueue(u"b"_s, {{u"rounds"_s, 100000}, {u"round_ms"_s, 2}});
        QTRY_COMPARE(m_page->shownRun(), b);
        QTRY_VERIFY(points(plot("plot_loss"), 0) > 5);
        auto* runs = child<QComboBox>("combo_run");
        choose(runs, runs->findData(a));
        QTRY_COMPARE(points(plot("plot_loss"), 0), std::size_t(20));
        QCOMPARE(word(), u"finished"_s);
        QVERIFY(!child<QToolButton>("button_stop")->isEnabled());
        const QString c = m_bench->enqueue(u"c"_s, {{u"rounds"_s, 100000}, {u"round_ms"_s, 2}});
        queue().stop(b);
        QTRY_COMPARE(m_bench->stateOf(c), RunState::Running);
        QCOMPARE(m_page->shownRun(), a);
    }

    void aFinishedRunLiesBehind()
    {
        open();
        const QString a = m_bench->enqueue(u"a"_s, {{u"rounds"_s, 30}, {u"round_ms"_s, 1}});
        QTRY_COMPARE(word(), u"finished"_s);
        m_bench->enqueue(u"b"_s, {{u"rounds"_s, 100000}, {u"round_ms"_s, 2}});
        auto* behind = child<QComboBox>("combo_behind");
        QTRY_VERIFY(behind->findData(a) > 0);
        choose(behind, behind->findData(a));
        const CurvePlot* loss = plot("plot_loss");
        QTRY_COMPARE(points(loss, 4), std::size_t(30));
        QVERIFY(loss->content().series[4].visible);
        QVERIFY(loss->content().series[4].spec.background);
        QVERIFY(loss->content().series[4].spec.name.contains(QDir(a).dirName()));
        QCOMPARE(points(plot("plot_ndcg"), 2), std::size_t(6));
        choose(behind, 0);
        QCOMPARE(loss->content().series.size(), std::size_t(4));
        QTRY_VERIFY(points(loss, 0) > 0);
    }

    void panningOneChartEndsFollowing()
    {
        open();
        m_bench->enqueue(u"a"_s, {{u"rounds"_s, 20}, {u"round_ms"_s, 1}});
        QTRY_COMPARE(word(), u"finished"_s);
        QVERIFY(child<QToolButton>("button_follow")->isChecked());
        CurvePlot* loss = plot("plot_loss");
        loss->setFocus();
        QTest::keyClick(loss, Qt::Key_Left);
        QVERIFY(!child<QToolButton>("button_follow")->isChecked());
        click("button_follow");
        QVERIFY(loss->follow());
    }

    void layoutsAreChosenAndKept()
    {
        open();
        m_bench->enqueue(u"a"_s, {{u"rounds"_s, 20}, {u"round_ms"_s, 1}});
        QTRY_COMPARE(word(), u"finished"_s);
        QVERIFY(plot("plot_noise")->isVisible() && !plot("plot_clients")->isVisible());
        child<QAction>("action_layout_single")->trigger();
        QVERIFY(plot("plot_ndcg")->isVisible() && !plot("plot_noise")->isVisible());
        child<QAction>("action_main_chart_4")->trigger();
        QVERIFY(plot("plot_clients")->isVisible() && !plot("plot_ndcg")->isVisible());
        child<QAction>("action_layout_big")->trigger();
        QVERIFY(plot("plot_clients")->width() > plot("plot_ndcg")->width());
        const QJsonObject state = m_page->state();
        m_page->resetLayout();
        QVERIFY(!plot("plot_clients")->isVisible());
        m_page->restore(state);
        QVERIFY(plot("plot_clients")->isVisible());
        for (const QLatin1String key : {"mode"_L1, "main"_L1, "optional"_L1})
            QCOMPARE(m_page->state()["charts"_L1][key], state["charts"_L1][key]);
    }

    void theLogIsFiltered()
    {
        open();
        m_bench->enqueue(u"a"_s, {{u"rounds"_s, 20}, {u"round_ms"_s, 1}});
        QTRY_COMPARE(word(), u"finished"_s);
        auto* log = child<EventLog>("list_events");
        const auto shown = [log] {
            int count = 0;
            for (int i = 0; i < log->count(); ++i)
                count += log->item(i)->isHidden() ? 0 : 1;
            return count;
        };
        const int all = shown();
        QTest::keyClicks(child<QLineEdit>("edit_log_find"), u"checkpoint"_s);
        QCOMPARE(shown(), 2);
        child<QLineEdit>("edit_log_find")->clear();
        QCOMPARE(shown(), all);
        child<QComboBox>("combo_log")->setCurrentIndex(2);
        QCOMPARE(shown(), 0);
    }

    void aHiddenPageKeepsAllAndDrawsNothing()
    {
        open();
        m_bench->enqueue(u"a"_s, {{u"rounds"_s, 100000}, {u"round_ms"_s, 1}});
        QTRY_COMPARE(word(), u"running"_s);
        m_page->hide();
        PaintCounter counter;
        for (QWidget* widget : m_page->findChildren<QWidget*>())
            widget->installEventFilter(&counter);
        const std::size_t before = points(plot("plot_loss"), 0);
        QTRY_VERIFY(points(plot("plot_loss"), 0) > before + 100);
        QCOMPARE(counter.paints, 0);
        m_page->show();
        QTRY_VERIFY(counter.paints > 0);
    }

    /// A run faster than the screen: every round arrives, few are drawn, and the page obeys meanwhile.
    void aFastRunLeavesTheWindowAlive()
    {
        open({1366, 768});
        constexpr int kRounds = 5000;
        m_bench->enqueue(u"fast"_s, {{u"rounds"_s, kRounds}, {u"round_ms"_s, 0}, {u"evaluate_every"_s, 5}});
        PaintCounter drawn;
        child<QWidget>("plot_loss_canvas")->installEventFilter(&drawn);
        QTRY_VERIFY(points(plot("plot_loss"), 0) > 100);
        child<QToolButton>("button_follow")->click();
        QVERIFY(!m_page->follow());
        QTRY_COMPARE_WITH_TIMEOUT(word(), u"finished"_s, 60'000);
        QCOMPARE(points(plot("plot_loss"), 0), std::size_t(kRounds));
        QTRY_VERIFY(drawn.paints > 0);
        QVERIFY2(drawn.paints < kRounds / 4, qPrintable(QString::number(drawn.paints)));
    }

    void nothingIsClippedOnSmallScreensInBothThemes()
    {
        Theme theme;
        open({870, 500});
        m_bench->enqueue(u"a"_s, {{u"rounds"_s, 20}, {u"round_ms"_s, 1}});
        QTRY_COMPARE(word(), u"finished"_s);
        for (const Theme::Choice choice : {Theme::Choice::Dark, Theme::Choice::Light}) {
            theme.setChoice(choice);
            for (const QSize size : {QSize(870, 500), QSize(1120, 600)}) {
                m_window->resize(size);
                QTRY_COMPARE(m_window->size(), size);
                for (const QAbstractButton* button : m_window->findChildren<QAbstractButton*>())
                    if (button->isVisible() && button->objectName().startsWith(u"button_"_s))
                        QVERIFY2(button->width() >= button->minimumSizeHint().width(),
                            qPrintable(button->objectName()));
                for (const CurvePlot* chart : m_window->findChildren<CurvePlot*>())
                    QVERIFY2(!chart->isVisible() || chart->height() >= 100, qPrintable(chart->objectName()));
                QVERIFY(!m_window->grab().isNull());
            }
        }
        QVERIFY2(m_window->minimumSizeHint().width() <= 870 && m_window->minimumSizeHint().height() <= 500,
            qPrintable(u"%1 x %2"_s.arg(m_window->minimumSizeHint().width())
                           .arg(m_window->minimumSizeHint().height())));
    }

    void everythingThatTakesTheFocusHasNames()
    {
        open();
        m_bench->enqueue(u"a"_s, {{u"rounds"_s, 5}, {u"round_ms"_s, 1}});
        QTRY_COMPARE(word(), u"finished"_s);
        for (const QWidget* widget : m_page->findChildren<QWidget*>()) {
            const bool inner = widget->objectName().startsWith(u"qt_"_s);
            if (widget->focusPolicy() == Qt::NoFocus || inner || !widget->isVisible())
                continue;
            QVERIFY2(!widget->objectName().isEmpty(), widget->metaObject()->className());
            QVERIFY2(!widget->accessibleName().isEmpty() || widget->focusProxy(),
                qPrintable(widget->objectName()));
        }
    }
};

std::unique_ptr<QObject> tst_trainpage()
{
    return std::make_unique<TestTrainPage>();
}
#include "tst_trainpage.moc"
