// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/mechanism.h"

#include "core/federation/forecast.h"
#include "core/federation/sampler.h"
#include "core/privacy/mechanisms.h"
#include "core/privacy/schedule.h"

#include <algorithm>
#include <cmath>

namespace fedcctr::training {

UploadMechanism::UploadMechanism(const privacy::PrivacyOptions& privacy,
    const federation::FederationOptions& federation, std::size_t clients, const privacy::NoiseSource& noise,
    const model::Workers& workers)
    : m_privacy(privacy)
    , m_federation(federation)
    , m_clients(clients)
    , m_noise(noise)
    , m_workers(workers)
{
    if (privacy.correlation == privacy::Correlation::Banded) {
        m_banded.emplace(privacy.band, noise, &workers);
        m_deviations = privacy::noiseDeviations(privacy.band, federation.rounds);
    }
}

double UploadMechanism::sigma(int round, double clipNorm) const
{
    return federation::gradientNoise(m_privacy, round) * clipNorm;
}

bool UploadMechanism::stepsWithoutUploads(double sigma) const
{
    return m_privacy.adversary == privacy::Adversary::ReleasedModel && sigma > 0;
}

double UploadMechanism::divisor(std::size_t uploads, int round) const
{
    const bool central = m_federation.mode == federation::Mode::Central;
    if (central || m_privacy.schedule == privacy::Schedule::None
        || m_privacy.adversary == privacy::Adversary::Local)
        return static_cast<double>(std::max<std::size_t>(1, uploads));
    return std::max(1.0, federation::expectedClients(m_federation, m_clients, round));
}

std::optional<double> UploadMechanism::addNoiseTo(
    ClientUpdate& sum, double sigma, std::size_t uploads, int round)
{
    // The sum of K clients' draws is one draw of K times the variance.
    const bool local = m_privacy.adversary == privacy::Adversary::Local;
    const double sumStd = sigma * (local ? std::sqrt(static_cast<double>(uploads)) : 1);
    std::optional<double> signalToNoise;
    if (sumStd > 0 && uploads > 0)
        signalToNoise = norm(sum)
            / federation::noiseOnSum(m_privacy, sigma, static_cast<double>(uploads),
                static_cast<double>(sum.count()),
                m_deviations.empty() ? 1 : m_deviations[static_cast<std::size_t>(round)]);
    if (m_banded)
        m_banded->add(sum, sumStd, round);
    else
        addNoise(sum, sumStd, m_noise, round, &m_workers);
    return signalToNoise;
}

double UploadMechanism::nextClipNorm(double clipNorm, const std::vector<double>& norms, int round) const
{
    if (m_federation.mode == federation::Mode::Central || m_privacy.clipping != privacy::Clipping::Adaptive)
        return clipNorm;
    const auto below = std::ranges::count_if(norms, [&](double n) { return n <= clipNorm; });
    double noise = 0;
    if (m_privacy.schedule != privacy::Schedule::None) {
        noise = m_privacy.clipCountNoise
            * m_noise.normals(1, {privacy::NoisePurpose::ClipCount, static_cast<std::uint32_t>(round)})
                  .front();
        if (m_privacy.adversary == privacy::Adversary::Local)
            noise *= std::sqrt(static_cast<double>(norms.size()));
    }
    const double centred = static_cast<double>(below) - static_cast<double>(norms.size()) / 2 + noise;
    const double fraction = centred / divisor(norms.size(), round) + 0.5;
    return privacy::adaptedClip(clipNorm, fraction, m_privacy.clipLearningRate, m_privacy.clipQuantile);
}

} // namespace fedcctr::training
