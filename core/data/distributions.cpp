// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/distributions.h"

#include <algorithm>
#include <chrono>
#include <functional>

namespace fedcctr::data {

namespace {

/// Months since year 0.
int monthOf(std::int64_t unixSeconds)
{
    using namespace std::chrono;
    const year_month_day date(floor<days>(sys_seconds(seconds(unixSeconds))));
    return static_cast<int>(date.year()) * 12 + static_cast<int>(static_cast<unsigned>(date.month())) - 1;
}

std::vector<MonthCount> monthsOf(const Dataset& dataset)
{
    if (!dataset.provenance.hasTimes || dataset.allEvents.empty())
        return {};
    const auto [first, last] = std::ranges::minmax_element(dataset.allEvents, {}, &Event::time);
    const int from = monthOf(first->time);
    std::vector<MonthCount> months(static_cast<std::size_t>(monthOf(last->time) - from + 1));
    for (std::size_t i = 0; i < months.size(); ++i) {
        const int month = from + static_cast<int>(i);
        months[i].year = month / 12;
        months[i].month = month % 12 + 1;
    }
    for (const Event& event : dataset.allEvents)
        ++months[static_cast<std::size_t>(monthOf(event.time) - from)]
              .events[index(dataset.domainOf(event.item))];
    return months;
}

} // namespace

Distributions distributions(const Dataset& dataset)
{
    Distributions result;
    std::vector<std::size_t> perItem(dataset.items.size());
    for (std::size_t user = 0; user < dataset.userCount(); ++user) {
        std::array<std::size_t, 2> lengths{};
        for (const Event& event : dataset.events(user)) {
            ++lengths[index(dataset.domainOf(event.item))];
            ++perItem[static_cast<std::size_t>(event.item)];
        }
        for (const std::size_t domain : {0U, 1U})
            result.lengths[domain].push_back(lengths[domain]);
        if (lengths[0] > 0)
            result.ratios.push_back(static_cast<double>(lengths[1]) / static_cast<double>(lengths[0]));
    }
    for (const Domain domain : kDomains) {
        std::vector<std::size_t>& counts = result.popularity[index(domain)];
        const auto first = perItem.begin() + dataset.firstItem(domain);
        counts.assign(first, first + dataset.itemCount(domain));
        std::ranges::sort(counts, std::greater());
    }
    result.months = monthsOf(dataset);
    return result;
}

} // namespace fedcctr::data
