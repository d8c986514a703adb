// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/item_embedding.h"

#include "core/model/item_text.h"
#include "core/model/parts.h"

#include <torch/csrc/autograd/custom_function.h>

namespace fedcctr::model {

using torch::Tensor;

namespace {

/// Rows of fixed vectors times each group's weight. text [items, t], weight [K, t, w], rows [K, R] ->
/// [K, R, w]. On the CPU group by group, and gathered again for the gradient: a group's vectors fit into the
/// cache, all groups' are the most that a round would have to move.
class Projection : public torch::autograd::Function<Projection> {
public:
    static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& text, const Tensor& weight,
        const Tensor& rows)
    {
        context->save_for_backward({text, weight, rows});
        if (!weight.is_cpu())
            return torch::bmm(gathered(text, rows, weight), weight);
        Tensor result = torch::empty({rows.size(0), rows.size(1), weight.size(2)}, weight.options());
        for (std::int64_t k = 0; k < rows.size(0); ++k) {
            Tensor own = result[k];
            torch::mm_out(own, gathered(text, rows[k], weight), weight[k]);
        }
        return result;
    }

    static torch::autograd::variable_list backward(
        torch::autograd::AutogradContext* context, const torch::autograd::variable_list& gradients)
    {
        const auto saved = context->get_saved_variables();
        const Tensor& text = saved[0];
        const Tensor& weight = saved[1];
        const Tensor& rows = saved[2];
        if (!weight.is_cpu())
            return {
                Tensor(), torch::bmm(gathered(text, rows, weight).transpose(1, 2), gradients[0]), Tensor()};
        Tensor result = torch::empty(weight.sizes(), weight.options());
        for (std::int64_t k = 0; k < rows.size(0); ++k) {
            Tensor own = result[k];
            torch::mm_out(own, gathered(text, rows[k], weight).t(), gradients[0][k]);
        }
        return {Tensor(), result, Tensor()};
    }

private:
    static Tensor gathered(const Tensor& text, const Tensor& rows, const Tensor& weight)
    {
        std::vector<std::int64_t> shape = rows.sizes().vec();
        shape.push_back(text.size(1));
        return text.index_select(0, rows.reshape({-1})).reshape(shape).to(weight.scalar_type());
    }
};

} // namespace

TextFeatures::TextFeatures(const data::Dataset& dataset, const ModelOptions& options,
    std::span<const augment::ItemFeatures> features, const torch::Device& device)
{
    if (options.features == Features::Tokens) {
        m_tokens.emplace(dataset, features, kTokenBuckets, device);
        return;
    }
    ItemText text = itemText(dataset, options, features);
    const auto items = static_cast<std::int64_t>(dataset.itemCount());
    m_text = torch::from_blob(text.values.data(), {items, text.width}, torch::kFloat32).clone().to(device);
}

Tensor TextFeatures::operator()(const Tensor& weight, const Tensor& rows) const
{
    if (m_tokens)
        return m_tokens->features(weight, rows);
    return Projection::apply(m_text, weight, rows);
}

ItemEmbedding::ItemEmbedding(const data::Dataset& dataset, const ModelOptions& options,
    std::span<const augment::ItemFeatures> features, const torch::Device& device)
    : m_idWidth(options.idWidth)
    , m_sideWidth(options.combine == Combine::Concat ? options.featureWidth : 0)
    , m_sum(options.combine == Combine::Sum)
{
    if (featureWidth(options) > 0)
        m_features.emplace(dataset, options, features, device);
}

Tensor ItemEmbedding::operator()(const Tensor& ids, const Tensor& weight, const Tensor& rows) const
{
    const Tensor vectors = ids.narrow(2, 0, m_idWidth);
    if (m_sum)
        return m_features ? vectors + (*m_features)(weight, rows) : vectors;
    if (m_sideWidth == 0)
        return vectors;
    const Tensor side = m_features
        ? (*m_features)(weight, rows)
        : torch::zeros({rows.size(0), rows.size(1), m_sideWidth}, vectors.options());
    return torch::cat({vectors, side}, 2);
}

} // namespace fedcctr::model
