// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/summary.h"

#include "core/base/error.h"
#include "core/base/files.h"

#include <nlohmann/json.hpp>

#include <cstring>
#include <fstream>
#include <system_error>

namespace fedcctr::data {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr const char* kRemedy = "; import or generate the dataset again";

/// Every part begins with eight letters, a version, a checksum and the payload's length in bytes.
void checkLength(const fs::path& file)
{
    constexpr std::size_t kHeaderBytes = 24;
    constexpr std::size_t kLengthOffset = 16;
    std::error_code failed;
    const std::uintmax_t size = fs::file_size(file, failed);
    if (failed)
        throw Error(file.string() + ": is missing" + kRemedy);
    std::array<char, kHeaderBytes> header{};
    std::ifstream stream(file, std::ios::binary);
    std::uint64_t length = 0;
    if (!stream.read(header.data(), kHeaderBytes))
        throw Error(file.string() + ": is cut off" + kRemedy);
    std::memcpy(&length, header.data() + kLengthOffset, sizeof(length));
    if (size != length + kHeaderBytes)
        throw Error(file.string() + ": has not the length that it was written with" + kRemedy);
}

} // namespace

Summary readSummary(const fs::path& directory)
{
    const fs::path file = directory / "dataset.json";
    Summary summary;
    try {
        const json root = json::parse(readFile(file));
        if (root.at("format") != "fedcctr-dataset" || root.at("version") != 1)
            throw Error(file.string() + ": is no dataset that this program reads" + kRemedy);
        root.at("name").get_to(summary.name);
        root.at("domains").get_to(summary.domainNames);
        root.at("users").get_to(summary.users);
        root.at("items").get_to(summary.items);
        root.at("interactions").get_to(summary.interactions);
        summary.protocol =
            protocolFrom(root.value("protocol", std::string(protocolName(Protocol::LeaveOneOut))));
        root.at("evaluation_negatives").get_to(summary.evaluationNegatives);
        summary.markets = root.value("markets", json::array()).size();
        for (const auto& part : root.at("parts").items())
            checkLength(directory / part.key());
    } catch (const json::exception&) {
        throw Error(file.string() + ": is damaged" + kRemedy);
    }
    return summary;
}

} // namespace fedcctr::data
