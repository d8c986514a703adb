// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/pictureexport.h"

#include "widgets/savefile.h"

#include <QBuffer>
#include <QFileInfo>
#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPdfWriter>
#include <QSvgGenerator>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

constexpr int kDotsPerInch = 96;

QByteArray svgOf(const PictureFile& file, const DrawOnDevice& draw)
{
    QBuffer buffer;
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(kDotsPerInch);
    generator.setSize(file.size);
    generator.setViewBox(QRect(QPoint(), file.size));
    generator.setTitle(file.title);
    generator.setDescription(file.origin);
    return draw(generator) ? buffer.data() : QByteArray();
}

QByteArray pdfOf(const PictureFile& file, const DrawOnDevice& draw)
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter writer(&buffer);
        // The coordinates are real numbers at any resolution; at this one texts have their size in points.
        writer.setResolution(kDotsPerInch);
        writer.setTitle(file.title);
        writer.setCreator(file.origin);
        constexpr double kPointsPerPixel = 72.0 / 96.0;
        writer.setPageSize(QPageSize(
            QSizeF(file.size) * kPointsPerPixel, QPageSize::Point, QString(), QPageSize::ExactMatch));
        writer.setPageMargins(QMarginsF());
        if (!draw(writer))
            return {};
    }
    return buffer.data();
}

QByteArray pngOf(const PictureFile& file, const DrawOnDevice& draw)
{
    QImage image = drawImage(file, draw);
    image.setDotsPerMeterX(qRound(kDotsPerInch * file.scale / 0.0254));
    image.setDotsPerMeterY(image.dotsPerMeterX());
    image.setText(u"Title"_s, file.title);
    image.setText(u"Source"_s, file.origin);
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    return !image.isNull() && image.save(&buffer, "PNG") ? buffer.data() : QByteArray();
}

QString save(const QString& path, const QByteArray& bytes)
{
    const QString reason = saveFile(path, bytes);
    return reason.isEmpty()
        ? QString()
        : QObject::tr("%1: cannot be written (%2); free some space or choose another place")
              .arg(path, reason);
}

QString quoted(QString text)
{
    if (!text.contains(u',') && !text.contains(u'"') && !text.contains(u'\n') && !text.contains(u'\r'))
        return text;
    return u'"' + text.replace(u'"', u"\"\""_s) + u'"';
}

QString csvLine(const QStringList& cells)
{
    QStringList quotedCells;
    for (const QString& cell : cells)
        quotedCells.append(quoted(cell));
    return quotedCells.join(u',') + u'\n';
}

QByteArray csvOf(const QString& origin, const ChartTable& table)
{
    QString text = origin.isEmpty() ? QString() : u"# "_s + origin + u'\n';
    text += csvLine(table.columns);
    for (const QStringList& row : table.rows)
        text += csvLine(row);
    return text.toUtf8();
}

QJsonValue jsonValue(const QString& cell)
{
    if (cell.isEmpty())
        return QJsonValue::Null;
    bool isNumber = false;
    const double number = QLocale::c().toDouble(cell, &isNumber);
    return isNumber ? QJsonValue(number) : QJsonValue(cell);
}

QByteArray jsonOf(const QString& origin, const ChartTable& table)
{
    QJsonArray rows;
    for (const QStringList& row : table.rows) {
        QJsonObject object;
        for (qsizetype i = 0; i < std::min(row.size(), table.columns.size()); ++i)
            object[table.columns[i]] = jsonValue(row[i]);
        rows.append(object);
    }
    return QJsonDocument(QJsonObject{{u"source"_s, origin}, {u"rows"_s, rows}}).toJson();
}

} // namespace

QImage drawImage(const PictureFile& file, const DrawOnDevice& draw)
{
    QImage image((QSizeF(file.size) * file.scale).toSize(), QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(file.scale);
    image.fill(Qt::white);
    return draw(image) ? image : QImage();
}

QString writePictureFile(const QString& path, const PictureFile& file, const DrawOnDevice& draw)
{
    const QString suffix = QFileInfo(path).suffix().toLower();
    QByteArray bytes;
    if (suffix == u"png")
        bytes = pngOf(file, draw);
    else if (suffix == u"svg")
        bytes = svgOf(file, draw);
    else if (suffix == u"pdf")
        bytes = pdfOf(file, draw);
    else
        return QObject::tr("%1: unknown kind of picture; the name must end in .png, .svg or .pdf").arg(path);
    if (bytes.isEmpty())
        return QObject::tr("%1: the picture could not be drawn").arg(path);
    return save(path, bytes);
}

QString writeTableFile(const QString& path, const QString& origin, const ChartTable& table)
{
    const QString suffix = QFileInfo(path).suffix().toLower();
    if (suffix == u"csv")
        return save(path, csvOf(origin, table));
    if (suffix == u"json")
        return save(path, jsonOf(origin, table));
    return QObject::tr("%1: unknown kind of table; the name must end in .csv or .json").arg(path);
}

} // namespace fedcctr::widgets
