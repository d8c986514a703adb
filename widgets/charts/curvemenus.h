// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

class QActionGroup;
class QMenu;
class QPoint;
class QSlider;

namespace fedcctr::widgets {

class CurvePlot;

/// A curve plot's menus: its lines, its x axis, its smoothing, and one for a line.
class CurveMenus : public QObject {
    Q_OBJECT
public:
    explicit CurveMenus(CurvePlot* plot);

    QMenu* lines() const { return m_lines; }
    QMenu* axis() const { return m_axis; }
    QMenu* smoothing() const { return m_smoothing; }

    void fillLines();
    void fillAxis();
    void showSmoothing(double weight);
    void popUpSeries(int series, const QPoint& globalPosition);

private:
    void buildSmoothing();
    void setVisible(int series, bool visible);

    CurvePlot* m_plot;
    QMenu* m_lines;
    QMenu* m_axis;
    QMenu* m_smoothing;
    QActionGroup* m_smoothings;
    QSlider* m_slider = nullptr;
};

} // namespace fedcctr::widgets
