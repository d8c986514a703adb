// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/lab/labhandout.h"

#include "widgets/charts/curveplot.h"
#include "widgets/charts/pictureexport.h"

#include <QFileInfo>
#include <QObject>
#include <QPainter>
#include <QSvgRenderer>
#include <QTemporaryDir>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

/// A4 at 96 pixels per inch.
constexpr QSize kPage(794, 1123);
constexpr int kMargin = 40;
constexpr int kColumnGap = 12;
constexpr int kKnobColumns = 3;
constexpr int kChartColumns = 2;
constexpr int kSmall = 9; ///< pixel sizes of the text
constexpr int kNormal = 11;
constexpr int kHeading = 19;

/// Draws from the top of the page down.
class Sheet {
public:
    explicit Sheet(QPainter& painter)
        : m_painter(painter)
    {
        m_painter.setWindow(QRect(QPoint(), kPage));
        m_painter.setPen(Qt::black);
    }

    int top() const { return m_top; }
    static constexpr int width() { return kPage.width() - 2 * kMargin; }

    void text(const QString& text, int pixels, bool bold = false)
    {
        setFont(pixels, bold);
        QRect used;
        m_painter.drawText(QRect(kMargin, m_top, width(), kPage.height()), Qt::TextWordWrap, text, &used);
        m_top += used.height() + 3;
    }

    void columns(const QStringList& lines)
    {
        setFont(kSmall, false);
        const int line = m_painter.fontMetrics().height() + 1;
        const auto rows = (lines.size() + kKnobColumns - 1) / kKnobColumns;
        const int room = width() / kKnobColumns;
        for (qsizetype i = 0; i < lines.size(); ++i) {
            const QRect cell(kMargin + static_cast<int>(i / rows) * room,
                m_top + static_cast<int>(i % rows) * line, room - 4, line);
            m_painter.drawText(cell, Qt::AlignLeft | Qt::AlignVCenter,
                m_painter.fontMetrics().elidedText(lines[i], Qt::ElideRight, cell.width()));
        }
        m_top += static_cast<int>(rows) * line + 6;
    }

    void move(int pixels) { m_top += pixels; }

private:
    void setFont(int pixels, bool bold)
    {
        QFont font = m_painter.font();
        font.setPixelSize(pixels);
        font.setBold(bold);
        m_painter.setFont(font);
    }

    QPainter& m_painter;
    int m_top = kMargin;
};

/// Height of the accountants' text at the bottom.
int heightOf(const QStringList& lines, QPainter& painter)
{
    QFont font = painter.font();
    font.setPixelSize(kSmall);
    painter.setFont(font);
    int height = 0;
    for (const QString& line : lines)
        height +=
            painter.boundingRect(QRect(kMargin, 0, Sheet::width(), kPage.height()), Qt::TextWordWrap, line)
                .height()
            + 3;
    return height;
}

/// The charts in two columns, as vectors.
QString drawCharts(QPainter& painter, const QList<const widgets::Chart*>& charts, const QRect& room)
{
    const QTemporaryDir folder;
    if (!folder.isValid())
        return QObject::tr("%1: no temporary files can be made there").arg(folder.path());
    const int rows = static_cast<int>((charts.size() + kChartColumns - 1) / kChartColumns);
    const QSize cell((room.width() - kColumnGap) / kChartColumns, room.height() / std::max(1, rows) - 6);
    for (qsizetype i = 0; i < charts.size(); ++i) {
        const QString path = folder.filePath(u"%1.svg"_s.arg(i));
        // Drawn larger and shrunk, so that labels have the size of the page's small text.
        const QSize drawn = cell * 1.35;
        // A line chart with everything in view: one that was not seen yet has no view of its own.
        const auto* curves = qobject_cast<const widgets::CurvePlot*>(charts[i]);
        const QString failure =
            curves ? curves->renderToFile(path, drawn, 1) : charts[i]->writePicture(path, drawn, 1);
        if (!failure.isEmpty())
            return failure;
        QSvgRenderer picture(path);
        const int column = static_cast<int>(i % kChartColumns);
        const int row = static_cast<int>(i / kChartColumns);
        picture.render(&painter,
            QRectF(room.left() + column * (cell.width() + kColumnGap), room.top() + row * (cell.height() + 6),
                cell.width(), cell.height()));
    }
    return {};
}

} // namespace

QString writeHandoutFile(const QString& path, const LabHandout& handout)
{
    if (QFileInfo(path).suffix().toLower() != u"pdf")
        return QObject::tr("%1: a hand-out is a PDF; the name must end in .pdf").arg(path);
    QString chartFailure;
    const QString failure =
        widgets::writePictureFile(path, {handout.title, handout.origin, kPage, 1}, [&](QPaintDevice& device) {
            QPainter painter;
            if (!painter.begin(&device))
                return false;
            Sheet sheet(painter);
            sheet.text(handout.title, kHeading, true);
            for (qsizetype i = 0; i < handout.text.size(); ++i)
                sheet.text(handout.text[i], kNormal, i == 0);
            sheet.move(4);
            sheet.columns(handout.knobs);
            const int bottom = heightOf(handout.accountants, painter) + 2 * kSmall;
            const QRect room(
                kMargin, sheet.top(), Sheet::width(), kPage.height() - kMargin - bottom - sheet.top());
            chartFailure = drawCharts(painter, handout.charts, room);
            sheet.move(room.height());
            for (const QString& line : handout.accountants)
                sheet.text(line, kSmall);
            sheet.text(handout.origin, kSmall);
            return painter.end() && chartFailure.isEmpty();
        });
    return chartFailure.isEmpty() ? failure : chartFailure;
}

} // namespace fedcctr::studio
