// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/common/page.h"
#include "app/studio/runs/runqueue.h"

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSplitter;
class QStackedWidget;
class QToolButton;

namespace fedcctr::widgets {
class MessageBar;
}

namespace fedcctr::studio {

class EventLog;
class RunView;
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
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    QLayout* buildHeader();
    QLayout* buildControls();
    QWidget* buildEmpty();
    QWidget* buildBody();
    void buildLayoutMenu();
    QDoubleSpinBox* weightBox(const QString& name, const QString& key, const QString& spoken);
    void connectQueue();
    void watch(const QString& run);
    void showRecord();
    void refillLog();
    void takeOpened(const QString& run, const ReadRun& read);
    const RunRecording& record() const;
    const RunJob* job() const { return m_queue->job(m_run); }
    void listRuns();
    void fillRuns();
    void fillRunsSoon() { m_fillTimer.start(); }
    void chooseBehind();
    void chooseMetric();
    void sendWeight(QDoubleSpinBox* box, const QString& key);
    void showWeights();
    void showState();
    void startForecast();
    void logHello(const HelloMessage& hello);
    void logRound(const RoundMessage& round);
    void logEvent(const EventMessage& event, const QDateTime& at = QDateTime::currentDateTime());
    void showEnd();
    void showFailure(const RunEnd& end);
    void showInterrupted();
    int checkpointRound() const;
    void refreshIcons();

    Workspace* m_workspace;
    RunQueue* m_queue;
    QString m_run;
    std::shared_ptr<const RunRecording> m_opened; ///< of a run that is no job, or has told nothing yet
    QStringList m_finished; ///< run directories on the disk, newest first
    QString m_wantedBehind;
    bool m_chosen = false; ///< the person wants to see this one, not the one that goes on
    bool m_demoWanted = false;
    int m_reads = 0; ///< number of the newest read; older answers are dropped
    int m_forecasts = 0;
    QTimer m_leftTimer;
    QTimer m_fillTimer; ///< many jobs may change in one go

    QComboBox* m_runs = nullptr;
    QLabel* m_stateIcon = nullptr;
    QLabel* m_stateLabel = nullptr;
    QToolButton* m_pause = nullptr;
    QToolButton* m_stop = nullptr;
    QToolButton* m_restart = nullptr;
    QToolButton* m_follow = nullptr;
    QToolButton* m_layout = nullptr;
    QComboBox* m_metric = nullptr;
    QComboBox* m_cutoff = nullptr;
    QDoubleSpinBox* m_lambda1 = nullptr;
    QDoubleSpinBox* m_lambda2 = nullptr;
    QComboBox* m_behind = nullptr;
    QComboBox* m_logLevel = nullptr;
    QLineEdit* m_logFind = nullptr;
    widgets::MessageBar* m_message = nullptr;
    QStackedWidget* m_stack = nullptr;
    QPushButton* m_demo = nullptr;
    QWidget* m_controls = nullptr;
    QSplitter* m_rows = nullptr;
    RunView* m_view = nullptr;
    EventLog* m_log = nullptr;
};

} // namespace fedcctr::studio
