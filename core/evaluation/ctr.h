// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <vector>

namespace fedcctr::evaluation {

/// One prediction of the CTR task. Samples of a user stand together.
struct CtrSample {
    std::int32_t user = 0;
    bool label = false;
    float logit = 0;
};

/// 95 % by bootstrap over users: the 2.5 and 97.5 percentiles.
struct Interval {
    double low = 0;
    double high = 0;
    bool operator==(const Interval&) const = default;
};

/// Samples whose predicted probability falls between two tenths.
struct ReliabilityBin {
    double expected = 0; ///< mean predicted probability
    double observed = 0; ///< share of labels that are 1
    std::size_t samples = 0;
    bool operator==(const ReliabilityBin&) const = default;
};

/// A figure, and its interval where users were drawn again.
struct CtrFigure {
    double value = 0;
    std::optional<Interval> interval;
};

/// AUC, log loss and calibration of predicted click probabilities.
struct CtrMetrics {
    std::size_t samples = 0;
    std::size_t positives = 0;
    std::optional<CtrFigure> auc; ///< over all samples, ties half; none where all labels are equal
    /// The AUC within each user who has both labels, weighted by the user's samples; none without such users.
    std::optional<CtrFigure> gauc;
    CtrFigure logLoss; ///< mean binary cross-entropy
    CtrFigure calibration; ///< sum of predicted probabilities over number of ones; 0 without ones
    std::vector<ReliabilityBin> reliability; ///< the ten tenths that have samples, from the lowest
};

/// `resamples`: how often as many users are drawn with replacement; 0: no intervals. A logit that is not a
/// number counts as 0.
CtrMetrics ctrMetrics(std::span<const CtrSample> samples, int resamples, std::uint64_t seed = 1);

/// Adds "ctr_auc", "ctr_gauc", "ctr_logloss" and "ctr_calibration" (with "_ci95"), "ctr_n" and
/// "ctr_reliability" ([[expected, observed, samples], …]).
void addTo(nlohmann::json& json, const CtrMetrics& metrics);

} // namespace fedcctr::evaluation
