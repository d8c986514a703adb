// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/settingsform.h"
#include "widgets/forms/valueedit.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QSlider>
#include <QTest>
#include <QToolButton>

#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr::widgets;

class TestSettingsForm : public QObject {
    Q_OBJECT

    static QList<FormField> fields()
    {
        FormField lambda;
        lambda.key = u"loss.lambda1"_s;
        lambda.section = u"Loss"_s;
        lambda.symbol = u"λ₁"_s;
        lambda.label = u"weight of IDRA"_s;
        lambda.help = u"pulls views together"_s;
        lambda.step = 0.05;
        lambda.fallback = 0.3;
        FormField rounds = lambda;
        rounds.key = u"federation.rounds"_s;
        rounds.section = u"Federation"_s;
        rounds.symbol = u"T"_s;
        rounds.label = u"rounds"_s;
        rounds.unit = u"rounds"_s;
        rounds.type = FormField::Type::Integer;
        rounds.least = 1;
        rounds.most = 100000;
        rounds.step = 1;
        rounds.logarithmic = true;
        rounds.fallback = 500;
        FormField schedule = rounds;
        schedule.key = u"privacy.schedule"_s;
        schedule.section = u"Privacy"_s;
        schedule.symbol.clear();
        schedule.label = u"noise schedule"_s;
        schedule.type = FormField::Type::Choice;
        schedule.choices = {u"none"_s, u"static"_s, u"adaldp"_s};
        schedule.fallback = u"adaldp"_s;
        FormField idra = schedule;
        idra.key = u"loss.idra"_s;
        idra.type = FormField::Type::Toggle;
        idra.fallback = true;
        FormField mlp = idra;
        mlp.key = u"model.mlp"_s;
        mlp.type = FormField::Type::Text;
        mlp.fallback = u"512-256"_s;
        return {lambda, rounds, schedule, idra, mlp};
    }

    static std::unique_ptr<SettingsForm> shown()
    {
        auto form = std::make_unique<SettingsForm>(fields());
        form->resize(320, 400);
        form->show();
        if (!QTest::qWaitForWindowActive(form.get()))
            qWarning("the window was not activated");
        return form;
    }

    static bool isBold(SettingsForm& form, const char* label)
    {
        return form.findChild<QLabel*>(QLatin1String(label))->font().bold();
    }

private Q_SLOTS:
    void showsFallbacks()
    {
        const auto form = shown();
        QCOMPARE(form->value(u"loss.lambda1"_s).toDouble(), 0.3);
        QCOMPARE(form->value(u"federation.rounds"_s).toInt(), 500);
        QCOMPARE(form->value(u"privacy.schedule"_s).toString(), u"adaldp"_s);
        QCOMPARE(form->value(u"loss.idra"_s).toBool(), true);
        QCOMPARE(form->value(u"model.mlp"_s).toString(), u"512-256"_s);
        QVERIFY(form->changedValues().isEmpty());
        QVERIFY(!form->value(u"no.such"_s).isValid());
    }

    void typingMakesBoldAndResetUndoes()
    {
        const auto form = shown();
        QSignalSpy edited(form.get(), &SettingsForm::edited);
        auto* box = form->findChild<NumberBox*>(u"edit_loss_lambda1_box"_s);
        auto* reset = form->findChild<QToolButton*>(u"reset_loss_lambda1"_s);
        QVERIFY(!isBold(*form, "label_loss_lambda1"));
        QVERIFY(!reset->isEnabled());
        box->setFocus();
        box->selectAll();
        QTest::keyClicks(box, u"0.45"_s);
        QTest::keyClick(box, Qt::Key_Return);
        QCOMPARE(edited.size(), 1);
        QCOMPARE(edited.last().at(0).toString(), u"loss.lambda1"_s);
        QCOMPARE(edited.last().at(1).toDouble(), 0.45);
        QVERIFY(isBold(*form, "label_loss_lambda1"));
        QTest::mouseClick(reset, Qt::LeftButton);
        QCOMPARE(form->value(u"loss.lambda1"_s).toDouble(), 0.3);
        QVERIFY(!isBold(*form, "label_loss_lambda1"));
        QCOMPARE(edited.last().at(1).toDouble(), 0.3);
    }

    void otherEditors()
    {
        const auto form = shown();
        QSignalSpy edited(form.get(), &SettingsForm::edited);
        auto* combo = form->findChild<QComboBox*>(u"edit_privacy_schedule"_s);
        combo->setFocus();
        QTest::keyClick(combo, Qt::Key_Up);
        QCOMPARE(form->value(u"privacy.schedule"_s).toString(), u"static"_s);
        auto* check = form->findChild<QCheckBox*>(u"edit_loss_idra"_s);
        check->setFocus();
        QTest::keyClick(check, Qt::Key_Space);
        QCOMPARE(form->value(u"loss.idra"_s).toBool(), false);
        auto* text = form->findChild<QLineEdit*>(u"edit_model_mlp"_s);
        text->setFocus();
        text->selectAll();
        QTest::keyClicks(text, u"64"_s);
        QTest::keyClick(text, Qt::Key_Return);
        QCOMPARE(form->changedValues().size(), 3);
        QCOMPARE(edited.size(), 3);
    }

    void theBaseIsThePreset()
    {
        const auto form = shown();
        form->setBase({{u"loss.lambda1"_s, 0.1}});
        QVERIFY(form->isChanged(u"loss.lambda1"_s));
        QSignalSpy edited(form.get(), &SettingsForm::edited);
        form->setValue(u"loss.lambda1"_s, 0.1);
        QVERIFY(!form->isChanged(u"loss.lambda1"_s));
        QCOMPARE(edited.size(), 0);
    }

    void errorsStandUnderTheirField()
    {
        const auto form = shown();
        form->setError(u"model.mlp"_s, u"model.mlp: 'x' is not a list"_s);
        auto* error = form->findChild<QLabel*>(u"error_model_mlp"_s);
        QVERIFY(error->isVisible());
        auto* text = form->findChild<QLineEdit*>(u"edit_model_mlp"_s);
        text->setFocus();
        QTest::keyClick(text, Qt::Key_Return);
        QVERIFY(!error->isVisible());
    }

    void sectionsCollapse()
    {
        const auto form = shown();
        auto* head = form->findChild<QToolButton*>(u"section_loss"_s);
        auto* row = form->findChild<QWidget*>(u"row_loss_lambda1"_s);
        QSignalSpy toggled(form.get(), &SettingsForm::sectionToggled);
        QVERIFY(row->isVisible());
        QTest::mouseClick(head, Qt::LeftButton);
        QVERIFY(!row->isVisible());
        QCOMPARE(form->collapsedSections(), QStringList{u"Loss"_s});
        QCOMPARE(toggled.size(), 1);
        // The filter looks into it, and it is closed again afterwards.
        QCOMPARE(form->filter(u"lambda one"_s, false), 1);
        QVERIFY(row->isVisible());
        form->filter({}, false);
        QVERIFY(!row->isVisible());
        form->reveal(u"loss.lambda1"_s);
        QVERIFY(row->isVisible());
        QVERIFY(form->findChild<NumberBox*>(u"edit_loss_lambda1_box"_s)->hasFocus());
    }

    void filterByWordsAndChange()
    {
        const auto form = shown();
        QCOMPARE(form->filter(u"rounds"_s, false), 1);
        QVERIFY(form->isShown(u"federation.rounds"_s));
        QVERIFY(!form->isShown(u"loss.lambda1"_s));
        QVERIFY(!form->findChild<QToolButton*>(u"section_loss"_s)->isVisible());
        QCOMPARE(form->filter(u"λ₁"_s, false), 1);
        QCOMPARE(form->filter(u"nothing at all"_s, false), 0);
        QCOMPARE(form->filter({}, true), 0);
        form->setValue(u"loss.lambda1"_s, 0.9);
        QCOMPARE(form->filter({}, true), 1);
        QVERIFY(form->isShown(u"loss.lambda1"_s));
        QCOMPARE(form->filter({}, false), 5);
    }

    /// Whatever is looked for.
    void whatIsOfSomethingElseIsLeftOut()
    {
        const auto form = shown();
        form->setLeftOut({u"loss.lambda1"_s});
        QVERIFY(!form->isShown(u"loss.lambda1"_s));
        QCOMPARE(form->filter({}, false), 4);
        form->filter(u"lambda1"_s, false);
        QVERIFY(!form->isShown(u"loss.lambda1"_s));
        form->setLeftOut({});
        QVERIFY(form->isShown(u"loss.lambda1"_s));
    }

    void whatCannotMatterIsDim()
    {
        const auto form = shown();
        auto* label = form->findChild<QLabel*>(u"label_loss_lambda1"_s);
        auto* box = form->findChild<NumberBox*>(u"edit_loss_lambda1_box"_s);
        const QColor before = label->palette().color(QPalette::Active, QPalette::WindowText);
        form->setIrrelevant(u"loss.lambda1"_s, u"IDRA is switched off."_s);
        QVERIFY(label->palette().color(QPalette::Active, QPalette::WindowText) != before);
        QVERIFY(box->toolTip().contains(u"IDRA is switched off."_s));
        QVERIFY(box->isEnabled());
        form->setIrrelevant(u"loss.lambda1"_s, {});
        QCOMPARE(label->palette().color(QPalette::Active, QPalette::WindowText), before);
        QVERIFY(!box->toolTip().contains(u"IDRA is switched off."_s));
    }

    void theFocusIsTold()
    {
        const auto form = shown();
        QSignalSpy focused(form.get(), &SettingsForm::focused);
        form->findChild<NumberBox*>(u"edit_federation_rounds_box"_s)->setFocus();
        QCOMPARE(focused.last().at(0).toString(), u"federation.rounds"_s);
        form->findChild<QComboBox*>(u"edit_privacy_schedule"_s)->setFocus();
        QCOMPARE(focused.last().at(0).toString(), u"privacy.schedule"_s);
    }

    void aDragIsToldWhileItLasts()
    {
        const auto form = shown();
        QSignalSpy dragged(form.get(), &SettingsForm::dragged);
        QSignalSpy edited(form.get(), &SettingsForm::edited);
        auto* slider = form->findChild<QSlider*>(u"edit_loss_lambda1_slider"_s);
        slider->setSliderDown(true);
        slider->setSliderPosition(500);
        slider->setSliderPosition(700);
        QCOMPARE(dragged.size(), 2);
        QCOMPARE(dragged.last().at(1).toDouble(), 0.7);
        QCOMPARE(edited.size(), 0);
        slider->setSliderDown(false);
        QCOMPARE(edited.size(), 1);
        form->setValue(u"loss.lambda1"_s, 0.2); // by the program
        QCOMPARE(dragged.size(), 2);
    }

    void wideFormsShowTheSame()
    {
        SettingsForm form(fields(), nullptr, SettingsForm::Columns::Wide);
        form.resize(640, 400);
        form.show();
        auto* label = form.findChild<QLabel*>(u"label_federation_rounds"_s);
        auto* editor = form.findChild<QWidget*>(u"edit_federation_rounds"_s);
        QVERIFY(editor->x() > label->x());
        QCOMPARE(form.value(u"federation.rounds"_s).toInt(), 500);
    }

    void everyEditorSaysWhatItIs()
    {
        const auto form = shown();
        for (const QWidget* widget : form->findChildren<QWidget*>()) {
            // What Qt makes inside its own widgets and pop-ups is Qt's to name.
            if (widget->focusPolicy() == Qt::NoFocus || !qobject_cast<QWidget*>(widget->parentWidget())
                || widget->objectName().startsWith(u"qt_"_s) || widget->inherits("QComboBoxListView"))
                continue;
            QVERIFY2(!widget->objectName().isEmpty(), widget->metaObject()->className());
            QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(widget->objectName()));
        }
        QCOMPARE(form->findChild<NumberBox*>(u"edit_loss_lambda1_box"_s)->accessibleName(),
            u"lambda one, weight of IDRA"_s);
        const QString tip = form->findChild<QWidget*>(u"edit_federation_rounds"_s)->toolTip();
        QVERIFY(tip.contains(u"1 to 100,000"_s) || tip.contains(u"1 to 100000"_s));
        QVERIFY(tip.contains(u"Unit: rounds"_s));
    }

    void readOnlyFieldsCannotBeReset()
    {
        const auto form = shown();
        form->setValue(u"loss.lambda1"_s, 0.9);
        form->setReadOnly(u"loss.lambda1"_s, true);
        QVERIFY(!form->findChild<QToolButton*>(u"reset_loss_lambda1"_s)->isEnabled());
        QVERIFY(!form->findChild<QWidget*>(u"edit_loss_lambda1"_s)->isEnabled());
    }
};

std::unique_ptr<QObject> tst_settingsform()
{
    return std::make_unique<TestSettingsForm>();
}
#include "tst_settingsform.moc"
