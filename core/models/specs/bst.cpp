// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/parts.h"
#include "core/models/specs/own_fields.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

template <> const ModelInfo& infoOf<Bst>();

namespace {

Tensors tensorsOf(const ModelOptions& options, const DataShape& shape)
{
    Tensors tensors;
    const std::int64_t d = itemWidth(options);
    const std::int64_t length = options.historyLength + 1; // the candidate stands behind the history
    for (const std::string domain : {"A", "B"}) {
        addTable(tensors, domain + ".position", length, d);
        for (std::int64_t i = 0; i < ownInteger(infoOf<Bst>(), options, "bst.blocks"); ++i)
            addEncoderLayer(tensors, domain + ".layer" + std::to_string(i), d);
        addMlp(tensors, domain + ".mlp", 2 * d, options.mlp);
    }
    addFeatures(tensors, options, shape, featureWidth(options));
    addItems(tensors, shape, options.idWidth, 0, Start::Normal, options.itemStart);
    return tensors;
}

std::vector<std::string> problemsOf(const ModelOptions& options)
{
    std::vector<std::string> found;
    if (itemWidth(options) % options.heads != 0)
        found.push_back("model.heads: " + std::to_string(options.heads) + " does not divide the width "
            + std::to_string(itemWidth(options))
            + " of an item (model.id_width + model.feature_width, or model.id_width alone with model.combine "
              "= sum)");
    checkMlp(options, found);
    return found;
}

} // namespace

template <> const ModelInfo& infoOf<Bst>()
{
    static const ModelInfo kInfo{.name = "bst",
        .title = "BST",
        .citation = "Chen et al., Behavior Sequence Transformer, DLP-KDD 2019, arXiv 1905.06874",
        .summary = "a transformer over the history of one domain with the candidate at its end, and an MLP",
        .needs = "the history of the domain alone that is predicted",
        .settings = joined({commonKeys(), itemKeys(), {"model.heads", "model.dropout", "model.mlp"}}),
        .fields = {integerField({"bst.blocks", "blocks",
                                    "transformer layers over the history and the candidate; the publication "
                                    "has one",
                                    "One: as published.", "More: longer training; few histories need it.",
                                    "1, the best of the 1, 2 and 3 that were tried."},
            {1, 8, 1}, 1)},
        .terms = {},
        .representations = Representations::None,
        .tensors = tensorsOf,
        .problems = problemsOf};
    return kInfo;
}

} // namespace fedcctr::model
