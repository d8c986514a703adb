// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fixtures/hand.h"
#include "widgets/charts/scatterpainter.h"
#include "widgets/charts/scatterview.h"
#include "widgets/theme.h"

#include <QElapsedTimer>
#include <QImage>
#include <QPainter>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>

#include <cmath>
#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr::widgets;
using fedcctr::test::staysTrue;

namespace {

/// A grid of side * side points, one unit apart.
ScatterContent grid(int side)
{
    ScatterContent content;
    content.shapeNames = {u"circles"_s, u"squares"_s, u"triangles"_s};
    content.categoryNames = {u"left"_s, u"right"_s};
    content.colorName = u"half"_s;
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x) {
            content.positions.emplace_back(x, y);
            content.shapes.push_back(static_cast<MarkerShape>((x + y) % 3));
            content.categories.push_back(2 * x < side ? 0 : 1);
            content.names.append(u"point %1 %2"_s.arg(x).arg(y));
        }
    return content;
}

} // namespace

class TestScatterView : public QObject {
    Q_OBJECT

    std::unique_ptr<ScatterView> m_view;
    QWidget* m_canvas = nullptr;

    QPoint at(int point) const { return m_view->placeOf(point).toPoint(); }
    void drag(const QList<QPoint>& path, Qt::KeyboardModifiers modifiers)
    {
        QTest::mousePress(m_canvas, Qt::LeftButton, modifiers, path.front());
        for (const QPoint& place : path) {
            QMouseEvent move(QEvent::MouseMove, place, m_canvas->mapToGlobal(place), Qt::NoButton,
                Qt::LeftButton, modifiers);
            QCoreApplication::sendEvent(m_canvas, &move);
        }
        QTest::mouseRelease(m_canvas, Qt::LeftButton, modifiers, path.back());
    }

private Q_SLOTS:
    void init()
    {
        m_view = std::make_unique<ScatterView>(u"scatter"_s);
        m_view->setTitle(u"A grid"_s);
        m_view->resize(700, 500);
        m_view->setContent(grid(5));
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
        m_canvas = m_view->findChild<QWidget*>(u"scatter_canvas"_s);
    }
    void cleanup() { m_view.reset(); }

    void bothAxesHaveOneScale()
    {
        const QPointF right = m_view->placeOf(1) - m_view->placeOf(0);
        const QPointF up = m_view->placeOf(5) - m_view->placeOf(0);
        QVERIFY(right.x() > 20);
        QVERIFY(std::abs(right.x() + up.y()) < 1e-9);
        QVERIFY(std::abs(right.y()) < 1e-9 && std::abs(up.x()) < 1e-9);
    }

    void hoverNamesTheNearestPoint()
    {
        const QSignalSpy hovered(m_view.get(), &ScatterView::pointHovered);
        QTest::mouseMove(m_canvas, at(7) + QPoint(3, 2));
        QCOMPARE(m_view->hovered(), 7);
        QCOMPARE(m_view->accessibleDescription(), u"point 2 1"_s);
        QTest::mouseMove(m_canvas, (at(7) + at(13)) / 2);
        QCOMPARE(m_view->hovered(), -1);
        QCOMPARE(hovered.count(), 2);
    }

    void clickSelectsAndEscapeClears()
    {
        const QSignalSpy clicked(m_view.get(), &ScatterView::pointClicked);
        QTest::mouseClick(m_canvas, Qt::LeftButton, {}, at(12));
        QCOMPARE(m_view->selection(), QSet<int>{12});
        QTest::mouseClick(m_canvas, Qt::LeftButton, Qt::ControlModifier, at(3));
        QCOMPARE(m_view->selection(), (QSet<int>{3, 12}));
        QTest::mouseClick(m_canvas, Qt::LeftButton, Qt::ControlModifier, at(12));
        QCOMPARE(m_view->selection(), QSet<int>{3});
        QCOMPARE(clicked.count(), 3);
        QTest::keyClick(m_view.get(), Qt::Key_Escape);
        QVERIFY(m_view->selection().isEmpty());
        QTest::mouseClick(m_canvas, Qt::LeftButton, {}, at(12));
        QTest::mouseClick(m_canvas, Qt::LeftButton, {}, QPoint(2, 2)); // nothing there
        QVERIFY(m_view->selection().isEmpty());
    }

    /// A triangle around the lower left corner: 0, 1 and 5, not 6.
    void lassoIsFreeForm()
    {
        const QSignalSpy made(m_view.get(), &ScatterView::selectionMade);
        const QPoint unit = at(6) - at(0);
        const QPoint corner = at(0) - unit / 3;
        drag({corner, corner + QPoint(unit.x() * 19 / 10, 0), corner + QPoint(0, unit.y() * 19 / 10)},
            Qt::ShiftModifier);
        QCOMPARE(m_view->selection(), (QSet<int>{0, 1, 5}));
        QCOMPARE(made.count(), 1);
    }

    void dragPansAndDoubleClickFits()
    {
        const QPointF before = m_view->placeOf(0);
        drag({QPoint(300, 200), QPoint(320, 210), QPoint(350, 240)}, {});
        QCOMPARE((m_view->placeOf(0) - before).toPoint(), QPoint(50, 40));
        QVERIFY(m_view->selection().isEmpty());
        QTest::mouseDClick(m_canvas, Qt::LeftButton, {}, QPoint(300, 200));
        QVERIFY(QLineF(m_view->placeOf(0), before).length() < 1e-9);
    }

    void wheelZoomsAtThePointerWithCtrlOnly()
    {
        const QPointF fixed = m_view->placeOf(12);
        const double width = QLineF(m_view->placeOf(0), m_view->placeOf(1)).length();
        const auto wheel = [&](Qt::KeyboardModifiers modifiers) {
            QWheelEvent event(fixed, m_canvas->mapToGlobal(fixed), {}, {0, 120}, Qt::NoButton, modifiers,
                Qt::NoScrollPhase, false);
            QCoreApplication::sendEvent(m_canvas, &event);
            return event.isAccepted();
        };
        QVERIFY(!wheel({}));
        QVERIFY(std::abs(QLineF(m_view->placeOf(0), m_view->placeOf(1)).length() - width) < 1e-9);
        QVERIFY(wheel(Qt::ControlModifier));
        QVERIFY(QLineF(m_view->placeOf(0), m_view->placeOf(1)).length() > 1.15 * width);
        QVERIFY(QLineF(m_view->placeOf(12), fixed).length() < 1e-6);
        QTest::keyClick(m_view.get(), Qt::Key_0);
        QVERIFY(std::abs(QLineF(m_view->placeOf(0), m_view->placeOf(1)).length() - width) < 1e-9);
    }

    void keysGoFromPointToPoint()
    {
        QTest::keyClick(m_view.get(), Qt::Key_BracketRight);
        QTest::keyClick(m_view.get(), Qt::Key_BracketRight);
        QCOMPARE(m_view->hovered(), 1);
        QTest::keyClick(m_view.get(), Qt::Key_BracketLeft);
        QTest::keyClick(m_view.get(), Qt::Key_BracketLeft);
        QCOMPARE(m_view->hovered(), 24);
        QTest::keyClick(m_view.get(), Qt::Key_Return);
        QCOMPARE(m_view->selection(), QSet<int>{24});
    }

    /// New positions are drawn ten times a second at most; a view that was moved stays.
    void animationIsThrottledAndKeepsTheView()
    {
        QTRY_VERIFY(m_view->redraws() > 0);
        std::vector<QPointF> positions = m_view->content().positions;
        const int before = m_view->redraws();
        for (int i = 0; i < 1000; ++i) {
            positions[0].rx() -= 0.01;
            m_view->setPositions(positions);
        }
        // One at once if the last one is long ago, and one for all that came after it.
        QTRY_VERIFY(m_view->redraws() > before);
        QVERIFY(staysTrue([&] { return m_view->redraws() <= before + 2; }));
        QTest::keyClick(m_view.get(), Qt::Key_Plus);
        const QPointF place = m_view->placeOf(24);
        positions[0].rx() -= 100;
        m_view->setPositions(positions);
        QVERIFY(QLineF(m_view->placeOf(24), place).length() < 1e-9);
    }

    void tableHoldsTheCoordinates()
    {
        const ChartTable table = m_view->table();
        QCOMPARE(table.columns, (QStringList{u"name"_s, u"x"_s, u"y"_s, u"shape"_s, u"half"_s}));
        QCOMPARE(table.rows.size(), 25);
        QCOMPARE(table.rows[8], (QStringList{u"point 3 1"_s, u"3"_s, u"1"_s, u"squares"_s, u"right"_s}));
        ScatterContent byValue = grid(5);
        byValue.categories.clear();
        byValue.categoryNames.clear();
        byValue.values.assign(25, 0.125);
        m_view->setLook(byValue);
        QCOMPARE(m_view->table().rows[8].last(), u"0.125"_s);
    }

    void exportsHaveAKey()
    {
        const QTemporaryDir folder;
        for (const QString& ending : {u"png"_s, u"svg"_s, u"pdf"_s}) {
            const QString path = folder.filePath(u"picture."_s + ending);
            QCOMPARE(m_view->writePicture(path, {600, 400}, 2), QString());
            QVERIFY(QFileInfo(path).size() > 1000);
        }
        QFile svg(folder.filePath(u"picture.svg"_s));
        QVERIFY(svg.open(QIODevice::ReadOnly));
        const QByteArray text = svg.readAll();
        for (const char* word : {"circles", "triangles", "left", "right", "A grid"})
            QVERIFY2(text.contains(word), word);
        QCOMPARE(QImage(folder.filePath(u"picture.png"_s)).size(), QSize(1200, 800));
    }

    void keyGrowsWithItsWidth()
    {
        ScatterContent content = grid(2);
        const ScatterPainter painter(content, themeColors(false));
        const double wide = painter.paintKey(nullptr, m_view->font(), 2000);
        QVERIFY(painter.paintKey(nullptr, m_view->font(), 120) >= 2 * wide);
        content.coloursAreShapes = true;
        QVERIFY(ScatterPainter(content, themeColors(false)).paintKey(nullptr, m_view->font(), 120)
            < painter.paintKey(nullptr, m_view->font(), 100) + 1);
    }

    void valueScaleIsMonotoneInLightness()
    {
        double before = -1;
        for (int i = 0; i <= 20; ++i) {
            const QColor color = valueColor(i / 20.0);
            const double lightness = 0.299 * color.redF() + 0.587 * color.greenF() + 0.114 * color.blueF();
            QVERIFY(lightness > before);
            before = lightness;
        }
    }

    /// The points of a large picture are drawn when the view changes, not when something moves over them.
    void tenThousandPointsAreDrawnOnceAView()
    {
        m_view->setContent(grid(100));
        m_view->resize(1100, 600);
        int settled = -1;
        QTRY_COMPARE(std::exchange(settled, m_view->redraws()), m_view->redraws());
        for (const Qt::Key key : {Qt::Key_Plus, Qt::Key_Minus}) {
            const int before = m_view->redraws();
            QTest::keyClick(m_view.get(), key);
            m_canvas->repaint();
            QCOMPARE(m_view->redraws(), before + 1);
            QTest::keyClick(m_view.get(), Qt::Key_BracketRight);
            QTest::mouseMove(m_canvas, QPoint(200, 200));
            m_canvas->repaint();
            QCOMPARE(m_view->redraws(), before + 1);
        }
    }
};

std::unique_ptr<QObject> tst_scatterview()
{
    return std::make_unique<TestScatterView>();
}
#include "tst_scatterview.moc"
