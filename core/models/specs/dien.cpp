// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/parts.h"
#include "core/models/specs/own_fields.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

namespace {

Tensors tensorsOf(const ModelOptions& options, const DataShape& shape)
{
    Tensors tensors;
    const std::int64_t v = itemWidth(options);
    for (const std::string domain : {"A", "B"}) {
        addGru(tensors, domain + ".extract", v, v);
        addMatrix(tensors, domain + ".attend", v, v);
        addGru(tensors, domain + ".evolve", v, v);
        addMlp(tensors, domain + ".mlp", 2 * v, options.mlp);
    }
    addFeatures(tensors, options, shape, featureWidth(options));
    addItems(tensors, shape, options.idWidth, 0, Start::Normal, options.itemStart);
    return tensors;
}

} // namespace

template <> const ModelInfo& infoOf<Dien>()
{
    static const ModelInfo kInfo{.name = "dien",
        .title = "DIEN",
        .citation = "Zhou et al., Deep Interest Evolution Network, AAAI 2019, arXiv 1809.03672",
        .summary =
            "interest states of one domain by a GRU, evolved towards each candidate by an attentional GRU",
        .needs = "the history of the domain alone that is predicted",
        .settings = joined({commonKeys(), itemKeys(), {"model.dropout", "model.mlp"}}),
        .fields = {weightField("dien.auxiliary", "the auxiliary loss", 0.5, "1 in the published code.", "α")},
        .terms = {{"auxiliary", "auxiliary", "dien.auxiliary"}},
        .representations = Representations::None,
        .tensors = tensorsOf,
        .problems = mlpProblems};
    return kInfo;
}

} // namespace fedcctr::model
