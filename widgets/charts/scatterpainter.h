// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/scattercontent.h"
#include "widgets/theme.h"

#include <QHash>
#include <QPixmap>
#include <QSet>
#include <QTransform>

class QPainter;

namespace fedcctr::widgets {

/// One of eight colours, repeated.
QColor categoryColor(int category, const ThemeColors& colors);

/// A scale of even lightness steps, readable by colour-blind people; share 0 to 1.
QColor valueColor(double share);

/// Draws one marker around a place, with vectors.
void paintMarker(
    QPainter& painter, MarkerShape shape, const QPointF& place, double radius, const QColor& color);

/// Draws points of one picture. On the screen a marker is drawn once per shape and colour and then stamped.
class ScatterPainter {
public:
    ScatterPainter(const ScatterContent& content, const ThemeColors& colors);

    /// Points that are not selected are faint while some are. `stamps`: use pixmaps at the painter's scale.
    void paintPoints(QPainter& painter, const QTransform& toPixels, const QSet<int>& selected, double radius,
        bool stamps) const;

    /// Names of shapes and colours in lines of the given width; returns their height. Draws nothing without
    /// a painter.
    double paintKey(QPainter* painter, const QFont& font, double width) const;

    QColor colorOf(std::size_t point) const;

private:
    struct Entry {
        MarkerShape shape = MarkerShape::Circle;
        QColor color;
        QString text;
    };
    std::vector<Entry> keyEntries() const;

    const ScatterContent& m_content;
    const ThemeColors& m_colors;
    double m_least = 0;
    double m_most = 0;
};

} // namespace fedcctr::widgets
