// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/pca.h"

#include "core/base/error.h"

#include <Eigen/Eigenvalues>

#include <algorithm>

namespace fedcctr::projection {

namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Index index(std::size_t i)
{
    return static_cast<Eigen::Index>(i);
}

Eigen::Map<const RowMajor> rowsOf(const Matrix& points)
{
    return {points.values.data(), index(points.rows), index(points.columns)};
}

Eigen::Map<const Eigen::RowVectorXd> vectorOf(const std::vector<double>& values)
{
    return {values.data(), index(values.size())};
}

} // namespace

Matrix PrincipalAxes::project(const Matrix& points) const
{
    Matrix result(points.rows, axes.rows);
    Eigen::Map<RowMajor>(result.values.data(), index(result.rows), index(result.columns)).noalias() =
        (rowsOf(points).rowwise() - vectorOf(mean)) * rowsOf(axes).transpose();
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
    const RowMajor centred = rowsOf(points).rowwise() - vectorOf(result.mean);
    const Eigen::MatrixXd covariance = centred.transpose() * centred / static_cast<double>(points.rows - 1);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance);
    if (solver.info() != Eigen::Success)
        throw Error("PCA found no axes: the vectors hold numbers that are none");
    result.totalVariance = covariance.trace();
    result.axes = Matrix(count, points.columns);
    Eigen::Map<RowMajor> axes(result.axes.values.data(), index(count), index(points.columns));
    for (Eigen::Index k = 0; k < axes.rows(); ++k) {
        // The solver's values rise.
        const Eigen::Index place = covariance.cols() - 1 - k;
        const auto axis = solver.eigenvectors().col(place);
        Eigen::Index largest = 0;
        axis.cwiseAbs().maxCoeff(&largest);
        axes.row(k) = (axis(largest) < 0 ? -1.0 : 1.0) * axis.transpose();
        result.variances.push_back(std::max(0.0, solver.eigenvalues()(place)));
    }
    return result;
}

} // namespace fedcctr::projection
