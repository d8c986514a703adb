// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/tsne_estimate.h"

#include "core/base/random.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace fedcctr::projection {

namespace {

constexpr std::size_t kTrialPoints = 1000;

Matrix randomPoints(std::size_t rows, std::size_t columns)
{
    Random random(1);
    Matrix points(rows, columns);
    for (double& value : points.values)
        value = random.normal();
    return points;
}

template <typename Work> double secondsOf(const Work& work)
{
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

} // namespace

double estimatedSeconds(std::size_t points, std::size_t width, const TsneOptions& options)
{
    const bool exact = points <= kMostExactPoints;
    const double perplexity = std::min(options.perplexity, mostPerplexity(kTrialPoints));
    const Matrix trial = randomPoints(kTrialPoints, width);
    Affinities pairs;
    const double distances = secondsOf(
        [&] { pairs = affinities(trial, perplexity, exact ? 0 : static_cast<std::size_t>(3 * perplexity)); });
    // As spread out as a picture usually is.
    Matrix plane = randomPoints(kTrialPoints, 2);
    for (double& value : plane.values)
        value *= 20;
    const double step =
        secondsOf([&] { static_cast<void>(tsneGradient(pairs, plane, 1, exact ? 0 : options.theta)); });
    const double ratio = static_cast<double>(points) / kTrialPoints;
    const double stepRatio =
        exact ? ratio * ratio : ratio * std::log(static_cast<double>(points)) / std::log(kTrialPoints);
    return distances * ratio * ratio + options.iterations * step * stepRatio;
}

} // namespace fedcctr::projection
