// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/parts.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

namespace {

Tensors tensorsOf(const ModelOptions& options, const DataShape& shape)
{
    Tensors tensors{{.name = "bias", .shape = {2}}};
    addFeatures(tensors, options, shape, options.features == Features::None ? 0 : 1);
    tensors.push_back({.name = "users", .shape = {shape.users, 1}, .rows = Rows::PerUser});
    addItems(tensors, shape, 1, 0, Start::Zeros, 0);
    return tensors;
}

} // namespace

template <> const ModelInfo& infoOf<LogisticRegression>()
{
    static const ModelInfo kInfo{.name = "lr",
        .title = "Logistic regression",
        .citation = "Richardson, Dominowska and Ragno, Predicting clicks, WWW 2007",
        .summary = "one weight per item, word of its texts and user; linear, so that it ranks alike for all",
        .needs = "no history: single clicks, of each domain alone",
        .settings = joined({commonKeys(),
            {"model.features", "model.text_width", "model.vectors", "model.vectors_file", "augment.items"}}),
        .fields = {},
        .terms = {},
        .representations = Representations::None,
        .tensors = tensorsOf,
        .problems = nullptr};
    return kInfo;
}

} // namespace fedcctr::model
