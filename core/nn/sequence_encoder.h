// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/model.h"

namespace fedcctr::model {

/// table [K, n, P, d], index [K, n, T] -> [K, n, T, d]
torch::Tensor atPrefix(const torch::Tensor& table, const torch::Tensor& index);

/// Of one group, with one place per user. table [1, n, P, d], index [1, n, 1] -> [n, d]
torch::Tensor atEnd(const torch::Tensor& table, const torch::Tensor& index);

/// A transformer over sequences of item vectors (Eq. 12-16), of which every prefix has a representation. Its
/// tensors are those of addStream(). Reads model.attention, pooling, combine, input_norm, history_dropout.
class SequenceEncoder {
public:
    /// `first`: place of the stream's first tensor, its positions.
    SequenceEncoder(std::size_t first, const ModelOptions& options);

    /// Of the prefixes of length 0 … L of each sequence; the empty one is 0. vectors [K, R, v], index
    /// [K, n, L] -> [K, n, L + 1, d]
    torch::Tensor prefixes(const Leaves& leaves, const torch::Tensor& vectors, const torch::Tensor& index,
        Dropout& dropout) const;

    /// The same for items that have been looked up (and mixed). x [K, n, L, v]
    torch::Tensor prefixesOf(const Leaves& leaves, const torch::Tensor& x, Dropout& dropout) const;

    /// Of whole sequences, without dropout. vectors [1, R, v] -> [n, d]
    torch::Tensor whole(
        const Leaves& leaves, const torch::Tensor& vectors, const StreamBatch& sequences) const;

private:
    torch::Tensor input(const Leaves& leaves, torch::Tensor x, Dropout& dropout) const;
    torch::Tensor encode(
        const Leaves& leaves, torch::Tensor x, const torch::Tensor& bias, Dropout& dropout) const;
    torch::Tensor everyPrefix(const Leaves& leaves, const torch::Tensor& x, Dropout& dropout) const;

    std::size_t m_first;
    Attention m_attention;
    Pooling m_pooling;
    Combine m_combine;
    bool m_inputNorm;
    bool m_positions; ///< the item vector has some
    int m_layers;
    int m_heads;
    double m_historyDropout;
};

} // namespace fedcctr::model
