// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/chart.h"

#include <QFont>
#include <QRectF>

namespace fedcctr::widgets {

/// Where things are that all painted charts share, in a picture of one size.
struct PictureFrame {
    static constexpr double kSpace = 6; ///< between parts, pixels

    QFont font; ///< sized in pixels: vector devices have another number of dots per inch
    double line = 0; ///< height of a line of text
    QRectF title;
    double top = 0; ///< where the chart begins, below the title

    double advance(const QString& text) const;
};

/// A chart that paints itself, on its canvas and into files alike.
class PaintedChart : public Chart {
    Q_OBJECT
public:
    explicit PaintedChart(const QString& name, QWidget* parent = nullptr);

    /// Shown while there is nothing to draw.
    void setEmptyText(const QString& text);
    QString emptyText() const { return m_emptyText; }

    virtual bool isEmpty() const = 0;

protected:
    QWidget* canvas() const { return m_canvas; }
    PictureFrame pictureFrame(const QSizeF& size, bool withTitle) const;

    /// Everything below the title; only while there is something to draw. The font is set.
    virtual void paintContent(
        QPainter& painter, const QSizeF& size, const ThemeColors& colors, bool withTitle) const = 0;

    void paintPicture(
        QPainter& painter, const QSizeF& size, const ThemeColors& colors, bool withTitle) const override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QString m_emptyText;
    QWidget* m_canvas;
};

/// A painted chart of places beside each other, e.g. bins. Hovering, or [ and ], reads out one of them.
class SteppedChart : public PaintedChart {
    Q_OBJECT
public:
    using PaintedChart::PaintedChart;

    /// Empty where there is no such place.
    virtual QString readOut(int place) const = 0;

protected:
    virtual int placeCount() const = 0;

    /// What the places share evenly, on a canvas of that size.
    virtual QRectF placesArea(const QSizeF& size) const = 0;

    /// A click, or Return while the place is read out.
    virtual void activate(int place);

    int selected() const { return m_selected; }
    void forgetSelection() { m_selected = -1; }

    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    int placeAt(const QPointF& position) const;
    void select(int place);

    int m_selected = -1;
};

} // namespace fedcctr::widgets
