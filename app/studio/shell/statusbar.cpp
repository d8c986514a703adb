// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/shell/statusbar.h"

#include "app/studio/runs/runqueue.h"

#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

StatusBar::StatusBar(RunQueue* queue, QWidget* parent)
    : QStatusBar(parent)
    , m_queue(queue)
    , m_activity(new QLabel(tr("idle"), this))
    , m_progress(new QProgressBar(this))
    , m_machine(new QLabel(this))
{
    m_activity->setObjectName(u"status_activity"_s);
    m_progress->setObjectName(u"progress_run"_s);
    m_progress->setAccessibleName(tr("Progress of the run"));
    m_progress->setMaximumWidth(fontMetrics().averageCharWidth() * 24);
    m_progress->hide();
    m_machine->setObjectName(u"status_machine"_s);
    m_machine->setToolTip(
        tr("What the engine computes on; run.device and run.threads on Experiment choose it"));
    addWidget(m_activity, 1);
    addPermanentWidget(m_progress);
    addPermanentWidget(m_machine);
    m_backend = addLink(
        u"status_backend"_s, tr("Who augments the dataset; opens Augmentation"), PageId::Augmentation);
    m_trust = addLink(u"status_trust"_s,
        tr("Trust model of the run: who must not learn what a client holds; opens Experiment"),
        PageId::Experiment);
    m_trust->hide();
    connect(queue, &RunQueue::jobAdded, this, &StatusBar::showQueue);
    connect(queue, &RunQueue::jobRemoved, this, &StatusBar::showQueue);
    connect(queue, &RunQueue::jobChanged, this, &StatusBar::showQueue);
    connect(queue, &RunQueue::roundReceived, this, &StatusBar::showQueue);
}

QToolButton* StatusBar::addLink(const QString& name, const QString& help, PageId target)
{
    auto* button = new QToolButton(this);
    button->setObjectName(name);
    button->setAutoRaise(true);
    button->setToolTip(help);
    button->setAccessibleName(help);
    connect(button, &QToolButton::clicked, this, [this, target] { Q_EMIT pageRequested(target); });
    addPermanentWidget(button);
    return button;
}

void StatusBar::setActivity(const QString& text)
{
    m_activity->setText(text);
}

void StatusBar::setBackend(const QString& name)
{
    m_backend->setText(name);
}

void StatusBar::showQueue()
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
        m_machine->setText(
            tr("%1, %n thread(s)", nullptr, hello.threads).arg(QString::fromStdString(hello.device)));
        m_trust->setText(
            tr("trust: %1")
                .arg(hello.config().privacy.schedule == privacy::Schedule::None
                        ? tr("no privacy")
                        : QString::fromStdString(privacy::nameOf(hello.config().privacy.adversary))));
    }
    if (const std::optional<double> left = job->timeLeft())
        parts.append(tr("%1 left").arg(durationText(*left)));
    m_activity->setText(parts.join(u"  ·  "_s));
}

} // namespace fedcctr::studio
