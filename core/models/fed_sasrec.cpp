// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/fed_sasrec.h"

#include "core/model/parts.h"
#include "core/models/made.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

using data::Domain;
using torch::Tensor;

FedSasRec::FedSasRec(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
    std::span<const augment::ItemFeatures> features)
    : FedSasRec(infoOf<FedSasRec>(), ownInteger(infoOf<FedSasRec>(), options, "fed-sasrec.sequence") == 0,
        dataset, options, device, features)
{
}

FedSasRec::FedSasRec(const ModelInfo& info, bool merged, const data::Dataset& dataset,
    const ModelOptions& options, const torch::Device& device, std::span<const augment::ItemFeatures> features)
    : DotModel(info, dataset, options, device, features)
    , m_merged(merged)
{
    if (m_merged)
        m_streams.emplace_back(place("M.position"), options);
    else
        for (const std::size_t first : places("position"))
            m_streams.emplace_back(first, options);
    if (options.width() != itemWidth(options))
        m_map = place("user.weight");
}

DotModel::Encoded FedSasRec::encode(
    const Leaves& leaves, const Tensor& vectors, const Histories& histories, Dropout& dropout) const
{
    if (m_merged)
        return {m_streams[0].prefixes(leaves, vectors, histories.merged.index, dropout)};
    Encoded encoded;
    for (const Domain domain : data::kDomains)
        encoded.push_back(
            m_streams[data::index(domain)].prefixes(leaves, vectors, histories.of(domain).index, dropout));
    return encoded;
}

Tensor FedSasRec::userVectors(
    Domain domain, const Leaves& leaves, const Encoded& encoded, const Prefixes& before) const
{
    const Tensor output = m_merged ? atPrefix(encoded[0], before.merged)
                                   : atPrefix(encoded[data::index(domain)], before.of(domain));
    return m_map == 0 ? output : linearOver(output, leaves[m_map], leaves[m_map + 1]);
}

template <> std::unique_ptr<Model> made<FedSasRec>(const Ingredients& of)
{
    return madeOfHistories<FedSasRec>(of);
}

} // namespace fedcctr::model
