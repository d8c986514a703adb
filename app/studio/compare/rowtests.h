// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runs/comparison.h"
#include "core/report/row_tests.h"

#include <QFutureWatcher>
#include <QObject>

namespace fedcctr::studio {

/// A row, and the runs that it is tested against; seeds are joined.
struct RowPair {
    std::vector<EntryPtr> base;
    std::vector<EntryPtr> row;

    bool operator==(const RowPair&) const = default;
};

/// What the test said, in words for the tool tip.
QString testWords(const std::optional<report::RowTest>& test);

/// report::testRows() in the background; the newest request counts.
class RowTester : public QObject {
    Q_OBJECT
public:
    explicit RowTester(QObject* parent = nullptr);
    ~RowTester() override;

    /// All comparisons of one table. finished() follows, unless another request comes first. Nothing is read
    /// twice for the same request.
    void request(const std::vector<RowPair>& pairs);

    /// Of the last request, in its order; empty until it is finished.
    const std::vector<report::RowTests>& results() const { return m_results; }

Q_SIGNALS:
    void finished();

private:
    void start();

    std::vector<RowPair> m_pairs;
    std::vector<report::RowTests> m_results;
    QFutureWatcher<std::vector<report::RowTests>> m_watcher;
    bool m_again = false;
};

} // namespace fedcctr::studio
