// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace fedcctr::runs {

/// What a finished run did for one user's test target. Runs on the same dataset rank the same candidates for
/// the same user, so that they can be compared user by user.
struct UserScore {
    std::int32_t user = 0; ///< index in the dataset
    double rank = 0; ///< from 1; ties at their average
    double ndcg10 = 0;
    double mrr10 = 0;
    double hr10 = 0;
    double auc = 0;
    double logLoss = 0;

    bool operator==(const UserScore&) const = default;
};

using UserScores = std::array<std::vector<UserScore>, 2>; ///< by domain, ascending by user

/// RUN/test_users.csv.gz, atomically: user, domain (A or B), rank, ndcg@10, mrr@10, hr@10, auc, logloss with
/// nine digits. Throws Error if it cannot be written.
void writeTestUsers(const std::filesystem::path& run, const UserScores& scores);

/// None if the run has no such file (it is unfinished, or older). Throws Error naming file and line if it is
/// damaged.
std::optional<UserScores> readTestUsers(const std::filesystem::path& run);

/// Two runs' values for the users that both have, in the same order.
struct PairedScores {
    std::vector<double> first;
    std::vector<double> second;
};
PairedScores pairedScores(
    const std::vector<UserScore>& first, const std::vector<UserScore>& second, double UserScore::*metric);

} // namespace fedcctr::runs
