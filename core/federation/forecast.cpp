// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/federation/forecast.h"

#include "core/privacy/mechanisms.h"
#include "core/privacy/schedule.h"

#include <algorithm>
#include <cmath>

namespace fedcctr::federation {

namespace {

constexpr double kMostClientRounds = 2e8;

/// Sums the ratios of the rounds in which somebody sends.
class SignalSum {
public:
    explicit SignalSum(const ForecastRequest& request)
        : m_request(request)
    {
        const privacy::PrivacyOptions& options = request.privacy;
        if (options.correlation == privacy::Correlation::Banded)
            m_deviations = privacy::noiseDeviations(options.band, request.federation.rounds);
    }

    void add(int round, double uploads, double noiseShare)
    {
        if (uploads == 0)
            return;
        const double banded = m_deviations.empty() ? 1 : m_deviations[static_cast<std::size_t>(round)];
        const double noise = noiseOnSum(m_request.privacy,
            gradientNoise(m_request.privacy, round) * noiseShare, uploads, m_request.coordinates, banded);
        m_signal.last = uploads / noise;
        if (m_squares == 0)
            m_signal.first = m_signal.last;
        m_squares += m_signal.last * m_signal.last;
        m_signal.whole = std::sqrt(m_squares);
    }

    const SignalForecast& signal() const { return m_signal; }

private:
    const ForecastRequest& m_request;
    std::vector<double> m_deviations;
    double m_squares = 0;
    SignalForecast m_signal;
};

bool isDue(int done, int planned, int points)
{
    return points > 0 && (done == planned || done % std::max(1, planned / points) == 0);
}

} // namespace

double gradientNoise(const privacy::PrivacyOptions& options, int round)
{
    const double z = privacy::noiseMultiplierAt(options, round);
    if (z <= 0 || options.clipping != privacy::Clipping::Adaptive)
        return z;
    return privacy::gradientMultiplier(z, options.clipCountNoise);
}

double noiseOnSum(
    const privacy::PrivacyOptions& options, double std, double uploads, double coordinates, double banded)
{
    // Where the server sees each upload, each brings noise of its own.
    const bool local = options.adversary == privacy::Adversary::Local;
    return std * banded * std::sqrt((local ? uploads : 1) * coordinates);
}

std::optional<Forecast> forecast(const ForecastRequest& request, std::size_t clients)
{
    const int planned = request.federation.rounds;
    if (request.privacy.schedule == privacy::Schedule::None || request.federation.mode == Mode::Central
        || static_cast<double>(planned) * static_cast<double>(clients) > kMostClientRounds)
        return {};
    privacy::Ledger ledger(request.privacy, ledgerSampling(request.federation, clients), clients);
    Forecast found;
    SignalSum signal(request);
    for (int round = 0; round < planned; ++round) {
        if (request.stop.stop_requested())
            return {};
        const privacy::Attendance there =
            attendance(request.federation, request.privacy.dropout, ledger, request.seed, round);
        const auto admitted = ledger.admit(there.present, round, there.noiseShare);
        const std::size_t active = ledger.activeCount();
        if (active < clients && found.firstStop == 0)
            found.firstStop = round + 1;
        if (active == 0) {
            found.lastStop = round + 1;
            break;
        }
        found.rounds = round + 1;
        signal.add(round, static_cast<double>(admitted.size()), there.noiseShare);
        if (isDue(round + 1, planned, request.points))
            found.spent.push_back({round + 1.0, ledger.spent().most});
    }
    found.signal = signal.signal();
    return found;
}

} // namespace fedcctr::federation
