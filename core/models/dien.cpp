// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/dien.h"

#include "core/models/made.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

using data::Domain;
using torch::Tensor;

Dien::Dien(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
    std::span<const augment::ItemFeatures> features)
    : JointModel(infoOf<Dien>(), dataset, options, device, features)
    , m_hidden(parsedWidths(options.mlp).size())
    , m_extractor(places("extract.input.weight"))
    , m_attend(places("attend"))
    , m_evolver(places("evolve.input.weight"))
    , m_mlp(places("mlp0.weight"))
{
}

Tensor Dien::logits(const Leaves& leaves, const Tensor& vectors, const Query& query, Dropout& dropout) const
{
    const std::size_t d = data::index(query.domain);
    const std::vector<std::int64_t> shape = query.candidates.sizes().vec(); // K, n, T, C
    const Tensor events = dropout(gatherRows(vectors, query.histories.of(query.domain).index));
    const std::int64_t length = events.size(2);
    const Tensor states = Gru(m_extractor[d]).states(leaves, events).narrow(2, 1, length); // [K, n, L, v]

    // A target's candidates one after the other: Q = T C.
    const Tensor candidates = gatherRows(vectors, query.candidates).flatten(2, 3); // [K, n, Q, v]
    const Tensor there = standBefore(query.before.of(query.domain), length, vectors.scalar_type())
                             .unsqueeze(3)
                             .expand({-1, -1, -1, shape[3], -1})
                             .flatten(2, 3); // [K, n, Q, L]
    const Tensor asked = torch::matmul(candidates, product(states, leaves[m_attend[d]]).transpose(2, 3));
    const Tensor interest = Gru(m_evolver[d]).evolved(leaves, states, maskedSoftmax(asked, there));
    const Tensor all = torch::cat({interest, candidates}, 3).flatten(1, 2);
    return mlp(leaves, m_mlp[d], 0, m_hidden, all, dropout).reshape(shape);
}

/// Eq. 6 over the events of all users of a group. [K]
Tensor Dien::auxiliary(const Leaves& leaves, const Batch& batch, const Tensor& vectors, Domain domain) const
{
    const std::size_t d = data::index(domain);
    const StreamBatch& history = domain == Domain::A ? batch.a : batch.b;
    const std::int64_t length = history.index.size(2);
    const Tensor events = gatherRows(vectors, history.index);
    const Tensor states = Gru(m_extractor[d]).states(leaves, events);
    // The state before event j and that event; of the first there is none.
    const Tensor before = states.narrow(2, 1, length - 1);
    const Tensor random = batch.targets[d].negatives.select(2, 0); // [K, n, N]
    const Tensor place = torch::arange(length - 1, random.options()).remainder(random.size(2));
    const Tensor right = (before * events.narrow(2, 1, length - 1)).sum(3);
    const Tensor wrong = (before * gatherRows(vectors, random.index_select(2, place))).sum(3);
    // Random items are there where the user has a target.
    const Tensor mask =
        standBefore((history.length - 1).clamp_min(0).unsqueeze(2), length - 1, vectors.scalar_type())
            .squeeze(2)
        * batch.targets[d].mask.narrow(2, 0, 1);
    const Tensor each = (torch::softplus(-right) + torch::softplus(wrong)) / 2;
    return (each * mask).sum({1, 2}) / mask.sum({1, 2}).clamp_min(1);
}

std::vector<Tensor> Dien::ownTerms(const Leaves& leaves, const Batch& batch, const Tensor& vectors,
    std::span<const double> weights, Dropout& /*dropout*/) const
{
    if (weights[0] == 0)
        return {torch::zeros({batch.users.size(0)}, vectors.options())};
    return {auxiliary(leaves, batch, vectors, Domain::A) + auxiliary(leaves, batch, vectors, Domain::B)};
}

template <> std::unique_ptr<Model> made<Dien>(const Ingredients& of)
{
    return madeOfHistories<Dien>(of);
}

} // namespace fedcctr::model
