// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/field.h"
#include "core/model/options.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fedcctr::model {

/// What a tensor's first axis stands for.
enum class Rows : std::uint8_t {
    Whole, ///< nothing: a client touches all of it
    PerItem, ///< items: a client touches those of its batch
    PerUser, ///< users: each client keeps its own row; never clipped, noised or sent, but checkpointed
};

enum class Start : std::uint8_t {
    Zeros,
    Ones,
    Xavier, ///< normal, of variance 2 / (rows + columns)
    Normal, ///< of TensorSpec::deviation
};

/// One trained tensor.
struct TensorSpec {
    std::string name; ///< e.g. "A.layer0.qkv.weight"
    std::vector<std::int64_t> shape;
    Start start = Start::Zeros;
    double deviation = 0;
    bool decays = false; ///< Whole: weight decay applies
    Rows rows = Rows::Whole;
    /// PerItem: leading columns that start as said and decay; those behind are biases, which start at 0 and
    /// do not decay.
    std::int64_t embedded = 0;

    std::int64_t count() const;
};

/// What the shapes of a model depend on beside its options.
struct DataShape {
    std::int64_t users = 0;
    std::int64_t items = 0; ///< of both domains
    bool profiles = false; ///< users have PrivAugNet's profiles, and they are used
    std::int64_t textWidth = 0; ///< of the fixed vectors of items' texts
};

/// A term of the loss beside L^A and L^B.
struct TermInfo {
    std::string name; ///< in files, e.g. "idra"
    std::string symbol; ///< e.g. "IDRA"
    std::string weightKey; ///< the setting that weighs it; may be set during a run
    double LossOptions::*weight = nullptr; ///< where that setting is; null: among ModelOptions::own
};

/// A setting of one model alone. Its key begins with the model's name: "bst.blocks".
struct OwnField : FieldInfo {
    Value fallback;
    std::string low; ///< what happens towards the lower end
    std::string high; ///< towards the upper end
    std::string publication; ///< its value, or that it gives none
};

/// The vectors h^A, h^B and h^M of users' histories.
enum class Representations : std::uint8_t {
    None,
    Fixed, ///< of public texts: training does not move them
    Trained,
};

/// A model as settings, forecasts, files and the window know it; what computes is in core/models.
struct ModelInfo {
    std::string name; ///< model.architecture
    std::string title;
    std::string citation;
    std::string summary; ///< one sentence
    /// Of the data, beside what its settings and tensors tell: "the histories of each domain alone".
    std::string needs = {};
    /// Keys of the sections model, loss and augment that it reads; the others cannot matter.
    std::vector<std::string> settings;
    std::vector<OwnField> fields;
    std::vector<TermInfo> terms;
    Representations representations = Representations::Trained;
    /// Trained tensors, in the order of files and noise streams.
    std::vector<TensorSpec> (*tensors)(const ModelOptions&, const DataShape&) = nullptr;
    /// "key: what is wrong; remedy", of what no single field can tell; may be null.
    std::vector<std::string> (*problems)(const ModelOptions&) = nullptr;

    bool reads(std::string_view key) const;
};

/// The value of one of the model's own settings.
const Value& ownValue(const ModelInfo& info, const ModelOptions& options, std::string_view key);
std::int64_t ownInteger(const ModelInfo& info, const ModelOptions& options, std::string_view key);
double ownNumber(const ModelInfo& info, const ModelOptions& options, std::string_view key);

/// The weights of the model's own terms.
std::vector<double> termWeights(const ModelInfo& info, const ModelOptions& options, const LossOptions& loss);

/// Trained values that leave the client, and all of them.
std::int64_t uploadedCount(std::span<const TensorSpec> tensors);
std::int64_t trainedCount(std::span<const TensorSpec> tensors);

/// "512-256-128" as numbers.
std::vector<std::int64_t> parsedWidths(const std::string& list);

} // namespace fedcctr::model
