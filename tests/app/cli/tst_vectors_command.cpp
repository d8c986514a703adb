// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/dataset.h"
#include "core/llm/embedding_store.h"
#include "core/model/vector_set.h"
#include "tests/fixtures/program.h"
#include "tests/fixtures/scripted_server.h"
#include "tests/fixtures/support.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <csignal>
#include <memory>

using namespace fedcctr;
using namespace fedcctr::test;

namespace fs = std::filesystem;

namespace {

constexpr const char* kKey = "sk-Zb7qLw2Xn9-very-secret";
constexpr int kItems = 120;

ServerReply answer(const ServerRequest& request)
{
    return embeddingsReply(request, 4);
}

ServerReply delayed(ServerReply reply)
{
    reply.delayMs = 50;
    return reply;
}

} // namespace

class TestVectorsCommand : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_temporary;
    data::Dataset m_data;

    fs::path path(const char* name) const { return pathIn(m_temporary->path(), name); }
    Surroundings surroundings() const
    {
        return {.directory = m_temporary->path(),
            .environment = {{QStringLiteral("FEDCCTR_API_KEY"), QString::fromLatin1(kKey)}}};
    }
    Outcome call(const QStringList& arguments) const
    {
        return run(built("fedcctr"), arguments, surroundings());
    }
    static QStringList asking(const ScriptedServer& server, const QStringList& more)
    {
        return QStringList{"vectors", "d", "--backend", "openai", "--model", "org/mini-e5", "--url",
                   QString::fromStdString(server.baseUrl())}
        + more;
    }
    Outcome ask(const ScriptedServer& server, const QStringList& more = {}) const
    {
        return call(asking(server, more));
    }
    std::size_t stored(const ScriptedServer& server) const
    {
        return llm::EmbeddingStore(llm::embeddingStoreFile(path("d")))
            .vectorsOf("org/mini-e5", server.baseUrl())
            .size();
    }

private Q_SLOTS:
    void init()
    {
        m_temporary = std::make_unique<QTemporaryDir>();
        QCOMPARE(call({"data", "demo", "--out", "d", "--users", "10", "--items", QString::number(kItems / 2)})
                     .exitCode,
            0);
        m_data = data::load(path("d"));
    }

    /// From the server to the file and into a training, with where they came from.
    void endToEnd()
    {
        const ScriptedServer server(answer);
        const Outcome outcome = ask(server, {"--json", "--batch", "50"});
        QCOMPARE(outcome.errors, QString());
        QCOMPARE(outcome.exitCode, 0);
        const QJsonObject all = outcome.json();
        QCOMPARE(all["name"].toString(), QString("mini-e5"));
        QCOMPARE(all["width"].toInt(), 4);
        QCOMPARE(all["items"].toInt(), kItems);
        QCOMPARE(all["asked"].toInt(), all["texts"].toInt());
        QCOMPARE(server.requestCount(), (all["texts"].toInt() + 49) / 50);
        const model::VectorSet set = model::loadVectors(m_data, path("d"), "mini-e5");
        const std::vector<float> expected = scriptedVector(model::embeddedText(m_data.items[7]), 4);
        QVERIFY(std::equal(expected.begin(), expected.end(), set.values.begin() + 7 * 4));
        QCOMPARE(set.source.model, std::string("org/mini-e5"));
        QCOMPARE(set.source.address, server.baseUrl());
        QCOMPARE(set.source.text, std::string(model::kEmbeddedText));
        QVERIFY(set.source.made.ends_with("Z"));

        const Outcome refused = ask(server);
        QCOMPARE(refused.exitCode, 2);
        VERIFY_MESSAGE(refused.errors.trimmed(), "mini-e5.bin", "--replace", "--name");
        const int before = server.requestCount();
        const Outcome again = ask(server, {"--replace"});
        QCOMPARE(again.exitCode, 0);
        QVERIFY(again.out.contains("0 texts embedded"));
        QVERIFY(again.out.contains("--set model.vectors=mini-e5"));
        QCOMPARE(ask(server, {"--name", "second"}).exitCode, 0);
        QCOMPARE(server.requestCount(), before);

        const Outcome list = call({"vectors", "d", "--list"});
        QVERIFY(
            list.out.contains("tf-idf: ") && list.out.contains("mini-e5: 4 numbers for each of 120 items"));
        QVERIFY(list.out.contains(server.baseUrl().c_str()));
        QCOMPARE(call({"vectors", "d", "--list", "--json"}).json()["sets"].toArray().size(), 2);
    }

    /// What a model is trained on is recorded; an unknown set ends the run before it begins.
    void trainingReadsTheSet()
    {
        const ScriptedServer server(answer);
        QCOMPARE(ask(server).exitCode, 0);
        const auto trained = [this](const QString& vectors, const QString& out) {
            return call({"train", "d", "--out", out, "--json", "--set", "model.architecture=private-head",
                "--set", "privacy.schedule=none", "--set", "federation.rounds=2", "--set",
                "model.vectors=" + vectors});
        };
        const QJsonObject words = trained("tf-idf", "r1").json();
        const Outcome outcome = trained("mini-e5", "r2");
        QCOMPARE(outcome.exitCode, 0);
        QVERIFY(words["test"] != outcome.json()["test"]);
        QVERIFY(readFile(path("r2") / "config.json").find("item vectors") != std::string::npos);
        QVERIFY(readFile(path("r1") / "config.json").find("item vectors") == std::string::npos);
        const Outcome unknown = trained("nobody", "r3");
        QCOMPARE(unknown.exitCode, 2);
        VERIFY_MESSAGE(unknown.errors.trimmed(), "model.vectors", "nobody", "mini-e5");
        QCOMPARE(call({"evaluate", "r2"}).exitCode, 0);
        fs::remove_all(path("d") / "vectors");
        VERIFY_MESSAGE(call({"evaluate", "r2"}).errors.trimmed(), "mini-e5", "fedcctr vectors");
    }

    /// Ctrl-C and kill: what was got is kept, the same command asks only for the rest.
    void resumes_data()
    {
        QTest::addColumn<int>("signal");
        QTest::newRow("Ctrl-C") << SIGINT;
        QTest::newRow("killed") << SIGKILL;
    }
    void resumes()
    {
        QFETCH(int, signal);
        const ScriptedServer server([](const ServerRequest& r) { return delayed(answer(r)); });
        Program program(built("fedcctr"), asking(server, {"--batch", "4"}), surroundings());
        QTRY_VERIFY_WITH_TIMEOUT(server.requestCount() >= 6, 30'000);
        program.signal(signal);
        const Outcome stopped = program.end();
        if (signal == SIGINT) {
            QCOMPARE(stopped.exitCode, 1);
            VERIFY_MESSAGE(stopped.errors.trimmed(), "stopped", "goes on from there");
        }
        QVERIFY(!fs::exists(model::vectorsPath(path("d"), "mini-e5")));
        const std::size_t kept = stored(server);
        QVERIFY(kept >= 16 && kept < 60);
        const QJsonObject all = ask(server, {"--json"}).json();
        QCOMPARE(all["from_store"].toInt(), static_cast<int>(kept));
        QCOMPARE(all["asked"].toInt(), all["texts"].toInt() - static_cast<int>(kept));
        QVERIFY(fs::exists(model::vectorsPath(path("d"), "mini-e5")));
    }

    void stopsWhileWaiting()
    {
        const ScriptedServer server(
            [](const ServerRequest& r) { return withManner(answer(r), ServerReply::Manner::Hang); });
        Program program(built("fedcctr"), asking(server, {}), surroundings());
        QTRY_VERIFY_WITH_TIMEOUT(server.requestCount() >= 1, 30'000);
        program.signal(SIGINT);
        QCOMPARE(program.end().exitCode, 1);
    }

    void failuresAreOneLine()
    {
        std::atomic<bool> mended = false;
        const ScriptedServer server([&](const ServerRequest& request) {
            return mended || request.number < 3
                ? answer(request)
                : errorReply(401, std::string("the key ") + kKey + " is wrong");
        });
        const Outcome outcome = ask(server);
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY(isOneLine(outcome.errors));
        VERIFY_MESSAGE(outcome.errors.trimmed(), "vectors: given up", "key", "goes on from there");
        QVERIFY(!outcome.errors.contains(kKey));
        QCOMPARE(stored(server), std::size_t{64});
        mended = true;
        QCOMPARE(ask(server, {"--json"}).json()["from_store"].toInt(), 64);
    }

    /// Public texts of items and nothing else; said before they leave this machine.
    void whatIsSent()
    {
        const ScriptedServer server(answer);
        QCOMPARE(ask(server).exitCode, 0);
        for (const ServerRequest& request : server.requests()) {
            QCOMPARE(request.headers.at("authorization"), std::string("Bearer ") + kKey);
            for (const std::string& user : m_data.users)
                QVERIFY(request.body.find(user) == std::string::npos);
        }
        const Outcome away =
            call({"vectors", "d", "--url", "https://models.invalid/v1", "--model", "m", "--retries", "0"});
        QCOMPARE(away.exitCode, 1); // there is no such host
        QVERIFY(away.errors.contains("note: titles, categories and creators of items go to models.invalid"));
    }

    void brokenArguments_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("no dataset") << QStringList{} << QByteArray("one dataset");
        QTest::newRow("no model") << QStringList{"d"} << QByteArray("--model is needed");
        QTest::newRow("backend") << QStringList{"d", "--backend", "offline"} << QByteArray("tf-idf");
        QTest::newRow("batch") << QStringList{"d", "--model", "m", "--batch", "0"} << QByteArray("--batch");
        QTest::newRow("name") << QStringList{"d", "--model", "m", "--name", "../x"} << QByteArray("--name");
        QTest::newRow("reserved") << QStringList{"d", "--model", "m", "--name", "tf-idf"}
                                  << QByteArray("another name");
        QTest::newRow("address") << QStringList{"d", "--model", "m", "--url", "ftp://x"}
                                 << QByteArray("http");
        QTest::newRow("nowhere") << QStringList{"e", "--model", "m"} << QByteArray("no such dataset");
    }
    void brokenArguments()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, expected);
        const Outcome outcome = call(QStringList{"vectors"} + arguments);
        QCOMPARE(outcome.exitCode, 2);
        QVERIFY(isOneLine(outcome.errors));
        VERIFY_MESSAGE(outcome.errors.trimmed(), expected.constData());
    }
};

std::unique_ptr<QObject> tst_vectors_command()
{
    return std::make_unique<TestVectorsCommand>();
}
#include "tst_vectors_command.moc"
