// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/mapped_file.h"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace fedcctr::data {

/// Index of an item in its dataset: domain A's items come first, then B's.
using ItemId = std::int32_t;

/// A long list of items, in memory or in a file that is mapped.
class ItemRows {
public:
    ItemRows() = default;
    ItemRows(std::vector<ItemId> items)
        : m_own(std::move(items))
    {
    }
    ItemRows(std::initializer_list<ItemId> items)
        : m_own(items)
    {
    }
    /// `items` lie in the file.
    ItemRows(std::shared_ptr<const MappedFile> file, std::span<const ItemId> items)
        : m_file(std::move(file))
        , m_mapped(items)
    {
    }

    std::span<const ItemId> items() const { return m_file ? m_mapped : std::span<const ItemId>(m_own); }
    std::size_t size() const { return items().size(); }
    bool empty() const { return items().empty(); }
    ItemId operator[](std::size_t i) const { return items()[i]; }
    auto begin() const { return items().begin(); }
    auto end() const { return items().end(); }

    /// In memory from here on.
    std::vector<ItemId>& editable()
    {
        if (m_file) {
            m_own.assign(m_mapped.begin(), m_mapped.end());
            m_file.reset();
        }
        return m_own;
    }

    friend bool operator==(const ItemRows& x, const ItemRows& y)
    {
        return std::ranges::equal(x.items(), y.items());
    }

private:
    std::vector<ItemId> m_own;
    std::shared_ptr<const MappedFile> m_file;
    std::span<const ItemId> m_mapped;
};

} // namespace fedcctr::data
