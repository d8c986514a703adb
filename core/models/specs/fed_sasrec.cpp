// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/parts.h"
#include "core/models/specs/own_fields.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

template <> const ModelInfo& infoOf<FedSasRec>();

namespace {

Tensors tensorsOf(const ModelOptions& options, const DataShape& shape)
{
    Tensors tensors;
    if (ownInteger(infoOf<FedSasRec>(), options, "fed-sasrec.sequence") == 0) {
        addStream(tensors, "M", options);
    } else {
        addStream(tensors, "A", options);
        addStream(tensors, "B", options);
    }
    if (options.width() != itemWidth(options))
        addLinear(tensors, "user", options.width(), itemWidth(options));
    addFeatures(tensors, options, shape, featureWidth(options));
    addItems(tensors, shape, options.idWidth, 1, Start::Normal, options.itemStart);
    return tensors;
}

} // namespace

template <> const ModelInfo& infoOf<FedSasRec>()
{
    static const ModelInfo kInfo{.name = "fed-sasrec",
        .title = "FedSASRec",
        .citation = "Kang and McAuley, Self-Attentive Sequential Recommendation, ICDM 2018, arXiv 1808.09781",
        .summary =
            "one causal transformer over a client's sequence, whose newest output is compared with items",
        .needs = "the histories of both domains, merged by time",
        .settings = joined({commonKeys(), itemKeys(), encoderKeys()}),
        .fields = {choiceField({"fed-sasrec.sequence", "sequence",
                                   "merged: one transformer over both domains' events. own: one per domain, "
                                   "over that domain's events",
                                   "", "", "One sequence; it knows no domains."},
            {"merged", "own"})},
        .terms = {},
        .representations = Representations::None,
        .tensors = tensorsOf,
        .problems = headProblems};
    return kInfo;
}

} // namespace fedcctr::model
