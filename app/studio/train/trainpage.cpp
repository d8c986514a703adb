// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/train/trainpage.h"

#include "app/studio/common/background.h"
#include "app/studio/common/chartgrid.h"
#include "app/studio/runs/runlibrary.h"
#include "app/studio/runs/runtexts.h"
#include "app/studio/runs/workspace.h"
#include "app/studio/train/budgetforecast.h"
#include "app/studio/train/eventlog.h"
#include "app/studio/train/qualitychart.h"
#include "app/studio/train/runview.h"
#include "widgets/charts/curveplot.h"
#include "widgets/messagebar.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::MessageBar;

namespace {

constexpr qsizetype kMostFinished = 200; ///< in the lists

const RunRecording& nothing()
{
    static const RunRecording kNothing;
    return kNothing;
}

/// What a run that is no job of the queue is called by how it ended.
JobState stateOf(const RunRecording& record)
{
    if (!record.end)
        return JobState::Interrupted;
    switch (record.end->kind) {
    case RunEnd::Kind::Finished:
        return JobState::Finished;
    case RunEnd::Kind::Stopped:
        return JobState::Stopped;
    case RunEnd::Kind::BudgetSpent:
        return JobState::BudgetSpent;
    case RunEnd::Kind::Failed:
        break;
    }
    return JobState::Failed;
}

} // namespace

TrainPage::~TrainPage() = default;

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
        if (run != m_run && changed->state == JobState::Starting && !(job() && job()->isActive())
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
        refillLog();
    });
    connect(m_queue, &RunQueue::helloReceived, this, [this](const QString& run, const HelloMessage& hello) {
        if (run != m_run)
            return;
        m_message->hide();
        showRecord();
        logHello(hello);
    });
    connect(m_queue, &RunQueue::referenceReceived, this,
        [this](const QString& run, const ReferenceMessage& reference) {
            if (run == m_run)
                m_view->add(reference);
        });
    connect(m_queue, &RunQueue::roundReceived, this, [this](const QString& run, const RoundMessage& round) {
        if (run != m_run)
            return;
        m_view->add(record(), round);
        logRound(round);
    });
    connect(m_queue, &RunQueue::eventReceived, this, [this](const QString& run, const EventMessage& event) {
        if (run != m_run)
            return;
        m_view->add(record(), event);
        if (event.event == "setting"_L1)
            showWeights();
        logEvent(event);
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
    refillLog();
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
    refillLog();
    if (m_opened->end)
        showEnd();
    else
        showInterrupted();
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
    showWeights();
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

void TrainPage::fillRuns()
{
    const QSignalBlocker runsBlocked(m_runs);
    const QSignalBlocker behindBlocked(m_behind);
    QStringList shown;
    m_runs->clear();
    const auto addRun = [this, &shown](const QString& run, const QString& text) {
        if (shown.contains(run))
            return;
        shown.append(run);
        m_runs->addItem(text, run);
        m_runs->setItemData(m_runs->count() - 1, QDir::toNativeSeparators(run), Qt::ToolTipRole);
    };
    for (int i = 0; i < m_queue->jobCount(); ++i) {
        const RunJob* entry = m_queue->jobAt(i);
        addRun(entry->run, tr("%1. %2, %3").arg(i + 1).arg(entry->name, stateWord(entry->state)));
    }
    for (const QString& run : m_finished)
        addRun(run, QDir(run).dirName());
    if (!m_run.isEmpty())
        addRun(m_run, QDir(m_run).dirName());
    m_runs->setCurrentIndex(m_runs->findData(m_run));

    m_behind->clear();
    m_behind->addItem(tr("none"), QString());
    for (const QString& run : m_finished)
        m_behind->addItem(QDir(run).dirName(), run);
    m_behind->setCurrentIndex(std::max(0, m_behind->findData(m_wantedBehind)));
}

void TrainPage::chooseBehind()
{
    m_wantedBehind = m_behind->currentData().toString();
    Q_EMIT stateChanged();
    if (m_wantedBehind.isEmpty()) {
        m_view->setBehind(record(), nullptr);
        return;
    }
    inBackground(
        this, [run = m_wantedBehind] { return readRecording(run); },
        [this, wanted = m_wantedBehind](const ReadRun& read) {
            if (wanted != m_wantedBehind)
                return;
            if (read.record)
                m_view->setBehind(record(), read.record);
            else
                m_message->showMessage(MessageBar::Kind::Error, read.problem);
        });
}

void TrainPage::chooseMetric()
{
    const QString name = m_metric->currentData().toString();
    m_cutoff->setEnabled(name != "auc"_L1);
    m_view->setMetric(record(), name == "auc"_L1 ? name : u"%1@%2"_s.arg(name, m_cutoff->currentText()));
    Q_EMIT stateChanged();
}

void TrainPage::sendWeight(QDoubleSpinBox* box, const QString& key)
{
    if (box->isEnabled() && !m_run.isEmpty())
        m_queue->set(m_run, key, box->value());
}

void TrainPage::showWeights()
{
    const RunRecording& shown = record();
    for (const auto& [box, name] : {std::pair(m_lambda1, "lambda1"), std::pair(m_lambda2, "lambda2")}) {
        const QSignalBlocker blocked(box);
        // The weight of the round that comes next.
        box->setValue(shown.weightAt(name, shown.round() + 1));
    }
}

void TrainPage::showState()
{
    const RunJob* live = job();
    const bool active = live && live->isActive();
    const JobState state = live ? live->state : stateOf(record());
    const bool paused = state == JobState::Paused || state == JobState::Pausing;
    const bool resumes = live ? live->mayResume() : false;
    m_pause->setEnabled((active && live->canPause && (paused || state == JobState::Running)) || resumes);
    m_pause->setText(paused || resumes ? tr("Resume") : tr("Pause"));
    m_stop->setEnabled(active && (state != JobState::Stopping || live->canStopNow));
    m_stop->setText(active && live->canStopNow ? tr("Stop now") : tr("Stop"));
    m_restart->setEnabled(active && live->canPause && checkpointRound() > 0);
    const bool weights = active && live->canPause && state != JobState::Stopping;
    m_lambda1->setEnabled(weights);
    m_lambda2->setEnabled(weights);
    const QString activity = live && !live->activity.isEmpty() ? live->activity : stateWord(state);
    m_stateLabel->setText(m_run.isEmpty() ? QString() : activity);
    m_view->setTimeLeft(active ? live->timeLeft() : std::nullopt);
    refreshIcons();
}

void TrainPage::startForecast()
{
    const RunRecording& shown = record();
    const int forecast = ++m_forecasts;
    if (!shown.greeted || shown.hello.users <= 0)
        return;
    inBackground(
        this,
        [config = shown.hello.config, users = shown.hello.users] { return forecastBudget(config, users); },
        [this, forecast](const std::vector<QPointF>& budget) {
            if (forecast == m_forecasts)
                m_view->setForecast(budget);
        });
}

int TrainPage::checkpointRound() const
{
    const std::vector<EventMessage>& events = record().events;
    const auto found = std::find_if(events.rbegin(), events.rend(),
        [](const EventMessage& event) { return event.event == "checkpoint"_L1; });
    return found == events.rend() ? 0 : found->round;
}

QJsonObject TrainPage::state() const
{
    return {{u"metric"_s, m_metric->currentData().toString()}, {u"cutoff"_s, m_cutoff->currentText()},
        {u"behind"_s, m_wantedBehind}, {u"charts"_s, m_view->grid()->state()},
        {u"rows"_s, QString::fromLatin1(m_rows->saveState().toBase64())},
        {u"run"_s, m_chosen ? m_run : QString()}};
}

void TrainPage::restore(const QJsonObject& state)
{
    const auto choose = [](QComboBox* box, int index) {
        if (index >= 0)
            box->setCurrentIndex(index);
    };
    choose(m_metric, m_metric->findData(state["metric"_L1].toString()));
    choose(m_cutoff, m_cutoff->findText(state["cutoff"_L1].toString()));
    if (state["charts"_L1].isObject())
        m_view->grid()->restore(state["charts"_L1].toObject());
    m_rows->restoreState(QByteArray::fromBase64(state["rows"_L1].toString().toLatin1()));
    m_wantedBehind = state["behind"_L1].toString();
    if (!m_wantedBehind.isEmpty()) {
        if (m_behind->findData(m_wantedBehind) < 0)
            m_behind->addItem(QDir(m_wantedBehind).dirName(), m_wantedBehind);
        m_behind->setCurrentIndex(m_behind->findData(m_wantedBehind));
        chooseBehind();
    }
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
    m_logFind->setFocus(Qt::ShortcutFocusReason);
    m_logFind->selectAll();
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

void TrainPage::changeEvent(QEvent* event)
{
    Page::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        refreshIcons();
}

void TrainPage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    listRuns();
    m_workspace->runs()->rescan();
}

void TrainPage::refreshIcons()
{
    const RunJob* live = job();
    const JobState state = live ? live->state : stateOf(record());
    const int size = fontMetrics().height();
    m_stateIcon->setVisible(!m_run.isEmpty());
    m_stateIcon->setPixmap(
        widgets::themeIcon(stateIcon(state), palette()).pixmap(QSize(size, size), devicePixelRatioF()));
    const bool goes = m_pause->text() == tr("Resume");
    m_pause->setIcon(widgets::themeIcon(goes ? u"start"_s : u"pause"_s, palette()));
    m_stop->setIcon(widgets::themeIcon(u"stop"_s, palette()));
    m_restart->setIcon(widgets::themeIcon(u"restart"_s, palette()));
    m_follow->setIcon(widgets::themeIcon(u"follow"_s, palette()));
    m_layout->setIcon(widgets::themeIcon(u"layout"_s, palette()));
}

} // namespace fedcctr::studio
