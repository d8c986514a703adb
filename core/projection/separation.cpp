// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/separation.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fedcctr::projection {

namespace {

constexpr std::array<std::pair<std::size_t, std::size_t>, 3> kPairs{{{0, 1}, {0, 2}, {1, 2}}};

double meanDistance(std::span<const double> point, const Matrix& group, bool own)
{
    double sum = 0;
    for (std::size_t j = 0; j < group.rows; ++j)
        sum += std::sqrt(squaredDistance(point, group.row(j)));
    return sum / static_cast<double>(own ? group.rows - 1 : group.rows);
}

double silhouetteOf(std::span<const double> point, std::size_t own, std::span<const Matrix> groups)
{
    if (groups[own].rows < 2)
        return 0;
    double other = std::numeric_limits<double>::infinity();
    for (std::size_t g = 0; g < groups.size(); ++g)
        if (g != own && groups[g].rows > 0)
            other = std::min(other, meanDistance(point, groups[g], false));
    const double inside = meanDistance(point, groups[own], true);
    const double larger = std::max(inside, other);
    return larger > 0 ? (other - inside) / larger : 0;
}

} // namespace

double silhouette(std::span<const Matrix> groups)
{
    if (std::ranges::count_if(groups, [](const Matrix& group) { return group.rows > 0; }) < 2)
        return std::numeric_limits<double>::quiet_NaN();
    double sum = 0;
    double points = 0;
    for (std::size_t g = 0; g < groups.size(); ++g)
        for (std::size_t i = 0; i < groups[g].rows; ++i) {
            sum += silhouetteOf(groups[g].row(i), g, groups);
            points += 1;
        }
    return sum / points;
}

Separation separation(const std::array<Matrix, 3>& representations)
{
    Separation result;
    result.silhouette = silhouette(representations);
    for (std::size_t p = 0; p < kPairs.size(); ++p) {
        const Matrix& x = representations[kPairs[p].first];
        const Matrix& y = representations[kPairs[p].second];
        for (std::size_t i = 0; i < x.rows; ++i)
            result.cosines[p] += cosine(x.row(i), y.row(i)) / static_cast<double>(x.rows);
        result.centroidDistances[p] = std::sqrt(squaredDistance(centroid(x), centroid(y)));
    }
    return result;
}

std::vector<std::pair<std::size_t, double>> nearest(const Matrix& points, std::size_t of, std::size_t count)
{
    std::vector<std::pair<std::size_t, double>> all;
    for (std::size_t i = 0; i < points.rows; ++i)
        if (i != of)
            all.emplace_back(i, cosine(points.row(of), points.row(i)));
    const auto kept = static_cast<std::ptrdiff_t>(std::min(count, all.size()));
    std::ranges::partial_sort(all, all.begin() + kept, [](const auto& x, const auto& y) {
        return x.second != y.second ? x.second > y.second : x.first < y.first;
    });
    all.resize(static_cast<std::size_t>(kept));
    return all;
}

} // namespace fedcctr::projection
