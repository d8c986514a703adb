// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/ctr_model.h"

#include "core/models/selection.h"

namespace fedcctr::model {

using data::Domain;
using torch::Tensor;

CtrModel::CtrModel(const ModelInfo& info, const data::Dataset& dataset, const ModelOptions& options,
    const torch::Device& device, std::span<const augment::ItemFeatures> features)
    : JointModel(info, dataset, options, device, features)
    , m_hidden(parsedWidths(options.mlp).size())
    , m_mlp(places("mlp0.weight"))
    , m_users(place("users"))
{
}

Tensor CtrModel::besideMlp(const Asked& /*asked*/, const Tensor& /*users*/) const
{
    return {};
}

Tensor CtrModel::events(const Asked& asked, Domain domain) const
{
    return gatherRows(asked.vectors, asked.query.histories.of(domain).index);
}

Tensor CtrModel::before(const Asked& asked, Domain domain) const
{
    const Tensor there = standBefore(asked.query.before.of(domain),
        asked.query.histories.of(domain).index.size(2), asked.vectors.scalar_type());
    return perCandidate(there, asked.query.candidates.size(3));
}

Tensor CtrModel::users(const Asked& asked) const
{
    return asked.leaves[m_users].unsqueeze(2).expand_as(asked.candidates);
}

Tensor CtrModel::logits(
    const Leaves& leaves, const Tensor& vectors, const Query& query, Dropout& dropout) const
{
    const Asked asked{leaves, vectors, query, data::index(query.domain),
        gatherRows(vectors, query.candidates).flatten(2, 3)};
    const Tensor user = users(asked);
    std::vector<Tensor> parts{user, asked.candidates};
    if (const Tensor read = interests(asked); read.defined())
        parts.push_back(read);
    const Tensor all = dropout(torch::cat(parts, 3).flatten(1, 2));
    const std::vector<std::int64_t> shape = query.candidates.sizes().vec(); // K, n, T, C
    Tensor logit = mlp(leaves, m_mlp[asked.domain], 0, m_hidden, all, dropout).reshape(shape);
    if (const Tensor more = besideMlp(asked, user); more.defined())
        logit = logit + more.reshape(shape);
    return logit;
}

} // namespace fedcctr::model
