// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/demo.h"
#include "core/data/leakage.h"
#include "core/data/split.h"
#include "tests/fixtures/support.h"

#include <QTest>

#include <algorithm>
#include <memory>

using namespace fedcctr;
using namespace fedcctr::data;
using fedcctr::test::errorOf;

namespace {

Dataset demo()
{
    DemoOptions options;
    options.users = 30;
    options.items = 130;
    return generateDemo(options).dataset;
}

bool anyLeak(const LeakageReport& report, std::string_view part)
{
    return std::ranges::any_of(
        report.leaks, [&](const Leak& leak) { return leak.what.find(part) != std::string::npos; });
}

/// Everything before the target, held-out events of earlier places too: the classic mistake.
History everythingBefore(const Dataset& dataset, std::size_t user, std::size_t position, std::size_t length)
{
    History history;
    const std::span<const Event> events = dataset.events(user);
    for (std::size_t i = position - std::min(position, length); i < position; ++i)
        history.merged.push_back(events[i].item);
    return history;
}

/// Looks one event ahead.
History withTheTarget(const Dataset& dataset, std::size_t user, std::size_t position, std::size_t /*length*/)
{
    History history;
    history.merged.push_back(dataset.events(user)[position].item);
    return history;
}

} // namespace

class TestLeakage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aSoundDatasetPasses()
    {
        const Dataset dataset = demo();
        const LeakageReport report = checkLeakage(dataset, 20);
        QVERIFY2(report.passed(), report.leaks.empty() ? "" : report.leaks[0].what.c_str());
        QCOMPARE(report.targets, dataset.allEvents.size());
        std::size_t expected = 0;
        for (const auto& perDomain : dataset.negatives)
            for (const auto& rows : perDomain)
                expected +=
                    static_cast<std::size_t>(std::ranges::count_if(rows, [](ItemId i) { return i >= 0; }));
        QCOMPARE(report.candidates, expected);
    }

    void mixedLastPassesWhereItSaysSo()
    {
        const Dataset own = demo();
        Dataset mixed = judgedBy(own, Protocol::MixedLast, own.provenance.evaluationNegatives).dataset;
        // Judged targets that are none of the dataset's own are training events where they are judged.
        mixed.provenance.protocol = Protocol::MixedLast;
        assignRoles(mixed);
        QVERIFY(checkLeakage(mixed, 20).passed());
        mixed.provenance.protocol = Protocol::LeaveOneOut;
        QVERIFY(anyLeak(checkLeakage(mixed, 20), "its place makes it a test event"));
    }

    void aHistoryWithHeldOutEventsFails()
    {
        const LeakageReport report = checkLeakage(demo(), 20, everythingBefore);
        QVERIFY(!report.passed());
        QVERIFY(anyLeak(report, "merged history of this training target"));
        QCOMPARE(report.leaks.size(), std::min(report.leakCount, kMostLeaks));
    }

    void aHistoryWithItsTargetFails()
    {
        const Dataset dataset = demo();
        const LeakageReport report = checkLeakage(dataset, 20, withTheTarget);
        QVERIFY(!report.passed());
        QVERIFY(anyLeak(report, "test target"));
    }

    void aMisplacedRoleFails()
    {
        Dataset dataset = demo();
        const auto position = static_cast<std::size_t>(dataset.targetPosition(Split::Test, Domain::A, 4));
        const std::size_t first = dataset.eventOffsets[4];
        dataset.allEvents[first + position].role = Role::Train;
        const LeakageReport report = checkLeakage(dataset, 20);
        QVERIFY(!report.passed());
        QCOMPARE(report.leaks[0].user, std::size_t{4});
        QCOMPARE(report.leaks[0].target, dataset.allEvents[first + position].item);
        QVERIFY(anyLeak(report, "is a training event; its place makes it a test event"));
    }

    void aTouchedCandidateFails()
    {
        Dataset dataset = demo();
        const ItemId touched = dataset.events(2)[0].item;
        const Domain domain = dataset.domainOf(touched);
        auto& rows = dataset.negatives[index(Split::Test)][index(domain)].editable();
        const auto perUser = static_cast<std::size_t>(dataset.provenance.evaluationNegatives);
        rows[2 * perUser + 7] = touched;
        const LeakageReport report = checkLeakage(dataset, 20);
        QCOMPARE(report.leakCount, std::size_t{1});
        QVERIFY(anyLeak(report, "was touched by the user"));
        rows[2 * perUser + 7] = rows[2 * perUser + 8];
        QVERIFY(anyLeak(checkLeakage(dataset, 20), "drawn twice"));
    }

    void itCanBeStopped()
    {
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(errorOf([&] { checkLeakage(demo(), 20, historyBefore, stop.get_token()); }),
            QStringLiteral("cancelled"));
    }
};

std::unique_ptr<QObject> tst_leakage()
{
    return std::make_unique<TestLeakage>();
}
#include "tst_leakage.moc"
