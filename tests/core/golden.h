// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"

#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

namespace fedcctr::test {

inline std::filesystem::path goldenFile()
{
    return std::filesystem::path(FEDCCTR_SHARED_DIR) / "golden" / "privacy.json";
}

/// The golden values; an empty object where they are not beside the source tree.
inline const nlohmann::json& golden()
{
    static const nlohmann::json kGolden = std::filesystem::exists(goldenFile())
        ? nlohmann::json::parse(readFile(goldenFile()))
        : nlohmann::json::object();
    return kGolden;
}

/// A number of the golden file, where infinity is a word.
inline double numberOf(const nlohmann::json& node)
{
    return node.is_string() && node == "inf" ? std::numeric_limits<double>::infinity() : node.get<double>();
}

} // namespace fedcctr::test

/// Skips the test function where the golden values are missing.
#define NEEDS_GOLDEN()                                                                                       \
    do {                                                                                                     \
        if (fedcctr::test::golden().empty())                                                                 \
            QSKIP("the golden values are not beside the source tree");                                       \
    } while (false)
