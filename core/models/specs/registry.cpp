// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/specs/registry.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>

namespace fedcctr::model {

namespace {

template <typename... Models>
std::array<const ModelInfo*, sizeof...(Models)> infosOf(ModelList<Models...> /*list*/)
{
    return {&infoOf<Models>()...};
}

} // namespace

std::span<const ModelInfo* const> models()
{
    static const auto kModels = infosOf(AllModels());
    return kModels;
}

const ModelInfo* knownModel(std::string_view name)
{
    const auto found = std::ranges::find(models(), name, &ModelInfo::name);
    return found == models().end() ? nullptr : *found;
}

const ModelInfo& modelInfo(std::string_view name)
{
    if (const ModelInfo* known = knownModel(name))
        return *known;
    std::string names;
    for (const ModelInfo* known : models())
        names += (names.empty() ? "" : ", ") + known->name;
    throw Error("model.architecture: there is no model '" + std::string(name) + "'; give one of " + names);
}

} // namespace fedcctr::model
