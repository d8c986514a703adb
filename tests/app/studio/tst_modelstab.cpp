// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/runtablemodel.h"
#include "core/report/model_comparison.h"
#include "core/sweeps/sweep_record.h"
#include "tests/fixtures/comparebench.h"

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QTest>

#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr;
using namespace fedcctr::studio;

/// The comparison of models, and runs by model.
class TestModelsTab : public fedcctr::tests::CompareBench {
    Q_OBJECT

    std::filesystem::path folder() const { return (runs() + u"/models"_s).toStdString(); }

    /// BST and the base, two seeds each; one of BST's is left out if `open`.
    void writeComparison(bool open = false) const
    {
        sweeps::SweepPlan plan;
        plan.dataset = "/data/book-movie";
        sweeps::Comparison comparison{.points = 1, .seeds = 2};
        for (const char* title : {"BST", "FedCCTR-LM"}) {
            const bool isBase = title == std::string("FedCCTR-LM");
            comparison.rows.push_back({.name = title,
                .title = title,
                .group = isBase ? "Ours" : "Traditional",
                .isBase = isBase,
                .showsAugmentation = true,
                .assignments = {isBase ? "loss.lambda1=0.3" : "model.architecture=bst"},
                .grid = {}});
            for (int seed = 1; seed <= 2; ++seed) {
                plan.jobs.push_back(
                    sweeps::jobOf(plan, {title, comparison.rows.back().assignments}, {}, seed));
                if (open && !isBase && seed == 2)
                    continue;
                tests::SyntheticRun made;
                made.name = QString::fromStdString(plan.jobs.back().name);
                made.config = sweeps::configOf(plan, plan.jobs.back());
                made.config.federation.rounds = made.rounds;
                made.ndcgA = isBase ? 0.25 : 0.2;
                tests::writeRun(QString::fromStdString(folder().string()), made);
            }
        }
        plan.comparison = comparison;
        sweeps::recordPlan(folder(), plan);
    }

    QTableView* models() const { return find<QTableView>(u"table_models"_s); }
    QString words(int row, int column) const
    {
        return models()->model()->index(row, column).data().toString();
    }

private Q_SLOTS:
    void init() { setUp(); }
    void cleanup() { tearDown(); }

    /// Cell for cell.
    void theTabShowsTheReportsTables()
    {
        writeComparison();
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 4);
        showTab(u"tab_models"_s);
        QTRY_COMPARE(models()->model()->rowCount(), 5);
        const report::SweepResults sweep = report::readSweep(folder());
        const report::Table expected = report::modelTable(sweep);
        for (std::size_t row = 0; row < expected.rows.size(); ++row)
            for (std::size_t column = 0; column < expected.columns.size(); ++column)
                QCOMPARE(words(int(row), int(column)), QString::fromStdString(expected.rows[row][column]));
        const auto font = [this](int row, int column) {
            return models()->model()->index(row, column).data(Qt::FontRole).value<QFont>();
        };
        QVERIFY(font(4, 7).bold()); // NDCG@10 of the base
        QVERIFY(font(3, 7).underline());
        const auto* parts = find<QComboBox>(u"combo_comparison_part"_s);
        QCOMPARE(parts->count(), 5); // models, cost; three charts: nothing was searched or augmented
        choose(u"combo_comparison_part"_s, 1);
        QCOMPARE(models()->model()->rowCount(), 2);
        choose(u"combo_comparison_part"_s, 3);
        QVERIFY(find(u"plot_models"_s)->isVisible());
        QVERIFY(find<QLabel>(u"label_models_note"_s)->text().contains(u"no augmentation"_s));
    }

    void whatIsNotFinishedIsTold()
    {
        writeComparison(true);
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 3);
        showTab(u"tab_models"_s);
        QTRY_VERIFY(find<QLabel>(u"label_models_note"_s)->text().startsWith(u"3 of 4 runs are finished."_s));
    }

    void withoutAComparisonItOffersOne()
    {
        writeSweep();
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 6);
        showTab(u"tab_models"_s);
        QTest::mouseClick(find<QPushButton>(u"button_compare_models"_s), Qt::LeftButton);
        QVERIFY2(message().contains(u"no dataset"_s), qPrintable(message()));
    }

    /// Of IDST-CL's configurations the one that validation prefers, with its seeds.
    void runsByModel()
    {
        writeComparison();
        writeSweep();
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 10);
        choose(u"combo_group"_s, 2);
        QTRY_COMPARE(table()->model()->rowCount(), 2);
        const int bst = rowNamed(u"BST, federated, adaldp"_s);
        const int own = rowNamed(u"IDST-CL, federated, adaldp"_s);
        QVERIFY(bst >= 0 && own >= 0);
        QCOMPARE(cell(bst, Column::Model), u"BST"_s);
        QCOMPARE(cell(bst, Column::Runs), u"2"_s);
        // "open" reaches 30 % in A and 27 % in B, more than the others.
        QVERIFY2(cell(own, Column::NdcgA).startsWith(u"30.00"_s), qPrintable(cell(own, Column::NdcgA)));
        filter(u"model:bst"_s);
        QTRY_COMPARE(table()->model()->rowCount(), 1);
    }
};

std::unique_ptr<QObject> tst_modelstab()
{
    return std::make_unique<TestModelsTab>();
}
#include "tst_modelstab.moc"
