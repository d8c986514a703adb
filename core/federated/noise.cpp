// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/federated/noise.h"

#include "core/base/random.h"
#include "core/federated/streams.h"
#include "core/privacy/mechanisms.h"

#include <ATen/CPUGeneratorImpl.h>

#include <cmath>

namespace fedcctr::federated {

using torch::Tensor;

void addNoise(Update& sum, double std, std::uint64_t seed, int round)
{
    if (std <= 0)
        return;
    for (std::size_t i = 0; i < sum.tensors(); ++i) {
        Tensor& tensor = sum.at(i);
        auto generator = at::detail::createCPUGenerator(
            derivedSeed(seed, {kNoise, static_cast<std::uint64_t>(round), static_cast<std::uint64_t>(i)}));
        const Tensor noise = torch::empty(tensor.sizes(), torch::kFloat32).normal_(0, std, generator);
        tensor += noise.to(tensor.device());
    }
}

double norm(const Update& update)
{
    double square = 0;
    for (std::size_t i = 0; i < update.tensors(); ++i)
        square += update.at(i).square().sum(torch::kFloat64).item<double>();
    return std::sqrt(square);
}

void scale(Update& update, double factor)
{
    for (std::size_t i = 0; i < update.tensors(); ++i)
        update.at(i).mul_(factor);
}

BandedNoise::BandedNoise(int band, std::uint64_t seed)
    : m_coefficients(privacy::squareRootToeplitz(band))
    , m_seed(seed)
{
}

/// y_t = z_t - sum over k >= 1 of c_k y_{t-k}: forward substitution in C y = z.
void BandedNoise::advance(const Update& like)
{
    Update fresh = like.zerosLike();
    addNoise(fresh, 1, m_seed, m_next++);
    for (std::size_t k = 1; k < m_coefficients.size() && k <= m_recent.size(); ++k)
        for (std::size_t i = 0; i < fresh.tensors(); ++i)
            fresh.at(i).sub_(m_recent[k - 1].at(i), m_coefficients[k]);
    m_recent.push_front(std::move(fresh));
    if (m_recent.size() > std::max<std::size_t>(1, m_coefficients.size() - 1))
        m_recent.pop_back();
}

void BandedNoise::add(Update& sum, double std, int round)
{
    while (m_next <= round)
        advance(sum);
    for (std::size_t i = 0; i < sum.tensors(); ++i)
        sum.at(i).add_(m_recent.front().at(i), std);
}

} // namespace fedcctr::federated
