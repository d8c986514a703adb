// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/accountants/account.h"

#include "core/privacy/root.h"

#include <algorithm>
#include <functional>
#include <limits>

namespace fedcctr::privacy {

bool Account::surelyExceeds(double, double) const
{
    return false;
}

double SumAccount::largestSum(double epsilon, double delta) const
{
    return largestArgument(epsilon, [&](double sum) { return epsilonOf(std::span(&sum, 1), delta).epsilon; });
}

SumBudget::SumBudget(const SumAccount& account, double epsilon, double delta)
    : m_account(account)
    , m_epsilon(epsilon)
    , m_delta(delta)
    , m_largest(account.values().size() == 1 ? account.largestSum(epsilon, delta)
                                             : std::numeric_limits<double>::infinity())
{
}

bool SumBudget::isExceededBy(std::span<const double> sums) const
{
    return sums.size() == 1 ? sums.front() > m_largest
                            : m_account.epsilonOf(sums, m_delta).epsilon > m_epsilon;
}

std::vector<double> SumBudget::sumOf(std::span<const double> before, std::span<const double> added)
{
    std::vector<double> after(before.size());
    std::ranges::transform(before, added, after.begin(), std::plus{});
    return after;
}

} // namespace fedcctr::privacy
