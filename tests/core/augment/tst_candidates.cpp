// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/candidates.h"
#include "core/data/demo.h"
#include "core/data/history.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

using namespace fedcctr;
using namespace fedcctr::augment;

namespace {

const data::Dataset& demo()
{
    static const data::Dataset kData = data::generateDemo({40, 120, 3}).dataset;
    return kData;
}

std::set<data::ItemId> trained(const data::Dataset& dataset, std::size_t user)
{
    std::set<data::ItemId> items;
    for (const data::Event& event : data::trainingEvents(dataset, user))
        items.insert(event.item);
    return items;
}

} // namespace

class TestCandidates : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ofTheDomainDistinctAndUnknown()
    {
        for (std::size_t user = 0; user < demo().userCount(); ++user) {
            const std::set<data::ItemId> known = trained(demo(), user);
            const Candidates candidates = sampleCandidates(demo(), user, 10, 1);
            for (const data::Domain domain : data::kDomains) {
                const std::vector<data::ItemId>& own = candidates[data::index(domain)];
                QCOMPARE(own.size(), std::size_t{10});
                QCOMPARE(std::set(own.begin(), own.end()).size(), own.size());
                for (const data::ItemId item : own) {
                    QCOMPARE(demo().domainOf(item), domain);
                    QVERIFY(!known.contains(item));
                }
            }
        }
    }

    void seededPerUser()
    {
        QCOMPARE(sampleCandidates(demo(), 7, 10, 1), sampleCandidates(demo(), 7, 10, 1));
        QVERIFY(sampleCandidates(demo(), 7, 10, 1) != sampleCandidates(demo(), 7, 10, 2));
        QVERIFY(sampleCandidates(demo(), 7, 10, 1) != sampleCandidates(demo(), 8, 10, 1));
        // A longer list begins with the shorter one.
        const std::vector<data::ItemId> few = sampleCandidates(demo(), 7, 3, 1)[0];
        const std::vector<data::ItemId> many = sampleCandidates(demo(), 7, 10, 1)[0];
        QVERIFY(std::ranges::equal(few, std::span(many).first(3)));
    }

    /// Held-out items of the user come as often as any other item, so that being offered tells nothing.
    void targetsAreNotKeptAway()
    {
        std::size_t heldOut = 0;
        std::size_t others = 0;
        double share = 0;
        for (std::size_t user = 0; user < demo().userCount(); ++user) {
            std::set<data::ItemId> targets;
            for (const data::Event& event : demo().events(user))
                if (event.role != data::Role::Train)
                    targets.insert(event.item);
            const std::set<data::ItemId> known = trained(demo(), user);
            std::erase_if(targets, [&](data::ItemId item) { return known.contains(item); });
            share +=
                static_cast<double>(targets.size()) / static_cast<double>(demo().items.size() - known.size());
            for (std::uint64_t seed = 1; seed <= 50; ++seed) {
                const Candidates candidates = sampleCandidates(demo(), user, 10, seed);
                for (const std::vector<data::ItemId>& domain : candidates)
                    for (const data::ItemId item : domain)
                        ++(targets.contains(item) ? heldOut : others);
            }
        }
        const double expected = share / static_cast<double>(demo().userCount());
        const double found = static_cast<double>(heldOut) / static_cast<double>(heldOut + others);
        QVERIFY2(std::abs(found - expected) < 0.15 * expected, qPrintable(QString::number(found / expected)));
    }

    void withoutTextNotOffered()
    {
        data::Dataset dataset = demo();
        for (std::size_t i = 0; i < dataset.items.size(); ++i)
            if (i % 3 != 0)
                dataset.items[i] = {dataset.items[i].id, "", "", ""};
        const Candidates candidates = sampleCandidates(dataset, 5, 20, 1);
        for (const std::vector<data::ItemId>& domain : candidates) {
            QCOMPARE(domain.size(), std::size_t{20});
            for (const data::ItemId item : domain)
                QVERIFY(item % 3 == 0);
        }
    }

    /// Fewer are there than wanted: all of them, once.
    void smallDomain()
    {
        data::Dataset dataset = demo();
        for (std::size_t i = 6; i < dataset.items.size(); ++i)
            dataset.items[i] = {dataset.items[i].id, "", "", ""};
        const std::set<data::ItemId> known = trained(dataset, 0);
        const auto free = std::ranges::count_if(
            std::array{0, 1, 2, 3, 4, 5}, [&](data::ItemId item) { return !known.contains(item); });
        const Candidates candidates = sampleCandidates(dataset, 0, 50, 1);
        QCOMPARE(static_cast<std::ptrdiff_t>(candidates[0].size()), free);
        QVERIFY(candidates[1].empty());
    }

    void uniform()
    {
        std::map<data::ItemId, int> counts;
        constexpr int kDraws = 4000;
        for (std::uint64_t seed = 1; seed <= kDraws; ++seed) {
            const Candidates candidates = sampleCandidates(demo(), 0, 10, seed);
            for (const data::ItemId item : candidates[0])
                ++counts[item];
        }
        const std::set<data::ItemId> known = trained(demo(), 0);
        const auto inA = static_cast<std::size_t>(
            std::ranges::count_if(known, [](data::ItemId item) { return item < demo().itemsInA; }));
        const std::size_t free = static_cast<std::size_t>(demo().itemsInA) - inA;
        QCOMPARE(counts.size(), free);
        const double expected = 10.0 * kDraws / static_cast<double>(free);
        for (const auto& [item, count] : counts)
            QVERIFY(std::abs(count - expected) < 5 * std::sqrt(expected));
    }
};

std::unique_ptr<QObject> tst_candidates()
{
    return std::make_unique<TestCandidates>();
}
#include "tst_candidates.moc"
