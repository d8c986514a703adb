// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPainter>
#include <QWidget>

#include <functional>

namespace fedcctr::studio {

/// The body of a chart that one function draws, on the screen and into files alike.
class PicturePane : public QWidget {
public:
    using Draw = std::function<void(QPainter& painter, const QSizeF& size)>;

    PicturePane(const QString& name, Draw draw, QWidget* parent)
        : QWidget(parent)
        , m_draw(std::move(draw))
    {
        setObjectName(name);
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        m_draw(painter, QSizeF(size()));
    }

private:
    Draw m_draw;
};

/// A font that has the same size on the screen and in a file, whose resolution differs.
inline QFont pictureFont(const QFont& font, double factor = 1)
{
    QFont scaled = font;
    scaled.setPixelSize(std::max(6, qRound(QFontInfo(font).pixelSize() * factor)));
    return scaled;
}

} // namespace fedcctr::studio
