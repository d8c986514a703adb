// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/examples.h"
#include "core/model/parts.h"
#include "core/models/specs/own_fields.h"
#include "core/models/specs/registry.h"
#include "core/models/specs/wide.h"

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
    if (const std::int64_t wide = wideWidth(wideOf(options)); wide > 0)
        for (const std::string domain : {"A", "B"})
            tensors.push_back({.name = domain + ".wide", .shape = {wide}});
    return tensors;
}

OwnField wideField()
{
    return choiceField(
        {"idst-cl.wide", "wide part",
            "what other users' training events say of a candidate, beside the transformers: how "
            "many have it (popularity), and how many of those share the history (neighbours). "
            "Reads all clients' events: for central training and for federated training without "
            "noise",
            "none: the paper's model.",
            "neighbours: much better where items are rare or have no text; no accountant charges "
            "for it.",
            "None; the combination of a wide and a deep part is that of Cheng et al. 2016."},
        {"none", "popularity", "neighbours"});
}

OwnField shrinkageField()
{
    OwnField field =
        numberField({"idst-cl.shrinkage", "shrinkage",
                        "the own row of an item that n users have counts by (n - 1) / (n - 1 + this): what "
                        "one user alone "
                        "would teach it is nothing about others. 0: every row counts in full. Reads all "
                        "clients' events: refused beside noise",
                        "0: the rows of rare items learn their few users by heart.",
                        "Large: only what many have keeps an identity; the rest are what their texts say.",
                        "Not in the paper."},
            {0, 1000, 1}, 0.0);
    field.unit = "users";
    return field;
}

std::vector<std::string> problemsOf(const ModelOptions& options)
{
    std::vector<std::string> found;
    checkHeads(options, found);
    checkMlp(options, found);
    return found;
}

} // namespace

template <> const ModelInfo& infoOf<IdstCl>()
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
        .fields = {wideField(), shrinkageField()},
        .terms = {{"idra", "IDRA", "loss.lambda1", &LossOptions::lambda1},
            {"cdrd", "CDRD", "loss.lambda2", &LossOptions::lambda2}},
        .representations = Representations::Trained,
        .tensors = tensorsOf,
        .problems = problemsOf};
    return kInfo;
}

} // namespace fedcctr::model
