// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/run_groups.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace fedcctr::report {

namespace {

constexpr std::array kMetrics{&runs::UserScore::rank, &runs::UserScore::ndcg10, &runs::UserScore::mrr10,
    &runs::UserScore::hr10, &runs::UserScore::auc, &runs::UserScore::logLoss};

/// Sums over runs, and how many of them have the user.
struct UserSum {
    runs::UserScore score;
    std::size_t runs = 0;
};

std::vector<runs::UserScore> meansOf(const std::map<std::int32_t, UserSum>& sums, std::size_t runs)
{
    std::vector<runs::UserScore> means;
    for (const auto& [user, sum] : sums) {
        if (sum.runs != runs)
            continue;
        runs::UserScore mean = sum.score;
        mean.user = user;
        for (const auto metric : kMetrics)
            mean.*metric /= static_cast<double>(runs);
        means.push_back(mean);
    }
    return means;
}

} // namespace

std::vector<const runs::RunEntry*> RunGroup::replicates() const
{
    std::vector<const runs::RunEntry*> found;
    for (const std::size_t place : runs::distinctSeeds(runs))
        if (runs[place]->summary)
            found.push_back(runs[place]);
    return found;
}

std::vector<RunGroup> groupRuns(std::span<const runs::RunEntry> entries)
{
    std::vector<const runs::RunEntry*> pointers;
    for (const runs::RunEntry& entry : entries)
        pointers.push_back(&entry);
    return groupRuns(pointers);
}

std::vector<RunGroup> groupRuns(std::span<const runs::RunEntry* const> entries)
{
    std::vector<RunGroup> groups;
    std::map<std::string, std::size_t> places;
    for (const runs::RunEntry* entry : entries) {
        if (entry->state == runs::RunState::Broken || entry->state == runs::RunState::Foreign)
            continue;
        const std::string key = entry->groupKey();
        const auto [place, isNew] = places.try_emplace(key, groups.size());
        if (isNew)
            groups.push_back({key, {}});
        groups[place->second].runs.push_back(entry);
    }
    return groups;
}

std::vector<std::string> namesOf(std::span<const RunGroup> groups)
{
    std::vector<const runs::RunEntry*> runs;
    for (const RunGroup& group : groups)
        runs.push_back(group.runs.front());
    return runs::configurationNames(runs);
}

Estimate groupMetric(const RunGroup& group, std::size_t domain, const std::string& metric)
{
    std::vector<Estimate> values;
    for (const runs::RunEntry* run : group.replicates())
        values.push_back(estimateOf(run->summary->test[domain], metric));
    return meanOf(values);
}

std::string frontierKey(const runs::RunEntry& run)
{
    runs::RunEntry along = run;
    along.settings.clear();
    for (const auto& setting : run.settings)
        if (!runs::setsEpsilon(setting.first))
            along.settings.push_back(setting);
    return along.groupKey();
}

std::vector<FrontierLine> frontierLines(std::span<const std::pair<std::string, std::string>> points)
{
    std::map<std::string, std::map<std::string, std::vector<std::size_t>>> threats;
    for (std::size_t i = 0; i < points.size(); ++i)
        threats[points[i].first][points[i].second].push_back(i);
    std::vector<FrontierLine> lines;
    for (const auto& [threat, models] : threats) {
        const bool isOnly = models.size() == 1;
        FrontierLine alone{threat, true, isOnly, {}};
        for (const auto& [model, members] : models) {
            if (members.size() == 1)
                alone.points.push_back(members.front());
            else
                lines.push_back({threat, false, isOnly, members});
        }
        if (!alone.points.empty())
            lines.push_back(std::move(alone));
    }
    return lines;
}

std::map<std::string, std::map<double, evaluation::MeanInterval>> privatePopularity(
    std::span<const runs::RunEntry* const> runs, std::size_t domain, const std::string& metric)
{
    // The counts are drawn from the seed: runs of one seed count the same.
    std::map<std::string, std::map<double, std::set<std::int64_t>>> seeds;
    std::map<std::string, std::map<double, std::vector<double>>> found;
    for (const runs::RunEntry* run : runs) {
        if (!run->summary || !run->summary->privatePopularity)
            continue;
        const runs::PrivatePopularityRecord& counted = *run->summary->privatePopularity;
        const double value = counted.metrics[domain].at(metric);
        if (std::isfinite(value) && seeds[counted.adversary][counted.epsilon].insert(run->seed).second)
            found[counted.adversary][counted.epsilon].push_back(value);
    }
    std::map<std::string, std::map<double, evaluation::MeanInterval>> means;
    for (const auto& [adversary, byEpsilon] : found)
        for (const auto& [epsilon, values] : byEpsilon)
            means[adversary][epsilon] = evaluation::meanInterval(values);
    return means;
}

std::optional<runs::UserScores> meanUserScores(const RunGroup& group)
{
    const std::vector<const runs::RunEntry*> runs = group.replicates();
    std::array<std::map<std::int32_t, UserSum>, 2> sums;
    for (const runs::RunEntry* run : runs) {
        std::optional<runs::UserScores> scores;
        try {
            scores = runs::readTestUsers(run->path);
        } catch (const Error&) {
            return std::nullopt;
        }
        if (!scores)
            return std::nullopt;
        for (std::size_t domain = 0; domain < 2; ++domain)
            for (const runs::UserScore& score : (*scores)[domain]) {
                UserSum& sum = sums[domain][score.user];
                for (const auto metric : kMetrics)
                    sum.score.*metric += score.*metric;
                ++sum.runs;
            }
    }
    if (runs.empty())
        return std::nullopt;
    return runs::UserScores{meansOf(sums[0], runs.size()), meansOf(sums[1], runs.size())};
}

} // namespace fedcctr::report
