// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

namespace fedcctr::privacy {

/// One round's cost as the paper prints it (Eq. 27): ln(1 + rho^2 (exp((zeta-1) theta^2/sigma^2) - 1)) /
/// (zeta-1). In log space: finite for every sigma > 0 whose result is. `order` is zeta > 1, `rate` rho in [0,
/// 1]. Infinity for sigma = 0 and rate > 0. Not a valid Renyi cost above zeta = 2.
double paperEq27Cost(double clipNorm, double sigma, double rate, double order);

/// One round's cost as Appendix A prints it (Eq. 37-38): ln(1 + rho^2 (exp(2 alpha (alpha-1) theta^2/sigma^2)
/// - 1)) / (alpha-1), with the sensitivity 2 theta. Its sum becomes epsilon by `+ ln(1/delta)/(alpha-1)`
/// (Eq. 40, 43). `order` is alpha > 1.
double paperAppendixACost(double clipNorm, double sigma, double rate, double order);

/// The orders of the paper: 2, 4, 8, 16, 32, 64.
std::span<const double> paperOrders();

/// The orders over which Renyi bounds are minimised: 1.1 … 10.9 by 0.1, 11 … 63, then powers of two to 65536.
std::span<const double> renyiOrders();

struct EpsilonAtOrder {
    double epsilon = 0;
    double order = 0;
};

/// (epsilon, delta) from a Renyi curve, smallest over the orders: rdp + ln(1 - 1/a) - (ln delta + ln a)/(a -
/// 1), clamped at 0 (Canonne, Kamath, Steinke 2020, Prop. 12). The spans have equal length. A divergence of 0
/// is an epsilon of 0; delta 0 is an infinite one.
EpsilonAtOrder epsilonFromRenyi(std::span<const double> orders, std::span<const double> rdp, double delta);

/// The same by the older rule, rdp + ln(1/delta)/(a - 1) (Mironov 2017, Prop. 3; the paper's Eq. 40).
EpsilonAtOrder epsilonFromRenyiProp3(
    std::span<const double> orders, std::span<const double> rdp, double delta);

/// The least delta at which the curve gives epsilon by either rule: their inverses. 0 where it underflows or
/// where there is no divergence.
double deltaFromRenyi(std::span<const double> orders, std::span<const double> rdp, double epsilon);
double deltaFromRenyiProp3(std::span<const double> orders, std::span<const double> rdp, double epsilon);

/// The composed Gaussian mechanism is described by one number, `muSquared` = sum over releases of
/// (sensitivity/sigma_t)^2. Its Renyi curve is a * muSquared / 2, converted at the given orders.
EpsilonAtOrder gaussianRenyiEpsilon(
    double muSquared, double delta, std::span<const double> orders = renyiOrders());

/// The exact epsilon of the composed Gaussian mechanism at delta (Balle and Wang 2018): the root of
/// Phi(mu/2 - eps/mu) - e^eps Phi(-mu/2 - eps/mu) = delta.
double gaussianExactEpsilon(double muSquared, double delta);

/// delta(epsilon) of the composed Gaussian mechanism (Balle and Wang 2018), in log space.
double gaussianLogDelta(double muSquared, double epsilon);

/// exp of gaussianLogDelta; 0 where that underflows.
double gaussianDelta(double muSquared, double epsilon);

/// Natural logarithm of the standard normal distribution function, without underflow.
double logNormalCdf(double x);

/// The largest muSquared whose Renyi epsilon at delta stays within the budget; 0 if even the smallest does
/// not.
double gaussianRenyiBudget(double epsilon, double delta);

/// The largest muSquared whose exact epsilon at delta stays within the budget; 0 for delta 0.
double gaussianExactBudget(double epsilon, double delta);

} // namespace fedcctr::privacy
