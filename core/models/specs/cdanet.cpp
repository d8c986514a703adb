// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/specs/ctr.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

template <> const ModelInfo& infoOf<CdaNet>();

namespace {

Tensors tensorsOf(const ModelOptions& options, const DataShape& shape)
{
    Tensors tensors;
    const std::int64_t v = itemWidth(options);
    for (const std::string domain : {"A", "B"}) {
        addLinear(tensors, domain + ".tower", 3 * v, v);
        addLinear(tensors, domain + ".translate", v, v);
        addLinear(tensors, domain + ".head", v, 1);
    }
    addCtr(tensors, options, shape, 2);
    return tensors;
}

} // namespace

template <> const ModelInfo& infoOf<CdaNet>()
{
    static const ModelInfo kInfo{.name = "cdanet",
        .title = "CDAnet",
        .citation = "Chen et al., Enhancing Cross-Domain Click-Through Rate Prediction via Explicit Feature "
                    "Augmentation, Companion of WWW 2024, arXiv 2312.00078",
        .summary =
            "latent features of one domain are translated into the other's space and augment the prediction",
        .needs = "the histories of each domain alone, and users of both",
        .settings = ctrKeys(),
        .fields = {lengthField("cdanet", "the newest events whose mean its towers see"),
            weightField("cdanet.translation", "translation", 0.1, "None is given.", "λ")},
        .terms = {{"translation", "translation", "cdanet.translation"}},
        .representations = Representations::None,
        .tensors = tensorsOf,
        .problems = mlpProblems};
    return kInfo;
}

} // namespace fedcctr::model
