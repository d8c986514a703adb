// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/settings/model_list.h"

#include "core/models/specs/registry.h"

#include <algorithm>
#include <array>

namespace fedcctr::settings {

namespace {

bool keepsUserRows(const model::ModelInfo& info)
{
    const auto tensors = info.tensors(model::ModelOptions{}, {.users = 1, .items = 1, .textWidth = 1});
    return std::ranges::find(tensors, model::Rows::PerUser, &model::TensorSpec::rows) != tensors.end();
}

/// "item features, user profiles and negatives"
std::string usableParts(const model::ModelInfo& info)
{
    constexpr std::array<std::pair<const char*, const char*>, 4> kParts{
        {{"augment.items", "item features"}, {"augment.profiles", "user profiles"},
            {"augment.sequences", "longer sequences"}, {"augment.negatives", "disliked items"}}};
    std::vector<std::string> parts;
    for (const auto& [key, words] : kParts)
        if (info.reads(key))
            parts.emplace_back(words);
    std::string list;
    for (std::size_t i = 0; i < parts.size(); ++i)
        list += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
    return list;
}

} // namespace

std::string dataNeeds(const model::ModelInfo& info)
{
    std::string words = info.needs.empty() ? "the histories of the users" : info.needs;
    if (info.reads("model.features"))
        words += "; texts of the items, unless model.features is none";
    else if (info.reads("model.text_width"))
        words += "; texts of the items";
    if (info.reads("model.vectors_file"))
        words += ", or vectors of them (model.vectors, model.vectors_file)";
    if (keepsUserRows(info))
        words += "; a row of its own for every user, who keeps it";
    if (const std::string parts = usableParts(info); !parts.empty())
        words += "; of an augmentation it can use " + parts;
    return words;
}

std::string modelList()
{
    std::string list;
    for (const model::ModelInfo* info : model::models())
        list += info->name + ": " + info->title + "\n  " + info->summary + "\n  source: " + info->citation
            + "\n  data: " + dataNeeds(*info) + '\n';
    return list;
}

} // namespace fedcctr::settings
