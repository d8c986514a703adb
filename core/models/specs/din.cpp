// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/specs/ctr.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

template <> const ModelInfo& infoOf<Din>();

namespace {

Tensors tensorsOf(const ModelOptions& options, const DataShape& shape)
{
    Tensors tensors;
    for (const std::string domain : {"A", "B"})
        addActivationUnit(tensors, domain + ".unit", itemWidth(options),
            ownInteger(infoOf<Din>(), options, "din.attention"));
    addCtr(tensors, options, shape, 1);
    return tensors;
}

} // namespace

template <> const ModelInfo& infoOf<Din>()
{
    static const ModelInfo kInfo{.name = "din",
        .title = "DIN",
        .citation = "Zhou et al., Deep Interest Network for Click-Through Rate Prediction, KDD 2018, arXiv "
                    "1706.06978",
        .summary = "an activation unit weighs the events of the predicted domain by the candidate",
        .needs = "the history of the domain alone that is predicted",
        .settings = ctrKeys(),
        .fields = {lengthField("din", "the newest events that it sees"), attentionField("din", "36.")},
        .terms = {},
        .representations = Representations::None,
        .tensors = tensorsOf,
        .problems = mlpProblems};
    return kInfo;
}

} // namespace fedcctr::model
