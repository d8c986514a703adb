// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/lab/gradientchart.h"
#include "app/studio/lab/labcompute.h"

#include <QScrollArea>

class QGridLayout;
class QLabel;

namespace fedcctr::widgets {
class Chart;
class CurvePlot;
class ValueEdit;
} // namespace fedcctr::widgets

namespace fedcctr::studio {

class LabCard;
class ObserverChart;

/// The lab's charts, two columns of cards that scroll.
class LabBoard : public QScrollArea {
    Q_OBJECT
public:
    explicit LabBoard(QWidget* parent = nullptr);

    void showResult(const LabResult& result);

    /// A card over the whole width below the charts; `chart`, if there is one in it, goes into hand-outs too.
    LabCard* addWideCard(const QString& name, QWidget* content, widgets::Chart* chart = nullptr);

    /// How a lesson wants it: which card is lit (a chart's or a card's object name, empty: none), whether the
    /// budget is drawn logarithmically and whether other accountants are hidden.
    void setFocusOn(const QString& name, bool logBudget, bool onlyChosen);

    GradientChart::View gradientView() const;
    void setAveraged(int clients);
    int averaged() const;
    int draw() const { return m_draw; }
    void setDraw(int draw);

    /// For the hand-out, in reading order.
    QList<widgets::Chart*> charts() const;

    /// What the accountants say, as plain text, one a line.
    QStringList accountantLines() const;

Q_SIGNALS:
    /// K or the draw changed.
    void gradientChanged();
    void exported(const QString& path);
    void exportFailed(const QString& message);

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void buildPlots();
    void buildGradient(LabCard* card);
    void buildAccountants(LabCard* card);
    void place(QWidget* card);
    void placeWide(QWidget* card);
    void watch(widgets::Chart* chart);
    LabCard* chartCard(widgets::Chart* chart);
    void showNoise(const LabResult& result);
    void showBudget(const LabResult& result);
    void showSlow(const LabResult& result);
    void showAccountants(const LabResult& result);
    void showGradient();

    QGridLayout* m_grid;
    int m_placed = 0;
    widgets::CurvePlot* m_noise;
    widgets::CurvePlot* m_budget;
    widgets::CurvePlot* m_attack;
    ObserverChart* m_observer;
    GradientChart* m_gradient;
    QLabel* m_accountants;
    LabCard* m_lit = nullptr;
    widgets::ValueEdit* m_averaged;
    QList<widgets::Chart*> m_charts;
    LabResult m_result;
    privacy::SpendCurve m_earlier; ///< slow line of the last knobs for which it was computed
    int m_earlierSeries = 0;
    int m_draw = 1;
    bool m_onlyChosen = false;
};

} // namespace fedcctr::studio
