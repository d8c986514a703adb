// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/silos/averages.h"

#include <QTest>

#include <memory>

using namespace fedcctr;
using namespace fedcctr::silos;
using model::Parameters;
using model::Rows;
using torch::Tensor;

namespace {

Tensor column(std::vector<float> values)
{
    return torch::tensor(values).unsqueeze(1);
}

std::vector<model::TensorSpec> specs()
{
    return {{.name = "w", .shape = {2, 1}}, {.name = "items", .shape = {3, 1}, .rows = Rows::PerItem},
        {.name = "users", .shape = {2, 1}, .rows = Rows::PerUser},
        {.name = "features.weight", .shape = {3, 1}}};
}

} // namespace

class TestAverages : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_first = {{column({1, 2}), column({1, 2, 3}), column({5, 6}), column({1, 1, 1})}};
        m_second = {{column({4, 8}), column({7, 8, 9}), column({0, 0}), column({4, 5, 6})}};
    }

    void weightedMeansOfWholeTensors()
    {
        average(SharedRows(specs(), nullptr), {1, 2}, {true, true});
        QVERIFY(torch::equal(m_first[0], column({3, 6})));
        QVERIFY(torch::equal(m_second[0], m_first[0]));
        QVERIFY(torch::equal(m_first[3], column({3, 11.0F / 3, 13.0F / 3})));
        // Identities are hidden, and users are the silo's own.
        QVERIFY(torch::equal(m_first[1], column({1, 2, 3})));
        QVERIFY(torch::equal(m_second[2], column({0, 0})));
    }

    void itemsByArticle()
    {
        SharedRows shared(specs(), nullptr);
        shared.shareItems({{0, 1, 2}, {2, 3, 1}}, 4);
        average(shared, {1, 3}, {true, true});
        // Article 1: (2 + 3 * 9) / 4; article 2: (3 + 3 * 7) / 4; 0 and 3 are of one market.
        QVERIFY(torch::allclose(m_first[1], column({1, 7.25F, 6})));
        QVERIFY(torch::allclose(m_second[1], column({6, 8, 7.25F})));
        QCOMPARE(shared.uploadedCount(m_first), std::int64_t(2 + 3 + 3));
    }

    void ofCodesTheSharedLayers()
    {
        model::Codes codes;
        codes.layers = {{"global", 2, true}, {"local", 1, false}};
        const SharedRows shared(specs(), &codes);
        average(shared, {1, 1}, {true, true});
        QVERIFY(torch::equal(m_first[3], column({2.5, 3, 1})));
        QVERIFY(torch::equal(m_second[3], column({2.5, 3, 6})));
        QCOMPARE(shared.uploadedCount(m_first), std::int64_t(2 + 2));
    }

    void whoDropsOutNeitherSendsNorReceives()
    {
        average(SharedRows(specs(), nullptr), {1, 0}, {true, false});
        QVERIFY(torch::equal(m_first[0], column({1, 2})));
        QVERIFY(torch::equal(m_second[0], column({4, 8})));
        average(SharedRows(specs(), nullptr), {1, 0}, {true, true});
        QVERIFY(torch::equal(m_second[0], column({1, 2})));
        average(SharedRows(specs(), nullptr), {0, 0}, {true, true});
        QVERIFY(torch::equal(m_second[0], column({1, 2})));
    }

private:
    void average(const SharedRows& shared, std::vector<double> weights, const std::vector<bool>& receives)
    {
        Parameters* silos[] = {&m_first, &m_second};
        shared.average(silos, weights, receives);
    }

    Parameters m_first;
    Parameters m_second;
};

std::unique_ptr<QObject> tst_averages()
{
    return std::make_unique<TestAverages>();
}
#include "tst_averages.moc"
