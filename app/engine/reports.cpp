// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/reports.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace fedcctr::engine {

using nlohmann::json;

namespace {

std::string word(training::EventKind kind)
{
    switch (kind) {
    case training::EventKind::Checkpoint:
        return "checkpoint";
    case training::EventKind::Setting:
        return "setting";
    case training::EventKind::ClientsStopped:
        return "clients-stopped";
    case training::EventKind::BudgetSpent:
        return "budget-spent";
    case training::EventKind::Warning:
        break;
    }
    return "warning";
}

json numberOrNull(const std::optional<double>& value)
{
    return value ? json(*value) : json(nullptr);
}

/// What nobody sent has no loss, no length and no share: null, since 0 would be a measurement.
void addUploads(json& line, const std::optional<training::UploadReport>& uploads,
    const std::vector<training::TermWeight>& weights)
{
    line["loss"] = nullptr;
    line["gradient_norm"] = nullptr;
    line["clipped"] = nullptr;
    if (!uploads)
        return;
    line["loss"] = {{"total", uploads->lossTotal}, {"a", uploads->loss[0]}, {"b", uploads->loss[1]}};
    for (std::size_t i = 0; i < weights.size(); ++i)
        line["loss"][weights[i].name] = uploads->loss[i + 2];
    if (uploads->normMedian)
        line["gradient_norm"] = {{"median", *uploads->normMedian}, {"max", numberOrNull(uploads->normMax)}};
    line["clipped"] = numberOrNull(uploads->clipped);
}

} // namespace

json roundLine(const training::RoundReport& report, const privacy::PrivacyOptions& privacy)
{
    json line{{"type", "round"}, {"round", report.round}, {"seconds", report.seconds},
        {"clients", report.clients}, {"clip_norm", report.clipNorm}};
    for (const training::TermWeight& weight : report.weights)
        line[weight.key.substr(weight.key.find('.') + 1)] = weight.value;
    addUploads(line, report.uploads, report.weights);
    if (privacy.schedule != privacy::Schedule::None) {
        line["sigma"] = report.sigma;
        line["signal_to_noise"] = numberOrNull(report.signalToNoise);
        const privacy::AccountantInfo& accountant = privacy::accountant(privacy.accountant);
        line["budget"] = {{"accountant", accountant.name}, {"adversary", privacy::nameOf(privacy.adversary)},
            {"relation", privacy::nameOf(privacy::relationOf(accountant, privacy.relation))},
            {"delta", accountant.hasDelta ? privacy.delta : 0}, {"limit", privacy.epsilon},
            {"spent", {{"min", report.spentMin}, {"median", report.spentMedian}, {"max", report.spentMax}}},
            {"active", report.active}, {"clients", report.population}};
        // An epsilon as printed does not stand alone.
        if (report.rigorousMax)
            line["budget"]["rigorous"] = {{"accountant", privacy::kExactAccountant},
                {"relation", privacy::nameOf(privacy.relation)}, {"delta", privacy.delta},
                {"max", *report.rigorousMax}};
    }
    if (report.validation) {
        line["evaluation"] = evaluation::toJson(*report.validation);
        line["evaluation"]["split"] = "validation";
        line["evaluation"]["users"] = report.validationUsers;
    }
    return line;
}

json eventLine(const training::TrainingEvent& event)
{
    json line{
        {"type", "event"}, {"round", event.round}, {"event", word(event.kind)}, {"message", event.message}};
    if (event.kind == training::EventKind::Setting) {
        line["key"] = event.key;
        line["value"] = event.value;
    }
    return line;
}

std::string word(training::EndReason reason)
{
    switch (reason) {
    case training::EndReason::Stopped:
        return "stopped";
    case training::EndReason::BudgetSpent:
        return "budget-spent";
    case training::EndReason::Finished:
        break;
    }
    return "finished";
}

json spendEntry(const privacy::Spend& spend)
{
    json entry{{"epsilon", spend.epsilon}, {"delta", spend.delta}, {"accountant", spend.accountant},
        {"adversary", spend.adversary}, {"relation", spend.relation}, {"note", spend.note},
        {"standing", privacy::nameOf(spend.standing)}};
    entry["order"] = spend.order > 0 ? json(spend.order) : json(nullptr);
    return entry;
}

json ledgerLine(int round, const std::vector<privacy::ClientSpend>& clients)
{
    const privacy::AccountantInfo& printed = privacy::accountant("eq27");
    double paper = 0;
    double muSquared = 0;
    std::int32_t uploads = 0;
    std::size_t stopped = 0;
    for (const privacy::ClientSpend& client : clients) {
        paper = std::max(paper, privacy::sumsOf(client, printed).front());
        muSquared = std::max(muSquared, client.muSquared);
        uploads = std::max(uploads, client.uploads);
        stopped += client.stopped ? 1 : 0;
    }
    return {{"round", round}, {"clients", clients.size()}, {"stopped", stopped}, {"most_uploads", uploads},
        {"most_eq27", paper}, {"most_mu_squared", muSquared}};
}

} // namespace fedcctr::engine
