// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/spec.h"

namespace fedcctr::model {

using Tensors = std::vector<TensorSpec>;

inline constexpr std::size_t kTensorsPerLayer = 12; ///< of addEncoderLayer()

/// A weight matrix and a bias: NAME.weight [in, out], NAME.bias [out].
void addLinear(Tensors& tensors, const std::string& name, std::int64_t in, std::int64_t out);

/// A weight matrix without a bias: NAME [in, out].
void addMatrix(Tensors& tensors, const std::string& name, std::int64_t in, std::int64_t out);

/// A row per user that stays on the client: NAME [users, width].
void addPersonal(Tensors& tensors, const std::string& name, const DataShape& shape, std::int64_t width);

/// One post-norm encoder layer of width d, as EncoderLayer takes it.
void addEncoderLayer(Tensors& tensors, const std::string& name, std::int64_t d);

/// A trained table that starts near 0: NAME [rows, width].
void addTable(Tensors& tensors, const std::string& name, std::int64_t rows, std::int64_t width);

/// A transformer over sequences, as SequenceEncoder takes it: NAME.position, NAME.norm, NAME.layer0, …
void addStream(Tensors& tensors, const std::string& name, const ModelOptions& options);

/// A gated recurrent unit over inputs of width `in`, as Gru takes it.
void addGru(Tensors& tensors, const std::string& name, std::int64_t in, std::int64_t hidden);

/// An MLP over `in` values with one output, its hidden widths as in model.mlp: NAME0, NAME1, …
void addMlp(Tensors& tensors, const std::string& name, std::int64_t in, const std::string& hidden);

/// An ActivationUnit over vectors of width v: NAME.event, NAME.candidate, NAME.product, NAME.score.
void addActivationUnit(Tensors& tensors, const std::string& name, std::int64_t v, std::int64_t hidden);

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

/// Keys of the section model that SequenceEncoder reads.
std::vector<std::string> encoderKeys();

/// Keys that every model reads: the ranking loss and its negatives, history and architecture.
std::vector<std::string> commonKeys();

std::vector<std::string> joined(std::initializer_list<std::vector<std::string>> lists);

/// Checks model.mlp.
void checkMlp(const ModelOptions& options, std::vector<std::string>& found);

/// Checks that the heads of addStream() divide its width.
void checkHeads(const ModelOptions& options, std::vector<std::string>& found);

/// What a model says that has nothing else to check.
std::vector<std::string> headProblems(const ModelOptions& options);
std::vector<std::string> mlpProblems(const ModelOptions& options);

} // namespace fedcctr::model
