// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/evaluation/ctr.h"

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string_view>
#include <vector>

namespace fedcctr::evaluation {

inline constexpr std::array<int, 3> kCutoffs{2, 5, 10};

/// Rank of the positive among the candidates, from 1; ties at their average rank, so that a constant scorer
/// does as a random one. A score that is not a number ranks last.
double rankOf(double positive, std::span<const float> negatives);

/// 1 / log2(rank + 1) if rank <= cutoff, else 0.
double ndcg(double rank, int cutoff);

/// What one user's target yields.
struct UserResult {
    double rank = 0; ///< ties at their average
    double ties = 0; ///< negatives with the positive's score
    double auc = 0; ///< share of negatives below the positive, ties half
    double logLoss =
        0; ///< mean over the positive and the negatives of the binary cross-entropy of sigmoid(score)
    float logit = 0; ///< of the target
    float sampledLogit = 0; ///< of the first negative
    bool label = true; ///< of the target
};

/// Scores are logits. `rank` among 1 + negatives.size() candidates.
UserResult userResult(float positive, std::span<const float> negatives);

/// A user's NDCG, MRR and HR at a cutoff. With ties, the means over the positions that the positive may take
/// among its equals: the average rank alone would give a constant scorer 0 and not what chance gives.
double ndcgOf(const UserResult& result, int cutoff);
double mrrOf(const UserResult& result, int cutoff);
double hrOf(const UserResult& result, int cutoff);

/// Means over users; metrics are fractions.
struct Metrics {
    std::array<double, 3> ndcg{}; ///< at kCutoffs
    std::array<double, 3> mrr{};
    std::array<double, 3> hr{};
    std::array<double, 3> ndcgError{}; ///< half width of the 95 % interval over users: 1.96 s / sqrt(n)
    double auc = 0;
    double logLoss = 0;
    std::size_t users = 0;
    bool judged = true; ///< false of a domain that the task does not predict
    std::optional<CtrMetrics> ctr; ///< where the CTR task was judged
};

Metrics summarise(std::span<const UserResult> results);

/// {"ndcg@2": …, "mrr@2": …, "hr@2": …, …, "auc", "logloss", "n", "ndcg@10_ci95": [low, high]}, and what
/// addTo() adds of the CTR task; {} of a domain that was not judged.
nlohmann::json toJson(const Metrics& metrics);

using DomainMetrics = std::array<Metrics, 2>; ///< by data::index(Domain)

/// {"A": {…}, "B": {…}}
nlohmann::json toJson(const DomainMetrics& metrics);

/// What drawing lots gives: the expected "ndcg@K", "mrr@K" or "hr@K" for any K, "auc" or "logloss" of a
/// positive whose rank is uniform among `candidates`, e.g. an NDCG@10 of 4.54 % among 100. NaN of another
/// metric or without candidates.
double randomMetric(std::string_view metric, std::size_t candidates);

/// The same at kCutoffs, among 1 + `negatives` candidates.
Metrics randomRanking(int negatives);

} // namespace fedcctr::evaluation
