// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/truncated_svd.h"

#include "core/base/random.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace fedcctr::model {

// The order of the sums is part of a run: the signs of the eigenvectors follow their rounding, and what was
// trained on these vectors is read again beside them. A library's products round otherwise and turn some
// columns.
namespace {

/// x, y -> c x - s y, s x + c y
void rotate(double* x, double* y, std::size_t count, std::size_t step, double c, double s)
{
    for (std::size_t i = 0; i < count; ++i) {
        const double first = x[i * step];
        const double second = y[i * step];
        x[i * step] = c * first - s * second;
        y[i * step] = s * first + c * second;
    }
}

/// The eigenvectors of a symmetric matrix in columns, those of the largest values first. Cyclic Jacobi.
DenseMatrix eigenvectors(DenseMatrix a)
{
    const std::size_t n = a.rows;
    DenseMatrix v(n, n); // vectors in rows
    for (std::size_t i = 0; i < n; ++i)
        v.at(i, i) = 1;
    for (int sweep = 0; sweep < 30; ++sweep) {
        double off = 0;
        double diagonal = 0;
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j)
                (i == j ? diagonal : off) += a.at(i, j) * a.at(i, j);
        if (off <= 1e-24 * diagonal)
            break;
        for (std::size_t p = 0; p + 1 < n; ++p)
            for (std::size_t q = p + 1; q < n; ++q) {
                if (a.at(p, q) == 0)
                    continue;
                const double theta = (a.at(q, q) - a.at(p, p)) / (2 * a.at(p, q));
                const double t = (theta >= 0 ? 1 : -1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
                const double c = 1 / std::sqrt(t * t + 1);
                const double s = t * c;
                rotate(&a.at(0, p), &a.at(0, q), n, a.stride, c, s);
                rotate(a.row(p), a.row(q), n, 1, c, s);
                rotate(v.row(p), v.row(q), n, 1, c, s);
            }
    }
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t i, std::size_t j) { return a.at(i, i) > a.at(j, j); });
    DenseMatrix result(n, n);
    for (std::size_t j = 0; j < n; ++j)
        for (std::size_t i = 0; i < n; ++i)
            result.at(i, j) = v.at(order[j], i);
    return result;
}

/// Lᵀ of the Cholesky factor of a Gram matrix; rows of columns that depend on the earlier ones are 0.
DenseMatrix choleskyUpper(const DenseMatrix& g)
{
    const std::size_t n = g.columns;
    DenseMatrix l(n, n);
    for (std::size_t j = 0; j < n; ++j) {
        double square = g.at(j, j);
        for (std::size_t k = 0; k < j; ++k)
            square -= l.at(j, k) * l.at(j, k);
        if (square <= 1e-12 * g.at(j, j))
            continue;
        l.at(j, j) = std::sqrt(square);
        for (std::size_t i = j + 1; i < n; ++i) {
            double sum = g.at(i, j);
            for (std::size_t k = 0; k < j; ++k)
                sum -= l.at(i, k) * l.at(j, k);
            l.at(i, j) = sum / l.at(j, j);
        }
    }
    DenseMatrix upper(n, n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j <= i; ++j)
            upper.at(j, i) = l.at(i, j);
    return upper;
}

/// An orthonormal basis of A's columns; those that depend on the earlier ones become 0.
DenseMatrix orthonormalised(DenseMatrix a, std::size_t threads)
{
    solveUpper(a, choleskyUpper(gram(a, threads)), threads);
    return a;
}

DenseMatrix randomMatrix(std::size_t rows, std::size_t columns)
{
    DenseMatrix result(rows, columns);
    Random random(1, {0x7e47});
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < columns; ++j)
            result.at(i, j) = random.normal();
    return result;
}

} // namespace

DenseMatrix leadingProjection(const SparseMatrix& x, std::size_t rank, std::size_t threads)
{
    constexpr std::size_t kOversampling = 8;
    constexpr int kPowerIterations = 3;
    const SparseMatrix back = transposed(x);
    const std::size_t width = std::min(rank + kOversampling, x.columns);
    DenseMatrix basis = randomMatrix(x.columns, width);
    for (int i = 0; i < kPowerIterations; ++i)
        basis = orthonormalised(multiply(back, multiply(x, basis, threads), threads), threads);
    const DenseMatrix projected = multiply(x, basis, threads);
    const DenseMatrix vectors = eigenvectors(gram(projected, threads));
    DenseMatrix leading(width, rank);
    for (std::size_t k = 0; k < width; ++k)
        std::copy_n(vectors.row(k), std::min(rank, width), leading.row(k));
    return multiply(projected, leading, threads);
}

} // namespace fedcctr::model
