// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/shell/explaindock.h"

#include "app/studio/shell/navigation.h"

#include <QApplication>
#include <QEvent>
#include <QTextBrowser>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

/// What a screen reader would say of it, and its tooltip: every control has both.
QString describe(const QWidget* control)
{
    const QString tip = control->toolTip();
    if (tip.isEmpty())
        return {};
    const QString name = control->accessibleName();
    const QString text = Qt::mightBeRichText(tip) ? tip : tip.toHtmlEscaped().replace(u'\n', u"<br>"_s);
    return (name.isEmpty() ? QString() : u"<h3>%1</h3>"_s.arg(name.toHtmlEscaped()))
        + u"<p>%1</p>"_s.arg(text);
}

} // namespace

ExplainDock::ExplainDock(QWidget* parent)
    : QDockWidget(tr("Explain"), parent)
    , m_text(new QTextBrowser(this))
{
    setObjectName(u"dock_explain"_s);
    setAllowedAreas(Qt::LeftDockWidgetArea | Qt::RightDockWidgetArea);
    m_text->setObjectName(u"text_explain"_s);
    m_text->setAccessibleName(tr("Explanation of the control in focus"));
    m_text->setToolTip(tr("What the control in focus means (F1 shows and hides this)"));
    m_text->setOpenLinks(false);
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setMinimumWidth(fontMetrics().averageCharWidth() * 12);
    setWidget(m_text);
    connect(m_text, &QTextBrowser::anchorClicked, this, &ExplainDock::linkClicked);
    connect(qApp, &QApplication::focusChanged, this,
        [this](QWidget* /*old*/, QWidget* focused) { explainFocus(focused); });
    showBeginning();
}

void ExplainDock::explain(const QString& title, const QString& html)
{
    write(u"<h3>%1</h3>%2"_s.arg(title.toHtmlEscaped(), html));
}

void ExplainDock::write(const QString& html)
{
    m_html = html;
    m_text->setHtml(html);
}

/// A document keeps the colours of its links from the palette that it was made under.
void ExplainDock::changeEvent(QEvent* event)
{
    QDockWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        m_text->setHtml(m_html);
}

void ExplainDock::explainFocus(QWidget* focused)
{
    // The list of pages explains itself; what stands here is of more use.
    if (!focused || isAncestorOf(focused) || focused->window() != window() || !isVisible()
        || qobject_cast<Navigation*>(focused))
        return;
    const QString html = describe(focused);
    if (!html.isEmpty())
        write(html);
}

void ExplainDock::showBeginning()
{
    write(tr(
        "<h3>Begin here</h3><ol>"
        "<li><a href=\"action:demo\">Make the demo dataset</a>: made-up readers and film-goers with known "
        "tastes.</li>"
        "<li><a href=\"action:quick\">Queue the quick run</a>: a small model under AdaLDP, about a "
        "minute.</li>"
        "<li><a href=\"action:train\">Watch it</a>: NDCG climbs while the privacy budget is spent.</li></ol>"
        "<p>Then <a href=\"action:guide\">the first experiment</a> leads to a privacy-utility plot in five "
        "minutes.</p>"
        "<p>Whatever you click or tab to is explained here.</p>"));
}

} // namespace fedcctr::studio
