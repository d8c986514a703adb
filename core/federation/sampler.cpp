// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/federation/sampler.h"

#include "core/base/random.h"
#include "core/federation/streams.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

namespace fedcctr::federation {

namespace {

std::vector<std::int32_t> permutation(std::size_t clients, Random& random)
{
    std::vector<std::int32_t> order(clients);
    std::iota(order.begin(), order.end(), 0);
    random.shuffle(std::span(order));
    return order;
}

} // namespace

std::size_t cohortSize(const FederationOptions& options, std::size_t clients)
{
    const double expected = options.rate * static_cast<double>(clients);
    return std::clamp<std::size_t>(
        static_cast<std::size_t>(std::llround(expected)), 1, std::max<std::size_t>(clients, 1));
}

double expectedClients(const FederationOptions& options, std::size_t clients, int round)
{
    if (options.sampling == Sampling::Poisson)
        return options.rate * static_cast<double>(clients);
    if (options.sampling == Sampling::Fixed || options.mode == Mode::Central)
        return static_cast<double>(cohortSize(options, clients));
    // Clients k with k mod period = t mod period.
    const auto period = static_cast<std::size_t>(options.cyclePeriod());
    const std::size_t group = static_cast<std::size_t>(round) % period;
    return static_cast<double>(clients > group ? (clients - group - 1) / period + 1 : 0);
}

privacy::LedgerSampling ledgerSampling(const FederationOptions& options, std::size_t clients)
{
    using privacy::ClientSampling;
    if (options.sampling == Sampling::Poisson)
        return {ClientSampling::Poisson, options.rate, options.rounds};
    const double largest = expectedClients(options, clients, 0);
    const double share = clients > 0 ? largest / static_cast<double>(clients) : 1;
    const auto scheme = options.sampling == Sampling::Fixed ? ClientSampling::Fixed : ClientSampling::None;
    return {scheme, share, options.rounds};
}

double expectedUploads(const FederationOptions& options, std::size_t clients, double rounds)
{
    if (options.sampling == Sampling::Cyclic)
        return rounds / options.cyclePeriod();
    return ledgerSampling(options, clients).rate * rounds;
}

std::vector<int> averageParticipation(const FederationOptions& options, std::size_t clients, bool fromFirst)
{
    const int rounds = options.rounds;
    if (options.sampling == Sampling::Cyclic) {
        std::vector<int> turns;
        for (int t = fromFirst ? 0 : (rounds - 1) % options.cyclePeriod(); t < rounds;
             t += options.cyclePeriod())
            turns.push_back(t);
        return turns;
    }
    const double expected = expectedUploads(options, clients, rounds);
    const auto count = static_cast<int>(std::clamp(std::lround(expected), 1L, static_cast<long>(rounds)));
    std::vector<int> drawn;
    for (int i = 0; i < count; ++i)
        drawn.push_back(static_cast<int>((i + 0.5) * rounds / count));
    return drawn;
}

std::vector<std::int32_t> survivors(
    const std::vector<std::int32_t>& cohort, double dropout, std::uint64_t seed, int round)
{
    if (dropout <= 0)
        return cohort;
    Random random(seed, {kDropouts, static_cast<std::uint64_t>(round)});
    std::vector<std::int32_t> stay;
    for (const std::int32_t client : cohort)
        if (random.uniform() >= dropout)
            stay.push_back(client);
    return stay;
}

privacy::Attendance attendance(const FederationOptions& options, double dropout,
    const privacy::Ledger& ledger, std::uint64_t seed, int round)
{
    const auto cohort = ledger.active(sampleClients(options, ledger.clients().size(), seed, round));
    privacy::Attendance there{survivors(cohort, dropout, seed, round), 1};
    if (!there.present.empty())
        there.noiseShare =
            std::sqrt(static_cast<double>(there.present.size()) / static_cast<double>(cohort.size()));
    return there;
}

std::vector<std::int32_t> sampleClients(
    const FederationOptions& options, std::size_t clients, std::uint64_t seed, int round)
{
    const auto t = static_cast<std::uint64_t>(round);
    std::vector<std::int32_t> sampled;
    if (options.sampling == Sampling::Poisson) {
        Random random(seed, {kClientSampling, t});
        for (std::size_t k = 0; k < clients; ++k)
            if (random.uniform() < options.rate)
                sampled.push_back(static_cast<std::int32_t>(k));
        return sampled;
    }
    if (options.sampling == Sampling::Cyclic && options.mode == Mode::Federated) {
        const auto period = static_cast<std::size_t>(options.cyclePeriod());
        Random random(seed, {kGroups});
        const std::vector<std::int32_t> order = permutation(clients, random);
        for (std::size_t k = t % period; k < clients; k += period)
            sampled.push_back(order[k]);
        std::ranges::sort(sampled);
        return sampled;
    }
    const std::size_t size = cohortSize(options, clients);
    if (options.mode == Mode::Central) {
        const std::size_t batches = (clients + size - 1) / size;
        Random random(seed, {kEpoch, t / batches});
        const std::vector<std::int32_t> order = permutation(clients, random);
        const std::size_t begin = static_cast<std::size_t>(t % batches) * size;
        sampled.assign(order.begin() + static_cast<std::ptrdiff_t>(begin),
            order.begin() + static_cast<std::ptrdiff_t>(std::min(begin + size, clients)));
    } else {
        Random random(seed, {kClientSampling, t});
        sampled = permutation(clients, random);
        sampled.resize(size);
    }
    std::ranges::sort(sampled);
    return sampled;
}

} // namespace fedcctr::federation
