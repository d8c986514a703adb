// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/compare/comparetab.h"

class QComboBox;
class QLabel;

namespace fedcctr::widgets {
class IntervalBars;
}

namespace fedcctr::studio {

/// The metrics of the checked runs as bars with their intervals, both domains side by side.
class MetricsTab : public CompareTab {
    Q_OBJECT
public:
    explicit MetricsTab(QWidget* parent = nullptr);

    QJsonObject state() const override;
    void restore(const QJsonObject& state) override;
    void exportTab() override;

protected:
    void refresh() override;

private:
    QComboBox* m_cutoff;
    QLabel* m_split;
    widgets::IntervalBars* m_bars;
};

} // namespace fedcctr::studio
