// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/llm/address.h"
#include "core/llm/openai_client.h"
#include "core/llm/server_failure.h"
#include "tests/fixtures/program.h"
#include "tests/fixtures/scripted_server.h"
#include "tests/fixtures/support.h"

#include <QFile>
#include <QSslKey>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

using namespace fedcctr;
using namespace fedcctr::llm;
using namespace fedcctr::test;
using namespace std::chrono_literals;
using augment::Answer;
using nlohmann::json;
using Manner = ServerReply::Manner;

namespace {

constexpr const char* kKey = "sk-very-secret-0123456789";
constexpr const char* kSchema = R"({"type": "object", "properties": {"b": {}, "a": {}}})";

ServerSettings settingsFor(const std::string& baseUrl)
{
    ServerSettings settings;
    settings.baseUrl = baseUrl;
    settings.model = "tiny";
    settings.firstBackOff = 1ms;
    return settings;
}

augment::Question question(const std::string& text = "What is it?")
{
    return {{{"system", "Answer with JSON."}, {"user", text}}, "item_features", kSchema};
}

/// Gives the replies in turn, the last one again and again.
ScriptedServer::Script inTurn(std::vector<ServerReply> replies)
{
    return [replies = std::move(replies)](const ServerRequest& request) {
        return replies.at(std::min(static_cast<std::size_t>(request.number), replies.size()) - 1);
    };
}

Answer askedWith(const ServerSettings& settings, const char* key = "")
{
    OpenAiClient client(settings, Secret(std::string(key)));
    return client.ask(question(), {});
}

QString failureOf(const Answer& answer)
{
    return answer.kind == Answer::Kind::Failed ? QString::fromStdString(answer.failure)
                                               : QStringLiteral("it did not fail");
}

/// A self-signed certificate for localhost, or nothing where there is no openssl program.
std::optional<QSslConfiguration> selfSigned(const QTemporaryDir& directory)
{
    const QString openssl = QStandardPaths::findExecutable(QStringLiteral("openssl"));
    if (openssl.isEmpty())
        return std::nullopt;
    const QString keyFile = directory.filePath(QStringLiteral("key.pem"));
    const QString certificateFile = directory.filePath(QStringLiteral("certificate.pem"));
    const test::Outcome made = test::run(openssl,
        QStringLiteral("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext "
                       "subjectAltName=DNS:localhost -keyout %1 -out %2")
            .arg(keyFile, certificateFile)
            .split(QChar(u' ')));
    if (made.exitCode != 0)
        return std::nullopt;
    QFile key(keyFile);
    if (!key.open(QIODevice::ReadOnly))
        return std::nullopt;
    QSslConfiguration tls;
    tls.setPrivateKey(QSslKey(&key, QSsl::Rsa));
    tls.setLocalCertificate(QSslCertificate::fromPath(certificateFile).value(0));
    return tls;
}

} // namespace

class TestOpenAiClient : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void goodAnswer()
    {
        const ScriptedServer server(inTurn({chatReply(R"({"a": 1})", "stop", 214, 61)}));
        ServerSettings settings = settingsFor(server.baseUrl());
        settings.sampling = {0.4, 0.6, 300, 7};
        const Answer answer = askedWith(settings, kKey);
        QCOMPARE(answer.kind, Answer::Kind::Answered);
        QCOMPARE(answer.text, std::string(R"({"a": 1})"));
        QCOMPARE(answer.promptTokens, 214);
        QCOMPARE(answer.answerTokens, 61);
        QCOMPARE(answer.retries, 0);
        QVERIFY(!answer.truncated);
        QVERIFY(answer.seconds > 0);

        const ServerRequest request = server.requests().at(0);
        QCOMPARE(request.method, std::string("POST"));
        QCOMPARE(request.target, std::string("/v1/chat/completions"));
        QCOMPARE(request.headers.at("authorization"), std::string("Bearer ") + kKey);
        QCOMPARE(request.headers.at("content-type"), std::string("application/json"));
        const auto body = nlohmann::ordered_json::parse(request.body);
        QVERIFY(body["model"] == "tiny");
        QVERIFY(body["temperature"] == 0.4);
        QVERIFY(body["top_p"] == 0.6);
        QVERIFY(body["max_tokens"] == 300);
        QVERIFY(body["seed"] == 7);
        QVERIFY(body["stream"] == false);
        QVERIFY(body["messages"][1]["content"] == "What is it?");
        QVERIFY(body["response_format"]["type"] == "json_schema");
        QVERIFY(body["response_format"]["json_schema"]["name"] == "item_features");
        QVERIFY(body["response_format"]["json_schema"]["strict"] == true);
        // In the schema's own order.
        QCOMPARE(body["response_format"]["json_schema"]["schema"]["properties"].dump(),
            std::string(R"({"b":{},"a":{}})"));
    }

    void noKeyNoHeader()
    {
        const ScriptedServer server(inTurn({chatReply("{}")}));
        QCOMPARE(askedWith(settingsFor(server.baseUrl())).kind, Answer::Kind::Answered);
        QVERIFY(!server.requests().at(0).headers.contains("authorization"));
    }

    void textIsPassedThrough()
    {
        const std::string prose =
            "Sure! Here it is:\n```json\n{\"a\": \"Crème brûlée\"}\n```\nEnjoy \xF0\x9F\x8D\xAE";
        const ScriptedServer server(inTurn({chatReply(prose, "length")}));
        const Answer answer = askedWith(settingsFor(server.baseUrl()));
        QCOMPARE(answer.text, prose);
        QVERIFY(answer.truncated);
    }

    void formsOfContent_data()
    {
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("null") << QByteArray(R"({"content": null})") << QByteArray();
        QTest::newRow("missing") << QByteArray(R"({"reasoning_content": "hm"})") << QByteArray();
        QTest::newRow("parts") << QByteArray(
            R"({"content": [{"type": "text", "text": "[1,"}, {"text": " 2]"}]})")
                               << QByteArray("[1, 2]");
    }
    void formsOfContent()
    {
        QFETCH(QByteArray, message);
        QFETCH(QByteArray, text);
        ServerReply reply;
        reply.body = R"({"usage": {"prompt_tokens": -4, "completion_tokens": 1e99}, "choices": [{"message": )"
            + message.toStdString() + "}]}";
        const ScriptedServer server(inTurn({reply}));
        const Answer answer = askedWith(settingsFor(server.baseUrl()));
        QCOMPARE(answer.kind, Answer::Kind::Answered);
        QCOMPARE(QByteArray::fromStdString(answer.text), text);
        QCOMPARE(answer.promptTokens, 0);
        QCOMPARE(answer.answerTokens, 0);
    }

    void notACompletion_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("page") << QByteArray("<html>Welcome</html>");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("other JSON") << QByteArray(R"({"status": "fine"})");
        QTest::newRow("no choice") << QByteArray(R"({"choices": []})");
        QTest::newRow("strange") << QByteArray(R"({"choices": [7]})");
        QTest::newRow("cut") << QByteArray(R"({"choices": [{"message": {"content": "a")");
        QTest::newRow("deep") << QByteArray(200'000, '[');
    }
    void notACompletion()
    {
        QFETCH(QByteArray, body);
        ServerReply reply;
        reply.body = body.toStdString();
        const ScriptedServer server(inTurn({reply}));
        VERIFY_MESSAGE(failureOf(askedWith(settingsFor(server.baseUrl()))), server.baseUrl().c_str(),
            "not with a chat completion", "OpenAI-compatible");
        QCOMPARE(server.requestCount(), 1);
    }

    void invalidUtf8IsRepaired()
    {
        ServerReply reply = chatReply("before MARK after");
        reply.body.replace(reply.body.find("MARK"), 4, "\xC3\x28\xFF");
        const ScriptedServer server(inTurn({reply}));
        const Answer answer = askedWith(settingsFor(server.baseUrl()));
        QCOMPARE(answer.kind, Answer::Kind::Answered);
        QCOMPARE(answer.text, std::string("before \xEF\xBF\xBD(\xEF\xBF\xBD after"));
    }

    void transferForms_data()
    {
        QTest::addColumn<int>("manner");
        QTest::addColumn<bool>("closes");
        QTest::newRow("whole") << int(Manner::Whole) << false;
        QTest::newRow("closing") << int(Manner::Whole) << true;
        QTest::newRow("chunked") << int(Manner::Chunked) << false;
        QTest::newRow("chunked, closing") << int(Manner::Chunked) << true;
        QTest::newRow("until close") << int(Manner::UntilClose) << true;
        QTest::newRow("slow") << int(Manner::Slow) << false;
    }
    void transferForms()
    {
        QFETCH(int, manner);
        QFETCH(bool, closes);
        ServerReply failing = withManner(errorReply(503, "busy"), static_cast<Manner>(manner));
        ServerReply good = withManner(chatReply("fine"), static_cast<Manner>(manner));
        failing.closes = good.closes = closes;
        const ScriptedServer server(inTurn({failing, good}));
        const Answer answer = askedWith(settingsFor(server.baseUrl()));
        QCOMPARE(answer.text, std::string("fine"));
        QCOMPARE(answer.retries, 1);
        QCOMPARE(server.requestCount(), 2);
    }

    void retriesUntilItWorks_data()
    {
        QTest::addColumn<int>("status");
        for (const int status : {408, 429, 500, 502, 503, 504})
            QTest::addRow("%d", status) << status;
    }
    void retriesUntilItWorks()
    {
        QFETCH(int, status);
        const ScriptedServer server(
            inTurn({errorReply(status, "no"), errorReply(status, "no"), chatReply("yes")}));
        std::vector<Wait> waits;
        ServerSettings settings = settingsFor(server.baseUrl());
        settings.waiting = [&](const Wait& wait) { waits.push_back(wait); };
        const Answer answer = askedWith(settings);
        QCOMPARE(answer.text, std::string("yes"));
        QCOMPARE(answer.retries, 2);
        QCOMPARE(server.requestCount(), 3);
        QCOMPARE(waits.size(), std::size_t(2));
        QCOMPARE(waits[0].reason, "HTTP " + std::to_string(status));
        QCOMPARE(waits[1].retry, 2);
    }

    void givesUpAfterTheRetries()
    {
        const ScriptedServer server(inTurn({errorReply(500, "out of\nmemory")}));
        const Answer answer = askedWith(settingsFor(server.baseUrl()));
        VERIFY_MESSAGE(failureOf(answer), "HTTP 500", "out of memory", "after 3 tries", "log");
        QCOMPARE(answer.retries, 2);
        QCOMPARE(server.requestCount(), 3);
    }

    void retryAfterIsObeyed()
    {
        const ScriptedServer server(
            inTurn({errorReply(429, "slow down", {{"Retry-After", "1"}}), chatReply("yes")}));
        std::vector<Wait> waits;
        ServerSettings settings = settingsFor(server.baseUrl());
        settings.waiting = [&](const Wait& wait) { waits.push_back(wait); };
        QCOMPARE(askedWith(settings).text, std::string("yes"));
        QCOMPARE(waits.size(), std::size_t(1));
        QCOMPARE(waits[0].time, 1000ms);
        QCOMPARE(server.requestCount(), 2);
    }

    void endlessRetryAfterFails()
    {
        const ScriptedServer server(
            inTurn({errorReply(429, "come back next year", {{"Retry-After", "31536000"}})}));
        VERIFY_MESSAGE(failureOf(askedWith(settingsFor(server.baseUrl()))), "429", "next year", "parallel");
        QCOMPARE(server.requestCount(), 1);
    }

    void formsOfRetryAfter()
    {
        HttpReply reply;
        const auto now = std::chrono::sys_days(std::chrono::year(2015) / 10 / 21) + 7h + 28min;
        const auto wait = [&](const char* header) {
            reply.headers["retry-after"] = header;
            return retryAfter(reply, now);
        };
        QVERIFY(!wait(""));
        QVERIFY(!wait("soon"));
        QVERIFY(!wait("-3"));
        QCOMPARE(wait("0").value(), 0ms);
        QCOMPARE(wait(" 120 ").value(), 120'000ms);
        QCOMPARE(wait("Wed, 21 Oct 2015 07:28:30 GMT").value(), 30'000ms);
        QCOMPARE(wait("Wed, 21 Oct 2015 07:00:00 GMT").value(), 0ms);
        QVERIFY(wait("99999999999999999999999").value() > 24h);
    }

    void backOffGrowsWithJitter()
    {
        QCOMPARE(backOff(500ms, 1, 0), 500ms);
        QCOMPARE(backOff(500ms, 1, 1), 250ms);
        QCOMPARE(backOff(500ms, 2, 0), 1000ms);
        QCOMPARE(backOff(500ms, 4, 0.5), 3000ms);
        QCOMPARE(backOff(500ms, 20, 0), 60'000ms);
    }

    void refusalsAreNotRepeated_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("remedy");
        QTest::newRow("400") << 400 << QByteArray("because");
        QTest::newRow("401") << 401 << QByteArray("FEDCCTR_API_KEY");
        QTest::newRow("403") << 403 << QByteArray("FEDCCTR_API_KEY");
        QTest::newRow("404") << 404 << QByteArray("/v1");
        QTest::newRow("422") << 422 << QByteArray("because");
        QTest::newRow("304") << 304 << QByteArray("refuses");
    }
    void refusalsAreNotRepeated()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, remedy);
        const ScriptedServer server(inTurn({errorReply(status, "because")}));
        const std::string code = "HTTP " + std::to_string(status);
        VERIFY_MESSAGE(failureOf(askedWith(settingsFor(server.baseUrl()), kKey)), server.baseUrl().c_str(),
            code.c_str(), remedy.constData());
        QCOMPARE(server.requestCount(), 1);
    }

    void serversWordsInOneLine_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("OpenAI") << QByteArray(R"({"error": {"message": "no such\nmodel"}})");
        QTest::newRow("Ollama") << QByteArray(R"({"error": "no such\tmodel"})");
        QTest::newRow("FastAPI") << QByteArray(R"({"detail": "no such model"})");
        QTest::newRow("text") << QByteArray("no such\r\nmodel");
    }
    void serversWordsInOneLine()
    {
        QFETCH(QByteArray, body);
        ServerReply reply;
        reply.status = 404;
        reply.body = body.toStdString();
        const ScriptedServer server(inTurn({reply}));
        VERIFY_MESSAGE(failureOf(askedWith(settingsFor(server.baseUrl()))), "no such model", "'tiny'");
    }

    void hangEndsByTimeOut()
    {
        const ScriptedServer server(inTurn({withManner({}, Manner::Hang)}));
        ServerSettings settings = settingsFor(server.baseUrl());
        settings.timeout = 200ms;
        settings.mostRetries = 1;
        const Answer answer = askedWith(settings);
        VERIFY_MESSAGE(failureOf(answer), "no answer", "within 1 s", "after 2 tries", "time-out");
        QCOMPARE(answer.retries, 1);
    }

    /// Bytes that trickle in must not keep a request alive.
    void slowHeadersEndByTimeOut()
    {
        ServerReply reply = chatReply(std::string(100'000, 'x'));
        reply.manner = Manner::Slow;
        const ScriptedServer server(inTurn({reply}));
        ServerSettings settings = settingsFor(server.baseUrl());
        settings.timeout = 300ms;
        settings.mostRetries = 0;
        VERIFY_MESSAGE(failureOf(askedWith(settings)), "no answer");
    }

    /// The server counts: nothing may be sent again that the answer does not count as a retry.
    void lostConnections_data()
    {
        QTest::addColumn<int>("manner");
        QTest::newRow("reset") << int(Manner::Reset);
        QTest::newRow("closed") << int(Manner::Close);
        QTest::newRow("cut off") << int(Manner::CutOff);
    }
    void lostConnections()
    {
        QFETCH(int, manner);
        const ServerReply lost = withManner(chatReply("a long answer"), static_cast<Manner>(manner));
        {
            const ScriptedServer server(inTurn({lost, chatReply("fine")}));
            const Answer answer = askedWith(settingsFor(server.baseUrl()));
            QCOMPARE(answer.text, std::string("fine"));
            QCOMPARE(answer.retries, 1);
            QCOMPARE(server.requestCount(), 2);
        }
        const ScriptedServer server(inTurn({lost}));
        VERIFY_MESSAGE(failureOf(askedWith(settingsFor(server.baseUrl()))), server.baseUrl().c_str(),
            "was lost", "after 3 tries", "still running");
        QCOMPARE(server.requestCount(), 3);
    }

    void nobodyListens()
    {
        std::string url;
        {
            const ScriptedServer server(inTurn({}));
            url = server.baseUrl();
        }
        VERIFY_MESSAGE(failureOf(askedWith(settingsFor(url))), "connection refused", url.c_str(), "running?");
    }

    void notHttp()
    {
        ServerReply reply;
        reply.manner = Manner::Garbage;
        reply.body = "220 mail.example.org ESMTP\r\n\r\n";
        const ScriptedServer server(inTurn({reply}));
        QCOMPARE(askedWith(settingsFor(server.baseUrl())).kind, Answer::Kind::Failed);
    }

    void hugeAnswerIsCutOff_data()
    {
        QTest::addColumn<int>("manner");
        QTest::newRow("whole") << int(Manner::Whole);
        QTest::newRow("chunked") << int(Manner::Chunked);
        QTest::newRow("until close") << int(Manner::UntilClose);
    }
    void hugeAnswerIsCutOff()
    {
        QFETCH(int, manner);
        // More than ever arrives: an answer at all means that it was cut off.
        constexpr std::uint64_t kEndless = std::uint64_t{1} << 50;
        ServerReply reply = withManner(chatReply("far away"), static_cast<Manner>(manner));
        reply.padding = kEndless;
        const ScriptedServer server(inTurn({reply}));
        VERIFY_MESSAGE(failureOf(askedWith(settingsFor(server.baseUrl()))), "4096 KiB", "cut off");
        QCOMPARE(server.requestCount(), 1);
    }

    void answerBelowTheLimitIsTaken()
    {
        ServerReply reply = chatReply("near");
        reply.padding = 3'000'000;
        const ScriptedServer server(inTurn({reply}));
        QCOMPARE(askedWith(settingsFor(server.baseUrl())).text, std::string("near"));
    }

    void redirectToAnotherServerIsRefused()
    {
        const ScriptedServer other(inTurn({chatReply("stolen")}));
        ServerReply reply =
            errorReply(307, "over there", {{"Location", other.baseUrl() + "/chat/completions"}});
        const ScriptedServer server(inTurn({reply}));
        VERIFY_MESSAGE(failureOf(askedWith(settingsFor(server.baseUrl()), kKey)), server.baseUrl().c_str(),
            "another server", "127.0.0.1");
        QCOMPARE(server.requestCount(), 1);
        QCOMPARE(other.requestCount(), 0);
    }

    void redirectOnTheSameServerIsFollowed()
    {
        const ScriptedServer server(
            inTurn({errorReply(308, "moved", {{"Location", "/v2/chat"}}), chatReply("here")}));
        const Answer answer = askedWith(settingsFor(server.baseUrl()), kKey);
        QCOMPARE(answer.text, std::string("here"));
        const auto requests = server.requests();
        QCOMPARE(requests.size(), std::size_t(2));
        QCOMPARE(requests[1].method, std::string("POST"));
        QCOMPARE(requests[1].target, std::string("/v2/chat"));
        QCOMPARE(requests[1].body, requests[0].body);
    }

    void redirectsInCirclesEnd()
    {
        const ScriptedServer server(
            inTurn({errorReply(302, "round", {{"Location", "/v1/chat/completions"}})}));
        VERIFY_MESSAGE(failureOf(askedWith(settingsFor(server.baseUrl()))), "circles");
        QCOMPARE(server.requestCount(), 6);
    }

    void answerFormatIsFoundOutOnce()
    {
        const ScriptedServer server([](const ServerRequest& request) {
            const json body = json::parse(request.body);
            if (!body.contains("response_format"))
                return chatReply("free");
            return errorReply(
                request.number == 1 ? 400 : 422, "'response_format' of this type is not supported");
        });
        OpenAiClient client(settingsFor(server.baseUrl()));
        QCOMPARE(client.format(), AnswerFormat::JsonSchema);
        const Answer first = client.ask(question(), {});
        QCOMPARE(first.text, std::string("free"));
        QCOMPARE(first.retries, 0);
        QCOMPARE(server.requestCount(), 3);
        QVERIFY(json::parse(server.requests()[1].body)["response_format"]["type"] == "json_object");
        QCOMPARE(client.format(), AnswerFormat::FreeText);
        QCOMPARE(client.ask(question(), {}).text, std::string("free"));
        QCOMPARE(server.requestCount(), 4);
    }

    void refusalForAnotherReasonTeachesNothing()
    {
        const ScriptedServer server([](const ServerRequest& request) {
            return request.number <= 3 ? errorReply(400, "prompt with json_schema is too long")
                                       : chatReply("{}");
        });
        OpenAiClient client(settingsFor(server.baseUrl()));
        QCOMPARE(client.ask(question(), {}).kind, Answer::Kind::Failed);
        QCOMPARE(client.format(), AnswerFormat::JsonSchema);
        QCOMPARE(client.ask(question(), {}).kind, Answer::Kind::Answered);
        QCOMPARE(client.format(), AnswerFormat::JsonSchema);
    }

    void cancelledWhileWaitingForTheAnswer()
    {
        const ScriptedServer server(inTurn({withManner({}, Manner::Hang)}));
        OpenAiClient client(settingsFor(server.baseUrl()));
        Answer answer;
        std::jthread asking([&](const std::stop_token& stop) { answer = client.ask(question(), stop); });
        QTRY_COMPARE(server.requestCount(), 1);
        asking.request_stop();
        asking.join();
        QCOMPARE(answer.kind, Answer::Kind::Cancelled);
        QVERIFY(answer.failure.empty());
    }

    void cancelledBetweenRetries()
    {
        const ScriptedServer server(inTurn({errorReply(429, "wait", {{"Retry-After", "500"}})}));
        std::stop_source stop;
        ServerSettings settings = settingsFor(server.baseUrl());
        settings.waiting = [&](const Wait&) { stop.request_stop(); };
        OpenAiClient client(settings);
        QCOMPARE(client.ask(question(), stop.get_token()).kind, Answer::Kind::Cancelled);
        QCOMPARE(server.requestCount(), 1);
    }

    void cancelledBeforeItBegan()
    {
        const ScriptedServer server(inTurn({chatReply("late")}));
        std::stop_source stop;
        stop.request_stop();
        OpenAiClient client(settingsFor(server.baseUrl()));
        QCOMPARE(client.ask(question(), stop.get_token()).kind, Answer::Kind::Cancelled);
        QCOMPARE(server.requestCount(), 0);
    }

    void severalThreadsAskAtOnce()
    {
        const ScriptedServer server([](const ServerRequest& request) {
            ServerReply reply = chatReply("answer to " + messageOf(request));
            reply.delayMs = 20;
            return reply;
        });
        OpenAiClient client(settingsFor(server.baseUrl()));
        constexpr int kThreads = 6, kEach = 5;
        std::atomic<int> right = 0;
        {
            std::vector<std::jthread> threads;
            for (int t = 0; t < kThreads; ++t)
                threads.emplace_back([&, t] {
                    for (int i = 0; i < kEach; ++i) {
                        const std::string text = std::to_string(t) + "/" + std::to_string(i);
                        right += client.ask(question(text), {}).text == "answer to " + text;
                    }
                });
        }
        QCOMPARE(right.load(), kThreads * kEach);
        QCOMPARE(server.requestCount(), kThreads * kEach);
    }

    void keyNeverComesBack_data()
    {
        QTest::addColumn<int>("status");
        for (const int status : {200, 400, 401, 403, 404, 418, 429, 500})
            QTest::addRow("%d", status) << status;
    }
    void keyNeverComesBack()
    {
        QFETCH(int, status);
        // Servers repeat what they were sent.
        const ScriptedServer server([status](const ServerRequest& request) {
            const std::string words = "you sent " + request.headers.at("authorization");
            return status == 200 ? chatReply(words) : errorReply(status, words);
        });
        OpenAiClient client(settingsFor(server.baseUrl()), Secret(std::string(kKey)));
        const Answer answer = client.ask(question(), {});
        const std::string all = answer.text + answer.failure + client.name() + client.models({}).failure;
        QVERIFY(all.find("you sent Bearer [key]") != std::string::npos);
        QVERIFY(all.find(kKey) == std::string::npos);
    }

    /// Long words are cut, and what a cut leaves of a key is still a secret.
    void noPartOfTheKeyIsLeftByACut()
    {
        const Secret key{std::string(kKey)};
        const ServerSettings settings = settingsFor("http://127.0.0.1:1/v1");
        for (qsizetype before = 0; before < 400; ++before) {
            HttpReply reply;
            reply.status = 401;
            reply.body = QByteArray(before, 'x') + kKey + QByteArray(400, 'y');
            const std::string failure = llm::failureOf(reply, settings, key, 1);
            QVERIFY2(failure.find("sk-") == std::string::npos, failure.c_str());
        }
    }

    void keyIsKeptOutOfRedirectTargets()
    {
        const ScriptedServer server([](const ServerRequest& request) {
            return errorReply(302, "",
                {{"Location", "http://evil.invalid/" + request.headers.at("authorization").substr(7)}});
        });
        const QString failure = failureOf(askedWith(settingsFor(server.baseUrl()), kKey));
        VERIFY_MESSAGE(failure, "evil.invalid");
        QVERIFY(!failure.contains(QString::fromLatin1(kKey)));
    }

    void listOfModels()
    {
        ServerReply reply;
        reply.body = R"({"object": "list", "data": [{"id": "small"}, {"id": "large"}, {"name": "no id"}]})";
        const ScriptedServer server(inTurn({reply, errorReply(401, "who are you?")}));
        OpenAiClient client(settingsFor(server.baseUrl()));
        const ModelList list = client.models({});
        QCOMPARE(list.models, (std::vector<std::string>{"small", "large"}));
        QVERIFY(list.failure.empty());
        QCOMPARE(server.requests()[0].method, std::string("GET"));
        QCOMPARE(server.requests()[0].target, std::string("/v1/models"));
        VERIFY_MESSAGE(QString::fromStdString(client.models({}).failure), "wants a key", "who are you?");
    }

    void untrustedCertificateIsRefused()
    {
        const QTemporaryDir directory;
        const auto tls = selfSigned(directory);
        if (!tls)
            QSKIP("the openssl program is not there to make a certificate");
        const ScriptedServer server(inTurn({chatReply("safe")}), &*tls);
        VERIFY_MESSAGE(failureOf(askedWith(settingsFor(server.baseUrl()), kKey)), server.baseUrl().c_str(),
            "no safe connection", "self-signed", "trusted");
        QCOMPARE(server.requestCount(), 0);
    }

    void trustedCertificateMustNameTheHost()
    {
        const QTemporaryDir directory;
        const auto tls = selfSigned(directory);
        if (!tls)
            QSKIP("the openssl program is not there to make a certificate");
        const QSslConfiguration before = QSslConfiguration::defaultConfiguration();
        QSslConfiguration trusting = before;
        trusting.addCaCertificate(tls->localCertificate());
        QSslConfiguration::setDefaultConfiguration(trusting);
        const ScriptedServer server(inTurn({chatReply("safe")}), &*tls);
        const Answer right = askedWith(settingsFor(server.baseUrl()), kKey);
        const Answer wrong =
            askedWith(settingsFor("https://127.0.0.1:" + std::to_string(server.port()) + "/v1"), kKey);
        QSslConfiguration::setDefaultConfiguration(before);
        QCOMPARE(right.text, std::string("safe"));
        VERIFY_MESSAGE(failureOf(wrong), "no safe connection");
        QCOMPARE(server.requestCount(), 1);
    }

    void wrongSettings()
    {
        const auto errorWith = [](auto&& change) {
            ServerSettings settings = settingsFor("http://127.0.0.1:1/v1");
            change(settings);
            return errorOf([&] { const OpenAiClient client(settings); });
        };
        VERIFY_MESSAGE(
            errorWith([](ServerSettings& s) { s.sampling.temperature = 2.1; }), "temperature", "2");
        VERIFY_MESSAGE(errorWith([](ServerSettings& s) { s.sampling.topP = -0.1; }), "top-p", "0 to 1");
        VERIFY_MESSAGE(errorWith([](ServerSettings& s) { s.sampling.maxTokens = 0; }), "max tokens");
        VERIFY_MESSAGE(errorWith([](ServerSettings& s) { s.timeout = 0ms; }), "time-out");
        VERIFY_MESSAGE(errorWith([](ServerSettings& s) { s.mostRetries = -1; }), "retries");
        VERIFY_MESSAGE(errorWith([](ServerSettings& s) { s.model = "\xFF"; }), "model");
        VERIFY_MESSAGE(errorWith([](ServerSettings& s) { s.baseUrl = "localhost:8080"; }), "http://");
        QCOMPARE(errorWith([](ServerSettings&) {}), QString());
    }

    void names()
    {
        ServerSettings settings = settingsFor("http://localhost:8080/");
        QCOMPARE(OpenAiClient(settings).name(), std::string("tiny at http://localhost:8080/v1"));
        settings.model.clear();
        QCOMPARE(OpenAiClient(settings).name(), std::string("default model at http://localhost:8080/v1"));
        QCOMPARE(nameOf(AnswerFormat::JsonObject), std::string("JSON object"));
    }

    void addresses_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("normalised");
        QTest::addColumn<bool>("here");
        QTest::newRow("plain") << QByteArray("http://127.0.0.1:8080/v1")
                               << QByteArray("http://127.0.0.1:8080/v1") << true;
        QTest::newRow("slash") << QByteArray(" http://LOCALHOST/v1// ") << QByteArray("http://localhost/v1")
                               << true;
        QTest::newRow("no path") << QByteArray("http://[::1]:1234") << QByteArray("http://[::1]:1234/v1")
                                 << true;
        QTest::newRow("endpoint") << QByteArray("https://api.example.org/openai/v1/chat/completions")
                                  << QByteArray("https://api.example.org/openai/v1") << false;
        QTest::newRow("endpoint of embeddings") << QByteArray("http://127.0.0.1:8080/v1/embeddings")
                                                << QByteArray("http://127.0.0.1:8080/v1") << true;
        QTest::newRow("127/8") << QByteArray("http://127.9.9.9/v1") << QByteArray("http://127.9.9.9/v1")
                               << true;
        QTest::newRow("LAN") << QByteArray("http://192.168.1.4:11434/v1")
                             << QByteArray("http://192.168.1.4:11434/v1") << false;
        QTest::newRow("looks local") << QByteArray("http://localhost.example.org/v1")
                                     << QByteArray("http://localhost.example.org/v1") << false;
        QTest::newRow("127 name") << QByteArray("http://127.0.0.1.example.org/v1")
                                  << QByteArray("http://127.0.0.1.example.org/v1") << false;
    }
    void addresses()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, normalised);
        QFETCH(bool, here);
        QCOMPARE(QByteArray::fromStdString(normalisedBaseUrl(text.toStdString())), normalised);
        QCOMPARE(staysOnThisMachine(normalised.toStdString()), here);
    }

    void wrongAddresses()
    {
        for (const char* url : {"", "llama", "ftp://host/v1", "http://", "http:///v1", "file:///etc/passwd"})
            VERIFY_MESSAGE(errorOf([&] { normalisedBaseUrl(url); }), "http://127.0.0.1:8080/v1");
        VERIFY_MESSAGE(errorOf([] { normalisedBaseUrl("https://host/v1?api-key=sk-1"); }), "'?'");
        for (const char* url : {"https://me:sk-1@host/v1", "me:sk-1@host", "https://sk-1@"}) {
            const QString message = errorOf([&] { normalisedBaseUrl(url); });
            VERIFY_MESSAGE(message, "FEDCCTR_API_KEY");
            QVERIFY(!message.contains(QStringLiteral("sk-1")));
        }
        QCOMPARE(hostOf("https://api.example.org/v1"), std::string("api.example.org"));
        QCOMPARE(hostOf("http://10.0.0.1:8080/v1"), std::string("10.0.0.1:8080"));
    }
};

std::unique_ptr<QObject> tst_openai_client()
{
    return std::make_unique<TestOpenAiClient>();
}
#include "tst_openai_client.moc"
