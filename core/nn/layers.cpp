// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/layers.h"

#include "core/base/random.h"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace fedcctr::model {

using torch::Tensor;

namespace {

/// Rows of all groups one after the other.
Tensor joined(const Tensor& x)
{
    return x.reshape({-1, x.size(2)});
}

/// linear(). The gradients of the parameters are each group's own.
class GroupedLinear : public torch::autograd::Function<GroupedLinear> {
public:
    static Tensor forward(
        torch::autograd::AutogradContext* context, const Tensor& x, const Tensor& weight, const Tensor& bias)
    {
        context->save_for_backward({x, weight});
        if (!isShared(weight) || !isShared(bias))
            return torch::baddbmm(bias.unsqueeze(1), x, weight);
        return torch::addmm(bias[0], joined(x), weight[0]).reshape({x.size(0), x.size(1), weight.size(2)});
    }

    static torch::autograd::variable_list backward(
        torch::autograd::AutogradContext* context, const torch::autograd::variable_list& gradients)
    {
        const auto saved = context->get_saved_variables();
        const Tensor& x = saved[0];
        const Tensor& weight = saved[1];
        const Tensor& gradient = gradients[0];
        const Tensor ofX = isShared(weight) ? torch::mm(joined(gradient), weight[0].t()).reshape(x.sizes())
                                            : torch::bmm(gradient, weight.transpose(1, 2));
        return {ofX, torch::bmm(x.transpose(1, 2), gradient), gradient.sum(1)};
    }
};

} // namespace

Dropout::Dropout(double share, std::vector<std::uint64_t> seeds)
    : m_share(share)
    , m_seeds(std::move(seeds))
{
}

Tensor Dropout::mask(torch::IntArrayRef shape, double share, float kept)
{
    // 16 random bits a value.
    const auto threshold = static_cast<std::uint64_t>(std::lround(share * 65536));
    Tensor result = torch::empty(shape, torch::TensorOptions().dtype(torch::kFloat32));
    auto* out = result.data_ptr<float>();
    const std::int64_t perGroup = result.numel() / static_cast<std::int64_t>(m_seeds.size());
    for (const std::uint64_t seed : m_seeds) {
        Random random(seed, {m_calls});
        for (std::int64_t i = 0; i < perGroup; i += 4) {
            std::uint64_t bits = random();
            for (std::int64_t j = i; j < std::min(i + 4, perGroup); ++j, bits >>= 16)
                out[j] = (bits & 0xffff) < threshold ? 0.0F : kept;
        }
        out += perGroup;
    }
    ++m_calls;
    return result;
}

Tensor Dropout::operator()(const Tensor& x)
{
    if (m_seeds.empty() || m_share <= 0)
        return x;
    const auto kept = static_cast<float>(1 / (1 - m_share));
    return x * mask(x.sizes(), m_share, kept).to(x.device());
}

Tensor Dropout::rows(const Tensor& x, double share)
{
    if (m_seeds.empty())
        return x;
    return x * mask({x.size(0), x.size(1), x.size(2), 1}, share, 1).to(x.device());
}

Tensor Dropout::normal(torch::IntArrayRef shape, const torch::TensorOptions& options)
{
    Tensor result = torch::zeros(shape, torch::TensorOptions().dtype(torch::kFloat32));
    if (m_seeds.empty())
        return result.to(options);
    auto* out = result.data_ptr<float>();
    const std::int64_t perGroup = result.numel() / static_cast<std::int64_t>(m_seeds.size());
    for (const std::uint64_t seed : m_seeds) {
        Random random(seed, {m_calls});
        for (std::int64_t i = 0; i < perGroup; ++i)
            *out++ = static_cast<float>(random.normal());
    }
    ++m_calls;
    return result.to(options);
}

Dropout Dropout::split(std::int64_t parts)
{
    Dropout result(m_share, {});
    for (const std::uint64_t seed : m_seeds)
        for (std::int64_t part = 0; part < parts; ++part)
            result.m_seeds.push_back(derivedSeed(seed, {m_calls, static_cast<std::uint64_t>(part)}));
    ++m_calls;
    return result;
}

bool isShared(const Tensor& parameter)
{
    return parameter.size(0) == 1 || parameter.stride(0) == 0;
}

Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias)
{
    return GroupedLinear::apply(x, weight, bias);
}

Tensor linearOver(const Tensor& x, const Tensor& weight, const Tensor& bias)
{
    std::vector<std::int64_t> shape = x.sizes().vec();
    shape.back() = weight.size(2);
    return linear(x.reshape({x.size(0), -1, x.size(-1)}), weight, bias).reshape(shape);
}

Tensor product(const Tensor& x, const Tensor& weight)
{
    return linearOver(
        x, weight, torch::zeros({1, weight.size(2)}, weight.options()).expand({weight.size(0), -1}));
}

Tensor layerNorm(const Tensor& x, const Tensor& gain, const Tensor& bias)
{
    return torch::layer_norm(x, {x.size(-1)}) * gain.unsqueeze(1) + bias.unsqueeze(1);
}

Tensor gatherRows(const Tensor& table, const Tensor& index)
{
    const std::int64_t groups = table.size(0);
    const std::int64_t rows = table.size(1);
    const std::int64_t width = table.size(2);
    const Tensor first = torch::arange(groups, index.options()).mul_(rows).unsqueeze(1);
    const Tensor flat = (index.reshape({groups, -1}) + first).reshape({-1});
    std::vector<std::int64_t> shape = index.sizes().vec();
    shape.push_back(width);
    return torch::embedding(table.reshape({groups * rows, width}), flat).reshape(shape);
}

Tensor attention(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& bias)
{
    const double scale = 1 / std::sqrt(static_cast<double>(q.size(-1)));
    return torch::matmul(torch::softmax(torch::matmul(q * scale, k.transpose(-2, -1)) + bias, -1), v);
}

Tensor encoderLayer(
    const Tensor& x, const EncoderLayer& layer, std::int64_t heads, const Tensor& bias, Dropout& dropout)
{
    const std::int64_t groups = x.size(0);
    const std::int64_t sequences = groups * x.size(1);
    const std::int64_t length = x.size(2);
    const std::int64_t width = x.size(3);
    const Tensor flat = x.reshape({groups, -1, width});

    const Tensor qkv = linear(flat, layer.qkvWeight, layer.qkvBias)
                           .reshape({sequences, length, 3, heads, width / heads})
                           .permute({2, 0, 3, 1, 4});
    const Tensor mixed = attention(qkv.select(0, 0), qkv.select(0, 1), qkv.select(0, 2), bias)
                             .transpose(1, 2)
                             .reshape({groups, -1, width});
    const Tensor attended = layerNorm(
        flat + dropout(linear(mixed, layer.outWeight, layer.outBias)), layer.norm1Gain, layer.norm1Bias);
    const Tensor hidden = dropout(torch::relu(linear(attended, layer.ffn1Weight, layer.ffn1Bias)));
    const Tensor output = layerNorm(attended + dropout(linear(hidden, layer.ffn2Weight, layer.ffn2Bias)),
        layer.norm2Gain, layer.norm2Bias);
    return output.reshape(x.sizes());
}

Tensor causalBias(std::int64_t length, const torch::TensorOptions& options)
{
    return torch::full({length, length}, -std::numeric_limits<double>::infinity(), options).triu_(1);
}

Tensor maskedSoftmax(const Tensor& scores, const Tensor& mask)
{
    // A large negative number instead of -infinity: a row without any place stays finite.
    return torch::softmax(scores.masked_fill(mask == 0, -1e4), -1) * mask;
}

Tensor cosine(const Tensor& x, const Tensor& y)
{
    constexpr double kTiny = 1e-12;
    const Tensor norms = ((x * x).sum(-1) * (y * y).sum(-1) + kTiny).sqrt();
    return (x * y).sum(-1) / norms;
}

} // namespace fedcctr::model
