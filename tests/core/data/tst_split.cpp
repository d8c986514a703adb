// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/build.h"
#include "core/data/demo.h"
#include "core/data/history.h"
#include "core/data/import_options.h"
#include "core/data/importers/csv.h"
#include "core/data/refilter.h"
#include "core/data/split.h"
#include "tests/fixtures/support.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

using namespace fedcctr;
using namespace fedcctr::data;
using fedcctr::test::errorOf;

namespace {

constexpr std::size_t kAll = 1'000'000;

/// A dataset of one user whose events are written "a b A …": a letter per event, capital = domain B.
Dataset dataset(const std::string& events, int negatives = 0, Protocol protocol = Protocol::LeaveOneOut)
{
    RawData raw;
    raw.domainNames = {"first", "second"};
    raw.users = {"user"};
    std::map<char, std::int32_t> known;
    for (std::size_t i = 0; i < events.size(); ++i) {
        const char letter = events[i];
        if (!known.contains(letter)) {
            known[letter] = static_cast<std::int32_t>(raw.items.size());
            raw.items.push_back({std::string(1, letter), {}, {}, {}});
            raw.itemDomains.push_back(letter >= 'a' ? Domain::A : Domain::B);
        }
        raw.interactions.push_back({static_cast<std::int64_t>(i), 0, known[letter]});
    }
    ImportOptions options;
    options.evaluationNegatives = negatives;
    options.protocol = protocol;
    return buildDataset(std::move(raw), options);
}

std::string roles(const Dataset& dataset)
{
    std::string text;
    for (const Event& event : dataset.events(0))
        text += "-vt"[static_cast<std::size_t>(event.role)];
    return text;
}

std::string letters(const Dataset& dataset, const std::vector<ItemId>& items)
{
    std::string text;
    for (const ItemId item : items)
        text += dataset.items[static_cast<std::size_t>(item)].id;
    return text;
}

/// Whether the sequence is made of the given events, its newest first, and of nothing else.
bool isSubsequence(const std::vector<ItemId>& sequence, std::span<const Event> allowed)
{
    auto event = allowed.begin();
    for (const ItemId item : sequence) {
        event = std::find_if(event, allowed.end(), [item](const Event& e) { return e.item == item; });
        if (event == allowed.end())
            return false;
        ++event;
    }
    return true;
}

/// The rule in its plainest form: what may be known at a position, oldest first.
std::vector<Event> allowedAt(std::span<const Event> events, std::size_t position)
{
    std::vector<Event> allowed;
    for (std::size_t i = 0; i < position; ++i) {
        const bool isHeldOut = events[i].role != Role::Train;
        const bool hidden = (events[position].role == Role::Train && isHeldOut)
            || (events[position].role == Role::Validation && events[i].role == Role::Test);
        if (!hidden)
            allowed.push_back(events[i]);
    }
    return allowed;
}

std::vector<ItemId> newest(
    const Dataset& dataset, const std::vector<Event>& events, std::size_t length, int domain)
{
    std::vector<ItemId> items;
    for (const Event& event : events) {
        if (domain < 0 || index(dataset.domainOf(event.item)) == static_cast<std::size_t>(domain))
            items.push_back(event.item);
    }
    if (items.size() > length)
        items.erase(items.begin(), items.end() - static_cast<std::ptrdiff_t>(length));
    return items;
}

/// No user repeats an item in these data, so that an item in a history names its event.
void checkNoLeakage(const Dataset& dataset)
{
    constexpr std::size_t kLength = 20;
    for (std::size_t user = 0; user < dataset.userCount(); ++user) {
        const std::span<const Event> events = dataset.events(user);
        std::map<ItemId, std::size_t> positions;
        for (std::size_t i = 0; i < events.size(); ++i)
            QVERIFY(positions.emplace(events[i].item, i).second);
        for (std::size_t target = 0; target < events.size(); ++target) {
            const History history = historyBefore(dataset, user, target, kLength);
            for (const std::vector<ItemId>* sequence : {&history.a, &history.b, &history.merged}) {
                QVERIFY(sequence->size() <= kLength);
                for (const ItemId item : *sequence) {
                    QVERIFY(positions.contains(item));
                    QVERIFY(positions[item] < target);
                    QVERIFY(
                        events[target].role != Role::Train || events[positions[item]].role == Role::Train);
                    QVERIFY(events[target].role != Role::Validation
                        || events[positions[item]].role != Role::Test);
                }
            }
            const std::vector<Event> allowed = allowedAt(events, target);
            QCOMPARE(history.merged, newest(dataset, allowed, kLength, -1));
            QCOMPARE(history.a, newest(dataset, allowed, kLength, 0));
            QCOMPARE(history.b, newest(dataset, allowed, kLength, 1));
        }
    }
}

void checkSplitAndNegatives(const Dataset& dataset)
{
    for (std::size_t user = 0; user < dataset.userCount(); ++user) {
        const std::span<const Event> events = dataset.events(user);
        std::set<ItemId> touched;
        for (const Event& event : events)
            touched.insert(event.item);
        QVERIFY(std::ranges::is_sorted(events, {}, &Event::time));
        for (const Domain domain : kDomains) {
            const std::ptrdiff_t validation = dataset.targetPosition(Split::Validation, domain, user);
            const std::ptrdiff_t test = dataset.targetPosition(Split::Test, domain, user);
            QVERIFY(validation >= 0 && validation < test);
            for (const Split split : kSplits) {
                const std::span<const ItemId> row = dataset.candidates(split, domain, user);
                QCOMPARE(row.size(), static_cast<std::size_t>(dataset.provenance.evaluationNegatives));
                QCOMPARE(std::set<ItemId>(row.begin(), row.end()).size(), row.size());
                for (const ItemId item : row) {
                    QVERIFY(dataset.domainOf(item) == domain);
                    QVERIFY(!touched.contains(item));
                }
            }
        }
        QCOMPARE(std::ranges::count(events, Role::Test, &Event::role), 2);
        QCOMPARE(std::ranges::count(events, Role::Validation, &Event::role), 2);
    }
}

} // namespace

class TestSplit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void leaveOneOutPerDomain_data()
    {
        QTest::addColumn<QString>("events");
        QTest::addColumn<QString>("expected");
        QTest::newRow("both long") << "abcABC"
                                   << "-vt-vt";
        QTest::newRow("interleaved") << "aAbBcCdD"
                                     << "----vvtt";
        QTest::newRow("one short") << "abAcB"
                                   << "-v-t-";
        QTest::newRow("both short") << "abAB"
                                    << "----";
        QTest::newRow("repeated item") << "aaaABA"
                                       << "-vt-vt";
    }

    void leaveOneOutPerDomain()
    {
        QFETCH(QString, events);
        QFETCH(QString, expected);
        QCOMPARE(roles(dataset(events.toStdString())), expected.toStdString());
    }

    void mixedLast_data()
    {
        QTest::addColumn<QString>("events");
        QTest::addColumn<QString>("expected");
        QTest::newRow("one domain last") << "abcABC"
                                         << "----vt";
        QTest::newRow("interleaved") << "aAbBcCdD"
                                     << "------vt";
        QTest::newRow("three events") << "aAb"
                                      << "-vt";
        QTest::newRow("two events") << "aA"
                                    << "--";
    }

    void mixedLast()
    {
        QFETCH(QString, events);
        QFETCH(QString, expected);
        const Dataset d = dataset(events.toStdString(), 0, Protocol::MixedLast);
        QCOMPARE(roles(d), expected.toStdString());
    }

    void mixedLastTargetsAndHistories()
    {
        const Dataset d = dataset("XaYbZc", 0, Protocol::MixedLast);
        QCOMPARE(d.targetPosition(Split::Test, Domain::A, 0), std::ptrdiff_t{5});
        QCOMPARE(d.targetPosition(Split::Test, Domain::B, 0), std::ptrdiff_t{-1});
        QCOMPARE(d.targetPosition(Split::Validation, Domain::A, 0), std::ptrdiff_t{-1});
        QCOMPARE(d.targetPosition(Split::Validation, Domain::B, 0), std::ptrdiff_t{4});
        QCOMPARE(letters(d, historyBefore(d, 0, 5, kAll).merged), std::string("XaYbZ"));
        QCOMPARE(letters(d, historyBefore(d, 0, 4, kAll).merged), std::string("XaYb"));
    }

    /// What is judged by another protocol: only what the dataset holds out itself.
    void judgedByMixedLast()
    {
        // The last of all is the test target of B, the last but one that of A: no validation target.
        const Judged both = judgedBy(dataset("abcABdC"), Protocol::MixedLast, 0);
        QCOMPARE(roles(both.dataset), std::string("------t"));
        QCOMPARE(both.leftOut, (std::array<std::size_t, 2>{1, 0}));
        const Judged same = judgedBy(dataset("abcABC"), Protocol::MixedLast, 0);
        QCOMPARE(roles(same.dataset), std::string("----vt"));
        QCOMPARE(same.leftOut, (std::array<std::size_t, 2>{0, 0}));
        // Too few of B for a split: its last was trained on.
        const Judged trained = judgedBy(dataset("abcA"), Protocol::MixedLast, 0);
        QCOMPARE(roles(trained.dataset), std::string("----"));
        QCOMPARE(trained.leftOut, (std::array<std::size_t, 2>{1, 1}));
        // The other way round most were trained on.
        const Judged back = judgedBy(dataset("abcABC", 0, Protocol::MixedLast), Protocol::LeaveOneOut, 0);
        QCOMPARE(roles(back.dataset), std::string("----vt"));
        QCOMPARE(back.leftOut, (std::array<std::size_t, 2>{1, 1}));
    }

    /// Judging a dataset and splitting it so at the import give the same candidates.
    void judgedCandidatesAreTheImportedOnes()
    {
        const Dataset own = generateDemo({.users = 60, .items = 200, .seed = 3}).dataset;
        ImportOptions options;
        options.protocol = Protocol::MixedLast;
        options.evaluationNegatives = 120;
        options.seed = own.provenance.seed;
        const Dataset imported = refiltered(own, options);
        const Dataset judged = judgedBy(own, Protocol::MixedLast, 120).dataset;
        std::size_t targets = 0;
        for (std::size_t user = 0; user < own.userCount(); ++user) {
            std::set<ItemId> touched;
            for (const Event& event : own.events(user))
                touched.insert(event.item);
            for (const Domain domain : kDomains) {
                const auto row = judged.candidates(Split::Test, domain, user);
                QVERIFY(std::ranges::equal(row, imported.candidates(Split::Test, domain, user)));
                targets += row.empty() ? 0U : 1U;
                QVERIFY(row.empty() || row.size() == 120);
                QCOMPARE(std::set<ItemId>(row.begin(), row.end()).size(), row.size());
                for (const ItemId item : row)
                    QVERIFY(judged.domainOf(item) == domain && !touched.contains(item));
            }
        }
        QCOMPARE(targets, own.userCount());
        VERIFY_MESSAGE(errorOf([&] { judgedBy(own, Protocol::MixedLast, 199); }), "--negatives");
    }

    void whatATargetMayKnow()
    {
        // a b c: train, validation, test of A in the midst of B's training events.
        const Dataset d = dataset("XaYbcZUVW");
        QCOMPARE(roles(d), std::string("---vt--vt"));
        const auto merged = [&](std::size_t position) {
            return letters(d, historyBefore(d, 0, position, kAll).merged);
        };
        QCOMPARE(merged(0), std::string());
        QCOMPARE(merged(3), std::string("XaY"));
        QCOMPARE(merged(4), std::string("XaYb"));
        QCOMPARE(merged(5), std::string("XaY")); // training: neither b nor c
        QCOMPARE(merged(7), std::string("XaYbZU")); // validation: not c
        QCOMPARE(merged(8), std::string("XaYbcZUV")); // test: everything
        const History cut = historyBefore(d, 0, 8, 2);
        QCOMPARE(letters(d, cut.a), std::string("bc"));
        QCOMPARE(letters(d, cut.b), std::string("UV"));
        QCOMPARE(letters(d, cut.merged), std::string("UV"));
    }

    void trainingDataHoldNoHeldOutEvent()
    {
        const Dataset d = dataset("XaYbcZUVW");
        std::vector<ItemId> items;
        for (const Event& event : trainingEvents(d, 0))
            items.push_back(event.item);
        QCOMPARE(letters(d, items), std::string("XaYZU"));
        const std::vector<double> popularity = trainingPopularity(d);
        QCOMPARE(popularity.size(), d.items.size());
        for (std::size_t i = 0; i < popularity.size(); ++i)
            QCOMPARE(
                popularity[i], std::string("XaYZU").find(d.items[i].id) != std::string::npos ? 1.0 : 0.0);
        QVERIFY(isSubsequence(items, d.events(0)));
    }

    void targetPositions()
    {
        const Dataset d = dataset("abAcB");
        QCOMPARE(d.targetPosition(Split::Validation, Domain::A, 0), std::ptrdiff_t{1});
        QCOMPARE(d.targetPosition(Split::Test, Domain::A, 0), std::ptrdiff_t{3});
        QCOMPARE(d.targetPosition(Split::Test, Domain::B, 0), std::ptrdiff_t{-1});
        QVERIFY(d.candidates(Split::Test, Domain::B, 0).empty());
    }

    void noLeakageInDemoData()
    {
        const Demo demo = generateDemo({});
        checkNoLeakage(demo.dataset);
        checkSplitAndNegatives(demo.dataset);
    }

    void noLeakageInRealData()
    {
        const std::filesystem::path directory =
            std::filesystem::path(FEDCCTR_SHARED_DIR) / "data" / "food-kitchen";
        if (!std::filesystem::exists(directory / "interactions.csv.gz"))
            QSKIP("the food-kitchen data are not beside the source tree");
        const Dataset real =
            importCsv(std::vector<std::filesystem::path>{directory / "interactions.csv.gz"}, ImportOptions{});
        checkNoLeakage(real);
        checkSplitAndNegatives(real);
    }

    void negativesAreFixedBySeed()
    {
        const auto first = generateDemo({.users = 50, .items = 200, .seed = 3}).dataset.negatives;
        QVERIFY(first == generateDemo({.users = 50, .items = 200, .seed = 3}).dataset.negatives);
        QVERIFY(first != generateDemo({.users = 50, .items = 200, .seed = 4}).dataset.negatives);
        QVERIFY(first[0] != first[1]);
    }

    /// Every untouched item is drawn about as often as any other.
    void negativesAreUniform()
    {
        const Dataset d = generateDemo({}).dataset;
        std::vector<double> drawn(d.items.size());
        std::vector<double> expected(d.items.size());
        for (std::size_t user = 0; user < d.userCount(); ++user) {
            std::vector<bool> touched(d.items.size());
            std::array<double, 2> untouched{
                static_cast<double>(d.itemCount(Domain::A)), static_cast<double>(d.itemCount(Domain::B))};
            for (const Event& event : d.events(user)) {
                touched[static_cast<std::size_t>(event.item)] = true;
                untouched[index(d.domainOf(event.item))] -= 1;
            }
            for (std::size_t item = 0; item < d.items.size(); ++item) {
                if (!touched[item])
                    expected[item] += 99 / untouched[index(d.domainOf(static_cast<ItemId>(item)))];
            }
            for (const Domain domain : kDomains) {
                for (const ItemId item : d.candidates(Split::Test, domain, user))
                    drawn[static_cast<std::size_t>(item)] += 1;
            }
        }
        double chiSquare = 0;
        for (std::size_t item = 0; item < d.items.size(); ++item)
            chiSquare += (drawn[item] - expected[item]) * (drawn[item] - expected[item]) / expected[item];
        // Drawing without replacement makes the variance a quarter smaller than Poisson's; mean about 600,
        // deviation 30.
        QVERIFY2(chiSquare > 450 && chiSquare < 750, qPrintable(QString::number(chiSquare)));
    }
};

std::unique_ptr<QObject> tst_split()
{
    return std::make_unique<TestSplit>();
}
#include "tst_split.moc"
