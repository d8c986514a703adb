// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/curveplot.h"

#include "widgets/curvecanvas.h"
#include "widgets/curveexport.h"
#include "widgets/redrawclock.h"
#include "widgets/theme.h"

#include <QActionGroup>
#include <QDateTime>
#include <QKeyEvent>
#include <QMenu>
#include <QToolTip>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

constexpr qint64 kDescriptionMs = 1000;
constexpr double kMarkReach = 6; ///< pixels from an event mark within which the read-out names it

/// Index of the value nearest to x, or -1 for an empty series.
std::ptrdiff_t nearestIndex(const CurveSeries& series, double x)
{
    const std::ptrdiff_t before = series.indexAt(x);
    const auto after = static_cast<std::size_t>(before + 1);
    if (after >= series.x().size())
        return before;
    if (before < 0)
        return 0;
    const double left = x - series.x()[static_cast<std::size_t>(before)];
    return series.x()[after] - x < left ? before + 1 : before;
}

QString shortNumber(double value)
{
    return std::isfinite(value) ? QLocale().toString(value, 'g', 4) : u"–"_s;
}

} // namespace

CurvePlot::CurvePlot(const QString& name, RedrawClock* clock, QWidget* parent)
    : Chart(name, parent)
    , m_clock(clock ? clock : new RedrawClock(this))
    , m_canvas(new CurveCanvas(m_content, this))
    , m_lines(new QMenu(tr("Lines"), this))
    , m_smoothings(new QActionGroup(this))
{
    m_canvas->setObjectName(name + u"_canvas"_s);
    m_canvas->setFocusPolicy(Qt::NoFocus);
    setBody(m_canvas);
    buildMenu();
    connectCanvas();
}

CurvePlot::~CurvePlot()
{
    // The canvas reads the content, which goes first otherwise.
    delete m_canvas;
}

void CurvePlot::connectCanvas()
{
    connect(m_clock, &RedrawClock::tick, this, &CurvePlot::drawNow);
    connect(m_canvas, &CurveCanvas::viewChangedByUser, this, [this] {
        setFollow(false);
        // What was thinned for the old view has too few points for the new one.
        valuesChanged();
    });
    connect(m_canvas, &CurveCanvas::hovered, this, &CurvePlot::hover);
    connect(m_canvas, &CurveCanvas::hoverEnded, this, [this] {
        m_canvas->hideCrossHair();
        QToolTip::hideText();
        Q_EMIT hoverEnded();
    });
    connect(m_canvas, &CurveCanvas::labelClicked, this, [this](int series) {
        setSeriesVisible(series, !m_content.series[static_cast<std::size_t>(series)].visible);
    });
    connect(m_canvas, &QCustomPlot::mousePress, this, [this] { setFocus(Qt::MouseFocusReason); });
    connect(m_canvas, &QCustomPlot::mouseDoubleClick, this, &CurvePlot::fit);
}

void CurvePlot::buildMenu()
{
    connect(addChartAction(u"fit"_s, tr("Fit"), Qt::Key_0), &QAction::triggered, this, &CurvePlot::fit);
    m_followAction = addChartAction(u"follow"_s, tr("Follow"), Qt::Key_F);
    m_followAction->setCheckable(true);
    m_followAction->setChecked(true);
    connect(m_followAction, &QAction::triggered, this, &CurvePlot::setFollow);
    m_logAction = addChartAction(u"log"_s, tr("Log y"), Qt::Key_L);
    m_logAction->setCheckable(true);
    connect(m_logAction, &QAction::triggered, this, &CurvePlot::setLogY);
    auto* smoothing = new QMenu(tr("Smoothing"), this);
    buildSmoothingMenu(smoothing);
    addChartMenu(smoothing);
    addChartMenu(m_lines);
    connect(m_lines, &QMenu::aboutToShow, this, &CurvePlot::fillLinesMenu);
}

void CurvePlot::buildSmoothingMenu(QMenu* menu)
{
    for (const double weight : {0.0, 0.5, 0.8, 0.9, 0.95, 0.99}) {
        QAction* action = menu->addAction(weight == 0 ? tr("Off") : QLocale().toString(weight));
        action->setObjectName(objectName() + u"_smoothing_"_s + QString::number(qRound(weight * 100)));
        action->setCheckable(true);
        action->setChecked(weight == 0);
        m_smoothings->addAction(action);
        connect(action, &QAction::triggered, this, [this, weight] { setSmoothing(weight); });
    }
}

void CurvePlot::fillLinesMenu()
{
    m_lines->clear();
    for (std::size_t i = 0; i < m_content.series.size(); ++i) {
        QAction* action = m_lines->addAction(m_content.series[i].spec.name);
        action->setCheckable(true);
        action->setChecked(m_content.series[i].visible);
        connect(action, &QAction::toggled, this,
            [this, i](bool on) { setSeriesVisible(static_cast<int>(i), on); });
    }
}

void CurvePlot::setTitle(const QString& title, const QString& help)
{
    Chart::setTitle(title, help);
    m_content.title = title;
    setAccessibleName(tr("%1, line chart").arg(title));
}

void CurvePlot::setAxes(const QString& x, const QString& y)
{
    m_content.xLabel = x;
    m_content.yLabel = y;
    structureChanged();
}

void CurvePlot::setRightAxis(const QString& label, double most)
{
    m_content.rightLabel = label;
    m_content.rightMost = most;
    structureChanged();
}

void CurvePlot::setEmptyText(const QString& text)
{
    m_content.emptyText = text;
    valuesChanged();
}

void CurvePlot::setFromZero(bool on)
{
    m_content.fromZero = on;
    valuesChanged();
}

void CurvePlot::setOrigin(const QString& origin)
{
    Chart::setOrigin(origin);
    m_content.origin = origin;
}

int CurvePlot::addSeries(const SeriesSpec& spec)
{
    m_content.series.emplace_back(spec);
    m_content.series.back().smooth(m_content.smoothing);
    structureChanged();
    return static_cast<int>(m_content.series.size()) - 1;
}

void CurvePlot::append(int series, double x, double y)
{
    m_content.series[static_cast<std::size_t>(series)].append(x, y);
    valuesChanged();
}

void CurvePlot::append(int series, double x, double y, double low, double high)
{
    CurveSeries& target = m_content.series[static_cast<std::size_t>(series)];
    const bool firstBand = !target.hasBand();
    target.append(x, y, low, high);
    if (firstBand)
        structureChanged();
    valuesChanged();
}

void CurvePlot::setSeriesVisible(int series, bool visible)
{
    m_content.series[static_cast<std::size_t>(series)].visible = visible;
    valuesChanged();
}

void CurvePlot::renameSeries(int series, const QString& name, const QString& label)
{
    SeriesSpec& spec = m_content.series[static_cast<std::size_t>(series)].spec;
    spec.name = name;
    spec.label = label;
    structureChanged();
}

void CurvePlot::setReference(const ReferenceLine& reference)
{
    const auto same = std::ranges::find(m_content.references, reference.id, &ReferenceLine::id);
    if (same == m_content.references.end())
        m_content.references.push_back(reference);
    else
        *same = reference;
    structureChanged();
}

void CurvePlot::removeReference(const QString& id)
{
    std::erase_if(m_content.references, [&id](const ReferenceLine& line) { return line.id == id; });
    structureChanged();
}

void CurvePlot::addMark(const EventMark& mark)
{
    m_content.marks.push_back(mark);
    structureChanged();
}

void CurvePlot::clear()
{
    for (CurveSeries& series : m_content.series)
        series.clear();
    m_content.references.clear();
    m_content.marks.clear();
    m_cursor.reset();
    setFollow(true);
    structureChanged();
}

QRectF CurvePlot::view() const
{
    const QCPRange x = m_canvas->xAxis->range();
    const QCPRange y = m_canvas->yAxis->range();
    return {x.lower, y.lower, x.size(), y.size()};
}

QStringList CurvePlot::readOut(double x) const
{
    QStringList lines;
    for (const CurveSeries& series : m_content.series) {
        const std::ptrdiff_t index = nearestIndex(series, x);
        if (index < 0 || !series.visible)
            continue;
        const auto i = static_cast<std::size_t>(index);
        if (lines.isEmpty())
            lines.append(u"%1 %2"_s.arg(m_content.xLabel, QLocale().toString(series.x()[i], 'g', 8)));
        lines.append(u"%1: %2"_s.arg(series.spec.name, shortNumber(series.shown()[i])));
    }
    return lines;
}

QString CurvePlot::readOutHtml(double x, double pixelY) const
{
    struct Row {
        double distance;
        QString html;
    };
    std::vector<Row> rows;
    QString head;
    const ThemeColors& colors = themeColors(palette());
    for (const CurveSeries& series : m_content.series) {
        const std::ptrdiff_t index = nearestIndex(series, x);
        if (index < 0 || !series.visible)
            continue;
        const auto i = static_cast<std::size_t>(index);
        if (head.isEmpty())
            head = u"%1 %2"_s.arg(m_content.xLabel, QLocale().toString(series.x()[i], 'g', 8));
        const double value = series.shown()[i];
        const QCPAxis* axis = series.spec.rightAxis ? m_canvas->yAxis2 : m_canvas->yAxis;
        rows.push_back({std::abs(axis->coordToPixel(value) - pixelY),
            u"<tr><td style=\"color:%1\">■&nbsp;</td><td>%2&nbsp;&nbsp;</td><td align=right><b>%3</b></td></tr>"_s
                .arg(colors.series[series.spec.color % colors.series.size()].name(),
                    series.spec.name.toHtmlEscaped(), shortNumber(value))});
    }
    std::ranges::stable_sort(rows, {}, &Row::distance);
    QString html = head.toHtmlEscaped() + u"<table cellspacing=0>"_s;
    for (const Row& row : rows)
        html += row.html;
    html += u"</table>"_s;
    for (const EventMark& mark : m_content.marks)
        if (std::abs(m_canvas->xAxis->coordToPixel(mark.x) - m_canvas->xAxis->coordToPixel(x)) < kMarkReach)
            html += u"<br>%1"_s.arg(mark.label.toHtmlEscaped());
    return rows.empty() ? QString() : html;
}

QString CurvePlot::renderToFile(const QString& path, const QSize& size, double scale) const
{
    return widgets::writePicture(m_content, path, {size, scale, std::nullopt});
}

QString CurvePlot::writePicture(const QString& path, const QSize& size, double scale) const
{
    return widgets::writePicture(m_content, path, {size, scale, view()});
}

ChartTable CurvePlot::table() const
{
    return tableOf(m_content);
}

QImage CurvePlot::image() const
{
    return picture(m_content, {m_canvas->size(), 2, view()});
}

QList<QPair<QString, QRectF>> CurvePlot::labelRects() const
{
    return m_canvas->labelRects();
}

QSize CurvePlot::sizeHint() const
{
    const int unit = fontMetrics().height();
    return {unit * 26, unit * 15};
}

QSize CurvePlot::minimumSizeHint() const
{
    const int unit = fontMetrics().height();
    return {unit * 14, unit * 8};
}

void CurvePlot::fit()
{
    m_canvas->fit();
    m_canvas->redraw();
}

void CurvePlot::setFollow(bool on)
{
    m_followAction->setChecked(on);
    if (m_follow == on)
        return;
    m_follow = on;
    if (on)
        valuesChanged();
    Q_EMIT followChanged(on);
}

void CurvePlot::setLogY(bool on)
{
    m_logAction->setChecked(on);
    if (m_content.logY == on)
        return;
    m_content.logY = on;
    structureChanged();
}

void CurvePlot::setSmoothing(double weight)
{
    m_content.smoothing = weight;
    for (CurveSeries& series : m_content.series)
        series.smooth(weight);
    structureChanged();
}

void CurvePlot::showCrossHair(double x)
{
    if (isVisible())
        m_canvas->showCrossHair(x, std::nullopt);
}

void CurvePlot::hideCrossHair()
{
    m_canvas->hideCrossHair();
}

void CurvePlot::structureChanged()
{
    m_structureDirty = true;
    valuesChanged();
}

void CurvePlot::valuesChanged()
{
    m_valuesDirty = true;
    if (isVisible())
        m_clock->wake();
}

void CurvePlot::drawNow()
{
    if (!m_valuesDirty || !isVisible())
        return;
    if (m_structureDirty)
        m_canvas->rebuild();
    if (m_follow)
        m_canvas->fit();
    m_canvas->redraw();
    m_structureDirty = false;
    m_valuesDirty = false;
    updateDescription();
}

void CurvePlot::updateDescription()
{
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    if (now - m_describedAt < kDescriptionMs)
        return;
    m_describedAt = now;
    const QStringList last = readOut(std::numeric_limits<double>::max());
    setAccessibleDescription(last.isEmpty() ? m_content.emptyText : last.join(u", "_s));
}

void CurvePlot::hover(double x, const QPointF& position)
{
    const QString html = readOutHtml(x, position.y());
    if (html.isEmpty())
        return;
    m_canvas->showCrossHair(x, position.y());
    QToolTip::showText(m_canvas->mapToGlobal(position.toPoint()), html, m_canvas);
    Q_EMIT hovered(x);
}

void CurvePlot::stepCursor(int direction)
{
    const auto longest = std::ranges::find_if(
        m_content.series, [](const CurveSeries& series) { return series.visible && !series.isEmpty(); });
    if (longest == m_content.series.end())
        return;
    const auto count = static_cast<std::ptrdiff_t>(longest->x().size());
    const std::ptrdiff_t at = m_cursor ? nearestIndex(*longest, *m_cursor) + direction : count - 1;
    const auto index = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(at, 0, count - 1));
    m_cursor = longest->x()[index];
    const QPointF position(
        m_canvas->xAxis->coordToPixel(*m_cursor), m_canvas->yAxis->coordToPixel(longest->shown()[index]));
    hover(*m_cursor, position);
}

void CurvePlot::changeEvent(QEvent* event)
{
    Chart::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        structureChanged();
}

void CurvePlot::keyPressEvent(QKeyEvent* event)
{
    constexpr double kStep = 0.1;
    const QPointF middle = QRectF(m_canvas->axisRect()->rect()).center();
    switch (event->key()) {
    case Qt::Key_Left:
        return m_canvas->pan(-kStep, 0);
    case Qt::Key_Right:
        return m_canvas->pan(kStep, 0);
    case Qt::Key_Up:
        return m_canvas->pan(0, kStep);
    case Qt::Key_Down:
        return m_canvas->pan(0, -kStep);
    case Qt::Key_Plus:
        return m_canvas->zoom(0.8, middle);
    case Qt::Key_Minus:
        return m_canvas->zoom(1.25, middle);
    case Qt::Key_BracketLeft:
        return stepCursor(-1);
    case Qt::Key_BracketRight:
        return stepCursor(1);
    default:
        Chart::keyPressEvent(event);
    }
}

void CurvePlot::showEvent(QShowEvent* event)
{
    Chart::showEvent(event);
    if (m_valuesDirty)
        m_clock->wake();
}

void CurvePlot::resizeEvent(QResizeEvent* event)
{
    Chart::resizeEvent(event);
    valuesChanged();
}

} // namespace fedcctr::widgets
