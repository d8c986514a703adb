// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/lcn.h"

#include "core/models/activation_unit.h"
#include "core/models/made.h"
#include "core/models/selection.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

using data::Domain;
using torch::Tensor;

Lcn::Lcn(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
    std::span<const augment::ItemFeatures> features)
    : CtrModel(infoOf<Lcn>(), dataset, options, device, features)
    , m_unit(places("unit.event.weight"))
    , m_coarse(places("coarse"))
    , m_query(places("pyramid.query"))
    , m_bridge(places("bridge"))
    , m_length(ownInteger(infoOf<Lcn>(), options, "lcn.length"))
    , m_tau(ownNumber(infoOf<Lcn>(), options, "lcn.tau"))
{
}

Tensor Lcn::interests(const Asked& asked) const
{
    constexpr std::int64_t kWiden = 4; // of the first level over the second
    const Domain source = other(asked.query.domain);
    const std::size_t d = asked.domain;
    const Tensor lifelong = product(events(asked, source), asked.leaves[m_bridge[d]]); // [K, n, L, v]
    const Tensor valid = before(asked, source);

    const Tensor narrow = product(lifelong, asked.leaves[m_coarse[d]]);
    const Tensor coarse =
        torch::matmul(product(asked.candidates, asked.leaves[m_coarse[d]]), narrow.transpose(2, 3));
    const Chosen wide = bestOf(lifelong, coarse, valid, kWiden * m_length);
    const Tensor queries = product(asked.candidates, asked.leaves[m_query[d]]);
    const Tensor keys = product(wide.events, asked.leaves[m_query[d] + 1]); // [K, n, Q or 1, l, v]
    const Tensor fine = torch::matmul(keys, queries.unsqueeze(4)).squeeze(4); // [K, n, Q, l]
    const Tensor best = amongBest(fine, wide.there, m_length);
    const Tensor fromSource =
        attended(queries, keys, product(wide.events, asked.leaves[m_query[d] + 2]), best);

    const Domain own = asked.query.domain;
    const Chosen newest = newestOf(events(asked, own), before(asked, own), m_length);
    const Tensor inOwn =
        ActivationUnit(m_unit[d]).interest(asked.leaves, newest.events, asked.candidates, newest.there);
    return torch::cat({fromSource, inOwn}, 3);
}

/// [K]
Tensor Lcn::contrast(const Leaves& leaves, const Batch& batch, const Tensor& vectors, Domain domain) const
{
    const TargetBatch& targets = batch.targets[data::index(domain)];
    const Histories histories{batch.a, batch.b, batch.merged};
    const Tensor events = product(
        gatherRows(vectors, histories.of(other(domain)).index), leaves[m_bridge[data::index(domain)]]);
    const Tensor there =
        standBefore(prefixesOf(targets).of(other(domain)), events.size(2), vectors.scalar_type());
    const Tensor known = meanOf(Chosen{events.unsqueeze(2), there}).unsqueeze(3); // [K, n, T, 1, v]
    const Tensor right =
        cosine(known, gatherRows(vectors, targets.item.unsqueeze(3))) / m_tau; // [K, n, T, 1]
    const Tensor wrong =
        cosine(known, gatherRows(vectors, targets.negatives).expand({-1, -1, targets.item.size(2), -1, -1}))
        / m_tau;
    const Tensor each = torch::logsumexp(torch::cat({right, wrong}, 3), 3) - right.squeeze(3);
    const Tensor positive = targets.label.defined() ? targets.mask * targets.label : targets.mask;
    const Tensor mask = positive * (there.sum(3) > 0).to(vectors.scalar_type());
    return (each * mask).sum({1, 2}) / mask.sum({1, 2}).clamp_min(1);
}

std::vector<Tensor> Lcn::ownTerms(const Leaves& leaves, const Batch& batch, const Tensor& vectors,
    std::span<const double> weights, Dropout& /*dropout*/) const
{
    if (weights[0] == 0)
        return {torch::zeros({batch.users.size(0)}, vectors.options())};
    return {contrast(leaves, batch, vectors, Domain::A) + contrast(leaves, batch, vectors, Domain::B)};
}

template <> std::unique_ptr<Model> made<Lcn>(const Ingredients& of)
{
    return madeOfHistories<Lcn>(of);
}

} // namespace fedcctr::model
