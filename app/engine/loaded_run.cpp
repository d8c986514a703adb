// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/loaded_run.h"

#include "app/engine/noise_key.h"
#include "core/augment/shelf.h"
#include "core/augment/use.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/data/fingerprint.h"
#include "core/models/specs/registry.h"

#include <iostream>
#include <nlohmann/json.hpp>

namespace fedcctr::engine {

namespace {

std::filesystem::path onlyPath(const Arguments& arguments, const std::string& command)
{
    if (arguments.positional().size() != 1)
        throw Error(command + ": give one run directory (usage: fedcctr " + command + " RUN [options])");
    return arguments.positional()[0];
}

settings::Config settingsOf(const runs::RunDirectory& run, const Arguments& arguments)
{
    settings::Config config = configOf(run);
    for (const char* option : {"device", "threads"})
        if (arguments.has("--" + std::string(option)))
            settings::setFromText(
                config, "run." + std::string(option) + "=" + arguments.text("--" + std::string(option)));
    return config;
}

training::TrainingOptions optionsOf(
    const runs::RunDirectory& run, const settings::Config& config, const augment::Augmentation& augmentation)
{
    training::TrainingOptions options = trainingOptions(config, augmentation);
    readSecrets(run.path(), options);
    return options;
}

/// The dataset, augmented by nothing.
TrainingData loadPlain(const std::filesystem::path& directory, const settings::Config& config)
{
    TrainingData result{data::load(directory), {}, data::fingerprintOf(directory)};
    result.record.merge(runs::modelFiles(config, directory));
    result.record[runs::kAugmentation] = runs::kNoAugmentation;
    return result;
}

/// What the dataset has under the name, as far as it is used and holds anything.
void useAugmentation(
    TrainingData& result, const std::filesystem::path& directory, const augment::AugmentUse& use)
{
    std::optional<augment::Augmentation> found =
        augment::loadAugmentation(directory, result.dataset, use.name);
    if (!found)
        return;
    augment::Augmentation used = augment::usedPart(*std::move(found), use);
    if (used.items.empty() && used.users.empty() && used.sequences.empty())
        return;
    result.augmentation = std::move(used);
    result.record[runs::kAugmentation] = augment::augmentationChecksum(directory, use.name).value();
}

/// Of a run without a record of its data, as far as its summary tells.
bool wasAugmented(const runs::RunDirectory& run)
{
    const std::filesystem::path file = run.path() / "summary.json";
    if (!std::filesystem::exists(file))
        return true;
    const nlohmann::json summary = nlohmann::json::parse(readFile(file), nullptr, false);
    return !summary.is_object() || !summary.contains("augmentation") || !summary["augmentation"].is_null();
}

std::string called(const std::string& name)
{
    return name.empty() ? "the dataset's own augmentation of that time" : "the augmentation '" + name + "'";
}

/// "; put it back with …", as far as it may be the one that was removed last.
std::string wayBack(const std::filesystem::path& directory)
{
    return augment::removedAugmentation(directory)
        ? "; try 'fedcctr augment " + directory.string() + " --restore', which puts back the last removed one"
        : "; restore its file in " + (directory / "augmentations").string();
}

} // namespace

training::TrainingOptions trainingOptions(const settings::Config& config, augment::Augmentation augmentation)
{
    training::TrainingOptions options{
        config.model, config.loss, config.privacy, config.federation, config.run, std::move(augmentation)};
    if (config.federation.mode == federation::Mode::Central)
        options.privacy.schedule = privacy::Schedule::None;
    return options;
}

settings::Config configOf(const runs::RunDirectory& run)
{
    settings::Config config = run.config();
    if (std::filesystem::exists(run.modelFile()))
        config.model.file = run.modelFile().string();
    return config;
}

void keepModelFile(const runs::RunDirectory& run, const settings::Config& config)
{
    if (model::modelInfo(config.model.architecture).reads("model.file"))
        writeFileAtomically(run.modelFile(), readFile(config.model.file));
}

TrainingData loadForTraining(const std::filesystem::path& directory, const settings::Config& config)
{
    TrainingData result = loadPlain(directory, config);
    if (augment::isUsed(config.augment))
        useAugmentation(result, directory, config.augment);
    return result;
}

TrainingData loadForRun(
    const runs::RunDirectory& run, const std::filesystem::path& directory, const settings::Config& config)
{
    const runs::DataRecord recorded = run.data();
    if (!std::filesystem::exists(directory))
        throw Error(run.path().string() + ": its dataset is not at " + directory.string()
            + " any more; name its place (--dataset; with --resume the first argument)");
    if (recorded.empty()) {
        std::cerr
            << "note: " << run.path().string() << " was made by a version that kept no checksums; whether "
            << directory.string()
            << " still holds the data that it was trained on cannot be checked. Items with categories or "
               "features are read field by field now, so that its parameters may give other numbers than "
               "they did\n";
        return wasAugmented(run) ? loadForTraining(directory, config) : loadPlain(directory, config);
    }
    TrainingData result = loadPlain(directory, config);
    runs::DataRecord expected = recorded;
    expected.erase(runs::kAugmentation);
    if (const auto parts = runs::differingParts(expected, result.record); !parts.empty())
        throw Error(run.path().string() + ": was trained on other data than " + directory.string()
            + " holds now: by their checksums " + runs::inWords(parts)
            + " differ; restore them, name the place of a copy of the dataset (--dataset; with --resume the "
              "first argument), or train a new run");
    const auto augmentation = recorded.find(runs::kAugmentation);
    if (augmentation == recorded.end() || augmentation->second == runs::kNoAugmentation)
        return result;
    const auto name = augment::findAugmentation(directory, augmentation->second, config.augment.name);
    if (!name)
        throw Error(run.path().string() + ": was trained with " + called(config.augment.name) + " (checksum "
            + augmentation->second + "), which " + directory.string() + " no longer holds"
            + wayBack(directory)
            + ", name the place of a copy that does (--dataset; with --resume the first "
              "argument), or train a new run");
    augment::AugmentUse kept = config.augment;
    kept.name = *name;
    useAugmentation(result, directory, kept);
    return result;
}

/// A federation of silos has many models: its summary tells of each.
static settings::Config ofUsers(settings::Config config, const std::string& command)
{
    if (config.federation.client == federation::Client::Silo)
        throw Error(command
            + ": the run trained markets (federation.client = silo), each a model of its own; its "
              "summary.json and report have their figures");
    return config;
}

std::vector<OptionSpec> loadedRunOptions()
{
    return {{"--dataset", "DIR", "the run's dataset, if it has moved"},
        {"--device", "D", "auto, cpu, cuda or cuda:n"}, {"--threads", "N", "0: one per core"}};
}

LoadedRun::LoadedRun(const Arguments& arguments, const std::string& command)
    : run(runs::RunDirectory::resume(onlyPath(arguments, command)))
    , config(ofUsers(settingsOf(run, arguments), command))
    , data(loadForRun(run, arguments.text("--dataset", run.dataset().string()), config))
    , trainer(data.dataset, optionsOf(run, config, data.augmentation))
{
    trainer.resume(run.checkpointFile());
}

} // namespace fedcctr::engine
