// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/curveplot.h"

#include "widgets/charts/curvecanvas.h"
#include "widgets/charts/curvecursor.h"
#include "widgets/charts/curveexport.h"
#include "widgets/charts/curvemenus.h"
#include "widgets/charts/curvereadout.h"
#include "widgets/charts/redrawclock.h"

#include <QAction>
#include <QContextMenuEvent>
#include <QDateTime>
#include <QKeyEvent>
#include <QMenu>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

constexpr qint64 kDescriptionMs = 1000;

} // namespace

CurvePlot::CurvePlot(const QString& name, RedrawClock* clock, QWidget* parent)
    : Chart(name, parent)
    , m_clock(clock ? clock : new RedrawClock(this))
    , m_canvas(new CurveCanvas(m_content, this))
    , m_menus(new CurveMenus(this))
    , m_cursor(new CurveCursor(m_content, m_canvas))
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

void CurvePlot::buildMenu()
{
    connect(addChartAction(u"fit"_s, tr("Fit"), Qt::Key_0), &QAction::triggered, this, &CurvePlot::fit);
    m_followAction = addChartAction(u"follow"_s, tr("Follow"), Qt::Key_F);
    m_logXAction = addChartAction(u"log_x"_s, tr("Log x"), {});
    m_logYAction = addChartAction(u"log"_s, tr("Log y"), Qt::Key_L);
    for (QAction* action : {m_followAction, m_logXAction, m_logYAction})
        action->setCheckable(true);
    m_followAction->setChecked(true);
    connect(m_followAction, &QAction::triggered, this, &CurvePlot::setFollow);
    connect(m_logXAction, &QAction::triggered, this, &CurvePlot::setLogX);
    connect(m_logYAction, &QAction::triggered, this, &CurvePlot::setLogY);
    for (QMenu* menu : {m_menus->axis(), m_menus->smoothing(), m_menus->lines()})
        addChartMenu(menu);
}

void CurvePlot::connectCanvas()
{
    connect(m_clock, &RedrawClock::tick, this, &CurvePlot::drawNow);
    connect(m_canvas, &CurveCanvas::viewChangedByUser, this, [this] {
        setFollow(false);
        // What was thinned for the old view has too few points for the new one.
        valuesChanged();
    });
    connect(m_cursor, &CurveCursor::hovered, this, &CurvePlot::hovered);
    connect(m_cursor, &CurveCursor::hoverEnded, this, &CurvePlot::hoverEnded);
    connect(m_canvas, &CurveCanvas::labelClicked, this, [this](int series) {
        setSeriesVisible(series, !seriesAt(series).visible);
        Q_EMIT seriesVisibleChanged(series, seriesAt(series).visible);
    });
    connect(m_canvas, &CurveCanvas::labelDoubleClicked, this, &CurvePlot::isolateSeries);
    connect(m_canvas, &QCustomPlot::mousePress, this, [this] { setFocus(Qt::MouseFocusReason); });
    connect(m_canvas, &CurveCanvas::fitWished, this, &CurvePlot::fit);
    connect(m_canvas, &CurveCanvas::clicked, this, &CurvePlot::clicked);
    connect(m_canvas, &CurveCanvas::moreLabelsClicked, this, [this](const QPoint& position) {
        m_menus->fillLines();
        m_menus->lines()->popup(position);
    });
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
    m_menus->fillAxis();
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
    m_content.series.back().chooseX(m_content.axisChoice);
    structureChanged();
    return static_cast<int>(m_content.series.size()) - 1;
}

void CurvePlot::append(int series, double x, double y)
{
    seriesAt(series).append(x, y);
    valuesChanged();
}

void CurvePlot::append(int series, double x, double y, double low, double high)
{
    CurveSeries& target = seriesAt(series);
    const bool firstBand = !target.hasBand();
    target.append(x, y, low, high);
    if (firstBand)
        structureChanged();
    valuesChanged();
}

void CurvePlot::setSeries(int series, const std::vector<double>& x, const std::vector<double>& y,
    const std::vector<double>& low, const std::vector<double>& high)
{
    const bool hadBand = seriesAt(series).hasBand();
    seriesAt(series).assign(x, y, low, high);
    if (hadBand != seriesAt(series).hasBand())
        structureChanged();
    valuesChanged();
}

void CurvePlot::removeAllSeries()
{
    // Their entries speak of series by number.
    m_menus->lines()->hide();
    Q_EMIT seriesRemoved();
    m_content.series.clear();
    m_cursor->forget();
    structureChanged();
}

void CurvePlot::setSeriesVisible(int series, bool visible)
{
    seriesAt(series).visible = visible;
    valuesChanged();
}

void CurvePlot::isolateSeries(int series)
{
    const int count = static_cast<int>(m_content.series.size());
    bool othersHidden = true;
    for (int i = 0; i < count; ++i)
        othersHidden = othersHidden && (i == series || !seriesAt(i).visible);
    for (int i = 0; i < count; ++i) {
        const bool visible = othersHidden || i == series;
        if (visible == seriesAt(i).visible)
            continue;
        setSeriesVisible(i, visible);
        Q_EMIT seriesVisibleChanged(i, visible);
    }
}

void CurvePlot::setSeriesColor(int series, int color)
{
    seriesAt(series).spec.color = color;
    structureChanged();
}

void CurvePlot::setXKind(XKind kind)
{
    m_content.xKind = kind;
    structureChanged();
}

void CurvePlot::addAxisChoice(const QString& id, const QString& label, XKind kind)
{
    m_content.axisChoices.push_back({id, label, kind});
    m_menus->axis()->menuAction()->setVisible(true);
    m_menus->fillAxis();
}

void CurvePlot::noteAlternativeX(int series, const QString& id, double x, double value)
{
    seriesAt(series).noteAlternativeX(id, x, value);
    if (m_content.axisChoice == id)
        valuesChanged();
}

void CurvePlot::setAlternativeX(int series, const QString& id, const std::map<double, double>& valueAtX)
{
    seriesAt(series).clearAlternativeX(id);
    for (const auto& [x, value] : valueAtX)
        noteAlternativeX(series, id, x, value);
}

void CurvePlot::setAlternativeX(const QString& id, const std::map<double, double>& valueAtX)
{
    for (int i = 0; i < static_cast<int>(m_content.series.size()); ++i)
        setAlternativeX(i, id, valueAtX);
}

void CurvePlot::setAxisChoice(const QString& id)
{
    const bool known = std::ranges::any_of(
        m_content.axisChoices, [&id](const AxisChoice& choice) { return choice.id == id; });
    const QString chosen = known ? id : QString();
    if (chosen == m_content.axisChoice)
        return;
    m_content.axisChoice = chosen;
    for (CurveSeries& series : m_content.series)
        series.chooseX(chosen);
    m_cursor->forget();
    // The view was over another quantity.
    setFollow(true);
    structureChanged();
    m_menus->fillAxis();
    Q_EMIT axisChoiceChanged(chosen);
}

void CurvePlot::renameSeries(int series, const QString& name, const QString& label)
{
    SeriesSpec& spec = seriesAt(series).spec;
    spec.name = name;
    spec.label = label;
    structureChanged();
}

void CurvePlot::setSmoothing(double weight)
{
    m_content.smoothing = weight;
    for (CurveSeries& series : m_content.series)
        series.smooth(weight);
    m_menus->showSmoothing(weight);
    structureChanged();
    Q_EMIT smoothingChanged(weight);
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
    m_cursor->forget();
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
    return readOutLines(m_content, x);
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

QString CurvePlot::renderToFile(const QString& path, const QSize& size, double scale) const
{
    return widgets::writePicture(m_content, path, {size, scale, std::nullopt, exportsDark()});
}

QString CurvePlot::writePicture(const QString& path, const QSize& size, double scale) const
{
    return widgets::writePicture(m_content, path, {size, scale, view(), exportsDark()});
}

ChartTable CurvePlot::table() const
{
    return tableOf(m_content);
}

ChartTable CurvePlot::visibleTable() const
{
    return tableOf(m_content, std::pair(view().left(), view().right()));
}

QImage CurvePlot::image() const
{
    return picture(m_content, {m_canvas->size(), 2, view(), false});
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

void CurvePlot::setLogX(bool on)
{
    m_logXAction->setChecked(on);
    if (m_content.logX == on)
        return;
    m_content.logX = on;
    structureChanged();
}

void CurvePlot::setLogY(bool on)
{
    m_logYAction->setChecked(on);
    if (m_content.logY == on)
        return;
    m_content.logY = on;
    structureChanged();
}

void CurvePlot::structureChanged()
{
    m_canvas->outdate();
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
    if (m_follow)
        m_canvas->fit();
    m_canvas->redraw();
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

void CurvePlot::changeEvent(QEvent* event)
{
    Chart::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        structureChanged();
}

bool CurvePlot::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_canvas && event->type() == QEvent::ContextMenu) {
        const auto* menuEvent = static_cast<QContextMenuEvent*>(event);
        if (const int series = m_canvas->seriesAt(menuEvent->pos()); series >= 0) {
            m_menus->popUpSeries(series, menuEvent->globalPos());
            return true;
        }
    }
    return Chart::eventFilter(watched, event);
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
    case Qt::Key_Escape:
        if (m_follow)
            break;
        return setFollow(true);
    case Qt::Key_BracketLeft:
        return m_cursor->step(-1);
    case Qt::Key_BracketRight:
        return m_cursor->step(1);
    default:
        break;
    }
    Chart::keyPressEvent(event);
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
