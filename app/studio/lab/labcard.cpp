// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/lab/labcard.h"

#include <QPainter>

namespace fedcctr::studio {

LabCard::LabCard(const QString& name, QWidget* parent)
    : QFrame(parent)
{
    setObjectName(name);
}

void LabCard::setLit(bool lit)
{
    m_lit = lit;
    update();
}

void LabCard::paintEvent(QPaintEvent*)
{
    if (!m_lit)
        return;
    QPainter painter(this);
    painter.setPen(QPen(palette().color(QPalette::Highlight), 3));
    painter.drawRect(QRectF(rect()).adjusted(1.5, 1.5, -1.5, -1.5));
}

} // namespace fedcctr::studio
