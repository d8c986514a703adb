// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/settings/json_text.h"

#include "core/base/error.h"
#include "core/settings/config_table.h"
#include "core/settings/run_document.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace fedcctr::settings {

namespace {

using nlohmann::json;

int lineAt(const std::string& text, std::size_t position)
{
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(position, text.size()));
    return 1 + static_cast<int>(std::count(text.begin(), end, '\n'));
}

/// Where a member stands: "loss.lambda1" itself, or "lambda1" after "loss"; 1 if it is nowhere.
int lineOf(const std::string& text, const std::string& key)
{
    if (const std::size_t dotted = text.find('"' + key + '"'); dotted != std::string::npos)
        return lineAt(text, dotted);
    const std::size_t dot = key.find('.');
    const std::size_t section = text.find('"' + key.substr(0, dot) + '"');
    if (section == std::string::npos)
        return 1;
    const std::size_t member =
        dot == std::string::npos ? section : text.find('"' + key.substr(dot + 1) + '"', section);
    return lineAt(text, member == std::string::npos ? section : member);
}

void readMember(Config& config, const std::string& key, const json& member, const std::string& text,
    std::vector<TextProblem>& found)
{
    try {
        readJson(config, member, "");
    } catch (const Error& error) {
        found.push_back({lineOf(text, key), error.what()});
    }
}

/// One member after the other, so that each wrong one is told.
void readMembers(
    Config& config, const json& document, const std::string& text, std::vector<TextProblem>& found)
{
    for (const auto& [name, node] : document.items()) {
        if (!node.is_object()) {
            readMember(config, name, {{name, node}}, text, found);
            continue;
        }
        for (const auto& [key, value] : node.items())
            readMember(config, name + '.' + key, {{name, {{key, value}}}}, text, found);
    }
}

} // namespace

std::string jsonText(const Config& config)
{
    const json values = toJson(config);
    nlohmann::ordered_json document;
    document["preset"] = config.preset;
    for (const Field& field : fields()) {
        const std::string name = field.key.substr(field.key.find('.') + 1);
        if (isWritten(field, config))
            document[field.section()][name] = values.at(field.section()).at(name);
    }
    return document.dump(2) + '\n';
}

std::vector<TextProblem> readJsonText(Config& config, const std::string& text)
{
    std::vector<TextProblem> found;
    json document;
    try {
        document = json::parse(text, nullptr, true, true);
    } catch (const json::parse_error& error) {
        const std::size_t position = error.byte > 0 ? error.byte - 1 : 0;
        return {{lineAt(text, position), "This is not JSON: something is missing or misplaced here."}};
    } catch (const json::out_of_range&) {
        return {{1, "A number is too large for a setting."}};
    }
    if (!document.is_object())
        return {{1, "Settings are one object, e.g. {\"loss\": {\"lambda1\": 0.3}}."}};
    takeProvenance(document); // a run's own config.json may be given as it is
    if (!document.is_object())
        return {
            {lineOf(text, "settings"), "\"settings\" are one object, e.g. {\"loss\": {\"lambda1\": 0.3}}."}};
    Config read = config;
    readMembers(read, document, text, found);
    if (found.empty())
        for (const std::string& problem : problems(read))
            found.push_back({lineOf(text, problem.substr(0, problem.find(':'))), problem});
    if (found.empty())
        config = read;
    std::ranges::stable_sort(found, {}, &TextProblem::line);
    return found;
}

} // namespace fedcctr::settings
