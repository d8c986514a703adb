// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/pca.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace fedcctr::projection {

namespace {

Matrix covariance(const Matrix& points, const std::vector<double>& mean)
{
    const std::size_t d = points.columns;
    Matrix result(d, d);
    std::vector<double> centred(d);
    for (std::size_t i = 0; i < points.rows; ++i) {
        for (std::size_t c = 0; c < d; ++c)
            centred[c] = points.at(i, c) - mean[c];
        for (std::size_t r = 0; r < d; ++r)
            for (std::size_t c = r; c < d; ++c)
                result.at(r, c) += centred[r] * centred[c];
    }
    const auto divisor = static_cast<double>(points.rows - 1);
    for (std::size_t r = 0; r < d; ++r)
        for (std::size_t c = r; c < d; ++c)
            result.at(c, r) = result.at(r, c) = result.at(r, c) / divisor;
    return result;
}

/// Turns the plane of p and q so that a(p, q) becomes 0; the same turn goes into the eigenvectors' rows.
void rotate(Matrix& a, Matrix& vectors, std::size_t p, std::size_t q)
{
    const double theta = (a.at(q, q) - a.at(p, p)) / (2 * a.at(p, q));
    const double t = (theta >= 0 ? 1 : -1) / (std::abs(theta) + std::hypot(theta, 1));
    const double c = 1 / std::hypot(t, 1);
    const double s = t * c;
    const std::size_t d = a.rows;
    for (std::size_t k = 0; k < d; ++k) {
        const double akp = a.at(k, p);
        const double akq = a.at(k, q);
        a.at(k, p) = c * akp - s * akq;
        a.at(k, q) = s * akp + c * akq;
    }
    for (std::size_t k = 0; k < d; ++k) {
        const double apk = a.at(p, k);
        const double aqk = a.at(q, k);
        a.at(p, k) = c * apk - s * aqk;
        a.at(q, k) = s * apk + c * aqk;
        const double vp = vectors.at(p, k);
        const double vq = vectors.at(q, k);
        vectors.at(p, k) = c * vp - s * vq;
        vectors.at(q, k) = s * vp + c * vq;
    }
}

/// Diagonalises a symmetric matrix in place; returns the eigenvectors as rows.
Matrix jacobi(Matrix& a)
{
    constexpr int kMostSweeps = 60;
    constexpr double kNegligible = 1e-24; // of the squared norm
    const std::size_t d = a.rows;
    Matrix vectors(d, d);
    for (std::size_t i = 0; i < d; ++i)
        vectors.at(i, i) = 1;
    const double whole = std::inner_product(a.values.begin(), a.values.end(), a.values.begin(), 0.0);
    for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
        double off = 0;
        for (std::size_t p = 0; p < d; ++p)
            for (std::size_t q = p + 1; q < d; ++q)
                off += a.at(p, q) * a.at(p, q);
        if (off <= kNegligible * whole)
            break;
        for (std::size_t p = 0; p < d; ++p)
            for (std::size_t q = p + 1; q < d; ++q)
                if (a.at(p, q) * a.at(p, q) > kNegligible * whole / static_cast<double>(d * d))
                    rotate(a, vectors, p, q);
    }
    return vectors;
}

} // namespace

Matrix PrincipalAxes::project(const Matrix& points) const
{
    Matrix result(points.rows, axes.rows);
    for (std::size_t i = 0; i < points.rows; ++i)
        for (std::size_t k = 0; k < axes.rows; ++k) {
            double sum = 0;
            for (std::size_t c = 0; c < points.columns; ++c)
                sum += (points.at(i, c) - mean[c]) * axes.at(k, c);
            result.at(i, k) = sum;
        }
    return result;
}

PrincipalAxes principalAxes(const Matrix& points, std::size_t count)
{
    if (points.rows < 2)
        throw Error("PCA needs two points at least");
    if (points.columns < count)
        throw Error("PCA to " + std::to_string(count)
            + " axes needs vectors of that width at least; these have " + std::to_string(points.columns));
    PrincipalAxes result;
    result.mean = centroid(points);
    Matrix a = covariance(points, result.mean);
    const Matrix vectors = jacobi(a);
    std::vector<std::size_t> order(points.columns);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](std::size_t x, std::size_t y) { return a.at(x, x) > a.at(y, y); });
    for (std::size_t i = 0; i < points.columns; ++i)
        result.totalVariance += a.at(i, i);
    result.axes = Matrix(count, points.columns);
    for (std::size_t k = 0; k < count; ++k) {
        const std::span<const double> axis = vectors.row(order[k]);
        const double largest =
            *std::ranges::max_element(axis, [](double x, double y) { return std::abs(x) < std::abs(y); });
        for (std::size_t c = 0; c < points.columns; ++c)
            result.axes.at(k, c) = largest < 0 ? -axis[c] : axis[c];
        result.variances.push_back(std::max(0.0, a.at(order[k], order[k])));
    }
    return result;
}

} // namespace fedcctr::projection
