// SPDX-License-Identifier: GPL-3.0-or-later
// The check must find every leak that drawing code could have: each test breaks it in one way.
#include "core/augment/offline.h"
#include "core/data/demo.h"
#include "core/model/example_leakage.h"
#include "tests/fixtures/support.h"

#include <QTest>

#include <algorithm>
#include <memory>

using namespace fedcctr;
using namespace fedcctr::data;
using namespace fedcctr::model;
using fedcctr::test::errorOf;

namespace {

constexpr int kDraws = 3;

const Dataset& demo()
{
    static const Dataset kDemo = generateDemo({.users = 60, .items = 130, .seed = 3}).dataset;
    return kDemo;
}

const augment::Augmentation& augmentation()
{
    static const augment::Augmentation kAugmentation = *augment::augmentOffline(demo(), {}, {});
    return kAugmentation;
}

ExampleSource source(
    const Dataset& dataset, const augment::Augmentation* used, const LossOptions& loss = {}, int length = 20)
{
    ModelOptions model;
    model.historyLength = length;
    return {dataset, model, loss, 32, used};
}

/// The report on what the source draws, changed by `spoil`.
template <typename Spoil>
LeakageReport reportOn(const Spoil& spoil, const augment::Augmentation* used = nullptr)
{
    const ExampleSource examples = source(demo(), used);
    return checkExamples(
        demo(), used,
        [&](std::size_t user, Random& random) {
            ClientExample example = examples.draw(user, random);
            spoil(user, example);
            return example;
        },
        kDraws);
}

bool tells(const LeakageReport& report, std::string_view part)
{
    return std::ranges::any_of(
        report.leaks, [&](const Leak& leak) { return leak.what.find(part) != std::string::npos; });
}

ItemId heldOut(std::size_t user, Split split, Domain domain)
{
    const std::ptrdiff_t position = demo().targetPosition(split, domain, user);
    return position < 0 ? -1 : demo().events(user)[static_cast<std::size_t>(position)].item;
}

} // namespace

class TestExampleLeakage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatTrainingDrawsPasses_data()
    {
        QTest::addColumn<bool>("augmented");
        QTest::addColumn<bool>("shared");
        QTest::addColumn<bool>("seen");
        QTest::addColumn<int>("length");
        for (const bool augmented : {false, true})
            for (const bool shared : {false, true})
                for (const int length : {3, 20, 200})
                    QTest::addRow("augmented %d, shared %d, L %d", augmented, shared, length)
                        << augmented << shared << (length == 20) << length;
    }

    void whatTrainingDrawsPasses()
    {
        QFETCH(bool, augmented);
        QFETCH(bool, shared);
        QFETCH(bool, seen);
        QFETCH(int, length);
        LossOptions loss;
        loss.sharedNegatives = shared;
        loss.seenNegatives = seen;
        const augment::Augmentation* used = augmented ? &augmentation() : nullptr;
        const ExampleSource examples = source(demo(), used, loss, length);
        const LeakageReport report = checkExamples(
            demo(), used, [&](std::size_t user, Random& random) { return examples.draw(user, random); },
            kDraws);
        QVERIFY2(report.passed(), report.leaks.empty() ? "" : report.leaks[0].what.c_str());
        QCOMPARE(report.examples, kDraws * demo().userCount());
    }

    void everythingPasses()
    {
        for (const augment::Augmentation* used :
            {static_cast<const augment::Augmentation*>(nullptr), &augmentation()}) {
            double last = 0;
            const LeakageReport report = checkEverything(demo(), used, {}, [&last](double share) {
                QVERIFY(share >= last && share <= 1);
                last = share;
            });
            QVERIFY2(report.passed(), report.leaks.empty() ? "" : report.leaks[0].what.c_str());
            QCOMPARE(report.targets, demo().allEvents.size());
            QCOMPARE(report.examples, 4 * demo().userCount());
            QVERIFY(report.candidates > 0 && last >= 0.7);
        }
    }

    /// A split whose validation events the source takes for training events.
    void aSourceThatSeesHeldOutEventsFails()
    {
        Dataset leaky = demo();
        for (Event& event : leaky.allEvents)
            if (event.role == Role::Validation)
                event.role = Role::Train;
        const ExampleSource examples = source(leaky, nullptr);
        const LeakageReport report = checkExamples(
            demo(), nullptr, [&](std::size_t user, Random& random) { return examples.draw(user, random); },
            kDraws);
        QVERIFY(report.leakCount >= demo().userCount());
        QVERIFY(tells(report, "is a training target of A, but no training event"));
        QVERIFY(tells(report, "which is no training event there"));
        QVERIFY(!checkEverything(leaky, nullptr).passed());
    }

    void aHeldOutEventInAHistoryFails()
    {
        constexpr std::size_t kUser = 7;
        const ItemId item = heldOut(kUser, Split::Test, Domain::A);
        const LeakageReport merged = reportOn([&](std::size_t user, ClientExample& example) {
            if (user == kUser)
                example.merged.back() = item;
        });
        QCOMPARE(merged.leakCount, std::size_t(kDraws));
        QCOMPARE(merged.leaks[0].user, kUser);
        QCOMPARE(merged.leaks[0].target, item);
        QVERIFY(tells(merged, "the merged training history holds"));
        const LeakageReport own = reportOn([&](std::size_t user, ClientExample& example) {
            if (user == kUser)
                example.a.push_back(item);
        });
        QCOMPARE(own.leakCount, std::size_t(kDraws));
        QVERIFY(tells(own, "the training history of A holds"));
    }

    void aHeldOutTargetFails()
    {
        const LeakageReport report = reportOn([&](std::size_t user, ClientExample& example) {
            if (user == 4)
                example.targets[1].push_back({heldOut(user, Split::Validation, Domain::B), 0, 0, 0});
        });
        QCOMPARE(report.leakCount, std::size_t(kDraws));
        QVERIFY(tells(report, "is a training target of B"));
    }

    /// The sequence may hold the target; what counts is how much of it stands before.
    void aTargetThatSeesItselfFails()
    {
        const LeakageReport report = reportOn([](std::size_t user, ClientExample& example) {
            for (auto& targets : example.targets)
                for (TrainingTarget& target : targets)
                    if (user == 9 && static_cast<std::size_t>(target.prefixM) < example.merged.size())
                        ++target.prefixM;
        });
        QCOMPARE(report.leakCount, std::size_t(kDraws));
        QVERIFY(tells(report, "other events stand before a target"));
        const LeakageReport inDomain = reportOn([](std::size_t user, ClientExample& example) {
            if (user == 9)
                for (TrainingTarget& target : example.targets[0])
                    target.prefixA = static_cast<std::int32_t>(example.a.size());
        });
        QCOMPARE(inDomain.leakCount, std::size_t(kDraws));
    }

    void aClickedNegativeFails()
    {
        const LeakageReport report = reportOn([](std::size_t user, ClientExample& example) {
            if (user == 2)
                example.negatives[0].front() = example.a.front();
        });
        QCOMPARE(report.leakCount, std::size_t(kDraws));
        QVERIFY(tells(report, "is a negative, but a training event"));
        const LeakageReport other = reportOn([](std::size_t user, ClientExample& example) {
            if (user == 2)
                example.negatives[0].front() = demo().itemsInA;
        });
        QVERIFY(tells(other, "of the other domain"));
    }

    /// Negatives that are never a held-out item tell which items are none.
    void negativesThatKnowWhatIsHeldOutFail()
    {
        const auto isHeldOut = [](std::size_t user, ItemId item) {
            return std::ranges::any_of(demo().events(user),
                [item](const Event& event) { return event.item == item && event.role != Role::Train; });
        };
        const LeakageReport avoided = reportOn([&](std::size_t user, ClientExample& example) {
            for (auto& negatives : example.negatives)
                std::erase_if(negatives, [&](ItemId item) { return isHeldOut(user, item); });
        });
        QCOMPARE(avoided.leakCount, std::size_t(1));
        QVERIFY(tells(avoided, "never drawn as negatives"));
        const LeakageReport sought = reportOn([&](std::size_t user, ClientExample& example) {
            for (ItemId& item : example.negatives[0])
                item = heldOut(user, Split::Test, Domain::A);
        });
        QCOMPARE(sought.leakCount, std::size_t(1));
        QVERIFY(tells(sought, "are drawn as negatives"));
    }

    /// What stands in front of a sequence is the augmentation's, and that user's.
    void anItemInFrontFromElsewhereFails()
    {
        const LeakageReport report = reportOn(
            [](std::size_t user, ClientExample& example) {
                if (user != 5)
                    return;
                example.a.insert(example.a.begin(), heldOut(user, Split::Test, Domain::A));
                ++example.liked[0];
                for (auto& targets : example.targets)
                    for (TrainingTarget& target : targets)
                        ++target.prefixA;
            },
            &augmentation());
        QVERIFY(report.leakCount >= 1);
        QVERIFY(tells(report, "the augmentation does not name it for this user"));
        QCOMPARE(report.leaks[0].user, std::size_t(5));
    }

    /// Candidates that always hold the targets: the model has nothing but right answers to choose from.
    void anAugmentationThatKnowsWhatIsHeldOutFails()
    {
        const Dataset large = generateDemo({.users = 120, .items = 1500, .seed = 5}).dataset;
        augment::Augmentation knowing = *augment::augmentOffline(large, {}, {});
        QVERIFY(checkEverything(large, &knowing).passed());
        for (std::size_t user = 0; user < large.userCount(); ++user)
            for (const Event& event : large.events(user))
                if (event.role != Role::Train)
                    knowing.sequences[user].liked[index(large.domainOf(event.item))].push_back(event.item);
        const LeakageReport report = checkEverything(large, &knowing);
        QVERIFY(tells(report, "made with knowledge of what is held out"));
    }

    void itCanBeStopped()
    {
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(errorOf([&] { checkEverything(demo(), nullptr, stop.get_token()); }),
            QStringLiteral("cancelled"));
    }
};

std::unique_ptr<QObject> tst_example_leakage()
{
    return std::make_unique<TestExampleLeakage>();
}
#include "tst_example_leakage.moc"
