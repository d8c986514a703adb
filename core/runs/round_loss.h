// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/settings/config.h"

#include <filesystem>
#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fedcctr::runs {

/// A term of a round's loss. NaN: not recorded, or nobody sent anything.
struct LossTerm {
    std::string name; ///< kTermA and kTermB, or the model's own: "IDRA"
    double mean = std::numeric_limits<double>::quiet_NaN(); ///< over the clients that sent, before its weight
    std::string setting = {}; ///< that weighs it, "loss.lambda1"; empty: nothing does
    double weight = std::numeric_limits<double>::quiet_NaN(); ///< that held in the round; only with a setting

    /// What every chart shows: the mean by its weight, or as it is where nothing weighs it.
    double weighted() const { return setting.empty() ? mean : weight * mean; }

    bool isWeighted() const { return !setting.empty(); }
};

inline constexpr std::string_view kTermA = "A"; ///< L^A of Eq. 22
inline constexpr std::string_view kTermB = "B"; ///< L^B
inline constexpr std::string_view kLambda1Key = "loss.lambda1";
inline constexpr std::string_view kLambda2Key = "loss.lambda2";

/// The loss of one round: the terms that the run's model has, L^A and L^B first, and their weighted sum.
struct RoundLoss {
    double total = std::numeric_limits<double>::quiet_NaN();
    std::vector<LossTerm> terms;

    /// Null if the run has no such term.
    const LossTerm* term(std::string_view name) const;

    // Of the term of that name; NaN if there is none.
    double mean(std::string_view name) const;
    double weight(std::string_view name) const;
    double weighted(std::string_view name) const;

    /// The round without a loss; its terms and weights stay.
    void clearMeans();
};

/// For charts: "Lᴬ", "λ₁·IDRA".
std::string labelOf(const LossTerm& term);

/// In files of columns: "a", "idra".
std::string columnOf(const LossTerm& term);

/// The weight's key without its section, "lambda1"; empty where nothing weighs the term.
std::string weightColumnOf(const LossTerm& term);

/// Writes "loss" (null where nothing was sent) and "terms", and beside them the weights under their own names
/// ("lambda1"), as earlier versions read them.
void addLoss(nlohmann::json& line, const RoundLoss& loss);

/// Reads these members. Lines of versions without "terms" have the four of Eq. 22.
RoundLoss lossFrom(const nlohmann::json& line);

/// A weight that a person changed while the run went on.
struct WeightChange {
    int round = 0; ///< rounds done then
    std::string key; ///< of the setting
    double value = 0;
};

/// The weight in a round: the configured one, or what it was changed to last before that round began.
double weightIn(int round, std::string_view key, double configured, std::span<const WeightChange> changes);
double weightIn(
    int round, std::string_view key, const settings::Config& config, std::span<const WeightChange> changes);

/// The weights of a round that did not record them: those of the settings and what they were changed to.
void completeWeights(
    RoundLoss& loss, int round, const settings::Config& config, std::span<const WeightChange> changes);

/// The changes in a run's events.jsonl, in their order. Damaged lines and a missing file tell of none.
std::vector<WeightChange> readWeightChanges(const std::filesystem::path& eventsFile);

} // namespace fedcctr::runs
