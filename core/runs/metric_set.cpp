// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/metric_set.h"

#include "core/runs/json_fields.h"

#include <cmath>

namespace fedcctr::runs {

namespace {

constexpr std::string_view kInterval = "_ci95";
constexpr const char* kReliability = "ctr_reliability";

/// What is no bin is left out.
std::vector<evaluation::ReliabilityBin> reliabilityFrom(const nlohmann::json& node)
{
    std::vector<evaluation::ReliabilityBin> bins;
    for (const nlohmann::json& bin : node)
        if (bin.is_array() && bin.size() == 3 && bin[0].is_number() && bin[1].is_number()
            && bin[2].is_number_unsigned())
            bins.push_back({bin[0].get<double>(), bin[1].get<double>(), bin[2].get<std::size_t>()});
    return bins;
}

} // namespace

double MetricSet::at(const std::string& name) const
{
    const auto found = values.find(name);
    return found == values.end() ? std::numeric_limits<double>::quiet_NaN() : found->second;
}

std::optional<std::pair<double, double>> MetricSet::interval(const std::string& name) const
{
    const auto found = intervals.find(name);
    return found == intervals.end() ? std::nullopt : std::optional(found->second);
}

MetricSet metricSetOf(const evaluation::Metrics& metrics)
{
    return metricSetFrom(evaluation::toJson(metrics));
}

MetricSet meanOf(std::span<const MetricSet> parts)
{
    MetricSet mean;
    if (parts.empty())
        return mean;
    const auto count = static_cast<double>(parts.size());
    for (const auto& [name, first] : parts.front().values) {
        double sum = 0;
        double squares = 0;
        bool hasIntervals = true;
        for (const MetricSet& part : parts) {
            sum += part.at(name);
            const auto interval = part.interval(name);
            hasIntervals = hasIntervals && interval;
            if (interval)
                squares += std::pow((interval->second - interval->first) / 2, 2);
        }
        if (std::isnan(sum))
            continue;
        const bool isCount = name == "n" || name == "ctr_n";
        mean.values[name] = isCount ? sum : sum / count;
        if (hasIntervals)
            mean.intervals[name] = {(sum - std::sqrt(squares)) / count, (sum + std::sqrt(squares)) / count};
    }
    return mean;
}

DomainMetricSets metricSetsOf(const evaluation::DomainMetrics& metrics)
{
    return {metricSetOf(metrics[0]), metricSetOf(metrics[1])};
}

nlohmann::json toJson(const MetricSet& metrics)
{
    nlohmann::json node = nlohmann::json::object();
    for (const auto& [name, value] : metrics.values)
        node[name] = name == "n" || name == "ctr_n" ? fields::count(value) : nlohmann::json(value);
    for (const auto& [name, interval] : metrics.intervals)
        node[name + std::string(kInterval)] = {interval.first, interval.second};
    for (const evaluation::ReliabilityBin& bin : metrics.reliability)
        node[kReliability].push_back({bin.expected, bin.observed, bin.samples});
    return node;
}

MetricSet metricSetFrom(const nlohmann::json& node)
{
    MetricSet set;
    if (!node.is_object())
        return set;
    for (const auto& [name, value] : node.items()) {
        if (value.is_number())
            set.values.emplace(name, value.get<double>());
        else if (name.ends_with(kInterval) && value.is_array() && value.size() == 2 && value[0].is_number()
            && value[1].is_number())
            set.intervals.emplace(name.substr(0, name.size() - kInterval.size()),
                std::pair(value[0].get<double>(), value[1].get<double>()));
        else if (name == kReliability && value.is_array())
            set.reliability = reliabilityFrom(value);
    }
    return set;
}

void addDomains(nlohmann::json& node, const DomainMetricSets& metrics)
{
    for (const auto& [name, set] : {std::pair("A", &metrics[0]), std::pair("B", &metrics[1])})
        if (!set->isEmpty())
            node[name] = toJson(*set);
}

DomainMetricSets domainsFrom(const nlohmann::json& node)
{
    return {metricSetFrom(fields::part(node, "A")), metricSetFrom(fields::part(node, "B"))};
}

} // namespace fedcctr::runs
