// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/lab/labknobs.h"
#include "app/studio/runs/comparison.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;

namespace fedcctr::report {
struct Frontier;
}

namespace fedcctr::widgets {
class CurvePlot;
}

namespace fedcctr::studio {

/// What privacy costs in accuracy: NDCG@10 against epsilon, from finished runs of the workspace only.
class UtilityCard : public QWidget {
    Q_OBJECT
public:
    explicit UtilityCard(QWidget* parent = nullptr);

    /// Shows the runs on one dataset: the one given, or, where no run is on it, the newest run's.
    void setRuns(const std::vector<EntryPtr>& runs, const QString& dataset);

    widgets::CurvePlot* chart() const { return m_chart; }

    /// The six values of epsilon that a sweep queues, and the settings over the preset for one of them: the
    /// least noise that keeps the preset's rounds within it. Throws Error.
    static QList<double> sweepEpsilons();
    static QString sweepPreset();
    static QStringList sweepAssignments(double epsilon);

Q_SIGNALS:
    void sweepRequested();

private:
    void refresh();
    void fillAccountants(const report::Frontier& frontier);

    std::vector<EntryPtr> m_runs; ///< finished, on one dataset
    QComboBox* m_accountant;
    QPushButton* m_sweep;
    QLabel* m_state;
    widgets::CurvePlot* m_chart;
};

} // namespace fedcctr::studio
