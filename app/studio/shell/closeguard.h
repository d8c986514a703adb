// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QStringList>

class QWidget;

namespace fedcctr::studio {

class RunQueue;

/// Asks what shall become of a run or of work when its window is closed, and closes it then.
class CloseGuard : public QObject {
    Q_OBJECT
public:
    CloseGuard(RunQueue* queue, QWidget* window);

    /// False if a run goes on or there is `work` under way, and the person has not yet said what shall become
    /// of it.
    bool mayClose(const QStringList& work);

private:
    void ask(const QString& work);
    void stopAndClose();
    void closeAnyway();

    RunQueue* m_queue;
    QWidget* m_window;
    bool m_whenIdle = false;
    bool m_anyway = false;
};

} // namespace fedcctr::studio
