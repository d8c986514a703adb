// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/cdanet.h"

#include "core/models/made.h"
#include "core/models/selection.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

using data::Domain;
using torch::Tensor;

CdaNet::CdaNet(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
    std::span<const augment::ItemFeatures> features)
    : CtrModel(infoOf<CdaNet>(), dataset, options, device, features)
    , m_tower(places("tower.weight"))
    , m_translate(places("translate.weight"))
    , m_head(places("head.weight"))
    , m_length(ownInteger(infoOf<CdaNet>(), options, "cdanet.length"))
{
}

CdaNet::Features CdaNet::featuresOf(const Asked& asked) const
{
    const std::size_t d = asked.domain;
    const Domain domain = asked.query.domain;
    const Tensor history = meanOf(newestOf(events(asked, domain), before(asked, domain), m_length));
    const Tensor all = torch::cat({users(asked), asked.candidates, history}, 3);
    Features features;
    features.own = torch::relu(linearOver(all, asked.leaves[m_tower[d]], asked.leaves[m_tower[d] + 1]));
    features.translated =
        linearOver(features.own, asked.leaves[m_translate[d]], asked.leaves[m_translate[d] + 1]);
    return features;
}

Tensor CdaNet::interests(const Asked& asked) const
{
    const Features features = featuresOf(asked);
    return torch::cat({features.own, features.translated}, 3);
}

/// Of the heads of both domains on the targets of one, [K].
Tensor CdaNet::translation(
    const Leaves& leaves, const Batch& batch, const Tensor& vectors, Domain domain) const
{
    const std::size_t d = data::index(domain);
    const TargetBatch& targets = batch.targets[d];
    const Histories histories{batch.a, batch.b, batch.merged};
    const Tensor negatives = targets.negatives.expand({-1, -1, targets.item.size(2), -1});
    const Query query{domain, histories, prefixesOf(targets),
        torch::cat({targets.item.unsqueeze(3), negatives}, 3), batch.rows, batch.users};
    const Features features =
        featuresOf({leaves, vectors, query, d, gatherRows(vectors, query.candidates).flatten(2, 3)});
    const LossOptions plain; // binary cross-entropy
    const auto lossOf = [&](const Tensor& x, std::size_t head) {
        const Tensor logits = linearOver(x, leaves[head], leaves[head + 1]).reshape(query.candidates.sizes());
        const Tensor loss =
            rankingLoss(logits.select(3, 0), logits.narrow(3, 1, logits.size(3) - 1), targets, plain);
        return shareOfTargets(loss, batch, domain);
    };
    return lossOf(features.own, m_head[d]) + lossOf(features.translated, m_head[1 - d]);
}

std::vector<Tensor> CdaNet::ownTerms(const Leaves& leaves, const Batch& batch, const Tensor& vectors,
    std::span<const double> weights, Dropout& /*dropout*/) const
{
    Tensor sum = torch::zeros({batch.users.size(0)}, vectors.options());
    for (const Domain domain : data::kDomains)
        if (weights[0] > 0 && batch.predicted[data::index(domain)])
            sum = sum + translation(leaves, batch, vectors, domain);
    return {sum};
}

template <> std::unique_ptr<Model> made<CdaNet>(const Ingredients& of)
{
    return madeOfHistories<CdaNet>(of);
}

} // namespace fedcctr::model
