// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fedcctr::runs {

/// The loss of one round (Eq. 22): means over the clients that sent something, before their weights, and the
/// weights that held in that round. NaN: not recorded, or nobody sent anything.
struct RoundLoss {
    double total = std::numeric_limits<double>::quiet_NaN();
    double a = std::numeric_limits<double>::quiet_NaN();
    double b = std::numeric_limits<double>::quiet_NaN();
    double idra = std::numeric_limits<double>::quiet_NaN();
    double cdrd = std::numeric_limits<double>::quiet_NaN();
    double lambda1 = std::numeric_limits<double>::quiet_NaN();
    double lambda2 = std::numeric_limits<double>::quiet_NaN();

    /// lambda1 L^IDRA and lambda2 L^CDRD: what every chart and file shows beside L^A and L^B.
    double weightedIdra() const { return lambda1 * idra; }
    double weightedCdrd() const { return lambda2 * cdrd; }

    /// The round without a loss; its weights stay.
    void clearTerms() { total = a = b = idra = cdrd = std::numeric_limits<double>::quiet_NaN(); }
};

inline constexpr std::string_view kLambda1Key = "loss.lambda1";
inline constexpr std::string_view kLambda2Key = "loss.lambda2";

/// A weight that a person changed while the run went on.
struct WeightChange {
    int round = 0; ///< rounds done then
    std::string key; ///< kLambda1Key or kLambda2Key
    double value = 0;
};

/// The weight in a round: the configured one, or what it was changed to last before that round began.
double weightIn(int round, std::string_view key, double configured, std::span<const WeightChange> changes);

/// The changes in a run's events.jsonl, in their order. Damaged lines and a missing file tell of none.
std::vector<WeightChange> readWeightChanges(const std::filesystem::path& eventsFile);

} // namespace fedcctr::runs
