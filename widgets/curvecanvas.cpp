// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/curvecanvas.h"

#include "widgets/theme.h"

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

constexpr int kLabelSpace = 6; ///< between the axes and the labels
constexpr std::size_t kBandPoints = 500;
constexpr auto kBandLayer = "bands";
constexpr auto kOverlayLayer = "overlay";

/// Rounds are whole: no ticks between them.
class WholeTicker : public QCPAxisTicker {
protected:
    double getTickStep(const QCPRange& range) override
    {
        const double step = QCPAxisTicker::getTickStep(range);
        return step < 5 ? std::max(1.0, std::floor(step)) : step;
    }
    int getSubTickCount(double) override { return 0; }
};

Qt::PenStyle penStyle(LineStyle style)
{
    switch (style) {
    case LineStyle::Dashed:
        return Qt::DashLine;
    case LineStyle::Dotted:
        return Qt::DotLine;
    case LineStyle::DashDot:
        return Qt::DashDotLine;
    case LineStyle::Solid:
        break;
    }
    return Qt::SolidLine;
}

QSharedPointer<QCPGraphDataContainer> container(const std::vector<QPointF>& points)
{
    QVector<QCPGraphData> values;
    values.reserve(static_cast<qsizetype>(points.size()));
    for (const QPointF& point : points)
        values.append(QCPGraphData(point.x(), point.y()));
    auto data = QSharedPointer<QCPGraphDataContainer>::create();
    data->set(values, true);
    return data;
}

} // namespace

CurveCanvas::CurveCanvas(const CurveContent& content, QWidget* parent)
    : QCustomPlot(parent)
    , m_content(content)
{
    setLocale(QLocale());
    setInteraction(QCP::iRangeDrag);
    setNoAntialiasingOnDrag(true);
    setMouseTracking(true);
    xAxis->setTicker(QSharedPointer<WholeTicker>::create());
    for (QCPAxis* axis : {yAxis, yAxis2}) {
        axis->setNumberFormat(u"g"_s);
        axis->setNumberPrecision(4);
    }
    setUpLayers();
    connect(xAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, &CurveCanvas::userMoved);
    connect(yAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, &CurveCanvas::userMoved);
    connect(this, &QCustomPlot::afterLayout, this, [this] {
        placeLabels();
        placeMarkLabels();
    });
    connect(this, &QCustomPlot::itemClick, this, [this](QCPAbstractItem* item) {
        const auto found = std::ranges::find(m_labels, item, &Label::item);
        if (found != m_labels.end() && found->series >= 0)
            Q_EMIT labelClicked(found->series);
    });
    connect(this, &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) {
        if (axisRect()->rect().contains(event->position().toPoint()) && event->buttons() == Qt::NoButton)
            Q_EMIT hovered(xAxis->pixelToCoord(event->position().x()), event->position());
        else
            Q_EMIT hoverEnded();
    });
    rebuild();
}

void CurveCanvas::setUpLayers()
{
    // Intervals under the grid, so that the grid stays visible in them.
    addLayer(QLatin1String(kBandLayer), layer(u"background"_s));
    layer(QLatin1String(kOverlayLayer))->setMode(QCPLayer::lmBuffered);
}

QColor CurveCanvas::seriesColor(int index) const
{
    const ThemeColors& colors = themeColors(palette());
    return index < 0 ? colors.muted : colors.series[index % colors.series.size()];
}

QPen CurveCanvas::linePen(const QColor& color, LineStyle style) const
{
    // Exactly 1 is drawn as a cosmetic line, which is fast; wider ones only with fast polylines (see
    // applyColors).
    return QPen(color, bufferDevicePixelRatio() < 1.5 ? 1.0 : 1.5, penStyle(style));
}

void CurveCanvas::applyColors()
{
    const ThemeColors& colors = themeColors(palette());
    const QColor base = colors.palette.color(QPalette::Base);
    const QColor text = colors.palette.color(QPalette::Text);
    setPlottingHint(QCP::phFastPolylines, bufferDevicePixelRatio() >= 1.5);
    setBackground(base);
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.9);
    for (QCPAxis* axis : {xAxis, yAxis, yAxis2}) {
        axis->setBasePen(QPen(mixed(base, text, 0.5), 1));
        axis->setTickPen(QPen(mixed(base, text, 0.5), 1));
        axis->setSubTickPen(QPen(mixed(base, text, 0.3), 1));
        axis->setTickLabelColor(colors.muted);
        axis->setLabelColor(colors.muted);
        axis->setTickLabelFont(small);
        axis->setLabelFont(small);
        axis->setLabelPadding(2);
        axis->setTickLabelPadding(3);
        axis->grid()->setPen(QPen(mixed(base, text, 0.13), 1));
        axis->grid()->setZeroLinePen(Qt::NoPen);
        axis->setSubTicks(false);
    }
}

void CurveCanvas::rebuild()
{
    clearGraphs();
    clearItems();
    m_lines.clear();
    m_labels.clear();
    m_markLabels.clear();
    applyColors();
    xAxis->setLabel(m_content.xLabel);
    yAxis->setLabel(m_content.yLabel);
    yAxis2->setVisible(!m_content.rightLabel.isEmpty());
    yAxis2->setLabel(m_content.rightLabel);
    yAxis2->setRange(0, m_content.rightMost);
    yAxis2->grid()->setVisible(false);
    axisRect()->setRangeDragAxes({xAxis}, {yAxis});
    updateScale();

    addReferences();
    for (const CurveSeries& series : m_content.series)
        addLine(series);
    addMarks();
    for (std::size_t i = 0; i < m_content.series.size(); ++i)
        addLabel({static_cast<int>(i), 0, nullptr}, seriesColor(m_content.series[i].spec.color));
    for (std::size_t i = 0; i < m_content.references.size(); ++i)
        addLabel({-1, i, nullptr}, seriesColor(m_content.references[i].color));

    const QColor muted = themeColors(palette()).muted;
    m_empty = new QCPItemText(this);
    m_empty->position->setType(QCPItemPosition::ptAxisRectRatio);
    m_empty->position->setCoords(0.5, 0.5);
    m_empty->setColor(muted);
    m_empty->setFont(font());
    m_empty->setClipToAxisRect(false);
    m_crossX = new QCPItemStraightLine(this);
    m_crossY = new QCPItemStraightLine(this);
    for (QCPItemStraightLine* cross : {m_crossX, m_crossY}) {
        cross->setLayer(QLatin1String(kOverlayLayer));
        cross->setPen(QPen(muted, 1, Qt::DashLine));
        cross->setVisible(false);
    }
}

void CurveCanvas::addLine(const CurveSeries& series)
{
    const QColor color = seriesColor(series.spec.color);
    QCPAxis* valueAxis = series.spec.rightAxis ? yAxis2 : yAxis;
    Line line;
    if (series.hasBand()) {
        QColor fill = color;
        fill.setAlphaF(0.16F);
        line.low = addGraph(xAxis, valueAxis);
        line.high = addGraph(xAxis, valueAxis);
        for (QCPGraph* edge : {line.low, line.high}) {
            edge->setPen(Qt::NoPen);
            edge->setLayer(QLatin1String(kBandLayer));
            edge->setAntialiasedFill(false);
        }
        line.high->setBrush(fill);
        line.high->setChannelFillGraph(line.low);
    }
    if (m_content.smoothing > 0) {
        line.raw = addGraph(xAxis, valueAxis);
        line.raw->setPen(linePen(
            mixed(themeColors(palette()).palette.color(QPalette::Base), color, 0.35), LineStyle::Solid));
    }
    line.front = addGraph(xAxis, valueAxis);
    line.front->setPen(linePen(color, series.spec.line));
    // Smooth dashes take three times as long, and at this resolution they look no better.
    line.front->setAntialiased(series.spec.line == LineStyle::Solid || bufferDevicePixelRatio() < 1.5);
    m_lines.push_back(line);
}

void CurveCanvas::addReferences()
{
    for (const ReferenceLine& reference : m_content.references) {
        if (m_content.logY && reference.value <= 0)
            continue;
        auto* line = new QCPItemStraightLine(this);
        line->setLayer(u"grid"_s);
        line->setPen(linePen(
            mixed(themeColors(palette()).palette.color(QPalette::Base), seriesColor(reference.color), 0.8),
            reference.line));
        line->point1->setCoords(0, reference.value);
        line->point2->setCoords(1, reference.value);
    }
}

void CurveCanvas::addMarks()
{
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.85);
    for (const EventMark& mark : m_content.marks) {
        auto* line = new QCPItemStraightLine(this);
        line->setLayer(u"grid"_s);
        line->setPen(QPen(themeColors(palette()).muted, 1, Qt::DashDotDotLine));
        line->point1->setTypeX(QCPItemPosition::ptPlotCoords);
        line->point1->setTypeY(QCPItemPosition::ptAxisRectRatio);
        line->point2->setTypeX(QCPItemPosition::ptPlotCoords);
        line->point2->setTypeY(QCPItemPosition::ptAxisRectRatio);
        line->point1->setCoords(mark.x, 0);
        line->point2->setCoords(mark.x, 1);
        auto* text = new QCPItemText(this);
        text->position->setType(QCPItemPosition::ptAbsolute);
        text->setFont(small);
        text->setColor(themeColors(palette()).muted);
        text->setText(mark.label);
        text->setBrush(themeColors(palette()).palette.color(QPalette::Base));
        text->setClipToAxisRect(false);
        m_markLabels.push_back(text);
    }
}

void CurveCanvas::addLabel(Label label, const QColor& color)
{
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.9);
    label.item = new QCPItemText(this);
    label.item->setClipToAxisRect(false);
    label.item->position->setType(QCPItemPosition::ptAbsolute);
    label.item->setPositionAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    label.item->setTextAlignment(Qt::AlignLeft);
    label.item->setFont(small);
    label.item->setColor(color);
    m_labels.push_back(label);
}

void CurveCanvas::redraw(RefreshPriority priority)
{
    for (std::size_t i = 0; i < m_lines.size(); ++i)
        updateLine(m_content.series[i], m_lines[i]);
    m_empty->setText(m_content.emptyText);
    m_empty->setVisible(m_content.isEmpty() && !m_content.emptyText.isEmpty());
    updateRightMargin();
    replot(priority);
}

void CurveCanvas::updateLine(const CurveSeries& series, const Line& line)
{
    const QCPRange range = xAxis->range();
    const auto columns =
        static_cast<std::size_t>(std::max(50.0, axisRect()->width() * bufferDevicePixelRatio()));
    const auto draw = [&](QCPGraph* graph, const std::vector<double>& x, const std::vector<double>& y) {
        if (!graph)
            return;
        graph->setVisible(series.visible);
        if (series.visible)
            graph->setData(container(thinned(x, y, range.lower, range.upper, columns)));
    };
    draw(line.front, series.x(), series.shown());
    draw(line.raw, series.x(), series.y());
    for (QCPGraph* edge : {line.low, line.high}) {
        if (!edge)
            continue;
        edge->setVisible(series.visible);
        const std::vector<double>& values = edge == line.low ? series.low() : series.high();
        edge->setData(container(
            thinned(series.bandX(), values, range.lower, range.upper, kBandPoints / 2, kBandPoints)));
    }
}

void CurveCanvas::updateScale()
{
    const bool isLog = yAxis->scaleType() == QCPAxis::stLogarithmic;
    if (isLog == m_content.logY)
        return;
    m_settingRange = true;
    yAxis->setScaleType(m_content.logY ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    if (m_content.logY)
        yAxis->setTicker(QSharedPointer<QCPAxisTickerLog>::create());
    else
        yAxis->setTicker(QSharedPointer<QCPAxisTicker>::create());
    yAxis->setRange(fittedY());
    m_settingRange = false;
}

QCPRange CurveCanvas::fittedX() const
{
    double first = std::numeric_limits<double>::infinity();
    double last = -first;
    for (const CurveSeries& series : m_content.series) {
        if (series.isEmpty())
            continue;
        first = std::min(first, series.x().front());
        last = std::max(last, series.x().back());
    }
    if (last < first)
        return {0, 10};
    for (const EventMark& mark : m_content.marks)
        last = std::max(last, mark.x);
    return {std::min(first, last - 1), std::max(last, first + 1)};
}

QCPRange CurveCanvas::fittedY() const
{
    const bool logY = m_content.logY;
    double least = std::numeric_limits<double>::infinity();
    double most = -least;
    const auto include = [&](double low, double high) {
        if (high < low || (logY && low <= 0))
            return;
        least = std::min(least, low);
        most = std::max(most, high);
    };
    for (const CurveSeries& series : m_content.series)
        if (series.visible && !series.spec.rightAxis)
            include(logY ? series.leastPositive() : series.least(), series.most());
    for (const ReferenceLine& reference : m_content.references)
        include(reference.value, reference.value);
    if (most < least)
        return logY ? QCPRange(0.1, 10) : QCPRange(0, 1);
    if (logY)
        return {least / 1.2, most * 1.2};
    const bool fromZero = m_content.fromZero && least >= 0;
    const double bottom = fromZero ? 0 : least;
    const double margin = (most > bottom ? most - bottom : std::max(1e-9, std::abs(most))) * 0.07;
    return {fromZero ? 0 : bottom - margin, most + margin};
}

void CurveCanvas::fit()
{
    m_settingRange = true;
    xAxis->setRange(fittedX());
    yAxis->setRange(fittedY());
    m_settingRange = false;
}

void CurveCanvas::pan(double shareX, double shareY)
{
    const auto shift = [](QCPAxis* axis, double share) {
        const QCPRange range = axis->range();
        if (axis->scaleType() == QCPAxis::stLogarithmic) {
            const double factor = std::pow(range.upper / range.lower, share);
            axis->setRange(range.lower * factor, range.upper * factor);
        } else {
            axis->moveRange(range.size() * share);
        }
    };
    if (shareX != 0)
        shift(xAxis, shareX);
    if (shareY != 0)
        shift(yAxis, shareY);
    redraw(rpQueuedReplot);
}

void CurveCanvas::zoom(double factor, const QPointF& center, Qt::Orientations directions)
{
    if (directions & Qt::Horizontal)
        xAxis->scaleRange(factor, xAxis->pixelToCoord(center.x()));
    if (directions & Qt::Vertical)
        yAxis->scaleRange(factor, yAxis->pixelToCoord(center.y()));
    redraw(rpQueuedReplot);
}

void CurveCanvas::userMoved()
{
    if (!m_settingRange)
        Q_EMIT viewChangedByUser();
}

void CurveCanvas::setPictureTitle(const QString& title)
{
    if (plotLayout()->rowCount() > 1)
        return;
    QFont bold = font();
    bold.setBold(true);
    auto* element = new QCPTextElement(this, title, bold);
    element->setTextColor(themeColors(palette()).palette.color(QPalette::Text));
    element->setMargins(QMargins(4, 6, 4, 2));
    plotLayout()->insertRow(0);
    plotLayout()->addElement(0, 0, element);
}

QString CurveCanvas::labelText(const Label& label) const
{
    if (label.series < 0)
        return m_content.references[label.reference].label;
    const CurveSeries& series = m_content.series[static_cast<std::size_t>(label.series)];
    return series.spec.label.isEmpty() ? series.spec.name : series.spec.label;
}

std::optional<double> CurveCanvas::labelValue(const Label& label) const
{
    if (label.series < 0) {
        const double value = m_content.references[label.reference].value;
        return m_content.logY && value <= 0 ? std::nullopt : std::optional(value);
    }
    const CurveSeries& series = m_content.series[static_cast<std::size_t>(label.series)];
    for (std::ptrdiff_t i = series.indexAt(xAxis->range().upper); i >= 0; --i) {
        const double value = series.shown()[static_cast<std::size_t>(i)];
        if (std::isfinite(value) && !(m_content.logY && !series.spec.rightAxis && value <= 0))
            return value;
    }
    return std::nullopt;
}

int CurveCanvas::rightAxisWidth() const
{
    if (!yAxis2->visible())
        return 0;
    const QFontMetrics ticks(yAxis2->tickLabelFont());
    const QFontMetrics name(yAxis2->labelFont());
    return ticks.horizontalAdvance(locale().toString(m_content.rightMost)) + name.height() + 14;
}

void CurveCanvas::updateRightMargin()
{
    int widest = 0;
    for (const Label& label : m_labels)
        widest = std::max(widest, QFontMetrics(label.item->font()).horizontalAdvance(labelText(label)));
    widest = std::min(widest, static_cast<int>(viewport().width() * 0.4));
    axisRect()->setAutoMargins(QCP::msLeft | QCP::msTop | QCP::msBottom);
    axisRect()->setMinimumMargins(QMargins(0, 8, 0, 0));
    QMargins margins = axisRect()->margins();
    margins.setRight(widest + 2 * kLabelSpace + rightAxisWidth());
    axisRect()->setMargins(margins);
}

void CurveCanvas::placeLabels()
{
    const QRect area = axisRect()->rect();
    std::vector<double> wished;
    std::vector<Label*> shown;
    for (Label& label : m_labels) {
        const std::optional<double> value = labelValue(label);
        const bool right =
            label.series >= 0 && m_content.series[static_cast<std::size_t>(label.series)].spec.rightAxis;
        const QCPAxis* axis = right ? yAxis2 : yAxis;
        label.item->setVisible(value && axis->range().contains(*value));
        if (!label.item->visible())
            continue;
        wished.push_back(axis->coordToPixel(*value));
        shown.push_back(&label);
    }
    if (shown.empty())
        return;
    const QFontMetrics metrics(shown.front()->item->font());
    const int start = area.right() + kLabelSpace + rightAxisWidth();
    const double half = metrics.height() / 2.0;
    const std::vector<double> placed = spreadOut(wished, std::max(12, metrics.height() - 1),
        viewport().top() + half, std::max<double>(area.bottom() + half, viewport().top() + half));
    for (std::size_t i = 0; i < shown.size(); ++i) {
        QCPItemText* item = shown[i]->item;
        item->setText(metrics.elidedText(labelText(*shown[i]), Qt::ElideRight, viewport().right() - start));
        item->position->setCoords(start, placed[i]);
        QFont font = item->font();
        font.setStrikeOut(
            shown[i]->series >= 0 && !m_content.series[static_cast<std::size_t>(shown[i]->series)].visible);
        item->setFont(font);
    }
}

void CurveCanvas::placeMarkLabels()
{
    const QRect area = axisRect()->rect();
    int free = area.left();
    for (std::size_t i = 0; i < m_markLabels.size(); ++i) {
        QCPItemText* item = m_markLabels[i];
        const EventMark& mark = m_content.marks[i];
        const double x = xAxis->coordToPixel(mark.x);
        const int width = QFontMetrics(item->font()).horizontalAdvance(mark.label) + 6;
        const bool leftwards = x + width > area.right();
        const double start = leftwards ? x - width : x;
        // A mark whose text finds no room keeps its line; the read-out has the text.
        item->setVisible(x >= area.left() && x <= area.right() + 1 && start >= free);
        if (!item->visible())
            continue;
        item->setPositionAlignment((leftwards ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignTop);
        item->position->setCoords(x + (leftwards ? -3 : 3), area.top() + 1);
        free = static_cast<int>(start) + width;
    }
}

QList<QPair<QString, QRectF>> CurveCanvas::labelRects() const
{
    QList<QPair<QString, QRectF>> rects;
    for (const Label& label : m_labels) {
        if (!label.item->visible())
            continue;
        const QRect text = QFontMetrics(label.item->font()).boundingRect(label.item->text());
        QRectF rect(0, 0, text.width(), text.height());
        rect.moveLeft(label.item->position->pixelPosition().x());
        rect.moveTop(label.item->position->pixelPosition().y() - rect.height() / 2);
        rects.append({label.item->text(), rect});
    }
    return rects;
}

void CurveCanvas::showCrossHair(double x, std::optional<double> pixelY)
{
    m_crossX->point1->setCoords(x, 0);
    m_crossX->point2->setCoords(x, 1);
    m_crossX->point1->setTypeY(QCPItemPosition::ptAxisRectRatio);
    m_crossX->point2->setTypeY(QCPItemPosition::ptAxisRectRatio);
    m_crossX->setVisible(!m_content.isEmpty());
    m_crossY->setVisible(pixelY && !m_content.isEmpty());
    if (pixelY) {
        const double y = yAxis->pixelToCoord(*pixelY);
        m_crossY->point1->setCoords(0, y);
        m_crossY->point2->setCoords(1, y);
    }
    layer(QLatin1String(kOverlayLayer))->replot();
}

void CurveCanvas::hideCrossHair()
{
    if (!m_crossX->visible() && !m_crossY->visible())
        return;
    m_crossX->setVisible(false);
    m_crossY->setVisible(false);
    layer(QLatin1String(kOverlayLayer))->replot();
}

void CurveCanvas::wheelEvent(QWheelEvent* event)
{
    // A plain wheel scrolls the page.
    if (!(event->modifiers() & Qt::ControlModifier)) {
        event->ignore();
        return;
    }
    const int steps = event->angleDelta().y() != 0 ? event->angleDelta().y() : event->angleDelta().x();
    const Qt::Orientations directions =
        event->modifiers() & Qt::ShiftModifier ? Qt::Horizontal : Qt::Horizontal | Qt::Vertical;
    zoom(std::pow(0.85, steps / 120.0), event->position(), directions);
    event->accept();
}

void CurveCanvas::leaveEvent(QEvent* event)
{
    QCustomPlot::leaveEvent(event);
    Q_EMIT hoverEnded();
}

} // namespace fedcctr::widgets
