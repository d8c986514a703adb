// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/rowtests.h"

#include "app/studio/runs/runvalues.h"

#include <QLocale>
#include <QtConcurrent>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

report::RunGroup groupOf(const std::vector<EntryPtr>& runs)
{
    return {runs.empty() ? std::string() : runs.front()->groupKey(), entriesOf(runs)};
}

/// Keeps the entries while it computes.
std::vector<report::RowTests> testPairs(const std::vector<RowPair>& pairs)
{
    std::vector<report::TestPair> all;
    for (const RowPair& pair : pairs)
        all.push_back({groupOf(pair.base), groupOf(pair.row)});
    return report::testRows(all);
}

QString pText(double p)
{
    return p < 0.001 ? u"< 0.001"_s : u"= "_s + QLocale().toString(p, 'f', 3);
}

} // namespace

QString testWords(const std::optional<report::RowTest>& test)
{
    if (!test)
        return RowTester::tr(
            "Not tested: the results per user (test_users.csv.gz) of this row or of the base "
            "are missing, or their data differ.");
    const QLocale locale;
    const auto points = [&locale](double share) { return locale.toString(100 * share, 'f', 2); };
    return RowTester::tr("%1 points of NDCG@10 from the base (95 % interval %2 … %3), mean over %4 users\n"
                         "paired permutation test p %5; Holm over the table's %6 test(s): p %7 %8")
        .arg(points(test->users.difference), points(test->users.low), points(test->users.high))
        .arg(test->users.pairs)
        .arg(pText(test->users.pValue))
        .arg(test->family)
        .arg(pText(test->corrected), test->isSignificant() ? RowTester::tr("(significant)") : QString());
}

RowTester::RowTester(QObject* parent)
    : QObject(parent)
{
    connect(&m_watcher, &QFutureWatcherBase::finished, this, [this] {
        if (std::exchange(m_again, false)) {
            start();
            return;
        }
        m_results = m_watcher.result();
        Q_EMIT finished();
    });
}

RowTester::~RowTester()
{
    m_watcher.disconnect(this);
    m_watcher.waitForFinished();
}

void RowTester::request(const std::vector<RowPair>& pairs)
{
    if (pairs == m_pairs && (m_watcher.isRunning() || !m_results.empty()))
        return;
    m_pairs = pairs;
    m_results.clear();
    if (m_watcher.isRunning())
        m_again = true;
    else
        start();
}

void RowTester::start()
{
    m_watcher.setFuture(QtConcurrent::run(testPairs, m_pairs));
}

} // namespace fedcctr::studio
