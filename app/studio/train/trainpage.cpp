// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/train/trainpage.h"

#include "app/studio/common/background.h"
#include "app/studio/common/chartgrid.h"
#include "app/studio/runs/runlibrary.h"
#include "app/studio/runs/workspace.h"
#include "app/studio/train/budgetforecast.h"
#include "app/studio/train/chartlayoutmenu.h"
#include "app/studio/train/eventlog.h"
#include "app/studio/train/runnews.h"
#include "app/studio/train/runview.h"
#include "app/studio/train/traincontrols.h"
#include "app/studio/train/trainheader.h"
#include "widgets/charts/curveplot.h"
#include "widgets/emptystate.h"
#include "widgets/messagebar.h"

#include <QDesktopServices>
#include <QDir>
#include <QFileInfo>
#include <QJsonObject>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::MessageBar;

namespace {

constexpr int kLeftMs = 500;
constexpr qsizetype kMostFinished = 200; ///< in the lists

const RunRecording& nothing()
{
    static const RunRecording kNothing;
    return kNothing;
}

/// What a run that is no job of the queue is called by how it ended.
RunState stateOf(const RunRecording& record)
{
    return record.end ? record.end->kind : RunState::Interrupted;
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
    m_header = new TrainHeader(this);
    column->addWidget(m_header);
    m_controls = new TrainControls(this);
    column->addWidget(m_controls);
    m_message = new MessageBar(this);
    column->addWidget(m_message);
    m_stack = new QStackedWidget(this);
    m_stack->setObjectName(u"stack_train"_s);
    m_stack->addWidget(buildEmpty());
    m_stack->addWidget(buildBody());
    column->addWidget(m_stack, 1);
    m_header->setLayoutMenu(makeChartLayoutMenu(m_view->grid(), m_header));
    m_news = new RunNews(m_log, m_message, this);
    connect(m_news, &RunNews::runRequested, this, &Page::runRequested);
    connect(m_news, &RunNews::resumeRequested, m_queue, &RunQueue::resume);
    connectHeader();
    connectControls();
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

TrainPage::~TrainPage() = default;

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
    connect(m_view, &RunView::followChanged, m_header, &TrainHeader::setFollow);
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

void TrainPage::connectHeader()
{
    connect(m_header, &TrainHeader::runChosen, this, &TrainPage::showRun);
    connect(m_header, &TrainHeader::pauseClicked, this, [this] { m_queue->togglePause(m_run); });
    connect(m_header, &TrainHeader::stopClicked, this, [this] {
        if (const RunJob* live = job(); live && live->canStopNow)
            m_queue->stopNow(m_run);
        else
            m_queue->stop(m_run);
    });
    connect(m_header, &TrainHeader::restartClicked, this, [this] { m_queue->restartFromCheckpoint(m_run); });
    connect(m_header, &TrainHeader::followClicked, this, &TrainPage::setFollow);
}

void TrainPage::connectControls()
{
    connect(m_controls, &TrainControls::metricChosen, this, [this](const QString& metric) {
        m_view->setMetric(record(), metric);
        Q_EMIT stateChanged();
    });
    connect(m_controls, &TrainControls::weightChosen, this, [this](const QString& key, double value) {
        if (!m_run.isEmpty())
            m_queue->set(m_run, key, value);
    });
    connect(m_controls, &TrainControls::behindChosen, this, &TrainPage::showBehind);
    connect(m_controls, &TrainControls::logLevelChosen, m_log, &EventLog::setLeast);
    connect(m_controls, &TrainControls::logFilterChanged, m_log, &EventLog::setFilter);
}

const RunRecording& TrainPage::record() const
{
    const RunJob* live = job();
    if (live && live->record.greeted)
        return live->record;
    return m_opened ? *m_opened : nothing();
}

void TrainPage::connectQueue()
{
    connect(m_queue, &RunQueue::jobAdded, this, [this](const QString& run) {
        fillRunsSoon();
        if (m_run.isEmpty() || m_queue->job(run)->isActive())
            watch(run);
    });
    connect(m_queue, &RunQueue::jobRemoved, this, [this](const QString& run) {
        if (run == m_run)
            watch(m_queue->current());
        fillRunsSoon();
    });
    connect(m_queue, &RunQueue::jobChanged, this, [this](const QString& run) {
        const RunJob* changed = m_queue->job(run);
        // The run that goes on is the one to watch, unless the person looks at another one.
        if (run != m_run && changed->state == RunState::Starting && !(job() && job()->isActive())
            && !m_chosen)
            watch(run);
        fillRunsSoon();
        if (run == m_run)
            showState();
    });
    connect(m_queue, &RunQueue::recordChanged, this, [this](const QString& run) {
        if (run != m_run)
            return;
        showRecord();
        m_news->refill(record());
    });
    connect(m_queue, &RunQueue::helloReceived, this, [this](const QString& run, const HelloMessage& hello) {
        if (run != m_run)
            return;
        m_message->hide();
        showRecord();
        m_news->logHello(hello);
    });
    connect(m_queue, &RunQueue::referenceReceived, this,
        [this](const QString& run, const ReferenceMessage& reference) {
            if (run == m_run)
                m_view->add(reference);
        });
    connect(m_queue, &RunQueue::roundReceived, this, [this](const QString& run, const RoundRecord& round) {
        if (run != m_run)
            return;
        m_view->add(record(), round);
        m_news->logRound(record(), round);
    });
    connect(m_queue, &RunQueue::eventReceived, this, [this](const QString& run, const EventMessage& event) {
        if (run != m_run)
            return;
        m_view->add(record(), event);
        if (event.event == EventKind::Setting)
            m_controls->showWeights(record());
        m_news->logEvent(event);
    });
    connect(m_queue, &RunQueue::logLine, this, [this](const QString& run, const QString& line) {
        if (run == m_run)
            m_log->add(line);
    });
    connect(m_queue, &RunQueue::runEnded, this, [this](const QString& run) {
        if (run == m_run)
            showEnd();
        if (!isVisible())
            Q_EMIT noticed();
    });
    connect(m_workspace->runs(), &RunLibrary::scanned, this, &TrainPage::listRuns);
    connect(m_queue, &RunQueue::problem, this,
        [this](const QString& text) { m_message->showMessage(MessageBar::Kind::Error, text); });
}

void TrainPage::watch(const QString& run)
{
    m_run = run;
    m_opened.reset();
    const int read = ++m_reads;
    m_message->hide();
    const RunJob* live = job();
    showRecord();
    m_news->refill(record());
    fillRunsSoon();
    if (run.isEmpty()
        || (live && (live->record.greeted || live->record.end || live->isWaiting() || live->isActive()))) {
        if (live && live->record.end)
            showEnd();
        return;
    }
    inBackground(
        this, [run] { return readRecording(run); },
        [this, run, read](const ReadRun& result) {
            if (read == m_reads)
                takeOpened(run, result);
        });
}

void TrainPage::takeOpened(const QString& run, const ReadRun& read)
{
    if (!read.record) {
        m_message->showMessage(MessageBar::Kind::Error, read.problem);
        return;
    }
    m_run = run;
    m_opened = read.record;
    showRecord();
    m_news->refill(record());
    if (m_opened->end)
        showEnd();
    else
        m_news->showInterrupted(*m_opened, m_run, job() && job()->mayResume());
}

void TrainPage::showRun(const QString& run)
{
    const QString path = QDir::cleanPath(QDir(run).absolutePath());
    m_chosen = path != m_queue->current();
    watch(m_queue->rowOf(run) >= 0 ? run : path);
}

void TrainPage::showRecord()
{
    m_view->show(record());
    m_stack->setCurrentIndex(m_run.isEmpty() ? 0 : 1);
    m_controls->setEnabled(!m_run.isEmpty());
    m_controls->showWeights(record());
    showState();
    startForecast();
}

/// Runs of the workspace that are at their end, newest first.
void TrainPage::listRuns()
{
    QStringList finished;
    for (const EntryPtr& run : m_workspace->runs()->runs())
        if (run->summary && run->group.empty() && finished.size() < kMostFinished)
            finished.append(QString::fromStdString(run->path.string()));
    if (finished != m_finished) {
        m_finished = finished;
        fillRuns();
    }
    // Nothing goes on: the last one is the best there is to see.
    if (m_run.isEmpty() && !finished.isEmpty())
        watch(finished.first());
}

void TrainPage::showEnd()
{
    m_view->finish(record());
    const RunJob* live = job();
    if (live && live->record.end && !live->record.greeted && live->record.end->kind == RunState::Failed)
        m_news->showFailure(record(), m_run, *live->record.end);
    else if (record().end)
        m_news->showEnd(record(), m_run);
}

void TrainPage::fillRuns()
{
    QList<TrainHeader::Choice> runs;
    const auto addRun = [&runs](const QString& run, const QString& text) {
        if (!std::ranges::any_of(runs, [&run](const auto& choice) { return choice.run == run; }))
            runs.append({run, text});
    };
    for (int i = 0; i < m_queue->jobCount(); ++i) {
        const RunJob* entry = m_queue->jobAt(i);
        addRun(entry->run, tr("%1. %2, %3").arg(i + 1).arg(entry->name, stateWord(entry->state)));
    }
    for (const QString& run : m_finished)
        addRun(run, QDir(run).dirName());
    if (!m_run.isEmpty())
        addRun(m_run, QDir(m_run).dirName());
    m_header->setRuns(runs, m_run);
    m_controls->setFinished(m_finished);
}

void TrainPage::showBehind(const QString& run)
{
    Q_EMIT stateChanged();
    if (run.isEmpty()) {
        m_view->setBehind(record(), nullptr);
        return;
    }
    inBackground(
        this, [run] { return readRecording(run); },
        [this, run](const ReadRun& read) {
            if (run != m_controls->behind())
                return;
            if (read.record)
                m_view->setBehind(record(), read.record);
            else
                m_message->showMessage(MessageBar::Kind::Error, read.problem);
        });
}

void TrainPage::showState()
{
    const RunJob* live = job();
    const bool active = live && live->isActive();
    const RunState state = live ? live->state : stateOf(record());
    m_header->showState(m_run, state, live, record().checkpointRound() > 0);
    m_controls->setWeightsEnabled(active && live->canPause && state != RunState::Stopping);
    m_view->setTimeLeft(active ? live->timeLeft() : std::nullopt);
}

void TrainPage::startForecast()
{
    const RunRecording& shown = record();
    const int forecast = ++m_forecasts;
    if (!shown.greeted || shown.hello.users <= 0)
        return;
    inBackground(
        this,
        [config = shown.hello.settings, users = shown.hello.users] { return forecastBudget(config, users); },
        [this, forecast](const std::vector<QPointF>& budget) {
            if (forecast == m_forecasts)
                m_view->setForecast(budget);
        });
}

QJsonObject TrainPage::state() const
{
    QJsonObject state = m_controls->state();
    state[u"charts"_s] = m_view->grid()->state();
    state[u"rows"_s] = QString::fromLatin1(m_rows->saveState().toBase64());
    state[u"run"_s] = m_chosen ? m_run : QString();
    return state;
}

void TrainPage::restore(const QJsonObject& state)
{
    if (state["charts"_L1].isObject())
        m_view->grid()->restore(state["charts"_L1].toObject());
    m_rows->restoreState(QByteArray::fromBase64(state["rows"_L1].toString().toLatin1()));
    m_controls->restore(state);
    const QString run = state["run"_L1].toString();
    if (!run.isEmpty() && QDir(run).exists() && !m_queue->isActive())
        showRun(run);
}

void TrainPage::resetLayout()
{
    m_view->grid()->reset();
    m_rows->setSizes({1000, fontMetrics().height() * 5});
}

void TrainPage::exportPage()
{
    for (widgets::CurvePlot* plot : m_view->plots()) {
        if (plot->isVisible() && (plot->hasFocus() || plot->isAncestorOf(focusWidget()))) {
            plot->askForPicture();
            return;
        }
    }
    m_view->plots()[m_view->grid()->main()]->askForPicture();
}

void TrainPage::find()
{
    m_controls->focusFind();
}

bool TrainPage::follow() const
{
    return m_view->follow();
}

void TrainPage::setFollow(bool on)
{
    m_view->setFollow(on);
}

void TrainPage::queueDemo()
{
    const QString demo = m_workspace->datasetsFolder() + u"/demo"_s;
    if (QFile::exists(demo + u"/dataset.json"_s)) {
        m_demoWanted = false;
        m_queue->enqueue({demo, u"demo"_s, {}, {}, false}, u"demo"_s);
        return;
    }
    m_demoWanted = true;
    m_demo->setEnabled(false);
    m_workspace->createDemo();
}

void TrainPage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    listRuns();
    m_workspace->runs()->rescan();
}

} // namespace fedcctr::studio
