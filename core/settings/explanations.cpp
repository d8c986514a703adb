// SPDX-License-Identifier: GPL-3.0-or-later
// Sections, equations and figures are those of arXiv 2503.16875.
#include "core/settings/explanations.h"

#include "core/models/specs/registry.h"

#include <algorithm>
#include <vector>

namespace fedcctr::settings {

namespace {

using Table = std::vector<Explanation>;

void addLoss(Table& table)
{
    table.insert(table.end(),
        {{"data.label", "", "", "",
             "RAL-CDNet (KDD 2025, 5.1.1) takes ratings of 4 and 5 as 1, others as 0. FedCCTR-LM takes every "
             "rating as a click."},
            {"data.rating_threshold", "", "Low: nearly every event is a 1.", "High: few are.",
                "4 (RAL-CDNet, 5.1.1)."},
            {"data.target", "", "", "",
                "FedCCTR-LM predicts both domains; RAL-CDNet one, with the other as its source."},
            {"loss.ranking", "L = -Σ [y ln ŷ + (1-y) ln(1-ŷ)]", "", "",
                "Eq. 20-21 print binary cross-entropy. The sampled softmax is ours."},
            {"loss.negatives", "",
                "Few: a round is quick, and the model learns little of what a user does not want.",
                "Many: a sharper ranking, and more time and memory per client.",
                "The paper gives no number for training; it evaluates with 99 (5.4)."},
            {"loss.lambda1", "L = L^A + L^B + λ₁ L^IDRA + λ₂ L^CDRD",
                "0 leaves IDRA out. Below 0.2 what augmentation got wrong is hardly corrected.",
                "Above 0.6 both views are pressed into one: the paper's scores fall sharply.",
                "0.3 for Book, 0.4 for Movie (5.6.4, Figure 10). None is given for Food and Kitchen."},
            {"loss.lambda2", "L = L^A + L^B + λ₁ L^IDRA + λ₂ L^CDRD",
                "0 leaves CDRD out. Below 0.3, the paper says, shared and own interests blur.",
                "As printed the term is least where h^A is one constant direction and h^B its opposite, "
                "whoever "
                "the user is: the more it weighs, the less the representations tell. See loss.cdrd_form.",
                "0.5 for Book and Movie (5.6.4, Figure 10). None is given for Food and Kitchen."},
            {"loss.tau", "exp(sim(h^M, h^A)/τ) / Σ exp(sim(h^M, ·)/τ)",
                "Small: only the nearest wrong match counts; gradients are large.",
                "Large: all matches count nearly alike; the term pulls weakly.", "0.1, fixed (5.3; Eq. 18)."},
            {"loss.alpha_a", "max(0, α - sim(h, h'))",
                "0: the term rests as soon as the views do not contradict.",
                "Above 1 the term never rests, since a cosine is at most 1; 2 is a plain pull.",
                "0.5 for the denser domains Book and Food (5.3; Eq. 17)."},
            {"loss.alpha_b", "max(0, α - sim(h, h'))",
                "0: the term rests as soon as the views do not contradict.",
                "Above 1 the term never rests, since a cosine is at most 1; 2 is a plain pull.",
                "2.0 for the sparser domains Movie and Kitchen (5.3; Eq. 17)."},
            {"loss.idra", "", "", "", "Table 6, row w/o IDRA (5.5)."},
            {"loss.cdrd", "", "", "", "Table 6, row w/o CDRD (5.5)."},
            {"loss.cdrd_form", "log Σ_j exp(cos(h^M_i, h^X_j)/τ) - cos(h^M_i, h^X_i)/τ", "", "",
                "Eq. 18 sums over targets of one user and names no others to tell apart; C²DSR and Tri-CDR, "
                "which "
                "it cites, do. targets and users are ours."}});
}

void addNoise(Table& table)
{
    table.insert(table.end(),
        {{"privacy.schedule", "σ(t+1) = R σ(t)", "", "",
             "AdaLDP decays (3.5, Eq. 26); Static LDP and none are rows of Table 6."},
            {"privacy.adversary", "", "", "",
                "The paper noises every upload (local) and credits sampling as if who took part were secret "
                "(Appendix A)."},
            {"privacy.relation", "", "", "",
                "The paper uses both: θ in Eq. 27 (add-remove), 2θ in Lemma 2 (replace)."},
            {"privacy.epsilon", "stop when ε - Σ c_t ≤ 0",
                "More privacy: the budget is spent after few rounds, or the noise must be large. Below 0.6 "
                "the "
                "paper's scores fall.",
                "More accuracy. Above about 10 the guarantee promises next to nothing.",
                "1 (5.3); 0.1 to 10 in 5.6.5 and Figure 11, best between 1 and 3."},
            {"privacy.delta", "Pr[out in S] ≤ e^ε Pr[out' in S] + δ",
                "Small: the promise fails more rarely, ε comes out larger.",
                "Large: above 1/clients the promise may fail for somebody.", "Not given."},
            {"privacy.decay_rate", "σ(t+1) = R σ(t)",
                "Small: the noise dies sooner, late rounds learn more and cost most of the budget.",
                "1 keeps the noise: every round costs the same.",
                "0.997 (5.3, 5.6.6, Figure 11). The prose of 5.6.6 has the direction reversed; this is Eq. "
                "26."},
            {"privacy.noise_multiplier", "g + N(0, σ² I),  σ₀ = multiplier · θ",
                "Small: clear gradients, and a budget that is spent within few rounds.",
                "Large: long budgets, and uploads that drown in noise; see the signal-to-noise forecast.",
                "Not given; 'This run' calibrates it to the rounds."},
            {"privacy.noise_source", "", "", "", "Not in the paper."},
            {"privacy.clip_norm", "g / max(1, ‖g‖/θ)",
                "Small: every upload is cut to the same short length; less noise is needed in absolute "
                "terms.",
                "Large: nothing is clipped, and the noise grows with it.", "Not given (Eq. 24)."}});
}

void addAccounting(Table& table)
{
    table.insert(table.end(),
        {{"privacy.accountant", "c_t = ln(1 + ρ² (exp((ζ-1) θ²/σ²) - 1)) / (ζ-1)", "", "",
             "Eq. 27-28 (eq27, the formula above) is no bound, since it has no δ; Eq. 37-43 (appendix-a) is "
             "a "
             "loose one where sampling stays secret or everybody takes part, and none elsewhere."},
            {"privacy.charge", "", "", "",
                "Algorithm 2 charges every client in every round; a client that sends nothing loses "
                "nothing."},
            {"privacy.order", "c_t = ln(1 + ρ² (exp((ζ-1) θ²/σ²) - 1)) / (ζ-1)",
                "Towards 1 the cost vanishes and so does what it says.",
                "Above 2 the printed exponent is up to ζ/2 times too small.",
                "Not given (Eq. 27); at 2 the exponent is right for add-remove."},
            {"privacy.clipping", "g / max(1, ‖g‖/θ)", "", "",
                "Eq. 24 clips the whole upload. The others are ours."},
            {"privacy.clip_quantile", "θ ← θ exp(-η (b - γ))", "Small: most uploads are clipped.",
                "Large: few uploads are clipped, θ and the noise grow.",
                "Not in the paper (Andrew et al. 2021)."},
            {"privacy.clip_learning_rate", "θ ← θ exp(-η (b - γ))", "Small: θ hardly moves.",
                "Large: θ jumps with the noise on the count.", "Not in the paper (Andrew et al. 2021)."},
            {"privacy.clip_count_noise", "z' = (z⁻² - (2σ_b)⁻²)^(-1/2)",
                "Small: the count takes most of the budget.",
                "Large: θ follows a count that is mostly noise.", "Not in the paper (Andrew et al. 2021)."},
            {"privacy.correlation", "", "", "", "Not in the paper (Choquette-Choo et al. 2023)."},
            {"privacy.band", "", "1 is fresh noise every round.",
                "Wide: less noise in the sum over rounds, and clients that may send more rarely.",
                "Not in the paper (Choquette-Choo et al. 2023)."},
            {"privacy.histogram_noise", "", "0: no histogram is taken.",
                "Large: the histogram costs little and tells little.", "Not in the paper."},
            {"privacy.dropout", "σ √(K'/K)", "0: everybody who was drawn sends.",
                "Large: little of the noise is left, and the survivors pay for it.", "Not in the paper."}});
}

void addFederation(Table& table)
{
    table.insert(table.end(),
        {{"federation.mode", "", "", "", "Algorithm 1 is federated; central is a reference of ours."},
            {"federation.rounds", "", "Few: the budget lasts, the model has learnt little.",
                "Many: the budget may end first; 'This run' says when.",
                "Not given; curves are shown up to a few hundred rounds (Figure 8)."},
            {"federation.rate", "", "Few clients a round: quick rounds, noisy averages.",
                "1: everybody in every round; the noise in the average shrinks, each client pays every time.",
                "0.01 (5.3)."},
            {"federation.sampling", "", "", "",
                "Not given; the printed accountant assumes Poisson sampling."},
            {"federation.optimizer", "Θ ← Θ - η mean(g)", "", "", "AdamW (5.3); Eq. 23 prints plain steps."},
            {"federation.learning_rate", "Θ ← Θ - η mean(g)", "Small: slow, and steady under noise.",
                "Large: quick, and the noise goes straight into the parameters.", "5e-4 (5.3)."},
            {"federation.weight_decay", "Θ ← (1 - η w) Θ", "0: none.", "Large: weights are pulled to 0.",
                "Not given."},
            {"federation.item_weight_decay", "Θ ← (1 - η w) Θ", "0: none.",
                "Large: id embeddings stay small and the items' text carries the model.", "Not given."},
            {"federation.learning_rate_schedule", "", "", "", "Not given."},
            {"federation.local_targets", "", "Few: a short, noisy gradient, quickly computed.",
                "Many: all that a client knows in one step.", "32 (5.3)."},
            {"federation.local_steps", "", "1 sends a gradient (Eq. 23).",
                "Many: clients drift apart before they are averaged.",
                "One gradient per round (Algorithm 1)."},
            {"federation.local_learning_rate", "", "Small: local steps hardly move.",
                "Large: the client's own data take over.", "Not given."}});
}

void addMarkets(Table& table)
{
    const char* ours = "Ours: FedMM's abstract does not say.";
    table.insert(table.end(),
        {{"market.method", "", "", "",
             "FedMM (arXiv 2605.11433) argues against pre-training on central data and fine-tuning, and "
             "against averages "
             "of embeddings where ids are disjoint."},
            {"market.identities", "", "", "", "Hidden: FedMM takes the markets' ids for disjoint."},
            {"market.epochs", "", "Less than 1: markets hardly move between two exchanges.",
                "Many: markets drift apart before they are averaged, and less is sent.", ours},
            {"market.participation", "", "Few markets an exchange: small ones may wait long.",
                "1: all of them every time, as organisations can.", ours},
            {"market.dropout", "", "0: every drawn market answers.",
                "High: averages miss markets, which go on alone until they answer again.", ours},
            {"market.proximal", "w ← w - η μ (w - w_t)", "0: FedAvg.",
                "Large: markets stay at the last average.", "FedProx (Li et al. 2020) tries 0.001 to 1."},
            {"fedmm.hops", "", "1: who took the same items.", "Many: all vectors become alike.",
                "LightGCN (He et al. 2020) takes 3; FedMM's abstract names no model."},
            {"fedmm.width", "", "Few: coarse tastes.", "Many: more to learn than small markets tell.", ours},
            {"fedmm.embedding_epochs", "", "Few: vectors stay near their start.",
                "Many: small markets learn by heart.", ours},
            {"fedmm.embedding_rate", "", "Small: slow.", "Large: the loss jumps.", ours},
            {"fedmm.embedding_decay", "", "0: long vectors of the most active.", "Large: all vectors near 0.",
                ours},
            {"fedmm.latent", "", "Few: codes of little detail.", "Many: codewords are hard to place.", ours},
            {"fedmm.codes", "", "Few: different items share a code.",
                "Many: codes that hardly any item has, and less in common between markets.", ours},
            {"fedmm.local_codes", "", "Few: a market's own traits are lost.", "Many: rarely used codes.",
                ours},
            {"fedmm.rounds", "", "Few: codewords are still on the move.", "Many: more is sent.", ours},
            {"fedmm.epochs", "", "Few: the autoencoder lags behind its codewords.",
                "Many: markets' autoencoders drift apart between averages.", ours},
            {"fedmm.rate", "", "Small: slow.", "Large: the error jumps.", ours},
            {"fedmm.commitment", "β |z - sg(q)|²", "0: latent vectors wander off their codewords.",
                "Large: they stick to them, and the error stays high.",
                "0.25 in VQ-VAE (van den Oord et al. 2017)."},
            {"fedmm.decay", "N ← γ N + (1 - γ) n", "0: codewords are the last exchange's means.",
                "Near 1: codewords hardly move.", "0.99 a step in VQ-VAE; here a step is an exchange."}});
}

void addModel(Table& table)
{
    table.insert(table.end(),
        {{"model.architecture", "", "", "", "idst-cl is 3.4; the private head is ours."},
            {"model.attention", "softmax(Q Kᵀ / √d) V", "", "",
                "Bidirectional as the equations read (Eq. 12-15)."},
            {"model.pooling", "h = mean of the outputs", "", "", "Mean (Eq. 16)."},
            {"model.scorer", "ŷ = σ(MLP([h^d, h^M, e_side]))", "", "", "MLP (Eq. 19)."},
            {"model.combine", "e = [id, features, position]", "", "", "Concatenated (Eq. 11)."},
            {"model.id_width", "", "Small: few parameters, so less noise over all; items look alike.",
                "Large: more to learn by heart and more coordinates that carry noise.",
                "16, 32 or 64 in all, the best one (5.3)."},
            {"model.feature_width", "", "0: the items' text is not read.",
                "Large: more of the text, more to train.", "Not given apart from the sum (5.3)."},
            {"model.position_width", "", "0: the order is not seen.", "Large: more to train.",
                "Not given apart from the sum (5.3)."},
            {"model.text_width", "", "Small: titles blur.", "Large: finer differences; slower.",
                "Not in the paper."},
            {"model.profile_width", "", "Small: little room for profiles.", "Large: more to train.",
                "Not given (Eq. 19)."},
            {"model.heads", "", "1: one pattern of attention.", "Many: narrow heads; must divide d.",
                "8 (5.3)."},
            {"model.layers", "", "1 is enough for short histories.",
                "Each costs 12 d² parameters per stream.", "1 (5.3)."},
            {"model.dropout", "", "0: none; the views of IDRA are equal without augmentation.",
                "Large: little is left to learn from.", "0.1 (5.3)."},
            {"model.history_dropout", "", "0: histories as they are.", "Large: histories are mostly blank.",
                "Not in the paper."},
            {"model.item_start", "", "0: items start as their text says.",
                "Large: items start as random points.", "Xavier initialisation (5.3)."},
            {"model.mlp", "", "", "", "512 x 256 x 128 (5.3)."},
            {"model.history", "", "Short: only the newest interests.",
                "Long: slower; old events may mislead.", "20 (5.3)."}});
}

void addTheRest(Table& table)
{
    table.insert(table.end(),
        {{"augment.items", "", "", "", "3.3, stage 1. All four off is Table 6, row w/o PrivAugNet."},
            {"augment.profiles", "", "", "", "3.3, stage 2; Eq. 19."},
            {"augment.sequences", "As = s U E_s", "", "", "3.3, stage 3; Eq. 10 and 17."},
            {"augment.negatives", "", "", "", "3.3, stage 3."},
            {"run.seed", "", "Any number: the same one gives the same result on the same device.",
                "Several seeds tell how much of a difference is luck.", "Five seeds, averaged (5.3)."},
            {"run.threads", "", "0: one per core.", "More than the cores: slower.", "One A100 (5.3)."},
            {"run.evaluate_every", "", "1: a fine curve, and slower.",
                "Large: a coarse curve; the best round may be missed.", "Not given."},
            {"run.evaluation_users", "", "0: all of them.", "Few: quick, and a noisy curve.",
                "All, with 99 negatives each (5.4)."},
            {"run.checkpoint_every", "", "0: at the end only.", "Large: a killed run loses more rounds.",
                "Not given."},
            {"run.snapshots", "", "0: none; the Embeddings page shows the end only.",
                "Many: a smoother play, and more disk.", "Figure 13 shows one moment."}});
}

Table makeTable()
{
    Table table;
    addLoss(table);
    addNoise(table);
    addAccounting(table);
    addFederation(table);
    addMarkets(table);
    addModel(table);
    addTheRest(table);
    for (const model::ModelInfo* info : model::models())
        for (const model::OwnField& own : info->fields)
            table.push_back({own.key, "", own.low, own.high, own.publication});
    return table;
}

} // namespace

const Explanation& explanationOf(std::string_view key)
{
    static const Table kTable = makeTable();
    static const Explanation kNone;
    const auto found = std::ranges::find(kTable, key, &Explanation::key);
    return found == kTable.end() ? kNone : *found;
}

} // namespace fedcctr::settings
