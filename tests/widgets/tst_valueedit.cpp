// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/valueedit.h"

#include <QAction>
#include <QLineEdit>
#include <QSignalSpy>
#include <QSlider>
#include <QTest>
#include <QWheelEvent>

#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr::widgets;

class TestValueEdit : public QObject {
    Q_OBJECT

    static QLineEdit* line(const ValueEdit& edit) { return edit.box()->findChild<QLineEdit*>(); }

    static void type(ValueEdit& edit, const QString& text)
    {
        edit.box()->setFocus();
        edit.box()->selectAll();
        QTest::keyClicks(edit.box(), text);
    }

    static void wheel(QWidget* target)
    {
        const QPointF middle = QRectF(target->rect()).center();
        QWheelEvent event(middle, target->mapToGlobal(middle), {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
            Qt::NoScrollPhase, false);
        QApplication::sendEvent(target, &event);
    }

private Q_SLOTS:
    void enterCommitsAndEscReverts()
    {
        ValueEdit edit(u"edit_x"_s);
        edit.setRange({0, 1, 0.05, false, false});
        edit.setValue(0.3);
        edit.show();
        QVERIFY(QTest::qWaitForWindowActive(&edit));
        QSignalSpy committed(&edit, &ValueEdit::committed);
        type(edit, u"0.45"_s);
        QCOMPARE(edit.value(), 0.3);
        QTest::keyClick(edit.box(), Qt::Key_Return);
        QCOMPARE(edit.value(), 0.45);
        QCOMPARE(committed.size(), 1);
        type(edit, u"0.9"_s);
        QTest::keyClick(edit.box(), Qt::Key_Escape);
        QTest::keyClick(edit.box(), Qt::Key_Return);
        QCOMPARE(edit.value(), 0.45);
        QCOMPARE(line(edit)->text(), u"0.45"_s);
    }

    void whatIsOutOfRangeIsBroughtIn()
    {
        ValueEdit edit(u"edit_x"_s);
        edit.setRange({0, 1, 0.05, false, false});
        edit.show();
        QVERIFY(QTest::qWaitForWindowActive(&edit));
        type(edit, u"7"_s);
        QTest::keyClick(edit.box(), Qt::Key_Return);
        QCOMPARE(edit.value(), 1.0);
        type(edit, u"-2"_s);
        QTest::keyClick(edit.box(), Qt::Key_Return);
        QCOMPARE(edit.value(), 0.0);
        type(edit, u"nonsense"_s);
        QTest::keyClick(edit.box(), Qt::Key_Return);
        QCOMPARE(edit.value(), 0.0);
    }

    void stepsStayRound()
    {
        ValueEdit edit(u"edit_x"_s);
        edit.setRange({0, 1, 0.1, false, false});
        edit.setValue(0.1);
        edit.show();
        QVERIFY(QTest::qWaitForWindowActive(&edit));
        edit.box()->setFocus();
        QTest::keyClick(edit.box(), Qt::Key_Up);
        QTest::keyClick(edit.box(), Qt::Key_Up);
        QCOMPARE(edit.value(), 0.3);
        QCOMPARE(line(edit)->text(), u"0.3"_s);
    }

    void logarithmicStepsAndSlider()
    {
        ValueEdit edit(u"edit_delta"_s);
        edit.setRange({1e-12, 1e-2, 1e-6, true, false});
        edit.setValue(1e-5);
        QCOMPARE(line(edit)->text(), u"1e-05"_s);
        QCOMPARE(edit.slider()->value(), 700);
        edit.show();
        QVERIFY(QTest::qWaitForWindowActive(&edit));
        edit.box()->setFocus();
        QTest::keyClick(edit.box(), Qt::Key_Up);
        QCOMPARE(edit.value(), 1.2e-5);
        QTest::keyClick(edit.box(), Qt::Key_Down);
        QTest::keyClick(edit.box(), Qt::Key_Down);
        QCOMPARE(edit.value(), 8e-6);
        edit.slider()->setValue(0);
        QCOMPARE(edit.value(), 1e-12);
        edit.slider()->setValue(1000);
        QCOMPARE(edit.value(), 1e-2);
    }

    void wholeNumbers()
    {
        ValueEdit edit(u"edit_rounds"_s);
        edit.setRange({1, 100000, 1, true, true});
        edit.setValue(1);
        edit.show();
        QVERIFY(QTest::qWaitForWindowActive(&edit));
        edit.box()->setFocus();
        QTest::keyClick(edit.box(), Qt::Key_Up);
        QCOMPARE(edit.value(), 2.0);
        type(edit, u"500"_s);
        QTest::keyClick(edit.box(), Qt::Key_Return);
        QCOMPARE(edit.value(), 500.0);
        edit.slider()->setValue(513);
        QCOMPARE(edit.value(), std::round(edit.value()));
    }

    void draggingTellsOfEachValueAndCommitsOnce()
    {
        ValueEdit edit(u"edit_x"_s);
        edit.setRange({0, 1, 0.05, false, false});
        edit.resize(300, 30);
        edit.show();
        QVERIFY(QTest::qWaitForWindowActive(&edit));
        QSignalSpy changed(&edit, &ValueEdit::valueChanged);
        QSignalSpy committed(&edit, &ValueEdit::committed);
        QSlider* slider = edit.slider();
        const QPoint start(8, slider->height() / 2);
        QTest::mousePress(slider, Qt::LeftButton, {}, start);
        for (int x = 20; x < slider->width() - 20; x += 10)
            QTest::mouseMove(slider, {x, start.y()});
        QTest::mouseRelease(slider, Qt::LeftButton, {}, {slider->width() - 20, start.y()});
        QVERIFY(changed.size() > 3);
        QCOMPARE(committed.size(), 1);
        QVERIFY(edit.value() > 0.5);
        QVERIFY(std::abs(edit.value() * 20 - std::round(edit.value() * 20)) < 1e-9);
    }

    void undoIsThePagesUnlessSomethingIsTyped()
    {
        QWidget window;
        ValueEdit edit(u"edit_x"_s, &window);
        edit.setGeometry(0, 0, 300, 30);
        edit.setValue(0.5);
        QAction undo(&window);
        undo.setShortcut(QKeySequence::Undo);
        window.addAction(&undo);
        QSignalSpy triggered(&undo, &QAction::triggered);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        edit.box()->setFocus();
        QTest::keyClick(&window, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(triggered.size(), 1);
        edit.box()->selectAll();
        QTest::keyClicks(edit.box(), u"0.7"_s);
        QTest::keyClick(edit.box(), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(triggered.size(), 1);
        QCOMPARE(edit.value(), 0.5);
    }

    void theWheelNeedsTheFocus()
    {
        QWidget window;
        QLineEdit other(&window);
        ValueEdit edit(u"edit_x"_s, &window);
        edit.setGeometry(0, 40, 300, 30);
        edit.setRange({0, 1, 0.1, false, false});
        edit.setValue(0.5);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        other.setFocus();
        wheel(edit.box());
        wheel(edit.slider());
        QCOMPARE(edit.value(), 0.5);
        edit.box()->setFocus();
        wheel(edit.box());
        QCOMPARE(edit.value(), 0.6);
    }
};

std::unique_ptr<QObject> tst_valueedit()
{
    return std::make_unique<TestValueEdit>();
}
#include "tst_valueedit.moc"
