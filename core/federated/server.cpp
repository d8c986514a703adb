// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/federated/server.h"

#include "core/base/random.h"
#include "core/federated/streams.h"

#include <ATen/CPUGeneratorImpl.h>

#include <cmath>
#include <numbers>

namespace fedcctr::federated {

using model::Parameters;
using torch::Tensor;

namespace {

constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.999;
constexpr double kAdamEpsilon = 1e-8;

Parameters zerosLike(const Parameters& like)
{
    Parameters zeros;
    for (const Tensor& tensor : like.dense)
        zeros.dense.push_back(torch::zeros_like(tensor));
    zeros.items = torch::zeros_like(like.items);
    return zeros;
}

/// Calls f(tensor index, tensors…) for the dense tensors and then for the item table.
template <typename Function> void forEachTensor(std::size_t denseCount, Function f)
{
    for (std::size_t i = 0; i <= denseCount; ++i)
        f(i);
}

Tensor& tensorAt(Parameters& parameters, std::size_t i)
{
    return i < parameters.dense.size() ? parameters.dense[i] : parameters.items;
}

const Tensor& tensorAt(const Parameters& parameters, std::size_t i)
{
    return i < parameters.dense.size() ? parameters.dense[i] : parameters.items;
}

} // namespace

void addNoise(Update& sum, double std, std::uint64_t seed, int round)
{
    if (std <= 0)
        return;
    forEachTensor(sum.dense.size(), [&](std::size_t i) {
        Tensor& tensor = tensorAt(sum, i);
        auto generator = at::detail::createCPUGenerator(
            derivedSeed(seed, {kNoise, static_cast<std::uint64_t>(round), static_cast<std::uint64_t>(i)}));
        const Tensor noise = torch::empty(tensor.sizes(), torch::kFloat32).normal_(0, std, generator);
        tensor += noise.to(tensor.device());
    });
}

double norm(const Update& update)
{
    double square = 0;
    forEachTensor(update.dense.size(),
        [&](std::size_t i) { square += tensorAt(update, i).square().sum(torch::kFloat64).item<double>(); });
    return std::sqrt(square);
}

ServerStep::ServerStep(
    const FederationOptions& options, const Parameters& like, std::vector<bool> decays, std::int64_t idWidth)
    : m_options(options)
    , m_decays(std::move(decays))
    , m_idWidth(idWidth)
{
    if (options.optimizer == ServerOptimizer::AdamW)
        m_moments = {zerosLike(like), zerosLike(like)};
}

double ServerStep::learningRate(int round) const
{
    if (m_options.learningRateSchedule == LearningRateSchedule::Constant)
        return m_options.learningRate;
    constexpr double kLeast = 0.02;
    const double done = static_cast<double>(round) / m_options.rounds;
    return m_options.learningRate
        * std::max(kLeast, (1 + std::cos(std::numbers::pi * std::min(1.0, done))) / 2);
}

void ServerStep::step(Parameters& parameters, const Update& mean, int round, int count)
{
    const torch::NoGradGuard noGrad;
    const double rate = learningRate(round);
    const double correction1 = 1 - std::pow(kBeta1, count);
    const double correction2 = 1 - std::pow(kBeta2, count);
    forEachTensor(parameters.dense.size(), [&](std::size_t i) {
        Tensor& value = tensorAt(parameters, i);
        const Tensor& gradient = tensorAt(mean, i);
        const bool items = i == parameters.dense.size();
        if (m_options.optimizer == ServerOptimizer::Sgd) {
            value.sub_(gradient, rate);
            return;
        }
        if (items && m_options.itemWeightDecay > 0)
            value.narrow(1, 0, m_idWidth).mul_(1 - rate * m_options.itemWeightDecay); // not the bias
        else if (!items && m_decays[i] && m_options.weightDecay > 0)
            value.mul_(1 - rate * m_options.weightDecay);
        Tensor& first = tensorAt(m_moments[0], i);
        Tensor& second = tensorAt(m_moments[1], i);
        first.mul_(kBeta1).add_(gradient, 1 - kBeta1);
        second.mul_(kBeta2).addcmul_(gradient, gradient, 1 - kBeta2);
        const Tensor root = (second / correction2).sqrt_().add_(kAdamEpsilon);
        value.addcdiv_(first, root, -rate / correction1);
    });
}

} // namespace fedcctr::federated
