// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/joint_model.h"

namespace fedcctr::model {

using data::Domain;
using torch::Tensor;

namespace {

/// Candidates that a ranker takes at once: each meets the history by itself.
constexpr std::int64_t kPairsAtOnce = 4096;

} // namespace

class JointModel::JointRanker : public HistoryRanker {
public:
    JointRanker(const JointModel& model, const Parameters& parameters)
        : HistoryRanker(model, parameters)
        , m_model(model)
        , m_items(everyItem(m_vectors.squeeze(0)))
    {
    }

    Tensor scores(const RankingBatch& batch, Domain domain) const override
    {
        const Leaves leaves = leavesFor(batch);
        const Histories histories = historiesOf(batch);
        const Tensor candidates = batch.candidates.unsqueeze(0).unsqueeze(2); // [1, n, 1, C]
        const std::int64_t atOnce = std::max<std::int64_t>(1, kPairsAtOnce / candidates.size(1));
        std::vector<Tensor> parts;
        Dropout none;
        for (std::int64_t first = 0; first < candidates.size(3); first += atOnce) {
            const std::int64_t count = std::min(atOnce, candidates.size(3) - first);
            parts.push_back(m_model.logits(leaves, m_vectors,
                {domain, histories, wholeHistories(batch), candidates.narrow(3, first, count), m_items,
                    batch.users.unsqueeze(0)},
                none));
        }
        return torch::cat(parts, 3).squeeze(2).squeeze(0);
    }

private:
    const JointModel& m_model;
    Tensor m_items;
};

std::vector<Tensor> JointModel::ownTerms(const Leaves& /*leaves*/, const Batch& /*batch*/,
    const Tensor& /*vectors*/, std::span<const double> /*weights*/, Dropout& /*dropout*/) const
{
    return {};
}

LossTerms JointModel::losses(const Leaves& leaves, const Batch& batch, const LossOptions& options,
    std::span<const double> weights, Dropout& dropout) const
{
    const Tensor vectors = itemVectors(leaves, batch.rows);
    const Histories histories{batch.a, batch.b, batch.merged};
    LossTerms terms;
    for (const Domain domain : data::kDomains) {
        const TargetBatch& targets = batch.targets[data::index(domain)];
        if (!batch.predicted[data::index(domain)]) {
            terms.values.push_back(torch::zeros({batch.users.size(0)}, vectors.options()));
            continue;
        }
        const Tensor positives = targets.item.unsqueeze(3);
        const Tensor negatives = targets.negatives.expand({-1, -1, targets.item.size(2), -1});
        const Tensor all = logits(leaves, vectors,
            {domain, histories, prefixesOf(targets),
                targets.label.defined() ? positives : torch::cat({positives, negatives}, 3), batch.rows,
                batch.users},
            dropout);
        const Tensor loss =
            rankingLoss(all.select(3, 0), all.narrow(3, 1, all.size(3) - 1), targets, options);
        terms.values.push_back(shareOfTargets(loss, batch, domain));
    }
    for (Tensor& term : ownTerms(leaves, batch, vectors, weights, dropout))
        terms.values.push_back(std::move(term));
    return terms;
}

std::unique_ptr<Ranker> JointModel::ranker(const Parameters& parameters) const
{
    return std::make_unique<JointRanker>(*this, parameters);
}

} // namespace fedcctr::model
