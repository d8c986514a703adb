// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/privacy_plan.h"
#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>

namespace fedcctr::cli {

namespace {

using nlohmann::json;
using privacy::AccountantInfo;
using privacy::Adversary;
using privacy::CalibrationProblem;
using privacy::Spend;
using privacy::TrainingPlan;

constexpr const char* kSpendUsage =
    "fedcctr privacy spend --mechanism-noise Z… | --sigma0 S [--decay R] [--rounds T] "
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
"accountant", "order" (of Renyi, or null), "adversary", "relation" (the neighbours that are compared), "standing"
("bound", "loose" or "not-a-bound"), "note" (why, and what else a reader must know) and "belief": how sure an attacker
can become of one person's data after a guess of 50:50, as a probability, but for an event of probability delta; null
where the number is no bound.

'fedcctr privacy COMMAND --help' tells more of each.
)";

constexpr const char* kSpendFields = R"(
--json prints one guarantee, or a list of them for all accountants. Its fields: see 'fedcctr privacy --help'.
)";

constexpr const char* kCalibrateFields = R"(
--json prints "solved" (what was solved for), "sigma0" and "clip" (in one unit), "decay", "rounds", "participations",
"sampling", "rate", and the fields of the guarantee that results (see 'fedcctr privacy --help'). The found sigma0 and
delta are the smallest that stay within epsilon, the found rounds the most, up to 1000000; 0 if one is too many.
)";

constexpr const char* kCompareFields = R"(
--json prints "guarantees", a list (see 'fedcctr privacy --help' for their fields), and "refused", a list of the
combinations that would be wrong: "accountant", "adversary" and "reason".
)";

/// How sure a Bayesian attacker can become who thought it even odds: e^eps / (1 + e^eps).
double belief(double epsilon)
{
    return 1 / (1 + std::exp(-epsilon));
}

json numberOrInf(double value)
{
    return std::isfinite(value) ? json(value) : json("inf");
}

bool isBound(const Spend& spend)
{
    return spend.standing != privacy::Standing::NotABound;
}

json entryOf(const Spend& spend)
{
    return {{"epsilon", numberOrInf(spend.epsilon)}, {"delta", spend.delta}, {"accountant", spend.accountant},
        {"order", spend.order > 0 ? json(spend.order) : json(nullptr)}, {"adversary", spend.adversary},
        {"relation", spend.relation}, {"standing", privacy::nameOf(spend.standing)},
        {"belief", isBound(spend) ? json(belief(spend.epsilon)) : json(nullptr)}, {"note", spend.note}};
}

void printSpend(const Spend& spend)
{
    std::printf("%-16s epsilon %-10.6g delta %-8.3g %-15s %-11s", spend.accountant.c_str(), spend.epsilon,
        spend.delta, spend.adversary.c_str(), spend.relation.c_str());
    if (spend.order > 0)
        std::printf(" order %g", spend.order);
    std::printf("  %s\n    %s\n", privacy::wordsOf(spend.standing).c_str(), spend.note.c_str());
    if (isBound(spend))
        std::printf("    an attacker's even odds become at most %.4g %% sure\n", 100 * belief(spend.epsilon));
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

/// The same as privacy::spend(), in the words of the command line.
Spend spendUnder(
    const TrainingPlan& plan, const AccountantInfo& accountant, double delta, std::optional<double> order)
{
    if (const auto reason = accountant.incompatibility(plan))
        throw Error("--accountant: " + *reason);
    if (const auto problem = privacy::orderProblem(accountant, order))
        throw Error("--order: " + *problem);
    return privacy::spend(plan, accountant, delta, order);
}

/// Every accountant that fits; a given order goes to those that have one.
std::vector<Spend> allSpends(const TrainingPlan& plan, double delta, std::optional<double> order)
{
    if (!order)
        return privacy::spendUnderAll(plan, delta);
    std::vector<Spend> spends;
    for (const AccountantInfo* accountant : privacy::selectableAccountants())
        if (!accountant->incompatibility(plan))
            spends.push_back(spendUnder(plan, *accountant, delta, order));
    return spends;
}

int runSpend(std::span<const std::string> words)
{
    std::vector<OptionSpec> options = planOptions();
    options.push_back({"--accountant", "NAME", privacy::accountantNames() + " or all (default)"});
    const Arguments arguments = readArguments(words, std::move(options), kSpendUsage);
    if (arguments.wantsHelp()) {
        std::cout << arguments.help() << kSpendFields;
        return 0;
    }
    const std::string name = arguments.text("--accountant", "all");
    const bool all = name == "all";
    if (!all)
        accountantOf("--accountant", name);
    const TrainingPlan plan = planOf(arguments);
    const double delta = deltaOf(arguments);
    const std::optional<double> order = orderOf(arguments);
    const std::vector<Spend> spends = all
        ? allSpends(plan, delta, order)
        : std::vector{spendUnder(plan, privacy::accountant(name), delta, order)};
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

void checkSchedule(const Arguments& arguments)
{
    const std::string schedule = arguments.text("--schedule", arguments.has("--decay") ? "adaldp" : "static");
    if (schedule == "none")
        throw Error(
            "--schedule: with none there is no noise and no guarantee, epsilon is infinite whatever the "
            "rest; use static or adaldp");
    if (schedule != "static" && schedule != "adaldp")
        throw Error("--schedule: '" + schedule + "' is not one of none, static, adaldp");
    if (schedule == "static" && arguments.number("--decay", 1, 1e-6, 1) != 1)
        throw Error("--decay: a static schedule does not decay; use --schedule adaldp");
}

/// What is solved for: one of the four, and not given as well.
std::string unknownOf(const Arguments& arguments)
{
    const std::string what = arguments.required("--solve");
    const std::vector<std::string> known{"sigma0", "epsilon", "rounds", "delta"};
    if (std::ranges::find(known, what) == known.end())
        throw Error("--solve: '" + what + "' is not one of sigma0, epsilon, rounds, delta");
    if (arguments.has("--" + what))
        throw Error("--" + what + ": is solved for; leave it out, or solve for something else");
    if (what != "sigma0" && !arguments.has("--sigma0"))
        throw Error("--sigma0: is missing; give it, or solve for it with --solve sigma0");
    return what;
}

CalibrationProblem problemOf(const Arguments& arguments, const std::string& what)
{
    CalibrationProblem problem;
    problem.plan = planWithoutRounds(arguments);
    problem.shape = shapeOf(arguments, what != "rounds");
    const std::string wanted = arguments.text("--accountant", problem.accountant);
    const AccountantInfo& accountant = accountantOf("--accountant", wanted);
    problem.accountant = accountant.name;
    problem.order = orderOf(arguments);
    problem.epsilon = arguments.number("--epsilon", 1, 1e-12, 1e12);
    problem.delta = deltaOf(arguments);
    problem.participationsPerRound = arguments.has("--participations") ? 0 : 1;
    if (what != "rounds" && problem.shape.rounds < 1)
        throw Error("--rounds: without a round there is nothing to solve for; give at least 1");
    if (what == "delta" && !accountant.hasDelta)
        throw Error("--accountant: " + accountant.name + " has no delta to solve for; use another one");
    if (what != "sigma0" && what != "epsilon" && problem.shape.sigma0 == 0)
        throw Error("--sigma0: without noise epsilon is infinite whatever the rest; give more than 0");
    return problem;
}

/// Fills in the number that was asked for.
void solve(CalibrationProblem& problem, const std::string& what)
{
    if (what == "sigma0") {
        problem.shape.sigma0 = privacy::solveSigma0(problem);
    } else if (what == "rounds") {
        problem.shape.rounds = privacy::solveRounds(problem);
        problem.shape.participations = problem.participationsPerRound > 0
            ? problem.shape.rounds
            : std::min(problem.shape.participations, problem.shape.rounds);
    } else if (what == "delta") {
        problem.delta = privacy::solveDelta(problem);
    }
}

/// What the solved problem guarantees.
Spend guaranteeOf(const CalibrationProblem& problem, const std::string& what)
{
    TrainingPlan plan = problem.plan;
    privacy::applySchedule(plan, problem.shape);
    // Below and above, no accountant can be asked; a delta of 0 is what underflowed.
    const double delta = std::clamp(problem.delta, 1e-300, 0.999999);
    Spend spend = spendUnder(plan, privacy::accountant(problem.accountant), delta, problem.order);
    if (what == "delta") {
        spend.delta = problem.delta;
        spend.epsilon = problem.epsilon;
    }
    return spend;
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
    options.push_back(
        {"--schedule", "NAME", "none, static or adaldp; by default static, or adaldp if --decay is given"});
    options.push_back({"--accountant", "NAME", privacy::accountantNames() + " (default: rdp)"});
    const Arguments arguments = readArguments(words, std::move(options), kCalibrateUsage);
    if (arguments.wantsHelp()) {
        std::cout << arguments.help() << kCalibrateFields;
        return 0;
    }
    checkSchedule(arguments);
    const std::string what = unknownOf(arguments);
    CalibrationProblem problem = problemOf(arguments, what);
    // Refuses what does not fit, in the command line's words, before the search.
    spendUnder(problem.plan, privacy::accountant(problem.accountant), problem.delta, problem.order);
    solve(problem, what);
    const double clip = clipOf(arguments);
    json answer = entryOf(guaranteeOf(problem, what));
    answer.update({{"solved", what}, {"sigma0", problem.shape.sigma0 * clip}, {"clip", clip},
        {"decay", problem.shape.decay}, {"rounds", static_cast<std::int64_t>(problem.shape.rounds)},
        {"participations", static_cast<std::int64_t>(problem.shape.participations)},
        {"sampling", privacy::nameOf(problem.plan.sampling)}, {"rate", problem.plan.rate}});
    if (arguments.has("--json"))
        std::cout << answer.dump(2) << '\n';
    else
        printCalibration(answer);
    return 0;
}

struct Comparison {
    std::vector<Spend> guarantees;
    json refused = json::array();
};

Comparison comparisonOf(TrainingPlan plan, double delta, std::optional<double> order)
{
    Comparison comparison;
    for (const Adversary adversary : kAdversaries) {
        plan.adversary = adversary;
        for (Spend& spend : allSpends(plan, delta, order))
            comparison.guarantees.push_back(std::move(spend));
        for (const AccountantInfo* accountant : privacy::selectableAccountants())
            if (const auto reason = accountant->incompatibility(plan))
                comparison.refused.push_back({{"accountant", accountant->name},
                    {"adversary", privacy::nameOf(adversary)}, {"reason", *reason}});
    }
    return comparison;
}

int runCompare(std::span<const std::string> words)
{
    const Arguments arguments = readArguments(words, planOptions(), kCompareUsage);
    if (arguments.wantsHelp()) {
        std::cout << arguments.help() << kCompareFields;
        return 0;
    }
    if (arguments.has("--adversary"))
        throw Error("--adversary: compare shows all of them; use 'fedcctr privacy spend' for one");
    const Comparison comparison = comparisonOf(planOf(arguments), deltaOf(arguments), orderOf(arguments));
    if (arguments.has("--json")) {
        json guarantees = json::array();
        for (const Spend& spend : comparison.guarantees)
            guarantees.push_back(entryOf(spend));
        std::cout << json{{"guarantees", guarantees}, {"refused", comparison.refused}}.dump(2) << '\n';
        return 0;
    }
    std::ranges::for_each(comparison.guarantees, printSpend);
    for (const json& entry : comparison.refused)
        std::printf("%-16s refused for %s: %s\n", entry["accountant"].get<std::string>().c_str(),
            entry["adversary"].get<std::string>().c_str(), entry["reason"].get<std::string>().c_str());
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
