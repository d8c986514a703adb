// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sweeps/sweep_calibration.h"

#include "core/base/error.h"
#include "core/base/numbers.h"
#include "core/federation/sampler.h"
#include "core/settings/config_table.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace fedcctr::sweeps {

using privacy::PrivacyOptions;

namespace {

/// The rounds for which the average client pays.
std::vector<int> paidRounds(const settings::Config& config, std::size_t clients)
{
    if (config.privacy.charge == privacy::Charge::Participation
        && config.privacy.adversary != privacy::Adversary::ReleasedModel)
        return federation::averageParticipation(
            config.federation, clients, config.privacy.correlation == privacy::Correlation::Banded);
    std::vector<int> all(static_cast<std::size_t>(config.federation.rounds));
    std::iota(all.begin(), all.end(), 0);
    return all;
}

bool lasts(const settings::Config& config, std::size_t clients, const std::vector<int>& paid, double sigma0)
{
    PrivacyOptions options = config.privacy;
    options.noiseMultiplier = sigma0;
    privacy::Ledger ledger(options, federation::ledgerSampling(config.federation, clients), 1);
    const double noiseShare = std::sqrt(1 - options.dropout);
    for (const int round : paid)
        if (ledger.admit({0}, round, noiseShare).empty())
            return false;
    return true;
}

double roundedUp(double value)
{
    const double unit = std::pow(10, std::floor(std::log10(value)) - 5);
    return std::ceil(value / unit) * unit;
}

} // namespace

double calibratedNoise(const settings::Config& config, std::size_t clients)
{
    const settings::Field& noise = settings::field("privacy.noise_multiplier");
    const std::vector<int> paid = paidRounds(config, clients);
    double high = noise.most;
    double low = noise.least;
    if (!lasts(config, clients, paid, high))
        throw Error("--calibrate: no privacy.noise_multiplier up to " + general(noise.most)
            + " makes privacy.epsilon = " + general(config.privacy.epsilon) + " last for "
            + std::to_string(config.federation.rounds)
            + " rounds; plan fewer rounds, or change privacy.accountant or privacy.decay_rate");
    if (lasts(config, clients, paid, low))
        return low;
    while (high / low > 1 + 1e-7) {
        const double middle = std::sqrt(high * low);
        (lasts(config, clients, paid, middle) ? high : low) = middle;
    }
    return std::min(roundedUp(high), noise.most);
}

} // namespace fedcctr::sweeps
