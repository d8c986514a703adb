// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/numbers.h"
#include "core/experiment/sweep.h"
#include "core/privacy/ledger.h"

#include <algorithm>
#include <cmath>

namespace fedcctr::experiment {

using privacy::ClientSampling;
using privacy::PrivacyOptions;

namespace {

privacy::LedgerSampling samplingOf(const federated::FederationOptions& federation)
{
    switch (federation.sampling) {
    case federated::Sampling::Poisson:
        return {ClientSampling::Poisson, federation.rate, federation.rounds};
    case federated::Sampling::Fixed:
        return {ClientSampling::Fixed, federation.rate, federation.rounds};
    case federated::Sampling::Cyclic:
        break;
    }
    return {ClientSampling::None, 1.0 / federation.cyclePeriod(), federation.rounds};
}

/// The rounds for which the average client pays.
std::vector<int> paidRounds(const Config& config)
{
    const int rounds = config.federation.rounds;
    int count = rounds;
    if (config.privacy.charge == privacy::Charge::Participation
        && config.privacy.adversary != privacy::Adversary::ReleasedModel)
        count = static_cast<int>(std::clamp(
            std::lround(samplingOf(config.federation).rate * rounds), 1L, static_cast<long>(rounds)));
    std::vector<int> paid;
    for (int i = 0; i < count; ++i)
        paid.push_back(static_cast<int>((i + 0.5) * rounds / count));
    return paid;
}

bool lasts(const Config& config, const std::vector<int>& paid, double sigma0)
{
    PrivacyOptions options = config.privacy;
    options.noiseMultiplier = sigma0;
    privacy::Ledger ledger(options, samplingOf(config.federation), 1);
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

double calibratedNoise(const Config& config)
{
    const Field& noise = field("privacy.noise_multiplier");
    const std::vector<int> paid = paidRounds(config);
    double high = noise.most;
    double low = noise.least;
    if (!lasts(config, paid, high))
        throw Error("--calibrate: no privacy.noise_multiplier up to " + general(noise.most)
            + " makes privacy.epsilon = " + general(config.privacy.epsilon) + " last for "
            + std::to_string(config.federation.rounds)
            + " rounds; plan fewer rounds, or change privacy.accountant or privacy.decay_rate");
    if (lasts(config, paid, low))
        return low;
    while (high / low > 1 + 1e-7) {
        const double middle = std::sqrt(high * low);
        (lasts(config, paid, middle) ? high : low) = middle;
    }
    return std::min(roundedUp(high), noise.most);
}

} // namespace fedcctr::experiment
