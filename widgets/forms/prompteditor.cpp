// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/prompteditor.h"

#include "widgets/forms/prompthighlighter.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QTextBlock>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

/// Position in `text` of the character with this number from 0; characters beyond the first plane take two
/// units.
int unitOf(const QString& text, int character)
{
    int unit = 0;
    for (int i = 0; i < character && unit < text.size(); ++i)
        unit += text.at(unit).isHighSurrogate() && unit + 1 < text.size() ? 2 : 1;
    return unit;
}

/// The faulty characters, at least one where the line has any.
QTextCursor cursorOf(QTextDocument* document, const PromptFault& fault)
{
    const QTextBlock block = document->findBlockByNumber(std::max(0, fault.line - 1));
    QTextCursor cursor(document);
    if (!block.isValid())
        return cursor;
    const QString line = block.text();
    int begin = unitOf(line, fault.column - 1);
    const int end = std::max(begin + 1, unitOf(line, fault.column - 1 + fault.length));
    begin = std::min(begin, std::max(0, static_cast<int>(line.size()) - 1));
    cursor.setPosition(block.position() + begin);
    cursor.setPosition(
        block.position() + std::min(end, static_cast<int>(line.size())), QTextCursor::KeepAnchor);
    return cursor;
}

} // namespace

PromptEditor::PromptEditor(
    const QString& name, Checker checker, const QList<PromptPlaceholder>& placeholders, QWidget* parent)
    : QWidget(parent)
    , m_checker(std::move(checker))
    , m_text(new QPlainTextEdit(this))
    , m_message(new QLabel(this))
    , m_goTo(new QToolButton(this))
    , m_insert(new QToolButton(this))
    , m_menu(new QMenu(m_insert))
{
    setObjectName(name);
    m_text->setObjectName(name + u"_text"_s);
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setTabChangesFocus(true);
    m_message->setObjectName(name + u"_faults"_s);
    m_message->setWordWrap(true);
    m_message->setTextFormat(Qt::PlainText);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_goTo->setObjectName(name + u"_goto"_s);
    m_goTo->setText(tr("Go to"));
    m_goTo->setToolTip(tr("Select the first fault in the text"));
    m_goTo->setAccessibleName(tr("Go to the fault"));
    m_insert->setObjectName(name + u"_insert"_s);
    m_insert->setText(tr("Insert"));
    m_insert->setToolTip(tr("Put a placeholder, a loop or a condition where the cursor is"));
    m_insert->setAccessibleName(tr("Insert a placeholder"));
    m_insert->setMenu(m_menu);
    m_insert->setPopupMode(QToolButton::InstantPopup);
    for (QToolButton* button : {m_goTo, m_insert})
        button->setFocusPolicy(Qt::StrongFocus);
    buildMenu(placeholders);

    auto* row = new QHBoxLayout;
    row->addWidget(m_message, 1);
    row->addWidget(m_goTo, 0, Qt::AlignTop);
    row->addWidget(m_insert, 0, Qt::AlignTop);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(3);
    column->addWidget(m_text, 1);
    column->addLayout(row);

    (new PromptHighlighter(m_text->document()))->setPalette(palette());
    connect(m_text, &QPlainTextEdit::textChanged, this, [this] {
        check();
        Q_EMIT textChanged();
    });
    connect(m_goTo, &QToolButton::clicked, this, &PromptEditor::goToFault);
    check();
}

void PromptEditor::setSpokenName(const QString& name, const QString& help)
{
    m_text->setAccessibleName(name);
    m_text->setToolTip(help);
}

QString PromptEditor::text() const
{
    return m_text->toPlainText();
}

void PromptEditor::setText(const QString& text)
{
    QTextCursor all(m_text->document());
    all.select(QTextCursor::Document);
    all.insertText(text);
    m_text->moveCursor(QTextCursor::Start);
}

void PromptEditor::showText(const QString& text)
{
    m_text->setPlainText(text);
    m_isNew = true;
    if (isVisible())
        scrollToStart();
}

/// A text that was set while the editor was small and hidden would come up scrolled: once its layout is
/// known.
void PromptEditor::scrollToStart()
{
    m_isNew = false;
    QTimer::singleShot(0, this, [this] { m_text->verticalScrollBar()->setValue(0); });
}

void PromptEditor::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_isNew)
        scrollToStart();
}

QStringList PromptEditor::underlined() const
{
    QStringList texts;
    for (const QTextEdit::ExtraSelection& selection : m_text->extraSelections())
        texts.append(selection.cursor.selectedText());
    return texts;
}

void PromptEditor::buildMenu(const QList<PromptPlaceholder>& placeholders)
{
    m_menu->setObjectName(objectName() + u"_menu"_s);
    m_menu->setToolTipsVisible(true);
    QHash<QString, QMenu*> lists;
    for (const PromptPlaceholder& one : placeholders) {
        QMenu* list = lists.value(one.path.section(u'.', 0, 0));
        if (one.isList) {
            list = m_menu->addMenu(one.path);
            list->setToolTipsVisible(true);
            lists.insert(one.path, list);
            addInsertion(list, u"{{#each %1}}\n\n{{/each}}\n"_s.arg(one.path), one.help);
        } else if (list) {
            addInsertion(list, u"{{%1}}"_s.arg(one.path.section(u'.', 1)), one.help);
        } else {
            addInsertion(m_menu, u"{{%1}}"_s.arg(one.path), one.help);
        }
    }
    m_menu->addSeparator();
    addInsertion(m_menu, u"{{#if }}{{else}}{{/if}}"_s, tr("by whether a value is there and not empty"));
    addInsertion(m_menu, u"{{{{"_s, tr("two braces as text"));
}

void PromptEditor::addInsertion(QMenu* menu, const QString& text, const QString& help)
{
    QString shown = text;
    QAction* action = menu->addAction(u"%1   %2"_s.arg(shown.replace(u"\n"_s, u" "_s).simplified(), help));
    action->setObjectName(u"insert "_s + text.simplified());
    action->setToolTip(help);
    connect(action, &QAction::triggered, this, [this, text] { insert(text); });
}

void PromptEditor::insert(const QString& text)
{
    m_text->textCursor().insertText(text);
    m_text->setFocus();
}

void PromptEditor::check()
{
    m_faults = m_checker(text());
    underline();
    showFaults();
}

void PromptEditor::underline()
{
    QList<QTextEdit::ExtraSelection> selections;
    for (const PromptFault& fault : m_faults) {
        QTextEdit::ExtraSelection selection;
        selection.cursor = cursorOf(m_text->document(), fault);
        selection.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        selection.format.setUnderlineColor(themeColors(palette()).error);
        selections.append(selection);
    }
    m_text->setExtraSelections(selections);
}

void PromptEditor::showFaults()
{
    constexpr qsizetype kShown = 2;
    QStringList lines;
    for (const PromptFault& fault : m_faults.first(std::min(kShown, m_faults.size())))
        lines.append(tr("✗ line %1:%2  %3").arg(fault.line).arg(fault.column).arg(fault.message));
    if (m_faults.size() > kShown)
        lines.append(tr("… and %n more", nullptr, static_cast<int>(m_faults.size() - kShown)));
    const QString text = lines.isEmpty() ? tr("✓ no faults") : lines.join(u'\n');
    if (text == m_message->text())
        return;
    m_message->setText(text);
    QPalette colors = m_message->palette();
    const ThemeColors& theme = themeColors(palette());
    colors.setColor(QPalette::WindowText, lines.isEmpty() ? theme.muted : theme.error);
    m_message->setPalette(colors);
    m_text->setAccessibleDescription(text);
    m_goTo->setVisible(!lines.isEmpty());
}

void PromptEditor::goToFault()
{
    if (m_faults.isEmpty())
        return;
    m_text->setTextCursor(cursorOf(m_text->document(), m_faults.first()));
    m_text->setFocus();
}

void PromptEditor::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() != QEvent::PaletteChange)
        return;
    const int scrolled = m_text->verticalScrollBar()->value();
    if (auto* highlighter = m_text->document()->findChild<PromptHighlighter*>())
        highlighter->setPalette(palette());
    m_text->verticalScrollBar()->setValue(scrolled);
    m_message->clear();
    underline();
    showFaults();
}

} // namespace fedcctr::widgets
