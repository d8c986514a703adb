// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/curveexport.h"

#include "widgets/curvecanvas.h"
#include "widgets/theme.h"

#include <QBuffer>
#include <QFileInfo>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>

#include <cmath>
#include <map>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

/// A canvas of its own, so that the one on the screen keeps its view.
std::unique_ptr<CurveCanvas> paperCanvas(const CurveContent& content, const PictureOptions& options)
{
    auto canvas = std::make_unique<CurveCanvas>(content);
    canvas->setPalette(themeColors(false).palette);
    canvas->setBufferDevicePixelRatio(1);
    canvas->resize(options.size);
    canvas->setViewport(QRect(QPoint(), options.size));
    canvas->rebuild();
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

QByteArray svgOf(const CurveContent& content, const PictureOptions& options)
{
    const auto canvas = paperCanvas(content, options);
    QBuffer buffer;
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(options.size);
    generator.setViewBox(QRect(QPoint(), options.size));
    generator.setTitle(content.title);
    generator.setDescription(content.origin);
    return paintVectors(*canvas, generator, options.size) ? buffer.data() : QByteArray();
}

QByteArray pdfOf(const CurveContent& content, const PictureOptions& options)
{
    const auto canvas = paperCanvas(content, options);
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter writer(&buffer);
        writer.setTitle(content.title);
        writer.setCreator(content.origin);
        constexpr double kPointsPerPixel = 72.0 / 96.0;
        writer.setPageSize(QPageSize(
            QSizeF(options.size) * kPointsPerPixel, QPageSize::Point, QString(), QPageSize::ExactMatch));
        writer.setPageMargins(QMarginsF());
        if (!paintVectors(*canvas, writer, options.size))
            return {};
    }
    return buffer.data();
}

QByteArray pngOf(const CurveContent& content, const PictureOptions& options)
{
    QImage image = picture(content, options);
    image.setText(u"Title"_s, content.title);
    image.setText(u"Source"_s, content.origin);
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    return image.save(&buffer, "PNG") ? buffer.data() : QByteArray();
}

QString save(const QString& path, const QByteArray& bytes)
{
    if (bytes.isEmpty())
        return QObject::tr("%1: the picture could not be drawn").arg(path);
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return QObject::tr("%1: cannot be written (%2); choose a writable place")
            .arg(path, file.errorString());
    return {};
}

QString quoted(QString text)
{
    if (!text.contains(u',') && !text.contains(u'"') && !text.contains(u'\n'))
        return text;
    return u'"' + text.replace(u'"', u"\"\""_s) + u'"';
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
    const QString suffix = QFileInfo(path).suffix().toLower();
    if (suffix == u"png")
        return save(path, pngOf(content, options));
    if (suffix == u"svg")
        return save(path, svgOf(content, options));
    if (suffix == u"pdf")
        return save(path, pdfOf(content, options));
    return QObject::tr("%1: unknown kind of picture; the name must end in .png, .svg or .pdf").arg(path);
}

QString writeCsv(const CurveContent& content, const QString& path)
{
    QStringList header{quoted(content.xLabel.isEmpty() ? u"x"_s : content.xLabel)};
    std::map<double, QStringList> rows;
    qsizetype width = 0;
    const auto addColumn = [&](const QString& name, const std::vector<double>& x,
                               const std::vector<double>& y) {
        header.append(quoted(name));
        for (std::size_t i = 0; i < x.size(); ++i) {
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
        addColumn(series.spec.name, series.x(), series.y());
        if (series.hasBand()) {
            addColumn(series.spec.name + u" low"_s, series.bandX(), series.low());
            addColumn(series.spec.name + u" high"_s, series.bandX(), series.high());
        }
    }
    QString text = content.origin.isEmpty() ? QString() : u"# "_s + content.origin + u'\n';
    text += header.join(u',') + u'\n';
    for (auto& [x, row] : rows) {
        while (row.size() < width)
            row.append(QString());
        text += number(x) + u',' + row.join(u',') + u'\n';
    }
    return save(path, text.toUtf8());
}

} // namespace fedcctr::widgets
