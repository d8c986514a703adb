// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/experiment/experimentpage.h"

#include "app/studio/common/settingsbridge.h"
#include "app/studio/experiment/differencepane.h"
#include "app/studio/experiment/experimentform.h"
#include "app/studio/experiment/explaintext.h"
#include "app/studio/experiment/jsonpane.h"
#include "app/studio/experiment/presetbar.h"
#include "app/studio/experiment/sweepbox.h"
#include "app/studio/experiment/thisrunpanel.h"
#include "app/studio/runs/runlibrary.h"
#include "app/studio/runs/runqueue.h"
#include "app/studio/runs/workspace.h"
#include "widgets/forms/wheelguard.h"
#include "widgets/messagebar.h"
#include "widgets/theme.h"

#include <QAction>
#include <QFileInfo>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QTimer>
#include <QVBoxLayout>

#include <exception>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::MessageBar;

namespace {

constexpr const char* kFirstPreset = "demo";
constexpr int kMostSeeds = 100;

} // namespace

ExperimentPage::ExperimentPage(Workspace* workspace, RunQueue* queue, QWidget* parent)
    : Page(u"page_experiment"_s, parent)
    , m_workspace(workspace)
    , m_queue(queue)
    , m_bar(new PresetBar(this))
    , m_message(new MessageBar(this))
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
    row->addWidget(buildQueueRow(), 1);
    return row;
}

QWidget* ExperimentPage::buildQueueRow()
{
    auto* box = new QWidget(this);
    m_name = new QLineEdit(box);
    m_name->setObjectName(u"edit_run_name"_s);
    m_name->setAccessibleName(tr("Name of the run"));
    m_name->setToolTip(tr("Name of the run's folder, after date and time; emptied, a name is proposed"));
    m_name->setMinimumWidth(fontMetrics().averageCharWidth() * 24);
    m_name->setMaxLength(80);
    m_seeds = new QSpinBox(box);
    m_seeds->setObjectName(u"spin_seeds"_s);
    widgets::guardWheel(m_seeds);
    m_seeds->setRange(1, kMostSeeds);
    m_seeds->setAccessibleName(tr("Number of seeds"));
    m_seeds->setToolTip(tr("Runs to queue, with seeds from run.seed upwards (1 to %1)").arg(kMostSeeds));
    m_queueButton = new QPushButton(tr("Queue run"), box);
    m_queueButton->setObjectName(u"button_queue"_s);
    m_queueButton->setAccessibleName(m_queueButton->text());
    auto* name = new QLabel(tr("Na&me"), box);
    name->setBuddy(m_name);
    auto* seeds = new QLabel(tr("&Seeds"), box);
    seeds->setBuddy(m_seeds);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    for (QWidget* part :
        {static_cast<QWidget*>(name), static_cast<QWidget*>(m_name), static_cast<QWidget*>(seeds),
            static_cast<QWidget*>(m_seeds), static_cast<QWidget*>(m_queueButton)})
        row->addWidget(part);
    connect(m_queueButton, &QPushButton::clicked, this, &ExperimentPage::queueRuns);
    connect(m_name, &QLineEdit::textEdited, this, [this](const QString& text) {
        m_nameIsOwn = !text.trimmed().isEmpty();
        Q_EMIT stateChanged();
    });
    connect(m_name, &QLineEdit::editingFinished, this, [this] {
        if (!m_nameIsOwn)
            m_name->setText(proposedName());
        m_name->setCursorPosition(0);
    });
    connect(m_seeds, &QSpinBox::valueChanged, this, [this] {
        updateQueue();
        Q_EMIT stateChanged();
    });
    auto* action = new QAction(tr("Queue run"), this);
    action->setObjectName(u"action_queue_run"_s);
    action->setShortcuts({QKeySequence(Qt::CTRL | Qt::Key_Return), QKeySequence(Qt::CTRL | Qt::Key_Enter)});
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(action, &QAction::triggered, this, &ExperimentPage::queueRuns);
    addAction(action);
    return box;
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
    connect(m_sweep, &SweepBox::jobsQueued, this, &ExperimentPage::queueJobs);
    connect(m_thisRun, &ThisRunPanel::updated, this, [this] {
        m_form->setProblems(m_thisRun->consequences().problems);
        updateTime();
        updateQueue();
    });
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
    if (!m_nameIsOwn) {
        m_name->setText(proposedName());
        m_name->setCursorPosition(0);
    }
    if (!m_restoring)
        Q_EMIT stateChanged();
}

void ExperimentPage::updateQueue()
{
    const std::vector<std::string> wrong = settings::problems(m_draft.config());
    const std::vector<std::string>& found = m_thisRun->consequences().problems;
    m_blocked.clear();
    if (m_workspace->dataset().isEmpty())
        m_blocked = tr("There is no dataset to train on; open one on the page Data.");
    else if (!wrong.empty())
        m_blocked = QString::fromStdString(wrong.front());
    else if (m_thisRun->isUpToDate() && !found.empty())
        m_blocked = QString::fromStdString(found.front());
    m_queueButton->setEnabled(m_blocked.isEmpty());
    m_queueButton->setText(
        m_seeds->value() == 1 ? tr("Queue run") : tr("Queue %1 runs").arg(m_seeds->value()));
    m_queueButton->setToolTip(
        m_blocked.isEmpty() ? tr("Put this run at the end of the queue (Ctrl+Return)") : m_blocked);
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
