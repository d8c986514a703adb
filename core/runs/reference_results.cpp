// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/reference_results.h"

#include "core/base/binary.h"
#include "core/data/dataset_cache.h"
#include "core/evaluation/references.h"

#include <nlohmann/json.hpp>

namespace fedcctr::runs {

using nlohmann::json;

namespace {

constexpr std::string_view kName = "references";

/// Who clicked what, the split, the candidates, and the way that the rankers work.
std::string keyOf(const data::Dataset& dataset, data::Split split)
{
    ByteWriter key;
    key.text("references, first way");
    key.value(split);
    key.value(dataset.itemsInA);
    key.value(static_cast<std::uint64_t>(dataset.items.size()));
    for (const std::size_t offset : dataset.eventOffsets)
        key.value(static_cast<std::uint64_t>(offset));
    for (const data::Event& event : dataset.allEvents) {
        key.value(event.item);
        key.value(event.role);
    }
    for (const data::ItemRows& rows : dataset.negatives[data::index(split)]) {
        key.value(static_cast<std::uint64_t>(rows.size()));
        key.values(rows.items());
    }
    return key.bytes();
}

std::vector<ReferenceRecord> measured(const data::Dataset& dataset, data::Split split)
{
    std::vector<ReferenceRecord> all;
    for (const evaluation::Reference& reference : evaluation::references()) {
        DomainMetricSets metrics = metricSetsOf(reference.measure(dataset, split));
        if (!reference.hasLogLoss)
            for (MetricSet& domain : metrics)
                domain.values.erase("logloss");
        all.push_back({std::string(reference.name), std::move(metrics)});
    }
    return all;
}

/// Nothing where a ranker is missing that is known today.
std::vector<ReferenceRecord> recordsFrom(const std::string& text)
{
    const json document = json::parse(text, nullptr, false);
    std::vector<ReferenceRecord> all;
    for (const evaluation::Reference& reference : evaluation::references()) {
        const std::string name(reference.name);
        if (!document.is_object() || !document.contains(name))
            return {};
        all.push_back({name, domainsFrom(document[name])});
    }
    return all;
}

} // namespace

std::vector<ReferenceRecord> referenceResults(const data::Dataset& dataset, data::Split split)
{
    const std::string key = keyOf(dataset, split);
    if (const auto kept = data::cached(dataset, kName, key))
        if (std::vector<ReferenceRecord> records = recordsFrom(*kept); !records.empty())
            return records;
    std::vector<ReferenceRecord> records = measured(dataset, split);
    json document = json::object();
    for (const ReferenceRecord& record : records)
        addDomains(document[record.ranker] = json::object(), record.metrics);
    data::keepCached(dataset, kName, key, document.dump());
    return records;
}

} // namespace fedcctr::runs
