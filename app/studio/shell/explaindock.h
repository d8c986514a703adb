// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDockWidget>

class QTextBrowser;

namespace fedcctr::studio {

/// Says what the control in focus is: symbol, formula, range, what happens at both ends. A control without a
/// text of its own is explained by its tooltip. Before anything was explained it shows how to begin.
class ExplainDock : public QDockWidget {
    Q_OBJECT
public:
    explicit ExplainDock(QWidget* parent = nullptr);

    void explain(const QString& title, const QString& html);

Q_SIGNALS:
    /// A link of the text, e.g. "page:experiment".
    void linkClicked(const QUrl& link);

private:
    void explainFocus(QWidget* focused);
    void showBeginning();
    void write(const QString& html);
    void changeEvent(QEvent* event) override;

    QTextBrowser* m_text;
    QString m_html;
};

} // namespace fedcctr::studio
