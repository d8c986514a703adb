// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/plots/chartcontent.h"

#include "widgets/charts/curveplot.h"
#include "widgets/charts/intervalbars.h"

#include <QLocale>

#include <cmath>

namespace fedcctr::plots {

namespace {

constexpr int kDecimals = 2;

QString text(const std::string& words)
{
    return QString::fromStdString(words);
}

QStringList texts(const std::vector<std::string>& all)
{
    QStringList list;
    for (const std::string& words : all)
        list.append(text(words));
    return list;
}

widgets::LineStyle styleOf(report::Line line)
{
    switch (line) {
    case report::Line::Dashed:
        return widgets::LineStyle::Dashed;
    case report::Line::Dotted:
        return widgets::LineStyle::Dotted;
    case report::Line::DashDot:
        return widgets::LineStyle::DashDot;
    case report::Line::Solid:
        break;
    }
    return widgets::LineStyle::Solid;
}

widgets::Marker markerOf(report::Marker marker)
{
    switch (marker) {
    case report::Marker::Circle:
        return widgets::Marker::Circle;
    case report::Marker::Square:
        return widgets::Marker::Square;
    case report::Marker::Triangle:
        return widgets::Marker::Triangle;
    case report::Marker::Diamond:
        return widgets::Marker::Diamond;
    case report::Marker::Cross:
        return widgets::Marker::Cross;
    case report::Marker::None:
        break;
    }
    return widgets::Marker::None;
}

} // namespace

widgets::SeriesSpec specOf(const report::Series& series)
{
    return {text(series.name), text(series.label), series.color, styleOf(series.line), series.rightAxis,
        markerOf(series.marker)};
}

widgets::ReferenceLine lineOf(const report::Reference& reference)
{
    QString label = text(reference.label);
    if (reference.showsValue)
        label += u' ' + QLocale().toString(reference.value, 'f', kDecimals);
    return {text(reference.id), label, reference.value, reference.color, styleOf(reference.line)};
}

widgets::CurveContent contentOf(const report::Chart& chart)
{
    widgets::CurveContent content;
    content.title = text(chart.title);
    content.xLabel = text(chart.xLabel);
    content.yLabel = text(chart.yLabel);
    content.rightLabel = text(chart.rightLabel);
    content.emptyText = text(chart.emptyText);
    content.origin = text(chart.origin);
    content.logX = chart.logX;
    content.logY = chart.logY;
    content.xKind = chart.xAxis == report::XAxis::Number ? widgets::XKind::Number : widgets::XKind::Whole;
    for (const report::Series& series : chart.series) {
        widgets::CurveSeries& made = content.series.emplace_back(specOf(series));
        made.assign(series.x, series.y, series.low, series.high);
    }
    for (const report::Reference& reference : chart.references)
        content.references.push_back(lineOf(reference));
    for (const report::Event& event : chart.events)
        content.marks.push_back({event.x, text(event.label)});
    return content;
}

void show(const report::Chart& chart, widgets::CurvePlot& plot)
{
    plot.clear();
    plot.removeAllSeries();
    plot.setTitle(text(chart.title), text(chart.note));
    plot.setAxes(text(chart.xLabel), text(chart.yLabel));
    plot.setOrigin(text(chart.origin));
    for (const report::Series& series : chart.series)
        plot.setSeries(plot.addSeries(specOf(series)), series.x, series.y, series.low, series.high);
    for (const report::Reference& reference : chart.references)
        plot.setReference(lineOf(reference));
    for (const report::Event& event : chart.events)
        plot.addMark({event.x, text(event.label)});
}

void show(const report::HeatMap& map, widgets::HeatMap& widget,
    const std::function<QString(std::size_t x, std::size_t y)>& help)
{
    QList<QList<widgets::HeatCell>> rows;
    for (std::size_t y = 0; y < map.cells.size(); ++y) {
        QList<widgets::HeatCell>& cells = rows.emplace_back();
        for (std::size_t x = 0; x < map.cells[y].size(); ++x) {
            const double value = map.cells[y][x];
            cells.append({value, std::isfinite(value) ? QLocale().toString(value, 'f', kDecimals) : QString(),
                help ? help(x, y) : QString()});
        }
    }
    widget.setTitle(text(map.title), text(map.note));
    widget.setOrigin(text(map.origin));
    widget.setAxes(text(map.xLabel), text(map.yLabel), text(map.valueLabel));
    widget.setCells(texts(map.xValues), texts(map.yValues), rows);
}

void show(const report::BarChart& chart, widgets::IntervalBars& widget,
    const std::function<QString(const report::Estimate& bar)>& help)
{
    constexpr double kPercent = 100;
    QList<widgets::BarSubject> subjects;
    for (const report::BarSubject& subject : chart.subjects)
        subjects.append({text(subject.name), subject.color});
    QList<widgets::BarGroup> groups;
    for (const report::BarGroup& group : chart.groups) {
        widgets::BarGroup& made = groups.emplace_back();
        made.label = text(group.label);
        made.reference = kPercent * group.reference;
        for (const report::Estimate& bar : group.bars)
            made.bars.append(
                {kPercent * bar.mean, kPercent * bar.low, kPercent * bar.high, help ? help(bar) : QString()});
    }
    widget.setTitle(text(chart.title), text(chart.note));
    widget.setOrigin(text(chart.origin));
    widget.setAxes(text(chart.valueLabel), text(chart.referenceLabel));
    widget.setBars(subjects, subjects.isEmpty() ? QList<widgets::BarGroup>() : groups);
}

} // namespace fedcctr::plots
