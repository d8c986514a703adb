// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/import_options.h"
#include "core/data/importers/importer.h"

namespace fedcctr::data {

/// The data pack's CSV: interactions (columns user, item, domain, and seq or timestamp; others are not read)
/// and items (item, domain, title, categories, creator; all but item optional), by those names or those of
/// `options.columns`. RFC 4180, any column order, plain or gzip, told apart by their header rows (only
/// interactions have a user). Texts lose what is left of HTML. Streams; memory grows with the interactions
/// only.
///
/// A user's events are ordered by `seq` where every interactions file has that column, else by `timestamp`,
/// in its full resolution (settleTimes() tells its unit); ties keep the order of the rows, which need not
/// stand together. If any time stamp is empty the dataset has no times. Rows of domains other than the two
/// chosen, and items without interactions, are left out and counted in the provenance. Text that is not UTF-8
/// is rejected. Throws Error naming file, line, column and remedy.
Dataset importCsv(std::span<const std::filesystem::path> files, const ImportOptions& options);

extern const Importer kCsvImporter;

/// The same files as a multi-market dataset (markets.h): the column `market`, or `domain` where there is
/// none, names each row's market. Users and items of different markets are different ones, whatever their
/// ids; an items file may name the market of a row, else the row tells about the item in every market.
Dataset importMarkets(std::span<const std::filesystem::path> files, const ImportOptions& options);

extern const Importer kMarketsImporter;

} // namespace fedcctr::data
