// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace fedcctr::privacy {

enum class Schedule : std::uint8_t {
    None, ///< no noise, no guarantee
    Static, ///< sigma stays
    AdaLdp, ///< sigma_{t+1} = R sigma_t (Eq. 26)
};

/// Who is not to learn what a client holds: the trust model.
enum class Adversary : std::uint8_t {
    Local, ///< the server, which sees each upload
    Aggregate, ///< a server behind secure aggregation: the sum, and who took part
    ReleasedModel, ///< an outsider who sees the models only; who took part is secret
};

/// What may differ between two neighbouring sets of clients.
enum class NeighbouringRelation : std::uint8_t {
    Replace, ///< one client holds other data: sensitivity 2 theta
    AddRemove, ///< one client is there or not: sensitivity theta
};

enum class Charge : std::uint8_t {
    EveryRound, ///< every client pays for every round (Algorithm 2 as printed)
    Participation, ///< a client pays for the rounds it takes part in
};

enum class Clipping : std::uint8_t {
    Whole, ///< the whole upload to theta (Eq. 24)
    PerLayer, ///< each of the m tensors to theta / sqrt(m), together at most theta
    Adaptive, ///< theta follows a quantile of the norms (Andrew et al. 2021), at a share of the budget
};

enum class Correlation : std::uint8_t {
    None, ///< fresh noise every round
    Banded, ///< DP-FTRL: each round takes back part of the noise of the rounds before it
};

/// What the noise is drawn from.
enum class NoiseOrigin : std::uint8_t {
    Reproducible, ///< the run's seed: whoever knows it can take the noise away
    Secret, ///< the operating system's random source
};

/// AdaLDP (Section 3.5) and what goes beyond it.
struct PrivacyOptions {
    Schedule schedule = Schedule::AdaLdp;
    Adversary adversary = Adversary::Local;
    NeighbouringRelation relation = NeighbouringRelation::Replace;
    std::string accountant = "rdp"; ///< the name of one in accountants()
    Charge charge = Charge::Participation;
    double epsilon = 1.0; ///< budget of one client
    double delta = 1e-5;
    double order = 2.0; ///< zeta of Eq. 27
    double decayRate = 0.997; ///< R
    /// sigma_0 / theta on what the adversary sees: one upload, or the sum of the uploads.
    double noiseMultiplier = 2.0;
    NoiseOrigin noiseSource = NoiseOrigin::Reproducible;
    double clipNorm = 1.0; ///< theta; the first one when it adapts

    Clipping clipping = Clipping::Whole;
    double clipQuantile = 0.5; ///< share of the clients that shall not be clipped
    double clipLearningRate = 0.2;
    double clipCountNoise = 10; ///< standard deviation of the noise on the count of unclipped clients

    Correlation correlation = Correlation::None;
    int band = 16; ///< rounds that share noise, and the least distance between two uploads of a client

    double histogramNoise = 0; ///< noise on the private popularity histogram, per clip norm; 0: none is taken
    double dropout = 0; ///< share of a cohort that drops out after the noise was shared out (aggregate)
};

} // namespace fedcctr::privacy
