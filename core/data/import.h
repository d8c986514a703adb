// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

#include <atomic>
#include <functional>
#include <stop_token>

namespace fedcctr::data {

/// Share done, 0 to 1, and what is being done; called at most some times a second.
using Progress = std::function<void(double share, const std::string& what)>;

/// What a CSV file calls one of our columns: user, item, domain, seq, timestamp, title, categories, creator.
struct ColumnName {
    std::string meaning; ///< ours
    std::string column; ///< the file's; empty: the file's column of our name is not meant
    std::filesystem::path file; ///< the file; empty: all files that have the column
};

struct ImportOptions {
    std::string name; ///< of the dataset; the output directory's name by default
    int minUserInteractions = 0; ///< per user and domain; repeated with the next until stable (k-core)
    int minItemInteractions = 0;
    bool repeatFilter = true; ///< false: users and items are filtered once, in one pass
    int evaluationNegatives = 99;
    std::uint64_t seed = 1;
    std::vector<ColumnName> columns; ///< CSV: for files with other column names
    bool skipBadRows = false; ///< rows with errors are left out and counted in the notes
    std::atomic<std::size_t>* rowsRead = nullptr; ///< counts the rows, for a speed
    std::array<std::string, 2>
        domains; ///< CSV: which two domains, in order; empty: the two that are there, in order of appearance
    Progress progress;
    std::stop_token stop; ///< throws Error(Failure) "cancelled" soon after it is requested
};

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

/// The steps that every source shares, from raw interactions to a finished dataset: chronological order with
/// ties in input order; an event that repeats another one's user, item and time left out (a click counted
/// twice; the same item at another time stays, and without times every repetition does); users of both
/// domains only and k-core; leave-one-out split; fixed negatives.
struct RawInteraction {
    std::int64_t time = 0; ///< Unix seconds
    std::int32_t user = 0; ///< index into RawData::users
    std::int32_t item = 0; ///< index into RawData::items
    std::int32_t nanos = 0; ///< of the second; orders events within it
};
struct RawData {
    Provenance provenance;
    std::array<std::string, 2> domainNames;
    std::vector<std::string> users;
    std::vector<Item> items;
    std::vector<Domain> itemDomains;
    std::vector<RawInteraction> interactions; ///< in input order
    /// Each user's interactions stand in their order already; else they are sorted by time.
    bool ordered = false;
    /// Items without interactions stay; else they are left out.
    bool keepsUnusedItems = false;
    /// Repetitions went at an earlier import, by finer times than a dataset keeps.
    bool repetitionsAreGone = false;
};
/// Throws Error if nothing is left, saying which rule removed what.
Dataset buildDataset(RawData raw, const ImportOptions& options);

} // namespace fedcctr::data
