// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/shell/closeguard.h"

#include "app/studio/runs/runqueue.h"

#include <QMessageBox>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

CloseGuard::CloseGuard(RunQueue* queue, QWidget* window)
    : QObject(window)
    , m_queue(queue)
    , m_window(window)
{
    connect(queue, &RunQueue::allStopped, this, [this] {
        if (m_whenIdle)
            closeAnyway();
    });
}

bool CloseGuard::mayClose(const QStringList& work)
{
    if (m_anyway || (!m_queue->isActive() && work.isEmpty()))
        return true;
    ask(work.join(u"; "_s));
    return false;
}

void CloseGuard::closeAnyway()
{
    m_anyway = true;
    m_window->close();
}

void CloseGuard::stopAndClose()
{
    if (!m_queue->isActive()) {
        closeAnyway();
        return;
    }
    m_whenIdle = true;
    m_queue->stopAll();
}

void CloseGuard::ask(const QString& work)
{
    if (m_window->findChild<QMessageBox*>(u"dialog_close"_s))
        return;
    const bool runs = m_queue->isActive();
    const QString text = runs
        ? tr("A run is going on. Stop it (the round is finished, the checkpoint and the results are "
             "written), or let it go "
             "on without the window? The next start finds it again.")
        : tr("%1 is not finished. Close and break it off? What was done so far is kept where it can be.")
              .arg(work);
    auto* box = new QMessageBox(QMessageBox::Question,
        runs ? tr("A run is going on") : tr("Work is going on"), text, QMessageBox::NoButton, m_window);
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
    connect(stop, &QPushButton::clicked, this, &CloseGuard::stopAndClose);
    if (runs) {
        QPushButton* leave = add(tr("Close, let it run"), u"button_leave_running"_s, QMessageBox::AcceptRole);
        connect(leave, &QPushButton::clicked, this, [this] {
            m_queue->detachAll();
            closeAnyway();
        });
    }
    QPushButton* keep = add(tr("Keep the window open"), u"button_keep_running"_s, QMessageBox::RejectRole);
    box->setDefaultButton(keep);
    box->setEscapeButton(keep);
    connect(keep, &QPushButton::clicked, this, [this] { m_whenIdle = false; });
    box->open();
}

} // namespace fedcctr::studio
