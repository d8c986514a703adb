// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace fedcctr::privacy {

/// Probabilities of the privacy losses step * first, step * (first + 1), … of one round, repeated `rounds`
/// times.
struct LossMasses {
    long first = 0;
    std::vector<double> mass;
    std::vector<double> other; ///< mass e^-loss: what the other of the two distributions has there
    double infinite = 0; ///< mass at an infinite loss
    double rounds = 1;

    long last() const { return first + static_cast<long>(mass.size()) - 1; }
};

/// Puts the privacy loss L = ln(1 - q + q exp(u/z - 1/(2 z^2))) of the Poisson-sampled Gaussian mechanism on
/// a grid. A mass between two grid points goes to both of them so that its probability stays the same under
/// either of the two output distributions. This keeps the hockey-stick curve on the grid and bounds it from
/// above between.
class LossGrid {
public:
    /// `reach`: standard deviations of the noise beyond which probabilities do not matter. `leastNoise`: the
    /// lowest noise that masses() will be asked for. The rate is above 0.
    LossGrid(double step, double rate, double reach, double leastNoise);

    double step() const { return m_step; }

    /// The loss with the client there against without, seen where it is there ("remove"). The rate is above
    /// 0.
    LossMasses masses(double noise, double rounds);

    /// The same pair of distributions with their roles changed ("add").
    LossMasses reversed(const LossMasses& masses) const;

    /// Grid points that masses() would fill.
    double cells(double noise) const;

private:
    struct Node {
        double log = 0; ///< ln((e^L - 1 + q)/q), so that u = z log + 1/(2 z)
        double loss = 0;
        double ratio = 0; ///< e^L / (e^L - 1 + q)
    };

    struct Shares {
        double left = 0;
        double right = 0;
        double otherLeft = 0;
        double otherRight = 0;
    };

    double loss(double u, double noise) const;
    double logOdds(double loss) const;
    double lowest(double noise) const;
    double highest(double noise) const;
    void extendTo(long cell);
    Shares sharesAt(double above) const;
    static void deposit(LossMasses& masses, long cell, const Shares& shares, double mass, double other);
    void depositPanels(LossMasses& masses, long cell, double from, double to, double noise) const;
    void depositCell(LossMasses& masses, long cell, double noise) const;
    void depositAbove(LossMasses& masses, double noise) const;

    double m_step;
    double m_rate;
    double m_reach;
    std::array<Shares, 3> m_shares; ///< of the points of a cell
    long m_firstCell = 0; ///< of m_nodes and m_edges: cells are named by their upper grid point
    std::vector<Node> m_nodes; ///< three a cell
    std::vector<double> m_edges; ///< logOdds at the upper grid point of each cell
};

} // namespace fedcctr::privacy
