// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/names.h"
#include "core/runs/metric_set.h"
#include "core/runs/round_loss.h"
#include "core/runs/word.h"

#include <limits>
#include <map>
#include <string>
#include <vector>

namespace fedcctr::runs {

/// What a rigorous accountant says beside a rule as printed.
struct RigorousRecord {
    std::string accountant;
    Word<privacy::NeighbouringRelation> relation;
    double delta = 0;
    double most = 0; ///< epsilon of the client that spent most; infinite: no guarantee
};

/// Budgets of the clients after a round. An accountant is told by its name: a version may know others.
struct BudgetRecord {
    std::string accountant;
    Word<privacy::Adversary> adversary;
    Word<privacy::NeighbouringRelation> relation; ///< none in older runs
    double delta = 0; ///< 0: the rule has none; NaN: not recorded
    double limit = 0;
    double least = 0; ///< epsilon spent, over clients
    double median = 0;
    double most = 0;
    int active = 0;
    int clients = 0;
    std::optional<RigorousRecord> rigorous; ///< where a rule as printed governs; none in older runs
};

/// A market in a round of a federation of silos: its figures by name, loss and NDCG as well as what its
/// codebooks say ("items.reconstruction", "items.global.utilisation", "users.local.perplexity", …).
struct MarketRound {
    std::string name;
    bool answered = true; ///< false: it was not drawn, or dropped out
    std::map<std::string, double> values;

    /// NaN if there is no such figure.
    double at(const std::string& figure) const;
};

/// A "round" line of the engine's and of metrics.jsonl (PROTOCOL.md explains each field). What a line leaves
/// out is NaN or empty; so is what a round in which nobody sent anything cannot have, also where an earlier
/// program wrote 0.
struct RoundRecord {
    int round = 0; ///< from 1
    double seconds = std::numeric_limits<double>::quiet_NaN();
    double clients = std::numeric_limits<double>::quiet_NaN(); ///< that sent something
    RoundLoss loss;
    double normMedian = std::numeric_limits<double>::quiet_NaN(); ///< of the gradients, before clipping
    double normMost = std::numeric_limits<double>::quiet_NaN();
    double clipped = std::numeric_limits<double>::quiet_NaN(); ///< share of the clients
    double clipNorm = std::numeric_limits<double>::quiet_NaN(); ///< theta
    double sigma = std::numeric_limits<double>::quiet_NaN(); ///< NaN without noise
    double signalToNoise = std::numeric_limits<double>::quiet_NaN();
    std::optional<BudgetRecord> budget; ///< none without noise
    DomainMetricSets evaluation; ///< on the validation targets, in the rounds that evaluate
    int evaluationUsers = 0;
    std::string phase; ///< "codebooks" or "models" of a federation of silos; else empty
    std::vector<MarketRound> markets;

    /// Nobody sent anything.
    bool isSilent() const { return clients == 0; }
};

nlohmann::json toJson(const RoundRecord& round);
RoundRecord roundFrom(const nlohmann::json& line);

} // namespace fedcctr::runs
