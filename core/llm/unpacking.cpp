// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/llm/unpacking.h"

#include <zlib.h>

#include <array>
#include <new>

namespace fedcctr::llm {

namespace {

constexpr int kAnyHeader = MAX_WBITS + 32; ///< zlib's or gzip's
constexpr int kNoHeader = -MAX_WBITS;

Unpacked inflated(const QByteArray& packed, std::size_t most, int windowBits)
{
    z_stream stream{};
    if (inflateInit2(&stream, windowBits) != Z_OK)
        throw std::bad_alloc();
    QByteArray input = packed;
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    Unpacked result;
    std::array<char, 1 << 16> piece{};
    int code = Z_OK;
    while (code == Z_OK && static_cast<std::size_t>(result.bytes.size()) <= most) {
        stream.next_out = reinterpret_cast<Bytef*>(piece.data());
        stream.avail_out = static_cast<uInt>(piece.size());
        code = inflate(&stream, Z_NO_FLUSH);
        result.bytes.append(piece.data(), static_cast<qsizetype>(piece.size() - stream.avail_out));
    }
    inflateEnd(&stream);
    if (static_cast<std::size_t>(result.bytes.size()) > most)
        result.end = Unpacked::End::TooLarge;
    else if (code == Z_BUF_ERROR)
        result.end = Unpacked::End::CutOff;
    else if (code != Z_STREAM_END)
        result.end = Unpacked::End::Damaged;
    return result;
}

} // namespace

bool isGzip(const QByteArray& bytes)
{
    return bytes.startsWith("\x1f\x8b");
}

Unpacked unpacked(const QByteArray& packed, std::size_t most)
{
    Unpacked result = inflated(packed, most, kAnyHeader);
    return result.end == Unpacked::End::Damaged && !isGzip(packed) ? inflated(packed, most, kNoHeader)
                                                                   : result;
}

} // namespace fedcctr::llm
