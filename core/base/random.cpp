// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"

#include <cmath>

namespace fedcctr {

namespace {

std::uint64_t splitMix(std::uint64_t& state)
{
    state += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

} // namespace

std::uint64_t derivedSeed(std::uint64_t seed, std::initializer_list<std::uint64_t> stream)
{
    std::uint64_t state = seed;
    std::uint64_t mixed = splitMix(state);
    for (const std::uint64_t part : stream) {
        state = mixed ^ (part + 0x632be59bd9b4e019U);
        mixed = splitMix(state);
    }
    return mixed;
}

Random::Random(std::uint64_t seed, std::initializer_list<std::uint64_t> stream)
{
    std::uint64_t state = derivedSeed(seed, stream);
    for (std::uint64_t& word : m_state)
        word = splitMix(state);
}

std::uint64_t Random::below(std::uint64_t bound)
{
    // The high half of a 128-bit product, rejecting the few values that would make some results likelier.
    __extension__ using Wide = unsigned __int128;
    Wide product = static_cast<Wide>((*this)()) * bound;
    if (static_cast<std::uint64_t>(product) < bound) {
        const std::uint64_t threshold = (0 - bound) % bound;
        while (static_cast<std::uint64_t>(product) < threshold)
            product = static_cast<Wide>((*this)()) * bound;
    }
    return static_cast<std::uint64_t>(product >> 64);
}

double Random::normal()
{
    if (m_hasSpareNormal) {
        m_hasSpareNormal = false;
        return m_spareNormal;
    }
    double u = 0;
    double v = 0;
    double square = 0;
    do {
        u = 2 * uniform() - 1;
        v = 2 * uniform() - 1;
        square = u * u + v * v;
    } while (square >= 1 || square == 0);
    const double scale = std::sqrt(-2 * std::log(square) / square);
    m_spareNormal = v * scale;
    m_hasSpareNormal = true;
    return u * scale;
}

} // namespace fedcctr
