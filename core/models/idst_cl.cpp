// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/idst_cl.h"

#include "core/base/random.h"
#include "core/nn/item_text.h"
#include "core/nn/losses.h"

#include <cmath>
#include <limits>
#include <sstream>

namespace fedcctr::model {

using data::Domain;
using torch::Tensor;

namespace {

constexpr int kTokenBuckets = 4096;
constexpr std::size_t kTensorsPerLayer = 12;

std::vector<std::int64_t> parsedWidths(const std::string& list)
{
    std::vector<std::int64_t> widths;
    std::istringstream in(list);
    for (std::string part; std::getline(in, part, '-');)
        widths.push_back(std::stoll(part));
    return widths;
}

EncoderLayer layerAt(const Leaves& leaves, std::size_t first)
{
    const auto* p = leaves.dense.data() + first;
    return {p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10], p[11]};
}

/// table [K, n, P, d], index [K, n, T] -> [K, n, T, d]
Tensor atPrefix(const Tensor& table, const Tensor& index)
{
    const std::int64_t groups = table.size(0);
    const std::int64_t users = table.size(1);
    return gatherRows(
        table.reshape({groups * users, table.size(2), table.size(3)}), index.reshape({groups * users, -1}))
        .reshape({groups, users, index.size(2), table.size(3)});
}

/// A member of the targets of both domains, one after the other. [K, n, T_A + T_B]
Tensor ofBoth(const Batch& batch, Tensor TargetBatch::*member)
{
    return torch::cat({batch.targets[0].*member, batch.targets[1].*member}, 2);
}

} // namespace

IdstCl::IdstCl(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
    bool profiles, std::span<const augment::ItemFeatures> features)
    : m_options(options)
    , m_device(device)
    , m_itemCount(dataset.itemCount())
    , m_profileWidth(profiles ? options.profileWidth : 0)
    , m_hidden(parsedWidths(options.mlp))
{
    const bool concat = options.combine == Combine::Concat;
    const bool featured = options.features != Features::None && (!concat || options.featureWidth > 0);
    m_featureWidth = !featured ? 0 : concat ? options.featureWidth : options.idWidth;
    m_vectorWidth = options.idWidth + (concat ? options.featureWidth : 0);

    for (const char letter : {'A', 'B', 'M'})
        specifyStream(letter);
    for (const char letter : {'A', 'B'})
        specifyScorer(letter);
    if (profiles)
        m_profileStart = specify("profile.tokens", {kProfileBuckets, m_profileWidth}, Spec::Start::Small);
    if (featured && options.features == Features::Text) {
        ItemText text = itemText(dataset, options, features);
        m_text = torch::from_blob(text.values.data(), {m_itemCount, text.width}, torch::kFloat32)
                     .clone()
                     .to(device);
        m_featureStart = specify("features.weight", {text.width, m_featureWidth}, Spec::Start::Xavier);
    } else if (featured) {
        m_tokens.emplace(dataset, features, kTokenBuckets, device);
        m_featureStart = specify("features.tokens", {kTokenBuckets, m_featureWidth}, Spec::Start::Small);
    }
}

std::size_t IdstCl::specify(std::string name, std::vector<std::int64_t> shape, Spec::Start start)
{
    m_specs.push_back({std::move(name), std::move(shape), start});
    return m_specs.size() - 1;
}

void IdstCl::specifyStream(char letter)
{
    using enum Spec::Start;
    const std::int64_t d = m_options.width();
    const std::int64_t position = m_options.combine == Combine::Concat ? m_options.positionWidth : d;
    const std::string stream(1, letter);
    m_streamStart[letter == 'A' ? kStreamA
            : letter == 'B'     ? kStreamB
                                : kStreamM] =
        specify(stream + ".position", {m_options.historyLength, position}, Small);
    if (m_options.inputNorm) {
        specify(stream + ".norm.gain", {d}, Ones);
        specify(stream + ".norm.bias", {d}, Zeros);
    }
    for (int i = 0; i < m_options.layers; ++i) {
        const std::string layer = stream + ".layer" + std::to_string(i);
        specify(layer + ".qkv.weight", {d, 3 * d}, Xavier);
        specify(layer + ".qkv.bias", {3 * d}, Zeros);
        specify(layer + ".out.weight", {d, d}, Xavier);
        specify(layer + ".out.bias", {d}, Zeros);
        specify(layer + ".norm1.gain", {d}, Ones);
        specify(layer + ".norm1.bias", {d}, Zeros);
        specify(layer + ".ffn1.weight", {d, 4 * d}, Xavier);
        specify(layer + ".ffn1.bias", {4 * d}, Zeros);
        specify(layer + ".ffn2.weight", {4 * d, d}, Xavier);
        specify(layer + ".ffn2.bias", {d}, Zeros);
        specify(layer + ".norm2.gain", {d}, Ones);
        specify(layer + ".norm2.bias", {d}, Zeros);
    }
}

void IdstCl::specifyScorer(char letter)
{
    using enum Spec::Start;
    const std::string scorer(1, letter);
    std::int64_t in = 2 * m_options.width() + m_profileWidth;
    std::size_t& start = m_scorerStart[letter == 'A' ? 0 : 1];
    start = m_specs.size();
    if (m_options.scorer == Scorer::Dot) {
        specify(scorer + ".user.weight", {in, m_vectorWidth}, Xavier);
        specify(scorer + ".user.bias", {m_vectorWidth}, Zeros);
        return;
    }
    in += m_vectorWidth;
    std::vector<std::int64_t> widths = m_hidden;
    widths.push_back(1);
    for (std::size_t i = 0; i < widths.size(); ++i) {
        specify(scorer + ".mlp" + std::to_string(i) + ".weight", {in, widths[i]}, Xavier);
        specify(scorer + ".mlp" + std::to_string(i) + ".bias", {widths[i]}, Zeros);
        in = widths[i];
    }
}

std::vector<std::string> IdstCl::names() const
{
    std::vector<std::string> result;
    for (const Spec& spec : m_specs)
        result.push_back(spec.name);
    return result;
}

std::vector<bool> IdstCl::decays() const
{
    std::vector<bool> result;
    for (const Spec& spec : m_specs)
        result.push_back(spec.start == Spec::Start::Xavier);
    return result;
}

Parameters IdstCl::initialise(std::uint64_t seed) const
{
    constexpr double kSmallDeviation = 0.02;
    Random random(seed, {0x1217});
    const auto normal = [&](Tensor& tensor, double deviation) {
        auto* out = tensor.data_ptr<float>();
        for (std::int64_t i = 0; i < tensor.numel(); ++i)
            out[i] = static_cast<float>(deviation * random.normal());
    };
    Parameters parameters;
    for (const Spec& spec : m_specs) {
        Tensor tensor = torch::zeros(spec.shape);
        if (spec.start == Spec::Start::Ones)
            tensor.fill_(1);
        else if (spec.start == Spec::Start::Xavier)
            normal(tensor, std::sqrt(2.0 / static_cast<double>(spec.shape[0] + spec.shape[1])));
        else if (spec.start == Spec::Start::Small)
            normal(tensor, kSmallDeviation);
        parameters.dense.push_back(tensor.to(m_device));
    }
    Tensor ids = torch::zeros({m_itemCount, m_options.idWidth});
    normal(ids, m_options.itemStart);
    // A bias that no scorer reads would only be a place for noise.
    const std::int64_t biases = m_options.scorer == Scorer::Dot ? 1 : 0;
    parameters.items = torch::cat({ids, torch::zeros({m_itemCount, biases})}, 1).to(m_device);
    return parameters;
}

Tensor IdstCl::features(const Leaves& leaves, const Tensor& rows) const
{
    const Tensor& weight = leaves.dense[m_featureStart];
    if (m_tokens)
        return m_tokens->features(weight, rows);
    const Tensor text = m_text.index_select(0, rows.reshape({-1}));
    return torch::bmm(text.reshape({rows.size(0), -1, m_text.size(1)}).to(weight.scalar_type()), weight);
}

ItemVectors IdstCl::itemVectors(const Leaves& leaves, const Tensor& rows) const
{
    const std::int64_t width = m_options.idWidth;
    Tensor vectors = leaves.items.narrow(2, 0, width);
    if (m_options.combine == Combine::Sum) {
        if (m_featureWidth > 0)
            vectors = vectors + features(leaves, rows);
    } else if (m_options.featureWidth > 0) {
        const Tensor side = m_featureWidth > 0
            ? features(leaves, rows)
            : torch::zeros({rows.size(0), rows.size(1), m_options.featureWidth}, vectors.options());
        vectors = torch::cat({vectors, side}, 2);
    }
    return {vectors, m_options.scorer == Scorer::Dot ? leaves.items.select(2, width) : Tensor()};
}

/// The transformer's input: item vectors with positions. index [K, n, L] -> [K, n, L, d]
Tensor IdstCl::input(Stream stream, const Leaves& leaves, const ItemVectors& vectors, const Tensor& index,
    Dropout& dropout) const
{
    const std::int64_t length = index.size(2);
    Tensor x = gatherRows(vectors.vectors, index);
    if (m_options.historyDropout > 0)
        x = dropout.rows(x, m_options.historyDropout);
    const std::size_t start = m_streamStart[stream];
    const Tensor position = leaves.dense[start].narrow(1, 0, length).unsqueeze(1);
    if (m_options.combine == Combine::Sum)
        x = x + position;
    else if (m_options.positionWidth > 0)
        x = torch::cat({x, position.expand({-1, x.size(1), -1, -1})}, 3);
    if (m_options.inputNorm)
        x = layerNorm(x.reshape({x.size(0), -1, x.size(3)}), leaves.dense[start + 1], leaves.dense[start + 2])
                .reshape(x.sizes());
    return dropout(x);
}

Tensor IdstCl::encode(
    Stream stream, const Leaves& leaves, Tensor x, const Tensor& bias, Dropout& dropout) const
{
    const std::size_t layersStart = m_streamStart[stream] + (m_options.inputNorm ? 3 : 1);
    for (int i = 0; i < m_options.layers; ++i) {
        const std::size_t first = layersStart + static_cast<std::size_t>(i) * kTensorsPerLayer;
        x = encoderLayer(x, layerAt(leaves, first), m_options.heads, bias, dropout);
    }
    return x;
}

/// Representations of all prefixes of length 1 … L, encoded one by one. x [K, n, L, d] -> [K, n, L, d]
Tensor IdstCl::everyPrefix(Stream stream, const Leaves& leaves, const Tensor& x, Dropout& dropout) const
{
    const std::int64_t groups = x.size(0);
    const std::int64_t users = x.size(1);
    const std::int64_t length = x.size(2);
    const Tensor copies =
        x.unsqueeze(2).expand({-1, -1, length, -1, -1}).reshape({groups, users * length, length, x.size(3)});
    // Row p of the lower triangle: prefix p sees its own p + 1 events.
    const Tensor bias =
        causalBias(length, x.options()).reshape({length, 1, 1, length}).repeat({groups * users, 1, 1, 1});
    Dropout ofPrefix = dropout.split(users * length);
    const Tensor outputs =
        encode(stream, leaves, copies, bias, ofPrefix).reshape({groups, users, length, length, x.size(3)});
    if (m_options.pooling == Pooling::Last)
        return outputs.diagonal(0, 2, 3).transpose(2, 3);
    const Tensor seen = torch::ones({length, length}, x.options()).tril_();
    return torch::einsum("knpld,pl->knpd", {outputs, seen / seen.sum(1, true)});
}

/// Representations of the prefixes of length 0 … L of each sequence, [K, n, L + 1, d]; the empty one is 0.
Tensor IdstCl::prefixes(Stream stream, const Leaves& leaves, const ItemVectors& vectors,
    const StreamBatch& batch, Dropout& dropout) const
{
    const Tensor x = input(stream, leaves, vectors, batch.index, dropout);
    const std::int64_t length = x.size(2);
    Tensor pooled;
    if (m_options.attention == Attention::Bidirectional) {
        pooled = everyPrefix(stream, leaves, x, dropout);
    } else {
        pooled = encode(stream, leaves, x, causalBias(length, x.options()), dropout);
        if (m_options.pooling == Pooling::Mean)
            pooled = pooled.cumsum(2) / torch::arange(1, length + 1, x.options()).unsqueeze(1);
    }
    return torch::cat({torch::zeros({x.size(0), x.size(1), 1, x.size(3)}, x.options()), pooled}, 2);
}

/// [h^d, h^M] with the profile embedding beside it. user [K, n, T, 2 d] -> [K, n, T, 2 d + p]
Tensor IdstCl::withProfile(const Leaves& leaves, const ProfileBatch& profile, const Tensor& user) const
{
    if (m_profileWidth == 0)
        return user;
    Tensor embedding = torch::zeros({user.size(0), user.size(1), m_profileWidth}, user.options());
    if (profile.tokens.defined())
        embedding =
            (gatherRows(leaves.dense[m_profileStart], profile.tokens) * profile.weights.unsqueeze(3)).sum(2);
    return torch::cat({user, embedding.unsqueeze(2).expand({-1, -1, user.size(2), -1})}, 3);
}

/// What the scorer needs of the user, computed once for all candidates: the projection, or the user's half of
/// the MLP's first layer. user [K, n, T, 2 d + p] -> [K, n, T, …]
Tensor IdstCl::userSide(Domain domain, const Leaves& leaves, const Tensor& user) const
{
    const std::size_t first = m_scorerStart[data::index(domain)];
    const bool dot = m_options.scorer == Scorer::Dot;
    const Tensor flat = user.reshape({user.size(0), -1, user.size(3)});
    const Tensor weight = dot ? leaves.dense[first] : leaves.dense[first].narrow(1, 0, user.size(3));
    return linear(flat, weight, leaves.dense[first + 1])
        .reshape({user.size(0), user.size(1), user.size(2), -1});
}

/// items [K, n, T, C] rows, or [K, n, 1, C] for all targets of a user -> logits [K, n, T, C]
Tensor IdstCl::score(Domain domain, const Leaves& leaves, const Tensor& side, const ItemVectors& items,
    const Tensor& rows, Dropout& dropout) const
{
    const Tensor vectors = gatherRows(items.vectors, rows);
    if (m_options.scorer == Scorer::Mlp)
        return mlpScore(m_scorerStart[data::index(domain)], leaves, side, vectors, dropout);
    const Tensor biases = gatherRows(items.biases.unsqueeze(2), rows).squeeze(-1);
    if (rows.size(2) == 1)
        return torch::matmul(side, vectors.squeeze(2).transpose(2, 3)) + biases;
    return torch::matmul(vectors, side.unsqueeze(4)).squeeze(4) + biases;
}

Tensor IdstCl::mlpScore(std::size_t first, const Leaves& leaves, const Tensor& side, const Tensor& vectors,
    Dropout& dropout) const
{
    const std::int64_t groups = side.size(0);
    const Tensor weight =
        leaves.dense[first].narrow(1, leaves.dense[first].size(1) - m_vectorWidth, m_vectorWidth);
    const Tensor ofItem = torch::bmm(vectors.reshape({groups, -1, m_vectorWidth}), weight)
                              .reshape({groups, vectors.size(1), vectors.size(2), vectors.size(3), -1});
    const Tensor summed = torch::relu(side.unsqueeze(3) + ofItem);
    Tensor hidden = summed.reshape({groups, -1, summed.size(4)});
    for (std::size_t i = 1; i <= m_hidden.size(); ++i) {
        hidden = linear(dropout(hidden), leaves.dense[first + 2 * i], leaves.dense[first + 2 * i + 1]);
        if (i < m_hidden.size())
            hidden = torch::relu(hidden);
    }
    return hidden.reshape({groups, summed.size(1), summed.size(2), summed.size(3)});
}

Tensor IdstCl::rankingLoss(Domain domain, const Leaves& leaves, const ItemVectors& vectors,
    const std::array<Tensor, 3>& tables, const TargetBatch& targets, const ProfileBatch& profile,
    const LossOptions& options, Dropout& dropout) const
{
    const bool inA = domain == Domain::A;
    const Tensor own = atPrefix(tables[inA ? kStreamA : kStreamB], inA ? targets.prefixA : targets.prefixB);
    const Tensor user =
        withProfile(leaves, profile, torch::cat({own, atPrefix(tables[kStreamM], targets.prefixM)}, 3));
    const Tensor side = userSide(domain, leaves, user);
    const Tensor positive =
        score(domain, leaves, side, vectors, targets.item.unsqueeze(3), dropout).squeeze(3);
    const Tensor negative = score(domain, leaves, side, vectors, targets.negatives, dropout);
    return options.ranking == RankingLoss::SampledSoftmax
        ? sampledSoftmax(positive, negative, targets.mask)
        : binaryCrossEntropy(positive, negative, targets.mask);
}

LossParts IdstCl::losses(
    const Leaves& leaves, const Batch& batch, const LossOptions& options, Dropout& dropout) const
{
    const ItemVectors vectors = itemVectors(leaves, batch.rows);
    const std::array<Tensor, 3> tables{prefixes(kStreamA, leaves, vectors, batch.a, dropout),
        prefixes(kStreamB, leaves, vectors, batch.b, dropout),
        prefixes(kStreamM, leaves, vectors, batch.merged, dropout)};

    // N_k of Eq. 20 and 21 is the size of the client's whole training set, so each domain's mean counts by
    // its share.
    const Tensor targetsA = batch.targets[0].mask.sum(2);
    const Tensor targetsB = batch.targets[1].mask.sum(2);
    const Tensor all = (targetsA + targetsB).clamp_min(1);
    LossParts parts;
    parts.a =
        (rankingLoss(Domain::A, leaves, vectors, tables, batch.targets[0], batch.profile, options, dropout)
            * targetsA / all)
            .mean(1);
    parts.b =
        (rankingLoss(Domain::B, leaves, vectors, tables, batch.targets[1], batch.profile, options, dropout)
            * targetsB / all)
            .mean(1);
    parts.idra = torch::zeros_like(parts.a);
    parts.cdrd = torch::zeros_like(parts.a);

    // D_k of Eq. 17 and 18: the targets of both domains.
    if (options.cdrd && options.lambda2 > 0) {
        const Tensor prefixA = ofBoth(batch, &TargetBatch::prefixA);
        const Tensor prefixB = ofBoth(batch, &TargetBatch::prefixB);
        const Tensor both = ofBoth(batch, &TargetBatch::mask) * (prefixA > 0) * (prefixB > 0);
        parts.cdrd = cdrd(atPrefix(tables[kStreamA], prefixA), atPrefix(tables[kStreamB], prefixB),
            atPrefix(tables[kStreamM], ofBoth(batch, &TargetBatch::prefixM)), options.tau, both)
                         .mean(1);
    }
    if (options.idra && options.lambda1 > 0)
        parts.idra = idraTerm(leaves, vectors, batch, tables, options, dropout).mean(1);
    return parts;
}

/// Eq. 17 between the augmented sequences, which the tables hold, and the original ones. Without augmented
/// sequences the two views differ by their dropout masks only.
Tensor IdstCl::idraTerm(const Leaves& leaves, const ItemVectors& vectors, const Batch& batch,
    const std::array<Tensor, 3>& tables, const LossOptions& options, Dropout& dropout) const
{
    const bool extended = batch.liked.defined();
    const Tensor mask = ofBoth(batch, &TargetBatch::mask);
    const auto ofDomain = [&](Stream stream, const StreamBatch& original, std::int64_t d,
                              Tensor TargetBatch::*member, double margin) {
        const Tensor prefix = ofBoth(batch, member);
        const Tensor own = extended ? (prefix - batch.liked.select(0, d).unsqueeze(2)).clamp_min(0) : prefix;
        const Tensor view = prefixes(stream, leaves, vectors, original, dropout);
        return idra(atPrefix(view, own), atPrefix(tables[stream], prefix), margin, mask * (own > 0));
    };
    return ofDomain(
               kStreamA, extended ? batch.original[0] : batch.a, 0, &TargetBatch::prefixA, options.alphaA)
        + ofDomain(
            kStreamB, extended ? batch.original[1] : batch.b, 1, &TargetBatch::prefixB, options.alphaB);
}

std::array<Tensor, 3> IdstCl::representations(
    const Leaves& leaves, const ItemVectors& vectors, const RankingBatch& batch) const
{
    Dropout none;
    const auto whole = [&](Stream stream, const StreamBatch& sequences) {
        return atPrefix(prefixes(stream, leaves, vectors, sequences, none), sequences.length.unsqueeze(2))
            .select(2, 0)
            .squeeze(0);
    };
    return {whole(kStreamA, batch.a), whole(kStreamB, batch.b), whole(kStreamM, batch.merged)};
}

Tensor IdstCl::scores(
    const Leaves& leaves, const ItemVectors& vectors, const RankingBatch& batch, Domain domain) const
{
    Dropout none;
    const std::array<Tensor, 3> h = representations(leaves, vectors, batch);
    const Tensor user = torch::cat({domain == Domain::A ? h[kStreamA] : h[kStreamB], h[kStreamM]}, 1);
    const Tensor side =
        userSide(domain, leaves, withProfile(leaves, batch.profile, user.unsqueeze(0).unsqueeze(2)));
    return score(domain, leaves, side, vectors, batch.candidates.unsqueeze(0).unsqueeze(2), none)
        .squeeze(2)
        .squeeze(0);
}

Tensor IdstCl::itemEvidence(const Parameters& upload) const
{
    return upload.items.square().sum(1).sqrt();
}

} // namespace fedcctr::model
