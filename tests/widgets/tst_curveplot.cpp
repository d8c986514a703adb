// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/curveplot.h"
#include "widgets/redrawclock.h"
#include "widgets/theme.h"

#include <QAction>
#include <QApplication>
#include <QFile>
#include <QImage>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

#include <cmath>
#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr::widgets;

class TestCurvePlot : public QObject {
    Q_OBJECT

    std::unique_ptr<CurvePlot> shown(int points = 100)
    {
        auto plot = std::make_unique<CurvePlot>(u"plot_test"_s);
        plot->setTitle(u"Quality"_s);
        plot->setAxes(u"round"_s, u"%"_s);
        plot->addSeries({u"A"_s, {}, 0, LineStyle::Solid});
        plot->addSeries({u"B"_s, {}, 1, LineStyle::Dashed});
        for (int i = 1; i <= points; ++i) {
            plot->append(0, i, 5 + 15 * (1 - std::exp(-i / 30.0)), 4 + 15 * (1 - std::exp(-i / 30.0)),
                6 + 15 * (1 - std::exp(-i / 30.0)));
            plot->append(1, i, 4 + 14 * (1 - std::exp(-i / 30.0)));
        }
        plot->resize(500, 300);
        plot->show();
        if (!QTest::qWaitForWindowActive(plot.get()))
            qWarning("the window was not activated");
        if (!QTest::qWaitFor([&plot] { return !plot->labelRects().isEmpty(); }))
            qWarning("nothing was drawn");
        return plot;
    }
    QWidget* canvas(CurvePlot& plot) { return plot.findChild<QWidget*>(u"plot_test_canvas"_s); }
    static double right(const CurvePlot& plot) { return plot.view().right(); }

    void wheel(QWidget* target, Qt::KeyboardModifiers modifiers)
    {
        const QPointF middle = QRectF(target->rect()).center();
        QWheelEvent event(middle, target->mapToGlobal(middle), {}, {0, 120}, Qt::NoButton, modifiers,
            Qt::NoScrollPhase, false);
        QApplication::sendEvent(target, &event);
    }

private Q_SLOTS:
    void appendsAreDrawnOnTheClockAndFollowed()
    {
        const auto plot = shown();
        QCOMPARE(right(*plot), 100.0);
        plot->append(0, 140, 21);
        QCOMPARE(right(*plot), 100.0);
        QTRY_COMPARE(right(*plot), 140.0);
    }

    void manyAppendsMakeFewDraws()
    {
        RedrawClock clock;
        QSignalSpy ticks(&clock, &RedrawClock::tick);
        CurvePlot plot(u"plot_many"_s, &clock);
        plot.addSeries({u"A"_s});
        plot.show();
        for (int i = 0; i < 5000; ++i)
            plot.append(0, i, i % 7);
        QTRY_COMPARE(right(plot), 4999.0);
        QVERIFY2(ticks.size() <= 3, qPrintable(QString::number(ticks.size())));
    }

    void aHiddenPlotDoesNoWork()
    {
        RedrawClock clock;
        QSignalSpy ticks(&clock, &RedrawClock::tick);
        CurvePlot plot(u"plot_hidden"_s, &clock);
        plot.addSeries({u"A"_s});
        plot.append(0, 1, 1);
        QTest::qWait(120);
        QCOMPARE(ticks.size(), 0);
        QCOMPARE(right(plot), CurvePlot(u"plot_fresh"_s).view().right());
        plot.append(0, 50, 1);
        plot.show();
        QTRY_COMPARE(right(plot), 50.0);
    }

    void dragPansAndEndsFollowing()
    {
        const auto plot = shown();
        QSignalSpy follow(plot.get(), &CurvePlot::followChanged);
        QWidget* area = canvas(*plot);
        const double before = right(*plot);
        const QPoint middle = area->rect().center();
        QTest::mousePress(area, Qt::LeftButton, {}, middle);
        QTest::mouseMove(area, middle + QPoint(40, 0));
        QTest::mouseMove(area, middle + QPoint(80, 0));
        QTest::mouseRelease(area, Qt::LeftButton, {}, middle + QPoint(80, 0));
        QVERIFY(right(*plot) < before);
        QVERIFY(!plot->follow());
        QCOMPARE(follow.size(), 1);
        const QRectF mine = plot->view();
        plot->append(0, 500, 30);
        QTest::qWait(100);
        QCOMPARE(plot->view(), mine);
        QTest::keyClick(plot.get(), Qt::Key_F);
        QVERIFY(plot->follow());
        QTRY_COMPARE(right(*plot), 500.0);
    }

    void onlyCtrlWheelZooms()
    {
        const auto plot = shown();
        const QRectF before = plot->view();
        wheel(canvas(*plot), Qt::NoModifier);
        QCOMPARE(plot->view(), before);
        wheel(canvas(*plot), Qt::ControlModifier);
        QVERIFY(plot->view().width() < before.width());
        QVERIFY(plot->view().height() < before.height());
        QVERIFY(!plot->follow());
        const double height = plot->view().height();
        wheel(canvas(*plot), Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(plot->view().height(), height);
        QTest::mouseDClick(canvas(*plot), Qt::LeftButton, {}, canvas(*plot)->rect().center());
        QCOMPARE(plot->view().width(), before.width());
        QVERIFY(!plot->follow());
    }

    void keysFitScaleAndZoom()
    {
        const auto plot = shown();
        plot->setFocus();
        const QRectF before = plot->view();
        QTest::keyClick(plot.get(), Qt::Key_Plus);
        QVERIFY(plot->view().width() < before.width());
        QTest::keyClick(plot.get(), Qt::Key_Right);
        QTest::keyClick(plot.get(), Qt::Key_0);
        QCOMPARE(plot->view(), before);
        QTest::keyClick(plot.get(), Qt::Key_L);
        QVERIFY(plot->logY());
        QTRY_VERIFY(plot->view().top() > 0);
        QTest::keyClick(plot.get(), Qt::Key_L);
        QVERIFY(!plot->logY());
        QTRY_COMPARE(plot->view().top(), 0.0);
    }

    void logScaleLeavesValuesWithoutALogarithmOut()
    {
        const auto plot = shown();
        plot->append(0, 101, 0);
        plot->append(0, 102, -3);
        plot->setReference({u"zero"_s, u"zero"_s, 0, -1, LineStyle::Dotted});
        plot->setLogY(true);
        QTRY_VERIFY(plot->view().top() > 0);
        QVERIFY(std::isfinite(plot->view().height()));
    }

    void labelsStandApartAndInside()
    {
        const auto plot = shown();
        for (const auto& [id, value] :
            {std::pair{"random", 4.54}, {"popularity", 18.9}, {"item-KNN", 19.0}, {"ceiling", 19.1}})
            plot->setReference(
                {QString::fromLatin1(id), QString::fromLatin1(id), value, -1, LineStyle::Dotted});
        QTRY_COMPARE(plot->labelRects().size(), 6);
        QList<QRectF> rects;
        for (const auto& [text, rect] : plot->labelRects()) {
            QVERIFY2(QRectF(canvas(*plot)->rect()).contains(rect), qPrintable(text));
            for (const QRectF& other : rects)
                QVERIFY2(std::abs(other.center().y() - rect.center().y()) >= 11.5, qPrintable(text));
            rects.append(rect);
        }
    }

    void aClickOnALabelHidesItsLine()
    {
        const auto plot = shown();
        const auto [text, rect] = plot->labelRects().first();
        QTest::mouseClick(canvas(*plot), Qt::LeftButton, {}, rect.center().toPoint());
        QVERIFY(!plot->content().series[0].visible);
        QCOMPARE(plot->readOut(50).size(), 2);
        QTRY_VERIFY(!plot->labelRects().isEmpty());
        QTest::mouseClick(
            canvas(*plot), Qt::LeftButton, {}, plot->labelRects().first().second.center().toPoint());
        QVERIFY(plot->content().series[0].visible);
    }

    void hoverTellsValuesAndWhere()
    {
        const auto plot = shown();
        QSignalSpy hovered(plot.get(), &CurvePlot::hovered);
        QTest::mouseMove(canvas(*plot), canvas(*plot)->rect().center());
        QTRY_VERIFY(!hovered.isEmpty());
        const double x = hovered.last().first().toDouble();
        const QStringList lines = plot->readOut(x);
        QCOMPARE(lines.size(), 3);
        QCOMPARE(lines[0], u"round %1"_s.arg(qRound(x)));
        QVERIFY(lines[1].startsWith(u"A: "_s));
    }

    void smoothingIsDebiasedAndNotExported()
    {
        CurveSeries series({u"A"_s});
        series.smooth(0.9);
        for (int i = 0; i < 5; ++i)
            series.append(i, 7);
        for (const double value : series.shown())
            QVERIFY(std::abs(value - 7) < 1e-12);
        // Two values by hand: (0.9 * 0.1 * 0 + 0.1 * 1) / (1 - 0.81).
        CurveSeries two({u"A"_s});
        two.append(0, 0);
        two.append(1, 1);
        two.smooth(0.9);
        QVERIFY(std::abs(two.shown()[1] - 0.1 / 0.19) < 1e-12);
        QCOMPARE(two.y()[1], 1.0);
    }

    void thinningKeepsExtremesAndGaps()
    {
        std::vector<double> x(50000);
        std::vector<double> y(50000, 1);
        for (std::size_t i = 0; i < x.size(); ++i)
            x[i] = static_cast<double>(i);
        y[12345] = 100;
        y[33333] = -100;
        y[40000] = std::nan("");
        const std::vector<QPointF> points = thinned(x, y, 0, 50000, 400);
        QVERIFY(points.size() <= 2 * 400 + 2);
        QVERIFY(std::ranges::find(points, QPointF(12345, 100)) != points.end());
        QVERIFY(std::ranges::find(points, QPointF(33333, -100)) != points.end());
        QVERIFY(std::ranges::any_of(points, [](const QPointF& point) { return std::isnan(point.y()); }));
        QCOMPARE(thinned(x, y, 100, 200, 400).size(), std::size_t(103));
        QVERIFY(thinned({}, {}, 0, 1, 400).empty());
    }

    void labelsSpreadWithinTheirRoom()
    {
        const std::vector<double> apart = spreadOut({50, 51, 52}, 12, 0, 100);
        QVERIFY(apart[1] - apart[0] >= 12 && apart[2] - apart[1] >= 12);
        const std::vector<double> bottom = spreadOut({99, 100, 98}, 12, 0, 100);
        QCOMPARE(*std::ranges::max_element(bottom), 100.0);
        QVERIFY(bottom[2] < bottom[0] && bottom[0] < bottom[1]);
        const std::vector<double> crowded = spreadOut({5, 5, 5, 5, 5}, 12, 0, 24);
        QCOMPARE(*std::ranges::max_element(crowded), 24.0);
        QCOMPARE(*std::ranges::min_element(crowded), 0.0);
    }

    void writesPicturesAndData()
    {
        const auto plot = shown();
        plot->setOrigin(u"run 14, test"_s);
        plot->setSmoothing(0.9);
        const QTemporaryDir folder;
        const auto path = [&folder](const char* name) { return folder.filePath(QLatin1String(name)); };
        for (const char* name : {"a.png", "a.svg", "a.pdf"})
            QCOMPARE(plot->renderToFile(path(name), {600, 300}, 2), QString());
        const QImage png(path("a.png"));
        QCOMPARE(png.size(), QSize(1200, 600));
        QCOMPARE(png.text(u"Source"_s), u"run 14, test"_s);
        QCOMPARE(png.pixelColor(2, 300), themeColors(false).palette.color(QPalette::Base));
        QFile svg(path("a.svg"));
        QVERIFY(svg.open(QIODevice::ReadOnly));
        QVERIFY(svg.readAll().contains("run 14, test"));
        QFile pdf(path("a.pdf"));
        QVERIFY(pdf.open(QIODevice::ReadOnly));
        QVERIFY(pdf.readAll().startsWith("%PDF"));
        QVERIFY(plot->renderToFile(path("a.bmp"), {600, 300}, 2).contains(u".png, .svg or .pdf"_s));
        QVERIFY(!plot->renderToFile(u"/nowhere/a.png"_s, {600, 300}, 2).isEmpty());

        QCOMPARE(plot->writeTable(path("a.csv")), QString());
        QFile csv(path("a.csv"));
        QVERIFY(csv.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = csv.readAll().split('\n');
        QCOMPARE(lines[0], QByteArray("# run 14, test"));
        QCOMPARE(lines[1], QByteArray("round,A,A low,A high,B"));
        QCOMPARE(lines[2].split(',')[0], QByteArray("1"));
        QCOMPARE(lines[2].split(',')[1].toDouble(), plot->content().series[0].y()[0]);
        QCOMPARE(lines.size(), 103);
    }

    void bothThemesDrawReadably()
    {
        const auto plot = shown();
        for (const bool dark : {false, true}) {
            QApplication::setPalette(themeColors(dark).palette);
            QTRY_COMPARE(
                plot->grab().toImage().pixelColor(8, 150), themeColors(dark).palette.color(QPalette::Base));
            const QImage image = plot->grab().toImage();
            // Smoothed edges: near the line's colour is enough.
            const QColor wanted = themeColors(dark).series[0];
            const auto near = [](int a, int b) { return std::abs(a - b) < 60; };
            int coloured = 0;
            for (int y = 0; y < image.height(); ++y) {
                for (int x = 0; x < image.width(); ++x) {
                    const QColor pixel = image.pixelColor(x, y);
                    coloured += near(pixel.red(), wanted.red()) && near(pixel.green(), wanted.green())
                            && near(pixel.blue(), wanted.blue())
                        ? 1
                        : 0;
                }
            }
            QVERIFY2(coloured > 50, qPrintable(QString::number(coloured)));
        }
        QApplication::setPalette(themeColors(false).palette);
    }

    void emptyPlotsSayWhy()
    {
        CurvePlot plot(u"plot_test"_s);
        plot.setEmptyText(u"Nothing is running."_s);
        plot.resize(400, 250);
        plot.show();
        QTRY_COMPARE(plot.accessibleDescription(), u"Nothing is running."_s);
        QVERIFY(!plot.grab().isNull());
    }

    void theMenuHasAllActions()
    {
        const auto plot = shown();
        for (const char* name : {"fit", "follow", "log", "copy", "export", "export_data", "smoothing_90"})
            QVERIFY2(plot->findChild<QAction*>(u"plot_test_"_s + QLatin1String(name)), name);
        plot->findChild<QAction*>(u"plot_test_smoothing_90"_s)->trigger();
        QCOMPARE(plot->smoothing(), 0.9);
        QVERIFY(!plot->findChild<QToolButton*>(u"plot_test_menu"_s)->accessibleName().isEmpty());
    }

    void clearKeepsSeriesAndFollowsAgain()
    {
        const auto plot = shown();
        plot->setFollow(false);
        plot->addMark({50, u"λ₁ = 0.2"_s});
        plot->clear();
        QVERIFY(plot->follow());
        QCOMPARE(plot->content().series.size(), std::size_t(2));
        QVERIFY(plot->content().isEmpty());
        QVERIFY(plot->content().marks.empty());
        plot->append(0, 1, 1);
        plot->append(0, 1, 1);
        QTest::qWait(60);
        QVERIFY(std::isfinite(plot->view().width()));
    }
};

QTEST_MAIN(TestCurvePlot)
#include "tst_curveplot.moc"
