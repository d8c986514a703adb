// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/train/eventlog.h"

#include "widgets/theme.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QScrollBar>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kMostLines = 5000;
constexpr int kLevelRole = Qt::UserRole;

QString timeText(const QDateTime& at)
{
    if (!at.isValid())
        return {};
    const bool today = at.date() == QDate::currentDate();
    return at.toString(today ? u"HH:mm:ss  "_s : u"yyyy-MM-dd HH:mm:ss  "_s);
}

} // namespace

EventLog::EventLog(QWidget* parent)
    : QListWidget(parent)
{
    setObjectName(u"list_events"_s);
    setAccessibleName(tr("Events of the run"));
    setToolTip(tr("What happened, newest last. Ctrl+C copies the selected lines."));
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setUniformItemSizes(true);
    setIconSize({fontMetrics().height(), fontMetrics().height()});
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    auto* copy = new QAction(tr("Copy"), this);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    connect(copy, &QAction::triggered, this, [this] {
        QStringList lines;
        for (const QListWidgetItem* item : selectedItems())
            lines.append(item->text());
        QApplication::clipboard()->setText(lines.join(u'\n'));
    });
    addAction(copy);
    setContextMenuPolicy(Qt::ActionsContextMenu);
}

void EventLog::add(const QString& text, Level level, const QDateTime& at)
{
    const QScrollBar* bar = verticalScrollBar();
    const bool atEnd = bar->value() >= bar->maximum();
    if (count() >= kMostLines)
        delete takeItem(0);
    auto* item = new QListWidgetItem(timeText(at) + text, this);
    item->setData(kLevelRole, static_cast<int>(level));
    decorate(item);
    filter(item);
    if (atEnd)
        scrollToBottom();
}

void EventLog::setLeast(Level level)
{
    m_least = level;
    filterAll();
}

void EventLog::setFilter(const QString& text)
{
    m_text = text;
    filterAll();
}

void EventLog::filterAll()
{
    for (int i = 0; i < count(); ++i)
        filter(item(i));
}

void EventLog::filter(QListWidgetItem* item) const
{
    const bool grave = item->data(kLevelRole).toInt() >= static_cast<int>(m_least);
    item->setHidden(!grave || (!m_text.isEmpty() && !item->text().contains(m_text, Qt::CaseInsensitive)));
}

void EventLog::changeEvent(QEvent* event)
{
    QListWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        for (int i = 0; i < count(); ++i)
            decorate(item(i));
}

void EventLog::decorate(QListWidgetItem* item) const
{
    const widgets::ThemeColors& colors = widgets::themeColors(palette());
    switch (static_cast<Level>(item->data(kLevelRole).toInt())) {
    case Level::Warning:
        item->setForeground(colors.warning);
        item->setIcon(widgets::themeIcon(u"warning"_s, colors.warning));
        break;
    case Level::Error:
        item->setForeground(colors.error);
        item->setIcon(widgets::themeIcon(u"error"_s, colors.error));
        break;
    case Level::Normal:
        break;
    }
}

} // namespace fedcctr::studio
