// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/calibration.h"

#include <cstddef>
#include <functional>
#include <vector>

namespace fedcctr::privacy {

/// What one accountant says of a training that is broken off after each of some rounds.
struct SpendCurve {
    std::vector<double> rounds; ///< rising, from 1 to T; empty without rounds
    std::vector<double> epsilon; ///< after so many rounds, at the problem's delta
    double refused = 0; ///< first round (from 1) that the budget does not pay for; 0: it pays for all
    bool refusedExactly = true; ///< false: `refused` is read off the curve between two of its points
};

/// The curve of the problem's schedule under the accountant, at about `points` numbers of rounds. After t
/// rounds the client took part in ceil(participationsPerRound t) of them, or in at most shape.participations
/// if that is 0, and in those with the least noise. Where an account is no sum, decaying noise may be
/// interpolated between the points, to about 1 %; everything else is as spend() says. `cancelled` is asked
/// between the points of such an account; the curve then ends early. Throws as accountOf().
SpendCurve spendCurve(const CalibrationProblem& problem, const AccountantInfo& accountant, std::size_t points,
    const std::function<bool()>& cancelled = {});

} // namespace fedcctr::privacy
