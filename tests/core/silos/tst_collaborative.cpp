// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/silos/collaborative.h"

#include "core/data/history.h"
#include "core/data/market_demo.h"
#include "core/data/markets.h"
#include "tests/fixtures/support.h"

#include <torch/types.h>

#include <QTest>

#include <cmath>
#include <memory>

using namespace fedcctr;
using namespace fedcctr::silos;
using fedcctr::test::errorOf;
using federation::Collaborative;
using federation::FedMmOptions;
using torch::Tensor;

namespace {

const data::MarketDemo& demo()
{
    static const data::MarketDemo kDemo = data::generateMarkets({.users = 60, .items = 120, .seed = 3});
    return kDemo;
}

FedMmOptions options(Collaborative embedding, int epochs)
{
    FedMmOptions options;
    options.embedding = embedding;
    options.width = 8;
    options.embeddingEpochs = epochs;
    return options;
}

} // namespace

class TestCollaborative : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void itLearns_data()
    {
        QTest::addColumn<int>("embedding");
        QTest::newRow("mf") << int(Collaborative::Mf);
        QTest::newRow("lightgcn") << int(Collaborative::LightGcn);
    }

    /// Users' own items are nearer than others, though half of a user's events are of no favourite.
    void itLearns()
    {
        QFETCH(int, embedding);
        const data::Dataset silo = data::marketSlice(demo().dataset, 0);
        const CollaborativeVectors first =
            collaborativeVectors(silo, options(Collaborative(embedding), 1), 1);
        const CollaborativeVectors last =
            collaborativeVectors(silo, options(Collaborative(embedding), 150), 1);
        QVERIFY(last.loss < 0.6 * first.loss);
        QCOMPARE(last.items.size(0), std::int64_t(silo.itemCount()));
        QCOMPARE(last.users.size(0), std::int64_t(silo.userCount()));
        const Tensor scores = last.users.mm(last.items.t());
        double own = 0;
        std::size_t pairs = 0;
        for (std::size_t user = 0; user < silo.userCount(); ++user)
            for (const data::ItemId item : data::trainingItems(silo, user)) {
                own += scores[std::int64_t(user)][item].item<double>();
                ++pairs;
            }
        QVERIFY(own / double(pairs) > scores.mean().item<double>() + scores.std().item<double>());
    }

    /// One hop by hand: LightGCN's vectors of no training are means of the start and its neighbours' weighted
    /// sums, which matrix factorisation starts from.
    void hopsAreWeightedSums()
    {
        const data::Dataset silo = data::marketSlice(demo().dataset, 2);
        FedMmOptions graph = options(Collaborative::LightGcn, 1);
        graph.hops = 1;
        graph.embeddingRate = 1e-12;
        FedMmOptions plain = options(Collaborative::Mf, 1);
        plain.embeddingRate = 1e-12;
        const CollaborativeVectors start = collaborativeVectors(silo, plain, 4);
        const CollaborativeVectors hop = collaborativeVectors(silo, graph, 4);
        std::vector<double> degree(std::size_t(silo.itemCount()));
        for (std::size_t user = 0; user < silo.userCount(); ++user)
            for (const data::ItemId item : data::trainingItems(silo, user))
                degree[std::size_t(item)] += 1;
        for (const std::size_t user : {std::size_t(0), std::size_t(7)}) {
            const auto items = data::trainingItems(silo, user);
            Tensor sum = torch::zeros({8});
            for (const data::ItemId item : items)
                sum += start.items[item] / std::sqrt(double(items.size()) * degree[std::size_t(item)]);
            const auto place = std::int64_t(user);
            QVERIFY(torch::allclose(hop.users[place], (start.users[place] + sum) / 2, 1e-4, 1e-6));
        }
    }

    /// Markets that never met have the same vector for the same words; without texts they have not.
    void textsStartAlike()
    {
        const data::Dataset& dataset = demo().dataset;
        const CollaborativeVectors first =
            collaborativeVectors(data::marketSlice(dataset, 0), start(true), 1);
        const CollaborativeVectors second =
            collaborativeVectors(data::marketSlice(dataset, 1), start(true), 2);
        const CollaborativeVectors random =
            collaborativeVectors(data::marketSlice(dataset, 1), start(false), 2);
        int same = 0;
        for (std::int64_t x = 0; x < first.items.size(0); ++x)
            for (std::int64_t y = 0; y < second.items.size(0); ++y) {
                const data::Market& market = dataset.markets[1];
                if (dataset.items[std::size_t(x)].title
                    != dataset.items[std::size_t(market.firstItem) + std::size_t(y)].title)
                    continue;
                ++same;
                QVERIFY(torch::allclose(first.items[x], second.items[y], 1e-4, 1e-6));
                QVERIFY(!torch::allclose(first.items[x], random.items[y], 1e-2, 1e-3));
            }
        QVERIFY(same > 10);
    }

    void itStops()
    {
        std::stop_source source;
        source.request_stop();
        QVERIFY(!errorOf([&] {
            collaborativeVectors(
                data::marketSlice(demo().dataset, 0), options(Collaborative::Mf, 3), 1, source.get_token());
        }).isEmpty());
    }

private:
    static FedMmOptions start(bool text)
    {
        FedMmOptions result = options(Collaborative::Mf, 1);
        result.embeddingRate = 1e-12;
        result.textStart = text;
        return result;
    }
};

std::unique_ptr<QObject> tst_collaborative()
{
    return std::make_unique<TestCollaborative>();
}
#include "tst_collaborative.moc"
