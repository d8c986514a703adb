// SPDX-License-Identifier: GPL-3.0-or-later
// Sections of a form, and which of its fields are shown.
#include "widgets/forms/settingsform.h"

#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

/// Returns the layout of its body. A section without a title has no head and is always open.
QVBoxLayout* SettingsForm::addSection(const QString& title)
{
    Section section;
    section.title = title;
    if (!title.isEmpty()) {
        section.head = new QToolButton(this);
        section.head->setObjectName(u"section_"_s + objectKey(title).toLower());
        section.head->setText(title);
        section.head->setAccessibleName(tr("Section %1").arg(title));
        section.head->setToolTip(tr("Show or hide the settings of %1").arg(title));
        section.head->setCheckable(true);
        section.head->setChecked(true);
        section.head->setAutoRaise(true);
        section.head->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        section.head->setArrowType(Qt::DownArrow);
        section.head->setFocusPolicy(Qt::TabFocus);
        QFont bold = font();
        bold.setBold(true);
        section.head->setFont(bold);
        layout()->addWidget(section.head);
        connect(section.head, &QToolButton::clicked, this, [this, title](bool open) {
            setCollapsed(title, !open);
            Q_EMIT sectionToggled(title, open);
        });
    }
    section.body = new QWidget(this);
    auto* rows = new QVBoxLayout(section.body);
    rows->setContentsMargins(m_columns == Columns::Wide && section.head ? 12 : 0, 0, 0, 0);
    rows->setSpacing(4);
    layout()->addWidget(section.body);
    m_sections.append(section);
    return rows;
}

bool SettingsForm::matches(const Row& row) const
{
    if (m_onlyChanged && !isChanged(row.field.key))
        return false;
    const FormField& field = row.field;
    const QString text =
        QStringList{field.key, field.section, field.symbol, spoken(field), field.label, field.help}.join(
            u' ');
    return std::ranges::all_of(
        m_words, [&text](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
}

int SettingsForm::filter(const QString& text, bool onlyChanged)
{
    m_words = text.split(u' ', Qt::SkipEmptyParts);
    m_onlyChanged = onlyChanged;
    int count = 0;
    for (Row& row : m_rows) {
        row.shown = matches(row);
        row.box->setVisible(row.shown);
        count += row.shown ? 1 : 0;
    }
    showSections();
    return count;
}

bool SettingsForm::isShown(const QString& key) const
{
    const auto row = m_rows.constFind(key);
    return row != m_rows.cend() && row->shown;
}

void SettingsForm::showSections()
{
    const bool filtered = m_onlyChanged || !m_words.isEmpty();
    for (const Section& section : m_sections) {
        const bool any = std::ranges::any_of(
            m_rows, [&](const Row& row) { return row.shown && row.field.section == section.title; });
        const bool open = !section.head || (filtered ? any : !section.collapsed);
        section.body->setVisible(open);
        if (section.head) {
            section.head->setVisible(any);
            section.head->setChecked(open);
            section.head->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
        }
    }
}

QStringList SettingsForm::collapsedSections() const
{
    QStringList titles;
    for (const Section& section : m_sections)
        if (section.collapsed)
            titles.append(section.title);
    return titles;
}

void SettingsForm::setCollapsed(const QString& title, bool collapsed)
{
    for (Section& section : m_sections)
        if (section.title == title && section.head)
            section.collapsed = collapsed;
    showSections();
}

void SettingsForm::reveal(const QString& key)
{
    const auto row = m_rows.find(key);
    if (row == m_rows.end())
        return;
    row->shown = true;
    row->box->setVisible(true);
    setCollapsed(row->field.section, false);
    row->editor->setFocus(Qt::OtherFocusReason);
}

QWidget* SettingsForm::editor(const QString& key) const
{
    const auto row = m_rows.constFind(key);
    return row == m_rows.cend() ? nullptr : row->editor;
}

} // namespace fedcctr::widgets
