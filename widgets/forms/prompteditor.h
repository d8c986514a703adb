// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QWidget>

#include <functional>

class QLabel;
class QMenu;
class QPlainTextEdit;
class QToolButton;

namespace fedcctr::widgets {

/// A fault of a prompt, as its checker finds it.
struct PromptFault {
    int line = 0; ///< from 1
    int column = 0; ///< from 1, in characters
    int length = 0; ///< characters to underline
    QString message;
};

/// What may stand in a prompt.
struct PromptPlaceholder {
    QString path; ///< "item.title"; members of a list have the list's path before a dot
    bool isList = false;
    QString help;
};

/// An editor for prompts with {{placeholders}} and {{#blocks}}: colours them, underlines faults while the
/// person types and says under the text what is wrong and where, and offers the placeholders in a menu.
class PromptEditor : public QWidget {
    Q_OBJECT
public:
    using Checker = std::function<QList<PromptFault>(const QString&)>;

    /// `name` is the object name; the parts are called name_text, name_faults, name_insert and name_goto.
    PromptEditor(const QString& name, Checker checker, const QList<PromptPlaceholder>& placeholders,
        QWidget* parent = nullptr);

    QString text() const;

    /// Replaces everything as one step that the person can undo.
    void setText(const QString& text);

    /// The same, but there is nothing to undo: another prompt is shown.
    void showText(const QString& text);

    const QList<PromptFault>& faults() const { return m_faults; }

    /// The texts that are underlined now.
    QStringList underlined() const;

    void setSpokenName(const QString& name, const QString& help);
    QMenu* insertMenu() const { return m_menu; }

Q_SIGNALS:
    void textChanged();

protected:
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void buildMenu(const QList<PromptPlaceholder>& placeholders);
    void addInsertion(QMenu* menu, const QString& text, const QString& help);
    void insert(const QString& text);
    void check();
    void underline();
    void showFaults();
    void goToFault();
    void scrollToStart();

    Checker m_checker;
    QList<PromptFault> m_faults;
    bool m_isNew = true; ///< what is shown was not seen yet
    QPlainTextEdit* m_text;
    QLabel* m_message;
    QToolButton* m_goTo;
    QToolButton* m_insert;
    QMenu* m_menu;
};

} // namespace fedcctr::widgets
