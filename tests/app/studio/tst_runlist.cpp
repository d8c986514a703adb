// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/runfilter.h"
#include "app/studio/compare/runtablemodel.h"
#include "app/studio/runs/runvalues.h"
#include "tests/fixtures/comparebench.h"
#include "tests/fixtures/synthetic_runs.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QTest>

#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr;
using namespace fedcctr::studio;
using fedcctr::tests::SyntheticRun;

/// The list of runs: filter, groups and the base.
class TestRunList : public fedcctr::tests::CompareBench {
    Q_OBJECT
private Q_SLOTS:
    void init() { setUp(); }
    void cleanup() { tearDown(); }

    void filterLanguage_data()
    {
        QTest::addColumn<QString>("words");
        QTest::addColumn<bool>("matches");
        QTest::newRow("nothing") << QString() << true;
        QTest::newRow("name") << u"full"_s << true;
        QTest::newRow("other word") << u"fool"_s << false;
        QTest::newRow("both words") << u"full paper"_s << true;
        QTest::newRow("key:text") << u"dataset:book"_s << true;
        QTest::newRow("symbol") << u"λ1<0.4"_s << true;
        QTest::newRow("symbol, subscript") << u"λ₂>0.5"_s << false;
        QTest::newRow("at most") << u"λ₂>=0.5"_s << true;
        QTest::newRow("equal") << u"lambda1=0.3"_s << true;
        QTest::newRow("whole key") << u"loss.lambda1>0.3"_s << false;
        QTest::newRow("metric") << u"ndcga>22"_s << true;
        QTest::newRow("metric, B") << u"ndcgb>22"_s << false;
        QTest::newRow("state") << u"state:finished"_s << true;
        QTest::newRow("not") << u"-state:finished"_s << false;
        QTest::newRow("quoted") << u"note:\"two words\""_s << true;
        QTest::newRow("tag") << u"tag:old"_s << true;
    }

    void filterLanguage()
    {
        QFETCH(QString, words);
        QFETCH(bool, matches);
        const QString path = tests::writeRun(runs(), run(u"full"_s, 0.3, 0.5, 1, 0.23));
        runs::writeNotes(path.toStdString(), {"old", "good"}, "has two words");
        const runs::RunEntry entry = runs::readEntry(path.toStdString());
        const RunFilter parsed = RunFilter::parse(words);
        QCOMPARE(parsed.error(), QString());
        QCOMPARE(parsed.matches(entry), matches);
    }

    void badFiltersSayWhy()
    {
        QVERIFY(RunFilter::parse(u"colour:red"_s).error().contains(u"colour"_s));
        QVERIFY(RunFilter::parse(u"λ1<much"_s).error().contains(u"number"_s));
        QVERIFY(RunFilter::parse(u"note:\"open"_s).error().contains(u"quotation"_s));
    }

    /// Student's interval of 1, 2, 3 (percent): 2 ± 4.303 / √3.
    void meansHaveStudentsInterval()
    {
        const auto single = [](double mean) { return Estimate{mean, mean - 0.02, mean + 0.02, 1, true}; };
        const Estimate three = meanOf(std::array{single(0.01), single(0.02), single(0.03)});
        QCOMPARE(three.runs, 3);
        QVERIFY(!three.overUsers);
        QVERIFY(std::abs(three.mean - 0.02) < 1e-12);
        QVERIFY(std::abs((three.high - three.low) / 2 - 4.3027 * 0.01 / std::sqrt(3.0)) < 1e-5);
        const Estimate one = meanOf(std::array{single(0.02), Estimate{}});
        QVERIFY(one.overUsers);
        QCOMPARE(one.low, 0.0);
        QVERIFY(!meanOf(std::array{Estimate{}}).isKnown());
    }

    void filteringKeepsTheLastGoodFilter()
    {
        writeSweep();
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 6);
        filter(u"λ2=0"_s);
        QCOMPARE(table()->model()->rowCount(), 1);
        filter(u"full"_s);
        auto* edit = find<QLineEdit>(u"edit_filter"_s);
        QApplication::clipboard()->setText(u" nonsense:1"_s);
        QTest::keySequence(edit, QKeySequence::Paste);
        QCOMPARE(table()->model()->rowCount(), 3);
        QVERIFY(edit->palette().color(QPalette::Text) == widgets::themeColors(edit->palette()).error);
        QVERIFY(find<QLabel>(u"label_value_note"_s)->text().contains(u"nonsense"_s));
        QTest::keyClick(edit, Qt::Key_Escape);
        QCOMPARE(table()->model()->rowCount(), 6);
        QCOMPARE(edit->palette().color(QPalette::Text), m_page->palette().color(QPalette::Text));
    }

    void groupsShowMeanAndInterval()
    {
        writeSweep();
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 6);
        toggle(u"full-seed2"_s);
        choose(u"combo_group"_s, 1);
        QCOMPARE(table()->model()->rowCount(), 4);
        const int row = rowNamed(u"paper: λ₁ 0.3, λ₂ 0.5, θ 1"_s);
        QVERIFY(row >= 0);
        QCOMPARE(cell(row, Column::Runs), u"3"_s);
        // 23, 24, 25: 24 ± 4.303 / √3
        QCOMPARE(cell(row, Column::NdcgA), u"24.00 ± 2.48"_s);
        const QModelIndex box = table()->model()->index(row, Column::Drawn);
        QCOMPARE(box.data(Qt::CheckStateRole).toInt(), int(Qt::Checked));
        const QString help = table()->model()->index(row, Column::NdcgA).data(Qt::ToolTipRole).toString();
        QVERIFY(help.contains(u"3 seeds"_s));
        const QString single = table()
                                   ->model()
                                   ->index(rowNamed(u"paper: λ₁ 0.3, λ₂ 0, θ 1"_s), Column::NdcgA)
                                   .data(Qt::ToolTipRole)
                                   .toString();
        QVERIFY(single.contains(u"users of 1 run"_s));
    }

    /// Two seeds in four runs, one of which another device trained; a run whose weight was changed while it
    /// went on and one that was stopped are rows of their own.
    void aSeedCountsOnceAndUnlikeRunsAreApart()
    {
        for (const QString& name : {u"run-a"_s, u"run-b"_s})
            tests::writeRun(runs(), run(name, 0.3, 0.5, 1, 0.23));
        SyntheticRun other = run(u"run-c"_s, 0.3, 0.5, 1, 0.29);
        other.config.run.device = "cuda";
        tests::writeRun(runs(), other);
        tests::writeRun(runs(), run(u"run-d"_s, 0.3, 0.5, 2, 0.24));
        const auto summarised = [this](const QString& name, int seed, const nlohmann::json& change) {
            const SyntheticRun made = run(name, 0.3, 0.5, seed, 0.4);
            nlohmann::json summary = tests::summaryOf(made);
            summary.update(change);
            tests::writeFile(tests::writeRun(runs(), made) + u"/summary.json"_s,
                QByteArray::fromStdString(summary.dump()));
        };
        summarised(u"run-e"_s, 3,
            {{"changed_settings", {{{"round", 10}, {"key", "loss.lambda1"}, {"value", 0.2}}}}});
        summarised(u"run-f"_s, 4, {{"reason", "stopped"}});
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 6);
        QCOMPARE(cell(rowNamed(u"run-e"_s), Column::Lambda1), u"0.3 → 0.2"_s);
        choose(u"combo_group"_s, 1);
        QCOMPARE(table()->model()->rowCount(), 3);
        const int row = rowNamed(u"paper"_s);
        QCOMPARE(cell(row, Column::Runs), u"2 (4 run(s))"_s);
        // 23 and 24: 23.5 ± 12.706 · 0.7071 / √2
        QCOMPARE(cell(row, Column::NdcgA), u"23.50 ± 6.35"_s);
        const QString help = table()->model()->index(row, Column::Runs).data(Qt::ToolTipRole).toString();
        QVERIFY2(help.contains(u"29.00"_s) && help.contains(u"cuda"_s) && help.contains(u"run-c"_s),
            qPrintable(help));
        QVERIFY(rowNamed(u"paper (λ₁ 0.2 from round 11)"_s) >= 0);
        int stopped = 0;
        for (int i = 0; i < 3; ++i)
            stopped += cell(i, Column::Name).contains(u"stopped after 20 of"_s) ? 1 : 0;
        QCOMPARE(stopped, 1);
    }

    void theBaseIsCompared()
    {
        writeSweep();
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 6);
        select(u"open"_s);
        QTest::keyClick(table(), Qt::Key_B);
        QCOMPARE(cell(rowNamed(u"open"_s), Column::DiffA), u"base"_s);
        QCOMPARE(cell(rowNamed(u"a"_s), Column::DiffA), u"-33.3 %"_s);
        const QFont font =
            table()->model()->index(rowNamed(u"open"_s), Column::Name).data(Qt::FontRole).value<QFont>();
        QVERIFY(font.bold());
    }
};

std::unique_ptr<QObject> tst_runlist()
{
    return std::make_unique<TestRunList>();
}
#include "tst_runlist.moc"
