// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/affinities.h"

#include <optional>

namespace fedcctr::projection {

enum class TsneStart : std::uint8_t {
    Pca, ///< the first two principal axes, shrunk
    Random,
};

/// Beyond so many points, near neighbours and Barnes & Hut's squares stand for all pairs.
inline constexpr std::size_t kMostExactPoints = 2000;

struct TsneOptions {
    double perplexity = 30;
    int iterations = 1000;
    std::uint64_t seed = 1; ///< of a random start, and of the tiny shift that parts equal points
    TsneStart start = TsneStart::Pca;
    double learningRate = 0; ///< 0: max(n / 12 / 4, 50) (Belkina et al. 2019)
    double exaggeration = 12; ///< of p_ij in the first quarter, 250 iterations at most
    double theta = 0.5; ///< of the squares, where they are used
};

/// t-distributed stochastic neighbour embedding to the plane (van der Maaten & Hinton 2008): gradient descent
/// with momentum and gains. Deterministic. One step at a time, so that the caller may draw, pause and stop.
class Tsne {
public:
    /// Computes the affinities, which is most of the work before the first step. With `from` (n x 2) the
    /// descent starts there and without exaggeration. Throws Error if the perplexity is too large.
    Tsne(const Matrix& points, const TsneOptions& options, const std::optional<Matrix>& from = {},
        const std::stop_token& stop = {}, const std::function<void(double share)>& progress = {});

    void step();
    bool isDone() const { return m_iteration >= m_options.iterations; }
    int iteration() const { return m_iteration; }
    int iterations() const { return m_options.iterations; }
    bool isExact() const { return m_exact; }

    /// n x 2.
    const Matrix& coordinates() const { return m_y; }

    /// KL(P || Q) at the coordinates, without exaggeration; with squares an approximation over P's
    /// neighbours.
    double divergence() const;

    const Affinities& pairs() const { return m_pairs; }

private:
    void begin(const Matrix& points, const std::optional<Matrix>& from);

    TsneOptions m_options;
    bool m_exact;
    Affinities m_pairs;
    Matrix m_y;
    Matrix m_velocity;
    Matrix m_gains;
    int m_iteration = 0;
    int m_exaggerated = 0; ///< iterations
};

/// dKL/dy = 4 sum_j (c p_ij - q_ij) (y_i - y_j) / (1 + |y_i - y_j|²), n x 2, with p exaggerated c times.
/// theta 0: exact.
Matrix tsneGradient(const Affinities& pairs, const Matrix& y, double exaggeration, double theta);

/// KL(P || Q); theta 0: exact.
double tsneDivergence(const Affinities& pairs, const Matrix& y, double theta);

} // namespace fedcctr::projection
