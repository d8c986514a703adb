// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/text_vectors.h"

#include "core/base/random.h"
#include "core/model/item_words.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <string_view>

namespace fedcctr::model {

// The order of the sums is part of a run: the signs of the eigenvectors follow their rounding, and what was
// trained on these vectors is read again beside them. A library's products round otherwise and turn some
// columns.
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

using Counts = std::map<std::string, int>;

/// Words and pairs of neighbours within a phrase, of each field that has any.
std::vector<Counts> termsByField(const ItemWords& fields)
{
    std::vector<Counts> result;
    for (const std::vector<Phrase>& field : fields) {
        Counts own;
        for (const Phrase& phrase : field)
            for (std::size_t i = 0; i < phrase.size(); ++i) {
                ++own[phrase[i]];
                if (i > 0)
                    ++own[phrase[i - 1] + ' ' + phrase[i]];
            }
        if (!own.empty())
            result.push_back(std::move(own));
    }
    return result;
}

struct Term {
    std::size_t column = 0;
    double idf = 0;
};
using Vocabulary = std::map<std::string, Term>;

/// The terms of at least two items. A term is the same in every field, and an item counts once.
Vocabulary vocabularyOf(const std::vector<std::vector<Counts>>& items)
{
    std::map<std::string, int> documents;
    for (const std::vector<Counts>& fields : items) {
        std::set<std::string_view> own;
        for (const Counts& field : fields)
            for (const auto& [term, count] : field)
                own.insert(term);
        for (const std::string_view term : own)
            ++documents[std::string(term)];
    }
    const auto n = static_cast<double>(items.size());
    Vocabulary vocabulary;
    for (const auto& [term, frequency] : documents)
        if (frequency >= 2)
            vocabulary.emplace(term, Term{vocabulary.size(), std::log((1 + n) / (1 + frequency)) + 1});
    return vocabulary;
}

/// Adds a field's TF-IDF weights, scaled to length 1. False if the vocabulary has none of its terms.
bool addField(const Counts& field, const Vocabulary& vocabulary, std::map<std::size_t, double>& row)
{
    std::vector<std::pair<std::size_t, double>> weights;
    double square = 0;
    for (const auto& [term, count] : field) {
        const auto found = vocabulary.find(term);
        if (found == vocabulary.end())
            continue;
        const double weight = (1 + std::log(count)) * found->second.idf;
        weights.emplace_back(found->second.column, weight);
        square += weight * weight;
    }
    for (const auto& [column, weight] : weights)
        row[column] += weight / std::sqrt(square);
    return !weights.empty();
}

/// A row per item: the mean of its fields' unit vectors, all over one vocabulary, so that a keyword meets the
/// same word in another item's title. Each field weighs the same, however long. The mean of unit vectors is
/// shorter than 1, the more so the less they share; scaled back, an item counts for the singular vectors the
/// same whatever the number of its fields. (Only the direction matters, so the sum will do for the mean.) The
/// projection is linear: projecting the fields one by one and averaging would give the same.
SparseMatrix tfIdf(const data::Dataset& dataset, std::span<const augment::ItemFeatures> features)
{
    std::vector<std::vector<Counts>> items;
    for (std::size_t i = 0; i < dataset.items.size(); ++i)
        items.push_back(termsByField(itemWords(dataset, features, i)));
    const Vocabulary vocabulary = vocabularyOf(items);

    SparseMatrix matrix;
    matrix.rows = items.size();
    matrix.columns = vocabulary.size();
    for (const std::vector<Counts>& fields : items) {
        std::map<std::size_t, double> row;
        int known = 0;
        for (const Counts& field : fields)
            known += addField(field, vocabulary, row) ? 1 : 0;
        double square = 0;
        for (const auto& [column, weight] : row)
            square += weight * weight;
        const double length = known > 1 ? std::sqrt(square) : 1;
        for (const auto& [column, weight] : row)
            matrix.entries.emplace_back(column, weight / length);
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

} // namespace

std::vector<float> textVectors(
    const data::Dataset& dataset, int width, std::span<const augment::ItemFeatures> features)
{
    const auto columns = static_cast<std::size_t>(width);
    std::vector<float> result(dataset.items.size() * columns, 0.0F);
    const SparseMatrix matrix = tfIdf(dataset, features);
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
