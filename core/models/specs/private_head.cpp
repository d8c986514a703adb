// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/parts.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

namespace {

constexpr int kKnots = 13; ///< of the piecewise linear functions of a rank

Tensors tensorsOf(const ModelOptions& options, const DataShape& /*shape*/)
{
    const auto weights = static_cast<std::int64_t>(privateHeadFeatures(options.prior != Prior::None).size());
    return {{.name = "A.weights", .shape = {weights}}, {.name = "B.weights", .shape = {weights}}};
}

} // namespace

std::vector<std::string> privateHeadFeatures(bool prior)
{
    std::vector<std::string> result{"cosine.largest", "cosine.last", "cosine.mean", "cosine.cubic",
        "cosine.recent", "head.shared", "text.missing-both", "text.missing", "text.hub", "title.words"};
    const auto knots = [&result](const std::string& name) {
        for (int j = 0; j < kKnots; ++j)
            result.push_back(name + "." + std::to_string(j));
    };
    knots("rank");
    if (prior)
        result.emplace_back("prior");
    knots("rank.from-newest");
    knots("rank.from-last");
    return result;
}

template <> const ModelInfo& infoOf<PrivateHead>()
{
    static const ModelInfo kInfo{.name = "private-head",
        .title = "The private head",
        .citation = "this studio's own",
        .summary =
            "items described by public text and catalogue order only, and some hundred trained weights "
            "over similarities to the history; what learns under an honest ε",
        .needs = "the histories of both domains",
        .settings = joined({commonKeys(),
            {"model.catalogue_order", "model.prior", "model.prior_file", "model.text_width", "model.vectors",
                "model.vectors_file", "augment.items"}}),
        .fields = {},
        .terms = {},
        .representations = Representations::Fixed,
        .tensors = tensorsOf,
        .problems = nullptr};
    return kInfo;
}

} // namespace fedcctr::model
