// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/protocol.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace fedcctr::data {

/// Share done, 0 to 1, and what is being done; called at most some times a second.
using Progress = std::function<void(double share, const std::string& what)>;

/// What a CSV file calls one of our columns: user, item, domain (of markets: market), seq, timestamp, rating,
/// title, categories, creator.
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
    Protocol protocol = Protocol::LeaveOneOut; ///< which interactions are held out
    int evaluationNegatives = 99;
    std::uint64_t seed = 1;
    std::vector<ColumnName> columns; ///< CSV: for files with other column names
    bool skipBadRows = false; ///< rows with errors are left out and counted in the notes
    std::atomic<std::size_t>* rowsRead = nullptr; ///< counts the rows, for a speed
    std::array<std::string, 2>
        domains; ///< CSV: which two domains, in order; empty: the two that are there, in order of appearance
    std::vector<std::string>
        markets; ///< of the importer of markets: which, in order; empty: all that are there
    Progress progress;
    std::stop_token stop; ///< throws Error(Failure) "cancelled" soon after it is requested
};

} // namespace fedcctr::data
