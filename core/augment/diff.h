// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fedcctr::augment {

struct DiffLine {
    enum class Kind : std::uint8_t { Same, Removed, Added };
    Kind kind = Kind::Same;
    std::string text; ///< without its line end
    bool operator==(const DiffLine&) const = default;
};

/// How `before` became `after`, line by line: the lines of a longest common subsequence stay, the others were
/// removed or added, removals first. Line ends ("\n" or "\r\n") make no difference.
std::vector<DiffLine> lineDiff(std::string_view before, std::string_view after);

} // namespace fedcctr::augment
