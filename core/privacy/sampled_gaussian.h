// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

namespace fedcctr::privacy {

/// Renyi divergence of any real order > 1 of the Gaussian mechanism with Poisson sampling at `rate`, one
/// client added or removed (Mironov, Talwar, Zhang 2019): ln E[(1 - q + q exp((2x - 1)/(2 z^2)))^a] / (a - 1)
/// over x ~ N(0, z^2). `noise` is z = sigma / sensitivity. Relative precision 1e-9 for tiny and huge results
/// alike; infinity for z = 0, 0 for q = 0, a/(2 z^2) for q = 1.
double sampledGaussianRenyi(double order, double noise, double rate);

/// The same at several orders; the work they have in common is done once.
std::vector<double> sampledGaussianRenyi(std::span<const double> orders, double noise, double rate);

} // namespace fedcctr::privacy
