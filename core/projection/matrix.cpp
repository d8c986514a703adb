// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/matrix.h"

#include "core/base/error.h"

#include <cmath>

namespace fedcctr::projection {

Matrix stacked(std::span<const Matrix> parts)
{
    Matrix all;
    for (const Matrix& part : parts) {
        if (all.rows > 0 && part.columns != all.columns)
            throw Error("vectors of different widths cannot be shown together");
        all.columns = part.columns;
        all.rows += part.rows;
        all.values.insert(all.values.end(), part.values.begin(), part.values.end());
    }
    return all;
}

double squaredDistance(std::span<const double> x, std::span<const double> y)
{
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
        sum += (x[i] - y[i]) * (x[i] - y[i]);
    return sum;
}

double cosine(std::span<const double> x, std::span<const double> y)
{
    double product = 0;
    double squaresX = 0;
    double squaresY = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        product += x[i] * y[i];
        squaresX += x[i] * x[i];
        squaresY += y[i] * y[i];
    }
    return squaresX > 0 && squaresY > 0 ? product / std::sqrt(squaresX * squaresY) : 0;
}

std::vector<double> centroid(const Matrix& points)
{
    std::vector<double> mean(points.columns);
    for (std::size_t i = 0; i < points.rows; ++i)
        for (std::size_t c = 0; c < points.columns; ++c)
            mean[c] += points.at(i, c);
    for (double& each : mean)
        each /= static_cast<double>(points.rows);
    return mean;
}

} // namespace fedcctr::projection
