// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/options.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace fedcctr::privacy {

/// What a draw is for. Values are part of the streams' names: never give one to something else.
enum class NoisePurpose : std::uint32_t {
    Upload = 1, ///< on the uploads or their sum (Eq. 25); part: the tensor
    ClipCount = 2, ///< on the count of unclipped clients
    Histogram = 3, ///< on the popularity histogram that a model starts from
    ReferenceHistogram = 4, ///< on the one that runs are compared with
    Sampling = 5, ///< who is drawn, where that is secret
};

/// Names one stream of a source: its 96 bits are the cipher's nonce, so that no two streams share a number.
struct NoiseStream {
    NoisePurpose purpose = NoisePurpose::Upload;
    std::uint32_t round = 0;
    std::uint32_t part = 0;

    std::array<std::uint8_t, 12> nonce() const;
};

/// Gaussian noise from ChaCha20 (RFC 8439: 256-bit key, 96-bit nonce, 32-bit counter of blocks) and Box and
/// Muller's transform of 53-bit uniforms. Coordinate i of a stream is a function of key, stream and i alone,
/// so that it does not matter in which order or on how many threads a tensor is filled. Tails reach 8.6
/// deviations. The values are floating-point numbers: against attacks on their low bits (Mironov 2012) they
/// are no proof.
class NoiseSource {
public:
    using Key = std::array<std::uint8_t, 32>;

    explicit NoiseSource(const Key& key);

    /// Keyed by the seed: whoever knows it can draw the same noise and take it away.
    static NoiseSource reproducible(std::uint64_t seed);

    /// 256 bits of the operating system's random source.
    static Key secretKey();

    /// Adds `std` times coordinates first, first + 1, … of the stream to the values. `first` must be a
    /// multiple of kAlignment.
    void add(std::span<float> values, std::uint64_t first, double std, const NoiseStream& stream) const;

    /// The first `count` coordinates, standard normal.
    std::vector<double> normals(std::size_t count, const NoiseStream& stream) const;

    /// 64 bits of the stream: a seed for another generator.
    std::uint64_t bits(const NoiseStream& stream) const;

    static constexpr std::size_t kAlignment = 8; ///< normals of one block of the cipher

private:
    Key m_key;
};

/// Noise is added, and its key is the operating system's (privacy.noise_source = secret).
bool hasSecretSource(const PrivacyOptions& options);

} // namespace fedcctr::privacy
