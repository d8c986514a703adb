// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/text_vectors.h"

#include "core/base/binary.h"
#include "core/base/parallel.h"
#include "core/data/dataset_cache.h"
#include "core/model/tf_idf.h"
#include "core/model/truncated_svd.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <string_view>

namespace fedcctr::model {

namespace {

/// Everything that the vectors follow from, and the way that they are made.
std::string keyOf(
    const data::Dataset& dataset, std::size_t columns, std::span<const augment::ItemFeatures> features)
{
    ByteWriter key;
    key.text("text vectors, first way");
    key.value(static_cast<std::uint64_t>(columns));
    for (std::size_t i = 0; i < dataset.items.size(); ++i) {
        key.text(dataset.items[i].title);
        key.text(dataset.items[i].categories);
        if (features.empty())
            continue;
        for (const auto* list : {&features[i].genres, &features[i].themes, &features[i].keywords}) {
            key.value(static_cast<std::uint64_t>(list->size()));
            for (const std::string& phrase : *list)
                key.text(phrase);
        }
    }
    return key.bytes();
}

std::vector<float> computed(
    const data::Dataset& dataset, std::size_t columns, std::span<const augment::ItemFeatures> features)
{
    std::vector<float> result(dataset.items.size() * columns, 0.0F);
    const SparseMatrix matrix = tfIdf(dataset, features);
    if (matrix.columns == 0)
        return result;
    const DenseMatrix vectors = leadingProjection(matrix, columns, coreCount());
    for (std::size_t i = 0; i < vectors.rows; ++i) {
        const double* row = vectors.row(i);
        const double norm = std::sqrt(std::inner_product(row, row + columns, row, 0.0));
        if (norm > 1e-9)
            std::transform(row, row + columns, result.begin() + static_cast<std::ptrdiff_t>(i * columns),
                [norm](double value) { return static_cast<float>(value / norm); });
    }
    return result;
}

} // namespace

std::vector<float> textVectors(
    const data::Dataset& dataset, int width, std::span<const augment::ItemFeatures> features)
{
    constexpr std::string_view kName = "text-vectors";
    const auto columns = static_cast<std::size_t>(width);
    const std::string key = keyOf(dataset, columns, features);
    const std::size_t bytes = dataset.items.size() * columns * sizeof(float);
    if (const auto kept = data::cached(dataset, kName, key); kept && kept->size() == bytes)
        return ByteReader(*kept, "the cache is cut off").values<float>(dataset.items.size() * columns);
    std::vector<float> vectors = computed(dataset, columns, features);
    data::keepCached(dataset, kName, key,
        std::string_view(reinterpret_cast<const char*>(vectors.data()), vectors.size() * sizeof(float)));
    return vectors;
}

} // namespace fedcctr::model
