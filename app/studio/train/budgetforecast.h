// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QPointF>

#include <vector>

namespace fedcctr::studio {

/// (round, ε) of the client that will have spent most, over all planned rounds: the run's own ledger, played
/// with the run's own draws (others of the same kind where these are secret). Empty without noise, or where
/// it would take too long. Not for the GUI's thread. `config` holds the run's settings by section.
std::vector<QPointF> forecastBudget(const QJsonObject& config, int clients);

} // namespace fedcctr::studio
