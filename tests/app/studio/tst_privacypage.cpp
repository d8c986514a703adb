// SPDX-License-Identifier: GPL-3.0-or-later
// The Privacy lab, driven by its sliders, boxes and buttons.
#include "app/studio/common/settingsbridge.h"
#include "app/studio/lab/gradientchart.h"
#include "app/studio/lab/knobpanel.h"
#include "app/studio/lab/lablessons.h"
#include "app/studio/lab/observerchart.h"
#include "app/studio/lab/privacypage.h"
#include "app/studio/lab/utilitycard.h"
#include "app/studio/runs/runqueue.h"
#include "app/studio/runs/workspace.h"
#include "app/studio/shell/guide.h"
#include "core/data/demo.h"
#include "core/data/history.h"
#include "core/evaluation/metrics.h"
#include "core/privacy/accountant.h"
#include "core/privacy/attack_bound.h"
#include "core/settings/config.h"
#include "tests/fixtures/hand.h"
#include "widgets/charts/curveplot.h"
#include "widgets/forms/valueedit.h"
#include "widgets/theme.h"

#include <QAbstractButton>
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollArea>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

using namespace Qt::StringLiterals;
using namespace fedcctr;
using namespace fedcctr::studio;
using namespace fedcctr::widgets;

class TestPrivacyPage : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<RunQueue> m_queue;
    std::unique_ptr<PrivacyPage> m_page;

    void open(const QSize& size = {1120, 600})
    {
        m_page = std::make_unique<PrivacyPage>(m_workspace.get(), m_queue.get());
        fedcctr::test::showActive(*m_page, size);
    }

    template <typename T> T* child(const QString& name) const
    {
        return fedcctr::test::part<T>(*m_page, name);
    }

    const LabResult& result() const { return m_page->result(); }

    /// Types a number into a knob's box and waits until the page shows it.
    void type(const QString& knob, const QString& text)
    {
        auto* box = child<NumberBox>(u"edit_lab_%1_box"_s.arg(knob));
        fedcctr::test::retype(*box, text);
        settle();
    }

    void choose(const QString& combo, int index)
    {
        auto* box = child<QComboBox>(u"combo_lab_"_s + combo);
        box->setFocus();
        QTest::keyClick(box, Qt::Key_Home);
        for (int i = 0; i < index; ++i)
            QTest::keyClick(box, Qt::Key_Down);
        QCOMPARE(box->currentIndex(), index);
        settle();
    }

    /// Until what is shown belongs to the knobs.
    void settle()
    {
        QTRY_VERIFY_WITH_TIMEOUT(
            sameInputs(result().knobs, child<KnobPanel>(u"panel_lab_knobs"_s)->knobs()) && !result().pending,
            20'000);
    }

    static bool sameInputs(LabKnobs a, const LabKnobs& b)
    {
        if (a.unknown == Unknown::Sigma0)
            a.sigma0 = b.sigma0;
        if (a.unknown == Unknown::Rounds)
            a.rounds = b.rounds;
        if (a.unknown == Unknown::Epsilon)
            a.epsilon = b.epsilon;
        return a == b;
    }

    QString labelOf(const QString& plot, int series) const
    {
        return child<CurvePlot>(plot)->content().series[static_cast<std::size_t>(series)].spec.label;
    }

    /// Everything that the page says now.
    QStringList texts() const
    {
        QStringList texts;
        for (const QLabel* label : m_page->findChildren<QLabel*>()) {
            QString text = label->text();
            if (label->textFormat() == Qt::RichText) {
                static const QRegularExpression kEnds(u"</p>|<br>"_s);
                static const QRegularExpression kTags(u"<[^>]*>"_s);
                for (QString part : text.split(kEnds))
                    texts.append(part.remove(kTags));
            } else {
                texts.append(text);
            }
        }
        for (const QAbstractButton* button : m_page->findChildren<QAbstractButton*>())
            texts.append(button->text());
        for (const CurvePlot* plot : m_page->findChildren<CurvePlot*>()) {
            texts.append(plot->title());
            for (const CurveSeries& series : plot->content().series)
                texts << series.spec.name << series.spec.label;
            for (const ReferenceLine& line : plot->content().references)
                texts.append(line.label);
            for (const EventMark& mark : plot->content().marks)
                texts.append(mark.label);
        }
        for (const ObserverChart::Belief& belief : child<ObserverChart>(u"plot_lab_observer"_s)->beliefs())
            texts << ObserverChart::sentence(belief) << belief.epsilon;
        return texts;
    }

    void checkNoNakedEpsilon(const QString& where)
    {
        static const QRegularExpression kNumber(u"ε\\s*[=≈]?\\s*[0-9∞]"_s);
        static const QRegularExpression kWhole(u"ε [0-9.,e+∞-]+ \\((Eq\\. 27 as printed; no δ|(Appendix A "
                                               u"as printed|exact Gaussian|Rényi DP|PLD)"
                                               "; δ [0-9.e-]+); (local|aggregate|released model)"_s);
        int found = 0;
        for (const QString& text : texts()) {
            auto numbers = kNumber.globalMatch(text);
            while (numbers.hasNext()) {
                const qsizetype at = numbers.next().capturedStart();
                const auto whole = kWhole.match(
                    text, at, QRegularExpression::NormalMatch, QRegularExpression::AnchorAtOffsetMatchOption);
                QVERIFY2(whole.hasMatch(), qPrintable(where + u": "_s + text));
                ++found;
            }
        }
        QVERIFY2(found > 2, qPrintable(where));
    }

    /// A finished run as the engine leaves it, with one guarantee where epsilon is above 0.
    void writeRun(const QString& name, const QStringList& settings, double epsilon, double ndcg,
        const QString& dataset = u"/data/food-kitchen"_s)
    {
        using nlohmann::json;
        settings::Config config;
        for (const QString& setting : settings)
            settings::setFromText(config, setting.toStdString());
        json document = settings::toJson(config);
        document["dataset"] = dataset.toStdString();
        document["version"] = "0.1.0";
        document["started"] = "2026-01-02T03:04:05Z";
        const json metrics{{"ndcg@10", ndcg}, {"n", 500}, {"ndcg@10_ci95", {ndcg - 0.01, ndcg + 0.01}}};
        const json both{{"A", metrics}, {"B", metrics}};
        const json chance = evaluation::toJson(evaluation::randomRanking(99));
        json summary{{"dataset", "food-kitchen"}, {"domains", {"Food", "Kitchen"}}, {"reason", "finished"},
            {"rounds", 30}, {"best_round", 30}, {"seconds", 1}, {"test", both}, {"validation", both},
            {"reference", {{"random", {{"A", chance}, {"B", chance}}}}}, {"privacy", json::array()}};
        if (epsilon > 0)
            summary["privacy"].push_back({{"epsilon", epsilon}, {"delta", 1e-5}, {"accountant", "gaussian"},
                {"adversary", "aggregate"}, {"relation", "replace"}, {"order", nullptr}, {"note", ""}});
        const QDir folder(m_workspace->runsFolder() + u'/' + name);
        QVERIFY(folder.mkpath(u"."_s));
        const auto write = [&folder](const QString& file, const std::string& text) {
            QFile out(folder.filePath(file));
            QVERIFY(out.open(QIODevice::WriteOnly));
            out.write(QByteArray::fromStdString(text));
        };
        write(u"config.json"_s, document.dump());
        write(u"summary.json"_s, summary.dump());
        QVERIFY(folder.mkpath(u"checkpoint"_s));
        write(u"checkpoint/state.bin"_s, "x");
    }

    /// Whether the page answers each of the slider's moves.
    bool follows(QSlider* slider)
    {
        for (int i = 0; i < 9; ++i) {
            QSignalSpy shown(m_page.get(), &PrivacyPage::shown);
            slider->setValue(slider->value() + 3);
            if (shown.isEmpty() && !shown.wait(10'000))
                return false;
        }
        return true;
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_workspace =
            std::make_unique<Workspace>(m_folder->path(), QStringLiteral(FEDCCTR_BIN_DIR "/fake_engine"));
        m_queue = std::make_unique<RunQueue>(m_workspace.get());
        open();
    }

    void cleanup()
    {
        m_page.reset();
        m_queue.reset();
        m_workspace.reset();
    }

    /// zeta 2, theta 1, rho .01, R .997: the rounds of the paper's rule that the ledger's test knows.
    void thePrintedBudgetEnds()
    {
        QCOMPARE(result().line("eq27").curve.refused, 518.0);
        QCOMPARE(labelOf(u"plot_lab_budget"_s, 0), u"Eq. 27 ⚠ ends at 518"_s);
        type(u"sigma0"_s, u"1"_s);
        QCOMPARE(result().line("eq27").curve.refused, 288.0);
        QCOMPARE(labelOf(u"plot_lab_budget"_s, 0), u"Eq. 27 ⚠ ends at 288"_s);
        QCOMPARE(result().paidRounds, 287);
        // The same by the slider, a page at a time.
        auto* slider = child<QSlider>(u"edit_lab_sigma0_slider"_s);
        slider->setFocus();
        for (int i = 0; i < 40 && child<ValueEdit>(u"edit_lab_sigma0"_s)->value() < 2; ++i)
            QTest::keyClick(slider, Qt::Key_PageUp);
        QCOMPARE(child<ValueEdit>(u"edit_lab_sigma0"_s)->value(), 2.0);
        settle();
        QCOMPARE(labelOf(u"plot_lab_budget"_s, 0), u"Eq. 27 ⚠ ends at 518"_s);
    }

    void whatAnObserverCanLearn()
    {
        const auto* chart = child<ObserverChart>(u"plot_lab_observer"_s);
        type(u"epsilon"_s, u"1"_s);
        QVERIFY(ObserverChart::sentence(chart->beliefs()[0]).contains(u"73 %"_s));
        QCOMPARE(ObserverChart::filled(chart->beliefs()[0]), 15);
        type(u"epsilon"_s, u"3"_s);
        QVERIFY(ObserverChart::sentence(chart->beliefs()[0]).contains(u"95 %"_s));
        QCOMPARE(ObserverChart::filled(chart->beliefs()[0]), 19);
        // The printed rule is no bound: what holds stands beside it.
        QCOMPARE(chart->beliefs().size(), 2);
        QVERIFY(chart->beliefs()[0].warning);
        QVERIFY(chart->beliefs()[1].epsilon.contains(u"exact Gaussian"_s));
        choose(u"accountant"_s, 2);
        QCOMPARE(chart->beliefs().size(), 1);
    }

    /// The budget is what may be spent; the card tells what is.
    void theObserverSeesWhatIsSpentNotTheBudget()
    {
        const auto* chart = child<ObserverChart>(u"plot_lab_observer"_s);
        choose(u"accountant"_s, 2);
        choose(u"attendance"_s, int(Attendance::Own));
        type(u"participations"_s, u"1"_s);
        type(u"sigma0"_s, u"10"_s);
        type(u"decay"_s, u"1"_s);
        type(u"epsilon"_s, u"9"_s);
        settle();
        // One upload with mu = 2/10: far below the budget.
        QCOMPARE(result().paidRounds, result().knobs.rounds);
        QVERIFY(std::abs(result().mu - 0.2) < 1e-9);
        const double spent = privacy::gaussianExactEpsilon(0.04, result().knobs.delta);
        QVERIFY(std::abs(result().spent - spent) < 1e-6 && spent < 1);
        QCOMPARE(chart->beliefs().size(), 1);
        QVERIFY(std::abs(chart->beliefs()[0].posterior - privacy::posteriorBound(spent)) < 1e-9);
        // Phi(0.1) = 0.5398
        QCOMPARE(result().guess.rule, BestGuess::Rule::Gaussian);
        QVERIFY(std::abs(result().guess.share - 0.539828) < 1e-6);
        QVERIFY2(ObserverChart::sentence(chart->beliefs()[0]).contains(u"54 %"_s),
            qPrintable(ObserverChart::sentence(chart->beliefs()[0])));
        type(u"epsilon"_s, u"8"_s);
        settle();
        QVERIFY(std::abs(chart->beliefs()[0].posterior - privacy::posteriorBound(spent)) < 1e-9);
    }

    /// An outsider who does not know who took part learns less of the same noise: by PLD's curve.
    void theObserverDependsOnWhoWatches()
    {
        LabKnobs knobs;
        knobs.accountant = "gaussian";
        knobs.epsilon = 1e6;
        knobs.rounds = 20;
        knobs.rate = 0.1;
        knobs.decay = 1;
        knobs.sigma0 = 2;
        knobs.relation = privacy::NeighbouringRelation::AddRemove;
        knobs.attendance = Attendance::WorstCase;
        const LabResult local = computeFast(knobs);
        // mu = sqrt(20) / 2
        QVERIFY(std::abs(local.guess.share - privacy::gaussianGuess(std::sqrt(20.0) / 2)) < 1e-9);
        knobs.adversary = privacy::Adversary::ReleasedModel;
        knobs.accountant = "pld";
        const LabResult outside = computeSlow(computeFast(knobs), [] { return false; });
        QCOMPARE(outside.guess.rule, BestGuess::Rule::LossCurve);
        QVERIFY(outside.guess.share > 0.5 && outside.guess.share < local.guess.share - 0.2);
        QVERIFY(outside.guess.share <= privacy::guessBound(outside.spent, knobs.delta));
        // Without replacement there is no such curve: epsilon and delta bound it.
        knobs.sampling = privacy::ClientSampling::Fixed;
        knobs.relation = privacy::NeighbouringRelation::Replace;
        knobs.accountant = "rdp";
        const LabResult fixed = computeSlow(computeFast(knobs), [] { return false; });
        QCOMPARE(fixed.guess.rule, BestGuess::Rule::Epsilon);
        QVERIFY(std::abs(fixed.guess.share - privacy::guessBound(fixed.honestSpent, knobs.delta)) < 1e-12);
    }

    void theSolvedNoiseMeetsTheBudget()
    {
        choose(u"accountant"_s, 2);
        choose(u"solve"_s, int(Unknown::Sigma0));
        const double spent = privacy::solveEpsilon(problemOf(result().knobs, "gaussian"));
        QVERIFY(spent <= 1 && spent > 0.9999);
        const auto* edit = child<ValueEdit>(u"edit_lab_sigma0"_s);
        QVERIFY(edit->box()->isReadOnly());
        QVERIFY(child<QLabel>(u"label_lab_sigma0"_s)->text().contains(u"solved"_s));
        QVERIFY(child<QLabel>(u"label_lab_sigma0"_s)->font().bold());
        QVERIFY(std::abs(edit->value() / result().knobs.sigma0 - 1) < 1e-9);
        type(u"epsilon"_s, u"4"_s);
        QVERIFY(privacy::solveEpsilon(problemOf(result().knobs, "gaussian")) <= 4);
        // Solve for the rounds, and for epsilon.
        choose(u"solve"_s, int(Unknown::Rounds));
        QVERIFY(!edit->box()->isReadOnly());
        LabKnobs longer = result().knobs;
        QVERIFY(privacy::solveEpsilon(problemOf(longer, "gaussian")) <= 4);
        longer.rounds += 1;
        QVERIFY(privacy::solveEpsilon(problemOf(longer, "gaussian")) > 4);
        choose(u"solve"_s, int(Unknown::Epsilon));
        QVERIFY(child<NumberBox>(u"edit_lab_epsilon_box"_s)->isReadOnly());
        QVERIFY(std::abs(
                    result().knobs.epsilon / privacy::solveEpsilon(problemOf(result().knobs, "gaussian")) - 1)
            < 1e-9);
        // What cannot be solved says why.
        choose(u"solve"_s, int(Unknown::Rounds));
        type(u"sigma0"_s, u"0.01"_s);
        QVERIFY(child<QLabel>(u"label_lab_problem"_s)->text().contains(u"one round"_s));
    }

    void boundsAndUnfitAccountantsSayWhy()
    {
        const auto* label = child<QLabel>(u"label_lab_accountants"_s);
        QCOMPARE(label->text().count(u"⚠ not a bound here"_s), 2);
        QVERIFY(label->text().contains(u"takes credit for sampling"_s));
        choose(u"adversary"_s, 2);
        choose(u"sampling"_s, 1);
        QVERIFY(label->text().contains(u"PLD does not apply: the accountant pld does not know sampling"_s));
        QVERIFY(child<CurvePlot>(u"plot_lab_budget"_s)->content().series[4].isEmpty());
        QCOMPARE(label->text().count(u"✓ bound"_s), 1);
        QCOMPARE(label->text().count(u"✓ loose"_s), 1);
    }

    void slowAccountantsFollow()
    {
        choose(u"adversary"_s, 2);
        choose(u"relation"_s, 1);
        type(u"rounds"_s, u"60"_s);
        const auto* plot = child<CurvePlot>(u"plot_lab_budget"_s);
        QTRY_VERIFY_WITH_TIMEOUT(!result().isPending(), 30'000);
        QVERIFY(!plot->content().series[4].isEmpty());
        QVERIFY(plot->content().series[5].isEmpty());
        const double before = result().line("pld").whole;
        // While the new one is computed, the old one stands there greyed.
        type(u"sigma0"_s, u"3"_s);
        if (result().isPending()) {
            QVERIFY(!plot->content().series[5].isEmpty());
            QVERIFY(plot->content().series[4].isEmpty());
        }
        QTRY_VERIFY_WITH_TIMEOUT(!result().isPending(), 30'000);
        QVERIFY(result().line("pld").whole < before);
        QVERIFY(result().line("pld").whole < result().line("rdp").whole);
    }

    void lessonsSetTheKnobs()
    {
        auto* next = child<QToolButton>(u"button_lesson_next"_s);
        const auto* knobs = child<KnobPanel>(u"panel_lab_knobs"_s);
        const auto* answer = child<QLabel>(u"label_lesson_answer"_s);
        QCOMPARE(lessons().size(), 7);
        QSignalSpy changed(m_page.get(), &Page::stateChanged);
        for (int i = 0; i < lessons().size(); ++i) {
            QTest::mouseClick(next, Qt::LeftButton);
            settle();
            const Lesson& lesson = lessons()[i];
            QVERIFY(sameInputs(lesson.knobs, knobs->knobs()));
            QCOMPARE(child<QLabel>(u"label_lesson_text"_s)->text(), lesson.text);
            const auto sentences = lesson.text.count(QRegularExpression(u"[.:](\\s|$)"_s));
            QVERIFY2(sentences >= 2 && sentences <= 5, qPrintable(lesson.title));
            QVERIFY(!answer->isVisible());
            QVERIFY2(m_page->findChild<QWidget*>(lesson.chart) || i == 6, qPrintable(lesson.chart));
            QTest::mouseClick(child<QPushButton>(u"button_lesson_answer"_s), Qt::LeftButton);
            QVERIFY(answer->isVisible());
            QVERIFY(answer->text().size() > 30);
            checkNoNakedEpsilon(lesson.title);
            if (i == 3)
                QVERIFY2(answer->text().contains(u"round 288"_s), qPrintable(answer->text()));
            if (i == 5) {
                // core/privacy/README.md: ten uploads, evenly spread; and, worse, the last ten rounds.
                QVERIFY2(
                    answer->text().contains(u"ε 43.4 (exact Gaussian; δ 1e-05; local) if they are spread"_s),
                    qPrintable(answer->text()));
                double muSquared = 0;
                for (int round = 990; round < 1000; ++round)
                    muSquared += std::pow(2 / (result().knobs.sigma0 * std::pow(0.997, round)), 2);
                QVERIFY(answer->text().contains(u"honestly ε %1 (exact Gaussian"_s.arg(
                    labNumber(privacy::gaussianExactEpsilon(muSquared, 1e-5)))));
            }
        }
        QVERIFY(!next->isEnabled());
        QVERIFY(changed.count() >= 14);
        // The answer follows the knobs.
        QTest::mouseClick(child<QToolButton>(u"button_lesson_previous"_s), Qt::LeftButton);
        QTest::mouseClick(child<QToolButton>(u"button_lesson_previous"_s), Qt::LeftButton);
        QTest::mouseClick(child<QToolButton>(u"button_lesson_previous"_s), Qt::LeftButton);
        settle();
        QTest::mouseClick(child<QPushButton>(u"button_lesson_answer"_s), Qt::LeftButton);
        type(u"sigma0"_s, u"2"_s);
        QVERIFY2(answer->text().contains(u"round 518"_s), qPrintable(answer->text()));
        QVERIFY(child<QComboBox>(u"combo_lesson"_s)->itemText(0).contains(u"7 done"_s));
    }

    void noEpsilonStandsAlone()
    {
        for (int adversary = 0; adversary < 3; ++adversary)
            for (int accountant = 0; accountant < 4; ++accountant) {
                choose(u"adversary"_s, adversary);
                choose(u"accountant"_s, accountant);
                checkNoNakedEpsilon(u"adversary %1, accountant %2"_s.arg(adversary).arg(accountant));
            }
    }

    void clientsShrinkTheNoiseInTheAggregate()
    {
        const auto* chart = child<GradientChart>(u"plot_lab_gradient"_s);
        type(u"averaged"_s, u"100"_s);
        QCOMPARE(chart->view().averaged, 100);
        QVERIFY(chart->uploadSeen());
        QCOMPARE(chart->uploadNoise(), 2.0);
        QVERIFY(std::abs(chart->meanNoise() - 0.2) < 1e-12);
        choose(u"adversary"_s, 1);
        QVERIFY(!chart->uploadSeen());
        QVERIFY(std::abs(chart->meanNoise() - 0.02) < 1e-12);
        // The dots are as noisy as it says, and each press has its own.
        const std::vector<double> first = chart->meanDraws();
        double square = 0;
        for (const double draw : first)
            square += (draw - chart->clipped()) * (draw - chart->clipped());
        const double deviation = std::sqrt(square / GradientChart::kDraws);
        // 200 draws: within 4 standard errors of 1/sqrt(2 n).
        QVERIFY(std::abs(deviation / chart->meanNoise() - 1) < 4 / std::sqrt(2.0 * GradientChart::kDraws));
        QTest::mouseClick(child<QPushButton>(u"button_lab_draw"_s), Qt::LeftButton);
        QVERIFY(chart->meanDraws() != first);
        type(u"clip_norm"_s, u"0.5"_s);
        QCOMPARE(chart->clipped(), 0.5);
        QCOMPARE(chart->uploadNoise(), 1.0);
    }

    void aDragIsFollowed()
    {
        type(u"rounds"_s, u"1000"_s);
        auto* slider = child<QSlider>(u"edit_lab_sigma0_slider"_s);
        QVERIFY(follows(slider));
        choose(u"adversary"_s, 2);
        QVERIFY(follows(slider));
        type(u"rounds"_s, u"10000"_s);
        type(u"decay"_s, u"0.9997"_s);
        QVERIFY(follows(slider));
    }

    void theNewestPositionWins()
    {
        auto* slider = child<QSlider>(u"edit_lab_epsilon_slider"_s);
        for (int i = 0; i < 200; ++i)
            slider->setValue(i * 5);
        settle();
        QCOMPARE(result().knobs.epsilon, child<ValueEdit>(u"edit_lab_epsilon"_s)->value());
    }

    void applyProposesSettings()
    {
        QSignalSpy proposed(m_page.get(), &Page::settingsProposed);
        type(u"sigma0"_s, u"1.5"_s);
        QTest::mouseClick(child<QPushButton>(u"button_lab_apply"_s), Qt::LeftButton);
        QCOMPARE(proposed.count(), 1);
        const QStringList changes = proposed[0][1].toStringList();
        QVERIFY(changes.contains(u"privacy.noise_multiplier=1.5"_s));
        QVERIFY(changes.contains(u"federation.rate=0.01"_s));
        QVERIFY(changes.contains(u"privacy.accountant=eq27"_s));
        QCOMPARE(problemWith(proposed[0][0].toString(), changes), QString());
    }

    void stateIsKept()
    {
        type(u"sigma0"_s, u"1.5"_s);
        choose(u"adversary"_s, 1);
        QTest::mouseClick(child<QToolButton>(u"button_lesson_next"_s), Qt::LeftButton);
        QTest::mouseClick(child<QPushButton>(u"button_lesson_answer"_s), Qt::LeftButton);
        type(u"clip_norm"_s, u"0.25"_s);
        const QJsonObject state = m_page->state();
        open();
        QVERIFY(m_page->state() != state);
        m_page->restore(state);
        settle();
        QCOMPARE(m_page->state(), state);
        QCOMPARE(result().knobs.clipNorm, 0.25);
        QVERIFY(child<QComboBox>(u"combo_lesson"_s)->itemText(1).startsWith(u"✓"_s));
        // Nonsense is ignored.
        m_page->restore(
            {{u"knobs"_s, QJsonObject{{u"epsilon"_s, -3}, {u"rounds"_s, u"x"_s}}}, {u"lesson"_s, 99}});
        settle();
        QVERIFY(result().knobs.epsilon > 0);
    }

    void theHandout()
    {
        QTest::mouseClick(child<QToolButton>(u"button_lesson_next"_s), Qt::LeftButton);
        settle();
        const QString path = m_folder->filePath(u"lab.pdf"_s);
        QCOMPARE(m_page->writeHandout(path), QString());
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        QVERIFY(bytes.startsWith("%PDF"));
        QVERIFY(bytes.size() > 10'000);
        QVERIFY(m_page->writeHandout(m_folder->filePath(u"lab.png"_s)).contains(u".pdf"_s));
        QVERIFY(!m_page->writeHandout(u"/proc/nowhere/lab.pdf"_s).isEmpty());
        if (const QByteArray folder = qgetenv("FEDCCTR_PICTURES"); !folder.isEmpty())
            QFile::copy(path, QString::fromUtf8(folder) + u"/lab.pdf"_s);
        // Every chart alone.
        for (const char* name : {"plot_lab_observer", "plot_lab_gradient", "plot_lab_budget"})
            for (const char* ending : {"png", "svg", "pdf"}) {
                const QString picture =
                    m_folder->filePath(u"%1.%2"_s.arg(QLatin1String(name), QLatin1String(ending)));
                QCOMPARE(child<Chart>(QLatin1String(name))->writePicture(picture, {700, 420}, 1), QString());
                QVERIFY(QFileInfo(picture).size() > 500);
            }
    }

    void withoutRunsTheCardsSaySo()
    {
        QVERIFY(child<QLabel>(u"label_lab_utility"_s)->text().contains(u"No runs yet"_s));
        QVERIFY(child<QLabel>(u"label_lab_leak_empty"_s)->text().contains(u"Train a run first"_s));
        QSignalSpy went(m_page.get(), &Page::pageRequested);
        child<QPushButton>(u"button_lab_leak_train"_s)->click();
        QCOMPARE(went.count(), 1);
        // Without a dataset nothing is queued.
        child<QPushButton>(u"button_lab_sweep"_s)->click();
        QVERIFY(child<QPushButton>(u"button_lab_data"_s)->isVisible());
        QVERIFY(QDir(m_workspace->runsFolder()).isEmpty());
    }

    /// The sweep's noise is the least that keeps thirty rounds of everybody within epsilon.
    void theSweepIsCalibrated()
    {
        for (const double epsilon : UtilityCard::sweepEpsilons()) {
            const QStringList changes = UtilityCard::sweepAssignments(epsilon);
            QCOMPARE(problemWith(UtilityCard::sweepPreset(), changes), QString());
            const double sigma = changes[1].section(u'=', 1).toDouble();
            const double spent = privacy::gaussianExactEpsilon(30 * 4 / (sigma * sigma), 1e-5);
            QVERIFY2(
                spent <= epsilon * (1 + 1e-9) && spent > epsilon * 0.9999, qPrintable(changes.join(u' ')));
            // The two presets name theirs.
            if (epsilon == 3)
                QVERIFY(std::abs(sigma - 15.234) < 1e-3);
            if (epsilon == 1)
                QVERIFY(std::abs(sigma - 40.868) < 1e-3);
        }
    }

    void finishedRunsBecomePoints()
    {
        writeRun(u"eps1"_s, {u"privacy.epsilon=1"_s, u"privacy.adversary=aggregate"_s}, 1, 0.2);
        writeRun(u"eps3"_s,
            {u"privacy.epsilon=3"_s, u"privacy.adversary=aggregate"_s, u"privacy.noise_multiplier=1.25"_s,
                u"federation.rounds=77"_s, u"privacy.accountant=gaussian"_s},
            3, 0.25);
        writeRun(u"open"_s, {u"privacy.schedule=none"_s}, 0, 0.3);
        open();
        const auto* plot = child<CurvePlot>(u"plot_lab_utility"_s);
        QTRY_COMPARE_WITH_TIMEOUT(plot->content().series.size(), std::size_t(2), 10'000);
        const CurveSeries& points = plot->content().series[0];
        // They differ in more than their noise: a gap after each, no line joins them.
        QCOMPARE(points.x(), (std::vector<double>{1, 1, 3, 3}));
        QCOMPARE(points.y()[0], 20.0);
        QVERIFY(std::isnan(points.y()[1]));
        QCOMPARE(points.y()[2], 25.0);
        QVERIFY(std::abs(points.low()[0] - 19) < 1e-9 && std::abs(points.high()[0] - 21) < 1e-9);
        QVERIFY2(
            points.spec.name.startsWith(u"Food: aggregate, "_s) && points.spec.name.contains(u"δ 1e-05"_s),
            qPrintable(points.spec.name));
        QVERIFY2(plot->content().title.contains(u"gaussian (δ 1e-05; replace)"_s),
            qPrintable(plot->content().title));
        QStringList references;
        for (const ReferenceLine& line : plot->content().references)
            references.append(u"%1=%2"_s.arg(line.label).arg(line.value, 0, 'f', 2));
        QVERIFY2(references.contains(u"random 4.54=4.54"_s), qPrintable(references.join(u' ')));
        QVERIFY2(references.contains(u"Food: federated, no noise 30.00=30.00"_s),
            qPrintable(references.join(u' ')));
        // Take the knobs from one of them.
        auto* runs = child<QComboBox>(u"combo_lab_runs"_s);
        runs->setFocus();
        while (!runs->currentText().contains(u"eps3"_s) && runs->currentIndex() + 1 < runs->count())
            QTest::keyClick(runs, Qt::Key_Down);
        settle();
        QCOMPARE(result().knobs.sigma0, 1.25);
        QCOMPARE(result().knobs.rounds, 77);
        QCOMPARE(result().knobs.adversary, privacy::Adversary::Aggregate);
        QCOMPARE(result().knobs.accountant, std::string("gaussian"));
    }

    /// The audit is a child process: here a script that answers as the engine does.
    void aServerReadsAnUpload()
    {
        const data::Dataset demo = data::generateDemo({60, 80, 3}).dataset;
        const QString folder = m_folder->filePath(u"datasets/demo"_s);
        data::save(demo, folder.toStdString());
        const std::vector<data::ItemId> held = data::trainingItems(demo, 3);
        const auto entry = [&](int hits) {
            QJsonArray items;
            for (std::size_t i = 0; i < std::max<std::size_t>(10, held.size()); ++i)
                items.append(QJsonObject{{u"id"_s, u"i"_s}, {u"title"_s, u"title %1"_s.arg(i)},
                    {u"held"_s, static_cast<int>(i) < hits}});
            return QJsonObject{{u"sigma"_s, hits > 1 ? 0.0 : 2.0}, {u"held"_s, static_cast<int>(held.size())},
                {u"found"_s, hits},
                {u"precision"_s, static_cast<double>(hits) / static_cast<double>(held.size())},
                {u"chance"_s, 0.05}, {u"items"_s, items}};
        };
        const QJsonObject document{{u"client"_s, 3}, {u"adversary"_s, u"local"_s},
            {u"leakage"_s, QJsonObject{{u"client"_s, QJsonArray{entry(3), entry(1)}}}}};
        const QString engine = m_folder->filePath(u"engine"_s);
        QFile script(engine);
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write("#!/bin/sh\necho \"$@\" > " + m_folder->filePath(u"asked"_s).toUtf8() + "\ncat <<'END'\n"
            + QJsonDocument(document).toJson() + "END\n");
        script.close();
        QVERIFY(script.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        writeRun(u"trained"_s, {u"privacy.clip_norm=0.5"_s}, 1, 0.2, folder);
        m_queue.reset();
        m_workspace = std::make_unique<Workspace>(m_folder->path(), engine);
        m_queue = std::make_unique<RunQueue>(m_workspace.get());
        open();
        auto* runs = child<QComboBox>(u"combo_lab_leak_run"_s);
        QTRY_COMPARE_WITH_TIMEOUT(runs->count(), 1, 10'000);
        child<QSpinBox>(u"spin_lab_leak_client"_s)->setValue(3);
        child<QPushButton>(u"button_lab_leak_read"_s)->click();
        const auto* clicked = child<QListWidget>(u"list_lab_leak_clicked"_s);
        QTRY_COMPARE_WITH_TIMEOUT(clicked->count(), static_cast<int>(held.size()), 10'000);
        const std::string title = demo.items[static_cast<std::size_t>(held[0])].title;
        QCOMPARE(clicked->item(0)->text(), QString::fromStdString(title));
        const auto* open = child<QListWidget>(u"list_lab_leak_open"_s);
        QCOMPARE(open->count(), static_cast<int>(held.size()));
        QVERIFY(open->item(2)->text().startsWith(u"✓"_s) && !open->item(3)->text().startsWith(u"✓"_s));
        QFile asked(m_folder->filePath(u"asked"_s));
        QVERIFY(asked.open(QIODevice::ReadOnly));
        const QString line = QString::fromUtf8(asked.readAll());
        // sigma_0 2 in clip norms of 0.5.
        QVERIFY2(
            line.contains(u"--sigma 1 "_s) && line.contains(u"--client 3"_s) && line.startsWith(u"audit "_s),
            qPrintable(line));
    }

    void theGuideTicksItself()
    {
        using Step = FirstExperimentGuide::Step;
        FirstExperimentGuide guide;
        guide.resize(440, 640);
        guide.show();
        QSignalSpy page(&guide, &FirstExperimentGuide::pageRequested);
        QSignalSpy light(&guide, &FirstExperimentGuide::highlight);
        QSignalSpy finished(&guide, &FirstExperimentGuide::finished);
        QTest::mouseClick(guide.findChild<QPushButton*>(u"button_guide_7"_s), Qt::LeftButton);
        QCOMPARE(page[0][0].value<PageId>(), PageId::PrivacyLab);
        QCOMPARE(light[0][0].toString(), u"button_lab_sweep"_s);
        QCOMPARE(guide.current(), 0);
        guide.setDone(Step::CreateData, true);
        QCOMPARE(guide.current(), 1);
        QCOMPARE(guide.findChild<QLabel*>(u"label_guide_mark_1"_s)->text(), u"✓"_s);
        FirstExperimentGuide other;
        other.restore(guide.done());
        QVERIFY(other.isDone(Step::CreateData) && !other.isDone(Step::Plot));
        for (int step = 0; step < FirstExperimentGuide::kSteps; ++step)
            guide.setDone(Step(step), true);
        QCOMPARE(finished.count(), 1);
        QVERIFY(guide.findChild<QLabel*>(u"label_guide_end"_s)->isVisible());
        if (const QByteArray folder = qgetenv("FEDCCTR_PICTURES"); !folder.isEmpty())
            guide.grab().save(QString::fromUtf8(folder) + u"/guide.png"_s);
    }

    void everyControlHasANameAndHelp()
    {
        for (const QWidget* widget : m_page->findChildren<QWidget*>()) {
            if (!(widget->focusPolicy() & Qt::TabFocus) || widget->window() != m_page.get()
                || qobject_cast<const QLineEdit*>(widget) || widget->objectName().startsWith(u"qt_"_s))
                continue;
            QVERIFY2(!widget->objectName().isEmpty(), widget->metaObject()->className());
            const auto* button = qobject_cast<const QAbstractButton*>(widget);
            const bool named = !widget->accessibleName().isEmpty() || (button && !button->text().isEmpty());
            QVERIFY2(named, qPrintable(widget->objectName()));
        }
    }

    void pictures_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }

    void pictures()
    {
        QFETCH(bool, dark);
        Theme theme;
        theme.setChoice(dark ? Theme::Choice::Dark : Theme::Choice::Light);
        for (int lesson = -1; lesson < 7; ++lesson) {
            if (lesson >= 0) {
                QTest::mouseClick(child<QToolButton>(u"button_lesson_next"_s), Qt::LeftButton);
                settle();
                QTest::mouseClick(child<QPushButton>(u"button_lesson_answer"_s), Qt::LeftButton);
            }
            QVERIFY(fedcctr::test::waitForQuiet(*m_page));
            const QPixmap picture = m_page->grab();
            QVERIFY(m_page->width() <= 1120 && m_page->height() <= 600);
            const QImage image = picture.toImage();
            QSet<QRgb> colors;
            for (int y = 0; y < image.height(); y += 5)
                for (int x = 0; x < image.width(); x += 5)
                    colors.insert(image.pixel(x, y));
            QVERIFY(colors.size() > 20);
            for (const QLabel* label : m_page->findChildren<QLabel*>())
                if (label->isVisible() && !label->wordWrap() && label->minimumWidth() != 1)
                    QVERIFY2(label->width() >= label->minimumSizeHint().width(), qPrintable(label->text()));
            if (const QByteArray folder = qgetenv("FEDCCTR_PICTURES"); !folder.isEmpty()) {
                const QString name = u"%1/lab_%2_%3"_s.arg(
                    QString::fromUtf8(folder), dark ? u"dark"_s : u"light"_s, QString::number(lesson + 1));
                picture.save(name + u".png"_s);
                if (lesson <= 0)
                    child<QScrollArea>(u"scroll_lab_charts"_s)->widget()->grab().save(name + u"_board.png"_s);
            }
        }
    }
};

std::unique_ptr<QObject> tst_privacypage()
{
    return std::make_unique<TestPrivacyPage>();
}
#include "tst_privacypage.moc"
