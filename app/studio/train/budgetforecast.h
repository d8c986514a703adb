// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runs/run_config.h"

#include <QPointF>

#include <vector>

namespace fedcctr::studio {

/// (round, ε) of the client that will have spent most, over all planned rounds: the run's own ledger, played
/// with the run's own draws (others of the same kind where these are secret). Empty without noise, or where
/// it would take too long. Not for the GUI's thread.
std::vector<QPointF> forecastBudget(const runs::RunConfig& settings, int clients);

} // namespace fedcctr::studio
