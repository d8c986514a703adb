// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/matrix.h"

#include <array>
#include <cstdint>

namespace fedcctr::projection {

/// Points of a plane in nested squares: far ones act as one (Barnes & Hut 1986).
class QuadTree {
public:
    explicit QuadTree(const Matrix& points);

    /// Repulsion on a point that is one of the tree's, with w = 1 / (1 + d²): the sums over the other points
    /// of w² (y - y_j) and of w. A square counts as one point where its side is below `theta` times its
    /// distance; 0 is exact.
    struct Force {
        std::array<double, 2> sum{};
        double weight = 0;
    };
    Force repulsion(double x, double y, double theta) const;

private:
    struct Node {
        double centreX = 0;
        double centreY = 0;
        double half = 0; ///< of the side
        double meanX = 0;
        double meanY = 0;
        double count = 0;
        std::int32_t firstChild = -1; ///< four in a row; -1: a leaf
        double leafX = 0;
        double leafY = 0;
    };

    void insert(double x, double y);
    void split(std::size_t node);
    std::size_t childOf(std::size_t node, double x, double y) const;

    std::vector<Node> m_nodes;
};

} // namespace fedcctr::projection
