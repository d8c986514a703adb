// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/compare/comparetab.h"

class QComboBox;
class QLabel;

namespace fedcctr::report {
struct Frontier;
}

namespace fedcctr::widgets {
class CurvePlot;
}

namespace fedcctr::studio {

/// NDCG@10 against epsilon under one accountant, from the runs that the filter shows: a line per threat
/// and model, between chance, popularity and the best model without privacy.
class TradeoffTab : public CompareTab {
    Q_OBJECT
public:
    explicit TradeoffTab(QWidget* parent = nullptr);

    QJsonObject state() const override;
    void restore(const QJsonObject& state) override;
    void exportTab() override;

protected:
    void refresh() override;

private:
    void offerAccountants(const report::Frontier& frontier);
    std::vector<EntryPtr> runsOfOneDataset();
    std::size_t domain() const;

    QComboBox* m_accountant;
    QComboBox* m_domain;
    QLabel* m_note;
    widgets::CurvePlot* m_plot;
    QString m_wanted = QStringLiteral("rdp"); ///< accountant, kept while no run has it
};

} // namespace fedcctr::studio
