// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/specs/own_fields.h"

#include <utility>

namespace fedcctr::model {

namespace {

OwnField fieldOf(FieldWords words, FieldType type, Value fallback)
{
    OwnField field;
    field.type = type;
    field.key = std::move(words.key);
    field.symbol = std::move(words.symbol);
    field.label = std::move(words.label);
    field.help = std::move(words.help);
    field.fallback = std::move(fallback);
    field.low = std::move(words.low);
    field.high = std::move(words.high);
    field.publication = std::move(words.publication);
    return field;
}

OwnField within(OwnField field, FieldRange range)
{
    field.least = range.least;
    field.most = range.most;
    field.step = range.step;
    field.logarithmic = range.logarithmic;
    return field;
}

} // namespace

OwnField numberField(FieldWords words, FieldRange range, double fallback)
{
    return within(fieldOf(std::move(words), FieldType::Number, fallback), range);
}

OwnField integerField(FieldWords words, FieldRange range, std::int64_t fallback)
{
    return within(fieldOf(std::move(words), FieldType::Integer, fallback), range);
}

OwnField choiceField(FieldWords words, std::vector<std::string> choices)
{
    OwnField field = fieldOf(std::move(words), FieldType::Choice, std::int64_t{0});
    field.choices = std::move(choices);
    return field;
}

OwnField weightField(const std::string& key, const std::string& term, double fallback,
    const std::string& publication, const std::string& symbol)
{
    return numberField(
        {key, "weight of " + term, "weight of the term " + term + " in the loss. May be changed during a run",
            "0 leaves it out.", "Ranking gives way to it.", publication, symbol},
        {0, 10, 0.05}, fallback);
}

} // namespace fedcctr::model
