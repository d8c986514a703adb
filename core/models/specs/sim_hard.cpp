// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/specs/ctr.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

template <> const ModelInfo& infoOf<SimHard>();

namespace {

Tensors tensorsOf(const ModelOptions& options, const DataShape& shape)
{
    Tensors tensors;
    addTwoStages(tensors, options, "search", ownInteger(infoOf<SimHard>(), options, "sim-hard.attention"));
    addCtr(tensors, options, shape, 2);
    return tensors;
}

} // namespace

template <> const ModelInfo& infoOf<SimHard>()
{
    static const ModelInfo kInfo{.name = "sim-hard",
        .title = "SIM (hard)",
        .citation = "Pi et al., Search-based User Interest Modeling with Lifelong Sequential Behavior Data, "
                    "CIKM 2020, arXiv 2006.05639",
        .summary =
            "finds the long history's events of the candidate's kind and attends to them, beside the newest",
        .needs = "long histories of the domain alone that is predicted; titles or categories",
        .settings = ctrKeys(),
        .fields = {lengthField(
                       "sim-hard", "events that the search unit hands on, and the newest ones beside them"),
            attentionField("sim-hard", "None is given.")},
        .terms = {},
        .representations = Representations::None,
        .tensors = tensorsOf,
        .problems = mlpProblems};
    return kInfo;
}

} // namespace fedcctr::model
