// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/scatterkey.h"

#include "widgets/charts/scatterpainter.h"

#include <QPainter>

#include <cmath>

namespace fedcctr::widgets {

ScatterKey::ScatterKey(const ScatterContent& content, QWidget* parent)
    : QWidget(parent)
    , m_content(content)
{
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void ScatterKey::contentChanged()
{
    QString text = m_content.colorName;
    for (const QString& name : m_content.shapeNames + m_content.categoryNames)
        text += QStringLiteral(", ") + name;
    setAccessibleName(tr("Key: %1").arg(text));
    updateGeometry();
    update();
}

int ScatterKey::heightForWidth(int width) const
{
    return static_cast<int>(
        std::ceil(ScatterPainter(m_content, themeColors(palette())).paintKey(nullptr, font(), width)));
}

QSize ScatterKey::sizeHint() const
{
    return {fontMetrics().averageCharWidth() * 40, heightForWidth(std::max(width(), 1))};
}

QSize ScatterKey::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 12, 0};
}

void ScatterKey::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    ScatterPainter(m_content, themeColors(palette())).paintKey(&painter, font(), width());
}

} // namespace fedcctr::widgets
