// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/comparetab.h"

namespace fedcctr::studio {

CompareTab::CompareTab(const QString& name, QWidget* parent)
    : QWidget(parent)
{
    setObjectName(name);
}

void CompareTab::setComparison(const Comparison& comparison)
{
    m_comparison = comparison;
    m_dirty = !isVisible();
    if (!m_dirty)
        refresh();
}

void CompareTab::refreshAfterEdit()
{
    refresh();
    Q_EMIT edited();
}

void CompareTab::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (std::exchange(m_dirty, false))
        refresh();
}

} // namespace fedcctr::studio
