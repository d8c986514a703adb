// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/common/pace.h"
#include "core/runs/run_forecast.h"

#include <QString>

namespace fedcctr::studio {

struct TimeForecast;

/// Clients, parameters, memory, time, uploads, half-life and signal-to-noise, as lines of rich text.
QString factsText(const runs::RunForecast& found, const settings::Config& config,
    const runs::Population& population, const TimeForecast& time);

/// Whether the budget lasts for the planned rounds, one sentence per kind of client. Empty without noise.
QString budgetText(const runs::RunForecast& found, const settings::Config& config);

/// Epsilon at the end under every accountant, each with delta, adversary and neighbours, as rich text.
QString spendsText(const runs::RunForecast& found, const settings::Config& config);

} // namespace fedcctr::studio
