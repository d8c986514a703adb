// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/settingsform.h"

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

/// "α_A" with a real subscript.
QString labelText(const FormField& field)
{
    if (field.symbol.isEmpty())
        return field.label;
    if (!field.symbol.contains(u'_'))
        return field.symbol + u"  "_s + field.label;
    return u"%1<sub>%2</sub>&nbsp; %3"_s.arg(
        field.symbol.section(u'_', 0, 0), field.symbol.section(u'_', 1), field.label.toHtmlEscaped());
}

QString rangeText(const FormField& field)
{
    const QLocale locale;
    switch (field.type) {
    case FormField::Type::Integer:
    case FormField::Type::Number:
        return SettingsForm::tr("%1 to %2")
            .arg(locale.toString(field.least, 'g', 10), locale.toString(field.most, 'g', 10));
    case FormField::Type::Choice:
        return field.choices.join(u", "_s);
    case FormField::Type::Toggle:
    case FormField::Type::Text:
        break;
    }
    return {};
}

QString tip(const FormField& field, const QString& irrelevant = {})
{
    QString text = u"<p><b>%1</b> <code>%2</code><br>%3</p>"_s.arg(
        (field.symbol + u' ' + field.label).trimmed().toHtmlEscaped(), field.key, field.help.toHtmlEscaped());
    QStringList facts;
    if (!field.unit.isEmpty())
        facts.append(SettingsForm::tr("Unit: %1").arg(field.unit));
    if (!rangeText(field).isEmpty())
        facts.append(SettingsForm::tr("Range: %1").arg(rangeText(field)));
    facts.append(SettingsForm::tr("Default: %1").arg(field.fallback.toString()));
    text += u"<p>%1</p>"_s.arg(facts.join(u"<br>"_s));
    if (!irrelevant.isEmpty())
        text += u"<p><b>%1</b> %2</p>"_s.arg(
            SettingsForm::tr("Does not matter now."), irrelevant.toHtmlEscaped());
    return text;
}

/// Enabled parts in the colours of disabled ones.
QPalette dimmed(QPalette palette)
{
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText,
             QPalette::Base, QPalette::Button, QPalette::Highlight, QPalette::Light, QPalette::Dark})
        for (const QPalette::ColorGroup group : {QPalette::Active, QPalette::Inactive})
            palette.setColor(group, role, palette.color(QPalette::Disabled, role));
    return palette;
}

bool isNumeric(const FormField& field)
{
    return field.type == FormField::Type::Integer || field.type == FormField::Type::Number;
}

bool same(const QVariant& a, const QVariant& b, const FormField& field)
{
    return isNumeric(field) ? a.toDouble() == b.toDouble() : a.toString() == b.toString();
}

} // namespace

QString spoken(const FormField& field)
{
    static const QList<QPair<QString, QString>> kWords{{u"λ"_s, u"lambda "_s}, {u"ε"_s, u"epsilon "_s},
        {u"δ"_s, u"delta "_s}, {u"σ"_s, u"sigma "_s}, {u"θ"_s, u"theta "_s}, {u"ρ"_s, u"rho "_s},
        {u"η"_s, u"eta "_s}, {u"τ"_s, u"tau "_s}, {u"α"_s, u"alpha "_s}, {u"ζ"_s, u"zeta "_s},
        {u"₀"_s, u"zero "_s}, {u"₁"_s, u"one "_s}, {u"₂"_s, u"two "_s}, {u"_"_s, u" "_s}};
    QString symbol = field.symbol;
    for (const auto& [sign, word] : kWords)
        symbol.replace(sign, word);
    symbol = symbol.simplified();
    return symbol.isEmpty() ? field.label : symbol + u", "_s + field.label;
}

QString SettingsForm::objectKey(const QString& key)
{
    return QString(key).replace(u'.', u'_');
}

SettingsForm::SettingsForm(const QList<FormField>& fields, QWidget* parent, Columns columns)
    : QWidget(parent)
    , m_fields(fields)
    , m_columns(columns)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    for (const FormField& field : m_fields) {
        const QString plain = field.symbol.isEmpty() ? field.label : field.symbol + u"  "_s + field.label;
        QFont bold = font();
        bold.setBold(true);
        m_labelWidth = std::max(m_labelWidth, QFontMetrics(bold).horizontalAdvance(plain));
    }
    QVBoxLayout* body = nullptr;
    for (const FormField& field : m_fields) {
        if (!body || field.section != m_sections.last().title)
            body = addSection(field.section);
        body->addWidget(makeRow(field));
        setValue(field.key, field.fallback);
    }
}

QWidget* SettingsForm::makeRow(const FormField& field)
{
    Row row;
    row.field = field;
    row.base = field.fallback;
    row.box = new QWidget(this);
    row.box->setObjectName(u"row_"_s + objectKey(field.key));
    row.label = new QLabel(labelText(field), row.box);
    row.label->setObjectName(u"label_"_s + objectKey(field.key));
    row.label->setToolTip(tip(field));
    row.editor = makeEditor(field);
    row.editor->setParent(row.box);
    row.editor->setToolTip(tip(field));
    row.label->setBuddy(row.editor);
    row.reset = new QToolButton(row.box);
    row.reset->setObjectName(u"reset_"_s + objectKey(field.key));
    row.reset->setAutoRaise(true);
    row.reset->setFocusPolicy(Qt::TabFocus);
    row.reset->setAccessibleName(tr("Reset %1").arg(spoken(field)));
    connect(row.reset, &QToolButton::clicked, this, [this, key = field.key] {
        setValue(key, m_rows[key].base);
        m_rows[key].editor->setFocus();
        wasEdited(key);
    });
    row.error = new QLabel(row.box);
    row.error->setObjectName(u"error_"_s + objectKey(field.key));
    row.error->setWordWrap(true);
    row.error->hide();
    layOut(row);
    m_rows.insert(field.key, row);
    return row.box;
}

void SettingsForm::layOut(const Row& row)
{
    auto* column = new QVBoxLayout(row.box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(1);
    auto* line = new QHBoxLayout;
    line->setSpacing(6);
    const bool numeric = isNumeric(row.field);
    if (m_columns == Columns::Wide) {
        row.label->setFixedWidth(m_labelWidth);
        line->addWidget(row.label);
        line->addWidget(row.editor, 1);
    } else if (numeric) {
        // A narrow form: the name above a slider leaves both room enough.
        column->addWidget(row.label);
        line->addWidget(row.editor, 1);
    } else {
        line->addWidget(row.label, 1);
        line->addWidget(row.editor);
    }
    line->addWidget(row.reset);
    column->addLayout(line);
    if (!row.field.lowEnd.isEmpty() || !row.field.highEnd.isEmpty())
        column->addWidget(sliderEnds(row.field, row.box));
    column->addWidget(row.error);
}

/// A word under either end of the slider.
QWidget* SettingsForm::sliderEnds(const FormField& field, QWidget* parent)
{
    auto* words = new QLabel(u"%1  ⟵  ⟶  %2"_s.arg(field.lowEnd, field.highEnd), parent);
    words->setObjectName(u"ends_"_s + objectKey(field.key));
    words->setForegroundRole(QPalette::PlaceholderText);
    words->setAlignment(Qt::AlignLeft);
    words->setContentsMargins(m_columns == Columns::Wide ? m_labelWidth + 6 : 0, 0, 0, 0);
    return words;
}

QWidget* SettingsForm::makeEditor(const FormField& field)
{
    const QString name = u"edit_"_s + objectKey(field.key);
    QWidget* editor = nullptr;
    switch (field.type) {
    case FormField::Type::Toggle:
        editor = makeToggle(field);
        break;
    case FormField::Type::Choice:
        editor = makeChoice(field);
        break;
    case FormField::Type::Text:
        editor = makeText(field);
        break;
    case FormField::Type::Integer:
    case FormField::Type::Number:
        editor = makeNumber(field, name);
        break;
    }
    editor->setObjectName(name);
    if (!isNumeric(field)) {
        editor->setAccessibleName(spoken(field));
        editor->setAccessibleDescription(field.help);
        watchFocus(editor, field.key);
    }
    return editor;
}

void SettingsForm::watchFocus(QWidget* widget, const QString& key)
{
    m_keys.insert(widget, key);
    widget->installEventFilter(this);
}

QWidget* SettingsForm::makeToggle(const FormField& field)
{
    auto* box = new QCheckBox(this);
    connect(box, &QCheckBox::toggled, this, [this, key = field.key] { wasEdited(key); });
    return box;
}

QWidget* SettingsForm::makeChoice(const FormField& field)
{
    auto* combo = new QComboBox(this);
    combo->addItems(field.choices);
    combo->setFocusPolicy(Qt::StrongFocus);
    connect(combo, &QComboBox::currentIndexChanged, this, [this, key = field.key] { wasEdited(key); });
    return combo;
}

QWidget* SettingsForm::makeText(const FormField& field)
{
    auto* edit = new QLineEdit(this);
    edit->setMinimumWidth(fontMetrics().averageCharWidth() * 20);
    connect(edit, &QLineEdit::editingFinished, this, [this, key = field.key] { wasEdited(key); });
    return edit;
}

QWidget* SettingsForm::makeNumber(const FormField& field, const QString& name)
{
    auto* edit = new ValueEdit(name, this);
    edit->setRange(
        {field.least, field.most, field.step, field.logarithmic, field.type == FormField::Type::Integer});
    edit->setSpokenName(spoken(field),
        tr("%1. Range %2. %3")
            .arg(field.unit.isEmpty() ? tr("No unit") : field.unit, rangeText(field), field.help));
    edit->slider()->setToolTip(tip(field));
    edit->box()->setToolTip(tip(field));
    connect(edit, &ValueEdit::committed, this, [this, key = field.key] { wasEdited(key); });
    connect(edit, &ValueEdit::valueChanged, this, [this, edit, key = field.key] {
        if (!m_rows.contains(key))
            return;
        showState(m_rows[key]);
        if (edit->slider()->isSliderDown() && !m_setting)
            Q_EMIT dragged(key, value(key));
    });
    watchFocus(edit->box(), field.key);
    watchFocus(edit->slider(), field.key);
    return edit;
}

QVariant SettingsForm::value(const QString& key) const
{
    const auto row = m_rows.constFind(key);
    if (row == m_rows.cend())
        return {};
    switch (row->field.type) {
    case FormField::Type::Toggle:
        return static_cast<QCheckBox*>(row->editor)->isChecked();
    case FormField::Type::Choice:
        return static_cast<QComboBox*>(row->editor)->currentText();
    case FormField::Type::Text:
        return static_cast<QLineEdit*>(row->editor)->text();
    case FormField::Type::Integer:
        return qlonglong(static_cast<ValueEdit*>(row->editor)->value());
    case FormField::Type::Number:
        break;
    }
    return static_cast<ValueEdit*>(row->editor)->value();
}

void SettingsForm::setValue(const QString& key, const QVariant& value)
{
    const auto row = m_rows.find(key);
    if (row == m_rows.end())
        return;
    m_setting = true;
    switch (row->field.type) {
    case FormField::Type::Toggle:
        static_cast<QCheckBox*>(row->editor)->setChecked(value.toBool());
        break;
    case FormField::Type::Choice:
        static_cast<QComboBox*>(row->editor)->setCurrentText(value.toString());
        break;
    case FormField::Type::Text:
        static_cast<QLineEdit*>(row->editor)->setText(value.toString());
        break;
    case FormField::Type::Integer:
    case FormField::Type::Number:
        static_cast<ValueEdit*>(row->editor)->setValue(value.toDouble());
        break;
    }
    m_setting = false;
    showState(*row);
}

void SettingsForm::setBase(const QHash<QString, QVariant>& values)
{
    for (Row& row : m_rows) {
        row.base = values.value(row.field.key, row.field.fallback);
        showState(row);
    }
}

bool SettingsForm::isChanged(const QString& key) const
{
    const auto row = m_rows.constFind(key);
    return row != m_rows.cend() && !same(value(key), row->base, row->field);
}

QHash<QString, QVariant> SettingsForm::changedValues() const
{
    QHash<QString, QVariant> changed;
    for (const FormField& field : m_fields)
        if (isChanged(field.key))
            changed.insert(field.key, value(field.key));
    return changed;
}

void SettingsForm::setError(const QString& key, const QString& text)
{
    const auto row = m_rows.find(key);
    if (row == m_rows.end() || (row->error->text() == text && text.isEmpty()))
        return;
    row->error->setText(text);
    row->error->setVisible(!text.isEmpty());
    showState(*row);
}

void SettingsForm::setIrrelevant(const QString& key, const QString& reason)
{
    const auto row = m_rows.find(key);
    if (row == m_rows.end() || row->irrelevant == reason)
        return;
    row->irrelevant = reason;
    const QString text = tip(row->field, reason);
    row->label->setToolTip(text);
    row->editor->setToolTip(text);
    if (isNumeric(row->field)) {
        auto* edit = static_cast<ValueEdit*>(row->editor);
        edit->box()->setToolTip(text);
        edit->slider()->setToolTip(text);
    }
    showState(*row);
}

void SettingsForm::setReadOnly(const QString& key, bool readOnly)
{
    const auto row = m_rows.find(key);
    if (row == m_rows.end())
        return;
    row->editor->setEnabled(!readOnly);
    showState(*row);
}

void SettingsForm::wasEdited(const QString& key)
{
    if (m_setting)
        return;
    setError(key, {});
    showState(m_rows[key]);
    Q_EMIT edited(key, value(key));
}

void SettingsForm::showState(Row& row)
{
    const Look look{isChanged(row.field.key), row.editor->isEnabled(), row.irrelevant.isEmpty(),
        !row.error->text().isEmpty(), row.base.toString()};
    if (row.look != look)
        paintRow(row, look);
    // A value that has become like the preset's stays in view until the filter is asked again.
    if (m_words.isEmpty() || m_onlyChanged)
        return;
    if (const bool shown = matches(row); shown != row.shown) {
        row.shown = shown;
        row.box->setVisible(shown);
    }
}

void SettingsForm::paintRow(Row& row, const Look& look)
{
    row.look = look;
    QFont font = row.label->font();
    font.setBold(look.changed);
    row.label->setFont(font);
    // The button keeps its place, so that nothing moves.
    row.reset->setEnabled(look.changed && look.editable);
    row.reset->setIcon(look.changed ? themeIcon(u"reset"_s, palette()) : QIcon());
    row.reset->setToolTip(look.changed ? tr("Reset to %1").arg(look.base) : QString());

    QPalette colors = look.relevant ? palette() : dimmed(palette());
    row.label->setPalette(colors);
    if (look.wrong) {
        const QColor red = themeColors(palette()).error;
        QPalette text = palette();
        text.setColor(QPalette::WindowText, red);
        row.error->setPalette(text);
        colors.setColor(QPalette::Window, red); // Fusion draws frames from it
        colors.setColor(QPalette::Dark, red);
    }
    row.editor->setPalette(colors);
}

void SettingsForm::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() != QEvent::PaletteChange)
        return;
    for (Row& row : m_rows) {
        row.look.reset();
        showState(row);
    }
}

bool SettingsForm::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::FocusIn && m_keys.contains(watched))
        Q_EMIT focused(m_keys[watched]);
    if (event->type() == QEvent::Wheel && qobject_cast<QComboBox*>(watched)
        && !static_cast<QWidget*>(watched)->hasFocus()) {
        event->ignore();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace fedcctr::widgets
