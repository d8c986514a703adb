// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/co_occurrence.h"
#include "core/models/specs/wide.h"
#include "core/nn/batch.h"

#include <torch/types.h>

namespace fedcctr::model {

/// A wide part beside a deep one (Cheng et al., DLRS 2016, arXiv 1606.07792): what other users' training
/// events say of a candidate c of user u. Its logit is the logarithm of a mixture with positive weights,
///
///     w_0 [n = 0] + w_1 [n > 0] + w_2 n + w_3 n^1.5 + sum over the history's events i of
///     w_(4 + 4 cross(i) + age(i)) sum over v in U_i and U_c of (|S_v| |U_i|)^-0.5
///
/// with n = |U_c| and all users but u (CoOccurrence); cross: i is of the other domain; age: kWideAges. Under
/// uniform negatives the mixture is the chance of the candidate up to a factor, and the deep part multiplies
/// it.
class WidePart {
public:
    WidePart(const data::Dataset& dataset, Wide wide);

    /// The candidates of a batch of users, as rows of `items`.
    struct Candidates {
        torch::Tensor users; ///< [K, n]
        torch::Tensor items; ///< [K, R] item numbers of the rows
        torch::Tensor history; ///< [K, n, L] rows of the merged sequence
        torch::Tensor prefix; ///< [K, n, T] how many of its events stand before each target
        torch::Tensor own; ///< [K, n, T, C], or none: candidates of each target
        torch::Tensor shared; ///< [K, n, 1, N], or none: candidates of all targets of a user
    };

    /// weights [K, wideWidth()]: logarithms, in eighths -> [K, n, T, C + N]
    torch::Tensor operator()(
        data::Domain domain, const torch::Tensor& weights, const Candidates& candidates) const;

private:
    CoOccurrence m_others;
    data::ItemId m_itemsInA;
    std::int64_t m_width;
};

} // namespace fedcctr::model
