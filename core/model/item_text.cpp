// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/item_text.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/model/text_vectors.h"
#include "core/model/vector_set.h"

#include <charconv>
#include <cmath>
#include <numeric>
#include <span>
#include <unordered_map>

namespace fedcctr::model {

namespace {

/// The numbers after the first comma; empty if one of them is none.
std::vector<float> numbersOf(const std::string& line, std::size_t begin)
{
    std::vector<float> numbers;
    while (begin < line.size()) {
        const std::size_t end = std::min(line.find(',', begin + 1), line.size());
        float value = 0;
        const auto [stop, failure] = std::from_chars(line.data() + begin + 1, line.data() + end, value);
        if (failure != std::errc() || stop != line.data() + end || !std::isfinite(value))
            return {};
        numbers.push_back(value);
        begin = end;
    }
    return numbers;
}

void scaleToOne(std::span<float> row)
{
    const float norm = std::sqrt(std::inner_product(row.begin(), row.end(), row.begin(), 0.0F));
    if (norm > 0)
        for (float& value : row)
            value /= norm;
}

ItemText fromFile(const data::Dataset& dataset, const std::string& file)
{
    std::unordered_map<std::string, std::size_t> numbers;
    for (std::size_t i = 0; i < dataset.items.size(); ++i)
        numbers.emplace(dataset.items[i].id, i);
    ItemText text;
    LineReader reader(file);
    std::size_t known = 0;
    for (std::string line; reader.next(line);) {
        const std::size_t comma = line.find(',');
        const std::vector<float> row =
            comma == std::string::npos ? std::vector<float>() : numbersOf(line, comma);
        if (row.empty() && reader.lineNumber() == 1)
            continue; // a header
        if (text.width == 0) {
            text.width = static_cast<int>(row.size());
            text.values.resize(dataset.items.size() * row.size(), 0.0F);
        }
        if (row.empty() || row.size() != static_cast<std::size_t>(text.width))
            throw Error(file + ":" + std::to_string(reader.lineNumber()) + ": is not an item id and "
                + (text.width > 0 ? std::to_string(text.width) + " " : "") + "numbers with commas between");
        const auto found = numbers.find(line.substr(0, comma));
        if (found == numbers.end())
            continue;
        const std::span<float> place = std::span(text.values).subspan(found->second * row.size(), row.size());
        std::copy(row.begin(), row.end(), place.begin());
        scaleToOne(place);
        ++known;
    }
    if (known == 0)
        throw Error(
            file + ": names no item of this dataset; the first column must hold the dataset's item ids");
    return text;
}

ItemText fromSet(const data::Dataset& dataset, const std::string& name)
{
    if (dataset.directory.empty())
        throw Error("model.vectors: this dataset lies in no directory that could hold the set '" + name
            + "'; set model.vectors to " + kTfIdf);
    VectorSet set = loadVectors(dataset, dataset.directory, name);
    const auto width = static_cast<std::size_t>(set.width);
    for (std::size_t i = 0; i < dataset.items.size(); ++i)
        scaleToOne(std::span(set.values).subspan(i * width, width));
    return {set.width, std::move(set.values)};
}

} // namespace

ItemText itemText(const data::Dataset& dataset, const ModelOptions& options,
    std::span<const augment::ItemFeatures> features)
{
    if (options.codes)
        return {options.codes->width(), options.codes->itemsOneHot()};
    if (!options.vectorsFile.empty())
        return fromFile(dataset, options.vectorsFile);
    if (options.vectors != kTfIdf)
        return fromSet(dataset, options.vectors);
    return {options.textWidth, textVectors(dataset, options.textWidth, features)};
}

} // namespace fedcctr::model
