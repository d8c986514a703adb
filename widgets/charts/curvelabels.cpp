// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/curvelabels.h"

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

constexpr int kSpace = 6; ///< between the axes and the labels
constexpr int kSample = 22; ///< length of a legend's piece of line

} // namespace

void CurveLabels::addSeries(std::size_t series, const QColor& color, const QPen& pen)
{
    add({static_cast<int>(series), 0, nullptr, nullptr}, color,
        m_content.series[series].spec.connected ? pen : QPen(Qt::NoPen));
}

void CurveLabels::addReference(std::size_t reference, const QColor& color, const QPen& pen)
{
    add({-1, reference, nullptr, nullptr}, color, pen);
}

void CurveLabels::add(Label label, const QColor& color, const QPen& pen)
{
    QFont small = m_plot.font();
    small.setPointSizeF(small.pointSizeF() * 0.9);
    label.text = new QCPItemText(&m_plot);
    label.text->setClipToAxisRect(false);
    label.text->position->setType(QCPItemPosition::ptAbsolute);
    label.text->setPositionAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    label.text->setTextAlignment(Qt::AlignLeft);
    label.text->setFont(small);
    label.text->setColor(color);
    label.sample = new QCPItemLine(&m_plot);
    label.sample->setClipToAxisRect(false);
    label.sample->start->setType(QCPItemPosition::ptAbsolute);
    label.sample->end->setType(QCPItemPosition::ptAbsolute);
    label.sample->setPen(pen);
    label.sample->setVisible(false);
    m_labels.push_back(label);
}

void CurveLabels::finish()
{
    m_legend = m_content.wantsLegend();
    m_more = nullptr;
    if (!m_legend || m_labels.empty())
        return;
    m_more = new QCPItemText(&m_plot);
    m_more->setClipToAxisRect(false);
    m_more->position->setType(QCPItemPosition::ptAbsolute);
    m_more->setPositionAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_more->setFont(m_labels.front().text->font());
    m_more->setColor(m_plot.xAxis->labelColor());
    m_more->setVisible(false);
}

const CurveSeries* CurveLabels::seriesOf(const Label& label) const
{
    return label.series < 0 ? nullptr : &m_content.series[static_cast<std::size_t>(label.series)];
}

QString CurveLabels::textOf(const Label& label) const
{
    const CurveSeries* series = seriesOf(label);
    if (!series)
        return m_content.references[label.reference].label;
    const QString name = series->spec.label.isEmpty() ? series->spec.name : series->spec.label;
    const QString sign = markerSign(series->spec.marker);
    return sign.isEmpty() ? name : sign + u' ' + name;
}

std::optional<double> CurveLabels::valueOf(const Label& label) const
{
    const CurveSeries* series = seriesOf(label);
    if (!series) {
        const double value = m_content.references[label.reference].value;
        return m_content.logY && value <= 0 ? std::nullopt : std::optional(value);
    }
    for (std::ptrdiff_t i = series->indexAt(m_plot.xAxis->range().upper); i >= 0; --i) {
        const double value = series->shown()[static_cast<std::size_t>(i)];
        if (std::isfinite(value) && !(m_content.logY && !series->spec.rightAxis && value <= 0))
            return value;
    }
    return std::nullopt;
}

int CurveLabels::width() const
{
    int widest = 0;
    for (const Label& label : m_labels)
        widest = std::max(widest, QFontMetrics(label.text->font()).horizontalAdvance(textOf(label)));
    if (m_legend)
        widest += kSample + kSpace;
    return std::min(widest, static_cast<int>(m_plot.viewport().width() * 0.4)) + 2 * kSpace;
}

void CurveLabels::place(int axesWidth)
{
    const int start = m_plot.axisRect()->rect().right() + kSpace + axesWidth;
    if (m_legend)
        placeAsLegend(start);
    else
        placeAtEnds(start);
}

void CurveLabels::write(const Label& label, double x, double y) const
{
    const QFontMetrics metrics(label.text->font());
    label.text->setText(
        metrics.elidedText(textOf(label), Qt::ElideRight, m_plot.viewport().right() - static_cast<int>(x)));
    label.text->position->setCoords(x, y);
    QFont font = label.text->font();
    const CurveSeries* series = seriesOf(label);
    font.setStrikeOut(series && !series->visible);
    label.text->setFont(font);
}

void CurveLabels::placeAtEnds(int start)
{
    std::vector<double> wished;
    std::vector<const Label*> shown;
    for (const Label& label : m_labels) {
        const std::optional<double> value = valueOf(label);
        const CurveSeries* series = seriesOf(label);
        const QCPAxis* axis = series && series->spec.rightAxis ? m_plot.yAxis2 : m_plot.yAxis;
        label.text->setVisible(value && axis->range().contains(*value));
        if (!label.text->visible())
            continue;
        wished.push_back(axis->coordToPixel(*value));
        shown.push_back(&label);
    }
    if (shown.empty())
        return;
    const QRect area = m_plot.axisRect()->rect();
    const QFontMetrics metrics(shown.front()->text->font());
    const double half = metrics.height() / 2.0;
    const double top = m_plot.viewport().top() + half;
    const std::vector<double> placed = spreadOut(
        wished, std::max(12, metrics.height() - 1), top, std::max<double>(area.bottom() + half, top));
    for (std::size_t i = 0; i < shown.size(); ++i)
        write(*shown[i], start, placed[i]);
}

void CurveLabels::placeAsLegend(int start)
{
    if (m_labels.empty())
        return;
    const QFontMetrics metrics(m_labels.front().text->font());
    const double step = std::max(12, metrics.height());
    const double top = m_plot.axisRect()->rect().top() + step / 2;
    const double room = m_plot.viewport().bottom() - m_plot.axisRect()->rect().top();
    const auto rows = std::max<std::size_t>(1, static_cast<std::size_t>(std::max(0.0, room / step)));
    const std::size_t fitting = m_labels.size() <= rows ? m_labels.size() : rows - 1;
    for (std::size_t i = 0; i < m_labels.size(); ++i) {
        const Label& label = m_labels[i];
        const bool fits = i < fitting;
        label.text->setVisible(fits);
        label.sample->setVisible(fits && label.sample->pen().style() != Qt::NoPen);
        if (!fits)
            continue;
        const double y = top + static_cast<double>(i) * step;
        label.sample->start->setCoords(start, y);
        label.sample->end->setCoords(start + kSample, y);
        write(label, start + kSample + kSpace, y);
    }
    m_more->setVisible(fitting < m_labels.size());
    m_more->setText(QObject::tr("+ %1 more…").arg(m_labels.size() - fitting));
    m_more->position->setCoords(start, top + static_cast<double>(fitting) * step);
}

QRectF CurveLabels::rectOf(const QCPItemText& item) const
{
    const QRect text = QFontMetrics(item.font()).boundingRect(item.text());
    QRectF rect(0, 0, text.width(), text.height());
    rect.moveLeft(item.position->pixelPosition().x());
    rect.moveTop(item.position->pixelPosition().y() - rect.height() / 2);
    return rect;
}

QList<QPair<QString, QRectF>> CurveLabels::rects() const
{
    QList<QPair<QString, QRectF>> found;
    for (const Label& label : m_labels)
        if (label.text->visible())
            found.append({label.text->text(), rectOf(*label.text)});
    return found;
}

int CurveLabels::seriesAt(const QPointF& position) const
{
    for (const Label& label : m_labels) {
        const double left = label.sample->visible() ? kSample + kSpace : 0;
        if (label.text->visible() && rectOf(*label.text).adjusted(-left - 2, 0, 2, 0).contains(position))
            return label.series;
    }
    return -1;
}

bool CurveLabels::isMoreAt(const QPointF& position) const
{
    return m_more && m_more->visible() && rectOf(*m_more).adjusted(-2, 0, 2, 0).contains(position);
}

} // namespace fedcctr::widgets
