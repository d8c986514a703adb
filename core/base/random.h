// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <utility>

namespace fedcctr {

/// xoshiro256** (Blackman and Vigna 2018), seeded through SplitMix64.
///
/// Every random choice of a run draws from its own stream, named by the run's seed and what it is for, e.g.
/// `Random(seed, {kClientSampling, round})`. Nothing about the generators has to be stored in a checkpoint,
/// and a resumed run draws the numbers of an unbroken one. Not a cryptographic generator: a deployment would
/// need one.
class Random {
public:
    using result_type = std::uint64_t;

    explicit Random(std::uint64_t seed, std::initializer_list<std::uint64_t> stream = {});

    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return ~result_type{0}; }

    result_type operator()()
    {
        const std::uint64_t result = rotateLeft(m_state[1] * 5, 7) * 9;
        const std::uint64_t shifted = m_state[1] << 17;
        m_state[2] ^= m_state[0];
        m_state[3] ^= m_state[1];
        m_state[1] ^= m_state[2];
        m_state[0] ^= m_state[3];
        m_state[2] ^= shifted;
        m_state[3] = rotateLeft(m_state[3], 45);
        return result;
    }

    /// Uniform in [0, 1), 53 random bits.
    double uniform() { return static_cast<double>((*this)() >> 11) * 0x1p-53; }

    /// Uniform in 0 .. bound-1 without bias (Lemire 2019). `bound` must be positive.
    std::uint64_t below(std::uint64_t bound);

    /// Standard normal (Marsaglia's polar method).
    double normal();

    /// Fisher-Yates.
    template <typename T> void shuffle(std::span<T> values)
    {
        for (std::size_t i = values.size(); i > 1; --i)
            std::swap(values[i - 1], values[static_cast<std::size_t>(below(i))]);
    }

private:
    static constexpr std::uint64_t rotateLeft(std::uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

    std::array<std::uint64_t, 4> m_state;
    double m_spareNormal = 0;
    bool m_hasSpareNormal = false;
};

/// A seed for another generator (torch's), from the run's seed and the stream's name.
std::uint64_t derivedSeed(std::uint64_t seed, std::initializer_list<std::uint64_t> stream);

} // namespace fedcctr
