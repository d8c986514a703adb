// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/guarantee.h"

#include <functional>

namespace fedcctr::privacy {

/// What stays the same while one number is solved for: `plan` without its rounds.
struct CalibrationProblem {
    TrainingPlan plan;
    ScheduleShape shape;
    std::string accountant = "rdp"; ///< the name of one in accountants()
    std::optional<double> order;
    double epsilon = 1;
    double delta = 1e-5;
    /// Participations grow with the rounds in this proportion when rounds are solved for; 0: they stay.
    double participationsPerRound = 0;
    /// Called before each question to the accountant; what it throws ends the search.
    std::function<void()> interrupt = {};
};

/// Epsilon of the problem's schedule at its delta.
double solveEpsilon(const CalibrationProblem& problem);

/// Smallest sigma_0 (in clip norms) whose epsilon stays within the budget, to 1e-9 relative from above.
/// Throws Error if none in [1e-6, 1e12] does.
double solveSigma0(const CalibrationProblem& problem);

/// Largest number of rounds whose epsilon stays within the budget, at most `most`; 0 if even one is too many.
double solveRounds(const CalibrationProblem& problem, double most = 1e6);

/// Smallest delta at which epsilon is met; 0 if it underflows. Throws Error where the rule has none.
double solveDelta(const CalibrationProblem& problem);

} // namespace fedcctr::privacy
