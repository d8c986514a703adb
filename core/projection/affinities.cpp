// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/affinities.h"

#include "core/base/error.h"
#include "core/base/numbers.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace fedcctr::projection {

namespace {

using Entry = std::pair<std::uint32_t, double>;

/// exp(-beta d²), the nearest counted from 0 so that nothing underflows to an empty row; returns the entropy
/// in nats.
double rowAt(std::span<const double> squared, double least, double beta, std::span<double> share)
{
    double sum = 0;
    double weighted = 0;
    for (std::size_t j = 0; j < squared.size(); ++j) {
        share[j] = std::exp(-beta * (squared[j] - least));
        sum += share[j];
        weighted += share[j] * (squared[j] - least);
    }
    for (double& each : share)
        each /= sum;
    return std::log(sum) + beta * weighted / sum;
}

/// (P + Pᵀ) / 2n of rows of conditional probabilities, each sorted by neighbour.
Affinities symmetric(const std::vector<std::vector<Entry>>& rows)
{
    const std::size_t n = rows.size();
    std::vector<std::vector<Entry>> transposed(n);
    for (std::size_t i = 0; i < n; ++i)
        for (const auto& [j, share] : rows[i])
            transposed[j].emplace_back(static_cast<std::uint32_t>(i), share);
    Affinities result;
    result.rowStart.push_back(0);
    const double scale = 1 / (2 * static_cast<double>(n));
    for (std::size_t i = 0; i < n; ++i) {
        auto own = rows[i].begin();
        auto other = transposed[i].begin();
        while (own != rows[i].end() || other != transposed[i].end()) {
            const bool takeOwn =
                other == transposed[i].end() || (own != rows[i].end() && own->first <= other->first);
            const bool takeOther =
                own == rows[i].end() || (other != transposed[i].end() && other->first <= own->first);
            result.neighbour.push_back(takeOwn ? own->first : other->first);
            result.value.push_back(scale * ((takeOwn ? own->second : 0) + (takeOther ? other->second : 0)));
            own += takeOwn ? 1 : 0;
            other += takeOther ? 1 : 0;
        }
        result.rowStart.push_back(result.neighbour.size());
    }
    return result;
}

} // namespace

void conditionalRow(std::span<const double> squared, double perplexity, std::span<double> share)
{
    constexpr int kMostHalvings = 200;
    constexpr double kTolerance = 1e-7;
    const double wanted = std::log(perplexity);
    const double least = *std::ranges::min_element(squared);
    const double mean =
        std::accumulate(squared.begin(), squared.end(), 0.0) / static_cast<double>(squared.size()) - least;
    double beta = mean > 0 ? 1 / mean : 1;
    double low = 0;
    double high = std::numeric_limits<double>::infinity();
    for (int i = 0; i < kMostHalvings; ++i) {
        const double difference = rowAt(squared, least, beta, share) - wanted;
        if (std::abs(difference) < kTolerance)
            return;
        (difference > 0 ? low : high) = beta;
        beta = std::isinf(high) ? beta * 2 : (low + high) / 2;
        if (!std::isfinite(beta))
            return; // as many equally near points as the perplexity: no beta is sharp enough
    }
}

double perplexityOf(std::span<const double> share)
{
    double entropy = 0;
    for (const double each : share)
        entropy -= each > 0 ? each * std::log(each) : 0;
    return std::exp(entropy);
}

double mostPerplexity(std::size_t points)
{
    return std::max(0.0, (static_cast<double>(points) - 1) / 3);
}

Affinities affinities(const Matrix& points, double perplexity, std::size_t neighbours,
    const std::stop_token& stop, const std::function<void(double share)>& progress)
{
    const std::size_t n = points.rows;
    if (perplexity > mostPerplexity(n) || perplexity < 1)
        throw Error("perplexity " + general(perplexity) + ": must be from 1 to a third of the other points, "
            + general(mostPerplexity(n)) + " here");
    const std::size_t kept = neighbours == 0 ? n - 1 : std::min(neighbours, n - 1);
    std::vector<std::vector<Entry>> rows(n);
    std::vector<double> squared(n);
    std::vector<std::uint32_t> order;
    std::vector<double> nearest(kept);
    std::vector<double> share(kept);
    for (std::size_t i = 0; i < n && !stop.stop_requested(); ++i) {
        order.clear();
        for (std::size_t j = 0; j < n; ++j) {
            squared[j] = squaredDistance(points.row(i), points.row(j));
            if (j != i)
                order.push_back(static_cast<std::uint32_t>(j));
        }
        if (kept < n - 1) {
            std::ranges::nth_element(order, order.begin() + static_cast<std::ptrdiff_t>(kept),
                [&](std::uint32_t x, std::uint32_t y) {
                    return std::pair(squared[x], x) < std::pair(squared[y], y);
                });
            order.resize(kept);
            std::ranges::sort(order);
        }
        std::ranges::transform(order, nearest.begin(), [&](std::uint32_t j) { return squared[j]; });
        conditionalRow(nearest, perplexity, share);
        for (std::size_t k = 0; k < kept; ++k)
            rows[i].emplace_back(order[k], share[k]);
        if (progress && i % 256 == 0)
            progress(static_cast<double>(i) / static_cast<double>(n));
    }
    return symmetric(rows);
}

} // namespace fedcctr::projection
