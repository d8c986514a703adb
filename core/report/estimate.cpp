// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/estimate.h"

#include "core/data/summary.h"
#include "core/evaluation/metrics.h"
#include "core/evaluation/significance.h"

#include <algorithm>
#include <cmath>
#include <exception>

namespace fedcctr::report {

using runs::RoundRecord;
using runs::RunEntry;
using runs::RunRecord;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool counts(const RoundRecord& round, const ValueChoice& choice, std::size_t domain)
{
    if (round.evaluation[domain].isEmpty())
        return false;
    if (choice.rule == ValueRule::AtRound)
        return round.round <= choice.round;
    return choice.rule != ValueRule::BudgetEnd || (round.budget && round.budget->active > 0);
}

/// All clients have stopped in the end.
bool budgetRanOut(const RunRecord& record)
{
    return (record.summary && record.summary->reason == runs::RunState::BudgetSpent)
        || (!record.rounds.empty() && record.rounds.back().budget
            && record.rounds.back().budget->active == 0);
}

/// Of how many candidates a random ranker's NDCG@10 is that: it falls with every candidate.
std::size_t candidatesWith(double ndcg10)
{
    constexpr std::size_t kMost = std::size_t{1} << 32;
    const auto gainAmong = [](std::size_t candidates) {
        return evaluation::randomMetric("ndcg@10", candidates);
    };
    if (!(ndcg10 > 0 && ndcg10 <= 1))
        return 0;
    std::size_t low = 1;
    std::size_t high = kMost;
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (gainAmong(middle) <= ndcg10)
            high = middle;
        else
            low = middle + 1;
    }
    // Of the two beside it the nearer one: files may have rounded.
    return low > 1 && gainAmong(low - 1) - ndcg10 < ndcg10 - gainAmong(low) ? low - 1 : low;
}

std::size_t candidatesOfDataset(const RunEntry& run)
{
    try {
        return static_cast<std::size_t>(data::readSummary(run.datasetPath).evaluationNegatives) + 1;
    } catch (const std::exception&) {
        return 0; // it was moved or removed since: the run itself does not tell
    }
}

} // namespace

Estimate estimateOf(const runs::MetricSet& set, const std::string& metric)
{
    Estimate value;
    value.mean = set.at(metric);
    value.runs = value.isKnown() ? 1 : 0;
    if (metric == "ndcg@10" && set.interval()) {
        value.low = set.interval()->first;
        value.high = set.interval()->second;
        value.overUsers = true;
    }
    return value;
}

Estimate meanOf(std::span<const Estimate> runs)
{
    std::vector<Estimate> known;
    std::ranges::copy_if(runs, std::back_inserter(known), &Estimate::isKnown);
    if (known.empty())
        return {};
    if (known.size() == 1)
        return known.front();
    std::vector<double> means;
    std::ranges::transform(known, std::back_inserter(means), &Estimate::mean);
    const evaluation::MeanInterval interval = evaluation::meanInterval(means);
    return {interval.mean, interval.low(), interval.high(), static_cast<int>(interval.count), false};
}

Estimate valueOf(const RunEntry& entry, const RunRecord* record, const ValueChoice& choice,
    std::size_t domain, const std::string& metric)
{
    if (choice.rule == ValueRule::BestAtValidation)
        return entry.summary ? estimateOf(entry.summary->test[domain], metric) : Estimate{};
    if (!record || (choice.rule == ValueRule::BudgetEnd && !budgetRanOut(*record)))
        return {};
    for (auto round = record->rounds.rbegin(); round != record->rounds.rend(); ++round)
        if (counts(*round, choice, domain))
            return estimateOf(round->evaluation[domain], metric);
    return {};
}

std::size_t candidatesOf(const runs::SummaryRecord& summary)
{
    const auto random =
        std::ranges::find(summary.references, std::string("random"), &runs::ReferenceRecord::ranker);
    return random == summary.references.end() ? 0 : candidatesWith(random->metrics[0].at("ndcg@10"));
}

std::size_t candidatesOf(const RunEntry& run)
{
    const std::size_t told = run.summary ? candidatesOf(*run.summary) : 0;
    return told > 0 ? told : candidatesOfDataset(run);
}

double randomValue(std::span<const RunEntry* const> runs, const std::string& metric)
{
    std::size_t common = 0;
    for (const RunEntry* run : runs) {
        const std::size_t candidates = candidatesOf(*run);
        if (candidates == 0 || (common > 0 && candidates != common))
            return kNaN;
        common = candidates;
    }
    return evaluation::randomMetric(metric, common);
}

} // namespace fedcctr::report
