// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/privacy_plan.h"

#include "core/base/error.h"
#include "core/base/numbers.h"
#include "core/federation/sampler.h"

#include <algorithm>
#include <cmath>

namespace fedcctr::cli {

using privacy::ClientSampling;
using privacy::NeighbouringRelation;
using privacy::TrainingPlan;

namespace {

constexpr const char* kNoise = "--mechanism-noise";
constexpr double kMostRounds = 1e6;
constexpr double kMostClients = 1e12;

template <typename Kind>
Kind parsed(const std::string& option, const std::string& word, std::span<const Kind> kinds)
{
    std::string known;
    for (const Kind kind : kinds) {
        if (privacy::nameOf(kind) == word)
            return kind;
        known += (known.empty() ? "" : ", ") + privacy::nameOf(kind);
    }
    throw Error(std::string(option) + ": '" + word + "' is not one of " + known);
}

/// A whole number that may also be written as 1e6.
double wholeNumber(
    const Arguments& arguments, const std::string& name, double fallback, double least, double most)
{
    const double value = arguments.number(name, fallback, least, most);
    if (value != std::floor(value))
        throw Error(name + ": '" + arguments.text(name) + "' is not a whole number");
    return value;
}

/// Noise in clip norms. A ratio that accountants would square into 0 or infinity is refused.
double inClipNorms(const std::string& option, double sigma, double clip)
{
    constexpr double kLeast = 1e-100;
    constexpr double kMost = 1e100;
    const double ratio = sigma / clip;
    if (sigma != 0 && !(ratio >= kLeast && ratio <= kMost))
        throw Error(
            option + ": is too far from --clip; give 0, or between 1e-100 and 1e100 times the clip norm");
    return ratio;
}

double noiseIn(const std::string& text, double clip)
{
    const std::optional<double> value = numberIn<double>(text);
    if (!value || !(*value >= 0) || !std::isfinite(*value))
        throw Error(std::string(kNoise) + ": '" + text + "' is not a number of at least 0");
    return inClipNorms(kNoise, *value, clip);
}

/// In clip norms, one per value given.
std::vector<double> noiseList(const Arguments& arguments, double clip)
{
    std::vector<double> sigmas;
    for (const std::string& text : arguments.all(kNoise))
        for (std::size_t begin = 0; begin <= text.size();) {
            const std::size_t end = std::min(text.find(',', begin), text.size());
            sigmas.push_back(noiseIn(text.substr(begin, end - begin), clip));
            begin = end + 1;
        }
    return sigmas;
}

/// Of so many clients a cohort of fixed size is a whole number.
double drawnShare(const Arguments& arguments, ClientSampling sampling)
{
    federation::FederationOptions options;
    options.rate = arguments.number("--rate", 1, 0, 1);
    options.sampling =
        sampling == ClientSampling::Fixed ? federation::Sampling::Fixed : federation::Sampling::Poisson;
    const double population = wholeNumber(arguments, "--population", 1, 1, kMostClients);
    return federation::ledgerSampling(options, static_cast<std::size_t>(population)).rate;
}

double shareOfClients(const Arguments& arguments, ClientSampling sampling)
{
    if (arguments.has("--rate") && arguments.has("--cohort"))
        throw Error("--rate: give either it or --cohort with --population");
    if (arguments.has("--rate") && arguments.has("--population"))
        return drawnShare(arguments, sampling);
    if (!arguments.has("--population"))
        throw Error("--cohort: give it together with --population");
    const double population = wholeNumber(arguments, "--population", 1, 1, kMostClients);
    const double least = sampling == ClientSampling::Fixed ? 1 : 0; // nobody is no cohort
    const double cohort = wholeNumber(arguments, "--cohort", least, least, kMostClients);
    if (cohort > population)
        throw Error("--cohort: is larger than --population");
    return cohort / population;
}

double rateOf(const Arguments& arguments, ClientSampling sampling)
{
    if (arguments.has("--cohort") || (arguments.has("--population") && arguments.has("--rate")))
        return shareOfClients(arguments, sampling);
    if (sampling != ClientSampling::None && !arguments.has("--rate"))
        throw Error(
            "--rate: is missing; give the share of the clients in a round, or --cohort and --population");
    return arguments.number("--rate", 1, 0, 1);
}

/// Equal neighbours as one level.
std::vector<privacy::NoiseLevel> levelsOf(std::span<const double> sigmas)
{
    std::vector<privacy::NoiseLevel> levels;
    for (const double sigma : sigmas)
        if (!levels.empty() && levels.back().sigma == sigma)
            levels.back().rounds += 1;
        else
            levels.push_back({sigma, 1});
    return levels;
}

/// One sigma per round, as listed; the client takes part where the noise is least.
void applyList(TrainingPlan& plan, const Arguments& arguments, std::vector<double> sigmas)
{
    const auto count = static_cast<double>(sigmas.size());
    if (wholeNumber(arguments, "--rounds", count, 0, kMostRounds) != count)
        throw Error("--rounds: --mechanism-noise gives " + std::to_string(sigmas.size())
            + " values; give one, or one per round");
    const double participations = wholeNumber(arguments, "--participations", count, 0, count);
    plan.rounds = levelsOf(sigmas);
    std::ranges::sort(sigmas);
    plan.participations = levelsOf(std::span(sigmas).first(static_cast<std::size_t>(participations)));
}

} // namespace

std::vector<OptionSpec> planOptions()
{
    return {{kNoise, "Z", "sigma: one for all rounds, or one per round (several values)", true},
        {"--sigma0", "S", "sigma of the first round"},
        {"--decay", "R", "sigma of the next round = R times sigma (Eq. 26; default 1)"},
        {"--clip", "C", "clip norm theta of one client's upload (default 1)"},
        {"--sampling", "NAME", "how a round's clients are drawn: poisson, fixed or none (default)"},
        {"--rate", "Q", "share of the clients in a round (default 1)"},
        {"--cohort", "M", "clients in a round, with --population instead of --rate"},
        {"--population", "N",
            "all clients: a fixed cohort is a whole number of them, and delta should stay below 1/N"},
        {"--rounds", "T", "rounds (default: the number of given sigmas, or 1)"},
        {"--participations", "P",
            "rounds in which the client takes part, at most; the P with the least noise are charged "
            "(default: "
            "all). Only for accountants without amplification; the printed rules charge all rounds"},
        {"--delta", "D", "failure probability (default 1e-5)"},
        {"--relation", "NAME", "replace (default) or add-remove"},
        {"--adversary", "NAME", "local (default), aggregate or released-model"},
        {"--order", "A",
            "Renyi order of an accountant that has one: zeta of eq27 (default 2), alpha of the others "
            "(default: the best)"},
        {"--json", "", "print JSON"}};
}

std::vector<std::string> spreadNoise(std::span<const std::string> words)
{
    const std::string noise = kNoise;
    std::vector<std::string> result;
    bool inNoise = false;
    for (const std::string& word : words) {
        if (word.starts_with("--") || word == "-h")
            inNoise = word == noise || word.starts_with(noise + '=');
        else if (inNoise && result.back() != noise)
            result.push_back(noise);
        result.push_back(word);
    }
    return result;
}

double clipOf(const Arguments& arguments)
{
    return arguments.number("--clip", 1, 1e-300, 1e300);
}

double deltaOf(const Arguments& arguments)
{
    return arguments.number("--delta", 1e-5, 1e-300, 0.999999);
}

std::optional<double> orderOf(const Arguments& arguments)
{
    if (!arguments.has("--order"))
        return {};
    return arguments.number("--order", 2, 1.000001, 1e6);
}

const privacy::AccountantInfo& accountantOf(std::string_view option, const std::string& word)
{
    for (const privacy::AccountantInfo* info : privacy::selectableAccountants())
        if (info->name == word)
            return *info;
    throw Error(std::string(option) + ": '" + word + "' is not one of " + privacy::accountantNames());
}

TrainingPlan planWithoutRounds(const Arguments& arguments)
{
    constexpr std::array kRelations{NeighbouringRelation::Replace, NeighbouringRelation::AddRemove};
    constexpr std::array kSamplings{ClientSampling::None, ClientSampling::Poisson, ClientSampling::Fixed};
    TrainingPlan plan;
    plan.adversary =
        parsed<privacy::Adversary>("--adversary", arguments.text("--adversary", "local"), kAdversaries);
    plan.relation =
        parsed<NeighbouringRelation>("--relation", arguments.text("--relation", "replace"), kRelations);
    plan.sampling = parsed<ClientSampling>("--sampling", arguments.text("--sampling", "none"), kSamplings);
    plan.rate = rateOf(arguments, plan.sampling);
    if (arguments.has("--population"))
        plan.clients = wholeNumber(arguments, "--population", 1, 1, kMostClients);
    return plan;
}

privacy::ScheduleShape shapeOf(const Arguments& arguments, bool roundsKnown)
{
    const double clip = clipOf(arguments);
    privacy::ScheduleShape shape;
    shape.sigma0 = inClipNorms("--sigma0", arguments.number("--sigma0", clip, 0, 1e300), clip);
    shape.decay = arguments.number("--decay", 1, 1e-6, 1);
    shape.rounds = wholeNumber(arguments, "--rounds", 1, 0, kMostRounds);
    shape.participations =
        wholeNumber(arguments, "--participations", shape.rounds, 0, roundsKnown ? shape.rounds : kMostRounds);
    return shape;
}

TrainingPlan planOf(const Arguments& arguments)
{
    TrainingPlan plan = planWithoutRounds(arguments);
    const std::vector<double> sigmas = noiseList(arguments, clipOf(arguments));
    if (sigmas.empty() == !arguments.has("--sigma0"))
        throw Error("--sigma0: give either it or --mechanism-noise");
    if (!sigmas.empty() && arguments.has("--decay"))
        throw Error("--decay: belongs to --sigma0; --mechanism-noise lists the noise itself");
    if (sigmas.size() > 1) {
        applyList(plan, arguments, sigmas);
        return plan;
    }
    privacy::ScheduleShape shape = shapeOf(arguments, true);
    if (!sigmas.empty())
        shape.sigma0 = sigmas.front();
    privacy::applySchedule(plan, shape);
    return plan;
}

} // namespace fedcctr::cli
