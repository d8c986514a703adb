// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/augmentation.h"
#include "core/augment/language_model.h"
#include "core/augment/prompter.h"
#include "core/augment/store.h"

#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>

namespace fedcctr::augment {

inline constexpr int kDefaultParallel = 4, kMostParallel = 32;

/// A model that fails this often, with no answer in between, is given up.
inline constexpr int kMostFailuresInARow = 5;

struct PipelineOptions {
    PromptOptions prompts;
    Sampling sampling; ///< as the model was set up; part of the key of an exchange
    int parallel = kDefaultParallel; ///< requests in flight
    bool itemsOnly = false; ///< stage 1 alone: no user's history leaves the program
};

/// Numbers of one stage. What the store had is counted like what was asked, except where said.
struct StageCounts {
    std::size_t subjects = 0; ///< items or users there is something to ask about
    std::size_t withoutText = 0; ///< those there is nothing to ask about
    std::size_t fromStore = 0; ///< answered by an earlier run
    std::size_t asked = 0; ///< answered in this run
    std::size_t failed = 0; ///< not answered by the model; the next run asks again
    std::size_t refused = 0; ///< answered, but unusable even after the repair; the next run asks again
    std::size_t repaired = 0; ///< usable after the repair
    std::map<std::string, std::size_t> rejections; ///< by reason: answers or parts of them
    std::size_t retries = 0; ///< of the transport, this run
    std::size_t promptTokens = 0; ///< this run, as the server counts
    std::size_t answerTokens = 0;
    double seconds = 0; ///< spent asking, this run

    std::size_t done() const { return fromStore + asked; }
    std::size_t accepted() const { return done() - refused; }
    std::size_t left() const { return subjects - done(); }
    double perSecond() const { return seconds > 0 ? static_cast<double>(asked) / seconds : 0; }
    double secondsLeft() const
    {
        return asked > 0 ? static_cast<double>(left()) / perSecond() : 0;
    } ///< 0: unknown
    std::size_t tokensLeft() const { return asked > 0 ? (promptTokens + answerTokens) * left() / asked : 0; }
};

struct PipelineProgress {
    Stage stage = Stage::Item;
    std::array<StageCounts, kStages.size()> stages;
    std::string lastFailure; ///< of the model, if any
};

/// Called from the workers' threads, one call at a time.
using PipelineObserver = std::function<void(const PipelineProgress&)>;

enum class PipelineEnd : std::uint8_t {
    Finished, ///< all stages were gone through
    Cancelled,
    ModelFailed, ///< given up after kMostFailuresInARow, or nothing of a stage is answered; see lastFailure
};

struct PipelineResult {
    Augmentation augmentation; ///< all that is known, however the run ended
    PipelineProgress progress;
    PipelineEnd end = PipelineEnd::Finished;
};

/// Runs the stages in order, several requests at a time: accepted answers that the store has are taken from
/// there, the rest is asked, checked, repaired once if need be and stored at once, so that a run may end
/// anywhere and the next asks only for what is missing. Answers that were refused stay in the store with
/// their reason until a newer one replaces them. A request that failed is tried once more at the end of its
/// stage. Once stopped, no further question is sent and the answers under way are given up; later stages take
/// what the store has. Throws Error if a template has a fault or the store fails.
PipelineResult runPipeline(const data::Dataset& dataset, LanguageModel& model, Store& store,
    const PipelineOptions& options, const PipelineObserver& observer = {}, const std::stop_token& stop = {});

/// Share of all subjects that are done, 0 to 1.
double shareOf(const PipelineProgress& progress, const data::Dataset& dataset, bool itemsOnly);

/// Accepted answers of all stages, and those that were refused.
std::size_t acceptedIn(const PipelineProgress& progress);
std::size_t refusedIn(const PipelineProgress& progress);

/// What a run leaves: items, users and sequences with anything in them.
std::size_t filledIn(const Augmentation& augmentation);

/// What an earlier run left under this name; none if it is damaged or of another dataset. Throws Error if the
/// name is none.
std::optional<Augmentation> earlierResult(
    const std::filesystem::path& directory, const data::Dataset& dataset, const std::string& name);

/// Whether the result is to replace what an earlier run left, if there is such. Never, if nothing was
/// accepted. A run that failed in part (ended early, left questions unanswered, or had more answers refused
/// than accepted) only replaces what holds no more than it does.
bool isWorthKeeping(const PipelineResult& result, const std::optional<Augmentation>& earlier);

} // namespace fedcctr::augment
