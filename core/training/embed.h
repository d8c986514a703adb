// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/model.h"
#include "core/nn/threads.h"

#include <functional>
#include <stop_token>
#include <utility>

namespace fedcctr::training {

struct EmbedRequest {
    std::vector<std::int32_t> users;
    bool items = false; ///< the vectors of all items too
    std::size_t recommendations = 0; ///< best unseen items per user and domain; 0: none
    const augment::Augmentation* augmentation = nullptr; ///< may be null
    std::function<void(double share)> progress; ///< called by any worker, one at a time
    std::stop_token stop; ///< throws Error(Failure) when requested
};

/// Rows of equal width.
struct VectorTable {
    std::size_t width = 0;
    std::vector<float> values;
};

struct Recommendation {
    data::ItemId item = 0;
    double score = 0; ///< logit
};

struct Embedding {
    std::array<VectorTable, 3> users; ///< h^A, h^B, h^M, a row per requested user
    std::vector<std::array<std::vector<Recommendation>, 2>> recommended; ///< per requested user, by domain
    VectorTable items; ///< a row per item
};

/// The moment at which a user is looked at: the position of the newest test target. The model sees everything
/// before it, as when it is evaluated on that target. The last event of a user without any.
std::size_t momentOf(const data::Dataset& dataset, std::size_t user);

/// h^A, h^B and h^M of users at their moments; best items of the full catalogue that the user has not touched
/// by then.
Embedding embed(const model::Model& model, const model::Parameters& parameters, const data::Dataset& dataset,
    const model::Workers& workers, const torch::Device& device, const EmbedRequest& request);

} // namespace fedcctr::training
