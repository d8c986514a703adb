// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/importers/preview.h"

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
            {"rating", {"rating", "ratings", "overall", "stars", "score"}},
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

} // namespace

std::string guessedMeaning(std::string_view column)
{
    const auto found = knownNames().find(folded(column));
    return found == knownNames().end() ? std::string() : found->second;
}

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

} // namespace fedcctr::data
