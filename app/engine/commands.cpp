// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/commands.h"

#include "app/engine/loaded_run.h"
#include "app/engine/noise_key.h"
#include "app/engine/reports.h"
#include "app/engine/session.h"
#include "app/engine/silo_command.h"
#include "app/engine/stop_signal.h"
#include "core/base/arguments.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/data/split.h"
#include "core/evaluation/popularity.h"
#include "core/evaluation/reference_ranker.h"
#include "core/models/specs/registry.h"
#include "core/privacy/accountants/accountants.h"
#include "core/privacy/mechanisms.h"
#include "core/runs/parameter_count.h"
#include "core/runs/reference_results.h"
#include "core/runs/run_lock.h"
#include "core/runs/run_reader.h"
#include "core/runs/test_users.h"
#include "core/settings/config_table.h"
#include "core/settings/model_list.h"
#include "core/settings/presets.h"
#include "core/training/prior.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <ranges>

namespace fedcctr::engine {

namespace fs = std::filesystem;
using nlohmann::json;
using runs::RunDirectory;
using runs::RunLock;
using settings::Config;
using training::Trainer;

namespace {

const std::vector<OptionSpec>& trainOptions()
{
    static const std::vector<OptionSpec> kOptions{
        {"--preset", "NAME", "settings to start from (--list-presets)"},
        {"--config", "FILE", "settings as JSON, over the preset"},
        {"--set", "KEY=VALUE", "one setting, over both (--list-settings)", true},
        {"--model-file", "FILE", "a TorchScript module of your own as the model (model.file)"},
        {"--out", "RUN", "new directory for the run"},
        {"--device", "D", "auto, cpu, cuda or cuda:n"},
        {"--seed", "N", "seed of everything random"},
        {"--threads", "N", "0: one per core"},
        {"--resume", "", "continue the run in --out from its checkpoint"},
        {"--take-over", "", "with --resume: an engine that still writes the run is stopped first"},
        {"--json", "", "print summary.json and nothing else"},
        {"--json-lines", "", "speak the engine's protocol (PROTOCOL.md)"},
        {"--list-presets", "", "print the presets"},
        {"--list-settings", "", "print all settings as a table"},
        {"--list-models", "", "print the models: name, title, citation and what data each needs"},
    };
    return kOptions;
}

/// The settings that the options ask for, those of `config` where they say nothing.
Config configFrom(const Arguments& arguments, Config config = {})
{
    if (arguments.has("--preset"))
        config = settings::loadPreset(arguments.text("--preset"));
    if (arguments.has("--config"))
        settings::readJsonFile(config, arguments.text("--config"));
    if (arguments.has("--model-file")) {
        config.model.architecture = model::infoOf<model::Script>().name;
        config.model.file = fs::absolute(arguments.text("--model-file")).lexically_normal().string();
    }
    for (const std::string& assignment : arguments.all("--set"))
        settings::setFromText(config, assignment);
    if (arguments.has("--device"))
        settings::setFromText(config, "run.device=" + arguments.text("--device"));
    if (arguments.has("--seed"))
        settings::setFromText(config, "run.seed=" + arguments.text("--seed"));
    if (arguments.has("--threads"))
        settings::setFromText(config, "run.threads=" + arguments.text("--threads"));
    settings::validate(config);
    return config;
}

/// A resumed run keeps its settings: options that ask for others are refused, naming the first setting.
void checkSameSettings(const Arguments& arguments, const fs::path& out)
{
    Config own;
    settings::readJsonFile(own, out / "config.json");
    const runs::Settings wanted = runs::settingsOf(configFrom(arguments, own));
    for (const auto& [key, value] : runs::settingsOf(own)) {
        // Where it is computed may change; the preset is but a name.
        if (key == "preset" || key == "run.device" || key == "run.threads")
            continue;
        const auto found = std::ranges::find(wanted, key, &std::pair<std::string, std::string>::first);
        if (found != wanted.end() && found->second != value)
            throw Error("--resume: " + key + " is " + value + " in the run, but the options ask for "
                + found->second
                + "; a resumed run keeps its settings: leave --preset, --config, --set and --seed out, or "
                  "start "
                  "another run with another --out");
    }
}

/// Popularity as a Gaussian histogram that spends the whole budget of the run: the low end of what privacy of
/// that strength allows. None without noise.
std::optional<runs::PrivatePopularityRecord> privatePopularity(
    const data::Dataset& dataset, const Config& config)
{
    const privacy::PrivacyOptions& options = config.privacy;
    if (options.schedule == privacy::Schedule::None)
        return {};
    const double noise = std::sqrt(privacy::histogramMuSquared(options.relation, 1)
        / privacy::gaussianExactBudget(options.epsilon, options.delta));
    // Of a run with a secret source too: this histogram is no release of it, only a figure to compare with.
    const auto source = privacy::NoiseSource::reproducible(config.run.seed);
    const evaluation::ScoreRanker ranker(training::privatePopularity(
        dataset, noise, options.adversary, source, privacy::NoisePurpose::ReferenceHistogram));
    runs::DomainMetricSets metrics =
        runs::metricSetsOf(evaluation::evaluateReference(ranker, dataset, data::Split::Test));
    for (runs::MetricSet& domain : metrics)
        domain.values.erase("logloss");
    return runs::PrivatePopularityRecord{options.epsilon, options.delta, options.adversary, options.relation,
        std::move(metrics), privacy::kExactAccountant};
}

std::string forecastSentence(const std::optional<federation::Forecast>& found, const Config& config)
{
    if (config.privacy.schedule == privacy::Schedule::None)
        return "no noise, no budget";
    if (!found)
        return "none: too many clients and rounds to play them beforehand";
    std::string text = "budgets last for all planned rounds";
    if (found->firstStop > 0)
        text = "the first client will be stopped in round " + std::to_string(found->firstStop)
            + (found->lastStop > 0 ? ", the last in round " + std::to_string(found->lastStop)
                                   : std::string(", not all of them"));
    char numbers[128];
    std::snprintf(numbers, sizeof numbers,
        "; signal-to-noise at best %.3g in the first round, %.3g over the %d rounds that are done",
        found->signal.first, found->signal.whole, found->rounds);
    return text + numbers;
}

runs::HelloMessage helloOf(const TrainingData& data, const Config& config, const Trainer& trainer,
    const fs::path& run, const runs::ForecastRecord& forecast)
{
    const data::Dataset& dataset = data.dataset;
    runs::HelloMessage hello;
    hello.version = FEDCCTR_VERSION;
    hello.run = run.string();
    hello.dataset = dataset.provenance.name;
    hello.domains = dataset.domainNames;
    hello.users = static_cast<int>(dataset.userCount());
    for (const data::Domain domain : data::kDomains)
        hello.items[data::index(domain)] = static_cast<int>(dataset.itemCount(domain));
    hello.data = data.record;
    hello.settings.config = config;
    hello.rounds = config.federation.rounds;
    hello.firstRound = trainer.roundsDone() + 1;
    hello.parameters = trainer.parameterCount();
    hello.device = trainer.deviceName();
    hello.threads = trainer.threads();
    hello.blas = model::loadedBlas();
    hello.forecast = forecast;
    return hello;
}

/// What of PrivAugNet took part: none if nothing did. Means per user are by domain, before and after as in
/// Table 3.
std::optional<runs::AugmentationRecord> augmentationOf(const TrainingData& data)
{
    const augment::Augmentation& used = data.augmentation;
    if (used.backend.empty())
        return {};
    const auto filled = [](const auto& entries) {
        return std::ranges::count_if(entries, [](const auto& entry) { return !entry.empty(); });
    };
    runs::AugmentationRecord record{
        used.backend, filled(used.items), filled(used.users), filled(used.sequences), {}};
    const auto users = static_cast<double>(data.dataset.userCount());
    for (const data::Domain domain : data::kDomains) {
        const auto events = std::ranges::count_if(data.dataset.allEvents,
            [&](const data::Event& event) { return data.dataset.domainOf(event.item) == domain; });
        double liked = 0;
        double disliked = 0;
        for (const augment::SequenceExtension& extension : used.sequences) {
            liked += static_cast<double>(extension.liked[data::index(domain)].size());
            disliked += static_cast<double>(extension.disliked[data::index(domain)].size());
        }
        const double before = static_cast<double>(events) / users;
        record.lengths[data::index(domain)] = {before, before + liked / users, disliked / users};
    }
    return record;
}

/// Over all rounds of the run with noise, also those before it was resumed; 0 without.
double medianSignalToNoise(const fs::path& run)
{
    std::vector<double> ratios;
    for (const runs::RoundRecord& round : runs::readRun(run).rounds)
        if (round.signalToNoise > 0)
            ratios.push_back(round.signalToNoise);
    if (ratios.empty())
        return 0;
    const auto middle = ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2);
    std::ranges::nth_element(ratios, middle);
    return *middle;
}

runs::SummaryRecord summaryOf(const training::TrainingResult& result, const TrainingData& data,
    const Config& config, const Trainer& trainer, const fs::path& run)
{
    const data::Dataset& dataset = data.dataset;
    runs::SummaryRecord summary;
    summary.dataset = dataset.provenance.name;
    summary.domains = dataset.domainNames;
    summary.preset = config.preset;
    summary.seed = config.run.seed;
    summary.reason = stateOf(result.reason);
    summary.clients = static_cast<int>(dataset.userCount());
    summary.rounds = result.rounds;
    summary.bestRound = result.bestRound;
    summary.seconds = result.seconds;
    summary.parameters = trainer.parameterCount();
    summary.uploaded = trainer.uploadedCount();
    summary.mostUploads = result.uploadsMost;
    summary.test = runs::metricSetsOf(result.test);
    summary.validation = runs::metricSetsOf(result.validation);
    summary.references = runs::referenceResults(dataset, data::Split::Test);
    summary.privatePopularity = privatePopularity(dataset, config);
    std::ranges::transform(result.privacy, std::back_inserter(summary.privacy), runs::spendRecordOf);
    summary.augmentation = augmentationOf(data);
    if (const double signal = medianSignalToNoise(run); signal > 0)
        summary.signalToNoise = signal;
    summary.device = trainer.deviceName();
    summary.hardware = hardwareOf(trainer.deviceName());
    // Also those before it was resumed.
    summary.changes = runs::readWeightChanges(run / "events.jsonl");
    summary.tellsChanges = true;
    return summary;
}

void printMetrics(const std::string& name, const runs::DomainMetricSets& metrics)
{
    const auto percent = [](const runs::MetricSet& set) {
        char text[64];
        const double value = set.at("ndcg@10");
        if (std::isnan(value))
            return std::string("     -"); // nobody was judged there
        if (const auto interval = set.interval())
            std::snprintf(
                text, sizeof text, "%6.2f ± %.2f", 100 * value, 50 * (interval->second - interval->first));
        else
            std::snprintf(text, sizeof text, "%6.2f", 100 * value);
        return std::string(text);
    };
    std::printf(
        "  %-42s %-16s %-16s\n", name.c_str(), percent(metrics[0]).c_str(), percent(metrics[1]).c_str());
}

/// "0.7310 (0.7251 to 0.7369)"; "-" without.
std::string ctrFigure(const runs::MetricSet& set, const std::string& name)
{
    char text[64] = "-";
    const double value = set.at(name);
    if (const auto interval = set.interval(name); interval && std::isfinite(value))
        std::snprintf(text, sizeof text, "%.4f (%.4f to %.4f)", value, interval->first, interval->second);
    else if (std::isfinite(value))
        std::snprintf(text, sizeof text, "%.4f", value);
    return text;
}

/// What a model that predicts labels is judged by; 95 % intervals in brackets.
void printCtr(const runs::SummaryRecord& summary, const Config& config)
{
    const bool ratings = config.loss.label == model::Label::Rating;
    if (!ratings && config.run.bestBy == federation::BestBy::Ndcg)
        return;
    if (ratings)
        std::printf("CTR, test: the label is a rating of at least %g\n", config.loss.ratingThreshold);
    else
        std::printf("CTR, test: each click against one sampled item, drawn once\n");
    const std::pair<const char*, const char*> rows[]{{"AUC", "ctr_auc"}, {"AUC within users", "ctr_gauc"},
        {"log-loss", "ctr_logloss"}, {"expected / observed", "ctr_calibration"}};
    for (const auto& [title, name] : rows)
        std::printf("  %-24s %-28s %-28s\n", title, ctrFigure(summary.test[0], name).c_str(),
            ctrFigure(summary.test[1], name).c_str());
}

void printSummary(const runs::SummaryRecord& summary, const Config& config)
{
    std::printf("\nNDCG@10 (%%), test, %d rounds, kept round %d   %-16s %-16s\n", summary.rounds,
        summary.bestRound, summary.domains[0].c_str(), summary.domains[1].c_str());
    printMetrics("this run", summary.test);
    for (const runs::ReferenceRecord& reference : std::views::reverse(summary.references))
        printMetrics(reference.ranker, reference.metrics);
    printCtr(summary, config);
    if (const auto& used = summary.augmentation)
        std::printf("PrivAugNet: %s, features of %lld items, profiles of %lld users, extensions of %lld\n",
            used->backend.c_str(), static_cast<long long>(used->items),
            static_cast<long long>(used->profiles), static_cast<long long>(used->extensions));
    if (summary.privacy.empty())
        std::printf("privacy: none (no noise was added)\n");
    for (const runs::SpendRecord& spend : summary.privacy)
        std::printf("privacy: epsilon %.4g, delta %g, %s (%s), adversary %s, %s\n    %s\n", spend.epsilon,
            spend.delta, spend.accountant.c_str(), spend.standing.text().c_str(),
            spend.adversary.text().c_str(), spend.relation.text().c_str(), spend.note.c_str());
}

void warnOfSlowBlas(Session& session)
{
    if (model::loadedBlas() == "reference BLAS")
        session.warn("the slow reference BLAS is loaded; install an optimised one, e.g. "
                     "apt-get install libopenblas0-openmp");
}

void warnOfDelta(Session& session, const data::Dataset& dataset, const privacy::PrivacyOptions& options)
{
    if (options.schedule == privacy::Schedule::None)
        return;
    if (const auto warning = privacy::deltaWarning(options.delta, static_cast<double>(dataset.userCount())))
        session.warn(*warning);
}

int train(RunDirectory run, const Config& config, const TrainingData& data, Trainer& trainer, bool resumed,
    const Arguments& arguments)
{
    const data::Dataset& dataset = data.dataset;
    const Output output = arguments.has("--json-lines") ? Output::JsonLines : Output::Progress;
    Session session(std::move(run), config, output, trainer.tensorNames());
    const fs::path checkpoint = session.run().checkpointFile();
    if (resumed && fs::exists(checkpoint))
        trainer.resume(checkpoint);
    if (resumed) {
        session.run().cutBackTo(trainer.roundsDone());
        // Of a stop that is now undone; killed from here on, the run is one that was broken off.
        fs::remove(session.run().path() / "summary.json");
    }
    session.run().log(resumed ? "resumed after round " + std::to_string(trainer.roundsDone()) : "started");
    warnOfSlowBlas(session);
    warnOfDelta(session, dataset, config.privacy);
    const std::optional<federation::Forecast> forecasted = trainer.forecast();
    const runs::ForecastRecord forecast = forecastOf(forecasted);
    const std::string sentence = forecastSentence(forecasted, config);
    session.note("forecast: " + sentence);
    if (output == Output::Progress && config.privacy.schedule != privacy::Schedule::None)
        session.tell("forecast: " + sentence + '\n');
    session.expectRounds(forecasted ? forecasted->rounds : config.federation.rounds);
    session.record(toJson(helloOf(data, config, trainer, session.run().path(), forecast)));
    for (const runs::ReferenceRecord& reference :
        std::views::reverse(runs::referenceResults(dataset, data::Split::Validation)))
        session.record(toJson(runs::ReferenceMessage{reference.ranker, "validation", reference.metrics}));
    session.state(runs::RunState::Running);

    training::TrainingControl control;
    training::TrainingResult result;
    {
        const CommandReader commands(session, control, output == Output::JsonLines);
        result = trainer.train(session, control);
    }
    session.finishProgress();
    runs::SummaryRecord summary = summaryOf(result, data, config, trainer, session.run().path());
    summary.forecast = forecast;
    const json document = toJson(summary);
    runs::writeTestUsers(session.run().path(), userScores(result.testUsers));
    session.run().writeSummary(document);
    if (result.reason != training::EndReason::Stopped && !removeKey(session.run().path()))
        session.warn("checkpoint/noise.key cannot be removed; remove it by hand, so that nobody can draw the "
                     "run's noise again");
    session.run().log("ended: " + summary.reason.text());
    releaseStopSignals();
    session.send(toJson(runs::SummaryMessage{summary.reason, summary}));
    session.drain();
    if (arguments.has("--json"))
        std::cout << document.dump(2) << '\n';
    else if (output == Output::Progress)
        printSummary(summary, config);
    return 0;
}

/// The summary of a run that has come to its end; null if it may go on.
json endedSummary(const fs::path& run)
{
    if (!fs::exists(run / "summary.json"))
        return nullptr;
    json summary = json::parse(readFile(run / "summary.json"), nullptr, false);
    const bool ended = summary.is_object() && runs::summaryFrom(summary).reason != runs::RunState::Stopped;
    return ended ? std::move(summary) : json();
}

/// What a run that cannot go on, since it is done, has to show.
int showEnded(const json& summary, const Config& config, const Arguments& arguments)
{
    if (arguments.has("--json"))
        std::cout << summary.dump(2) << '\n';
    else if (arguments.has("--json-lines"))
        std::cout << json{{"type", "summary"}, {"reason", summary["reason"]}, {"summary", summary}}.dump()
                  << '\n';
    else
        printSummary(runs::summaryFrom(summary), config);
    return 0;
}

} // namespace

int runTrain(std::span<const std::string> words)
{
    const Arguments arguments(words, trainOptions(), "fedcctr train DATASET --out RUN [options]");
    if (arguments.wantsHelp()) {
        std::cout << arguments.help();
        return 0;
    }
    if (arguments.has("--list-settings")) {
        std::cout << settings::settingsTable();
        return 0;
    }
    if (arguments.has("--list-models")) {
        std::cout << settings::modelList();
        return 0;
    }
    if (arguments.has("--list-presets")) {
        for (const settings::PresetInfo& preset : settings::presets())
            std::cout << preset.name << ": " << preset.summary << '\n';
        return 0;
    }
    catchStopSignals();
    const fs::path out = arguments.required("--out");
    if (arguments.has("--resume")) {
        if (!fs::exists(out / "config.json"))
            RunDirectory::resume(out); // throws, and leaves no lock file where there is no run
        checkSameSettings(arguments, out);
        const RunLock lock(out, arguments.has("--take-over") ? RunLock::Other::Stop : RunLock::Other::Refuse);
        RunDirectory run = RunDirectory::resume(out);
        Config config = configOf(run);
        if (arguments.has("--device"))
            settings::setFromText(config, "run.device=" + arguments.text("--device"));
        if (arguments.has("--threads"))
            settings::setFromText(config, "run.threads=" + arguments.text("--threads"));
        settings::validate(config);
        const fs::path from =
            arguments.positional().empty() ? run.dataset() : fs::path(arguments.positional()[0]);
        const TrainingData data = loadForRun(run, from, config);
        if (config.federation.client == federation::Client::Silo)
            return resumeSilos(std::move(run), data, config, arguments);
        training::TrainingOptions options = trainingOptions(config, data.augmentation);
        readSecrets(out, options);
        if (privacy::hasSecretSource(options.privacy) && !options.noiseKey)
            if (const json ended = endedSummary(out); !ended.is_null())
                return showEnded(ended, config, arguments);
        demandKey(out, options);
        if (privacy::hasSecretSource(options.privacy) && config.run.device != run.config().run.device)
            throw Error(
                "--device: rounds that are done again on another device would meet the same secret noise "
                "with other rounding; resume on run.device = "
                + run.config().run.device);
        Trainer trainer(data.dataset, std::move(options));
        return train(std::move(run), config, data, trainer, true, arguments);
    }
    if (arguments.positional().size() != 1)
        throw Error("train: give one dataset directory (usage: fedcctr train DATASET --out RUN [options])");
    const Config config = configFrom(arguments);
    RunDirectory::checkFree(out);
    const fs::path from = arguments.positional()[0];
    const TrainingData data = loadForTraining(from, config);
    if (data.dataset.hasMarkets() || config.federation.client == federation::Client::Silo)
        return trainSilos(data, config, from, arguments);
    // Before the directory is made: what is refused here leaves nothing behind.
    training::TrainingOptions options = trainingOptions(config, data.augmentation);
    if (privacy::hasSecretSource(options.privacy))
        options.noiseKey = privacy::NoiseSource::secretKey();
    Trainer trainer(data.dataset, options);
    // Locked before it is filled: of two engines with one --out the second finds the first one's lock or run.
    makeWritableDirectory(out);
    const RunLock lock(out);
    RunDirectory run = RunDirectory::create(out, config, from, data.record);
    keepModelFile(run, config);
    storeSecrets(out, options, trainer.prior());
    return train(std::move(run), config, data, trainer, false, arguments);
}

namespace {

/// "0.1234", "300", or "-" of a domain that was not judged.
std::string cell(const json& metrics, const std::string& name)
{
    char text[32] = "-";
    if (const auto value = metrics.find(name); value != metrics.end())
        std::snprintf(text, sizeof text, value->is_number_float() ? "%.4f" : "%.0f", value->get<double>());
    return text;
}

/// The figures of both domains side by side.
void printBoth(const json& a, const json& b)
{
    for (const auto& [name, value] : (a.empty() ? b : a).items())
        if (value.is_number())
            std::printf("%-16s %10s %10s\n", name == "n" ? "targets" : name.c_str(), cell(a, name).c_str(),
                cell(b, name).c_str());
}

/// What the options ask for instead of the dataset's own targets and candidates; nothing if they do not.
std::optional<data::Judged> judgedAsAsked(const Arguments& arguments, const data::Dataset& dataset)
{
    if (!arguments.has("--protocol") && !arguments.has("--negatives"))
        return std::nullopt;
    constexpr int kMostNegatives = 100'000;
    data::Protocol protocol = dataset.provenance.protocol;
    try {
        if (arguments.has("--protocol"))
            protocol = data::protocolFrom(arguments.text("--protocol"));
    } catch (const Error& error) {
        throw Error("--protocol: " + std::string(error.what()));
    }
    const auto negatives = static_cast<int>(
        arguments.integer("--negatives", dataset.provenance.evaluationNegatives, 1, kMostNegatives));
    return data::judgedBy(dataset, protocol, negatives);
}

std::string protocolText(const data::Provenance& judged, bool full)
{
    return std::string(data::protocolName(judged.protocol)) + ", "
        + (full ? "full ranking" : std::to_string(judged.evaluationNegatives) + " negatives");
}

} // namespace

int runEvaluate(std::span<const std::string> words)
{
    std::vector<OptionSpec> options = loadedRunOptions();
    options.push_back({"--split", "test|validation", "which held-out targets (test)"});
    options.push_back({"--protocol", "leave-one-out|mixed-last",
        "judge by the last interactions of each domain, or of the merged sequence (the dataset's own)"});
    options.push_back({"--negatives", "N", "candidates per target, drawn from the dataset's seed (its own)"});
    options.push_back(
        {"--full-ranking", "", "rank among all items of the domain instead of the fixed candidates"});
    options.push_back({"--json", "", "print one JSON document and nothing else"});
    const Arguments arguments(words, std::move(options), "fedcctr evaluate RUN [options]");
    if (arguments.wantsHelp()) {
        std::cout << arguments.help();
        return 0;
    }
    const std::string splitName = arguments.text("--split", "test");
    if (splitName != "test" && splitName != "validation")
        throw Error("--split: '" + splitName + "' is neither test nor validation");
    const data::Split split = splitName == "test" ? data::Split::Test : data::Split::Validation;
    const bool full = arguments.has("--full-ranking");
    if (full && arguments.has("--negatives"))
        throw Error("--negatives: a full ranking (--full-ranking) draws none; leave one of the two out");

    const LoadedRun loaded(arguments, "evaluate");
    const data::Dataset& own = loaded.data.dataset;
    const std::optional<data::Judged> judged = judgedAsAsked(arguments, own);
    const data::Dataset& dataset = judged ? judged->dataset : own;
    const std::size_t leftOut = judged ? judged->leftOut[data::index(split)] : 0;
    const json metrics =
        evaluation::toJson(loaded.trainer.evaluateKept(split, full, {}, {}, nullptr, &dataset));
    const json document{{"run", loaded.run.path().string()}, {"split", splitName},
        {"protocol", protocolText(dataset.provenance, full)}, {"left_out", leftOut}, {"A", metrics["A"]},
        {"B", metrics["B"]}};
    if (arguments.has("--json")) {
        std::cout << document.dump(2) << '\n';
        return 0;
    }
    std::printf("%s, %s\n%-16s %10s %10s\n", splitName.c_str(),
        document["protocol"].get<std::string>().c_str(), "", dataset.domainNames[0].c_str(),
        dataset.domainNames[1].c_str());
    printBoth(metrics["A"], metrics["B"]);
    if (leftOut > 0)
        std::printf("left out: %zu targets that the run's own dataset does not hold out for the %s\n",
            leftOut, splitName.c_str());
    return 0;
}

} // namespace fedcctr::engine
