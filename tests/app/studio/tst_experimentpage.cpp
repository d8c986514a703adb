// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/experiment/experimentpage.h"
#include "app/studio/experiment/thisrunpanel.h"
#include "app/studio/runs/comparisonrun.h"
#include "app/studio/runs/runlibrary.h"
#include "app/studio/runs/runqueue.h"
#include "app/studio/runs/workspace.h"
#include "core/model/vector_set.h"
#include "core/sweeps/comparison.h"
#include "core/sweeps/sweep_record.h"
#include "tests/fixtures/hand.h"
#include "tests/fixtures/program.h"
#include "widgets/forms/settingsform.h"
#include "widgets/forms/valueedit.h"
#include "widgets/messagebar.h"
#include "widgets/theme.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QCompleter>
#include <QDir>
#include <QFile>
#include <QInputDialog>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSet>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QStyleOptionSlider>
#include <QTabWidget>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr::studio;
using namespace fedcctr::widgets;

class TestExperimentPage : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<RunQueue> m_queue;
    std::unique_ptr<ExperimentPage> m_page;

    void open()
    {
        m_page.reset();
        m_queue.reset();
        m_workspace =
            std::make_unique<Workspace>(m_folder->path(), QStringLiteral(FEDCCTR_BIN_DIR "/fake_engine"));
        m_queue = std::make_unique<RunQueue>(m_workspace.get());
        m_page = std::make_unique<ExperimentPage>(m_workspace.get(), m_queue.get());
        fedcctr::test::showActive(*m_page, {1120, 640});
    }

    void openWithDemo()
    {
        open();
        m_workspace->createDemo();
        QTRY_VERIFY(m_workspace->data());
        QTRY_VERIFY(child<MessageBar>("message_experiment")->isVisible()); // it has not been augmented
        QFile script(m_workspace->dataset() + u"/fake.json"_s);
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write(R"({"rounds": 3, "round_ms": 1})");
    }

    template <typename T> T* child(const char* name) const
    {
        return fedcctr::test::part<T>(*m_page, QLatin1String(name));
    }
    void click(const char* name) { QTest::mouseClick(child<QWidget>(name), Qt::LeftButton); }
    void type(const char* name, const QString& text)
    {
        auto* box = child<NumberBox>(name);
        fedcctr::test::retype(*box, text);
    }
    void choosePreset(const QString& preset)
    {
        auto* combo = child<QComboBox>("combo_experiment_preset");
        const int index = combo->findData(preset);
        QVERIFY(index >= 0);
        fedcctr::test::choose(*combo, index);
    }
    QStringList changes() const { return m_page->draft().assignments(); }
    bool isComputed() const { return child<ThisRunPanel>("panel_this_run")->isUpToDate(); }
    QString budget() const { return child<QLabel>("label_budget")->text(); }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void cleanup()
    {
        m_page.reset();
        m_queue.reset();
        m_workspace.reset();
    }

    void withoutADatasetItLeadsToData()
    {
        open();
        QSignalSpy requested(m_page.get(), &Page::pageRequested);
        QVERIFY(child<QLabel>("label_experiment_empty")->isVisible());
        QVERIFY(!child<QPushButton>("button_queue")->isEnabled());
        QVERIFY(child<QPushButton>("button_queue")->toolTip().contains(u"dataset"_s));
        click("button_experiment_data");
        QCOMPARE(requested.size(), 1);
        QCOMPARE(requested[0][0].value<PageId>(), PageId::Data);
    }

    void anEditIsAStep()
    {
        openWithDemo();
        QVERIFY(changes().isEmpty());
        QSignalSpy changed(m_page.get(), &Page::stateChanged);
        type("edit_loss_lambda1_box", u"0.45"_s);
        QCOMPARE(changes(), QStringList{u"loss.lambda1=0.45"_s});
        QVERIFY(changed.size() >= 1);
        QVERIFY(child<QLabel>("label_loss_lambda1")->font().bold());
        m_page->undo();
        QVERIFY(changes().isEmpty());
        QCOMPARE(child<NumberBox>("edit_loss_lambda1_box")->value(), 0.3);
        m_page->redo();
        QCOMPARE(changes(), QStringList{u"loss.lambda1=0.45"_s});
        click("reset_loss_lambda1");
        QVERIFY(changes().isEmpty());
    }

    /// The field of model.vectors offers the sets that the dataset has.
    void setsOfVectorsAreOffered()
    {
        openWithDemo();
        auto* edit = child<QLineEdit>("edit_model_vectors");
        QTRY_VERIFY(edit->completer());
        QCOMPARE(edit->completer()->model()->rowCount(), 1); // tf-idf
        const std::string directory = m_workspace->dataset().toStdString();
        const fedcctr::data::Dataset dataset = fedcctr::data::load(directory);
        fedcctr::model::saveVectors(
            {.width = 2, .values = std::vector<float>(2 * dataset.items.size(), 1.0F), .source = {}}, dataset,
            directory, "mini-e5");
        m_page->hide();
        m_page->show();
        QTRY_COMPARE(edit->completer()->model()->rowCount(), 2);
        edit->completer()->setCompletionPrefix(u"e5"_s);
        QCOMPARE(edit->completer()->currentCompletion(), u"mini-e5"_s);
    }

    void aDragIsOneStep()
    {
        openWithDemo();
        auto* slider = child<QSlider>("edit_loss_lambda1_slider");
        QStyleOptionSlider option;
        option.initFrom(slider);
        option.minimum = slider->minimum();
        option.maximum = slider->maximum();
        option.sliderPosition = option.sliderValue = slider->value();
        option.subControls = QStyle::SC_All;
        const QPoint handle =
            slider->style()
                ->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderHandle, slider)
                .center();
        QTest::mousePress(slider, Qt::LeftButton, {}, handle);
        for (int x = 10; x <= 60; x += 10)
            QTest::mouseMove(slider, handle + QPoint(x, 0));
        QVERIFY(!changes().isEmpty()); // seen while the mouse is down
        QTest::mouseRelease(slider, Qt::LeftButton, {}, handle + QPoint(60, 0));
        QVERIFY(changes().first().startsWith(u"loss.lambda1="_s));
        m_page->undo();
        QVERIFY(changes().isEmpty());
        m_page->redo();
        QCOMPARE(changes().size(), 1);
        // A later edit of the same field is a step of its own.
        type("edit_loss_lambda1_box", u"0.95"_s);
        m_page->undo();
        QCOMPARE(changes().size(), 1);
        QVERIFY(!changes().contains(u"loss.lambda1=0.95"_s));
    }

    void aPresetIsAStep()
    {
        openWithDemo();
        type("edit_loss_lambda1_box", u"0.45"_s);
        const QString before = m_page->draft().preset();
        auto* combo = child<QComboBox>("combo_experiment_preset");
        combo->setFocus();
        QTest::keyClick(combo, Qt::Key_Down);
        QVERIFY(m_page->draft().preset() != before);
        QVERIFY(changes().isEmpty());
        m_page->undo();
        QCOMPARE(m_page->draft().preset(), before);
        QCOMPARE(changes(), QStringList{u"loss.lambda1=0.45"_s});
        QCOMPARE(combo->currentData().toString(), before);
    }

    void proposalsOfOtherPagesAreAStep()
    {
        openWithDemo();
        m_page->propose(u"static"_s, {u"privacy.epsilon=3"_s, u"federation.rounds=40"_s});
        QCOMPARE(m_page->draft().preset(), u"static"_s);
        QCOMPARE(changes(), (QStringList{u"privacy.epsilon=3"_s, u"federation.rounds=40"_s}));
        QCOMPARE(child<NumberBox>("edit_federation_rounds_box")->value(), 40.0);
        m_page->undo();
        QCOMPARE(m_page->draft().preset(), u"demo"_s);
        m_page->propose(u"static"_s, {u"privacy.epsilon=-3"_s}); // refused, and said
        QCOMPARE(m_page->draft().preset(), u"demo"_s);
        QVERIFY(child<MessageBar>("message_experiment")->text().contains(u"privacy.epsilon"_s));
    }

    void consequencesWhileEditing()
    {
        openWithDemo();
        choosePreset(u"paper"_s);
        type("edit_privacy_noise_multiplier_box", u"1"_s);
        QTRY_VERIFY(isComputed() && budget().contains(u"round 288 of 500"_s));
        const QString facts = child<QLabel>("label_facts")->text();
        QVERIFY(facts.contains(u"σ halves every 231 rounds"_s));
        QVERIFY(facts.contains(u"600"_s));
        QVERIFY(facts.contains(u"unknown until a run"_s)); // no run was made, so no time is told
        const QString spends = child<QLabel>("label_spends")->text();
        for (const QString& part : {u"Eq. 27 as printed"_s, u"Rényi DP"_s, u"1e-5"_s, u"local"_s,
                 u"replace"_s, u"all 287 rounds that are sent"_s})
            QVERIFY2(spends.contains(part), qPrintable(part));
        click("button_calibrate");
        QTRY_VERIFY(isComputed() && budget().contains(u"lasts all 500 rounds"_s));
        m_page->undo();
        QTRY_VERIFY(isComputed() && budget().contains(u"round 288 of 500"_s));
    }

    void invalidSettingsBlockTheQueue()
    {
        openWithDemo();
        choosePreset(u"paper"_s);
        click("section_model");
        type("edit_model_heads_box", u"7"_s);
        QTRY_VERIFY(child<QLabel>("error_model_heads")->isVisible());
        QVERIFY(child<QLabel>("error_model_heads")->text().contains(u"does not divide"_s));
        QVERIFY(!child<QPushButton>("button_queue")->isEnabled());
        QVERIFY(child<QPushButton>("button_queue")->toolTip().contains(u"model.heads"_s));
        QVERIFY(child<QLabel>("label_problems")->isVisible());
        QVERIFY(
            !child<QLabel>("label_facts")->text().contains(u"guarantee"_s)); // not known, rather than none
        m_page->undo();
        QTRY_VERIFY(!child<QLabel>("error_model_heads")->isVisible());
        QVERIFY(child<QPushButton>("button_queue")->isEnabled());
    }

    void whatCannotMatterIsDimmedAndSaysWhy()
    {
        openWithDemo();
        auto* schedule = child<QComboBox>("edit_privacy_schedule");
        schedule->setFocus();
        while (schedule->currentText() != u"none"_s)
            QTest::keyClick(schedule, Qt::Key_Up);
        QVERIFY(child<QWidget>("edit_privacy_epsilon")
                    ->toolTip()
                    .contains(u"the noise schedule (privacy.schedule) is none"_s));
        QVERIFY(!child<QWidget>("edit_federation_rounds")->toolTip().contains(u"Does not matter"_s));
    }

    void settingsAreFound()
    {
        openWithDemo();
        m_page->find();
        auto* find = child<QLineEdit>("edit_find_setting");
        QVERIFY(find->hasFocus());
        QTest::keyClicks(find, u"lambda"_s);
        QVERIFY(child<QWidget>("row_loss_lambda1")->isVisible());
        QVERIFY(!child<QWidget>("row_federation_rounds")->isVisible());
        QTest::keyClicks(find, u"zzz"_s);
        QVERIFY(child<QLabel>("label_no_setting")->isVisible());
        find->clear();
        type("edit_federation_rounds_box", u"77"_s);
        click("check_only_changed");
        QVERIFY(child<QWidget>("row_federation_rounds")->isVisible());
        QVERIFY(!child<QWidget>("row_loss_lambda1")->isVisible());
    }

    void theJsonIsEditedAsOneStep()
    {
        openWithDemo();
        auto* tabs = child<QTabWidget>("tabs_experiment");
        tabs->setCurrentIndex(1);
        auto* text = child<QPlainTextEdit>("edit_json");
        QVERIFY(text->toPlainText().contains(u"\"lambda1\": 0.3"_s));
        text->setFocus();
        text->selectAll();
        QTest::keyClicks(text, u"{\"loss\": {\"lambda1\": 7}}"_s);
        auto* errors = child<QListWidget>("list_json_errors");
        QTRY_COMPARE(errors->count(), 1);
        QVERIFY(errors->item(0)->text().startsWith(u"Line 1:"_s));
        QVERIFY(!child<QPushButton>("button_apply_json")->isEnabled());
        QCOMPARE(tabs->tabText(1), u"JSON *"_s);
        text->selectAll();
        QTest::keyClicks(text, u"{\"loss\": {\"lambda1\": 0.7, \"tau\": 0.2}}"_s);
        QTRY_VERIFY(child<QPushButton>("button_apply_json")->isEnabled());
        click("button_apply_json");
        QCOMPARE(changes(), (QStringList{u"loss.lambda1=0.7"_s, u"loss.tau=0.2"_s}));
        QVERIFY(text->toPlainText().contains(u"\"lambda1\": 0.7"_s));
        m_page->undo();
        QVERIFY(changes().isEmpty());
    }

    void differences()
    {
        openWithDemo();
        type("edit_loss_lambda1_box", u"0.45"_s);
        child<QTabWidget>("tabs_experiment")->setCurrentIndex(2);
        auto* table = child<QTableWidget>("table_difference");
        QCOMPARE(table->rowCount(), 1);
        QCOMPARE(table->item(0, 0)->text(), u"loss.lambda1"_s);
        QCOMPARE(table->item(0, 1)->text(), u"0.45"_s);
        QCOMPARE(table->item(0, 2)->text(), u"0.3"_s);
        click("button_copy_difference");
        QVERIFY(QApplication::clipboard()->text().contains(u"loss.lambda1\t0.45\t0.3"_s));
    }

    void queuedByTheKeyboard()
    {
        openWithDemo();
        type("edit_loss_lambda1_box", u"0.45"_s);
        QCOMPARE(child<QLineEdit>("edit_run_name")->text(), u"demo lambda1=0.45"_s);
        QSignalSpy ended(m_queue.get(), &RunQueue::runEnded);
        QTest::keyClick(m_page->focusWidget(), Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE(ended.size(), 1);
        const QString run = ended[0][0].toString();
        QVERIFY2(run.endsWith(u"-demo-lambda1=0.45"_s), qPrintable(run));
        QVERIFY(QFile::exists(run + u"/summary.json"_s));
        const QString told = child<MessageBar>("message_experiment")->text();
        QVERIFY2(told.startsWith(u"Queued"_s), qPrintable(told));
        QFile words(run + u"/arguments.txt"_s);
        QVERIFY(words.open(QIODevice::ReadOnly));
        const QByteArray given = words.readAll();
        QVERIFY(given.contains("\"--preset\",\"demo\""));
        QVERIFY(given.contains("\"--set\",\"loss.lambda1=0.45\""));
        QCOMPARE(given.count("--set"), 1);
    }

    void severalSeeds()
    {
        openWithDemo();
        auto* seeds = child<QSpinBox>("spin_seeds");
        seeds->setFocus();
        seeds->selectAll();
        QTest::keyClicks(seeds, u"3"_s);
        QTest::keyClick(seeds, Qt::Key_Tab);
        QCOMPARE(child<QPushButton>("button_queue")->text(), u"Queue 3 runs"_s);
        QSignalSpy ended(m_queue.get(), &RunQueue::runEnded);
        click("button_queue");
        QTRY_COMPARE(ended.size(), 3);
        // Runs that go side by side may end in any order.
        QStringList names;
        for (const QList<QVariant>& run : ended)
            names.append(run[0].toString());
        for (int seed = 1; seed <= 3; ++seed)
            QCOMPARE(names.filter(QRegularExpression(u"demo-seed-%1$"_s.arg(seed))).size(), 1);
    }

    void aSweepIsQueued()
    {
        openWithDemo();
        auto* values = child<QLineEdit>("edit_sweep_values_0");
        values->setFocus();
        QTest::keyClicks(values, u"0:0.5:1"_s);
        QVERIFY(child<QLabel>("label_sweep_count")->text().contains(u"3 values of loss.lambda1 = 3 runs"_s));
        QTest::keyClicks(values, u"x"_s);
        QVERIFY(!child<QPushButton>("button_queue_sweep")->isEnabled());
        QVERIFY(child<QPushButton>("button_queue_sweep")->toolTip().contains(u"loss.lambda1"_s));
        QTest::keyClick(values, Qt::Key_Backspace);
        QSignalSpy ended(m_queue.get(), &RunQueue::runEnded);
        click("button_queue_sweep");
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 3, 10000);
    }

    void manyRunsAreAskedFor()
    {
        openWithDemo();
        auto* values = child<QLineEdit>("edit_sweep_values_0");
        values->setFocus();
        QTest::keyClicks(values, u"0:0.01:1"_s);
        QSignalSpy said(m_page.get(), &Page::said);
        click("button_queue_sweep");
        auto* question = child<QMessageBox>("dialog_many_runs");
        QVERIFY(question->text().contains(u"101 runs"_s));
        QTest::keyClick(question, Qt::Key_Escape);
        QCOMPARE(said.size(), 0);
        QVERIFY(QDir(m_workspace->runsFolder()).entryList(QDir::Dirs | QDir::NoDotAndDotDot).isEmpty());
    }

    void theAblationOfTable6()
    {
        openWithDemo();
        choosePreset(u"paper"_s);
        QSignalSpy ended(m_queue.get(), &RunQueue::runEnded);
        click("button_ablation");
        QVERIFY(child<MessageBar>("message_experiment")->text().startsWith(u"6 runs queued"_s));
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 6, 10000);
        QSet<QByteArray> settings;
        for (const QList<QVariant>& run : ended) {
            QFile words(run[0].toString() + u"/arguments.txt"_s);
            QVERIFY(words.open(QIODevice::ReadOnly));
            QByteArray given = words.readAll();
            given.replace(run[0].toString().toUtf8(), "run");
            settings.insert(given);
        }
        QCOMPARE(settings.size(), 6);
    }

    /// Every row's search, and its runs by themselves once that is done; asked again meanwhile, nothing is
    /// queued twice.
    void theComparisonIsOneClick()
    {
        openWithDemo();
        const ComparisonRun follower(m_queue.get());
        m_workspace->settings().setValue(u"compute/parallel_runs"_s, 4);
        child<QSpinBox>("spin_sweep_seeds")->setValue(2);
        const fedcctr::sweeps::ComparisonList list = fedcctr::sweeps::comparisonList();
        const auto rows = static_cast<qsizetype>(list.models.size());
        const qsizetype searches = rows * list.points;
        QSignalSpy ended(m_queue.get(), &RunQueue::runEnded);
        click("button_comparison");
        const auto* message = child<MessageBar>("message_experiment");
        QVERIFY2(message->text().startsWith(
                     u"%1 run(s) queued for the comparison of %2 rows"_s.arg(searches).arg(rows)),
            qPrintable(message->text()));
        QVERIFY(message->text().contains(u"no row is run with PrivAugNet"_s));
        click("button_comparison");
        // Of a row whose search has ended meanwhile the runs may be new.
        QVERIFY2(message->text().startsWith(u"Every run of"_s) || message->text().contains(u"goes on in"_s),
            qPrintable(message->text()));
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), searches + rows * 2, 100'000);
        QSet<QString> runs;
        for (const QList<QVariant>& run : ended)
            runs.insert(run[0].toString());
        QCOMPARE(runs.size(), searches + rows * 2);
        const QStringList folders = QDir(m_workspace->runsFolder()).entryList({u"*-comparison"_s});
        QCOMPARE(folders.size(), 1);
        const auto plan =
            fedcctr::sweeps::readPlan((m_workspace->runsFolder() + u'/' + folders.front()).toStdString());
        QCOMPARE(plan.jobs.size(), static_cast<std::size_t>(rows * 2));
        QCOMPARE(plan.comparison->rows.front().tried.size(), static_cast<std::size_t>(list.points));
        // The search is no result.
        QTRY_COMPARE(static_cast<qsizetype>(m_workspace->runs()->runs().size()), rows * 2);
    }

    void onlyTheModelsOwnSettingsAreShown()
    {
        openWithDemo();
        const auto* form = child<SettingsForm>("form_experiment");
        QVERIFY(!form->isShown(u"bst.blocks"_s));
        QTest::keyClicks(child<QLineEdit>("edit_find_setting"), u"blocks"_s);
        QVERIFY(!form->isShown(u"bst.blocks"_s));
        child<QLineEdit>("edit_find_setting")->clear();
        m_page->propose({}, {u"model.architecture=bst"_s});
        QVERIFY(form->isShown(u"bst.blocks"_s));
        QVERIFY(form->isShown(u"model.dropout"_s));
        QVERIFY(!form->isShown(u"loss.lambda2"_s));
        m_page->propose({}, {});
        QVERIFY(!form->isShown(u"bst.blocks"_s));
        QVERIFY(form->isShown(u"loss.lambda2"_s));
    }

    /// As the page Train draws them: the third line of the model's chart is IDRA's.
    void theLossIsNamedInTheChartsColours()
    {
        openWithDemo();
        const auto* terms = child<QLabel>("label_loss_terms");
        const QString color = themeColors(terms->palette()).series[2].name();
        QVERIFY2(terms->text().contains(u"<span style=\"color:%1\">━━</span>&nbsp;λ₁·IDRA"_s.arg(color)),
            qPrintable(terms->text()));
        QVERIFY(terms->text().contains(u"╍╍</span>&nbsp;λ₂·CDRD"_s));
        m_page->propose({}, {u"model.architecture=bst"_s});
        QVERIFY(terms->text().startsWith(u"Loss of BST"_s) && terms->text().contains(u"Lᴮ"_s));
        QVERIFY(!terms->text().contains(u"IDRA"_s));
    }

    /// A shell gets exactly these words.
    void theCommandLineIsQuoted()
    {
        openWithDemo();
        type("edit_loss_lambda1_box", u"0.45"_s);
        auto* name = child<QLineEdit>("edit_run_name");
        name->setFocus();
        name->selectAll();
        QTest::keyClicks(name, u"Ann's run $HOME"_s);
        child<QAction>("action_copy_command")->trigger();
        const QString line = QApplication::clipboard()->text();
        QVERIFY(line.startsWith(u"fedcctr train "_s));
        const QByteArray said = fedcctr::test::run(u"/bin/sh"_s, {u"-c"_s, u"printf '%s\\n' "_s + line}).out;
        const QStringList words = QString::fromUtf8(said).trimmed().split(u'\n');
        QCOMPARE(words,
            (QStringList{u"fedcctr"_s, u"train"_s, m_workspace->dataset(), u"--preset"_s, u"demo"_s,
                u"--set"_s, u"loss.lambda1=0.45"_s, u"--out"_s,
                m_workspace->runsFolder() + u"/Ann's run $HOME"_s}));
    }

    void ownPresets()
    {
        openWithDemo();
        type("edit_loss_lambda1_box", u"0.45"_s);
        m_page->saveDocument();
        auto* dialog = child<QInputDialog>("dialog_preset_name");
        QTest::keyClicks(dialog->findChild<QLineEdit*>(), u"mine"_s);
        QTest::keyClick(dialog->findChild<QLineEdit*>(), Qt::Key_Return);
        const QString path = m_folder->path() + u"/presets/mine.json"_s;
        QTRY_VERIFY(QFile::exists(path));
        QCOMPARE(m_page->draft().preset(), path);
        QVERIFY(changes().isEmpty());
        QCOMPARE(m_page->draft().config().loss.lambda1, 0.45);
        QCOMPARE(child<QComboBox>("combo_experiment_preset")->currentText(), u"mine (yours)"_s);
    }

    void theDraftSurvives()
    {
        openWithDemo();
        choosePreset(u"paper"_s);
        type("edit_loss_lambda1_box", u"0.45"_s);
        auto* name = child<QLineEdit>("edit_run_name");
        name->setFocus();
        name->selectAll();
        QTest::keyClicks(name, u"my run"_s);
        const QJsonObject state = m_page->state();
        open();
        QVERIFY(changes().isEmpty());
        m_page->restore(state);
        QCOMPARE(m_page->draft().preset(), u"paper"_s);
        QCOMPARE(changes(), QStringList{u"loss.lambda1=0.45"_s});
        QCOMPARE(child<QLineEdit>("edit_run_name")->text(), u"my run"_s);
        // The preset is gone: the settings are not.
        QJsonObject gone = state;
        gone[u"preset"_s] = u"/no/such/preset.json"_s;
        open();
        m_page->restore(gone);
        QCOMPARE(m_page->draft().preset(), QString());
        QCOMPARE(m_page->draft().config().loss.lambda1, 0.45);
        QCOMPARE(m_page->draft().config().federation.rounds, 500);
        QVERIFY(child<MessageBar>("message_experiment")->isVisible());
        m_page->restore(QJsonObject{{u"preset"_s, 7}, {u"seeds"_s, u"x"_s}}); // of another kind: ignored
        QCOMPARE(m_page->draft().config().loss.lambda1, 0.45);
    }

    void withoutAugmentation()
    {
        openWithDemo();
        auto* bar = child<MessageBar>("message_experiment");
        QTRY_VERIFY(bar->isVisible());
        QVERIFY(bar->text().contains(u"has not been augmented"_s));
        QSignalSpy requested(m_page.get(), &Page::pageRequested);
        click("button_augment_now");
        QCOMPARE(requested.last()[0].value<PageId>(), PageId::Augmentation);
        open();
        m_workspace->createDemo();
        QTRY_VERIFY(m_page->findChild<QWidget*>(u"button_run_without"_s));
        QTRY_VERIFY(child<QWidget>("button_run_without")->isVisible());
        click("button_run_without");
        QCOMPARE(changes(),
            (QStringList{u"augment.items=false"_s, u"augment.profiles=false"_s, u"augment.sequences=false"_s,
                u"augment.negatives=false"_s}));
        m_page->undo();
        QVERIFY(changes().isEmpty());
    }

    void theFocusIsExplained()
    {
        openWithDemo();
        QSignalSpy explained(m_page.get(), &ExperimentPage::explain);
        child<NumberBox>("edit_privacy_decay_rate_box")->setFocus();
        QTRY_COMPARE(explained.size(), 1);
        QCOMPARE(explained[0][0].toString(), u"R  decay rate"_s);
        const QString html = explained[0][1].toString();
        for (const QString& part :
            {u"σ(t+1) = R σ(t)"_s, u"0.9 to 1"_s, u"0.997"_s, u"5.6.6"_s, u"lower end"_s})
            QVERIFY2(html.contains(part), qPrintable(part));
    }

    void everyControlSaysWhatItIs()
    {
        openWithDemo();
        for (const QWidget* widget : m_page->findChildren<QWidget*>()) {
            const bool ofSpinBox = qobject_cast<const QLineEdit*>(widget)
                && qobject_cast<const QAbstractSpinBox*>(widget->parentWidget());
            const bool ofQt = widget->objectName().startsWith(u"qt_"_s) || widget->objectName().isEmpty();
            if ((widget->focusPolicy() & Qt::TabFocus) == 0 || ofSpinBox || ofQt)
                continue;
            QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(widget->objectName()));
        }
    }
};

std::unique_ptr<QObject> tst_experimentpage()
{
    return std::make_unique<TestExperimentPage>();
}
#include "tst_experimentpage.moc"
