// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fixtures/hand.h"
#include "widgets/charts/curveplot.h"
#include "widgets/charts/redrawclock.h"
#include "widgets/theme.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QFile>
#include <QFileDialog>
#include <QImage>
#include <QLineEdit>
#include <QMenu>
#include <QPointer>
#include <QSignalSpy>
#include <QSlider>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

#include <cmath>
#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr::widgets;
using fedcctr::test::staysTrue;

class TestCurvePlot : public QObject {
    Q_OBJECT

    /// Where FEDCCTR_SCREENSHOTS says, for looking at them.
    static void keepPicture(QWidget& widget, const QString& name)
    {
        const QString folder = qEnvironmentVariable("FEDCCTR_SCREENSHOTS");
        if (!folder.isEmpty())
            QVERIFY(widget.grab().save(folder + u'/' + name + u".png"_s));
    }

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
    /// Rounds in which nobody sent anything are gaps; a round between two of them must not vanish.
    void aValueBetweenGapsIsSeen()
    {
        const auto drawn = [](bool withValue) {
            CurvePlot plot(u"plot_test"_s);
            plot.setAxes(u"round"_s, u"loss"_s);
            plot.addSeries({u"A"_s, {}, 0, LineStyle::Solid});
            for (int i = 1; i <= 40; ++i)
                plot.append(0, i, i > 1 && i < 40 && !(withValue && i == 20) ? std::nan("") : 1.0 + i % 2);
            plot.resize(400, 300);
            plot.show();
            if (!QTest::qWaitFor([&plot] { return !plot.labelRects().isEmpty(); }))
                qWarning("nothing was drawn");
            return plot.grab().toImage();
        };
        const QImage gap = drawn(false);
        const QImage value = drawn(true);
        int pixels = 0;
        for (int y = 0; y < gap.height(); ++y)
            for (int x = gap.width() / 3; x < gap.width() * 2 / 3; ++x)
                pixels += gap.pixel(x, y) != value.pixel(x, y) ? 1 : 0;
        QVERIFY2(pixels >= 3 && pixels < 40, qPrintable(QString::number(pixels)));
    }

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
        QVERIFY(staysTrue([&] { return ticks.isEmpty(); }));
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
        QVERIFY(staysTrue([&] { return plot->view() == mine; }));
        QTest::keyClick(plot.get(), Qt::Key_F);
        QVERIFY(plot->follow());
        QTRY_COMPARE(right(*plot), 500.0);
    }

    void aClickTellsItsX()
    {
        const auto plot = shown();
        QSignalSpy clicked(plot.get(), &CurvePlot::clicked);
        QWidget* area = canvas(*plot);
        const QPoint middle = area->rect().center();
        const QRectF view = plot->view();
        QTest::mouseClick(area, Qt::LeftButton, {}, middle);
        QCOMPARE(clicked.size(), 1);
        const double x = clicked[0][0].toDouble();
        QVERIFY(x > view.left() && x < view.right());
        QTest::mouseClick(area, Qt::LeftButton, {}, middle + QPoint(50, 0));
        QVERIFY(clicked[1][0].toDouble() > x);
        QCOMPARE(plot->view(), view);
        // Neither a drag, nor another button, nor a place beside the axes.
        QTest::mousePress(area, Qt::LeftButton, {}, middle);
        QTest::mouseMove(area, middle + QPoint(40, 0));
        QTest::mouseRelease(area, Qt::LeftButton, {}, middle + QPoint(40, 0));
        QTest::mouseClick(area, Qt::MiddleButton, {}, middle);
        QTest::mouseClick(area, Qt::LeftButton, {}, QPoint(1, area->height() - 1));
        QCOMPARE(clicked.size(), 2);
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

    void aDoubleClickOnALabelIsolatesItsLine()
    {
        const auto plot = shown();
        const auto label = [&](int i) { return plot->labelRects().at(i).second.center().toPoint(); };
        QSignalSpy follow(plot.get(), &CurvePlot::followChanged);
        const auto twice = [&](const QPoint& position) {
            QTest::mouseClick(canvas(*plot), Qt::LeftButton, {}, position);
            QTest::mouseDClick(canvas(*plot), Qt::LeftButton, {}, position);
        };
        twice(label(0));
        QVERIFY(plot->content().series[0].visible);
        QVERIFY(!plot->content().series[1].visible);
        QTRY_COMPARE(plot->labelRects().size(), 2);
        twice(label(0));
        QVERIFY(plot->content().series[0].visible);
        QVERIFY(plot->content().series[1].visible);
        QVERIFY(follow.isEmpty());
    }

    void manyLinesHaveALegendBesideTheAxes()
    {
        const auto plot = shown();
        for (int i = 2; i < 8; ++i) {
            const int series = plot->addSeries({u"run %1"_s.arg(i), {}, i});
            plot->append(series, 1, i);
            plot->append(series, 100, 2 * i);
        }
        QTRY_COMPARE(plot->labelRects().size(), 8);
        const QList<QPair<QString, QRectF>> rects = plot->labelRects();
        for (int i = 1; i < rects.size(); ++i) {
            // A column in the order of the series, whatever their last values are.
            QVERIFY(rects[i].second.top() >= rects[i - 1].second.bottom() - 2);
            QCOMPARE(rects[i].second.left(), rects[0].second.left());
        }
        QVERIFY(rects[0].first.startsWith(u"A"_s));
        QTest::mouseClick(canvas(*plot), Qt::LeftButton, {}, rects[7].second.center().toPoint());
        QVERIFY(!plot->content().series[7].visible);
        for (int i = 8; i < 60; ++i)
            plot->append(plot->addSeries({u"run %1"_s.arg(i), {}, i}), 1, i);
        QTRY_VERIFY(plot->labelRects().size() > 8);
        for (const auto& [text, rect] : plot->labelRects())
            QVERIFY2(QRectF(canvas(*plot)->rect()).contains(rect), qPrintable(text));
        QVERIFY(plot->labelRects().size() < 60);
    }

    void theContextMenuOfALabelSetsTheColour()
    {
        const auto plot = shown();
        QSignalSpy colored(plot.get(), &CurvePlot::seriesColorChanged);
        const QPoint position = plot->labelRects().first().second.center().toPoint();
        QContextMenuEvent event(QContextMenuEvent::Mouse, position, canvas(*plot)->mapToGlobal(position));
        QApplication::sendEvent(canvas(*plot), &event);
        auto* menu = plot->findChild<QMenu*>(u"plot_test_series_menu"_s);
        QVERIFY(menu);
        menu->findChild<QAction*>(u"plot_test_color_5"_s)->trigger();
        menu->close();
        QCOMPARE(plot->content().series[0].spec.color, 5);
        QCOMPARE(colored.size(), 1);
    }

    void anotherQuantityAsX()
    {
        const auto plot = shown();
        plot->addAxisChoice(u"epsilon"_s, u"ε spent"_s);
        plot->addAxisChoice(u"time"_s, u"time"_s, XKind::Duration);
        plot->setAlternativeX(u"epsilon"_s, {{1, 0.5}, {51, 1.5}, {100, 3}});
        QSignalSpy changed(plot.get(), &CurvePlot::axisChoiceChanged);
        plot->findChild<QAction*>(u"plot_test_axis_epsilon"_s)->trigger();
        QTRY_COMPARE(plot->axisChoice(), u"epsilon"_s);
        QCOMPARE(changed.size(), 1);
        const CurveSeries& a = plot->content().series[0];
        QCOMPARE(a.drawnX().size(), a.y().size());
        QCOMPARE(a.drawnX()[0], 0.5);
        // Round 26 lies in the middle between 1 and 51.
        QCOMPARE(a.drawnX()[25], 1.0);
        QCOMPARE(a.x()[25], 26.0);
        QTRY_VERIFY(right(*plot) < 4);
        QCOMPARE(plot->readOut(1.0)[0], u"ε spent 1"_s);
        // A new round stands at the last known value until its own comes.
        plot->append(0, 150, 20);
        QCOMPARE(a.drawnX().back(), 3.0);
        plot->noteAlternativeX(0, u"epsilon"_s, 150, 5);
        QCOMPARE(a.drawnX().back(), 5.0);
        QTRY_COMPARE_GE(right(*plot), 5.0);
        // The table keeps the rounds.
        QCOMPARE(plot->table().rows[25][0], u"26"_s);
        plot->setAxisChoice(u"time"_s);
        QVERIFY(plot->content().series[0].drawnX().empty());
        plot->noteAlternativeX(0, u"time"_s, 1, 0);
        plot->noteAlternativeX(0, u"time"_s, 101, 400);
        QCOMPARE(plot->readOut(90)[0], u"time 0:01:28"_s);
        plot->setAxisChoice({});
        QTRY_COMPARE(right(*plot), 150.0);
    }

    void logarithmicXStartsAtThePositiveValues()
    {
        const auto plot = shown();
        plot->setSeries(0, {0, 100, 10, 1}, {1, 4, 3, 2});
        QCOMPARE(plot->content().series[0].x(), std::vector<double>({0, 1, 10, 100}));
        QCOMPARE(plot->content().series[0].y(), std::vector<double>({1, 2, 3, 4}));
        QVERIFY(!plot->content().series[0].hasBand());
        plot->findChild<QAction*>(u"plot_test_log_x"_s)->trigger();
        QVERIFY(plot->logX());
        QTRY_COMPARE(plot->view().left(), 1.0);
        QCOMPARE(right(*plot), 100.0);
    }

    void pointsWithErrorBars()
    {
        CurvePlot plot(u"plot_test"_s);
        plot.setTitle(u"Utility"_s);
        plot.setAxes(u"ε"_s, u"NDCG@10, %"_s);
        plot.setXKind(XKind::Number);
        plot.setLogX(true);
        SeriesSpec spec{u"AdaLDP"_s};
        spec.connected = false;
        spec.marker = Marker::Square;
        plot.addSeries(spec);
        plot.addSeries({u"static"_s, {}, 1, LineStyle::Dashed, false, Marker::Triangle});
        SeriesSpec pinned{u"run 3"_s};
        pinned.background = true;
        plot.addSeries(pinned);
        plot.setSeries(0, {0.5, 1, 3, 10}, {12, 18, 25, 31}, {10, 17, 24, 30}, {14, 19, 26, 32});
        plot.setSeries(1, {0.5, 1, 3, 10}, {9, 11, 14, 21});
        plot.setSeries(2, {0.5, 10}, {8, 28});
        plot.setReference({u"random"_s, u"random"_s, 4.54});
        plot.resize(520, 320);
        plot.show();
        QTRY_COMPARE(plot.labelRects().size(), 4);
        QCOMPARE(plot.labelRects()[0].first, u"■ AdaLDP"_s);
        QVERIFY(plot.view().left() < 0.5 && right(plot) > 10);
        QVERIFY(plot.readOut(1)[1].contains(u"18 (17 – 19)"_s));
        keepPicture(plot, u"frontier"_s);
        const QTemporaryDir folder;
        QCOMPARE(plot.writePicture(folder.filePath(u"f.pdf"_s), {317, 197}, 1), QString());
    }

    /// A page changes its content and its layout in one go: the chart is resized before its clock ticks.
    void aResizeBeforeTheRedrawMeetsNoOldContent()
    {
        const auto plot = shown();
        plot->setReference(
            {u"limit"_s, u"budget %1, longer than there is room for beside the axes"_s.arg(1), 12});
        plot->addMark({50, u"budget ends at round %1"_s.arg(50)});
        QTRY_COMPARE(plot->labelRects().size(), 3);
        plot->clear();
        plot->removeAllSeries();
        QVERIFY(plot->labelRects().isEmpty());
        const QSize before = canvas(*plot)->size();
        plot->resize(plot->size() - QSize(60, 40));
        QTRY_VERIFY(canvas(*plot)->size() != before);
        QVERIFY(plot->labelRects().isEmpty());
        // Keys draw at once.
        QTest::keyClick(plot.get(), Qt::Key_Left);
        QVERIFY(plot->labelRects().isEmpty());
        plot->append(plot->addSeries({u"C"_s}), 1, 5);
        plot->fit();
        QCOMPARE(plot->labelRects().size(), 1);
        QCOMPARE(plot->labelRects()[0].first, u"C"_s);
    }

    void aHiddenChartIsShownInAnotherSizeWithOtherContent()
    {
        const auto plot = shown();
        plot->setReference(
            {u"limit"_s, u"budget %1, longer than there is room for beside the axes"_s.arg(1), 12});
        QTRY_COMPARE(plot->labelRects().size(), 3);
        plot->hide();
        plot->clear();
        plot->removeAllSeries();
        plot->append(plot->addSeries({u"C"_s}), 1, 5);
        plot->resize(plot->size() + QSize(60, 40));
        plot->show();
        QTRY_COMPARE(plot->labelRects().size(), 1);
        QCOMPARE(plot->labelRects()[0].first, u"C"_s);
    }

    void aMenuOfALineClosesWithTheLine()
    {
        const auto plot = shown();
        const QPoint position = plot->labelRects().first().second.center().toPoint();
        QContextMenuEvent event(QContextMenuEvent::Mouse, position, canvas(*plot)->mapToGlobal(position));
        QApplication::sendEvent(canvas(*plot), &event);
        const QPointer<QMenu> menu = plot->findChild<QMenu*>(u"plot_test_series_menu"_s);
        QVERIFY(menu && menu->isVisible());
        plot->removeAllSeries();
        QVERIFY(!menu || !menu->isVisible());
    }

    void errorBarsAreReplacedNotPiledUp()
    {
        RedrawClock clock;
        QSignalSpy ticks(&clock, &RedrawClock::tick);
        CurvePlot plot(u"plot_test"_s, &clock);
        plot.addSeries({u"A"_s, {}, 0, LineStyle::Solid, false, Marker::Circle});
        plot.setSeries(0, {1, 2}, {3, 4}, {2, 3}, {4, 5});
        plot.show();
        for (int color = 1; color <= 3; ++color) {
            plot.setSeriesColor(0, color);
            QVERIFY(ticks.wait());
            int bars = 0;
            for (const QObject* child : canvas(plot)->children())
                bars += child->inherits("QCPErrorBars") ? 1 : 0;
            QCOMPARE(bars, 1);
        }
    }

    /// A run without noise spends no budget: epsilon is noted, but never a number.
    void aQuantityWithoutAnyNumberIsNoX()
    {
        const auto plot = shown();
        plot->addAxisChoice(u"epsilon"_s, u"ε spent"_s);
        plot->setAxisChoice(u"epsilon"_s);
        plot->noteAlternativeX(0, u"epsilon"_s, 1, std::nan(""));
        plot->append(0, 101, 20, 19, 21);
        QVERIFY(plot->content().series[0].drawnX().empty());
        QVERIFY(plot->content().series[0].drawnBandX().empty());
        plot->noteAlternativeX(0, u"epsilon"_s, 1, 0.5);
        QCOMPARE(plot->content().series[0].drawnX().size(), plot->content().series[0].x().size());
        QCOMPARE(plot->content().series[0].drawnX().back(), 0.5);
    }

    void smoothingBySlider()
    {
        const auto plot = shown();
        auto* slider = plot->findChild<QSlider*>(u"plot_test_smoothing_slider"_s);
        slider->setValue(37);
        QCOMPARE(plot->smoothing(), 0.37);
        plot->findChild<QAction*>(u"plot_test_smoothing_90"_s)->trigger();
        QCOMPARE(slider->value(), 90);
        QCOMPARE(slider->maximum(), 99);
    }

    void theDialogExportsSizeThemeAndPart()
    {
        const auto plot = shown();
        const QTemporaryDir folder;
        QSignalSpy exported(plot.get(), &CurvePlot::exported);
        const auto accept = [&](const QString& name) {
            auto* dialog = plot->findChild<QFileDialog*>(u"plot_test_export_dialog"_s);
            QVERIFY(dialog);
            dialog->findChild<QLineEdit*>(u"fileNameEdit"_s)->setText(folder.filePath(name));
            QMetaObject::invokeMethod(dialog, "accept");
            QTRY_VERIFY(!plot->findChild<QFileDialog*>(u"plot_test_export_dialog"_s));
        };
        plot->findChild<QAction*>(u"plot_test_export"_s)->trigger();
        auto* size = plot->findChild<QComboBox*>(u"box_export_size"_s);
        size->setCurrentIndex(1);
        plot->findChild<QComboBox*>(u"box_export_scale"_s)->setCurrentIndex(2);
        accept(u"a.png"_s);
        QCOMPARE(exported.size(), 1);
        const QImage image(folder.filePath(u"a.png"_s));
        // 84 mm at 3 x 96 dots per inch, of which the file knows.
        QCOMPARE(image.width(), qRound(84 / 25.4 * 96) * 3);
        QCOMPARE(image.dotsPerMeterX(), qRound(96 * 3 / 0.0254));

        plot->setFollow(false);
        QTest::keyClick(plot.get(), Qt::Key_Plus);
        const QRectF view = plot->view();
        plot->findChild<QAction*>(u"plot_test_export_data"_s)->trigger();
        auto* dialog = plot->findChild<QFileDialog*>(u"plot_test_export_dialog"_s);
        QCOMPARE(QFileInfo(dialog->directory().absolutePath()).canonicalFilePath(),
            QFileInfo(folder.path()).canonicalFilePath());
        plot->findChild<QCheckBox*>(u"check_export_visible"_s)->setChecked(true);
        accept(u"a.csv"_s);
        QFile csv(folder.filePath(u"a.csv"_s));
        QVERIFY(csv.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = csv.readAll().trimmed().split('\n');
        QCOMPARE(lines[1].split(',')[0].toDouble(), std::ceil(view.left()));
        QCOMPARE(lines.last().split(',')[0].toDouble(), std::floor(view.right()));
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
        for (const char* name :
            {"fit", "follow", "log", "copy", "export", "export_data", "smoothing_90", "log_x"})
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
        QVERIFY(staysTrue([&] { return std::isfinite(plot->view().width()); }));
    }
};

std::unique_ptr<QObject> tst_curveplot()
{
    return std::make_unique<TestCurvePlot>();
}
#include "tst_curveplot.moc"
