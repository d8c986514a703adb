// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/options.h"
#include "core/nn/batch.h"
#include "core/nn/layers.h"

#include <torch/types.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace fedcctr::model {

/// The trained values. The item table is apart from the rest because a client touches few of its rows.
struct Parameters {
    std::vector<torch::Tensor> dense;
    torch::Tensor
        items; ///< [items, idWidth]: id embeddings; with the dot scorer [items, idWidth + 1]: and a bias

    std::int64_t count() const;
    Parameters clone() const;
    Parameters zerosLike() const;

    /// The dense tensors and then the item table, for what treats all alike.
    std::size_t tensors() const { return dense.size() + 1; }
    torch::Tensor& at(std::size_t i) { return i < dense.size() ? dense[i] : items; }
    const torch::Tensor& at(std::size_t i) const { return i < dense.size() ? dense[i] : items; }
};

/// The same with a leading group axis K; the item table cut down to the rows that a group touches.
struct Leaves {
    std::vector<torch::Tensor> dense; ///< [K, …]
    torch::Tensor items; ///< [K, R, …]
};

/// The terms of Eq. 22 before their weights, means over a group's users. [K] each.
struct LossParts {
    torch::Tensor a, b, idra, cdrd;

    torch::Tensor total(const LossOptions& options) const;
};

/// Item vectors of a group's rows.
struct ItemVectors {
    torch::Tensor vectors; ///< [K, R, v]
    torch::Tensor biases; ///< [K, R]; none with the MLP scorer
};

/// What is trained: an architecture with the items' public features, and no trained value of its own. Every
/// function takes the parameters.
class Model {
public:
    virtual ~Model() = default;

    virtual Parameters initialise(std::uint64_t seed) const = 0;

    /// Names of Parameters::dense, e.g. "A.layer0.qkv.weight".
    virtual std::vector<std::string> names() const = 0;

    /// True for a matrix that weight decay applies to.
    virtual std::vector<bool> decays() const = 0;

    virtual LossParts losses(
        const Leaves& leaves, const Batch& batch, const LossOptions& options, Dropout& dropout) const = 0;

    /// rows [K, R] item numbers.
    virtual ItemVectors itemVectors(const Leaves& leaves, const torch::Tensor& rows) const = 0;

    /// Logits of the candidates, [n, C]. Parameters and vectors with K = 1, vectors over all items.
    virtual torch::Tensor scores(const Leaves& leaves, const ItemVectors& vectors, const RankingBatch& batch,
        data::Domain domain) const = 0;

    /// h^A, h^B and h^M of whole histories, [n, d] each.
    virtual std::array<torch::Tensor, 3> representations(
        const Leaves& leaves, const ItemVectors& vectors, const RankingBatch& batch) const = 0;

    /// How strongly an upload (a gradient over all parameters) speaks for each item being in the client's
    /// history, [items]: what a curious server ranks by.
    virtual torch::Tensor itemEvidence(const Parameters& upload) const = 0;

    virtual const ModelOptions& options() const = 0;
};

} // namespace fedcctr::model
