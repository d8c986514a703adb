// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/lr.h"

#include "core/models/made.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

using data::Domain;
using torch::Tensor;

namespace {

std::optional<TextFeatures> textsOf(const data::Dataset& dataset, const ModelOptions& options,
    std::span<const augment::ItemFeatures> features, const torch::Device& device)
{
    if (options.features == Features::None)
        return std::nullopt;
    return TextFeatures(dataset, options, features, device);
}

/// values [K, R] at index [K, …]
Tensor at(const Tensor& values, const Tensor& index)
{
    return gatherRows(values.unsqueeze(2), index).squeeze(-1);
}

} // namespace

LogisticRegression::LogisticRegression(const data::Dataset& dataset, const ModelOptions& options,
    const torch::Device& device, std::span<const augment::ItemFeatures> features)
    : LogisticRegression(dataset, options, device, textsOf(dataset, options, features, device))
{
}

LogisticRegression::LogisticRegression(const data::Dataset& dataset, const ModelOptions& options,
    const torch::Device& device, std::optional<TextFeatures> texts)
    : Model(infoOf<LogisticRegression>(), options, dataShape(dataset, false, texts ? texts->textWidth() : 0),
        device)
    , m_texts(std::move(texts))
    , m_users(place("users"))
    , m_items(place("items"))
{
    if (m_texts)
        m_words = place(options.features == Features::Text ? "features.weight" : "features.tokens");
}

/// What the candidate alone adds. rows [K, R] item numbers -> [K, R]
Tensor LogisticRegression::itemLogits(const Leaves& leaves, const Tensor& rows) const
{
    const Tensor own = leaves[m_items].squeeze(2);
    return m_texts ? own + (*m_texts)(leaves[m_words], rows).squeeze(2) : own;
}

LossTerms LogisticRegression::losses(const Leaves& leaves, const Batch& batch, const LossOptions& options,
    std::span<const double> /*weights*/, Dropout& /*dropout*/) const
{
    const Tensor items = itemLogits(leaves, batch.rows);
    LossTerms terms;
    for (const Domain domain : data::kDomains) {
        const auto d = static_cast<std::int64_t>(data::index(domain));
        const TargetBatch& targets = batch.targets[data::index(domain)];
        const Tensor user = leaves[m_users] + leaves[0].narrow(1, d, 1).unsqueeze(1); // [K, n, 1]
        const Tensor positive = at(items, targets.item) + user;
        const Tensor negative = at(items, targets.negatives) + user.unsqueeze(3);
        terms.values.push_back(
            shareOfTargets(rankingLoss(positive, negative, targets, options), batch, domain));
    }
    return terms;
}

class LogisticRegression::ItemRanker : public Ranker {
public:
    ItemRanker(const LogisticRegression& model, const Parameters& parameters)
        : m_bias(parameters[0])
        , m_users(parameters[model.m_users].squeeze(1))
        , m_items(model.itemLogits(wholeModel(parameters), everyItem(parameters[model.m_items])).squeeze(0))
    {
    }

    Tensor scores(const RankingBatch& batch, Domain domain) const override
    {
        const Tensor items =
            m_items.index_select(0, batch.candidates.reshape({-1})).reshape(batch.candidates.sizes());
        return items + m_users.index_select(0, batch.users).unsqueeze(1)
            + m_bias[static_cast<std::int64_t>(data::index(domain))];
    }

private:
    Tensor m_bias; ///< [2]
    Tensor m_users; ///< [users]
    Tensor m_items; ///< [items]
};

std::unique_ptr<Ranker> LogisticRegression::ranker(const Parameters& parameters) const
{
    return std::make_unique<ItemRanker>(*this, parameters);
}

template <> std::unique_ptr<Model> made<LogisticRegression>(const Ingredients& of)
{
    return madeOfHistories<LogisticRegression>(of);
}

} // namespace fedcctr::model
