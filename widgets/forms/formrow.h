// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/forms/formfield.h"

#include <QWidget>

#include <optional>

class QLabel;
class QToolButton;

namespace fedcctr::widgets {

/// One setting of a form: a label, an editor and a reset button. A value that differs from its base is bold
/// and can be reset to it.
class FormRow : public QWidget {
    Q_OBJECT
public:
    /// The label stands before the editor and is `labelWidth` pixels wide; 0: it stands above a slider.
    FormRow(const FormField& field, int labelWidth, QWidget* parent);

    const FormField& field() const { return m_field; }
    QWidget* editor() const { return m_editor; }
    QVariant value() const;
    void setValue(const QVariant& value);

    /// What the value is compared with and reset to.
    void setBase(const QVariant& base);
    bool isChanged() const;

    /// A text under the editor, red, and a red frame; empty removes both.
    void setError(const QString& text);
    void setReadOnly(bool readOnly);

    /// Dims it; the tooltip tells why it cannot matter. Empty: it matters.
    void setIrrelevant(const QString& reason);

    /// Its texts and its key hold every word.
    bool matches(const QStringList& words) const;

    /// As a filter left it, whether its section is open or not.
    bool isShown() const { return m_shown; }
    void setShown(bool shown);

Q_SIGNALS:
    /// By anybody.
    void changed();

    /// By the person.
    void edited();
    void dragged();
    void focused();

protected:
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

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

    QWidget* makeEditor();
    QWidget* makeNumber(const QString& name);
    void layOut(int labelWidth);
    QWidget* sliderEnds(int labelWidth);
    void watchFocus(QWidget* widget);
    void wasEdited();
    void reset();
    void updateLook();
    void paint(const Look& look);

    FormField m_field;
    QVariant m_base;
    QLabel* m_label;
    QWidget* m_editor = nullptr;
    QToolButton* m_reset = nullptr;
    QLabel* m_error = nullptr;
    QString m_irrelevant;
    std::optional<Look> m_look; ///< as shown
    bool m_shown = true;
    bool m_setting = false;
};

} // namespace fedcctr::widgets
