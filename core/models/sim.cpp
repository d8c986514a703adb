// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/sim.h"

#include "core/models/activation_unit.h"
#include "core/models/item_keys.h"
#include "core/models/made.h"
#include "core/models/selection.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

using data::Domain;
using torch::Tensor;

Sim::Sim(const ModelInfo& info, const data::Dataset& dataset, const ModelOptions& options,
    const torch::Device& device, std::span<const augment::ItemFeatures> features)
    : CtrModel(info, dataset, options, device, features)
    , m_unit(places("unit.event.weight"))
    , m_query(places("search.query"))
    , m_length(ownInteger(info, options, info.name + ".length"))
{
}

Tensor Sim::interests(const Asked& asked) const
{
    const Tensor all = events(asked, asked.query.domain);
    const Tensor valid = before(asked, asked.query.domain);
    const std::size_t query = m_query[asked.domain];
    const Found found = search(asked, all, valid);
    const Chosen exact = bestOf(all, found.scores, found.valid, m_length);
    const Tensor longTerm = attended(product(asked.candidates, asked.leaves[query]),
        product(exact.events, asked.leaves[query + 1]), product(exact.events, asked.leaves[query + 2]),
        exact.there);
    const Chosen newest = newestOf(all, valid, m_length);
    const Tensor shortTerm = ActivationUnit(m_unit[asked.domain])
                                 .interest(asked.leaves, newest.events, asked.candidates, newest.there);
    return torch::cat({longTerm, shortTerm}, 3);
}

SimSoft::SimSoft(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
    std::span<const augment::ItemFeatures> features)
    : Sim(infoOf<SimSoft>(), dataset, options, device, features)
{
}

Sim::Found SimSoft::search(const Asked& asked, const Tensor& events, const Tensor& valid) const
{
    return {torch::matmul(asked.candidates, events.transpose(2, 3)), valid};
}

SimHard::SimHard(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
    std::span<const augment::ItemFeatures> features)
    : Sim(infoOf<SimHard>(), dataset, options, device, features)
    , m_keys(itemKeyTable(dataset, device))
{
}

Sim::Found SimHard::search(const Asked& asked, const Tensor& /*events*/, const Tensor& valid) const
{
    const Tensor candidates = rowsOfItems(m_keys, asked.query.items, asked.query.candidates.flatten(2, 3));
    const Tensor events =
        rowsOfItems(m_keys, asked.query.items, asked.query.histories.of(asked.query.domain).index);
    const Tensor age = torch::arange(valid.size(3), valid.options()).expand_as(valid);
    return {age, valid * shareKeys(candidates, events).to(valid.scalar_type())};
}

template <> std::unique_ptr<Model> made<SimSoft>(const Ingredients& of)
{
    return madeOfHistories<SimSoft>(of);
}

template <> std::unique_ptr<Model> made<SimHard>(const Ingredients& of)
{
    return madeOfHistories<SimHard>(of);
}

} // namespace fedcctr::model
