// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runs/run_reader.h"

namespace fedcctr::report {

/// What a run may claim, for a report or a paper: the tightest guarantee that is proven, with accountant,
/// trust model, adjacency, epsilon and delta; what the printed rules say beside it; and what no ledger
/// charges for. Plain sentences, one each; never empty.
std::vector<std::string> privacyStatement(const runs::SummaryRecord& summary, const runs::Settings& settings);

/// The accountant is one of the paper's rules as printed. Its epsilon does not stand
/// alone where tightestGuarantee() knows another.
bool isPrintedRule(const std::string& accountant);

/// The entry with the smallest epsilon of a proven accountant (not the paper's as printed); null if there is
/// none.
const runs::SpendRecord* tightestGuarantee(const runs::SummaryRecord& summary);

/// "a server that sees every single upload", …: whom the guarantee holds against.
std::string adversaryWords(const std::string& adversary);

} // namespace fedcctr::report
