// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/experiment/experimentpage.h"

#include "app/studio/common/background.h"
#include "app/studio/common/settingsbridge.h"
#include "app/studio/experiment/augmentationfacts.h"
#include "app/studio/experiment/differencepane.h"
#include "app/studio/experiment/draftruns.h"
#include "app/studio/experiment/experimentform.h"
#include "app/studio/experiment/explaintext.h"
#include "app/studio/experiment/jsonpane.h"
#include "app/studio/experiment/presetbar.h"
#include "app/studio/experiment/queuerow.h"
#include "app/studio/experiment/sweepbox.h"
#include "app/studio/experiment/thisrunpanel.h"
#include "app/studio/runs/comparisonrun.h"
#include "app/studio/runs/runlibrary.h"
#include "app/studio/runs/runqueue.h"
#include "app/studio/runs/workspace.h"
#include "core/augment/use.h"
#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/runs/time_estimate.h"
#include "core/sweeps/sweep_calibration.h"
#include "widgets/messagebar.h"
#include "widgets/theme.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QFileInfo>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QTimer>
#include <QVBoxLayout>
#include <QtConcurrent>

#include <algorithm>
#include <exception>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::MessageBar;

namespace {

constexpr const char* kFirstPreset = "demo";

} // namespace

ExperimentPage::ExperimentPage(Workspace* workspace, RunQueue* queue, QWidget* parent)
    : Page(u"page_experiment"_s, parent)
    , m_workspace(workspace)
    , m_queue(queue)
    , m_bar(new PresetBar(this))
    , m_message(new MessageBar(this))
    , m_row(new QueueRow(this))
    , m_stack(new QStackedWidget(this))
{
    m_message->setObjectName(u"message_experiment"_s);
    m_stack->addWidget(buildEmpty());
    m_stack->addWidget(buildBody());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 4, 6, 4);
    column->setSpacing(4);
    column->addLayout(buildHeader());
    column->addWidget(m_bar);
    column->addWidget(m_message);
    column->addWidget(m_stack, 1);
    connectBar();
    connectForm();
    connectRow();
    connect(&m_draft, &ExperimentDraft::changed, this, &ExperimentPage::draftChanged);
    connect(m_workspace, &Workspace::datasetChanged, this, &ExperimentPage::datasetChanged);
    connect(m_workspace, &Workspace::datasetsChanged, this,
        [this] { m_bar->setDatasets(m_workspace->datasets(), m_workspace->dataset()); });
    connect(m_workspace->runs(), &RunLibrary::scanned, this, &ExperimentPage::takeRuns);
    m_bar->setFolder(m_workspace->path() + u"/presets"_s);
    if (const QString error = m_draft.load(QString::fromLatin1(kFirstPreset), {}); !error.isEmpty())
        complain(error);
    datasetChanged();
}

QLayout* ExperimentPage::buildHeader()
{
    auto* title = new QLabel(tr("Experiment"), this);
    QFont large = title->font();
    large.setPointSizeF(large.pointSizeF() * 1.3);
    large.setBold(true);
    title->setFont(large);
    auto* purpose = new QLabel(tr("Configure a run and see what it means before it is made."), this);
    purpose->setWordWrap(true);
    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    row->addWidget(title);
    row->addSpacing(8);
    row->addWidget(purpose, 1);
    row->addWidget(m_row, 1);
    return row;
}

QWidget* ExperimentPage::buildEmpty()
{
    auto* page = new QWidget(m_stack);
    m_emptyIcon = new QLabel(page);
    m_emptyIcon->setAlignment(Qt::AlignCenter);
    auto* text = new QLabel(tr("No dataset yet. What a run means depends on its clients and items."), page);
    text->setObjectName(u"label_experiment_empty"_s);
    text->setAlignment(Qt::AlignCenter);
    text->setWordWrap(true);
    auto* toData = new QPushButton(tr("Go to Data"), page);
    toData->setObjectName(u"button_experiment_data"_s);
    toData->setAccessibleName(toData->text());
    toData->setToolTip(tr("Import a dataset or make the demo one, on the page Data"));
    connect(toData, &QPushButton::clicked, this, [this] { Q_EMIT pageRequested(PageId::Data); });
    auto* column = new QVBoxLayout(page);
    column->addStretch(2);
    column->addWidget(m_emptyIcon);
    column->addWidget(text);
    column->addWidget(toData, 0, Qt::AlignCenter);
    column->addStretch(3);
    return page;
}

QWidget* ExperimentPage::buildBody()
{
    m_columns = new QSplitter(Qt::Horizontal, m_stack);
    m_columns->setObjectName(u"splitter_experiment"_s);
    m_columns->setChildrenCollapsible(false);
    m_tabs = new QTabWidget(m_columns);
    m_tabs->setObjectName(u"tabs_experiment"_s);
    m_tabs->setAccessibleName(tr("Settings"));
    m_tabs->setDocumentMode(true);
    m_form = new ExperimentForm(m_tabs);
    m_json = new JsonPane(m_tabs);
    m_difference = new DifferencePane(m_tabs);
    m_tabs->addTab(m_form, tr("Form"));
    m_tabs->addTab(m_json, tr("JSON"));
    m_tabs->addTab(m_difference, tr("Difference"));
    m_tabs->setTabToolTip(0, tr("Every setting, in sections"));
    m_tabs->setTabToolTip(1, tr("The same as JSON, to be edited as text"));
    m_tabs->setTabToolTip(2, tr("What differs from the preset or from a run"));
    m_columns->addWidget(m_tabs);
    m_columns->addWidget(buildSide());
    m_columns->setStretchFactor(0, 5);
    m_columns->setStretchFactor(1, 4);
    connect(m_tabs, &QTabWidget::currentChanged, this, &Page::stateChanged);
    connect(m_columns, &QSplitter::splitterMoved, this, &Page::stateChanged);
    return m_columns;
}

QWidget* ExperimentPage::buildSide()
{
    auto* scroll = new QScrollArea(m_columns);
    scroll->setObjectName(u"scroll_this_run"_s);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* content = new QWidget(scroll);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(4, 0, 4, 0);
    auto* box = new QGroupBox(tr("This run"), content);
    box->setObjectName(u"group_this_run"_s);
    auto* inner = new QVBoxLayout(box);
    m_thisRun = new ThisRunPanel(box);
    inner->addWidget(m_thisRun);
    column->addWidget(box);
    m_sweep = new SweepBox(content);
    column->addWidget(m_sweep);
    column->addStretch(1);
    scroll->setWidget(content);
    scroll->setMinimumWidth(fontMetrics().averageCharWidth() * 58);
    return scroll;
}

void ExperimentPage::connectBar()
{
    connect(m_bar, &PresetBar::datasetChosen, m_workspace, &Workspace::openDataset);
    connect(m_bar, &PresetBar::presetChosen, this, [this](const QString& preset) {
        const QString error = m_draft.choosePreset(preset);
        if (!error.isEmpty()) {
            complain(error);
            m_bar->setPreset(m_draft.preset(), m_draft.assignments().size());
        }
    });
    connect(m_bar, &PresetBar::saveRequested, this, [this](const QString& path) { writeFile(path, true); });
    connect(m_bar, &PresetBar::writeRequested, this, [this](const QString& path) { writeFile(path, false); });
    connect(m_bar, &PresetBar::openRequested, this, &ExperimentPage::openFile);
    connect(m_bar, &PresetBar::copyRequested, this, &ExperimentPage::copyCommand);
    connect(m_bar, &PresetBar::problem, this, &ExperimentPage::complain);
}

void ExperimentPage::connectForm()
{
    connect(m_form, &ExperimentForm::edited, this,
        [this](const QString& key, const QVariant& value, bool dragging) {
            try {
                m_draft.edit(key, value, dragging);
            } catch (const std::exception& error) {
                complain(QString::fromUtf8(error.what()));
            }
        });
    connect(m_form, &ExperimentForm::focused, this, [this](const QString& key) {
        // After whatever else answers the change of focus.
        QTimer::singleShot(0, this, [this, key] {
            Q_EMIT explain(explainTitle(key), explainHtml(key, m_form->inactiveReason(key)));
        });
    });
    connect(m_form, &ExperimentForm::layoutChanged, this, &Page::stateChanged);
    connect(m_json, &JsonPane::applied, this, [this](const settings::Config& config) {
        m_draft.replace(config, tr("edit of the JSON"));
        Q_EMIT said(tr("The settings of the JSON are taken over."));
    });
    connect(m_json, &JsonPane::editedChanged, this,
        [this](bool edited) { m_tabs->setTabText(1, edited ? tr("JSON *") : tr("JSON")); });
    const auto reveal = [this](const QString& key) {
        m_tabs->setCurrentWidget(m_form);
        m_form->reveal(key);
    };
    connect(m_difference, &DifferencePane::settingRequested, this, reveal);
    connect(m_thisRun, &ThisRunPanel::settingRequested, this, reveal);
    connect(m_thisRun, &ThisRunPanel::calibrateRequested, this, &ExperimentPage::calibrate);
    connect(m_sweep, &SweepBox::edited, this, &Page::stateChanged);
    connect(m_sweep, &SweepBox::problem, this, &ExperimentPage::complain);
    connect(m_sweep, &SweepBox::jobsQueued, this, &ExperimentPage::queueSweep);
    connect(m_sweep, &SweepBox::comparisonRequested, this, &ExperimentPage::queueComparison);
    connect(m_thisRun, &ThisRunPanel::updated, this, [this] {
        m_form->setProblems(m_thisRun->consequences().problems);
        updateTime();
        updateQueue();
    });
}

void ExperimentPage::connectRow()
{
    connect(m_row, &QueueRow::queueRequested, this, &ExperimentPage::queueDraft);
    connect(m_row, &QueueRow::changed, this, &Page::stateChanged);
    auto* action = new QAction(tr("Queue run"), this);
    action->setObjectName(u"action_queue_run"_s);
    action->setShortcuts({QKeySequence(Qt::CTRL | Qt::Key_Return), QKeySequence(Qt::CTRL | Qt::Key_Enter)});
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(action, &QAction::triggered, this, &ExperimentPage::queueDraft);
    addAction(action);
}

void ExperimentPage::draftChanged()
{
    m_form->setValues(m_draft.values(), m_draft.presetValues());
    m_form->setRelevance(m_draft.config(), m_augmented || !m_augmentationKnown);
    m_json->setConfig(m_draft.config());
    const QString preset = m_draft.preset().isEmpty() ? tr("defaults") : m_draft.preset();
    m_difference->setConfig(m_draft.config(), m_draft.presetConfig(), QFileInfo(preset).completeBaseName());
    m_bar->setPreset(m_draft.preset(), m_draft.assignments().size());
    m_thisRun->setConfig(m_draft.config());
    m_sweep->setBase(m_draft.config(), m_workspace->dataset());
    updateQueue();
    if (m_draft.config().augment.name != m_augmentation)
        readAugmentation();
    m_row->setProposedName(proposedName(m_draft));
    if (!m_restoring)
        Q_EMIT stateChanged();
}

void ExperimentPage::updateQueue()
{
    const std::vector<std::string> wrong = settings::problems(m_draft.config());
    const std::vector<std::string>& found = m_thisRun->consequences().problems;
    QString blocked;
    if (m_workspace->dataset().isEmpty())
        blocked = tr("There is no dataset to train on; open one on the page Data.");
    else if (!wrong.empty())
        blocked = QString::fromStdString(wrong.front());
    else if (m_thisRun->isUpToDate() && !found.empty())
        blocked = QString::fromStdString(found.front());
    m_row->setBlocked(blocked);
}

void ExperimentPage::datasetChanged()
{
    m_bar->setDatasets(m_workspace->datasets(), m_workspace->dataset());
    m_stack->setCurrentIndex(m_workspace->data() ? 1 : 0);
    m_augmentationKnown = false;
    m_augmented = false;
    readAugmentation();
    updateTime();
    draftChanged();
}

/// Whether there are profiles decides the number of parameters.
void ExperimentPage::readAugmentation()
{
    const std::shared_ptr<const data::Dataset> opened = m_workspace->data();
    const QString dataset = m_workspace->dataset();
    if (!opened)
        return;
    runs::Population population{static_cast<std::int64_t>(opened->userCount()),
        static_cast<std::int64_t>(opened->items.size()), false, dataset.toStdString(),
        static_cast<int>(opened->markets.size())};
    m_thisRun->setPopulation(population);
    m_augmentation = m_draft.config().augment.name;
    deliver(QtConcurrent::run(augmentationFacts, dataset, opened, m_augmentation), this,
        [this, dataset, population, name = m_augmentation](const AugmentationFacts& facts) {
            if (dataset != m_workspace->dataset() || name != m_augmentation)
                return;
            m_augmentationKnown = true;
            m_augmented = facts.augmented;
            runs::Population known = population;
            known.profiles = facts.profiles;
            m_thisRun->setPopulation(known);
            m_form->setRelevance(m_draft.config(), m_augmented);
            m_form->suggest(u"model.vectors"_s, facts.vectors);
            if (!facts.error.isEmpty())
                complain(facts.error);
            tellNotAugmented();
        });
}

void ExperimentPage::tellNotAugmented()
{
    const settings::Config& config = m_draft.config();
    const bool wanted = augment::isUsed(config.augment);
    // What a queued run said must stay readable.
    if (m_augmented || !wanted || m_toldAbout == m_workspace->dataset() || m_message->isVisible())
        return;
    m_toldAbout = m_workspace->dataset();
    const MessageBar::Action augmentNow{u"button_augment_now"_s, tr("Augment now"),
        tr("Go to the page Augmentation"), [this] { Q_EMIT pageRequested(PageId::Augmentation); }};
    const MessageBar::Action without{u"button_run_without"_s, tr("Run without"),
        tr("Switch the settings of Augmentation off; can be undone"), [this] {
            settings::Config off = m_draft.config();
            off.augment = {{}, false, false, false, false};
            m_draft.replace(off, tr("run without augmentation"));
        }};
    m_message->showMessage(MessageBar::Kind::Info,
        tr("This dataset has not been augmented, so PrivAugNet's settings have nothing to work on: IDRA "
           "compares two "
           "dropout masks of the same sequence."),
        {augmentNow, without});
}

/// For the time of a round and for differences.
void ExperimentPage::takeRuns()
{
    if (!isVisible() || m_runs == m_workspace->runs()->runs())
        return;
    m_runs = m_workspace->runs()->runs();
    m_difference->setRuns(m_runs);
    updateTime();
}

void ExperimentPage::updateTime()
{
    TimeForecast time;
    if (!m_workspace->dataset().isEmpty()) {
        std::vector<const runs::RunEntry*> runs;
        for (const EntryPtr& run : m_runs)
            runs.push_back(run.get());
        const auto found = runs::timeFromRuns(runs, m_draft.config(), m_workspace->dataset().toStdString());
        if (found)
            time = {found->secondsPerRound, QString::fromStdString(found->run)};
    }
    m_thisRun->setTime(time);
    m_sweep->setSecondsPerRun(time.secondsPerRound * m_thisRun->consequences().rounds);
}

/// With an accountant that is not a sum this takes seconds; what was edited meanwhile is left alone.
void ExperimentPage::calibrate()
{
    struct Found {
        double noise = 0;
        QString error;
    };
    Q_EMIT said(tr("Calibrating σ₀…"));
    const settings::Config config = m_draft.config();
    const std::shared_ptr<const data::Dataset> opened = m_workspace->data();
    deliver(QtConcurrent::run([config, clients = opened ? opened->userCount() : 0]() -> Found {
        try {
            return {sweeps::calibratedNoise(config, clients), {}};
        } catch (const std::exception& error) {
            return {0, QString::fromUtf8(error.what())};
        }
    }),
        this, [this, config](const Found& found) {
            if (!found.error.isEmpty()) {
                complain(found.error);
            } else if (assignmentsOver(config, m_draft.config()).isEmpty()) {
                m_draft.edit(u"privacy.noise_multiplier"_s, found.noise);
                Q_EMIT said(tr("σ₀/θ is %1 now.").arg(QLocale().toString(found.noise, 'g', 6)));
            } else {
                Q_EMIT said(tr("The settings were changed meanwhile; nothing was calibrated."));
            }
        });
}

void ExperimentPage::propose(const QString& preset, const QStringList& assignments)
{
    const QString error = m_draft.propose(preset, assignments, tr("settings of another page"));
    if (!error.isEmpty()) {
        complain(error);
        return;
    }
    m_tabs->setCurrentWidget(m_form);
    Q_EMIT said(tr("Settings taken over; Undo brings the former ones back."));
}

void ExperimentPage::showRun(const QString& run)
{
    const runs::RunEntry entry = runs::readEntry(run.toStdString());
    if (entry.settings.empty()) {
        complain(
            entry.problem.empty() ? tr("%1 holds no run.").arg(run) : QString::fromStdString(entry.problem));
        return;
    }
    const settings::Config config = configOf(entry);
    QString preset = QString::fromStdString(entry.preset);
    settings::Config base;
    try {
        base = configOf(preset == "none"_L1 ? QString() : preset);
    } catch (const Error&) {
        preset.clear(); // a preset of its own that is not here
    }
    propose(preset == "none"_L1 ? QString() : preset, assignmentsOver(base, config));
}

void ExperimentPage::writeFile(const QString& path, bool asPreset)
{
    if (const QString error = m_draft.write(path, asPreset); !error.isEmpty()) {
        complain(error);
        return;
    }
    Q_EMIT said(tr("Written: %1").arg(path));
    if (!asPreset)
        return;
    m_bar->setFolder(m_workspace->path() + u"/presets"_s);
    if (const QString error = m_draft.choosePreset(path); !error.isEmpty())
        complain(error);
}

void ExperimentPage::openFile(const QString& path)
{
    if (const QString error = m_draft.read(path); !error.isEmpty())
        complain(error);
    else
        Q_EMIT said(tr("Settings of %1 taken over.").arg(path));
}

void ExperimentPage::exportPage()
{
    findChild<QAction*>(u"action_save_json"_s)->trigger();
}

void ExperimentPage::copyCommand()
{
    if (m_workspace->dataset().isEmpty()) {
        complain(tr("There is no dataset to train on; open one on the page Data."));
        return;
    }
    const QString line = commandLine(m_workspace->dataset(), m_draft.preset(), m_draft.assignments(),
        m_workspace->runsFolder() + u'/' + m_row->runName());
    QApplication::clipboard()->setText(line);
    Q_EMIT said(tr("Copied: %1").arg(line));
}

void ExperimentPage::queueDraft()
{
    updateQueue();
    if (!m_row->blocked().isEmpty()) {
        m_message->showMessage(MessageBar::Kind::Warning, m_row->blocked());
        return;
    }
    tellQueued(queueRuns(*m_queue, m_draft, m_workspace->dataset(), m_row->runName(), m_row->seeds()));
}

void ExperimentPage::queueSweep(const std::vector<sweeps::SweepJob>& jobs, const QString& what)
{
    queueJobs(*m_queue, m_draft, m_workspace->dataset(), jobs);
    QString text = tr("%1 runs queued: %2").arg(jobs.size()).arg(what);
    if (m_augmentationKnown && !m_augmented && !jobs.empty() && !jobs.front().variant.empty())
        text +=
            tr(". This dataset has not been augmented: the row w/o PrivAugNet will be like the full model.");
    tellQueued(text);
}

void ExperimentPage::queueComparison(int seeds)
{
    const ComparisonStart start = ComparisonRun::start(*m_queue, *m_workspace, seeds);
    if (!start.problem.isEmpty())
        complain(start.problem);
    else
        tellQueued(wordsOf(start));
}

void ExperimentPage::tellQueued(const QString& text)
{
    m_message->showMessage(MessageBar::Kind::Success, text,
        {{u"button_watch"_s, tr("Watch"), tr("Go to the page Train"),
            [this] { Q_EMIT pageRequested(PageId::Train); }}});
    Q_EMIT said(text);
}

QJsonObject ExperimentPage::state() const
{
    QJsonObject state = m_row->state();
    state[u"preset"_s] = m_draft.preset();
    state[u"changes"_s] = QJsonArray::fromStringList(m_draft.assignments());
    // Should the preset be gone one day, these still say what was meant.
    state[u"settings"_s] = QJsonArray::fromStringList(assignmentsOver(settings::Config{}, m_draft.config()));
    state[u"sweep"_s] = m_sweep->state();
    state[u"tab"_s] = m_tabs->currentIndex();
    state[u"collapsed"_s] = QJsonArray::fromStringList(m_form->collapsedSections());
    state[u"columns"_s] = QString::fromLatin1(m_columns->saveState().toBase64());
    return state;
}

void ExperimentPage::restore(const QJsonObject& state)
{
    const auto strings = [&state](QLatin1StringView key) {
        QStringList list;
        for (const QJsonValue& value : state[key].toArray())
            list.append(value.toString());
        return list;
    };
    m_restoring = true;
    m_bar->setFolder(m_workspace->path() + u"/presets"_s);
    if (state["preset"_L1].isString()) {
        const QString error = m_draft.load(state["preset"_L1].toString(), strings("changes"_L1));
        if (!error.isEmpty() && m_draft.load({}, strings("settings"_L1)).isEmpty())
            m_message->showMessage(MessageBar::Kind::Warning,
                tr("The draft is kept, but not its preset: %1 It is shown as changes to the defaults.")
                    .arg(error));
    }
    m_row->restore(state);
    m_sweep->restore(state["sweep"_L1].toObject());
    m_tabs->setCurrentIndex(std::clamp(state["tab"_L1].toInt(), 0, m_tabs->count() - 1));
    if (state["collapsed"_L1].isArray())
        m_form->setCollapsedSections(strings("collapsed"_L1));
    m_columns->restoreState(QByteArray::fromBase64(state["columns"_L1].toString().toLatin1()));
    m_restoring = false;
}

void ExperimentPage::undo()
{
    m_draft.history()->undo();
}

void ExperimentPage::redo()
{
    m_draft.history()->redo();
}

void ExperimentPage::find()
{
    m_tabs->setCurrentWidget(m_form);
    m_form->find();
}

void ExperimentPage::saveDocument()
{
    m_bar->askForName();
}

void ExperimentPage::complain(const QString& text)
{
    m_message->showMessage(MessageBar::Kind::Error, text);
}

void ExperimentPage::resetLayout()
{
    m_columns->setSizes({500, 400});
    m_form->setCollapsedSections({tr("Model"), tr("Run")});
}

void ExperimentPage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    m_emptyIcon->setPixmap(widgets::themeIcon(u"folder"_s, palette()).pixmap(fontMetrics().height() * 4));
    m_bar->setFolder(m_workspace->path() + u"/presets"_s);
    m_bar->setPreset(m_draft.preset(), m_draft.assignments().size());
    readAugmentation(); // the dataset may have been augmented meanwhile
    takeRuns();
    m_workspace->runs()->rescan();
}

} // namespace fedcctr::studio
