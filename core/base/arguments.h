// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace fedcctr {

/// One option of a command, e.g. {"--seed", "N", "seed of everything random"}. Without a value name it is a
/// switch.
struct OptionSpec {
    std::string name;
    std::string valueName;
    std::string help;
    bool repeatable = false;
};

/// The arguments of one command, checked against its options. The programs share it, with Qt and without.
class Arguments {
public:
    /// Accepts "--name value", "--name=value" and positional arguments; "--" ends the options.
    /// Throws Error naming an unknown option (with the nearest known one), a missing value or a repetition.
    Arguments(std::span<const std::string> words, std::vector<OptionSpec> options, std::string usage);

    const std::vector<std::string>& positional() const { return m_positional; }
    bool has(const std::string& name) const { return m_values.contains(name); }
    std::string text(const std::string& name, const std::string& fallback = {}) const;
    const std::vector<std::string>& all(const std::string& name) const;

    /// Throws Error naming the option, the text found and the range.
    std::int64_t integer(
        const std::string& name, std::int64_t fallback, std::int64_t least, std::int64_t most) const;
    double number(const std::string& name, double fallback, double least, double most) const;

    /// The value of an option that must be there. Throws Error with the usage line.
    std::string required(const std::string& name) const;

    bool wantsHelp() const { return m_help; }
    std::string help() const;

private:
    std::vector<OptionSpec> m_options;
    std::string m_usage;
    std::map<std::string, std::vector<std::string>> m_values;
    std::vector<std::string> m_positional;
    bool m_help = false;
};

/// The word of `known` that is closest to `word`, or empty if none is close: for "did you mean".
std::string nearestWord(const std::string& word, std::span<const std::string> known);

} // namespace fedcctr
