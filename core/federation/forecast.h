// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/federation/sampler.h"

#include <optional>
#include <stop_token>

namespace fedcctr::federation {

/// sigma_t / theta_t of the noise on the gradient of round t (from 0); with adaptive clipping the count takes
/// its share. 0 without noise.
double gradientNoise(const privacy::PrivacyOptions& options, int round);

/// Expected norm of the noise on the sum of `uploads` uploads when the noise on what the adversary sees has
/// the standard deviation `std` per coordinate. `banded`: the round's entry of privacy::noiseDeviations(), 1
/// for fresh noise.
double noiseOnSum(
    const privacy::PrivacyOptions& options, double std, double uploads, double coordinates, double banded);

/// The best that can be hoped for: every upload as long as the clip norm and all in one direction. Of the
/// rounds in which somebody sends.
struct SignalForecast {
    double first = 0; ///< signal-to-noise ratio of the first of them
    double last = 0;
    double whole = 0; ///< of all together: root of the sum of squares
};

struct SpentPoint {
    double round = 0; ///< from 1
    double epsilon = 0; ///< of the client that has spent most, under the accountant that governs
};

struct Forecast {
    int firstStop = 0; ///< round (from 1) in which the first client is stopped; 0: nobody
    int lastStop = 0; ///< round in which the last one is; 0: not all
    int rounds = 0; ///< that are done: all planned ones, or those before lastStop
    SignalForecast signal;
    std::vector<SpentPoint> spent; ///< about `points` of them
};

struct ForecastRequest {
    const FederationOptions& federation;
    const privacy::PrivacyOptions& privacy;
    double coordinates = 0; ///< trained values, for the signal
    std::uint64_t seed = 1; ///< of the draws: the run's own where it is known
    int points = 0; ///< of `spent`; 0: none
    std::stop_token stop = {}; ///< a forecast that is stopped is none
};

/// Plays a training of so many clients on a ledger of its own, drawing clients and drop-outs as a run of that
/// seed does. None without noise, and where it would take long (above 2e8 client rounds). Throws Error as
/// Ledger does.
std::optional<Forecast> forecast(const ForecastRequest& request, std::size_t clients);

} // namespace fedcctr::federation
