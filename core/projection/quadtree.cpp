// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/quadtree.h"

#include <algorithm>

namespace fedcctr::projection {

QuadTree::QuadTree(const Matrix& points)
{
    double least[2] = {0, 0};
    double most[2] = {0, 0};
    for (std::size_t i = 0; i < points.rows; ++i)
        for (std::size_t c = 0; c < 2; ++c) {
            least[c] = i == 0 ? points.at(i, c) : std::min(least[c], points.at(i, c));
            most[c] = i == 0 ? points.at(i, c) : std::max(most[c], points.at(i, c));
        }
    Node root;
    root.centreX = (least[0] + most[0]) / 2;
    root.centreY = (least[1] + most[1]) / 2;
    root.half = std::max({(most[0] - least[0]) / 2, (most[1] - least[1]) / 2, 1e-12}) * 1.0001;
    m_nodes.reserve(points.rows * 3);
    m_nodes.push_back(root);
    for (std::size_t i = 0; i < points.rows; ++i)
        insert(points.at(i, 0), points.at(i, 1));
}

std::size_t QuadTree::childOf(std::size_t node, double x, double y) const
{
    const Node& parent = m_nodes[node];
    return static_cast<std::size_t>(parent.firstChild) + (x > parent.centreX ? 1U : 0U)
        + (y > parent.centreY ? 2U : 0U);
}

void QuadTree::split(std::size_t node)
{
    const Node parent = m_nodes[node];
    m_nodes[node].firstChild = static_cast<std::int32_t>(m_nodes.size());
    for (unsigned quadrant = 0; quadrant < 4; ++quadrant) {
        Node child;
        child.half = parent.half / 2;
        child.centreX = parent.centreX + ((quadrant & 1U) != 0 ? child.half : -child.half);
        child.centreY = parent.centreY + ((quadrant & 2U) != 0 ? child.half : -child.half);
        m_nodes.push_back(child);
    }
    // All points of a leaf lie at one place.
    Node& heir = m_nodes[childOf(node, parent.leafX, parent.leafY)];
    heir.count = parent.count;
    heir.meanX = heir.leafX = parent.leafX;
    heir.meanY = heir.leafY = parent.leafY;
}

void QuadTree::insert(double x, double y)
{
    constexpr double kSmallestHalf = 1e-14; // below it, points share a leaf
    std::size_t node = 0;
    for (;;) {
        const bool leaf = m_nodes[node].firstChild < 0;
        const bool holdsOther = leaf && m_nodes[node].count > 0
            && (m_nodes[node].leafX != x || m_nodes[node].leafY != y) && m_nodes[node].half > kSmallestHalf;
        if (holdsOther)
            split(node);
        Node& here = m_nodes[node];
        here.meanX += (x - here.meanX) / (here.count + 1);
        here.meanY += (y - here.meanY) / (here.count + 1);
        here.count += 1;
        if (here.firstChild < 0) {
            here.leafX = x;
            here.leafY = y;
            return;
        }
        node = childOf(node, x, y);
    }
}

QuadTree::Force QuadTree::repulsion(double x, double y, double theta) const
{
    Force force;
    std::array<std::size_t, 256> waiting{};
    std::size_t count = 0;
    waiting[count++] = 0;
    while (count > 0) {
        const Node& node = m_nodes[waiting[--count]];
        if (node.count == 0)
            continue;
        const double dx = x - node.meanX;
        const double dy = y - node.meanY;
        const double squared = dx * dx + dy * dy;
        const double side = 2 * node.half;
        if (node.firstChild >= 0 && (side * side >= theta * theta * squared)) {
            for (std::size_t k = 0; k < 4; ++k)
                waiting[count++] = static_cast<std::size_t>(node.firstChild) + k;
            continue;
        }
        const double w = 1 / (1 + squared);
        force.weight += node.count * w;
        force.sum[0] += node.count * w * w * dx;
        force.sum[1] += node.count * w * w * dy;
    }
    force.weight -= 1; // the point itself, at distance 0
    return force;
}

} // namespace fedcctr::projection
