// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/bst.h"

#include "core/model/parts.h"
#include "core/models/made.h"
#include "core/models/specs/registry.h"

#include <limits>

namespace fedcctr::model {

using data::Domain;
using torch::Tensor;

Bst::Bst(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
    std::span<const augment::ItemFeatures> features)
    : JointModel(infoOf<Bst>(), dataset, options, device, features)
    , m_blocks(ownInteger(infoOf<Bst>(), options, "bst.blocks"))
    , m_hidden(parsedWidths(options.mlp).size())
    , m_start(places("position"))
    , m_mlp(places("mlp0.weight"))
{
}

Tensor Bst::logits(const Leaves& leaves, const Tensor& vectors, const Query& query, Dropout& dropout) const
{
    const std::size_t start = m_start[data::index(query.domain)];
    const Tensor& history = query.histories.of(query.domain).index;
    const Tensor& before = query.before.of(query.domain);
    const std::int64_t longest = options().historyLength;
    const std::int64_t groups = before.size(0);
    const std::int64_t length = history.size(2);
    const std::int64_t width = vectors.size(2);
    const std::vector<std::int64_t> shape = query.candidates.sizes().vec(); // K, n, T, C

    // Event j of a history of p events stands p - j before the candidate.
    const Tensor event = torch::arange(length, before.options());
    const Tensor there = event < before.unsqueeze(3); // [K, n, T, L]
    const Tensor position = (longest - before.unsqueeze(3) + event).clamp(0, longest - 1);
    const Tensor events = gatherRows(vectors, history).unsqueeze(2) + gatherRows(leaves[start], position);
    const Tensor last = gatherRows(vectors, query.candidates)
        + leaves[start].select(1, longest).reshape({groups, 1, 1, 1, width});
    const Tensor sequence =
        torch::cat({events.unsqueeze(3).expand({-1, -1, -1, shape[3], -1, -1}), last.unsqueeze(4)}, 4)
            .reshape({groups, -1, length + 1, width});
    const Tensor seen =
        torch::cat({there, torch::ones({shape[0], shape[1], shape[2], 1}, there.options())}, 3)
            .unsqueeze(3)
            .expand({-1, -1, -1, shape[3], -1});
    const Tensor bias = torch::zeros({}, vectors.options())
                            .masked_fill(~seen, -std::numeric_limits<double>::infinity())
                            .reshape({-1, 1, 1, length + 1});

    Tensor x = dropout(sequence);
    for (std::int64_t block = 0; block < m_blocks; ++block)
        x = encoderLayer(x,
            encoderLayerAt(leaves, start + 1 + static_cast<std::size_t>(block) * kTensorsPerLayer),
            options().heads, bias, dropout);
    const Tensor share = (seen.narrow(4, 0, length) / before.unsqueeze(3).unsqueeze(4).clamp_min(1))
                             .to(x.scalar_type())
                             .reshape({groups, -1, length, 1});
    const Tensor mean = (x.narrow(2, 0, length) * share).sum(2);
    const Tensor pooled = torch::cat({x.select(2, length), mean}, 2);
    return mlp(leaves, m_mlp[data::index(query.domain)], 0, m_hidden, pooled, dropout).reshape(shape);
}

template <> std::unique_ptr<Model> made<Bst>(const Ingredients& of)
{
    return madeOfHistories<Bst>(of);
}

} // namespace fedcctr::model
