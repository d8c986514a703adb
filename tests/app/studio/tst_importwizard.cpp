// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/data/importwizard.h"
#include "core/data/dataset.h"
#include "core/data/summary.h"
#include "tests/fixtures/hand.h"

#include <QComboBox>
#include <QDir>
#include <QDropEvent>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr::studio;
using namespace fedcctr;

namespace {

/// Users who click turn by turn in both domains, in somebody else's columns.
QByteArray foreignRows(int users, int perDomain)
{
    QByteArray text = "stars,reviewer,asin,department,unixReviewTime\n";
    for (int user = 0; user < users; ++user)
        for (int i = 0; i < perDomain; ++i)
            for (const char* domain : {"food", "kitchen"})
                text += "5,r" + QByteArray::number(user) + ',' + domain[0]
                    + QByteArray::number((user + i * 7) % 40) + ',' + domain + ','
                    + QByteArray::number(1'000'000 + i * 86'400) + '\n';
    return text;
}

/// A line of the dumps of 2014 and 2018.
QByteArray review(const QByteArray& user, const QByteArray& item, int time)
{
    return "{\"reviewerID\": \"" + user + "\", \"asin\": \"" + item
        + "\", \"unixReviewTime\": " + QByteArray::number(time) + "}\n";
}

} // namespace

class TestImportWizard : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<ImportWizard> m_wizard;

    QString datasets() const { return m_directory->path() + u"/workspace/datasets"_s; }

    QString write(const QString& name, const QByteArray& text) const
    {
        QFile file(m_directory->filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("cannot write %s", qPrintable(name));
        return file.fileName();
    }

    template <typename T> T* child(const char* name) const
    {
        return fedcctr::test::part<T>(*m_wizard, QLatin1String(name));
    }
    QString label(const char* name) const { return child<QLabel>(name)->text(); }
    void click(const char* name) { QTest::mouseClick(child<QPushButton>(name), Qt::LeftButton); }
    void next() { QTest::mouseClick(m_wizard->button(QWizard::NextButton), Qt::LeftButton); }
    void commit() { QTest::mouseClick(m_wizard->button(QWizard::CommitButton), Qt::LeftButton); }

    /// Types the paths, one after the other.
    void typeFiles(const QStringList& paths)
    {
        auto* edit = child<QLineEdit>("edit_path");
        for (const QString& path : paths) {
            QTest::keyClicks(edit, path);
            QTest::keyClick(edit, Qt::Key_Return);
        }
        QCOMPARE(child<QListWidget>("list_files")->count(), paths.size());
    }

    /// From the first page to the import, with a few negatives.
    void goToFilters(const QStringList& paths)
    {
        typeFiles(paths);
        QTRY_VERIFY(m_wizard->button(QWizard::NextButton)->isEnabled());
        next();
        QCOMPARE(m_wizard->currentId(), int(ImportWizard::ColumnsPage));
        QVERIFY2(
            m_wizard->button(QWizard::NextButton)->isEnabled(), qPrintable(label("label_columns_problem")));
        next();
        QCOMPARE(m_wizard->currentId(), int(ImportWizard::FiltersPage));
        QTRY_VERIFY(!label("label_domains").startsWith(u"Looking"_s));
    }

private Q_SLOTS:
    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        m_wizard = std::make_unique<ImportWizard>(datasets());
        m_wizard->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_wizard.get()));
    }
    void cleanup() { m_wizard.reset(); }

    void importsAFileWithOtherColumnNames()
    {
        const QString path = write(u"shop.csv"_s, foreignRows(12, 5).replace("department", "place"));
        typeFiles({path});
        QTRY_VERIFY(m_wizard->button(QWizard::NextButton)->isEnabled());
        QVERIFY(child<QListWidget>("list_files")->item(0)->text().contains(u"CSV, interactions"_s));
        next();
        // Guessed but for the domain, which only the person knows.
        QCOMPARE(child<QComboBox>("combo_column_user")->currentText(), u"reviewer"_s);
        QCOMPARE(child<QComboBox>("combo_column_item")->currentText(), u"asin"_s);
        QCOMPARE(child<QComboBox>("combo_column_timestamp")->currentText(), u"unixReviewTime"_s);
        QCOMPARE(child<QComboBox>("combo_column_domain")->currentIndex(), 0);
        QVERIFY(label("label_columns_problem").contains(u"domain"_s));
        QVERIFY(!m_wizard->button(QWizard::NextButton)->isEnabled());
        auto* rows = child<QTableWidget>("table_rows");
        QCOMPARE(rows->rowCount(), 50);
        QCOMPARE(rows->item(1, 3)->text(), u"kitchen"_s);
        auto* domain = child<QComboBox>("combo_column_domain");
        domain->setFocus();
        QTest::keyClicks(domain, u"place"_s);
        QCOMPARE(domain->currentText(), u"place"_s);
        QCOMPARE(rows->horizontalHeaderItem(3)->text(), u"place\n= domain"_s);
        QVERIFY(m_wizard->button(QWizard::NextButton)->isEnabled());
        next();
        QTRY_COMPARE(child<QComboBox>("combo_domain_a")->currentText(), u"food"_s);
        QCOMPARE(child<QComboBox>("combo_domain_b")->currentText(), u"kitchen"_s);
        click("button_swap");
        QCOMPARE(child<QComboBox>("combo_domain_a")->currentText(), u"kitchen"_s);
        auto* name = child<QLineEdit>("edit_dataset_name");
        QCOMPARE(name->text(), u"shop"_s);
        child<QSpinBox>("spin_import_negatives")->setFocus();
        child<QSpinBox>("spin_import_negatives")->selectAll();
        QTest::keyClicks(child<QSpinBox>("spin_import_negatives"), u"10"_s);
        QTest::keyClick(child<QSpinBox>("spin_import_negatives"), Qt::Key_Tab);
        QCOMPARE(child<QComboBox>("combo_import_protocol")->currentText(), u"leave-one-out"_s);
        child<QComboBox>("combo_import_protocol")->setCurrentText(u"mixed-last"_s);
        commit();
        QTRY_COMPARE(m_wizard->currentId(), int(ImportWizard::ResultPage));
        QVERIFY2(label("label_import_counts").startsWith(u"12 users, 120 interactions"_s),
            qPrintable(label("label_import_counts")));
        QSignalSpy imported(m_wizard.get(), &ImportWizard::imported);
        QTRY_VERIFY(m_wizard->button(QWizard::FinishButton)->isVisible());
        QTest::mouseClick(m_wizard->button(QWizard::FinishButton), Qt::LeftButton);
        QTRY_COMPARE(imported.size(), 1);
        QCOMPARE(imported[0][0].toString(), datasets() + u"/shop"_s);
        const data::Dataset dataset = data::load((datasets() + u"/shop"_s).toStdString());
        QCOMPARE(dataset.domainNames[0], std::string("kitchen"));
        QCOMPARE(dataset.userCount(), std::size_t{12});
        QCOMPARE(dataset.provenance.evaluationNegatives, 10);
        QVERIFY(dataset.provenance.protocol == data::Protocol::MixedLast);
        QCOMPARE(std::ranges::count(dataset.allEvents, data::Role::Test, &data::Event::role), 12);
    }

    void aBadRowIsShownAndSkipped()
    {
        QByteArray text = foreignRows(12, 5);
        text += "5,r1,k1,kitchen,n/a\n";
        goToFilters({write(u"bad.csv"_s, text)});
        child<QSpinBox>("spin_import_negatives")->setValue(5);
        commit();
        QTRY_VERIFY(child<QPushButton>("button_skip_rows")->isVisible());
        const QString error = label("label_import_error");
        for (const auto& part : {u"bad.csv:122:"_s, u"'unixReviewTime' (5)"_s, u"'n/a'"_s, u"Unix seconds"_s})
            QVERIFY2(error.contains(part), qPrintable(error));
        QVERIFY(!QDir(datasets()).exists(u"bad"_s));
        click("button_skip_rows");
        QTRY_COMPARE(m_wizard->currentId(), int(ImportWizard::ResultPage));
        QVERIFY2(label("label_import_notes").contains(u"1 row with errors left out"_s),
            qPrintable(label("label_import_notes")));
        QVERIFY(QDir(datasets()).exists(u"bad/dataset.json"_s));
    }

    void backFromAnErrorLeadsToTheFilters()
    {
        goToFilters({write(u"few.csv"_s, foreignRows(12, 5))});
        child<QSpinBox>("spin_import_min_user")->setValue(50);
        commit();
        QTRY_VERIFY(child<QPushButton>("button_import_back")->isVisible());
        QVERIFY2(label("label_import_error").contains(u"go back and lower the filters"_s),
            qPrintable(label("label_import_error")));
        QVERIFY(!child<QPushButton>("button_skip_rows")->isVisible());
        click("button_import_back");
        QCOMPARE(m_wizard->currentId(), int(ImportWizard::FiltersPage));
        child<QSpinBox>("spin_import_min_user")->setValue(2);
        child<QSpinBox>("spin_import_negatives")->setValue(5);
        commit();
        QTRY_COMPARE(m_wizard->currentId(), int(ImportWizard::ResultPage));
    }

    void cancelledItLeavesNothing()
    {
        goToFilters({write(u"large.csv"_s, foreignRows(20'000, 10))});
        // Its end, too, would be told by the event loop, which has no turn before the click.
        commit();
        QVERIFY(m_wizard->isImporting());
        Q_EMIT m_wizard->task().progressed(0.5, u"reading"_s, 12'000);
        QCOMPARE(child<QProgressBar>("progress_import")->value(), 500);
        QVERIFY2(label("label_import_progress").startsWith(u"reading: 12,000 rows, "_s),
            qPrintable(label("label_import_progress")));
        QTest::mouseClick(m_wizard->button(QWizard::CancelButton), Qt::LeftButton);
        QTRY_VERIFY(!m_wizard->isImporting());
        QVERIFY(!m_wizard->isVisible());
        QVERIFY(QDir(datasets()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::Hidden).isEmpty());
    }

    void filesCanBeDroppedAndTakenOff()
    {
        const QString path = write(u"drop.csv"_s, foreignRows(3, 3));
        QMimeData mime;
        mime.setUrls({QUrl::fromLocalFile(path), QUrl(u"https://example.org/x.csv"_s)});
        QWidget* page = m_wizard->currentPage();
        QDragEnterEvent enter({5, 5}, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(page, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop({5, 5}, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(page, &drop);
        auto* list = child<QListWidget>("list_files");
        QCOMPARE(list->count(), 1);
        list->setCurrentRow(0);
        click("button_remove_files");
        QCOMPARE(list->count(), 0);
        QVERIFY(!m_wizard->button(QWizard::NextButton)->isEnabled());
    }

    void aFileThatCannotBeReadIsToldAtOnce()
    {
        typeFiles({m_directory->filePath(u"missing.csv"_s)});
        QTRY_VERIFY(child<QLabel>("label_files_problem")->isVisible());
        QVERIFY(label("label_files_problem").contains(u"missing.csv"_s));
        QVERIFY(!m_wizard->button(QWizard::NextButton)->isEnabled());
    }

    void aTakenNameIsRefused()
    {
        QDir().mkpath(datasets() + u"/taken"_s);
        goToFilters({write(u"taken.csv"_s, foreignRows(3, 3))});
        QVERIFY(label("label_filters_problem").contains(u"already"_s));
        QVERIFY(!m_wizard->button(QWizard::CommitButton)->isEnabled());
    }

    void importsAmazonDumps()
    {
        QByteArray a;
        QByteArray b;
        for (int i = 0; i < 12; ++i) {
            a += review("u", "a" + QByteArray::number(i), i);
            b += review("u", "b" + QByteArray::number(i), i);
        }
        a += review("w", "a77", 5);
        b += review("w", "b77", 5);
        goToFilters({write(u"reviews_Books_5.json"_s, a), write(u"reviews_Movies_5.json"_s, b),
            write(u"meta_Books.json"_s, "{\"asin\": \"a0\", \"title\": \"One\"}\n")});
        QCOMPARE(child<QSpinBox>("spin_import_min_user")->value(), 10);
        child<QSpinBox>("spin_import_min_item")->setValue(0);
        child<QSpinBox>("spin_import_min_user")->setValue(1);
        child<QSpinBox>("spin_import_negatives")->setValue(1);
        click("button_swap");
        commit();
        QTRY_COMPARE(m_wizard->currentId(), int(ImportWizard::ResultPage));
        const data::Summary summary = data::readSummary((datasets() + u"/reviews_Books_5"_s).toStdString());
        QCOMPARE(summary.domainNames[0], std::string("Movies"));
        QCOMPARE(summary.users, std::size_t{2});
    }

    void importsFoodAndKitchen()
    {
        const QString folder = QStringLiteral(FEDCCTR_SHARED_DIR "/data/food-kitchen/");
        if (!QFile::exists(folder + u"interactions_titled.csv.gz"_s))
            QSKIP("the shared data are not here");
        goToFilters({folder + u"interactions_titled.csv.gz"_s, folder + u"items.csv.gz"_s});
        QCOMPARE(child<QLineEdit>("edit_dataset_name")->text(), u"food-kitchen"_s);
        QTRY_COMPARE(child<QComboBox>("combo_domain_b")->currentText(), u"kitchen"_s);
        commit();
        QTRY_COMPARE_WITH_TIMEOUT(m_wizard->currentId(), int(ImportWizard::ResultPage), 30'000);
        const data::Summary summary = data::readSummary((datasets() + u"/food-kitchen"_s).toStdString());
        QCOMPARE(summary.users, std::size_t{7008});
        QCOMPARE(summary.items[0], std::size_t{7601});
        QCOMPARE(summary.items[1], std::size_t{15666});
        QCOMPARE(summary.interactions, std::size_t{163676});
    }
};

std::unique_ptr<QObject> tst_importwizard()
{
    return std::make_unique<TestImportWizard>();
}
#include "tst_importwizard.moc"
