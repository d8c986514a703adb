// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/import_options.h"
#include "core/data/importers/importer.h"

namespace fedcctr::data {

/// Raw Amazon dumps, JSON lines, plain or gzip: for each domain a reviews file and optionally a metadata file
/// (2014/2018: reviewerID, asin, unixReviewTime; metadata asin, title, category or categories, brand.
/// 2023: user_id, parent_asin, timestamp; metadata parent_asin, title, categories, store).
/// `files` in order: reviews A, reviews B, then metadata files of either domain, told apart by their first
/// line. The domains are named by `options.domains`, else by the reviews files' names. Lines may be Python
/// literals instead of JSON, as in the metadata of 2014. HTML entities in titles are decoded, tags removed,
/// and invalid UTF-8 is replaced. Events are ordered by their times in full resolution (settleTimes() tells
/// the unit). Items that have reviews in both domains are left out and counted. Two passes: the first only
/// counts, so that memory grows with the interactions of users who stay. Review texts are never held. Throws
/// Error naming file, line and remedy.
Dataset importAmazon(std::span<const std::filesystem::path> files, const ImportOptions& options);

extern const Importer kAmazonImporter;

} // namespace fedcctr::data
