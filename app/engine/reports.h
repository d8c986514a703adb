// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runs/protocol.h"
#include "core/runs/test_users.h"
#include "core/training/trainer.h"

#include <nlohmann/json_fwd.hpp>

namespace fedcctr::engine {

/// What a training reports, as the protocol's messages.
runs::RoundRecord roundRecordOf(const training::RoundReport& report, const settings::Config& config);
runs::EventMessage eventOf(const training::TrainingEvent& event);
runs::RunState stateOf(training::EndReason reason);
runs::ForecastRecord forecastOf(const std::optional<federation::Forecast>& forecast);

/// "AMD EPYC 7B13, 2 cores, cpu": what the numbers do not depend on, and the seconds do.
std::string hardwareOf(const std::string& device);

/// What test_users.csv.gz holds, by domain.
runs::UserScores userScores(const std::array<std::vector<training::UserOutcome>, 2>& users);

/// One line of ledger.jsonl: how the budgets stand.
nlohmann::json ledgerLine(int round, const std::vector<privacy::ClientSpend>& clients);

} // namespace fedcctr::engine
