// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/arguments.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/numbers.h"

#include <algorithm>
#include <sstream>

namespace fedcctr {

namespace {

std::size_t editDistance(const std::string& a, const std::string& b)
{
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
            diagonal = above;
        }
    }
    return row.back();
}

std::string bound(std::int64_t value)
{
    return std::to_string(value);
}

/// In full: 1.000001 is no 1.
std::string bound(double value)
{
    return shortest(value);
}

template <typename Number>
Number parsed(const std::string& name, const std::string& text, Number least, Number most)
{
    const std::optional<Number> value = numberIn<Number>(text);
    if (!value || !(*value >= least && *value <= most))
        throw Error(name + ": '" + text + "' is not a number from " + bound(least) + " to " + bound(most));
    return *value;
}

} // namespace

std::string nearestWord(const std::string& word, std::span<const std::string> known)
{
    std::string best;
    std::size_t bestDistance = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string& candidate : known) {
        const std::size_t distance = editDistance(word, candidate);
        if (distance < bestDistance) {
            bestDistance = distance;
            best = candidate;
        }
    }
    return best;
}

Arguments::Arguments(std::span<const std::string> words, std::vector<OptionSpec> options, std::string usage)
    : m_options(std::move(options))
    , m_usage(std::move(usage))
{
    // Before any work, most of which ends in a document that names its files.
    for (const std::string& word : words)
        requireUtf8(word);
    bool optionsEnded = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (optionsEnded || word.size() < 2 || word[0] != '-') {
            m_positional.push_back(word);
            continue;
        }
        if (word == "--") {
            optionsEnded = true;
            continue;
        }
        if (word == "--help" || word == "-h") {
            m_help = true;
            continue;
        }
        const std::size_t equals = word.find('=');
        const std::string name = word.substr(0, equals);
        const auto spec = std::ranges::find(m_options, name, &OptionSpec::name);
        if (spec == m_options.end()) {
            std::vector<std::string> names;
            for (const OptionSpec& option : m_options)
                names.push_back(option.name);
            const std::string nearest = nearestWord(name, names);
            throw Error(name + ": unknown option" + (nearest.empty() ? "" : "; did you mean " + nearest + "?")
                + " (usage: " + m_usage + ")");
        }
        std::string value;
        if (spec->valueName.empty()) {
            if (equals != std::string::npos)
                throw Error(name + ": takes no value");
        } else if (equals != std::string::npos) {
            value = word.substr(equals + 1);
        } else if (i + 1 < words.size()) {
            value = words[++i];
        } else {
            throw Error(name + ": needs a value (" + spec->valueName + ")");
        }
        std::vector<std::string>& values = m_values[name];
        if (!values.empty() && !spec->repeatable)
            throw Error(name + ": given twice");
        values.push_back(value);
    }
}

std::string Arguments::text(const std::string& name, const std::string& fallback) const
{
    const auto found = m_values.find(name);
    return found == m_values.end() ? fallback : found->second.front();
}

const std::vector<std::string>& Arguments::all(const std::string& name) const
{
    static const std::vector<std::string> kNone;
    const auto found = m_values.find(name);
    return found == m_values.end() ? kNone : found->second;
}

std::int64_t Arguments::integer(
    const std::string& name, std::int64_t fallback, std::int64_t least, std::int64_t most) const
{
    return has(name) ? parsed<std::int64_t>(name, text(name), least, most) : fallback;
}

double Arguments::number(const std::string& name, double fallback, double least, double most) const
{
    return has(name) ? parsed<double>(name, text(name), least, most) : fallback;
}

std::string Arguments::required(const std::string& name) const
{
    if (!has(name))
        throw Error(name + ": is required (usage: " + m_usage + ")");
    return text(name);
}

std::string Arguments::help() const
{
    std::ostringstream out;
    out << "usage: " << m_usage << "\n\n";
    for (const OptionSpec& option : m_options) {
        std::string left = "  " + option.name + (option.valueName.empty() ? "" : " " + option.valueName);
        left.resize(std::max<std::size_t>(left.size() + 2, 32), ' ');
        out << left << option.help << (option.repeatable ? " (may be repeated)" : "") << '\n';
    }
    return out.str();
}

} // namespace fedcctr
