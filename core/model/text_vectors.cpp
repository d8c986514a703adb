// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/text_vectors.h"

#include "core/base/random.h"
#include "core/model/item_words.h"

#include <Eigen/Dense>
#include <Eigen/SparseCore>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <string_view>

namespace fedcctr::model {

namespace {

/// A row per item, a column per term.
using SparseMatrix = Eigen::SparseMatrix<double, Eigen::RowMajor>;
using DenseMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

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
    int column = 0;
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
            vocabulary.emplace(
                term, Term{static_cast<int>(vocabulary.size()), std::log((1 + n) / (1 + frequency)) + 1});
    return vocabulary;
}

/// Adds a field's TF-IDF weights, scaled to length 1. False if the vocabulary has none of its terms.
bool addField(const Counts& field, const Vocabulary& vocabulary, std::map<int, double>& row)
{
    std::vector<std::pair<int, double>> weights;
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

    SparseMatrix matrix(
        static_cast<Eigen::Index>(items.size()), static_cast<Eigen::Index>(vocabulary.size()));
    for (std::size_t i = 0; i < items.size(); ++i) {
        std::map<int, double> row;
        int known = 0;
        for (const Counts& field : items[i])
            known += addField(field, vocabulary, row) ? 1 : 0;
        double square = 0;
        for (const auto& [column, weight] : row)
            square += weight * weight;
        const double length = known > 1 ? std::sqrt(square) : 1;
        const auto index = static_cast<Eigen::Index>(i);
        matrix.startVec(index);
        for (const auto& [column, weight] : row)
            matrix.insertBack(index, column) = weight / length;
    }
    matrix.finalize();
    return matrix;
}

/// Aᵀ A, [columns, columns].
DenseMatrix gram(const DenseMatrix& a)
{
    DenseMatrix result = DenseMatrix::Zero(a.cols(), a.cols());
    result.selfadjointView<Eigen::Lower>().rankUpdate(a.transpose());
    result.triangularView<Eigen::StrictlyUpper>() = result.transpose();
    return result;
}

/// The eigenvectors of a symmetric matrix in columns, largest eigenvalue first, by cyclic Jacobi rotations. A
/// solver of another kind would give some of them the other sign, and the vectors of a model that was trained
/// on these would no longer fit it.
DenseMatrix eigenvectors(DenseMatrix a)
{
    constexpr int kMostSweeps = 30;
    const Eigen::Index n = a.rows();
    // In rows, which lie together.
    DenseMatrix transposed = DenseMatrix::Identity(n, n);
    for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
        const double diagonal = a.diagonal().squaredNorm();
        if (a.squaredNorm() - diagonal <= 1e-24 * diagonal)
            break;
        for (Eigen::Index p = 0; p + 1 < n; ++p)
            for (Eigen::Index q = p + 1; q < n; ++q) {
                Eigen::JacobiRotation<double> rotation;
                if (!rotation.makeJacobi(a, p, q))
                    continue;
                a.applyOnTheRight(p, q, rotation);
                a.applyOnTheLeft(p, q, rotation.adjoint());
                transposed.applyOnTheLeft(p, q, rotation.adjoint());
            }
    }
    std::vector<Eigen::Index> order(static_cast<std::size_t>(n));
    std::iota(order.begin(), order.end(), Eigen::Index{0});
    std::ranges::sort(order, [&](Eigen::Index i, Eigen::Index j) { return a(i, i) > a(j, j); });
    return transposed(order, Eigen::all).transpose();
}

/// An orthonormal basis of A's columns: A L^-T for the Cholesky factor L of its Gram matrix. Columns that
/// depend on the earlier ones become zero.
DenseMatrix orthonormalise(DenseMatrix a)
{
    const Eigen::Index n = a.cols();
    const DenseMatrix g = gram(a);
    DenseMatrix l = DenseMatrix::Identity(n, n);
    std::vector<Eigen::Index> dependent;
    for (Eigen::Index j = 0; j < n; ++j) {
        const Eigen::VectorXd rest =
            g.col(j).tail(n - j) - l.block(j, 0, n - j, j) * l.row(j).head(j).transpose();
        if (rest(0) > 1e-12 * g(j, j))
            l.col(j).tail(n - j) = rest / std::sqrt(rest(0));
        else
            dependent.push_back(j);
    }
    l.transpose().triangularView<Eigen::Upper>().solveInPlace<Eigen::OnTheRight>(a);
    for (const Eigen::Index j : dependent)
        a.col(j).setZero();
    return a;
}

/// X V for the leading right singular vectors V, [rows, rank].
DenseMatrix leadingProjection(const SparseMatrix& x, Eigen::Index rank)
{
    constexpr Eigen::Index kOversampling = 8;
    constexpr int kPowerIterations = 3;
    const Eigen::Index width = std::min(rank + kOversampling, x.cols());
    Random random(1, {0x7e47});
    DenseMatrix basis(x.cols(), width);
    std::generate_n(basis.data(), basis.size(), [&] { return random.normal(); });
    for (int i = 0; i < kPowerIterations; ++i) {
        const DenseMatrix image = x * basis;
        basis = orthonormalise(x.transpose() * image);
    }
    const DenseMatrix projected = x * basis;
    return projected * eigenvectors(gram(projected)).leftCols(std::min(rank, width));
}

} // namespace

std::vector<float> textVectors(
    const data::Dataset& dataset, int width, std::span<const augment::ItemFeatures> features)
{
    std::vector<float> result(dataset.items.size() * static_cast<std::size_t>(width), 0.0F);
    const SparseMatrix matrix = tfIdf(dataset, features);
    if (matrix.cols() == 0)
        return result;
    const DenseMatrix vectors = leadingProjection(matrix, width);
    Eigen::Map<Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>> rows(
        result.data(), vectors.rows(), width);
    for (Eigen::Index i = 0; i < vectors.rows(); ++i)
        if (const double norm = vectors.row(i).norm(); norm > 1e-9)
            rows.row(i).head(vectors.cols()) = (vectors.row(i) / norm).cast<float>();
    return result;
}

} // namespace fedcctr::model
