// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/model_comparison.h"
#include "core/runs/test_users.h"
#include "core/sweeps/sweep_record.h"
#include "tests/fixtures/synthetic_runs.h"

#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr;
using namespace fedcctr::report;
using sweeps::ComparisonRow;

/// Three models on a made-up dataset whose numbers can be followed by hand.
class TestModelComparison : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    std::filesystem::path folder() const { return m_folder->path().toStdString(); }

    static ComparisonRow row(const std::string& name, const std::string& title, bool augmented, bool isBase)
    {
        ComparisonRow made{.name = name,
            .title = title,
            .group = isBase || title == "FedCCTR-LM" ? "Ours" : "Traditional",
            .augmented = augmented,
            .isBase = isBase,
            .showsAugmentation = title == "FedCCTR-LM",
            .assignments = {title == "BST" ? "model.architecture=bst" : "loss.lambda1=0.3",
                augmented ? "augment.items=true" : "augment.items=false"},
            .grid = {sweeps::parseAxis("federation.learning_rate=0.001,0.01")},
            .searchRounds = 100};
        made.tried = {{{}, 0.2}, {{{"federation.learning_rate", "0.01"}}, 0.25}};
        made.chosen = title == "BST" ? 1 : 0;
        return made;
    }

    /// Two seeds around the value, two points apart; 60 users whose NDCG@10 is shifted.
    void addRuns(sweeps::SweepPlan& plan, const ComparisonRow& row, double ndcg, double shift) const
    {
        for (int seed = 1; seed <= 2; ++seed) {
            plan.jobs.push_back(sweeps::jobOf(plan, {row.name, row.assignments}, {}, seed));
            tests::SyntheticRun run;
            run.name = QString::fromStdString(plan.jobs.back().name);
            run.config = sweeps::configOf(plan, plan.jobs.back());
            run.config.federation.rounds = run.rounds;
            if (row.title == "BST")
                run.config.federation.mode = federation::Mode::Central;
            run.ndcgA = ndcg + (seed == 1 ? -0.01 : 0.01);
            run.ndcgB = run.ndcgA / 2;
            run.epsilon = 0;
            run.parameters = 1000;
            run.uploaded = row.title == "BST" ? 0 : 250;
            runs::UserScores scores;
            for (auto& domain : scores)
                for (int user = 0; user < 60; ++user) {
                    runs::UserScore score;
                    score.user = user;
                    score.ndcg10 = 0.2 + user % 7 * 0.05 + shift;
                    domain.push_back(score);
                }
            const QString path = tests::writeRun(m_folder->path(), run);
            runs::writeTestUsers(path.toStdString(), scores);
        }
    }

    /// BST 20 %, FedCCTR-LM without PrivAugNet 24 % and with it 25 %; the popularity ranker reaches 12 %.
    void writeComparison(bool augmented = true) const
    {
        sweeps::SweepPlan plan;
        plan.dataset = "/data/book-movie";
        sweeps::Comparison comparison{.points = 2, .seeds = 2};
        comparison.rows = {row("BST", "BST", false, false),
            row("FedCCTR-LM w/o PrivAugNet", "FedCCTR-LM", false, !augmented)};
        if (augmented)
            comparison.rows.push_back(row("FedCCTR-LM", "FedCCTR-LM", true, true));
        plan.comparison = comparison;
        addRuns(plan, comparison.rows[0], 0.2, -0.05);
        addRuns(plan, comparison.rows[1], 0.24, 0);
        if (augmented)
            addRuns(plan, comparison.rows[2], 0.25, 0);
        sweeps::recordPlan(folder(), plan);
    }

    static QString cell(const Table& table, std::size_t row, const std::string& column)
    {
        const auto found = std::ranges::find(table.columns, column);
        return found == table.columns.end()
            ? u"no column "_s + QString::fromStdString(column)
            : QString::fromStdString(table.rows[row][std::size_t(found - table.columns.begin())]);
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void theTableIsByHand()
    {
        writeComparison();
        const SweepResults sweep = readSweep(folder());
        QCOMPARE(sweep.missing, std::size_t(0));
        const Table table = modelTable(sweep);
        QCOMPARE(table.rows.size(), std::size_t(6));
        QCOMPARE(cell(table, 0, "Model"), u"random"_s);
        QCOMPARE(cell(table, 0, "Group"), u"No training"_s);
        QCOMPARE(cell(table, 2, "Model"), u"item-KNN"_s);
        QCOMPARE(cell(table, 2, "Books NDCG@10"), u"15.00"_s);
        QCOMPARE(cell(table, 2, "Books p"), u"-"_s);
        QVERIFY(table.isReference[2] && !table.isReference[3]);
        QCOMPARE(cell(table, 3, "Model"), u"BST"_s);
        QCOMPARE(cell(table, 3, "Group"), u"Traditional"_s);
        QCOMPARE(cell(table, 3, "Seeds"), u"2"_s);
        // 19 and 21 %: the mean is 20, and t of one degree times 1.414 / sqrt(2) is 12.71.
        QCOMPARE(cell(table, 3, "Books NDCG@10"), u"20.00 ± 12.71"_s);
        // A synthetic run has NDCG@2 half and MRR@5 0.64 times as large.
        QCOMPARE(cell(table, 3, "Books NDCG@2"), u"10.00 ± 6.35"_s);
        QCOMPARE(cell(table, 3, "Books MRR@5"), u"12.80 ± 8.13"_s);
        QCOMPARE(cell(table, 3, "Movies NDCG@10"), u"10.00 ± 6.35"_s);
        QCOMPARE(cell(table, 3, "Books Diff."), u"-20.00"_s);
        // All 60 users lose 5 points: the smallest p of 9,999 flips, times the four tests of two rows.
        QCOMPARE(cell(table, 3, "Books p"), u"0.0004"_s);
        QCOMPARE(cell(table, 4, "Books Diff."), u"-4.00"_s);
        QCOMPARE(cell(table, 4, "Books p"), u"1.0000"_s);
        QCOMPARE(cell(table, 5, "Model"), u"FedCCTR-LM"_s);
        QCOMPARE(cell(table, 5, "Books Diff."), u"-"_s);
        QCOMPARE(cell(table, 5, "Books p"), u"-"_s);
        QVERIFY(table.note.find("FedCCTR-LM") != std::string::npos);
    }

    /// The best is wherever it lands: item-KNN's 13 % of Movies is above the models' 12.5 %.
    void bestAndSecondStandOut()
    {
        writeComparison();
        const SweepResults sweep = readSweep(folder());
        const Table table = modelTable(sweep);
        const auto column = [&table](const std::string& name) {
            return std::size_t(std::ranges::find(table.columns, name) - table.columns.begin());
        };
        QCOMPARE(table.emphasisAt(5, column("Books NDCG@10")), Emphasis::Best);
        QCOMPARE(table.emphasisAt(4, column("Books NDCG@10")), Emphasis::Second);
        QCOMPARE(table.emphasisAt(3, column("Books NDCG@10")), Emphasis::None);
        QCOMPARE(table.emphasisAt(2, column("Movies NDCG@10")), Emphasis::Best);
        QCOMPARE(table.emphasisAt(5, column("Movies NDCG@10")), Emphasis::Second);
        QCOMPARE(table.emphasisAt(5, column("Books p")), Emphasis::None);
        const std::string latex = toLatex(table);
        QVERIFY(latex.find("\\textbf{25.00 $\\pm$ 12.71}") != std::string::npos);
        QVERIFY(latex.find("\\underline{24.00 $\\pm$ 12.71}") != std::string::npos);
        QVERIFY(toCsv(table).find("textbf") == std::string::npos);
    }

    void costAndSearch()
    {
        writeComparison();
        const SweepResults sweep = readSweep(folder());
        const Table cost = costTable(sweep);
        QCOMPARE(cost.rows.size(), std::size_t(3));
        QCOMPARE(cell(cost, 0, "Trained"), u"central"_s);
        QCOMPARE(cell(cost, 0, "Bytes a client uploads a round"), u"–"_s);
        QCOMPARE(cell(cost, 2, "Trained"), u"federated"_s);
        QCOMPARE(cell(cost, 2, "Parameters"), u"1000"_s);
        QCOMPARE(cell(cost, 2, "Bytes a client uploads a round"), u"1000"_s); // 250 values of 4 bytes
        QCOMPARE(cell(cost, 2, "Rounds"), u"20"_s);
        QCOMPARE(cell(cost, 2, "Seconds"), u"30.0"_s);
        const Table search = searchTable(sweep);
        QCOMPARE(cell(search, 0, "Searched"), u"federation.learning_rate in {0.001, 0.01}"_s);
        QCOMPARE(cell(search, 0, "Points"), u"2"_s);
        QCOMPARE(cell(search, 0, "Rounds of each"), u"100"_s);
        QCOMPARE(cell(search, 0, "Chosen"), u"federation.learning_rate 0.01"_s);
        QCOMPARE(cell(search, 0, "Validation of chosen"), u"25.00 %"_s);
        QCOMPARE(cell(search, 0, "of own settings"), u"20.00 %"_s);
        QCOMPARE(cell(search, 1, "Chosen"), u"own settings"_s);
    }

    void figure12()
    {
        writeComparison();
        const SweepResults sweep = readSweep(folder());
        const Table table = augmentationTable(sweep);
        QCOMPARE(table.rows.size(), std::size_t(2));
        QCOMPARE(cell(table, 0, "Model"), u"FedCCTR-LM"_s);
        QCOMPARE(cell(table, 1, "Domain"), u"Movies"_s);
        QCOMPARE(cell(table, 0, "NDCG@10 w/o"), u"24.00 ± 12.71"_s);
        QCOMPARE(cell(table, 0, "NDCG@10 w/"), u"25.00 ± 12.71"_s);
        QCOMPARE(cell(table, 0, "Diff."), u"+4.17"_s);
        QCOMPARE(cell(table, 0, "p"), u"1.0000"_s); // every user is the same
        const std::vector<Picture> pictures = comparisonPictures(sweep, "x-");
        QCOMPARE(pictures.size(), std::size_t(3));
        QCOMPARE(pictures[1].file, std::string("x-privaugnet-ndcg"));
        const auto& bars = std::get<BarChart>(pictures[1].content);
        QCOMPARE(bars.subjects.size(), std::size_t(2));
        QCOMPARE(bars.groups.size(), std::size_t(2));
        QCOMPARE(bars.groups[1].label, std::string("FedCCTR-LM Movies"));
        QVERIFY(std::abs(bars.groups[0].bars[1].mean - 0.25) < 1e-12);
        QVERIFY(bars.groups[0].bars[1].hasInterval());
        const auto& models = std::get<BarChart>(pictures[0].content);
        QCOMPARE(models.groups.size(), std::size_t(3));
        QVERIFY(std::abs(models.groups[0].bars[1].mean - 0.1) < 1e-12);
    }

    void withoutAnAugmentationItSaysSo()
    {
        writeComparison(false);
        const SweepResults sweep = readSweep(folder());
        QVERIFY(augmentationTable(sweep).rows.empty());
        QCOMPARE(comparisonTables(sweep).size(), std::size_t(3));
        const auto bars = std::get<BarChart>(comparisonPictures(sweep, {})[1].content);
        QCOMPARE(bars.subjects.size(), std::size_t(1));
        QVERIFY(bars.note.find("no augmentation") != std::string::npos);
        QCOMPARE(cell(modelTable(sweep), 4, "Books Diff."), u"-"_s);
    }

    void anotherSweepIsNoComparison()
    {
        sweeps::SweepPlan plan;
        plan.dataset = "/data/book-movie";
        addRuns(plan, row("BST", "BST", false, false), 0.2, 0);
        sweeps::recordPlan(folder(), plan);
        const SweepResults sweep = readSweep(folder());
        QVERIFY(modelRows(sweep).empty() && comparisonPictures(sweep, {}).empty());
        QVERIFY(ablationRows(sweep).empty());
        QCOMPARE(sweepTable(sweep).columns.front(), std::string("Variant"));
    }
};

std::unique_ptr<QObject> tst_model_comparison()
{
    return std::make_unique<TestModelComparison>();
}
#include "tst_model_comparison.moc"
