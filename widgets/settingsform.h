// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QList>
#include <QVariant>
#include <QWidget>

class QGridLayout;
class QLabel;
class QToolButton;

namespace fedcctr::widgets {

/// One setting as a form shows it.
struct FormField {
    enum class Type { Toggle, Integer, Number, Choice, Text };

    QString key; ///< "loss.lambda1"; the editor is called edit_loss_lambda1
    QString section; ///< fields of one section stand together under its title; empty: no title
    QString symbol; ///< "λ₁", may be empty
    QString label;
    QString unit;
    QString help;
    Type type = Type::Number;
    double least = 0;
    double most = 1;
    double step = 0.1;
    bool logarithmic = false;
    QStringList choices;
    QVariant fallback; ///< bool, qlonglong, double or QString
};

/// How a screen reader says a label: Greek letters and subscripts as words.
QString spoken(const FormField& field);

/// A form made from a list of fields: a label, an editor and a reset button each. A value that differs from
/// its base (default or preset) is bold and can be reset.
class SettingsForm : public QWidget {
    Q_OBJECT
public:
    explicit SettingsForm(const QList<FormField>& fields, QWidget* parent = nullptr);

    const QList<FormField>& fields() const { return m_fields; }
    QVariant value(const QString& key) const;

    /// Unknown keys are ignored: a form shows a part of the settings.
    void setValue(const QString& key, const QVariant& value);

    /// What values are compared with and reset to.
    void setBase(const QHash<QString, QVariant>& values);
    bool isChanged(const QString& key) const;
    QHash<QString, QVariant> changedValues() const;

    /// A text under the editor, red; empty removes it.
    void setError(const QString& key, const QString& text);

    void setReadOnly(const QString& key, bool readOnly);

Q_SIGNALS:
    /// By the person, not by setValue().
    void edited(const QString& key, const QVariant& value);

private:
    struct Row {
        FormField field;
        QVariant base;
        QLabel* label = nullptr;
        QWidget* editor = nullptr;
        QToolButton* reset = nullptr;
        QLabel* error = nullptr;
    };

    void addSection(QGridLayout* grid, const QString& title);
    void addRow(QGridLayout* grid, const FormField& field);
    QWidget* makeEditor(const FormField& field);
    QWidget* makeChoice(const FormField& field);
    QWidget* makeText(const FormField& field);
    QWidget* makeToggle(const FormField& field);
    QWidget* makeNumber(const FormField& field, const QString& name);
    void wasEdited(const QString& key);
    void showState(Row& row);
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

    QList<FormField> m_fields;
    QHash<QString, Row> m_rows;
    bool m_setting = false;
};

} // namespace fedcctr::widgets
