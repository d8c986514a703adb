// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/common/page.h"
#include "app/studio/runs/runqueue.h"

class QPushButton;
class QSplitter;
class QStackedWidget;

namespace fedcctr::widgets {
class MessageBar;
}

namespace fedcctr::studio {

class EventLog;
class RunNews;
class RunView;
class TrainControls;
class TrainHeader;
class Workspace;

/// Watch a run and steer it; or look at a finished one again.
class TrainPage : public Page {
    Q_OBJECT
public:
    TrainPage(Workspace* workspace, RunQueue* queue, QWidget* parent = nullptr);
    ~TrainPage() override;

    /// The run that is shown, or empty.
    QString shownRun() const { return m_run; }

    QJsonObject state() const override;
    void restore(const QJsonObject& state) override;
    void resetLayout() override;
    void exportPage() override;
    void find() override;

    /// A job of the queue, or any run directory.
    void showRun(const QString& run) override;

    bool follow() const;

public Q_SLOTS:
    void setFollow(bool on);

    /// Makes the demo dataset if it is not there, and queues its preset.
    void queueDemo();

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* buildEmpty();
    QWidget* buildBody();
    void connectHeader();
    void connectControls();
    void connectQueue();
    void watch(const QString& run);
    void showRecord();
    void takeOpened(const QString& run, const ReadRun& read);
    const RunRecording& record() const;
    const RunJob* job() const { return m_queue->job(m_run); }
    void listRuns();
    void fillRuns();
    void fillRunsSoon() { m_fillTimer.start(); }
    void showBehind(const QString& run);
    void showState();
    void startForecast();
    void showEnd();

    Workspace* m_workspace;
    RunQueue* m_queue;
    QString m_run;
    std::shared_ptr<const RunRecording> m_opened; ///< of a run that is no job, or has told nothing yet
    QStringList m_finished; ///< run directories on the disk, newest first
    bool m_chosen = false; ///< the person wants to see this one, not the one that goes on
    bool m_demoWanted = false;
    int m_reads = 0; ///< number of the newest read; older answers are dropped
    int m_forecasts = 0;
    QTimer m_leftTimer;
    QTimer m_fillTimer; ///< many jobs may change in one go

    TrainHeader* m_header = nullptr;
    TrainControls* m_controls = nullptr;
    widgets::MessageBar* m_message = nullptr;
    QStackedWidget* m_stack = nullptr;
    QPushButton* m_demo = nullptr;
    QSplitter* m_rows = nullptr;
    RunView* m_view = nullptr;
    EventLog* m_log = nullptr;
    RunNews* m_news = nullptr;
};

} // namespace fedcctr::studio
