// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/specs/ctr.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

template <> const ModelInfo& infoOf<Dnn>();

namespace {

Tensors tensorsOf(const ModelOptions& options, const DataShape& shape)
{
    Tensors tensors;
    addCtr(tensors, options, shape, 0);
    return tensors;
}

} // namespace

template <> const ModelInfo& infoOf<Dnn>()
{
    static const ModelInfo kInfo{.name = "dnn",
        .title = "DNN",
        .citation = "Cheng et al., Wide & Deep Learning for Recommender Systems, DLRS 2016, arXiv 1606.07792",
        .summary = "an MLP over the vectors of user and candidate",
        .needs = "nothing but who clicked what",
        .settings = ctrKeys(),
        .fields = {},
        .terms = {},
        .representations = Representations::None,
        .tensors = tensorsOf,
        .problems = mlpProblems};
    return kInfo;
}

} // namespace fedcctr::model
