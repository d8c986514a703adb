// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/embed_document.h"

#include "core/base/csv.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace fedcctr::engine {

using nlohmann::json;
using projection::Matrix;

namespace {

constexpr std::array<const char*, 3> kNames{"A", "B", "M"};
constexpr std::array<const char*, 3> kPairNames{"A-B", "A-M", "B-M"};

/// With the digits of a float, not those of the double that holds it.
std::string shortText(double value)
{
    char text[32];
    const auto end = std::to_chars(std::begin(text), std::end(text), static_cast<float>(value));
    return {std::begin(text), end.ptr};
}

double shortened(double value)
{
    const std::string text = shortText(value);
    double result = 0;
    std::from_chars(text.data(), text.data() + text.size(), result);
    return result;
}

json rowsOf(const Matrix& matrix, std::size_t first, std::size_t count)
{
    json rows = json::array();
    for (std::size_t i = first; i < first + count; ++i) {
        json row = json::array();
        for (const double value : matrix.row(i))
            row.push_back(shortened(value));
        rows.push_back(std::move(row));
    }
    return rows;
}

json frameOf(const EmbedFrame& frame)
{
    json entry{{"round", frame.round}};
    for (std::size_t s = 0; s < kNames.size(); ++s) {
        const std::size_t users = frame.vectors[s].rows;
        entry["vectors"][kNames[s]] = rowsOf(frame.vectors[s], 0, users);
        if (frame.coordinates.rows > 0)
            entry["coordinates"][kNames[s]] = rowsOf(frame.coordinates, s * users, users);
    }
    json& numbers = entry["numbers"];
    numbers["silhouette"] = frame.numbers.silhouette;
    for (std::size_t p = 0; p < kPairNames.size(); ++p) {
        numbers["mean_cosine"][kPairNames[p]] = frame.numbers.cosines[p];
        numbers["centroid_distance"][kPairNames[p]] = frame.numbers.centroidDistances[p];
    }
    return entry;
}

json userOf(const EmbedDocument& document, const LoadedRun& loaded, std::size_t i)
{
    const data::Dataset& dataset = loaded.data.dataset;
    const auto user = static_cast<std::size_t>(document.users[i]);
    const std::size_t moment = training::momentOf(dataset, user);
    const auto inA = std::ranges::count_if(dataset.events(user).first(moment),
        [&](const data::Event& event) { return dataset.domainOf(event.item) == data::Domain::A; });
    json entry{{"user", user}, {"id", dataset.users[user]}, {"events_seen", moment}, {"events_seen_A", inA},
        {"events_seen_B", static_cast<std::ptrdiff_t>(moment) - inA}};
    const augment::Augmentation& augmentation = loaded.data.augmentation;
    if (user < augmentation.users.size() && !augmentation.users[user].empty()) {
        const augment::UserProfile& profile = augmentation.users[user];
        entry["profile"] = {
            {"age", profile.age}, {"gender", profile.gender}, {"interests", profile.interests}};
    }
    if (i < document.recommended.size())
        for (const data::Domain domain : data::kDomains)
            for (const training::Recommendation& each : document.recommended[i][data::index(domain)])
                entry["recommended"][kNames[data::index(domain)]].push_back(
                    {{"item", each.item}, {"score", shortened(each.score)}});
    return entry;
}

} // namespace

std::vector<int> roundsOf(const LoadedRun& loaded)
{
    std::vector<int> rounds = runs::snapshotRounds(loaded.run.path());
    rounds.push_back(0);
    rounds.push_back(loaded.trainer.roundsDone());
    rounds.push_back(loaded.trainer.keptRound());
    std::ranges::sort(rounds);
    const auto [first, last] = std::ranges::unique(rounds);
    rounds.erase(first, last);
    return rounds;
}

json toJson(const EmbedDocument& document, const LoadedRun& loaded)
{
    const data::Dataset& dataset = loaded.data.dataset;
    const bool trained = loaded.trainer.modelInfo().representations == model::Representations::Trained;
    json result{{"format", "fedcctr-embedding"}, {"version", 1}, {"run", loaded.run.path().string()},
        {"dataset",
            {{"name", dataset.provenance.name}, {"domains", dataset.domainNames},
                {"users", dataset.userCount()},
                {"items", {dataset.itemCount(data::Domain::A), dataset.itemCount(data::Domain::B)}}}},
        {"trained_representations", trained}, {"seed", document.seed}, {"method", document.method}};
    if (!trained)
        result["note"] =
            "The private head has no sequence encoder: its h^A, h^B and h^M are means of the fixed "
            "text vectors of a user's items, the newest weighing most. Training does not change them.";
    if (document.method == "tsne")
        result["tsne"] = {{"perplexity", document.tsne.perplexity}, {"iterations", document.tsne.iterations}};
    result["users"] = json::array();
    for (std::size_t i = 0; i < document.users.size(); ++i)
        result["users"].push_back(userOf(document, loaded, i));
    for (const EmbedFrame& frame : document.frames)
        result["frames"].push_back(frameOf(frame));
    if (document.items.rows > 0) {
        result["items"] = {{"vectors", rowsOf(document.items, 0, document.items.rows)}};
        if (document.itemCoordinates.rows > 0)
            result["items"]["pca"] = rowsOf(document.itemCoordinates, 0, document.itemCoordinates.rows);
    }
    return result;
}

std::string toCsv(const EmbedDocument& document, const LoadedRun& loaded)
{
    std::string text = "round,user,representation,x,y";
    for (std::size_t c = 0; c < document.frames.front().vectors[0].columns; ++c)
        text += ",h" + std::to_string(c + 1);
    text += '\n';
    for (const EmbedFrame& frame : document.frames)
        for (std::size_t s = 0; s < kNames.size(); ++s)
            for (std::size_t i = 0; i < document.users.size(); ++i) {
                // Ids of sources may hold anything.
                const std::string id =
                    csvCell(loaded.data.dataset.users[static_cast<std::size_t>(document.users[i])]);
                text += std::to_string(frame.round) + ',' + id + ',' + kNames[s];
                for (std::size_t c = 0; c < 2; ++c) {
                    text += ',';
                    if (frame.coordinates.rows > 0)
                        text += shortText(frame.coordinates.at(s * document.users.size() + i, c));
                }
                for (const double value : frame.vectors[s].row(i))
                    text += ',' + shortText(value);
                text += '\n';
            }
    return text;
}

} // namespace fedcctr::engine
