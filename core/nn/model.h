// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/spec.h"
#include "core/nn/batch.h"
#include "core/nn/layers.h"

#include <torch/types.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace fedcctr::model {

/// The trained values, in the order of the model's TensorSpecs.
struct Parameters {
    std::vector<torch::Tensor> tensors;

    std::int64_t count() const;
    Parameters clone() const;
    Parameters zerosLike() const;

    std::size_t size() const { return tensors.size(); }
    torch::Tensor& operator[](std::size_t i) { return tensors[i]; }
    const torch::Tensor& operator[](std::size_t i) const { return tensors[i]; }
};

/// The same with a leading group axis K: whole tensors [K, …], of items the rows that a group touches
/// [K, R, …], of users those of the group [K, n, …].
struct Leaves {
    std::vector<torch::Tensor> tensors;

    const torch::Tensor& operator[](std::size_t i) const { return tensors[i]; }
};

/// L^A, L^B and then the model's own terms (ModelInfo::terms) before their weights, means over a group's
/// users. [K] each.
struct LossTerms {
    std::vector<torch::Tensor> values;

    /// Eq. 22. `weights`: of the own terms.
    torch::Tensor total(std::span<const double> weights) const;
};

/// A model at given parameters, ready to rank: what all users share is computed once.
class Ranker {
public:
    virtual ~Ranker() = default;

    /// Logits of the candidates, [n, C].
    virtual torch::Tensor scores(const RankingBatch& batch, data::Domain domain) const = 0;

    /// Logits of `count` items from `first` on, all of them of the domain; the batch's candidates do not
    /// matter. [n, count]
    virtual torch::Tensor scoresOfRange(
        RankingBatch batch, data::Domain domain, std::int64_t first, std::int64_t count) const;

    /// h^A, h^B and h^M of whole histories, [n, d] each. Throws Error for a model without
    /// (ModelInfo::representations).
    virtual std::array<torch::Tensor, 3> representations(const RankingBatch& batch) const;

    /// [items, v]. Throws Error for a model whose items have none.
    virtual torch::Tensor itemVectors() const;
};

/// What is trained: an architecture with the items' public features, and no trained value of its own. Every
/// function takes the parameters. Adding a model: README.md of core/models.
class Model {
public:
    Model(const ModelInfo& info, ModelOptions options, const DataShape& shape, const torch::Device& device);
    virtual ~Model() = default;

    const ModelInfo& info() const { return m_info; }
    const ModelOptions& options() const { return m_options; }
    const std::vector<TensorSpec>& specs() const { return m_specs; }
    std::vector<std::string> names() const;

    /// As the specs say, all from the seed.
    virtual Parameters initialise(std::uint64_t seed) const;

    /// `weights`: of the own terms; one that weighs 0 need not be computed.
    virtual LossTerms losses(const Leaves& leaves, const Batch& batch, const LossOptions& options,
        std::span<const double> weights, Dropout& dropout) const = 0;

    virtual std::unique_ptr<Ranker> ranker(const Parameters& parameters) const = 0;

    /// How strongly an upload (a gradient over all parameters) speaks for each item being in the client's
    /// history, [items]: what a curious server ranks by. The norms of the item table's rows: a client's
    /// gradient is zero where it touched nothing.
    virtual torch::Tensor itemEvidence(const Parameters& upload) const;

protected:
    /// A model whose tensors are not told by its options: `specs` as they are.
    Model(const ModelInfo& info, ModelOptions options, std::vector<TensorSpec> specs,
        const torch::Device& device);

    /// Where a tensor stands. Throws Error for an unknown name.
    std::size_t place(std::string_view name) const;

    const torch::Device& device() const { return m_device; }

private:
    const ModelInfo& m_info;
    ModelOptions m_options;
    torch::Device m_device;
    std::vector<TensorSpec> m_specs;
};

/// What a dataset tells of the shapes.
DataShape dataShape(const data::Dataset& dataset, bool profiles, std::int64_t textWidth);

/// The numbers of all rows of an item table, [1, items].
torch::Tensor everyItem(const torch::Tensor& table);

/// All parameters as one group (K = 1), without copying.
Leaves wholeModel(const Parameters& parameters);

/// Every tensor that leaves a client; those of users empty, [0, …], so that noise, norms and steps pass them
/// by.
Parameters uploadedPart(const Parameters& parameters, std::span<const TensorSpec> specs);

/// Layer of addEncoderLayer() whose tensors begin at a place.
EncoderLayer encoderLayerAt(const Leaves& leaves, std::size_t first);

/// The layers of addMlp() from number `layer` on, whose first tensor stands at `first`; relu between them and
/// dropout before each but the first. x [K, m, in] -> [K, m, 1]
torch::Tensor mlp(const Leaves& leaves, std::size_t first, std::size_t layer, std::size_t hidden,
    torch::Tensor x, Dropout& dropout);

/// The loss that the options name, mean over a domain's targets: of ranking, or, where the targets have
/// labels, the binary cross-entropy of the targets alone. positive [K, n, T], negative [K, n, T, N] or,
/// shared by the targets, [K, n, 1, N] logits -> [K, n]
torch::Tensor rankingLoss(const torch::Tensor& positive, const torch::Tensor& negative,
    const TargetBatch& targets, const LossOptions& options);

/// N_k of Eq. 20 and 21 is the size of a client's whole training set, so each domain's mean over its targets
/// counts by its share. perUser [K, n] means over a domain's targets -> [K]
torch::Tensor shareOfTargets(const torch::Tensor& perUser, const Batch& batch, data::Domain domain);

} // namespace fedcctr::model
