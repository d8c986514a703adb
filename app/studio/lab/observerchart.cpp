// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/lab/observerchart.h"

#include "app/studio/common/picturepane.h"
#include "app/studio/lab/labknobs.h"
#include "widgets/theme.h"

#include <QPainterPath>

#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::ThemeColors;

namespace {

constexpr int kPeople = 20;
constexpr double kMargin = 8;

/// Head and shoulders in a rectangle.
QPainterPath person(const QRectF& box)
{
    QPainterPath path;
    const double head = box.width() * 0.24;
    path.addEllipse(QPointF(box.center().x(), box.top() + head + 0.5), head, head);
    const QRectF body(box.left() + box.width() * 0.12, box.top() + 2.3 * head, box.width() * 0.76,
        2 * (box.height() - 2.3 * head));
    path.moveTo(body.right(), body.center().y());
    path.arcTo(body, 0, 180);
    path.closeSubpath();
    return path;
}

/// Draws wrapped text; returns the height that it took.
double paintText(QPainter& painter, const QString& text, double top, double width)
{
    const QRectF room(kMargin, top, width - 2 * kMargin, 1e4);
    QRectF used;
    painter.drawText(room, Qt::TextWordWrap | Qt::AlignLeft | Qt::AlignTop, text, &used);
    return used.height();
}

} // namespace

ObserverChart::ObserverChart(const QString& name, QWidget* parent)
    : Chart(name, parent)
{
    m_pane = new PicturePane(
        name + u"_pane"_s,
        [this](QPainter& painter, const QSizeF& size) {
            paintPicture(painter, size, widgets::themeColors(palette()), false);
        },
        this);
    setBody(m_pane);
}

int ObserverChart::filled(const Belief& belief)
{
    return static_cast<int>(std::lround(kPeople * belief.posterior));
}

QString ObserverChart::sentence(const Belief& belief)
{
    const double percent = 100 * belief.posterior;
    const QString after = percent > 99.5
        ? tr("Guess before: 50 %. After: as good as certain (over 99 %)")
        : tr("Guess before: 50 %. After: at most %1 %").arg(labNumber(std::round(percent)));
    return belief.attack.isEmpty() ? after + u'.' : u"%1; %2."_s.arg(after, belief.attack);
}

void ObserverChart::setBeliefs(const QString& question, const QList<Belief>& beliefs)
{
    m_question = question;
    m_beliefs = beliefs;
    QStringList spoken{question};
    for (const Belief& belief : beliefs)
        spoken.append(sentence(belief) + u' ' + belief.epsilon);
    setAccessibleDescription(spoken.join(u' '));
    m_pane->setToolTip(spoken.join(u'\n'));
    m_pane->update();
}

void ObserverChart::paintPicture(
    QPainter& painter, const QSizeF& size, const ThemeColors& colors, bool withTitle) const
{
    double top = kMargin / 2;
    painter.setPen(colors.palette.color(QPalette::Text));
    QFont bold = pictureFont(font());
    bold.setBold(true);
    painter.setFont(bold);
    if (withTitle)
        top += paintText(painter, title(), top, size.width()) + kMargin / 2;
    top += paintText(painter, m_question, top, size.width()) + kMargin / 2;
    for (const Belief& belief : m_beliefs)
        top = paintBelief(painter, belief, top, size.width(), colors);
}

double ObserverChart::paintBelief(
    QPainter& painter, const Belief& belief, double top, double width, const ThemeColors& colors) const
{
    const QColor text = belief.pending ? colors.muted : colors.palette.color(QPalette::Text);
    painter.setPen(text);
    painter.setFont(pictureFont(font()));
    top += paintText(painter, sentence(belief), top, width) + 2;
    const double em = QFontInfo(font()).pixelSize();
    const double side = std::min((width - 2 * kMargin) / kPeople, 1.8 * em);
    const QColor color = belief.pending ? colors.muted : colors.series.at(belief.warning ? 1 : 0);
    for (int i = 0; i < kPeople; ++i) {
        painter.setPen(QPen(i < filled(belief) ? color : colors.muted, 1));
        painter.setBrush(i < filled(belief) ? QBrush(color) : QBrush(Qt::NoBrush));
        painter.drawPath(person({kMargin + i * side + 1, top, side - 2, side * 1.1}));
    }
    painter.setBrush(Qt::NoBrush);
    top += side * 1.1 + 3;
    painter.setPen(belief.pending ? colors.muted : text);
    painter.setFont(pictureFont(font(), 0.92));
    QString below = tr("under %1").arg(belief.epsilon);
    if (!belief.remark.isEmpty())
        below += u". "_s + belief.remark;
    return top + paintText(painter, below, top, width) + kMargin;
}

widgets::ChartTable ObserverChart::table() const
{
    widgets::ChartTable table{
        {tr("guarantee"), tr("before"), tr("after, at most"), tr("best attack"), tr("remark")}, {}};
    for (const Belief& belief : m_beliefs)
        table.rows.append({belief.epsilon, u"0.5"_s, QString::number(belief.posterior, 'g', 6), belief.attack,
            belief.remark});
    return table;
}

QSize ObserverChart::minimumSizeHint() const
{
    const int em = fontMetrics().height();
    return {em * 20, em * 15};
}

} // namespace fedcctr::studio
