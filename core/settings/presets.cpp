// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/settings/presets.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/installed.h"
#include "core/settings/run_document.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace fedcctr::settings {

namespace fs = std::filesystem;

namespace {

fs::path presetDirectory()
{
    return installedFolder("presets", "resources/presets");
}

nlohmann::json parse(const fs::path& path)
{
    try {
        return nlohmann::json::parse(readFile(path), nullptr, true, true);
    } catch (const nlohmann::json::parse_error& error) {
        throw Error(path.string() + ": is not JSON (at byte " + std::to_string(error.byte)
            + "); settings are one object, e.g. {\"loss\": {\"lambda1\": 0.3}}");
    } catch (const nlohmann::json::out_of_range&) {
        throw Error(path.string() + ": holds a number that is too large for a setting");
    }
}

} // namespace

void readJsonFile(Config& config, const fs::path& file)
{
    nlohmann::json document = parse(file);
    takeProvenance(document);
    readJson(config, document, file.string());
}

std::vector<PresetInfo> presets()
{
    std::vector<PresetInfo> found;
    for (const auto& entry : fs::directory_iterator(presetDirectory()))
        if (entry.path().extension() == ".json")
            found.push_back(
                {entry.path().stem().string(), parse(entry.path()).value("summary", std::string())});
    std::ranges::sort(found, {}, &PresetInfo::name);
    return found;
}

Config loadPreset(const std::string& name)
{
    Config config;
    const bool isPath = name.find('/') != std::string::npos || name.ends_with(".json");
    const fs::path path = isPath ? fs::path(name) : presetDirectory() / (name + ".json");
    std::error_code failed;
    if (!isPath && !fs::exists(path, failed)) {
        std::string names;
        for (const PresetInfo& preset : presets())
            names += (names.empty() ? "" : ", ") + preset.name;
        throw Error("--preset " + name + ": there is no such preset; choose one of " + names);
    }
    if (!isPath)
        config.preset = name;
    readJsonFile(config, path);
    return config;
}

} // namespace fedcctr::settings
