// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace fedcctr::projection {

/// Points as rows.
struct Matrix {
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::vector<double> values; ///< row by row

    Matrix() = default;
    Matrix(std::size_t rowCount, std::size_t columnCount)
        : rows(rowCount)
        , columns(columnCount)
        , values(rowCount * columnCount)
    {
    }

    double& at(std::size_t row, std::size_t column) { return values[row * columns + column]; }
    double at(std::size_t row, std::size_t column) const { return values[row * columns + column]; }
    std::span<const double> row(std::size_t i) const
    {
        return std::span(values).subspan(i * columns, columns);
    }

    bool operator==(const Matrix&) const = default;
};

/// The rows of several matrices of one width, one after the other. Throws Error if the widths differ.
Matrix stacked(std::span<const Matrix> parts);

/// Sum of squared differences.
double squaredDistance(std::span<const double> x, std::span<const double> y);

/// 0 where one of them is 0, which has no direction.
double cosine(std::span<const double> x, std::span<const double> y);

/// Mean of the rows.
std::vector<double> centroid(const Matrix& points);

} // namespace fedcctr::projection
