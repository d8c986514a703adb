// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/trainpage.h"

#include "app/studio/eventlog.h"
#include "app/studio/logdialog.h"
#include "app/studio/runview.h"
#include "app/studio/setuppanel.h"
#include "widgets/messagebar.h"
#include "widgets/theme.h"

#include <QAction>
#include <QDateTime>
#include <QDesktopServices>
#include <QDir>
#include <QEvent>
#include <QFileInfo>
#include <QLabel>
#include <QScrollArea>
#include <QScrollBar>
#include <QSettings>
#include <QSplitter>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::MessageBar;

namespace {

QString stateWord(EngineProcess::State state)
{
    switch (state) {
    case EngineProcess::State::Starting:
        return TrainPage::tr("starting");
    case EngineProcess::State::Running:
        return TrainPage::tr("running");
    case EngineProcess::State::Pausing:
        return TrainPage::tr("pausing");
    case EngineProcess::State::Paused:
        return TrainPage::tr("paused");
    case EngineProcess::State::Stopping:
        return TrainPage::tr("stopping");
    case EngineProcess::State::Idle:
        break;
    }
    return TrainPage::tr("idle");
}

QToolButton* actionButton(const QString& name, QAction* action, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setObjectName(name);
    button->setDefaultAction(action);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setFocusPolicy(Qt::StrongFocus);
    QObject::connect(
        action, &QAction::changed, button, [button, action] { button->setAccessibleName(action->text()); });
    button->setAccessibleName(action->text());
    return button;
}

MessageBar::Action openFolder(const QString& folder)
{
    return {u"button_open_folder"_s, TrainPage::tr("Open folder"), TrainPage::tr("Open %1").arg(folder),
        [folder] { QDesktopServices::openUrl(QUrl::fromLocalFile(folder)); }};
}

} // namespace

TrainPage::TrainPage(const QString& engine, const QString& workspace, QSettings* settings, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_settings(settings)
    , m_engine(engine)
{
    setObjectName(u"page_train"_s);
    buildActions();
    m_message = new MessageBar(this);
    m_columns = new QSplitter(Qt::Horizontal, this);
    m_columns->setObjectName(u"splitter_columns"_s);
    buildBody(m_columns);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 4, 6, 2);
    column->setSpacing(4);
    column->addLayout(buildHeader());
    column->addWidget(m_message);
    column->addWidget(m_columns, 1);

    connectEngine();
    connect(m_setup, &SetupPanel::problem, this, [this](const QString& text) {
        m_startWhenReady = false;
        m_message->showMessage(MessageBar::Kind::Error, text);
    });
    connect(m_setup, &SetupPanel::datasetReady, this, [this] {
        showState(m_engine.state());
        if (std::exchange(m_startWhenReady, false))
            start();
    });
    connect(m_setup, &SetupPanel::weightEdited, &m_engine, &EngineProcess::set);
    refreshIcons();
    showState(EngineProcess::State::Idle);
    m_columns->restoreState(m_settings->value(u"train/columns"_s).toByteArray());
    m_rows->restoreState(m_settings->value(u"train/rows"_s).toByteArray());
}

void TrainPage::buildActions()
{
    const auto make = [this](const QString& name, const QString& text, const QString& help,
                          const QKeySequence& key) {
        auto* action = new QAction(text, this);
        action->setObjectName(name);
        action->setShortcut(key);
        action->setToolTip(u"%1 (%2)"_s.arg(help, key.toString(QKeySequence::NativeText)));
        return action;
    };
    m_start = make(u"action_start"_s, tr("Start"), tr("Train with these settings"), Qt::Key_F5);
    m_pause = make(u"action_pause"_s, tr("Pause"), tr("Pause after this round, or go on"), Qt::Key_F6);
    m_stop = make(u"action_stop"_s, tr("Stop"), tr("Finish the round, write the checkpoint and the results"),
        Qt::SHIFT | Qt::Key_F5);
    m_follow = make(u"action_follow"_s, tr("Follow"), tr("Keep the newest rounds in view in all charts"),
        Qt::CTRL | Qt::SHIFT | Qt::Key_F);
    m_follow->setCheckable(true);
    m_follow->setChecked(true);
    connect(m_start, &QAction::triggered, this, &TrainPage::start);
    connect(m_pause, &QAction::triggered, this, &TrainPage::togglePause);
    connect(m_stop, &QAction::triggered, this, &TrainPage::stop);
}

QLayout* TrainPage::buildHeader()
{
    auto* title = new QLabel(tr("Train"), this);
    QFont large = title->font();
    large.setPointSizeF(large.pointSizeF() * 1.3);
    large.setBold(true);
    title->setFont(large);
    m_runName = new QLabel(tr("Set up a run and watch it learn."), this);
    m_runName->setObjectName(u"label_run"_s);
    m_runName->setAccessibleName(tr("Run"));
    m_runName->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_stateLabel = new QLabel(this);
    m_stateLabel->setObjectName(u"label_state"_s);
    QFont bold = m_stateLabel->font();
    bold.setBold(true);
    m_stateLabel->setFont(bold);

    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    row->addWidget(title);
    row->addSpacing(8);
    row->addWidget(m_runName);
    row->addWidget(m_stateLabel);
    row->addStretch(1);
    row->addWidget(actionButton(u"button_start"_s, m_start, this));
    row->addWidget(actionButton(u"button_pause"_s, m_pause, this));
    row->addWidget(actionButton(u"button_stop"_s, m_stop, this));
    row->addWidget(actionButton(u"button_follow"_s, m_follow, this));
    return row;
}

void TrainPage::buildBody(QSplitter* splitter)
{
    m_setup = new SetupPanel(m_workspace, m_settings, this);
    auto* scroll = new QScrollArea(splitter);
    scroll->setObjectName(u"scroll_setup"_s);
    scroll->setWidget(m_setup);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setMinimumWidth(
        m_setup->minimumSizeHint().width() + scroll->verticalScrollBar()->sizeHint().width() + 2);

    m_rows = new QSplitter(Qt::Vertical, splitter);
    m_rows->setObjectName(u"splitter_rows"_s);
    m_view = new RunView(m_rows);
    m_log = new EventLog(m_rows);
    m_log->setMinimumHeight(fontMetrics().height() * 3);
    m_rows->setStretchFactor(0, 1);
    m_rows->setCollapsible(0, false);
    m_rows->setSizes({500, fontMetrics().height() * 5});

    splitter->addWidget(scroll);
    splitter->addWidget(m_rows);
    splitter->setStretchFactor(0, 0);
    splitter->setStretchFactor(1, 1);
    splitter->setCollapsible(1, false);
    splitter->setSizes({fontMetrics().averageCharWidth() * 42, 1000});

    connect(m_follow, &QAction::triggered, m_view, &RunView::setFollow);
    connect(m_view, &RunView::followChanged, m_follow, &QAction::setChecked);
    connect(m_view, &RunView::exported, this, [this](const QString& path) {
        m_message->showMessage(MessageBar::Kind::Success, tr("Written: %1").arg(path),
            {openFolder(QFileInfo(path).absolutePath())});
    });
    connect(m_view, &RunView::exportFailed, this,
        [this](const QString& text) { m_message->showMessage(MessageBar::Kind::Error, text); });
}

void TrainPage::connectEngine()
{
    connect(&m_engine, &EngineProcess::stateChanged, this, &TrainPage::showState);
    connect(&m_engine, &EngineProcess::helloReceived, this, &TrainPage::greet);
    connect(&m_engine, &EngineProcess::referenceReceived, m_view, &RunView::addReference);
    connect(&m_engine, &EngineProcess::roundReceived, this, [this](const RoundMessage& round) {
        m_view->addRound(round);
        logRound(round);
        showStatus();
    });
    connect(&m_engine, &EngineProcess::eventReceived, this, [this](const EventMessage& event) {
        m_view->addEvent(event);
        logEvent(event);
    });
    connect(&m_engine, &EngineProcess::logLine, this, [this](const QString& line) { m_log->add(line); });
    connect(&m_engine, &EngineProcess::stopNowOffered, this, [this] { showState(m_engine.state()); });
    connect(&m_engine, &EngineProcess::ended, this, &TrainPage::showEnd);
}

void TrainPage::startWhenReady()
{
    if (!m_setup->isBusy())
        start();
    else
        m_startWhenReady = true;
}

void TrainPage::start()
{
    if (m_engine.isActive())
        return;
    if (m_setup->datasetPath().isEmpty()) {
        m_message->showMessage(MessageBar::Kind::Warning, tr("There is no dataset to train on yet."),
            {{u"button_message_demo"_s, tr("Create demo and start"), tr("Make the demo dataset, then start"),
                [this] {
                    m_message->hide();
                    m_setup->createDemo();
                    startWhenReady();
                }}});
        return;
    }
    const QString problem = m_setup->validate();
    if (!problem.isEmpty()) {
        m_message->showMessage(MessageBar::Kind::Error, problem);
        return;
    }
    const QString preset = m_setup->preset();
    const QString name = QDateTime::currentDateTime().toString(u"yyyyMMdd-HHmmss"_s) + u'-'
        + (preset.isEmpty() ? u"defaults"_s : preset);
    QString run = m_workspace + u"/runs/"_s + name;
    for (int i = 2; QFileInfo::exists(run); ++i)
        run = u"%1/runs/%2-%3"_s.arg(m_workspace, name).arg(i);
    launch({m_setup->datasetPath(), preset, m_setup->assignments(), run, false});
}

void TrainPage::launch(const RunSetup& setup)
{
    m_run = setup;
    save();
    if (!QDir().mkpath(QFileInfo(setup.run).absolutePath())) {
        m_message->showMessage(MessageBar::Kind::Error,
            tr("%1 cannot be made; start with --workspace and a folder that you may write to.")
                .arg(setup.run));
        return;
    }
    m_message->hide();
    m_runName->setText(QFileInfo(setup.run).fileName());
    m_runName->setToolTip(setup.run);
    m_log->add(setup.resume ? tr("resuming %1").arg(setup.run) : tr("run %1").arg(setup.run));
    m_engine.start(setup);
}

void TrainPage::resumeFailed()
{
    RunSetup setup = m_run;
    setup.resume = true;
    launch(setup);
}

void TrainPage::togglePause()
{
    if (m_engine.state() == EngineProcess::State::Running)
        m_engine.pause();
    else
        m_engine.resume();
}

void TrainPage::stop()
{
    if (m_engine.canStopNow())
        m_engine.stopNow();
    else
        m_engine.stop();
}

void TrainPage::save()
{
    m_setup->save();
    m_settings->setValue(u"train/columns"_s, m_columns->saveState());
    m_settings->setValue(u"train/rows"_s, m_rows->saveState());
}

void TrainPage::tellAugmented(const QString& path, const QString& summary)
{
    const QString text =
        tr("%1 is augmented: %2. The next run uses it.").arg(QFileInfo(path).fileName(), summary);
    m_message->showMessage(MessageBar::Kind::Info, text);
    m_log->add(text);
}

void TrainPage::showState(EngineProcess::State state)
{
    using State = EngineProcess::State;
    const bool paused = state == State::Paused || state == State::Pausing;
    m_start->setEnabled(state == State::Idle);
    m_pause->setEnabled(state == State::Running || paused);
    m_pause->setText(paused ? tr("Resume") : tr("Pause"));
    m_stop->setEnabled(m_engine.isActive() && (state != State::Stopping || m_engine.canStopNow()));
    m_stop->setText(m_engine.canStopNow() ? tr("Stop now") : tr("Stop"));
    m_setup->setRunning(m_engine.isActive());
    if (state != State::Running)
        m_view->interrupted();
    const bool fresh = state == State::Idle && m_run.run.isEmpty();
    m_stateLabel->setText(fresh ? QString() : stateWord(state));
    refreshIcons();
    showStatus();
}

void TrainPage::showStatus()
{
    QStringList parts{stateWord(m_engine.state())};
    if (m_view->plannedRounds() > 0) {
        const QLocale locale;
        parts.append(tr("round %1 of %2")
                         .arg(locale.toString(m_view->round()), locale.toString(m_view->plannedRounds())));
        if (m_engine.state() == EngineProcess::State::Running && m_view->roundsPerSecond() > 0)
            parts.append(tr("%1 rounds/s").arg(locale.toString(m_view->roundsPerSecond(), 'g', 3)));
        if (const std::optional<double> left = m_view->timeLeft(); left && m_engine.isActive())
            parts.append(tr("%1 left").arg(durationText(*left)));
    }
    Q_EMIT statusChanged(parts.join(u"  ·  "_s), m_machine);
}

void TrainPage::greet(const HelloMessage& hello)
{
    m_view->begin(hello);
    m_machine = tr("%1, %n thread(s)", nullptr, hello.threads).arg(hello.device);
    const QLocale locale;
    m_log->add(
        tr("engine %1 on %2; %3 users, %4 trained parameters, rounds %5 to %6")
            .arg(hello.version, m_machine, locale.toString(hello.users), locale.toString(hello.parameters),
                locale.toString(hello.firstRound), locale.toString(hello.rounds)));
    showStatus();
}

void TrainPage::logRound(const RoundMessage& round)
{
    if (!round.quality[0] && !round.quality[1])
        return;
    QStringList parts{tr("round %1: %2 clients").arg(round.round).arg(round.clients)};
    for (std::size_t domain = 0; domain < 2; ++domain)
        if (round.quality[domain])
            parts.append(tr("NDCG@10 %1 %2 %")
                             .arg(m_view->domain(domain),
                                 QLocale().toString(100 * round.quality[domain]->ndcg10, 'f', 2)));
    m_log->add(parts.join(u", "_s));
}

void TrainPage::logEvent(const EventMessage& event)
{
    const bool warns = event.event == "warning"_L1 || event.event == "budget-spent"_L1;
    m_log->add(tr("round %1: %2").arg(event.round).arg(event.message.isEmpty() ? event.event : event.message),
        warns ? EventLog::Level::Warning : EventLog::Level::Normal);
}

QString TrainPage::resultText(const RunEnd& end) const
{
    const QJsonObject test = end.summary["test"_L1].toObject();
    QStringList parts;
    for (std::size_t domain = 0; domain < 2; ++domain) {
        const std::optional<Quality> quality = qualityFrom(test[domain == 0 ? "A"_L1 : "B"_L1]);
        if (!quality)
            continue;
        const QLocale locale;
        parts.append(tr("%1 %2 % (%3 to %4)")
                         .arg(m_view->domain(domain), locale.toString(100 * quality->ndcg10, 'f', 2),
                             locale.toString(100 * quality->low, 'f', 1),
                             locale.toString(100 * quality->high, 'f', 1)));
    }
    if (parts.isEmpty())
        return {};
    QString text = tr("NDCG@10 %1, test, 95 % interval").arg(parts.join(u", "_s));
    if (!m_view->spent().isEmpty())
        text += u"; "_s + m_view->spent();
    return text;
}

void TrainPage::showEnd(const RunEnd& end)
{
    m_view->finish();
    const QString result = resultText(end);
    const QList<MessageBar::Action> actions{openFolder(m_run.run)};
    const auto sentence = [](const QString& text) { return text.isEmpty() ? QString() : u' ' + text + u'.'; };
    switch (end.kind) {
    case RunEnd::Kind::Finished:
        m_message->showMessage(MessageBar::Kind::Success,
            result.isEmpty() ? tr("Finished.") : tr("Finished: %1.").arg(result), actions);
        break;
    case RunEnd::Kind::BudgetSpent:
        m_message->showMessage(MessageBar::Kind::Warning,
            tr("Budget spent: all clients stopped at round %1. Training ended.").arg(m_view->round())
                + sentence(result),
            actions);
        break;
    case RunEnd::Kind::Stopped:
        m_message->showMessage(MessageBar::Kind::Info,
            tr("Stopped at round %1.").arg(m_view->round()) + sentence(result), actions);
        break;
    case RunEnd::Kind::Failed:
        showFailure(end);
        break;
    }
    if (end.kind != RunEnd::Kind::Failed)
        m_log->add(m_message->text());
    showState(m_engine.state());
    m_stateLabel->setText(end.kind == RunEnd::Kind::Finished ? tr("finished")
            : end.kind == RunEnd::Kind::BudgetSpent          ? tr("budget spent")
            : end.kind == RunEnd::Kind::Stopped              ? tr("stopped")
                                                             : tr("failed"));
    Q_EMIT runEnded();
}

void TrainPage::showFailure(const RunEnd& end)
{
    m_log->add(end.message, EventLog::Level::Error);
    QList<MessageBar::Action> actions{{u"button_show_log"_s, tr("Show log"), tr("Show the run's log"),
        [this, log = end.log] { showLog(this, m_run.run, log); }}};
    if (QFileInfo::exists(m_run.run + u"/checkpoint/state.bin"_s))
        actions.append({u"button_resume"_s, tr("Resume"), tr("Go on from the last checkpoint"),
            [this] { resumeFailed(); }});
    m_message->showMessage(MessageBar::Kind::Error, tr("Failed: %1").arg(end.message), actions);
}

void TrainPage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        refreshIcons();
}

void TrainPage::refreshIcons()
{
    m_start->setIcon(widgets::themeIcon(u"start"_s, palette()));
    const bool paused =
        m_engine.state() == EngineProcess::State::Paused || m_engine.state() == EngineProcess::State::Pausing;
    m_pause->setIcon(widgets::themeIcon(paused ? u"start"_s : u"pause"_s, palette()));
    m_stop->setIcon(widgets::themeIcon(u"stop"_s, palette()));
}

} // namespace fedcctr::studio
