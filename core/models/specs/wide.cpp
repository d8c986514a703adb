// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/specs/wide.h"

#include "core/models/specs/registry.h"

namespace fedcctr::model {

Wide wideOf(const ModelOptions& options)
{
    return static_cast<Wide>(ownInteger(infoOf<IdstCl>(), options, "idst-cl.wide"));
}

double shrinkageOf(const ModelOptions& options)
{
    return ownNumber(infoOf<IdstCl>(), options, "idst-cl.shrinkage");
}

std::int64_t wideWidth(Wide wide)
{
    if (wide == Wide::None)
        return 0;
    return kWideCounts + (wide == Wide::Neighbours ? 2 * kWideAges : 0);
}

std::vector<SharedKnowledge> sharedKnowledge(const ModelOptions& options)
{
    std::vector<SharedKnowledge> found;
    if (options.architecture != infoOf<IdstCl>().name)
        return found;
    if (wideOf(options) != Wide::None)
        found.push_back({"idst-cl.wide", "none"});
    if (shrinkageOf(options) > 0)
        found.push_back({"idst-cl.shrinkage", "0"});
    return found;
}

} // namespace fedcctr::model
