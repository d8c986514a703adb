// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/curveexport.h"

#include "widgets/charts/curvecanvas.h"
#include "widgets/charts/pictureexport.h"
#include "widgets/theme.h"

#include <cmath>
#include <map>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

/// A canvas of its own, so that the one on the screen keeps its view.
std::unique_ptr<CurveCanvas> paperCanvas(const CurveContent& content, const PictureOptions& options)
{
    auto canvas = std::make_unique<CurveCanvas>(content);
    canvas->setPalette(themeColors(options.dark).palette);
    canvas->setMarkersAsShapes(true);
    canvas->setBufferDevicePixelRatio(1);
    canvas->resize(options.size);
    canvas->setViewport(QRect(QPoint(), options.size));
    canvas->outdate();
    canvas->setPictureTitle(content.title);
    canvas->fit();
    if (options.view) {
        canvas->xAxis->setRange(options.view->left(), options.view->right());
        canvas->yAxis->setRange(options.view->top(), options.view->bottom());
    }
    canvas->redraw();
    return canvas;
}

/// A page of vectors: everything at its natural width, nothing cached as pixels.
bool paintVectors(CurveCanvas& canvas, QPaintDevice& device, const QSize& size)
{
    QCPPainter painter;
    if (!painter.begin(&device))
        return false;
    painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    painter.setMode(QCPPainter::pmNonCosmetic);
    painter.setWindow(QRect(QPoint(), size));
    canvas.toPainter(&painter, size.width(), size.height());
    return painter.end();
}

QString number(double value)
{
    return std::isfinite(value) ? QString::number(value, 'g', QLocale::FloatingPointShortest) : QString();
}

} // namespace

QImage picture(const CurveContent& content, const PictureOptions& options)
{
    const auto canvas = paperCanvas(content, options);
    return canvas->toPixmap(options.size.width(), options.size.height(), options.scale).toImage();
}

QString writePicture(const CurveContent& content, const QString& path, const PictureOptions& options)
{
    const PictureFile file{content.title, content.origin, options.size, options.scale};
    return writePictureFile(path, file, [&](QPaintDevice& device) {
        const auto canvas = paperCanvas(content, options);
        if (device.devType() == QInternal::Image) {
            QPainter painter(&device);
            // The pixmap counts device pixels, the painter those of the picture.
            painter.drawPixmap(QRect(QPoint(), options.size),
                canvas->toPixmap(options.size.width(), options.size.height(), options.scale));
            return painter.end();
        }
        return paintVectors(*canvas, device, options.size);
    });
}

ChartTable tableOf(const CurveContent& content, const std::optional<std::pair<double, double>>& range)
{
    ChartTable table;
    table.columns.append(content.xLabel.isEmpty() ? u"x"_s : content.xLabel);
    std::map<double, QStringList> rows;
    qsizetype width = 0;
    const auto addColumn = [&](const QString& name, const std::vector<double>& x,
                               const std::vector<double>& drawnX, const std::vector<double>& y) {
        table.columns.append(name);
        for (std::size_t i = 0; i < x.size(); ++i) {
            const bool inRange =
                !range || (i < drawnX.size() && drawnX[i] >= range->first && drawnX[i] <= range->second);
            if (!inRange)
                continue;
            QStringList& row = rows[x[i]];
            while (row.size() < width)
                row.append(QString());
            // Of several values at one x the last one counts.
            if (row.size() > width)
                row.removeLast();
            row.append(number(y[i]));
        }
        ++width;
    };
    for (const CurveSeries& series : content.series) {
        addColumn(series.spec.name, series.x(), series.drawnX(), series.y());
        if (series.hasBand()) {
            addColumn(series.spec.name + u" low"_s, series.bandX(), series.drawnBandX(), series.low());
            addColumn(series.spec.name + u" high"_s, series.bandX(), series.drawnBandX(), series.high());
        }
    }
    for (auto& [x, row] : rows) {
        while (row.size() < width)
            row.append(QString());
        table.rows.append(QStringList{number(x)} + row);
    }
    return table;
}

} // namespace fedcctr::widgets
