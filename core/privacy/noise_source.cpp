// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/noise_source.h"

#include "core/base/error.h"

#include <sodium.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <utility>

namespace fedcctr::privacy {

namespace {

static_assert(std::tuple_size_v<NoiseSource::Key> == crypto_stream_chacha20_ietf_KEYBYTES);

constexpr std::size_t kChunkBlocks = 64;
constexpr std::size_t kChunkWords = kChunkBlocks * NoiseSource::kAlignment;

/// Before anything else of the library is called; may be called again from any thread.
void startLibrary()
{
    if (sodium_init() < 0)
        throw Error("the random source of the operating system cannot be read", Error::Kind::Failure);
}

void append(std::span<std::uint8_t> out, std::uint64_t value)
{
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

/// 64-bit words of the cipher from the given block on.
void cipherWords(std::span<std::uint64_t> words, const NoiseSource::Key& key, const NoiseStream& stream,
    std::uint32_t block)
{
    std::ranges::fill(words, 0);
    const auto nonce = stream.nonce();
    auto* bytes = reinterpret_cast<unsigned char*>(words.data());
    crypto_stream_chacha20_ietf_xor_ic(bytes, bytes, words.size_bytes(), nonce.data(), block, key.data());
}

/// Two standard normals from 128 random bits (Box and Muller 1958).
std::pair<double, double> normalPair(std::uint64_t first, std::uint64_t second)
{
    const double open = static_cast<double>((first >> 11) + 1) * 0x1p-53; // (0, 1]
    const double angle = static_cast<double>(second >> 11) * 0x1p-53 * 2 * std::numbers::pi;
    const double radius = std::sqrt(-2 * std::log(open));
    return {radius * std::cos(angle), radius * std::sin(angle)};
}

/// Calls sink(i, normal) for i = 0 … count - 1, coordinates first + i of the stream.
template <typename Sink>
void generate(
    const NoiseSource::Key& key, const NoiseStream& stream, std::uint64_t first, std::size_t count, Sink sink)
{
    if (first % NoiseSource::kAlignment != 0
        || (first + count) / NoiseSource::kAlignment >= (std::uint64_t{1} << 32))
        throw std::out_of_range("coordinates of a noise stream");
    std::array<std::uint64_t, kChunkWords> words;
    for (std::size_t done = 0; done < count; done += kChunkWords) {
        const std::size_t wanted = std::min(kChunkWords, count - done);
        const auto block = static_cast<std::uint32_t>((first + done) / NoiseSource::kAlignment);
        cipherWords(std::span(words).first(wanted + wanted % 2), key, stream, block);
        for (std::size_t i = 0; i < wanted; i += 2) {
            const auto [x, y] = normalPair(words[i], words[i + 1]);
            sink(done + i, x);
            if (i + 1 < wanted)
                sink(done + i + 1, y);
        }
    }
}

} // namespace

std::array<std::uint8_t, 12> NoiseStream::nonce() const
{
    std::array<std::uint8_t, 12> bytes{};
    append(std::span(bytes).first(4), static_cast<std::uint32_t>(purpose));
    append(std::span(bytes).subspan(4, 4), round);
    append(std::span(bytes).subspan(8, 4), part);
    return bytes;
}

NoiseSource::NoiseSource(const Key& key)
    : m_key(key)
{
    startLibrary();
}

NoiseSource NoiseSource::reproducible(std::uint64_t seed)
{
    Key key{};
    append(std::span(key).first(8), seed);
    return NoiseSource(key);
}

NoiseSource::Key NoiseSource::secretKey()
{
    startLibrary();
    Key key;
    randombytes_buf(key.data(), key.size());
    return key;
}

void NoiseSource::add(
    std::span<float> values, std::uint64_t first, double std, const NoiseStream& stream) const
{
    generate(m_key, stream, first, values.size(),
        [&](std::size_t i, double normal) { values[i] += static_cast<float>(std * normal); });
}

std::vector<double> NoiseSource::normals(std::size_t count, const NoiseStream& stream) const
{
    std::vector<double> result(count);
    generate(m_key, stream, 0, count, [&](std::size_t i, double normal) { result[i] = normal; });
    return result;
}

std::uint64_t NoiseSource::bits(const NoiseStream& stream) const
{
    std::uint64_t word = 0;
    cipherWords(std::span(&word, 1), m_key, stream, 0);
    return word;
}

bool hasSecretSource(const PrivacyOptions& options)
{
    return options.schedule != Schedule::None && options.noiseSource == NoiseOrigin::Secret;
}

} // namespace fedcctr::privacy
