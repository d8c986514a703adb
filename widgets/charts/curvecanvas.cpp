// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/curvecanvas.h"

#include "widgets/charts/curveaxes.h"
#include "widgets/theme.h"

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

constexpr auto kOverlayLayer = "overlay";

} // namespace

CurveCanvas::CurveCanvas(const CurveContent& content, QWidget* parent)
    : QCustomPlot(parent)
    , m_content(content)
    , m_lines(*this, content)
    , m_labels(*this, content)
{
    setLocale(QLocale());
    setInteraction(QCP::iRangeDrag);
    setNoAntialiasingOnDrag(true);
    setMouseTracking(true);
    for (QCPAxis* axis : {xAxis, yAxis, yAxis2}) {
        axis->setNumberFormat(u"g"_s);
        axis->setNumberPrecision(4);
    }
    setUpLayers();
    connect(xAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, &CurveCanvas::userMoved);
    connect(yAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, &CurveCanvas::userMoved);
    connect(this, &QCustomPlot::afterLayout, this, [this] {
        m_labels.place(rightAxisWidth());
        placeMarks();
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
    addLayer(QLatin1String(CurveLines::kBandLayer), layer(u"background"_s));
    layer(QLatin1String(kOverlayLayer))->setMode(QCPLayer::lmBuffered);
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

void CurveCanvas::outdate()
{
    m_isOutdated = true;
    m_lines.clear();
    m_labels.clear();
    m_markLines.clear();
    m_markLabels.clear();
}

void CurveCanvas::rebuild()
{
    outdate();
    m_isOutdated = false;
    // Error bars are plottables, but no graphs.
    clearPlottables();
    clearItems();
    applyColors();
    xAxis->setLabel(m_content.shownXLabel());
    yAxis->setLabel(m_content.yLabel);
    yAxis2->setVisible(!m_content.rightLabel.isEmpty());
    yAxis2->setLabel(m_content.rightLabel);
    yAxis2->setRange(0, m_content.rightMost);
    yAxis2->grid()->setVisible(false);
    axisRect()->setRangeDragAxes({xAxis}, {yAxis});
    updateScales();

    addReferences();
    m_lines.rebuild();
    addMarks();
    for (std::size_t i = 0; i < m_content.series.size(); ++i) {
        const SeriesSpec& spec = m_content.series[i].spec;
        const QColor color = m_lines.colorOf(spec);
        m_labels.addSeries(
            i, spec.background ? themeColors(palette()).muted : color, m_lines.pen(color, spec.line));
    }
    for (std::size_t i = 0; i < m_content.references.size(); ++i) {
        const ReferenceLine& reference = m_content.references[i];
        m_labels.addReference(
            i, m_lines.color(reference.color), m_lines.pen(m_lines.color(reference.color), reference.line));
    }
    m_labels.finish();

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

void CurveCanvas::addReferences()
{
    for (const ReferenceLine& reference : m_content.references) {
        if (m_content.logY && reference.value <= 0)
            continue;
        auto* line = new QCPItemStraightLine(this);
        line->setLayer(u"grid"_s);
        line->setPen(m_lines.pen(
            mixed(themeColors(palette()).palette.color(QPalette::Base), m_lines.color(reference.color), 0.8),
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
        m_markLines.push_back(line);
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

void CurveCanvas::redraw(RefreshPriority priority)
{
    if (m_isOutdated)
        rebuild();
    m_lines.update();
    m_empty->setText(m_content.emptyText);
    m_empty->setVisible(m_content.isEmpty() && !m_content.emptyText.isEmpty());
    updateRightMargin();
    replot(priority);
    // How much room there is, is known when the layout stands.
    if (updateTickCounts())
        replot(priority);
}

/// As many as there is room for beside each other: a number takes some eight characters. True if that is
/// news.
bool CurveCanvas::updateTickCounts()
{
    constexpr int kMostTicks = 5;
    const QFontMetrics metrics(xAxis->tickLabelFont());
    const int columns = axisRect()->width() / (8 * metrics.averageCharWidth());
    const int rows = axisRect()->height() / (2 * metrics.height());
    const std::pair counts(std::clamp(columns, 2, kMostTicks), std::clamp(rows, 2, kMostTicks));
    const std::pair before(xAxis->ticker()->tickCount(), yAxis->ticker()->tickCount());
    xAxis->ticker()->setTickCount(counts.first);
    yAxis->ticker()->setTickCount(counts.second);
    return counts != before;
}

void CurveCanvas::updateScales()
{
    m_settingRange = true;
    if (const std::pair wanted(m_content.shownXKind(), m_content.logX); m_xScale != wanted) {
        m_xScale = wanted;
        xAxis->setScaleType(m_content.logX ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
        xAxis->setTicker(tickerFor(wanted.first, m_content.logX));
        xAxis->setRange(fittedX(m_content));
    }
    const bool isLog = yAxis->scaleType() == QCPAxis::stLogarithmic;
    if (isLog != m_content.logY) {
        yAxis->setScaleType(m_content.logY ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
        yAxis->setTicker(tickerFor(XKind::Number, m_content.logY));
        yAxis->setRange(fittedY(m_content));
    }
    m_settingRange = false;
}

void CurveCanvas::fit()
{
    if (m_isOutdated)
        rebuild();
    m_settingRange = true;
    xAxis->setRange(fittedX(m_content));
    yAxis->setRange(fittedY(m_content));
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
    axisRect()->setAutoMargins(QCP::msLeft | QCP::msTop | QCP::msBottom);
    axisRect()->setMinimumMargins(QMargins(0, 8, 0, 0));
    QMargins margins = axisRect()->margins();
    margins.setRight(m_labels.width() + rightAxisWidth());
    axisRect()->setMargins(margins);
}

void CurveCanvas::placeMarks()
{
    const QRect area = axisRect()->rect();
    int free = area.left();
    for (std::size_t i = 0; i < m_markLabels.size(); ++i) {
        QCPItemText* item = m_markLabels[i];
        const EventMark& mark = m_content.marks[i];
        const std::optional<double> drawn = m_content.drawnX(mark.x);
        const double at = drawn.value_or(0);
        m_markLines[i]->setVisible(drawn.has_value());
        m_markLines[i]->point1->setCoords(at, 0);
        m_markLines[i]->point2->setCoords(at, 1);
        const double x = xAxis->coordToPixel(at);
        const int width = QFontMetrics(item->font()).horizontalAdvance(mark.label) + 6;
        const bool leftwards = x + width > area.right();
        const double start = leftwards ? x - width : x;
        // A mark whose text finds no room keeps its line; the read-out has the text.
        item->setVisible(drawn && x >= area.left() && x <= area.right() + 1 && start >= free);
        if (!item->visible())
            continue;
        item->setPositionAlignment((leftwards ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignTop);
        item->position->setCoords(x + (leftwards ? -3 : 3), area.top() + 1);
        free = static_cast<int>(start) + width;
    }
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

void CurveCanvas::mousePressEvent(QMouseEvent* event)
{
    QCustomPlot::mousePressEvent(event);
    if (event->button() != Qt::LeftButton)
        return;
    m_pressedAt = event->position();
    if (const int series = m_labels.seriesAt(event->position()); series >= 0)
        Q_EMIT labelClicked(series);
    else if (m_labels.isMoreAt(event->position()))
        Q_EMIT moreLabelsClicked(event->globalPosition().toPoint());
}

void CurveCanvas::mouseReleaseEvent(QMouseEvent* event)
{
    QCustomPlot::mouseReleaseEvent(event);
    const QPointF moved = event->position() - m_pressedAt;
    if (event->button() == Qt::LeftButton && moved.manhattanLength() < 1
        && axisRect()->rect().contains(event->position().toPoint()))
        Q_EMIT clicked(xAxis->pixelToCoord(event->position().x()));
}

void CurveCanvas::mouseDoubleClickEvent(QMouseEvent* event)
{
    QCustomPlot::mouseDoubleClickEvent(event);
    if (const int series = m_labels.seriesAt(event->position()); series >= 0)
        Q_EMIT labelDoubleClicked(series);
    else if (event->button() == Qt::LeftButton)
        Q_EMIT fitWished();
}

void CurveCanvas::leaveEvent(QEvent* event)
{
    QCustomPlot::leaveEvent(event);
    Q_EMIT hoverEnded();
}

} // namespace fedcctr::widgets
