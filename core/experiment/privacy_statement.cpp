// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/privacy_statement.h"

#include "core/base/numbers.h"

#include <algorithm>
#include <cmath>

namespace fedcctr::experiment {

namespace {

bool isPrinted(const SpendRecord& spend)
{
    return spend.accountant == "eq27" || spend.accountant == "appendix-a";
}

std::string accountantName(const std::string& accountant)
{
    if (accountant == "gaussian")
        return "exact composition of the Gaussian mechanism";
    if (accountant == "rdp")
        return "Rényi differential privacy";
    if (accountant == "rdp-three-point")
        return "Rényi differential privacy of sampling without replacement (a bound that is verified "
               "numerically only)";
    if (accountant == "pld")
        return "numerical composition of privacy loss distributions";
    return accountant;
}

std::string relationWords(const std::string& relation)
{
    return relation == "add-remove" ? "add-remove adjacency: one client takes part or does not"
                                    : "replace-one adjacency: all data of one client are exchanged";
}

std::string guaranteeSentence(const SpendRecord& spend)
{
    return "The training is (ε = " + general(spend.epsilon, 4) + ", δ = " + general(spend.delta)
        + ")-differentially private for each client (" + relationWords(spend.relation) + ") against "
        + adversaryWords(spend.adversary) + " (trust model " + spend.adversary + "), by "
        + accountantName(spend.accountant) + " (accountant " + spend.accountant
        + "), for the client that spent most.";
}

std::string printedSentence(const SpendRecord& spend)
{
    const std::string rule = spend.accountant == "eq27" ? "Eq. 27-28" : "Appendix A";
    return "The paper's rule as printed (" + rule + ") counts ε = " + general(spend.epsilon, 4)
        + (spend.delta > 0 ? " at δ = " + general(spend.delta) : std::string(" without a δ"))
        + " for the same training; it is no proven guarantee.";
}

bool isOn(const Settings& settings, const std::string& key, const std::string& value)
{
    return std::ranges::find(settings, std::pair{key, value}) != settings.end();
}

} // namespace

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

const SpendRecord* tightestGuarantee(const SummaryRecord& summary)
{
    const SpendRecord* best = nullptr;
    for (const SpendRecord& spend : summary.privacy)
        if (!isPrinted(spend) && std::isfinite(spend.epsilon) && (!best || spend.epsilon < best->epsilon))
            best = &spend;
    return best;
}

std::vector<std::string> privacyStatement(const SummaryRecord& summary, const Settings& settings)
{
    if (summary.privacy.empty())
        return {"No noise was added: the training gives no differential privacy guarantee."};
    std::vector<std::string> sentences;
    if (const SpendRecord* best = tightestGuarantee(summary))
        sentences.push_back(guaranteeSentence(*best));
    else
        sentences.emplace_back(
            "No accountant with a proof gives a finite ε: the training gives no guarantee.");
    for (const SpendRecord& spend : summary.privacy)
        if (isPrinted(spend))
            sentences.push_back(printedSentence(spend));
    if (isOn(settings, "loss.seen_negatives", "true"))
        sentences.emplace_back(
            "Not counted: negatives are drawn among items that occur in some client's training "
            "events (loss.seen_negatives).");
    if (isOn(settings, "run.keep_best", "true"))
        sentences.emplace_back("Not counted: the kept round was chosen by validation metrics without noise "
                               "(run.keep_best).");
    return sentences;
}

} // namespace fedcctr::experiment
