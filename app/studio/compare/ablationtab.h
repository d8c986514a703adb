// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/compare/comparetab.h"
#include "app/studio/compare/rowtests.h"
#include "core/report/ablation.h"

class QLabel;
class QPushButton;

namespace fedcctr::studio {

class TableBox;

/// Table 6: the full model and what it loses without each of its parts, in the paper's order, from the runs
/// that the filter shows. What is missing can be queued.
class AblationTab : public CompareTab {
    Q_OBJECT
public:
    explicit AblationTab(QWidget* parent = nullptr);

    std::vector<EntryPtr> wantedRounds() const override;
    void exportTab() override;

protected:
    void refresh() override;

private:
    using Rows =
        std::vector<std::vector<EntryPtr>>; ///< runs of each row of Table 6; the full model is the last

    Rows findRows() const;
    bool isTested() const;
    std::vector<report::AblationRow> tableRows() const;
    void showRows();
    QString leftOut() const;
    void queue(const std::vector<std::size_t>& rows);
    std::vector<std::size_t> missing() const;

    QLabel* m_note;
    QPushButton* m_queue;
    TableBox* m_box;
    RowTester m_tester;
    Rows m_rows;
};

} // namespace fedcctr::studio
