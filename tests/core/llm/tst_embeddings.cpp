// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/llm/item_vectors.h"
#include "tests/fixtures/scripted_server.h"
#include "tests/fixtures/support.h"

#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

using namespace fedcctr;
using namespace fedcctr::llm;
using namespace fedcctr::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

constexpr const char* kKey = "sk-very-secret-0123456789";

ServerSettings settingsFor(const ScriptedServer& server, const std::string& model = "mini")
{
    ServerSettings settings;
    settings.baseUrl = server.baseUrl();
    settings.model = model;
    settings.firstBackOff = 1ms;
    return settings;
}

Embeddings embeddedBy(const ScriptedServer& server, const std::vector<std::string>& texts)
{
    OpenAiClient client(settingsFor(server), Secret(std::string(kKey)));
    return client.embed(texts, {});
}

ServerReply reply(const std::string& body)
{
    ServerReply made;
    made.body = body;
    return made;
}

ServerReply plain(const ServerRequest& request)
{
    return embeddingsReply(request);
}

} // namespace

class TestEmbeddings : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    data::Dataset m_dataset;

    std::filesystem::path storeFile() const { return embeddingStoreFile(m_folder->path().toStdString()); }

    VectorResult run(const ScriptedServer& server, const VectorOptions& options = {},
        const std::string& model = "mini", const VectorObserver& observer = {},
        const std::stop_token& stop = {})
    {
        OpenAiClient client(forEmbeddings(settingsFor(server, model)));
        EmbeddingStore store(storeFile());
        return embedItems(m_dataset, client, store, options, observer, stop);
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_dataset = {};
        for (int i = 0; i < 40; ++i)
            m_dataset.items.push_back({"id" + std::to_string(i), "title " + std::to_string(i), "", ""});
    }

    /// Many texts in one request; the answer's `index` tells whose a vector is.
    void oneRequest()
    {
        const ScriptedServer server(plain);
        const Embeddings found = embeddedBy(server, {"b", "Crème", "ccc"});
        QCOMPARE(found.kind, Embeddings::Kind::Answered);
        QCOMPARE(found.vectors,
            (std::vector<std::vector<float>>{
                scriptedVector("b"), scriptedVector("Crème"), scriptedVector("ccc")}));
        QCOMPARE(found.tokens, std::size_t{15});
        const ServerRequest request = server.requests().at(0);
        QCOMPARE(request.target, std::string("/v1/embeddings"));
        QCOMPARE(request.headers.at("authorization"), std::string("Bearer ") + kKey);
        QVERIFY(json::parse(request.body) == (json{{"model", "mini"}, {"input", {"b", "Crème", "ccc"}}}));
    }

    void unnumberedAnswersComeInOrder()
    {
        const ScriptedServer server([](const ServerRequest&) {
            return reply(R"({"data": [{"embedding": [1, 2]}, {"embedding": [3, 4]}]})");
        });
        QCOMPARE(embeddedBy(server, {"a", "b"}).vectors, (std::vector<std::vector<float>>{{1, 2}, {3, 4}}));
    }

    void badAnswers_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char* name, const char* body, const char* expected) {
            QTest::newRow(name) << QByteArray(body) << QByteArray(expected);
        };
        row("page", "<html>Welcome</html>", "not with embeddings");
        row("other JSON", R"({"choices": []})", "not with embeddings");
        row("too few", R"({"data": [{"index": 0, "embedding": [1]}]})", "1 vectors for 2 texts");
        row("twice", R"({"data": [{"index": 0, "embedding": [1]}, {"index": 0, "embedding": [2]}]})",
            "numbers its vectors wrongly");
        row("far", R"({"data": [{"index": 0, "embedding": [1]}, {"index": 9, "embedding": [2]}]})",
            "numbers its vectors wrongly");
        row("negative", R"({"data": [{"index": -1, "embedding": [1]}, {"index": 0, "embedding": [2]}]})",
            "numbers its vectors wrongly");
        row("widths", R"({"data": [{"index": 1, "embedding": [1]}, {"index": 0, "embedding": [2, 3]}]})",
            "different widths");
        row("null", R"({"data": [{"index": 0, "embedding": [1, null]}, {"index": 1, "embedding": [2, 3]}]})",
            "finite");
        row("too large", R"({"data": [{"index": 0, "embedding": [1e60]}, {"index": 1, "embedding": [2]}]})",
            "finite");
        row("packed", R"({"data": [{"index": 0, "embedding": "AAAA"}, {"index": 1, "embedding": "AAAA"}]})",
            "no list of numbers");
        row("empty", R"({"data": [{"index": 0, "embedding": []}, {"index": 1, "embedding": []}]})",
            "no list of numbers");
        row("tokens", R"({"data": [{"index": 0, "embedding": [[1]]}, {"index": 1, "embedding": [[1]]}]})",
            "--pooling mean");
    }
    void badAnswers()
    {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, expected);
        const ScriptedServer server([&](const ServerRequest&) { return reply(body.toStdString()); });
        const Embeddings found = embeddedBy(server, {"a", "b"});
        QCOMPARE(found.kind, Embeddings::Kind::Failed);
        VERIFY_MESSAGE(QString::fromStdString(found.failure), server.baseUrl().c_str(), expected.constData());
        QVERIFY(found.vectors.empty());
        QCOMPARE(server.requestCount(), 1); // asking again would not help
    }

    void failuresNameTheRemedy_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("words");
        QTest::addColumn<QByteArray>("remedy");
        QTest::addColumn<int>("requests");
        QTest::newRow("key") << 401 << QByteArray("no") << QByteArray("FEDCCTR_API_KEY") << 1;
        QTest::newRow("address") << 404 << QByteArray("not found") << QByteArray("gives embeddings") << 1;
        QTest::newRow("model") << 404 << QByteArray("no such model") << QByteArray("model's name") << 1;
        QTest::newRow("too long") << 500 << QByteArray("input is too large to process")
                                  << QByteArray("--batch") << 3;
        QTest::newRow("no embeddings") << 501 << QByteArray("This server does not support embeddings")
                                       << QByteArray("--embeddings") << 1;
        QTest::newRow("busy") << 429 << QByteArray("slow down") << QByteArray("try later") << 3;
    }
    void failuresNameTheRemedy()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, words);
        QFETCH(QByteArray, remedy);
        QFETCH(int, requests);
        const ScriptedServer server(
            [&](const ServerRequest&) { return errorReply(status, words.toStdString() + ' ' + kKey); });
        const Embeddings found = embeddedBy(server, {"a"});
        QCOMPARE(found.kind, Embeddings::Kind::Failed);
        VERIFY_MESSAGE(QString::fromStdString(found.failure), words.constData(), remedy.constData());
        QVERIFY(found.failure.find(kKey) == std::string::npos);
        QVERIFY(found.failure.find("--max-tokens") == std::string::npos);
        QCOMPARE(server.requestCount(), requests);
    }

    void retriesAsTheChatDoes()
    {
        const ScriptedServer server([](const ServerRequest& request) {
            return request.number < 3 ? errorReply(503, "overloaded") : embeddingsReply(request);
        });
        const Embeddings found = embeddedBy(server, {"a"});
        QCOMPARE(found.kind, Embeddings::Kind::Answered);
        QCOMPARE(found.retries, 2);
    }

    /// Texts are asked in batches and once each; the second run asks nothing.
    void itemsInBatches()
    {
        m_dataset.items[7] = {"none", "", "", ""};
        m_dataset.items[9] = m_dataset.items[8];
        const ScriptedServer server(plain);
        VectorOptions options;
        options.batch = 10;
        std::size_t reports = 0;
        const VectorResult result = run(server, options, "mini", [&](const VectorProgress& now) {
            QVERIFY(now.done() <= now.texts);
            ++reports;
        });
        QCOMPARE(result.end, VectorEnd::Finished);
        QCOMPARE(server.requestCount(), 4); // 38 texts
        QCOMPARE(reports, std::size_t{5});
        QCOMPARE(result.progress.texts, std::size_t{38});
        QCOMPARE(result.progress.withoutText, std::size_t{1});
        QCOMPARE(result.progress.tokens, std::size_t{5 * 38});
        QCOMPARE(result.set->width, 3);
        QCOMPARE(result.set->values.size(), 3 * m_dataset.items.size());
        for (std::size_t i = 0; i < m_dataset.items.size(); ++i) {
            const std::string text = model::embeddedText(m_dataset.items[i]);
            const std::vector<float> expected = text.empty() ? std::vector<float>(3) : scriptedVector(text);
            QVERIFY(std::equal(expected.begin(), expected.end(),
                result.set->values.begin() + static_cast<std::ptrdiff_t>(3 * i)));
        }
        QCOMPARE(result.set->source.model, std::string("mini"));
        QCOMPARE(result.set->source.address, server.baseUrl());

        const VectorResult again = run(server, options);
        QCOMPARE(again.progress.fromStore, std::size_t{38});
        QCOMPARE(again.set->values, result.set->values);
        QCOMPARE(server.requestCount(), 4);
        m_dataset.items[0].title = "another";
        QCOMPARE(run(server, options).progress.asked, std::size_t{1}); // only what is new
        QCOMPARE(run(server, options, "other").progress.asked, std::size_t{38}); // of this model
        options.asksAgain = true;
        QCOMPARE(run(server, options).progress.asked, std::size_t{38});
    }

    /// A failure amid the run loses nothing of what came before.
    void goesOnAfterAFailure()
    {
        std::atomic<bool> broken = true;
        const ScriptedServer server([&](const ServerRequest& request) {
            return broken && request.number > 2 ? errorReply(400, "no more") : embeddingsReply(request);
        });
        VectorOptions options;
        options.batch = 8;
        const VectorResult failed = run(server, options);
        QCOMPARE(failed.end, VectorEnd::Failed);
        VERIFY_MESSAGE(QString::fromStdString(failed.failure), "no more");
        QVERIFY(!failed.set);
        QCOMPARE(failed.progress.asked, std::size_t{16});
        broken = false;
        const VectorResult result = run(server, options);
        QCOMPARE(result.progress.fromStore, std::size_t{16});
        QCOMPARE(result.progress.asked, std::size_t{24});
        QVERIFY(result.set.has_value());
    }

    void cancelledWhileTheServerThinks()
    {
        const ScriptedServer server([](const ServerRequest& request) {
            return request.number == 1 ? embeddingsReply(request)
                                       : withManner(embeddingsReply(request), ServerReply::Manner::Hang);
        });
        VectorOptions options;
        options.batch = 8;
        std::stop_source stop;
        const std::jthread stopper([&] {
            while (server.requestCount() < 2)
                std::this_thread::sleep_for(1ms);
            stop.request_stop();
        });
        const VectorResult result = run(server, options, "mini", {}, stop.get_token());
        QCOMPARE(result.end, VectorEnd::Cancelled);
        QCOMPARE(result.progress.asked, std::size_t{8});
        QCOMPARE(EmbeddingStore(storeFile()).vectorsOf("mini", server.baseUrl()).size(), std::size_t{8});
    }

    /// Another model under the old name would mix two spaces.
    void anotherWidthIsRefused()
    {
        std::atomic<std::size_t> width = 3;
        const ScriptedServer server(
            [&](const ServerRequest& request) { return embeddingsReply(request, width); });
        QCOMPARE(run(server).end, VectorEnd::Finished);
        width = 4;
        m_dataset.items[0].title = "another";
        const VectorResult result = run(server);
        QCOMPARE(result.end, VectorEnd::Failed);
        VERIFY_MESSAGE(QString::fromStdString(result.failure), "4 numbers", "of 3", "--model", "--ask-again");
        VectorOptions options;
        options.asksAgain = true;
        QCOMPARE(run(server, options).set->width, 4);
    }

    void nothingToAsk()
    {
        const ScriptedServer server(plain);
        VERIFY_MESSAGE(errorOf([&] { run(server, {}, ""); }), "--model");
        for (data::Item& item : m_dataset.items)
            item = {"id", "", "", ""};
        VERIFY_MESSAGE(errorOf([&] { run(server); }), "no item has a title");
        QCOMPARE(server.requestCount(), 0);
    }

    void damagedStore()
    {
        writeFileAtomically(storeFile(), std::string(5000, 'x'));
        const ScriptedServer server(plain);
        VERIFY_MESSAGE(errorOf([&] { run(server); }), "vectors.sqlite", "damaged", "move it");
        QCOMPARE(server.requestCount(), 0);
    }
};

std::unique_ptr<QObject> tst_embeddings()
{
    return std::make_unique<TestEmbeddings>();
}
#include "tst_embeddings.moc"
