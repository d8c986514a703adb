// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runs/comparison.h"

#include <QFutureWatcher>
#include <QObject>

#include <array>

namespace fedcctr::studio {

/// A row's difference from the base in one domain: what the test said, in words for the tool tip.
struct RowTest {
    bool isKnown = false; ///< both have results per user
    bool isSignificant = false;
    double difference = 0; ///< mean over the users, as a fraction of NDCG
    double pValue = 1; ///< of the paired t test over the users
    double corrected = 1; ///< the same after Holm's correction
    std::size_t users = 0;
    QString words;
};

using RowTests = std::array<RowTest, 2>; ///< by domain

/// NDCG@10 of each row against the base, paired over the users that both ranked candidates for (of several
/// seeds a user's mean), corrected by Holm over the rows and, so, within each domain. Reads
/// test_users.csv.gz; takes time.
std::vector<RowTests> testRows(
    const std::vector<EntryPtr>& base, const std::vector<std::vector<EntryPtr>>& rows);

/// testRows() in the background; the newest request counts.
class RowTester : public QObject {
    Q_OBJECT
public:
    explicit RowTester(QObject* parent = nullptr);
    ~RowTester() override;

    /// finished() follows, unless another request comes first. Nothing is read twice for the same request.
    void request(const std::vector<EntryPtr>& base, const std::vector<std::vector<EntryPtr>>& rows);

    /// Of the last request, in its order; empty until it is finished.
    const std::vector<RowTests>& results() const { return m_results; }

Q_SIGNALS:
    void finished();

private:
    void start();

    std::vector<EntryPtr> m_base;
    std::vector<std::vector<EntryPtr>> m_rows;
    std::vector<RowTests> m_results;
    QFutureWatcher<std::vector<RowTests>> m_watcher;
    bool m_again = false;
};

} // namespace fedcctr::studio
