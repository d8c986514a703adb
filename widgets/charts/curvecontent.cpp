// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/curvecontent.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

/// Smallest and largest of a column, in the order of x, and a gap if the column holds one.
void addColumn(std::vector<QPointF>& points, const std::vector<double>& x, const std::vector<double>& y,
    std::size_t begin, std::size_t end)
{
    std::size_t low = end;
    std::size_t high = end;
    bool gap = false;
    for (std::size_t i = begin; i < end; ++i) {
        if (!std::isfinite(y[i])) {
            gap = true;
            continue;
        }
        if (low == end || y[i] < y[low])
            low = i;
        if (high == end || y[i] > y[high])
            high = i;
    }
    if (low != end) {
        const auto [first, second] = std::minmax(low, high);
        points.emplace_back(x[first], y[first]);
        if (second != first)
            points.emplace_back(x[second], y[second]);
    }
    if (gap)
        points.emplace_back(x[end - 1], kGap);
}

} // namespace

QString markerSign(Marker marker)
{
    switch (marker) {
    case Marker::Circle:
        return u"●"_s;
    case Marker::Square:
        return u"■"_s;
    case Marker::Triangle:
        return u"▲"_s;
    case Marker::Diamond:
        return u"◆"_s;
    case Marker::Cross:
        return u"✕"_s;
    case Marker::None:
        break;
    }
    return {};
}

void CurveSeries::append(double x, double y)
{
    m_x.push_back(x);
    m_y.push_back(y);
    note(y);
    if (!m_choice.isEmpty())
        placeFrom(x);
    if (m_weight > 0)
        smoothNext(y);
}

void CurveSeries::append(double x, double y, double low, double high)
{
    append(x, y);
    m_bandX.push_back(x);
    m_bandIndex.push_back(m_x.size() - 1);
    if (const std::optional<double> drawn = chosenAt(x); drawn && !m_choice.isEmpty())
        m_drawnBandX.push_back(*drawn);
    m_low.push_back(low);
    m_high.push_back(high);
    note(low);
    note(high);
}

void CurveSeries::clear()
{
    CurveSeries empty(spec);
    empty.visible = visible;
    empty.m_weight = m_weight;
    empty.m_choice = m_choice;
    *this = std::move(empty);
}

void CurveSeries::assign(const std::vector<double>& x, const std::vector<double>& y,
    const std::vector<double>& low, const std::vector<double>& high)
{
    std::map<QString, Alternative> alternatives = std::move(m_alternatives);
    clear();
    m_alternatives = std::move(alternatives);
    std::vector<std::size_t> order(std::min(x.size(), y.size()));
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, {}, [&x](std::size_t i) { return x[i]; });
    for (const std::size_t i : order) {
        if (i < low.size() && i < high.size() && std::isfinite(low[i]) && std::isfinite(high[i]))
            append(x[i], y[i], low[i], high[i]);
        else
            append(x[i], y[i]);
    }
}

void CurveSeries::noteAlternativeX(const QString& id, double x, double value)
{
    if (!std::isfinite(value))
        return;
    Alternative& known = m_alternatives[id];
    const double before = known.at.empty() ? -std::numeric_limits<double>::infinity() : known.at.back();
    if (x < before)
        return;
    known.at.push_back(x);
    known.value.push_back(known.value.empty() ? value : std::max(value, known.value.back()));
    // What lay beyond the last known value stood at that.
    if (m_choice == id)
        placeFrom(before);
}

void CurveSeries::clearAlternativeX(const QString& id)
{
    m_alternatives.erase(id);
    chooseX(m_choice);
}

void CurveSeries::chooseX(const QString& id)
{
    m_choice = id;
    m_drawnX.clear();
    m_drawnBandX.clear();
    if (!id.isEmpty())
        placeFrom(-std::numeric_limits<double>::infinity());
}

void CurveSeries::placeFrom(double x)
{
    const auto known = m_alternatives.find(m_choice);
    if (known == m_alternatives.end() || known->second.at.empty())
        return;
    const auto place = [this, x](const std::vector<double>& from, std::vector<double>& to) {
        const auto first = std::lower_bound(from.begin(), from.end(), x) - from.begin();
        to.resize(std::min(to.size(), static_cast<std::size_t>(first)));
        for (std::size_t i = to.size(); i < from.size(); ++i)
            to.push_back(*chosenAt(from[i]));
    };
    place(m_x, m_drawnX);
    place(m_bandX, m_drawnBandX);
}

std::optional<double> CurveSeries::chosenAt(double x) const
{
    if (m_choice.isEmpty())
        return x;
    const auto found = m_alternatives.find(m_choice);
    if (found == m_alternatives.end() || found->second.at.empty())
        return std::nullopt;
    const auto& [at, value] = found->second;
    const auto after = static_cast<std::size_t>(std::lower_bound(at.begin(), at.end(), x) - at.begin());
    if (after == at.size())
        return value.back();
    if (after == 0 || at[after] == x)
        return value[after];
    const double share = (x - at[after - 1]) / (at[after] - at[after - 1]);
    return value[after - 1] + share * (value[after] - value[after - 1]);
}

void CurveSeries::smooth(double weight)
{
    m_weight = weight;
    m_mean = 0;
    m_remaining = 1;
    m_smoothed.clear();
    if (weight > 0)
        for (const double value : m_y)
            smoothNext(value);
}

void CurveSeries::smoothNext(double y)
{
    if (!std::isfinite(y)) {
        m_smoothed.push_back(y);
        return;
    }
    m_mean = m_weight * m_mean + (1 - m_weight) * y;
    m_remaining *= m_weight;
    m_smoothed.push_back(m_mean / (1 - m_remaining));
}

void CurveSeries::note(double value)
{
    if (!std::isfinite(value))
        return;
    const bool first = m_most < m_least;
    m_least = first ? value : std::min(m_least, value);
    m_most = first ? value : std::max(m_most, value);
    if (value > 0 && (m_leastPositive == 0 || value < m_leastPositive))
        m_leastPositive = value;
}

std::ptrdiff_t CurveSeries::indexAt(double x) const
{
    const std::vector<double>& drawn = drawnX();
    return std::upper_bound(drawn.begin(), drawn.end(), x) - drawn.begin() - 1;
}

bool CurveContent::isEmpty() const
{
    return std::ranges::all_of(series, &CurveSeries::isEmpty);
}

QString CurveContent::shownXLabel() const
{
    const auto chosen = std::ranges::find(axisChoices, axisChoice, &AxisChoice::id);
    return chosen == axisChoices.end() ? xLabel : chosen->label;
}

XKind CurveContent::shownXKind() const
{
    const auto chosen = std::ranges::find(axisChoices, axisChoice, &AxisChoice::id);
    return chosen == axisChoices.end() ? xKind : chosen->kind;
}

std::optional<double> CurveContent::drawnX(double x) const
{
    if (axisChoice.isEmpty())
        return x;
    for (const CurveSeries& one : series)
        if (const std::optional<double> drawn = one.chosenAt(x); drawn && !one.spec.background)
            return drawn;
    return std::nullopt;
}

bool CurveContent::wantsLegend() const
{
    constexpr std::size_t kMostLabels = 6;
    return series.size() > kMostLabels
        || std::ranges::any_of(series, [](const CurveSeries& one) { return !one.spec.connected; });
}

std::vector<QPointF> thinned(const std::vector<double>& x, const std::vector<double>& y, double from,
    double to, std::size_t columns, std::size_t limit)
{
    const auto position = [&x](auto found) { return static_cast<std::size_t>(found - x.begin()); };
    std::size_t begin = position(std::lower_bound(x.begin(), x.end(), from));
    std::size_t end = position(std::upper_bound(x.begin(), x.end(), to));
    begin -= begin > 0 ? 1U : 0U;
    end += end < x.size() ? 1U : 0U;

    std::vector<QPointF> points;
    if (end - begin <= limit) {
        points.reserve(end - begin);
        for (std::size_t i = begin; i < end; ++i)
            points.emplace_back(x[i], y[i]);
        return points;
    }
    const double first = x[begin];
    const double width = (x[end - 1] - first) / static_cast<double>(columns);
    points.reserve(2 * columns + 2);
    for (std::size_t column = 0, i = begin; column < columns && i < end; ++column) {
        const bool last = column + 1 == columns;
        const auto stop = last ? x.begin() + static_cast<std::ptrdiff_t>(end)
                               : std::lower_bound(x.begin() + static_cast<std::ptrdiff_t>(i),
                                   x.begin() + static_cast<std::ptrdiff_t>(end),
                                   first + static_cast<double>(column + 1) * width);
        if (position(stop) > i)
            addColumn(points, x, y, i, position(stop));
        i = position(stop);
    }
    return points;
}

std::vector<double> spreadOut(const std::vector<double>& wished, double gap, double top, double bottom)
{
    if (wished.empty())
        return {};
    std::vector<std::size_t> order(wished.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, {}, [&wished](std::size_t i) { return wished[i]; });

    const double room = std::max(0.0, bottom - top);
    const double step =
        wished.size() > 1 ? std::min(gap, room / static_cast<double>(wished.size() - 1)) : gap;
    std::vector<double> placed(wished.size());
    double next = top;
    for (const std::size_t i : order) {
        placed[i] = std::max(wished[i], next);
        next = placed[i] + step;
    }
    // What was pushed below the end comes back up.
    double limit = std::max(top, bottom);
    for (auto i = order.rbegin(); i != order.rend(); ++i) {
        placed[*i] = std::min(placed[*i], limit);
        limit = placed[*i] - step;
    }
    return placed;
}

} // namespace fedcctr::widgets
