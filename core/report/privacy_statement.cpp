// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/privacy_statement.h"

#include "core/base/numbers.h"
#include "core/privacy/guarantee.h"

#include <algorithm>
#include <cmath>

namespace fedcctr::report {

namespace {

/// How a sentence names it; one of another version keeps its name.
std::string methodOf(const std::string& accountant)
{
    const privacy::AccountantInfo* info = privacy::findAccountant(accountant);
    return info ? info->method : accountant;
}

std::string relationWords(const runs::Word<privacy::NeighbouringRelation>& relation)
{
    if (relation == privacy::NeighbouringRelation::AddRemove)
        return "add-remove adjacency: one client takes part or does not";
    if (relation == privacy::NeighbouringRelation::Replace)
        return "replace-one adjacency: all data of one client are exchanged";
    return relation.text() + " adjacency";
}

std::string guaranteeSentence(const runs::SpendRecord& spend)
{
    return "The training is (ε = " + general(spend.epsilon, 4) + ", δ = " + general(spend.delta)
        + ")-differentially private for each client (" + relationWords(spend.relation) + ") against "
        + adversaryWords(spend.adversary) + " (trust model " + spend.adversary.text() + "), by "
        + methodOf(spend.accountant) + " (accountant " + spend.accountant
        + "), for the client that spent most.";
}

std::string printedSentence(const runs::SpendRecord& spend)
{
    return "The paper's rule as printed (" + methodOf(spend.accountant)
        + ") counts ε = " + general(spend.epsilon, 4)
        + (spend.delta > 0 ? " at δ = " + general(spend.delta) : std::string(" without a δ"))
        + " for the same training: "
        + (spend.standing == privacy::Standing::Loose ? "a valid but loose bound." : "not a bound here.");
}

double greatestDelta(const runs::SummaryRecord& summary)
{
    return std::ranges::max_element(summary.privacy, {}, &runs::SpendRecord::delta)->delta;
}

/// What the noise itself rests on.
std::string sourceSentence(const runs::SummaryRecord& summary, const runs::Settings& settings)
{
    const auto isSecret = [](const auto& setting) {
        return setting.first == "privacy.noise_source" && setting.second == "secret";
    };
    const std::string lowBits =
        "The noise is made of floating-point numbers, which are no proof against attacks on "
        "their low bits.";
    if (std::ranges::any_of(settings, isSecret))
        return "The noise was keyed by the operating system's random source (privacy.noise_source = secret)"
            + std::string(summary.reason == runs::RunState::Stopped
                    ? ", whose key still lies beside the checkpoint, since the run can go on. "
                    : "; the key was removed at the end. ")
            + lowBits;
    return "The noise was drawn from the run's seed (privacy.noise_source = reproducible): whoever knows the "
           "seed, "
           "which stands in config.json, can take the noise away, and the guarantee holds against others "
           "only. "
        + lowBits;
}

bool isOn(const runs::Settings& settings, const std::string& key, const std::string& value)
{
    return std::ranges::find(settings, std::pair{key, value}) != settings.end();
}

} // namespace

bool isPrintedRule(const std::string& accountant)
{
    const privacy::AccountantInfo* info = privacy::findAccountant(accountant);
    return info && info->printed;
}

std::string adversaryWords(const std::string& adversary)
{
    if (adversary == "local")
        return "a server that sees every single upload";
    if (adversary == "aggregate")
        return "a server behind secure aggregation, which sees sums of uploads and who took part";
    if (adversary == "released-model")
        return "an outsider who sees the models only and does not know who took part";
    return adversary;
}

const runs::SpendRecord* tightestGuarantee(const runs::SummaryRecord& summary)
{
    const runs::SpendRecord* best = nullptr;
    for (const runs::SpendRecord& spend : summary.privacy)
        if (!isPrintedRule(spend.accountant) && std::isfinite(spend.epsilon)
            && (!best || spend.epsilon < best->epsilon))
            best = &spend;
    return best;
}

std::vector<std::string> privacyStatement(const runs::SummaryRecord& summary, const runs::Settings& settings)
{
    if (summary.privacy.empty())
        return {"No noise was added: the training gives no differential privacy guarantee."};
    std::vector<std::string> sentences;
    if (const runs::SpendRecord* best = tightestGuarantee(summary))
        sentences.push_back(guaranteeSentence(*best));
    else
        sentences.emplace_back(
            "No accountant with a proof gives a finite ε: the training gives no guarantee.");
    for (const runs::SpendRecord& spend : summary.privacy)
        if (isPrintedRule(spend.accountant))
            sentences.push_back(printedSentence(spend));
    sentences.push_back(sourceSentence(summary, settings));
    if (const auto warning = privacy::deltaWarning(greatestDelta(summary), summary.clients))
        sentences.push_back(*warning + ".");
    if (isOn(settings, "loss.seen_negatives", "true"))
        sentences.emplace_back(
            "Not counted: negatives are drawn among items that occur in some client's training "
            "events (loss.seen_negatives).");
    if (isOn(settings, "run.keep_best", "true"))
        sentences.emplace_back("Not counted: the kept round was chosen by validation metrics without noise "
                               "(run.keep_best).");
    return sentences;
}

} // namespace fedcctr::report
