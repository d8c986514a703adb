// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/heatmap.h"
#include "widgets/theme.h"

#include <QFile>
#include <QImage>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr::widgets;

class TestHeatMap : public QObject {
    Q_OBJECT

    static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

    static void fill(HeatMap& map)
    {
        map.setTitle(u"NDCG@10 A"_s);
        map.setAxes(u"λ₁"_s, u"λ₂"_s, u"NDCG@10"_s);
        map.setCells({u"0"_s, u"0.5"_s, u"1"_s}, {u"0"_s, u"1"_s},
            {{{21.0, u"21.0"_s}, {21.4, u"21.4"_s}, {21.2, u"21.2"_s}},
                {{22.8, u"22.8"_s}, {23.1, u"23.1"_s, u"± 0.4, 3 runs"_s}, {kNone, {}}}});
    }

    static QWidget* canvas(HeatMap& map) { return map.findChild<QWidget*>(u"map_canvas"_s); }

private Q_SLOTS:
    /// Lightness (CIE L*) rises by about the same amount at each step of the map.
    void theMapIsEven()
    {
        double last = -1;
        for (int i = 0; i <= 8; ++i) {
            const double y = (contrast(heatColor(i / 8.0), Qt::black) * 0.05 - 0.05);
            const double lightness = y > 0.008856 ? 116 * std::cbrt(y) - 16 : 903.3 * y;
            if (last >= 0)
                QVERIFY2(lightness - last > 6 && lightness - last < 14, qPrintable(QString::number(i)));
            last = lightness;
        }
        QCOMPARE(heatColor(-1), heatColor(0));
        QCOMPARE(heatColor(2), heatColor(1));
    }

    void textIsReadableOnEachCell()
    {
        for (int i = 0; i <= 100; ++i) {
            const QColor cell = heatColor(i / 100.0);
            QVERIFY2(contrast(cell, readableOn(cell)) >= 4.5, qPrintable(cell.name()));
        }
        QVERIFY(qAbs(contrast(Qt::black, Qt::white) - 21) < 1e-9);
    }

    void theBestIsKnownAndBlanksStayBlank()
    {
        HeatMap map(u"map"_s);
        QVERIFY(!map.best());
        fill(map);
        QCOMPARE(map.best(), QPoint(1, 1));
        QCOMPARE(map.readOut(1, 1), u"λ₁ 0.5, λ₂ 1: NDCG@10 23.1\n± 0.4, 3 runs"_s);
        QCOMPARE(map.readOut(2, 1), u"λ₁ 1, λ₂ 1: not run"_s);
        QCOMPARE(map.readOut(3, 0), QString());
        const ChartTable table = map.table();
        QCOMPARE(table.columns, (QStringList{u"λ₂ \\ λ₁"_s, u"0"_s, u"0.5"_s, u"1"_s}));
        QCOMPARE(table.rows[1], (QStringList{u"1"_s, u"22.8"_s, u"23.1"_s, QString()}));
    }

    void clicksSelectAndOpen()
    {
        HeatMap map(u"map"_s);
        fill(map);
        map.resize(500, 320);
        map.show();
        QVERIFY(QTest::qWaitForWindowExposed(&map));
        QSignalSpy clicked(&map, &HeatMap::cellClicked);
        QSignalSpy activated(&map, &HeatMap::cellActivated);
        QTest::mouseClick(canvas(map), Qt::LeftButton, {}, map.cellRect(2, 0).center().toPoint());
        QCOMPARE(clicked.size(), 1);
        QCOMPARE(clicked.at(0), (QVariantList{2, 0}));
        QCOMPARE(map.current(), QPoint(2, 0));
        QTest::mouseDClick(canvas(map), Qt::LeftButton, {}, map.cellRect(0, 1).center().toPoint());
        QCOMPARE(activated.at(0), (QVariantList{0, 1}));
        QTest::mouseClick(canvas(map), Qt::LeftButton, {}, QPoint(1, 1));
        QCOMPARE(map.current(), QPoint(0, 1));
        QVERIFY(map.cellRect(0, 0).top() > map.cellRect(0, 1).top());
    }

    void keysMoveTheCursor()
    {
        HeatMap map(u"map"_s);
        fill(map);
        map.resize(500, 320);
        map.show();
        QVERIFY(QTest::qWaitForWindowExposed(&map));
        QSignalSpy clicked(&map, &HeatMap::cellClicked);
        QSignalSpy activated(&map, &HeatMap::cellActivated);
        QTest::keyClick(&map, Qt::Key_Space);
        QCOMPARE(clicked.size(), 0);
        QTest::keyClick(&map, Qt::Key_Left);
        QCOMPARE(map.current(), QPoint(1, 1)); // begins at the best one
        QTest::keyClick(&map, Qt::Key_Left);
        QTest::keyClick(&map, Qt::Key_Left);
        QTest::keyClick(&map, Qt::Key_Down);
        QCOMPARE(map.current(), QPoint(0, 0));
        QTest::keyClick(&map, Qt::Key_Space);
        QTest::keyClick(&map, Qt::Key_Return);
        QCOMPARE(clicked.at(0), (QVariantList{0, 0}));
        QCOMPARE(activated.at(0), (QVariantList{0, 0}));
        // New cells: the cursor follows its labels.
        map.setCells({u"-1"_s, u"0"_s}, {u"0"_s}, {{{1, u"1"_s}, {2, u"2"_s}}});
        QCOMPARE(map.current(), QPoint(1, 0));
        map.setCells({u"7"_s}, {u"0"_s}, {{{1, u"1"_s}}});
        QVERIFY(!map.current());
    }

    void cellsAreColouredByValue()
    {
        for (const bool dark : {false, true}) {
            HeatMap map(u"map"_s);
            map.setPalette(themeColors(dark).palette);
            fill(map);
            map.resize(500, 320);
            const QImage image = canvas(map)->grab().toImage();
            const auto at = [&](int x, int y) {
                return image.pixelColor((map.cellRect(x, y).topLeft() + QPointF(9, 9)).toPoint());
            };
            QCOMPARE(at(0, 0), heatColor(0));
            QCOMPARE(at(1, 1), heatColor(1));
            QCOMPARE(at(2, 1), themeColors(dark).palette.color(QPalette::Base));
        }
    }

    void filesAreWritten()
    {
        QTemporaryDir folder;
        HeatMap map(u"map"_s);
        fill(map);
        for (const char* ending : {"png", "svg", "pdf"}) {
            const QString path = folder.filePath(u"map."_s + QLatin1String(ending));
            QCOMPARE(map.writePicture(path, {480, 320}, 2), QString());
            QVERIFY(QFile(path).size() > 500);
        }
        QCOMPARE(QImage(folder.filePath(u"map.png"_s)).size(), QSize(960, 640));
        QCOMPARE(map.writeTable(folder.filePath(u"map.csv"_s)), QString());
    }

    /// Nothing of it overlaps where there is hardly room, and nothing is asked of an empty one.
    void manyCellsAndNone()
    {
        HeatMap map(u"map"_s);
        map.resize(300, 200);
        map.setEmptyText(u"Nothing varies."_s);
        QTest::keyClick(&map, Qt::Key_Left);
        QVERIFY(!map.grab().toImage().isNull());
        QStringList labels;
        QList<QList<HeatCell>> cells;
        for (int i = 0; i < 101; ++i)
            labels.append(QString::number(i / 100.0));
        for (int y = 0; y < 101; ++y) {
            QList<HeatCell> row;
            for (int x = 0; x < 101; ++x)
                row.append({double(x + y), QString::number(x + y)});
            cells.append(row);
        }
        map.setCells(labels, labels, cells);
        QCOMPARE(map.best(), QPoint(100, 100));
        QVERIFY(map.cellRect(100, 100).right() < map.width());
        QVERIFY(!map.grab().toImage().isNull());
    }
};

std::unique_ptr<QObject> tst_heatmap()
{
    return std::make_unique<TestHeatMap>();
}
#include "tst_heatmap.moc"
