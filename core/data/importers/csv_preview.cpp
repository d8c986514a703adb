// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/importers/csv_preview.h"

#include "core/data/csv.h"
#include "core/data/html.h"

#include <algorithm>

namespace fedcctr::data {

namespace {

bool has(const std::vector<std::string>& meanings, std::string_view meaning)
{
    return std::ranges::find(meanings, meaning) != meanings.end();
}

/// An items file tells about items; interactions have a user. Titles beside a user are no items file.
void setPart(Preview& preview)
{
    if (has(preview.meanings, "user")) {
        preview.part = SourcePart::Interactions;
        preview.kind = "CSV, interactions";
    } else if (has(preview.meanings, "item")) {
        preview.part = SourcePart::Items;
        preview.kind = "CSV, items";
    } else {
        preview.kind = "CSV, columns unknown";
    }
}

} // namespace

Preview csvPreview(const std::filesystem::path& file, std::size_t rows)
{
    CsvReader reader(file);
    Preview result;
    result.file = file;
    result.format = "csv";
    result.columns = reader.columns();
    result.meanings = guessedMeanings(result.columns);
    setPart(result);
    try {
        while (result.rows.size() < rows && reader.next()) {
            std::vector<std::string>& row = result.rows.emplace_back();
            for (std::size_t column = 0; column < result.columns.size(); ++column) {
                const std::string& meaning = result.meanings[column];
                const bool isText = meaning == "title" || meaning == "categories" || meaning == "creator";
                row.push_back(isText ? plainText(reader.field(column)) : reader.field(column));
            }
        }
    } catch (const Error& error) {
        result.problem = error.what();
    }
    return result;
}

std::vector<std::string> valuesOfColumn(
    const std::filesystem::path& file, const std::string& column, std::size_t most, std::stop_token stop)
{
    CsvReader reader(file);
    const std::size_t position = reader.require(column);
    std::vector<std::string> values;
    for (bool more = true; more && values.size() < most && !stop.stop_requested();) {
        try {
            more = reader.next();
            const std::string value = more ? reader.field(position) : std::string();
            if (!value.empty() && std::ranges::find(values, value) == values.end())
                values.push_back(value);
        } catch (const RowError&) {
            continue;
        }
    }
    return values;
}

} // namespace fedcctr::data
