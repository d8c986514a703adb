// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/forms/formfield.h"

#include <QHash>
#include <QList>
#include <QSet>
#include <QWidget>

namespace fedcctr::widgets {

class FormRow;
class FormSection;

/// A form made from a list of fields: a label, an editor and a reset button each, in sections that collapse.
/// A value that differs from its base (default or preset) is bold and can be reset.
class SettingsForm : public QWidget {
    Q_OBJECT
public:
    enum class Columns {
        Narrow, ///< the name above its slider
        Wide, ///< beside it
    };
    explicit SettingsForm(
        const QList<FormField>& fields, QWidget* parent = nullptr, Columns columns = Columns::Narrow);

    const QList<FormField>& fields() const { return m_fields; }
    QVariant value(const QString& key) const;

    /// Unknown keys are ignored: a form shows a part of the settings.
    void setValue(const QString& key, const QVariant& value);

    /// What values are compared with and reset to.
    void setBase(const QHash<QString, QVariant>& values);
    bool isChanged(const QString& key) const;
    QHash<QString, QVariant> changedValues() const;

    /// A text under the editor, red, and a red frame; empty removes both.
    void setError(const QString& key, const QString& text);

    void setReadOnly(const QString& key, bool readOnly);

    /// Dims a setting that cannot matter at present; the tooltip tells why. Empty: it matters.
    void setIrrelevant(const QString& key, const QString& reason);

    /// Leaves these fields out, whatever the filter: they are of something else than what is set here.
    void setLeftOut(const QSet<QString>& keys);

    /// Shows only the fields whose key, symbol (also spoken), name or help hold every word of the text, and
    /// only changed ones where `onlyChanged`. Sections with a hit open while there is a filter. Returns the
    /// fields shown.
    int filter(const QString& text, bool onlyChanged);
    bool isShown(const QString& key) const;

    QStringList collapsedSections() const;
    void setCollapsed(const QString& section, bool collapsed);

    /// Opens the section, and puts the focus on the editor.
    void reveal(const QString& key);

    QWidget* editor(const QString& key) const;

Q_SIGNALS:
    /// By the person, not by setValue().
    void edited(const QString& key, const QVariant& value);

    /// While a slider is being dragged; edited() follows when it is let go.
    void dragged(const QString& key, const QVariant& value);

    /// An editor got the focus.
    void focused(const QString& key);
    void sectionToggled(const QString& section, bool open);

private:
    void addRow(FormRow* row);
    FormRow* row(const QString& key) const;
    void showSections();
    bool matches(const FormRow& row) const;

    QList<FormField> m_fields;
    QHash<QString, FormRow*> m_rows;
    QList<FormSection*> m_sections;
    QSet<QString> m_leftOut;
    QStringList m_words;
    bool m_onlyChanged = false;
};

} // namespace fedcctr::widgets
