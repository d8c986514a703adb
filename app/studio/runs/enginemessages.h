// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runs/protocol.h"

#include <QByteArray>
#include <QString>

namespace fedcctr::studio {

// What engines tell, as core/runs knows it. Fractions stay fractions.
using runs::BudgetRecord;
using runs::ErrorMessage;
using runs::EventKind;
using runs::EventMessage;
using runs::HelloMessage;
using runs::ReferenceMessage;
using runs::RoundRecord;
using runs::RunState;
using runs::StateMessage;
using runs::SummaryMessage;

/// One line of the engine's. Nothing if it is not JSON.
inline std::optional<runs::Message> parseMessage(const QByteArray& line)
{
    return runs::parseMessage({line.constData(), static_cast<std::size_t>(line.size())});
}

/// NDCG@10 was measured.
inline bool isMeasured(const runs::MetricSet& metrics)
{
    return metrics.values.contains("ndcg@10");
}

} // namespace fedcctr::studio
