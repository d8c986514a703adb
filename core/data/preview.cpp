// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/preview.h"

#include "core/base/files.h"
#include "core/data/csv.h"
#include "core/data/html.h"
#include "core/data/literal.h"
#include "core/data/text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

namespace fedcctr::data {

namespace {

/// Small letters and digits only: "Reviewer_ID" and "reviewerid" are the same.
std::string folded(std::string_view name)
{
    std::string text;
    for (const char c : name)
        if (std::isalnum(static_cast<unsigned char>(c)))
            text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

const std::map<std::string, std::string, std::less<>>& knownNames()
{
    static const std::map<std::string, std::string, std::less<>> kNames = [] {
        const std::pair<const char*, std::vector<const char*>> groups[]{
            {"user",
                {"user", "userid", "uid", "reviewer", "reviewerid", "customer", "customerid", "member",
                    "memberid", "account", "visitor", "visitorid"}},
            {"item",
                {"item", "itemid", "iid", "asin", "parentasin", "product", "productid", "sku", "isbn",
                    "article", "articleid", "movieid", "bookid"}},
            {"domain", {"domain", "market", "shop", "department", "kind"}},
            {"seq", {"seq", "sequence", "position", "order", "rank", "step"}},
            {"timestamp", {"timestamp", "time", "unixtime", "unixreviewtime", "reviewtime", "ts", "seconds"}},
            {"title", {"title", "name", "itemname", "productname", "producttitle"}},
            {"categories", {"categories", "category", "genres", "genre", "tags"}},
            {"creator", {"creator", "brand", "author", "artist", "store", "director", "maker"}},
        };
        std::map<std::string, std::string, std::less<>> names;
        for (const auto& [meaning, others] : groups)
            for (const char* other : others)
                names.emplace(other, meaning);
        return names;
    }();
    return kNames;
}

/// One column per meaning; where several could be meant, the one with our own name, else the first.
std::vector<std::string> guessedMeanings(const std::vector<std::string>& columns)
{
    std::vector<std::string> meanings;
    for (const std::string& column : columns)
        meanings.push_back(guessedMeaning(column));
    for (std::size_t i = 0; i < columns.size(); ++i) {
        for (std::size_t j = 0; j < columns.size(); ++j) {
            const bool isBetter = columns[j] == meanings[j] || (columns[i] != meanings[i] && j < i);
            if (i != j && !meanings[i].empty() && meanings[i] == meanings[j] && isBetter)
                meanings[i].clear();
        }
    }
    return meanings;
}

bool has(const std::vector<std::string>& meanings, std::string_view meaning)
{
    return std::ranges::find(meanings, meaning) != meanings.end();
}

/// An items file tells about items; interactions have a user. Titles beside a user are no items file.
SourceKind csvKind(const std::vector<std::string>& meanings)
{
    if (has(meanings, "user"))
        return SourceKind::CsvInteractions;
    return has(meanings, "item") ? SourceKind::CsvItems : SourceKind::CsvOther;
}

Preview csvPreview(const std::filesystem::path& file, std::size_t rows)
{
    CsvReader reader(file);
    Preview result;
    result.file = file;
    result.columns = reader.columns();
    result.meanings = guessedMeanings(result.columns);
    result.kind = csvKind(result.meanings);
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

Preview amazonPreview(const std::filesystem::path& file, std::size_t rows)
{
    LineReader lines(file);
    LiteralFields fields(amazonFields());
    Preview result;
    result.file = file;
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
    result.kind = SourceKind::AmazonMetadata;
    if (std::ranges::find(result.columns, "reviewerID") != result.columns.end())
        result.kind = SourceKind::AmazonReviews2014;
    else if (std::ranges::find(result.columns, "user_id") != result.columns.end())
        result.kind = SourceKind::AmazonReviews2023;
    for (const std::string& column : result.columns)
        result.meanings.push_back(guessedMeaning(column));
    return result;
}

/// Whether the first line with anything in it is an object.
bool beginsWithObject(const std::filesystem::path& file)
{
    LineReader lines(file);
    std::string line;
    while (lines.next(line)) {
        const std::size_t first = line.find_first_not_of(" \t");
        if (first != std::string::npos)
            return line[first] == '{';
    }
    return false;
}

} // namespace

std::string guessedMeaning(std::string_view column)
{
    const auto found = knownNames().find(folded(column));
    return found == knownNames().end() ? std::string() : found->second;
}

Preview preview(const std::filesystem::path& file, std::size_t rows)
{
    return beginsWithObject(file) ? amazonPreview(file, rows) : csvPreview(file, rows);
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
