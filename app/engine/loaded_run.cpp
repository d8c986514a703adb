// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/loaded_run.h"

#include "app/engine/noise_key.h"
#include "core/augment/use.h"
#include "core/base/error.h"

namespace fedcctr::engine {

namespace {

std::filesystem::path onlyPath(const Arguments& arguments, const std::string& command)
{
    if (arguments.positional().size() != 1)
        throw Error(command + ": give one run directory (usage: fedcctr " + command + " RUN [options])");
    return arguments.positional()[0];
}

experiment::Config configOf(const experiment::RunDirectory& run, const Arguments& arguments)
{
    experiment::Config config = run.config();
    for (const char* option : {"device", "threads"})
        if (arguments.has("--" + std::string(option)))
            experiment::setFromText(
                config, "run." + std::string(option) + "=" + arguments.text("--" + std::string(option)));
    return config;
}

federated::TrainingOptions optionsOf(const experiment::RunDirectory& run, const experiment::Config& config,
    const augment::Augmentation& augmentation)
{
    federated::TrainingOptions options = trainingOptions(config, augmentation);
    readSecrets(run.path(), options);
    return options;
}

} // namespace

federated::TrainingOptions trainingOptions(
    const experiment::Config& config, augment::Augmentation augmentation)
{
    federated::TrainingOptions options{
        config.model, config.loss, config.privacy, config.federation, config.run, std::move(augmentation)};
    if (config.federation.mode == federated::Mode::Central)
        options.privacy.schedule = privacy::Schedule::None;
    return options;
}

TrainingData loadForTraining(const std::filesystem::path& directory, const augment::AugmentUse& use)
{
    TrainingData result{data::load(directory), {}};
    std::optional<augment::Augmentation> found =
        augment::loadAugmentation(directory, result.dataset, use.name);
    if (!found)
        return result;
    result.augmentation = augment::usedPart(*std::move(found), use);
    const augment::Augmentation& used = result.augmentation;
    if (used.items.empty() && used.users.empty() && used.sequences.empty())
        result.augmentation.backend.clear();
    return result;
}

std::vector<OptionSpec> loadedRunOptions()
{
    return {{"--dataset", "DIR", "the run's dataset, if it has moved"},
        {"--device", "D", "auto, cpu, cuda or cuda:n"}, {"--threads", "N", "0: one per core"}};
}

LoadedRun::LoadedRun(const Arguments& arguments, const std::string& command)
    : run(experiment::RunDirectory::resume(onlyPath(arguments, command)))
    , config(configOf(run, arguments))
    , data(loadForTraining(arguments.text("--dataset", run.dataset().string()), config.augment))
    , trainer(data.dataset, optionsOf(run, config, data.augmentation))
{
    trainer.resume(run.checkpointFile());
}

} // namespace fedcctr::engine
