// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/row_tests.h"

#include <map>

namespace fedcctr::report {

namespace {

using Users = std::optional<runs::UserScores>;

/// Many rows share a base: every group is read once.
class UserMeans {
public:
    const Users& of(const RunGroup& group)
    {
        const auto [place, isNew] = m_means.try_emplace(group.runs);
        if (isNew)
            place->second = meanUserScores(group);
        return place->second;
    }

private:
    std::map<std::vector<const runs::RunEntry*>, Users> m_means;
};

RowTests testsOf(const TestPair& pair, UserMeans& means)
{
    if (pair.base.runs.empty() || pair.row.runs.empty()
        || !runs::onSameData(*pair.base.runs.front(), *pair.row.runs.front()))
        return {};
    const Users& base = means.of(pair.base);
    const Users& row = means.of(pair.row);
    if (!base || !row)
        return {};
    RowTests tests;
    for (std::size_t domain = 0; domain < 2; ++domain) {
        const runs::PairedScores paired =
            runs::pairedScores((*base)[domain], (*row)[domain], &runs::UserScore::ndcg10);
        if (!paired.first.empty())
            tests[domain] = RowTest{evaluation::comparePaired(paired.first, paired.second)};
    }
    return tests;
}

} // namespace

std::vector<RowTests> testRows(std::span<const TestPair> pairs)
{
    UserMeans means;
    std::vector<RowTests> rows;
    for (const TestPair& pair : pairs)
        rows.push_back(testsOf(pair, means));
    std::vector<RowTest*> family;
    std::vector<double> pValues;
    for (RowTests& row : rows)
        for (std::optional<RowTest>& test : row)
            if (test) {
                family.push_back(&*test);
                pValues.push_back(test->users.pValue);
            }
    const std::vector<double> corrected = evaluation::holm(pValues);
    for (std::size_t i = 0; i < family.size(); ++i) {
        family[i]->corrected = corrected[i];
        family[i]->family = family.size();
    }
    return rows;
}

} // namespace fedcctr::report
