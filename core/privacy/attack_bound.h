// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/audit.h"

#include <cstddef>
#include <vector>

namespace fedcctr::privacy {

/// How sure an attacker can become at most who thought it even odds: e^epsilon / (1 + e^epsilon), but for an
/// event of probability delta.
double posteriorBound(double epsilon);

/// How often the best attack guesses right which of two equally likely neighbours was used, by the total
/// variation distance of what it sees: (1 + delta(0)) / 2, where delta(0) is the (epsilon, delta) curve at
/// epsilon 0.
double guessAtDistance(double deltaAtZero);

/// The same of the composed Gaussian mechanism, exactly: Phi(mu / 2).
double gaussianGuess(double mu);

/// The same at most, of whatever is (epsilon, delta)-private: (e^epsilon + delta) / (1 + e^epsilon) (Kairouz,
/// Oh, Viswanath 2015).
double guessBound(double epsilon, double delta);

/// The best true-positive rate of any attack at this false-positive rate under (epsilon, delta):
/// min(1, e^epsilon f + delta, 1 - e^-epsilon (1 - delta - f)) (Wasserman and Zhou 2010; Kairouz, Oh,
/// Viswanath 2015). f in [0, 1].
double truePositiveBound(double epsilon, double delta, double falsePositive);

/// That bound as a curve from (0, delta) to (1, 1), at its corners and at `points` rates between.
std::vector<RocPoint> rocBound(double epsilon, double delta, std::size_t points);

/// The best attack on the composed Gaussian mechanism, exactly (Dong, Roth, Su 2022): true positives
/// 1 - Phi(Phi^-1(1 - f) - mu) against false positives f; from (0, 0) to (1, 1), with `points` between.
std::vector<RocPoint> gaussianRoc(double mu, std::size_t points);

} // namespace fedcctr::privacy
