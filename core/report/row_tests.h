// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/run_groups.h"

#include <array>
#include <optional>
#include <span>
#include <vector>

namespace fedcctr::report {

/// Below this a corrected p counts as significant.
inline constexpr double kSignificance = 0.05;

/// A row of a table, and the one that it is tested against.
struct TestPair {
    RunGroup base;
    RunGroup row;
};

/// How a row's NDCG@10 differs from its base's in one domain.
struct RowTest {
    evaluation::PairedComparison users; ///< row minus base, user by user, as fractions
    double corrected = 1; ///< its p after Holm's correction over all tests of the table
    std::size_t family = 0; ///< how many those are

    bool isSignificant() const { return corrected < kSignificance; }
};

/// By domain; none where it cannot be told: a row is empty, its runs keep no results per user, or the rows
/// are of different data.
using RowTests = std::array<std::optional<RowTest>, 2>;

/// The one way to tell whether rows of a table differ, for window and report: the paired permutation test
/// over the users that both ranked candidates for. Seeds are joined first, by each user's mean over them:
/// runs that differ in their seed share their users, and counted one by one they would pass for many more of
/// them. All tests of the table, both domains of all its rows, are one family, corrected by Holm. Reads
/// test_users.csv.gz; takes time.
std::vector<RowTests> testRows(std::span<const TestPair> pairs);

} // namespace fedcctr::report
