// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/specs/ctr.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

template <> const ModelInfo& infoOf<Twin>();

namespace {

Tensors tensorsOf(const ModelOptions& options, const DataShape& shape)
{
    Tensors tensors;
    addTwoStages(tensors, options, "twin", ownInteger(infoOf<Twin>(), options, "twin.attention"));
    addCtr(tensors, options, shape, 2);
    return tensors;
}

} // namespace

template <> const ModelInfo& infoOf<Twin>()
{
    static const ModelInfo kInfo{.name = "twin",
        .title = "TWIN",
        .citation = "Chang et al., TWIN: TWo-stage Interest Network for Lifelong User Behavior Modeling in "
                    "CTR Prediction at Kuaishou, KDD 2023, arXiv 2302.02352",
        .summary = "one target attention finds the long history's events and weighs them, beside the newest",
        .needs = "long histories of the domain alone that is predicted",
        .settings = ctrKeys(),
        .fields = {lengthField(
                       "twin", "events that the first stage hands on, and the newest ones beside them"),
            attentionField("twin", "None is given.")},
        .terms = {},
        .representations = Representations::None,
        .tensors = tensorsOf,
        .problems = mlpProblems};
    return kInfo;
}

} // namespace fedcctr::model
