// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/model/ordered_products.h"

#include <QTest>

#include <memory>

using namespace fedcctr;
using namespace fedcctr::model;

namespace {

DenseMatrix randomMatrix(std::size_t rows, std::size_t columns, std::uint64_t seed)
{
    Random random(seed);
    DenseMatrix matrix(rows, columns);
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < columns; ++j)
            matrix.at(i, j) = random.normal();
    return matrix;
}

/// A third of the places are taken; row 2 and column 1 are empty.
SparseMatrix randomSparse(std::size_t rows, std::size_t columns)
{
    Random random(3);
    SparseMatrix matrix;
    matrix.columns = columns;
    for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t j = 0; j < columns; ++j)
            if (i != 2 && j != 1 && random.below(3) == 0)
                matrix.entries.push_back({static_cast<std::uint32_t>(j), random.normal()});
        matrix.offsets.push_back(matrix.entries.size());
    }
    return matrix;
}

bool same(const DenseMatrix& x, const DenseMatrix& y)
{
    for (std::size_t i = 0; i < x.rows; ++i)
        for (std::size_t j = 0; j < x.columns; ++j)
            if (x.at(i, j) != y.at(i, j))
                return false;
    return x.rows == y.rows && x.columns == y.columns;
}

} // namespace

/// Against sums that are taken one after the other: not near them, but the same numbers.
class TestOrderedProducts : public QObject {
    Q_OBJECT

    static void addShapes()
    {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("columns");
        QTest::addColumn<int>("threads");
        for (const int rows : {1, 7, 8, 63, 130, 300})
            for (const int columns : {1, 5, 16, 17, 40})
                QTest::addRow("%d x %d", rows, columns) << rows << columns << 1 + rows % 3;
    }

private Q_SLOTS:
    void grams_data() { addShapes(); }
    void grams()
    {
        QFETCH(int, rows);
        QFETCH(int, columns);
        QFETCH(int, threads);
        const auto n = static_cast<std::size_t>(columns);
        const DenseMatrix a = randomMatrix(static_cast<std::size_t>(rows), n, 1);
        DenseMatrix expected(n, n);
        for (std::size_t i = 0; i < a.rows; ++i)
            for (std::size_t j = 0; j < n; ++j)
                for (std::size_t k = 0; k < n; ++k)
                    expected.at(j, k) += a.at(i, j) * a.at(i, k);
        QVERIFY(same(gram(a, static_cast<std::size_t>(threads)), expected));
    }

    void products_data() { addShapes(); }
    void products()
    {
        QFETCH(int, rows);
        QFETCH(int, columns);
        QFETCH(int, threads);
        const auto n = static_cast<std::size_t>(columns);
        const DenseMatrix a = randomMatrix(static_cast<std::size_t>(rows), 21, 1);
        const DenseMatrix b = randomMatrix(21, n, 2);
        DenseMatrix expected(a.rows, n);
        for (std::size_t i = 0; i < a.rows; ++i)
            for (std::size_t k = 0; k < 21; ++k)
                for (std::size_t j = 0; j < n; ++j)
                    expected.at(i, j) += a.at(i, k) * b.at(k, j);
        QVERIFY(same(multiply(a, b, static_cast<std::size_t>(threads)), expected));
    }

    void sparseProducts_data() { addShapes(); }
    void sparseProducts()
    {
        QFETCH(int, rows);
        QFETCH(int, columns);
        QFETCH(int, threads);
        const auto n = static_cast<std::size_t>(columns);
        const auto workers = static_cast<std::size_t>(threads);
        const SparseMatrix x = randomSparse(static_cast<std::size_t>(rows), 12);
        const DenseMatrix b = randomMatrix(12, n, 2);
        const DenseMatrix c = randomMatrix(x.rows(), n, 4);
        DenseMatrix forth(x.rows(), n);
        DenseMatrix back(12, n);
        for (std::size_t i = 0; i < x.rows(); ++i)
            for (std::size_t e = x.offsets[i]; e < x.offsets[i + 1]; ++e)
                for (std::size_t j = 0; j < n; ++j) {
                    const auto& [column, value] = x.entries[e];
                    forth.at(i, j) += value * b.at(column, j);
                    back.at(column, j) += value * c.at(i, j);
                }
        QVERIFY(same(multiply(x, b, workers), forth));
        QVERIFY(same(multiply(transposed(x), c, workers), back));
    }

    void solves_data() { addShapes(); }
    void solves()
    {
        QFETCH(int, rows);
        QFETCH(int, columns);
        QFETCH(int, threads);
        const auto n = static_cast<std::size_t>(columns);
        DenseMatrix a = randomMatrix(static_cast<std::size_t>(rows), n, 1);
        DenseMatrix u = randomMatrix(n, n, 2);
        for (std::size_t j = 0; j < n; ++j) {
            u.at(j, j) = j == 3 ? 0 : std::abs(u.at(j, j)) + 1;
            for (std::size_t k = 0; k < j; ++k)
                u.at(j, k) = 0;
        }
        DenseMatrix expected = a;
        for (std::size_t i = 0; i < a.rows; ++i)
            for (std::size_t j = 0; j < n; ++j) {
                for (std::size_t k = 0; k < j; ++k)
                    expected.at(i, j) -= expected.at(i, k) * u.at(k, j);
                expected.at(i, j) = u.at(j, j) > 0 ? expected.at(i, j) / u.at(j, j) : 0;
            }
        solveUpper(a, u, static_cast<std::size_t>(threads));
        QVERIFY(same(a, expected));
    }
};

std::unique_ptr<QObject> tst_ordered_products()
{
    return std::make_unique<TestOrderedProducts>();
}
#include "tst_ordered_products.moc"
