// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runs/runjob.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QMenu;
class QToolButton;

namespace fedcctr::studio {

/// The Train page's first line: which run is shown, its state, and the buttons that steer it.
class TrainHeader : public QWidget {
    Q_OBJECT
public:
    explicit TrainHeader(QWidget* parent = nullptr);

    struct Choice {
        QString run; ///< directory
        QString text;
    };
    void setRuns(const QList<Choice>& runs, const QString& shown);

    /// `job` is null for a run that is none of the queue's; `hasCheckpoint`: it has told of one.
    void showState(const QString& run, RunState state, const RunJob* job, bool hasCheckpoint);

    void setLayoutMenu(QMenu* menu);

public Q_SLOTS:
    void setFollow(bool on);

Q_SIGNALS:
    void runChosen(const QString& run);
    void pauseClicked();
    void stopClicked();
    void restartClicked();
    void followClicked(bool on);

protected:
    void changeEvent(QEvent* event) override;

private:
    void buildRuns();
    void buildButtons();
    void refreshIcons();

    QComboBox* m_runs;
    QLabel* m_stateIcon;
    QLabel* m_stateLabel;
    QToolButton* m_pause;
    QToolButton* m_stop;
    QToolButton* m_restart;
    QToolButton* m_follow;
    QToolButton* m_layout;
    RunState m_state = RunState::Interrupted;
    bool m_goesOn = false; ///< the first button starts it again
};

} // namespace fedcctr::studio
