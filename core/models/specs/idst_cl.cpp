// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/examples.h"
#include "core/model/parts.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

namespace {

Tensors tensorsOf(const ModelOptions& options, const DataShape& shape)
{
    Tensors tensors;
    const std::int64_t user = 2 * options.width() + (shape.profiles ? options.profileWidth : 0);
    for (const char* stream : {"A", "B", "M"})
        addStream(tensors, stream, options);
    for (const std::string domain : {"A", "B"}) {
        if (options.scorer == Scorer::Dot)
            addLinear(tensors, domain + ".user", user, itemWidth(options));
        else
            addMlp(tensors, domain + ".mlp", user + itemWidth(options), options.mlp);
    }
    if (shape.profiles)
        addTable(tensors, "profile.tokens", kProfileBuckets, options.profileWidth);
    addFeatures(tensors, options, shape, featureWidth(options));
    // A bias that no scorer reads would only be a place for noise.
    addItems(tensors, shape, options.idWidth, options.scorer == Scorer::Dot ? 1 : 0, Start::Normal,
        options.itemStart);
    return tensors;
}

std::vector<std::string> problemsOf(const ModelOptions& options)
{
    std::vector<std::string> found;
    checkHeads(options, found);
    checkMlp(options, found);
    return found;
}

} // namespace

const ModelInfo& idstClInfo()
{
    static const ModelInfo kInfo{.name = "idst-cl",
        .title = "IDST-CL",
        .citation = "FedCCTR-LM, arXiv 2503.16875, Section 3.4",
        .summary = "one transformer per domain and one for the merged sequence, tied by IDRA and CDRD",
        .needs = "the histories of both domains, apart and merged by time",
        .settings = joined({commonKeys(), itemKeys(), encoderKeys(),
            {"loss.lambda1", "loss.lambda2", "loss.tau", "loss.alpha_a", "loss.alpha_b", "loss.idra",
                "loss.cdrd", "loss.cdrd_form", "model.scorer", "model.profile_width", "model.mlp",
                "augment.profiles"}}),
        .fields = {},
        .terms = {{"idra", "IDRA", "loss.lambda1", &LossOptions::lambda1},
            {"cdrd", "CDRD", "loss.lambda2", &LossOptions::lambda2}},
        .representations = Representations::Trained,
        .tensors = tensorsOf,
        .problems = problemsOf};
    return kInfo;
}

} // namespace fedcctr::model
