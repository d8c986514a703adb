// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/tsne.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/projection/pca.h"
#include "core/projection/quadtree.h"

#include <algorithm>
#include <cmath>

namespace fedcctr::projection {

namespace {

constexpr std::uint64_t kStartStream = 0x75e;
constexpr double kStartDeviation = 1e-4;
constexpr int kMostExaggerated = 250;

/// The part of the gradient that pushes apart, before its division by Z; returns Z = sum of all weights.
double repel(const Matrix& y, double theta, Matrix& force)
{
    const std::size_t n = y.rows;
    double z = 0;
    if (theta > 0) {
        const QuadTree tree(y);
        for (std::size_t i = 0; i < n; ++i) {
            const QuadTree::Force one = tree.repulsion(y.at(i, 0), y.at(i, 1), theta);
            force.at(i, 0) = one.sum[0];
            force.at(i, 1) = one.sum[1];
            z += one.weight;
        }
        return z;
    }
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = i + 1; j < n; ++j) {
            const double dx = y.at(i, 0) - y.at(j, 0);
            const double dy = y.at(i, 1) - y.at(j, 1);
            const double w = 1 / (1 + dx * dx + dy * dy);
            const double w2 = w * w;
            z += 2 * w;
            force.at(i, 0) += w2 * dx;
            force.at(i, 1) += w2 * dy;
            force.at(j, 0) -= w2 * dx;
            force.at(j, 1) -= w2 * dy;
        }
    return z;
}

double weightOf(const Matrix& y, std::size_t i, std::size_t j)
{
    const double dx = y.at(i, 0) - y.at(j, 0);
    const double dy = y.at(i, 1) - y.at(j, 1);
    return 1 / (1 + dx * dx + dy * dy);
}

void centre(Matrix& y)
{
    const std::vector<double> mean = centroid(y);
    for (std::size_t i = 0; i < y.rows; ++i)
        for (std::size_t c = 0; c < y.columns; ++c)
            y.at(i, c) -= mean[c];
}

} // namespace

Matrix tsneGradient(const Affinities& pairs, const Matrix& y, double exaggeration, double theta)
{
    Matrix repulsion(y.rows, 2);
    const double z = std::max(repel(y, theta, repulsion), 1e-300);
    Matrix gradient(y.rows, 2);
    for (std::size_t i = 0; i < y.rows; ++i) {
        double x = 0;
        double v = 0;
        for (std::size_t k = pairs.rowStart[i]; k < pairs.rowStart[i + 1]; ++k) {
            const std::size_t j = pairs.neighbour[k];
            const double pull = pairs.value[k] * weightOf(y, i, j);
            x += pull * (y.at(i, 0) - y.at(j, 0));
            v += pull * (y.at(i, 1) - y.at(j, 1));
        }
        gradient.at(i, 0) = 4 * (exaggeration * x - repulsion.at(i, 0) / z);
        gradient.at(i, 1) = 4 * (exaggeration * v - repulsion.at(i, 1) / z);
    }
    return gradient;
}

double tsneDivergence(const Affinities& pairs, const Matrix& y, double theta)
{
    Matrix unused(y.rows, 2);
    const double logZ = std::log(std::max(repel(y, theta, unused), 1e-300));
    double sum = 0;
    for (std::size_t i = 0; i < y.rows; ++i)
        for (std::size_t k = pairs.rowStart[i]; k < pairs.rowStart[i + 1]; ++k)
            if (const double p = pairs.value[k]; p > 0)
                sum += p * (std::log(p) - std::log(weightOf(y, i, pairs.neighbour[k])) + logZ);
    return sum;
}

Tsne::Tsne(const Matrix& points, const TsneOptions& options, const std::optional<Matrix>& from,
    const std::stop_token& stop, const std::function<void(double share)>& progress)
    : m_options(options)
    , m_exact(points.rows <= kMostExactPoints)
    , m_pairs(affinities(points, options.perplexity,
          m_exact ? 0 : static_cast<std::size_t>(3 * options.perplexity), stop, progress))
    , m_velocity(points.rows, 2)
    , m_gains(points.rows, 2)
{
    std::ranges::fill(m_gains.values, 1.0);
    if (m_options.learningRate <= 0)
        m_options.learningRate = std::max(static_cast<double>(points.rows) / 12 / 4, 50.0);
    begin(points, from);
}

void Tsne::begin(const Matrix& points, const std::optional<Matrix>& from)
{
    if (from) {
        if (from->rows != points.rows || from->columns != 2)
            throw Error("t-SNE: the start has another number of points");
        m_y = *from;
        return;
    }
    m_exaggerated = std::min(kMostExaggerated, m_options.iterations / 4);
    m_y = Matrix(points.rows, 2);
    Random random(m_options.seed, {kStartStream});
    double scale = kStartDeviation;
    if (m_options.start == TsneStart::Pca && points.columns >= 2) {
        const PrincipalAxes axes = principalAxes(points, 2);
        m_y = axes.project(points);
        const double deviation = std::sqrt(axes.variances[0]);
        for (double& each : m_y.values)
            each *= deviation > 0 ? kStartDeviation / deviation : 0;
        scale = kStartDeviation / 1000; // equal points must not stay together for ever
    }
    for (double& each : m_y.values)
        each += scale * random.normal();
}

void Tsne::step()
{
    const bool early = m_iteration < m_exaggerated;
    const double momentum = early ? 0.5 : 0.8;
    const Matrix gradient =
        tsneGradient(m_pairs, m_y, early ? m_options.exaggeration : 1, m_exact ? 0 : m_options.theta);
    for (std::size_t k = 0; k < gradient.values.size(); ++k) {
        const bool same = (gradient.values[k] > 0) == (m_velocity.values[k] > 0);
        m_gains.values[k] = std::max(0.01, same ? m_gains.values[k] * 0.8 : m_gains.values[k] + 0.2);
        m_velocity.values[k] =
            momentum * m_velocity.values[k] - m_options.learningRate * m_gains.values[k] * gradient.values[k];
        m_y.values[k] += m_velocity.values[k];
    }
    centre(m_y);
    ++m_iteration;
}

double Tsne::divergence() const
{
    return tsneDivergence(m_pairs, m_y, m_exact ? 0 : m_options.theta);
}

} // namespace fedcctr::projection
