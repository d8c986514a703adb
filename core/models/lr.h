// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/item_embedding.h"
#include "core/nn/model.h"

namespace fedcctr::model {

/// Logistic regression over the one-hot target item, the words of its texts and the one-hot user (Richardson,
/// Dominowska and Ragno, WWW 2007):
///
///     logit = b_d + w_item + w_user + sum over the item's words of share * w_word
///
/// With model.features = text the words give way to the fixed text vectors. No crossed features, so that all
/// users get the same order; what their own weight changes is the calibration. In a federation w_user is the
/// client's own and never leaves it.
class LogisticRegression : public Model {
public:
    /// `features`: as in itemWords().
    LogisticRegression(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
        std::span<const augment::ItemFeatures> features = {});

    LossTerms losses(const Leaves& leaves, const Batch& batch, const LossOptions& options,
        std::span<const double> weights, Dropout& dropout) const override;
    std::unique_ptr<Ranker> ranker(const Parameters& parameters) const override;

private:
    class ItemRanker;

    LogisticRegression(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
        std::optional<TextFeatures> texts);
    torch::Tensor itemLogits(const Leaves& leaves, const torch::Tensor& rows) const;

    std::optional<TextFeatures> m_texts;
    std::size_t m_words = 0;
    std::size_t m_users;
    std::size_t m_items;
};

} // namespace fedcctr::model
