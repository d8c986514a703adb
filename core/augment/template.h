// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/stage.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fedcctr::augment {

/// A fault of a template, where the editor can show it.
struct TemplateFault {
    std::size_t line = 0; ///< from 1
    std::size_t column = 0; ///< from 1, in characters (not bytes)
    std::size_t length = 0; ///< characters to underline
    std::string message; ///< what is wrong and what would be right
};

/// The template language, all of it:
///   {{path}}                                  the value; numbers and texts as they are
///   {{#each path}} … {{/each}}                repeats for every entry; inside, the entry's own members come
///   first,
///                                             {{number}} counts from 1
///   {{#if path}} … {{else}} … {{/if}}         by whether the value is there and not empty
/// A block tag alone on its line takes the line with it. Anything else is text; "{{{{" writes two braces.
class Template {
public:
    ~Template();
    Template(Template&&) noexcept;
    Template& operator=(Template&&) noexcept;

    /// Parses for a stage. Throws Error with line and column at the first fault.
    static Template parse(std::string_view text, Stage stage);

    /// The text with values put in. `values` is an object with the stage's placeholders.
    std::string render(const nlohmann::json& values) const;

private:
    struct Body;
    explicit Template(std::unique_ptr<const Body> body);
    std::unique_ptr<const Body> m_body;
};

/// All faults, for an editor; empty if the template is good.
std::vector<TemplateFault> faultsOf(std::string_view text, Stage stage);

/// Text of the default template (prompts/, installed with the program). Throws Error naming the missing file.
std::string defaultTemplate(Stage stage);

} // namespace fedcctr::augment
