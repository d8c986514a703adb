// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/embeddings/embeddingset.h"

#include "core/base/error.h"
#include "core/base/files.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using nlohmann::json;
using projection::Matrix;

namespace {

constexpr std::array<const char*, 3> kNames{"A", "B", "M"};
constexpr std::array<const char*, 3> kPairs{"A-B", "A-M", "B-M"};

QString text(const json& value)
{
    return QString::fromStdString(value.get<std::string>());
}

Matrix matrixOf(const json& rows)
{
    Matrix matrix(rows.size(), rows.empty() ? 0 : rows[0].size());
    auto next = matrix.values.begin();
    for (const json& row : rows)
        for (const json& value : row)
            *next++ = value.get<double>();
    return matrix;
}

/// Not a number where JSON says null.
double number(const json& value)
{
    return value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN();
}

EmbeddedUser userOf(const json& entry)
{
    EmbeddedUser user;
    user.user = entry.at("user");
    user.id = text(entry.at("id"));
    user.seen = {entry.at("events_seen_A"), entry.at("events_seen_B"), entry.at("events_seen")};
    if (const auto profile = entry.find("profile"); profile != entry.end()) {
        user.age = text(profile->at("age"));
        user.gender = text(profile->at("gender"));
        for (const json& interest : profile->at("interests"))
            user.interests.append(text(interest));
    }
    if (const auto recommended = entry.find("recommended"); recommended != entry.end())
        for (std::size_t domain = 0; domain < 2; ++domain)
            if (const auto list = recommended->find(kNames[domain]); list != recommended->end())
                for (const json& each : *list)
                    user.recommended[domain].push_back({each.at("item"), each.at("score")});
    return user;
}

EmbeddingFrame frameOf(const json& entry)
{
    EmbeddingFrame frame;
    frame.round = entry.at("round");
    for (std::size_t s = 0; s < kNames.size(); ++s)
        frame.vectors[s] = matrixOf(entry.at("vectors").at(kNames[s]));
    const json& numbers = entry.at("numbers");
    frame.numbers.silhouette = number(numbers.at("silhouette"));
    for (std::size_t p = 0; p < kPairs.size(); ++p) {
        frame.numbers.cosines[p] = number(numbers.at("mean_cosine").at(kPairs[p]));
        frame.numbers.centroidDistances[p] = number(numbers.at("centroid_distance").at(kPairs[p]));
    }
    return frame;
}

} // namespace

QString representationName(int representation)
{
    static const std::array<QString, 3> kLetters{u"hᴬ"_s, u"hᴮ"_s, u"hᴹ"_s};
    return kLetters[static_cast<std::size_t>(representation)];
}

bool EmbeddingSet::hasProfiles() const
{
    return std::ranges::any_of(users, [](const EmbeddedUser& user) { return !user.age.isEmpty(); });
}

EmbeddingSet readEmbedding(const QString& path)
{
    try {
        const json document = json::parse(readFile(path.toStdString()));
        EmbeddingSet set;
        const json& dataset = document.at("dataset");
        set.datasetName = text(dataset.at("name"));
        for (const json& domain : dataset.at("domains"))
            set.domains.append(text(domain));
        set.items = {dataset.at("items").at(0), dataset.at("items").at(1)};
        set.population = dataset.at("users");
        if (document.contains("note"))
            set.note = text(document["note"]);
        for (const json& user : document.at("users"))
            set.users.push_back(userOf(user));
        for (const json& frame : document.at("frames"))
            set.frames.push_back(frameOf(frame));
        if (const auto items = document.find("items"); items != document.end()) {
            set.itemVectors = matrixOf(items->at("vectors"));
            if (items->contains("pca"))
                set.itemPca = matrixOf(items->at("pca"));
        }
        if (set.frames.empty())
            throw Error("holds no frame");
        return set;
    } catch (const json::exception& error) {
        throw Error(path.toStdString() + ": is no embedding of this version (" + error.what() + ")");
    }
}

} // namespace fedcctr::studio
