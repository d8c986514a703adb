// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/upload_audit.h"

#include "core/base/random.h"
#include "core/training/noise.h"

#include <algorithm>
#include <cmath>

namespace fedcctr::training {

using torch::Tensor;

namespace {

std::span<const float> valuesOf(const Tensor& tensor)
{
    return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

/// A random direction in which every tensor that has coordinates weighs the same, of length 1.
ClientUpdate direction(const ClientUpdate& like, std::uint64_t seed)
{
    ClientUpdate update = like.zerosLike();
    addNoise(update, 1, privacy::NoiseSource::reproducible(seed), 0);
    const auto filled = [&update](std::size_t i) { return update[i].numel() > 0; };
    double count = 0;
    for (std::size_t i = 0; i < update.size(); ++i)
        count += filled(i) ? 1 : 0;
    for (std::size_t i = 0; i < update.size(); ++i)
        if (filled(i))
            update[i].div_(update[i].norm().item<double>() * std::sqrt(count));
    return update;
}

} // namespace

void freshNoise(ClientUpdate& sum, double std, const privacy::NoiseSource& source, int round)
{
    addNoise(sum, std, source, round);
}

void clip(ClientUpdate& update, double clipNorm)
{
    const double length = norm(update);
    if (length > clipNorm)
        scale(update, clipNorm / length);
}

std::vector<privacy::BlockScores> releaseScores(const std::function<const UploadPair&(std::size_t)>& pairAt,
    const std::vector<std::string>& names, double std, std::size_t releases, std::uint64_t seed,
    const NoiseMechanism& mechanism)
{
    std::vector<privacy::BlockScores> blocks{{"whole", {}}};
    for (const std::string& name : names)
        blocks.push_back({name, {}});

    const auto noise = privacy::NoiseSource::reproducible(seed);
    const auto score = [&](const UploadPair& pair, const ClientUpdate& source, int round) {
        ClientUpdate seen = source.clone();
        mechanism(seen, std, noise, round);
        std::vector<double> scores{0};
        for (std::size_t i = 0; i < seen.size(); ++i) {
            scores.push_back(privacy::logLikelihoodRatio(
                valuesOf(seen[i]), valuesOf(pair.with[i]), valuesOf(pair.without[i]), std));
            scores.front() += scores.back();
        }
        return scores;
    };
    std::vector<bool> filled(names.size() + 1, true);
    for (std::size_t i = 0; i < releases; ++i) {
        const UploadPair& pair = pairAt(i);
        for (std::size_t b = 1; b < filled.size(); ++b)
            filled[b] = pair.with[b - 1].numel() > 0;
        const auto round = static_cast<int>(2 * i);
        const std::vector<double> with = score(pair, pair.with, round);
        const std::vector<double> without = score(pair, pair.without, round + 1);
        for (std::size_t b = 0; b < blocks.size(); ++b) {
            blocks[b].scores.with.push_back(with[b]);
            blocks[b].scores.without.push_back(without[b]);
        }
    }
    // A tensor without a coordinate tells nothing.
    for (std::size_t b = blocks.size(); b-- > 1;)
        if (!filled[b])
            blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(b));
    return blocks;
}

std::vector<privacy::BlockScores> canaryScores(const ClientUpdate& like,
    const std::vector<std::string>& names, double clipNorm, double sigma, std::size_t releases,
    std::uint64_t seed, const NoiseMechanism& mechanism)
{
    constexpr std::uint64_t kCanary = 0xca9a;
    UploadPair pair{direction(like, derivedSeed(seed, {kCanary})), {}};
    scale(pair.with, clipNorm);
    pair.without = pair.with.clone();
    scale(pair.without, -1);
    return releaseScores([&pair](std::size_t) -> const UploadPair& { return pair; }, names, sigma* clipNorm,
        releases, seed, mechanism);
}

} // namespace fedcctr::training
