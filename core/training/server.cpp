// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/server.h"

#include <cmath>
#include <numbers>

namespace fedcctr::training {

using model::Parameters;
using torch::Tensor;

namespace {

constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.999;
constexpr double kAdamEpsilon = 1e-8;

} // namespace

ServerStep::ServerStep(const federation::FederationOptions& options, const Parameters& like,
    std::vector<bool> decays, std::int64_t idWidth)
    : m_options(options)
    , m_decays(std::move(decays))
    , m_idWidth(idWidth)
{
    if (options.optimizer == federation::ServerOptimizer::AdamW)
        m_moments = {like.zerosLike(), like.zerosLike()};
}

double ServerStep::learningRate(int round) const
{
    if (m_options.learningRateSchedule == federation::LearningRateSchedule::Constant)
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
    for (std::size_t i = 0; i < parameters.tensors(); ++i) {
        Tensor& value = parameters.at(i);
        const Tensor& gradient = mean.at(i);
        const bool items = i == parameters.dense.size();
        if (m_options.optimizer == federation::ServerOptimizer::Sgd) {
            value.sub_(gradient, rate);
            continue;
        }
        if (items && m_options.itemWeightDecay > 0)
            value.narrow(1, 0, m_idWidth).mul_(1 - rate * m_options.itemWeightDecay); // not the bias
        else if (!items && m_decays[i] && m_options.weightDecay > 0)
            value.mul_(1 - rate * m_options.weightDecay);
        Tensor& first = m_moments[0].at(i);
        Tensor& second = m_moments[1].at(i);
        first.mul_(kBeta1).add_(gradient, 1 - kBeta1);
        second.mul_(kBeta2).addcmul_(gradient, gradient, 1 - kBeta2);
        const Tensor root = (second / correction2).sqrt_().add_(kAdamEpsilon);
        value.addcdiv_(first, root, -rate / correction1);
    }
}

} // namespace fedcctr::training
