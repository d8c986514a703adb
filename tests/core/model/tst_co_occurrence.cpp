// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/demo.h"
#include "core/model/co_occurrence.h"

#include <QTest>

#include <cmath>
#include <map>
#include <memory>
#include <set>

using namespace fedcctr;
using namespace fedcctr::model;
using data::Domain;
using data::ItemId;

namespace {

const data::Dataset& dataset()
{
    static const data::Dataset kDataset = data::generateDemo({.users = 50, .items = 60, .seed = 3}).dataset;
    return kDataset;
}

/// The distinct items of a user's training events, read off the events themselves.
std::set<ItemId> itemsOf(std::size_t user)
{
    std::set<ItemId> items;
    for (const data::Event& event : dataset().events(user))
        if (event.role == data::Role::Train)
            items.insert(event.item);
    return items;
}

int recount(ItemId item, std::size_t without)
{
    int count = 0;
    for (std::size_t user = 0; user < dataset().userCount(); ++user)
        count += user != without && itemsOf(user).contains(item) ? 1 : 0;
    return count;
}

/// Sum over the users who have both of 1 / sqrt(|S_v|), by neighbour; `without` is left out.
std::map<ItemId, double> recountPairs(ItemId item, std::size_t without)
{
    std::map<ItemId, double> weights;
    for (std::size_t user = 0; user < dataset().userCount(); ++user) {
        const std::set<ItemId> items = itemsOf(user);
        if (user == without || !items.contains(item))
            continue;
        for (const ItemId other : items)
            if (other != item)
                weights[other] += 1 / std::sqrt(static_cast<double>(items.size()));
    }
    return weights;
}

constexpr std::size_t kNobody = 1'000'000;

} // namespace

class TestCoOccurrence : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void countsWithoutOneUser()
    {
        const CoOccurrence others(dataset(), false);
        QCOMPARE(others.itemCount(), dataset().items.size());
        for (const std::size_t user : {0U, 7U, 49U})
            for (ItemId item = 0; item < dataset().itemCount(); ++item)
                QCOMPARE(others.count(item, user), recount(item, user));
        QVERIFY(others.neighbours(0, Domain::A).empty());
    }

    void pairsWithoutOneUser()
    {
        const CoOccurrence others(dataset(), true);
        std::size_t own = 0;
        for (const std::size_t user : {2U, 31U})
            for (ItemId item = 0; item < dataset().itemCount(); ++item) {
                const std::map<ItemId, double> expected = recountPairs(item, user);
                std::size_t found = 0;
                for (const Domain domain : data::kDomains)
                    for (const auto& [other, weight] : others.neighbours(item, domain)) {
                        QCOMPARE(dataset().domainOf(other), domain);
                        const float part = others.ownPart(user, item, other);
                        own += part > 0 ? 1 : 0;
                        const auto there = expected.find(other);
                        const double known = there == expected.end() ? 0 : there->second;
                        QVERIFY(std::abs(static_cast<double>(weight - part) - known) < 1e-5);
                        found += known > 0 ? 1 : 0;
                    }
                QCOMPARE(found, expected.size());
            }
        QVERIFY(own > 0); // the subtraction was needed
    }

    /// Every pair stands in both items' lists, in the order of the numbers, and none with itself.
    void neighboursAreOrdered()
    {
        const CoOccurrence others(dataset(), true);
        for (ItemId item = 0; item < dataset().itemCount(); ++item) {
            std::set<ItemId> found;
            for (const Domain domain : data::kDomains) {
                ItemId last = -1;
                for (const CoOccurrence::Neighbour& neighbour : others.neighbours(item, domain)) {
                    QVERIFY(neighbour.item > last);
                    last = neighbour.item;
                    found.insert(last);
                }
            }
            QVERIFY(!found.contains(item));
            const auto all = recountPairs(item, kNobody);
            QCOMPARE(found.size(), all.size());
        }
    }
};

std::unique_ptr<QObject> tst_co_occurrence()
{
    return std::make_unique<TestCoOccurrence>();
}
#include "tst_co_occurrence.moc"
