// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/minet.h"

#include "core/models/made.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

using data::Domain;
using torch::Tensor;

MiNet::MiNet(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
    std::span<const augment::ItemFeatures> features)
    : JointModel(infoOf<MiNet>(), dataset, options, device, features)
    , m_hidden(parsedWidths(options.mlp).size())
    , m_units{{{unitOf("A.own"), unitOf("A.other")}, {unitOf("B.own"), unitOf("B.other")}}}
    , m_transfer(places("transfer"))
    , m_gates(places("gate.layer.weight"))
    , m_mlp(places("mlp0.weight"))
    , m_users(place("users"))
{
}

/// Item-level attention. events and projected [K, n, L, v], candidates [K, n, Q, v], there [K, n, Q, L] ->
/// [K, n, Q, v]
Tensor MiNet::interest(const Leaves& leaves, const ActivationUnit& unit, const Tensor& events,
    const Tensor& projected, const Tensor& candidates, const Tensor& there) const
{
    const Tensor scores = unit.scores(leaves, events.unsqueeze(2), projected.unsqueeze(2), candidates);
    return torch::matmul(maskedSoftmax(scores, there), events);
}

Tensor MiNet::logits(const Leaves& leaves, const Tensor& vectors, const Query& query, Dropout& dropout) const
{
    constexpr double kMostExponent = 3;
    const std::size_t d = data::index(query.domain);
    const Domain other = query.domain == Domain::A ? Domain::B : Domain::A;
    const std::vector<std::int64_t> shape = query.candidates.sizes().vec(); // K, n, T, C
    const Tensor candidates = gatherRows(vectors, query.candidates).flatten(2, 3); // [K, n, Q, v]
    const auto there = [&](Domain domain, const Tensor& events) {
        return standBefore(query.before.of(domain), events.size(2), vectors.scalar_type())
            .unsqueeze(3)
            .expand({-1, -1, -1, shape[3], -1})
            .flatten(2, 3);
    };
    const Tensor own = gatherRows(vectors, query.histories.of(query.domain).index);
    const Tensor foreign = gatherRows(vectors, query.histories.of(other).index);
    const Tensor carried = product(foreign, leaves[m_transfer[d]]);
    const Tensor inOwn = interest(leaves, m_units[d][0], own, own, candidates, there(query.domain, own));
    const Tensor inOther =
        interest(leaves, m_units[d][1], foreign, carried, candidates, there(other, foreign));
    const Tensor longTerm = leaves[m_users].unsqueeze(2).expand_as(candidates);

    const Tensor all = torch::cat({longTerm, inOther, inOwn, candidates}, 3);
    const Tensor hidden = torch::relu(linearOver(all, leaves[m_gates[d]], leaves[m_gates[d] + 1]));
    const Tensor gates = torch::exp(linearOver(hidden, leaves[m_gates[d] + 2], leaves[m_gates[d] + 3])
                                        .clamp_max(kMostExponent)); // [K, n, Q, 3]
    const Tensor mixed = torch::cat({gates.narrow(3, 0, 1) * longTerm, gates.narrow(3, 1, 1) * inOther,
                                        gates.narrow(3, 2, 1) * inOwn, candidates},
        3);
    return mlp(leaves, m_mlp[d], 0, m_hidden, dropout(mixed.flatten(1, 2)), dropout).reshape(shape);
}

template <> std::unique_ptr<Model> made<MiNet>(const Ingredients& of)
{
    return madeOfHistories<MiNet>(of);
}

} // namespace fedcctr::model
