// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/examples.h"
#include "core/model/parts.h"
#include "core/models/specs/registry.h"
#include "core/models/specs/wide.h"

namespace fedcctr::model {

namespace {

constexpr double kSmallDeviation = 0.02;

void addStream(Tensors& tensors, const std::string& stream, const ModelOptions& options)
{
    const std::int64_t d = options.width();
    const std::int64_t position = options.combine == Combine::Concat ? options.positionWidth : d;
    tensors.push_back({.name = stream + ".position",
        .shape = {options.historyLength, position},
        .start = Start::Normal,
        .deviation = kSmallDeviation});
    if (options.inputNorm) {
        tensors.push_back({.name = stream + ".norm.gain", .shape = {d}, .start = Start::Ones});
        tensors.push_back({.name = stream + ".norm.bias", .shape = {d}});
    }
    for (int i = 0; i < options.layers; ++i)
        addEncoderLayer(tensors, stream + ".layer" + std::to_string(i), d);
}

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
        tensors.push_back({.name = "profile.tokens",
            .shape = {kProfileBuckets, options.profileWidth},
            .start = Start::Normal,
            .deviation = kSmallDeviation});
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
    return {{.key = "idst-cl.wide",
                .symbol = "",
                .label = "wide part",
                .unit = "",
                .type = FieldType::Choice,
                .least = 0,
                .most = 0,
                .step = 0,
                .logarithmic = false,
                .choices = {"none", "popularity", "neighbours"},
                .help = "what other users' training events say of a candidate, beside the transformers: how "
                        "many have it (popularity), and how many of those share the history (neighbours). "
                        "Reads all clients' events: for central training and for federated training without "
                        "noise"},
        std::int64_t{0}, "none: the paper's model.",
        "neighbours: much better where items are rare or have no text; no accountant charges for it.",
        "None; the combination of a wide and a deep part is that of Cheng et al. 2016."};
}

std::vector<std::string> problemsOf(const ModelOptions& options)
{
    std::vector<std::string> found;
    if (options.width() % options.heads != 0)
        found.push_back("model.heads: " + std::to_string(options.heads)
            + " does not divide the width d = " + std::to_string(options.width())
            + " (model.id_width + model.feature_width + model.position_width, or "
              "model.id_width alone with model.combine = sum)");
    checkMlp(options, found);
    return found;
}

OwnField shrinkageField()
{
    return {
        {.key = "idst-cl.shrinkage",
            .symbol = "",
            .label = "shrinkage",
            .unit = "users",
            .type = FieldType::Number,
            .least = 0,
            .most = 1000,
            .step = 1,
            .logarithmic = false,
            .choices = {},
            .help = "the own row of an item that n users have counts by (n - 1) / (n - 1 + this): what one "
                    "user alone would teach it is nothing about others. 0: every row counts in full"},
        0.0, "0: the rows of rare items learn their few users by heart.",
        "Large: only what many have keeps an identity; the rest are what their texts say.",
        "Not in the paper."};
}

} // namespace

const ModelInfo& idstClInfo()
{
    static const ModelInfo kInfo{.name = "idst-cl",
        .title = "IDST-CL",
        .citation = "FedCCTR-LM, arXiv 2503.16875, Section 3.4",
        .summary = "one transformer per domain and one for the merged sequence, tied by IDRA and CDRD",
        .settings = joined({commonKeys(), itemKeys(),
            {"loss.lambda1", "loss.lambda2", "loss.tau", "loss.alpha_a", "loss.alpha_b", "loss.idra",
                "loss.cdrd", "model.attention", "model.pooling", "model.scorer", "model.position_width",
                "model.profile_width", "model.heads", "model.layers", "model.dropout",
                "model.history_dropout", "model.input_norm", "model.mlp", "augment.profiles"}}),
        .fields = {wideField(), shrinkageField()},
        .terms = {{"idra", "IDRA", "loss.lambda1", &LossOptions::lambda1},
            {"cdrd", "CDRD", "loss.lambda2", &LossOptions::lambda2}},
        .representations = Representations::Trained,
        .tensors = tensorsOf,
        .problems = problemsOf};
    return kInfo;
}

} // namespace fedcctr::model
