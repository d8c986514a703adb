// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/conet.h"

#include "core/models/made.h"
#include "core/models/specs/registry.h"
#include "core/nn/sequence_encoder.h"

namespace fedcctr::model {

using data::Domain;
using torch::Tensor;

CoNet::CoNet(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
    std::span<const augment::ItemFeatures> features)
    : JointModel(infoOf<CoNet>(), dataset, options, device, features)
    , m_hidden(parsedWidths(options.mlp).size())
    , m_mlp(places("mlp0.weight"))
    , m_users(places("users"))
    , m_cross(place("cross0"))
{
}

/// The user in a domain before each target, [K, n, T, v].
Tensor CoNet::user(const Leaves& leaves, const Tensor& vectors, const Query& query, Domain domain) const
{
    const Tensor mean =
        atPrefix(prefixMeans(gatherRows(vectors, query.histories.of(domain).index)), query.before.of(domain));
    return mean + leaves[m_users[data::index(domain)]].unsqueeze(2);
}

Tensor CoNet::logits(const Leaves& leaves, const Tensor& vectors, const Query& query, Dropout& dropout) const
{
    const std::size_t d = data::index(query.domain);
    const std::size_t o = 1 - d;
    const Domain other = query.domain == Domain::A ? Domain::B : Domain::A;
    const Tensor& before = query.before.of(other);
    const Tensor newest =
        gatherRows(vectors, torch::gather(query.histories.of(other).index, 2, (before - 1).clamp_min(0)))
        * (before > 0).unsqueeze(3);
    const Tensor candidates = gatherRows(vectors, query.candidates); // [K, n, T, C, v]
    const Tensor asking = user(leaves, vectors, query, query.domain).unsqueeze(3).expand_as(candidates);
    Tensor own = dropout(torch::cat({asking, candidates}, 4));
    Tensor partner =
        dropout(torch::cat({user(leaves, vectors, query, other), newest}, 3)).unsqueeze(3); // C = 1 at first
    for (std::size_t layer = 0; layer < m_hidden; ++layer) {
        const Tensor& cross = leaves[m_cross + layer];
        const auto base = [&](std::size_t net, const Tensor& x) {
            const std::size_t first = m_mlp[net] + 2 * layer;
            return linearOver(x, leaves[first], leaves[first + 1]);
        };
        const Tensor next = torch::relu(base(d, own) + product(partner, cross));
        // After the last crossing nobody asks the partner again.
        if (layer + 1 < m_hidden)
            partner = torch::relu(base(o, partner) + product(own, cross));
        own = next;
    }
    const std::size_t last = m_mlp[d] + 2 * m_hidden;
    return linearOver(own, leaves[last], leaves[last + 1]).squeeze(4);
}

template <> std::unique_ptr<Model> made<CoNet>(const Ingredients& of)
{
    return madeOfHistories<CoNet>(of);
}

} // namespace fedcctr::model
