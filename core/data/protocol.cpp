// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/protocol.h"

#include "core/base/error.h"

#include <algorithm>

namespace fedcctr::data {

Protocol protocolFrom(std::string_view name)
{
    const auto found = std::ranges::find(kProtocols, name, protocolName);
    if (found == kProtocols.end())
        throw Error("there is no protocol '" + std::string(name) + "'; give leave-one-out or mixed-last");
    return *found;
}

std::string heldOutText(Protocol protocol)
{
    return protocol == Protocol::MixedLast ? "the last interaction of the merged sequence"
                                           : "the last interaction of each domain";
}

} // namespace fedcctr::data
