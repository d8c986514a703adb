// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/separation.h"

#include <QTest>

#include <cmath>
#include <memory>

using namespace fedcctr;
using projection::Matrix;

namespace {

Matrix matrix(std::size_t columns, std::vector<double> values)
{
    Matrix result(values.size() / columns, columns);
    result.values = std::move(values);
    return result;
}

bool near(double x, double y)
{
    return std::abs(x - y) < 1e-12;
}

} // namespace

class TestSeparation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// On a line: {0, 1} and {4, 6}. Point 0: a = 1, b = 5, s = 0.8; 1: a 1, b 4, 0.75; 4: a 2, b 3.5, 3/7;
    /// 6: a 2, b 5.5, 7/11.
    void silhouetteByHand()
    {
        const std::vector<Matrix> groups{matrix(1, {0, 1}), matrix(1, {4, 6})};
        QVERIFY(near(projection::silhouette(groups), (0.8 + 0.75 + 3.0 / 7 + 7.0 / 11) / 4));
    }

    /// The nearest other group counts; a lonely point counts 0.
    void silhouetteTakesTheNearestGroup()
    {
        const std::vector<Matrix> groups{matrix(1, {0, 2}), matrix(1, {100}), matrix(1, {5, 5})};
        // 0: a 2, b 5: .6; 2: a 2, b 3: 1/3; 100: 0; 5: a 0, b 4: 1, twice.
        QVERIFY(near(projection::silhouette(groups), (0.6 + 1.0 / 3 + 0 + 1 + 1) / 5));
    }

    void silhouetteOfOneGroup()
    {
        const std::vector<Matrix> groups{matrix(1, {0, 1}), Matrix(0, 1)};
        QVERIFY(std::isnan(projection::silhouette(groups)));
    }

    void silhouetteOfMixedGroupsIsNotPositive()
    {
        const std::vector<Matrix> groups{matrix(1, {0, 1, 2, 3}), matrix(1, {0, 1, 2, 3})};
        QVERIFY(projection::silhouette(groups) < 0);
    }

    void cosinesAndDistancesByHand()
    {
        const std::array<Matrix, 3> h{
            matrix(2, {1, 0, 0, 2}), matrix(2, {0, 3, 0, 5}), matrix(2, {1, 1, -1, 1})};
        const projection::Separation result = projection::separation(h);
        QVERIFY(near(result.cosines[0], 0.5)); // 0 and 1
        QVERIFY(near(result.cosines[1], std::sqrt(0.5))); // both 45 degrees
        QVERIFY(near(result.cosines[2], std::sqrt(0.5)));
        QVERIFY(near(result.centroidDistances[0], std::hypot(0.5, 3))); // (.5, 1) and (0, 4)
        QVERIFY(near(result.centroidDistances[1], 0.5)); // (0, 1)
        QVERIFY(near(result.centroidDistances[2], 3));
    }

    void aVectorWithoutDirection()
    {
        QCOMPARE(projection::cosine(std::vector<double>{0, 0}, std::vector<double>{1, 2}), 0.0);
    }

    void nearestByCosine()
    {
        const Matrix points = matrix(2, {1, 0, 10, 1, 0, 1, -1, 0, 2, 2});
        const auto found = projection::nearest(points, 0, 3);
        QCOMPARE(found.size(), std::size_t{3});
        QCOMPARE(found[0].first, std::size_t{1}); // nearly the same direction, however long
        QCOMPARE(found[1].first, std::size_t{4});
        QVERIFY(near(found[1].second, std::sqrt(0.5)));
        QCOMPARE(found[2].first, std::size_t{2});
        QCOMPARE(projection::nearest(points, 2, 99).size(), std::size_t{4});
    }
};

std::unique_ptr<QObject> tst_separation()
{
    return std::make_unique<TestSeparation>();
}
#include "tst_separation.moc"
