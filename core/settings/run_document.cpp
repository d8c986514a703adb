// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/settings/run_document.h"

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

/// The four members that are no settings; in the earlier form they stand among these.
Provenance takeFrom(json& node)
{
    Provenance provenance{
        words(taken(node, "dataset")), words(taken(node, "version")), words(taken(node, "started")), {}};
    if (const json data = taken(node, "data"); data.is_object())
        for (const auto& [part, checksum] : data.items())
            if (checksum.is_string())
                provenance.data.emplace(part, checksum.get<std::string>());
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
