// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/data/datapage.h"
#include "app/studio/data/importwizard.h"
#include "app/studio/data/usertable.h"
#include "app/studio/runs/workspace.h"
#include "core/augment/augmentation.h"
#include "core/data/demo.h"
#include "core/model/vector_set.h"
#include "tests/fixtures/hand.h"
#include "widgets/charts/barchart.h"
#include "widgets/charts/curveplot.h"
#include "widgets/charts/histogram.h"
#include "widgets/messagebar.h"
#include "widgets/theme.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFile>
#include <QFileDialog>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSet>
#include <QSignalSpy>
#include <QSpinBox>
#include <QStackedWidget>
#include <QStandardPaths>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
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

    /// Choosing a source event marks the own event that retrieves it, in whatever order either table is.
    void retrievalMarksTheReason()
    {
        openWithData();
        showTab(4);
        auto* source = child<QTableView>("table_retrieval");
        auto* own = child<QTableView>("table_retrieval_own");
        child<QDoubleSpinBox>("spin_theta")->setValue(0.2);
        QTRY_VERIFY(source->model()->rowCount() > 0);
        const auto header = [](QTableView* table, int column) {
            QHeaderView* bar = table->horizontalHeader();
            QTest::mouseClick(bar->viewport(), Qt::LeftButton, {},
                {bar->sectionViewportPosition(column) + bar->sectionSize(column) / 2, bar->height() / 2});
        };
        header(source, 3); // the nearest last, those without a cosine behind
        header(own, 1);
        std::vector<double> cosines;
        std::size_t marked = 0;
        for (int row = 0; row < source->model()->rowCount(); ++row) {
            source->scrollTo(source->model()->index(row, 0));
            QTest::mouseClick(source->viewport(), Qt::LeftButton, {},
                source->visualRect(source->model()->index(row, 1)).center());
            const QString reason = cell("table_retrieval", row, 4);
            if (reason.isEmpty()) {
                QVERIFY(!own->currentIndex().isValid());
                QVERIFY(!own->selectionModel()->hasSelection());
                continue;
            }
            cosines.push_back(cell("table_retrieval", row, 3).toDouble());
            QCOMPARE(std::size_t(row) + 1, cosines.size());
            QCOMPARE(own->currentIndex().siblingAtColumn(1).data().toString(), reason);
            QVERIFY(own->currentIndex().siblingAtColumn(2).data().toInt() > 0);
            ++marked;
        }
        QVERIFY(marked > 1 && std::ranges::is_sorted(cosines));
        int retrieves = 0;
        for (int row = 0; row < own->model()->rowCount(); ++row)
            retrieves += cell("table_retrieval_own", row, 2).toInt();
        QCOMPARE(std::size_t(retrieves), marked);
        // Only the newest own event asks, and one retrieved event goes on.
        child<QSpinBox>("spin_retrieval_length")->setValue(1);
        header(own, 0);
        header(own, 0);
        for (int row = 1; row < own->model()->rowCount(); ++row)
            QCOMPARE(cell("table_retrieval_own", row, 2), u"does not ask"_s);
    }

    void retrievalCurveSetsTheThreshold()
    {
        openWithData();
        showTab(4);
        auto* plot = child<widgets::CurvePlot>("plot_retrieval");
        QTRY_VERIFY(!plot->content().series.empty());
        QTRY_VERIFY(test::waitForQuiet(*m_page));
        auto* canvas = plot->findChild<QWidget*>(u"plot_retrieval_canvas"_s);
        auto* theta = child<QDoubleSpinBox>("spin_theta");
        theta->setValue(-1);
        const QString before = label("label_retrieved");
        QTRY_VERIFY(test::waitForQuiet(*m_page));
        const QPoint middle = canvas->rect().center();
        QTest::mouseClick(canvas, Qt::LeftButton, {}, middle);
        const double chosen = theta->value();
        QVERIFY2(chosen > 0.2 && chosen < 0.8, qPrintable(QString::number(chosen)));
        QVERIFY(label("label_retrieved") != before);
        QVERIFY(label("label_retrieval_summary").contains(u"θ = "_s));
        // Dragging moves the view alone.
        QTest::mousePress(canvas, Qt::LeftButton, {}, middle);
        QTest::mouseMove(canvas, middle + QPoint(60, 0));
        QTest::mouseRelease(canvas, Qt::LeftButton, {}, middle + QPoint(60, 0));
        QCOMPARE(theta->value(), chosen);
        child<QCheckBox>("check_hard")->click();
        QVERIFY(!theta->isEnabled());
        QVERIFY(label("label_retrieval_summary").contains(u"by shared rare words"_s));
    }

    /// Sets of vectors that lie beside the dataset can be chosen; one that is damaged is told of.
    void retrievalByASetOfVectors()
    {
        openWithData();
        const data::Dataset dataset = data::load(path(u"small"_s).toStdString());
        const auto save = [&](const char* name, float value) {
            model::saveVectors({1, std::vector<float>(dataset.items.size(), value), {}}, dataset,
                path(u"small"_s).toStdString(), name);
        };
        save("alike", 1);
        save("broken", 1);
        showTab(4);
        auto* vectors = child<QComboBox>("combo_retrieval_vectors");
        QCOMPARE(vectors->count(), 3);
        auto* rows = child<QTableView>("table_retrieval");
        QTRY_VERIFY(rows->model()->rowCount() > 0);
        child<QDoubleSpinBox>("spin_theta")->setValue(0.99);
        const int events = rows->model()->rowCount();
        test::choose(*vectors, 1);
        QTRY_COMPARE(rows->model()->rowCount(), events);
        for (int row = 0; row < events; ++row)
            QCOMPARE(cell("table_retrieval", row, 3), u"1.000"_s);
        QTRY_VERIFY(label("label_retrieval_summary").contains(u"100"_s));
        QFile file(path(u"small"_s) + u"/vectors/broken.bin"_s);
        QVERIFY(file.open(QIODevice::ReadWrite) && file.resize(20));
        file.close();
        test::choose(*vectors, 2);
        QTRY_VERIFY(child<MessageBar>("message_data")->isVisible());
        QTRY_COMPARE(rows->model()->rowCount(), 0);
        QVERIFY(button("button_cancel_retrieval")->isVisible()); // Count again
        QVERIFY(!button("button_retrieval_examples")->isEnabled());
        test::choose(*vectors, 0);
        QTRY_COMPARE(rows->model()->rowCount(), events);
        QTRY_VERIFY(!button("button_cancel_retrieval")->isVisible());
    }

    /// Figure 5's cases: what each finds is what the tab would retrieve.
    void retrievalExamples()
    {
        openWithData();
        showTab(4);
        child<QDoubleSpinBox>("spin_theta")->setValue(0.2);
        QTRY_VERIFY(button("button_retrieval_examples")->isEnabled());
        click("button_retrieval_examples");
        auto* dialog = child<QDialog>("dialog_retrieval_examples");
        auto* table = test::part<QTableView>(*dialog, u"table_examples"_s);
        QTRY_VERIFY(table->model()->rowCount() > 0);
        const auto text = [&](int row, int column) {
            return table->model()->index(row, column).data().toString();
        };
        QSet<QString> kinds;
        QStringList first;
        for (int row = 0; row < table->model()->rowCount(); ++row) {
            kinds.insert(text(row, 0));
            first.append(text(row, 1) + text(row, 2));
            QCOMPARE(text(row, 3).toDouble() <= 0.2, text(row, 0) == u"only Hard"_s);
            QVERIFY(text(row, 0) == u"only vectors"_s || !text(row, 4).isEmpty());
        }
        QVERIFY(kinds.size() > 1);
        QTRY_VERIFY(test::part<QPushButton>(*dialog, u"button_other_examples"_s)->isEnabled());
        QTest::mouseClick(test::part<QPushButton>(*dialog, u"button_other_examples"_s), Qt::LeftButton);
        QTRY_VERIFY(table->model()->rowCount() > 0 && !first.contains(text(0, 1) + text(0, 2)));
        QTest::keyClick(dialog, Qt::Key_Escape);
        QTRY_VERIFY(!m_page->findChild<QDialog*>(u"dialog_retrieval_examples"_s));
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
