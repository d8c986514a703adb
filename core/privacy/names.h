// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/guarantee.h"

#include <initializer_list>
#include <string_view>

namespace fedcctr::privacy {

/// The value of that name among all that there are; false, and nothing is written, if none has it.
template <typename T> bool valueNamed(std::string_view name, std::initializer_list<T> values, T& value)
{
    for (const T each : values)
        if (nameOf(each) == name) {
            value = each;
            return true;
        }
    return false;
}

// The other way of nameOf(); false, and nothing is written, for another word.
inline bool fromName(std::string_view name, Adversary& adversary)
{
    return valueNamed(name, {Adversary::Local, Adversary::Aggregate, Adversary::ReleasedModel}, adversary);
}

inline bool fromName(std::string_view name, NeighbouringRelation& relation)
{
    return valueNamed(name, {NeighbouringRelation::Replace, NeighbouringRelation::AddRemove}, relation);
}

inline bool fromName(std::string_view name, Standing& standing)
{
    return valueNamed(name, {Standing::Bound, Standing::Loose, Standing::NotABound}, standing);
}

} // namespace fedcctr::privacy
