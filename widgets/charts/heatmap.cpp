// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/heatmap.h"

#include "widgets/theme.h"

#include <QKeyEvent>
#include <QLinearGradient>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

constexpr double kSpace = PictureFrame::kSpace;
constexpr int kKeyStops = 24;

/// Stops of a map whose lightness rises evenly from blue-violet over green to yellow (after viridis).
constexpr std::array<std::array<int, 3>, 9> kStops{{{68, 1, 84}, {71, 45, 123}, {59, 82, 139}, {44, 114, 142},
    {33, 145, 140}, {40, 174, 128}, {94, 201, 98}, {173, 220, 48}, {253, 231, 37}}};

double linear(int channel)
{
    const double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color)
{
    return 0.2126 * linear(color.red()) + 0.7152 * linear(color.green()) + 0.0722 * linear(color.blue());
}

QString plain(double value)
{
    return std::isfinite(value) ? QString::number(value, 'g', QLocale::FloatingPointShortest) : QString();
}

} // namespace

QColor heatColor(double share)
{
    const double place = std::clamp(share, 0.0, 1.0) * (kStops.size() - 1);
    const auto low = std::min(static_cast<std::size_t>(place), kStops.size() - 2);
    const double part = place - static_cast<double>(low);
    const auto channel = [&](std::size_t i) {
        return static_cast<int>(std::lround(kStops[low][i] + part * (kStops[low + 1][i] - kStops[low][i])));
    };
    return {channel(0), channel(1), channel(2)};
}

double contrast(const QColor& a, const QColor& b)
{
    const double first = luminance(a) + 0.05;
    const double second = luminance(b) + 0.05;
    return std::max(first, second) / std::min(first, second);
}

QColor readableOn(const QColor& background)
{
    const QColor black(Qt::black);
    const QColor white(Qt::white);
    return contrast(background, black) > contrast(background, white) ? black : white;
}

struct HeatMap::Frame : PictureFrame {
    explicit Frame(PictureFrame base)
        : PictureFrame(std::move(base))
    {
    }

    QRectF area; ///< all cells
    QRectF key; ///< the colour bar
    QSizeF cell;

    QRectF rect(int x, int y) const
    {
        return {area.left() + x * cell.width(), area.bottom() - (y + 1) * cell.height(), cell.width(),
            cell.height()};
    }
};

void HeatMap::setAxes(const QString& x, const QString& y, const QString& value)
{
    m_xLabel = x;
    m_yLabel = y;
    m_valueLabel = value;
    canvas()->update();
}

void HeatMap::setCells(
    const QStringList& xLabels, const QStringList& yLabels, const QList<QList<HeatCell>>& cells)
{
    const auto placeOf = [](const QStringList& labels, const QStringList& old, int index) {
        return static_cast<int>(labels.indexOf(old[index]));
    };
    if (m_current) {
        const QPoint kept(placeOf(xLabels, m_x, m_current->x()), placeOf(yLabels, m_y, m_current->y()));
        m_current = kept.x() < 0 || kept.y() < 0 ? std::nullopt : std::optional(kept);
    }
    m_hovered.reset();
    m_x = xLabels;
    m_y = yLabels;
    m_cells = cells;
    m_cells.resize(m_y.size());
    m_least = std::numeric_limits<double>::infinity();
    m_most = -m_least;
    for (QList<HeatCell>& row : m_cells) {
        row.resize(m_x.size());
        for (const HeatCell& one : row) {
            if (!std::isfinite(one.value))
                continue;
            m_least = std::min(m_least, one.value);
            m_most = std::max(m_most, one.value);
        }
    }
    const std::optional<QPoint> top = best();
    setAccessibleDescription(top ? tr("best: %1").arg(readOut(top->x(), top->y())) : emptyText());
    updateGeometry();
    canvas()->update();
}

const HeatCell& HeatMap::cell(int x, int y) const
{
    return m_cells[y][x];
}

std::optional<QPoint> HeatMap::best() const
{
    for (int y = 0; y < m_y.size(); ++y)
        for (int x = 0; x < m_x.size(); ++x)
            if (cell(x, y).value == m_most)
                return QPoint(x, y);
    return std::nullopt;
}

double HeatMap::shareOf(double value) const
{
    return m_most > m_least ? (value - m_least) / (m_most - m_least) : 1;
}

QString HeatMap::readOut(int x, int y) const
{
    if (x < 0 || y < 0 || x >= m_x.size() || y >= m_y.size())
        return {};
    const HeatCell& one = cell(x, y);
    const QString what = std::isfinite(one.value) ? u"%1 %2"_s.arg(m_valueLabel, one.text) : tr("not run");
    const QString text = u"%1 %2, %3 %4: %5"_s.arg(m_xLabel, m_x[x], m_yLabel, m_y[y], what);
    return one.help.isEmpty() ? text : text + u'\n' + one.help;
}

ChartTable HeatMap::table() const
{
    ChartTable table;
    table.columns = {m_yLabel + u" \\ "_s + m_xLabel};
    table.columns.append(m_x);
    for (int y = 0; y < m_y.size(); ++y) {
        QStringList row{m_y[y]};
        for (int x = 0; x < m_x.size(); ++x)
            row.append(plain(cell(x, y).value));
        table.rows.append(row);
    }
    return table;
}

QSize HeatMap::sizeHint() const
{
    const int unit = fontMetrics().height();
    return {unit * 26, unit * 16};
}

QSize HeatMap::minimumSizeHint() const
{
    const int unit = fontMetrics().height();
    return {unit * 14, unit * 9};
}

HeatMap::Frame HeatMap::frameFor(const QSizeF& size, bool withTitle) const
{
    Frame frame(pictureFrame(size, withTitle));
    double widest = 0;
    for (const QString& label : m_y)
        widest = std::max(widest, frame.advance(label));
    const double left = 2 * kSpace + frame.line + std::min(widest, size.width() / 4) + kSpace;
    const double keyWidth = std::max(frame.advance(plain(-88.88)), 2 * frame.line);
    const double right = size.width() - 2 * kSpace - keyWidth - frame.line;
    const double bottom = size.height() - 2 * frame.line - 2 * kSpace;
    frame.area =
        QRectF(QPointF(left, frame.top), QPointF(std::max(left + 1, right), std::max(frame.top + 1, bottom)));
    frame.cell = {frame.area.width() / static_cast<double>(std::max<qsizetype>(1, m_x.size())),
        frame.area.height() / static_cast<double>(std::max<qsizetype>(1, m_y.size()))};
    frame.key = QRectF(frame.area.right() + 2 * kSpace, frame.area.top() + frame.line + 2, frame.line,
        std::max(1.0, frame.area.height() - frame.line - 2));
    return frame;
}

bool HeatMap::isEmpty() const
{
    return m_x.isEmpty() || m_y.isEmpty();
}

void HeatMap::paintContent(
    QPainter& painter, const QSizeF& size, const ThemeColors& colors, bool withTitle) const
{
    const Frame frame = frameFor(size, withTitle);
    paintCells(painter, frame, colors);
    painter.setPen(colors.palette.color(QPalette::Text));
    paintLabels(painter, frame);
    if (best())
        paintKey(painter, frame, colors);
}

void HeatMap::paintCells(QPainter& painter, const Frame& frame, const ThemeColors& colors) const
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (int y = 0; y < m_y.size(); ++y) {
        for (int x = 0; x < m_x.size(); ++x) {
            const QRectF rect = frame.rect(x, y);
            const HeatCell& one = cell(x, y);
            if (!std::isfinite(one.value)) {
                painter.setPen(QPen(colors.border, 1, Qt::DotLine));
                painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5));
                continue;
            }
            const QColor fill = heatColor(shareOf(one.value));
            painter.fillRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), fill);
            // A number that would be cut off is left to the read-out.
            if (frame.advance(one.text) + 4 > rect.width() || frame.line > rect.height())
                continue;
            painter.setPen(readableOn(fill));
            painter.drawText(rect, Qt::AlignCenter, one.text);
        }
    }
    painter.restore();
    if (const std::optional<QPoint> top = best())
        paintOutline(painter, frame.rect(top->x(), top->y()), colors, false);
    if (m_current)
        paintOutline(painter, frame.rect(m_current->x(), m_current->y()), colors, true);
}

/// The best cell by a solid line, the cursor by a dashed one; dark and light together stand out on any
/// colour.
void HeatMap::paintOutline(
    QPainter& painter, const QRectF& cell, const ThemeColors& colors, bool isCursor) const
{
    const double inset = isCursor ? 4.5 : 1.5;
    const QRectF rect = cell.adjusted(inset, inset, -inset, -inset);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(isCursor ? QColor(Qt::white) : colors.palette.color(QPalette::Base), 3));
    painter.drawRect(rect);
    painter.setPen(QPen(isCursor ? QColor(Qt::black) : colors.palette.color(QPalette::Text), isCursor ? 1 : 2,
        isCursor ? Qt::DashLine : Qt::SolidLine));
    painter.drawRect(rect);
}

void HeatMap::paintLabels(QPainter& painter, const Frame& frame) const
{
    const QFontMetricsF metrics(frame.font);
    double widest = 0;
    for (const QString& label : m_x)
        widest = std::max(widest, frame.advance(label));
    const auto everyX =
        std::max(1, static_cast<int>(std::ceil((std::min(widest, 8 * frame.line) + 4) / frame.cell.width())));
    for (int x = 0; x < m_x.size(); x += everyX) {
        const double room = everyX * frame.cell.width();
        const QRectF rect(
            frame.rect(x, 0).center().x() - room / 2, frame.area.bottom() + 2, room, frame.line);
        painter.drawText(rect, Qt::AlignCenter, metrics.elidedText(m_x[x], Qt::ElideMiddle, room));
    }
    const auto everyY = std::max(1, static_cast<int>(std::ceil(frame.line / frame.cell.height())));
    const double start = 2 * kSpace + frame.line;
    const double width = frame.area.left() - kSpace - start;
    for (int y = 0; y < m_y.size(); y += everyY) {
        const QRectF rect(start, frame.rect(0, y).center().y() - frame.line / 2, width, frame.line);
        painter.drawText(
            rect, Qt::AlignRight | Qt::AlignVCenter, metrics.elidedText(m_y[y], Qt::ElideMiddle, width));
    }
    painter.drawText(
        QRectF(frame.area.left(), frame.area.bottom() + frame.line + 2, frame.area.width(), frame.line),
        Qt::AlignCenter, metrics.elidedText(m_xLabel, Qt::ElideRight, frame.area.width()));
    painter.save();
    painter.translate(kSpace, frame.area.bottom());
    painter.rotate(-90);
    painter.drawText(QRectF(0, 0, frame.area.height(), frame.line), Qt::AlignCenter,
        metrics.elidedText(m_yLabel, Qt::ElideRight, frame.area.height()));
    painter.restore();
}

void HeatMap::paintKey(QPainter& painter, const Frame& frame, const ThemeColors& colors) const
{
    const double step = frame.key.height() / kKeyStops;
    for (int i = 0; i < kKeyStops; ++i)
        painter.fillRect(
            QRectF(frame.key.left(), frame.key.bottom() - (i + 1) * step, frame.key.width(), step + 0.5),
            heatColor(m_most > m_least ? i / (kKeyStops - 1.0) : 1));
    painter.setPen(QPen(colors.muted, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(frame.key);
    painter.setPen(colors.palette.color(QPalette::Text));
    const double left = frame.key.right() + kSpace / 2;
    const double width = frame.advance(plain(-88.88));
    const auto number = [&](double value, double top) {
        painter.drawText(QRectF(left, top, width, frame.line), Qt::AlignLeft | Qt::AlignVCenter,
            QLocale().toString(value, 'g', 3));
    };
    number(m_most, frame.key.top());
    if (m_most > m_least)
        number(m_least, frame.key.bottom() - frame.line);
    const QRectF head(
        frame.key.left() - kSpace, frame.area.top() - 2, width + frame.key.width() + 2 * kSpace, frame.line);
    painter.drawText(head, Qt::AlignLeft | Qt::AlignVCenter,
        QFontMetricsF(frame.font).elidedText(m_valueLabel, Qt::ElideRight, head.width()));
}

QRectF HeatMap::cellRect(int x, int y) const
{
    if (x < 0 || y < 0 || x >= m_x.size() || y >= m_y.size())
        return {};
    return frameFor(canvas()->size(), false).rect(x, y);
}

std::optional<QPoint> HeatMap::cellAt(const QPointF& position) const
{
    const Frame frame = frameFor(canvas()->size(), false);
    if (isEmpty() || !frame.area.contains(position))
        return std::nullopt;
    const auto x = static_cast<int>((position.x() - frame.area.left()) / frame.cell.width());
    const auto y = static_cast<int>((frame.area.bottom() - position.y()) / frame.cell.height());
    return QPoint(std::clamp(x, 0, static_cast<int>(m_x.size()) - 1),
        std::clamp(y, 0, static_cast<int>(m_y.size()) - 1));
}

void HeatMap::moveTo(const QPoint& target, bool withToolTip)
{
    m_current = target;
    setAccessibleDescription(readOut(target.x(), target.y()));
    canvas()->update();
    if (withToolTip)
        QToolTip::showText(canvas()->mapToGlobal(cellRect(target.x(), target.y()).bottomRight().toPoint()),
            readOut(target.x(), target.y()), canvas());
}

void HeatMap::keyPressEvent(QKeyEvent* event)
{
    const QPoint from = m_current.value_or(best().value_or(QPoint()));
    const auto step = [&](int x, int y) {
        if (isEmpty())
            return;
        const QPoint target = m_current ? from + QPoint(x, y) : from;
        moveTo({std::clamp(target.x(), 0, static_cast<int>(m_x.size()) - 1),
                   std::clamp(target.y(), 0, static_cast<int>(m_y.size()) - 1)},
            true);
    };
    switch (event->key()) {
    case Qt::Key_Left:
        return step(-1, 0);
    case Qt::Key_Right:
        return step(1, 0);
    case Qt::Key_Up:
        return step(0, 1);
    case Qt::Key_Down:
        return step(0, -1);
    case Qt::Key_Space:
        if (m_current)
            Q_EMIT cellClicked(m_current->x(), m_current->y());
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_current)
            Q_EMIT cellActivated(m_current->x(), m_current->y());
        return;
    default:
        PaintedChart::keyPressEvent(event);
    }
}

bool HeatMap::handleMouse(QEvent* event)
{
    const auto* mouse = static_cast<QMouseEvent*>(event);
    const std::optional<QPoint> at = cellAt(mouse->position());
    if (event->type() == QEvent::MouseMove) {
        if (at != m_hovered) {
            m_hovered = at;
            if (at)
                QToolTip::showText(mouse->globalPosition().toPoint(), readOut(at->x(), at->y()), canvas());
            else
                QToolTip::hideText();
        }
        return false;
    }
    if (mouse->button() != Qt::LeftButton)
        return false;
    setFocus(Qt::MouseFocusReason);
    if (!at)
        return true;
    moveTo(*at, false);
    if (event->type() == QEvent::MouseButtonDblClick)
        Q_EMIT cellActivated(at->x(), at->y());
    else
        Q_EMIT cellClicked(at->x(), at->y());
    return true;
}

bool HeatMap::eventFilter(QObject* watched, QEvent* event)
{
    const bool ofMouse = event->type() == QEvent::MouseMove || event->type() == QEvent::MouseButtonPress
        || event->type() == QEvent::MouseButtonDblClick;
    return (watched == canvas() && ofMouse && handleMouse(event))
        || PaintedChart::eventFilter(watched, event);
}

} // namespace fedcctr::widgets
