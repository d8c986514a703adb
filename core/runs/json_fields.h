// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

/// Members of documents that other versions may have written: what is not there, or of another type, is
/// missing and no error.
namespace fedcctr::runs::fields {

using nlohmann::json;

/// The part of that name, or null.
inline const json& part(const json& node, const char* key)
{
    static const json kNull;
    if (!node.is_object())
        return kNull;
    const auto found = node.find(key);
    return found != node.end() ? *found : kNull;
}

/// NaN where there is none: JSON has no NaN, and null stands for it.
inline double number(
    const json& node, const char* key, double fallback = std::numeric_limits<double>::quiet_NaN())
{
    const json& value = part(node, key);
    return value.is_number() ? value.get<double>() : fallback;
}

/// A number that may be infinite, for which null stands.
inline double numberOrInfinity(const json& node, const char* key)
{
    return number(node, key, std::numeric_limits<double>::infinity());
}

/// A whole number within int; `fallback` where there is none.
inline int whole(const json& node, const char* key, int fallback = 0)
{
    const double value = number(node, key, fallback);
    return value >= std::numeric_limits<int>::min() && value <= std::numeric_limits<int>::max()
        ? static_cast<int>(value)
        : fallback;
}

inline std::string text(const json& node, const char* key)
{
    const json& value = part(node, key);
    return value.is_string() ? value.get<std::string>() : std::string();
}

/// null for NaN, which is what a reader of number() takes for one.
inline json orNull(double value)
{
    return std::isnan(value) ? json(nullptr) : json(value);
}

/// As a whole number where it is one, so that counts that are kept as numbers are written without a point.
inline json count(double value)
{
    constexpr double kExact = 1e15;
    return value == std::floor(value) && std::abs(value) < kExact ? json(static_cast<std::int64_t>(value))
                                                                  : orNull(value);
}

} // namespace fedcctr::runs::fields
