// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/chart.h"

#include <QByteArray>

#include <functional>

class QPaintDevice;

namespace fedcctr::widgets {

/// How a picture goes into a file, and what is written beside it into the file's metadata.
struct PictureFile {
    QString title;
    QString origin;
    QSize size{720, 420}; ///< in pixels at 96 per inch
    double scale = 2; ///< PNG: pixels per pixel of `size`
};

/// Draws on a device whose logical size is PictureFile::size; false if it could not.
using DrawOnDevice = std::function<bool(QPaintDevice&)>;

/// Writes PNG, SVG or PDF by the name's ending; `draw` gets vectors (SVG, PDF) or an image at `scale`. The
/// file appears whole or not at all. Returns what went wrong, empty if nothing did.
QString writePictureFile(const QString& path, const PictureFile& file, const DrawOnDevice& draw);

/// The image that a PNG would hold.
QImage drawImage(const PictureFile& file, const DrawOnDevice& draw);

/// CSV (with the origin as a comment line) or JSON, by the name's ending. Errors as above.
QString writeTableFile(const QString& path, const QString& origin, const ChartTable& table);

} // namespace fedcctr::widgets
