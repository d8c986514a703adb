// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/curveaxes.h"

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

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

/// Powers of ten; where few of them are in view, also 2 and 5 times them.
class PowerTicker : public QCPAxisTicker {
protected:
    QVector<double> createTickVector(double, const QCPRange& range) override
    {
        QVector<double> ticks;
        if (!(range.lower > 0) || !std::isfinite(range.upper))
            return ticks;
        constexpr double kFewDecades = 3;
        constexpr int kMostTicks = 8;
        const double first = std::floor(std::log10(range.lower));
        const double last = std::ceil(std::log10(range.upper));
        const bool between = std::log10(range.upper / range.lower) <= kFewDecades;
        const double step = std::max(1.0, std::ceil((last - first) / kMostTicks));
        for (double exponent = first; exponent <= last; exponent += step)
            for (const double factor : {1.0, 2.0, 5.0})
                if (factor == 1 || between)
                    ticks.append(factor * std::pow(10, exponent));
        return ticks;
    }
    int getSubTickCount(double) override { return 0; }
};

/// Smallest and largest of what is drawn; only positive ones where `positive`.
class Span {
public:
    explicit Span(bool positive)
        : m_positive(positive)
    {
    }
    void include(double value)
    {
        if (!std::isfinite(value) || (m_positive && value <= 0))
            return;
        m_least = std::min(m_least, value);
        m_most = std::max(m_most, value);
    }
    bool isEmpty() const { return m_most < m_least; }
    double least() const { return m_least; }
    double most() const { return m_most; }

private:
    bool m_positive;
    double m_least = std::numeric_limits<double>::infinity();
    double m_most = -std::numeric_limits<double>::infinity();
};

} // namespace

QSharedPointer<QCPAxisTicker> tickerFor(XKind kind, bool logarithmic)
{
    if (logarithmic)
        return QSharedPointer<PowerTicker>::create();
    switch (kind) {
    case XKind::Whole:
        return QSharedPointer<WholeTicker>::create();
    case XKind::Duration: {
        auto ticker = QSharedPointer<QCPAxisTickerTime>::create();
        ticker->setTimeFormat(u"%h:%m:%s"_s);
        return ticker;
    }
    case XKind::DateTime: {
        auto ticker = QSharedPointer<QCPAxisTickerDateTime>::create();
        ticker->setDateTimeFormat(u"HH:mm:ss"_s);
        return ticker;
    }
    case XKind::Number:
        break;
    }
    return QSharedPointer<QCPAxisTicker>::create();
}

QCPRange fittedX(const CurveContent& content)
{
    Span span(content.logX);
    for (const CurveSeries& series : content.series) {
        const std::vector<double>& x = series.drawnX();
        if (x.empty())
            continue;
        span.include(x.back());
        // Ascending, so the first one that can be shown is the smallest.
        const auto first = content.logX ? std::ranges::upper_bound(x, 0.0) : x.begin();
        if (first != x.end())
            span.include(*first);
    }
    if (span.isEmpty())
        return content.logX ? QCPRange(1, 10) : QCPRange(0, 10);
    for (const EventMark& mark : content.marks)
        if (const std::optional<double> x = content.drawnX(mark.x))
            span.include(std::max(*x, span.least()));
    const bool points = std::ranges::any_of(
        content.series, [](const CurveSeries& series) { return series.spec.marker != Marker::None; });
    if (content.logX) {
        const double margin = points || span.most() == span.least() ? 1.25 : 1;
        return {span.least() / margin, span.most() * margin};
    }
    if (content.shownXKind() == XKind::Whole)
        return {std::min(span.least(), span.most() - 1), std::max(span.most(), span.least() + 1)};
    // A marker at the edge would be cut.
    double margin = points ? (span.most() - span.least()) * 0.05 : 0;
    if (span.most() == span.least())
        margin = std::max(1e-9, std::abs(span.most()) * 0.1);
    return {span.least() - margin, span.most() + margin};
}

QCPRange fittedY(const CurveContent& content)
{
    const bool logY = content.logY;
    Span span(logY);
    for (const CurveSeries& series : content.series) {
        if (!series.visible || series.spec.rightAxis || series.most() < series.least())
            continue;
        span.include(logY ? series.leastPositive() : series.least());
        span.include(series.most());
    }
    for (const ReferenceLine& reference : content.references)
        span.include(reference.value);
    if (span.isEmpty())
        return logY ? QCPRange(0.1, 10) : QCPRange(0, 1);
    if (logY)
        return {span.least() / 1.2, span.most() * 1.2};
    const bool fromZero = content.fromZero && span.least() >= 0;
    const double bottom = fromZero ? 0 : span.least();
    const double margin =
        (span.most() > bottom ? span.most() - bottom : std::max(1e-9, std::abs(span.most()))) * 0.07;
    return {fromZero ? 0 : bottom - margin, span.most() + margin};
}

} // namespace fedcctr::widgets
