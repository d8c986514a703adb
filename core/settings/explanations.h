// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace fedcctr::settings {

/// What a reader may want to know of a setting beyond its help: for the studio's Explain.
struct Explanation {
    std::string key;
    std::string formula; ///< as in the paper, plain text; may be empty
    std::string low; ///< what happens towards the lower end; numbers only
    std::string high; ///< towards the upper end
    std::string paper; ///< the paper's value and where it stands, or that it gives none
};

/// Empty texts where there is nothing to add.
const Explanation& explanationOf(std::string_view key);

} // namespace fedcctr::settings
