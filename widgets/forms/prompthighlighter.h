// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRegularExpression>
#include <QSyntaxHighlighter>

namespace fedcctr::widgets {

/// Colours {{placeholders}} and, bold, {{#blocks}} in the theme's colours.
class PromptHighlighter : public QSyntaxHighlighter {
    Q_OBJECT
public:
    explicit PromptHighlighter(QTextDocument* document);

    /// After a change of the theme.
    void setPalette(const QPalette& palette);

protected:
    void highlightBlock(const QString& text) override;

private:
    QRegularExpression m_tag;
    QTextCharFormat m_placeholder;
    QTextCharFormat m_block;
};

} // namespace fedcctr::widgets
