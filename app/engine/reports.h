// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/trainer.h"

#include <nlohmann/json_fwd.hpp>

namespace fedcctr::engine {

/// The lines of PROTOCOL.md.
nlohmann::json roundLine(const training::RoundReport& report, const privacy::PrivacyOptions& privacy);
nlohmann::json eventLine(const training::TrainingEvent& event);

/// "finished", "stopped" or "budget-spent".
std::string word(training::EndReason reason);

/// One entry of summary.json's "privacy".
nlohmann::json spendEntry(const privacy::Spend& spend);

/// One line of ledger.jsonl: how the budgets stand.
nlohmann::json ledgerLine(int round, const std::vector<privacy::ClientSpend>& clients);

} // namespace fedcctr::engine
