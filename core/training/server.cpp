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
    std::vector<model::TensorSpec> specs)
    : m_options(options)
    , m_specs(std::move(specs))
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

/// Decoupled; not of biases, those of items included.
void ServerStep::decay(Tensor& value, const model::TensorSpec& spec, double rate) const
{
    if (spec.rows == model::Rows::PerItem && m_options.itemWeightDecay > 0)
        value.narrow(1, 0, spec.embedded).mul_(1 - rate * m_options.itemWeightDecay);
    else if (spec.decays && m_options.weightDecay > 0)
        value.mul_(1 - rate * m_options.weightDecay);
}

void ServerStep::step(Parameters& parameters, const ClientUpdate& mean, int round, int count)
{
    const torch::NoGradGuard noGrad;
    const double rate = learningRate(round);
    const double correction1 = 1 - std::pow(kBeta1, count);
    const double correction2 = 1 - std::pow(kBeta2, count);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        if (m_specs[i].rows == model::Rows::PerUser)
            continue;
        Tensor& value = parameters[i];
        const Tensor& gradient = mean[i];
        if (m_options.optimizer == federation::ServerOptimizer::Sgd) {
            value.sub_(gradient, rate);
            continue;
        }
        decay(value, m_specs[i], rate);
        Tensor& first = m_moments[0][i];
        Tensor& second = m_moments[1][i];
        first.mul_(kBeta1).add_(gradient, 1 - kBeta1);
        second.mul_(kBeta2).addcmul_(gradient, gradient, 1 - kBeta2);
        const Tensor root = (second / correction2).sqrt_().add_(kAdamEpsilon);
        value.addcdiv_(first, root, -rate / correction1);
    }
}

} // namespace fedcctr::training
