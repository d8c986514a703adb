// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/formrow.h"

#include "widgets/forms/valueedit.h"
#include "widgets/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

/// Enabled parts in the colours of disabled ones.
QPalette dimmed(QPalette palette)
{
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText,
             QPalette::Base, QPalette::Button, QPalette::Highlight, QPalette::Light, QPalette::Dark})
        for (const QPalette::ColorGroup group : {QPalette::Active, QPalette::Inactive})
            palette.setColor(group, role, palette.color(QPalette::Disabled, role));
    return palette;
}

bool same(const QVariant& a, const QVariant& b, const FormField& field)
{
    return field.isNumeric() ? a.toDouble() == b.toDouble() : a.toString() == b.toString();
}

} // namespace

FormRow::FormRow(const FormField& field, int labelWidth, QWidget* parent)
    : QWidget(parent)
    , m_field(field)
    , m_base(field.fallback)
    , m_label(new QLabel(labelText(field), this))
{
    // In the order of the Tab key.
    m_editor = makeEditor();
    m_reset = new QToolButton(this);
    m_error = new QLabel(this);
    const QString key = field.objectKey();
    setObjectName(u"row_"_s + key);
    m_label->setObjectName(u"label_"_s + key);
    m_label->setToolTip(fieldTip(field));
    m_editor->setToolTip(fieldTip(field));
    m_label->setBuddy(m_editor);
    m_reset->setObjectName(u"reset_"_s + key);
    m_reset->setAutoRaise(true);
    m_reset->setFocusPolicy(Qt::TabFocus);
    m_reset->setAccessibleName(tr("Reset %1").arg(spoken(field)));
    connect(m_reset, &QToolButton::clicked, this, &FormRow::reset);
    m_error->setObjectName(u"error_"_s + key);
    m_error->setWordWrap(true);
    m_error->hide();
    layOut(labelWidth);
    setValue(field.fallback);
}

void FormRow::layOut(int labelWidth)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(1);
    auto* line = new QHBoxLayout;
    line->setSpacing(6);
    if (labelWidth > 0) {
        m_label->setFixedWidth(labelWidth);
        line->addWidget(m_label);
        line->addWidget(m_editor, 1);
    } else if (m_field.isNumeric()) {
        // A narrow form: the name above a slider leaves both room enough.
        column->addWidget(m_label);
        line->addWidget(m_editor, 1);
    } else {
        line->addWidget(m_label, 1);
        line->addWidget(m_editor);
    }
    line->addWidget(m_reset);
    column->addLayout(line);
    if (!m_field.lowEnd.isEmpty() || !m_field.highEnd.isEmpty())
        column->addWidget(sliderEnds(labelWidth));
    column->addWidget(m_error);
}

/// A word under either end of the slider.
QWidget* FormRow::sliderEnds(int labelWidth)
{
    auto* words = new QLabel(u"%1  ⟵  ⟶  %2"_s.arg(m_field.lowEnd, m_field.highEnd), this);
    words->setObjectName(u"ends_"_s + m_field.objectKey());
    words->setForegroundRole(QPalette::PlaceholderText);
    words->setAlignment(Qt::AlignLeft);
    words->setContentsMargins(labelWidth > 0 ? labelWidth + 6 : 0, 0, 0, 0);
    return words;
}

QWidget* FormRow::makeEditor()
{
    const QString name = u"edit_"_s + m_field.objectKey();
    QWidget* editor = nullptr;
    switch (m_field.type) {
    case FormField::Type::Toggle: {
        auto* box = new QCheckBox(this);
        connect(box, &QCheckBox::toggled, this, &FormRow::wasEdited);
        editor = box;
        break;
    }
    case FormField::Type::Choice: {
        auto* combo = new QComboBox(this);
        combo->addItems(m_field.choices);
        combo->setFocusPolicy(Qt::StrongFocus);
        connect(combo, &QComboBox::currentIndexChanged, this, &FormRow::wasEdited);
        editor = combo;
        break;
    }
    case FormField::Type::Text: {
        auto* edit = new QLineEdit(this);
        edit->setMinimumWidth(fontMetrics().averageCharWidth() * 20);
        connect(edit, &QLineEdit::editingFinished, this, &FormRow::wasEdited);
        editor = edit;
        break;
    }
    case FormField::Type::Integer:
    case FormField::Type::Number:
        editor = makeNumber(name);
        editor->setObjectName(name);
        return editor;
    }
    editor->setObjectName(name);
    editor->setAccessibleName(spoken(m_field));
    editor->setAccessibleDescription(m_field.help);
    watchFocus(editor);
    return editor;
}

QWidget* FormRow::makeNumber(const QString& name)
{
    auto* edit = new ValueEdit(name, this);
    edit->setRange({m_field.least, m_field.most, m_field.step, m_field.logarithmic,
        m_field.type == FormField::Type::Integer});
    edit->setSpokenName(spoken(m_field),
        tr("%1. Range %2. %3")
            .arg(m_field.unit.isEmpty() ? tr("No unit") : m_field.unit, rangeText(m_field), m_field.help));
    edit->slider()->setToolTip(fieldTip(m_field));
    edit->box()->setToolTip(fieldTip(m_field));
    connect(edit, &ValueEdit::committed, this, &FormRow::wasEdited);
    connect(edit, &ValueEdit::valueChanged, this, [this, edit] {
        updateLook();
        if (edit->slider()->isSliderDown() && !m_setting)
            Q_EMIT dragged();
    });
    watchFocus(edit->box());
    watchFocus(edit->slider());
    return edit;
}

void FormRow::watchFocus(QWidget* widget)
{
    widget->installEventFilter(this);
}

QVariant FormRow::value() const
{
    switch (m_field.type) {
    case FormField::Type::Toggle:
        return static_cast<QCheckBox*>(m_editor)->isChecked();
    case FormField::Type::Choice:
        return static_cast<QComboBox*>(m_editor)->currentText();
    case FormField::Type::Text:
        return static_cast<QLineEdit*>(m_editor)->text();
    case FormField::Type::Integer:
        return qlonglong(static_cast<ValueEdit*>(m_editor)->value());
    case FormField::Type::Number:
        break;
    }
    return static_cast<ValueEdit*>(m_editor)->value();
}

void FormRow::setValue(const QVariant& value)
{
    m_setting = true;
    switch (m_field.type) {
    case FormField::Type::Toggle:
        static_cast<QCheckBox*>(m_editor)->setChecked(value.toBool());
        break;
    case FormField::Type::Choice:
        static_cast<QComboBox*>(m_editor)->setCurrentText(value.toString());
        break;
    case FormField::Type::Text:
        static_cast<QLineEdit*>(m_editor)->setText(value.toString());
        break;
    case FormField::Type::Integer:
    case FormField::Type::Number:
        static_cast<ValueEdit*>(m_editor)->setValue(value.toDouble());
        break;
    }
    m_setting = false;
    updateLook();
}

void FormRow::setBase(const QVariant& base)
{
    m_base = base;
    updateLook();
}

bool FormRow::isChanged() const
{
    return !same(value(), m_base, m_field);
}

void FormRow::reset()
{
    setValue(m_base);
    m_editor->setFocus();
    wasEdited();
}

void FormRow::setError(const QString& text)
{
    if (m_error->text() == text && text.isEmpty())
        return;
    m_error->setText(text);
    m_error->setVisible(!text.isEmpty());
    updateLook();
}

void FormRow::setIrrelevant(const QString& reason)
{
    if (m_irrelevant == reason)
        return;
    m_irrelevant = reason;
    const QString text = fieldTip(m_field, reason);
    m_label->setToolTip(text);
    m_editor->setToolTip(text);
    if (m_field.isNumeric()) {
        auto* edit = static_cast<ValueEdit*>(m_editor);
        edit->box()->setToolTip(text);
        edit->slider()->setToolTip(text);
    }
    updateLook();
}

void FormRow::setReadOnly(bool readOnly)
{
    m_editor->setEnabled(!readOnly);
    updateLook();
}

bool FormRow::matches(const QStringList& words) const
{
    const QString text = QStringList{m_field.key, m_field.section, m_field.symbol, spoken(m_field),
        m_field.label, m_field.help}
                             .join(u' ');
    return std::ranges::all_of(
        words, [&text](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
}

void FormRow::setShown(bool shown)
{
    m_shown = shown;
    setVisible(shown);
}

void FormRow::wasEdited()
{
    if (m_setting)
        return;
    setError({});
    updateLook();
    Q_EMIT edited();
}

void FormRow::updateLook()
{
    // A number tells its first value while the row is being made.
    if (!m_error)
        return;
    const Look look{isChanged(), m_editor->isEnabled(), m_irrelevant.isEmpty(), !m_error->text().isEmpty(),
        m_base.toString()};
    if (m_look != look)
        paint(look);
    Q_EMIT changed();
}

void FormRow::paint(const Look& look)
{
    m_look = look;
    QFont font = m_label->font();
    font.setBold(look.changed);
    m_label->setFont(font);
    // The button keeps its place, so that nothing moves.
    m_reset->setEnabled(look.changed && look.editable);
    m_reset->setIcon(look.changed ? themeIcon(u"reset"_s, palette()) : QIcon());
    m_reset->setToolTip(look.changed ? tr("Reset to %1").arg(look.base) : QString());

    QPalette colors = look.relevant ? palette() : dimmed(palette());
    m_label->setPalette(colors);
    if (look.wrong) {
        const QColor red = themeColors(palette()).error;
        QPalette text = palette();
        text.setColor(QPalette::WindowText, red);
        m_error->setPalette(text);
        colors.setColor(QPalette::Window, red); // Fusion draws frames from it
        colors.setColor(QPalette::Dark, red);
    }
    m_editor->setPalette(colors);
}

void FormRow::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() != QEvent::PaletteChange)
        return;
    m_look.reset();
    updateLook();
}

bool FormRow::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::FocusIn)
        Q_EMIT focused();
    if (event->type() == QEvent::Wheel && qobject_cast<QComboBox*>(watched)
        && !static_cast<QWidget*>(watched)->hasFocus()) {
        event->ignore();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace fedcctr::widgets
