// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/messagebar.h"

#include "widgets/theme.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

QString iconName(MessageBar::Kind kind)
{
    switch (kind) {
    case MessageBar::Kind::Success:
        return u"success"_s;
    case MessageBar::Kind::Warning:
        return u"warning"_s;
    case MessageBar::Kind::Error:
        return u"error"_s;
    case MessageBar::Kind::Info:
        break;
    }
    return u"info"_s;
}

QColor colorOf(MessageBar::Kind kind, const ThemeColors& colors)
{
    switch (kind) {
    case MessageBar::Kind::Success:
        return colors.success;
    case MessageBar::Kind::Warning:
        return colors.warning;
    case MessageBar::Kind::Error:
        return colors.error;
    case MessageBar::Kind::Info:
        break;
    }
    return colors.info;
}

} // namespace

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent)
    , m_icon(new QLabel(this))
    , m_text(new QLabel(this))
    , m_buttons(new QHBoxLayout)
    , m_close(new QToolButton(this))
{
    setObjectName(u"message_bar"_s);
    setAutoFillBackground(true);
    setFrameShape(QFrame::StyledPanel);
    m_text->setObjectName(u"message_text"_s);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_text->setAccessibleName(tr("Message"));
    m_close->setObjectName(u"button_close_message"_s);
    m_close->setAutoRaise(true);
    m_close->setToolTip(tr("Close this message"));
    m_close->setAccessibleName(tr("Close this message"));
    connect(m_close, &QToolButton::clicked, this, &QWidget::hide);

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 4, 4, 4);
    row->addWidget(m_icon);
    row->addWidget(m_text, 1);
    row->addLayout(m_buttons);
    row->addWidget(m_close);
    if (parent)
        parent->installEventFilter(this);
    restyle();
    hide();
}

void MessageBar::showMessage(Kind kind, const QString& text, const QList<Action>& actions)
{
    m_kind = kind;
    m_text->setText(text);
    while (QLayoutItem* item = m_buttons->takeAt(0)) {
        // A button may be showing the next message from its own click.
        item->widget()->hide();
        item->widget()->setObjectName(QString());
        item->widget()->deleteLater();
        delete item;
    }
    for (const Action& action : actions) {
        auto* button = new QPushButton(action.text, this);
        button->setObjectName(action.name);
        button->setToolTip(action.help);
        button->setAccessibleName(action.text);
        connect(button, &QPushButton::clicked, this, action.run);
        m_buttons->addWidget(button);
    }
    restyle();
    show();
    setAccessibleName(text);
    QAccessibleEvent spoken(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&spoken);
}

QString MessageBar::text() const
{
    return m_text->text();
}

/// Our own palette, which restyle() sets, hides changes of the theme from us; the page sees them.
bool MessageBar::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::PaletteChange && watched == parentWidget())
        restyle();
    return QFrame::eventFilter(watched, event);
}

void MessageBar::restyle()
{
    const ThemeColors& colors = themeColors(parentWidget() ? parentWidget()->palette() : palette());
    const QColor color = colorOf(m_kind, colors);
    QPalette mine = colors.palette;
    mine.setColor(QPalette::Window, mixed(colors.palette.color(QPalette::Base), color, 0.14));
    setPalette(mine);
    m_icon->setPixmap(themeIcon(iconName(m_kind), color).pixmap(QSize(16, 16), devicePixelRatioF()));
    m_close->setIcon(themeIcon(u"close"_s, mine));
}

} // namespace fedcctr::widgets
