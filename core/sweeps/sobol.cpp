// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sweeps/sobol.h"

#include "core/base/error.h"

#include <array>
#include <bit>
#include <cstdint>

namespace fedcctr::sweeps {

namespace {

constexpr std::size_t kBits = 32;

/// A primitive polynomial over GF(2) of degree s with inner coefficients a, and the first direction numbers.
struct Direction {
    std::uint32_t degree;
    std::uint32_t coefficients;
    std::array<std::uint32_t, 5> numbers;
};

// new-joe-kuo-6.21201, dimensions 2 to 10. The first dimension is van der Corput's sequence.
constexpr std::array<Direction, kSobolDimensions - 1> kDirections{
    {{1, 0, {1}}, {2, 1, {1, 3}}, {3, 1, {1, 3, 1}}, {3, 2, {1, 1, 1}}, {4, 1, {1, 1, 3, 3}},
        {4, 4, {1, 3, 5, 13}}, {5, 2, {1, 1, 5, 5, 17}}, {5, 4, {1, 1, 5, 5, 5}}, {5, 7, {1, 1, 7, 11, 19}}}};

using Directions = std::array<std::uint32_t, kBits>;

Directions directionsOf(std::size_t dimension)
{
    Directions v{};
    if (dimension == 0) {
        for (std::size_t i = 0; i < kBits; ++i)
            v[i] = std::uint32_t{1} << (kBits - 1 - i);
        return v;
    }
    const Direction& direction = kDirections[dimension - 1];
    const std::size_t s = direction.degree;
    for (std::size_t i = 0; i < s; ++i)
        v[i] = direction.numbers[i] << (kBits - 1 - i);
    for (std::size_t i = s; i < kBits; ++i) {
        v[i] = v[i - s] ^ (v[i - s] >> s);
        for (std::size_t k = 1; k < s; ++k)
            if ((direction.coefficients >> (s - 1 - k)) & 1)
                v[i] ^= v[i - k];
    }
    return v;
}

} // namespace

std::vector<std::vector<double>> sobolPoints(std::size_t count, std::size_t dimensions)
{
    if (dimensions > kSobolDimensions)
        throw Error("--samples: spreads over at most " + std::to_string(kSobolDimensions)
            + " settings; leave some --grid rows out, or --samples");
    std::vector<std::vector<double>> points(count, std::vector<double>(dimensions));
    for (std::size_t d = 0; d < dimensions; ++d) {
        const Directions v = directionsOf(d);
        std::uint32_t x = 0;
        for (std::size_t i = 0; i < count; ++i) {
            points[i][d] = x * 0x1p-32;
            x ^= v[static_cast<std::size_t>(std::countr_one(static_cast<std::uint32_t>(i)))];
        }
    }
    return points;
}

} // namespace fedcctr::sweeps
