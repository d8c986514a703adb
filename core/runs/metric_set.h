// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluation/metrics.h"

#include <array>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace fedcctr::runs {

/// The metrics of one domain, by name ("ndcg@10", "auc", …), as fractions; "n" is the number of users.
struct MetricSet {
    std::map<std::string, double> values;
    std::map<std::string, std::pair<double, double>> intervals; ///< 95 %, of those that have one

    std::vector<evaluation::ReliabilityBin> reliability; ///< of the CTR task; empty where it was not judged

    bool isEmpty() const { return values.empty(); }

    /// NaN if there is no such metric.
    double at(const std::string& name) const;

    std::optional<std::pair<double, double>> interval(const std::string& name = "ndcg@10") const;

    bool operator==(const MetricSet&) const = default;
};

using DomainMetricSets = std::array<MetricSet, 2>; ///< A and B; empty where nothing was measured

MetricSet metricSetOf(const evaluation::Metrics& metrics);

/// Means over independent parts, each counting as much: of every figure that all parts have, with an interval
/// where all have one (the parts' half widths as errors of independent figures). "n" and "ctr_n" are sums.
MetricSet meanOf(std::span<const MetricSet> parts);
DomainMetricSets metricSetsOf(const evaluation::DomainMetrics& metrics);

/// {"ndcg@10": …, "ndcg@10_ci95": [low, high], …, "n": …}
nlohmann::json toJson(const MetricSet& metrics);
MetricSet metricSetFrom(const nlohmann::json& node);

/// Of the members "A" and "B"; those that are empty are left out.
void addDomains(nlohmann::json& node, const DomainMetricSets& metrics);
DomainMetricSets domainsFrom(const nlohmann::json& node);

} // namespace fedcctr::runs
