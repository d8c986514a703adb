// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/parts.h"
#include "core/models/specs/own_fields.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

template <> const ModelInfo& infoOf<MiNet>();

namespace {

constexpr std::int64_t kInterests = 3; ///< long-term, in the other domain, in the own one

Tensors tensorsOf(const ModelOptions& options, const DataShape& shape)
{
    Tensors tensors;
    const std::int64_t v = itemWidth(options);
    const std::int64_t hidden = ownInteger(infoOf<MiNet>(), options, "minet.attention");
    for (const std::string domain : {"A", "B"}) {
        addActivationUnit(tensors, domain + ".own", v, hidden);
        addActivationUnit(tensors, domain + ".other", v, hidden);
        addMatrix(tensors, domain + ".transfer", v, v);
        addLinear(tensors, domain + ".gate.layer", 4 * v, hidden);
        addLinear(tensors, domain + ".gate.score", hidden, kInterests);
        addMlp(tensors, domain + ".mlp", 4 * v, options.mlp);
    }
    addPersonal(tensors, "users", shape, v);
    addFeatures(tensors, options, shape, featureWidth(options));
    addItems(tensors, shape, options.idWidth, 0, Start::Normal, options.itemStart);
    return tensors;
}

} // namespace

template <> const ModelInfo& infoOf<MiNet>()
{
    static const ModelInfo kInfo{.name = "minet",
        .title = "MiNet",
        .citation =
            "Ouyang et al., MiNet: Mixed Interest Network for Cross-Domain Click-Through Rate Prediction, "
            "CIKM 2020, arXiv 2008.02974",
        .summary =
            "long-term interest and attention of the candidate over each domain's events, weighed by gates",
        .needs = "the histories of both domains",
        .settings = joined({commonKeys(), itemKeys(), {"model.dropout", "model.mlp"}}),
        .fields = {integerField(
            {"minet.attention", "attention width", "hidden units of its attentions and gates",
                "Few: an attention that tells little apart.",
                "Many: as many numbers per pair of event and candidate.", "None is given."},
            {1, 256, 8, true}, 16)},
        .terms = {},
        .representations = Representations::None,
        .tensors = tensorsOf,
        .problems = mlpProblems};
    return kInfo;
}

} // namespace fedcctr::model
