// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/noise.h"

#include "core/privacy/mechanisms.h"
#include "core/training/stretches.h"

#include <algorithm>
#include <cmath>

namespace fedcctr::training {

using torch::Tensor;

void addNoise(ClientUpdate& sum, double std, const privacy::NoiseSource& source, int round,
    const model::Workers* workers)
{
    if (std <= 0)
        return;
    // In place where the values lie on this machine one after another, else in a copy that is written back.
    std::vector<Tensor> onHost;
    for (std::size_t i = 0; i < sum.size(); ++i)
        onHost.push_back(sum[i].cpu().contiguous());
    overStretches(onHost, workers, [&](std::size_t tensor, std::size_t begin, std::size_t count) {
        source.add(valuesOf(onHost[tensor]).subspan(begin, count), begin, std,
            {privacy::NoisePurpose::Upload, static_cast<std::uint32_t>(round),
                static_cast<std::uint32_t>(tensor)});
    });
    for (std::size_t i = 0; i < sum.size(); ++i)
        if (!onHost[i].is_same(sum[i]))
            sum[i].copy_(onHost[i]);
}

double norm(const ClientUpdate& update)
{
    double square = 0;
    for (std::size_t i = 0; i < update.size(); ++i)
        square += update[i].square().sum(torch::kFloat64).item<double>();
    return std::sqrt(square);
}

void scale(ClientUpdate& update, double factor)
{
    for (std::size_t i = 0; i < update.size(); ++i)
        update[i].mul_(factor);
}

BandedNoise::BandedNoise(int band, const privacy::NoiseSource& source, const model::Workers* workers)
    : m_coefficients(privacy::squareRootToeplitz(band))
    , m_source(source)
    , m_workers(workers)
{
}

/// y_t = z_t - sum over k >= 1 of c_k y_{t-k}: forward substitution in C y = z.
void BandedNoise::advance(const ClientUpdate& like)
{
    ClientUpdate fresh = like.zerosLike();
    addNoise(fresh, 1, m_source, m_next++, m_workers);
    for (std::size_t k = 1; k < m_coefficients.size() && k <= m_recent.size(); ++k)
        for (std::size_t i = 0; i < fresh.size(); ++i)
            fresh[i].sub_(m_recent[k - 1][i], m_coefficients[k]);
    m_recent.push_front(std::move(fresh));
    if (m_recent.size() > std::max<std::size_t>(1, m_coefficients.size() - 1))
        m_recent.pop_back();
}

void BandedNoise::add(ClientUpdate& sum, double std, int round)
{
    while (m_next <= round)
        advance(sum);
    for (std::size_t i = 0; i < sum.size(); ++i)
        sum[i].add_(m_recent.front()[i], std);
}

} // namespace fedcctr::training
