// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fedcctr::data {

/// The wanted fields of one line that holds an object, either strict JSON or a Python dictionary as in the
/// Amazon metadata of 2014 ({'asin': u'…', 'price': None}). A value is the list of its scalars: nested lists
/// are flattened, objects and null give nothing. Values of other keys are passed over without being copied.
class LiteralFields {
public:
    explicit LiteralFields(std::vector<std::string> wanted);

    /// Reads a line. Throws Error (without file and line) saying at which byte what was found.
    void parse(std::string_view line);

    /// The scalars of the n-th wanted key; empty if it is not there.
    std::span<const std::string> values(std::size_t wanted) const { return m_values[wanted]; }

    /// The first scalar of the n-th wanted key, or empty.
    const std::string& first(std::size_t wanted) const;

private:
    std::vector<std::string> m_wanted;
    std::vector<std::vector<std::string>> m_values;
};

} // namespace fedcctr::data
