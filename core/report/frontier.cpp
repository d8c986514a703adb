// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/frontier.h"

#include "core/base/numbers.h"
#include "core/privacy/accountants/accountants.h"
#include "core/report/ablation.h"
#include "core/report/privacy_statement.h"

#include <algorithm>
#include <cmath>

namespace fedcctr::report {

using runs::RunEntry;
using runs::SpendRecord;

namespace {

constexpr const char* kMetric = "ndcg@10";
constexpr std::array kMarkers{
    Marker::Circle, Marker::Square, Marker::Triangle, Marker::Diamond, Marker::Cross};

const RunEntry& firstRun(const Frontier& frontier, const FrontierPoint& point)
{
    return *frontier.groups[point.group].runs.front();
}

std::string deltaWords(double delta)
{
    return delta > 0 ? "δ " + general(delta) : "no δ";
}

std::string joined(std::initializer_list<std::string> words)
{
    std::string all;
    for (const std::string& word : words)
        if (!word.empty())
            all += (all.empty() ? "" : ", ") + word;
    return all;
}

/// What an epsilon means nothing without: against whom, next to whom, how the noise goes, and delta.
std::string threatOf(const Frontier& frontier, const FrontierPoint& point)
{
    return joined({point.adversary, point.relation, firstRun(frontier, point).setting("privacy.schedule"),
        deltaWords(point.delta)});
}

/// The same without what all points of a chart share, for which there is little room at a line's end.
std::string shortThreatOf(
    const Frontier& frontier, const FrontierPoint& point, std::span<const FrontierPoint* const> all)
{
    const auto differs = [&](const auto& wordsOf) {
        return std::ranges::any_of(
            all, [&](const FrontierPoint* other) { return wordsOf(*other) != wordsOf(point); });
    };
    const auto relation = [](const FrontierPoint& one) { return one.relation; };
    const auto schedule = [&](const FrontierPoint& one) {
        return firstRun(frontier, one).setting("privacy.schedule");
    };
    const auto delta = [](const FrontierPoint& one) { return deltaWords(one.delta); };
    return joined({point.adversary, differs(relation) ? relation(point) : std::string(),
        differs(schedule) ? schedule(point) : std::string(), differs(delta) ? delta(point) : std::string()});
}

/// Configurations that differ in their noise only, before one threat; or those that stand alone.
struct NamedLine {
    std::string name;
    std::string label; ///< shorter, for the line's end
    bool isScattered = false; ///< points that have nothing to do with each other
    std::vector<const FrontierPoint*> points;
};

std::vector<NamedLine> linesOf(const Frontier& frontier, const std::string& accountant)
{
    std::vector<const FrontierPoint*> counted;
    std::vector<std::pair<std::string, std::string>> keys;
    for (const FrontierPoint& point : frontier.points)
        if (point.accountant == accountant) {
            counted.push_back(&point);
            keys.emplace_back(threatOf(frontier, point), frontierKey(firstRun(frontier, point)));
        }
    std::vector<NamedLine> lines;
    std::vector<const RunEntry*> firsts;
    const std::vector<FrontierLine> all = frontierLines(keys);
    for (const FrontierLine& found : all) {
        NamedLine line{found.threat, shortThreatOf(frontier, *counted[found.points.front()], counted),
            found.isScattered, {}};
        for (const std::size_t i : found.points)
            line.points.push_back(counted[i]);
        if (!found.isScattered)
            firsts.push_back(&firstRun(frontier, *line.points.front()));
        lines.push_back(std::move(line));
    }
    const std::vector<std::string> names = runs::lineNames(firsts);
    std::size_t named = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string name = all[i].isScattered ? "single configurations" : names[named++];
        for (std::string* words : {&lines[i].name, &lines[i].label})
            if (!all[i].isOnly)
                *words += ", " + name;
    }
    return lines;
}

/// One domain, or both of them side by side, into one chart.
class Drawing {
public:
    Drawing(const Frontier& frontier, Chart& chart, bool namesDomains)
        : m_frontier(frontier)
        , m_chart(chart)
        , m_namesDomains(namesDomains)
    {
    }

    void addLines(std::span<const NamedLine> lines, std::size_t domain)
    {
        for (const NamedLine& line : lines) {
            Series series = next(line.name, line.label, domain, domainLine(domain));
            for (const FrontierPoint* point : line.points) {
                const Estimate value = groupMetric(m_frontier.groups[point->group], domain, kMetric);
                if (!value.isKnown())
                    continue;
                series.addPercent(point->epsilon, value);
                if (line.isScattered)
                    series.add(point->epsilon, std::numeric_limits<double>::quiet_NaN());
            }
            add(std::move(series));
        }
    }

    /// The cheap end: popularity that is counted under noise and spends the whole budget at once. Its epsilon
    /// is the exact one of a single Gaussian release, which holds beside every rigorous accountant.
    void addPrivatePopularity(std::size_t domain)
    {
        std::vector<const RunEntry*> runs;
        for (const RunGroup& group : m_frontier.groups)
            std::ranges::copy(group.replicates(), std::back_inserter(runs));
        for (const auto& [adversary, byEpsilon] : privatePopularity(runs, domain, kMetric)) {
            Series series = next("private popularity, " + adversary + ", gaussian", {}, domain, Line::Dotted);
            for (const auto& [epsilon, value] : byEpsilon)
                series.addPercent(epsilon,
                    {.mean = value.mean,
                        .low = value.low(),
                        .high = value.high(),
                        .runs = static_cast<int>(value.count)});
            add(std::move(series));
        }
    }

    /// Random and popularity below, the best configurations without noise above.
    void addEnds(std::size_t domain, bool isFirst)
    {
        const std::vector<const RunEntry*> all = runs();
        if (isFirst)
            addReference("random", "random", randomValue(all, kMetric), -1, Line::Dotted);
        for (const runs::ReferenceRecord& reference : all.front()->summary->references)
            if (reference.ranker == "popularity")
                addReference("popularity" + std::to_string(domain), withDomain("popularity", domain),
                    reference.metrics[domain].at(kMetric), -1, Line::DashDot);
        for (const auto& [mode, value] : bestWithoutNoise(domain))
            addReference(mode + std::to_string(domain), withDomain(mode + ", no noise", domain), value, 7,
                Line::Dashed);
    }

private:
    std::vector<const RunEntry*> runs() const
    {
        std::vector<const RunEntry*> all;
        for (const RunGroup& group : m_frontier.groups)
            std::ranges::copy(group.runs, std::back_inserter(all));
        return all;
    }

    /// By the mode of training.
    std::map<std::string, double> bestWithoutNoise(std::size_t domain) const
    {
        std::map<std::string, double> best;
        for (const RunGroup& group : m_frontier.groups) {
            if (!group.runs.front()->summary->privacy.empty())
                continue;
            const std::string mode = group.runs.front()->setting("federation.mode");
            const double value = groupMetric(group, domain, kMetric).mean;
            const auto [known, isNew] = best.try_emplace(mode.empty() ? "federated" : mode, value);
            if (!(known->second >= value))
                known->second = value;
        }
        return best;
    }

    Line domainLine(std::size_t domain) const
    {
        return m_namesDomains && domain == 1 ? Line::Dashed : Line::Solid;
    }

    std::string withDomain(const std::string& name, std::size_t domain) const
    {
        return m_namesDomains ? domainName(domain) + ": " + name : name;
    }

    const std::string& domainName(std::size_t domain) const
    {
        return m_frontier.groups.front().runs.front()->domains[domain];
    }

    Series next(const std::string& name, const std::string& label, std::size_t domain, Line line) const
    {
        const std::size_t number = m_chart.series.size();
        return {.name = withDomain(name, domain),
            .label = label.empty() ? label : withDomain(label, domain),
            .color = static_cast<int>(number),
            .line = line,
            .marker = kMarkers[number % kMarkers.size()]};
    }

    void add(Series series)
    {
        if (!series.isEmpty())
            m_chart.series.push_back(std::move(series));
    }

    void addReference(const std::string& id, const std::string& name, double fraction, int color, Line line)
    {
        if (std::isfinite(fraction))
            m_chart.references.push_back({id, name, 100 * fraction, color, line, true});
    }

    const Frontier& m_frontier;
    Chart& m_chart;
    bool m_namesDomains;
};

/// "δ 1e-05; replace", or lists where they differ.
std::string deltasAndRelations(std::span<const NamedLine> lines)
{
    std::vector<std::string> deltas;
    std::vector<std::string> relations;
    const auto note = [](std::vector<std::string>& known, const std::string& word) {
        if (!word.empty() && std::ranges::find(known, word) == known.end())
            known.push_back(word);
    };
    for (const NamedLine& line : lines)
        for (const FrontierPoint* point : line.points) {
            note(deltas, point->delta > 0 ? general(point->delta) : std::string());
            note(relations, point->relation);
        }
    std::string words = deltas.empty() ? "no δ" : "δ ";
    for (std::size_t i = 0; i < deltas.size(); ++i)
        words += (i > 0 ? ", " : "") + deltas[i];
    for (std::size_t i = 0; i < relations.size(); ++i)
        words += (i > 0 ? ", " : "; ") + relations[i];
    return words;
}

std::string titleOf(const Frontier& frontier, std::span<const NamedLine> lines, const std::string& accountant,
    std::span<const std::size_t> domains)
{
    const FrontierPoint& first = *lines.front().points.front();
    std::string names;
    for (const std::size_t domain : domains)
        names += (names.empty() ? "" : " and ") + firstRun(frontier, first).domains[domain];
    return "Privacy and utility, " + names + ": NDCG@10 (%), test, over ε by "
        + accountantWords(accountant, first.adversary) + " (" + deltasAndRelations(lines) + ')';
}

} // namespace

Frontier frontierOf(std::span<const RunEntry* const> runs)
{
    std::vector<const RunEntry*> finished;
    std::ranges::copy_if(
        runs, std::back_inserter(finished), [](const RunEntry* run) { return run->summary.has_value(); });
    Frontier frontier{groupRuns(finished), {}};
    for (std::size_t group = 0; group < frontier.groups.size(); ++group) {
        std::map<std::pair<std::string, std::string>, FrontierPoint> rules;
        for (const RunEntry* run : frontier.groups[group].replicates())
            for (const SpendRecord& spend : run->summary->privacy) {
                FrontierPoint& point = rules[{spend.adversary, spend.accountant}];
                point = {group, spend.accountant, spend.adversary, spend.relation,
                    std::max(point.epsilon, spend.epsilon), spend.delta};
            }
        for (const auto& [rule, point] : rules)
            if (std::isfinite(point.epsilon) && point.epsilon > 0)
                frontier.points.push_back(point);
    }
    std::ranges::stable_sort(frontier.points, {}, &FrontierPoint::epsilon);
    return frontier;
}

std::vector<std::string> accountantsOf(const Frontier& frontier)
{
    const std::vector<const privacy::AccountantInfo*> known = privacy::provenAccountantsFirst();
    std::vector<std::string> found;
    for (const FrontierPoint& point : frontier.points)
        if (std::ranges::find(found, point.accountant) == found.end())
            found.push_back(point.accountant);
    std::ranges::sort(found, {}, [&known](const std::string& name) {
        // One that is no more, of an older run, comes last.
        return std::pair(
            std::ranges::find(known, name, &privacy::AccountantInfo::name) - known.begin(), name);
    });
    return found;
}

std::size_t endlessRuns(const Frontier& frontier, const std::string& accountant)
{
    std::size_t count = 0;
    for (const RunGroup& group : frontier.groups)
        count += static_cast<std::size_t>(std::ranges::count_if(group.runs, [&](const RunEntry* run) {
            return std::ranges::any_of(run->summary->privacy, [&accountant](const SpendRecord& spend) {
                return spend.accountant == accountant && !(std::isfinite(spend.epsilon) && spend.epsilon > 0);
            });
        }));
    return count;
}

Chart frontierChart(
    const Frontier& frontier, const std::string& accountant, std::span<const std::size_t> domains)
{
    Chart chart;
    chart.title = "Privacy and utility";
    chart.note =
        "Test metrics of the parameters that were best at validation. Points are configurations, bars "
        "95 % intervals: over seeds for several runs, over users for one.";
    chart.xLabel = "ε of the client that spent most, " + accountant;
    chart.yLabel = "NDCG@10 (%)";
    chart.origin = programName();
    chart.xAxis = XAxis::Number;
    chart.logX = true;
    const std::vector<NamedLine> lines = linesOf(frontier, accountant);
    if (lines.empty())
        return chart;
    chart.title = titleOf(frontier, lines, accountant, domains);
    Drawing drawing(frontier, chart, domains.size() > 1);
    for (const std::size_t domain : domains)
        drawing.addLines(lines, domain);
    for (const std::size_t domain : domains) {
        if (!isPrintedRule(accountant))
            drawing.addPrivatePopularity(domain);
        drawing.addEnds(domain, domain == domains.front());
    }
    return chart;
}

Table frontierTable(const Frontier& frontier)
{
    Table table;
    table.title = "Privacy and utility (test NDCG@10 in %, mean ± 95 % interval over seeds)";
    table.columns = {
        "Configuration", "Adversary", "Accountant", "ε spent", "δ", "Seeds", "NDCG@10 A", "NDCG@10 B"};
    const std::vector<std::string> names = namesOf(frontier.groups);
    std::vector<FrontierPoint> points = frontier.points;
    std::ranges::stable_sort(
        points, {}, [](const FrontierPoint& point) { return std::pair(point.accountant, point.adversary); });
    for (const FrontierPoint& point : points) {
        const RunGroup& group = frontier.groups[point.group];
        table.rows.push_back({names[point.group], point.adversary,
            accountantWords(point.accountant, point.adversary), general(point.epsilon, 4),
            point.delta > 0 ? general(point.delta) : "none", std::to_string(group.replicates().size()),
            percentWords(groupMetric(group, 0, kMetric)), percentWords(groupMetric(group, 1, kMetric))});
    }
    return table;
}

} // namespace fedcctr::report
