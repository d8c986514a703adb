// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QList>
#include <QVariant>
#include <QWidget>

#include <optional>

class QLabel;
class QToolButton;
class QVBoxLayout;

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
    QString lowEnd = {}; ///< a word under either end of the slider; may be empty
    QString highEnd = {};
};

/// How a screen reader says a label: Greek letters and subscripts as words.
QString spoken(const FormField& field);

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
    /// What a row's colours, font and button say; they are set only when it changes, for that takes time.
    struct Look {
        bool changed = false;
        bool editable = true;
        bool relevant = true;
        bool wrong = false;
        QString base;

        bool operator==(const Look&) const = default;
    };
    struct Row {
        FormField field;
        QVariant base;
        QWidget* box = nullptr; ///< holds the others
        QLabel* label = nullptr;
        QWidget* editor = nullptr;
        QToolButton* reset = nullptr;
        QLabel* error = nullptr;
        QString irrelevant;
        std::optional<Look> look; ///< as shown
        bool shown = true;
    };
    struct Section {
        QString title;
        QToolButton* head = nullptr;
        QWidget* body = nullptr;
        bool collapsed = false; ///< as the person left it; a filter opens it for a while
    };

    static QString objectKey(const QString& key);
    QVBoxLayout* addSection(const QString& title);
    QWidget* makeRow(const FormField& field);
    void layOut(const Row& row);
    QWidget* sliderEnds(const FormField& field, QWidget* parent);
    QWidget* makeEditor(const FormField& field);
    QWidget* makeChoice(const FormField& field);
    QWidget* makeText(const FormField& field);
    QWidget* makeToggle(const FormField& field);
    QWidget* makeNumber(const FormField& field, const QString& name);
    void watchFocus(QWidget* widget, const QString& key);
    void wasEdited(const QString& key);
    void showState(Row& row);
    void paintRow(Row& row, const Look& look);
    void showSections();
    bool matches(const Row& row) const;
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

    QList<FormField> m_fields;
    Columns m_columns;
    int m_labelWidth = 0; ///< in wide forms
    QHash<QString, Row> m_rows;
    QList<Section> m_sections;
    QHash<const QObject*, QString> m_keys; ///< of the parts that take the focus
    QStringList m_words;
    bool m_onlyChanged = false;
    bool m_setting = false;
};

} // namespace fedcctr::widgets
