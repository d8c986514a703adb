// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/tsne.h"

namespace fedcctr::projection {

enum class Projection : std::uint8_t { Tsne, Pca };

/// Moves, turns and if need be mirrors plane points so that the sum of squared distances to `fixed` is least
/// (orthogonal Procrustes, Schönemann 1966). Sizes stay.
void alignTo(const Matrix& fixed, Matrix& moving);

/// How far a projection of several pictures of the same points has come.
struct FrameProgress {
    std::size_t frame = 0;
    std::size_t frames = 0;
    int iteration = 0; ///< 0: the affinities are under way, or PCA
    int iterations = 0;
    double divergence = 0; ///< KL; NaN where it is none of t-SNE's
    const Matrix* coordinates = nullptr; ///< as they stand; null while the affinities are under way
};

/// Coordinates of a series of point sets, one per checkpoint and with the same points in the same order, that
/// move without jumps: the first frame is computed afresh, each later one starts from its predecessor's
/// coordinates (t-SNE) and is aligned to them.
///
/// `report` is called after each `reportEvery`-th iteration and at each frame's end; it may block, which
/// pauses. Returns the finished frames only once `stop` is requested.
std::vector<Matrix> alignedFrames(std::span<const Matrix> series, Projection method,
    const TsneOptions& options, int reportEvery, const std::function<void(const FrameProgress&)>& report,
    const std::stop_token& stop);

/// Iterations of a frame that starts from its predecessor: a third of the first one's, 100 at least.
int laterIterations(int iterations);

} // namespace fedcctr::projection
