// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/settingsform.h"

#include "widgets/forms/formrow.h"
#include "widgets/forms/formsection.h"

#include <QFontMetrics>
#include <QVBoxLayout>

#include <algorithm>

namespace fedcctr::widgets {

namespace {

constexpr int kIndent = 12; ///< of rows below a title, in a wide form

int widestLabel(const QList<FormField>& fields, QFont font)
{
    font.setBold(true);
    const QFontMetrics metrics(font);
    int width = 0;
    for (const FormField& field : fields) {
        const QString plain =
            field.symbol.isEmpty() ? field.label : field.symbol + QStringLiteral("  ") + field.label;
        width = std::max(width, metrics.horizontalAdvance(plain));
    }
    return width;
}

} // namespace

SettingsForm::SettingsForm(const QList<FormField>& fields, QWidget* parent, Columns columns)
    : QWidget(parent)
    , m_fields(fields)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    const bool wide = columns == Columns::Wide;
    const int labelWidth = wide ? widestLabel(fields, font()) : 0;
    for (const FormField& field : m_fields) {
        if (m_sections.isEmpty() || field.section != m_sections.last()->title()) {
            m_sections.append(new FormSection(field.section, wide ? kIndent : 0, this));
            column->addWidget(m_sections.last());
            connect(m_sections.last(), &FormSection::toggled, this, [this](const QString& title, bool open) {
                setCollapsed(title, !open);
                Q_EMIT sectionToggled(title, open);
            });
        }
        addRow(new FormRow(field, labelWidth, this));
    }
}

void SettingsForm::addRow(FormRow* row)
{
    const QString key = row->field().key;
    m_rows.insert(key, row);
    m_sections.last()->addRow(row);
    connect(row, &FormRow::edited, this, [this, row, key] { Q_EMIT edited(key, row->value()); });
    connect(row, &FormRow::dragged, this, [this, row, key] { Q_EMIT dragged(key, row->value()); });
    connect(row, &FormRow::focused, this, [this, key] { Q_EMIT focused(key); });
    connect(row, &FormRow::changed, this, [this, row] {
        // A value that has become like the preset's stays in view until the filter is asked again.
        if (!m_words.isEmpty() && !m_onlyChanged && matches(*row) != row->isShown())
            row->setShown(!row->isShown());
    });
}

FormRow* SettingsForm::row(const QString& key) const
{
    return m_rows.value(key);
}

QVariant SettingsForm::value(const QString& key) const
{
    const FormRow* found = row(key);
    return found ? found->value() : QVariant();
}

void SettingsForm::setValue(const QString& key, const QVariant& value)
{
    if (FormRow* found = row(key))
        found->setValue(value);
}

void SettingsForm::setBase(const QHash<QString, QVariant>& values)
{
    for (FormRow* row : std::as_const(m_rows))
        row->setBase(values.value(row->field().key, row->field().fallback));
}

bool SettingsForm::isChanged(const QString& key) const
{
    const FormRow* found = row(key);
    return found && found->isChanged();
}

QHash<QString, QVariant> SettingsForm::changedValues() const
{
    QHash<QString, QVariant> changed;
    for (const FormRow* row : m_rows)
        if (row->isChanged())
            changed.insert(row->field().key, row->value());
    return changed;
}

void SettingsForm::setError(const QString& key, const QString& text)
{
    if (FormRow* found = row(key))
        found->setError(text);
}

void SettingsForm::setReadOnly(const QString& key, bool readOnly)
{
    if (FormRow* found = row(key))
        found->setReadOnly(readOnly);
}

void SettingsForm::setIrrelevant(const QString& key, const QString& reason)
{
    if (FormRow* found = row(key))
        found->setIrrelevant(reason);
}

bool SettingsForm::matches(const FormRow& row) const
{
    return !m_leftOut.contains(row.field().key) && (!m_onlyChanged || row.isChanged())
        && row.matches(m_words);
}

void SettingsForm::setLeftOut(const QSet<QString>& keys)
{
    if (m_leftOut == keys)
        return;
    m_leftOut = keys;
    for (FormRow* row : std::as_const(m_rows))
        if (matches(*row) != row->isShown())
            row->setShown(!row->isShown());
    showSections();
}

int SettingsForm::filter(const QString& text, bool onlyChanged)
{
    m_words = text.split(u' ', Qt::SkipEmptyParts);
    m_onlyChanged = onlyChanged;
    int count = 0;
    for (FormRow* row : std::as_const(m_rows)) {
        row->setShown(matches(*row));
        count += row->isShown() ? 1 : 0;
    }
    showSections();
    return count;
}

bool SettingsForm::isShown(const QString& key) const
{
    const FormRow* found = row(key);
    return found && found->isShown();
}

void SettingsForm::showSections()
{
    const bool filtered = m_onlyChanged || !m_words.isEmpty();
    for (FormSection* section : std::as_const(m_sections)) {
        const bool any = std::ranges::any_of(m_rows, [section](const FormRow* row) {
            return row->isShown() && row->field().section == section->title();
        });
        section->showRows(filtered, any);
    }
}

QStringList SettingsForm::collapsedSections() const
{
    QStringList titles;
    for (const FormSection* section : m_sections)
        if (section->isCollapsed())
            titles.append(section->title());
    return titles;
}

void SettingsForm::setCollapsed(const QString& title, bool collapsed)
{
    for (FormSection* section : std::as_const(m_sections))
        if (section->title() == title)
            section->setCollapsed(collapsed);
    showSections();
}

void SettingsForm::reveal(const QString& key)
{
    FormRow* found = row(key);
    if (!found)
        return;
    found->setShown(true);
    setCollapsed(found->field().section, false);
    found->editor()->setFocus(Qt::OtherFocusReason);
}

QWidget* SettingsForm::editor(const QString& key) const
{
    const FormRow* found = row(key);
    return found ? found->editor() : nullptr;
}

} // namespace fedcctr::widgets
