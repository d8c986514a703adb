// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/specs/ctr.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

template <> const ModelInfo& infoOf<RalCdNet>();

namespace {

Tensors tensorsOf(const ModelOptions& options, const DataShape& shape)
{
    Tensors tensors;
    const std::int64_t v = itemWidth(options);
    for (const std::string domain : {"A", "B"}) {
        for (const char* matrix : {"self.query", "self.key", "source.query", "source.key", "source.value",
                 "own.query", "own.key", "own.value"})
            addMatrix(tensors, domain + '.' + matrix, v, v);
        addMlp(tensors, domain + ".auxiliary", 2 * v, options.mlp);
    }
    addCtr(tensors, options, shape, 2);
    return tensors;
}

} // namespace

template <> const ModelInfo& infoOf<RalCdNet>()
{
    static const ModelInfo kInfo{.name = "ral-cdnet",
        .title = "RAL-CDNet",
        .citation = "Tang et al., Retrieval Augmented Cross-Domain LifeLong Behavior Modeling for Enhancing "
                    "Click-through Rate Prediction, KDD 2025, doi 10.1145/3711896.3737261",
        .summary = "retrieves from a lifelong history of the other domain what is similar in text to the own "
                   "one, and lets the candidate attend to both",
        .needs = "long histories of the source domain, and titles in both",
        .settings =
            joined({ctrKeys(), {"model.text_width", "model.vectors", "model.vectors_file", "augment.items"}}),
        .fields = {choiceField(
                       {"ral-cdnet.retrieval", "retrieval",
                           "how source events are found (CD-RU). vectors: their public text vector has a "
                           "cosine above the threshold with one of the own events. hard: they share a rare "
                           "word. end-to-end: those nearest to the candidate by trained vectors, as in Table "
                           "3. newest: no retrieval, w/o CD-RU",
                           "", "", "By vectors of BGE-M3 (4.1, 5.4).", ""},
                       {"vectors", "hard", "end-to-end", "newest"}),
            numberField(
                {"ral-cdnet.theta", "similarity threshold",
                    "least cosine of a source event's text vector with one of the own events",
                    "Low: nearly every event is retrieved, noise among them.",
                    "High: few or none; a user without any has no source history.",
                    "0.7 with BGE-M3; 0.5 to 0.8 tried (A.2, Table 6). TF-IDF vectors are less alike.", "θ"},
                {-1, 1, 0.05}, 0.1),
            lengthField("ral-cdnet", "events of each domain that go on after retrieval"),
            choiceField(
                {"ral-cdnet.fusion", "fusion",
                    "cross-net: self-attention over both sequences and attention of the candidate (Eq. "
                    "9-10). mean: the mean of each, w/o Cross-Net",
                    "", "", "Table 3 takes it away.", ""},
                {"cross-net", "mean"}),
            weightField("ral-cdnet.lambda_cl", "CL", 0.01, "0.0001 to 0.1 were tried (5.1.4).", "λ_CL"),
            weightField("ral-cdnet.lambda_al", "AL", 0.1, "0 to 0.3 were tried (5.1.4).", "λ_AL"),
            numberField({"ral-cdnet.tau", "temperature", "of the contrastive term (Eq. 8)",
                            "Small: the most similar pairs alone count.",
                            "Large: all pairs count nearly alike.", "None is given.", "τ"},
                {0.01, 10, 0.05}, 0.5)},
        .terms = {{"cl", "CL", "ral-cdnet.lambda_cl"}, {"al", "AL", "ral-cdnet.lambda_al"}},
        .representations = Representations::None,
        .tensors = tensorsOf,
        .problems = mlpProblems};
    return kInfo;
}

} // namespace fedcctr::model
