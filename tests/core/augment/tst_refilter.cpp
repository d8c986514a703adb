// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/augmented_statistics.h"
#include "core/data/build.h"
#include "core/data/demo.h"
#include "core/data/distributions.h"
#include "core/data/import_options.h"
#include "core/data/refilter.h"
#include "core/data/statistics.h"
#include "core/data/summary.h"
#include "tests/fixtures/support.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <memory>
#include <numeric>

using namespace fedcctr;
using namespace fedcctr::data;
using fedcctr::test::errorOf;
using fedcctr::test::pathIn;

namespace {

/// Two users and a rare item each; "day" is a Unix day.
Dataset small()
{
    constexpr std::int64_t kDay = 86'400;
    RawData raw;
    raw.domainNames = {"A", "B"};
    raw.users = {"u0", "u1"};
    for (const char* id : {"a0", "a1", "a2", "b0", "b1"}) {
        raw.items.push_back({id, "title", "", ""});
        raw.itemDomains.push_back(id[0] == 'a' ? Domain::A : Domain::B);
    }
    const auto click = [&](int day, int user, int item) {
        raw.interactions.push_back({day * kDay, user, item});
    };
    click(0, 0, 0);
    click(1, 0, 1);
    click(40, 0, 3);
    click(41, 0, 0);
    click(0, 1, 0);
    click(2, 1, 1);
    click(3, 1, 2); // the only click on a2
    click(95, 1, 4); // the only click on b1, and u1's only one in B
    ImportOptions options;
    options.name = "small";
    options.evaluationNegatives = 0;
    return buildDataset(std::move(raw), options);
}

ImportOptions like(const Dataset& dataset)
{
    ImportOptions options;
    options.name = dataset.provenance.name;
    options.minUserInteractions = dataset.provenance.minUserInteractions;
    options.minItemInteractions = dataset.provenance.minItemInteractions;
    options.evaluationNegatives = dataset.provenance.evaluationNegatives;
    options.seed = dataset.provenance.seed;
    return options;
}

} // namespace

class TestRefilter : public QObject {
    Q_OBJECT

    QTemporaryDir m_directory;

private Q_SLOTS:
    void theSameFiltersGiveTheSameDataset()
    {
        DemoOptions demo;
        demo.users = 40;
        demo.items = 150;
        const Dataset before = generateDemo(demo).dataset;
        const Dataset after = refiltered(before, like(before));
        QCOMPARE(after.users, before.users);
        QCOMPARE(after.eventOffsets, before.eventOffsets);
        QCOMPARE(after.itemsInA, before.itemsInA);
        QCOMPARE(after.items.size(), before.items.size()); // unused ones too
        for (std::size_t i = 0; i < before.allEvents.size(); ++i) {
            QCOMPARE(after.allEvents[i].item, before.allEvents[i].item);
            QCOMPARE(after.allEvents[i].time, before.allEvents[i].time);
            QCOMPARE(after.allEvents[i].role, before.allEvents[i].role);
        }
        QVERIFY(after.negatives == before.negatives);
        QCOMPARE(after.provenance.notes.back(), "made of the dataset " + before.provenance.name);
    }

    void aHigherMinimumTakesMoreAway()
    {
        const Dataset before = small();
        QCOMPARE(before.users.size(), std::size_t{2});
        ImportOptions options = like(before);
        options.name = "stricter";
        options.minUserInteractions = 2; // neither user has two in B
        VERIFY_MESSAGE(errorOf([&] { refiltered(before, options); }), "no user is left", "--min-user");
        options.minUserInteractions = 1;
        options.minItemInteractions = 3; // only a0 remains, so nobody has anything in B
        VERIFY_MESSAGE(errorOf([&] { refiltered(before, options); }), "no user is left");
    }

    void onePassIsOnePass()
    {
        // Leaving out b1 takes u1 away, and with it a1's second click. One pass stops before a1 goes.
        RawData raw = rawDataOf(small());
        raw.interactions.push_back({50 * 86'400, 0, raw.interactions[2].item}); // b0 twice
        ImportOptions options;
        options.name = "x";
        options.evaluationNegatives = 0;
        options.minItemInteractions = 2;
        const Dataset stable = buildDataset(raw, options);
        options.repeatFilter = false;
        const Dataset once = buildDataset(raw, options);
        const auto has = [](const Dataset& dataset, const char* id) {
            return std::ranges::find(dataset.items, id, &Item::id) != dataset.items.end();
        };
        QCOMPARE(stable.users, std::vector<std::string>{"u0"});
        QCOMPARE(once.users, std::vector<std::string>{"u0"});
        QVERIFY(!has(stable, "a1"));
        QVERIFY(has(once, "a1"));
    }

    void distributionsCountByHand()
    {
        const Distributions counts = distributions(small());
        QCOMPARE(counts.lengths[0], (std::vector<std::size_t>{3, 3}));
        QCOMPARE(counts.lengths[1], (std::vector<std::size_t>{1, 1}));
        QCOMPARE(counts.popularity[0], (std::vector<std::size_t>{3, 2, 1}));
        QCOMPARE(counts.popularity[1], (std::vector<std::size_t>{1, 1}));
        QCOMPARE(counts.ratios.size(), std::size_t{2});
        QCOMPARE(counts.ratios[0], 1.0 / 3);
        // Day 0-3 January, 40-41 February, 95 April 1970.
        QCOMPARE(counts.months.size(), std::size_t{4});
        QCOMPARE(counts.months[0].year, 1970);
        QCOMPARE(counts.months[0].month, 1);
        QCOMPARE(counts.months[0].events[0], std::size_t{5});
        QCOMPARE(counts.months[1].events[1], std::size_t{1});
        QCOMPARE(counts.months[2].events[0] + counts.months[2].events[1], std::size_t{0});
        QCOMPARE(counts.months[3].month, 4);
        QCOMPARE(counts.months[3].events[1], std::size_t{1});
    }

    void monthsBeforeTheEpoch()
    {
        Dataset dataset = small();
        for (Event& event : dataset.allEvents)
            event.time = -1; // the last second of 1969
        const Distributions counts = distributions(dataset);
        QCOMPARE(counts.months.size(), std::size_t{1});
        QCOMPARE(counts.months[0].year, 1969);
        QCOMPARE(counts.months[0].month, 12);
        dataset.provenance.hasTimes = false;
        QVERIFY(distributions(dataset).months.empty());
    }

    void likedItemsCountAsInstances()
    {
        const Dataset dataset = small();
        augment::Augmentation augmentation;
        augmentation.items.resize(dataset.items.size());
        augmentation.users.resize(2);
        augmentation.sequences.resize(2);
        augmentation.sequences[1].liked[1] = {3, 4};
        augmentation.items[0].genres = {"tea"};
        augmentation.users[0].age = "25-34";
        const Statistics numbers = augment::augmentedStatistics(dataset, augmentation);
        QCOMPARE(numbers.interactions, std::size_t{10});
        QCOMPARE(numbers.domains[0].interactions, std::size_t{6});
        QCOMPARE(numbers.domains[1].interactions, std::size_t{4});
        QCOMPARE(numbers.domains[1].meanLength, 2.0);
        QCOMPARE(numbers.domains[1].longest, std::size_t{3});
        QCOMPARE(numbers.domains[1].shortest, std::size_t{1});
        QCOMPARE(numbers.domains[1].sparsity, 0.0); // 4 of 2 x 2
        QCOMPARE(augment::featureFields(dataset, nullptr),
            (std::vector<std::string>{"user id", "item id", "title"}));
        QCOMPARE(augment::featureFields(dataset, &augmentation),
            (std::vector<std::string>{"user id", "item id", "title", "genres", "age"}));
    }

    void theSummarySaysWhatTheDatasetHolds()
    {
        const auto path = pathIn(m_directory.path(), "one");
        const Dataset dataset = small();
        save(dataset, path);
        const Summary summary = readSummary(path);
        QCOMPARE(summary.name, std::string("small"));
        QCOMPARE(summary.users, std::size_t{2});
        QCOMPARE(summary.items[0], std::size_t{3});
        QCOMPARE(summary.items[1], std::size_t{2});
        QCOMPARE(summary.interactions, std::size_t{8});
        QCOMPARE(summary.domainNames[1], std::string("B"));
    }

    void aBrokenDatasetIsSeen()
    {
        const auto path = pathIn(m_directory.path(), "two");
        save(small(), path);
        const std::string events = readFile(path / "events.bin");
        writeFileAtomically(path / "events.bin", events.substr(0, events.size() - 3));
        VERIFY_MESSAGE(errorOf([&] { readSummary(path); }), "events.bin", "length", "import");
        std::filesystem::remove(path / "events.bin");
        VERIFY_MESSAGE(errorOf([&] { readSummary(path); }), "events.bin", "missing");
        writeFileAtomically(path / "dataset.json", "{");
        VERIFY_MESSAGE(errorOf([&] { readSummary(path); }), "dataset.json", "damaged");
    }
};

std::unique_ptr<QObject> tst_refilter()
{
    return std::make_unique<TestRefilter>();
}
#include "tst_refilter.moc"
