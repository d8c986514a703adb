// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

namespace fedcctr::privacy {

/// Renyi divergence of the Gaussian mechanism on a sample without replacement of the share `rate`, one client
/// replaced (Wang, Balle, Kasiviswanathan 2019, Theorem 27; beyond order 256 without its difference term). An
/// upper bound at whole orders; between them (a - 1) rdp(a) is interpolated, which is one too since it is
/// convex. At rate 1, where everybody takes part, the Gaussian's own a/(2 z^2). `noise` is z = sigma /
/// sensitivity with the sensitivity 2 theta of a replacement.
double withoutReplacementRenyi(double order, double noise, double rate);

/// The same at several orders; the work they have in common is done once.
std::vector<double> withoutReplacementRenyi(std::span<const double> orders, double noise, double rate);

} // namespace fedcctr::privacy
