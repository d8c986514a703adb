// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/interruption.h"
#include "app/cli/numbers.h"
#include "app/cli/server_access.h"
#include "core/base/error.h"
#include "core/llm/address.h"
#include "core/llm/item_vectors.h"

#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

namespace fedcctr::cli {

namespace {

namespace fs = std::filesystem;
using llm::VectorEnd;
using llm::VectorProgress;
using nlohmann::json;

constexpr const char* kUsage = "fedcctr vectors DATASET [--backend openai] [--url U] --model M [--name NAME] "
                               "[--batch N] [--replace] [--json]";

constexpr const char* kMore = R"(
Has a pre-trained language model embed the text of every item (title, categories and creator, those that there are)
and writes DATASET/vectors/NAME.bin, with NAME.json beside it, which tells model, address and date. Training takes it
with --set model.vectors=NAME. openai is any server that speaks OpenAI's /v1/embeddings (llama.cpp with --embeddings,
Ollama, vLLM, hosted ones). Every answer is kept in DATASET/vectors.sqlite by model, address and text, so that a run that
was stopped, or one over the same texts, asks only for what is missing. Items without any text get zeros.

Texts of items are public; nothing of any user is read or sent. The key comes from the environment variable
FEDCCTR_API_KEY or the system's key ring.

--json prints "dataset", "name", "model", "address", "width", "items", "without_text", "texts" (different ones),
"from_store", "asked", "tokens", "retries" and "seconds"; with --list, "sets".
)";

std::vector<OptionSpec> optionSpecs()
{
    return {{"--backend", "NAME", "openai (default; without a server there is tf-idf, which needs no file)"},
        {"--url", "U", "address of the server (default http://127.0.0.1:8080/v1)"},
        {"--model", "M", "name of the encoder, as the server calls it"},
        {"--name", "NAME", "of the set (default: made of the model's name)"},
        {"--batch", "N", "texts per request, 1 to 2048 (default 32)"},
        {"--replace", "", "a set of that name is written anew"},
        {"--ask-again", "", "ask for every text, also for those that are kept from earlier runs"},
        {"--timeout", "S", "seconds for one answer, 1 to 600 (default 60)"},
        {"--retries", "N", "of one request, 0 to 5 (default 2)"},
        {"--wait-loading", "S", "seconds for a server to load its model, 0 to 3600 (default 120)"},
        {"--list", "", "the sets that the dataset has"},
        {"--json", "", "print one JSON document and nothing else"}};
}

void checkBackend(const Arguments& arguments)
{
    const std::string backend = arguments.text("--backend", "openai");
    if (backend == "offline")
        throw Error("--backend offline: vectors without a server are model.vectors = tf-idf, which needs no "
                    "file; give --backend openai and the server's --url");
    if (backend != "openai")
        throw Error("--backend: '" + backend + "' is unknown; it is openai");
}

/// The set's name. Throws Error if it is none, or if the dataset has the set and it is not to be replaced.
std::string nameOf(const Arguments& arguments, const fs::path& directory, const std::string& model)
{
    const std::string name = arguments.text("--name", model::vectorsNameOf(model));
    if (const std::string problem = model::vectorsNameProblem(name); !problem.empty())
        throw Error("--name: " + problem);
    const fs::path file = model::vectorsPath(directory, name);
    if (fs::exists(file) && !arguments.has("--replace"))
        throw Error(file.string()
            + ": is there already; add --replace to write it anew, or give the new one "
              "another --name");
    return name;
}

/// "12,340 of 28,337 texts, 410.0/s, 39 s left"
std::string describe(const VectorProgress& progress)
{
    std::string text = grouped(progress.done()) + " of " + grouped(progress.texts) + " texts";
    if (progress.asked > 0)
        text += ", " + fixed(progress.perSecond(), 1) + "/s, " + fixed(progress.secondsLeft(), 0) + " s left";
    return text;
}

void tell(const Arguments& arguments, const data::Dataset& dataset, const std::string& name,
    const llm::VectorResult& result, double seconds)
{
    const VectorProgress& counts = result.progress;
    const model::VectorSet& set = *result.set;
    if (arguments.has("--json")) {
        std::cout << json{{"dataset", dataset.provenance.name}, {"name", name}, {"model", set.source.model},
            {"address", set.source.address}, {"width", set.width}, {"items", counts.items},
            {"without_text", counts.withoutText}, {"texts", counts.texts}, {"from_store", counts.fromStore},
            {"asked", counts.asked}, {"tokens", counts.tokens}, {"retries", counts.retries},
            {"seconds",
                seconds}}.dump(2)
                  << '\n';
        return;
    }
    std::cout << grouped(counts.asked) << " texts embedded, " << grouped(counts.fromStore)
              << " from the store";
    if (counts.withoutText > 0)
        std::cout << ", " << grouped(counts.withoutText) << " items without text";
    std::cout << "\nvectors '" << name << "' of " << grouped(counts.items) << " items, " << set.width
              << " numbers each, by " << set.source.model << " in " << fixed(seconds, 1)
              << " s; training takes them with --set model.vectors=" << name << '\n';
}

/// An end before time is an error, though what was got is kept.
[[noreturn]] void stopped(const llm::VectorResult& result)
{
    constexpr const char* kKept = "; what was got is kept, the same command goes on from there";
    throw Error(result.end == VectorEnd::Cancelled ? std::string("vectors: stopped") + kKept
                                                   : "vectors: given up: " + result.failure + kKept,
        Error::Kind::Failure);
}

/// What leaves this machine is said before it does.
void tellWhatLeaves(const std::string& baseUrl, ServerProgress& progress)
{
    if (!llm::staysOnThisMachine(baseUrl))
        progress.note("titles, categories and creators of items go to " + llm::hostOf(baseUrl)
            + "; nothing of any user is read or sent");
}

int runServer(const Arguments& arguments, const fs::path& directory)
{
    const Stopwatch watch;
    const QtInside qt;
    llm::ServerSettings settings = llm::forEmbeddings(serverOf(arguments));
    if (settings.model.empty())
        throw Error(
            std::string("--model is needed: the vectors are kept under its name (usage: ") + kUsage + ")");
    llm::VectorOptions options;
    options.batch = static_cast<int>(arguments.integer("--batch", llm::kDefaultBatch, 1, llm::kMostBatch));
    options.asksAgain = arguments.has("--ask-again");
    const data::Dataset dataset = data::load(directory);
    const std::string name = nameOf(arguments, directory, settings.model);
    ServerProgress progress;
    tellWhatLeaves(settings.baseUrl, progress);
    settings.waiting = [&progress](const llm::Wait& wait) { progress.showWaiting(wait); };
    llm::OpenAiClient client(settings, keyFor(settings.baseUrl));
    llm::EmbeddingStore store(llm::embeddingStoreFile(directory));
    const Interruption interruption;
    const llm::VectorResult result = llm::embedItems(
        dataset, client, store, options,
        [&](const VectorProgress& now) { progress.show(now.share(), describe(now)); }, interruption.token());
    progress.clear();
    if (!result.set)
        stopped(result);
    model::saveVectors(*result.set, dataset, directory, name);
    tell(arguments, dataset, name, result, watch.seconds());
    return 0;
}

int runList(const Arguments& arguments, const fs::path& directory)
{
    const data::Dataset dataset = data::load(directory);
    const std::vector<model::ShelvedVectors> sets = model::listVectors(dataset, directory);
    if (arguments.has("--json")) {
        json list = json::array();
        for (const model::ShelvedVectors& set : sets)
            list.push_back(
                {{"name", set.name}, {"width", set.width}, {"items", set.items}, {"model", set.source.model},
                    {"address", set.source.address}, {"made", set.source.made}, {"text", set.source.text},
                    {"without_text", set.source.withoutText}, {"problem", set.problem}});
        std::cout << json{{"sets", list}}.dump(2) << '\n';
        return 0;
    }
    std::cout << model::kTfIdf << ": of the items' words, computed here\n";
    for (const model::ShelvedVectors& set : sets) {
        std::cout << set.name << ": ";
        if (!set.problem.empty())
            std::cout << "cannot be used: it " << set.problem << '\n';
        else
            std::cout << set.width << " numbers for each of " << grouped(set.items) << " items, by "
                      << (set.source.model.empty()
                                 ? "an unknown model"
                                 : set.source.model + " at " + set.source.address + " on " + set.source.made)
                      << '\n';
    }
    return 0;
}

} // namespace

int runVectors(std::span<const std::string> words)
{
    const Arguments arguments(words, optionSpecs(), kUsage);
    if (arguments.wantsHelp()) {
        std::cout << arguments.help() << kMore;
        return 0;
    }
    if (arguments.positional().size() != 1)
        throw Error(std::string("one dataset is needed (usage: ") + kUsage + ")");
    const fs::path directory = arguments.positional().front();
    if (arguments.has("--list"))
        return runList(arguments, directory);
    checkBackend(arguments);
    return runServer(arguments, directory);
}

} // namespace fedcctr::cli
