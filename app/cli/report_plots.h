// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runs/run_reader.h"
#include "widgets/charts/curvecontent.h"

#include <functional>
#include <span>

namespace fedcctr::cli {

/// A chart of the report and the name of its files, without ending.
struct ReportPicture {
    std::string file;
    std::string run; ///< empty: of all runs
    std::string title;
    /// Into a PNG, SVG or PDF file, by the path's ending; gives what went wrong, empty if nothing did.
    std::function<QString(const QString& path)> write;
};

ReportPicture curvePicture(std::string file, std::string run, widgets::CurveContent content);

/// ndcg, loss, budget, noise and signal of a run, as far as it recorded them. `alone` leaves the run's name
/// out of the files' names.
std::vector<ReportPicture> runPictures(const runs::RunRecord& run, bool alone);

/// NDCG@10 of all runs in one chart.
ReportPicture comparison(std::span<const runs::RunRecord> runs);

/// Writes the picture as PNG, SVG and PDF. Throws Error if a file cannot be written.
void writePictureFiles(const ReportPicture& picture, const std::filesystem::path& directory);

} // namespace fedcctr::cli
