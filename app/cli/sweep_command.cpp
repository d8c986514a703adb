// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/comparison_jobs.h"
#include "app/cli/interruption.h"
#include "app/cli/sweep_jobs.h"
#include "core/augment/augmentation.h"
#include "core/base/arguments.h"
#include "core/base/error.h"
#include "core/data/summary.h"
#include "core/settings/presets.h"
#include "core/sweeps/comparison.h"
#include "core/sweeps/sweep_record.h"

#include <algorithm>
#include <iostream>
#include <sched.h>

namespace fedcctr::cli {

namespace fs = std::filesystem;
using settings::Config;
using sweeps::SweepPlan;

namespace {

constexpr const char* kUsage = "fedcctr sweep DATASET [options] --out DIR";
constexpr int kMostJobs = 4096;

constexpr const char* kMore = R"help(
--preset ablation is short for --preset paper --ablation.

--preset comparison compares the models (Tables 4 and 5, Figure 12), each by its own preset. First every row
searches with the same budget: its own settings and other points of its grid, --tune of them in all, each
trained once for a third of its rounds; the best at validation is what is then run with all seeds. The report
says what was searched and chosen.

--preset ctr-comparison compares models of click-through rates in the same way (Table 2 of RAL-CDNet), by AUC
and log-loss; --preset ctr-ablation takes RAL-CDNet's parts away (its Table 3); --preset market-comparison sets
FedMM beside other ways to learn over markets. Without --tune nothing is searched there.

  fedcctr sweep DATA --preset comparison --seeds 3 --out comparison
  fedcctr sweep DATA --preset comparison --rows BST,FedCCTR-LM --set federation.rounds=100 --out small

Every job is a run in a directory of its own below DIR, named after its settings, beside NAME.log. Give the
same command again to go on after an interruption: finished jobs are never repeated, begun ones are resumed.
A finished sweep takes more values or seeds over the same base. Several sweeps may share DIR, on one machine
or, over a network file system, on many: no job is run twice.

  fedcctr sweep DATA --preset paper --ablation --seeds 3 --out ablation
  fedcctr sweep DATA --preset paper-eps3 --grid privacy.epsilon=0.1,0.3,0.6,1,3,10 --calibrate --out epsilon
  fedcctr sweep DATA --preset demo --grid loss.lambda1=0.1:0.2:0.9 --grid loss.lambda2=0.1:0.2:0.9 --out lambda
  fedcctr sweep DATA --preset demo --grid … --samples 40 --out large

What PrivAugNet's own settings do (Figure 9): one augmentation for each value, under a name.

  for C in 5 10 20; do fedcctr augment DATA --candidates $C --name $C; done
  fedcctr sweep DATA --preset federated --grid augment.name=5,10,20 --seeds 3 --out candidates

--list prints one command a line, for other schedulers. GNU parallel:

  fedcctr sweep DATA --preset paper --ablation --out ablation --threads 2 --list | parallel -j 8

A Slurm job array, as FILE.sbatch, after 'fedcctr sweep … --list > jobs.txt':

  #!/bin/bash
  #SBATCH --array=1-18
  #SBATCH --cpus-per-task=2
  #SBATCH --signal=B:TERM@120
  eval "exec $(sed -n "${SLURM_ARRAY_TASK_ID}p" jobs.txt)"

Given again, the array goes on where it was.
)help";

std::vector<OptionSpec> options()
{
    return {{"--preset", "NAME", "settings to start from (fedcctr train --list-presets)"},
        {"--config", "FILE", "settings as JSON, over the preset"},
        {"--set", "KEY=VALUE", "one setting, over both (fedcctr train --list-settings)", true},
        {"--ablation", "", "Table 6: the model without each of its parts, and whole"},
        {"--grid", "KEY=VALUES", "a setting's values: v1,v2,… or start:step:stop; several span a grid", true},
        {"--seeds", "N", "runs of each point, with seeds from run.seed upwards (1)"},
        {"--samples", "N", "if the grid is larger: N points of it, spread evenly (Sobol)"},
        {"--calibrate", "",
            "choose privacy.noise_multiplier of each job so that privacy.epsilon lasts for all rounds under "
            "its "
            "accountant (charge participation: for the client that is drawn as often as the average one)"},
        {"--rows", "TITLES", "with --preset comparison: only these rows, with commas between", true},
        {"--tune", "N",
            "with --preset comparison: points that every row tries, its own settings among them; 1: no "
            "search"},
        {"--tune-rounds", "N", "with --preset comparison: rounds of each of them (a third of the row's own)"},
        {"--out", "DIR", "folder of the sweep; the same one goes on"},
        {"--jobs", "N", "runs side by side (one per core)"},
        {"--threads", "N", "threads of each run (cores / jobs)"},
        {"--list", "", "print one command per job instead of running them"},
        {"--continue", "DIR", "go on with the sweep in DIR, as its sweep.json records it"},
        {"--only", "NAME", "with --continue: this job only", true}};
}

int cores()
{
    cpu_set_t set;
    CPU_ZERO(&set);
    return ::sched_getaffinity(0, sizeof set, &set) == 0 ? std::max(1, CPU_COUNT(&set)) : 1;
}

Config baseFrom(const Arguments& arguments)
{
    Config config;
    if (const std::string preset = arguments.text("--preset"); !preset.empty())
        config = settings::loadPreset(preset == "ablation" ? "paper" : preset);
    if (arguments.has("--config"))
        settings::readJsonFile(config, arguments.text("--config"));
    for (const std::string& assignment : arguments.all("--set"))
        settings::setFromText(config, assignment);
    return config;
}

bool isComparison(const Arguments& arguments)
{
    return sweeps::isComparison(arguments.text("--preset"));
}

/// A sweep that goes on in the folder should be on the data that it began with.
void tellIfUnchecked(const fs::path& folder, const runs::DataRecord& now)
{
    std::error_code failed;
    if (!now.empty() && fs::exists(folder / "sweep.json", failed) && sweeps::readPlan(folder).data.empty())
        std::cerr << "note: " << folder.string()
                  << " was begun by a version that kept no checksums; whether its dataset is still the one "
                     "it began with cannot be checked\n";
}

fs::path datasetIn(const Arguments& arguments)
{
    if (arguments.positional().size() != 1)
        throw Error(std::string("sweep: give one dataset directory (usage: ") + kUsage + ")");
    if (arguments.has("--only"))
        throw Error("--only: names a job of a recorded sweep; give it with --continue DIR");
    fs::path dataset = arguments.positional()[0];
    std::error_code failed;
    if (!fs::is_directory(dataset, failed))
        throw Error(dataset.string() + ": is not a dataset directory; make one with 'fedcctr data import'");
    return dataset;
}

std::vector<std::string> rowsIn(const Arguments& arguments)
{
    std::vector<std::string> titles;
    for (const std::string& words : arguments.all("--rows"))
        for (std::size_t begin = 0; begin <= words.size();) {
            const std::size_t end = std::min(words.find(',', begin), words.size());
            titles.push_back(words.substr(begin, end - begin));
            begin = end + 1;
        }
    return titles;
}

SweepPlan comparisonPlan(const Arguments& arguments)
{
    for (const char* other : {"--config", "--ablation", "--grid", "--samples", "--calibrate"})
        if (arguments.has(other))
            throw Error(std::string(other)
                + ": every row of a comparison has a preset of its own; --set changes all of them");
    sweeps::ComparisonRequest request;
    request.dataset = datasetIn(arguments);
    request.rows = rowsIn(arguments);
    request.assignments = arguments.all("--set");
    request.points = static_cast<int>(arguments.integer("--tune", 0, 1, 1000));
    request.searchRounds = static_cast<int>(arguments.integer("--tune-rounds", 0, 1, 10'000'000));
    request.seeds = static_cast<int>(arguments.integer("--seeds", 1, 1, 10'000));
    request.augmented = sweeps::isAugmented(request);
    if (!request.augmented)
        std::cerr
            << "note: " << request.dataset.string()
            << ": has no augmentation, so no row is run with PrivAugNet; run 'fedcctr augment' first for "
               "Figure 12\n";
    return sweeps::beginComparison(
        arguments.required("--out"), sweeps::comparisonList(arguments.text("--preset")), request);
}

SweepPlan newPlan(const Arguments& arguments)
{
    if (isComparison(arguments))
        return comparisonPlan(arguments);
    for (const char* other : {"--rows", "--tune", "--tune-rounds"})
        if (arguments.has(other))
            throw Error(std::string(other)
                + ": belongs to the presets that compare (comparison, ctr-comparison, ctr-ablation, "
                  "market-comparison)");
    const fs::path dataset = datasetIn(arguments);
    std::error_code failed;
    sweeps::SweepRequest request;
    request.dataset = dataset;
    request.base = baseFrom(arguments);
    request.ablation = arguments.has("--ablation") || arguments.text("--preset") == "ablation";
    for (const std::string& words : arguments.all("--grid"))
        request.axes.push_back(sweeps::parseAxis(words));
    request.seeds = static_cast<int>(arguments.integer("--seeds", 1, 1, 10'000));
    request.samples = static_cast<std::size_t>(arguments.integer("--samples", 0, 1, 100'000));
    request.calibrate = arguments.has("--calibrate");
    if (request.calibrate)
        request.clients = data::readSummary(dataset).users;
    if (request.ablation && request.base.augment.name.empty()
        && !fs::exists(augment::augmentationFile(dataset), failed))
        std::cerr << "warning: " << dataset.string()
                  << ": has no augmentation, so 'w/o PrivAugNet' is the same as the full model; run 'fedcctr "
                     "augment' first\n";
    SweepPlan plan = sweeps::planSweep(request);
    plan.data = sweeps::trainedOn(plan, plan.jobs);
    tellIfUnchecked(arguments.required("--out"), plan.data);
    sweeps::recordPlan(arguments.required("--out"), plan);
    return plan;
}

SweepPlan recordedPlan(const Arguments& arguments)
{
    for (const char* other : {"--preset", "--config", "--set", "--ablation", "--grid", "--seeds", "--samples",
             "--calibrate", "--rows", "--tune", "--tune-rounds", "--out"})
        if (arguments.has(other))
            throw Error(std::string(other) + ": a recorded sweep keeps its settings; leave it out");
    SweepPlan plan = sweeps::readPlan(arguments.text("--continue"));
    if (!arguments.positional().empty())
        plan.dataset = arguments.positional()[0];
    const runs::DataRecord now = sweeps::trainedOn(plan, sweeps::jobsOfBothSteps(plan));
    tellIfUnchecked(arguments.text("--continue"), now);
    sweeps::checkData(arguments.text("--continue"), plan, now);
    const std::vector<std::string>& only = arguments.all("--only");
    for (const std::string& name : only)
        if (std::ranges::find(plan.jobs, name, &sweeps::SweepJob::name) == plan.jobs.end())
            throw Error("--only " + name + ": the sweep has no such job; --list prints them");
    if (!only.empty())
        std::erase_if(plan.jobs,
            [&only](const sweeps::SweepJob& job) { return std::ranges::find(only, job.name) == only.end(); });
    return plan;
}

std::string quoted(const std::string& word)
{
    const auto isPlain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || std::string_view("/._-+=:,").find(c) != std::string_view::npos;
    };
    if (!word.empty() && std::ranges::all_of(word, isPlain))
        return word;
    std::string safe = "'";
    for (const char c : word)
        safe += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return safe + '\'';
}

void printList(const SweepPlan& plan, const fs::path& folder, int threads)
{
    std::error_code failed;
    const fs::path own = fs::read_symlink("/proc/self/exe", failed);
    const std::string program = failed ? std::string("fedcctr") : own.string();
    const std::string place = fs::absolute(folder).lexically_normal().string();
    for (const sweeps::SweepJob& job : plan.jobs)
        std::cout << quoted(program) << " sweep --continue " << quoted(place) << " --only "
                  << quoted(job.name) << " --threads " << threads << '\n';
}

/// "sweep: 12 of 18 jobs done, 1 failed, 5 left (the same command goes on)"
std::string wordsOf(const std::string& what, std::size_t jobs, const SweepOutcome& outcome)
{
    std::string text =
        what + ": " + std::to_string(outcome.done) + " of " + std::to_string(jobs) + " jobs done";
    if (outcome.failed > 0)
        text += ", " + std::to_string(outcome.failed) + " failed";
    if (outcome.left > 0)
        text += ", " + std::to_string(outcome.left) + " left (the same command goes on)";
    return text;
}

bool isDone(const SweepOutcome& outcome)
{
    return outcome.failed == 0 && outcome.left == 0;
}

int runAll(SweepPlan plan, const SweepRunOptions& run, bool inSteps)
{
    const Interruption interruption;
    if (!inSteps) {
        const SweepOutcome outcome = runJobs(plan, run, interruption.token());
        std::cout << wordsOf("sweep", plan.jobs.size(), outcome) << "; " << run.folder.string() << std::endl;
        return isDone(outcome) ? 0 : 1;
    }
    const ComparisonOutcome outcome = runComparison(plan, run, interruption.token());
    if (outcome.searches > 0)
        std::cout << wordsOf("search", outcome.searches, outcome.search) << '\n';
    std::cout << wordsOf("sweep", outcome.runs, outcome.compared) << "; " << run.folder.string() << std::endl;
    for (const std::string& row : outcome.waiting)
        std::cout << "not yet run, since not all of its search is done: " << row << std::endl;
    return isDone(outcome.search) && isDone(outcome.compared) ? 0 : 1;
}

/// Of a comparison, of rows that have not chosen their settings the search; the rest once they have.
void printLists(SweepPlan plan, const SweepRunOptions& run)
{
    if (plan.comparison) {
        const std::vector<std::string> waiting = sweeps::takeSearch(plan, run.folder);
        SweepPlan search = sweeps::searchPlan(plan);
        std::erase_if(search.jobs, [&waiting](const sweeps::SweepJob& job) {
            return std::ranges::find(waiting, job.variant) == waiting.end();
        });
        printList(search, sweeps::searchFolder(run.folder), run.threads);
        if (!waiting.empty())
            std::cerr << "note: " << waiting.size()
                      << " rows are still to be searched; give the command again once their jobs are done\n";
        sweeps::recordPlan(run.folder, plan);
    }
    printList(plan, run.folder, run.threads);
}

} // namespace

int runSweep(std::span<const std::string> words)
{
    const Arguments arguments(words, options(), kUsage);
    if (arguments.wantsHelp()) {
        std::cout << arguments.help() << kMore;
        return 0;
    }
    const bool goesOn = arguments.has("--continue");
    const SweepPlan plan = goesOn ? recordedPlan(arguments) : newPlan(arguments);
    const fs::path folder = goesOn ? arguments.text("--continue") : arguments.required("--out");
    SweepRunOptions run;
    run.folder = fs::absolute(folder).lexically_normal();
    // A single job of a comparison is a run that was planned.
    const bool inSteps = plan.comparison && !arguments.has("--only");
    const auto most =
        static_cast<std::int64_t>(inSteps ? sweeps::jobsOfBothSteps(plan).size() : plan.jobs.size());
    run.jobs = static_cast<int>(arguments.integer(
        "--jobs", std::clamp<std::int64_t>(cores(), 1, std::max<std::int64_t>(1, most)), 1, kMostJobs));
    const bool list = arguments.has("--list");
    run.threads =
        static_cast<int>(arguments.integer("--threads", list ? 1 : std::max(1, cores() / run.jobs), 1, 1024));
    if (list) {
        printLists(plan, run);
        return 0;
    }
    return runAll(plan, run, inSteps);
}

} // namespace fedcctr::cli
