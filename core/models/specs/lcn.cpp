// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/specs/ctr.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

template <> const ModelInfo& infoOf<Lcn>();

namespace {

Tensors tensorsOf(const ModelOptions& options, const DataShape& shape)
{
    Tensors tensors;
    const std::int64_t v = itemWidth(options);
    for (const std::string domain : {"A", "B"}) {
        addActivationUnit(tensors, domain + ".unit", v, ownInteger(infoOf<Lcn>(), options, "lcn.attention"));
        addMatrix(tensors, domain + ".bridge", v, v);
        addMatrix(tensors, domain + ".coarse", v, std::max<std::int64_t>(1, v / 4));
        for (const char* matrix : {"query", "key", "value"})
            addMatrix(tensors, domain + ".pyramid." + matrix, v, v);
    }
    addCtr(tensors, options, shape, 2);
    return tensors;
}

} // namespace

template <> const ModelInfo& infoOf<Lcn>()
{
    static const ModelInfo kInfo{.name = "lcn",
        .title = "LCN",
        .citation = "Hou et al., Cross-Domain LifeLong Sequential Modeling for Online Click-Through Rate "
                    "Prediction, KDD 2024, arXiv 2312.06424",
        .summary = "an attention pyramid over the lifelong history of the source domain, whose vectors a "
                   "contrastive term ties to the target's",
        .needs = "long histories of both domains",
        .settings = ctrKeys(),
        .fields = {lengthField("lcn",
                       "events that the second level of the pyramid hands on, and the newest own ones"),
            attentionField("lcn", "None is given."),
            weightField("lcn.contrast", "contrast", 0.1, "None is given.", "λ"),
            numberField({"lcn.tau", "temperature", "of its contrastive term",
                            "Small: only the nearest wrong item counts.", "Large: all count nearly alike.",
                            "None is given.", "τ"},
                {0.01, 1, 0.01}, 0.2)},
        .terms = {{"contrast", "contrast", "lcn.contrast"}},
        .representations = Representations::None,
        .tensors = tensorsOf,
        .problems = mlpProblems};
    return kInfo;
}

} // namespace fedcctr::model
