// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/specs/ctr.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

template <> const ModelInfo& infoOf<DeepFm>();

namespace {

Tensors tensorsOf(const ModelOptions& options, const DataShape& shape)
{
    Tensors tensors;
    for (const std::string domain : {"A", "B"})
        addMatrix(tensors, domain + ".linear", itemWidth(options), 1);
    addCtr(tensors, options, shape, 0);
    return tensors;
}

} // namespace

template <> const ModelInfo& infoOf<DeepFm>()
{
    static const ModelInfo kInfo{.name = "deepfm",
        .title = "DeepFM",
        .citation = "Guo et al., DeepFM: A Factorization-Machine based Neural Network for CTR Prediction, "
                    "IJCAI 2017, arXiv 1703.04247",
        .summary = "a factorisation machine and an MLP over the vectors of user and candidate",
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
