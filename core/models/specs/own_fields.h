// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/spec.h"

namespace fedcctr::model {

/// What people read of a setting of one model.
struct FieldWords {
    std::string key;
    std::string label;
    std::string help;
    std::string low; ///< what happens towards the lower end
    std::string high; ///< towards the upper end
    std::string publication; ///< its value, or that it gives none
    std::string symbol = {};
};

struct FieldRange {
    double least = 0;
    double most = 1;
    double step = 0.1;
    bool logarithmic = false;
};

OwnField numberField(FieldWords words, FieldRange range, double fallback);
OwnField integerField(FieldWords words, FieldRange range, std::int64_t fallback);

/// The first choice is the fallback.
OwnField choiceField(FieldWords words, std::vector<std::string> choices);

/// The weight of a term of the loss, from 0, which leaves it out, to 10.
OwnField weightField(const std::string& key, const std::string& term, double fallback,
    const std::string& publication, const std::string& symbol);

} // namespace fedcctr::model
