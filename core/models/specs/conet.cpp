// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/parts.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

namespace {

Tensors tensorsOf(const ModelOptions& options, const DataShape& shape)
{
    Tensors tensors;
    const std::int64_t v = itemWidth(options);
    for (const std::string domain : {"A", "B"}) {
        addMlp(tensors, domain + ".mlp", 2 * v, options.mlp);
        addPersonal(tensors, domain + ".users", shape, v);
    }
    std::int64_t in = 2 * v;
    std::size_t layer = 0;
    for (const std::int64_t out : parsedWidths(options.mlp)) {
        addMatrix(tensors, "cross" + std::to_string(layer++), in, out);
        in = out;
    }
    addFeatures(tensors, options, shape, featureWidth(options));
    addItems(tensors, shape, options.idWidth, 0, Start::Normal, options.itemStart);
    return tensors;
}

} // namespace

template <> const ModelInfo& infoOf<CoNet>()
{
    static const ModelInfo kInfo{.name = "conet",
        .title = "CoNet",
        .citation =
            "Hu et al., CoNet: Collaborative Cross Networks for Cross-Domain Recommendation, CIKM 2018, "
            "arXiv 1804.06769",
        .summary = "a network per domain over user and item, whose hidden layers take from each other",
        .needs = "clicks paired over both domains, and the history of each domain",
        .settings = joined({commonKeys(), itemKeys(), {"model.dropout", "model.mlp"}}),
        .fields = {},
        .terms = {},
        .representations = Representations::None,
        .tensors = tensorsOf,
        .problems = mlpProblems};
    return kInfo;
}

} // namespace fedcctr::model
