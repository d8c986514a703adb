// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/field.h"
#include "core/settings/config.h"

#include <functional>

namespace fedcctr::settings {

using fedcctr::FieldType;
using fedcctr::Value;

/// A row of the one table of settings.
struct Field : FieldInfo {
    std::function<Value(const Config&)> read;
    std::function<void(Config&, const Value&)> write;

    Value fallback() const { return read(Config{}); }
};

/// The table, in the order of the form.
const std::vector<Field>& fields();

/// Throws Error naming an unknown key and the nearest known one.
const Field& field(std::string_view key);

/// A model's own settings stand in the file of another model only where they were set.
bool isWritten(const Field& field, const Config& config);

/// A markdown table of all settings, for `fedcctr train --list-settings` and the README.
std::string settingsTable();

} // namespace fedcctr::settings
