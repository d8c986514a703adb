// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runs/comparison.h"
#include "core/projection/frames.h"

#include <QJsonObject>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QMenu;
class QSpinBox;
class QToolButton;

namespace fedcctr::studio {

inline constexpr int kMostPanels = 4;

/// What is to be computed.
struct EmbeddingChoice {
    QStringList runs; ///< directories, one to four
    bool items = false; ///< else users
    int users = 180;
    qint64 seed = 1;
    bool overTraining = true;
    projection::Projection method = projection::Projection::Tsne;
    projection::TsneOptions tsne;
};

/// The two rows of controls above the pictures: which runs and points, which projection, and its buttons.
class EmbeddingControls : public QWidget {
    Q_OBJECT
public:
    enum class Phase { Idle, Vectors, Projection, Paused };

    explicit EmbeddingControls(QWidget* parent = nullptr);

    /// Runs that can be shown, newest first. What was chosen stays chosen if it is still there.
    void setRuns(const std::vector<EntryPtr>& runs);
    void chooseRun(const QString& path);
    EntryPtr entry(const QString& path) const;

    EmbeddingChoice choice() const;
    void setPhase(Phase phase);

    QJsonObject state() const;
    void restore(const QJsonObject& state);

Q_SIGNALS:
    void startRequested();
    void pauseRequested(bool paused);
    void stopRequested();
    void changed();

protected:
    void changeEvent(QEvent* event) override;

private:
    QLayout* buildChoiceRow();
    QLayout* buildMethodRow();
    QSpinBox* spin(
        const QString& name, int least, int most, int value, const QString& label, const QString& help);
    QComboBox* combo(
        const QString& name, const QString& label, const QString& help, const QStringList& entries);
    void fillCompareMenu();
    void follow(); ///< what depends on other controls
    void refreshIcons();
    QStringList compared() const;

    std::vector<EntryPtr> m_runs;
    QString m_wanted; ///< a run that was asked for before it was listed
    QStringList m_comparedPaths;
    QComboBox* m_run;
    QToolButton* m_compare;
    QMenu* m_compareMenu;
    QComboBox* m_points;
    QSpinBox* m_users;
    QSpinBox* m_seed;
    QCheckBox* m_training;
    QComboBox* m_method;
    QSpinBox* m_perplexity;
    QSpinBox* m_iterations;
    QComboBox* m_start;
    QToolButton* m_startButton;
    QToolButton* m_pauseButton;
    QToolButton* m_stopButton = nullptr; ///< made last
    Phase m_phase = Phase::Idle;
};

} // namespace fedcctr::studio
