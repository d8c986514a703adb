// SPDX-License-Identifier: GPL-3.0-or-later
// How the Train page is put together.
#include "app/studio/common/chartgrid.h"
#include "app/studio/common/settingsbridge.h"
#include "app/studio/runs/workspace.h"
#include "app/studio/train/eventlog.h"
#include "app/studio/train/runview.h"
#include "app/studio/train/trainpage.h"
#include "widgets/charts/curveplot.h"
#include "widgets/emptystate.h"
#include "widgets/messagebar.h"

#include <QActionGroup>
#include <QComboBox>
#include <QDesktopServices>
#include <QDoubleSpinBox>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>

#include <tuple>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::MessageBar;

namespace {

constexpr int kLeftMs = 500;
constexpr int kWeightMs = 500;

QToolButton* makeButton(const QString& name, const QString& text, const QString& help, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setObjectName(name);
    button->setText(text);
    button->setToolTip(help);
    button->setAccessibleName(text);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

QComboBox* makeCombo(const QString& name, const QString& spoken, const QString& help, QWidget* parent)
{
    auto* box = new QComboBox(parent);
    box->setObjectName(name);
    box->setAccessibleName(spoken);
    box->setToolTip(help);
    return box;
}

void addLabelled(QHBoxLayout* row, const QString& text, QWidget* widget)
{
    auto* label = new QLabel(text, widget->parentWidget());
    label->setBuddy(widget);
    row->addWidget(label);
    row->addWidget(widget);
}

} // namespace

TrainPage::TrainPage(Workspace* workspace, RunQueue* queue, QWidget* parent)
    : Page(u"page_train"_s, parent)
    , m_workspace(workspace)
    , m_queue(queue)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 4, 6, 2);
    column->setSpacing(4);
    column->addLayout(buildHeader());
    m_controls = new QWidget(this);
    m_controls->setLayout(buildControls());
    column->addWidget(m_controls);
    m_message = new MessageBar(this);
    column->addWidget(m_message);
    m_stack = new QStackedWidget(this);
    m_stack->setObjectName(u"stack_train"_s);
    m_stack->addWidget(buildEmpty());
    m_stack->addWidget(buildBody());
    column->addWidget(m_stack, 1);
    buildLayoutMenu();
    connectQueue();

    m_leftTimer.setInterval(kLeftMs);
    connect(&m_leftTimer, &QTimer::timeout, this, [this] {
        if (const RunJob* live = job(); live && live->isActive() && isVisible())
            m_view->setTimeLeft(live->timeLeft());
    });
    m_leftTimer.start();
    m_fillTimer.setSingleShot(true);
    m_fillTimer.setInterval(0);
    connect(&m_fillTimer, &QTimer::timeout, this, &TrainPage::fillRuns);
    connect(m_workspace, &Workspace::datasetChanged, this, [this] {
        if (m_demoWanted)
            queueDemo();
    });
    connect(m_workspace, &Workspace::problem, this, [this](const QString& text) {
        // Asked for here, so it is told here.
        if (std::exchange(m_demoWanted, false))
            m_message->showMessage(MessageBar::Kind::Error, text);
        m_demo->setEnabled(true);
    });
    m_run = m_queue->current();
    if (m_run.isEmpty() && m_queue->jobCount() > 0)
        m_run = m_queue->jobAt(0)->run;
    watch(QString(m_run));
}

QLayout* TrainPage::buildHeader()
{
    auto* title = new QLabel(tr("Train"), this);
    QFont large = title->font();
    large.setPointSizeF(large.pointSizeF() * 1.3);
    large.setBold(true);
    title->setFont(large);
    m_runs = makeCombo(
        u"combo_run"_s, tr("Run"), tr("The run to watch: those of the queue, then finished ones"), this);
    m_runs->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_runs->setMinimumContentsLength(24);
    m_runs->setPlaceholderText(tr("no run yet"));
    connect(m_runs, &QComboBox::activated, this, [this] { showRun(m_runs->currentData().toString()); });
    m_stateIcon = new QLabel(this);
    m_stateLabel = new QLabel(this);
    m_stateLabel->setObjectName(u"label_state"_s);
    m_stateLabel->setAccessibleName(tr("State of the run"));
    QFont bold = m_stateLabel->font();
    bold.setBold(true);
    m_stateLabel->setFont(bold);

    m_pause = makeButton(u"button_pause"_s, tr("Pause"), tr("Pause after this round, or go on (F6)"), this);
    m_stop = makeButton(u"button_stop"_s, tr("Stop"),
        tr("Finish the round, write the checkpoint and the results (Shift+F5). If nothing comes of it within "
           "5 s, "
           "Stop now drops the round."),
        this);
    m_restart = makeButton(u"button_restart"_s, tr("From checkpoint"),
        tr("Drop what came after the last checkpoint and go on from there"), this);
    m_follow = makeButton(
        u"button_follow"_s, tr("Follow"), tr("Keep the newest rounds in view in all charts"), this);
    m_follow->setCheckable(true);
    m_follow->setChecked(true);
    m_layout =
        makeButton(u"button_layout"_s, tr("Layout"), tr("Which charts are shown, and how large"), this);
    m_layout->setPopupMode(QToolButton::InstantPopup);
    connect(m_pause, &QToolButton::clicked, this, [this] { m_queue->togglePause(m_run); });
    connect(m_stop, &QToolButton::clicked, this, [this] {
        if (const RunJob* live = job(); live && live->canStopNow)
            m_queue->stopNow(m_run);
        else
            m_queue->stop(m_run);
    });
    connect(m_restart, &QToolButton::clicked, this, [this] { m_queue->restartFromCheckpoint(m_run); });
    connect(m_follow, &QToolButton::clicked, this, &TrainPage::setFollow);

    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    row->addWidget(title);
    row->addSpacing(8);
    row->addWidget(m_runs, 1);
    row->addWidget(m_stateIcon);
    row->addWidget(m_stateLabel);
    row->addStretch(1);
    for (QToolButton* button : {m_pause, m_stop, m_restart, m_follow, m_layout})
        row->addWidget(button);
    return row;
}

QDoubleSpinBox* TrainPage::weightBox(const QString& name, const QString& key, const QString& spoken)
{
    const widgets::FormField field = formFields({key}).first();
    auto* box = new QDoubleSpinBox(this);
    box->setObjectName(name);
    box->setRange(field.least, field.most);
    box->setSingleStep(field.step);
    box->setDecimals(3);
    box->setKeyboardTracking(false);
    box->setAccessibleName(spoken);
    box->setToolTip(
        tr("%1\nFrom %2 to %3. A change counts from the next round on and is recorded in the run.")
            .arg(field.help, QLocale().toString(field.least), QLocale().toString(field.most)));
    // A few clicks on the arrow are one change.
    auto* timer = new QTimer(box);
    timer->setSingleShot(true);
    timer->setInterval(kWeightMs);
    connect(box, &QDoubleSpinBox::valueChanged, timer, qOverload<>(&QTimer::start));
    connect(timer, &QTimer::timeout, this, [this, box, key] { sendWeight(box, key); });
    return box;
}

QLayout* TrainPage::buildControls()
{
    m_metric = makeCombo(u"combo_metric"_s, tr("Measure of quality"),
        tr("Which measure of ranking quality the first chart shows"), m_controls);
    m_metric->addItem(u"NDCG"_s, u"ndcg"_s);
    m_metric->addItem(u"MRR"_s, u"mrr"_s);
    m_metric->addItem(u"HR"_s, u"hr"_s);
    m_metric->addItem(u"AUC"_s, u"auc"_s);
    m_cutoff =
        makeCombo(u"combo_cutoff"_s, tr("Cut-off K"), tr("Among the first K of the ranking"), m_controls);
    m_cutoff->addItems({u"2"_s, u"5"_s, u"10"_s});
    m_cutoff->setCurrentIndex(2);
    connect(m_metric, &QComboBox::currentIndexChanged, this, &TrainPage::chooseMetric);
    connect(m_cutoff, &QComboBox::currentIndexChanged, this, &TrainPage::chooseMetric);
    m_lambda1 = weightBox(u"edit_lambda1"_s, u"loss.lambda1"_s, tr("lambda one, weight of IDRA"));
    m_lambda2 = weightBox(u"edit_lambda2"_s, u"loss.lambda2"_s, tr("lambda two, weight of CDRD"));
    m_behind = makeCombo(u"combo_behind"_s, tr("Run behind"),
        tr("A finished run, drawn in grey behind the shown one in every chart"), m_controls);
    m_behind->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_behind->setMinimumContentsLength(14);
    m_behind->addItem(tr("none"), QString());
    connect(m_behind, &QComboBox::activated, this, &TrainPage::chooseBehind);
    m_logLevel =
        makeCombo(u"combo_log"_s, tr("Lines of the log"), tr("Which lines of the log are shown"), m_controls);
    m_logLevel->addItem(tr("all"), static_cast<int>(EventLog::Level::Normal));
    m_logLevel->addItem(tr("warnings"), static_cast<int>(EventLog::Level::Warning));
    m_logLevel->addItem(tr("errors"), static_cast<int>(EventLog::Level::Error));
    m_logFind = new QLineEdit(m_controls);
    m_logFind->setObjectName(u"edit_log_find"_s);
    m_logFind->setPlaceholderText(tr("find in the log"));
    m_logFind->setAccessibleName(tr("Find in the log"));
    m_logFind->setToolTip(tr("Shows the lines of the log that hold this text (Ctrl+F)"));
    m_logFind->setClearButtonEnabled(true);

    auto* row = new QHBoxLayout;
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    addLabelled(row, tr("Quality"), m_metric);
    addLabelled(row, u"@"_s, m_cutoff);
    row->addSpacing(10);
    addLabelled(row, u"λ₁"_s, m_lambda1);
    addLabelled(row, u"λ₂"_s, m_lambda2);
    row->addSpacing(10);
    addLabelled(row, tr("Behind"), m_behind);
    row->setStretchFactor(m_behind, 2);
    row->addSpacing(10);
    addLabelled(row, tr("Log"), m_logLevel);
    row->addWidget(m_logFind, 1);
    return row;
}

QWidget* TrainPage::buildEmpty()
{
    auto* empty = new widgets::EmptyState(
        u"empty_train"_s, u"train"_s, tr("Nothing is running."), tr("Queue the quick demo"), this);
    empty->setLink(tr("or configure a run on the Experiment page"));
    empty->button()->setToolTip(
        tr("Makes the demo dataset, if it is not there, and trains on it: about two minutes on a CPU"));
    connect(empty, &widgets::EmptyState::clicked, this, &TrainPage::queueDemo);
    connect(empty, &widgets::EmptyState::linkActivated, this,
        [this] { Q_EMIT pageRequested(PageId::Experiment); });
    m_demo = empty->button();
    return empty;
}

QWidget* TrainPage::buildBody()
{
    m_rows = new QSplitter(Qt::Vertical, this);
    m_rows->setObjectName(u"splitter_rows"_s);
    m_view = new RunView(m_rows);
    m_log = new EventLog(m_rows);
    m_log->setMinimumHeight(fontMetrics().height() * 2);
    m_rows->setStretchFactor(0, 1);
    m_rows->setCollapsible(0, false);
    m_rows->setSizes({1000, fontMetrics().height() * 5});
    connect(m_rows, &QSplitter::splitterMoved, this, &TrainPage::stateChanged);
    connect(m_view->grid(), &ChartGrid::changed, this, &TrainPage::stateChanged);
    connect(m_view, &RunView::followChanged, m_follow, &QToolButton::setChecked);
    connect(m_logLevel, &QComboBox::currentIndexChanged, this,
        [this] { m_log->setLeast(static_cast<EventLog::Level>(m_logLevel->currentData().toInt())); });
    connect(m_logFind, &QLineEdit::textChanged, m_log, &EventLog::setFilter);
    connect(m_view, &RunView::exported, this, [this](const QString& path) {
        const QString folder = QFileInfo(path).absolutePath();
        m_message->showMessage(MessageBar::Kind::Success, tr("Written: %1").arg(path),
            {{u"button_open_folder"_s, tr("Open folder"), tr("Open %1").arg(folder),
                [folder] { QDesktopServices::openUrl(QUrl::fromLocalFile(folder)); }}});
    });
    connect(m_view, &RunView::exportFailed, this,
        [this](const QString& text) { m_message->showMessage(MessageBar::Kind::Error, text); });
    return m_rows;
}

void TrainPage::buildLayoutMenu()
{
    auto* menu = new QMenu(m_layout);
    menu->setObjectName(u"menu_layout"_s);
    ChartGrid* grid = m_view->grid();
    auto* modes = new QActionGroup(menu);
    auto* charts = new QActionGroup(menu);
    QMenu* which = nullptr;
    for (const auto& [name, text, mode] :
        {std::tuple(u"action_layout_grid"_s, tr("Two by two"), ChartGrid::Mode::TwoByTwo),
            std::tuple(u"action_layout_big"_s, tr("One big"), ChartGrid::Mode::OneBig),
            std::tuple(u"action_layout_single"_s, tr("Single"), ChartGrid::Mode::Single)}) {
        QAction* action = modes->addAction(menu->addAction(text));
        action->setObjectName(name);
        action->setCheckable(true);
        connect(action, &QAction::triggered, grid, [grid, mode = mode] { grid->setMode(mode); });
    }
    which = menu->addMenu(tr("Main chart"));
    for (const QString& text : {tr("Ranking quality"), tr("Privacy budget"), tr("Loss terms"),
             tr("Noise and clipping"), tr("Clients")}) {
        QAction* action = charts->addAction(which->addAction(text));
        const auto index = static_cast<int>(charts->actions().size()) - 1;
        action->setObjectName(u"action_main_chart_%1"_s.arg(index));
        action->setCheckable(true);
        connect(action, &QAction::triggered, grid, [grid, index] {
            if (index == 4)
                grid->setShowsOptional(true);
            grid->setMain(index);
        });
    }
    menu->addSeparator();
    QAction* optional = menu->addAction(tr("Show the clients chart"));
    optional->setObjectName(u"action_clients_chart"_s);
    optional->setCheckable(true);
    connect(optional, &QAction::toggled, grid, &ChartGrid::setShowsOptional);
    const auto tick = [grid, modes, charts, optional] {
        modes->actions().at(static_cast<int>(grid->mode()))->setChecked(true);
        charts->actions().at(grid->main())->setChecked(true);
        optional->setChecked(grid->showsOptional());
    };
    connect(menu, &QMenu::aboutToShow, grid, tick);
    tick();
    m_layout->setMenu(menu);
}

} // namespace fedcctr::studio
