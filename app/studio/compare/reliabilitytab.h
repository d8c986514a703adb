// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/compare/comparetab.h"

namespace fedcctr::widgets {
class CurvePlot;
}

namespace fedcctr::studio {

/// Observed share of ones against the predicted probability, of the checked runs: of a group its first run.
class ReliabilityTab : public CompareTab {
    Q_OBJECT
public:
    explicit ReliabilityTab(QWidget* parent = nullptr);

    QJsonObject state() const override { return {}; }
    void restore(const QJsonObject& /*state*/) override { }
    void exportTab() override;

protected:
    void refresh() override;

private:
    widgets::CurvePlot* m_plot;
};

} // namespace fedcctr::studio
