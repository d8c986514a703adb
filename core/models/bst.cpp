// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/bst.h"

#include "core/model/parts.h"
#include "core/models/specs/registry.h"

#include <limits>

namespace fedcctr::model {

using data::Domain;
using torch::Tensor;

namespace {

/// Candidates that a ranker takes at once: each is a sequence of its own.
constexpr std::int64_t kPairsAtOnce = 4096;

} // namespace

Bst::Bst(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
    std::span<const augment::ItemFeatures> features)
    : Bst(dataset, options, device, ItemEmbedding(dataset, options, features, device))
{
}

Bst::Bst(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
    ItemEmbedding embedding)
    : Model(bstInfo(), options, dataShape(dataset, false, embedding.textWidth()), device)
    , m_embedding(std::move(embedding))
    , m_blocks(ownInteger(bstInfo(), options, "bst.blocks"))
    , m_hidden(parsedWidths(options.mlp).size())
    , m_start{place("A.position"), place("B.position")}
    , m_mlp{place("A.mlp0.weight"), place("B.mlp0.weight")}
    , m_items(place("items"))
{
    if (featureWidth(options) > 0)
        m_features = place(options.features == Features::Text ? "features.weight" : "features.tokens");
}

Tensor Bst::itemVectors(const Leaves& leaves, const Tensor& rows) const
{
    return m_embedding(leaves[m_items], leaves[m_features], rows);
}

/// vectors [K, R, d] -> [K, n, T, C]
Tensor Bst::logits(
    Domain domain, const Leaves& leaves, const Tensor& vectors, const Query& query, Dropout& dropout) const
{
    const std::size_t start = m_start[data::index(domain)];
    const std::int64_t longest = options().historyLength;
    const std::int64_t groups = query.before.size(0);
    const std::int64_t length = query.history.size(2);
    const std::int64_t width = vectors.size(2);
    const std::vector<std::int64_t> shape = query.candidates.sizes().vec(); // K, n, T, C

    // Event j of a history of p events stands p - j before the candidate.
    const Tensor event = torch::arange(length, query.before.options());
    const Tensor there = event < query.before.unsqueeze(3); // [K, n, T, L]
    const Tensor position = (longest - query.before.unsqueeze(3) + event).clamp(0, longest - 1);
    const Tensor events =
        gatherRows(vectors, query.history).unsqueeze(2) + gatherRows(leaves[start], position);
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
    const Tensor share = (seen.narrow(4, 0, length) / query.before.unsqueeze(3).unsqueeze(4).clamp_min(1))
                             .to(x.scalar_type())
                             .reshape({groups, -1, length, 1});
    const Tensor history = (x.narrow(2, 0, length) * share).sum(2);
    const Tensor pooled = torch::cat({x.select(2, length), history}, 2);
    return mlp(leaves, m_mlp[data::index(domain)], 0, m_hidden, pooled, dropout).reshape(shape);
}

LossTerms Bst::losses(const Leaves& leaves, const Batch& batch, const LossOptions& options,
    std::span<const double> /*weights*/, Dropout& dropout) const
{
    const Tensor vectors = itemVectors(leaves, batch.rows);
    LossTerms terms;
    for (const Domain domain : data::kDomains) {
        const bool inA = domain == Domain::A;
        const TargetBatch& targets = batch.targets[data::index(domain)];
        const Tensor negatives = targets.negatives.expand({-1, -1, targets.item.size(2), -1});
        const Query query{inA ? batch.a.index : batch.b.index, inA ? targets.prefixA : targets.prefixB,
            torch::cat({targets.item.unsqueeze(3), negatives}, 3)};
        const Tensor all = logits(domain, leaves, vectors, query, dropout);
        const Tensor loss =
            rankingLoss(all.select(3, 0), all.narrow(3, 1, all.size(3) - 1), targets.mask, options);
        terms.values.push_back(shareOfTargets(loss, batch, domain));
    }
    return terms;
}

class Bst::JointRanker : public Ranker {
public:
    JointRanker(const Bst& model, const Parameters& parameters)
        : m_model(model)
        , m_leaves(wholeModel(parameters))
        , m_vectors(model.itemVectors(m_leaves, everyItem(parameters[model.m_items])))
    {
    }

    Tensor itemVectors() const override { return m_vectors.squeeze(0); }

    Tensor scores(const RankingBatch& batch, Domain domain) const override
    {
        const StreamBatch& own = domain == Domain::A ? batch.a : batch.b;
        const Tensor candidates = batch.candidates.unsqueeze(0).unsqueeze(2); // [1, n, 1, C]
        const std::int64_t atOnce = std::max<std::int64_t>(1, kPairsAtOnce / candidates.size(1));
        std::vector<Tensor> parts;
        Dropout none;
        for (std::int64_t first = 0; first < candidates.size(3); first += atOnce) {
            const std::int64_t count = std::min(atOnce, candidates.size(3) - first);
            parts.push_back(m_model.logits(domain, m_leaves, m_vectors,
                {own.index, own.length.unsqueeze(2), candidates.narrow(3, first, count)}, none));
        }
        return torch::cat(parts, 3).squeeze(2).squeeze(0);
    }

private:
    const Bst& m_model;
    Leaves m_leaves;
    Tensor m_vectors; ///< [1, items, d]
};

std::unique_ptr<Ranker> Bst::ranker(const Parameters& parameters) const
{
    return std::make_unique<JointRanker>(*this, parameters);
}

} // namespace fedcctr::model
