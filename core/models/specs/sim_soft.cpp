// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/specs/ctr.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

template <> const ModelInfo& infoOf<SimSoft>();

namespace {

Tensors tensorsOf(const ModelOptions& options, const DataShape& shape)
{
    Tensors tensors;
    addTwoStages(tensors, options, "search", ownInteger(infoOf<SimSoft>(), options, "sim-soft.attention"));
    addCtr(tensors, options, shape, 2);
    return tensors;
}

} // namespace

template <> const ModelInfo& infoOf<SimSoft>()
{
    static const ModelInfo kInfo{.name = "sim-soft",
        .title = "SIM (soft)",
        .citation = "Pi et al., Search-based User Interest Modeling with Lifelong Sequential Behavior Data, "
                    "CIKM 2020, arXiv 2006.05639",
        .summary =
            "finds the long history's events nearest to the candidate and attends to them, beside the newest",
        .needs = "long histories of the domain alone that is predicted",
        .settings = ctrKeys(),
        .fields = {lengthField(
                       "sim-soft", "events that the search unit hands on, and the newest ones beside them"),
            attentionField("sim-soft", "None is given.")},
        .terms = {},
        .representations = Representations::None,
        .tensors = tensorsOf,
        .problems = mlpProblems};
    return kInfo;
}

} // namespace fedcctr::model
