// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/sequence_encoder.h"

#include "core/model/parts.h"

#include <limits>

namespace fedcctr::model {

using torch::Tensor;

Tensor atPrefix(const Tensor& table, const Tensor& index)
{
    const std::int64_t groups = table.size(0);
    const std::int64_t users = table.size(1);
    return gatherRows(
        table.reshape({groups * users, table.size(2), table.size(3)}), index.reshape({groups * users, -1}))
        .reshape({groups, users, index.size(2), table.size(3)});
}

Tensor atEnd(const Tensor& table, const Tensor& index)
{
    return atPrefix(table, index).select(2, 0).squeeze(0);
}

SequenceEncoder::SequenceEncoder(std::size_t first, const ModelOptions& options)
    : m_first(first)
    , m_attention(options.attention)
    , m_pooling(options.pooling)
    , m_combine(options.combine)
    , m_inputNorm(options.inputNorm)
    , m_positions(options.combine == Combine::Sum || options.positionWidth > 0)
    , m_layers(options.layers)
    , m_heads(options.heads)
    , m_historyDropout(options.historyDropout)
{
}

/// The transformer's input: item vectors with positions. x [K, n, L, v] -> [K, n, L, d]
Tensor SequenceEncoder::input(const Leaves& leaves, Tensor x, Dropout& dropout) const
{
    const std::int64_t length = x.size(2);
    if (m_historyDropout > 0)
        x = dropout.rows(x, m_historyDropout);
    const Tensor position = leaves[m_first].narrow(1, 0, length).unsqueeze(1);
    if (m_combine == Combine::Sum)
        x = x + position;
    else if (m_positions)
        x = torch::cat({x, position.expand({-1, x.size(1), -1, -1})}, 3);
    if (m_inputNorm)
        x = layerNorm(x.reshape({x.size(0), -1, x.size(3)}), leaves[m_first + 1], leaves[m_first + 2])
                .reshape(x.sizes());
    return dropout(x);
}

Tensor SequenceEncoder::encode(const Leaves& leaves, Tensor x, const Tensor& bias, Dropout& dropout) const
{
    const std::size_t layersStart = m_first + (m_inputNorm ? 3 : 1);
    for (int i = 0; i < m_layers; ++i) {
        const std::size_t first = layersStart + static_cast<std::size_t>(i) * kTensorsPerLayer;
        x = encoderLayer(x, encoderLayerAt(leaves, first), m_heads, bias, dropout);
    }
    return x;
}

/// Representations of all prefixes of length 1 … L, encoded one by one. x [K, n, L, d] -> [K, n, L, d]
Tensor SequenceEncoder::everyPrefix(const Leaves& leaves, const Tensor& x, Dropout& dropout) const
{
    const std::int64_t groups = x.size(0);
    const std::int64_t users = x.size(1);
    const std::int64_t length = x.size(2);
    const Tensor copies =
        x.unsqueeze(2).expand({-1, -1, length, -1, -1}).reshape({groups, users * length, length, x.size(3)});
    // Row p of the lower triangle: prefix p sees its own p + 1 events.
    const Tensor bias =
        causalBias(length, x.options()).reshape({length, 1, 1, length}).repeat({groups * users, 1, 1, 1});
    Dropout ofPrefix = dropout.split(users * length);
    const Tensor outputs =
        encode(leaves, copies, bias, ofPrefix).reshape({groups, users, length, length, x.size(3)});
    if (m_pooling == Pooling::Last)
        return outputs.diagonal(0, 2, 3).transpose(2, 3);
    const Tensor seen = torch::ones({length, length}, x.options()).tril_();
    return torch::einsum("knpld,pl->knpd", {outputs, seen / seen.sum(1, true)});
}

Tensor SequenceEncoder::prefixesOf(const Leaves& leaves, const Tensor& items, Dropout& dropout) const
{
    const Tensor x = input(leaves, items, dropout);
    const std::int64_t length = x.size(2);
    Tensor pooled;
    if (m_attention == Attention::Bidirectional) {
        pooled = everyPrefix(leaves, x, dropout);
    } else {
        pooled = encode(leaves, x, causalBias(length, x.options()), dropout);
        if (m_pooling == Pooling::Mean)
            pooled = pooled.cumsum(2) / torch::arange(1, length + 1, x.options()).unsqueeze(1);
    }
    return torch::cat({torch::zeros({x.size(0), x.size(1), 1, x.size(3)}, x.options()), pooled}, 2);
}

Tensor SequenceEncoder::prefixes(
    const Leaves& leaves, const Tensor& vectors, const Tensor& index, Dropout& dropout) const
{
    return prefixesOf(leaves, gatherRows(vectors, index), dropout);
}

Tensor SequenceEncoder::whole(const Leaves& leaves, const Tensor& vectors, const StreamBatch& sequences) const
{
    Dropout none;
    if (m_attention == Attention::Causal)
        return atEnd(prefixes(leaves, vectors, sequences.index, none), sequences.length.unsqueeze(2));
    // Of all prefixes the last one alone. An empty history looks at its padding, and is 0 in the end.
    const Tensor x = input(leaves, gatherRows(vectors, sequences.index), none);
    const Tensor length = sequences.length.reshape({-1, 1});
    const Tensor there = torch::arange(x.size(2), length.options()) < length.clamp_min(1);
    const Tensor bias = torch::zeros(there.sizes(), x.options())
                            .masked_fill(~there, -std::numeric_limits<double>::infinity());
    const Tensor outputs = encode(leaves, x, bias.unsqueeze(1).unsqueeze(1), none).squeeze(0);
    const Tensor pooled = m_pooling == Pooling::Last
        ? gatherRows(outputs, (length - 1).clamp_min(0)).squeeze(1)
        : (outputs * there.unsqueeze(2)).sum(1) / length.clamp_min(1);
    return pooled * (length > 0);
}

} // namespace fedcctr::model
