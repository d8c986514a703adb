// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/parts.h"

#include "core/base/numbers.h"
#include "core/model/tokens.h"

#include <algorithm>

namespace fedcctr::model {

namespace {

constexpr double kSmallDeviation = 0.02; ///< of tables that start near 0

TensorSpec plain(std::string name, std::vector<std::int64_t> shape, Start start)
{
    return {
        .name = std::move(name), .shape = std::move(shape), .start = start, .decays = start == Start::Xavier};
}

} // namespace

void addLinear(Tensors& tensors, const std::string& name, std::int64_t in, std::int64_t out)
{
    tensors.push_back(plain(name + ".weight", {in, out}, Start::Xavier));
    tensors.push_back(plain(name + ".bias", {out}, Start::Zeros));
}

void addEncoderLayer(Tensors& tensors, const std::string& name, std::int64_t d)
{
    const auto norm = [&](const char* which) {
        tensors.push_back(plain(name + which + ".gain", {d}, Start::Ones));
        tensors.push_back(plain(name + which + ".bias", {d}, Start::Zeros));
    };
    addLinear(tensors, name + ".qkv", d, 3 * d);
    addLinear(tensors, name + ".out", d, d);
    norm(".norm1");
    addLinear(tensors, name + ".ffn1", d, 4 * d);
    addLinear(tensors, name + ".ffn2", 4 * d, d);
    norm(".norm2");
}

void addMlp(Tensors& tensors, const std::string& name, std::int64_t in, const std::string& hidden)
{
    std::vector<std::int64_t> widths = parsedWidths(hidden);
    widths.push_back(1);
    for (std::size_t i = 0; i < widths.size(); ++i) {
        addLinear(tensors, name + std::to_string(i), in, widths[i]);
        in = widths[i];
    }
}

std::int64_t featureWidth(const ModelOptions& options)
{
    if (options.features == Features::None)
        return 0;
    return options.combine == Combine::Concat ? options.featureWidth : options.idWidth;
}

std::int64_t itemWidth(const ModelOptions& options)
{
    return options.idWidth + (options.combine == Combine::Concat ? options.featureWidth : 0);
}

void addFeatures(Tensors& tensors, const ModelOptions& options, const DataShape& shape, std::int64_t width)
{
    if (width == 0)
        return;
    if (options.features == Features::Text)
        tensors.push_back(plain("features.weight", {shape.textWidth, width}, Start::Xavier));
    else if (options.features == Features::Tokens)
        tensors.push_back({.name = "features.tokens",
            .shape = {kTokenBuckets, width},
            .start = Start::Normal,
            .deviation = kSmallDeviation});
}

void addItems(Tensors& tensors, const DataShape& shape, std::int64_t width, std::int64_t biases, Start start,
    double deviation)
{
    tensors.push_back({.name = "items",
        .shape = {shape.items, width + biases},
        .start = start,
        .deviation = deviation,
        .rows = Rows::PerItem,
        .embedded = width});
}

std::vector<std::string> itemKeys()
{
    return {"model.combine", "model.features", "model.id_width", "model.feature_width", "model.text_width",
        "model.vectors_file", "model.item_start", "augment.items"};
}

std::vector<std::string> commonKeys()
{
    return {"model.architecture", "model.history", "loss.ranking", "loss.negatives", "loss.shared_negatives",
        "loss.seen_negatives", "augment.sequences", "augment.negatives"};
}

std::vector<std::string> joined(std::initializer_list<std::vector<std::string>> lists)
{
    std::vector<std::string> all;
    for (const std::vector<std::string>& list : lists)
        all.insert(all.end(), list.begin(), list.end());
    return all;
}

void checkMlp(const ModelOptions& options, std::vector<std::string>& found)
{
    std::size_t begin = 0;
    while (begin <= options.mlp.size()) {
        const std::size_t end = std::min(options.mlp.find('-', begin), options.mlp.size());
        const auto width = numberIn<int>(std::string_view(options.mlp).substr(begin, end - begin));
        if (!width || *width < 1 || *width > 65536) {
            found.push_back("model.mlp: '" + options.mlp + "' is not a list of widths such as 512-256-128");
            return;
        }
        begin = end + 1;
    }
}

} // namespace fedcctr::model
