// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>

namespace fedcctr::privacy {

/// Where a falling function crosses 0: it is above 0 at `low`, not above at `high`.
struct Bracket {
    double low = 0;
    double lowValue = 0;
    double high = 0;
    double highValue = 0;

    double width() const { return high - low; }
};

/// The next point to try: by the secant, else by halving, and never an end itself, so that a root next to one
/// end brings the other end over. Every third step that did not quarter the bracket halves it.
class BracketSteps {
public:
    double next(const Bracket& bracket, double tolerance)
    {
        const double width = bracket.width();
        double x = bracket.low + width * bracket.lowValue / (bracket.lowValue - bracket.highValue);
        const bool look = ++m_step % 3 == 0;
        if (!std::isfinite(x) || (look && width > m_before / 4))
            x = bracket.low + width / 2;
        if (look || m_step == 1)
            m_before = width;
        const double inside = std::min(0.4 * tolerance, width / 4);
        return std::clamp(x, bracket.low + inside, bracket.high - inside);
    }

    /// Moves an end to x. The value at an end that stays twice counts half (Illinois).
    void move(Bracket& bracket, double x, double value)
    {
        const int side = value > 0 ? 1 : -1;
        if (side > 0) {
            bracket.low = x;
            bracket.lowValue = value;
            bracket.highValue *= side == m_side ? 0.5 : 1;
        } else {
            bracket.high = x;
            bracket.highValue = value;
            bracket.lowValue *= side == m_side ? 0.5 : 1;
        }
        m_side = side;
    }

private:
    int m_step = 0;
    int m_side = 0;
    double m_before = 0;
};

/// A point where the falling function is not above 0, at most `tolerance` right of one where it is.
template <typename Function> double crossing(Bracket bracket, double tolerance, Function falling)
{
    constexpr int kMostSteps = 400;
    BracketSteps steps;
    for (int step = 0; step < kMostSteps && bracket.width() > tolerance; ++step) {
        const double x = steps.next(bracket, tolerance);
        if (!(x > bracket.low && x < bracket.high))
            break;
        steps.move(bracket, x, falling(x));
    }
    return bracket.high;
}

/// The largest argument from 0 at which the rising function stays within the bound.
template <typename Function> double largestArgument(double bound, Function rising)
{
    double high = 1e-12;
    while (rising(high) <= bound && high < 1e300)
        high *= 4;
    double low = high == 1e-12 ? 0 : high / 4;
    for (int step = 0; step < 200 && high - low > 1e-15 * high; ++step) {
        const double middle = low + (high - low) / 2;
        (rising(middle) <= bound ? low : high) = middle;
    }
    return low;
}

} // namespace fedcctr::privacy
