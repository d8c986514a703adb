// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/fed_dssm.h"

#include "core/models/made.h"
#include "core/models/specs/registry.h"
#include "core/nn/sequence_encoder.h"

namespace fedcctr::model {

using data::Domain;
using torch::Tensor;

FedDssm::FedDssm(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
    std::span<const augment::ItemFeatures> features)
    : DotModel(infoOf<FedDssm>(), dataset, options, device, features)
    , m_gamma(ownNumber(infoOf<FedDssm>(), options, "fed-dssm.gamma"))
    , m_user(places("user0.weight"))
    , m_item(places("item0.weight"))
{
}

Tensor FedDssm::tower(std::size_t first, const Leaves& leaves, const Tensor& x) const
{
    constexpr double kTiny = 1e-12;
    const Tensor hidden = torch::tanh(linearOver(x, leaves[first], leaves[first + 1]));
    const Tensor top = torch::tanh(linearOver(hidden, leaves[first + 2], leaves[first + 3]));
    return top / ((top * top).sum(-1, true) + kTiny).sqrt();
}

DotModel::Encoded FedDssm::encode(
    const Leaves& /*leaves*/, const Tensor& vectors, const Histories& histories, Dropout& dropout) const
{
    Encoded encoded;
    for (const Domain domain : data::kDomains)
        encoded.push_back(dropout(prefixMeans(gatherRows(vectors, histories.of(domain).index))));
    return encoded;
}

Tensor FedDssm::userVectors(
    Domain domain, const Leaves& leaves, const Encoded& encoded, const Prefixes& before) const
{
    const std::size_t d = data::index(domain);
    return m_gamma * tower(m_user[d], leaves, atPrefix(encoded[d], before.of(domain)));
}

Tensor FedDssm::candidateVectors(Domain domain, const Leaves& leaves, const Tensor& vectors) const
{
    return tower(m_item[data::index(domain)], leaves, vectors);
}

template <> std::unique_ptr<Model> made<FedDssm>(const Ingredients& of)
{
    return madeOfHistories<FedDssm>(of);
}

} // namespace fedcctr::model
