// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/compare/comparetab.h"
#include "core/report/chart.h"
#include "core/report/run_tables.h"

class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;

namespace fedcctr::widgets {
class IntervalBars;
}

namespace fedcctr::studio {

class TableBox;

/// What a comparison of models gave, as the report shows it.
struct ShownComparison {
    QString folder;
    QString name; ///< of the folder, with the dataset
    QString state; ///< what is not finished; empty if all is
    std::vector<report::Table> tables;
    std::vector<report::BarChart> charts;
};

/// Tables 4 and 5, cost, search and Figure 12 of the comparisons that the runs shown belong to.
class ModelsTab : public CompareTab {
    Q_OBJECT
public:
    explicit ModelsTab(QWidget* parent = nullptr);

    QJsonObject state() const override;
    void restore(const QJsonObject& state) override;
    void exportTab() override;

Q_SIGNALS:
    void comparisonRequested();

protected:
    void refresh() override;

private:
    void read();
    void take(std::vector<ShownComparison> found);
    void fillParts();
    void showPart();
    const ShownComparison* current() const;

    QComboBox* m_comparison;
    QComboBox* m_part;
    QLabel* m_note;
    QPushButton* m_start;
    QStackedWidget* m_stack;
    TableBox* m_table;
    widgets::IntervalBars* m_bars;
    std::vector<ShownComparison> m_found;
    QStringList m_wanted; ///< folders and how far they are; what m_found was read for
    bool m_reading = false;
};

} // namespace fedcctr::studio
