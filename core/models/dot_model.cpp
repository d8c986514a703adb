// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/dot_model.h"

#include "core/base/error.h"

namespace fedcctr::model {

using data::Domain;
using torch::Tensor;

namespace {

/// user [K, n, T, v], vectors [K, R, v], biases [K, R], rows [K, n, T, C], or [K, n, 1, C] for all targets of
/// a user -> [K, n, T, C]
Tensor logits(const Tensor& user, const Tensor& vectors, const Tensor& biases, const Tensor& rows)
{
    const Tensor own = gatherRows(vectors, rows);
    const Tensor bias = gatherRows(biases.unsqueeze(2), rows).squeeze(-1);
    if (rows.size(2) == 1)
        return torch::matmul(user, own.squeeze(2).transpose(2, 3)) + bias;
    return torch::matmul(own, user.unsqueeze(4)).squeeze(4) + bias;
}

} // namespace

class DotModel::DotRanker : public HistoryRanker {
public:
    DotRanker(const DotModel& model, const Parameters& parameters)
        : HistoryRanker(model, parameters)
        , m_model(model)
        , m_biases(model.biases(m_leaves))
        , m_candidates{model.candidateVectors(Domain::A, m_leaves, m_vectors),
              model.candidateVectors(Domain::B, m_leaves, m_vectors)}
    {
    }

    Tensor scores(const RankingBatch& batch, Domain domain) const override
    {
        return logits(user(batch, domain), m_candidates[data::index(domain)], m_biases,
            batch.candidates.unsqueeze(0).unsqueeze(2))
            .squeeze(2)
            .squeeze(0);
    }

    Tensor scoresOfRange(
        RankingBatch batch, Domain domain, std::int64_t first, std::int64_t count) const override
    {
        const Tensor vectors = m_candidates[data::index(domain)].squeeze(0).narrow(0, first, count);
        return torch::addmm(m_biases.squeeze(0).narrow(0, first, count),
            user(batch, domain).squeeze(2).squeeze(0), vectors.t());
    }

    std::array<Tensor, 3> representations(const RankingBatch& batch) const override
    {
        Dropout none;
        return m_model.wholeRepresentations(
            m_model.encode(leavesFor(batch), m_vectors, historiesOf(batch), none), wholeHistories(batch));
    }

private:
    /// [1, n, 1, v]
    Tensor user(const RankingBatch& batch, Domain domain) const
    {
        Dropout none;
        const Leaves leaves = leavesFor(batch);
        return m_model.userVectors(domain, leaves,
            m_model.encode(leaves, m_vectors, historiesOf(batch), none), wholeHistories(batch));
    }

    const DotModel& m_model;
    Tensor m_biases; ///< [1, items]
    std::array<Tensor, 2> m_candidates; ///< by domain, [1, items, v]
};

Tensor DotModel::biases(const Leaves& leaves) const
{
    const Tensor& table = leaves[items()];
    return table.size(2) > options().idWidth ? table.select(2, options().idWidth)
                                             : torch::zeros(table.sizes().slice(0, 2), table.options());
}

Tensor DotModel::candidateVectors(Domain /*domain*/, const Leaves& /*leaves*/, const Tensor& vectors) const
{
    return vectors;
}

std::vector<Tensor> DotModel::ownTerms(
    const Training& /*of*/, std::span<const double> /*weights*/, Dropout& /*dropout*/) const
{
    return {};
}

std::array<Tensor, 3> DotModel::wholeRepresentations(
    const Encoded& /*encoded*/, const Prefixes& /*before*/) const
{
    throw Error("model.architecture: this model has no representations of users to show; choose another run");
}

LossTerms DotModel::losses(const Leaves& leaves, const Batch& batch, const LossOptions& options,
    std::span<const double> weights, Dropout& dropout) const
{
    const Tensor vectors = itemVectors(leaves, batch.rows);
    const Encoded encoded = encode(leaves, vectors, {batch.a, batch.b, batch.merged}, dropout);
    const Tensor bias = biases(leaves);
    LossTerms terms;
    for (const Domain domain : data::kDomains) {
        const TargetBatch& targets = batch.targets[data::index(domain)];
        const Tensor user = userVectors(domain, leaves, encoded, prefixesOf(targets));
        const Tensor candidates = candidateVectors(domain, leaves, vectors);
        const Tensor positive = logits(user, candidates, bias, targets.item.unsqueeze(3)).squeeze(3);
        const Tensor negative = logits(user, candidates, bias, targets.negatives);
        terms.values.push_back(
            shareOfTargets(rankingLoss(positive, negative, targets, options), batch, domain));
    }
    for (Tensor& term : ownTerms({leaves, batch, vectors, encoded}, weights, dropout))
        terms.values.push_back(std::move(term));
    return terms;
}

std::unique_ptr<Ranker> DotModel::ranker(const Parameters& parameters) const
{
    return std::make_unique<DotRanker>(*this, parameters);
}

} // namespace fedcctr::model
