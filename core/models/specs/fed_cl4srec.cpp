// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/parts.h"
#include "core/models/specs/own_fields.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

namespace {

Tensors tensorsOf(const ModelOptions& options, const DataShape& shape)
{
    Tensors tensors;
    addStream(tensors, "M", options);
    if (options.width() != itemWidth(options))
        addLinear(tensors, "user", options.width(), itemWidth(options));
    addFeatures(tensors, options, shape, featureWidth(options));
    addItems(tensors, shape, options.idWidth, 1, Start::Normal, options.itemStart);
    return tensors;
}

} // namespace

template <> const ModelInfo& infoOf<FedCl4SRec>()
{
    static const ModelInfo kInfo{.name = "fed-cl4srec",
        .title = "FedCL4SRec",
        .citation =
            "Xie et al., Contrastive Learning for Sequential Recommendation, ICDE 2022, arXiv 2010.14395",
        .summary = "FedSASRec with a contrastive term between two masked views of the sequence",
        .needs = "the histories of both domains, merged by time",
        .settings = joined({commonKeys(), itemKeys(), encoderKeys()}),
        .fields = {weightField("fed-cl4srec.lambda", "CL", 0.1, "0.1.", "λ"),
            numberField({"fed-cl4srec.masked", "masked share", "share of the items that a view leaves out",
                            "Little: the views are alike and nothing is to be learnt.",
                            "Much: what is left tells little of the user.",
                            "0.1 to 0.9 were tried; the best differs by dataset.", "γ"},
                {0, 0.9, 0.1}, 0.5),
            numberField({"fed-cl4srec.tau", "temperature", "of the contrastive term",
                            "Sharp: the nearest others count.", "Soft: all others count alike.",
                            "1, with inner products where the studio has cosines.", "τ"},
                {0.01, 1, 0.05}, 0.2)},
        .terms = {{"cl", "CL", "fed-cl4srec.lambda"}},
        .representations = Representations::None,
        .tensors = tensorsOf,
        .problems = headProblems};
    return kInfo;
}

} // namespace fedcctr::model
