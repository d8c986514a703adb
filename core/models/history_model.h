// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/item_embedding.h"
#include "core/nn/model.h"

namespace fedcctr::model {

/// One of something per stream.
template <typename T> struct PerStream {
    T a;
    T b;
    T merged;

    const T& of(data::Domain domain) const { return domain == data::Domain::A ? a : b; }
};

/// Users' sequences, as training and ranking both know them.
using Histories = PerStream<StreamBatch>;

/// How many events of each sequence stand before each target. [K, n, T]
using Prefixes = PerStream<torch::Tensor>;

Prefixes prefixesOf(const TargetBatch& targets);

/// The targets of both domains, one after the other: prefixes and mask [K, n, T_A + T_B].
struct AllTargets {
    Prefixes before;
    torch::Tensor mask;

    explicit AllTargets(const Batch& batch);
};

/// Mean of the first p vectors of a sequence, for every p; 0 of none. x [K, n, L, d] -> [K, n, L + 1, d]
torch::Tensor prefixMeans(const torch::Tensor& x);

/// 1 for the events that stand before each target. before [K, n, T] -> [K, n, T, length]
torch::Tensor standBefore(const torch::Tensor& before, std::int64_t length, torch::ScalarType type);

/// What models of histories share: item vectors of ids and public texts (ItemEmbedding), and rankers that
/// hold a user's own rows (Rows::PerUser) where training has them.
class HistoryModel : public Model {
protected:
    HistoryModel(const ModelInfo& info, const data::Dataset& dataset, const ModelOptions& options,
        const torch::Device& device, std::span<const augment::ItemFeatures> features);

    /// rows [K, R] item numbers -> [K, R, v]
    torch::Tensor itemVectors(const Leaves& leaves, const torch::Tensor& rows) const;

    std::size_t items() const { return m_items; }

    /// Of the domains, e.g. of "A.user.weight" and "B.user.weight".
    std::array<std::size_t, 2> places(const std::string& nameInDomain) const;

    /// Parameters, and the vectors of all items, computed once.
    class HistoryRanker;

private:
    HistoryModel(const ModelInfo& info, const data::Dataset& dataset, const ModelOptions& options,
        const torch::Device& device, ItemEmbedding embedding);

    ItemEmbedding m_embedding;
    std::size_t m_features = 0; ///< place of the features' tensor
    std::size_t m_items;
};

class HistoryModel::HistoryRanker : public Ranker {
public:
    HistoryRanker(const HistoryModel& model, const Parameters& parameters);

    torch::Tensor itemVectors() const override { return m_vectors.squeeze(0); }

protected:
    /// The parameters as one group, with the rows of the batch's users.
    Leaves leavesFor(const RankingBatch& batch) const;

    static Histories historiesOf(const RankingBatch& batch) { return {batch.a, batch.b, batch.merged}; }

    /// Everything that the user did stands before the candidates. [1, n, 1]
    static Prefixes wholeHistories(const RankingBatch& batch);

    Leaves m_leaves;
    torch::Tensor m_vectors; ///< [1, items, v]

private:
    std::vector<std::size_t> m_personal; ///< tensors of users
};

} // namespace fedcctr::model
