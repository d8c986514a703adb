// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/fed_cl4srec.h"

#include "core/models/contrast_instances.h"
#include "core/models/made.h"
#include "core/models/specs/registry.h"
#include "core/nn/losses.h"

namespace fedcctr::model {

using torch::Tensor;

FedCl4SRec::FedCl4SRec(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
    std::span<const augment::ItemFeatures> features)
    : FedSasRec(infoOf<FedCl4SRec>(), true, dataset, options, device, features)
    , m_masked(ownNumber(infoOf<FedCl4SRec>(), options, "fed-cl4srec.masked"))
    , m_tau(ownNumber(infoOf<FedCl4SRec>(), options, "fed-cl4srec.tau"))
{
}

std::vector<Tensor> FedCl4SRec::ownTerms(
    const Training& of, std::span<const double> weights, Dropout& dropout) const
{
    const ContrastInstances instances(of.batch);
    if (weights[0] == 0)
        return {torch::zeros({of.batch.users.size(0)}, of.vectors.options())};
    const auto view = [&] {
        const Tensor items = dropout.rows(gatherRows(of.vectors, of.batch.merged.index), m_masked);
        return instances.of(mergedStream().prefixesOf(of.leaves, items, dropout), instances.before.merged);
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
