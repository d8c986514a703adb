// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/contrast_instances.h"

namespace fedcctr::model {

using torch::Tensor;

ContrastInstances::ContrastInstances(const Batch& batch)
{
    const std::int64_t groups = batch.users.size(0);
    if (batch.users.size(1) == 1) {
        AllTargets all(batch);
        before = std::move(all.before);
        mask = all.mask * (before.merged > 0);
    } else {
        before = {batch.a.length.unsqueeze(2), batch.b.length.unsqueeze(2), batch.merged.length.unsqueeze(2)};
        mask = (before.merged > 0).to(batch.targets[0].mask.scalar_type());
    }
    mask = mask.reshape({groups, -1});
}

Tensor ContrastInstances::of(const Tensor& table, const Tensor& index) const
{
    return atPrefix(table, index).reshape({table.size(0), -1, table.size(3)});
}

} // namespace fedcctr::model
