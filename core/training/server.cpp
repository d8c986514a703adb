// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/server.h"

#include "core/training/stretches.h"

#include <cmath>
#include <numbers>

namespace fedcctr::training {

using model::Parameters;
using torch::Tensor;

namespace {

constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.999;
constexpr double kAdamEpsilon = 1e-8;

struct AdamConstants {
    float rate = 0; ///< over the first moment's correction
    float correction2 = 1;
};

/// Kingma and Ba 2015, Algorithm 1.
void adamStretch(std::span<float> values, std::span<const float> gradients, std::span<float> firsts,
    std::span<float> seconds, const AdamConstants& constants)
{
    constexpr auto kKept1 = static_cast<float>(kBeta1);
    constexpr auto kNew1 = static_cast<float>(1 - kBeta1);
    constexpr auto kKept2 = static_cast<float>(kBeta2);
    constexpr auto kNew2 = static_cast<float>(1 - kBeta2);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const float gradient = gradients[i];
        firsts[i] = kKept1 * firsts[i] + kNew1 * gradient;
        seconds[i] = kKept2 * seconds[i] + kNew2 * gradient * gradient;
        const float root = std::sqrt(seconds[i] / constants.correction2) + static_cast<float>(kAdamEpsilon);
        values[i] -= constants.rate * firsts[i] / root;
    }
}

} // namespace

ServerStep::ServerStep(const federation::FederationOptions& options, const Parameters& like,
    std::vector<model::TensorSpec> specs, const model::Workers* workers)
    : m_options(options)
    , m_specs(std::move(specs))
    , m_workers(workers)
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

/// All but the decay, in one pass over the values where they lie on this machine.
void ServerStep::adam(Parameters& parameters, const ClientUpdate& mean, double rate, int count)
{
    const double correction1 = 1 - std::pow(kBeta1, count);
    const double correction2 = 1 - std::pow(kBeta2, count);
    const auto isPlain = [](const Tensor& tensor) {
        return tensor.is_cpu() && tensor.is_contiguous() && tensor.scalar_type() == torch::kFloat32;
    };
    std::vector<Tensor> here;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        if (m_specs[i].rows == model::Rows::PerUser)
            continue;
        Tensor& first = m_moments[0][i];
        Tensor& second = m_moments[1][i];
        if (isPlain(parameters[i]) && isPlain(mean[i]) && isPlain(first) && isPlain(second)) {
            here.push_back(parameters[i]);
            places.push_back(i);
            continue;
        }
        first.mul_(kBeta1).add_(mean[i], 1 - kBeta1);
        second.mul_(kBeta2).addcmul_(mean[i], mean[i], 1 - kBeta2);
        const Tensor root = (second / correction2).sqrt_().add_(kAdamEpsilon);
        parameters[i].addcdiv_(first, root, -rate / correction1);
    }
    const AdamConstants constants{static_cast<float>(rate / correction1), static_cast<float>(correction2)};
    overStretches(here, m_workers, [&](std::size_t tensor, std::size_t begin, std::size_t size) {
        const std::size_t i = places[tensor];
        adamStretch(valuesOf(here[tensor]).subspan(begin, size), valuesOf(mean[i]).subspan(begin, size),
            valuesOf(m_moments[0][i]).subspan(begin, size), valuesOf(m_moments[1][i]).subspan(begin, size),
            constants);
    });
}

void ServerStep::step(Parameters& parameters, const ClientUpdate& mean, int round, int count)
{
    const torch::NoGradGuard noGrad;
    const double rate = learningRate(round);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        if (m_specs[i].rows == model::Rows::PerUser)
            continue;
        if (m_options.optimizer == federation::ServerOptimizer::Sgd)
            parameters[i].sub_(mean[i], rate);
        else
            decay(parameters[i], m_specs[i], rate);
    }
    if (m_options.optimizer == federation::ServerOptimizer::AdamW)
        adam(parameters, mean, rate, count);
}

} // namespace fedcctr::training
