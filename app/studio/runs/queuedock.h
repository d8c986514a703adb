// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/common/page.h"
#include "app/studio/runs/runqueue.h"

class QAction;
class QMenu;
class QSettings;
class QTreeView;

namespace fedcctr::studio {

class QueueModel;

/// The queue as a table with its keys and its context menu; stands in the window's dock.
class QueueDock : public QWidget {
    Q_OBJECT
public:
    /// `settings` hold the machines that runs can be sent to.
    QueueDock(RunQueue* queue, QSettings* settings, QWidget* parent = nullptr);

    /// The selected run, or empty.
    QString selected() const;
    void select(const QString& run);

    /// Widths of the columns.
    QByteArray headerState() const;
    void restoreHeader(const QByteArray& state);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

public Q_SLOTS:
    /// Asks if there are results.
    void removeSelected();
    void duplicateSelected();

Q_SIGNALS:
    /// Show this run on that page.
    void runRequested(fedcctr::studio::PageId page, const QString& run);

protected:
    void changeEvent(QEvent* event) override;

private:
    QAction* make(const QString& name, const QString& text, const QString& help, const QKeySequence& key,
        void (QueueDock::*slot)());
    void buildActions();
    void updateActions();
    void refreshIcons();
    void startOrResume();
    void pauseSelected() { m_queue->togglePause(selected()); }
    void stopSelected() { m_queue->stop(selected()); }
    void stopSelectedNow() { m_queue->stopNow(selected()); }
    void restartSelected() { m_queue->restartFromCheckpoint(selected()); }
    void moveUp() { moveSelected(-1); }
    void moveDown() { moveSelected(1); }
    void moveSelected(int by);
    void showOnTrain() { Q_EMIT runRequested(PageId::Train, selected()); }
    void showOnCompare() { Q_EMIT runRequested(PageId::Compare, selected()); }
    void openFolder();
    void askToRemove(const RunJob& job);
    void fillPlaces();
    void sendTo(const QString& target);

    RunQueue* m_queue;
    QueueModel* m_model;
    QSettings* m_settings;
    QTreeView* m_table;
    QMenu* m_places = nullptr;
    QAction* m_start = nullptr;
    QAction* m_pause = nullptr;
    QAction* m_stop = nullptr;
    QAction* m_stopNow = nullptr;
    QAction* m_restart = nullptr;
    QAction* m_up = nullptr;
    QAction* m_down = nullptr;
    QAction* m_duplicate = nullptr;
    QAction* m_showTrain = nullptr;
    QAction* m_showCompare = nullptr;
    QAction* m_folder = nullptr;
    QAction* m_remove = nullptr;
};

} // namespace fedcctr::studio
