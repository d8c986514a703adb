// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/train/runchart.h"

#include <QPointF>

namespace fedcctr::studio {

/// The terms that the run's model has, each as it is weighted.
class LossChart : public RunChart {
public:
    explicit LossChart(widgets::CurvePlot* plot);

    using RunChart::add;
    void add(const RunRecording& record, const EventMessage& event) override;

protected:
    void describe(const RunRecording& record) override;
    void append(const RunRecording& record, const RoundRecord& round, bool isBehind) override;
    void prepare(const RunRecording& behind) override;

private:
    int lineOf(const runs::LossTerm& term);

    std::vector<std::string> m_terms; ///< by line
};

/// Budget that clients have spent, its limit, what is to come, and who stopped.
class BudgetChart : public RunChart {
public:
    explicit BudgetChart(widgets::CurvePlot* plot);

    /// ε of the client that will have spent most, by round, as forecast. Drawn dotted.
    void setForecast(const std::vector<QPointF>& most);

    using RunChart::add;
    void add(const RunRecording& record, const EventMessage& event) override;

protected:
    void describe(const RunRecording& record) override;
    void append(const RunRecording& record, const RoundRecord& round, bool isBehind) override;

private:
    std::vector<QPointF> m_forecast;
};

/// σ, clipping, gradient norms and signal-to-noise.
class NoiseChart : public RunChart {
public:
    explicit NoiseChart(widgets::CurvePlot* plot);

protected:
    void describe(const RunRecording& record) override;
    void append(const RunRecording& record, const RoundRecord& round, bool isBehind) override;
};

/// Clients with budget left, and those that took part.
class ClientsChart : public RunChart {
public:
    explicit ClientsChart(widgets::CurvePlot* plot);

    using RunChart::add;
    void add(const RunRecording& record, const EventMessage& event) override;

protected:
    void describe(const RunRecording& record) override;
    void append(const RunRecording& record, const RoundRecord& round, bool isBehind) override;
};

/// Of the newest evaluated round: the observed share of ones against the predicted probability.
class ReliabilityChart : public RunChart {
public:
    explicit ReliabilityChart(widgets::CurvePlot* plot);

protected:
    void describe(const RunRecording& record) override;
    void append(const RunRecording& record, const RoundRecord& round, bool isBehind) override;
};

} // namespace fedcctr::studio
