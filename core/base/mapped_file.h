// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string_view>

namespace fedcctr {

/// A whole file as bytes that the system reads when they are looked at, and drops when memory is short. What
/// replaces the file by renaming does not change them.
class MappedFile {
public:
    /// Throws Error if it cannot be read.
    explicit MappedFile(const std::filesystem::path& path);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    std::string_view bytes() const { return m_bytes; }

    /// Gives back the memory of what was read so far; it is read again when it is looked at.
    void forget() const;

private:
    std::string_view m_bytes;
};

} // namespace fedcctr
