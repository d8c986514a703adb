// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/chart.h"
#include "widgets/charts/curvecontent.h"

#include <QImage>
#include <QRectF>
#include <QSize>

namespace fedcctr::widgets {

/// How a chart goes into a file.
struct PictureOptions {
    QSize size{720, 420}; ///< in pixels at 96 per inch
    double scale = 2; ///< PNG: pixels per pixel of `size`
    std::optional<QRectF> view; ///< the part to show; default: all
    bool dark = false; ///< the theme; paper is light
};

/// Draws into a PNG, SVG or PDF file, by the name's ending. The file appears whole or
/// not at all. Returns what went wrong, empty if nothing did.
QString writePicture(const CurveContent& content, const QString& path, const PictureOptions& options = {});

/// The picture as it would be written, for the clipboard.
QImage picture(const CurveContent& content, const PictureOptions& options = {});

/// One row per x and one column per series, as recorded: smoothing does not touch it. With a range only what
/// is drawn between these two x.
ChartTable tableOf(
    const CurveContent& content, const std::optional<std::pair<double, double>>& range = std::nullopt);

} // namespace fedcctr::widgets
