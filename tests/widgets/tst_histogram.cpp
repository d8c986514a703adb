// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/histogram.h"
#include "widgets/emptystate.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <memory>

using namespace fedcctr::widgets;
using namespace Qt::StringLiterals;

namespace {

void fill(Histogram& chart)
{
    chart.setTitle(u"Sequence length"_s);
    chart.setAxes(u"interactions"_s, u"users"_s);
    chart.setBars({u"1-4"_s, u"5-9"_s, u"10-19"_s, u"20+"_s},
        {{u"Food"_s, {120, 1830, 640, 3}}, {u"Kitchen"_s, {410, 1210, 220, 1}}});
}

/// Pixels of exactly this colour; fills have no smoothed inside.
int pixelsOf(const QImage& image, const QColor& color)
{
    int count = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            count += image.pixelColor(x, y) == color ? 1 : 0;
    return count;
}

/// Where FEDCCTR_SCREENSHOTS says, for looking at them.
void keepPicture(QWidget& widget, const QString& name)
{
    const QString folder = qEnvironmentVariable("FEDCCTR_SCREENSHOTS");
    if (!folder.isEmpty())
        QVERIFY(widget.grab().save(folder + u'/' + name + u".png"_s));
}

} // namespace

class TestHistogram : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void scalesAreRound()
    {
        QCOMPARE(scaleFromZero(1830, 5).most, 2000.0);
        QCOMPARE(scaleFromZero(0, 5).most, 1.0);
        QCOMPARE(scaleFromZero(7, 7).ticks(7).size(), std::size_t(8));
        const AxisScale powers = powersAround(3, 4500);
        QCOMPARE(powers.least, 1.0);
        QCOMPARE(powers.most, 10000.0);
        QVERIFY(std::abs(powers.share(100) - 0.5) < 1e-12);
        QCOMPARE(powers.ticks(10).size(), std::size_t(5));
        QVERIFY(powers.ticks(2).size() <= 3);
        QCOMPARE(powersAround(1, 1).most, 10.0);
        QCOMPARE(tickText(1e6), u"10⁶"_s);
        QCOMPARE(tickText(2e-5), u"2·10⁻⁵"_s);
    }

    void barsAreAsHighAsTheirValues()
    {
        Histogram chart(u"plot_test"_s);
        chart.setBars({u"a"_s, u"b"_s}, {{u"users"_s, {100, 50}}});
        chart.resize(420, 320);
        chart.show();
        const auto* canvas = chart.findChild<QWidget*>(u"plot_test_canvas"_s);
        QTRY_VERIFY(canvas->width() > 300);
        const QImage image = chart.grab().toImage();
        const QColor color = themeColors(chart.palette()).series[0];
        const auto height = [&](double share) {
            int count = 0;
            for (int y = 0; y < image.height(); ++y)
                count += image.pixelColor(qRound(share * image.width()), y) == color ? 1 : 0;
            return count;
        };
        const int first = height(0.35);
        QVERIFY(first > 100);
        QVERIFY2(std::abs(first - 2 * height(0.75)) <= 6, qPrintable(QString::number(height(0.75))));
    }

    void readsOutByPointerAndByKey()
    {
        Histogram chart(u"plot_test"_s);
        fill(chart);
        chart.resize(420, 320);
        chart.show();
        auto* canvas = chart.findChild<QWidget*>(u"plot_test_canvas"_s);
        QTRY_VERIFY(canvas->width() > 300);
        QCOMPARE(chart.readOut(1), u"5-9: Food 1,830, Kitchen 1,210"_s);
        QVERIFY(chart.readOut(4).isEmpty());
        QTest::mouseMove(canvas, QPoint(canvas->width() - 40, canvas->height() / 2));
        QTRY_COMPARE(chart.accessibleDescription(), chart.readOut(3));
        QTest::keyClick(&chart, Qt::Key_BracketLeft);
        QCOMPARE(chart.accessibleDescription(), chart.readOut(2));
        QSignalSpy activated(&chart, &Histogram::binActivated);
        QTest::keyClick(&chart, Qt::Key_Return);
        QCOMPARE(activated.last().first().toInt(), 2);
        QTest::mouseClick(canvas, Qt::LeftButton, {}, QPoint(canvas->width() - 40, canvas->height() / 2));
        QCOMPARE(activated.last().first().toInt(), 3);
    }

    void writesTableAndPictures()
    {
        Histogram chart(u"plot_test"_s);
        fill(chart);
        chart.setOrigin(u"dataset food-kitchen"_s);
        chart.resize(420, 320);
        const ChartTable table = chart.table();
        QCOMPARE(table.columns, QStringList({u"interactions"_s, u"Food"_s, u"Kitchen"_s}));
        QCOMPARE(table.rows[2], QStringList({u"10-19"_s, u"640"_s, u"220"_s}));
        const QTemporaryDir folder;
        for (const char* name : {"h.png", "h.svg", "h.pdf"})
            QCOMPARE(chart.writePicture(folder.filePath(QLatin1String(name)), {600, 400}, 2), QString());
        const QImage png(folder.filePath(u"h.png"_s));
        QCOMPARE(png.size(), QSize(1200, 800));
        QVERIFY(pixelsOf(png, themeColors(false).series[0]) > 2000);
    }

    void pointsLieOnLogarithmicAxes()
    {
        Histogram chart(u"plot_test"_s);
        chart.setAxes(u"rank"_s, u"occurrences"_s);
        chart.setLogLogPoints({{u"Food"_s, {{1, 1000}, {10, 100}, {100, 10}, {0, 5}, {7, 0}}},
            {u"Kitchen"_s, {{1, 300}, {100, 3}}}});
        const ChartTable table = chart.table();
        QCOMPARE(table.rows.size(), 3);
        QCOMPARE(table.rows[1], QStringList({u"10"_s, u"100"_s, QString()}));
        QVERIFY(!chart.isEmpty());
        chart.resize(420, 320);
        chart.show();
        QTRY_VERIFY(pixelsOf(chart.grab().toImage(), themeColors(chart.palette()).series[0]) > 10);
        chart.setLogLogPoints({{u"Food"_s, {}}});
        QVERIFY(chart.isEmpty());
    }

    void bothThemesAndEmpty()
    {
        for (const bool dark : {false, true}) {
            QApplication::setPalette(themeColors(dark).palette);
            Histogram chart(u"plot_test"_s);
            chart.setEmptyText(u"No dataset yet."_s);
            QCOMPARE(chart.accessibleDescription(), u"No dataset yet."_s);
            fill(chart);
            chart.resize(520, 320);
            chart.show();
            QTRY_VERIFY(pixelsOf(chart.grab().toImage(), themeColors(dark).series[0]) > 1000);
            keepPicture(chart, dark ? u"histogram-dark"_s : u"histogram"_s);
            QList<QPointF> first;
            QList<QPointF> second;
            for (int rank = 1; rank < 4000; ++rank) {
                first.append(QPointF(rank, std::ceil(5000 / std::pow(rank, 0.9))));
                second.append(QPointF(rank, std::ceil(1200 / std::pow(rank, 0.7))));
            }
            chart.setTitle(u"Item frequency"_s);
            chart.setAxes(u"rank of the item"_s, u"occurrences"_s);
            chart.setLogLogPoints({{u"Food"_s, first}, {u"Kitchen"_s, second}});
            keepPicture(chart, dark ? u"loglog-dark"_s : u"loglog"_s);
        }
        QApplication::setPalette(themeColors(false).palette);
    }

    void emptyStateOffersAWay()
    {
        EmptyState state(u"empty_data"_s, u"folder"_s, u"No dataset yet."_s, u"Create demo dataset"_s);
        QSignalSpy clicked(&state, &EmptyState::clicked);
        QSignalSpy followed(&state, &EmptyState::linkActivated);
        state.setLink(u"or import your own"_s);
        state.resize(500, 320);
        state.show();
        QTest::mouseClick(state.findChild<QPushButton*>(u"empty_data_button"_s), Qt::LeftButton);
        QTest::keyClick(state.findChild<QPushButton*>(u"empty_data_link"_s), Qt::Key_Space);
        QCOMPARE(clicked.size(), 1);
        QCOMPARE(followed.size(), 1);
        keepPicture(state, u"empty"_s);
        state.setLink({});
        QVERIFY(!state.findChild<QPushButton*>(u"empty_data_link"_s)->isVisible());
    }
};

std::unique_ptr<QObject> tst_histogram()
{
    return std::make_unique<TestHistogram>();
}
#include "tst_histogram.moc"
