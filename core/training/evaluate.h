// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluation/metrics.h"
#include "core/nn/model.h"
#include "core/nn/threads.h"

#include <functional>
#include <stop_token>

namespace fedcctr::training {

struct EvaluationRequest {
    data::Split split = data::Split::Validation;
    bool fullRanking =
        false; ///< rank among all items of the domain that the user never touched, not the fixed candidates
    std::vector<std::int32_t> users; ///< empty: all
    std::function<void(double share)> progress;
    const augment::Augmentation* augmentation =
        nullptr; ///< of the users' histories and profiles; may be null
    /// Told of every user's target when its domain is done, in the order of the users; may be empty.
    std::function<void(data::Domain domain, std::size_t user, const evaluation::UserResult& result)> eachUser;
    /// Label, threshold and target domain of the task; a domain without targets is not judged.
    model::LossOptions task;
    int resamples = 0; ///< of the bootstrap over users for the intervals of the CTR figures
    std::stop_token stop; ///< throws Error(Failure) "stopped" when requested
};

/// Ranks the held-out targets of a split.
evaluation::DomainMetrics evaluate(const model::Model& model, const model::Parameters& parameters,
    const data::Dataset& dataset, const model::Workers& workers, const torch::Device& device,
    const EvaluationRequest& request);

} // namespace fedcctr::training
