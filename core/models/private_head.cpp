// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/private_head.h"

#include "core/data/text.h"
#include "core/model/public_items.h"
#include "core/models/made.h"
#include "core/models/specs/registry.h"

#include <array>
#include <limits>

namespace fedcctr::model {

using data::Domain;
using torch::Tensor;

namespace {

constexpr double kDecay = 0.8; ///< weight of an event against the next newer one
constexpr std::int64_t kRecent = 5; ///< events of the short-term cosine
constexpr std::int64_t kNewest = 8; ///< events whose newest catalogue rank is taken as "now"
constexpr double kMostWords = 20;

/// Scales that bring all features to a like size, so that the clip norm treats them alike.
constexpr double kLargestScale = 5, kLastScale = 3, kMeanScale = 5, kCubicScale = 4, kRecentScale = 5,
                 kHeadScale = 2, kHubScale = 5, kWordsScale = 0.15, kPriorScale = 0.5;
constexpr std::int64_t kSimilarities = 7;
constexpr std::int64_t kFixedOnes = 3; ///< no text, nearness to the mean, words

/// Knots of the piecewise linear functions of a rank and of a difference of ranks: dense around 0.
constexpr std::array<float, 13> kRankKnots{0, 1 / 12.F, 2 / 12.F, 3 / 12.F, 4 / 12.F, 5 / 12.F, 6 / 12.F,
    7 / 12.F, 8 / 12.F, 9 / 12.F, 10 / 12.F, 11 / 12.F, 1};
constexpr std::array<float, 13> kDifferenceKnots{
    -1, -0.6F, -0.35F, -0.2F, -0.1F, -0.05F, -0.02F, 0, 0.02F, 0.05F, 0.1F, 0.2F, 0.5F};
constexpr auto kKnots = static_cast<std::int64_t>(kRankKnots.size());

/// Shares of a value among its two neighbouring knots: [...] -> [..., knots], each row summing to 1.
Tensor hats(const Tensor& values, const std::array<float, 13>& knots)
{
    std::vector<Tensor> columns;
    const Tensor x = values.clamp(knots.front(), knots.back());
    for (std::size_t j = 0; j < knots.size(); ++j) {
        Tensor hat = torch::ones_like(x);
        if (j > 0)
            hat = torch::minimum(hat, (x - knots[j - 1]) / (knots[j] - knots[j - 1]));
        if (j + 1 < knots.size())
            hat = torch::minimum(hat, (knots[j + 1] - x) / (knots[j + 1] - knots[j]));
        columns.push_back(hat.clamp_min(0));
    }
    return torch::stack(columns, -1);
}

/// table [B, L, …] at the last event before each target, `before` [B, T] of them; 0 (or `empty`) where there
/// is none. -> [B, T, …]
Tensor atLast(const Tensor& table, const Tensor& before, double empty = 0)
{
    const Tensor flat = table.reshape({table.size(0), table.size(1), -1});
    const Tensor index = (before - 1).clamp_min(0).unsqueeze(2).expand({-1, -1, flat.size(2)});
    Tensor picked = flat.gather(1, index);
    picked = torch::where((before > 0).unsqueeze(2), picked, torch::full_like(picked, empty));
    std::vector<std::int64_t> shape{table.size(0), before.size(1)};
    for (std::int64_t axis = 2; axis < table.dim(); ++axis)
        shape.push_back(table.size(axis));
    return picked.reshape(shape);
}

/// Largest value among the newest `events` up to each position. [B, L, …] -> [B, L, …]
Tensor slidingMax(const Tensor& values, std::int64_t events)
{
    Tensor most = values;
    for (std::int64_t shift = 1; shift < std::min(events, values.size(1)); ++shift) {
        const Tensor older = values.narrow(1, 0, values.size(1) - shift);
        most = torch::cat(
            {most.narrow(1, 0, shift), torch::maximum(most.narrow(1, shift, values.size(1) - shift), older)},
            1);
    }
    return most;
}

/// Weights of the events before each target, falling by kDecay with age and summing to 1. -> [B, T, L]
Tensor decayed(const Tensor& before, std::int64_t length)
{
    const Tensor position = torch::arange(length, before.options());
    const Tensor age = before.unsqueeze(2) - 1 - position;
    const Tensor weight = torch::where(age >= 0, torch::pow(kDecay, age.clamp_min(0).to(torch::kFloat32)),
        torch::zeros({}, torch::TensorOptions().device(before.device())));
    return weight / weight.sum(2, true).clamp_min(1e-12);
}

Tensor onDevice(const std::vector<float>& values, const torch::Device& device)
{
    return torch::tensor(values).to(device);
}

/// Item numbers of a stream's rows. index [K, n, L] -> [K * n, L]
Tensor itemsOf(const Batch& batch, const Tensor& index)
{
    const std::int64_t groups = index.size(0);
    return batch.rows.gather(1, index.reshape({groups, -1})).reshape({groups * index.size(1), -1});
}

} // namespace

PrivateHead::PrivateHead(const data::Dataset& dataset, const ModelOptions& options, std::vector<float> prior,
    const torch::Device& device, std::span<const augment::ItemFeatures> features)
    : Model(infoOf<PrivateHead>(), options, dataShape(dataset, false, 0), device)
    , m_prior(options.prior != Prior::None)
    , m_itemsInA(dataset.itemsInA)
{
    const PublicItems items = publicItems(dataset, options, features);
    const auto count = static_cast<std::int64_t>(dataset.items.size());
    m_text = onDevice(items.text.values, device).reshape({count, items.text.width});
    m_hasText = onDevice(items.hasText, device);
    const float known =
        options.catalogueOrder ? 1.0F : 0.0F; // 0: all ranks alike, which tells candidates not apart
    m_order = known * onDevice(items.order, device);
    m_head = torch::tensor(std::vector<std::int64_t>(items.head.begin(), items.head.end())).to(device);

    std::vector<float> wordCounts;
    for (const data::Item& item : dataset.items)
        wordCounts.push_back(
            static_cast<float>(std::min(kMostWords, static_cast<double>(data::words(item.title).size()))));
    const Tensor ranks = hats(known * onDevice(items.ownOrder, device), kRankKnots);
    for (const Domain domain : data::kDomains) {
        const Tensor own = m_text.narrow(0, dataset.firstItem(domain), dataset.itemCount(domain));
        std::vector<Tensor> columns{(1 - m_hasText).unsqueeze(1),
            kHubScale * torch::mv(m_text, own.mean(0)).unsqueeze(1),
            kWordsScale * onDevice(wordCounts, device).unsqueeze(1), ranks};
        if (!prior.empty())
            columns.push_back(kPriorScale * onDevice(prior, device).unsqueeze(1));
        m_fixed[data::index(domain)] = torch::cat(columns, 1);
    }
}

Parameters PrivateHead::initialise(std::uint64_t seed) const
{
    const std::vector<std::string> features = privateHeadFeatures(m_prior);
    Parameters parameters = Model::initialise(seed);
    for (Tensor& weights : parameters.tensors) {
        weights[0] = 1;
        for (std::size_t i = 0; i < features.size(); ++i)
            if (features[i] == "prior")
                weights[static_cast<std::int64_t>(i)] = 0.5;
    }
    return parameters;
}

/// [B, T, U, 7]
Tensor PrivateHead::similarities(const Query& query) const
{
    const std::int64_t length = query.own.size(1);
    const Tensor wanted = m_text.index_select(0, query.candidates.reshape({-1}))
                              .reshape({query.candidates.size(0), -1, m_text.size(1)})
                              .transpose(1, 2);
    const auto textOf = [this](const Tensor& items) {
        return m_text.index_select(0, items.reshape({-1})).reshape({items.size(0), items.size(1), -1});
    };
    const Tensor cosines = torch::bmm(textOf(query.own), wanted); // [B, L, U]
    const Tensor weight = decayed(query.ownBefore, length);
    const Tensor newest = atLast(query.merged.unsqueeze(2), query.mergedBefore).squeeze(2);
    const Tensor last = torch::bmm(textOf(newest), wanted) * (query.mergedBefore > 0).unsqueeze(2);
    const Tensor cubic = torch::bmm(weight, cosines.clamp_min(0).pow(3)).clamp_min(1e-12).pow(1.0 / 3);

    const auto at = [this](const Tensor& values, const Tensor& items) {
        return values.index_select(0, items.reshape({-1})).reshape(items.sizes());
    };
    const Tensor heads = at(m_head, query.candidates).unsqueeze(1);
    const Tensor same =
        torch::logical_and(at(m_head, query.own).unsqueeze(2) == heads, heads >= 0).to(torch::kFloat32);
    const Tensor missing = (1 - at(m_hasText, query.own)).unsqueeze(2); // [B, L, 1]
    const Tensor position = torch::arange(1, length + 1, missing.options()).reshape({1, -1, 1});
    const Tensor missingBoth = atLast(missing.cumsum(1) / position, query.ownBefore)
        * (1 - at(m_hasText, query.candidates)).unsqueeze(1);
    return torch::stack({kLargestScale * atLast(std::get<0>(cosines.cummax(1)), query.ownBefore),
                            kLastScale * last, kMeanScale * torch::bmm(weight, cosines), kCubicScale * cubic,
                            kRecentScale * atLast(slidingMax(cosines, kRecent), query.ownBefore),
                            kHeadScale * atLast(std::get<0>(same.cummax(1)), query.ownBefore), missingBoth},
        3);
}

/// [B, U, …]
Tensor PrivateHead::ofCandidate(Domain domain, const Tensor& candidates) const
{
    const Tensor& fixed = m_fixed[data::index(domain)];
    return fixed.index_select(0, candidates.reshape({-1}))
        .reshape({candidates.size(0), candidates.size(1), fixed.size(1)});
}

/// [B, T, U, 2 knots]
Tensor PrivateHead::ofRank(const Query& query) const
{
    const auto ranks = [this](const Tensor& items) {
        return m_order.index_select(0, items.reshape({-1})).reshape(items.sizes());
    };
    const Tensor past = ranks(query.merged);
    const Tensor wanted = ranks(query.candidates).unsqueeze(1); // [B, 1, U]
    const Tensor newest = atLast(slidingMax(past, kNewest), query.mergedBefore, 1).unsqueeze(2);
    const Tensor last = atLast(past, query.mergedBefore, 1).unsqueeze(2);
    return torch::cat({hats(wanted - newest, kDifferenceKnots), hats(wanted - last, kDifferenceKnots)}, 3);
}

Tensor PrivateHead::features(Domain domain, const Query& query) const
{
    const torch::NoGradGuard noGrad;
    const Tensor near = similarities(query);
    const Tensor fixed =
        ofCandidate(domain, query.candidates).unsqueeze(1).expand({-1, near.size(1), -1, -1});
    return torch::cat({near, fixed, ofRank(query)}, 3);
}

Tensor PrivateHead::rankingLoss(
    Domain domain, const Leaves& leaves, const Batch& batch, const LossOptions& options) const
{
    const TargetBatch& targets = batch.targets[data::index(domain)];
    const std::int64_t groups = targets.mask.size(0);
    const std::int64_t users = targets.mask.size(1);
    const std::int64_t count = targets.mask.size(2);
    const std::int64_t negatives = targets.negatives.size(3);
    const bool shared = targets.negatives.size(2) == 1 && count > 1;
    const auto flat = [&](const Tensor& perTarget) { return perTarget.reshape({groups * users, -1}); };
    Query query;
    query.own = itemsOf(batch, domain == Domain::A ? batch.a.index : batch.b.index);
    query.merged = itemsOf(batch, batch.merged.index);
    query.ownBefore = flat(domain == Domain::A ? targets.prefixA : targets.prefixB);
    query.mergedBefore = flat(targets.prefixM);
    const Tensor positives = itemsOf(batch, targets.item);
    query.candidates =
        torch::cat({positives, itemsOf(batch, targets.negatives.reshape({groups, users, -1}))}, 1);

    const Tensor weights = leaves[data::index(domain)].unsqueeze(2); // [K, F, 1]
    const Tensor all = features(domain, query).to(weights.scalar_type()); // [B, T, U, F]
    const Tensor logits = torch::bmm(all.reshape({groups, -1, all.size(3)}), weights)
                              .reshape({groups, users, count, query.candidates.size(1)});
    const Tensor positive = logits.narrow(3, 0, count).diagonal(0, 2, 3);
    Tensor negative = logits.narrow(3, count, logits.size(3) - count);
    if (!shared) // each target against its own: the diagonal of the blocks
        negative =
            negative.reshape({groups, users, count, count, negatives}).diagonal(0, 2, 3).transpose(2, 3);
    return model::rankingLoss(positive, negative, targets, options);
}

LossTerms PrivateHead::losses(const Leaves& leaves, const Batch& batch, const LossOptions& options,
    std::span<const double> /*weights*/, Dropout& /*dropout*/) const
{
    LossTerms terms;
    for (const Domain domain : data::kDomains)
        terms.values.push_back(shareOfTargets(rankingLoss(domain, leaves, batch, options), batch, domain));
    return terms;
}

class PrivateHead::TextRanker : public Ranker {
public:
    TextRanker(const PrivateHead& model, const Parameters& parameters)
        : m_model(model)
        , m_parameters(parameters)
    {
    }

    Tensor itemVectors() const override { return m_model.m_text; }

    Tensor scores(const RankingBatch& batch, Domain domain) const override
    {
        const auto flat = [](const Tensor& perGroup) { return perGroup.squeeze(0); };
        const StreamBatch& own = domain == Domain::A ? batch.a : batch.b;
        const Query query{flat(own.index), flat(batch.merged.index), flat(own.length).unsqueeze(1),
            flat(batch.merged.length).unsqueeze(1), batch.candidates};
        const Tensor& weights = m_parameters[data::index(domain)];
        return torch::matmul(m_model.features(domain, query).to(weights.scalar_type()), weights).squeeze(1);
    }

    std::array<Tensor, 3> representations(const RankingBatch& batch) const override
    {
        const auto pooled = [this](const StreamBatch& stream) {
            const Tensor items = stream.index.squeeze(0);
            const Tensor text = m_model.m_text.index_select(0, items.reshape({-1}))
                                    .reshape({items.size(0), items.size(1), -1});
            return torch::bmm(decayed(stream.length.squeeze(0).unsqueeze(1), items.size(1)), text).squeeze(1);
        };
        return {pooled(batch.a), pooled(batch.b), pooled(batch.merged)};
    }

private:
    const PrivateHead& m_model;
    Parameters m_parameters; ///< shares the memory of the given ones
};

std::unique_ptr<Ranker> PrivateHead::ranker(const Parameters& parameters) const
{
    return std::make_unique<TextRanker>(*this, parameters);
}

Tensor PrivateHead::itemEvidence(const Parameters& upload) const
{
    Tensor evidence = torch::zeros({m_text.size(0)}, m_text.options());
    for (const Domain domain : data::kDomains) {
        const std::int64_t first = domain == Domain::A ? 0 : m_itemsInA;
        const std::int64_t count = domain == Domain::A ? m_itemsInA : m_text.size(0) - m_itemsInA;
        const Tensor fixed = m_fixed[data::index(domain)].narrow(0, first, count);
        const Tensor weights = upload[data::index(domain)].narrow(0, kSimilarities, fixed.size(1));
        evidence.narrow(0, first, count) -= torch::mv(fixed, weights);
    }
    return evidence;
}

template <> std::unique_ptr<Model> made<PrivateHead>(const Ingredients& of)
{
    return std::make_unique<PrivateHead>(
        of.dataset, of.options, std::move(of.prior), of.device, of.augmentation.items);
}

} // namespace fedcctr::model
