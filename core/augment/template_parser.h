// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/template.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fedcctr::augment {

/// A placeholder's name, resolved: which open list it belongs to, and the way to its value from there.
struct TemplateName {
    std::size_t scope = 0; ///< 0: the values as a whole; k: an entry of the k-th open {{#each …}}
    std::vector<std::string> keys;
    bool isNumber = false; ///< the entry's number
};

/// A piece of a template.
struct TemplateNode {
    enum class Kind : std::uint8_t { Text, Value, Each, If };
    Kind kind = Kind::Text;
    std::string text;
    TemplateName name;
    std::vector<TemplateNode> children;
    std::vector<TemplateNode> otherwise; ///< after {{else}}
};

struct ParsedTemplate {
    std::vector<TemplateNode> nodes; ///< to be rendered only if there are no faults
    std::vector<TemplateFault> faults; ///< in the order of the text
};

/// Takes a template apart and finds all its faults.
ParsedTemplate parseTemplate(std::string_view text, Stage stage);

} // namespace fedcctr::augment
