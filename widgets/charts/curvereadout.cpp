// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/curvereadout.h"

#include "widgets/theme.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

QString shortNumber(double value)
{
    return std::isfinite(value) ? QLocale().toString(value, 'g', 4) : u"–"_s;
}

QString durationText(double seconds)
{
    const auto whole = static_cast<qint64>(seconds);
    return u"%1:%2:%3"_s.arg(whole / 3600)
        .arg(whole / 60 % 60, 2, 10, QChar(u'0'))
        .arg(whole % 60, 2, 10, QChar(u'0'));
}

/// "21.8", or "21.8 (20.9 – 22.7)" where there is an interval.
QString valueText(const CurveSeries& series, std::size_t index)
{
    const QString value = shortNumber(series.shown()[index]);
    const std::vector<std::size_t>& with = series.bandIndex();
    const auto found = std::lower_bound(with.begin(), with.end(), index);
    if (series.spec.marker == Marker::None || found == with.end() || *found != index)
        return value;
    const auto i = static_cast<std::size_t>(found - with.begin());
    return u"%1 (%2 – %3)"_s.arg(value, shortNumber(series.low()[i]), shortNumber(series.high()[i]));
}

} // namespace

std::ptrdiff_t nearestIndex(const CurveSeries& series, double x)
{
    const std::vector<double>& drawn = series.drawnX();
    const std::ptrdiff_t before = series.indexAt(x);
    const auto after = static_cast<std::size_t>(before + 1);
    if (after >= drawn.size())
        return before;
    if (before < 0)
        return 0;
    const double left = x - drawn[static_cast<std::size_t>(before)];
    return drawn[after] - x < left ? before + 1 : before;
}

QString xText(const CurveContent& content, double x)
{
    QString value = QLocale().toString(x, 'g', 8);
    if (content.shownXKind() == XKind::Duration)
        value = durationText(x);
    else if (content.shownXKind() == XKind::DateTime)
        value = QLocale().toString(
            QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(x * 1000)), QLocale::ShortFormat);
    else if (content.shownXKind() == XKind::Number)
        value = QLocale().toString(x, 'g', 5);
    return u"%1 %2"_s.arg(content.shownXLabel(), value);
}

QStringList readOutLines(const CurveContent& content, double x)
{
    QStringList lines;
    for (const CurveSeries& series : content.series) {
        const std::ptrdiff_t index = nearestIndex(series, x);
        if (index < 0 || !series.visible)
            continue;
        const auto i = static_cast<std::size_t>(index);
        if (lines.isEmpty())
            lines.append(xText(content, series.drawnX()[i]));
        lines.append(u"%1: %2"_s.arg(series.spec.name, valueText(series, i)));
    }
    return lines;
}

QString readOutHtml(const CurveContent& content, const ThemeColors& colors, double x,
    const std::function<double(const CurveSeries&, double)>& distance)
{
    struct Row {
        double distance;
        QString html;
    };
    std::vector<Row> rows;
    QString head;
    for (const CurveSeries& series : content.series) {
        const std::ptrdiff_t index = nearestIndex(series, x);
        if (index < 0 || !series.visible)
            continue;
        const auto i = static_cast<std::size_t>(index);
        if (head.isEmpty())
            head = xText(content, series.drawnX()[i]);
        const QColor color =
            series.spec.background ? colors.muted : colors.series[series.spec.color % colors.series.size()];
        const QString sign = series.spec.marker == Marker::None ? u"■"_s : markerSign(series.spec.marker);
        rows.push_back({distance(series, series.shown()[i]),
            u"<tr><td style=\"color:%1\">%2&nbsp;</td><td>%3&nbsp;&nbsp;</td><td align=right><b>%4</b></td></tr>"_s
                .arg(color.name(), sign, series.spec.name.toHtmlEscaped(), valueText(series, i))});
    }
    if (rows.empty())
        return {};
    std::ranges::stable_sort(rows, {}, &Row::distance);
    QString html = head.toHtmlEscaped() + u"<table cellspacing=0>"_s;
    for (const Row& row : rows)
        html += row.html;
    return html + u"</table>"_s;
}

} // namespace fedcctr::widgets
