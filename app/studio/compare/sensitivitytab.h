// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/compare/comparetab.h"

#include <map>

class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;

namespace fedcctr::widgets {
class CurvePlot;
class HeatMap;
} // namespace fedcctr::widgets

namespace fedcctr::studio {

/// How a metric depends on one or two settings that vary among the runs that the filter lets through.
class SensitivityTab : public CompareTab {
    Q_OBJECT
public:
    explicit SensitivityTab(QWidget* parent = nullptr);

    QJsonObject state() const override;
    void restore(const QJsonObject& state) override;
    std::vector<EntryPtr> wantedRounds() const override;
    void exportTab() override;

protected:
    void refresh() override;

private:
    using Values = std::map<std::string, std::vector<std::string>>; ///< of the settings that vary, in order

    void offer(const Values& varying);
    Estimate valueAt(std::size_t x, std::size_t y) const;
    std::string valueWords() const;
    std::string originWords() const;
    void showMap();
    void showLine();
    void tellOthers();
    std::vector<EntryPtr> runsAt(std::size_t x, std::size_t y) const;
    std::vector<EntryPtr> shownAt(std::size_t x, std::size_t y) const;
    void queueMissing();

    QComboBox* m_x;
    QComboBox* m_y;
    QComboBox* m_value;
    QPushButton* m_queue;
    QLabel* m_note;
    QStackedWidget* m_stack;
    widgets::HeatMap* m_map;
    widgets::CurvePlot* m_line;
    std::string m_lineKey; ///< setting of the line that is shown
    QString m_wantedX; ///< kept while no run varies it
    QString m_wantedY;
    Values m_varying;
    std::vector<EntryPtr> m_runs; ///< that have a value to show or may get one
    std::vector<std::string> m_xValues;
    std::vector<std::string> m_yValues; ///< one empty word without a second setting
};

} // namespace fedcctr::studio
