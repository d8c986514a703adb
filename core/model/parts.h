// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/spec.h"

namespace fedcctr::model {

using Tensors = std::vector<TensorSpec>;

inline constexpr std::size_t kTensorsPerLayer = 12; ///< of addEncoderLayer()

/// A weight matrix and a bias: NAME.weight [in, out], NAME.bias [out].
void addLinear(Tensors& tensors, const std::string& name, std::int64_t in, std::int64_t out);

/// One post-norm encoder layer of width d, as EncoderLayer takes it.
void addEncoderLayer(Tensors& tensors, const std::string& name, std::int64_t d);

/// An MLP over `in` values with one output, its hidden widths as in model.mlp: NAME0, NAME1, …
void addMlp(Tensors& tensors, const std::string& name, std::int64_t in, const std::string& hidden);

/// Width of the items' features as the options ask for them; 0 without.
std::int64_t featureWidth(const ModelOptions& options);

/// Width of an item vector without its position (ItemEmbedding).
std::int64_t itemWidth(const ModelOptions& options);

/// The embeddings of item features: "features.tokens" or "features.weight"; none without features.
void addFeatures(Tensors& tensors, const ModelOptions& options, const DataShape& shape, std::int64_t width);

/// The item table, "items": `width` coordinates and `biases` behind them.
void addItems(Tensors& tensors, const DataShape& shape, std::int64_t width, std::int64_t biases, Start start,
    double deviation);

/// Keys of the sections model and augment that ItemEmbedding reads.
std::vector<std::string> itemKeys();

/// Keys that every model reads: the ranking loss and its negatives, history and architecture.
std::vector<std::string> commonKeys();

std::vector<std::string> joined(std::initializer_list<std::vector<std::string>> lists);

/// Checks model.mlp.
void checkMlp(const ModelOptions& options, std::vector<std::string>& found);

} // namespace fedcctr::model
