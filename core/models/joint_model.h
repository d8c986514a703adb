// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/history_model.h"

namespace fedcctr::model {

/// A model that scores each candidate jointly with the history: what it takes of the history depends on the
/// candidate.
class JointModel : public HistoryModel {
public:
    LossTerms losses(const Leaves& leaves, const Batch& batch, const LossOptions& options,
        std::span<const double> weights, Dropout& dropout) const override;
    std::unique_ptr<Ranker> ranker(const Parameters& parameters) const override;

protected:
    using HistoryModel::HistoryModel;

    /// What is to be scored, after how many of the histories' events.
    struct Query {
        data::Domain domain;
        const Histories& histories;
        Prefixes before;
        torch::Tensor candidates; ///< [K, n, T, C] rows of the item vectors
        torch::Tensor items; ///< [K, R] which items the rows are
        torch::Tensor users; ///< [K, n] numbers of the users
    };

    /// vectors [K, R, v] -> [K, n, T, C]
    virtual torch::Tensor logits(
        const Leaves& leaves, const torch::Tensor& vectors, const Query& query, Dropout& dropout) const = 0;

    /// The own terms, [K] each. One whose weight is 0 need not be computed.
    virtual std::vector<torch::Tensor> ownTerms(const Leaves& leaves, const Batch& batch,
        const torch::Tensor& vectors, std::span<const double> weights, Dropout& dropout) const;

private:
    class JointRanker;
};

} // namespace fedcctr::model
