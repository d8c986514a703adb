// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/data/demo.h"
#include "core/retrieval/examples.h"

#include <QTest>

#include <memory>
#include <set>
#include <utility>

using namespace fedcctr;
using namespace fedcctr::retrieval;
using data::Domain;

namespace {

/// Items 0 and 1 in A, 2 to 4 in B. The user's events before the test target of B (item 3): 0, 1, 2, 4.
data::Dataset smallDataset()
{
    data::Dataset dataset;
    dataset.itemsInA = 2;
    dataset.items = {{"a1", "Red tea", {}, {}}, {"a2", "Blue pot", {}, {}}, {"b1", "Tea", {}, {}},
        {"b2", "Jar", {}, {}}, {"b3", "Green pot", {}, {}}};
    dataset.users = {"u"};
    for (const data::ItemId item : {0, 1, 2, 4, 3})
        dataset.allEvents.push_back(
            {.time = static_cast<std::int64_t>(dataset.allEvents.size()), .item = item});
    dataset.allEvents.back().role = data::Role::Test;
    dataset.eventOffsets = {0, 5};
    return dataset;
}

using Pairs = std::set<std::pair<data::ItemId, data::ItemId>>;

Pairs pairsOf(const std::vector<Example>& drawn)
{
    Pairs pairs;
    for (const Example& example : drawn)
        pairs.emplace(example.source, example.own);
    return pairs;
}

} // namespace

class TestRetrievalExamples : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Cosines: (0, 2) 1, (1, 2) 0, (0, 4) 0.6, (1, 4) 0.8. Shared keys: (0, 2) tea, (1, 4) pot.
    void byHand()
    {
        const data::Dataset dataset = smallDataset();
        const Similarity similarity = similarityOf(dataset, {2, {1, 0, 0, 1, 1, 0, 0, 0, 0.6F, 0.8F}}, true);
        const auto at = [&](double theta, std::size_t length = 50) {
            return examples(dataset, similarity, Domain::B, {.theta = theta, .length = length}, 10, 1);
        };
        using Counts = std::array<std::size_t, 3>;
        QCOMPARE(at(0.5).pairs, (Counts{2, 0, 1}));
        QCOMPARE(at(0.7).pairs, (Counts{2, 0, 0}));
        QCOMPARE(at(0.5, 1).pairs, (Counts{1, 0, 1})); // item 2 is too old to ask
        const Examples high = at(0.9);
        QCOMPARE(high.pairs, (Counts{1, 1, 0}));
        QCOMPARE(pairsOf(high.drawn[index(Finder::Both)]), (Pairs{{0, 2}}));
        QCOMPARE(pairsOf(high.drawn[index(Finder::OnlyHard)]), (Pairs{{1, 4}}));
        QCOMPARE(high.drawn[index(Finder::OnlyHard)][0].cosine, 0.8F);
        QCOMPARE(pairsOf(at(0.5).drawn[index(Finder::OnlyVectors)]), (Pairs{{0, 4}}));
        // The other direction has no test target.
        QCOMPARE(examples(dataset, similarity, Domain::A, {}, 10, 1).pairs, (Counts{0, 0, 0}));
    }

    void wordsInCommon()
    {
        const data::Item x{"x", "The Red Tea tea", "Food;Drinks", {}};
        const data::Item y{"y", "tea of the house", "drinks", {}};
        QCOMPARE(sharedWords(x, y), (std::vector<std::string>{"the", "tea", "drinks"}));
        QVERIFY(sharedWords(x, {"z", "Jar", {}, {}}).empty());
    }

    /// Different pairs that keep their promise, by the seed alone, the nearest first.
    void areDrawn()
    {
        const data::Dataset dataset = data::generateDemo({.users = 200, .items = 120, .seed = 4}).dataset;
        const Similarity similarity = similarityOf(dataset, model::itemText(dataset, {}), true);
        const auto draw = [&](std::uint64_t seed) {
            return examples(dataset, similarity, Domain::A, {.theta = 0.2}, 5, seed);
        };
        const Examples first = draw(1);
        const Examples second = draw(2);
        QCOMPARE(first.pairs, second.pairs);
        for (const Finder finder : kFinders) {
            const std::vector<Example>& drawn = first.drawn[index(finder)];
            QCOMPARE(drawn.size(), std::min<std::size_t>(5, pairsOf(drawn).size()));
            QVERIFY(std::ranges::is_sorted(drawn, std::ranges::greater(), &Example::cosine));
            for (const Example& example : drawn) {
                QCOMPARE(dataset.domainOf(example.source), Domain::B);
                QCOMPARE(dataset.domainOf(example.own), Domain::A);
                QCOMPARE(example.cosine, similarity.cosine(example.source, example.own));
                QCOMPARE(example.cosine > 0.2F, finder != Finder::OnlyHard);
                QCOMPARE(model::shareKey(similarity.keys[static_cast<std::size_t>(example.source)],
                             similarity.keys[static_cast<std::size_t>(example.own)]),
                    finder != Finder::OnlyVectors);
            }
            QCOMPARE(pairsOf(draw(1).drawn[index(finder)]), pairsOf(drawn));
        }
        const std::size_t both = index(Finder::Both);
        QCOMPARE(first.drawn[both].size(), std::size_t{5});
        QVERIFY(pairsOf(first.drawn[both]) != pairsOf(second.drawn[both]));
    }

    void stops()
    {
        const data::Dataset dataset = smallDataset();
        const Similarity similarity = similarityOf(dataset, {1, std::vector<float>(5)}, true);
        std::stop_source stop;
        stop.request_stop();
        QVERIFY_EXCEPTION_THROWN(examples(dataset, similarity, Domain::B, {}, 5, 1, stop.get_token()), Error);
    }
};

std::unique_ptr<QObject> tst_retrieval_examples()
{
    return std::make_unique<TestRetrievalExamples>();
}
#include "tst_retrieval_examples.moc"
