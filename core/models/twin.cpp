// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/twin.h"

#include "core/models/activation_unit.h"
#include "core/models/made.h"
#include "core/models/selection.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

using data::Domain;
using torch::Tensor;

Twin::Twin(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
    std::span<const augment::ItemFeatures> features)
    : CtrModel(infoOf<Twin>(), dataset, options, device, features)
    , m_unit(places("unit.event.weight"))
    , m_query(places("twin.query"))
    , m_length(ownInteger(infoOf<Twin>(), options, "twin.length"))
{
}

Tensor Twin::interests(const Asked& asked) const
{
    const Tensor all = events(asked, asked.query.domain);
    const Tensor valid = before(asked, asked.query.domain);
    const std::size_t first = m_query[asked.domain];
    const Tensor queries = product(asked.candidates, asked.leaves[first]); // [K, n, Q, v]
    const Tensor alpha = torch::matmul(queries, product(all, asked.leaves[first + 1]).transpose(2, 3));
    const Chosen exact = bestOf(all, alpha, valid, m_length);
    const Tensor longTerm = attended(queries, product(exact.events, asked.leaves[first + 1]),
        product(exact.events, asked.leaves[first + 2]), exact.there);
    const Chosen newest = newestOf(all, valid, m_length);
    const Tensor shortTerm = ActivationUnit(m_unit[asked.domain])
                                 .interest(asked.leaves, newest.events, asked.candidates, newest.there);
    return torch::cat({longTerm, shortTerm}, 3);
}

template <> std::unique_ptr<Model> made<Twin>(const Ingredients& of)
{
    return madeOfHistories<Twin>(of);
}

} // namespace fedcctr::model
