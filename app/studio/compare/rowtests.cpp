// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/rowtests.h"

#include "app/studio/runs/runvalues.h"
#include "core/evaluation/significance.h"
#include "core/runs/test_users.h"

#include <QLocale>
#include <QtConcurrent>

#include <algorithm>
#include <map>
#include <optional>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using runs::UserScore;
using runs::UserScores;

namespace {

constexpr double kLevel = 0.05;

std::optional<UserScores> scoresOf(const EntryPtr& run)
{
    try {
        return runs::readTestUsers(run->path);
    } catch (const std::exception&) {
        // A damaged file is none: the row then says that it cannot be tested.
        return std::nullopt;
    }
}

/// A user's mean over the runs' seeds, of the users that all of them have.
std::optional<UserScores> meanScores(const std::vector<EntryPtr>& all)
{
    const std::vector<EntryPtr> runs = countedRuns(all);
    std::array<std::map<std::int32_t, std::pair<double, std::size_t>>, 2> sums;
    for (const EntryPtr& run : runs) {
        const std::optional<UserScores> scores = scoresOf(run);
        if (!scores)
            return std::nullopt;
        for (std::size_t domain = 0; domain < 2; ++domain)
            for (const UserScore& score : (*scores)[domain]) {
                auto& [sum, count] = sums[domain][score.user];
                sum += score.ndcg10;
                ++count;
            }
    }
    UserScores means;
    for (std::size_t domain = 0; domain < 2; ++domain)
        for (const auto& [user, sum] : sums[domain]) {
            if (sum.second != runs.size())
                continue;
            UserScore score;
            score.user = user;
            score.ndcg10 = sum.first / static_cast<double>(sum.second);
            means[domain].push_back(score);
        }
    return means;
}

QString pText(double p)
{
    return p < 0.001 ? u"< 0.001"_s : u"= "_s + QLocale().toString(p, 'f', 3);
}

QString wordsOf(const RowTest& test, double wilcoxon, std::size_t rows)
{
    const QLocale locale;
    return RowTester::tr(
        "%1 points of NDCG@10 from the base, mean over %2 users\npaired t test p %3; Holm over %4 "
        "row(s): p %5 %6\nWilcoxon signed rank p %7")
        .arg(locale.toString(100 * test.difference, 'f', 2))
        .arg(test.users)
        .arg(pText(test.pValue))
        .arg(rows)
        .arg(pText(test.corrected), test.isSignificant ? RowTester::tr("(significant)") : QString(),
            pText(wilcoxon));
}

/// Of one domain, all rows.
void testDomain(const UserScores& base, const std::vector<std::optional<UserScores>>& rows,
    std::size_t domain, std::vector<RowTests>& results)
{
    std::vector<double> pValues;
    std::vector<double> wilcoxon;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!rows[i])
            continue;
        const runs::PairedScores paired =
            runs::pairedScores(base[domain], (*rows[i])[domain], &UserScore::ndcg10);
        std::vector<double> differences;
        double sum = 0;
        for (std::size_t user = 0; user < paired.first.size(); ++user) {
            differences.push_back(paired.second[user] - paired.first[user]);
            sum += differences.back();
        }
        if (differences.empty())
            continue;
        RowTest& test = results[i][domain];
        test.isKnown = true;
        test.users = differences.size();
        test.difference = sum / static_cast<double>(differences.size());
        test.pValue = evaluation::pairedTTest(differences);
        pValues.push_back(test.pValue);
        wilcoxon.push_back(evaluation::wilcoxonSignedRank(differences));
        places.push_back(i);
    }
    const std::vector<double> corrected = evaluation::holm(pValues);
    for (std::size_t i = 0; i < places.size(); ++i) {
        RowTest& test = results[places[i]][domain];
        test.corrected = corrected[i];
        test.isSignificant = corrected[i] < kLevel;
        test.words = wordsOf(test, wilcoxon[i], places.size());
    }
}

} // namespace

std::vector<RowTests> testRows(
    const std::vector<EntryPtr>& base, const std::vector<std::vector<EntryPtr>>& rows)
{
    std::vector<RowTests> results(rows.size());
    for (RowTests& row : results)
        for (RowTest& test : row)
            test.words = RowTester::tr(
                "Not tested: the results per user (test_users.csv.gz) of this row or of the base "
                "are missing.");
    const std::optional<UserScores> reference = meanScores(base);
    if (!reference)
        return results;
    std::vector<std::optional<UserScores>> scores;
    for (const auto& row : rows) {
        // Other datasets have other users.
        const bool comparable = !row.empty() && runs::onSameData(*row.front(), *base.front());
        scores.push_back(comparable ? meanScores(row) : std::nullopt);
    }
    for (std::size_t domain = 0; domain < 2; ++domain)
        testDomain(*reference, scores, domain, results);
    return results;
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

void RowTester::request(const std::vector<EntryPtr>& base, const std::vector<std::vector<EntryPtr>>& rows)
{
    if (base == m_base && rows == m_rows && (m_watcher.isRunning() || !m_results.empty()))
        return;
    m_base = base;
    m_rows = rows;
    m_results.clear();
    if (m_watcher.isRunning())
        m_again = true;
    else
        start();
}

void RowTester::start()
{
    m_watcher.setFuture(QtConcurrent::run(testRows, m_base, m_rows));
}

} // namespace fedcctr::studio
