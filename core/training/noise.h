// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/noise_source.h"
#include "core/training/cohort.h"

#include <deque>

namespace fedcctr::training {

/// Adds Gaussian noise of standard deviation `std` to every coordinate, touched or not (Eq. 25). One draw of
/// variance K sigma^2 stands for the sum of K clients' draws: the same distribution. A pure function of
/// source and round, whatever the number of workers.
void addNoise(ClientUpdate& sum, double std, const privacy::NoiseSource& source, int round,
    const model::Workers* workers = nullptr);

/// Norm over all coordinates.
double norm(const ClientUpdate& update);

void scale(ClientUpdate& update, double factor);

/// Correlated noise of DP-FTRL (Kairouz et al. 2021, Choquette-Choo et al. 2023): row t of C^-1 Z for the
/// banded square-root Toeplitz matrix C and white Z of standard deviation 1. In sums over rounds most of it
/// cancels.
class BandedNoise {
public:
    BandedNoise(int band, const privacy::NoiseSource& source, const model::Workers* workers = nullptr);

    /// Adds `std` times the noise of round t. Rounds must not go back; those left out since the last call are
    /// replayed, so that a resumed run sees the same noise.
    void add(ClientUpdate& sum, double std, int round);

private:
    void advance(const ClientUpdate& like);

    std::vector<double> m_coefficients; ///< c_0 = 1, c_1, … of C
    privacy::NoiseSource m_source;
    const model::Workers* m_workers;
    int m_next = 0; ///< round that advance() makes
    std::deque<ClientUpdate> m_recent; ///< newest first, at most band - 1 and the one just made
};

} // namespace fedcctr::training
