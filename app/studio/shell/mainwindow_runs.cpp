// SPDX-License-Identifier: GPL-3.0-or-later
// What the main window does about runs: its actions, its status bar, and closing while something is under
// way.
#include "app/studio/experiment/experimentpage.h"
#include "app/studio/runs/runqueue.h"
#include "app/studio/runs/workspace.h"
#include "app/studio/shell/mainwindow.h"
#include "app/studio/shell/navigation.h"
#include "widgets/messagebar.h"

#include <QAction>
#include <QLabel>
#include <QMessageBox>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

void MainWindow::connectQueue()
{
    const auto refresh = [this] {
        updateRunActions();
        updateStatus();
    };
    connect(m_queue, &RunQueue::jobAdded, this, refresh);
    connect(m_queue, &RunQueue::jobAdded, this, &MainWindow::refreshGuide);
    connect(m_queue, &RunQueue::jobRemoved, this, refresh);
    connect(m_queue, &RunQueue::jobChanged, this, refresh);
    connect(m_queue, &RunQueue::roundReceived, this, &MainWindow::updateStatus);
    connect(m_queue, &RunQueue::runEnded, this, [this] {
        refreshGuide();
        for (const PageId id : {PageId::Train, PageId::Compare})
            if (m_navigation->currentPage() != id)
                m_navigation->setDot(id, true);
    });
    connect(m_queue, &RunQueue::problem, this,
        [this](const QString& text) { m_message->showMessage(widgets::MessageBar::Kind::Error, text); });
    connect(m_queue, &RunQueue::told, m_message, &widgets::MessageBar::showMessage);
    connect(m_queue, &RunQueue::duplicateRequested, this, &MainWindow::proposeSettings);
    connect(m_queue, &RunQueue::allStopped, this, [this] {
        if (m_closeWhenIdle) {
            m_closeAnyway = true;
            close();
        }
    });
}

void MainWindow::proposeSettings(const QString& preset, const QStringList& assignments)
{
    goTo(PageId::Experiment);
    static_cast<ExperimentPage*>(page(PageId::Experiment))->propose(preset, assignments);
}

void MainWindow::queueQuickRun(const QString& preset)
{
    m_quickPreset = preset;
    goTo(PageId::Train);
    if (m_workspace->data())
        resumeQuickRun();
    else if (!m_workspace->isLoading())
        m_workspace->createDemo();
}

void MainWindow::resumeQuickRun()
{
    RunSetup setup;
    setup.dataset = m_workspace->dataset();
    setup.preset = std::exchange(m_quickPreset, {});
    m_queue->enqueue(setup);
}

void MainWindow::updateRunActions()
{
    const RunJob* job = m_queue->job(m_queue->current());
    const bool paused = job && (job->state == JobState::Paused || job->state == JobState::Pausing);
    m_start->setEnabled(!job || paused);
    m_start->setText(m_queue->isHeld() ? tr("&Start queue") : tr("&Start"));
    m_pause->setEnabled(job && job->canPause && (paused || job->state == JobState::Running));
    m_pause->setText(paused ? tr("&Resume") : tr("&Pause"));
    m_pause->setIcon(widgets::themeIcon(paused ? u"start"_s : u"pause"_s, palette()));
    m_stop->setEnabled(job != nullptr);
    m_stop->setText(job && job->canStopNow ? tr("S&top now") : tr("S&top"));
}

void MainWindow::updateStatus()
{
    const RunJob* job = m_queue->job(m_queue->current());
    m_progress->setVisible(job != nullptr);
    m_trust->setVisible(job != nullptr);
    if (!job) {
        m_activity->setText(tr("idle"));
        m_machine->clear();
        return;
    }
    const HelloMessage& hello = job->record.hello;
    const int round = job->record.round();
    QStringList parts{job->name, stateWord(job->state)};
    if (hello.rounds > 0) {
        parts.append(
            tr("round %1 of %2").arg(locale().toString(round), locale().toString(hello.expectedRounds())));
        m_progress->setRange(0, hello.expectedRounds());
        m_progress->setValue(round);
        m_machine->setText(tr("%1, %n thread(s)", nullptr, hello.threads).arg(hello.device));
        m_trust->setText(tr("trust: %1")
                             .arg(hello.config["privacy"_L1]["schedule"_L1].toString() == "none"_L1
                                     ? tr("no privacy")
                                     : hello.config["privacy"_L1]["adversary"_L1].toString()));
    }
    if (const std::optional<double> left = job->timeLeft())
        parts.append(tr("%1 left").arg(durationText(*left)));
    m_activity->setText(parts.join(u"  ·  "_s));
}

/// False if something is under way and the person has not yet said what shall become of it.
bool MainWindow::mayClose()
{
    if (m_closeAnyway)
        return true;
    QStringList work;
    for (const Page* page : m_pages)
        if (page && !page->pendingWork().isEmpty())
            work.append(page->pendingWork());
    if (m_queue->isActive() || !work.isEmpty()) {
        askBeforeClosing(work.join(u"; "_s));
        return false;
    }
    return true;
}

void MainWindow::askBeforeClosing(const QString& work)
{
    if (findChild<QMessageBox*>(u"dialog_close"_s))
        return;
    const bool runs = m_queue->isActive();
    const QString text = runs
        ? tr("A run is going on. Stop it (the round is finished, the checkpoint and the results are "
             "written), or let it go "
             "on without the window? The next start finds it again.")
        : tr("%1 is not finished. Close and break it off? What was done so far is kept where it can be.")
              .arg(work);
    auto* box = new QMessageBox(QMessageBox::Question,
        runs ? tr("A run is going on") : tr("Work is going on"), text, QMessageBox::NoButton, this);
    box->setObjectName(u"dialog_close"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    if (runs && !work.isEmpty())
        box->setInformativeText(tr("%1 would be broken off.").arg(work));
    const auto add = [box](const QString& label, const QString& name, QMessageBox::ButtonRole role) {
        QPushButton* button = box->addButton(label, role);
        button->setObjectName(name);
        return button;
    };
    QPushButton* stop = add(runs ? tr("Stop and close") : tr("Break off and close"),
        u"button_stop_and_close"_s, QMessageBox::AcceptRole);
    connect(stop, &QPushButton::clicked, this, [this, runs] {
        m_closeAnyway = !runs || !m_queue->isActive();
        if (m_closeAnyway) {
            close();
            return;
        }
        m_closeWhenIdle = true;
        m_queue->stopAll();
    });
    if (runs) {
        QPushButton* leave = add(tr("Close, let it run"), u"button_leave_running"_s, QMessageBox::AcceptRole);
        connect(leave, &QPushButton::clicked, this, [this] {
            m_queue->detachAll();
            m_closeAnyway = true;
            close();
        });
    }
    QPushButton* keep = add(tr("Keep the window open"), u"button_keep_running"_s, QMessageBox::RejectRole);
    box->setDefaultButton(keep);
    box->setEscapeButton(keep);
    connect(keep, &QPushButton::clicked, this, [this] { m_closeWhenIdle = false; });
    box->open();
}

} // namespace fedcctr::studio
