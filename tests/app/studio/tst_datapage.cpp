// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/data/datapage.h"
#include "app/studio/data/importwizard.h"
#include "app/studio/data/usertable.h"
#include "app/studio/runs/workspace.h"
#include "core/augment/augmentation.h"
#include "core/data/demo.h"
#include "tests/fixtures/hand.h"
#include "widgets/charts/barchart.h"
#include "widgets/charts/histogram.h"
#include "widgets/messagebar.h"
#include "widgets/theme.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QHeaderView>
#include <QLabel>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QStackedWidget>
#include <QStandardPaths>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr;
using namespace fedcctr::studio;
using widgets::MessageBar;

namespace {

constexpr int kUsers = 60;

data::Dataset smallDataset(const std::string& name)
{
    data::DemoOptions options;
    options.users = kUsers;
    options.items = 150;
    data::Dataset dataset = data::generateDemo(options).dataset;
    dataset.provenance.name = name;
    return dataset;
}

} // namespace

class TestDataPage : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<DataPage> m_page;

    QString datasets() const { return m_directory->path() + u"/datasets"_s; }
    QString path(const QString& name) const { return datasets() + u'/' + name; }

    void write(const QString& name) const
    {
        QDir().mkpath(path(name));
        data::save(smallDataset(name.toStdString()), path(name).toStdString());
    }

    void open()
    {
        m_page.reset();
        m_workspace.reset();
        m_workspace = std::make_unique<Workspace>(m_directory->path(), QString());
        m_page = std::make_unique<DataPage>(m_workspace.get(), nullptr);
        fedcctr::test::showActive(*m_page, {1120, 600});
        m_workspace->open();
    }

    /// The page with the dataset "small".
    void openWithData()
    {
        write(u"small"_s);
        open();
        m_workspace->openDataset(path(u"small"_s));
        QTRY_COMPARE(child<QStackedWidget>("stack_data")->currentIndex(), 1);
    }

    template <typename T> T* child(const char* name) const
    {
        return fedcctr::test::part<T>(*m_page, QLatin1String(name));
    }
    QString label(const char* name) const { return child<QLabel>(name)->text(); }
    QPushButton* button(const char* name) const { return child<QPushButton>(name); }
    void click(const char* name) { QTest::mouseClick(button(name), Qt::LeftButton); }
    QListWidget* list() const { return child<QListWidget>("list_datasets"); }
    void showTab(int tab) { child<QTabWidget>("tabs_data")->setCurrentIndex(tab); }
    QString cell(const char* table, int row, int column) const
    {
        return child<QTableView>(table)->model()->index(row, column).data().toString();
    }
    QString rowName(const char* table, int row) const
    {
        return child<QTableView>(table)->model()->headerData(row, Qt::Vertical).toString();
    }

private Q_SLOTS:
    void init()
    {
        QDir(QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + u"/FedCCTR"_s)
            .removeRecursively();
        m_directory = std::make_unique<QTemporaryDir>();
    }
    void cleanup()
    {
        m_page.reset();
        m_workspace.reset();
    }

    void withoutADatasetItOffersTheDemo()
    {
        open();
        QCOMPARE(child<QStackedWidget>("stack_data")->currentIndex(), 0);
        QCOMPARE(list()->count(), 0);
        click("empty_data_button");
        QTRY_COMPARE(child<QStackedWidget>("stack_data")->currentIndex(), 1);
        QTRY_COMPARE(list()->count(), 1);
        QVERIFY2(
            list()->item(0)->text().contains(u"ready, 600 users"_s), qPrintable(list()->item(0)->text()));
    }

    void aDemoOfAnySize()
    {
        open();
        click("button_demo");
        auto* dialog = m_page->findChild<QDialog*>(u"dialog_demo"_s);
        QVERIFY(dialog);
        auto* users = dialog->findChild<QSpinBox*>(u"spin_demo_users"_s);
        users->selectAll();
        QTest::keyClicks(users, u"50"_s);
        dialog->findChild<QSpinBox*>(u"spin_demo_items"_s)->setValue(150);
        auto* name = dialog->findChild<QLineEdit*>(u"edit_demo_name"_s);
        name->setText(u"a/b"_s);
        auto* create = dialog->findChild<QPushButton*>(u"button_make_demo"_s);
        QVERIFY(!create->isEnabled());
        name->setText(u"tiny"_s);
        QTest::mouseClick(create, Qt::LeftButton);
        QTRY_COMPARE(m_workspace->dataset(), path(u"tiny"_s));
        QCOMPARE(m_workspace->data()->userCount(), std::size_t{50});
    }

    void theLinkOpensTheWizard()
    {
        open();
        click("empty_data_link");
        auto* wizard = m_page->findChild<ImportWizard*>(u"wizard_import"_s);
        QVERIFY(wizard && wizard->isVisible());
        wizard->reject();
        QTRY_VERIFY(!m_page->findChild<ImportWizard*>(u"wizard_import"_s));
    }

    void theListShowsReadyAndBrokenAndForgets()
    {
        write(u"broken"_s);
        QVERIFY(QFile::remove(path(u"broken/items.bin"_s)));
        write(u"second"_s);
        openWithData();
        QTRY_COMPARE(list()->count(), 3);
        QVERIFY(list()->item(0)->text().endsWith(u"\nbroken"_s));
        QVERIFY(list()->item(0)->toolTip().contains(u"items.bin"_s));
        QVERIFY(list()->item(1)->text().contains(u"60 users"_s));
        QTest::mouseClick(
            list()->viewport(), Qt::LeftButton, {}, list()->visualItemRect(list()->item(1)).center());
        QTRY_COMPARE(m_workspace->dataset(), path(u"second"_s));
        QTRY_VERIFY(list()->item(1)->font().bold());

        click("button_remove_dataset");
        QTRY_COMPARE(list()->count(), 2);
        QCOMPARE(child<QStackedWidget>("stack_data")->currentIndex(), 0);
        QVERIFY(QFile::exists(path(u"second/dataset.json"_s)));
        m_workspace->save();
        open(); // and it stays away
        QTRY_COMPARE(list()->count(), 2);
        m_workspace->openDataset(path(u"second"_s));
        QTRY_COMPARE(list()->count(), 3);

        m_workspace->openDataset(path(u"broken"_s));
        QTRY_VERIFY(child<MessageBar>("message_data")->isVisible());
        QVERIFY(child<MessageBar>("message_data")->text().contains(u"items.bin"_s));
    }

    void overviewShowsTheNumbers()
    {
        openWithData();
        const data::Statistics numbers = data::statistics(*m_workspace->data());
        QCOMPARE(rowName("table_statistics", 0), u"Users"_s);
        QCOMPARE(cell("table_statistics", 0, 0), u"60"_s);
        QCOMPARE(cell("table_statistics", 1, 1), QString::number(numbers.domains[1].items));
        QCOMPARE(child<QTableView>("table_statistics")->model()->columnCount(), 2);
        click("button_copy_latex");
        const QString latex = QApplication::clipboard()->text();
        QVERIFY2(latex.contains(u"\\begin{tabular}{lrr}"_s) && latex.contains(u"Users & 60 & 60 \\\\"_s),
            qPrintable(latex));
        QVERIFY(latex.contains(u"Sparsity (\\%)"_s));
        click("button_copy_csv");
        QVERIFY(QApplication::clipboard()->text().startsWith(u"figure,Books,Movies\nUsers,60,60\n"_s));
        for (const char* name : {"plot_lengths", "plot_popularity", "plot_times", "plot_ratios"})
            QVERIFY2(!child<widgets::Histogram>(name)->isEmpty(), name);
        const widgets::ChartTable lengths = child<widgets::Histogram>("plot_lengths")->table();
        double users = 0;
        for (const QStringList& row : lengths.rows)
            users += row[1].toDouble();
        QCOMPARE(users, double(kUsers));
    }

    void exportWritesTheTable()
    {
        openWithData();
        m_page->exportPage();
        auto* dialog = m_page->findChild<QFileDialog*>(u"dialog_export_statistics"_s);
        QVERIFY(dialog);
        const QString file = m_directory->filePath(u"numbers.csv"_s);
        dialog->findChild<QLineEdit*>()->setText(file);
        QTest::keyClick(dialog->findChild<QLineEdit*>(), Qt::Key_Return);
        QTRY_VERIFY(QFile::exists(file));
    }

    void usersAreFoundAndSorted()
    {
        openWithData();
        m_page->find();
        QCOMPARE(child<QTabWidget>("tabs_data")->currentIndex(), 1);
        auto* table = child<QTableView>("table_users");
        const QAbstractItemModelTester tester(
            table->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(table->model()->rowCount(), kUsers);
        const data::Dataset& dataset = *m_workspace->data();
        const QString wanted = QString::fromStdString(dataset.users[7]);
        QTest::keyClicks(child<QLineEdit>("edit_find_user"), wanted.toUpper());
        QCOMPARE(table->model()->rowCount(), 1);
        QCOMPARE(label("label_users"), u"1 of 60 users"_s);
        table->selectRow(0);
        QCOMPARE(label("label_user"), u"User %1"_s.arg(wanted));
        const auto events = dataset.events(7);
        auto* merged = child<QTableView>("table_sequence_merged");
        QCOMPARE(merged->model()->rowCount(), int(events.size()));
        QCOMPARE(cell("table_sequence_merged", 0, SequenceTable::Title),
            QString::fromStdString(dataset.items[static_cast<std::size_t>(events[0].item)].title));
        QCOMPARE(cell("table_sequence_a", 0, SequenceTable::Position), u"1"_s);
        QCOMPARE(child<QTableView>("table_sequence_a")->model()->rowCount()
                + child<QTableView>("table_sequence_b")->model()->rowCount(),
            int(events.size()));
        QTest::keyClicks(child<QLineEdit>("edit_find_user"), u"#"_s);
        QCOMPARE(table->model()->rowCount(), 0);
        child<QLineEdit>("edit_find_user")->clear();
        table->sortByColumn(UserTable::LengthM, Qt::DescendingOrder);
        for (int row = 1; row < kUsers; ++row)
            QVERIFY(cell("table_users", row, UserTable::LengthM).toInt()
                <= cell("table_users", row - 1, UserTable::LengthM).toInt());
    }

    void theCutIsShown()
    {
        openWithData();
        showTab(1);
        auto* table = child<QTableView>("table_users");
        table->sortByColumn(UserTable::LengthM, Qt::DescendingOrder);
        table->selectRow(0);
        child<QSpinBox>("spin_length")->setValue(5);
        const int rows = child<QTableView>("table_sequence_merged")->model()->rowCount();
        QCOMPARE(cell("table_sequence_merged", rows - 1, SequenceTable::Use), u"test"_s);
        // The newest five before the target stay.
        QVERIFY(!cell("table_sequence_merged", rows - 6, SequenceTable::Use).contains(u"cut"_s));
        QVERIFY(cell("table_sequence_merged", rows - 7, SequenceTable::Use).contains(u"cut"_s));
        QVERIFY2(label("label_sequence_merged").contains(u"the oldest %1 cut"_s.arg(rows - 6)),
            qPrintable(label("label_sequence_merged")));
    }

    /// The threshold decides which events of the source are retrieved; the curve is over all users.
    void retrievalIsShownWithItsReasons()
    {
        openWithData();
        showTab(4);
        auto* rows = child<QTableView>("table_retrieval");
        QTRY_VERIFY(rows->model()->rowCount() > 0);
        const auto marked = [&] {
            int count = 0;
            for (int row = 0; row < rows->model()->rowCount(); ++row)
                count += cell("table_retrieval", row, 2).isEmpty() ? 0 : 1;
            return count;
        };
        child<QDoubleSpinBox>("spin_theta")->setValue(-1);
        QCOMPARE(marked(), rows->model()->rowCount());
        child<QDoubleSpinBox>("spin_theta")->setValue(1);
        QCOMPARE(marked(), 0);
        QVERIFY(label("label_retrieval_summary").contains(u"100"_s)); // users without
        child<QDoubleSpinBox>("spin_theta")->setValue(0.2);
        const int some = marked();
        QVERIFY(some > 0 && some < rows->model()->rowCount());
        for (int row = 0; row < rows->model()->rowCount(); ++row)
            QCOMPARE(cell("table_retrieval", row, 2).isEmpty(), cell("table_retrieval", row, 4).isEmpty());
        const QString user = child<QLineEdit>("edit_retrieval_user")->text();
        click("button_next_user");
        QVERIFY(child<QLineEdit>("edit_retrieval_user")->text() != user);
        child<QComboBox>("combo_direction")->setCurrentIndex(1);
        QVERIFY(label("label_retrieved").contains(u"source events"_s));
        child<QLineEdit>("edit_retrieval_user")->setText(u"nobody"_s);
        QVERIFY(label("label_retrieved").contains(u"no user nobody"_s));
        QCOMPARE(rows->model()->rowCount(), 0);
    }

    void aFilterMakesANewDataset()
    {
        openWithData();
        showTab(2);
        const data::Dataset before = *m_workspace->data();
        QCOMPARE(cell("table_counts", 0, 0), u"60"_s);
        QCOMPARE(cell("table_counts", 0, 1), u"–"_s);
        child<QSpinBox>("spin_min_user")->setValue(12);
        child<QSpinBox>("spin_negatives")->setValue(20);
        QCOMPARE(child<QComboBox>("combo_protocol")->currentText(), u"leave-one-out"_s);
        QCOMPARE(child<QLabel>("label_split")->text(), u"What leave-one-out leaves"_s);
        child<QComboBox>("combo_protocol")->setCurrentText(u"mixed-last"_s);
        click("button_preview");
        QTRY_VERIFY(cell("table_counts", 0, 1) != u"–"_s);
        const int left = cell("table_counts", 0, 1).toInt();
        QVERIFY(left > 0 && left < kUsers);
        QVERIFY(!QDir(path(u"small-filtered"_s)).exists());
        click("button_apply");
        QTRY_COMPARE(m_workspace->dataset(), path(u"small-filtered"_s));
        const data::Dataset& after = *m_workspace->data();
        QCOMPARE(int(after.userCount()), left);
        QVERIFY(after.provenance.protocol == data::Protocol::MixedLast);
        // The page counts the new dataset in a thread of its own before it shows it.
        QTRY_COMPARE(child<QLabel>("label_split")->text(), u"What mixed-last leaves"_s);
        QCOMPARE(std::ranges::count(after.allEvents, data::Role::Test, &data::Event::role), left);
        for (std::size_t user = 0; user < after.userCount(); ++user)
            for (const data::Domain domain : data::kDomains)
                QVERIFY(std::ranges::count_if(after.events(user), [&](const data::Event& event) {
                    return after.domainOf(event.item) == domain;
                }) >= 12);
        QCOMPARE(after.provenance.evaluationNegatives, 20);
        // The old one is as it was.
        const data::Dataset old = data::load(path(u"small"_s).toStdString());
        QCOMPARE(old.userCount(), before.userCount());
        QVERIFY(old.negatives == before.negatives);
    }

    void filtersThatLeaveNobodyAreTold()
    {
        openWithData();
        showTab(2);
        child<QSpinBox>("spin_min_user")->setValue(100);
        click("button_preview");
        QTRY_VERIFY2(label("label_counts").contains(u"no user is left"_s), qPrintable(label("label_counts")));
        QVERIFY(label("label_counts").contains(u"lower the filters"_s));
    }

    void aTakenNameCannotBeWritten()
    {
        openWithData();
        showTab(2);
        child<QLineEdit>("edit_new_name")->setText(u"small"_s);
        QVERIFY(!button("button_apply")->isEnabled());
        QVERIFY(button("button_apply")->toolTip().contains(u"another name"_s));
    }

    void theLeakageCheckPassesAndFails()
    {
        openWithData();
        showTab(2);
        click("button_leakage");
        QTRY_VERIFY2(label("label_leakage").startsWith(u"Passed"_s), qPrintable(label("label_leakage")));
        QVERIFY(!child<QTableView>("table_leaks")->isVisible());

        data::Dataset bad = smallDataset("bad");
        const auto target =
            static_cast<std::size_t>(bad.targetPosition(data::Split::Test, data::Domain::B, 3));
        bad.allEvents[bad.eventOffsets[3] + target].role = data::Role::Train;
        data::save(bad, path(u"bad"_s).toStdString());
        m_workspace->openDataset(path(u"bad"_s));
        QTRY_COMPARE(label("label_leakage"), u"Not checked yet."_s);
        click("button_leakage");
        QTRY_VERIFY2(label("label_leakage").startsWith(u"Failed"_s), qPrintable(label("label_leakage")));
        QVERIFY(child<QTableView>("table_leaks")->isVisible());
        QCOMPARE(cell("table_leaks", 0, 0), QString::fromStdString(bad.users[3]));
    }

    void featuresComeFromTheAugmentation()
    {
        openWithData();
        showTab(3);
        QSignalSpy asked(m_page.get(), &DataPage::pageRequested);
        click("empty_features_button");
        QCOMPARE(asked.size(), 1);
        QCOMPARE(asked[0][0].value<PageId>(), PageId::Augmentation);

        const data::Dataset& dataset = *m_workspace->data();
        augment::Augmentation augmentation;
        augmentation.backend = "offline (no LLM)";
        augmentation.items.resize(dataset.items.size());
        augmentation.items[0].genres = {"crime"};
        augmentation.users.resize(dataset.userCount());
        augmentation.sequences.resize(dataset.userCount());
        augmentation.sequences[0].liked[0] = {1};
        augment::saveAugmentation(augmentation, dataset, path(u"small"_s).toStdString());
        m_workspace->openDataset(path(u"small"_s));
        QTRY_COMPARE(child<QStackedWidget>("stack_features")->currentIndex(), 1);
        QVERIFY(std::ranges::any_of(child<widgets::BarChart>("bars_genres")->bars(),
            [](const widgets::Bar& bar) { return bar.word == u"crime"_s && bar.after == 1; }));
        QCOMPARE(child<QTableView>("table_statistics")->model()->columnCount(), 4);
        QCOMPARE(cell("table_statistics", 2, 2).remove(u',').toInt(),
            cell("table_statistics", 2, 0).remove(u',').toInt() + 1);
    }

    void theStateIsKept()
    {
        openWithData();
        showTab(1);
        child<QLineEdit>("edit_find_user")->setText(u"1"_s);
        child<QTableView>("table_users")->sortByColumn(UserTable::LengthB, Qt::DescendingOrder);
        child<QTableView>("table_users")->selectRow(2);
        const QString user = label("label_user");
        const QJsonObject state = m_page->state();
        m_workspace->save();
        open();
        m_page->restore(state);
        QTRY_COMPARE(child<QStackedWidget>("stack_data")->currentIndex(), 1);
        QCOMPARE(child<QTabWidget>("tabs_data")->currentIndex(), 1);
        QCOMPARE(child<QLineEdit>("edit_find_user")->text(), u"1"_s);
        QCOMPARE(child<QTableView>("table_users")->horizontalHeader()->sortIndicatorSection(),
            int(UserTable::LengthB));
        QTRY_COMPARE(label("label_user"), user);
        QCOMPARE(m_page->state()[u"users"_s].toObject()[u"user"_s], state[u"users"_s].toObject()[u"user"_s]);
    }

    void everythingHasANameAndAToolTip()
    {
        openWithData();
        for (const QWidget* widget : m_page->findChildren<QWidget*>()) {
            const bool isControl = qobject_cast<const QPushButton*>(widget)
                || (qobject_cast<const QSpinBox*>(widget)) || qobject_cast<const QCheckBox*>(widget);
            if (!isControl)
                continue;
            QVERIFY2(!widget->objectName().isEmpty(), widget->metaObject()->className());
            QVERIFY2(!widget->toolTip().isEmpty() || !widget->isVisibleTo(m_page.get())
                    || widget->objectName() == u"empty_data_link"_s,
                qPrintable(widget->objectName()));
        }
    }
};

std::unique_ptr<QObject> tst_datapage()
{
    return std::make_unique<TestDataPage>();
}
#include "tst_datapage.moc"
