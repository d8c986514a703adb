// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/parts.h"
#include "core/models/specs/own_fields.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

namespace {

Tensors tensorsOf(const ModelOptions& options, const DataShape& shape)
{
    Tensors tensors;
    const std::int64_t d = options.width();
    addStream(tensors, "shared", options);
    addLinear(tensors, "shared.variance", d, d);
    for (const std::string domain : {"A", "B"}) {
        addStream(tensors, domain, options);
        addLinear(tensors, domain + ".variance", d, d);
        addLinear(tensors, domain + ".user", d, itemWidth(options));
        addPersonal(tensors, domain + ".local", shape, d);
    }
    addFeatures(tensors, options, shape, featureWidth(options));
    addItems(tensors, shape, options.idWidth, 1, Start::Normal, options.itemStart);
    return tensors;
}

} // namespace

template <> const ModelInfo& infoOf<FedDcsr>()
{
    static const ModelInfo kInfo{.name = "fed-dcsr",
        .title = "FedDCSR",
        .citation =
            "Zhang et al., FedDCSR: Federated Cross-domain Sequential Recommendation via Disentangled "
            "Representation Learning, SDM 2024, arXiv 2309.08420",
        .summary = "what domains share and what is their own, encoded apart; a vector per domain stays on "
                   "the client",
        .needs = "the histories of both domains",
        .settings = joined({commonKeys(), itemKeys(), encoderKeys()}),
        .fields = {weightField("fed-dcsr.kl", "the KL divergence", 0.01, "1, annealed.", "β"),
            weightField("fed-dcsr.align", "the alignment", 0.05,
                "Part of its disentanglement; no weight of its own.", ""),
            weightField("fed-dcsr.infomax", "infomax", 0.05, "Tuned by scenario.", "λ"),
            numberField(
                {"fed-dcsr.masked", "masked share", "share of the items that the augmented view leaves out",
                    "Little: the views are alike.", "Much: what is left tells little of the user.",
                    "Its views shuffle the items instead."},
                {0, 0.9, 0.1}, 0.3),
            numberField(
                {"fed-dcsr.tau", "temperature", "of the infomax term", "Sharp: the nearest others count.",
                    "Soft: all others count alike.", "None: its infomax is a discriminator's.", "τ"},
                {0.01, 1, 0.05}, 0.2)},
        .terms = {{"kl", "KL", "fed-dcsr.kl"}, {"align", "alignment", "fed-dcsr.align"},
            {"infomax", "infomax", "fed-dcsr.infomax"}},
        .representations = Representations::Trained,
        .tensors = tensorsOf,
        .problems = headProblems};
    return kInfo;
}

} // namespace fedcctr::model
