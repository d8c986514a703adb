// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/retrieval/retrieval.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/data/demo.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <memory>

using namespace fedcctr;
using namespace fedcctr::retrieval;
using data::Domain;
using data::ItemId;

namespace {

/// Vectors in the plane at the given angles, in degrees; the last item has none.
Similarity atAngles(const std::vector<double>& angles)
{
    Similarity similarity;
    similarity.text.width = 2;
    for (const double angle : angles) {
        similarity.text.values.push_back(static_cast<float>(std::cos(angle * std::acos(-1.0) / 180)));
        similarity.text.values.push_back(static_cast<float>(std::sin(angle * std::acos(-1.0) / 180)));
    }
    similarity.text.values.insert(similarity.text.values.end(), {0, 0});
    return similarity;
}

std::vector<std::size_t> positions(const std::vector<Found>& found)
{
    std::vector<std::size_t> places;
    for (const Found& one : found)
        places.push_back(one.position);
    return places;
}

model::ItemText randomText(std::size_t items, int width)
{
    Random random(3, {});
    model::ItemText text{width, std::vector<float>(items * static_cast<std::size_t>(width))};
    for (std::size_t i = 0; i < items; ++i) {
        double norm = 0;
        float* row = text.values.data() + i * static_cast<std::size_t>(width);
        for (int c = 0; c < width; ++c) {
            row[c] = static_cast<float>(random.normal());
            norm += static_cast<double>(row[c]) * static_cast<double>(row[c]);
        }
        for (int c = 0; c < width; ++c)
            row[c] /= static_cast<float>(std::sqrt(norm));
    }
    return text;
}

} // namespace

class TestRetrieval : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void byHand()
    {
        // Items 0 to 3 at these angles, item 4 without text.
        const Similarity similarity = atAngles({0, 50, 90, 170});
        const std::vector<ItemId> source{2, 3, 1, 4};
        const std::vector<ItemId> own{0, 3};
        // Item 2 is 80 degrees from 3, item 1 50 degrees from 0, item 3 is 3 itself.
        QCOMPARE(
            positions(retrieved(similarity, source, own, {.theta = 0.6})), (std::vector<std::size_t>{1, 2}));
        const std::vector<Found> more = retrieved(similarity, source, own, {.theta = 0.1});
        QCOMPARE(positions(more), (std::vector<std::size_t>{0, 1, 2}));
        QCOMPARE(more[0].reason, std::size_t{1});
        QVERIFY(std::abs(double(more[0].cosine) - std::cos(80 * std::acos(-1.0) / 180)) < 1e-6);
        QCOMPARE(more[2].reason, std::size_t{0});
        // Only the newest own event asks.
        QCOMPARE(positions(retrieved(similarity, source, own, {.theta = 0.1, .length = 1})),
            (std::vector<std::size_t>{0, 1}));
        QVERIFY(retrieved(similarity, source, {}, {.theta = -1}).empty());
        QVERIFY(retrieved(similarity, {}, own, {.theta = -1}).empty());
    }

    void sharedWords()
    {
        data::Dataset dataset;
        dataset.itemsInA = 3;
        dataset.items = {{"a1", "Green Tea", {}, {}}, {"a2", "Black coffee", {}, {}},
            {"a3", "Tea of one domain", {}, {}}, {"b1", "Tea pot", {}, {}}, {"b2", "Coffee mill", {}, {}},
            {"b3", "Knife", {}, {}}};
        const Similarity similarity = similarityOf(dataset, {1, std::vector<float>(6, 0)}, true);
        const std::vector<ItemId> source{0, 1, 2};
        QCOMPARE(positions(retrieved(similarity, source, std::vector<ItemId>{3}, {.hard = true})),
            (std::vector<std::size_t>{0, 2}));
        QCOMPARE(positions(retrieved(similarity, source, std::vector<ItemId>{4}, {.hard = true})),
            (std::vector<std::size_t>{1}));
        QVERIFY(retrieved(similarity, source, std::vector<ItemId>{5}, {.hard = true}).empty());
    }

    /// A word of both domains is a key, the rarest first; one of a single domain is none.
    void keysAreRareAndShared()
    {
        data::Dataset dataset;
        dataset.itemsInA = 2;
        dataset.items = {{"a1", "red blue only", {}, {}}, {"a2", "red", {}, {}}, {"b1", "red blue", {}, {}}};
        const std::vector<model::ItemKeys> keys = model::itemKeys(dataset);
        QCOMPARE(keys[0][2], -1);
        QVERIFY(keys[0][0] != keys[1][0]);
        QCOMPARE(keys[0][1], keys[1][0]);
        QVERIFY(keys[0] == keys[2]);
        QVERIFY(model::shareKey(keys[0], keys[1]));
        QVERIFY(!model::shareKey(model::ItemKeys{-1, -1, -1, -1}, model::ItemKeys{-1, -1, -1, -1}));
    }

    void theCurveCountsWhatIsRetrieved()
    {
        const data::Dataset dataset = data::generateDemo({.users = 70, .items = 120, .seed = 4}).dataset;
        const Similarity similarity = similarityOf(dataset, randomText(dataset.items.size(), 6), false);
        const std::vector<double> thetas{-1.1, 0, 0.6, 0.9, 1.1};
        const std::vector<ThetaPoint> curve = thetaCurve(dataset, similarity, Domain::B, 7, thetas);
        for (std::size_t t = 0; t < thetas.size(); ++t) {
            double events = 0;
            double found = 0;
            double none = 0;
            for (std::size_t user = 0; user < dataset.userCount(); ++user) {
                const Sequences sequences = sequencesOf(dataset, user, Domain::B);
                const auto here =
                    retrieved(similarity, sequences.source, sequences.own, {.theta = thetas[t], .length = 7});
                events += double(sequences.source.size());
                found += double(here.size());
                none += here.empty() ? 1 : 0;
            }
            QCOMPARE(curve[t].share, found / events);
            QCOMPARE(curve[t].meanLength, found / 70);
            QCOMPARE(curve[t].none, none / 70);
        }
        QCOMPARE(curve.front().share, 1.0);
        QCOMPARE(curve.back().share, 0.0);
        QVERIFY(std::ranges::is_sorted(curve, std::greater{}, &ThetaPoint::share));
        std::stop_source stop;
        stop.request_stop();
        QVERIFY_EXCEPTION_THROWN(
            thetaCurve(dataset, similarity, Domain::B, 7, thetas, stop.get_token()), Error);
    }

    void theHardPointCountsWhatIsRetrieved()
    {
        const data::Dataset dataset = data::generateDemo({.users = 70, .items = 120, .seed = 4}).dataset;
        const Similarity similarity = similarityOf(dataset, randomText(dataset.items.size(), 6), true);
        double events = 0;
        double found = 0;
        double none = 0;
        for (std::size_t user = 0; user < dataset.userCount(); ++user) {
            const Sequences sequences = sequencesOf(dataset, user, Domain::A);
            const auto here =
                retrieved(similarity, sequences.source, sequences.own, {.length = 1, .hard = true});
            events += double(sequences.source.size());
            found += double(here.size());
            none += here.empty() ? 1 : 0;
        }
        const ThetaPoint point = hardPoint(dataset, similarity, Domain::A, 1);
        QVERIFY(found > 0 && found < events);
        QCOMPARE(point.share, found / events);
        QCOMPARE(point.meanLength, found / 70);
        QCOMPARE(point.none, none / 70);
        QVERIFY(std::isnan(point.theta));
    }

    /// No event of the future is in what a target asks with.
    void sequencesStandBeforeTheTarget()
    {
        const data::Dataset dataset = data::generateDemo({.users = 20, .items = 120, .seed = 4}).dataset;
        for (std::size_t user = 0; user < dataset.userCount(); ++user) {
            const std::ptrdiff_t target = dataset.targetPosition(data::Split::Test, Domain::A, user);
            const Sequences sequences = sequencesOf(dataset, user, Domain::A);
            const auto before = dataset.events(user).first(static_cast<std::size_t>(target));
            std::vector<ItemId> own;
            for (const data::Event& event : before)
                if (dataset.domainOf(event.item) == Domain::A)
                    own.push_back(event.item);
            QVERIFY(sequences.own == own);
            QCOMPARE(sequences.source.size(), before.size() - own.size());
        }
    }

    /// A lifelong history over a large catalogue, against the plainest form of Eq. 4.
    void aLifelongHistory()
    {
        const Similarity similarity{randomText(100'000, 64), {}};
        Random random(5, {});
        const auto drawn = [&](std::size_t count) {
            std::vector<ItemId> items(count);
            for (ItemId& item : items)
                item = static_cast<ItemId>(random.below(100'000));
            return items;
        };
        const std::vector<ItemId> source = drawn(kLifelong);
        const std::vector<ItemId> own = drawn(50);
        const std::vector<Found> found = retrieved(similarity, source, own, {.theta = 0.35});
        std::vector<std::size_t> expected;
        for (std::size_t i = 0; i < source.size(); ++i)
            if (std::ranges::any_of(
                    own, [&](ItemId one) { return double(similarity.cosine(source[i], one)) > 0.35; }))
                expected.push_back(i);
        QCOMPARE(positions(found), expected);
        QVERIFY(!found.empty() && found.size() < source.size());
    }
};

std::unique_ptr<QObject> tst_retrieval()
{
    return std::make_unique<TestRetrieval>();
}
#include "tst_retrieval.moc"
