// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/idst_cl.h"

#include "core/data/history.h"
#include "core/model/parts.h"
#include "core/models/specs/registry.h"
#include "core/nn/losses.h"

#include <limits>

namespace fedcctr::model {

using data::Domain;
using torch::Tensor;

namespace {

/// table [K, n, P, d], index [K, n, T] -> [K, n, T, d]
Tensor atPrefix(const Tensor& table, const Tensor& index)
{
    const std::int64_t groups = table.size(0);
    const std::int64_t users = table.size(1);
    return gatherRows(
        table.reshape({groups * users, table.size(2), table.size(3)}), index.reshape({groups * users, -1}))
        .reshape({groups, users, index.size(2), table.size(3)});
}

/// A member of the targets of both domains, one after the other. [K, n, T_A + T_B]
Tensor ofBoth(const Batch& batch, Tensor TargetBatch::*member)
{
    return torch::cat({batch.targets[0].*member, batch.targets[1].*member}, 2);
}

/// How much an item's own row counts that n users have in training events: (n - 1) / (n - 1 + shrinkage).
/// The row of an item that one user has would only know that user. [items]
Tensor sharesOfRows(const data::Dataset& dataset, double shrinkage)
{
    Tensor users = torch::zeros({dataset.itemCount()}, torch::kFloat64);
    for (std::size_t user = 0; user < dataset.userCount(); ++user)
        for (const data::ItemId item : data::trainingItems(dataset, user))
            users.data_ptr<double>()[item] += 1;
    const Tensor others = (users - 1).clamp_min(0);
    return (others / (others + shrinkage)).to(torch::kFloat32);
}

} // namespace

/// Holds the parameters and the vectors of all items.
class IdstCl::WholeRanker : public Ranker {
public:
    WholeRanker(const IdstCl& model, const Parameters& parameters)
        : m_model(model)
        , m_leaves(wholeModel(parameters))
        , m_vectors(model.itemVectors(m_leaves, everyItem(parameters[model.m_items])))
    {
    }

    std::array<Tensor, 3> representations(const RankingBatch& batch) const override
    {
        return {m_model.representation(kStreamA, m_leaves, m_vectors, batch.a),
            m_model.representation(kStreamB, m_leaves, m_vectors, batch.b),
            m_model.representation(kStreamM, m_leaves, m_vectors, batch.merged)};
    }

    Tensor itemVectors() const override { return m_vectors.vectors.squeeze(0); }

    Tensor scores(const RankingBatch& batch, Domain domain) const override
    {
        Dropout none;
        const Tensor candidates = batch.candidates.unsqueeze(0).unsqueeze(2);
        Tensor scores = m_model.score(domain, m_leaves, side(batch, domain), m_vectors, candidates, none);
        if (m_model.m_wide)
            scores = scores + wide(batch, domain, candidates);
        return scores.squeeze(2).squeeze(0);
    }

    Tensor scoresOfRange(
        RankingBatch batch, Domain domain, std::int64_t first, std::int64_t count) const override
    {
        if (m_model.options().scorer != Scorer::Dot)
            return Ranker::scoresOfRange(std::move(batch), domain, first, count);
        const Tensor vectors = m_vectors.vectors.squeeze(0).narrow(0, first, count);
        const Tensor biases = m_vectors.biases.squeeze(0).narrow(0, first, count);
        const Tensor scores = torch::addmm(biases, side(batch, domain).squeeze(2).squeeze(0), vectors.t());
        if (!m_model.m_wide)
            return scores;
        const Tensor range = torch::arange(first, first + count, batch.users.options());
        return scores
            + wide(batch, domain, range.expand({1, scores.size(0), 1, count})).squeeze(2).squeeze(0);
    }

private:
    /// Of the users, with a target each. [1, n, 1, …]
    Tensor side(const RankingBatch& batch, Domain domain) const
    {
        // The other domain's stream does not matter.
        const Tensor own = m_model.representation(domain == Domain::A ? kStreamA : kStreamB, m_leaves,
            m_vectors, domain == Domain::A ? batch.a : batch.b);
        const Tensor merged = m_model.representation(kStreamM, m_leaves, m_vectors, batch.merged);
        const Tensor user = torch::cat({own, merged}, 1).unsqueeze(0).unsqueeze(2);
        return m_model.userSide(domain, m_leaves, m_model.withProfile(m_leaves, batch.profile, user));
    }

    /// candidates [1, n, 1, C] items -> [1, n, 1, C]
    Tensor wide(const RankingBatch& batch, Domain domain, const Tensor& candidates) const
    {
        return (*m_model.m_wide)(domain, m_leaves[m_model.m_wideWeights[data::index(domain)]],
            {.users = batch.users.unsqueeze(0),
                .items = everyItem(m_leaves[m_model.m_items].squeeze(0)),
                .history = batch.merged.index,
                .prefix = batch.merged.length.unsqueeze(2),
                .own = candidates,
                .shared = Tensor()});
    }

    const IdstCl& m_model;
    Leaves m_leaves;
    ItemVectors m_vectors;
};

IdstCl::IdstCl(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
    bool profiles, std::span<const augment::ItemFeatures> features)
    : IdstCl(dataset, options, device, profiles, ItemEmbedding(dataset, options, features, device))
{
}

IdstCl::IdstCl(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
    bool profiles, ItemEmbedding embedding)
    : Model(idstClInfo(), options, dataShape(dataset, profiles, embedding.textWidth()), device)
    , m_embedding(std::move(embedding))
    , m_profileWidth(profiles ? options.profileWidth : 0)
    , m_hidden(parsedWidths(options.mlp).size())
    , m_streamStart{place("A.position"), place("B.position"), place("M.position")}
    , m_scorerStart{place(options.scorer == Scorer::Dot ? "A.user.weight" : "A.mlp0.weight"),
          place(options.scorer == Scorer::Dot ? "B.user.weight" : "B.mlp0.weight")}
    , m_items(place("items"))
{
    if (profiles)
        m_profile = place("profile.tokens");
    if (featureWidth(options) > 0)
        m_features = place(options.features == Features::Text ? "features.weight" : "features.tokens");
    if (const double shrinkage = shrinkageOf(options); shrinkage > 0)
        m_shares = sharesOfRows(dataset, shrinkage).to(device);
    if (wideOf(options) != Wide::None) {
        m_wide.emplace(dataset, wideOf(options));
        m_wideWeights = {place("A.wide"), place("B.wide")};
    }
}

IdstCl::ItemVectors IdstCl::itemVectors(const Leaves& leaves, const Tensor& rows) const
{
    Tensor table = leaves[m_items];
    if (m_shares.defined())
        table = table
            * m_shares.index_select(0, rows.reshape({-1}))
                  .reshape(rows.sizes())
                  .unsqueeze(2)
                  .to(table.dtype());
    return {m_embedding(table, leaves[m_features], rows),
        options().scorer == Scorer::Dot ? table.select(2, options().idWidth) : Tensor()};
}

/// The transformer's input: item vectors with positions. index [K, n, L] -> [K, n, L, d]
Tensor IdstCl::input(Stream stream, const Leaves& leaves, const ItemVectors& vectors, const Tensor& index,
    Dropout& dropout) const
{
    const std::int64_t length = index.size(2);
    Tensor x = gatherRows(vectors.vectors, index);
    if (options().historyDropout > 0)
        x = dropout.rows(x, options().historyDropout);
    const std::size_t start = m_streamStart[stream];
    const Tensor position = leaves[start].narrow(1, 0, length).unsqueeze(1);
    if (options().combine == Combine::Sum)
        x = x + position;
    else if (options().positionWidth > 0)
        x = torch::cat({x, position.expand({-1, x.size(1), -1, -1})}, 3);
    if (options().inputNorm)
        x = layerNorm(x.reshape({x.size(0), -1, x.size(3)}), leaves[start + 1], leaves[start + 2])
                .reshape(x.sizes());
    return dropout(x);
}

Tensor IdstCl::encode(
    Stream stream, const Leaves& leaves, Tensor x, const Tensor& bias, Dropout& dropout) const
{
    const std::size_t layersStart = m_streamStart[stream] + (options().inputNorm ? 3 : 1);
    for (int i = 0; i < options().layers; ++i) {
        const std::size_t first = layersStart + static_cast<std::size_t>(i) * kTensorsPerLayer;
        x = encoderLayer(x, encoderLayerAt(leaves, first), options().heads, bias, dropout);
    }
    return x;
}

/// Representations of all prefixes of length 1 … L, encoded one by one. x [K, n, L, d] -> [K, n, L, d]
Tensor IdstCl::everyPrefix(Stream stream, const Leaves& leaves, const Tensor& x, Dropout& dropout) const
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
        encode(stream, leaves, copies, bias, ofPrefix).reshape({groups, users, length, length, x.size(3)});
    if (options().pooling == Pooling::Last)
        return outputs.diagonal(0, 2, 3).transpose(2, 3);
    const Tensor seen = torch::ones({length, length}, x.options()).tril_();
    return torch::einsum("knpld,pl->knpd", {outputs, seen / seen.sum(1, true)});
}

/// Representations of the prefixes of length 0 … L of each sequence, [K, n, L + 1, d]; the empty one is 0.
Tensor IdstCl::prefixes(Stream stream, const Leaves& leaves, const ItemVectors& vectors,
    const StreamBatch& batch, Dropout& dropout) const
{
    const Tensor x = input(stream, leaves, vectors, batch.index, dropout);
    const std::int64_t length = x.size(2);
    Tensor pooled;
    if (options().attention == Attention::Bidirectional) {
        pooled = everyPrefix(stream, leaves, x, dropout);
    } else {
        pooled = encode(stream, leaves, x, causalBias(length, x.options()), dropout);
        if (options().pooling == Pooling::Mean)
            pooled = pooled.cumsum(2) / torch::arange(1, length + 1, x.options()).unsqueeze(1);
    }
    return torch::cat({torch::zeros({x.size(0), x.size(1), 1, x.size(3)}, x.options()), pooled}, 2);
}

/// [h^d, h^M] with the profile embedding beside it. user [K, n, T, 2 d] -> [K, n, T, 2 d + p]
Tensor IdstCl::withProfile(const Leaves& leaves, const ProfileBatch& profile, const Tensor& user) const
{
    if (m_profileWidth == 0)
        return user;
    Tensor embedding = torch::zeros({user.size(0), user.size(1), m_profileWidth}, user.options());
    if (profile.tokens.defined())
        embedding = (gatherRows(leaves[m_profile], profile.tokens) * profile.weights.unsqueeze(3)).sum(2);
    return torch::cat({user, embedding.unsqueeze(2).expand({-1, -1, user.size(2), -1})}, 3);
}

/// What the scorer needs of the user, computed once for all candidates: the projection, or the user's half of
/// the MLP's first layer. user [K, n, T, 2 d + p] -> [K, n, T, …]
Tensor IdstCl::userSide(Domain domain, const Leaves& leaves, const Tensor& user) const
{
    const std::size_t first = m_scorerStart[data::index(domain)];
    const bool dot = options().scorer == Scorer::Dot;
    const Tensor flat = user.reshape({user.size(0), -1, user.size(3)});
    const Tensor weight = dot ? leaves[first] : leaves[first].narrow(1, 0, user.size(3));
    return linear(flat, weight, leaves[first + 1]).reshape({user.size(0), user.size(1), user.size(2), -1});
}

/// items [K, n, T, C] rows, or [K, n, 1, C] for all targets of a user -> logits [K, n, T, C]
Tensor IdstCl::score(Domain domain, const Leaves& leaves, const Tensor& side, const ItemVectors& items,
    const Tensor& rows, Dropout& dropout) const
{
    const Tensor vectors = gatherRows(items.vectors, rows);
    if (options().scorer == Scorer::Mlp)
        return mlpScore(m_scorerStart[data::index(domain)], leaves, side, vectors, dropout);
    const Tensor biases = gatherRows(items.biases.unsqueeze(2), rows).squeeze(-1);
    if (rows.size(2) == 1)
        return torch::matmul(side, vectors.squeeze(2).transpose(2, 3)) + biases;
    return torch::matmul(vectors, side.unsqueeze(4)).squeeze(4) + biases;
}

Tensor IdstCl::mlpScore(std::size_t first, const Leaves& leaves, const Tensor& side, const Tensor& vectors,
    Dropout& dropout) const
{
    const std::int64_t groups = side.size(0);
    const std::int64_t width = vectors.size(4);
    const Tensor weight = leaves[first].narrow(1, leaves[first].size(1) - width, width);
    const Tensor ofItem = torch::bmm(vectors.reshape({groups, -1, width}), weight)
                              .reshape({groups, vectors.size(1), vectors.size(2), vectors.size(3), -1});
    const Tensor summed = torch::relu(side.unsqueeze(3) + ofItem);
    const Tensor hidden =
        mlp(leaves, first, 1, m_hidden, summed.reshape({groups, -1, summed.size(4)}), dropout);
    return hidden.reshape({groups, summed.size(1), summed.size(2), summed.size(3)});
}

Tensor IdstCl::rankingLoss(Domain domain, const Leaves& leaves, const ItemVectors& vectors,
    const std::array<Tensor, 3>& tables, const Batch& batch, const LossOptions& options,
    Dropout& dropout) const
{
    const bool inA = domain == Domain::A;
    const TargetBatch& targets = batch.targets[data::index(domain)];
    const Tensor own = atPrefix(tables[inA ? kStreamA : kStreamB], inA ? targets.prefixA : targets.prefixB);
    const Tensor user =
        withProfile(leaves, batch.profile, torch::cat({own, atPrefix(tables[kStreamM], targets.prefixM)}, 3));
    const Tensor side = userSide(domain, leaves, user);
    Tensor positive = score(domain, leaves, side, vectors, targets.item.unsqueeze(3), dropout).squeeze(3);
    Tensor negative = score(domain, leaves, side, vectors, targets.negatives, dropout);
    if (m_wide) {
        const Tensor wide = wideLogits(domain, leaves, batch);
        positive = positive + wide.select(3, 0);
        negative = negative + wide.narrow(3, 1, wide.size(3) - 1);
    }
    return model::rankingLoss(positive, negative, targets.mask, options);
}

/// Of the targets and then of their negatives. [K, n, T, 1 + N]
Tensor IdstCl::wideLogits(Domain domain, const Leaves& leaves, const Batch& batch) const
{
    const TargetBatch& targets = batch.targets[data::index(domain)];
    const Tensor positive = targets.item.unsqueeze(3);
    const bool shared = targets.negatives.size(2) != positive.size(2);
    return (*m_wide)(domain, leaves[m_wideWeights[data::index(domain)]],
        {.users = batch.users,
            .items = batch.rows,
            .history = batch.merged.index,
            .prefix = targets.prefixM,
            .own = shared ? positive : torch::cat({positive, targets.negatives}, 3),
            .shared = shared ? targets.negatives : Tensor()});
}

LossTerms IdstCl::losses(const Leaves& leaves, const Batch& batch, const LossOptions& options,
    std::span<const double> weights, Dropout& dropout) const
{
    const ItemVectors vectors = itemVectors(leaves, batch.rows);
    const std::array<Tensor, 3> tables{prefixes(kStreamA, leaves, vectors, batch.a, dropout),
        prefixes(kStreamB, leaves, vectors, batch.b, dropout),
        prefixes(kStreamM, leaves, vectors, batch.merged, dropout)};

    LossTerms terms;
    for (const Domain domain : data::kDomains)
        terms.values.push_back(shareOfTargets(
            rankingLoss(domain, leaves, vectors, tables, batch, options, dropout), batch, domain));
    Tensor idra = torch::zeros_like(terms.values.front());
    Tensor cdrd = idra;

    // D_k of Eq. 17 and 18: the targets of both domains.
    if (options.cdrd && weights[1] > 0) {
        const Tensor prefixA = ofBoth(batch, &TargetBatch::prefixA);
        const Tensor prefixB = ofBoth(batch, &TargetBatch::prefixB);
        const Tensor both = ofBoth(batch, &TargetBatch::mask) * (prefixA > 0) * (prefixB > 0);
        cdrd = model::cdrd(atPrefix(tables[kStreamA], prefixA), atPrefix(tables[kStreamB], prefixB),
            atPrefix(tables[kStreamM], ofBoth(batch, &TargetBatch::prefixM)), options.tau, both)
                   .mean(1);
    }
    if (options.idra && weights[0] > 0)
        idra = idraTerm(leaves, vectors, batch, tables, options, dropout).mean(1);
    terms.values.push_back(idra);
    terms.values.push_back(cdrd);
    return terms;
}

/// Eq. 17 between the augmented sequences, which the tables hold, and the original ones. Without augmented
/// sequences the two views differ by their dropout masks only.
Tensor IdstCl::idraTerm(const Leaves& leaves, const ItemVectors& vectors, const Batch& batch,
    const std::array<Tensor, 3>& tables, const LossOptions& options, Dropout& dropout) const
{
    const bool extended = batch.liked.defined();
    const Tensor mask = ofBoth(batch, &TargetBatch::mask);
    const auto ofDomain = [&](Stream stream, const StreamBatch& original, std::int64_t d,
                              Tensor TargetBatch::*member, double margin) {
        const Tensor prefix = ofBoth(batch, member);
        const Tensor own = extended ? (prefix - batch.liked.select(0, d).unsqueeze(2)).clamp_min(0) : prefix;
        const Tensor view = prefixes(stream, leaves, vectors, original, dropout);
        return idra(atPrefix(view, own), atPrefix(tables[stream], prefix), margin, mask * (own > 0));
    };
    return ofDomain(
               kStreamA, extended ? batch.original[0] : batch.a, 0, &TargetBatch::prefixA, options.alphaA)
        + ofDomain(
            kStreamB, extended ? batch.original[1] : batch.b, 1, &TargetBatch::prefixB, options.alphaB);
}

/// Of whole histories, [n, d].
Tensor IdstCl::representation(
    Stream stream, const Leaves& leaves, const ItemVectors& vectors, const StreamBatch& sequences) const
{
    Dropout none;
    if (options().attention == Attention::Causal)
        return atPrefix(prefixes(stream, leaves, vectors, sequences, none), sequences.length.unsqueeze(2))
            .select(2, 0)
            .squeeze(0);
    // Of all prefixes the last one alone. An empty history looks at its padding, and is 0 in the end.
    const Tensor x = input(stream, leaves, vectors, sequences.index, none);
    const Tensor length = sequences.length.reshape({-1, 1});
    const Tensor there = torch::arange(x.size(2), length.options()) < length.clamp_min(1);
    const Tensor bias = torch::zeros(there.sizes(), x.options())
                            .masked_fill(~there, -std::numeric_limits<double>::infinity());
    const Tensor outputs = encode(stream, leaves, x, bias.unsqueeze(1).unsqueeze(1), none).squeeze(0);
    const Tensor pooled = options().pooling == Pooling::Last
        ? gatherRows(outputs, (length - 1).clamp_min(0)).squeeze(1)
        : (outputs * there.unsqueeze(2)).sum(1) / length.clamp_min(1);
    return pooled * (length > 0);
}

std::unique_ptr<Ranker> IdstCl::ranker(const Parameters& parameters) const
{
    return std::make_unique<WholeRanker>(*this, parameters);
}

} // namespace fedcctr::model
