// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/demo.h"
#include "core/data/history.h"
#include "core/data/import_options.h"
#include "core/data/importers/csv.h"
#include "core/model/examples.h"
#include "tests/fixtures/support.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

using namespace fedcctr;
using namespace fedcctr::data;
using namespace fedcctr::model;
using namespace Qt::StringLiterals;

namespace {

/// One user whose training items are given (domain A below 100), and one held-out event per domain.
Dataset dataset(const std::vector<ItemId>& training)
{
    Dataset made;
    made.domainNames = {"first", "second"};
    made.itemsInA = 100;
    made.items.resize(200);
    made.users = {"user"};
    std::int64_t time = 0;
    for (const ItemId item : training)
        made.allEvents.push_back({time++, item, Role::Train});
    made.allEvents.push_back({time++, 99, Role::Test});
    made.allEvents.push_back({time++, 199, Role::Validation});
    made.eventOffsets = {0, made.allEvents.size()};
    return made;
}

ExampleSource source(const Dataset& dataset, int history, int targets, const LossOptions& loss = {})
{
    ModelOptions model;
    model.historyLength = history;
    return {dataset, model, loss, targets};
}

bool isRun(const std::vector<ItemId>& part, const std::vector<ItemId>& whole)
{
    return std::ranges::search(whole, part).begin() != whole.end() || part.empty();
}

/// The rules that hold for any example, against the user's training events in their plainest form. No user
/// repeats an item in these data, so that an item names its event.
QString problemOf(const Dataset& dataset, std::size_t user, const ClientExample& example, std::size_t length)
{
    std::map<ItemId, std::size_t> position;
    std::vector<ItemId> merged;
    std::array<std::vector<ItemId>, 2> own;
    for (const Event& event : dataset.events(user)) {
        if (event.role != Role::Train)
            continue;
        if (!position.emplace(event.item, merged.size()).second)
            return QStringLiteral("an item repeats");
        merged.push_back(event.item);
        own[index(dataset.domainOf(event.item))].push_back(event.item);
    }
    if (!isRun(example.merged, merged) || !isRun(example.a, own[0]) || !isRun(example.b, own[1]))
        return QStringLiteral("a sequence is no run of training events");
    if (example.merged.size() > length || example.a.size() > length || example.b.size() > length)
        return QStringLiteral("a sequence is too long");
    std::size_t targets = 0;
    for (const Domain domain : kDomains)
        for (const TrainingTarget& target : example.targets[index(domain)]) {
            ++targets;
            if (!position.contains(target.item) || dataset.domainOf(target.item) != domain)
                return QStringLiteral("a target is no training event of its domain");
            const std::size_t at = position[target.item];
            // What stands before the target: the events of each prefix end just before it, and nothing is
            // skipped.
            const auto check = [&](const std::vector<ItemId>& sequence, std::int32_t prefix, int inDomain) {
                std::vector<ItemId> before;
                for (std::size_t i = 0; i < at; ++i)
                    if (inDomain < 0
                        || index(dataset.domainOf(merged[i])) == static_cast<std::size_t>(inDomain))
                        before.push_back(merged[i]);
                if (prefix < 0 || static_cast<std::size_t>(prefix) > std::min(sequence.size(), before.size()))
                    return false;
                return std::equal(sequence.begin(), sequence.begin() + prefix, before.end() - prefix);
            };
            if (!check(example.a, target.prefixA, 0) || !check(example.b, target.prefixB, 1)
                || !check(example.merged, target.prefixM, -1))
                return QStringLiteral("a prefix does not end before its target");
        }
    if (targets == 0 && !merged.empty())
        return QStringLiteral("no target");
    for (const Domain domain : kDomains)
        for (const ItemId item : example.negatives[index(domain)])
            if (dataset.domainOf(item) != domain || position.contains(item))
                return QStringLiteral("a negative is an item of the user's or of the other domain");
    return {};
}

void checkAll(const Dataset& dataset, int history, int targets, int draws)
{
    const ExampleSource examples = source(dataset, history, targets);
    for (std::size_t user = 0; user < dataset.userCount(); ++user)
        for (int draw = 0; draw < draws; ++draw) {
            Random random(4, {user, static_cast<std::uint64_t>(draw)});
            const ClientExample example = examples.draw(user, random);
            const QString problem = problemOf(dataset, user, example, static_cast<std::size_t>(history));
            QVERIFY2(problem.isEmpty(), qPrintable(problem));
            for (const Event& event : dataset.events(user)) {
                if (event.role == Role::Train)
                    continue;
                for (const std::vector<ItemId>* sequence : {&example.a, &example.b, &example.merged})
                    QVERIFY(std::ranges::find(*sequence, event.item) == sequence->end());
                for (const auto& ofDomain : example.targets)
                    QVERIFY(std::ranges::find(ofDomain, event.item, &TrainingTarget::item) == ofDomain.end());
            }
        }
}

} // namespace

class TestExamples : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// A short sequence is used whole: every event is a target, the last one a target only.
    void shortSequenceByHand()
    {
        const Dataset d = dataset({1, 101, 2, 102, 3});
        Random random(1);
        const ClientExample example = source(d, 10, 32).draw(0, random);
        QCOMPARE(example.merged, (std::vector<ItemId>{1, 101, 2, 102}));
        QCOMPARE(example.a, (std::vector<ItemId>{1, 2}));
        QCOMPARE(example.b, (std::vector<ItemId>{101, 102}));
        const auto quadruple = [](const TrainingTarget& t) {
            return std::vector<int>{t.item, t.prefixA, t.prefixB, t.prefixM};
        };
        QCOMPARE(example.targets[0].size(), std::size_t{3});
        QCOMPARE(quadruple(example.targets[0][0]), (std::vector<int>{1, 0, 0, 0}));
        QCOMPARE(quadruple(example.targets[0][1]), (std::vector<int>{2, 1, 1, 2}));
        QCOMPARE(quadruple(example.targets[0][2]), (std::vector<int>{3, 2, 2, 4}));
        QCOMPARE(quadruple(example.targets[1][0]), (std::vector<int>{101, 1, 0, 1}));
        QCOMPARE(quadruple(example.targets[1][1]), (std::vector<int>{102, 2, 1, 3}));
        QCOMPARE(example.negatives[0].size(), std::size_t{12});
        QCOMPARE(example.negatives[1].size(), std::size_t{8});
    }

    /// A long one gives windows; the domains' own sequences reach further back than the merged one.
    void longSequenceByHand()
    {
        const Dataset d = dataset({1, 101, 2, 3, 4, 5});
        const ExampleSource examples = source(d, 3, 2);
        std::set<std::vector<ItemId>> windows;
        for (std::uint64_t seed = 0; seed < 60; ++seed) {
            Random random(seed);
            const ClientExample example = examples.draw(0, random);
            windows.insert(example.merged);
            if (example.merged == std::vector<ItemId>{2, 3, 4}) {
                QCOMPARE(example.a, (std::vector<ItemId>{2, 3, 4}));
                QCOMPARE(example.b, (std::vector<ItemId>{101})); // before the merged window
                QCOMPARE(example.targets[0].size(), std::size_t{2}); // the newest two: 4 and 5
                QCOMPARE(example.targets[0][1].item, 5);
                QCOMPARE(example.targets[0][1].prefixM, 3); // a history of full length is learnt from
                QCOMPARE(example.targets[0][1].prefixB, 1);
                QVERIFY(example.targets[1].empty() && example.negatives[1].empty());
            }
        }
        QCOMPARE(windows, (std::set<std::vector<ItemId>>{{1, 101, 2}, {101, 2, 3}, {2, 3, 4}}));
    }

    /// Chi-square of the six windows of a sequence, 6000 draws: above 20.5 with probability 0.001 (5
    /// degrees).
    void windowsAreUniform()
    {
        const Dataset d = dataset({1, 2, 3, 4, 5, 6, 7, 8, 9});
        const ExampleSource examples = source(d, 3, 2);
        std::map<std::vector<ItemId>, double> counts;
        Random random(5);
        for (int i = 0; i < 6000; ++i)
            counts[examples.draw(0, random).merged] += 1;
        QCOMPARE(counts.size(), std::size_t{6});
        double chiSquare = 0;
        for (const auto& [window, count] : counts)
            chiSquare += (count - 1000) * (count - 1000) / 1000;
        QVERIFY2(chiSquare < 20.5, qPrintable(QString::number(chiSquare)));
    }

    void oneEvent()
    {
        const Dataset d = dataset({7});
        Random random(1);
        const ClientExample example = source(d, 3, 5).draw(0, random);
        QVERIFY(example.merged.empty() && example.a.empty() && example.b.empty());
        QCOMPARE(example.targets[0].size(), std::size_t{1});
        QVERIFY(example.targets[1].empty());
    }

    void noEvent()
    {
        const Dataset d = dataset({});
        Random random(1);
        const ClientExample example = source(d, 3, 5).draw(0, random);
        QVERIFY(example.targets[0].empty() && example.targets[1].empty() && example.negatives[0].empty());
    }

    void labelsAreRatings()
    {
        Dataset rated = dataset({1, 101, 2});
        LossOptions loss;
        loss.label = Label::Rating;
        QCOMPARE(test::errorOf([&] { source(rated, 10, 10, loss); }),
            u"data.label: 'rating' needs a rating for every event, which this dataset does not have; import "
            u"it "
            "with a column 'rating', or set data.label to click"_s);
        const std::array<std::int16_t, 5> ratings{400, 399, 500, 100, 500};
        for (std::size_t i = 0; i < ratings.size(); ++i)
            rated.allEvents[i].rating = ratings[i];
        Random random(1, {});
        const ClientExample example = source(rated, 10, 10, loss).draw(0, random);
        QCOMPARE(example.targets[0].size(), std::size_t{2});
        QVERIFY(example.targets[0][0].positive && example.targets[0][1].positive);
        QVERIFY(!example.targets[1][0].positive);
        loss.ratingThreshold = 4.5;
        const ClientExample stricter = source(rated, 10, 10, loss).draw(0, random);
        QVERIFY(!stricter.targets[0][0].positive && stricter.targets[0][1].positive);
    }

    void sharedNegatives()
    {
        LossOptions loss;
        loss.negatives = 7;
        loss.sharedNegatives = true;
        const Dataset d = dataset({1, 101, 2});
        Random random(1);
        const ClientExample example = source(d, 3, 5, loss).draw(0, random);
        QCOMPARE(example.negatives[0].size(), std::size_t{7});
        QCOMPARE(example.negatives[1].size(), std::size_t{7});
    }

    void seenNegatives()
    {
        const Dataset demo = generateDemo({.users = 20, .items = 300, .seed = 3}).dataset;
        LossOptions loss;
        loss.seenNegatives = true;
        const std::vector<double> popularity = trainingPopularity(demo);
        QVERIFY(std::ranges::count(popularity, 0.0) > 50);
        const ExampleSource examples = source(demo, 20, 20, loss);
        for (std::size_t user = 0; user < demo.userCount(); ++user) {
            Random random(1, {user});
            const ClientExample example = examples.draw(user, random);
            for (const auto& negatives : example.negatives)
                for (const ItemId item : negatives)
                    QVERIFY(popularity[static_cast<std::size_t>(item)] > 0);
        }
    }

    /// Uniform over the items that the user has not: 99 of 100, chi-square with 98 degrees, 160 has
    /// probability 1e-4.
    void negativesAreUniform()
    {
        const Dataset d = dataset({1});
        LossOptions loss;
        loss.negatives = 9900;
        Random random(2);
        const ClientExample example = source(d, 3, 5, loss).draw(0, random);
        std::map<ItemId, double> counts;
        for (const ItemId item : example.negatives[0])
            counts[item] += 1;
        QVERIFY(!counts.contains(1));
        QCOMPARE(counts.size(), std::size_t{99});
        double chiSquare = 0;
        for (const auto& [item, count] : counts)
            chiSquare += (count - 100) * (count - 100) / 100;
        QVERIFY2(chiSquare > 50 && chiSquare < 160, qPrintable(QString::number(chiSquare)));
    }

    /// Without anything to draw the search for a negative would never end.
    void nothingToDrawFrom()
    {
        LossOptions loss;
        loss.seenNegatives = true; // nobody but this user has touched anything
        const Dataset d = dataset({1, 101});
        VERIFY_MESSAGE(
            test::errorOf([&] { source(d, 3, 5, loss); }), "'user'", "first", "loss.seen_negatives");
        std::vector<ItemId> all;
        for (ItemId item = 0; item < 100; ++item)
            all.push_back(item);
        const Dataset everything = dataset(all);
        VERIFY_MESSAGE(test::errorOf([&] { source(everything, 3, 5); }), "'user'", "first");
    }

    void sameStreamSameExample()
    {
        const Dataset demo = generateDemo({.users = 20, .items = 100, .seed = 3}).dataset;
        const ExampleSource examples = source(demo, 5, 4);
        Random one(8, {3});
        Random two(8, {3});
        Random three(8, {4});
        const ClientExample first = examples.draw(0, one);
        QVERIFY(first.negatives == examples.draw(0, two).negatives);
        QVERIFY(first.negatives != examples.draw(0, three).negatives);
    }

    void demoData()
    {
        const Dataset demo = generateDemo({.users = 200, .items = 200, .seed = 1}).dataset;
        checkAll(demo, 20, 32, 2);
        checkAll(demo, 6, 4, 5);
        checkAll(demo, 1, 2, 5);
    }

    void realData()
    {
        const std::filesystem::path directory =
            std::filesystem::path(FEDCCTR_SHARED_DIR) / "data" / "food-kitchen";
        if (!std::filesystem::exists(directory / "interactions.csv.gz"))
            QSKIP("the food-kitchen data are not beside the source tree");
        const Dataset real =
            importCsv(std::vector<std::filesystem::path>{directory / "interactions.csv.gz"}, ImportOptions{});
        checkAll(real, 20, 32, 1);
    }
};

std::unique_ptr<QObject> tst_examples()
{
    return std::make_unique<TestExamples>();
}
#include "tst_examples.moc"
