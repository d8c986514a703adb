// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/chart.h"

#include <QList>

namespace fedcctr::widgets {

/// One word of a histogram, and how often it stood there before and after.
struct Bar {
    QString word;
    qint64 before = 0;
    qint64 after = 0;
    bool onlyNumbers = false; ///< without bars, which would dwarf the others

    bool operator==(const Bar&) const = default;
};

/// Horizontal bars, two to a word: before (hatched) and after (solid), with the words on the axis and the
/// counts behind the bars.
class BarChart : public Chart {
    Q_OBJECT
public:
    explicit BarChart(const QString& name, QWidget* parent = nullptr);

    void setBars(const QString& title, const QList<Bar>& bars);
    void setEmptyText(const QString& text);
    const QList<Bar>& bars() const { return m_bars; }

    ChartTable table() const override;

protected:
    void paintPicture(
        QPainter& painter, const QSizeF& size, const ThemeColors& colors, bool withTitle) const override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void paintKey(QPainter& painter, int top, const ThemeColors& colors) const;
    void paintRow(
        QPainter& painter, const Bar& bar, const QRect& row, qint64 most, const ThemeColors& colors) const;
    void describe();

    QString m_emptyText;
    QList<Bar> m_bars;
    QWidget* m_canvas;
};

} // namespace fedcctr::widgets
