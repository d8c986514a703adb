// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/train/runchart.h"

#include <QPointF>

namespace fedcctr::studio {

/// The terms of Eq. 22, each as it is weighted.
class LossChart : public RunChart {
public:
    explicit LossChart(widgets::CurvePlot* plot);

    using RunChart::add;
    void add(const RunRecording& record, const EventMessage& event) override;

protected:
    void describe(const RunRecording& record) override;
    void append(const RunRecording& record, const RoundMessage& round, int offset) override;
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
    void append(const RunRecording& record, const RoundMessage& round, int offset) override;

private:
    std::vector<QPointF> m_forecast;
};

/// σ, clipping, gradient norms and signal-to-noise.
class NoiseChart : public RunChart {
public:
    explicit NoiseChart(widgets::CurvePlot* plot);

protected:
    void describe(const RunRecording& record) override;
    void append(const RunRecording& record, const RoundMessage& round, int offset) override;
};

/// Clients with budget left, and those that took part.
class ClientsChart : public RunChart {
public:
    explicit ClientsChart(widgets::CurvePlot* plot);

    using RunChart::add;
    void add(const RunRecording& record, const EventMessage& event) override;

protected:
    void describe(const RunRecording& record) override;
    void append(const RunRecording& record, const RoundMessage& round, int offset) override;
};

} // namespace fedcctr::studio
