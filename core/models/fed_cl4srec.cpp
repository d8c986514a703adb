// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/fed_cl4srec.h"

#include "core/model/parts.h"
#include "core/models/contrast_instances.h"
#include "core/models/made.h"
#include "core/models/specs/registry.h"
#include "core/nn/losses.h"

namespace fedcctr::model {

using data::Domain;
using torch::Tensor;

FedCl4SRec::FedCl4SRec(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
    std::span<const augment::ItemFeatures> features)
    : DotModel(infoOf<FedCl4SRec>(), dataset, options, device, features)
    , m_stream(place("M.position"), options)
    , m_masked(ownNumber(infoOf<FedCl4SRec>(), options, "fed-cl4srec.masked"))
    , m_tau(ownNumber(infoOf<FedCl4SRec>(), options, "fed-cl4srec.tau"))
{
    if (options.width() != itemWidth(options))
        m_map = place("user.weight");
}

DotModel::Encoded FedCl4SRec::encode(
    const Leaves& leaves, const Tensor& vectors, const Histories& histories, Dropout& dropout) const
{
    return {m_stream.prefixes(leaves, vectors, histories.merged.index, dropout)};
}

Tensor FedCl4SRec::userVectors(
    Domain /*domain*/, const Leaves& leaves, const Encoded& encoded, const Prefixes& before) const
{
    const Tensor output = atPrefix(encoded[0], before.merged);
    return m_map == 0 ? output : linearOver(output, leaves[m_map], leaves[m_map + 1]);
}

std::vector<Tensor> FedCl4SRec::ownTerms(
    const Training& of, std::span<const double> weights, Dropout& dropout) const
{
    const ContrastInstances instances(of.batch);
    if (weights[0] == 0)
        return {torch::zeros({of.batch.users.size(0)}, of.vectors.options())};
    const auto view = [&] {
        const Tensor items = dropout.rows(gatherRows(of.vectors, of.batch.merged.index), m_masked);
        return instances.of(m_stream.prefixesOf(of.leaves, items, dropout), instances.before.merged);
    };
    const Tensor one = view();
    const Tensor other = view();
    return {contrast(one, other, instances.mask, m_tau)};
}

template <> std::unique_ptr<Model> made<FedCl4SRec>(const Ingredients& of)
{
    return madeOfHistories<FedCl4SRec>(of);
}

} // namespace fedcctr::model
