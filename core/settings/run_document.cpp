// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/settings/run_document.h"

#include "core/settings/config_table.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace fedcctr::settings {

using nlohmann::json;

namespace {

/// Takes a member away; null if there is none.
json taken(json& node, const char* key)
{
    const auto found = node.find(key);
    if (found == node.end())
        return nullptr;
    json value = std::move(*found);
    node.erase(found);
    return value;
}

std::string words(const json& value)
{
    if (value.is_null())
        return {};
    return value.is_string() ? value.get<std::string>() : value.dump();
}

/// Takes the checksums out of "data", where in the earlier form of a run's file settings stand beside them.
std::map<std::string, std::string> takeChecksums(json& node)
{
    std::map<std::string, std::string> checksums;
    const auto data = node.find("data");
    if (data == node.end() || !data->is_object())
        return checksums;
    json kept = json::object();
    for (const auto& [part, value] : data->items()) {
        if (std::ranges::find(fields(), "data." + part, &Field::key) != fields().end())
            kept[part] = value;
        else if (value.is_string())
            checksums.emplace(part, value.get<std::string>());
    }
    if (kept.empty())
        node.erase(data);
    else
        *data = std::move(kept);
    return checksums;
}

/// The four members that are no settings; in the earlier form they stand among these.
Provenance takeFrom(json& node)
{
    Provenance provenance{
        words(taken(node, "dataset")), words(taken(node, "version")), words(taken(node, "started")), {}};
    provenance.data = takeChecksums(node);
    return provenance;
}

} // namespace

json runDocument(json settings, const Provenance& provenance)
{
    json origin = json::object();
    for (const auto& [key, value] : {std::pair{"dataset", &provenance.dataset},
             {"version", &provenance.version}, {"started", &provenance.started}})
        if (!value->empty())
            origin[key] = *value;
    if (!provenance.data.empty())
        origin["data"] = provenance.data;
    return {{"settings", std::move(settings)}, {"provenance", std::move(origin)}};
}

Provenance takeProvenance(json& document)
{
    if (!document.is_object())
        return {};
    json settings = taken(document, "settings");
    if (settings.is_null())
        return takeFrom(document);
    json origin = taken(document, "provenance");
    document = std::move(settings);
    return origin.is_object() ? takeFrom(origin) : Provenance{};
}

} // namespace fedcctr::settings
