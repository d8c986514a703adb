// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/demo.h"
#include "core/data/import_options.h"
#include "core/data/importers/csv.h"
#include "core/evaluation/item_knn.h"
#include "core/evaluation/popularity.h"
#include "core/evaluation/reference_ranker.h"
#include "core/evaluation/references.h"

#include <QTest>

#include <cmath>
#include <filesystem>
#include <map>
#include <memory>

using namespace fedcctr;
using namespace fedcctr::data;
using namespace fedcctr::evaluation;

namespace {

/// Four users; items 0-3 in A, 4-6 in B. Event letters: item digit, then its role.
Dataset toy()
{
    Dataset dataset;
    dataset.domainNames = {"A", "B"};
    dataset.itemsInA = 4;
    dataset.items.resize(7);
    const std::vector<std::vector<Event>> users{
        {{0, 0, Role::Train}, {1, 4, Role::Train}, {2, 1, Role::Train}, {3, 3, Role::Test}},
        {{0, 0, Role::Train}, {1, 1, Role::Train}, {2, 5, Role::Train}, {3, 2, Role::Test}},
        {{0, 0, Role::Train}, {1, 4, Role::Train}, {2, 0, Role::Train}, {3, 3, Role::Validation}},
        {{0, 2, Role::Train}, {1, 5, Role::Train}, {2, 3, Role::Validation}, {3, 1, Role::Test}},
    };
    dataset.eventOffsets = {0};
    for (const std::vector<Event>& events : users) {
        dataset.users.push_back("u" + std::to_string(dataset.users.size()));
        dataset.allEvents.insert(dataset.allEvents.end(), events.begin(), events.end());
        dataset.eventOffsets.push_back(dataset.allEvents.size());
    }
    return dataset;
}

/// What is written in references.h, term by term, for any two items: 1 for "user has it in training".
double shrunkCosine(const Dataset& dataset, ItemId x, ItemId y)
{
    const auto has = [&](std::size_t user, ItemId item) {
        for (const Event& event : dataset.events(user))
            if (event.item == item && event.role == Role::Train)
                return true;
        return false;
    };
    double both = 0;
    double ofX = 0;
    double ofY = 0;
    for (std::size_t user = 0; user < dataset.userCount(); ++user) {
        ofX += has(user, x) ? 1 : 0;
        ofY += has(user, y) ? 1 : 0;
        both += has(user, x) && has(user, y) ? 1 : 0;
    }
    return x == y ? 0 : both / (std::sqrt(ofX * ofY) + 10);
}

} // namespace

class TestReferences : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void scoresRankWhateverTheHistory()
    {
        const ScoreRanker ranker({0, 3, 1, 2, 5, 4, 6});
        const std::vector<ItemId> candidates{3, 0, 1};
        QCOMPARE(ranker.scores({}, candidates), (std::vector<float>{2, 0, 3}));
        QCOMPARE(ranker.scores(candidates, candidates), (std::vector<float>{2, 0, 3}));
    }

    /// Training events only: item 3 occurs in held-out events alone, item 6 never.
    void popularity()
    {
        const PopularityRanker ranker(toy());
        QCOMPARE(ranker.scores({}, std::vector<ItemId>{0, 1, 2, 3, 4, 5, 6}),
            (std::vector<float>{4, 2, 1, 0, 2, 2, 0}));
        QCOMPARE(
            ranker.scores(std::vector<ItemId>{1, 2}, std::vector<ItemId>{6, 0}), (std::vector<float>{0, 4}));
    }

    void itemKnnByHand()
    {
        const ItemKnnRanker ranker(toy());
        // Item 0: users 0, 1, 2. Item 1: users 0, 1. Item 4: users 0, 2. Item 5: users 1, 3. Item 2: user 3.
        const std::vector<float> one =
            ranker.scores(std::vector<ItemId>{0}, std::vector<ItemId>{1, 4, 5, 2, 3, 6});
        const auto near = [](float found, double expected) {
            return std::abs(static_cast<double>(found) - expected) < 1e-6;
        };
        QVERIFY(near(one[0], 2 / (std::sqrt(6.0) + 10)));
        QVERIFY(near(one[1], 2 / (std::sqrt(6.0) + 10)));
        QVERIFY(near(one[2], 1 / (std::sqrt(6.0) + 10)));
        QVERIFY(near(one[3], 0));
        // The held-out events of item 3 count for nothing.
        QVERIFY(near(one[4], 0) && near(one[5], 0));
        // A history adds up, an event that repeats counts again.
        const std::vector<float> sum = ranker.scores(std::vector<ItemId>{1, 5, 5}, std::vector<ItemId>{0, 2});
        QVERIFY(near(sum[0], 2 / (std::sqrt(6.0) + 10) + 2 * (1 / (std::sqrt(6.0) + 10))));
        QVERIFY(near(sum[1], 2 * (1 / (std::sqrt(2.0) + 10))));
    }

    void itemKnnOnTheDemo()
    {
        const Dataset demo = generateDemo({.users = 60, .items = 80, .seed = 8}).dataset;
        const ItemKnnRanker ranker(demo);
        const std::vector<ItemId> history{3, 90, 17};
        std::vector<ItemId> candidates;
        for (ItemId item = 0; item < demo.itemCount(); item += 7)
            candidates.push_back(item);
        const std::vector<float> scores = ranker.scores(history, candidates);
        double most = 0;
        for (std::size_t i = 0; i < candidates.size(); ++i) {
            double expected = 0;
            for (const ItemId item : history)
                expected += shrunkCosine(demo, item, candidates[i]);
            QVERIFY(std::abs(static_cast<double>(scores[i]) - expected) < 1e-6);
            most = std::max(most, expected);
        }
        QVERIFY(most > 0.01);
    }

    void equalNeighboursInOrderOfPopularity()
    {
        const ItemKnnRanker ranker(toy());
        const std::vector<float> scores =
            ranker.scores(std::vector<ItemId>{6}, std::vector<ItemId>{0, 1, 2, 3});
        QVERIFY(scores[0] > scores[1] && scores[1] > scores[2] && scores[2] > scores[3]);
    }

    /// User 0's test target is item 3 against negatives 1 and 2, user 1's item 2 against 3 and 0, user 3's
    /// item 1 against 0 and 3: by popularity ranks 3, 2 and 2.
    void evaluationUsesTheFixedCandidates()
    {
        Dataset dataset = toy();
        dataset.provenance.evaluationNegatives = 2;
        dataset.negatives[index(Split::Test)][0] = {1, 2, 3, 0, -1, -1, 0, 3};
        for (auto& split : dataset.negatives)
            for (auto& rows : split)
                if (rows.empty())
                    rows.editable().assign(8, -1);
        const DomainMetrics metrics = evaluateReference(PopularityRanker(dataset), dataset, Split::Test);
        QCOMPARE(metrics[0].users, std::size_t{3});
        QCOMPARE(metrics[1].users, std::size_t{0});
        QVERIFY(std::abs(metrics[0].mrr[2] - (1.0 / 3 + 1.0 / 2 + 1.0 / 2) / 3) < 1e-12);
        QVERIFY(std::abs(metrics[0].hr[0] - 2.0 / 3) < 1e-12);
    }

    /// What the table measures is what its rankers give.
    void theTable()
    {
        const Dataset demo = generateDemo({.users = 60, .items = 110, .seed = 3}).dataset;
        const Metrics chance = randomRanking(demo.provenance.evaluationNegatives);
        const std::map<std::string_view, DomainMetrics> expected{{"random", {chance, chance}},
            {"popularity", evaluateReference(PopularityRanker(demo), demo, Split::Test)},
            {"item-knn", evaluateReference(ItemKnnRanker(demo), demo, Split::Test)}};
        QCOMPARE(references().size(), expected.size());
        for (const Reference& one : references()) {
            const DomainMetrics measured = one.measure(demo, Split::Test);
            for (const std::size_t domain : {0U, 1U})
                QCOMPARE(measured[domain].ndcg[2], expected.at(one.name)[domain].ndcg[2]);
            QCOMPARE(titleOfReference(std::string(one.name)), std::string(one.title));
        }
        QCOMPARE(titleOfReference("oracle"), std::string("oracle"));
    }

    /// Popularity measured by another program on the same data: 21.9 and 16.8 % NDCG@10 at the test, with
    /// other negatives.
    void popularityOnRealData()
    {
        const std::filesystem::path directory =
            std::filesystem::path(FEDCCTR_SHARED_DIR) / "data" / "food-kitchen";
        if (!std::filesystem::exists(directory / "interactions.csv.gz"))
            QSKIP("the food-kitchen data are not beside the source tree");
        const Dataset real =
            importCsv(std::vector<std::filesystem::path>{directory / "interactions.csv.gz"}, ImportOptions{});
        const DomainMetrics popular = evaluateReference(PopularityRanker(real), real, Split::Test);
        qInfo("popularity: %.2f %.2f", 100 * popular[0].ndcg[2], 100 * popular[1].ndcg[2]);
        QVERIFY(std::abs(100 * popular[0].ndcg[2] - 21.9) < 1);
        QVERIFY(std::abs(100 * popular[1].ndcg[2] - 16.8) < 1);
        const DomainMetrics neighbours = evaluateReference(ItemKnnRanker(real), real, Split::Test);
        qInfo("item-knn: %.2f %.2f", 100 * neighbours[0].ndcg[2], 100 * neighbours[1].ndcg[2]);
        QVERIFY(neighbours[0].ndcg[2] > popular[0].ndcg[2]);
        QVERIFY(neighbours[1].ndcg[2] > popular[1].ndcg[2]);
    }
};

std::unique_ptr<QObject> tst_references()
{
    return std::make_unique<TestReferences>();
}
#include "tst_references.moc"
