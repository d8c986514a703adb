// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/loaded_run.h"
#include "core/projection/frames.h"
#include "core/projection/separation.h"
#include "core/training/embed.h"

#include <nlohmann/json_fwd.hpp>

namespace fedcctr::engine {

/// One checkpoint's pictures.
struct EmbedFrame {
    int round = 0;
    std::array<projection::Matrix, 3> vectors; ///< h^A, h^B, h^M, a row per user
    projection::Separation numbers;
    projection::Matrix coordinates; ///< [3 users, 2]: all h^A, then h^B, then h^M; empty without a projection
};

/// What `fedcctr embed` writes.
struct EmbedDocument {
    std::uint64_t seed = 1;
    std::string method; ///< "tsne", "pca" or "none"
    projection::TsneOptions tsne;
    std::vector<std::int32_t> users;
    std::vector<EmbedFrame> frames; ///< by round
    std::vector<std::array<std::vector<training::Recommendation>, 2>> recommended; ///< of the last frame
    projection::Matrix items; ///< of the last frame; empty unless asked for
    projection::Matrix itemCoordinates;
};

/// The rounds whose parameters a run can show, rising: before training, snapshots, best and last.
std::vector<int> roundsOf(const LoadedRun& loaded);

nlohmann::json toJson(const EmbedDocument& document, const LoadedRun& loaded);

/// A line per point: round, user, representation, x, y and the vector.
std::string toCsv(const EmbedDocument& document, const LoadedRun& loaded);

} // namespace fedcctr::engine
