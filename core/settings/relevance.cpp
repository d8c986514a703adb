// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/settings/relevance.h"

#include "core/model/vector_set.h"
#include "core/models/specs/registry.h"

#include <algorithm>
#include <array>

namespace fedcctr::settings {

namespace {

bool isOneOf(const std::string& key, std::initializer_list<const char*> keys)
{
    return std::ranges::find(keys, key) != keys.end();
}

/// "The private head" within a sentence.
std::string inSentence(const std::string& title)
{
    return title.starts_with("The ") ? "the " + title.substr(4) : title;
}

std::string ofPrivacy(const Config& config, const std::string& key)
{
    const privacy::PrivacyOptions& options = config.privacy;
    const bool adaptive = options.clipping == privacy::Clipping::Adaptive;
    if (config.federation.mode == federation::Mode::Central)
        return key == "privacy.schedule"
            ? ""
            : "Central training (federation.mode) sends nothing that could be clipped "
              "or noised.";
    if (!adaptive
        && isOneOf(key, {"privacy.clip_quantile", "privacy.clip_learning_rate", "privacy.clip_count_noise"}))
        return "Used by adaptive clipping only (privacy.clipping).";
    if (isOneOf(key,
            {"privacy.schedule", "privacy.clip_norm", "privacy.clipping", "privacy.clip_quantile",
                "privacy.clip_learning_rate"}))
        return {};
    if (options.schedule == privacy::Schedule::None)
        return "No noise is added and nothing is accounted for: the noise schedule (privacy.schedule) is "
               "none.";
    if (key == "privacy.decay_rate" && options.schedule == privacy::Schedule::Static)
        return "The noise stays: the noise schedule (privacy.schedule) is static.";
    if (key == "privacy.band" && options.correlation == privacy::Correlation::None)
        return "The noise is fresh every round: privacy.correlation is none.";
    if (key == "privacy.histogram_noise" && config.model.prior != model::Prior::Histogram)
        return "No histogram is taken: the popularity prior (model.prior) is not histogram.";
    if (key == "privacy.dropout" && options.adversary != privacy::Adversary::Aggregate)
        return "Drop-outs share noise behind secure aggregation only (privacy.adversary = aggregate).";
    return {};
}

std::string ofLoss(const Config& config, const std::string& key)
{
    const model::LossOptions& loss = config.loss;
    if (loss.label == model::Label::Rating
        && isOneOf(key, {"loss.ranking", "loss.negatives", "loss.shared_negatives", "loss.seen_negatives"}))
        return "Ratings are labels (data.label): the loss is their binary cross-entropy, and ranks nothing.";
    const bool ofIdra = isOneOf(key, {"loss.lambda1", "loss.alpha_a", "loss.alpha_b", "loss.idra"});
    const bool ofCdrd = isOneOf(key, {"loss.lambda2", "loss.tau", "loss.cdrd", "loss.cdrd_form"});
    if (!ofIdra && !ofCdrd)
        return {};
    if (ofIdra && key != "loss.idra" && !loss.idra)
        return "IDRA is switched off (loss.idra).";
    if (ofCdrd && key != "loss.cdrd" && !loss.cdrd)
        return "CDRD is switched off (loss.cdrd).";
    if (loss.lambda1 == 0 && isOneOf(key, {"loss.alpha_a", "loss.alpha_b", "loss.idra"}))
        return "The weight λ₁ of IDRA is 0 (loss.lambda1).";
    if (loss.lambda2 == 0 && isOneOf(key, {"loss.tau", "loss.cdrd", "loss.cdrd_form"}))
        return "The weight λ₂ of CDRD is 0 (loss.lambda2).";
    return {};
}

std::string ofFederation(const Config& config, const std::string& key)
{
    const federation::FederationOptions& federation = config.federation;
    if (key == "federation.local_learning_rate" && federation.localSteps == 1)
        return "A single local step sends its gradient: federation.local_steps is 1.";
    if (federation.optimizer == federation::ServerOptimizer::Sgd
        && isOneOf(key, {"federation.weight_decay", "federation.item_weight_decay"}))
        return "Only AdamW decays weights (federation.optimizer).";
    return {};
}

std::string ofMarkets(const Config& config, const std::string& key)
{
    if (config.federation.client == federation::Client::User)
        return "Clients are users (federation.client), not markets.";
    const federation::SiloOptions& market = config.market;
    using federation::SiloMethod;
    if (key.starts_with("fedmm.") && market.method != SiloMethod::FedMm)
        return "Only FedMM (market.method) uses it.";
    const federation::FedMmOptions& fedmm = config.fedmm;
    if (key == "fedmm.hops" && fedmm.embedding != federation::Collaborative::LightGcn)
        return "Only LightGCN (fedmm.embedding) has hops.";
    if (fedmm.embedding == federation::Collaborative::Text
        && isOneOf(key,
            {"fedmm.embedding_epochs", "fedmm.embedding_rate", "fedmm.embedding_decay", "fedmm.text_start"}))
        return "Vectors of texts (fedmm.embedding) are not trained.";
    if (key == "fedmm.local_codes" && !fedmm.local)
        return "There is no second codebook (fedmm.local).";
    if (!fedmm.global && isOneOf(key, {"fedmm.shared_coder", "fedmm.shared_model"}))
        return "Nothing is shared without a global codebook (fedmm.global).";
    if (key == "market.proximal" && market.method != SiloMethod::FedProx)
        return "Only FedProx (market.method) uses it.";
    const bool exchanges = market.method == SiloMethod::FedAvg || market.method == SiloMethod::FedProx
        || market.method == SiloMethod::FedMm;
    if (!exchanges && isOneOf(key, {"market.weights", "market.participation", "market.dropout"}))
        return "Nothing is exchanged by this method (market.method).";
    if (key == "market.identities" && market.method == SiloMethod::FedMm)
        return "FedMM (market.method) never reads them.";
    return {};
}

std::string ofModel(const Config& config, const std::string& key)
{
    const model::ModelOptions& model = config.model;
    const model::ModelInfo& info = model::modelInfo(model.architecture);
    if (key == "model.prior_file" && model.prior != model::Prior::File)
        return "Read only when the popularity prior (model.prior) is file.";
    const bool text = !info.reads("model.features") || model.features == model::Features::Text;
    if (!text && isOneOf(key, {"model.text_width", "model.vectors", "model.vectors_file"}))
        return "The item features (model.features) are not text.";
    if (key == "model.text_width" && !model.vectorsFile.empty())
        return "The file of item vectors (model.vectors_file) brings its own width.";
    if (key == "model.text_width" && model.vectors != model::kTfIdf)
        return "The set of item vectors (model.vectors) brings its own width.";
    if (info.reads("model.combine") && model.combine == model::Combine::Sum
        && isOneOf(key, {"model.feature_width", "model.position_width"}))
        return "The item vector (model.combine) is a sum: all parts are as wide as the id.";
    if (info.reads("model.scorer") && key == "model.mlp" && model.scorer == model::Scorer::Dot)
        return "The scorer (model.scorer) is an inner product.";
    return {};
}

/// Of the sections that models share and of their own: what the chosen one does not read.
std::string ofOtherModels(const Config& config, const std::string& section, const std::string& key)
{
    const model::ModelInfo& info = model::modelInfo(config.model.architecture);
    if (const model::ModelInfo* owner = model::knownModel(section))
        return owner == &info ? std::string()
                              : "Only " + inSentence(owner->title) + " (model.architecture) uses it.";
    const bool shared =
        section == "model" || section == "loss" || (section == "augment" && key != "augment.name");
    if (!shared || info.reads(key))
        return {};
    const auto readers = std::ranges::count_if(
        model::models(), [&](const model::ModelInfo* other) { return other->reads(key); });
    if (readers == 1) {
        const auto only = std::ranges::find_if(
            model::models(), [&](const model::ModelInfo* other) { return other->reads(key); });
        return "Only " + inSentence((*only)->title) + " (model.architecture) uses it.";
    }
    return info.title + " (model.architecture) does not use it.";
}

std::string ofAugmentation(const std::string& key, bool augmented)
{
    if (key == "augment.name")
        return {};
    if (!augmented)
        return "This dataset has not been augmented; the page Augmentation does it.";
    return {};
}

} // namespace

std::string inactiveReason(const Config& config, const std::string& key, bool augmented)
{
    const std::string section = key.substr(0, key.find('.'));
    if (std::string reason = ofOtherModels(config, section, key); !reason.empty())
        return reason;
    if (section == "privacy")
        return ofPrivacy(config, key);
    if (section == "loss")
        return ofLoss(config, key);
    if (section == "federation")
        return ofFederation(config, key);
    if (section == "market" || section == "fedmm")
        return ofMarkets(config, key);
    if (section == "augment")
        return ofAugmentation(key, augmented);
    if (key == "model.profile_width" && !(augmented && config.augment.profiles))
        return "No user profiles are used (augment.profiles, or the dataset has none).";
    return section == "model" ? ofModel(config, key) : std::string();
}

std::vector<std::string> liveSettings(const Config& config)
{
    std::vector<std::string> keys;
    for (const model::TermInfo& term : model::modelInfo(config.model.architecture).terms)
        keys.push_back(term.weightKey);
    return keys;
}

} // namespace fedcctr::settings
