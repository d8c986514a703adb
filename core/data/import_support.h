// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/import_options.h"
#include "core/data/row_error.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace fedcctr::data {

/// Numbers names in the order of their first appearance, holding each once.
class Names {
public:
    std::optional<std::int32_t> find(std::string_view name) const
    {
        const auto found = m_numbers.find(name);
        return found == m_numbers.end() ? std::nullopt : std::optional(found->second);
    }

    /// The name's number, a new one if it was not there.
    std::int32_t add(std::string_view name)
    {
        if (const auto found = m_numbers.find(name); found != m_numbers.end())
            return found->second;
        const auto number = static_cast<std::int32_t>(m_numbers.size());
        m_numbers.emplace(name, number);
        return number;
    }

    std::size_t size() const { return m_numbers.size(); }

    /// All names by number; nothing is left here.
    std::vector<std::string> take()
    {
        std::vector<std::string> names(m_numbers.size());
        while (!m_numbers.empty()) {
            auto node = m_numbers.extract(m_numbers.begin());
            names[static_cast<std::size_t>(node.mapped())] = std::move(node.key());
        }
        return names;
    }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    std::unordered_map<std::string, std::int32_t, Hash, std::equal_to<>> m_numbers;
};

/// Calls the caller's progress function a few times a second and obeys its stop token; cheap enough for every
/// record.
class Watch {
public:
    explicit Watch(const ImportOptions& options)
        : m_options(options)
    {
    }

    /// `share` is asked only when it is needed.
    template <typename Share> void tick(const Share& share, const std::string& what)
    {
        if (++m_ticks % 4096 == 0)
            look(share(), what);
    }

    /// Looks at once. Throws Error(Failure) if the import was cancelled.
    void look(double share, const std::string& what)
    {
        if (m_options.stop.stop_requested())
            throw Error("cancelled", Error::Kind::Failure);
        const auto now = std::chrono::steady_clock::now();
        if (!m_options.progress || now - m_last < std::chrono::milliseconds(100))
            return;
        m_last = now;
        m_options.progress(share, what);
    }

    void countRow()
    {
        if (m_options.rowsRead)
            m_options.rowsRead->fetch_add(1, std::memory_order_relaxed);
    }

private:
    const ImportOptions& m_options;
    std::size_t m_ticks = 0;
    std::chrono::steady_clock::time_point m_last;
};

/// "4.5" in hundredths; nothing if it is no number from 0 to 100.
std::optional<std::int16_t> ratingOf(const std::string& text);

/// Rows with errors: lets the errors out, or counts them where such rows are to be left out.
class BadRows {
public:
    explicit BadRows(const ImportOptions& options)
        : m_skip(options.skipBadRows)
    {
    }

    /// False if the work stopped with the error of its row.
    template <typename Work> bool survives(const Work& work)
    {
        try {
            work();
            return true;
        } catch (const RowError& error) {
            if (!m_skip)
                throw;
            if (m_count++ == 0)
                m_first = error.what();
            return false;
        }
    }

    void addNote(std::vector<std::string>& notes) const
    {
        if (m_count > 0)
            notes.push_back(std::to_string(m_count) + (m_count == 1 ? " row" : " rows")
                + " with errors left out; the first: " + m_first);
    }

private:
    bool m_skip;
    std::size_t m_count = 0;
    std::string m_first;
};

} // namespace fedcctr::data
