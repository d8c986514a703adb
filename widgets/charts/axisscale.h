// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <vector>

namespace fedcctr::widgets {

/// One axis of a picture: from values to shares of the axis' length, and where its ticks are.
struct AxisScale {
    double least = 0;
    double most = 1;
    bool logarithmic = false; ///< then least must be positive

    /// 0 at `least`, 1 at `most`; beyond that outside [0, 1].
    double share(double value) const;

    /// Round values (1, 2 or 5 times a power of ten; powers of ten where logarithmic), about `wished` of
    /// them.
    std::vector<double> ticks(int wished) const;
};

/// A scale from 0 to a round value at or above `most`; whole ticks where `whole`.
AxisScale scaleFromZero(double most, int wishedTicks);

/// The powers of ten around [least, most], which must be positive.
AxisScale powersAround(double least, double most);

/// Short, in the person's locale: 1,200 or 0.25 or 10⁶.
QString tickText(double value);

} // namespace fedcctr::widgets
