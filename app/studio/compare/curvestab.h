// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/compare/comparetab.h"

class QComboBox;
class QLabel;

namespace fedcctr::widgets {
class CurvePlot;
}

namespace fedcctr::studio {

/// A metric of the checked runs over their rounds: one line per run or group and domain, a group as mean and
/// 95 % band.
class CurvesTab : public CompareTab {
    Q_OBJECT
public:
    explicit CurvesTab(QWidget* parent = nullptr);

    QJsonObject state() const override;
    void restore(const QJsonObject& state) override;
    std::vector<EntryPtr> wantedRounds() const override;
    void exportTab() override;

protected:
    void refresh() override;

private:
    void buildPlot();
    std::string metric() const;
    void addSubject(const Subject& subject, const std::vector<RecordPtr>& records, std::size_t domain);

    QComboBox* m_metric;
    QComboBox* m_cutoff;
    QComboBox* m_domains;
    QComboBox* m_axis;
    QLabel* m_note;
    widgets::CurvePlot* m_plot;
};

} // namespace fedcctr::studio
