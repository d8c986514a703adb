// SPDX-License-Identifier: GPL-3.0-or-later
// The engine as other programs see it: arguments, run directory, protocol (app/engine/PROTOCOL.md), signals.
#include "core/data/demo.h"
#include "core/privacy/accountants/accountants.h"
#include "core/runs/test_users.h"
#include "tests/fixtures/program.h"
#include "tests/fixtures/support.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <fcntl.h>
#include <memory>
#include <sys/wait.h>
#include <unistd.h>

using namespace fedcctr;
using test::Outcome;
namespace fs = std::filesystem;

namespace {

constexpr const char* kEngine = FEDCCTR_BIN_DIR "/fedcctr-engine";
constexpr int kPatience = 50'000; // ms

/// A federated run with noise, dropout and every term, small enough for a test.
constexpr const char* kConfig = R"({
  "model": {"id_width": 8, "feature_width": 4, "position_width": 4, "heads": 2, "mlp": "16-8", "history": 8},
  "federation": {"rate": 0.2, "rounds": 24, "learning_rate": 0.01},
  "privacy": {"schedule": "adaldp", "accountant": "eq27", "noise_multiplier": 0.05, "epsilon": 1000000},
  "run": {"threads": 1, "device": "cpu", "evaluate_every": 4, "checkpoint_every": 5, "evaluation_users": 0}
})";

QList<QJsonObject> documents(const QByteArray& lines)
{
    QList<QJsonObject> list;
    for (const QByteArray& line : lines.split('\n'))
        if (!line.isEmpty())
            list.append(QJsonDocument::fromJson(line).object());
    return list;
}

/// The lines of a file without what depends on the clock.
QList<QJsonObject> timeless(const QByteArray& lines)
{
    QList<QJsonObject> list = documents(lines);
    for (QJsonObject& object : list)
        object.remove(QStringLiteral("seconds"));
    return list;
}

QJsonObject without(QJsonObject object, std::initializer_list<const char*> keys)
{
    for (const char* key : keys)
        object.remove(QLatin1String(key));
    return object;
}

/// An engine that speaks JSON lines.
class Engine {
public:
    Engine(const QString& directory, const QStringList& arguments)
        : m_program(test::built("fedcctr-engine"), arguments, {.directory = directory})
    {
    }

    QProcess& process() { return m_program.process(); }
    const QList<QJsonObject>& seen() const { return m_seen; }

    void command(const char* text) { process().write(QByteArray(text) + '\n'); }

    /// Reads until a line that satisfies the condition; an empty object if none comes.
    template <typename Condition> QJsonObject until(const Condition& condition)
    {
        do {
            while (process().canReadLine()) {
                const QJsonObject line = QJsonDocument::fromJson(process().readLine()).object();
                m_seen.append(line);
                if (condition(line))
                    return line;
            }
        } while (process().waitForReadyRead(kPatience) || process().canReadLine());
        return {};
    }

    QJsonObject untilState(const QString& state)
    {
        return until([&](const QJsonObject& line) {
            return line["type"] == QLatin1String("state") && line["state"] == state;
        });
    }

    QJsonObject untilRound(int round)
    {
        return until([&](const QJsonObject& line) {
            return line["type"] == QLatin1String("round") && line["round"].toInt() >= round;
        });
    }

    QJsonObject untilEvent(const QString& event)
    {
        return until([&](const QJsonObject& line) {
            return line["type"] == QLatin1String("event") && line["event"] == event;
        });
    }

    QJsonObject untilType(const QString& type)
    {
        return until([&](const QJsonObject& line) { return line["type"] == type; });
    }

    int finish() { return m_program.end().exitCode; }

private:
    test::Program m_program;
    QList<QJsonObject> m_seen;
};

} // namespace

class TestEngine : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_temporary.isValid());
        data::save(
            data::generateDemo({.users = 60, .items = 120, .seed = 2}).dataset, path("demo").toStdString());
        write("config.json", kConfig);
        const Outcome whole = run(train("whole"));
        QCOMPARE(whole.exitCode, 0);
    }

    void aRunDirectoryHoldsEverything()
    {
        for (const char* file : {"config.json", "metrics.jsonl", "ledger.jsonl", "log.txt", "summary.json",
                 "checkpoint/state.bin"})
            QVERIFY2(QFile::exists(path("whole/") + QLatin1String(file)), file);
        const QList<QJsonObject> rounds = documents(read("whole/metrics.jsonl"));
        QCOMPARE(rounds.size(), 24);
        for (int i = 0; i < 24; ++i) {
            const QJsonObject& line = rounds[i];
            QCOMPARE(line["type"].toString(), QStringLiteral("round"));
            QCOMPARE(line["round"].toInt(), i + 1);
            const QJsonObject loss = line["loss"].toObject();
            const double total = loss["a"].toDouble() + loss["b"].toDouble() + 0.3 * loss["idra"].toDouble()
                + 0.5 * loss["cdrd"].toDouble();
            QVERIFY(std::abs(loss["total"].toDouble() - total) < 1e-9);
            QVERIFY(std::abs(line["sigma"].toDouble() - 0.05 * std::pow(0.997, i)) < 1e-12);
            QCOMPARE(line.contains(QStringLiteral("evaluation")), (i + 1) % 4 == 0);
        }
        const QJsonObject summary = summaryOf("whole");
        for (const char* key :
            {"dataset", "preset", "seed", "rounds", "seconds", "test", "validation", "reference", "privacy"})
            QVERIFY2(summary.contains(QLatin1String(key)), key);
        for (const char* key : {"ndcg@10", "mrr@10", "hr@10", "auc", "logloss", "n", "ndcg@10_ci95"})
            QVERIFY2(summary["test"].toObject()["A"].toObject().contains(QLatin1String(key)), key);
        QCOMPARE(summary["test"].toObject()["A"].toObject()["n"].toInt(), 60);
        QCOMPARE(summary["rounds"].toInt(), 24);
        QVERIFY(summary["hardware"].toString().endsWith(QStringLiteral("cores, cpu")));
        QCOMPARE(summary["private_popularity"].toObject()["epsilon"].toDouble(), 1e6);
        // Against who sees the uploads every accountant applies.
        QCOMPARE(static_cast<std::size_t>(summary["privacy"].toArray().size()),
            privacy::selectableAccountants().size());
        QCOMPARE(documents(read("whole/ledger.jsonl")).size(), 5); // rounds 5, 10, 15, 20 and the end
    }

    /// The table of users tells the same as the summary's means.
    void everyUsersResultIsKept()
    {
        const auto scores = runs::readTestUsers(path("whole").toStdString());
        QVERIFY(scores);
        const QJsonObject test = summaryOf("whole")["test"].toObject();
        for (std::size_t domain = 0; domain < 2; ++domain) {
            const QJsonObject metrics = test[domain == 0 ? "A" : "B"].toObject();
            const std::vector<runs::UserScore>& users = (*scores)[domain];
            QCOMPARE(static_cast<int>(users.size()), metrics["n"].toInt());
            const auto mean = [&users](double runs::UserScore::*metric) {
                double sum = 0;
                for (const runs::UserScore& user : users)
                    sum += user.*metric;
                return sum / static_cast<double>(users.size());
            };
            QVERIFY(std::abs(mean(&runs::UserScore::ndcg10) - metrics["ndcg@10"].toDouble()) < 1e-8);
            QVERIFY(std::abs(mean(&runs::UserScore::mrr10) - metrics["mrr@10"].toDouble()) < 1e-8);
            QVERIFY(std::abs(mean(&runs::UserScore::hr10) - metrics["hr@10"].toDouble()) < 1e-8);
            QVERIFY(std::abs(mean(&runs::UserScore::auc) - metrics["auc"].toDouble()) < 1e-8);
            QVERIFY(std::abs(mean(&runs::UserScore::logLoss) - metrics["logloss"].toDouble()) < 1e-7);
            for (std::size_t i = 1; i < users.size(); ++i)
                QVERIFY(users[i - 1].user < users[i].user);
        }
    }

    void twoRunsGiveTheSameNumbers()
    {
        QCOMPARE(run(train("again", {"--threads", "2"})).exitCode, 0);
        QCOMPARE(timeless(read("again/metrics.jsonl")), timeless(read("whole/metrics.jsonl")));
        QCOMPARE(without(summaryOf("again"), {"seconds"}), without(summaryOf("whole"), {"seconds"}));
        QCOMPARE(run(train("other", {"--seed", "2", "--set", "federation.rounds=2"})).exitCode, 0);
        QVERIFY(timeless(read("other/metrics.jsonl"))[0] != timeless(read("whole/metrics.jsonl"))[0]);
    }

    /// Killed after the checkpoint of round 5 or 10, in the midst of whatever it does.
    void killedAndResumed()
    {
        for (const int round : {3, 8, 13}) {
            const QString name = QStringLiteral("killed%1").arg(round);
            {
                Engine engine(m_temporary.path(), train(name, {"--json-lines"}));
                QVERIFY(!engine.untilRound(round).isEmpty());
                engine.process().kill();
                QVERIFY(engine.process().waitForFinished(kPatience));
            }
            QVERIFY(!QFile::exists(path(name + "/summary.json")));
            QCOMPARE(run({"train", "--out", name, "--resume"}).exitCode, 0);
            QCOMPARE(without(summaryOf(name), {"seconds"}), without(summaryOf("whole"), {"seconds"}));
            QCOMPARE(timeless(read(name + "/metrics.jsonl")), timeless(read("whole/metrics.jsonl")));
        }
        // Half a line, as a full disk or a lost power supply leaves it.
        QFile metrics(path("killed3/metrics.jsonl"));
        QVERIFY(metrics.open(QIODevice::Append));
        metrics.write("{\"type\": \"rou");
        metrics.close();
        QCOMPARE(run({"train", "--out", "killed3", "--resume"}).exitCode, 0);
        QCOMPARE(timeless(read("killed3/metrics.jsonl")), timeless(read("whole/metrics.jsonl")));
    }

    void jsonPrintsOneDocument()
    {
        const Outcome outcome = run(train("json", {"--json", "--set", "federation.rounds=3"}));
        QCOMPARE(outcome.exitCode, 0);
        QJsonParseError error{};
        const QJsonDocument document = QJsonDocument::fromJson(outcome.out, &error);
        QCOMPARE(error.error, QJsonParseError::NoError);
        QCOMPARE(document.object(), summaryOf("json"));
    }

    void protocol()
    {
        Engine engine(
            m_temporary.path(), train("lines", {"--json-lines", "--set", "federation.rounds=2000"}));
        const QJsonObject hello = engine.until([](const QJsonObject&) { return true; });
        QCOMPARE(hello["type"].toString(), QStringLiteral("hello"));
        QCOMPARE(hello["protocol"].toInt(), 1);
        QCOMPARE(hello["rounds"].toInt(), 2000);
        QCOMPARE(hello["first_round"].toInt(), 1);
        QCOMPARE(hello["dataset"].toObject()["users"].toInt(), 60);
        QVERIFY(hello["parameters"].toInt() > 1000);
        QStringList rankers;
        for (int i = 0; i < 3; ++i)
            rankers << engine.untilType(QStringLiteral("reference"))["ranker"].toString();
        rankers.sort();
        QCOMPARE(rankers, (QStringList{"item-knn", "popularity", "random"}));
        QVERIFY(!engine.untilState(QStringLiteral("running")).isEmpty());
        QVERIFY(!engine.untilRound(2).isEmpty());

        engine.command(R"({"command": "pause"})");
        QVERIFY(!engine.untilState(QStringLiteral("paused")).isEmpty());
        engine.process().waitForReadyRead(300);
        QVERIFY(!engine.process().canReadLine()); // silence

        engine.command(R"({"command": "set", "key": "loss.lambda1", "value": 0.25})");
        engine.command(R"({"command": "resume"})");
        QVERIFY(!engine.untilState(QStringLiteral("running")).isEmpty());
        const QJsonObject setting = engine.untilEvent(QStringLiteral("setting"));
        QCOMPARE(setting["key"].toString(), QStringLiteral("loss.lambda1"));
        QCOMPARE(setting["value"].toDouble(), 0.25);
        const QJsonObject round = engine.untilType(QStringLiteral("round"));
        QCOMPARE(round["lambda1"].toDouble(), 0.25);
        QCOMPARE(round["lambda2"].toDouble(), 0.5);
        const QJsonObject loss = round["loss"].toObject();
        QVERIFY(std::abs(loss["total"].toDouble() - loss["a"].toDouble() - loss["b"].toDouble()
                    - 0.25 * loss["idra"].toDouble() - 0.5 * loss["cdrd"].toDouble())
            < 1e-9);

        engine.command(R"({"command": "stop"})");
        QVERIFY(!engine.untilState(QStringLiteral("stopping")).isEmpty());
        const QJsonObject summary = engine.untilType(QStringLiteral("summary"));
        QCOMPARE(summary["reason"].toString(), QStringLiteral("stopped"));
        QCOMPARE(engine.finish(), 0);
        QCOMPARE(summary["summary"].toObject(), summaryOf("lines"));
        QVERIFY(summary["summary"].toObject()["rounds"].toInt() < 2000);
        for (const QJsonObject& line : engine.seen())
            QVERIFY(line.contains(QStringLiteral("type")));
    }

    /// None of these may do more than warn.
    void badCommandsAreWarnedOf_data()
    {
        QTest::addColumn<QByteArray>("command");
        QTest::newRow("not JSON") << QByteArray("stop it!");
        QTest::newRow("not an object") << QByteArray("[1, 2]");
        QTest::newRow("unknown") << QByteArray(R"({"command": "dance"})");
        QTest::newRow("not a word") << QByteArray(R"({"command": 5})");
        QTest::newRow("key not a word") << QByteArray(R"({"command": "set", "key": 5, "value": 0.1})");
        QTest::newRow("another key") << QByteArray(R"({"command": "set", "key": "loss.tau", "value": 0.1})");
        QTest::newRow("out of range")
            << QByteArray(R"({"command": "set", "key": "loss.lambda1", "value": 1.5})");
        QTest::newRow("no value") << QByteArray(R"({"command": "set", "key": "loss.lambda1"})");
        QTest::newRow("a word for a value")
            << QByteArray(R"({"command": "set", "key": "loss.lambda1", "value": "x"})");
        QTest::newRow("not UTF-8") << QByteArray("\xff\xfe{");
        QTest::newRow("long, a character at the cut")
            << QByteArray(199, 'x') + QByteArray("\xc3\xa9\xc3\xa9");
    }

    void badCommandsAreWarnedOf()
    {
        QFETCH(QByteArray, command);
        if (!m_talking) {
            m_talking = std::make_unique<Engine>(
                m_temporary.path(), train("talking", {"--json-lines", "--set", "federation.rounds=1000000"}));
            QVERIFY(!m_talking->untilState(QStringLiteral("running")).isEmpty());
            m_talking->command(R"({"command": "pause"})");
            QVERIFY(!m_talking->untilState(QStringLiteral("paused")).isEmpty());
        }
        m_talking->command(command.constData());
        const QJsonObject warning = m_talking->untilEvent(QStringLiteral("warning"));
        QVERIFY(!warning["message"].toString().isEmpty());
        QCOMPARE(m_talking->process().state(), QProcess::Running);
    }

    /// Stopped while paused: it says so once, and does not claim to run again.
    void stopWhilePaused()
    {
        QVERIFY(m_talking);
        m_talking->command(R"({"command": "stop"})");
        QVERIFY(!m_talking->untilState(QStringLiteral("stopping")).isEmpty());
        bool running = false;
        const QJsonObject summary = m_talking->until([&](const QJsonObject& line) {
            running = running || line["state"] == QLatin1String("running");
            return line["type"] == QLatin1String("summary");
        });
        QVERIFY(!summary.isEmpty());
        QVERIFY(!running);
        QCOMPARE(m_talking->finish(), 0);
        m_talking.reset();
    }

    void aStoppedRunGoesOn()
    {
        Engine engine(m_temporary.path(), train("stopped", {"--json-lines"}));
        QVERIFY(!engine.untilRound(7).isEmpty());
        engine.command(R"({"command": "stop"})");
        QCOMPARE(engine.untilType(QStringLiteral("summary"))["reason"].toString(), QStringLiteral("stopped"));
        QCOMPARE(engine.finish(), 0);
        QCOMPARE(run({"train", "--out", "stopped", "--resume"}).exitCode, 0);
        QCOMPARE(without(summaryOf("stopped"), {"seconds"}), without(summaryOf("whole"), {"seconds"}));
        QCOMPARE(timeless(read("stopped/metrics.jsonl")), timeless(read("whole/metrics.jsonl")));
    }

    /// privacy.noise_source = secret: the key is there while the run can go on, for its owner alone, and gone
    /// at the end; two runs of one seed differ; what is said of the run does not promise more than it holds.
    void aSecretKeyGoesWithTheRun()
    {
        const QStringList secret{"--json-lines", "--set", "privacy.noise_source=secret"};
        const QString key = path(QStringLiteral("secret/checkpoint/noise.key"));
        {
            Engine engine(m_temporary.path(), train("secret", secret));
            QVERIFY(!engine.untilRound(7).isEmpty());
            QCOMPARE(QFile::permissions(key) & ~(QFile::ReadUser | QFile::WriteUser),
                QFile::ReadOwner | QFile::WriteOwner);
            QCOMPARE(QFile(key).size(), 32);
            engine.command(R"({"command": "stop"})");
            QVERIFY(!engine.untilType(QStringLiteral("summary")).isEmpty());
            QCOMPARE(engine.finish(), 0);
        }
        QVERIFY(QFile::exists(key));
        QFile file(key);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        QCOMPARE(run({"train", "--out", "secret", "--resume"}).exitCode, 0);
        QVERIFY(!QFile::exists(key));
        for (const char* kept :
            {"config.json", "log.txt", "events.jsonl", "summary.json", "checkpoint/state.bin"}) {
            const QByteArray content = read(QStringLiteral("secret/") + QLatin1String(kept));
            QVERIFY2(
                !content.isEmpty() && !content.contains(bytes) && !content.contains(bytes.toHex()), kept);
        }
        QCOMPARE(run({"evaluate", "secret"}).exitCode, 0);
        QVERIFY(timeless(read("secret/metrics.jsonl")) != timeless(read("whole/metrics.jsonl")));
        // It has ended, and shows what it came to. Without that and its key it cannot go on.
        const QJsonObject summary = summaryOf("secret");
        const Outcome again = run({"train", "--out", "secret", "--resume", "--json"});
        QCOMPARE(again.exitCode, 0);
        QCOMPARE(QJsonDocument::fromJson(again.out).object(), summary);
        QVERIFY(QFile::remove(path("secret/summary.json")));
        const Outcome lost = run({"train", "--out", "secret", "--resume"});
        QCOMPARE(lost.exitCode, 2);
        QVERIFY(lost.errors.contains("noise.key"));
    }

    void sigtermStops()
    {
        Engine engine(
            m_temporary.path(), train("terminated", {"--json-lines", "--set", "federation.rounds=100000"}));
        QVERIFY(!engine.untilRound(2).isEmpty());
        engine.process().terminate();
        QCOMPARE(engine.untilType(QStringLiteral("summary"))["reason"].toString(), QStringLiteral("stopped"));
        QCOMPARE(engine.finish(), 0);
        QCOMPARE(summaryOf("terminated")["reason"].toString(), QStringLiteral("stopped"));
    }

    /// Nobody reads what it says: it goes on, and obeys a signal.
    void theOtherSideStalls()
    {
        int pipe[2];
        QCOMPARE(::pipe(pipe), 0);
        ::fcntl(pipe[1], F_SETPIPE_SZ, 4096);
        QTemporaryDir place;
        const std::string run = fedcctr::test::pathIn(place.path(), "run").string();
        const std::string dataset = fedcctr::test::pathIn(m_temporary.path(), "demo").string();
        const pid_t engine = ::fork();
        if (engine == 0) {
            ::dup2(pipe[1], STDOUT_FILENO);
            ::close(pipe[0]);
            ::execl(kEngine, kEngine, "train", dataset.c_str(), "--out", run.c_str(), "--json-lines",
                "--config", fedcctr::test::pathIn(m_temporary.path(), "config.json").c_str(), "--set",
                "federation.rounds=100000", static_cast<char*>(nullptr));
            ::_exit(127);
        }
        ::close(pipe[1]);
        const auto rounds = [&] {
            QFile file(QString::fromStdString(run + "/metrics.jsonl"));
            return file.open(QIODevice::ReadOnly) ? file.readAll().count('\n') : 0;
        };
        QTRY_VERIFY_WITH_TIMEOUT(rounds() > 40, kPatience); // more than the pipe holds
        ::kill(engine, SIGTERM);
        int status = 0;
        bool hasEnded = false;
        QTRY_VERIFY_WITH_TIMEOUT(
            (hasEnded = hasEnded || ::waitpid(engine, &status, WNOHANG) == engine), kPatience);
        ::close(pipe[0]);
        QVERIFY(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        QVERIFY(fs::exists(run + "/summary.json"));
        QVERIFY(fs::exists(run + "/checkpoint/state.bin"));
    }

    /// Started at the same moment, one gets the directory and the other leaves no trace in it.
    void twoEnginesWithOneDirectory()
    {
        QTemporaryDir place;
        const QString run = place.filePath("run");
        const auto words = [&](int seed) {
            return QStringList{"train", "demo", "--out", run, "--config", "config.json", "--seed",
                QString::number(seed), "--json-lines"};
        };
        Engine first(m_temporary.path(), words(1));
        Engine second(m_temporary.path(), words(2));
        QVERIFY(first.process().waitForFinished(kPatience));
        QVERIFY(second.process().waitForFinished(kPatience));
        const bool firstWon = first.process().exitCode() == 0;
        QCOMPARE(firstWon, second.process().exitCode() != 0);
        QFile config(run + "/config.json");
        QVERIFY(config.open(QIODevice::ReadOnly));
        const QJsonObject kept = QJsonDocument::fromJson(config.readAll()).object();
        QCOMPARE(kept["settings"].toObject()["run"].toObject()["seed"].toInt(), firstWon ? 1 : 2);
        QFile metrics(run + "/metrics.jsonl");
        QVERIFY(metrics.open(QIODevice::ReadOnly));
        QCOMPARE(metrics.readAll().count('\n'), 24);
    }

    /// PROTOCOL.md: if standard input closes, the engine goes on; a reader of its output that dies must not
    /// take it along.
    void theOtherSideDies()
    {
        test::run(QStringLiteral("/bin/sh"),
            {"-c",
                QString::fromLatin1(kEngine) + " " + train("alone", {"--json-lines"}).join(u' ')
                    + " < /dev/null | head -n 5"},
            {.directory = m_temporary.path()});
        QCOMPARE(without(summaryOf("alone"), {"seconds"}), without(summaryOf("whole"), {"seconds"}));
    }

    void brokenInput_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("expected");
        const auto with = [this](const QStringList& more) { return train(QStringLiteral("broken"), more); };
        QTest::newRow("unknown key") << with({"--set", "loss.lamda1=0.2"}) << QStringLiteral("loss.lambda1");
        QTest::newRow("negative weight")
            << with({"--set", "loss.lambda1=-1"})
            << QStringLiteral("loss.lambda1: '-1' is not allowed; give a number from 0 to 1");
        QTest::newRow("not a dataset")
            << QStringList{"train", "not-a-dataset", "--out", "broken"} << QStringLiteral("not-a-dataset");
        QTest::newRow("missing dataset")
            << QStringList{"train", "nowhere", "--out", "broken"} << QStringLiteral("nowhere");
        QTest::newRow("occupied output") << train(QStringLiteral("whole"), {}) << QStringLiteral("--resume");
        QTest::newRow("output in a file")
            << train(QStringLiteral("config.json/run"), {}) << QStringLiteral("config.json");
        QTest::newRow("other files in the output")
            << train(QStringLiteral("demo"), {}) << QStringLiteral("demo");
        QTest::newRow("bad preset") << with({"--preset", "nonsense"}) << QStringLiteral("nonsense");
        QTest::newRow("bad JSON") << QStringList{"train", "demo", "--config", "bad.json", "--out", "broken"}
                                  << QStringLiteral("bad.json");
        QTest::newRow("number beyond double") << QStringList{"train", "demo", "--config", "huge.json",
            "--out", "broken"} << QStringLiteral("huge.json");
        QTest::newRow("unknown key in a file") << QStringList{"train", "demo", "--config", "typo.json",
            "--out", "broken"} << QStringLiteral("typo.json");
        QTest::newRow("missing config") << QStringList{"train", "demo", "--config", "none.json", "--out",
            "broken"} << QStringLiteral("none.json");
        QTest::newRow("heads") << with({"--set", "model.heads=3"}) << QStringLiteral("model.heads");
        QTest::newRow("device") << with({"--set", "run.device=tpu"}) << QStringLiteral("run.device");
        QTest::newRow("no output") << QStringList{"train", "demo"} << QStringLiteral("--out");
        QTest::newRow("no dataset") << QStringList{"train", "--out", "broken"} << QStringLiteral("dataset");
        QTest::newRow("unknown option") << with({"--roundz", "3"}) << QStringLiteral("--roundz");
        QTest::newRow("unknown command") << QStringList{"trian"} << QStringLiteral("trian");
        QTest::newRow("nothing") << QStringList{} << QStringLiteral("usage");
        QTest::newRow("resume nothing")
            << QStringList{"train", "--out", "nothing", "--resume"} << QStringLiteral("nothing");
        QTest::newRow("resume with settings")
            << QStringList{"train", "--out", "whole", "--resume", "--seed", "3"} << QStringLiteral("--seed");
        QTest::newRow("resume with another weight")
            << train(QStringLiteral("whole"), {"--resume", "--set", "loss.lambda2=0.875"})
            << QStringLiteral("loss.lambda2");
        QTest::newRow("resume with another preset") << QStringList{"train", "--out", "whole", "--resume",
            "--preset", "central"} << QStringLiteral("--resume: ");
        QTest::newRow("evaluate nothing") << QStringList{"evaluate", "nothing"} << QStringLiteral("nothing");
        QTest::newRow("evaluate a dataset") << QStringList{"evaluate", "demo"} << QStringLiteral("demo");
        QTest::newRow("bad split") << QStringList{"evaluate", "whole", "--split", "train"}
                                   << QStringLiteral("--split");
    }

    void brokenInput()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, expected);
        if (!QFile::exists(path("bad.json"))) {
            QVERIFY(QDir(m_temporary.path()).mkdir(QStringLiteral("not-a-dataset")));
            write("bad.json", "{\"loss\": ");
            write("huge.json", "{\"loss\": {\"tau\": 1e999}}");
            write("typo.json", "{\"loss\": {\"lamda1\": 0.2}}");
        }
        const Outcome outcome = run(arguments);
        QCOMPARE(outcome.exitCode, 2);
        QCOMPARE(outcome.out, QByteArray());
        QVERIFY2(test::isOneLine(outcome.errors), qPrintable(outcome.errors));
        QVERIFY2(outcome.errors.contains(expected), qPrintable(outcome.errors));
        QVERIFY(!QFile::exists(path("broken")));
    }

    /// The command that began a run goes on with it; that nothing is done anew shows that it was found
    /// complete.
    void theSameSettingsResume()
    {
        const QByteArray before = read(QStringLiteral("whole/metrics.jsonl"));
        QVERIFY(!before.isEmpty());
        QCOMPARE(run(train("whole", {"--resume"})).exitCode, 0);
        QCOMPARE(run(train("whole", {"--resume", "--threads", "1"})).exitCode, 0);
        QCOMPARE(read(QStringLiteral("whole/metrics.jsonl")), before);
    }

    void errorsAreALineOfTheProtocol()
    {
        const Outcome outcome = run(train("broken", {"--json-lines", "--set", "loss.lambda1=-1"}));
        QCOMPARE(outcome.exitCode, 2);
        const QList<QJsonObject> lines = documents(outcome.out);
        QCOMPARE(lines.size(), 1);
        QCOMPARE(lines[0]["type"].toString(), QStringLiteral("error"));
        QVERIFY(lines[0]["message"].toString().contains(QStringLiteral("loss.lambda1")));
    }

    /// A device that is not there leaves no half-made run behind.
    void missingDeviceLeavesNothing()
    {
        const Outcome outcome = run(train("broken", {"--device", "cuda:99"}));
        QVERIFY(outcome.exitCode != 0);
        QVERIFY(!QFile::exists(path("broken")));
    }

    /// With the dot scorer: an MLP's ReLUs may die of such a step, and what is dead stays finite.
    void divergenceIsAFailure()
    {
        const Outcome outcome = run(train("diverged",
            {"--json-lines", "--set", "federation.optimizer=sgd", "--set", "federation.learning_rate=100",
                "--set", "privacy.clip_norm=1e6", "--set", "privacy.schedule=none", "--set",
                "model.scorer=dot", "--set", "federation.rounds=2000"}));
        QCOMPARE(outcome.exitCode, 1);
        const QJsonObject last = documents(outcome.out).constLast();
        QCOMPARE(last["type"].toString(), QStringLiteral("error"));
        QVERIFY(last["message"].toString().contains(QStringLiteral("is no longer a number")));
    }

    void evaluateRepeatsTheSummary()
    {
        const QJsonObject summary = summaryOf("whole");
        for (const char* split : {"test", "validation"}) {
            const Outcome outcome = run({"evaluate", "whole", "--split", split, "--json"});
            QCOMPARE(outcome.exitCode, 0);
            const QJsonObject document = QJsonDocument::fromJson(outcome.out).object();
            QCOMPARE(document["A"].toObject(), summary[QLatin1String(split)].toObject()["A"].toObject());
            QCOMPARE(document["B"].toObject(), summary[QLatin1String(split)].toObject()["B"].toObject());
        }
        const Outcome full = run({"evaluate", "whole", "--full-ranking", "--json"});
        QCOMPARE(full.exitCode, 0);
        const QJsonObject domain = QJsonDocument::fromJson(full.out).object()["A"].toObject();
        QCOMPARE(domain["n"].toInt(), 60);
        QVERIFY(domain["ndcg@10"].toDouble() >= 0);
        QVERIFY(domain != summary["test"].toObject()["A"].toObject());
        const Outcome table = run({"evaluate", "whole"});
        QCOMPARE(table.exitCode, 0);
        QVERIFY(table.out.contains("ndcg@10") && table.out.contains("Books"));
    }

    void help()
    {
        for (const QStringList& arguments : {QStringList{"--help"}, QStringList{"--version"},
                 QStringList{"train", "--help"}, QStringList{"train", "--list-presets"},
                 QStringList{"train", "--list-settings"}, QStringList{"train", "--list-models"}}) {
            const Outcome outcome = run(arguments);
            QCOMPARE(outcome.exitCode, 0);
            QVERIFY(!outcome.out.isEmpty() && outcome.errors.isEmpty());
        }
        QVERIFY(run({"train", "--list-settings"}).out.contains("`privacy.decay_rate` | R | 0.997"));
        const QByteArray models = run({"train", "--list-models"}).out;
        QVERIFY2(models.contains("bst: BST\n") && models.contains("arXiv 1905.06874\n"), models.constData());
    }

private:
    QString path(const QString& name) const { return m_temporary.filePath(name); }

    static QStringList train(const QString& out, const QStringList& more = {})
    {
        return QStringList{"train", "demo", "--config", "config.json", "--out", out} + more;
    }

    void write(const char* name, const QByteArray& content) const
    {
        QFile file(path(QLatin1String(name)));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }

    QByteArray read(const QString& name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QJsonObject summaryOf(const QString& name) const
    {
        return QJsonDocument::fromJson(read(name + QStringLiteral("/summary.json"))).object();
    }

    Outcome run(const QStringList& arguments) const
    {
        return test::run(test::built("fedcctr-engine"), arguments, {.directory = m_temporary.path()});
    }

    QTemporaryDir m_temporary;
    std::unique_ptr<Engine> m_talking;
};

std::unique_ptr<QObject> tst_engine()
{
    return std::make_unique<TestEngine>();
}
#include "tst_engine.moc"
