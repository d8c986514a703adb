// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/formsection.h"

#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

FormSection::FormSection(const QString& title, int indent, QWidget* parent)
    : QWidget(parent)
    , m_title(title)
    , m_body(new QWidget(this))
    , m_rows(new QVBoxLayout(m_body))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    if (!title.isEmpty()) {
        buildHead();
        column->addWidget(m_head);
    }
    column->addWidget(m_body);
    m_rows->setContentsMargins(m_head ? indent : 0, 0, 0, 0);
    m_rows->setSpacing(4);
}

void FormSection::buildHead()
{
    m_head = new QToolButton(this);
    m_head->setObjectName(u"section_"_s + QString(m_title).replace(u'.', u'_').toLower());
    m_head->setText(m_title);
    m_head->setAccessibleName(tr("Section %1").arg(m_title));
    m_head->setToolTip(tr("Show or hide the settings of %1").arg(m_title));
    m_head->setCheckable(true);
    m_head->setChecked(true);
    m_head->setAutoRaise(true);
    m_head->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_head->setArrowType(Qt::DownArrow);
    m_head->setFocusPolicy(Qt::TabFocus);
    QFont bold = font();
    bold.setBold(true);
    m_head->setFont(bold);
    connect(m_head, &QToolButton::clicked, this, [this](bool open) { Q_EMIT toggled(m_title, open); });
}

void FormSection::addRow(QWidget* row)
{
    m_rows->addWidget(row);
}

void FormSection::setCollapsed(bool collapsed)
{
    m_collapsed = m_head && collapsed;
}

void FormSection::showRows(bool filtered, bool any)
{
    const bool open = !m_head || (filtered ? any : !m_collapsed);
    m_body->setVisible(open);
    if (!m_head)
        return;
    setVisible(any);
    m_head->setChecked(open);
    m_head->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
}

} // namespace fedcctr::widgets
