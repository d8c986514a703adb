// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/test_users.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/numbers.h"

#include <charconv>
#include <string>

namespace fedcctr::runs {

namespace fs = std::filesystem;

namespace {

constexpr const char* kName = "test_users.csv.gz";
constexpr const char* kHeader = "user,domain,rank,ndcg@10,mrr@10,hr@10,auc,logloss";

/// "12,A,3,0.5,…"; false if it is no such line.
bool readLine(const std::string& line, UserScores& scores)
{
    const char* at = line.data();
    const char* const end = at + line.size();
    UserScore score;
    auto result = std::from_chars(at, end, score.user);
    at = result.ptr;
    if (result.ec != std::errc() || score.user < 0 || end - at < 3 || (at[1] != 'A' && at[1] != 'B'))
        return false;
    std::vector<UserScore>& domain = scores[at[1] == 'A' ? 0 : 1];
    at += 2;
    for (double* value :
        {&score.rank, &score.ndcg10, &score.mrr10, &score.hr10, &score.auc, &score.logLoss}) {
        if (at == end || *at != ',')
            return false;
        result = std::from_chars(at + 1, end, *value);
        if (result.ec != std::errc())
            return false;
        at = result.ptr;
    }
    domain.push_back(score);
    return at == end;
}

} // namespace

void writeTestUsers(const fs::path& run, const UserScores& scores)
{
    std::string text = std::string(kHeader) + '\n';
    for (std::size_t domain = 0; domain < scores.size(); ++domain)
        for (const UserScore& score : scores[domain]) {
            text += std::to_string(score.user) + (domain == 0 ? ",A" : ",B");
            for (const double value :
                {score.rank, score.ndcg10, score.mrr10, score.hr10, score.auc, score.logLoss})
                text += ',' + general(value, 9);
            text += '\n';
        }
    writeFileAtomically(run / kName, gzipped(text));
}

std::optional<UserScores> readTestUsers(const fs::path& run)
{
    const fs::path file = run / kName;
    std::error_code failed;
    if (!fs::exists(file, failed))
        return std::nullopt;
    LineReader lines(file);
    std::string line;
    if (!lines.next(line) || line != kHeader)
        throw Error(file.string() + ":1: is no table of test users; run the training again");
    UserScores scores;
    while (lines.next(line))
        if (!readLine(line, scores))
            throw Error(file.string() + ":" + std::to_string(lines.lineNumber())
                + ": is damaged; run the training again");
    return scores;
}

PairedScores pairedScores(
    const std::vector<UserScore>& first, const std::vector<UserScore>& second, double UserScore::*metric)
{
    PairedScores paired;
    auto a = first.begin();
    auto b = second.begin();
    while (a != first.end() && b != second.end()) {
        if (a->user < b->user) {
            ++a;
        } else if (b->user < a->user) {
            ++b;
        } else {
            paired.first.push_back((*a++).*metric);
            paired.second.push_back((*b++).*metric);
        }
    }
    return paired;
}

} // namespace fedcctr::runs
