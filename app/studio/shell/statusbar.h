// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/common/page.h"

#include <QStatusBar>

class QLabel;
class QProgressBar;
class QToolButton;

namespace fedcctr::studio {

class RunQueue;

/// The window's last line: what goes on, on which machine, and whom the run trusts.
class StatusBar : public QStatusBar {
    Q_OBJECT
public:
    explicit StatusBar(RunQueue* queue, QWidget* parent = nullptr);

public Q_SLOTS:
    /// What the queue does now.
    void showQueue();

    /// Until the queue does something.
    void setActivity(const QString& text);

    /// Who augments.
    void setBackend(const QString& name);

Q_SIGNALS:
    void pageRequested(fedcctr::studio::PageId page);

private:
    QToolButton* addLink(const QString& name, const QString& help, PageId target);

    RunQueue* m_queue;
    QLabel* m_activity;
    QProgressBar* m_progress;
    QLabel* m_machine;
    QToolButton* m_backend;
    QToolButton* m_trust;
};

} // namespace fedcctr::studio
