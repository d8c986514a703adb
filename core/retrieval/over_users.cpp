// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/retrieval/over_users.h"

#include "core/base/error.h"
#include "core/base/parallel.h"

#include <algorithm>
#include <atomic>

namespace fedcctr::retrieval {

namespace {

constexpr std::size_t kUsersAtOnce = 64;

} // namespace

std::size_t userBlocks(const data::Dataset& dataset)
{
    return (dataset.userCount() + kUsersAtOnce - 1) / kUsersAtOnce;
}

void overUsers(const data::Dataset& dataset, data::Domain target,
    const std::function<void(std::size_t, const Sequences&)>& visit, const std::stop_token& stop,
    const std::function<void(double)>& progress)
{
    const std::size_t blocks = userBlocks(dataset);
    std::atomic<std::size_t> done = 0;
    parallel(coreCount(), blocks, [&](std::size_t block) {
        if (stop.stop_requested())
            throw Error("cancelled", Error::Kind::Failure);
        const std::size_t end = std::min(dataset.userCount(), (block + 1) * kUsersAtOnce);
        for (std::size_t user = block * kUsersAtOnce; user < end; ++user)
            if (const Sequences sequences = sequencesOf(dataset, user, target); !sequences.own.empty())
                visit(block, sequences);
        if (progress)
            progress(static_cast<double>(++done) / static_cast<double>(blocks));
    });
}

} // namespace fedcctr::retrieval
