// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/specs/script_archive.h"

#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <optional>

namespace fedcctr::model {

namespace {

constexpr std::string_view kEntry = "/extra/fedcctr.json";
constexpr std::uint32_t kMostBytes = 1 << 20;

/// A ZIP archive as torch.jit.save() writes it: the entry looked for is stored as it is.
class Archive {
public:
    explicit Archive(const std::string& file)
        : m_stream(file, std::ios::binary)
    {
        m_stream.seekg(0, std::ios::end);
        m_size = m_stream ? static_cast<std::uint64_t>(m_stream.tellg()) : 0;
        m_readable = static_cast<bool>(m_stream);
        m_directory = centralDirectory();
    }

    bool isReadable() const { return m_readable; }
    bool isArchive() const { return !m_directory.empty(); }

    /// The first entry whose name ends so; none where there is none, or it is compressed.
    std::optional<std::string> entry(std::string_view ending)
    {
        const std::string directory = centralDirectory();
        constexpr std::size_t kHeader = 46;
        for (std::size_t at = 0; at + kHeader <= directory.size();) {
            const std::size_t name = number<std::uint16_t>(directory, at + 28);
            const std::size_t behind =
                name + number<std::uint16_t>(directory, at + 30) + number<std::uint16_t>(directory, at + 32);
            if (std::string_view(directory).substr(at + kHeader, name).ends_with(ending)) {
                const auto bytes = number<std::uint32_t>(m_directory, at + 24);
                const bool stored = number<std::uint16_t>(m_directory, at + 10) == 0;
                if (!stored || bytes > kMostBytes)
                    return std::nullopt;
                return content(number<std::uint32_t>(m_directory, at + 42), bytes);
            }
            at += kHeader + behind;
        }
        return std::nullopt;
    }

private:
    template <typename Number> static Number number(const std::string& bytes, std::size_t at)
    {
        Number value = 0;
        if (at + sizeof value <= bytes.size())
            std::memcpy(&value, bytes.data() + at, sizeof value);
        return value;
    }

    /// Empty beyond the end.
    std::string read(std::uint64_t from, std::uint64_t count)
    {
        if (from > m_size || count > m_size - from)
            return {};
        std::string bytes(count, '\0');
        m_stream.seekg(static_cast<std::streamoff>(from));
        m_stream.read(bytes.data(), static_cast<std::streamsize>(count));
        return m_stream ? bytes : std::string();
    }

    /// The record at the end tells where it is.
    std::string centralDirectory()
    {
        constexpr std::uint64_t kRecord = 22;
        constexpr std::uint64_t kLongestComment = 65535;
        const std::uint64_t length = std::min(m_size, kRecord + kLongestComment);
        const std::string end = read(m_size - length, length);
        const std::size_t at = end.rfind("PK\5\6");
        if (at == std::string::npos)
            return {};
        return read(number<std::uint32_t>(end, at + 16), number<std::uint32_t>(end, at + 12));
    }

    std::optional<std::string> content(std::uint64_t header, std::uint64_t bytes)
    {
        constexpr std::uint64_t kHeader = 30;
        const std::string local = read(header, kHeader);
        if (local.empty())
            return std::nullopt;
        return read(
            header + kHeader + number<std::uint16_t>(local, 26) + number<std::uint16_t>(local, 28), bytes);
    }

    std::ifstream m_stream;
    std::uint64_t m_size = 0;
    bool m_readable = false;
    std::string m_directory; ///< the archive's list of entries
};

} // namespace

std::vector<TensorSpec> toldParameters(const std::string& file)
{
    Archive archive(file);
    if (!archive.isReadable())
        throw Error("model.file: " + file + " cannot be read; give the path of a TorchScript module");
    if (!archive.isArchive())
        throw Error("model.file: " + file
            + " is no TorchScript module; write it with torch.jit.save as "
              "resources/examples/own_gru.py does");
    const std::optional<std::string> told = archive.entry(kEntry);
    const auto shapes = nlohmann::ordered_json::parse(told.value_or(""), nullptr, false);
    std::vector<TensorSpec> specs;
    try {
        for (const auto& [name, shape] : shapes.items())
            specs.push_back({.name = name, .shape = shape.get<std::vector<std::int64_t>>()});
    } catch (const nlohmann::json::exception&) {
        specs.clear();
    }
    return specs;
}

} // namespace fedcctr::model
