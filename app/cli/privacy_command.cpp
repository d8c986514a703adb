// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "core/base/arguments.h"
#include "core/base/error.h"
#include "core/privacy/calibration.h"
#include "core/privacy/guarantee.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <iostream>

namespace fedcctr::cli {

namespace {

using nlohmann::json;
using privacy::AccountantKind;
using privacy::Adversary;
using privacy::ClientSampling;
using privacy::Relation;
using privacy::Spend;
using privacy::TrainingPlan;

constexpr const char* kSpendUsage = "fedcctr privacy spend --mechanism-noise Z… | --sigma0 S [--decay R] [--rounds T] "
                                    "[…] [--json]";
constexpr const char* kCalibrateUsage =
    "fedcctr privacy calibrate --solve sigma0|epsilon|rounds|delta --accountant NAME […] [--json]";
constexpr const char* kCompareUsage =
    "fedcctr privacy compare --mechanism-noise Z… | --sigma0 S [--decay R] [--rounds T] […] [--json]";

constexpr const char* kHelp = R"(usage: fedcctr privacy spend|calibrate|compare|audit …

  spend       what a training costs a client: epsilon under one accountant or all
  calibrate   solve for one of sigma0, epsilon, rounds and delta, given the others
  compare     all accountants against all adversaries, side by side
  audit       attack the uploads of a trained run: what leaks, and which epsilon that proves (runs fedcctr-engine)

Sigma is the standard deviation per coordinate of the noise on what the adversary sees (one upload for 'local', the
sum of the uploads for 'aggregate' and 'released-model'), in the unit of --clip. Replacing one client's data moves
that by up to twice the clip norm, adding or removing a client by the clip norm.

Each guarantee is printed with "epsilon" ("inf" if there is none), "delta" (0 for eq27, which has none),
"accountant", "order" (of Renyi, or null), "adversary", "relation" (the neighbours that are compared), "note" (what a
reader must know) and "belief": how sure an attacker can become of one person's data after a guess of 50:50, as a
probability, but for an event of probability delta.

'fedcctr privacy COMMAND --help' tells more of each.
)";

template <typename Kind>
Kind parsed(const std::string& option, const std::string& word, std::initializer_list<Kind> kinds)
{
    std::string known;
    for (const Kind kind : kinds) {
        if (privacy::nameOf(kind) == word)
            return kind;
        known += (known.empty() ? "" : ", ") + privacy::nameOf(kind);
    }
    throw Error(option + ": '" + word + "' is not one of " + known);
}

constexpr auto kAccountants = {AccountantKind::PaperEq27, AccountantKind::PaperAppendixA,
    AccountantKind::Gaussian, AccountantKind::Rdp, AccountantKind::Pld};
constexpr auto kAdversaries = {Adversary::Local, Adversary::Aggregate, Adversary::ReleasedModel};

std::vector<OptionSpec> planOptions()
{
    return {{"--mechanism-noise", "Z", "sigma: one for all rounds, or one per round (several values)", true},
        {"--sigma0", "S", "sigma of the first round"},
        {"--decay", "R", "sigma of the next round = R times sigma (Eq. 26; default 1)"},
        {"--clip", "C", "clip norm theta of one client's upload (default 1)"},
        {"--sampling", "NAME", "how a round's clients are drawn: poisson, fixed or none (default)"},
        {"--rate", "Q", "share of the clients in a round (default 1)"},
        {"--cohort", "M", "clients in a round, with --population instead of --rate"},
        {"--population", "N", "all clients"},
        {"--rounds", "T", "rounds (default: the number of given sigmas)"},
        {"--participations", "P",
            "rounds in which the client takes part, at most; the P with the least noise are charged (default: "
            "all). Only for accountants without amplification; the printed rules charge all rounds"},
        {"--delta", "D", "failure probability (default 1e-5)"},
        {"--relation", "NAME", "replace (default) or add-remove"},
        {"--adversary", "NAME", "local (default), aggregate or released-model"},
        {"--order", "A", "Renyi order: zeta of eq27 (default 2), alpha of appendix-a and rdp (default: best)"},
        {"--json", "", "print JSON"}};
}

/// "--mechanism-noise 1 2 3" as three options, since an option takes one value.
std::vector<std::string> spreadNoise(std::span<const std::string> words)
{
    std::vector<std::string> result;
    bool inNoise = false;
    for (const std::string& word : words) {
        const bool number = !word.empty() && (std::isdigit(static_cast<unsigned char>(word[0])) != 0 || word[0] == '.');
        if (inNoise && number && result.back() != "--mechanism-noise")
            result.emplace_back("--mechanism-noise");
        inNoise = word == "--mechanism-noise" || (inNoise && number);
        result.push_back(word);
    }
    return result;
}

double numberIn(const std::string& option, const std::string& text)
{
    double value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || end != text.data() + text.size() || !(value >= 0) || !std::isfinite(value))
        throw Error(option + ": '" + text + "' is not a number of at least 0");
    return value;
}

std::vector<double> noiseList(const Arguments& arguments)
{
    std::vector<double> sigmas;
    if (!arguments.has("--mechanism-noise"))
        return sigmas;
    for (const std::string& text : arguments.all("--mechanism-noise"))
        for (std::size_t begin = 0; begin <= text.size();) {
            const std::size_t end = std::min(text.find(',', begin), text.size());
            sigmas.push_back(numberIn("--mechanism-noise", text.substr(begin, end - begin)));
            begin = end + 1;
        }
    return sigmas;
}

double rateOf(const Arguments& arguments, ClientSampling sampling)
{
    const bool sizes = arguments.has("--cohort") || arguments.has("--population");
    if (sizes && arguments.has("--rate"))
        throw Error("--rate: give either it or --cohort with --population");
    if (sizes) {
        const auto population = static_cast<double>(arguments.integer("--population", 0, 1, 1'000'000'000'000));
        const auto cohort = static_cast<double>(arguments.integer("--cohort", 0, 0, 1'000'000'000'000));
        if (population <= 0 || !arguments.has("--cohort"))
            throw Error("--cohort: give it together with --population");
        if (cohort > population)
            throw Error("--cohort: is larger than --population");
        return cohort / population;
    }
    if (sampling != ClientSampling::None && !arguments.has("--rate"))
        throw Error("--rate: is missing; give the share of the clients in a round, or --cohort and --population");
    return arguments.number("--rate", 1, 0, 1);
}

/// The plan without its rounds.
TrainingPlan planWithoutRounds(const Arguments& arguments)
{
    TrainingPlan plan;
    plan.adversary = parsed("--adversary", arguments.text("--adversary", "local"), kAdversaries);
    plan.relation = parsed(
        "--relation", arguments.text("--relation", "replace"), {Relation::Replace, Relation::AddRemove});
    plan.sampling = parsed("--sampling", arguments.text("--sampling", "none"),
        {ClientSampling::None, ClientSampling::Poisson, ClientSampling::Fixed});
    plan.rate = rateOf(arguments, plan.sampling);
    return plan;
}

constexpr double kMostRounds = 1e6;

privacy::ScheduleShape shapeOf(const Arguments& arguments, double clip, double fallbackRounds)
{
    privacy::ScheduleShape shape;
    shape.sigma0 = arguments.number("--sigma0", clip, 0, 1e300) / clip;
    shape.decay = arguments.number("--decay", 1, 1e-6, 1);
    shape.rounds = static_cast<double>(arguments.integer(
        "--rounds", static_cast<std::int64_t>(fallbackRounds), 0, static_cast<std::int64_t>(kMostRounds)));
    shape.participations = static_cast<double>(arguments.integer(
        "--participations", static_cast<std::int64_t>(shape.rounds), 0, static_cast<std::int64_t>(kMostRounds)));
    return shape;
}

/// Equal neighbours as one level.
std::vector<privacy::NoiseLevel> levelsOf(std::span<const double> sigmas, double clip)
{
    std::vector<privacy::NoiseLevel> levels;
    for (const double sigma : sigmas)
        if (!levels.empty() && levels.back().sigma == sigma / clip)
            levels.back().rounds += 1;
        else
            levels.push_back({sigma / clip, 1});
    return levels;
}

/// One sigma per round, as listed; the client takes part where the noise is least.
void applyList(TrainingPlan& plan, std::vector<double> sigmas, std::size_t participations, double clip)
{
    plan.rounds = levelsOf(sigmas, clip);
    std::ranges::sort(sigmas);
    plan.participations = levelsOf(std::span(sigmas).first(std::min(participations, sigmas.size())), clip);
}

TrainingPlan planOf(const Arguments& arguments)
{
    TrainingPlan plan = planWithoutRounds(arguments);
    const double clip = arguments.number("--clip", 1, 1e-300, 1e300);
    const std::vector<double> sigmas = noiseList(arguments);
    if (sigmas.empty() == !arguments.has("--sigma0"))
        throw Error("give either --mechanism-noise or --sigma0");
    if (sigmas.size() > 1) {
        if (arguments.has("--rounds")
            && arguments.integer("--rounds", 0, 0, static_cast<std::int64_t>(kMostRounds))
                != static_cast<std::int64_t>(sigmas.size()))
            throw Error("--rounds: --mechanism-noise gives " + std::to_string(sigmas.size())
                + " values; give one, or one per round");
        const auto participations = static_cast<std::size_t>(arguments.integer("--participations",
            static_cast<std::int64_t>(sigmas.size()), 0, static_cast<std::int64_t>(sigmas.size())));
        applyList(plan, sigmas, participations, clip);
        return plan;
    }
    privacy::ScheduleShape shape = shapeOf(arguments, clip, 1);
    if (!sigmas.empty()) {
        if (arguments.has("--decay"))
            throw Error("--decay: belongs to --sigma0; --mechanism-noise lists the noise itself");
        shape.sigma0 = sigmas.front() / clip;
    }
    privacy::applySchedule(plan, shape);
    return plan;
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

/// How sure a Bayesian attacker can become who thought it even odds: e^eps / (1 + e^eps).
double belief(double epsilon)
{
    return 1 / (1 + std::exp(-epsilon));
}

json numberOrInf(double value)
{
    return std::isfinite(value) ? json(value) : json("inf");
}

json entryOf(const Spend& spend)
{
    return {{"epsilon", numberOrInf(spend.epsilon)}, {"delta", spend.delta}, {"accountant", spend.accountant},
        {"order", spend.order > 0 ? json(spend.order) : json(nullptr)}, {"adversary", spend.adversary},
        {"relation", spend.relation}, {"belief", belief(spend.epsilon)}, {"note", spend.note}};
}

void printSpend(const Spend& spend)
{
    std::printf("%-16s epsilon %-10.6g delta %-8.3g %-15s %-11s", spend.accountant.c_str(), spend.epsilon,
        spend.delta, spend.adversary.c_str(), spend.relation.c_str());
    if (spend.order > 0)
        std::printf(" order %g", spend.order);
    std::printf("\n    %s\n    an attacker's even odds become at most %.4g %% sure\n", spend.note.c_str(),
        100 * belief(spend.epsilon));
}

Arguments readArguments(
    std::span<const std::string> words, std::vector<OptionSpec> options, const char* usage)
{
    const std::vector<std::string> spread = spreadNoise(words);
    Arguments arguments(spread, std::move(options), usage);
    if (!arguments.wantsHelp() && !arguments.positional().empty())
        throw Error("unexpected argument '" + arguments.positional().front() + "' (usage: " + usage + ")");
    return arguments;
}

int runSpend(std::span<const std::string> words)
{
    std::vector<OptionSpec> options = planOptions();
    options.push_back({"--accountant", "NAME", "eq27, appendix-a, gaussian, rdp, pld or all (default)"});
    const Arguments arguments = readArguments(words, std::move(options), kSpendUsage);
    if (arguments.wantsHelp()) {
        std::cout << arguments.help();
        return 0;
    }
    const TrainingPlan plan = planOf(arguments);
    const double delta = deltaOf(arguments);
    const std::string name = arguments.text("--accountant", "all");
    const bool all = name == "all";
    const std::vector<Spend> spends = all
        ? privacy::spendUnderAll(plan, delta)
        : std::vector{privacy::spend(plan, parsed("--accountant", name, kAccountants), delta, orderOf(arguments))};
    if (!arguments.has("--json")) {
        std::ranges::for_each(spends, printSpend);
        return 0;
    }
    json entries = json::array();
    for (const Spend& spend : spends)
        entries.push_back(entryOf(spend));
    std::cout << (all ? entries : entries.front()).dump(2) << '\n';
    return 0;
}

void printCalibration(const json& answer)
{
    for (const auto& [key, value] : answer.items())
        std::cout << key << ": " << (value.is_string() ? value.get<std::string>() : value.dump()) << '\n';
}

int runCalibrate(std::span<const std::string> words)
{
    std::vector<OptionSpec> options = planOptions();
    std::erase_if(options, [](const OptionSpec& option) { return option.name == "--mechanism-noise"; });
    options.push_back({"--solve", "WHAT", "sigma0, epsilon, rounds or delta"});
    options.push_back({"--epsilon", "E", "the budget, unless it is solved for (default 1)"});
    options.push_back({"--schedule", "NAME",
        "none, static or adaldp; by default static, or adaldp if --decay is given"});
    options.push_back({"--accountant", "NAME", "eq27, appendix-a, gaussian, rdp (default) or pld"});
    const Arguments arguments = readArguments(words, std::move(options), kCalibrateUsage);
    if (arguments.wantsHelp()) {
        std::cout << arguments.help();
        return 0;
    }
    const std::string schedule =
        arguments.text("--schedule", arguments.has("--decay") ? "adaldp" : "static");
    if (schedule == "none")
        throw Error("--schedule none: without noise there is no guarantee, epsilon is infinite whatever the "
                    "rest; use static or adaldp");
    if (schedule != "static" && schedule != "adaldp")
        throw Error("--schedule: '" + schedule + "' is not one of none, static, adaldp");
    if (schedule == "static" && arguments.number("--decay", 1, 1e-6, 1) != 1)
        throw Error("--decay: a static schedule does not decay; use --schedule adaldp");

    const double clip = arguments.number("--clip", 1, 1e-300, 1e300);
    const std::string what = arguments.required("--solve");
    privacy::CalibrationProblem problem;
    problem.plan = planWithoutRounds(arguments);
    problem.shape = shapeOf(arguments, clip, 1);
    problem.accountant = parsed("--accountant", arguments.text("--accountant", "rdp"), kAccountants);
    problem.order = orderOf(arguments);
    problem.epsilon = arguments.number("--epsilon", 1, 1e-12, 1e12);
    problem.delta = deltaOf(arguments);
    problem.participationsPerRound = arguments.has("--participations") ? 0 : 1;
    if (what == "sigma0") {
        problem.shape.sigma0 = privacy::solveSigma0(problem);
    } else if (what == "rounds") {
        problem.shape.rounds = privacy::solveRounds(problem);
        if (!arguments.has("--participations"))
            problem.shape.participations = problem.shape.rounds;
    } else if (what == "delta") {
        problem.delta = privacy::solveDelta(problem);
    } else if (what != "epsilon") {
        throw Error("--solve: '" + what + "' is not one of sigma0, epsilon, rounds, delta");
    }
    const double spent = what == "delta" || problem.shape.rounds < 1 ? 0 : privacy::solveEpsilon(problem);
    const json answer{{"solved", what}, {"sigma0", problem.shape.sigma0 * clip}, {"clip", clip},
        {"decay", problem.shape.decay}, {"rounds", problem.shape.rounds},
        {"participations", problem.shape.participations},
        {"epsilon", numberOrInf(what == "delta" ? problem.epsilon : spent)}, {"delta", problem.delta},
        {"accountant", privacy::nameOf(problem.accountant)},
        {"adversary", privacy::nameOf(problem.plan.adversary)},
        {"relation", privacy::nameOf(problem.plan.relation)},
        {"sampling", privacy::nameOf(problem.plan.sampling)}, {"rate", problem.plan.rate},
        {"note", privacy::noteOf(problem.plan, problem.accountant)}};
    if (arguments.has("--json"))
        std::cout << answer.dump(2) << '\n';
    else
        printCalibration(answer);
    return 0;
}

int runCompare(std::span<const std::string> words)
{
    const Arguments arguments = readArguments(words, planOptions(), kCompareUsage);
    if (arguments.wantsHelp()) {
        std::cout << arguments.help();
        return 0;
    }
    if (arguments.has("--adversary"))
        throw Error("--adversary: compare shows all of them; use 'fedcctr privacy spend' for one");
    TrainingPlan plan = planOf(arguments);
    json answer{{"guarantees", json::array()}, {"refused", json::array()}};
    for (const Adversary adversary : kAdversaries) {
        plan.adversary = adversary;
        for (const Spend& spend : privacy::spendUnderAll(plan, deltaOf(arguments))) {
            answer["guarantees"].push_back(entryOf(spend));
            if (!arguments.has("--json"))
                printSpend(spend);
        }
        for (const AccountantKind kind : kAccountants)
            if (const auto reason = privacy::misfit(plan, kind)) {
                answer["refused"].push_back({{"accountant", privacy::nameOf(kind)},
                    {"adversary", privacy::nameOf(adversary)}, {"reason", *reason}});
                if (!arguments.has("--json"))
                    std::printf("%-16s refused for %s: %s\n", privacy::nameOf(kind).c_str(),
                        privacy::nameOf(adversary).c_str(), reason->c_str());
            }
    }
    if (arguments.has("--json"))
        std::cout << answer.dump(2) << '\n';
    return 0;
}

} // namespace

int runPrivacy(std::span<const std::string> words)
{
    if (words.empty())
        throw Error("privacy: give spend, calibrate, compare or audit (see 'fedcctr privacy --help')");
    const std::string& command = words.front();
    const std::span<const std::string> rest = words.subspan(1);
    if (command == "spend")
        return runSpend(rest);
    if (command == "calibrate")
        return runCalibrate(rest);
    if (command == "compare")
        return runCompare(rest);
    if (command == "audit")
        return runEngine("audit", rest);
    if (command == "--help" || command == "-h") {
        std::cout << kHelp;
        return 0;
    }
    const std::vector<std::string> known{"spend", "calibrate", "compare", "audit"};
    const std::string nearest = nearestWord(command, known);
    throw Error("privacy: unknown command '" + command + "'"
        + (nearest.empty() ? std::string() : "; did you mean '" + nearest + "'?")
        + " (see 'fedcctr privacy --help')");
}

} // namespace fedcctr::cli
