// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runs/run_forecast.h"

#include <QTimer>
#include <QWidget>

#include <stop_token>

class QLabel;
class QPushButton;

namespace fedcctr::widgets {
class CurvePlot;
}

namespace fedcctr::studio {

/// What a run would take.
struct TimeForecast {
    double secondsPerRound = 0; ///< 0: unknown
    QString run; ///< whose rounds were timed
};

/// What the settings mean before anything is trained: computed 50 ms after the last change, off the GUI
/// thread; until the new values are there the old ones are grey.
class ThisRunPanel : public QWidget {
    Q_OBJECT
public:
    explicit ThisRunPanel(QWidget* parent = nullptr);
    ~ThisRunPanel() override;

    void setPopulation(const runs::Population& population);
    void setConfig(const settings::Config& config);
    void setTime(const TimeForecast& time);

    /// Nothing is waiting or being computed.
    bool isUpToDate() const { return !m_running && !m_delay.isActive(); }
    const runs::RunForecast& consequences() const { return m_shown; }

Q_SIGNALS:
    /// New values are shown.
    void updated();

    /// The person wants sigma_0 for the planned rounds.
    void calibrateRequested();

    /// A problem names this setting and was clicked.
    void settingRequested(const QString& key);

private:
    QWidget* buildCurves();
    void changed();
    void compute();
    void take(const runs::RunForecast& found);
    void showFacts();
    void showBudget();
    void showCurves();
    void showProblems();
    void setStale(bool stale);
    void changeEvent(QEvent* event) override;

    settings::Config m_config;
    settings::Config m_computed; ///< what m_shown is of
    runs::Population m_population;
    TimeForecast m_time;
    runs::RunForecast m_shown;
    QTimer m_delay;
    std::stop_source m_stop;
    bool m_running = false;
    bool m_again = false;
    bool m_stale = false;
    bool m_known = false; ///< there is something to show

    QLabel* m_problems;
    QLabel* m_facts;
    QLabel* m_budget;
    QPushButton* m_calibrate;
    QLabel* m_spends;
    widgets::CurvePlot* m_sigma = nullptr;
    widgets::CurvePlot* m_spent = nullptr;
};

} // namespace fedcctr::studio
