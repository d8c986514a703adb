// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/federation/options.h"
#include "core/training/cohort.h"
#include "core/training/noise.h"

#include <optional>

namespace fedcctr::training {

/// What stands between the clipped uploads of a round and the server's step: the noise, what the sum is
/// divided by, and the clip norm where it adapts.
class UploadMechanism {
public:
    UploadMechanism(const privacy::PrivacyOptions& privacy, const federation::FederationOptions& federation,
        std::size_t clients, const privacy::NoiseSource& noise, const model::Workers& workers);

    /// sigma_t of the noise on what the adversary sees, at the given clip norm; 0 without noise.
    double sigma(int round, double clipNorm) const;

    /// Adds a round's noise to the sum of `uploads`. Returns the norm of the sum over that of the noise, none
    /// where nobody sent anything.
    std::optional<double> addNoiseTo(ClientUpdate& sum, double sigma, std::size_t uploads, int round);

    /// What the sum is divided by: the number of uploads where there is no noise on the sum itself, else that
    /// of the whole draw, so that what each adds does not depend on who else was there.
    double divisor(std::size_t uploads, int round) const;

    /// The next clip norm: it follows a quantile of the uploads' norms by a noisy count (Andrew et al. 2021).
    double nextClipNorm(double clipNorm, const std::vector<double>& norms, int round) const;

    /// An outsider must not learn from a model that stands still that nobody was drawn.
    bool stepsWithoutUploads(double sigma) const;

private:
    const privacy::PrivacyOptions& m_privacy;
    const federation::FederationOptions& m_federation;
    std::size_t m_clients;
    const privacy::NoiseSource& m_noise;
    const model::Workers& m_workers;
    std::optional<BandedNoise> m_banded;
    std::vector<double> m_deviations; ///< of each round's banded noise, per standard deviation of Z; or empty
};

} // namespace fedcctr::training
