// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/idst_cl.h"

#include "core/data/history.h"
#include "core/model/parts.h"
#include "core/models/made.h"
#include "core/models/specs/registry.h"
#include "core/nn/losses.h"

namespace fedcctr::model {

using data::Domain;
using torch::Tensor;

namespace {

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
        return {m_model.m_streams[kStreamA].whole(m_leaves, m_vectors.vectors, batch.a),
            m_model.m_streams[kStreamB].whole(m_leaves, m_vectors.vectors, batch.b),
            m_model.m_streams[kStreamM].whole(m_leaves, m_vectors.vectors, batch.merged)};
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
        const SequenceEncoder& stream = m_model.m_streams[domain == Domain::A ? kStreamA : kStreamB];
        const Tensor own = stream.whole(m_leaves, m_vectors.vectors, domain == Domain::A ? batch.a : batch.b);
        const Tensor merged = m_model.m_streams[kStreamM].whole(m_leaves, m_vectors.vectors, batch.merged);
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
    : Model(infoOf<IdstCl>(), options, dataShape(dataset, profiles, embedding.textWidth()), device)
    , m_embedding(std::move(embedding))
    , m_profileWidth(profiles ? options.profileWidth : 0)
    , m_hidden(parsedWidths(options.mlp).size())
    , m_streams{SequenceEncoder(place("A.position"), options), SequenceEncoder(place("B.position"), options),
          SequenceEncoder(place("M.position"), options)}
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
    return model::rankingLoss(positive, negative, targets, options);
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
    const auto prefixes = [&](Stream stream, const StreamBatch& sequences) {
        return m_streams[stream].prefixes(leaves, vectors.vectors, sequences.index, dropout);
    };
    const Tensor ofA = prefixes(kStreamA, batch.a);
    const Tensor ofB = prefixes(kStreamB, batch.b);
    const std::array<Tensor, 3> tables{ofA, ofB, prefixes(kStreamM, batch.merged)};

    LossTerms terms;
    for (const Domain domain : data::kDomains)
        terms.values.push_back(shareOfTargets(
            rankingLoss(domain, leaves, vectors, tables, batch, options, dropout), batch, domain));
    Tensor idra = torch::zeros_like(terms.values.front());
    Tensor cdrd = idra;

    if (options.cdrd && weights[1] > 0)
        cdrd = cdrdTerm(batch, tables, options);
    if (options.idra && weights[0] > 0)
        idra = idraTerm(leaves, vectors, batch, tables, options, dropout).mean(1);
    terms.values.push_back(idra);
    terms.values.push_back(cdrd);
    return terms;
}

/// Eq. 18, or a form of it that tells instances apart, over the targets of both domains (D_k). [K]
Tensor IdstCl::cdrdTerm(
    const Batch& batch, const std::array<Tensor, 3>& tables, const LossOptions& options) const
{
    const Tensor prefixA = ofBoth(batch, &TargetBatch::prefixA);
    const Tensor prefixB = ofBoth(batch, &TargetBatch::prefixB);
    const Tensor mask = ofBoth(batch, &TargetBatch::mask) * (prefixA > 0) * (prefixB > 0);
    const Tensor hA = atPrefix(tables[kStreamA], prefixA);
    const Tensor hB = atPrefix(tables[kStreamB], prefixB);
    const Tensor hM = atPrefix(tables[kStreamM], ofBoth(batch, &TargetBatch::prefixM));
    if (options.cdrdForm == CdrdForm::Printed)
        return model::cdrd(hA, hB, hM, options.tau, mask).mean(1);

    const std::int64_t groups = mask.size(0);
    const bool acrossUsers = options.cdrdForm == CdrdForm::Users;
    const std::int64_t pools = acrossUsers ? groups : groups * mask.size(1);
    const auto pooled = [&](const Tensor& h) { return h.reshape({pools, -1, h.size(3)}); };
    const Tensor user = torch::arange(mask.size(1), prefixA.options()).reshape({1, -1, 1});
    const auto found = [&](const Tensor& h, const Tensor& prefix) {
        // Targets after the same events of a domain have the same representation of it.
        const Tensor key = (user * (this->options().historyLength + 1) + prefix).reshape({pools, -1});
        const Tensor apart = (key.unsqueeze(2) != key.unsqueeze(1)).to(h.scalar_type());
        return contrast(pooled(hM), pooled(h), mask.reshape({pools, -1}), apart, options.tau);
    };
    return ((found(hA, prefixA) + found(hB, prefixB)) / 2).reshape({groups, -1}).mean(1);
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
        const Tensor view = m_streams[stream].prefixes(leaves, vectors.vectors, original.index, dropout);
        return idra(atPrefix(view, own), atPrefix(tables[stream], prefix), margin, mask * (own > 0));
    };
    return ofDomain(
               kStreamA, extended ? batch.original[0] : batch.a, 0, &TargetBatch::prefixA, options.alphaA)
        + ofDomain(
            kStreamB, extended ? batch.original[1] : batch.b, 1, &TargetBatch::prefixB, options.alphaB);
}

std::unique_ptr<Ranker> IdstCl::ranker(const Parameters& parameters) const
{
    return std::make_unique<WholeRanker>(*this, parameters);
}

template <> std::unique_ptr<Model> made<IdstCl>(const Ingredients& of)
{
    return std::make_unique<IdstCl>(
        of.dataset, of.options, of.device, !of.augmentation.users.empty(), of.augmentation.items);
}

} // namespace fedcctr::model
