// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/importers/amazon_preview.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/data/html.h"
#include "core/data/literal.h"
#include "core/data/text.h"

#include <algorithm>
#include <array>
#include <span>

namespace fedcctr::data {

namespace {

const std::vector<std::string>& amazonFields()
{
    static const std::vector<std::string> kFields{"reviewerID", "user_id", "asin", "parent_asin",
        "unixReviewTime", "timestamp", "title", "category", "categories", "brand", "store"};
    return kFields;
}

/// Of which the import leaves the HTML out.
bool isText(std::string_view field)
{
    constexpr std::array<std::string_view, 5> kTexts{"title", "category", "categories", "brand", "store"};
    return std::ranges::find(kTexts, field) != kTexts.end();
}

std::string joined(std::span<const std::string> values, bool areTexts)
{
    std::string text;
    for (const std::string& value : values)
        if (const std::string part = areTexts ? plainText(value) : repairedUtf8(value); !part.empty())
            text += (text.empty() ? "" : "; ") + part;
    return text;
}

/// Keeps the columns in which anything stands.
void dropEmptyColumns(Preview& preview)
{
    for (std::size_t column = preview.columns.size(); column-- > 0;) {
        if (std::ranges::any_of(preview.rows, [&](const auto& row) { return !row[column].empty(); }))
            continue;
        const auto at = static_cast<std::ptrdiff_t>(column);
        preview.columns.erase(preview.columns.begin() + at);
        for (std::vector<std::string>& row : preview.rows)
            row.erase(row.begin() + at);
    }
}

void setPart(Preview& preview)
{
    const auto has = [&](const char* column) {
        return std::ranges::find(preview.columns, column) != preview.columns.end();
    };
    preview.part = SourcePart::Interactions;
    if (has("reviewerID")) {
        preview.kind = "Amazon reviews, 2014 or 2018";
    } else if (has("user_id")) {
        preview.kind = "Amazon reviews, 2023";
    } else {
        preview.part = SourcePart::Items;
        preview.kind = "Amazon item metadata";
    }
}

} // namespace

Preview amazonPreview(const std::filesystem::path& file, std::size_t rows)
{
    LineReader lines(file);
    LiteralFields fields(amazonFields());
    Preview result;
    result.file = file;
    result.format = "amazon";
    result.columns = amazonFields();
    std::string line;
    try {
        while (result.rows.size() < rows && lines.next(line)) {
            if (line.find_first_not_of(" \t") == std::string::npos)
                continue;
            fields.parse(line);
            std::vector<std::string>& row = result.rows.emplace_back();
            for (std::size_t column = 0; column < result.columns.size(); ++column)
                row.push_back(joined(fields.values(column), isText(result.columns[column])));
        }
    } catch (const Error& error) {
        result.problem = file.string() + ":" + std::to_string(lines.lineNumber()) + ": " + error.what();
    }
    dropEmptyColumns(result);
    setPart(result);
    for (const std::string& column : result.columns)
        result.meanings.push_back(guessedMeaning(column));
    return result;
}

} // namespace fedcctr::data
