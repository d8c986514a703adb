// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/answer.h"
#include "core/augment/augmentation.h"
#include "core/augment/prompts.h"
#include "core/llm/sqlite_store.h"
#include "tests/fixtures/program.h"
#include "tests/fixtures/scripted_server.h"
#include "tests/fixtures/support.h"

#include <QDirIterator>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <memory>

using namespace fedcctr;
using augment::Stage;
using fedcctr::test::ScriptedServer;
using fedcctr::test::ServerReply;
using fedcctr::test::ServerRequest;
using test::isOneLine;
using test::Outcome;

namespace fs = std::filesystem;

namespace {

constexpr const char* kKey = "sk-Zb7qLw2Xn9-very-secret";
constexpr int kUsers = 10;
constexpr int kItems = 120;
constexpr int kQuestions = kItems + 2 * kUsers;

/// A good answer for the stage that the question belongs to.
ServerReply goodReply(const ServerRequest& request)
{
    const auto asksFor = [&](const char* field) { return request.body.find(field) != std::string::npos; };
    if (asksFor("liked_A"))
        return fedcctr::test::chatReply(
            R"({"liked_A": [1], "liked_B": [2], "disliked_A": [], "disliked_B": [3]})");
    if (asksFor("gender"))
        return fedcctr::test::chatReply(R"({"age": "35-49", "gender": "unknown", "interests": ["crime"]})");
    return fedcctr::test::chatReply(R"({"genres": ["crime"], "themes": ["guilt"], "keywords": ["alibi"]})");
}

ServerReply delayed(ServerReply reply)
{
    reply.delayMs = 20;
    return reply;
}

} // namespace

class TestAugmentCommand : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_temporary = std::make_unique<QTemporaryDir>();
        const Outcome demo = call({"data", "demo", "--out", "d", "--users", QString::number(kUsers),
            "--items", QString::number(kItems / 2)});
        QCOMPARE(demo.exitCode, 0);
        m_data = data::load(path("d"));
    }

    void offline()
    {
        const Outcome outcome = call({"augment", "d"});
        QCOMPARE(outcome.errors, QString());
        QCOMPARE(outcome.exitCode, 0);
        QVERIFY(outcome.out.contains("augmented by offline (no LLM)"));
        QVERIFY(outcome.out.contains("features for 120 of 120 items, profiles for 10 of 10 users"));
        const augment::Augmentation result = *augmentation();
        QCOMPARE(result.backend, std::string("offline (no LLM)"));
        QVERIFY(!result.items[0].empty());
        QVERIFY(!fs::exists(llm::storeFile(path("d"))));

        const std::string before = readFile(augment::augmentationFile(path("d")));
        QCOMPARE(call({"augment", "d", "--backend", "offline"}).exitCode, 0);
        QCOMPARE(readFile(augment::augmentationFile(path("d"))), before); // deterministic
        QCOMPARE(call({"augment", "d", "--candidates", "5", "--name", "5"}).exitCode, 0);
        QCOMPARE(readFile(augment::augmentationFile(path("d"))), before);
        QVERIFY(readFile(augment::augmentationFile(path("d"), "5")) != before);
        const Outcome refused = call({"augment", "d", "--name", "../5"});
        QCOMPARE(refused.exitCode, 2);
        QVERIFY(refused.errors.contains("letters, digits"));
        QCOMPARE(call({"augment", "d", "--seed", "9"}).exitCode, 0);
        QVERIFY(readFile(augment::augmentationFile(path("d"))) != before);
    }

    void offlineJson()
    {
        const QJsonObject all = call({"augment", "d", "--json"}).json();
        QCOMPARE(all["backend"].toString(), QString("offline (no LLM)"));
        QCOMPARE(all["filled"].toObject()["items"].toInt(), kItems);
        QCOMPARE(all["filled"].toObject()["users"].toInt(), kUsers);
        const QJsonObject length = all["mean_length"].toObject()["A"].toObject();
        QVERIFY(length["after"].toDouble() > length["before"].toDouble());
        const QJsonObject items = call({"augment", "d", "--items-only", "--json"}).json();
        QCOMPARE(items["filled"].toObject()["items"].toInt(), kItems);
        QCOMPARE(items["filled"].toObject()["users"].toInt(), 0);
        QVERIFY(!items.contains("stages"));
    }

    void offlineOnRealData()
    {
        const fs::path source = fs::path(FEDCCTR_SHARED_DIR) / "data" / "food-kitchen";
        if (!fs::exists(source / "interactions.csv.gz"))
            QSKIP("the food-kitchen data are not beside the source tree");
        QCOMPARE(call({"data", "import", "--format", "csv", "--out", "fk",
                          QString::fromStdString((source / "interactions.csv.gz").string()),
                          QString::fromStdString((source / "items.csv.gz").string())})
                     .exitCode,
            0);
        const Outcome outcome = call({"augment", "fk", "--json"});
        QCOMPARE(outcome.exitCode, 0);
        const QJsonObject all = outcome.json();
        qInfo("augmented in %.1f s", all["seconds"].toDouble());
        QVERIFY(all["filled"].toObject()["items"].toInt() > 0.8 * all["items"].toInt());
        QVERIFY(all["filled"].toObject()["sequences"].toInt() > 0.9 * all["users"].toInt());
        const data::Dataset real = data::load(path("fk"));
        QVERIFY(augment::loadAugmentation(path("fk"), real).has_value());
    }

    void model()
    {
        const ScriptedServer server([](const ServerRequest& r) { return delayed(goodReply(r)); });
        const Outcome outcome = ask(server, {"--json", "--model", "tiny"});
        // On a slow machine it tells how far it is.
        for (const QString& line : outcome.errors.split(u'\n', Qt::SkipEmptyParts))
            QVERIFY2(line.contains(QStringLiteral(" %: ")), qPrintable(line));
        QCOMPARE(outcome.exitCode, 0);
        QCOMPARE(server.requestCount(), kQuestions);
        QVERIFY(server.mostInFlight() > 1);
        const QJsonObject items = stageOf(outcome, "item");
        QCOMPARE(items["answered"].toInt(), kItems);
        QCOMPARE(items["prompt_tokens"].toInt(), 12 * kItems);
        QCOMPARE(items["left"].toInt(), 0);
        const augment::Augmentation result = *augmentation();
        QCOMPARE(result.backend, "tiny at " + server.baseUrl());
        QCOMPARE(result.items[3].keywords, std::vector<std::string>{"alibi"});
        QCOMPARE(result.users[3].age, std::string("35-49"));
        QCOMPARE(result.sequences[3].liked[0].size(), std::size_t{1});

        const Outcome again = ask(server, {"--json", "--model", "tiny"});
        QCOMPARE(server.requestCount(), kQuestions);
        QCOMPARE(stageOf(again, "item")["from_store"].toInt(), kItems);
        const Outcome table = ask(server, {"--model", "tiny"});
        QVERIFY(table.out.contains("item stage: 0 answered, 120 from the store"));
    }

    void itemsOnlySendsNoHistory()
    {
        const ScriptedServer server(goodReply);
        QCOMPARE(ask(server, {"--items-only"}).exitCode, 0);
        QCOMPARE(server.requestCount(), kItems);
        for (const ServerRequest& request : server.requests())
            QVERIFY(request.body.find("gender") == std::string::npos);
    }

    /// Killed without a chance to tidy up; the next run asks only for what is missing.
    void resumesAfterKill()
    {
        const ScriptedServer server([](const ServerRequest& r) { return delayed(goodReply(r)); });
        const auto program = start(server);
        QTRY_VERIFY_WITH_TIMEOUT(server.requestCount() >= 50, 30'000);
        program->signal(SIGKILL);
        QCOMPARE(program->end().exitCode, -1);
        const int before = server.requestCount();
        const int kept = storedExchanges();
        QVERIFY(kept > 0 && kept <= before && kept + 8 > before);
        QVERIFY(before < kQuestions);
        const Outcome outcome = ask(server, {"--json"});
        QCOMPARE(outcome.exitCode, 0);
        QCOMPARE(server.requestCount() - before, kQuestions - kept);
        QVERIFY(std::ranges::none_of(augmentation()->items, &augment::ItemFeatures::empty));
        QVERIFY(std::ranges::none_of(augmentation()->sequences, &augment::SequenceExtension::empty));
    }

    /// Ctrl-C: what was answered is kept, in the store and in the result.
    void stopsInOrder()
    {
        const ScriptedServer server([](const ServerRequest& r) { return delayed(goodReply(r)); });
        const auto program = start(server);
        QTRY_VERIFY_WITH_TIMEOUT(server.requestCount() >= 50, 30'000);
        program->signal(SIGINT);
        const Outcome stopped = program->end();
        QCOMPARE(stopped.exitCode, 1);
        VERIFY_MESSAGE(stopped.errors.trimmed(), "stopped", "goes on from there");
        const auto filled =
            std::ranges::count_if(augmentation()->items, [](const auto& item) { return !item.empty(); });
        QCOMPARE(static_cast<int>(filled), std::min(storedExchanges(), kItems));
        const int before = server.requestCount();
        const int kept = storedExchanges();
        QCOMPARE(ask(server, {}).exitCode, 0);
        QCOMPARE(server.requestCount() - before, kQuestions - kept);
    }

    /// A server that hangs is no reason to wait for it.
    void stopsWhileWaiting()
    {
        const ScriptedServer server([](const ServerRequest& r) {
            return fedcctr::test::withManner(goodReply(r), ServerReply::Manner::Hang);
        });
        const auto program = start(server);
        QTRY_VERIFY_WITH_TIMEOUT(server.requestCount() >= 4, 30'000);
        program->signal(SIGINT);
        // It ends while the answers are still outstanding.
        QCOMPARE(program->end().exitCode, 1);
        QVERIFY(!augmentation().has_value()); // nothing was answered
    }

    void nonsense()
    {
        const ScriptedServer server([](const ServerRequest&) { return fedcctr::test::chatReply("Sure!"); });
        const Outcome outcome = ask(server, {"--json"});
        QCOMPARE(outcome.exitCode, 1);
        VERIFY_MESSAGE(outcome.errors.trimmed(), "nothing was accepted", "140 of 140");
        QVERIFY(!augmentation().has_value());
        const QString notJson = QString::fromStdString(nameOf(augment::Rejection::NotJson));
        QCOMPARE(stageOf(outcome, "item")["rejections"].toObject()[notJson].toInt(), 2 * kItems);
        QCOMPARE(stageOf(outcome, "sequence")["refused"].toInt(), kUsers);
        QCOMPARE(server.requestCount(), 2 * kQuestions); // each with its repair
        const Outcome table = ask(server, {});
        QVERIFY(table.out.contains("rejected as " + notJson.toUtf8()));
        QCOMPARE(server.requestCount(), 4 * kQuestions); // what was refused is asked again
    }

    /// Thoughts without an answer: the old result stays, what to raise is said, and the same command gets
    /// the answers once the server has them.
    void refusedAnswersAreAskedAgain()
    {
        QCOMPARE(call({"augment", "d", "--items-only"}).exitCode, 0);
        const std::string before = readFile(augment::augmentationFile(path("d")));
        std::atomic<bool> mended = false;
        const ScriptedServer server([&](const ServerRequest& request) {
            if (mended)
                return goodReply(request);
            ServerReply thinking = fedcctr::test::chatReply("", "length");
            thinking.body.replace(thinking.body.find("\"content\""), 9, "\"reasoning\": \"hm\", \"content\"");
            return thinking;
        });
        const Outcome outcome = ask(server, {"--items-only"});
        QCOMPARE(outcome.exitCode, 1);
        VERIFY_MESSAGE(outcome.errors.trimmed(), "--max-tokens", "left as it is");
        QVERIFY(outcome.out.contains("rejected as cut off: 240"));
        QCOMPARE(readFile(augment::augmentationFile(path("d"))), before);
        const int requests = server.requestCount();
        mended = true;
        QCOMPARE(ask(server, {"--items-only"}).exitCode, 0);
        QCOMPARE(server.requestCount() - requests, kItems);
        QCOMPARE(augmentation()->items[3].keywords, std::vector<std::string>{"alibi"});
    }

    /// Told once, on a line of its own; the run goes on.
    void refusedParameterIsNoted()
    {
        const ScriptedServer server([](const ServerRequest& request) {
            return request.body.find("\"seed\"") == std::string::npos
                ? goodReply(request)
                : fedcctr::test::errorReply(400, "seed: extra inputs are not permitted");
        });
        const Outcome outcome = ask(server, {"--items-only"});
        QCOMPARE(outcome.exitCode, 0);
        QVERIFY(isOneLine(outcome.errors));
        VERIFY_MESSAGE(outcome.errors.trimmed(), "note: ", "'seed'");
        QVERIFY(server.requestCount() < kItems + 10);
    }

    void exports()
    {
        QCOMPARE(call({"augment", "d", "--export", "out"}).exitCode, 2); // nothing was asked yet
        const ScriptedServer server(goodReply);
        QCOMPARE(ask(server, {"--temperature", "0.3"}).exitCode, 0);
        const Outcome outcome = call({"augment", "d", "--export", "out", "--format", "jsonl"});
        QCOMPARE(outcome.errors, QString());
        QCOMPARE(outcome.exitCode, 0);
        QFile items(QString::fromStdString((path("out") / "items.jsonl").string()));
        QVERIFY(items.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = items.readAll().trimmed().split('\n');
        QCOMPARE(lines.size(), kItems);
        const QJsonObject first = QJsonDocument::fromJson(lines.front()).object();
        QCOMPARE(first["id"].toString().toStdString(), m_data.items[0].id);
        QVERIFY(first["parameters"].toString().contains(QStringLiteral("\"temperature\":0.3")));
        QVERIFY(QFile::exists(QString::fromStdString((path("out") / "sequences.jsonl").string())));
        checkNoKey(outcome);
    }

    /// Training reads what was made, and says so; what was rejected throughout changes no number of it.
    void trainingOnTheResult()
    {
        const auto trained = [this](const QString& run) {
            const Outcome outcome = call({"train", "d", "--out", run, "--json", "--set",
                "federation.rounds=3", "--set", "federation.rate=0.5", "--set", "privacy.schedule=none",
                "--set", "model.id_width=8", "--set", "model.feature_width=4", "--set",
                "model.position_width=4", "--set", "model.heads=2", "--set", "model.mlp=8"});
            QJsonObject summary = outcome.json();
            summary.remove(QStringLiteral("seconds"));
            return summary;
        };
        const QJsonObject plain = trained("plain");
        QVERIFY(plain["augmentation"].isNull() && plain.contains(QStringLiteral("test")));

        const ScriptedServer server(
            [](const ServerRequest&) { return fedcctr::test::chatReply("I would rather not."); });
        QCOMPARE(ask(server, {}).exitCode, 1);
        QCOMPARE(trained("nonsense"), plain);

        QCOMPARE(call({"augment", "d"}).exitCode, 0);
        const QJsonObject augmented = trained("augmented");
        const QJsonObject effect = augmented["augmentation"].toObject();
        QCOMPARE(effect["backend"].toString(), QStringLiteral("offline (no LLM)"));
        QCOMPARE(effect["items"].toInt(), kItems);
        QVERIFY(effect["A"].toObject()["mean_length_augmented"].toDouble()
            >= effect["A"].toObject()["mean_length"].toDouble());
        QVERIFY(augmented["test"] != plain["test"]);
        QVERIFY(augmented["parameters"].toInt() > plain["parameters"].toInt()); // the profile embedding
    }

    void retriesAreCounted()
    {
        const ScriptedServer server([](const ServerRequest& r) {
            return r.number == 3 ? fedcctr::test::errorReply(429, "slow down", {{"Retry-After", "0"}})
                                 : goodReply(r);
        });
        const Outcome outcome = ask(server, {"--json"});
        QCOMPARE(outcome.exitCode, 0);
        QCOMPARE(stageOf(outcome, "item")["retries"].toInt(), 1);
        QCOMPARE(stageOf(outcome, "item")["failed"].toInt(), 0);
        QCOMPARE(server.requestCount(), kQuestions + 1);
    }

    /// A refused key ends the run soon, with its reason, and leaves an earlier result alone.
    void refusedKey()
    {
        QCOMPARE(call({"augment", "d"}).exitCode, 0);
        const std::string before = readFile(augment::augmentationFile(path("d")));
        const ScriptedServer server([](const ServerRequest&) {
            return fedcctr::test::errorReply(401, std::string("the key ") + kKey + " is wrong");
        });
        const Outcome outcome = ask(server, {"--json"});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY(isOneLine(outcome.errors));
        VERIFY_MESSAGE(outcome.errors.trimmed(), "augment: given up", "key");
        QVERIFY(server.requestCount() < 12);
        QCOMPARE(readFile(augment::augmentationFile(path("d"))), before);
        checkNoKey(outcome);
    }

    void keyGoesToTheServerOnly()
    {
        const ScriptedServer server([](const ServerRequest& r) {
            return r.number % 5 == 0 ? fedcctr::test::chatReply(std::string("Your key is ") + kKey)
                                     : goodReply(r);
        });
        const Outcome outcome = ask(server, {"--json"});
        QCOMPARE(outcome.exitCode, 0);
        for (const ServerRequest& request : server.requests())
            QCOMPARE(request.headers.at("authorization"), std::string("Bearer ") + kKey);
        checkNoKey(outcome);
    }

    void editedTemplate()
    {
        augment::saveTemplate(path("d"), Stage::Item, "Name the genre of {{item.title}} in JSON.\n");
        const ScriptedServer server(goodReply);
        QCOMPARE(ask(server, {"--items-only"}).exitCode, 0);
        QVERIFY(std::ranges::all_of(server.requests(), [](const ServerRequest& request) {
            return fedcctr::test::messageOf(request).starts_with("Name the genre of ");
        }));
        augment::saveTemplate(path("d"), Stage::Item, "Name\n{{item.tilte}}");
        const Outcome outcome = ask(server, {"--items-only"});
        QCOMPARE(outcome.exitCode, 2);
        VERIFY_MESSAGE(outcome.errors.trimmed(), "tilte", "2");
    }

    void settingsAreSent()
    {
        const ScriptedServer server(goodReply);
        QCOMPARE(ask(server,
                     {"--items-only", "--model", "m7", "--temperature", "0.25", "--top-p", "0.75",
                         "--max-tokens", "77", "--seed", "5"})
                     .exitCode,
            0);
        const QJsonObject body =
            QJsonDocument::fromJson(QByteArray::fromStdString(server.requests()[0].body)).object();
        QCOMPARE(body["model"].toString(), QString("m7"));
        QCOMPARE(body["temperature"].toDouble(), 0.25);
        QCOMPARE(body["top_p"].toDouble(), 0.75);
        QCOMPARE(body["max_tokens"].toInt(), 77);
        QCOMPARE(body["seed"].toInt(), 5);
    }

    /// No history leaves the machine unasked; nothing is opened or written before the answer is known.
    void consent()
    {
        const Outcome refused =
            call({"augment", "d", "--backend", "openai", "--url", "https://models.invalid/v1"});
        QCOMPARE(refused.exitCode, 2);
        QVERIFY(isOneLine(refused.errors));
        VERIFY_MESSAGE(
            refused.errors.trimmed(), "histories", "models.invalid", "--items-only", "--consent", "leave");
        QVERIFY(!fs::exists(llm::storeFile(path("d"))));
        for (const char* option : {"--consent", "--items-only"}) {
            const Outcome allowed = call({"augment", "d", "--backend", "openai", "--url",
                "https://models.invalid/v1", "--retries", "0", option});
            QCOMPARE(allowed.exitCode, 1); // there is no such host
            QVERIFY(!allowed.errors.contains("--items-only"));
        }
    }

    void brokenArguments_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("expected");
        QTest::newRow("no dataset") << QStringList{} << "one dataset is needed";
        QTest::newRow("no such dataset") << QStringList{"none"} << "none: there is no such dataset";
        QTest::newRow("backend") << QStringList{"d", "--backend", "gpt"} << "--backend: 'gpt'";
        QTest::newRow("url offline") << QStringList{"d", "--url", "http://127.0.0.1/v1"}
                                     << "--backend openai";
        QTest::newRow("candidates") << QStringList{"d", "--candidates", "51"} << "--candidates: '51'";
        QTest::newRow("temperature") << QStringList{"d", "--backend", "openai", "--temperature", "2.5"}
                                     << "--temperature: '2.5'";
        QTest::newRow("top-p") << QStringList{"d", "--backend", "openai", "--top-p", "-1"} << "--top-p";
        QTest::newRow("parallel") << QStringList{"d", "--backend", "openai", "--parallel", "0"}
                                  << "--parallel";
        QTest::newRow("address") << QStringList{"d", "--backend", "openai", "--url", "ftp://x"} << "http";
        QTest::newRow("misspelt") << QStringList{"d", "--item-only"} << "did you mean --items-only?";
    }

    void brokenArguments()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, expected);
        const Outcome outcome = call(QStringList{"augment"} + arguments);
        QCOMPARE(outcome.exitCode, 2);
        QVERIFY2(isOneLine(outcome.errors), qPrintable(outcome.errors));
        VERIFY_MESSAGE(outcome.errors.trimmed(), qPrintable(expected));
        QCOMPARE(outcome.out, QByteArray());
        QVERIFY(!augmentation().has_value());
    }

    void help()
    {
        const Outcome outcome = call({"augment", "--help"});
        QCOMPARE(outcome.exitCode, 0);
        for (const char* part : {"--items-only", "--consent", "FEDCCTR_API_KEY", "offline (no LLM"})
            QVERIFY(outcome.out.contains(part));
        QVERIFY(call({"--help"}).out.contains("augment DATASET"));
    }

private:
    fs::path path(const char* name) const { return fedcctr::test::pathIn(m_temporary->path(), name); }

    test::Surroundings surroundings() const
    {
        return {
            .directory = m_temporary->path(), .environment = {{"FEDCCTR_API_KEY", QString::fromUtf8(kKey)}}};
    }

    Outcome call(const QStringList& arguments) const
    {
        return test::run(test::built("fedcctr"), arguments, surroundings());
    }

    Outcome ask(const ScriptedServer& server, const QStringList& arguments) const
    {
        return call(QStringList{"augment", "d", "--backend", "openai", "--url",
                        QString::fromStdString(server.baseUrl())}
            + arguments);
    }

    std::unique_ptr<test::Program> start(const ScriptedServer& server) const
    {
        return std::make_unique<test::Program>(test::built("fedcctr"),
            QStringList{
                "augment", "d", "--backend", "openai", "--url", QString::fromStdString(server.baseUrl())},
            surroundings());
    }

    std::optional<augment::Augmentation> augmentation() const
    {
        return augment::loadAugmentation(path("d"), m_data);
    }

    int storedExchanges() const
    {
        const llm::SqliteStore store(llm::storeFile(path("d")));
        std::size_t exchanges = 0;
        for (const Stage stage : augment::kStages)
            exchanges += store.counts(stage).subjects;
        return static_cast<int>(exchanges);
    }

    static QJsonObject stageOf(const Outcome& outcome, const char* stage)
    {
        return outcome.json()["stages"].toObject()[QLatin1String(stage)].toObject();
    }

    /// Neither what the program printed nor any file it wrote holds the key.
    void checkNoKey(const Outcome& outcome) const
    {
        QVERIFY(!outcome.out.contains(kKey));
        QVERIFY(!outcome.errors.contains(kKey));
        int files = 0;
        QDirIterator all(m_temporary->path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (all.hasNext()) {
            const QString file = all.next();
            QVERIFY2(readFile(file.toStdString()).find(kKey) == std::string::npos, qPrintable(file));
            ++files;
        }
        QVERIFY(files > 4);
    }

    std::unique_ptr<QTemporaryDir> m_temporary;
    data::Dataset m_data;
};

std::unique_ptr<QObject> tst_augment_command()
{
    return std::make_unique<TestAugmentCommand>();
}
#include "tst_augment_command.moc"
