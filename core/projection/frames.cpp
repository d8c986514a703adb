// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/frames.h"

#include "core/base/error.h"
#include "core/projection/pca.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fedcctr::projection {

void alignTo(const Matrix& fixed, Matrix& moving)
{
    if (fixed.rows != moving.rows || fixed.columns != 2 || moving.columns != 2)
        throw Error("frames of different points cannot be aligned");
    const std::vector<double> to = centroid(fixed);
    const std::vector<double> from = centroid(moving);
    double m[2][2] = {{0, 0}, {0, 0}}; // sum of moving_r fixed_c
    for (std::size_t i = 0; i < fixed.rows; ++i)
        for (std::size_t r = 0; r < 2; ++r)
            for (std::size_t c = 0; c < 2; ++c)
                m[r][c] += (moving.at(i, r) - from[r]) * (fixed.at(i, c) - to[c]);
    // The best turn, and the best turn after mirroring; in the plane both are known in closed form.
    const double turned = std::hypot(m[0][0] + m[1][1], m[0][1] - m[1][0]);
    const double mirrored = std::hypot(m[0][0] - m[1][1], m[0][1] + m[1][0]);
    const bool mirror = mirrored > turned;
    const double length = std::max(turned, mirrored);
    const double cosine = length > 0 ? (mirror ? m[0][0] - m[1][1] : m[0][0] + m[1][1]) / length : 1;
    const double sine = length > 0 ? (mirror ? m[0][1] + m[1][0] : m[0][1] - m[1][0]) / length : 0;
    for (std::size_t i = 0; i < moving.rows; ++i) {
        const double x = moving.at(i, 0) - from[0];
        const double y = (mirror ? -1 : 1) * (moving.at(i, 1) - from[1]);
        moving.at(i, 0) = cosine * x - sine * y + to[0];
        moving.at(i, 1) = sine * x + cosine * y + to[1];
    }
}

int laterIterations(int iterations)
{
    return std::min(iterations, std::max(100, iterations / 3));
}

std::vector<Matrix> alignedFrames(std::span<const Matrix> series, Projection method,
    const TsneOptions& options, int reportEvery, const std::function<void(const FrameProgress&)>& report,
    const std::stop_token& stop)
{
    std::vector<Matrix> frames;
    FrameProgress progress;
    progress.frames = series.size();
    for (std::size_t f = 0; f < series.size() && !stop.stop_requested(); ++f) {
        progress.frame = f;
        progress.iteration = 0;
        progress.iterations = 0;
        progress.divergence = std::numeric_limits<double>::quiet_NaN();
        progress.coordinates = nullptr;
        if (method == Projection::Pca) {
            frames.push_back(principalAxes(series[f], 2).project(series[f]));
        } else {
            TsneOptions own = options;
            std::optional<Matrix> from;
            if (f > 0) {
                own.iterations = laterIterations(options.iterations);
                from = frames.back();
            }
            report(progress);
            Tsne tsne(series[f], own, from, stop);
            progress.iterations = tsne.iterations();
            while (!tsne.isDone() && !stop.stop_requested()) {
                tsne.step();
                if (tsne.iteration() % reportEvery != 0 && !tsne.isDone())
                    continue;
                progress.iteration = tsne.iteration();
                progress.divergence = tsne.divergence();
                progress.coordinates = &tsne.coordinates();
                report(progress);
            }
            if (stop.stop_requested())
                break;
            frames.push_back(tsne.coordinates());
        }
        if (f > 0)
            alignTo(frames[f - 1], frames[f]);
        progress.coordinates = &frames.back();
        report(progress);
    }
    return frames;
}

} // namespace fedcctr::projection
