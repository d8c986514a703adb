// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/parameter_count.h"

#include "core/base/error.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace fedcctr::runs {

namespace {

using model::Architecture;
using model::Combine;
using model::Features;
using model::ModelOptions;
using model::Prior;
using model::Scorer;

// As in core/model, which this must not include: it uses torch. A test compares with the engine.
constexpr std::int64_t kTokenBuckets = 4096;
constexpr std::int64_t kProfileBuckets = 512;
constexpr std::int64_t kHeadFeatures = 49; ///< of the private head, without the prior

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

std::int64_t ofStream(const ModelOptions& model)
{
    const std::int64_t d = model.width();
    const std::int64_t position = model.combine == Combine::Concat ? model.positionWidth : d;
    const std::int64_t perLayer =
        12 * d * d + 13 * d; // attention 4 d^2, feed-forward 8 d^2, biases, two norms
    return model.historyLength * position + (model.inputNorm ? 2 * d : 0) + model.layers * perLayer;
}

std::int64_t ofScorer(const ModelOptions& model, std::int64_t profileWidth, std::int64_t vectorWidth)
{
    std::int64_t in = 2 * model.width() + profileWidth;
    if (model.scorer == Scorer::Dot)
        return (in + 1) * vectorWidth;
    in += vectorWidth;
    std::int64_t count = 0;
    std::istringstream widths(model.mlp + "-1");
    for (std::string part; std::getline(widths, part, '-');) {
        const std::int64_t out = std::stoll(part);
        count += (in + 1) * out;
        in = out;
    }
    return count;
}

std::int64_t ofFeatures(const ModelOptions& model)
{
    const bool concat = model.combine == Combine::Concat;
    const std::int64_t width = concat ? model.featureWidth : model.idWidth;
    switch (model.features) {
    case Features::None:
        break;
    case Features::Tokens:
        return kTokenBuckets * width;
    case Features::Text:
        return width == 0
            ? 0
            : width * (model.vectorsFile.empty() ? model.textWidth : widthOfFile(model.vectorsFile));
    }
    return 0;
}

} // namespace

std::int64_t parameterCount(const settings::Config& config, const Population& population)
{
    const ModelOptions& model = config.model;
    if (model.architecture == Architecture::PrivateHead)
        return 2 * (kHeadFeatures + (model.prior == Prior::None ? 0 : 1));
    const bool profiles = population.profiles && config.augment.profiles;
    const std::int64_t profileWidth = profiles ? model.profileWidth : 0;
    const std::int64_t vectorWidth =
        model.idWidth + (model.combine == Combine::Concat ? model.featureWidth : 0);
    const std::int64_t perItem = model.idWidth + (model.scorer == Scorer::Dot ? 1 : 0);
    return 3 * ofStream(model) + 2 * ofScorer(model, profileWidth, vectorWidth) + ofFeatures(model)
        + kProfileBuckets * profileWidth + population.items * perItem;
}

} // namespace fedcctr::runs
