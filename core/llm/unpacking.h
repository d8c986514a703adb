// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <cstddef>
#include <cstdint>

namespace fedcctr::llm {

/// A packed body, unpacked.
struct Unpacked {
    enum class End : std::uint8_t { Whole, CutOff, Damaged, TooLarge };
    End end = End::Whole;
    QByteArray bytes;
};

/// Whether the bytes begin as a gzip file does.
bool isGzip(const QByteArray& bytes);

/// Of gzip or, whatever servers take it for, "deflate" (with zlib's header or without); to `most` bytes.
Unpacked unpacked(const QByteArray& packed, std::size_t most);

} // namespace fedcctr::llm
