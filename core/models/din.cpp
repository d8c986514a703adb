// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/din.h"

#include "core/models/activation_unit.h"
#include "core/models/made.h"
#include "core/models/selection.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

using data::Domain;
using torch::Tensor;

Din::Din(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
    std::span<const augment::ItemFeatures> features)
    : CtrModel(infoOf<Din>(), dataset, options, device, features)
    , m_unit(places("unit.event.weight"))
    , m_length(ownInteger(infoOf<Din>(), options, "din.length"))
{
}

Tensor Din::interests(const Asked& asked) const
{
    const Domain own = asked.query.domain;
    const Chosen newest = newestOf(events(asked, own), before(asked, own), m_length);
    return ActivationUnit(m_unit[asked.domain])
        .interest(asked.leaves, newest.events, asked.candidates, newest.there);
}

template <> std::unique_ptr<Model> made<Din>(const Ingredients& of)
{
    return madeOfHistories<Din>(of);
}

} // namespace fedcctr::model
