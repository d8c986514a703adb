// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/importers/importers.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/data/importers/amazon.h"
#include "core/data/importers/csv.h"

#include <algorithm>
#include <array>

namespace fedcctr::data {

namespace {

/// The first line with anything in it, without white space before it.
std::string beginningOf(const std::filesystem::path& file)
{
    LineReader lines(file);
    std::string line;
    while (lines.next(line))
        if (const std::size_t first = line.find_first_not_of(" \t"); first != std::string::npos)
            return line.substr(first);
    return {};
}

} // namespace

std::span<const Importer* const> importers()
{
    static constexpr std::array<const Importer*, 3> kImporters{
        &kCsvImporter, &kAmazonImporter, &kMarketsImporter};
    return kImporters;
}

const Importer& importer(std::string_view name)
{
    const auto found = std::ranges::find(importers(), name, [](const Importer* one) { return one->name; });
    if (found != importers().end())
        return **found;
    std::string names;
    for (const Importer* one : importers())
        names += (names.empty() ? "" : " or ") + std::string(one->name);
    throw Error("--format: '" + std::string(name) + "' is unknown; it is " + names);
}

Preview preview(const std::filesystem::path& file, std::size_t rows)
{
    const std::string beginning = beginningOf(file);
    const auto found = std::ranges::find_if(
        importers().subspan(1), [&](const Importer* one) { return one->recognises(beginning); });
    const Importer& importer = found != importers().end() ? **found : *importers().front();
    return importer.preview(file, rows);
}

} // namespace fedcctr::data
