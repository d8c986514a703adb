// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/prompthighlighter.h"

#include "widgets/theme.h"

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

PromptHighlighter::PromptHighlighter(QTextDocument* document)
    : QSyntaxHighlighter(document)
    // "{{{{" stands for two braces and is text.
    , m_tag(u"\\{\\{\\{\\{|\\{\\{\\s*([#/]?)(else\\b)?[^{}]*\\}\\}"_s)
{
}

void PromptHighlighter::setPalette(const QPalette& palette)
{
    const ThemeColors& colors = themeColors(palette);
    m_placeholder.setForeground(colors.series[0]);
    m_block.setForeground(colors.series[5]);
    m_block.setFontWeight(QFont::Bold);
    rehighlight();
}

void PromptHighlighter::highlightBlock(const QString& text)
{
    for (auto matches = m_tag.globalMatch(text); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        if (!match.captured(0).endsWith(u'}'))
            continue;
        const bool block = match.capturedLength(1) > 0 || match.capturedLength(2) > 0;
        setFormat(static_cast<int>(match.capturedStart(0)), static_cast<int>(match.capturedLength(0)),
            block ? m_block : m_placeholder);
    }
}

} // namespace fedcctr::widgets
