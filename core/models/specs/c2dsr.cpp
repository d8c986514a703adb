// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/parts.h"
#include "core/models/specs/own_fields.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

namespace {

Tensors tensorsOf(const ModelOptions& options, const DataShape& shape)
{
    Tensors tensors;
    for (const char* stream : {"A", "B", "M"})
        addStream(tensors, stream, options);
    for (const std::string domain : {"A", "B"}) {
        addLinear(tensors, domain + ".user", options.width(), itemWidth(options));
        addMatrix(tensors, domain + ".judge", options.width(), options.width());
    }
    addFeatures(tensors, options, shape, featureWidth(options));
    addItems(tensors, shape, options.idWidth, 1, Start::Normal, options.itemStart);
    return tensors;
}

} // namespace

template <> const ModelInfo& infoOf<C2dsr>()
{
    static const ModelInfo kInfo{.name = "c2dsr",
        .title = "C²DSR",
        .citation = "Cao et al., Contrastive Cross-Domain Sequential Recommendation, CIKM 2022",
        .summary =
            "graph layer and self-attention per domain and over the merged sequence, tied by an infomax term",
        .needs = "the histories of both domains, apart and merged by time",
        .settings = joined({commonKeys(), itemKeys(), encoderKeys()}),
        .fields = {weightField("c2dsr.infomax", "infomax", 0.1,
                       "Weighs both losses as λ and 1 - λ; 0.7 of prediction, so 0.43 here.", "λ"),
            integerField({"c2dsr.graph_layers", "graph layers",
                             "steps along a user's own sequence in which an item takes on its predecessor",
                             "0: no graph.", "More: items blur with those before them.",
                             "1 to 4 were tried, over a graph of all users' sequences."},
                {0, 4, 1}, 1)},
        .terms = {{"infomax", "infomax", "c2dsr.infomax"}},
        .representations = Representations::Trained,
        .tensors = tensorsOf,
        .problems = headProblems};
    return kInfo;
}

} // namespace fedcctr::model
