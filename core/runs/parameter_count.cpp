// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/parameter_count.h"

#include "core/base/error.h"
#include "core/model/vector_set.h"
#include "core/models/specs/registry.h"

#include <algorithm>
#include <fstream>

namespace fedcctr::runs {

namespace {

/// Numbers per line of a file of item vectors; its first line may be a header.
std::int64_t widthOfFile(const std::string& path)
{
    std::ifstream file(path);
    std::string line;
    std::string second;
    if (!std::getline(file, line))
        throw Error("model.vectors_file: " + path + " cannot be read");
    if (std::getline(file, second) && !second.empty())
        line = second;
    return std::ranges::count(line, ',');
}

/// Of the fixed vectors of items' texts, where the model reads any.
std::int64_t textWidth(
    const model::ModelInfo& info, const model::ModelOptions& options, const std::filesystem::path& dataset)
{
    const bool isComputed = options.vectorsFile.empty() && options.vectors == model::kTfIdf;
    if (!info.reads("model.vectors_file") || isComputed)
        return options.textWidth;
    if (info.reads("model.features") && options.features != model::Features::Text)
        return 0;
    return options.vectorsFile.empty() ? model::vectorsWidth(dataset, options.vectors)
                                       : widthOfFile(options.vectorsFile);
}

} // namespace

std::optional<std::int64_t> parameterCount(const settings::Config& config, const Population& population)
{
    const model::ModelInfo& info = model::modelInfo(config.model.architecture);
    const std::vector<model::TensorSpec> tensors = info.tensors(config.model,
        {population.clients, population.items, population.profiles && config.augment.profiles,
            textWidth(info, config.model, population.dataset)});
    if (tensors.empty())
        return std::nullopt;
    return trainedCount(tensors);
}

} // namespace fedcctr::runs
