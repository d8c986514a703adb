// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/commands.h"
#include "app/engine/loaded_run.h"
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/data/history.h"
#include "core/privacy/accountants/accountants.h"
#include "core/training/noise.h"
#include "core/training/upload_audit.h"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>

namespace fedcctr::engine {

namespace {

using nlohmann::json;
using privacy::LeakageReport;
using training::ClientUpdate;
using training::UploadPair;

constexpr std::uint64_t kAuditStream = 0xa0d1;

/// What the attacks need of a run.
struct Audit {
    const LoadedRun& loaded;
    std::uint64_t seed = 1;
    int round = 0; ///< whose examples and noise are used
    double sigma = 0; ///< of the noise on what the adversary sees, in the unit of the gradient
    double clipNorm = 1;
};

std::vector<double> evidence(const Audit& audit, std::int32_t client, double sigma)
{
    training::ClientUpdate seen = audit.loaded.trainer.upload(client, audit.round);
    const std::uint64_t seed = derivedSeed(audit.seed, {kAuditStream, static_cast<std::uint64_t>(client)});
    training::addNoise(seen, sigma, privacy::NoiseSource::reproducible(seed), 0);
    return audit.loaded.trainer.itemEvidence(seen);
}

json entryOf(const LeakageReport& report)
{
    return {{"held", report.held}, {"found", report.found}, {"precision", report.precision},
        {"chance", report.chance}, {"auc", report.auc}};
}

/// The items that one upload betrays most, with their titles.
json oneClient(const Audit& audit, std::int32_t client, double sigma)
{
    const data::Dataset& dataset = audit.loaded.data.dataset;
    const std::vector<data::ItemId> held = data::trainingItems(dataset, static_cast<std::size_t>(client));
    const std::vector<double> scores = evidence(audit, client, sigma);
    json entry = entryOf(privacy::leakageOf(scores, held));
    entry["sigma"] = sigma;
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const std::size_t shown = std::min<std::size_t>(order.size(), std::max<std::size_t>(10, held.size()));
    std::ranges::partial_sort(order, order.begin() + static_cast<std::ptrdiff_t>(shown),
        [&](std::size_t x, std::size_t y) { return scores[x] > scores[y]; });
    for (std::size_t i = 0; i < shown; ++i) {
        const auto item = static_cast<data::ItemId>(order[i]);
        const data::Item& known = dataset.items[order[i]];
        entry["items"].push_back({{"id", known.id}, {"title", known.title},
            {"domain", dataset.domainNames[data::index(dataset.domainOf(item))]},
            {"held", std::ranges::binary_search(held, item)}, {"score", scores[order[i]]}});
    }
    return entry;
}

/// Means over clients.
json manyClients(const Audit& audit, std::span<const std::int32_t> clients, double sigma)
{
    double precision = 0;
    double chance = 0;
    double auc = 0;
    for (const std::int32_t client : clients) {
        const LeakageReport report = privacy::leakageOf(evidence(audit, client, sigma),
            data::trainingItems(audit.loaded.data.dataset, static_cast<std::size_t>(client)));
        precision += report.precision;
        chance += report.chance;
        auc += report.auc;
    }
    const auto count = static_cast<double>(clients.size());
    return {{"sigma", sigma}, {"clients", clients.size()}, {"precision", precision / count},
        {"chance", chance / count}, {"auc", auc / count}};
}

json membershipEntry(const std::vector<privacy::BlockScores>& blocks, double delta, double claim)
{
    const auto found = privacy::auditBlocks(blocks, delta);
    json entries = json::array();
    double most = 0;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        most = std::max(most, found[i].epsilon);
        entries.push_back({{"block", blocks[i].name}, {"epsilon_lower", found[i].epsilon},
            {"confidence", found[i].confidence}, {"true_positive", found[i].truePositive},
            {"false_positive", found[i].falsePositive}, {"releases", found[i].trials},
            {"auc", privacy::areaUnder(privacy::rocCurve(blocks[i].scores))}});
    }
    return {{"epsilon_lower", most}, {"confidence", 0.95}, {"blocks", std::move(entries)},
        {"claim_holds", most <= claim}};
}

/// Tells pairs of clients' uploads apart, and a pair as far apart as the clip norm allows.
json membership(const Audit& audit, std::span<const std::int32_t> clients, std::size_t releases, double delta)
{
    const privacy::PrivacyOptions& options = audit.loaded.config.privacy;
    const double sensitivity = options.relation == privacy::NeighbouringRelation::Replace ? 2 : 1;
    const double ratio = sensitivity * audit.clipNorm / audit.sigma;
    const double claim = privacy::gaussianExactEpsilon(ratio * ratio, delta);
    const auto names = audit.loaded.trainer.tensorNames();
    UploadPair pair;
    const auto pairAt = [&](std::size_t i) -> const UploadPair& {
        // Every client with every other one in turn, never with itself.
        const std::size_t other = i + 1 + i / clients.size() % (clients.size() - 1);
        pair.with = audit.loaded.trainer.upload(clients[i % clients.size()], audit.round);
        pair.without = options.relation == privacy::NeighbouringRelation::AddRemove
            ? pair.with.zerosLike()
            : audit.loaded.trainer.upload(clients[other % clients.size()], audit.round);
        return pair;
    };
    const auto real =
        training::releaseScores(pairAt, names, audit.sigma, releases, audit.seed, training::freshNoise);
    const auto canary = training::canaryScores(pair.with, names, sensitivity / 2 * audit.clipNorm,
        audit.sigma / (sensitivity / 2 * audit.clipNorm), releases, audit.seed, training::freshNoise);
    return {{"releases_per_side", releases}, {"delta", delta},
        {"claim",
            {{"epsilon", claim}, {"accountant", privacy::kExactAccountant},
                {"relation", privacy::nameOf(options.relation)},
                {"adversary", privacy::nameOf(options.adversary)}, {"of", "one release"}}},
        {"most_provable", privacy::mostProvable(releases, delta)},
        {"clients", membershipEntry(real, delta, claim)}, {"canary", membershipEntry(canary, delta, claim)}};
}

/// At most `most` bytes, cut between two characters.
std::string beginning(const std::string& text, std::size_t most)
{
    std::size_t end = std::min(most, text.size());
    while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
        --end;
    return text.substr(0, end);
}

void printLeakage(const json& report)
{
    std::printf("sigma %-10.4g precision %6.2f %% (chance %.3f %%), AUC %.3f\n",
        report["sigma"].get<double>(), 100 * report["precision"].get<double>(),
        100 * report["chance"].get<double>(), report["auc"].get<double>());
}

void printClient(const json& report, int client)
{
    std::printf("\nclient %d at sigma %.4g, %zu of %zu items found; best guesses (* held):\n", client,
        report["sigma"].get<double>(), report["found"].get<std::size_t>(), report["held"].get<std::size_t>());
    for (std::size_t i = 0; i < std::min<std::size_t>(10, report["items"].size()); ++i)
        std::printf("  %c %s  %s\n", report["items"][i]["held"].get<bool>() ? '*' : ' ',
            report["items"][i]["id"].get<std::string>().c_str(),
            beginning(report["items"][i]["title"].get<std::string>(), 80).c_str());
}

void printMembership(const json& test)
{
    std::printf(
        "\nMembership test, %zu releases a side, delta %g: claimed epsilon of one release %.4g (gaussian, "
        "%s, %s); provable at most %.3g\n",
        test["releases_per_side"].get<std::size_t>(), test["delta"].get<double>(),
        test["claim"]["epsilon"].get<double>(), test["claim"]["adversary"].get<std::string>().c_str(),
        test["claim"]["relation"].get<std::string>().c_str(), test["most_provable"].get<double>());
    for (const char* side : {"clients", "canary"})
        std::printf("  %-8s epsilon is at least %.4g (95 %% confidence): the claim %s\n", side,
            test[side]["epsilon_lower"].get<double>(),
            test[side]["claim_holds"].get<bool>() ? "is not contradicted" : "IS BROKEN");
}

void printAudit(const json& document)
{
    const json& leakage = document["leakage"];
    std::printf("What one upload betrays of the client's training items, means over %zu clients:\n",
        leakage["mean"][0]["clients"].get<std::size_t>());
    for (const json& report : leakage["mean"])
        printLeakage(report);
    for (const json& report : leakage["client"])
        printClient(report, document["client"].get<int>());
    if (document.contains("membership"))
        printMembership(document["membership"]);
    else
        std::printf("\nno noise, no claim: there is nothing to test\n");
}

std::vector<std::int32_t> drawnClients(std::size_t users, std::size_t wanted, std::uint64_t seed)
{
    std::vector<std::int32_t> clients(users);
    std::iota(clients.begin(), clients.end(), 0);
    Random random(seed, {kAuditStream});
    random.shuffle(std::span(clients));
    clients.resize(std::min(users, wanted));
    return clients;
}

std::vector<OptionSpec> auditOptions()
{
    std::vector<OptionSpec> options = loadedRunOptions();
    options.push_back(
        {"--client", "N", "the client whose upload is read, by its number (default: one by chance)"});
    options.push_back({"--clients", "N", "clients that means and pairs are taken over (default 50)"});
    options.push_back(
        {"--releases", "N", "simulated releases on each side of the membership test (default 1000)"});
    options.push_back({"--round", "N", "round whose sigma is used (default 1)"});
    options.push_back({"--sigma", "S",
        "another noise than the run's: standard deviation per coordinate, in the unit "
        "of the clip norm; 0: none"});
    options.push_back({"--seed", "N", "of the attack's own draws (default 1)"});
    options.push_back({"--json", "", "print one JSON document and nothing else"});
    return options;
}

constexpr const char* kFields = R"(
The attacks use what the kept model's clients would send now. --json prints "run", "client", "clip_norm" (of the last
round), "round", "adversary" and
  leakage.client  what one client's upload betrays, without noise and at sigma: "sigma", "held" (distinct items the
                  client trains on), "found" (of them, among the "held" items ranked best), "precision" (found / held,
                  recall is the same), "chance" (the precision of a random ranking), "auc" (0.5 is chance) and "items",
                  best first: "id", "title", "domain", "held", "score"
  leakage.mean    the same numbers as means over "clients" clients
  membership      absent at sigma 0. "claim": "epsilon" "of" one release at "delta", with "accountant", "adversary"
                  and "relation"; "releases_per_side"; "most_provable": the epsilon that so many releases can prove at most;
                  "clients" (pairs of real uploads) and "canary" (a pair as far apart as the clip norm allows):
                  "epsilon_lower" (proved at "confidence"), "claim_holds" and "blocks", the attack on each tensor
)";

/// The noise of the round, or the one asked for.
double sigmaOf(const Arguments& arguments, const Audit& audit)
{
    constexpr double kLeast = 1e-6;
    constexpr double kMost = 1e12;
    // Noise follows the clip norm where that adapts.
    const double own =
        audit.loaded.trainer.noiseStd(audit.round) / audit.loaded.config.privacy.clipNorm * audit.clipNorm;
    const double sigma = arguments.number("--sigma", own, 0, 1e300);
    if (sigma != 0 && !(sigma >= kLeast * audit.clipNorm && sigma <= kMost * audit.clipNorm))
        throw Error("--sigma: cannot be simulated; give 0, or between 1e-6 and 1e12 times the clip norm");
    return sigma;
}

Audit auditOf(const Arguments& arguments, const LoadedRun& loaded)
{
    if (loaded.config.federation.mode == federation::Mode::Central)
        throw Error("privacy audit: " + loaded.run.path().string()
            + " was trained in central mode, where clients send nothing; give a federated run");
    Audit audit{loaded, 1, 0, 0, loaded.trainer.clipNorm()};
    audit.seed = static_cast<std::uint64_t>(
        arguments.integer("--seed", 1, 0, std::numeric_limits<std::int64_t>::max()));
    audit.round = static_cast<int>(arguments.integer("--round", 1, 1, loaded.config.federation.rounds)) - 1;
    audit.sigma = sigmaOf(arguments, audit);
    return audit;
}

json documentOf(const Arguments& arguments, const Audit& audit)
{
    const LoadedRun& loaded = audit.loaded;
    const auto users = static_cast<std::int64_t>(loaded.data.dataset.userCount());
    if (users < 2)
        throw Error("audit: tells clients apart, and the dataset has only one");
    const auto count = arguments.integer("--clients", std::min<std::int64_t>(50, users), 2, users);
    const auto clients =
        drawnClients(loaded.data.dataset.userCount(), static_cast<std::size_t>(count), audit.seed);
    const auto client = static_cast<std::int32_t>(arguments.integer("--client", clients[0], 0, users - 1));
    const auto releases = static_cast<std::size_t>(arguments.integer("--releases", 1000, 40, 10'000'000));
    json document{{"run", loaded.run.path().string()}, {"client", client}, {"clip_norm", audit.clipNorm},
        {"round", audit.round + 1}, {"adversary", privacy::nameOf(loaded.config.privacy.adversary)}};
    std::vector<double> sigmas{0};
    if (audit.sigma > 0)
        sigmas.push_back(audit.sigma);
    for (const double sigma : sigmas) {
        document["leakage"]["mean"].push_back(manyClients(audit, clients, sigma));
        document["leakage"]["client"].push_back(oneClient(audit, client, sigma));
    }
    if (audit.sigma > 0)
        document["membership"] = membership(audit, clients, releases, loaded.config.privacy.delta);
    return document;
}

} // namespace

int runAudit(std::span<const std::string> words)
{
    const Arguments arguments(words, auditOptions(), "fedcctr privacy audit RUN [options]");
    if (arguments.wantsHelp()) {
        std::cout << arguments.help() << kFields;
        return 0;
    }
    const LoadedRun loaded(arguments, "privacy audit");
    const json document = documentOf(arguments, auditOf(arguments, loaded));
    if (arguments.has("--json"))
        std::cout << document.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
    else
        printAudit(document);
    return 0;
}

} // namespace fedcctr::engine
