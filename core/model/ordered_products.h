// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace fedcctr::model {

// Products whose sums are taken one after the other, in the order of the summed index, without fused
// operations: on every machine, for any number of threads and any width of its vectors the same bits. What
// is fast here is that many sums run side by side.

/// Row-major; a row takes `stride` values, those behind its columns are 0.
struct DenseMatrix {
    static constexpr std::size_t kMultiple = 16; ///< of strides

    DenseMatrix(std::size_t r, std::size_t c)
        : rows(r)
        , columns(c)
        , stride((c + kMultiple - 1) / kMultiple * kMultiple)
        , values(r * stride)
    {
    }

    double* row(std::size_t i) { return values.data() + i * stride; }
    const double* row(std::size_t i) const { return values.data() + i * stride; }
    double& at(std::size_t i, std::size_t j) { return row(i)[j]; }
    double at(std::size_t i, std::size_t j) const { return row(i)[j]; }

    std::size_t rows;
    std::size_t columns;
    std::size_t stride;
    std::vector<double> values;
};

/// Rows of values at rising columns.
struct SparseMatrix {
    struct Entry {
        std::uint32_t column = 0;
        double value = 0;
    };

    std::size_t rows() const { return offsets.size() - 1; }

    std::size_t columns = 0;
    std::vector<std::size_t> offsets{0};
    std::vector<Entry> entries;
};

SparseMatrix transposed(const SparseMatrix& x);

/// X B
DenseMatrix multiply(const SparseMatrix& x, const DenseMatrix& b, std::size_t threads);

/// A B
DenseMatrix multiply(const DenseMatrix& a, const DenseMatrix& b, std::size_t threads);

/// Aᵀ A
DenseMatrix gram(const DenseMatrix& a, std::size_t threads);

/// A U⁻¹, in place, for an upper triangular U; columns of A whose diagonal element is 0 become 0.
void solveUpper(DenseMatrix& a, const DenseMatrix& u, std::size_t threads);

} // namespace fedcctr::model
