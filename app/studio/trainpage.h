// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/engineprocess.h"

#include <QWidget>

class QAction;
class QLabel;
class QSettings;
class QSplitter;

namespace fedcctr::widgets {
class MessageBar;
}

namespace fedcctr::studio {

class EventLog;
class RunView;
class SetupPanel;

/// Set up a run, watch it, steer it.
class TrainPage : public QWidget {
    Q_OBJECT
public:
    /// `engine` is the path of fedcctr-engine, `workspace` the folder for datasets and runs.
    TrainPage(
        const QString& engine, const QString& workspace, QSettings* settings, QWidget* parent = nullptr);

    SetupPanel* setup() const { return m_setup; }
    bool isRunning() const { return m_engine.isActive(); }
    QAction* startAction() const { return m_start; }
    QAction* pauseAction() const { return m_pause; }
    QAction* stopAction() const { return m_stop; }
    QAction* followAction() const { return m_follow; }

    /// Starts as soon as the dataset that is being read or made is there.
    void startWhenReady();
    void stop();
    void save();

    /// Says that the dataset was augmented, which the next run uses.
    void tellAugmented(const QString& path, const QString& summary);

Q_SIGNALS:
    /// For the status bar: what is going on, and on what it runs.
    void statusChanged(const QString& activity, const QString& machine);
    void runEnded();

private:
    void buildActions();
    QLayout* buildHeader();
    void buildBody(QSplitter* splitter);
    void connectEngine();
    void start();
    void launch(const RunSetup& setup);
    void resumeFailed();
    void togglePause();
    void showState(EngineProcess::State state);
    void showStatus();
    void greet(const HelloMessage& hello);
    void logRound(const RoundMessage& round);
    void logEvent(const EventMessage& event);
    void showEnd(const RunEnd& end);
    void showFailure(const RunEnd& end);
    QString resultText(const RunEnd& end) const;
    void changeEvent(QEvent* event) override;
    void refreshIcons();

    QString m_workspace;
    QSettings* m_settings;
    EngineProcess m_engine;
    RunSetup m_run;
    QString m_machine;
    bool m_startWhenReady = false;

    QAction* m_start = nullptr;
    QAction* m_pause = nullptr;
    QAction* m_stop = nullptr;
    QAction* m_follow = nullptr;
    SetupPanel* m_setup = nullptr;
    RunView* m_view = nullptr;
    EventLog* m_log = nullptr;
    widgets::MessageBar* m_message = nullptr;
    QLabel* m_runName = nullptr;
    QLabel* m_stateLabel = nullptr;
    QSplitter* m_columns = nullptr;
    QSplitter* m_rows = nullptr;
};

} // namespace fedcctr::studio
