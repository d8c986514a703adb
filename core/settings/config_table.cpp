// SPDX-License-Identifier: GPL-3.0-or-later
// The one table of settings. Ranges, defaults (the structs' initialisers), symbols and help are nowhere else.
#include "core/settings/config_table.h"

#include "core/models/specs/registry.h"
#include "core/privacy/accountants/accountants.h"

#include <algorithm>

namespace fedcctr::settings {

namespace {

using augment::AugmentUse;
using federation::FederationOptions;
using federation::FedMmOptions;
using federation::RunOptions;
using federation::SiloOptions;
using model::LossOptions;
using model::ModelOptions;
using privacy::PrivacyOptions;

struct Numeric {
    double least;
    double most;
    double step;
    bool logarithmic = false;
};

struct Words {
    std::string key;
    std::string symbol;
    std::string label;
    std::string help;
    std::string unit = {};
};

Field row(FieldType type, Words words)
{
    Field field;
    field.type = type;
    field.key = std::move(words.key);
    field.symbol = std::move(words.symbol);
    field.label = std::move(words.label);
    field.help = std::move(words.help);
    field.unit = std::move(words.unit);
    return field;
}

/// `Part` is a member of Config, `Member` a member of that part; both are known when compiled, so that plain
/// function pointers do.
template <auto Part, auto Member> Field number(Words words, Numeric range)
{
    Field field = row(FieldType::Number, std::move(words));
    field.least = range.least;
    field.most = range.most;
    field.step = range.step;
    field.logarithmic = range.logarithmic;
    field.read = [](const Config& config) { return Value(config.*Part.*Member); };
    field.write = [](Config& config, const Value& value) { config.*Part.*Member = std::get<double>(value); };
    return field;
}

template <auto Part, auto Member> Field integer(Words words, Numeric range)
{
    Field field = row(FieldType::Integer, std::move(words));
    field.least = range.least;
    field.most = range.most;
    field.step = range.step;
    field.logarithmic = range.logarithmic;
    field.read = [](const Config& config) { return Value(static_cast<std::int64_t>(config.*Part.*Member)); };
    field.write = [](Config& config, const Value& value) {
        auto& member = config.*Part.*Member;
        member = static_cast<std::remove_reference_t<decltype(member)>>(std::get<std::int64_t>(value));
    };
    return field;
}

template <auto Part, auto Member> Field flag(Words words)
{
    Field field = row(FieldType::Bool, std::move(words));
    field.read = [](const Config& config) { return Value(config.*Part.*Member); };
    field.write = [](Config& config, const Value& value) { config.*Part.*Member = std::get<bool>(value); };
    return field;
}

template <auto Part, auto Member> Field text(Words words)
{
    Field field = row(FieldType::Text, std::move(words));
    field.read = [](const Config& config) { return Value(config.*Part.*Member); };
    field.write = [](Config& config, const Value& value) {
        config.*Part.*Member = std::get<std::string>(value);
    };
    return field;
}

/// The choices stand in the order of the enumeration. As a value, a choice is its index; in JSON, its word.
template <auto Part, auto Member> Field choice(Words words, std::vector<std::string> choices)
{
    Field field = row(FieldType::Choice, std::move(words));
    field.choices = std::move(choices);
    field.read = [](const Config& config) { return Value(static_cast<std::int64_t>(config.*Part.*Member)); };
    field.write = [](Config& config, const Value& value) {
        auto& member = config.*Part.*Member;
        member = static_cast<std::remove_reference_t<decltype(member)>>(std::get<std::int64_t>(value));
    };
    return field;
}

constexpr auto kModel = &Config::model;
constexpr auto kLoss = &Config::loss;
constexpr auto kPrivacy = &Config::privacy;
constexpr auto kFederation = &Config::federation;
constexpr auto kMarket = &Config::market;
constexpr auto kFedMm = &Config::fedmm;
constexpr auto kAugment = &Config::augment;
constexpr auto kRun = &Config::run;

/// The task: members of the loss's options, since they decide what it is of.
void addTask(std::vector<Field>& table)
{
    table.push_back(choice<kLoss, &LossOptions::label>(
        {"data.label", "y", "label",
            "what an event says. click: every event is a positive, and negatives are sampled. rating: 1 "
            "where "
            "the event's rating reaches the threshold, else 0; the loss is the binary cross-entropy of "
            "events, without sampled negatives. The dataset must have ratings"},
        {"click", "rating"}));
    table.push_back(number<kLoss, &LossOptions::ratingThreshold>(
        {"data.rating_threshold", "", "rating threshold", "the least rating that counts as 1", "stars"},
        {0, 100, 0.5}));
    table.push_back(
        choice<kLoss, &LossOptions::target>({"data.target", "", "target domain",
                                                "whose events are learnt and judged. both: each domain, with "
                                                "the other one as its source. A or B: "
                                                "that one alone; the other one is history"},
            {"both", "A", "B"}));
}

void addLoss(std::vector<Field>& table)
{
    table.push_back(
        choice<kLoss, &LossOptions::ranking>({"loss.ranking", "", "ranking loss",
                                                 "L^A and L^B. bce: binary cross-entropy on positives and "
                                                 "negatives (Eq. 20-21). softmax: the positive against its "
                                                 "negatives, which ranks better with many of them"},
            {"bce", "softmax"}));
    table.push_back(
        integer<kLoss, &LossOptions::negatives>({"loss.negatives", "n_neg", "training negatives",
                                                    "random items of the target's domain that the user never "
                                                    "touched, per positive, or per client and domain when "
                                                    "shared"},
            {1, 1024, 1, true}));
    table.push_back(
        flag<kLoss, &LossOptions::sharedNegatives>({"loss.shared_negatives", "", "share negatives",
            "one set of negatives for all targets of a client and domain in a step: many negatives for "
            "little work"}));
    table.push_back(flag<kLoss, &LossOptions::seenNegatives>({"loss.seen_negatives", "", "seen negatives",
        "draw negatives only among items that occur in somebody's training events, so that new items are not "
        "pushed to "
        "the bottom. Which items those are is knowledge from all clients' data: no ledger charges for it"}));
    table.push_back(
        number<kLoss, &LossOptions::lambda1>({"loss.lambda1", "λ₁", "weight of IDRA",
                                                 "pulls the two views of a sequence together (Eq. 17, 22). 0 "
                                                 "switches the term off. May be changed during a run"},
            {0, 1, 0.05}));
    table.push_back(number<kLoss, &LossOptions::lambda2>(
        {"loss.lambda2", "λ₂", "weight of CDRD",
            "keeps h^A and h^B apart and h^M between them (Eq. 18, 22). As "
            "printed it is least where all users have the same two "
            "opposite directions, and ranking suffers: see "
            "loss.cdrd_form. 0 switches the term off. May be changed "
            "during a run"},
        {0, 1, 0.05}));
    table.push_back(number<kLoss, &LossOptions::tau>(
        {"loss.tau", "τ", "temperature of CDRD", "small values make the contrast sharp (Eq. 18)"},
        {0.01, 1, 0.01}));
    table.push_back(number<kLoss, &LossOptions::alphaA>(
        {"loss.alpha_a", "α_A", "margin of IDRA in domain A",
            "the paper: 0.5 for dense domains; above 1 the term never rests, since a cosine is at most 1"},
        {0, 2, 0.1}));
    table.push_back(number<kLoss, &LossOptions::alphaB>(
        {"loss.alpha_b", "α_B", "margin of IDRA in domain B", "the paper: 2.0 for sparse domains"},
        {0, 2, 0.1}));
    table.push_back(flag<kLoss, &LossOptions::idra>(
        {"loss.idra", "", "IDRA", "ablation switch: off leaves the term out, whatever its weight"}));
    table.push_back(flag<kLoss, &LossOptions::cdrd>(
        {"loss.cdrd", "", "CDRD", "ablation switch: off leaves the term out, whatever its weight"}));
    table.push_back(choice<kLoss, &LossOptions::cdrdForm>(
        {"loss.cdrd_form", "", "form of CDRD",
            "printed: Eq. 18 as it reads, whose least value is one constant direction for h^A and the "
            "opposite for "
            "h^B, whoever the user is. targets: each target's h^M finds its own h^A and h^B among those of "
            "the "
            "same client's other targets. users: among those of all users that are trained together, which "
            "needs a "
            "server that sees them (central training; a client alone has its own targets only)"},
        {"printed", "targets", "users"}));
}

/// A choice whose words are the names of the accountants.
Field accountantChoice()
{
    std::string help = "the rule that stops clients. ";
    std::vector<std::string> names;
    for (const privacy::AccountantInfo* info : privacy::selectableAccountants()) {
        help += info->name + ": " + info->help + ". ";
        names.push_back(info->name);
    }
    Field field = row(
        FieldType::Choice, {"privacy.accountant", "", "accountant", help + "All that apply are recorded"});
    field.choices = std::move(names);
    field.read = [](const Config& config) {
        const auto known = privacy::selectableAccountants();
        const auto found =
            std::ranges::find(known, config.privacy.accountant, &privacy::AccountantInfo::name);
        return Value(static_cast<std::int64_t>(found - known.begin()));
    };
    field.write = [](Config& config, const Value& value) {
        config.privacy.accountant = privacy::selectableAccountants()
                                        .at(static_cast<std::size_t>(std::get<std::int64_t>(value)))
                                        ->name;
    };
    return field;
}

void addPrivacy(std::vector<Field>& table)
{
    table.push_back(choice<kPrivacy, &PrivacyOptions::schedule>(
        {"privacy.schedule", "", "noise schedule",
            "none: no noise, no guarantee. static: σ stays. adaldp: σ falls by R every round (Eq. 26)"},
        {"none", "static", "adaldp"}));
    table.push_back(choice<kPrivacy, &PrivacyOptions::adversary>(
        {"privacy.adversary", "", "trust model",
            "who must not learn what a client holds. local: the server, which sees each upload. aggregate: a "
            "server behind secure aggregation, which sees the sum and who took part. released-model: an "
            "outsider who sees the models only; who took part is secret, so sampling amplifies. Where "
            "clients are silos "
            "(federation.client), these are a market's users before the market itself: ε is one person's, "
            "against "
            "whoever sees what the market sends under aggregate"},
        {"local", "aggregate", "released-model"}));
    table.push_back(choice<kPrivacy, &PrivacyOptions::relation>(
        {"privacy.relation", "", "neighbours",
            "what ε compares. replace: one client with other data, sensitivity 2θ. add-remove: one client "
            "there or not, sensitivity θ"},
        {"replace", "add-remove"}));
    table.push_back(number<kPrivacy, &PrivacyOptions::epsilon>(
        {"privacy.epsilon", "ε", "budget of a client",
            "a client stops when its spend under the chosen accountant would exceed this. Lower: more "
            "privacy; higher: more "
            "accuracy"},
        {0.01, 1e6, 0.1, true}));
    table.push_back(number<kPrivacy, &PrivacyOptions::delta>(
        {"privacy.delta", "δ", "failure probability",
            "chance that ε does not hold; keep it below 1/clients. The rule as printed (eq27) has none"},
        {1e-12, 1e-2, 1e-6, true}));
    table.push_back(number<kPrivacy, &PrivacyOptions::decayRate>(
        {"privacy.decay_rate", "R", "decay rate",
            "σ of the next round = R times σ (Eq. 26). 1 keeps it; smaller values let the noise die sooner, "
            "so that late "
            "rounds cost more"},
        {0.9, 1, 0.001}));
    table.push_back(number<kPrivacy, &PrivacyOptions::noiseMultiplier>(
        {"privacy.noise_multiplier", "σ₀/θ", "first noise level",
            "standard deviation per coordinate of the noise on what the adversary sees, in clip norms: on "
            "one "
            "upload (local) or on the sum of the uploads (aggregate, released-model)",
            "clip norms"},
        {0.01, 1e4, 0.1, true}));
    table.push_back(choice<kPrivacy, &PrivacyOptions::noiseSource>(
        {"privacy.noise_source", "", "noise drawn from",
            "reproducible: the run's seed, so that a run can be repeated and whoever knows the seed can take "
            "the noise away. secret: the operating system's random source; the key stays beside the "
            "checkpoint while the run can go on and is removed at its end, and no two runs are alike"},
        {"reproducible", "secret"}));
    table.push_back(number<kPrivacy, &PrivacyOptions::clipNorm>(
        {"privacy.clip_norm", "θ", "clip norm",
            "each client's upload is scaled down to this length (Eq. 24), with or without noise"},
        {1e-4, 1e6, 0.1, true}));
    table.push_back(accountantChoice());
    table.push_back(choice<kPrivacy, &PrivacyOptions::charge>(
        {"privacy.charge", "", "charged for",
            "every-round: all clients pay for every round, as Algorithm 2 is printed. participation: a "
            "client pays for the "
            "rounds in which it sends something"},
        {"every-round", "participation"}));
    table.push_back(number<kPrivacy, &PrivacyOptions::order>(
        {"privacy.order", "ζ", "order in Eq. 27",
            "Rényi order of the rule as printed; only at 2 is its exponent right"},
        {1.01, 1024, 1, true}));
    table.push_back(choice<kPrivacy, &PrivacyOptions::clipping>(
        {"privacy.clipping", "", "clipping",
            "whole: the upload to θ (Eq. 24). per-layer: each of m tensors to θ/√m. adaptive: θ follows a "
            "quantile of the norms, found with a noisy count that takes its share of the budget"},
        {"whole", "per-layer", "adaptive"}));
    table.push_back(number<kPrivacy, &PrivacyOptions::clipQuantile>(
        {"privacy.clip_quantile", "γ", "target quantile",
            "of adaptive clipping: share of the clients that shall not be clipped"},
        {0.01, 0.99, 0.05}));
    table.push_back(number<kPrivacy, &PrivacyOptions::clipLearningRate>(
        {"privacy.clip_learning_rate", "", "clip learning rate", "of adaptive clipping: how fast θ follows"},
        {0.001, 2, 0.05}));
    table.push_back(number<kPrivacy, &PrivacyOptions::clipCountNoise>(
        {"privacy.clip_count_noise", "σ_b", "noise on the count",
            "of adaptive clipping: standard deviation of the noise on the count of clients below θ; twice "
            "this "
            "must exceed σ₀/θ, and the rest of the budget goes to the gradient",
            "clients"},
        {0.1, 1e6, 1, true}));
    table.push_back(choice<kPrivacy, &PrivacyOptions::correlation>(
        {"privacy.correlation", "", "correlated noise",
            "none: fresh noise every round. banded: DP-FTRL, "
            "each round takes back part of the earlier noise; "
            "needs cyclic sampling and an aggregator that draws it (aggregate)"},
        {"none", "banded"}));
    table.push_back(integer<kPrivacy, &PrivacyOptions::band>(
        {"privacy.band", "b", "band", "rounds that share noise; a client sends at most once in so many",
            "rounds"},
        {1, 4096, 1, true}));
    table.push_back(number<kPrivacy, &PrivacyOptions::histogramNoise>(
        {"privacy.histogram_noise", "", "noise on the histogram",
            "standard deviation per item of the noise on the private popularity histogram, per clip norm of "
            "a client's counts; its cost is part of every ε but Eq. 27's. Used with model.prior = histogram",
            "clip norms"},
        {0, 1e6, 1}));
    table.push_back(number<kPrivacy, &PrivacyOptions::dropout>(
        {"privacy.dropout", "", "drop-outs",
            "share of a cohort that drops out after the noise was shared out, simulated: K' of K clients "
            "leave "
            "σ√(K'/K), and the survivors pay for it (aggregate only)"},
        {0, 0.9, 0.05}));
}

void addFederation(std::vector<Field>& table)
{
    table.push_back(choice<kFederation, &FederationOptions::mode>(
        {"federation.mode", "", "mode",
            "federated: Algorithm 1. central: mini-batches over users with all data in one place, for "
            "reference; no clipping, "
            "no noise"},
        {"federated", "central"}));
    table.push_back(choice<kFederation, &FederationOptions::client>(
        {"federation.client", "", "client",
            "who takes part. user: a person, in a dataset of two domains. silo: a market with all its users, "
            "in a multi-market dataset, or a domain with those of a dataset of two; what then counts as a "
            "round is an exchange between markets"},
        {"user", "silo"}));
    table.push_back(integer<kFederation, &FederationOptions::rounds>(
        {"federation.rounds", "T", "rounds", "in central mode: mini-batches", "rounds"},
        {1, 1000000, 10, true}));
    table.push_back(number<kFederation, &FederationOptions::rate>(
        {"federation.rate", "ρ", "sampling rate",
            "share of the clients that a round draws; in central mode the share of users in a mini-batch"},
        {1e-5, 1, 0.01, true}));
    table.push_back(choice<kFederation, &FederationOptions::sampling>(
        {"federation.sampling", "", "sampling",
            "poisson: each client by its own coin. fixed: exactly ρN of them; every client once before any "
            "comes again in central mode. cyclic: 1/ρ groups take turns"},
        {"poisson", "fixed", "cyclic"}));
    table.push_back(choice<kFederation, &FederationOptions::optimizer>(
        {"federation.optimizer", "", "server optimiser",
            "what the server does with the averaged upload. sgd: Eq. 23. adamw: the same upload through "
            "AdamW, which costs no privacy"},
        {"sgd", "adamw"}));
    table.push_back(number<kFederation, &FederationOptions::learningRate>(
        {"federation.learning_rate", "η", "learning rate", "of the server's step"}, {1e-7, 100, 1e-4, true}));
    table.push_back(number<kFederation, &FederationOptions::weightDecay>(
        {"federation.weight_decay", "", "weight decay",
            "of AdamW, decoupled: weight matrices shrink by η times this each round"},
        {0, 100, 0.01}));
    table.push_back(number<kFederation, &FederationOptions::itemWeightDecay>(
        {"federation.item_weight_decay", "", "item weight decay",
            "the same for the item id embeddings, which learn most by heart"},
        {0, 100, 0.1}));
    table.push_back(choice<kFederation, &FederationOptions::learningRateSchedule>(
        {"federation.learning_rate_schedule", "", "learning rate schedule",
            "constant, or cosine: falls to 2 % over the planned rounds"},
        {"constant", "cosine"}));
    table.push_back(integer<kFederation, &FederationOptions::localTargets>(
        {"federation.local_targets", "", "local batch",
            "training targets that a client uses in one step, the newest of a random window", "targets"},
        {1, 1024, 1, true}));
    table.push_back(integer<kFederation, &FederationOptions::localSteps>(
        {"federation.local_steps", "", "local steps",
            "more than one sends the difference of the parameters instead of a gradient", "steps"},
        {1, 50, 1}));
    table.push_back(number<kFederation, &FederationOptions::localLearningRate>(
        {"federation.local_learning_rate", "", "local learning rate",
            "of a client's own SGD steps when there is more than one"},
        {1e-6, 10, 0.01, true}));
}

void addMarkets(std::vector<Field>& table)
{
    table.push_back(choice<kMarket, &SiloOptions::method>(
        {"market.method", "", "method",
            "how markets learn. alone: each by itself. central: all data in one place (needs shared "
            "identities). "
            "fine-tune: that, then each by itself. fedavg: averages of parameters. fedprox: the same, pulled "
            "towards the last average. fedmm: codes of a shared and a local codebook, as features of each "
            "market's own model"},
        {"alone", "central", "fine-tune", "fedavg", "fedprox", "fedmm"}));
    table.push_back(choice<kMarket, &SiloOptions::identities>(
        {"market.identities", "", "item identities",
            "hidden: no market knows which of its items another one has (FedMM's assumption; the overlap is "
            "kept for analysis). shared: equal ids are one item for fedavg, fedprox, central and fine-tune"},
        {"hidden", "shared"}));
    table.push_back(choice<kMarket, &SiloOptions::weights>(
        {"market.weights", "", "weights",
            "how an upload counts in an average. size: by the market's training events. equal: each as much"},
        {"size", "equal"}));
    table.push_back(number<kMarket, &SiloOptions::epochs>(
        {"market.epochs", "E", "local epochs", "passes over a market's users between two exchanges",
            "epochs"},
        {0.01, 1000, 1, true}));
    table.push_back(number<kMarket, &SiloOptions::participation>(
        {"market.participation", "", "participation",
            "share of the markets that an exchange draws, at least one"},
        {0.01, 1, 0.1}));
    table.push_back(number<kMarket, &SiloOptions::dropout>(
        {"market.dropout", "", "drop-outs",
            "chance that a drawn market fails to answer; the others are averaged without it"},
        {0, 0.95, 0.05}));
    table.push_back(number<kMarket, &SiloOptions::proximal>(
        {"market.proximal", "μ", "proximal weight", "of FedProx: the pull towards the last average"},
        {0, 100, 0.01, true}));
}

void addFedMm(std::vector<Field>& table)
{
    table.push_back(choice<kFedMm, &FedMmOptions::embedding>(
        {"fedmm.embedding", "", "collaborative model",
            "what gives each market the vectors of its items and users that are quantised. mf: matrix "
            "factorisation. lightgcn: the same, averaged over the graph of who took what. text: an item's "
            "vector is of "
            "its public words and a user's the mean of the user's items', which noise can protect "
            "(privacy.schedule)"},
        {"mf", "lightgcn", "text"}));
    table.push_back(
        integer<kFedMm, &FedMmOptions::hops>({"fedmm.hops", "", "hops", "layers of LightGCN"}, {1, 6, 1}));
    table.push_back(integer<kFedMm, &FedMmOptions::width>(
        {"fedmm.width", "", "embedding width", "coordinates of the collaborative vectors"}, {2, 512, 8}));
    table.push_back(integer<kFedMm, &FedMmOptions::embeddingEpochs>(
        {"fedmm.embedding_epochs", "", "embedding epochs", "full-batch steps of the collaborative model",
            "epochs"},
        {1, 100000, 50, true}));
    table.push_back(number<kFedMm, &FedMmOptions::embeddingRate>(
        {"fedmm.embedding_rate", "", "embedding learning rate", "Adam's, of the collaborative model"},
        {1e-6, 1, 0.005, true}));
    table.push_back(number<kFedMm, &FedMmOptions::embeddingDecay>(
        {"fedmm.embedding_decay", "", "embedding decay", "L2 weight on the vectors of a step"},
        {0, 1, 1e-4}));
    table.push_back(flag<kFedMm, &FedMmOptions::textStart>({"fedmm.text_start", "", "text start",
        "items with a text start from a hash of its words, the same in every market without any exchange, so "
        "that the markets' spaces agree"}));
    table.push_back(integer<kFedMm, &FedMmOptions::latent>(
        {"fedmm.latent", "", "latent width", "coordinates of what is quantised"}, {1, 512, 4}));
    table.push_back(integer<kFedMm, &FedMmOptions::codes>(
        {"fedmm.codes", "", "global codes", "size of the first codebook"}, {2, 65536, 8, true}));
    table.push_back(integer<kFedMm, &FedMmOptions::localCodes>(
        {"fedmm.local_codes", "", "local codes", "size of the second codebook"}, {2, 65536, 8, true}));
    table.push_back(flag<kFedMm, &FedMmOptions::global>({"fedmm.global", "", "global layer",
        "the first codebook is shared by all markets; off: each market has its own"}));
    table.push_back(flag<kFedMm, &FedMmOptions::local>(
        {"fedmm.local", "", "local layer", "there is a second codebook, each market's own"}));
    table.push_back(integer<kFedMm, &FedMmOptions::rounds>(
        {"fedmm.rounds", "", "codebook rounds", "exchanges of codebook sums and counts", "rounds"},
        {1, 100000, 5, true}));
    table.push_back(integer<kFedMm, &FedMmOptions::epochs>(
        {"fedmm.epochs", "", "codebook epochs",
            "full-batch steps of a market's autoencoder between two of them", "epochs"},
        {1, 10000, 1, true}));
    table.push_back(number<kFedMm, &FedMmOptions::rate>(
        {"fedmm.rate", "", "codebook learning rate", "Adam's, of the autoencoder"}, {1e-6, 1, 0.001, true}));
    table.push_back(number<kFedMm, &FedMmOptions::commitment>(
        {"fedmm.commitment", "β", "commitment", "how strongly a latent vector is pulled to its codeword"},
        {0, 10, 0.05}));
    table.push_back(number<kFedMm, &FedMmOptions::decay>(
        {"fedmm.decay", "γ", "codebook memory", "of the moving averages of sums and counts"},
        {0, 0.9999, 0.05}));
    table.push_back(flag<kFedMm, &FedMmOptions::sharedCoder>({"fedmm.shared_coder", "", "shared autoencoder",
        "encoder and decoder are averaged with the global codebook, so that equal codes can mean equal "
        "things"}));
    table.push_back(flag<kFedMm, &FedMmOptions::sharedModel>({"fedmm.shared_model", "", "shared model",
        "what the markets' models learn of global codes, and their other layers, is averaged at every "
        "exchange; "
        "off: each market's model is its own"}));
}

Field architecture()
{
    std::string help;
    for (const model::ModelInfo* info : model::models())
        help += (help.empty() ? "" : ". ") + info->name + ": " + info->summary;
    Field field = row(FieldType::Choice,
        {"model.architecture", "", "architecture",
            help + ". Each reads some settings of this section, which the form tells apart"});
    for (const model::ModelInfo* info : model::models())
        field.choices.push_back(info->name);
    field.read = [names = field.choices](const Config& config) {
        return Value(
            static_cast<std::int64_t>(std::ranges::find(names, config.model.architecture) - names.begin()));
    };
    field.write = [names = field.choices](Config& config, const Value& value) {
        config.model.architecture = names.at(static_cast<std::size_t>(std::get<std::int64_t>(value)));
    };
    return field;
}

/// The settings of single models, a section each.
void addOwn(std::vector<Field>& table)
{
    for (const model::ModelInfo* info : model::models())
        for (const model::OwnField& own : info->fields) {
            Field field;
            static_cast<FieldInfo&>(field) = own;
            field.read = [info, key = own.key](
                             const Config& config) { return model::ownValue(*info, config.model, key); };
            field.write = [key = own.key, fallback = own.fallback](Config& config, const Value& value) {
                if (value == fallback)
                    config.model.own.erase(key);
                else
                    config.model.own[key] = value;
            };
            table.push_back(std::move(field));
        }
}

void addModel(std::vector<Field>& table)
{
    table.push_back(architecture());
    table.push_back(
        flag<kModel, &ModelOptions::catalogueOrder>({"model.catalogue_order", "", "catalogue order",
            "the private head takes the rank of an item's id for its age, public where a shop numbers its "
            "items in the "
            "order of listing (as Amazon's ASINs). Off: text only"}));
    table.push_back(choice<kModel, &ModelOptions::prior>(
        {"model.prior", "", "popularity prior",
            "of the private head. none; file: published numbers from model.prior_file; histogram: counted "
            "from the "
            "clients' training items under privacy.histogram_noise, which every ε but Eq. 27's includes"},
        {"none", "file", "histogram"}));
    table.push_back(text<kModel, &ModelOptions::priorFile>({"model.prior_file", "", "prior file",
        "lines \"item,count\" with the dataset's item ids; must not stem from these clients' data"}));
    table.push_back(choice<kModel, &ModelOptions::attention>(
        {"model.attention", "", "attention",
            "causal: one pass per sequence gives every prefix. bidirectional: every prefix encoded by "
            "itself, as the paper's "
            "equations read; about L times the work"},
        {"causal", "bidirectional"}));
    table.push_back(choice<kModel, &ModelOptions::pooling>(
        {"model.pooling", "", "pooling",
            "a prefix's representation. mean: of its outputs (Eq. 16). last: the newest output"},
        {"mean", "last"}));
    table.push_back(
        choice<kModel, &ModelOptions::scorer>({"model.scorer", "", "scorer",
                                                  "mlp: MLP([h^d, h^M, item]) (Eq. 19). dot: inner product "
                                                  "of a projection of [h^d, h^M] and the item vector, plus "
                                                  "the item's bias"},
            {"mlp", "dot"}));
    table.push_back(
        choice<kModel, &ModelOptions::combine>({"model.combine", "", "item vector",
                                                   "concat: id, feature and position side by side (Eq. 11), "
                                                   "together d wide. sum: the three added, each as wide as "
                                                   "the id"},
            {"concat", "sum"}));
    table.push_back(choice<kModel, &ModelOptions::features>(
        {"model.features", "", "item features",
            "of title, categories, genres, themes and keywords: a mean per field, the fields averaged. none; "
            "tokens: learned embeddings of hashed words; text: fixed TF-IDF vectors, reduced by an SVD, with "
            "a learned projection"},
        {"none", "tokens", "text"}));
    table.push_back(integer<kModel, &ModelOptions::idWidth>(
        {"model.id_width", "", "id width", "coordinates of the item's id embedding"}, {1, 1024, 8}));
    table.push_back(integer<kModel, &ModelOptions::featureWidth>(
        {"model.feature_width", "", "feature width", "coordinates of the item's features, when concatenated"},
        {0, 1024, 8}));
    table.push_back(integer<kModel, &ModelOptions::positionWidth>(
        {"model.position_width", "", "position width",
            "coordinates of the position embedding, when concatenated"},
        {0, 1024, 8}));
    table.push_back(integer<kModel, &ModelOptions::textWidth>(
        {"model.text_width", "", "text width",
            "coordinates of the fixed text vectors (model.vectors = tf-idf)"},
        {2, 1024, 8}));
    table.push_back(text<kModel, &ModelOptions::vectors>({"model.vectors", "", "item vectors",
        "vectors of the items' texts. tf-idf: TF-IDF and SVD of titles, categories and PrivAugNet's item "
        "features, computed here. A name: the set of that name beside the dataset, of a pre-trained encoder "
        "(fedcctr vectors, or the page Augmentation), scaled to length 1"}));
    table.push_back(
        text<kModel, &ModelOptions::vectorsFile>({"model.vectors_file", "", "file of item vectors",
            "lines \"item,x1,x2,…\" in place of model.vectors, e.g. of a sentence encoder; empty: as that "
            "says"}));
    table.push_back(text<kModel, &ModelOptions::file>({"model.file", "", "module file",
        "of the own model: a TorchScript module that scores histories and candidates, as "
        "resources/examples/own_gru.py writes one. The run keeps a copy"}));
    table.push_back(integer<kModel, &ModelOptions::profileWidth>(
        {"model.profile_width", "", "profile width",
            "coordinates of the user-profile embedding in e_side, where the dataset has profiles"},
        {1, 256, 8}));
    table.push_back(integer<kModel, &ModelOptions::heads>(
        {"model.heads", "H", "attention heads", "must divide the width d"}, {1, 64, 1}));
    table.push_back(integer<kModel, &ModelOptions::layers>(
        {"model.layers", "", "layers", "of each transformer"}, {1, 8, 1}));
    table.push_back(number<kModel, &ModelOptions::dropout>(
        {"model.dropout", "", "dropout", "share of activations dropped in training"}, {0, 0.9, 0.05}));
    table.push_back(number<kModel, &ModelOptions::historyDropout>(
        {"model.history_dropout", "", "history dropout",
            "share of a history's items that are blanked in training"},
        {0, 0.9, 0.05}));
    table.push_back(number<kModel, &ModelOptions::itemStart>(
        {"model.item_start", "", "first id embeddings",
            "their standard deviation; 0 lets the item text carry the start"},
        {0, 1, 0.01}));
    table.push_back(flag<kModel, &ModelOptions::inputNorm>({"model.input_norm", "", "input norm",
        "a layer norm before the first encoder layer; the paper has none"}));
    table.push_back(text<kModel, &ModelOptions::mlp>(
        {"model.mlp", "", "MLP widths", "hidden layers of the scorer, e.g. 512-256-128"}));
    table.push_back(integer<kModel, &ModelOptions::historyLength>(
        {"model.history", "L", "history length", "the newest events of each sequence that a model sees",
            "events"},
        {1, 3000, 5, true}));
}

void addAugment(std::vector<Field>& table)
{
    table.push_back(text<kAugment, &AugmentUse::name>({"augment.name", "", "augmentation",
        "which of the dataset's augmentations; empty: its own. Others are made under a name (fedcctr augment "
        "--name), to compare models, prompts, temperatures or numbers of candidates"}));
    table.push_back(flag<kAugment, &AugmentUse::items>({"augment.items", "", "item features",
        "genres, themes and keywords that PrivAugNet found join the items' text, where the dataset has "
        "them"}));
    table.push_back(flag<kAugment, &AugmentUse::profiles>({"augment.profiles", "", "user profiles",
        "the user-profile embedding of e_side (Eq. 19), where the dataset has profiles"}));
    table.push_back(flag<kAugment, &AugmentUse::sequences>({"augment.sequences", "", "extended sequences",
        "liked items join the domains' sequences and IDRA ties both views (Eq. 10, 17); without them IDRA "
        "compares "
        "two dropout masks"}));
    table.push_back(flag<kAugment, &AugmentUse::negatives>(
        {"augment.negatives", "", "disliked items", "are training negatives, where the dataset has them"}));
}

void addRun(std::vector<Field>& table)
{
    table.push_back(integer<kRun, &RunOptions::seed>(
        {"run.seed", "", "seed", "same seed, same device, same numbers"}, {0, 9e15, 1}));
    table.push_back(
        text<kRun, &RunOptions::device>({"run.device", "", "device", "auto, cpu, cuda or cuda:n"}));
    table.push_back(integer<kRun, &RunOptions::threads>(
        {"run.threads", "", "threads", "0: one per core. Does not change the numbers"}, {0, 1024, 1}));
    table.push_back(integer<kRun, &RunOptions::evaluateEvery>(
        {"run.evaluate_every", "", "evaluate every", "", "rounds"}, {1, 100000, 1, true}));
    table.back().help = "rounds between two points of the validation curve";
    table.push_back(integer<kRun, &RunOptions::evaluationUsers>(
        {"run.evaluation_users", "", "users in the curve",
            "users drawn once for the validation curve, 0 for all; final figures are always over all users"},
        {0, 1e9, 100}));
    table.push_back(integer<kRun, &RunOptions::checkpointEvery>(
        {"run.checkpoint_every", "", "checkpoint every", "0: at the end only", "rounds"}, {0, 100000, 5}));
    table.push_back(
        integer<kRun, &RunOptions::snapshots>({"run.snapshots", "", "snapshots",
                                                  "most snapshots of the parameters that a run keeps, "
                                                  "evenly over its rounds, to watch the embeddings "
                                                  "part; 0: none"},
            {0, 200, 1}));
    table.push_back(flag<kRun, &RunOptions::keepBest>({"run.keep_best", "", "keep the best",
        "final figures are those of the parameters that were best at validation, not of the last round"}));
    table.push_back(choice<kRun, &RunOptions::bestBy>(
        {"run.best_by", "", "best by",
            "what is best at validation, in the mean over the domains. ndcg: NDCG@10. ctr-auc and "
            "ctr-logloss: of the predicted labels, which is what CTR models are trained for"},
        {"ndcg", "ctr-auc", "ctr-logloss"}));
}

std::vector<Field> makeTable()
{
    std::vector<Field> table;
    addTask(table);
    addLoss(table);
    addPrivacy(table);
    addFederation(table);
    addMarkets(table);
    addFedMm(table);
    addModel(table);
    addOwn(table);
    addAugment(table);
    addRun(table);
    return table;
}

} // namespace

const std::vector<Field>& fields()
{
    static const std::vector<Field> kTable = makeTable();
    return kTable;
}

} // namespace fedcctr::settings
