// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/fingerprint.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/hexadecimal.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdint>
#include <utility>

namespace fedcctr::data {

namespace {

constexpr std::array<std::pair<const char*, const char*>, 3> kParts{
    {{"interactions", "events.bin"}, {"items", "items.bin"}, {"candidates", "negatives.bin"}}};
constexpr const char* kRatings = "ratings.bin"; ///< not every dataset has it

} // namespace

Fingerprint fingerprintOf(const std::filesystem::path& directory)
{
    const std::filesystem::path file = directory / "dataset.json";
    try {
        const nlohmann::json parts = nlohmann::json::parse(readFile(file)).at("parts");
        Fingerprint fingerprint;
        for (const auto& [name, part] : kParts)
            fingerprint[name] = hexadecimal(parts.at(part).get<std::uint32_t>());
        if (parts.contains(kRatings))
            fingerprint["ratings"] = hexadecimal(parts.at(kRatings).get<std::uint32_t>());
        return fingerprint;
    } catch (const nlohmann::json::exception&) {
        throw Error(file.string() + ": is damaged; import or generate the dataset again");
    }
}

} // namespace fedcctr::data
