// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_config.h"

#include "core/base/error.h"
#include "core/base/files.h"

#include <nlohmann/json.hpp>

namespace fedcctr::runs {

using nlohmann::json;

namespace {

/// The file's settings, and beside them the rest.
std::pair<json, settings::Provenance> documentIn(const std::filesystem::path& file)
{
    json document = json::parse(readFile(file), nullptr, false);
    settings::Provenance provenance = settings::takeProvenance(document);
    if (!document.is_object())
        throw Error(
            file.string() + ": is damaged (not a JSON object); restore the file or run the training again");
    return {std::move(document), std::move(provenance)};
}

void take(RunConfig& run, const std::string& key, const json& setting, const json& value)
{
    try {
        settings::readJson(run.config, setting, "");
    } catch (const Error&) {
        run.others.emplace_back(key, value.is_string() ? value.get<std::string>() : value.dump());
    }
}

} // namespace

RunConfig runConfigFrom(const json& settings)
{
    RunConfig run;
    if (!settings.is_object())
        return run;
    // One after the other, so that a strange one does not hide the others.
    for (const auto& [name, node] : settings.items()) {
        if (!node.is_object()) {
            take(run, name, {{name, node}}, node);
            continue;
        }
        for (const auto& [key, value] : node.items())
            take(run, name + '.' + key, {{name, {{key, value}}}}, value);
    }
    return run;
}

json settingsJson(const RunConfig& run)
{
    json document = settings::toJson(run.config);
    for (const auto& [key, words] : run.others) {
        json value = json::parse(words, nullptr, false);
        if (value.is_discarded())
            value = words;
        const std::size_t dot = key.find('.');
        (dot == std::string::npos ? document[key] : document[key.substr(0, dot)][key.substr(dot + 1)]) =
            std::move(value);
    }
    return document;
}

RunConfig readRunConfig(const std::filesystem::path& configFile)
{
    auto [settings, provenance] = documentIn(configFile);
    RunConfig run = runConfigFrom(settings);
    run.provenance = std::move(provenance);
    return run;
}

void moveDataset(const std::filesystem::path& configFile, const std::string& dataset)
{
    auto [settings, provenance] = documentIn(configFile);
    provenance.dataset = dataset;
    writeFileAtomically(configFile, settings::runDocument(std::move(settings), provenance).dump(2) + '\n');
}

} // namespace fedcctr::runs
