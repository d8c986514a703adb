// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/tile.h"

#include "widgets/theme.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

Tile::Tile(const QString& name, const QString& caption, const QString& help, QWidget* parent)
    : QFrame(parent)
    , m_captionText(caption)
    , m_caption(new QLabel(this))
    , m_figure(new QLabel(this))
    , m_icon(new QLabel(this))
{
    setObjectName(name);
    setFrameShape(QFrame::StyledPanel);
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    setContextMenuPolicy(Qt::ActionsContextMenu);
    auto* copy = new QAction(tr("Copy value"), this);
    connect(copy, &QAction::triggered, this, [this] { QApplication::clipboard()->setText(m_value); });
    addAction(copy);

    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.88);
    m_caption->setFont(small);
    m_caption->setTextFormat(Qt::PlainText);
    m_figure->setTextFormat(Qt::RichText);
    m_icon->hide();

    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(8, 3, 6, 3);
    grid->setVerticalSpacing(0);
    grid->setHorizontalSpacing(4);
    grid->addWidget(m_caption, 0, 0, 1, 2);
    grid->addWidget(m_icon, 1, 0);
    grid->addWidget(m_figure, 1, 1);
    grid->setColumnStretch(1, 1);
    setHelp(help);
}

void Tile::setCaption(const QString& caption)
{
    m_captionText = caption;
    refresh();
}

void Tile::setHelp(const QString& help)
{
    m_help = help;
    setAccessibleDescription(help);
    refresh();
}

void Tile::setValue(const QString& value, const QString& remark, bool warning)
{
    m_value = value;
    m_remark = remark;
    m_warning = warning;
    refresh();
}

QSize Tile::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 10, QFrame::minimumSizeHint().height()};
}

void Tile::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        refresh();
}

void Tile::resizeEvent(QResizeEvent* event)
{
    QFrame::resizeEvent(event);
    refresh();
}

bool Tile::remarkFits(int room) const
{
    // The figure comes first: where there is no room for both, the remark is left to the tool tip and the
    // voice.
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.2);
    large.setBold(true);
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.85);
    const int icon = m_warning ? 18 : 0;
    return icon + QFontMetrics(large).horizontalAdvance(m_value)
        + QFontMetrics(small).horizontalAdvance(u' ' + m_remark)
        <= room;
}

void Tile::refresh()
{
    const ThemeColors& colors = themeColors(palette());
    QPalette quiet = palette();
    quiet.setColor(QPalette::Text, colors.muted);
    quiet.setColor(QPalette::WindowText, colors.muted);
    m_caption->setPalette(quiet);
    const int room = contentsRect().width() - 14;
    m_caption->setText(m_caption->fontMetrics().elidedText(m_captionText, Qt::ElideRight, room));

    const QString shown = m_value.isEmpty() ? u"–"_s : m_value.toHtmlEscaped();
    const QString tail = m_remark.isEmpty() || !remarkFits(room)
        ? QString()
        : u" <span style=\"font-size:small; color:%1\">%2</span>"_s.arg(
            (m_warning ? colors.warning : colors.muted).name(), m_remark.toHtmlEscaped());
    m_figure->setText(u"<span style=\"font-size:large; font-weight:600\">%1</span>%2"_s.arg(shown, tail));
    m_icon->setVisible(m_warning);
    if (m_warning)
        m_icon->setPixmap(themeIcon(u"warning"_s, colors.warning).pixmap(QSize(14, 14), devicePixelRatioF()));
    setAccessibleName(
        m_captionText + u": "_s + (m_value.isEmpty() ? tr("no value yet") : m_value) + u' ' + m_remark);
    setToolTip(m_value.isEmpty() ? m_help : u"%1 %2\n%3"_s.arg(m_value, m_remark, m_help));
}

} // namespace fedcctr::widgets
