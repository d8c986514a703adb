// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace fedcctr {

/// A setting's value; of a choice, the place of its word.
using Value = std::variant<bool, std::int64_t, double, std::string>;

enum class FieldType : std::uint8_t { Bool, Integer, Number, Choice, Text };

/// What is to be known of a setting: reading and its errors, `--set`, the studio's form and the documentation
/// all come from it.
struct FieldInfo {
    std::string key; ///< e.g. "loss.lambda1"
    std::string symbol; ///< the paper's, e.g. "λ₁"; may be empty
    std::string label; ///< a few words
    std::string unit; ///< may be empty
    FieldType type = FieldType::Number;
    double least = 0; ///< numbers: range, both ends allowed
    double most = 0;
    double step = 0; ///< of a spin box
    bool logarithmic = false; ///< a slider should be
    std::vector<std::string> choices;
    std::string help;

    std::string section() const { return key.substr(0, key.find('.')); }
};

} // namespace fedcctr
