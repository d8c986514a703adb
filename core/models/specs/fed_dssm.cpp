// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/parts.h"
#include "core/models/specs/own_fields.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

template <> const ModelInfo& infoOf<FedDssm>();

namespace {

Tensors tensorsOf(const ModelOptions& options, const DataShape& shape)
{
    Tensors tensors;
    const std::int64_t width = ownInteger(infoOf<FedDssm>(), options, "fed-dssm.width");
    for (const std::string domain : {"A", "B"})
        for (const char* side : {".user", ".item"}) {
            addLinear(tensors, domain + side + "0", itemWidth(options), width);
            addLinear(tensors, domain + side + "1", width, width);
        }
    addFeatures(tensors, options, shape, featureWidth(options));
    addItems(tensors, shape, options.idWidth, 0, Start::Normal, options.itemStart);
    return tensors;
}

} // namespace

template <> const ModelInfo& infoOf<FedDssm>()
{
    static const ModelInfo kInfo{.name = "fed-dssm",
        .title = "FedDSSM",
        .citation = "Huang et al., Learning Deep Structured Semantic Models, CIKM 2013",
        .summary = "two towers, of the history's mean and of the candidate, compared by their cosine",
        .needs = "the history of the domain alone that is predicted",
        .settings = joined({commonKeys(), itemKeys(), {"model.dropout"}}),
        .fields = {integerField(
                       {"fed-dssm.width", "tower width", "of both layers of both towers",
                           "Narrow: few directions to tell items apart.", "Wide: more to learn and to send.",
                           "300, 300 and 128 over 30,000 letter trigrams."},
                       {2, 1024, 16, true}, 64),
            numberField({"fed-dssm.gamma", "smoothing",
                            "factor of the cosine in the softmax: how sure the model can be",
                            "Small: all candidates stay nearly equal.",
                            "Large: few decide, and training "
                            "becomes unsteady.",
                            "Chosen on held-out data; no value is given.", "γ"},
                {0.1, 100, 1, true}, 10.0)},
        .terms = {},
        .representations = Representations::None,
        .tensors = tensorsOf,
        .problems = nullptr};
    return kInfo;
}

} // namespace fedcctr::model
