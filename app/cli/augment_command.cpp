// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/augment_shelf.h"
#include "app/cli/augment_summary.h"
#include "app/cli/commands.h"
#include "app/cli/interruption.h"
#include "app/cli/numbers.h"
#include "app/cli/server_access.h"
#include "core/augment/offline.h"
#include "core/augment/prompts.h"
#include "core/augment/shelf.h"
#include "core/base/arguments.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/llm/address.h"
#include "core/llm/export.h"
#include "core/llm/openai_client.h"
#include "core/llm/sqlite_store.h"

#include <algorithm>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>

namespace fedcctr::cli {

namespace {

namespace fs = std::filesystem;
using augment::PipelineEnd;
using augment::PipelineProgress;
using augment::Stage;
using augment::StageCounts;

constexpr const char* kUsage = "fedcctr augment DATASET [--backend offline|openai] [--url U] [--model M] "
                               "[--name NAME] [--items-only] [--consent] [--json]";

constexpr const char* kMore = R"(
Writes DATASET/augmentation.json, which training reads. openai is any server that speaks OpenAI's chat completions
(llama.cpp, Ollama, vLLM, hosted ones); its answers are kept in DATASET/augmentation.sqlite, so that a run that was
stopped goes on where it was; those that could not be used are asked again. A run that got nothing, or that failed and
got less than DATASET/augmentation.json holds, leaves that file as it is and exits with 1. The key comes from the environment variable FEDCCTR_API_KEY or the system's key ring.
Prompts are edited in DATASET/prompts (item.txt, user.txt, sequence.txt); the defaults need no file.

A run keeps the augmentation that it was trained with, or none: what another one takes the place of stays under a name
of its own (own-1a2b3c4d; --list), and evaluate, embed, audit and --resume find it.

--json prints "dataset", "backend", "seconds", "items" and "users" (their numbers), "filled" (how many items, users and
sequences got anything), "mean_length" by domain ("before", "after", "disliked" per user), and with openai "stages" by
name: "subjects", "without_text", "from_store", "answered", "left", "failed", "refused", "repaired", "rejections" by
reason, "retries", "prompt_tokens", "answer_tokens", "seconds"; and "remedy" where a setting would help.
)";

std::vector<OptionSpec> optionSpecs()
{
    return {{"--backend", "NAME", "offline (no LLM; default) or openai"},
        {"--candidates", "N", "candidates offered per user and domain, 1 to 50 (default 10)"},
        {"--seed", "N", "of the candidates, and sent to the model (default 1)"},
        {"--name", "NAME", "keep it beside the dataset's own; training takes it with augment.name=NAME"},
        {"--items-only", "", "leave users and sequences alone: no history is read or sent"},
        {"--url", "U", "openai: address of the server (default http://127.0.0.1:8080/v1)"},
        {"--model", "M", "openai: name of the model (default: the server's only one)"},
        {"--temperature", "X", "openai: 0 to 2 (default 0.4)"},
        {"--top-p", "X", "openai: 0 to 1 (default 0.6)"},
        {"--max-tokens", "N", "openai: longest answer (default 512)"},
        {"--parallel", "N", "openai: requests at a time, 1 to 32 (default 4)"},
        {"--timeout", "S", "openai: seconds for one answer, 1 to 600 (default 60)"},
        {"--retries", "N", "openai: of one request, 0 to 5 (default 2)"},
        {"--wait-loading", "S", "openai: seconds for a server to load its model, 0 to 3600 (default 120)"},
        {"--consent", "", "openai: users' histories may be sent to a server that is not this machine"},
        {"--export", "DIR", "ask nothing: write what the store holds to DIR, one file per stage"},
        {"--format", "NAME", "of --export: csv (default) or jsonl"},
        {"--list", "", "the augmentations that the dataset has; its own one is called own"},
        {"--remove", "NAME", "take one away"}, {"--restore", "", "put back the one that was removed last"},
        {"--json", "", "print one JSON document and nothing else"}};
}

bool isOpenAi(const Arguments& arguments)
{
    const std::string backend = arguments.text("--backend", "offline");
    if (backend != "offline" && backend != "openai")
        throw Error("--backend: '" + backend + "' is unknown; it is offline or openai");
    if (backend == "offline")
        for (const char* option : {"--url", "--model", "--temperature", "--top-p", "--max-tokens",
                 "--parallel", "--timeout", "--retries", "--wait-loading", "--consent"})
            if (arguments.has(option))
                throw Error(
                    std::string(option) + ": the offline backend asks no server; add --backend openai");
    return backend == "openai";
}

/// Throws Error if it is none.
std::string augmentationName(const Arguments& arguments)
{
    std::string name = arguments.text("--name");
    if (name == augment::kOwnName)
        throw Error("--name own: is what the augmentation without a name is called; choose another name, or "
                    "leave --name out");
    augment::augmentationFile({}, name);
    return name;
}

int candidatesOf(const Arguments& arguments)
{
    return static_cast<int>(
        arguments.integer("--candidates", augment::kDefaultCandidates, 1, augment::kMostCandidates));
}

std::int64_t seedOf(const Arguments& arguments)
{
    return arguments.integer("--seed", 1, 0, std::numeric_limits<std::int64_t>::max());
}

llm::ServerSettings settingsOf(const Arguments& arguments)
{
    llm::ServerSettings settings = serverOf(arguments);
    augment::Sampling& sampling = settings.sampling;
    sampling.temperature = arguments.number("--temperature", sampling.temperature, 0, 2);
    sampling.topP = arguments.number("--top-p", sampling.topP, 0, 1);
    sampling.maxTokens =
        static_cast<int>(arguments.integer("--max-tokens", sampling.maxTokens, 1, 1'000'000));
    sampling.seed = seedOf(arguments);
    return settings;
}

/// Users' histories stay on this machine unless it is said that they may leave it.
void requireConsent(const Arguments& arguments, const std::string& baseUrl)
{
    if (llm::staysOnThisMachine(baseUrl) || arguments.has("--items-only") || arguments.has("--consent"))
        return;
    throw Error(
        "--url: the histories of all users (titles, categories and creators of their newest training items, "
        "and the profile made of them) would leave this machine for "
        + llm::hostOf(baseUrl)
        + "; add --consent if they may, or --items-only to send nothing but the texts of items");
}

/// "item 12,340 of 28,337, 41.0/s, 6 min left, 14 refused"
std::string describe(const PipelineProgress& progress)
{
    const StageCounts& counts = progress.stages[static_cast<std::size_t>(progress.stage)];
    std::string text =
        nameOf(progress.stage) + ' ' + grouped(counts.done()) + " of " + grouped(counts.subjects);
    if (counts.asked > 0) {
        const double minutes = counts.secondsLeft() / 60;
        text += ", " + fixed(counts.perSecond(), 1) + "/s, "
            + (minutes < 1 ? fixed(counts.secondsLeft(), 0) + " s" : fixed(minutes, 0) + " min") + " left";
    }
    if (counts.refused > 0)
        text += ", " + grouped(counts.refused) + " refused";
    if (counts.failed > 0)
        text += ", " + grouped(counts.failed) + " failed";
    return text;
}

void tell(const Arguments& arguments, const AugmentSummary& summary)
{
    if (arguments.has("--json"))
        std::cout << toJson(summary).dump(2) << '\n';
    else
        std::cout << text(summary);
}

int runOffline(const Arguments& arguments, const fs::path& directory)
{
    const Stopwatch watch;
    const data::Dataset dataset = data::load(directory);
    const Interruption interruption;
    ServerProgress progress;
    augment::OfflineOptions options;
    options.candidates = candidatesOf(arguments);
    options.seed = static_cast<std::uint64_t>(seedOf(arguments));
    options.itemsOnly = arguments.has("--items-only");
    options.progress = [&progress](double share, const std::string& what) { progress.show(share, what); };
    const auto augmentation = augment::augmentOffline(dataset, options, interruption.token());
    progress.clear();
    if (!augmentation)
        throw Error("augment: stopped; nothing was changed", Error::Kind::Failure);
    augment::saveAugmentation(*augmentation, dataset, directory, augmentationName(arguments));
    tell(arguments, {dataset, *augmentation, std::nullopt, watch.seconds()});
    return 0;
}

augment::PipelineOptions pipelineOptions(
    const Arguments& arguments, const fs::path& directory, const augment::Sampling& sampling)
{
    augment::PipelineOptions options;
    for (const Stage stage : augment::kStages)
        options.prompts.templates[static_cast<std::size_t>(stage)] = augment::loadTemplate(directory, stage);
    options.prompts.candidates = candidatesOf(arguments);
    options.prompts.seed = static_cast<std::uint64_t>(seedOf(arguments));
    options.sampling = sampling;
    options.parallel = static_cast<int>(
        arguments.integer("--parallel", augment::kDefaultParallel, 1, augment::kMostParallel));
    options.itemsOnly = arguments.has("--items-only");
    return options;
}

/// Why so little came back, and what to do: "12 of 12 answers were refused, mostly as 'cut off'; raise …".
std::string reasonsOf(const PipelineProgress& progress)
{
    const std::size_t refused = refusedIn(progress);
    if (refused == 0)
        return progress.lastFailure.empty() ? "no item has a text to ask about" : progress.lastFailure;
    const std::string hint = remedyFor(progress);
    return grouped(refused) + " of " + grouped(refused + acceptedIn(progress)) + " answers were refused"
        + (hint.empty() ? "; --export shows them and why" : "; " + hint);
}

/// An end before time is an error, though what was answered is kept and told; so is one without a result.
int finish(const augment::PipelineResult& result, const std::string& left)
{
    if (result.end == PipelineEnd::ModelFailed)
        throw Error("augment: given up: " + result.progress.lastFailure
                + "; what was answered is kept, the same command goes on from there",
            Error::Kind::Failure);
    if (result.end == PipelineEnd::Cancelled)
        throw Error("augment: stopped; what was answered is kept, the same command goes on from there",
            Error::Kind::Failure);
    if (!left.empty())
        throw Error("augment: " + left + ": " + reasonsOf(result.progress), Error::Kind::Failure);
    return 0;
}

int runOpenAi(const Arguments& arguments, const fs::path& directory)
{
    const Stopwatch watch;
    const QtInside qt;
    llm::ServerSettings settings = settingsOf(arguments);
    requireConsent(arguments, settings.baseUrl);
    const data::Dataset dataset = data::load(directory);
    const augment::PipelineOptions options = pipelineOptions(arguments, directory, settings.sampling);
    ServerProgress progress;
    settings.waiting = [&progress](const llm::Wait& wait) { progress.showWaiting(wait); };
    settings.noted = [&progress](const std::string& what) { progress.note(what); };
    llm::OpenAiClient client(settings, keyFor(settings.baseUrl));
    llm::SqliteStore store(llm::storeFile(directory));

    const Interruption interruption;
    const augment::PipelineResult result = augment::runPipeline(
        dataset, client, store, options,
        [&](const PipelineProgress& now) {
            progress.show(shareOf(now, dataset, options.itemsOnly), describe(now));
        },
        interruption.token());
    progress.clear();
    const std::string kept = augmentationName(arguments);
    const std::optional<augment::Augmentation> earlier = augment::earlierResult(directory, dataset, kept);
    const bool isKept = isWorthKeeping(result, earlier);
    if (isKept)
        augment::saveAugmentation(result.augmentation, dataset, directory, kept);
    tell(arguments, {dataset, result.augmentation, result.progress, watch.seconds()});
    const std::string left = isKept ? ""
        : earlier
        ? augment::augmentationFile(directory, kept).string() + " was left as it is, for it holds more"
        : "nothing was accepted";
    return finish(result, left);
}

/// The newest exchange of every subject, as items.csv, users.csv and sequences.csv (or .jsonl).
int runExport(const Arguments& arguments, const fs::path& directory)
{
    const std::string format = arguments.text("--format", "csv");
    if (format != "csv" && format != "jsonl")
        throw Error("--format: '" + format + "' is unknown; it is csv or jsonl");
    const data::Dataset dataset = data::load(directory);
    const fs::path file = llm::storeFile(directory);
    if (!fs::exists(file))
        throw Error(file.string() + ": there is no store yet; 'fedcctr augment " + directory.string()
            + " --backend openai' makes one (the offline augmenter keeps no exchanges)");
    const QtInside qt;
    const llm::SqliteStore store(file);
    const fs::path out = arguments.text("--export");
    makeWritableDirectory(out);
    for (const Stage stage : augment::kStages) {
        const fs::path target = out / (nameOf(stage) + "s." + format);
        llm::exportStore(store, stage,
            format == "csv" ? llm::ExportFormat::Csv : llm::ExportFormat::JsonLines, target,
            [&](std::int32_t subject) {
                const auto number = static_cast<std::size_t>(subject);
                return stage == Stage::Item ? dataset.items.at(number).id : dataset.users.at(number);
            });
        std::cout << target.string() << '\n';
    }
    return 0;
}

} // namespace

int runAugment(std::span<const std::string> words)
{
    const Arguments arguments(words, optionSpecs(), kUsage);
    if (arguments.wantsHelp()) {
        std::cout << arguments.help() << kMore;
        return 0;
    }
    if (arguments.positional().size() != 1)
        throw Error(std::string("one dataset is needed (usage: ") + kUsage + ")");
    const fs::path directory = arguments.positional().front();
    if (wantsShelf(arguments))
        return runShelf(arguments, directory);
    if (arguments.has("--export"))
        return runExport(arguments, directory);
    augmentationName(arguments); // refused before anything is asked
    return isOpenAi(arguments) ? runOpenAi(arguments, directory) : runOffline(arguments, directory);
}

} // namespace fedcctr::cli
