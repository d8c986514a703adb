// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/shell/aboutdialog.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QTableWidget>
#include <QTest>

#include <memory>

using namespace Qt::StringLiterals;
using fedcctr::studio::AboutDialog;

class TestAboutDialog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tellsVersionPaperAndLicence()
    {
        const AboutDialog dialog;
        const QString text = dialog.findChild<QLabel*>(u"text_about"_s)->text();
        for (const char* part : {FEDCCTR_VERSION, "2503.16875", "GPL-3.0-or-later"})
            QVERIFY2(text.contains(QLatin1String(part)), part);
    }

    void everyLibraryHasALicence()
    {
        const AboutDialog dialog;
        const auto* table = dialog.findChild<QTableWidget*>(u"table_libraries"_s);
        QCOMPARE(table->rowCount(), 9);
        for (int row = 0; row < table->rowCount(); ++row)
            for (int column = 0; column < 3; ++column)
                QVERIFY(!table->item(row, column)->text().isEmpty());
    }

    void systemIsCopiedAndTheMissingEngineNamed()
    {
        AboutDialog dialog;
        dialog.show();
        dialog.findChild<QTabWidget*>(u"tabs_about"_s)->setCurrentIndex(2);
        const auto* text = dialog.findChild<QPlainTextEdit*>(u"text_system"_s);
        QTRY_VERIFY(!text->toPlainText().contains(u"asking…"_s));
        QVERIFY(text->toPlainText().contains(QLatin1String(qVersion())));
        QVERIFY(text->toPlainText().contains(u"fedcctr-engine"_s));
        QTest::mouseClick(dialog.findChild<QPushButton*>(u"button_copy_system"_s), Qt::LeftButton);
        QCOMPARE(QApplication::clipboard()->text(), text->toPlainText());
    }

    void looksRight()
    {
        const QString folder = qEnvironmentVariable("FEDCCTR_SCREENSHOTS");
        AboutDialog dialog;
        dialog.show();
        auto* tabs = dialog.findChild<QTabWidget*>(u"tabs_about"_s);
        QCOMPARE(tabs->count(), 3);
        for (int tab = 0; tab < tabs->count(); ++tab) {
            tabs->setCurrentIndex(tab);
            QVERIFY(!dialog.grab().isNull());
            if (!folder.isEmpty())
                QVERIFY(dialog.grab().save(u"%1/about-%2.png"_s.arg(folder).arg(tab)));
        }
    }
};

std::unique_ptr<QObject> tst_aboutdialog()
{
    return std::make_unique<TestAboutDialog>();
}
#include "tst_aboutdialog.moc"
