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

void addMatrix(Tensors& tensors, const std::string& name, std::int64_t in, std::int64_t out)
{
    tensors.push_back(plain(name, {in, out}, Start::Xavier));
}

void addActivationUnit(Tensors& tensors, const std::string& name, std::int64_t v, std::int64_t hidden)
{
    addLinear(tensors, name + ".event", v, hidden);
    addMatrix(tensors, name + ".candidate", v, hidden);
    addMatrix(tensors, name + ".product", v, hidden);
    addMatrix(tensors, name + ".score", hidden, 1);
}

void addPersonal(Tensors& tensors, const std::string& name, const DataShape& shape, std::int64_t width)
{
    tensors.push_back({.name = name,
        .shape = {shape.users, width},
        .start = Start::Normal,
        .deviation = kSmallDeviation,
        .rows = Rows::PerUser});
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

void addTable(Tensors& tensors, const std::string& name, std::int64_t rows, std::int64_t width)
{
    tensors.push_back(
        {.name = name, .shape = {rows, width}, .start = Start::Normal, .deviation = kSmallDeviation});
}

void addStream(Tensors& tensors, const std::string& name, const ModelOptions& options)
{
    const std::int64_t d = options.width();
    addTable(tensors, name + ".position", options.historyLength,
        options.combine == Combine::Concat ? options.positionWidth : d);
    if (options.inputNorm) {
        tensors.push_back(plain(name + ".norm.gain", {d}, Start::Ones));
        tensors.push_back(plain(name + ".norm.bias", {d}, Start::Zeros));
    }
    for (int i = 0; i < options.layers; ++i)
        addEncoderLayer(tensors, name + ".layer" + std::to_string(i), d);
}

void addGru(Tensors& tensors, const std::string& name, std::int64_t in, std::int64_t hidden)
{
    addLinear(tensors, name + ".input", in, 3 * hidden);
    addLinear(tensors, name + ".state", hidden, 3 * hidden);
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
        addTable(tensors, "features.tokens", kTokenBuckets, width);
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
        "model.vectors", "model.vectors_file", "model.item_start", "augment.items"};
}

std::vector<std::string> encoderKeys()
{
    return {"model.attention", "model.pooling", "model.position_width", "model.heads", "model.layers",
        "model.dropout", "model.history_dropout", "model.input_norm"};
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

void checkHeads(const ModelOptions& options, std::vector<std::string>& found)
{
    if (options.width() % options.heads != 0)
        found.push_back("model.heads: " + std::to_string(options.heads)
            + " does not divide the width d = " + std::to_string(options.width())
            + " (model.id_width + model.feature_width + model.position_width, or "
              "model.id_width alone with model.combine = sum)");
}

std::vector<std::string> headProblems(const ModelOptions& options)
{
    std::vector<std::string> found;
    checkHeads(options, found);
    return found;
}

std::vector<std::string> mlpProblems(const ModelOptions& options)
{
    std::vector<std::string> found;
    checkMlp(options, found);
    return found;
}

} // namespace fedcctr::model
