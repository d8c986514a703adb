// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/augment_summary.h"

#include "app/cli/numbers.h"
#include "core/augment/answer.h"
#include "core/data/statistics.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace fedcctr::cli {

namespace {

using augment::Augmentation;
using augment::SequenceExtension;
using augment::Stage;
using augment::StageCounts;

template <typename Entry> std::size_t filled(const std::vector<Entry>& entries)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(entries, [](const Entry& entry) { return !entry.empty(); }));
}

using Part = std::array<std::vector<data::ItemId>, 2> SequenceExtension::*;

/// Chosen items per user.
double meanOf(const Augmentation& augmentation, Part part, std::size_t domain)
{
    std::size_t items = 0;
    for (const SequenceExtension& extension : augmentation.sequences)
        items += (extension.*part)[domain].size();
    return static_cast<double>(items)
        / static_cast<double>(std::max<std::size_t>(1, augmentation.sequences.size()));
}

/// A domain's row of Table 3: how long sequences are before and after.
struct Lengths {
    double before = 0;
    double liked = 0;
    double disliked = 0;
};

std::array<Lengths, 2> lengths(const AugmentSummary& summary)
{
    const data::Statistics statistics = data::statistics(summary.dataset);
    std::array<Lengths, 2> all;
    for (const std::size_t d : {0U, 1U})
        all[d] = {statistics.domains[d].meanLength,
            meanOf(summary.augmentation, &SequenceExtension::liked, d),
            meanOf(summary.augmentation, &SequenceExtension::disliked, d)};
    return all;
}

std::string textOf(Stage stage, const StageCounts& counts)
{
    std::string line = nameOf(stage) + " stage: " + grouped(counts.asked) + " answered, "
        + grouped(counts.fromStore) + " from the store";
    const auto add = [&line](std::size_t number, const char* what) {
        if (number > 0)
            line += ", " + grouped(number) + ' ' + what;
    };
    add(counts.left(), "not answered yet");
    add(counts.repaired, "repaired");
    add(counts.refused, "refused");
    add(counts.retries, "retries");
    add(counts.withoutText, "without text");
    line += '\n';
    for (const auto& [reason, count] : counts.rejections)
        line += "  rejected as " + reason + ": " + grouped(count) + '\n';
    if (counts.promptTokens + counts.answerTokens > 0)
        line += "  tokens: " + grouped(counts.promptTokens) + " sent, " + grouped(counts.answerTokens)
            + " received\n";
    return line;
}

nlohmann::json jsonOf(const StageCounts& counts)
{
    return {{"subjects", counts.subjects}, {"without_text", counts.withoutText},
        {"from_store", counts.fromStore}, {"answered", counts.asked}, {"left", counts.left()},
        {"failed", counts.failed}, {"refused", counts.refused}, {"repaired", counts.repaired},
        {"rejections", nlohmann::json(counts.rejections)}, {"retries", counts.retries},
        {"prompt_tokens", counts.promptTokens}, {"answer_tokens", counts.answerTokens},
        {"seconds", counts.seconds}};
}

std::size_t rejectedAs(const augment::PipelineProgress& progress, augment::Rejection reason)
{
    std::size_t count = 0;
    for (const StageCounts& counts : progress.stages)
        if (const auto found = counts.rejections.find(nameOf(reason)); found != counts.rejections.end())
            count += found->second;
    return count;
}

} // namespace

std::string remedyFor(const augment::PipelineProgress& progress)
{
    using augment::Rejection;
    const std::size_t cutOff = rejectedAs(progress, Rejection::CutOff);
    const std::size_t thoughts = rejectedAs(progress, Rejection::OnlyThoughts);
    if (cutOff + thoughts > 0)
        return grouped(cutOff + thoughts)
            + " answers ended before the model had answered: raise --max-tokens (a model that thinks first "
              "may "
              "need thousands), or switch its thinking off";
    if (rejectedAs(progress, Rejection::Declined) > 0)
        return "the model or the server's content filter declined to answer: try another model";
    return {};
}

std::string text(const AugmentSummary& summary)
{
    const Augmentation& augmentation = summary.augmentation;
    std::string out;
    if (summary.progress)
        for (const Stage stage : augment::kStages) {
            const StageCounts& counts = summary.progress->stages[static_cast<std::size_t>(stage)];
            if (counts.subjects + counts.withoutText > 0)
                out += textOf(stage, counts);
        }
    if (summary.progress)
        if (const std::string remedy = remedyFor(*summary.progress); !remedy.empty())
            out += remedy + '\n';
    const std::string users = " of " + grouped(augmentation.users.size()) + " users";
    out += "features for " + grouped(filled(augmentation.items)) + " of " + grouped(augmentation.items.size())
        + " items, profiles for " + grouped(filled(augmentation.users)) + users + ", extensions for "
        + grouped(filled(augmentation.sequences)) + users + '\n';
    const std::array<Lengths, 2> all = lengths(summary);
    for (const std::size_t d : {0U, 1U})
        out += summary.dataset.domainNames[d] + ": mean sequence length " + fixed(all[d].before, 2) + " -> "
            + fixed(all[d].before + all[d].liked, 2) + ", disliked per user " + fixed(all[d].disliked, 2)
            + '\n';
    return out + "augmented by " + augmentation.backend + " in " + fixed(summary.seconds, 1) + " s\n";
}

nlohmann::json toJson(const AugmentSummary& summary)
{
    const Augmentation& augmentation = summary.augmentation;
    nlohmann::json document{{"dataset", summary.dataset.provenance.name}, {"backend", augmentation.backend},
        {"seconds", summary.seconds},
        {"filled",
            {{"items", filled(augmentation.items)}, {"users", filled(augmentation.users)},
                {"sequences", filled(augmentation.sequences)}}},
        {"items", augmentation.items.size()}, {"users", augmentation.users.size()}};
    const std::array<Lengths, 2> all = lengths(summary);
    for (const std::size_t d : {0U, 1U})
        document["mean_length"][d == 0 ? "A" : "B"] = {{"before", all[d].before},
            {"after", all[d].before + all[d].liked}, {"disliked", all[d].disliked}};
    if (summary.progress)
        if (const std::string remedy = remedyFor(*summary.progress); !remedy.empty())
            document["remedy"] = remedy;
    if (summary.progress)
        for (const Stage stage : augment::kStages)
            document["stages"][nameOf(stage)] =
                jsonOf(summary.progress->stages[static_cast<std::size_t>(stage)]);
    return document;
}

} // namespace fedcctr::cli
