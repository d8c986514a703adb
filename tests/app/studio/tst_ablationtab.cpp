// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/runtablemodel.h"
#include "app/studio/runs/runqueue.h"
#include "core/report/sweep_results.h"
#include "core/runs/test_users.h"
#include "core/sweeps/sweep_record.h"
#include "tests/fixtures/comparebench.h"
#include "tests/fixtures/synthetic_runs.h"

#include <QApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPushButton>
#include <QTableView>
#include <QTest>

#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr;
using namespace fedcctr::studio;
using fedcctr::tests::SyntheticRun;

/// The ablation, and queuing what a table or a grid lacks.
class TestAblationTab : public fedcctr::tests::CompareBench {
    Q_OBJECT
private Q_SLOTS:
    void init() { setUp(); }
    void cleanup() { tearDown(); }

    /// 60 users: without IDRA each loses 3 to 7 points; static noise changes them by ±1 point evenly.
    void ablationAgainstTheFullModel()
    {
        const auto scores = [](double shift, double swing) {
            runs::UserScores made;
            for (auto& domain : made)
                for (int user = 0; user < 60; ++user) {
                    runs::UserScore score;
                    score.user = user;
                    score.ndcg10 = 0.2 + user % 7 * 0.05 + shift + (user % 2 ? swing : -swing);
                    domain.push_back(score);
                }
            return made;
        };
        for (int seed = 1; seed <= 2; ++seed) {
            const auto add = [&](const QString& name, double ndcg, double shift, double swing, auto change) {
                SyntheticRun made = run(u"%1-seed%2"_s.arg(name).arg(seed), 0.3, 0.5, seed, ndcg);
                made.config.privacy.schedule = privacy::Schedule::AdaLdp;
                change(made.config);
                runs::writeTestUsers(tests::writeRun(runs(), made).toStdString(), scores(shift, swing));
            };
            add(u"full"_s, 0.25, 0, 0, [](auto&) {});
            add(u"noidra"_s, 0.2, -0.05, 0.02, [](auto& config) { config.loss.idra = false; });
            add(u"static"_s, 0.25, 0, 0.01,
                [](auto& config) { config.privacy.schedule = privacy::Schedule::Static; });
        }
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 6);
        showTab(u"tab_ablation"_s);
        auto* view = find<QTableView>(u"table_ablation"_s);
        const auto words = [view](int row, int column) {
            return view->model()->index(row, column).data().toString();
        };
        QTRY_COMPARE(view->model()->rowCount(), 6);
        QCOMPARE(words(0, 0), u"w/o PrivAugNet"_s);
        QCOMPARE(words(5, 0), u"FedCCTR-LM"_s);
        // Two rows in two domains are four tests; of 9,999 flips the smallest p is 0.0001.
        QTRY_COMPARE(words(1, 4), u"0.0004"_s);
        QCOMPARE(words(1, 3), u"-20.00"_s);
        QCOMPARE(words(4, 3), u"+0.00"_s);
        QCOMPARE(words(4, 4), u"1.0000"_s);
        QCOMPARE(words(0, 2), u"-"_s);
        QCOMPARE(words(1, 1), u"2"_s);
        const QString help = view->model()->index(1, 4).data(Qt::ToolTipRole).toString();
        QVERIFY2(help.contains(u"60 users"_s) && help.contains(u"4 test"_s), qPrintable(help));
        QVERIFY(find<QPushButton>(u"button_queue_row_0"_s)->isVisible());
        QCOMPARE(find<QPushButton>(u"button_queue_ablation"_s)->text(), u"Queue 3 missing row(s)"_s);
        QTest::mouseClick(find<QPushButton>(u"button_queue_row_2"_s), Qt::LeftButton);
        QVERIFY(message().contains(u"nothing was queued"_s));
        find<QAction>(u"table_ablation_copy_tex"_s)->trigger();
        QVERIFY(QApplication::clipboard()->text().contains(u"\\toprule"_s));

        // The same test in the table of runs, by group.
        choose(u"combo_group"_s, 1);
        const QString noIdra = u"paper: loss.idra false, privacy.schedule adaldp"_s;
        const QString still = u"paper: loss.idra true, privacy.schedule static"_s;
        toggle(noIdra);
        toggle(still);
        select(u"paper: loss.idra true, privacy.schedule adaldp"_s);
        QTest::keyClick(table(), Qt::Key_B);
        QTRY_COMPARE(cell(rowNamed(noIdra), Column::DiffA), u"-20.0 %*"_s);
        QCOMPARE(cell(rowNamed(still), Column::DiffA), u"0.0 %"_s);
    }

    /// Every cell, p values included, is the one of the report.
    void theAblationIsTheReportsTable()
    {
        sweeps::SweepRequest request;
        request.dataset = "/data/book-movie";
        request.base.preset = "paper";
        request.base.privacy.schedule = privacy::Schedule::AdaLdp;
        request.ablation = true;
        request.seeds = 2;
        const sweeps::SweepPlan plan = sweeps::planSweep(request);
        const QString folder = runs() + u"/sweep"_s;
        sweeps::recordPlan(folder.toStdString(), plan);
        for (std::size_t i = 0; i < plan.jobs.size(); ++i) {
            SyntheticRun made;
            made.name = QString::fromStdString(plan.jobs[i].name);
            made.config = sweeps::configOf(plan, plan.jobs[i]);
            made.ndcgA = 0.2 + 0.003 * static_cast<double>(i);
            runs::UserScores scores;
            for (auto& domain : scores)
                for (int user = 0; user < 40; ++user) {
                    runs::UserScore score;
                    score.user = user;
                    score.ndcg10 = static_cast<double>(user * (static_cast<int>(i) + 3) % 17) / 17;
                    domain.push_back(score);
                }
            runs::writeTestUsers(tests::writeRun(folder, made).toStdString(), scores);
        }
        const report::Table expected = report::ablationTable(report::readSweep(folder.toStdString()));
        QCOMPARE(expected.rows.size(), std::size_t(6));
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 12);
        showTab(u"tab_ablation"_s);
        auto* view = find<QTableView>(u"table_ablation"_s);
        QTRY_COMPARE(view->model()->rowCount(), 6);
        QTRY_VERIFY(view->model()->index(0, 4).data().toString() != u"-"_s);
        for (std::size_t row = 0; row < expected.rows.size(); ++row)
            for (std::size_t column = 0; column < expected.columns.size(); ++column)
                QCOMPARE(view->model()
                             ->index(static_cast<int>(row), static_cast<int>(column))
                             .data()
                             .toString()
                             .toStdString(),
                    expected.rows[row][column]);
    }

    void missingRowsAreQueuedForEverySeed()
    {
        const QString dataset = m_folder->filePath(u"data"_s);
        QVERIFY(QDir().mkpath(dataset));
        addTo(dataset, u"full1"_s, 0.3, 0.5, 1);
        addTo(dataset, u"full2"_s, 0.3, 0.5, 2);
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 2);
        showTab(u"tab_ablation"_s);
        QTRY_COMPARE(find<QTableView>(u"table_ablation"_s)->model()->rowCount(), 6);
        QTest::mouseClick(find<QPushButton>(u"button_queue_row_2"_s), Qt::LeftButton);
        QCOMPARE(m_queue->jobCount(), 2);
        QCOMPARE(message(), u"2 run(s) queued, with the settings of full1."_s);
        QStringList seeds;
        for (int i = 0; i < 2; ++i) {
            const RunSetup& setup = m_queue->jobAt(i)->setup;
            QCOMPARE(setup.dataset, dataset);
            QCOMPARE(setup.preset, u"paper"_s);
            for (const QString& setting : {u"loss.cdrd=false"_s, u"federation.rounds=77"_s})
                QVERIFY2(setup.settings.contains(setting), qPrintable(setup.settings.join(u' ')));
            seeds.append(setup.settings.last());
        }
        seeds.sort();
        QCOMPARE(seeds, (QStringList{u"run.seed=1"_s, u"run.seed=2"_s}));
    }

    /// The dataset was replaced since: what would be queued is no row of this table.
    void nothingIsQueuedOverOtherData()
    {
        const QString dataset = m_folder->filePath(u"data"_s);
        addTo(dataset, u"full"_s, 0.3, 0.5, 1);
        const QString file = runs() + u"/full/config.json"_s;
        QFile config(file);
        QVERIFY2(config.open(QIODevice::ReadOnly), qPrintable(file));
        QJsonObject document = QJsonDocument::fromJson(config.readAll()).object();
        config.close();
        document[u"data"_s] = QJsonObject{{u"interactions"_s, u"00000001"_s}, {u"items"_s, u"00000002"_s},
            {u"candidates"_s, u"00000003"_s}, {u"augmentation"_s, u"none"_s}};
        tests::writeFile(file, QJsonDocument(document).toJson());
        const QString parts = u"{\"parts\": {\"events.bin\": 1, \"items.bin\": %1, \"negatives.bin\": 3}}"_s;
        tests::writeFile(dataset + u"/dataset.json"_s, parts.arg(15).toUtf8());
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 1);
        showTab(u"tab_ablation"_s);
        QTRY_COMPARE(find<QTableView>(u"table_ablation"_s)->model()->rowCount(), 6);
        QTest::mouseClick(find<QPushButton>(u"button_queue_row_2"_s), Qt::LeftButton);
        QCOMPARE(m_queue->jobCount(), 0);
        QVERIFY2(message().contains(u"the items differ"_s), qPrintable(message()));
        tests::writeFile(dataset + u"/dataset.json"_s, parts.arg(2).toUtf8());
        QTest::mouseClick(find<QPushButton>(u"button_queue_row_2"_s), Qt::LeftButton);
        QCOMPARE(m_queue->jobCount(), 1);
        for (const QString& setting : m_queue->jobAt(0)->setup.settings)
            QVERIFY2(!setting.startsWith(u"checksum."_s), qPrintable(setting));
    }

    void missingCellsAreQueued()
    {
        const QString dataset = m_folder->filePath(u"data"_s);
        QVERIFY(QDir().mkpath(dataset));
        addTo(dataset, u"full"_s, 0.3, 0.5, 1);
        addTo(dataset, u"a"_s, 0.3, 0, 1);
        addTo(dataset, u"b"_s, 0, 0.5, 1);
        openPage();
        QTRY_COMPARE(table()->model()->rowCount(), 3);
        showTab(u"tab_sensitivity"_s);
        auto* queue = find<QPushButton>(u"button_queue_missing"_s);
        QTRY_COMPARE(queue->text(), u"Queue 1 missing"_s);
        QTest::mouseClick(queue, Qt::LeftButton);
        QCOMPARE(m_queue->jobCount(), 1);
        const QStringList& settings = m_queue->jobAt(0)->setup.settings;
        QVERIFY(settings.contains(u"federation.rounds=77"_s));
        QCOMPARE(
            settings.mid(settings.size() - 2), (QStringList{u"loss.lambda1=0.0"_s, u"loss.lambda2=0.0"_s}));
    }
};

std::unique_ptr<QObject> tst_ablationtab()
{
    return std::make_unique<TestAblationTab>();
}
#include "tst_ablationtab.moc"
