// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/parallel.h"
#include "tests/fixtures/support.h"

#include <QTest>

#include <atomic>
#include <memory>
#include <vector>

using namespace fedcctr;
using fedcctr::test::errorOf;

class TestParallel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eachJobOnce_data()
    {
        QTest::addColumn<int>("threads");
        QTest::addColumn<int>("jobs");
        for (const int threads : {1, 2, 5})
            for (const int jobs : {0, 1, 3, 100})
                QTest::addRow("%d threads, %d jobs", threads, jobs) << threads << jobs;
    }
    void eachJobOnce()
    {
        QFETCH(int, threads);
        QFETCH(int, jobs);
        std::vector<std::atomic<int>> done(static_cast<std::size_t>(jobs));
        std::atomic<int> begun = 0;
        parallel(
            static_cast<std::size_t>(threads), done.size(), [&](std::size_t i) { ++done[i]; },
            [&] { ++begun; });
        for (const std::atomic<int>& count : done)
            QCOMPARE(count.load(), 1);
        QVERIFY(begun <= threads);
    }

    /// The others are done all the same.
    void theFirstFailureIsTold()
    {
        for (const std::size_t threads : {std::size_t{2}, std::size_t{4}}) {
            std::atomic<int> done = 0;
            QCOMPARE(errorOf([&] {
                parallel(threads, 20, [&](std::size_t i) {
                    ++done;
                    if (i % 5 == 3)
                        throw Error("job " + std::to_string(i));
                });
            }),
                QStringLiteral("job 3"));
            QCOMPARE(done.load(), 20);
        }
    }
};

std::unique_ptr<QObject> tst_parallel()
{
    return std::make_unique<TestParallel>();
}
#include "tst_parallel.moc"
