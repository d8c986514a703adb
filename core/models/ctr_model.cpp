// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/ctr_model.h"

#include "core/models/selection.h"

namespace fedcctr::model {

using data::Domain;
using torch::Tensor;

namespace {

/// [users, layers] places among the codes of all layers.
Tensor userCodeRows(const Codes& codes)
{
    const std::size_t layers = codes.layers.size();
    std::vector<std::int64_t> rows;
    for (std::size_t i = 0; i < codes.users.size(); ++i)
        rows.push_back(codes.placeOf(codes.users, i / layers, i % layers));
    return torch::tensor(rows, torch::kInt64).reshape({-1, static_cast<std::int64_t>(layers)});
}

} // namespace

CtrModel::CtrModel(const ModelInfo& info, const data::Dataset& dataset, const ModelOptions& options,
    const torch::Device& device, std::span<const augment::ItemFeatures> features)
    : JointModel(info, dataset, options, device, features)
    , m_hidden(parsedWidths(options.mlp).size())
    , m_mlp(places("mlp0.weight"))
    , m_users(place("users"))
{
    if (options.codes && !options.codes->users.empty()) {
        m_userCodes = place("users.codes");
        m_codes = userCodeRows(*options.codes).to(device);
    }
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
    Tensor own = asked.leaves[m_users];
    if (m_codes.defined()) {
        const Tensor& users = asked.query.users; // [K, n]
        const Tensor rows =
            m_codes.index_select(0, users.reshape({-1})).reshape({users.size(0), users.size(1), -1});
        own = own + gatherRows(asked.leaves[m_userCodes], rows).sum(2);
    }
    return own.unsqueeze(2).expand_as(asked.candidates);
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
