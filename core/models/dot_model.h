// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/history_model.h"

namespace fedcctr::model {

/// A model whose logit is the inner product of a vector of the user, as of a target, and the candidate's
/// vector, plus the candidate's bias. The user's vector does not depend on the candidate.
class DotModel : public HistoryModel {
public:
    LossTerms losses(const Leaves& leaves, const Batch& batch, const LossOptions& options,
        std::span<const double> weights, Dropout& dropout) const override;
    std::unique_ptr<Ranker> ranker(const Parameters& parameters) const override;

protected:
    using HistoryModel::HistoryModel;

    /// What a model computes once of its users' sequences, whatever the targets.
    using Encoded = std::vector<torch::Tensor>;

    /// A batch in training, as own terms need it.
    struct Training {
        const Leaves& leaves;
        const Batch& batch;
        const torch::Tensor& vectors; ///< of the group's rows, [K, R, v]
        const Encoded& encoded;
    };

    /// vectors [K, R, v]
    virtual Encoded encode(const Leaves& leaves, const torch::Tensor& vectors, const Histories& histories,
        Dropout& dropout) const = 0;

    /// -> [K, n, T, v]
    virtual torch::Tensor userVectors(
        data::Domain domain, const Leaves& leaves, const Encoded& encoded, const Prefixes& before) const = 0;

    /// What candidates are compared by; the item vectors themselves unless a model maps them. [K, R, v]
    virtual torch::Tensor candidateVectors(
        data::Domain domain, const Leaves& leaves, const torch::Tensor& vectors) const;

    /// The own terms, [K] each. One whose weight is 0 need not be computed.
    virtual std::vector<torch::Tensor> ownTerms(
        const Training& of, std::span<const double> weights, Dropout& dropout) const;

    /// h^A, h^B, h^M at the end of whole histories, [n, d] each, of a model that has them.
    virtual std::array<torch::Tensor, 3> wholeRepresentations(
        const Encoded& encoded, const Prefixes& before) const;

private:
    class DotRanker;

    torch::Tensor biases(const Leaves& leaves) const;
};

} // namespace fedcctr::model
