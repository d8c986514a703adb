// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/projection/pca.h"

#include <QTest>

#include <cmath>
#include <memory>
#include <numeric>

using namespace fedcctr;
using projection::Matrix;

namespace {

Matrix randomPoints(std::size_t rows, std::size_t columns)
{
    Random random(7);
    Matrix points(rows, columns);
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t c = 0; c < columns; ++c)
            points.at(i, c) =
                random.normal() * static_cast<double>(1 + c) + (c > 0 ? 0.5 * points.at(i, 0) : 3);
    return points;
}

double dot(std::span<const double> x, std::span<const double> y)
{
    return std::inner_product(x.begin(), x.end(), y.begin(), 0.0);
}

} // namespace

class TestPca : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// (0,0), (2,2), (4,4), (3,1), (1,3): covariance [[2.5, 1.5], [1.5, 2.5]], so variances 4 and 1 along the
    /// diagonals.
    void byHand()
    {
        Matrix points(5, 2);
        points.values = {0, 0, 2, 2, 4, 4, 3, 1, 1, 3};
        const projection::PrincipalAxes axes = projection::principalAxes(points, 2);
        QCOMPARE(axes.mean, (std::vector<double>{2, 2}));
        QVERIFY(std::abs(axes.variances[0] - 4) < 1e-12);
        QVERIFY(std::abs(axes.variances[1] - 1) < 1e-12);
        QVERIFY(std::abs(axes.totalVariance - 5) < 1e-12);
        const double half = std::sqrt(0.5);
        QVERIFY(std::abs(axes.axes.at(0, 0) - half) < 1e-12);
        QVERIFY(std::abs(axes.axes.at(0, 1) - half) < 1e-12);
        const Matrix projected = axes.project(points);
        QVERIFY(std::abs(projected.at(2, 0) - std::sqrt(8)) < 1e-12);
        QVERIFY(std::abs(projected.at(2, 1)) < 1e-12);
        QVERIFY(std::abs(std::abs(projected.at(3, 1)) - std::sqrt(2)) < 1e-12);
    }

    void axesAreOrthonormalAndSorted()
    {
        const Matrix points = randomPoints(60, 9);
        const projection::PrincipalAxes axes = projection::principalAxes(points, 9);
        for (std::size_t r = 0; r < 9; ++r)
            for (std::size_t c = 0; c < 9; ++c)
                QVERIFY(std::abs(dot(axes.axes.row(r), axes.axes.row(c)) - (r == c ? 1 : 0)) < 1e-10);
        for (std::size_t k = 1; k < 9; ++k)
            QVERIFY(axes.variances[k] <= axes.variances[k - 1]);
        QVERIFY(
            std::abs(std::accumulate(axes.variances.begin(), axes.variances.end(), 0.0) - axes.totalVariance)
            < 1e-9);
    }

    /// The coordinates have the variances that were promised, and no correlation.
    void projectionsAreUncorrelated()
    {
        const Matrix points = randomPoints(80, 6);
        const projection::PrincipalAxes axes = projection::principalAxes(points, 3);
        const Matrix projected = axes.project(points);
        for (std::size_t r = 0; r < 3; ++r)
            for (std::size_t c = 0; c < 3; ++c) {
                double sum = 0;
                for (std::size_t i = 0; i < projected.rows; ++i)
                    sum += projected.at(i, r) * projected.at(i, c) / 79;
                QVERIFY(std::abs(sum - (r == c ? axes.variances[r] : 0)) < 1e-9);
            }
    }

    void fewPointsAndDegenerateOnes()
    {
        QVERIFY_THROWS_EXCEPTION(Error, projection::principalAxes(Matrix(1, 3), 2));
        QVERIFY_THROWS_EXCEPTION(Error, projection::principalAxes(Matrix(4, 1), 2));
        const projection::PrincipalAxes axes = projection::principalAxes(Matrix(4, 3), 2);
        QCOMPARE(axes.totalVariance, 0.0);
        QCOMPARE(axes.variances, (std::vector<double>{0, 0}));
        // Fewer points than dimensions.
        const projection::PrincipalAxes wide = projection::principalAxes(randomPoints(3, 20), 2);
        QVERIFY(std::abs(dot(wide.axes.row(0), wide.axes.row(1))) < 1e-10);
    }
};

std::unique_ptr<QObject> tst_pca()
{
    return std::make_unique<TestPca>();
}
#include "tst_pca.moc"
