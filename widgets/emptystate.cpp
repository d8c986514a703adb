// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/emptystate.h"

#include "widgets/theme.h"

#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

EmptyState::EmptyState(const QString& name, const QString& iconName, const QString& text,
    const QString& buttonText, QWidget* parent)
    : QWidget(parent)
    , m_iconName(iconName)
    , m_icon(new QLabel(this))
    , m_text(new QLabel(this))
    , m_button(new QPushButton(buttonText, this))
    , m_link(new QPushButton(this))
{
    setObjectName(name);
    m_icon->setAlignment(Qt::AlignCenter);
    m_text->setObjectName(name + u"_text"_s);
    m_text->setAlignment(Qt::AlignCenter);
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    m_button->setObjectName(name + u"_button"_s);
    m_button->setDefault(true);
    m_button->setAccessibleName(buttonText);
    m_button->setToolTip(buttonText);
    m_button->setVisible(!buttonText.isEmpty());
    m_link->setObjectName(name + u"_link"_s);
    m_link->setFlat(true);
    m_link->setCursor(Qt::PointingHandCursor);
    m_link->hide();
    connect(m_button, &QPushButton::clicked, this, &EmptyState::clicked);
    connect(m_link, &QPushButton::clicked, this, &EmptyState::linkActivated);

    auto* column = new QVBoxLayout(this);
    column->addStretch(1);
    column->addWidget(m_icon);
    column->addWidget(m_text);
    column->addSpacing(fontMetrics().height() / 2);
    column->addWidget(m_button, 0, Qt::AlignHCenter);
    column->addWidget(m_link, 0, Qt::AlignHCenter);
    column->addStretch(2);
    setText(text);
    restyle();
}

void EmptyState::setText(const QString& text)
{
    m_text->setText(text);
    m_text->setAccessibleName(text);
}

QString EmptyState::text() const
{
    return m_text->text();
}

void EmptyState::setLink(const QString& text)
{
    m_link->setText(text);
    m_link->setAccessibleName(text);
    m_link->setToolTip(text);
    m_link->setVisible(!text.isEmpty());
}

void EmptyState::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        restyle();
}

void EmptyState::restyle()
{
    const int size = fontMetrics().height() * 3;
    m_icon->setPixmap(
        themeIcon(m_iconName, themeColors(palette()).muted).pixmap(QSize(size, size), devicePixelRatioF()));
    QFont underlined = font();
    underlined.setUnderline(true);
    m_link->setFont(underlined);
    m_button->setMinimumHeight(fontMetrics().height() * 2);
    m_button->setMinimumWidth(fontMetrics().horizontalAdvance(m_button->text()) + fontMetrics().height() * 2);
    // Its own palette would hide later changes of the theme, so only the text's role is set.
    QPalette colors = palette();
    colors.setColor(QPalette::ButtonText, colors.color(QPalette::Link));
    m_link->setPalette(colors);
}

} // namespace fedcctr::widgets
