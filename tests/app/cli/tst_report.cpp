// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/report/run_tables.h"
#include "core/runs/run_reader.h"
#include "core/sweeps/comparison.h"
#include "core/sweeps/sweep.h"
#include "core/sweeps/sweep_record.h"

#include <QDir>
#include <QFile>
#include <QImage>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>

using namespace Qt::StringLiterals;
using namespace fedcctr;
using nlohmann::json;

class TestReport : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    QString path(const QString& name) const { return m_folder->filePath(name); }

    void write(const QString& name, const QByteArray& content)
    {
        QDir().mkpath(QFileInfo(path(name)).absolutePath());
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(content), content.size());
    }

    QByteArray read(const QString& name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    static QByteArray round(int number)
    {
        const double done = 1 - std::exp(-number / 10.0);
        json line{{"type", "round"}, {"round", number}, {"seconds", 0.1}, {"clients", 22},
            {"loss", {{"total", 1.4}, {"a", 0.7 - 0.2 * done}, {"b", 0.6}, {"idra", 0.5}, {"cdrd", 0.3}}},
            {"clipped", 0.4}, {"clip_norm", 1.0}, {"sigma", 1.9},
            {"signal_to_noise", number == 3 ? 0.0 : 0.004 + 0.001 * done},
            {"budget",
                {{"accountant", "eq27"}, {"adversary", "local"}, {"relation", "add-remove"}, {"delta", 0},
                    {"limit", 1}, {"spent", {{"min", 0.1}, {"median", 0.02 * number}, {"max", 0.9}}},
                    {"active", number > 20 ? 5 : 6}, {"clients", 6}}}};
        if (number % 5 == 0)
            line["evaluation"] = {{"split", "validation"}, {"users", 6},
                {"A", {{"ndcg@10", 0.2 * done}, {"ndcg@10_ci95", {0.04, 0.3}}, {"n", 6}}},
                {"B", {{"ndcg@10", 0.1}}}};
        return QByteArray::fromStdString(line.dump()) + '\n';
    }

    static json summary()
    {
        const json metrics{{"ndcg@10", 0.214}, {"mrr@10", 0.17}, {"hr@10", 0.36}, {"auc", 0.71},
            {"logloss", 0.5}, {"n", 6}, {"ndcg@10_ci95", {0.2, 0.23}}};
        const json both{{"A", metrics}, {"B", metrics}};
        const json chance{{"ndcg@10", 0.0454}, {"n", 6}};
        return {{"dataset", "demo"}, {"domains", {"Books", "Movies"}}, {"preset", "demo"}, {"rounds", 30},
            {"best_round", 25}, {"seconds", 3}, {"reason", "finished"}, {"test", both}, {"validation", both},
            {"reference",
                {{"random", {{"A", chance}, {"B", chance}}}, {"popularity", both}, {"item-knn", both}}},
            {"privacy",
                {{{"epsilon", 0.9}, {"delta", 0}, {"accountant", "eq27"}, {"order", 2},
                     {"adversary", "local"}, {"relation", "add-remove"}, {"note", "see Eq. 27"}},
                    {{"epsilon", 43.4}, {"delta", 1e-5}, {"accountant", "rdp"}, {"order", nullptr},
                        {"adversary", "local"}, {"relation", "replace"}, {"note", "Renyi composition"}},
                    {{"epsilon", 120.5}, {"delta", 1e-5}, {"accountant", "appendix-a"}, {"order", 4},
                        {"adversary", "local"}, {"relation", "replace"}, {"note", "see Eq. 38"}}}},
            {"forecast",
                {{"stop", {{"first_client", 21}, {"all_clients", nullptr}}},
                    {"signal_to_noise_at_best",
                        {{"first_round", 0.0625}, {"last_round", 0.07}, {"all_rounds", 0.36}}}}},
            {"signal_to_noise_median", 0.00475}};
    }

    /// The same run under another rule, or with other rounds.
    void changeRounds(const QString& name, const std::function<void(json&)>& change)
    {
        QByteArray lines;
        for (int i = 1; i <= 30; ++i) {
            json line = json::parse(round(i).toStdString());
            change(line);
            lines += QByteArray::fromStdString(line.dump()) + '\n';
        }
        write(name + u"/metrics.jsonl"_s, lines);
    }

    void writeRun(const QString& name, bool finished = true)
    {
        const json config{{"preset", "demo"}, {"dataset", "/data/<demo>"}, {"version", "0.1.0"},
            {"loss", {{"lambda1", 0.3}, {"lambda2", 0.5}}}, {"privacy", {{"delta", 1e-5}}}};
        write(name + u"/config.json"_s, QByteArray::fromStdString(config.dump()));
        QByteArray lines;
        for (int i = 1; i <= 30; ++i)
            lines += round(i);
        write(name + u"/metrics.jsonl"_s, lines);
        if (finished)
            write(name + u"/summary.json"_s, QByteArray::fromStdString(summary().dump()));
    }

    static std::string failure(const QString& run)
    {
        try {
            runs::readRun(run.toStdString());
        } catch (const fedcctr::Error& error) {
            return error.what();
        }
        return {};
    }

    int report(const QStringList& arguments, QByteArray* output = nullptr, QByteArray* errors = nullptr)
    {
        QProcess process;
        QProcessEnvironment plain = QProcessEnvironment::systemEnvironment();
        plain.remove(u"QT_QPA_PLATFORM"_s);
        plain.remove(u"DISPLAY"_s);
        plain.remove(u"XDG_RUNTIME_DIR"_s);
        process.setProcessEnvironment(plain);
        process.start(QStringLiteral(FEDCCTR_BIN_DIR "/fedcctr"), QStringList{u"report"_s} + arguments);
        if (!process.waitForFinished(30000))
            return -1;
        if (output)
            *output = process.readAllStandardOutput();
        if (errors)
            *errors = process.readAllStandardError();
        return process.exitCode();
    }

    /// Finishes the first jobs of a sweep in the folder "sweep"; their NDCG@10 rises job by job.
    void writeSweep(sweeps::SweepRequest request, std::size_t finished)
    {
        request.dataset = "/data/demo";
        finishJobs(sweeps::planSweep(request), finished);
    }

    void finishJobs(const sweeps::SweepPlan& plan, std::size_t finished)
    {
        sweeps::recordPlan(path(u"sweep"_s).toStdString(), plan);
        for (std::size_t i = 0; i < std::min(finished, plan.jobs.size()); ++i) {
            const QString run = u"sweep/"_s + QString::fromStdString(plan.jobs[i].name);
            const settings::Config config = sweeps::configOf(plan, plan.jobs[i]);
            json settings = settings::toJson(config);
            settings["dataset"] = "/data/demo";
            settings["version"] = "0.1.0";
            settings["started"] = "2026-01-02T03:04:05Z";
            write(run + u"/config.json"_s, QByteArray::fromStdString(settings.dump()));
            write(run + u"/metrics.jsonl"_s, round(5) + round(10));
            json result = summary();
            result["hardware"] = "a <fast> processor, 2 of 2 cores, cpu";
            result["test"]["A"]["ndcg@10"] = 0.1 + 0.01 * static_cast<double>(i);
            if (config.privacy.schedule == fedcctr::privacy::Schedule::None)
                result["privacy"] = json::array();
            else
                result["privacy"][1]["epsilon"] = config.privacy.epsilon;
            write(run + u"/summary.json"_s, QByteArray::fromStdString(result.dump()));
        }
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void readsAFinishedRun()
    {
        writeRun(u"run1"_s);
        const runs::RunRecord run = runs::readRun(path(u"run1/"_s).toStdString());
        QCOMPARE(run.name, std::string("run1"));
        QCOMPARE(run.rounds.size(), std::size_t(30));
        QCOMPARE(run.setting("loss.lambda2"), std::string("0.5"));
        QCOMPARE(run.domains[1], std::string("Movies"));
        QCOMPARE(run.rounds[4].evaluation[0].interval()->second, 0.3);
        QVERIFY(run.rounds[3].evaluation[0].isEmpty());
        QCOMPARE(run.rounds[0].clipNorm, 1.0);
        QCOMPARE(run.rounds[0].budget->relation, std::string("add-remove"));
        QCOMPARE(run.signalToNoise(), 0.00475);
        QVERIFY(!run.clipNormChanges());
        QVERIFY(run.summary->forecast.hasStop);
        QCOMPARE(run.summary->forecast.firstStop, 21);
        QCOMPARE(run.summary->forecast.lastStop, 0);
        QCOMPARE(run.summary->forecast.signalWhole, 0.36);
        QCOMPARE(run.summary->references.size(), std::size_t(3));
        QCOMPARE(run.summary->privacy[1].order, 0.0);
        QVERIFY(run.remarks.empty());
    }

    void aHalfWrittenLastLineIsLeftOut()
    {
        writeRun(u"run1"_s, false);
        write(u"run1/metrics.jsonl"_s, round(1) + round(2) + "{\"type\":\"round\",\"rou");
        const runs::RunRecord run = runs::readRun(path(u"run1"_s).toStdString());
        QCOMPARE(run.rounds.size(), std::size_t(2));
        QCOMPARE(run.remarks.size(), std::size_t(2));
        QVERIFY(!run.summary);
    }

    void repeatedRoundsCountOnce()
    {
        writeRun(u"run1"_s, false);
        write(u"run1/metrics.jsonl"_s, round(1) + round(2) + round(3) + round(2) + round(3) + round(4));
        QCOMPARE(runs::readRun(path(u"run1"_s).toStdString()).rounds.size(), std::size_t(4));
    }

    void damageIsNamed()
    {
        QVERIFY(failure(path(u"nothing"_s)).find("is not a directory") != std::string::npos);
        QVERIFY(failure(m_folder->path()).find("config.json is missing") != std::string::npos);
        writeRun(u"run1"_s);
        write(u"run1/metrics.jsonl"_s, round(1) + "{broken\n" + round(2));
        QVERIFY(failure(path(u"run1"_s)).find("metrics.jsonl:2: is not JSON") != std::string::npos);
        writeRun(u"run2"_s);
        write(u"run2/summary.json"_s, "{");
        QVERIFY(failure(path(u"run2"_s)).find("summary.json: is damaged") != std::string::npos);
    }

    void oneRunMakesAPageThatStandsAlone()
    {
        writeRun(u"run1"_s);
        QByteArray output;
        QByteArray errors;
        QCOMPARE(report({path(u"run1"_s), u"--out"_s, path(u"out"_s)}, &output, &errors), 0);
        QCOMPARE(errors, QByteArray());
        QVERIFY(output.contains("eq27 (as printed, not a bound here)"));
        QVERIFY(output.contains("0.00475"));
        for (const char* name : {"ndcg", "loss", "budget", "noise", "signal"}) {
            QCOMPARE(QImage(path(u"out/%1.png"_s.arg(QLatin1String(name)))).size(), QSize(1440, 800));
            QVERIFY(read(u"out/%1.svg"_s.arg(QLatin1String(name))).contains("<svg"));
            QVERIFY(read(u"out/%1.pdf"_s.arg(QLatin1String(name))).startsWith("%PDF"));
        }
        // The title ends within the picture: nothing is cut off.
        const QImage ndcg = QImage(path(u"out/ndcg.png"_s)).convertToFormat(QImage::Format_Grayscale8);
        int darkest = 255;
        for (int y = 0; y < ndcg.height() / 8; ++y)
            for (int x = ndcg.width() - 8; x < ndcg.width(); ++x)
                darkest = std::min(darkest, qGray(ndcg.pixel(x, y)));
        QVERIFY2(darkest > 200, std::to_string(darkest).c_str());
        const QByteArray page = read(u"out/index.html"_s);
        QCOMPARE(page.count("data:image/png;base64,"), 5);
        for (const char* part : {"20.00 to 23.00", "item-knn", "popularity", "random", "4.54",
                 "as printed, not a bound here", "rdp", "43.4", "loss.lambda1", "/data/&lt;demo&gt;",
                 "add-remove", "Renyi composition", "see Eq. 38", "120.5",
                 "appendix-a (as printed, not a bound here)", "0.00475", "0.0625", "0.36", "round 21",
                 "not before the end", "eq27 (as printed, not a bound here), no δ, local, add-remove"})
            QVERIFY2(page.contains(part), part);
        QVERIFY(!page.contains("http"));
        QCOMPARE(read(u"out/metrics.csv"_s).count('\n'), 31);
        QVERIFY(read(u"out/summary.csv"_s).startsWith("Run,Domain,NDCG@10"));
        QVERIFY(read(u"out/summary.csv"_s).contains(",6,0.00475\n"));
        QVERIFY(read(u"out/noise.csv"_s)
                    .contains("run1,0.00475,0.0625,0.07,0.36,round 21,not before the end,1\n"));
        const QByteArray metrics = read(u"out/metrics.csv"_s);
        QVERIFY(metrics.contains("clip_norm,sigma,signal_to_noise"));
        QVERIFY(metrics.contains("eq27,local,add-remove,0,"));
        QVERIFY(read(u"out/privacy.csv"_s).contains("none,\"eq27 (as printed, not a bound here)\""));
        QVERIFY(read(u"out/tables.tex"_s).contains("\\toprule"));
    }

    void theBudgetNamesItsRule_data()
    {
        QTest::addColumn<QString>("accountant");
        QTest::addColumn<QString>("adversary");
        QTest::addColumn<QString>("words");
        QTest::newRow("eq27") << u"eq27"_s << u"local"_s
                              << u"eq27 (as printed, not a bound here), no δ, local, replace"_s;
        QTest::newRow("appendix-a")
            << u"appendix-a"_s << u"local"_s
            << u"appendix-a (as printed, not a bound here), δ 1e-06, local, replace"_s;
        QTest::newRow("appendix-a, released")
            << u"appendix-a"_s << u"released-model"_s
            << u"appendix-a (as printed, loose), δ 1e-06, released-model, replace"_s;
        QTest::newRow("rdp") << u"rdp"_s << u"aggregate"_s << u"rdp, δ 1e-06, aggregate, replace"_s;
    }

    void theBudgetNamesItsRule()
    {
        QFETCH(QString, accountant);
        QFETCH(QString, adversary);
        QFETCH(QString, words);
        writeRun(u"run1"_s);
        changeRounds(u"run1"_s, [&](json& line) {
            line["budget"]["accountant"] = accountant.toStdString();
            line["budget"]["adversary"] = adversary.toStdString();
            line["budget"]["relation"] = "replace";
            line["budget"]["delta"] = accountant == u"eq27" ? 0 : 1e-6;
        });
        QCOMPARE(report({path(u"run1"_s), u"--out"_s, path(u"out"_s)}), 0);
        QVERIFY(read(u"out/index.html"_s).contains(words.toUtf8()));
    }

    void anAdaptiveClipNormIsShown()
    {
        writeRun(u"run1"_s);
        changeRounds(
            u"run1"_s, [](json& line) { line["clip_norm"] = std::pow(0.95, line["round"].get<int>()); });
        QVERIFY(runs::readRun(path(u"run1"_s).toStdString()).clipNormChanges());
        QCOMPARE(report({path(u"run1"_s), u"--out"_s, path(u"out"_s)}), 0);
        QVERIFY(read(u"out/index.html"_s).contains("clip norm θ"));
        QVERIFY(read(u"out/noise.csv"_s).contains("0.95 to 0.215"));
    }

    void aRunWithoutNoiseHasNoRatio()
    {
        writeRun(u"run1"_s);
        changeRounds(u"run1"_s, [](json& line) {
            for (const char* key : {"sigma", "signal_to_noise", "budget"})
                line.erase(key);
        });
        json plain = summary();
        plain["privacy"] = json::array();
        plain["forecast"] = json::object();
        plain.erase("signal_to_noise_median");
        write(u"run1/summary.json"_s, QByteArray::fromStdString(plain.dump()));
        QVERIFY(std::isnan(runs::readRun(path(u"run1"_s).toStdString()).signalToNoise()));
        QCOMPARE(report({path(u"run1"_s), u"--out"_s, path(u"out"_s)}), 0);
        const QByteArray page = read(u"out/index.html"_s);
        QVERIFY(page.contains("no noise was added: no guarantee"));
        QVERIFY(!page.contains("At best"));
        QVERIFY(!QFile::exists(path(u"out/signal.png"_s)));
    }

    /// Round 2 as it is written now, round 4 as earlier programs wrote it.
    void aRoundInWhichNobodySentHasNoLoss()
    {
        writeRun(u"run1"_s);
        const auto silence = [](json& line) {
            if (line["round"] == 2) {
                for (const char* key : {"loss", "clipped", "signal_to_noise"})
                    line[key] = nullptr;
                line["clients"] = 0;
            } else if (line["round"] == 4) {
                line["clients"] = 0;
                line["loss"] = {{"total", 0}, {"a", 0}, {"b", 0}, {"idra", 0}, {"cdrd", 0}};
                line["clipped"] = 0;
                line["signal_to_noise"] = 0;
            }
        };
        changeRounds(u"run1"_s, silence);
        const runs::RunRecord run = runs::readRun(path(u"run1"_s).toStdString());
        for (const std::size_t i : {1U, 3U}) {
            const runs::RoundRecord& round = run.rounds[i];
            QVERIFY(round.isSilent());
            for (const double value : {round.loss.total, round.loss.mean("A"), round.loss.weighted("IDRA"),
                     round.clipped, round.signalToNoise})
                QVERIFY(std::isnan(value));
            QCOMPARE(round.sigma, 1.9);
            QCOMPARE(round.loss.weight("IDRA"), 0.3);
            QCOMPARE(round.budget->active, 6);
        }
        QCOMPARE(run.rounds[2].loss.weighted("IDRA"), 0.3 * 0.5);
        const report::Table table = report::metricsTable(std::array{run});
        for (const char* column : {"loss_total", "loss_idra", "clipped", "signal_to_noise"}) {
            const auto at =
                static_cast<std::size_t>(std::ranges::find(table.columns, column) - table.columns.begin());
            QCOMPARE(table.rows[1][at], std::string());
            QCOMPARE(table.rows[3][at], std::string());
            QVERIFY(!table.rows[4][at].empty());
        }
        QCOMPARE(report({path(u"run1"_s), u"--out"_s, path(u"out"_s)}), 0);
    }

    /// Changed after round 10: in old runs the events tell, in new ones every line.
    void weightsAreThoseOfTheRound()
    {
        writeRun(u"run1"_s);
        write(u"run1/events.jsonl"_s,
            "{\"type\":\"hello\"}\n{\"type\":\"event\",\"event\":\"checkpoint\",\"round\":5}\n"
            "{\"type\":\"event\",\"event\":\"setting\",\"round\":10,\"key\":\"loss.lambda1\","
            "\"value\":0.9,\"message\":\"\"}\n{\"type\":\"event\",\"event\":\"setting\",\"rou");
        runs::RunRecord run = runs::readRun(path(u"run1"_s).toStdString());
        QCOMPARE(run.rounds[9].loss.weighted("IDRA"), 0.3 * 0.5);
        QCOMPARE(run.rounds[10].loss.weighted("IDRA"), 0.9 * 0.5);
        QCOMPARE(run.rounds[29].loss.weighted("CDRD"), 0.5 * 0.3);
        QCOMPARE(report({path(u"run1"_s), u"--out"_s, path(u"out"_s)}), 0);
        const QStringList csv = QString::fromUtf8(read(u"out/metrics.csv"_s)).split(u'\n');
        const auto column = csv[0].split(u',').indexOf(u"lambda1"_s);
        QCOMPARE(csv[10].split(u',')[column], u"0.3"_s);
        QCOMPARE(csv[11].split(u',')[column], u"0.9"_s);
        changeRounds(u"run1"_s, [](json& line) {
            line["lambda1"] = line["round"] > 20 ? 0.0 : 0.4;
            line["lambda2"] = 0.25;
        });
        run = runs::readRun(path(u"run1"_s).toStdString());
        QCOMPARE(run.rounds[10].loss.weighted("IDRA"), 0.4 * 0.5);
        QCOMPARE(run.rounds[20].loss.weighted("IDRA"), 0.0);
        QCOMPARE(run.rounds[0].loss.weighted("CDRD"), 0.25 * 0.3);
    }

    /// The median of what there is, and an infinite epsilon said in words.
    void aRunThatGoesOnHasAMedian()
    {
        writeRun(u"run1"_s, false);
        write(u"run1/metrics.jsonl"_s, round(1) + round(2) + round(3) + round(4));
        const runs::RunRecord run = runs::readRun(path(u"run1"_s).toStdString());
        QCOMPARE(run.signalToNoise(), run.rounds[1].signalToNoise);
        QCOMPARE(report::noiseTable(std::array{run}).rows[0][2], std::string("-"));
        json endless = summary();
        endless["privacy"][1]["epsilon"] = nullptr;
        write(u"run1/summary.json"_s, QByteArray::fromStdString(endless.dump()));
        const runs::RunRecord done = runs::readRun(path(u"run1"_s).toStdString());
        QCOMPARE(report::privacyTable(std::array{done}).rows[1][1], std::string("infinite"));
    }

    /// However it is spelt, and as a copy.
    void aRunThatIsGivenTwiceCountsOnce()
    {
        writeRun(u"run1"_s);
        writeRun(u"copy"_s);
        QByteArray errors;
        QCOMPARE(report({path(u"run1"_s), path(u"run1/"_s), path(u"./copy/../run1"_s), path(u"copy"_s),
                            u"--out"_s, path(u"out"_s)},
                     nullptr, &errors),
            0);
        const QByteArray table = read(u"out/summary.csv"_s);
        QCOMPARE(table.count("run1,"), 2); // both domains
        QCOMPARE(table.count("copy"), 0);
        QCOMPARE(read(u"out/index.html"_s).count("counts once"), 3);
        QCOMPARE(errors.count("counts once"), 3);
        QVERIFY(QFile::exists(path(u"out/loss.svg"_s)));
    }

    void severalRunsAreCompared()
    {
        writeRun(u"a/run"_s);
        writeRun(u"b/run"_s, false);
        QByteArray errors;
        QCOMPARE(
            report({path(u"a/run"_s), path(u"b/run"_s), u"--out"_s, path(u"out"_s)}, nullptr, &errors), 0);
        QVERIFY(errors.contains("run (2): summary.json is missing"));
        QVERIFY(QFile::exists(path(u"out/compare-ndcg.png"_s)));
        QVERIFY(QFile::exists(path(u"out/run-ndcg.svg"_s)));
        QVERIFY(read(u"out/index.html"_s).contains("2 runs"));
    }

    void whatMayBeClaimedIsSaid()
    {
        writeRun(u"run1"_s);
        QCOMPARE(report({path(u"run1"_s), u"--out"_s, path(u"out"_s)}), 0);
        const QByteArray page = read(u"out/index.html"_s);
        // The tightest proven one, not the smaller number of the printed rule.
        QVERIFY(
            page.contains("is (ε = 43.4, δ = 1e-05)-differentially private for each client (replace-one"));
        QVERIFY(page.contains("a server that sees every single upload (trust model local)"));
        QVERIFY(
            page.contains("(Eq. 27-28) counts ε = 0.9 without a δ for the same training: not a bound here."));
        QVERIFY(page.contains("Trained with fedcctr 0.1.0."));
    }

    void anAblationIsReported()
    {
        sweeps::SweepRequest request;
        request.base.loss.lambda1 = 0.3;
        request.base.loss.lambda2 = 0.5;
        request.ablation = true;
        request.seeds = 2;
        writeSweep(request, 11);
        QByteArray output;
        QByteArray errors;
        QCOMPARE(report({path(u"sweep"_s), u"--out"_s, path(u"out"_s), u"--tensorboard"_s, path(u"tb"_s)},
                     &output, &errors),
            0);
        QVERIFY(errors.contains("1 jobs are not finished"));
        const QByteArray page = read(u"out/index.html"_s);
        for (const char* part :
            {"Sweep sweep", "w/o PrivAugNet", "w/ Static LDP", "FedCCTR-LM", "no noise was added",
                "a &lt;fast&gt; processor", "run.seed", "No noise was added: the training gives no"})
            QVERIFY2(page.contains(part), part);
        QVERIFY(!page.contains("http"));
        // Full model (one seed) 20 %, w/o PrivAugNet 10 and 11 %.
        const QByteArray table = read(u"out/table-1-ablation.csv"_s);
        QVERIFY2(table.contains("w/o PrivAugNet,2,10.50 ± 6.35,-47.50,-,"), table.constData());
        QVERIFY(table.contains("FedCCTR-LM,1,20.00,-,-,"));
        QVERIFY(read(u"out/tables.tex"_s).contains("w/o IDRA & 2 & 12.50 $\\pm$ 6.35"));
        for (const char* name : {"convergence", "frontier-a-rdp", "frontier-b-rdp"})
            QVERIFY2(QFile::exists(path(u"out/%1.pdf"_s.arg(QLatin1String(name)))), name);
        QVERIFY(!QFile::exists(path(u"out/compare-ndcg.png"_s)));
        QCOMPARE(QDir(path(u"tb"_s)).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size(), 11);
    }

    /// LR 10 and 11 %, the base 12 and 13 %.
    void aComparisonIsReported()
    {
        sweeps::ComparisonRequest request;
        request.dataset = "/data/demo";
        request.rows = {"LR", "FedCCTR-LM"};
        request.points = 1;
        request.seeds = 2;
        sweeps::SweepPlan plan = sweeps::planComparison(sweeps::comparisonList(), request);
        QVERIFY(sweeps::takeSearch(plan, path(u"sweep"_s).toStdString()).empty());
        finishJobs(plan, 4);
        QCOMPARE(report({path(u"sweep"_s), u"--out"_s, path(u"out"_s)}), 0);
        const QStringList tables = QDir(path(u"out"_s)).entryList({u"table-*.csv"_s});
        QVERIFY2(tables.size() == 2 && tables[0].startsWith(u"table-1-models-on-"_s)
                && tables[1].startsWith(u"table-2-cost-on-"_s),
            qPrintable(tables.join(u' ')));
        const QByteArray table = read(u"out/"_s + tables[0]);
        QVERIFY2(table.contains("10.50 ± 6.35") && table.contains("12.50 ± 6.35"), table.constData());
        QVERIFY2(table.contains("-16.00"), table.constData()); // of the base's 12.5 %
        const QByteArray page = read(u"out/index.html"_s);
        QVERIFY(page.contains("Holm over the table") && page.contains("<b>") && page.contains("<u>"));
        for (const char* name : {"models", "privaugnet-ndcg", "privaugnet-mrr"})
            QVERIFY2(QFile::exists(path(u"out/%1.pdf"_s.arg(QLatin1String(name)))), name);
    }

    void twoSettingsMakeAMap()
    {
        sweeps::SweepRequest request;
        request.axes = {
            sweeps::parseAxis("loss.lambda1=0.1:0.2:0.9"), sweeps::parseAxis("loss.lambda2=0.1:0.2:0.9")};
        writeSweep(request, 24);
        QCOMPARE(report({path(u"sweep"_s), u"--out"_s, path(u"out"_s)}), 0);
        for (const char* name : {"heat-a", "heat-b", "heat-mean"})
            QVERIFY2(QImage(path(u"out/%1.png"_s.arg(QLatin1String(name)))).width() == 1440, name);
        QVERIFY(read(u"out/index.html"_s).contains("over λ₁ and λ₂"));
        QVERIFY(read(u"out/table-1-sweep.csv"_s).contains("0.9,0.7,1,33.00,"));
    }

    void aSettingMakesACurve()
    {
        sweeps::SweepRequest request;
        request.axes = {sweeps::parseAxis("privacy.epsilon=0.1,0.3,0.6,1,3,10")};
        request.seeds = 3;
        writeSweep(request, 18);
        QCOMPARE(report({path(u"sweep"_s), u"--out"_s, path(u"out"_s)}), 0);
        QVERIFY(QFile::exists(path(u"out/setting.svg"_s)));
        QVERIFY(read(u"out/table-2-demo-privacy-and-utility.csv"_s)
                    .contains("local,rdp,0.3,1e-05,3,14.00 ± 2.48,"));
        QVERIFY(read(u"out/table-2-demo-privacy-and-utility.csv"_s)
                    .contains("\"eq27 (as printed, not a bound here)\""));
    }

    void whatCannotBeReadIsLeftOut()
    {
        writeRun(u"runs/good 1"_s);
        writeRun(u"runs/good_1"_s);
        json another = summary();
        another["seconds"] = another["seconds"].get<double>() + 1; // no copy of the first
        write(u"runs/good_1/summary.json"_s, QByteArray::fromStdString(another.dump()));
        writeRun(u"runs/cut"_s);
        write(u"runs/cut/summary.json"_s, "");
        writeRun(u"runs/config"_s);
        write(u"runs/config/config.json"_s, "{\"preset\": \"de");
        write(u"runs/notes.txt"_s, "x");
        QDir(path(u"runs"_s)).mkdir(u"begun"_s);
        QVERIFY(QFile::link(u"nowhere"_s, path(u"runs/gone"_s)));
        QStringList arguments;
        for (const QString& name :
            {u"cut"_s, u"good 1"_s, u"good_1"_s, u"config"_s, u"notes.txt"_s, u"begun"_s, u"gone"_s})
            arguments.append(path(u"runs/"_s + name));
        QByteArray errors;
        QCOMPARE(report(arguments + QStringList{u"--out"_s, path(u"out"_s)}, nullptr, &errors), 0);
        const QByteArray page = read(u"out/index.html"_s);
        for (const char* name : {"cut", "config", "notes.txt", "begun", "gone"})
            QVERIFY2(errors.contains(name) && page.contains(QByteArray("Left out: ") + name), name);
        const QByteArray metrics = read(u"out/metrics.csv"_s);
        QVERIFY(metrics.contains("\ngood 1,1,") && metrics.contains("\ngood_1,1,")
            && !metrics.contains("\ncut,"));
        // Names that become one in files keep their own pictures.
        QCOMPARE(QDir(path(u"out"_s)).entryList({u"good_1-loss*.svg"_s}).size(), 2);
        QCOMPARE(report({path(u"runs/cut"_s), path(u"runs/gone"_s), u"--out"_s, path(u"none"_s)}, nullptr,
                     &errors),
            2);
        QVERIFY(!QFile::exists(path(u"none"_s)));
    }

    void namesAreSetAsTheyAre()
    {
        report::Table table;
        table.title = "a\nb";
        table.columns = {"Run", "ε"};
        table.rows = {{"a_b^2~x\\y{1}#5%&$ <z>|", "1"}, {"[x]", "a\tb\nc"}, {"*", "\"q\",\r"}};
        const QString latex = QString::fromStdString(report::toLatex(table));
        QVERIFY(latex.startsWith(u"% a b\n\\begin"_s));
        QVERIFY(latex.contains(
            u"\na\\_b\\textasciicircum{}2\\textasciitilde{}x\\textbackslash{}y\\{1\\}\\#5\\%\\&\\$ "
            "\\textless{}z\\textgreater{}\\textbar{} & 1 \\\\\n"_s));
        QVERIFY(latex.contains(u"\n{[}x] & a b c \\\\\n{*} & \"q\",  \\\\\n"_s));
        const QByteArray csv = QByteArray::fromStdString(report::toCsv(table));
        QVERIFY(csv.contains("\n[x],\"a\tb\nc\"\n*,\"\"\"q\"\",\r\"\n"));
    }

    /// A report is there or it is not; and the system's reason is told.
    void aFullDiskLeavesNothing()
    {
        writeRun(u"run1"_s);
        QProcess process;
        // Files may not grow beyond 4 KiB; the signal that ends programs then is off.
        process.start(u"bash"_s,
            {u"-c"_s, u"trap '' XFSZ; ulimit -f 4; exec \"$@\""_s, u"bash"_s,
                QStringLiteral(FEDCCTR_BIN_DIR "/fedcctr"), u"report"_s, path(u"run1"_s), u"--out"_s,
                path(u"out"_s)});
        QVERIFY(process.waitForFinished(60000));
        QCOMPARE(process.exitCode(), 1);
        const QByteArray errors = process.readAllStandardError();
        QVERIFY2(errors.contains("File too large") || errors.contains("space"), errors.constData());
        QVERIFY(
            QDir(path(u"out"_s)).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot).isEmpty());
    }

    /// A server without Qt's widgets: the report is whole but for its pictures, and says so.
    void withoutTheDrawingProgramTheRestIsWritten()
    {
        writeRun(u"run1"_s);
        QVERIFY(QDir(m_folder->path()).mkdir(u"alone"_s));
        const QString program = path(u"alone/fedcctr"_s);
        QVERIFY(QFile::copy(QStringLiteral(FEDCCTR_BIN_DIR "/fedcctr"), program));
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"PATH"_s, path(u"alone"_s));
        process.setProcessEnvironment(environment);
        process.start(program, {u"report"_s, path(u"run1"_s), u"--out"_s, path(u"out"_s)});
        QVERIFY(process.waitForFinished(30000));
        QCOMPARE(process.exitCode(), 0);
        const QByteArray words =
            "The pictures are left out: fedcctr-plots: cannot be started (neither beside";
        const QByteArray errors = process.readAllStandardError();
        QVERIFY2(errors.contains(words), errors.constData());
        const QByteArray page = read(u"out/index.html"_s);
        QVERIFY(page.contains(words) && !page.contains("<img"));
        QVERIFY(page.contains("20.00 to 23.00"));
        QCOMPARE(read(u"out/metrics.csv"_s).count('\n'), 31);
        QVERIFY(!QFile::exists(path(u"out/ndcg.png"_s)));
        // They can be drawn later, from their numbers, and are the report's own.
        QCOMPARE(report({path(u"run1"_s), u"--out"_s, path(u"whole"_s)}), 0);
        QCOMPARE(QProcess::execute(QStringLiteral(FEDCCTR_BIN_DIR "/fedcctr-plots"),
                     {path(u"out/charts.json"_s), u"--out"_s, path(u"later"_s)}),
            0);
        for (const char* name : {"ndcg", "loss", "budget", "noise", "signal"}) {
            const QString file = u"/%1.png"_s.arg(QLatin1String(name));
            QVERIFY(!QImage(path(u"later"_s) + file).isNull());
            QCOMPARE(QImage(path(u"later"_s) + file), QImage(path(u"whole"_s) + file));
        }
    }

    void damagedChartsAreNamed()
    {
        write(u"charts.json"_s, "{\"pictures\": [{\"file\": \"a\"}]}");
        QProcess process;
        process.start(QStringLiteral(FEDCCTR_BIN_DIR "/fedcctr-plots"),
            {path(u"charts.json"_s), u"--out"_s, path(u"out"_s)});
        QVERIFY(process.waitForFinished(30000));
        QCOMPARE(process.exitCode(), 2);
        const QByteArray errors = process.readAllStandardError();
        QVERIFY2(errors.contains("charts.json: picture 1: "), errors.constData());
        QVERIFY(!QFile::exists(path(u"out"_s)));
    }

    /// Pictures are fedcctr-plots' work, so that the command line runs where there is no desktop.
    void theCommandLineNeedsNoWidgets()
    {
        QProcess process;
        process.start(u"ldd"_s, {QStringLiteral(FEDCCTR_BIN_DIR "/fedcctr")});
        QVERIFY(process.waitForFinished(30000));
        const QByteArray libraries = process.readAllStandardOutput();
        QVERIFY(libraries.contains("libQt6Core"));
        for (const char* name : {"Widgets", "PrintSupport", "Qt6Gui", "qcustomplot"})
            QVERIFY2(!libraries.contains(name), libraries.constData());
    }

    void badArgumentsEndWithTwo()
    {
        QByteArray errors;
        QCOMPARE(report({}, nullptr, &errors), 2);
        QVERIFY(errors.contains("no run given"));
        QCOMPARE(report({path(u"nothing"_s), u"--out"_s, path(u"out"_s)}, nullptr, &errors), 2);
        QVERIFY(!QFile::exists(path(u"out"_s)));
        writeRun(u"run1"_s);
        QCOMPARE(report({path(u"run1"_s)}, nullptr, &errors), 2);
        QVERIFY(errors.contains("--out"));
    }
};

std::unique_ptr<QObject> tst_report()
{
    return std::make_unique<TestReport>();
}
#include "tst_report.moc"
