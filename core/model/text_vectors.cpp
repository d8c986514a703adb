// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/text_vectors.h"

#include "core/base/random.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>

namespace fedcctr::model {

namespace {

/// Rows of (column, value) pairs.
struct SparseMatrix {
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::vector<std::size_t> offsets{0};
    std::vector<std::pair<std::size_t, double>> entries;
};

/// Row-major.
struct DenseMatrix {
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::vector<double> values;

    DenseMatrix(std::size_t r, std::size_t c)
        : rows(r)
        , columns(c)
        , values(r * c)
    {
    }
    double* row(std::size_t i) { return values.data() + i * columns; }
    const double* row(std::size_t i) const { return values.data() + i * columns; }
    double& at(std::size_t i, std::size_t j) { return values[i * columns + j]; }
    double at(std::size_t i, std::size_t j) const { return values[i * columns + j]; }
};

std::string itemText(const data::Item& item)
{
    return item.title + ' ' + item.categories;
}

/// Words and pairs of neighbours.
std::vector<std::string> terms(const std::string& text)
{
    std::vector<std::string> result = words(text);
    const std::size_t count = result.size();
    for (std::size_t i = 1; i < count; ++i)
        result.push_back(result[i - 1] + ' ' + result[i]);
    return result;
}

SparseMatrix tfIdf(const data::Dataset& dataset)
{
    std::vector<std::map<std::string, int>> counts;
    std::map<std::string, int> documents;
    for (const data::Item& item : dataset.items) {
        std::map<std::string, int>& own = counts.emplace_back();
        for (std::string& term : terms(itemText(item)))
            ++own[std::move(term)];
        for (const auto& [word, count] : own)
            ++documents[word];
    }
    std::map<std::string, std::size_t> column;
    for (const auto& [word, frequency] : documents)
        if (frequency >= 2)
            column.emplace(word, column.size());

    SparseMatrix matrix;
    matrix.rows = counts.size();
    matrix.columns = column.size();
    const auto n = static_cast<double>(counts.size());
    for (const std::map<std::string, int>& own : counts) {
        const std::size_t begin = matrix.entries.size();
        double square = 0;
        for (const auto& [word, count] : own) {
            const auto found = column.find(word);
            if (found == column.end())
                continue;
            const double idf = std::log((1 + n) / (1 + documents[word])) + 1;
            const double weight = (1 + std::log(count)) * idf;
            matrix.entries.emplace_back(found->second, weight);
            square += weight * weight;
        }
        for (std::size_t i = begin; i < matrix.entries.size(); ++i)
            matrix.entries[i].second /= std::sqrt(square);
        matrix.offsets.push_back(matrix.entries.size());
    }
    return matrix;
}

DenseMatrix multiply(const SparseMatrix& x, const DenseMatrix& right)
{
    DenseMatrix result(x.rows, right.columns);
    for (std::size_t i = 0; i < x.rows; ++i) {
        double* out = result.row(i);
        for (std::size_t e = x.offsets[i]; e < x.offsets[i + 1]; ++e) {
            const auto& [column, value] = x.entries[e];
            const double* in = right.row(column);
            for (std::size_t j = 0; j < right.columns; ++j)
                out[j] += value * in[j];
        }
    }
    return result;
}

DenseMatrix multiplyTransposed(const SparseMatrix& x, const DenseMatrix& right)
{
    DenseMatrix result(x.columns, right.columns);
    for (std::size_t i = 0; i < x.rows; ++i) {
        const double* in = right.row(i);
        for (std::size_t e = x.offsets[i]; e < x.offsets[i + 1]; ++e) {
            const auto& [column, value] = x.entries[e];
            double* out = result.row(column);
            for (std::size_t j = 0; j < right.columns; ++j)
                out[j] += value * in[j];
        }
    }
    return result;
}

/// Aᵀ A, [columns, columns].
DenseMatrix gram(const DenseMatrix& a)
{
    DenseMatrix result(a.columns, a.columns);
    for (std::size_t i = 0; i < a.rows; ++i) {
        const double* row = a.row(i);
        for (std::size_t j = 0; j < a.columns; ++j)
            for (std::size_t k = 0; k <= j; ++k)
                result.at(j, k) += row[j] * row[k];
    }
    for (std::size_t j = 0; j < a.columns; ++j)
        for (std::size_t k = 0; k < j; ++k)
            result.at(k, j) = result.at(j, k);
    return result;
}

struct Eigen {
    std::vector<double> values; ///< falling
    DenseMatrix vectors; ///< in columns
};

/// Cyclic Jacobi; the matrix is symmetric and small.
Eigen symmetricEigen(DenseMatrix a)
{
    const std::size_t n = a.rows;
    DenseMatrix v(n, n);
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
                for (std::size_t i = 0; i < n; ++i) {
                    const double x = a.at(i, p);
                    const double y = a.at(i, q);
                    a.at(i, p) = c * x - s * y;
                    a.at(i, q) = s * x + c * y;
                }
                for (std::size_t i = 0; i < n; ++i) {
                    const double x = a.at(p, i);
                    const double y = a.at(q, i);
                    a.at(p, i) = c * x - s * y;
                    a.at(q, i) = s * x + c * y;
                    const double vx = v.at(i, p);
                    const double vy = v.at(i, q);
                    v.at(i, p) = c * vx - s * vy;
                    v.at(i, q) = s * vx + c * vy;
                }
            }
    }
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t i, std::size_t j) { return a.at(i, i) > a.at(j, j); });
    Eigen result{std::vector<double>(n), DenseMatrix(n, n)};
    for (std::size_t j = 0; j < n; ++j) {
        result.values[j] = a.at(order[j], order[j]);
        for (std::size_t i = 0; i < n; ++i)
            result.vectors.at(i, j) = v.at(i, order[j]);
    }
    return result;
}

/// An orthonormal basis of A's columns: A L^-T for the Cholesky factor L of its Gram matrix. Columns that
/// depend on the earlier ones become zero.
DenseMatrix orthonormalise(DenseMatrix a)
{
    const std::size_t n = a.columns;
    const DenseMatrix g = gram(a);
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
    for (std::size_t i = 0; i < a.rows; ++i) {
        double* row = a.row(i);
        for (std::size_t j = 0; j < n; ++j) {
            for (std::size_t k = 0; k < j; ++k)
                row[j] -= row[k] * l.at(j, k);
            row[j] = l.at(j, j) > 0 ? row[j] / l.at(j, j) : 0;
        }
    }
    return a;
}

/// X V for the leading right singular vectors V, [rows, rank].
DenseMatrix leadingProjection(const SparseMatrix& x, std::size_t rank)
{
    constexpr std::size_t kOversampling = 8;
    constexpr int kPowerIterations = 3;
    const std::size_t width = std::min(rank + kOversampling, x.columns);
    DenseMatrix basis(x.columns, width);
    Random random(1, {0x7e47});
    for (double& value : basis.values)
        value = random.normal();
    for (int i = 0; i < kPowerIterations; ++i)
        basis = orthonormalise(multiplyTransposed(x, multiply(x, basis)));
    DenseMatrix projected = multiply(x, basis);
    const Eigen eigen = symmetricEigen(gram(projected));
    DenseMatrix result(x.rows, rank);
    for (std::size_t i = 0; i < x.rows; ++i)
        for (std::size_t k = 0; k < width; ++k)
            for (std::size_t j = 0; j < std::min(rank, width); ++j)
                result.at(i, j) += projected.at(i, k) * eigen.vectors.at(k, j);
    return result;
}

std::uint64_t hashOf(std::string_view word)
{
    std::uint64_t hash = 14695981039346656037U; // FNV-1a
    for (const char c : word)
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
    return hash ^ (hash >> 32);
}

} // namespace

std::vector<std::int32_t> hashedTokens(const data::Item& item, int buckets, std::size_t most)
{
    std::vector<std::int32_t> tokens;
    for (const std::string& word : words(itemText(item))) {
        const auto token = static_cast<std::int32_t>(hashOf(word) % static_cast<std::uint64_t>(buckets));
        if (tokens.size() < most && std::ranges::find(tokens, token) == tokens.end())
            tokens.push_back(token);
    }
    return tokens;
}

std::vector<std::int32_t> profileTokens(const augment::UserProfile& profile, int buckets)
{
    std::vector<std::int32_t> tokens;
    const auto add = [&](const std::string& word) {
        const auto token = static_cast<std::int32_t>(hashOf(word) % static_cast<std::uint64_t>(buckets));
        if (std::ranges::find(tokens, token) == tokens.end())
            tokens.push_back(token);
    };
    if (profile.age != augment::kAges[0])
        add("age: " + profile.age);
    if (profile.gender != augment::kGenders[0])
        add("gender: " + profile.gender);
    for (const std::string& interest : profile.interests)
        std::ranges::for_each(words(interest), add);
    return tokens;
}

std::vector<float> textVectors(const data::Dataset& dataset, int width)
{
    const auto columns = static_cast<std::size_t>(width);
    std::vector<float> result(dataset.items.size() * columns, 0.0F);
    const SparseMatrix matrix = tfIdf(dataset);
    if (matrix.columns == 0)
        return result;
    const DenseMatrix vectors = leadingProjection(matrix, columns);
    for (std::size_t i = 0; i < vectors.rows; ++i) {
        const double* row = vectors.row(i);
        const double norm = std::sqrt(std::inner_product(row, row + columns, row, 0.0));
        if (norm > 1e-9)
            std::transform(row, row + columns, result.begin() + static_cast<std::ptrdiff_t>(i * columns),
                [norm](double value) { return static_cast<float>(value / norm); });
    }
    return result;
}

} // namespace fedcctr::model
