// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/data/datasetcharts.h"

#include "widgets/charts/histogram.h"

#include <QGridLayout>
#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::Histogram;
using widgets::HistogramPoints;
using widgets::HistogramSeries;

namespace {

constexpr std::size_t kMostBins = 25;

/// Bins of equal width over the lengths: "5", or "5–9".
struct LengthBins {
    std::size_t width = 1;
    std::size_t count = 0;

    explicit LengthBins(std::size_t longest)
        : width(longest / kMostBins + 1)
        , count(longest / width + 1)
    {
    }

    QString label(std::size_t bin) const
    {
        const std::size_t from = bin * width;
        return width == 1 ? QString::number(from) : u"%1–%2"_s.arg(from).arg(from + width - 1);
    }
};

/// Points (rank, occurrences) thinned to what a logarithmic axis can show: every rank at first, then steps of
/// 2 %. The last rank stays.
QList<QPointF> rankPoints(const std::vector<std::size_t>& popularity)
{
    constexpr double kStep = 1.02;
    QList<QPointF> points;
    std::size_t next = 1;
    for (std::size_t rank = 1; rank <= popularity.size() && popularity[rank - 1] > 0; ++rank) {
        const bool isLast = rank == popularity.size() || popularity[rank] == 0;
        if (rank < next && !isLast)
            continue;
        points.append({static_cast<double>(rank), static_cast<double>(popularity[rank - 1])});
        next = std::max(rank + 1, static_cast<std::size_t>(std::ceil(static_cast<double>(rank) * kStep)));
    }
    return points;
}

/// Months, or quarters where they would be too many.
struct TimeBins {
    QStringList labels;
    std::array<QList<double>, 2> events;
    bool quarters = false;
};

TimeBins timeBins(const std::vector<data::MonthCount>& months)
{
    constexpr std::size_t kMostMonths = 60;
    TimeBins bins;
    bins.quarters = months.size() > kMostMonths;
    for (const data::MonthCount& month : months) {
        const QString label = bins.quarters ? u"%1 Q%2"_s.arg(month.year).arg((month.month - 1) / 3 + 1)
                                            : u"%1-%2"_s.arg(month.year).arg(month.month, 2, 10, QChar(u'0'));
        const bool isNew = bins.labels.isEmpty() || bins.labels.last() != label;
        if (isNew)
            bins.labels.append(label);
        for (const std::size_t domain : {0U, 1U}) {
            if (isNew)
                bins.events[domain].append(0);
            bins.events[domain].last() += static_cast<double>(month.events[domain]);
        }
    }
    return bins;
}

/// B is empty where there are markets.
std::span<const data::Domain> domainsOf(const data::Dataset& dataset)
{
    return std::span(data::kDomains).first(dataset.hasOneDomain() ? 1 : 2);
}

} // namespace

DatasetCharts::DatasetCharts(QWidget* parent)
    : QWidget(parent)
    , m_grid(new QGridLayout(this))
    , m_lengths(addChart(u"plot_lengths"_s, tr("Sequence length"),
          tr("Users by the number of their interactions in each domain")))
    , m_popularity(addChart(u"plot_popularity"_s, tr("Item popularity"),
          tr("How often each item occurs, from the most to the least popular; a straight line is a power "
             "law")))
    , m_times(addChart(u"plot_times"_s, tr("Interactions over time"),
          tr("Interactions per month or quarter (UTC), held-out ones included")))
    , m_ratios(addChart(u"plot_ratios"_s, tr("Users by balance of the domains"),
          tr("Share of users by |sᴮ| / |sᴬ|: 1 is as many interactions in both")))
{
    setObjectName(u"charts_dataset"_s);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(6);
    arrange();
    m_lengths->setAxes(tr("interactions of a user"), tr("users"));
    m_popularity->setAxes(tr("rank of the item"), tr("interactions"));
    m_ratios->setAxes(u"|sᴮ| / |sᴬ|"_s, tr("users (%)"));
    m_times->setEmptyText(tr("The source gives the order only, without times."));
}

/// Two beside each other where there is room for both.
void DatasetCharts::arrange()
{
    const int columns = width() >= 2 * fontMetrics().averageCharWidth() * 38 ? 2 : 1;
    if (columns == m_columns)
        return;
    m_columns = columns;
    int place = 0;
    for (Histogram* chart : {m_lengths, m_popularity, m_times, m_ratios}) {
        m_grid->addWidget(chart, place / columns, place % columns);
        ++place;
    }
}

void DatasetCharts::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
}

Histogram* DatasetCharts::addChart(const QString& name, const QString& title, const QString& help)
{
    auto* chart = new Histogram(name, this);
    chart->setTitle(title, help);
    chart->setExportName(name.section(u'_', 1));
    connect(chart, &Histogram::exported, this, &DatasetCharts::exported);
    connect(chart, &Histogram::exportFailed, this, &DatasetCharts::exportFailed);
    return chart;
}

void DatasetCharts::setView(const SharedView& view)
{
    for (Histogram* chart : {m_lengths, m_popularity, m_times, m_ratios}) {
        chart->setOrigin(view ? QString::fromStdString(view->dataset->provenance.name) : QString());
        chart->setBars({}, {});
    }
    if (!view)
        return;
    showLengths(*view);
    showPopularity(*view);
    showTimes(*view);
    showRatios(*view);
}

void DatasetCharts::showLengths(const DatasetView& view)
{
    std::size_t longest = 0;
    for (const auto& lengths : view.distributions.lengths)
        for (const std::size_t length : lengths)
            longest = std::max(longest, length);
    const LengthBins bins(longest);
    QStringList labels;
    for (std::size_t bin = 0; bin < bins.count; ++bin)
        labels.append(bins.label(bin));
    QList<HistogramSeries> series;
    for (const data::Domain domain : domainsOf(*view.dataset)) {
        HistogramSeries one{
            nameOf(*view.dataset, domain), QList<double>(static_cast<qsizetype>(bins.count), 0.0)};
        for (const std::size_t length : view.distributions.lengths[index(domain)])
            one.values[static_cast<qsizetype>(length / bins.width)] += 1;
        series.append(one);
    }
    m_lengths->setBars(labels, series);
}

void DatasetCharts::showPopularity(const DatasetView& view)
{
    QList<HistogramPoints> series;
    for (const data::Domain domain : domainsOf(*view.dataset))
        series.append(
            {nameOf(*view.dataset, domain), rankPoints(view.distributions.popularity[index(domain)])});
    m_popularity->setLogLogPoints(series);
}

void DatasetCharts::showTimes(const DatasetView& view)
{
    const TimeBins bins = timeBins(view.distributions.months);
    m_times->setAxes(bins.quarters ? tr("quarter") : tr("month"), tr("interactions"));
    QList<HistogramSeries> series;
    for (const data::Domain domain : domainsOf(*view.dataset))
        series.append({nameOf(*view.dataset, domain), bins.events[index(domain)]});
    m_times->setBars(bins.labels, bins.labels.isEmpty() ? QList<HistogramSeries>() : series);
}

void DatasetCharts::showRatios(const DatasetView& view)
{
    // Even in both directions: a half and a double are equally far from balance.
    constexpr std::array<double, 9> kFrom{0, 0.125, 0.25, 0.5, 0.8, 1.25, 2, 4, 8};
    const QLocale locale;
    QStringList labels;
    for (std::size_t i = 0; i < kFrom.size(); ++i)
        labels.append(i == 0 ? u"< %1"_s.arg(locale.toString(kFrom[1]))
                : i + 1 == kFrom.size()
                ? u"≥ %1"_s.arg(locale.toString(kFrom[i]))
                : u"%1–%2"_s.arg(locale.toString(kFrom[i]), locale.toString(kFrom[i + 1])));
    QList<double> shares(static_cast<qsizetype>(kFrom.size()), 0.0);
    for (const double ratio : view.distributions.ratios)
        shares[std::ranges::upper_bound(kFrom, ratio) - kFrom.begin() - 1] += 1;
    const auto users = static_cast<double>(std::max<std::size_t>(1, view.distributions.ratios.size()));
    for (double& share : shares)
        share *= 100 / users;
    m_ratios->setVisible(!view.dataset->hasOneDomain());
    m_ratios->setBars(labels, {{tr("share of users (%)"), shares}});
}

} // namespace fedcctr::studio
