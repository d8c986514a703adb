// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/accountants/accountants.h"

#include "core/base/error.h"
#include "core/privacy/accountants/appendix_a.h"
#include "core/privacy/accountants/eq27.h"
#include "core/privacy/accountants/gaussian.h"
#include "core/privacy/accountants/pld.h"
#include "core/privacy/accountants/rdp.h"
#include "core/privacy/accountants/rdp_three_point.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace fedcctr::privacy {

std::span<const AccountantInfo* const> accountants()
{
    static const std::array kTable{
        &eq27Accountant(),
        &appendixAAccountant(),
        &gaussianAccountant(),
        &rdpAccountant(),
        &rdpThreePointAccountant(),
        &pldAccountant(),
    };
    return kTable;
}

std::vector<const AccountantInfo*> selectableAccountants()
{
    std::vector<const AccountantInfo*> found;
    std::ranges::copy_if(accountants(), std::back_inserter(found), &AccountantInfo::selectable);
    return found;
}

std::vector<const AccountantInfo*> provenAccountantsFirst()
{
    std::vector<const AccountantInfo*> sorted(accountants().begin(), accountants().end());
    std::ranges::stable_partition(sorted, [](const AccountantInfo* info) { return !info->printed; });
    return sorted;
}

std::string accountantNames()
{
    std::string names;
    for (const AccountantInfo* info : selectableAccountants())
        names += (names.empty() ? "" : ", ") + info->name;
    return names;
}

const AccountantInfo* findAccountant(std::string_view name)
{
    const auto found = std::ranges::find(accountants(), name, &AccountantInfo::name);
    return found == accountants().end() ? nullptr : *found;
}

const AccountantInfo& accountant(std::string_view name)
{
    if (const AccountantInfo* found = findAccountant(name))
        return *found;
    throw Error("'" + std::string(name) + "' is not one of " + accountantNames());
}

std::string titleOf(const std::string& name)
{
    const AccountantInfo* info = findAccountant(name);
    return info ? info->title : name;
}

std::size_t ownSumsInAll()
{
    return std::transform_reduce(accountants().begin(), accountants().end(), std::size_t{0}, std::plus{},
        [](const AccountantInfo* info) { return info->ownSums; });
}

} // namespace fedcctr::privacy
