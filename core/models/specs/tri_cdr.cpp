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
    for (const char* stream : {"A", "B", "M"})
        addStream(tensors, stream, options);
    for (const std::string domain : {"A", "B"}) {
        for (const char* stream : {"A", "B", "M"})
            addMatrix(tensors, domain + ".attend." + stream, d, d);
        addLinear(tensors, domain + ".user", 3 * d, itemWidth(options));
    }
    addFeatures(tensors, options, shape, featureWidth(options));
    addItems(tensors, shape, options.idWidth, 1, Start::Normal, options.itemStart);
    return tensors;
}

} // namespace

template <> const ModelInfo& infoOf<TriCdr>()
{
    static const ModelInfo kInfo{.name = "tri-cdr",
        .title = "Tri-CDR",
        .citation = "Ma et al., Triple Sequence Learning for Cross-domain Recommendation, TOIS 2023, arXiv "
                    "2304.05027",
        .summary =
            "three sequences, of which the target domain's asks all three by attention, tied by a coarse "
            "and a fine contrast",
        .needs = "the histories of both domains, apart and merged by time",
        .settings = joined({commonKeys(), itemKeys(), encoderKeys()}),
        .fields = {weightField("tri-cdr.coarse", "the coarse contrast", 0.05, "Tuned by dataset.", "λ₁"),
            weightField("tri-cdr.fine", "the fine contrast", 0.05, "Tuned by dataset.", "λ₂"),
            numberField(
                {"tri-cdr.tau", "temperature", "of the coarse contrast", "Sharp: the nearest others count.",
                    "Soft: all others count alike.", "Tuned by dataset.", "τ"},
                {0.01, 1, 0.05}, 0.2),
            numberField({"tri-cdr.margin", "margin", "of the fine contrast", "0: the order alone counts.",
                            "Large: the other domain is pushed away.", "Tuned by dataset."},
                {0, 1, 0.05}, 0.1)},
        .terms = {{"coarse", "coarse", "tri-cdr.coarse"}, {"fine", "fine", "tri-cdr.fine"}},
        .representations = Representations::Trained,
        .tensors = tensorsOf,
        .problems = headProblems};
    return kInfo;
}

} // namespace fedcctr::model
