// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/metrics.h"

#include "core/base/numbers.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace fedcctr::evaluation {

namespace {

/// ln(1 + e^x) without overflow.
double softplus(double x)
{
    return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}

/// A logit far from any overflow, for the log-loss of models that diverged.
double bounded(double logit)
{
    return std::isnan(logit) ? 0 : std::clamp(logit, -1e6, 1e6);
}

struct Counts {
    std::size_t above = 0;
    std::size_t equal = 0;
};

Counts compare(double positive, std::span<const float> negatives)
{
    Counts counts;
    for (const float negative : negatives) {
        const double score = static_cast<double>(negative);
        if (std::isnan(positive))
            ++(std::isnan(score) ? counts.equal : counts.above);
        else if (score > positive)
            ++counts.above;
        else if (score == positive)
            ++counts.equal;
    }
    return counts;
}

/// Mean of a gain over the positions that the positive may take among its equals; 0 beyond the cutoff.
template <typename Gain> double expectedGain(const UserResult& result, int cutoff, Gain gain)
{
    const double first = result.rank - result.ties / 2;
    const double last = std::min(first + result.ties, static_cast<double>(cutoff));
    double sum = 0;
    for (double position = first; position <= last; ++position)
        sum += gain(position);
    return sum / (result.ties + 1);
}

} // namespace

double rankOf(double positive, std::span<const float> negatives)
{
    const Counts counts = compare(positive, negatives);
    return 1 + static_cast<double>(counts.above) + static_cast<double>(counts.equal) / 2;
}

double ndcg(double rank, int cutoff)
{
    return rank <= cutoff ? 1 / std::log2(rank + 1) : 0;
}

UserResult userResult(float positive, std::span<const float> negatives)
{
    const double logit = static_cast<double>(positive);
    UserResult result;
    result.rank = rankOf(logit, negatives);
    result.ties = static_cast<double>(compare(logit, negatives).equal);
    const auto n = static_cast<double>(negatives.size());
    result.auc = negatives.empty() ? 0.5 : 1 - (result.rank - 1) / n;
    double loss = softplus(-bounded(logit));
    for (const float negative : negatives)
        loss += softplus(bounded(static_cast<double>(negative)));
    result.logLoss = loss / (n + 1);
    result.logit = positive;
    result.sampledLogit = negatives.empty() ? 0.0F : negatives.front();
    return result;
}

double ndcgOf(const UserResult& result, int cutoff)
{
    return expectedGain(result, cutoff, [cutoff](double rank) { return ndcg(rank, cutoff); });
}

double mrrOf(const UserResult& result, int cutoff)
{
    return expectedGain(result, cutoff, [](double rank) { return 1 / rank; });
}

double hrOf(const UserResult& result, int cutoff)
{
    return expectedGain(result, cutoff, [](double) { return 1.0; });
}

Metrics summarise(std::span<const UserResult> results)
{
    Metrics metrics;
    metrics.users = results.size();
    if (results.empty())
        return metrics;
    const auto n = static_cast<double>(results.size());
    std::array<double, 3> squares{};
    for (const UserResult& result : results) {
        for (std::size_t k = 0; k < kCutoffs.size(); ++k) {
            const int cutoff = kCutoffs[k];
            const double gain = ndcgOf(result, cutoff);
            metrics.ndcg[k] += gain / n;
            squares[k] += gain * gain / n;
            metrics.mrr[k] += mrrOf(result, cutoff) / n;
            metrics.hr[k] += hrOf(result, cutoff) / n;
        }
        metrics.auc += result.auc / n;
        metrics.logLoss += result.logLoss / n;
    }
    for (std::size_t k = 0; k < kCutoffs.size(); ++k) {
        const double variance = std::max(0.0, squares[k] - metrics.ndcg[k] * metrics.ndcg[k]);
        metrics.ndcgError[k] = n > 1 ? 1.96 * std::sqrt(variance / (n - 1)) : 0;
    }
    return metrics;
}

nlohmann::json toJson(const Metrics& metrics)
{
    nlohmann::json json = nlohmann::json::object();
    if (!metrics.judged)
        return json;
    for (std::size_t k = 0; k < kCutoffs.size(); ++k) {
        const std::string at = "@" + std::to_string(kCutoffs[k]);
        json["ndcg" + at] = metrics.ndcg[k];
        json["mrr" + at] = metrics.mrr[k];
        json["hr" + at] = metrics.hr[k];
        if (metrics.users > 0)
            json["ndcg" + at + "_ci95"] = {std::max(0.0, metrics.ndcg[k] - metrics.ndcgError[k]),
                metrics.ndcg[k] + metrics.ndcgError[k]};
    }
    json["auc"] = metrics.auc;
    json["logloss"] = metrics.logLoss;
    json["n"] = metrics.users;
    if (metrics.ctr)
        addTo(json, *metrics.ctr);
    return json;
}

nlohmann::json toJson(const DomainMetrics& metrics)
{
    return {{"A", toJson(metrics[0])}, {"B", toJson(metrics[1])}};
}

double randomMetric(std::string_view metric, std::size_t candidates)
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    if (candidates == 0)
        return nan;
    if (metric == "auc")
        return 0.5;
    // The constant logit 0.
    if (metric == "logloss")
        return std::log(2.0);
    const std::size_t at = metric.find('@');
    const std::optional<int> cutoff =
        at == std::string_view::npos ? std::nullopt : numberIn<int>(metric.substr(at + 1));
    const std::string_view kind = metric.substr(0, at);
    if (!cutoff || *cutoff < 1 || (kind != "ndcg" && kind != "mrr" && kind != "hr"))
        return nan;
    double sum = 0;
    for (std::size_t rank = 1; rank <= std::min(static_cast<std::size_t>(*cutoff), candidates); ++rank) {
        const auto place = static_cast<double>(rank);
        sum += kind == "ndcg" ? ndcg(place, *cutoff) : kind == "mrr" ? 1 / place : 1;
    }
    return sum / static_cast<double>(candidates);
}

Metrics randomRanking(int negatives)
{
    const auto candidates = static_cast<std::size_t>(negatives) + 1;
    Metrics metrics;
    for (std::size_t k = 0; k < kCutoffs.size(); ++k) {
        const std::string at = '@' + std::to_string(kCutoffs[k]);
        metrics.ndcg[k] = randomMetric("ndcg" + at, candidates);
        metrics.mrr[k] = randomMetric("mrr" + at, candidates);
        metrics.hr[k] = randomMetric("hr" + at, candidates);
    }
    metrics.auc = randomMetric("auc", candidates);
    metrics.logLoss = randomMetric("logloss", candidates);
    return metrics;
}

} // namespace fedcctr::evaluation
