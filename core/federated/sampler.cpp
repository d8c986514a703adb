// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/federated/sampler.h"

#include "core/base/random.h"
#include "core/federated/streams.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

namespace fedcctr::federated {

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

} // namespace fedcctr::federated
