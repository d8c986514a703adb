// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/pipeline.h"

#include "core/base/error.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <numeric>
#include <thread>

namespace fedcctr::augment {

namespace {

using Clock = std::chrono::steady_clock;

/// Calls `work(i)` for all i below `count` from several threads, until the source is stopped. An exception
/// stops the others and is thrown on.
template <typename Work>
void inParallel(std::size_t count, int threads, std::stop_source& stop, const Work& work)
{
    std::atomic<std::size_t> next = 0;
    std::mutex mutex;
    std::exception_ptr failed;
    const auto run = [&] {
        try {
            for (std::size_t i = next++; i < count && !stop.stop_requested(); i = next++)
                work(i);
        } catch (...) {
            const std::scoped_lock lock(mutex);
            if (!failed)
                failed = std::current_exception();
            stop.request_stop();
        }
    };
    {
        std::vector<std::jthread> workers;
        for (std::size_t t = 0; t < std::min(count, static_cast<std::size_t>(threads)); ++t)
            workers.emplace_back(run);
    }
    if (failed)
        std::rethrow_exception(failed);
}

/// One run of the stages. Workers share it; `m_mutex` guards the result and the counts.
class Pipeline {
public:
    Pipeline(const data::Dataset& dataset, LanguageModel& model, Store& store, const PipelineOptions& options,
        const PipelineObserver& observer)
        : m_model(model)
        , m_modelName(model.name())
        , m_store(store)
        , m_options(options)
        , m_observer(observer)
        , m_prompter(dataset, options.prompts)
    {
        m_result.augmentation = emptyAugmentation(dataset, m_modelName);
    }

    PipelineResult run(const std::stop_token& stop)
    {
        const std::stop_callback forward(stop, [this] { m_stop.request_stop(); });
        for (const Stage stage : kStages) {
            if (m_options.itemsOnly && stage != Stage::Item)
                break;
            m_result.progress.stage = stage;
            report();
            askAll(stage, takeStored(stage));
            report();
        }
        if (m_result.end != PipelineEnd::ModelFailed && stop.stop_requested())
            m_result.end = PipelineEnd::Cancelled;
        return std::move(m_result);
    }

private:
    StageCounts& counts(Stage stage) { return m_result.progress.stages[static_cast<std::size_t>(stage)]; }

    void report()
    {
        if (m_observer)
            m_observer(m_result.progress);
    }

    /// The store's, if it was not refused.
    std::optional<Exchange> acceptedAnswer(const Prompt& prompt) const
    {
        std::optional<Exchange> known = m_store.find(keyOf(prompt, m_modelName, m_options.sampling));
        return known && !known->accepted.empty() ? known : std::nullopt;
    }

    /// With the lock held, and the observer told by the caller.
    void takeExchange(const Exchange& exchange)
    {
        StageCounts& stage = counts(exchange.stage);
        accept(exchange, m_result.augmentation);
        if (exchange.accepted.empty())
            ++stage.refused;
        if (exchange.repaired)
            ++stage.repaired;
        for (const std::string& rejection : exchange.rejections)
            ++stage.rejections[reasonOf(rejection)];
    }

    /// Takes what the store has; the subjects that are missing. Asks nothing, so it also runs once stopped.
    std::vector<std::size_t> takeStored(Stage stage)
    {
        std::vector<std::size_t> missing;
        std::stop_source never;
        const std::size_t subjects = m_prompter.subjects(stage);
        inParallel(subjects, m_options.parallel, never, [&](std::size_t subject) {
            const bool isAsked = m_prompter.hasPrompt(stage, subject);
            std::optional<Exchange> known;
            if (isAsked)
                known = acceptedAnswer(m_prompter.prompt(stage, subject, m_result.augmentation));
            const std::scoped_lock lock(m_mutex);
            ++(isAsked ? counts(stage).subjects : counts(stage).withoutText);
            if (known) {
                ++counts(stage).fromStore;
                takeExchange(*known);
            } else if (isAsked) {
                missing.push_back(subject);
            }
        });
        std::ranges::sort(missing);
        report();
        return missing;
    }

    /// Asks for the missing ones, and once more for those that failed.
    void askAll(Stage stage, std::vector<std::size_t> missing)
    {
        constexpr int kPasses = 2;
        const Clock::time_point start = Clock::now();
        for (int pass = 0; pass < kPasses && !missing.empty() && !m_stop.stop_requested(); ++pass) {
            m_failed.clear();
            counts(stage).failed = 0;
            m_failuresInARow = 0;
            inParallel(missing.size(), m_options.parallel, m_stop,
                [&](std::size_t i) { askOne(stage, missing[i], start); });
            missing = std::move(m_failed);
            std::ranges::sort(missing);
        }
        if (counts(stage).failed > 0 && counts(stage).done() == 0)
            giveUp();
    }

    void askOne(Stage stage, std::size_t subject, Clock::time_point start)
    {
        const Prompt prompt = m_prompter.prompt(stage, subject, m_result.augmentation);
        // Another process may have asked it since.
        std::optional<Exchange> known = acceptedAnswer(prompt);
        Exchanged exchanged;
        if (!known)
            exchanged = exchangeWith(m_model, prompt, m_options.sampling, m_stop.get_token());
        if (!known && exchanged.kind == Answer::Kind::Answered)
            m_store.put(exchanged.exchange);

        const std::scoped_lock lock(m_mutex);
        counts(stage).seconds = std::chrono::duration<double>(Clock::now() - start).count();
        if (known) {
            ++counts(stage).fromStore;
            takeExchange(*known);
        } else if (exchanged.kind == Answer::Kind::Answered) {
            takeAnswer(exchanged.exchange);
        } else if (exchanged.kind == Answer::Kind::Failed) {
            takeFailure(stage, subject, exchanged);
        }
        report();
    }

    void takeAnswer(const Exchange& exchange)
    {
        StageCounts& stage = counts(exchange.stage);
        ++stage.asked;
        stage.retries += static_cast<std::size_t>(exchange.retries);
        stage.promptTokens += static_cast<std::size_t>(exchange.promptTokens);
        stage.answerTokens += static_cast<std::size_t>(exchange.answerTokens);
        m_failuresInARow = 0;
        takeExchange(exchange);
    }

    void takeFailure(Stage stage, std::size_t subject, const Exchanged& exchanged)
    {
        ++counts(stage).failed;
        counts(stage).retries += static_cast<std::size_t>(exchanged.exchange.retries);
        m_failed.push_back(subject);
        m_result.progress.lastFailure = exchanged.failure;
        if (++m_failuresInARow >= kMostFailuresInARow)
            giveUp();
    }

    void giveUp()
    {
        m_result.end = PipelineEnd::ModelFailed;
        m_stop.request_stop();
    }

    LanguageModel& m_model;
    const std::string m_modelName;
    Store& m_store;
    const PipelineOptions& m_options;
    const PipelineObserver& m_observer;
    const Prompter m_prompter;

    std::stop_source m_stop;
    std::mutex m_mutex;
    PipelineResult m_result;
    std::vector<std::size_t> m_failed; ///< subjects of this pass
    int m_failuresInARow = 0;
};

} // namespace

PipelineResult runPipeline(const data::Dataset& dataset, LanguageModel& model, Store& store,
    const PipelineOptions& options, const PipelineObserver& observer, const std::stop_token& stop)
{
    return Pipeline(dataset, model, store, options, observer).run(stop);
}

double shareOf(const PipelineProgress& progress, const data::Dataset& dataset, bool itemsOnly)
{
    std::size_t done = 0;
    for (const StageCounts& counts : progress.stages)
        done += counts.done() + counts.withoutText;
    const std::size_t all = dataset.items.size() + (itemsOnly ? 0 : 2 * dataset.userCount());
    return static_cast<double>(done) / static_cast<double>(std::max<std::size_t>(1, all));
}

std::size_t acceptedIn(const PipelineProgress& progress)
{
    std::size_t accepted = 0;
    for (const StageCounts& counts : progress.stages)
        accepted += counts.accepted();
    return accepted;
}

std::size_t refusedIn(const PipelineProgress& progress)
{
    std::size_t refused = 0;
    for (const StageCounts& counts : progress.stages)
        refused += counts.refused;
    return refused;
}

std::size_t filledIn(const Augmentation& augmentation)
{
    const auto filled = [](const auto& entries) {
        return static_cast<std::size_t>(
            std::ranges::count_if(entries, [](const auto& entry) { return !entry.empty(); }));
    };
    return filled(augmentation.items) + filled(augmentation.users) + filled(augmentation.sequences);
}

std::optional<Augmentation> earlierResult(
    const std::filesystem::path& directory, const data::Dataset& dataset, const std::string& name)
{
    if (!std::filesystem::exists(augmentationFile(directory, name)))
        return std::nullopt;
    try {
        return loadAugmentation(directory, dataset, name);
    } catch (const Error&) {
        return std::nullopt; // nothing good is lost
    }
}

bool isWorthKeeping(const PipelineResult& result, const std::optional<Augmentation>& earlier)
{
    const PipelineProgress& progress = result.progress;
    const std::size_t accepted = acceptedIn(progress);
    if (accepted == 0)
        return false;
    const bool isWhole = result.end == PipelineEnd::Finished && refusedIn(progress) <= accepted
        && std::ranges::all_of(progress.stages, [](const StageCounts& counts) { return counts.left() == 0; });
    return isWhole || !earlier || filledIn(result.augmentation) >= filledIn(*earlier);
}

} // namespace fedcctr::augment
