// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

namespace fedcctr {

/// Writes beside the target and renames, so that readers see the old file or the new one, never half of one.
/// When it returns the new one has reached the disk, and so has its name: a power failure loses neither.
/// Throws Error naming the path and the system's reason.
void writeFileAtomically(const std::filesystem::path& path, std::string_view content);

/// Waits until what was written to a file, or the names in a directory, have reached the disk. File systems
/// that cannot do this are left alone. Throws Error naming the path if the disk fails.
void syncToDisk(const std::filesystem::path& path);

/// Renames a file or directory and waits until the new name has reached the disk. `failed` is set as by
/// std::filesystem::rename().
void renameDurably(
    const std::filesystem::path& from, const std::filesystem::path& to, std::error_code& failed);

/// The whole file. Throws Error if it cannot be read.
std::string readFile(const std::filesystem::path& path);

/// Creates the directory and its parents, for good as writeFileAtomically() does, and makes sure that files
/// can be made in it. Throws Error naming the path and the remedy.
void makeWritableDirectory(const std::filesystem::path& path);

/// Throws Error if the path is not UTF-8: JSON documents, in which names of files and folders are kept, know
/// nothing else.
void requireUtf8(const std::filesystem::path& path);

/// The bytes as a gzip file.
std::string gzipped(std::string_view bytes);

/// CRC-32 of the bytes, for the binary files' own check.
std::uint32_t checksum(std::string_view bytes);

/// Reads a text file line by line, plain or gzip, in constant memory apart from the longest line.
class LineReader {
public:
    /// Throws Error if the file cannot be opened.
    explicit LineReader(const std::filesystem::path& path);
    ~LineReader();
    LineReader(LineReader&&) noexcept;
    LineReader& operator=(LineReader&&) noexcept;

    /// The next line without its line end: "\n", "\r\n", or "\r" in a file that begins with lines of no other
    /// kind; false at the end of the file. The first is given without a byte order mark of UTF-8. Throws
    /// Error on a truncated or damaged gzip file, naming the file and the line reached, and on text in
    /// UTF-16.
    bool next(std::string& line);

    /// Number of the line that next() gave last, from 1.
    std::size_t lineNumber() const;

    /// Share of the (compressed) file that has been read, 0 to 1, for progress.
    double progress() const;

    const std::filesystem::path& path() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace fedcctr
