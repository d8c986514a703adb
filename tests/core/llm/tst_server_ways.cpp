// SPDX-License-Identifier: GPL-3.0-or-later
// Servers differ in what they refuse, how they say so, and in which form they answer.
#include "core/base/files.h"
#include "core/llm/openai_client.h"
#include "core/llm/retry_after.h"
#include "tests/fixtures/scripted_server.h"
#include "tests/fixtures/support.h"

#include <QTest>

#include <algorithm>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <zlib.h>

using namespace fedcctr;
using namespace fedcctr::llm;
using namespace fedcctr::test;
using namespace std::chrono_literals;
using augment::Answer;
using nlohmann::json;

namespace {

constexpr const char* kSchema = R"({"type": "object", "properties": {"a": {}}})";

ServerSettings settingsFor(const ScriptedServer& server)
{
    ServerSettings settings;
    settings.baseUrl = server.baseUrl();
    settings.model = "tiny";
    settings.firstBackOff = 1ms;
    return settings;
}

augment::Question question()
{
    return {{{"user", "What is it?"}}, "item", kSchema};
}

Answer asked(const ScriptedServer& server)
{
    return OpenAiClient(settingsFor(server)).ask(question(), {});
}

ServerReply replyWith(int status, const QByteArray& body)
{
    ServerReply reply;
    reply.status = status;
    reply.body = body.toStdString();
    return reply;
}

ScriptedServer::Script always(ServerReply reply)
{
    return [reply = std::move(reply)](const ServerRequest&) { return reply; };
}

/// Gives the replies in turn, the last one again and again.
ScriptedServer::Script inTurn(std::vector<ServerReply> replies)
{
    return [replies = std::move(replies)](const ServerRequest& request) {
        return replies.at(std::min(static_cast<std::size_t>(request.number), replies.size()) - 1);
    };
}

json bodyOf(const ServerRequest& request)
{
    return json::parse(request.body);
}

/// Refuses requests that have this member, in these words.
ScriptedServer::Script refusing(const std::string& member, const ServerReply& refusal)
{
    return [=](const ServerRequest& request) {
        return bodyOf(request).contains(member) ? refusal : chatReply("{}");
    };
}

std::string deflated(const std::string& text, int windowBits)
{
    z_stream stream{};
    deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY);
    std::string input = text;
    std::string packed(deflateBound(&stream, input.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

HttpReply answeredWith(int status, const char* header, const char* value, const char* body = "")
{
    HttpReply reply;
    reply.status = status;
    reply.headers[header] = value;
    reply.body = body;
    return reply;
}

} // namespace

class TestServerWays : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void refusedParameters_data()
    {
        QTest::addColumn<QString>("member");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("error.param") << "seed" << 400
                                     << QByteArray(R"({"error": {"message": "no", "param": "seed"}})");
        QTest::newRow("message") << "top_p" << 404
                                 << QByteArray(R"({"error": {"message": "Unknown parameter: 'top_p'"}})");
        QTest::newRow("error text") << "seed" << 501 << QByteArray(R"({"error": "seed is not supported"})");
        QTest::newRow("FastAPI") << "seed" << 422
                                 << QByteArray(
                                        R"({"detail": [{"type": "extra_forbidden", "loc": ["body", "seed"],
                                        "msg": "Extra inputs are not permitted", "input": {"top_p": 1}}]})");
        QTest::newRow("detail in the message")
            << "temperature" << 422
            << QByteArray(
                   R"({"object": "error", "message": {"detail": [{"loc": ["body", "temperature"], "msg": "Extra"}]}})");
        QTest::newRow("list")
            << "seed" << 400
            << QByteArray(
                   "[{\"error\": {\"code\": 400, \"message\": \"Unknown name seed: Cannot find field.\"}}]");
        QTest::newRow("plain text") << "top_p" << 415 << QByteArray("top-p is not a thing here");
        QTest::newRow("page") << "temperature" << 500
                              << QByteArray(
                                     "<html><body><h1>temperature is not supported</h1></body></html>");
        QTest::newRow("only one temperature")
            << "temperature" << 400
            << QByteArray(
                   R"({"error": {"message": "'temperature' does not support 0.4, only the default, 1"}})");
        QTest::newRow("number of tokens")
            << "max_tokens" << 400
            << QByteArray(R"({"message": "unrecognized request argument: max_tokens"})");
        QTest::newRow("stream") << "stream" << 400 << QByteArray(R"({"error": "unknown field stream"})");
        QTest::newRow("form") << "response_format" << 500 << QByteArray("cannot use grammar with this model");
    }

    /// The part goes, all others stay, it is said once, and the next request does without from the start.
    void refusedParameters()
    {
        QFETCH(QString, member);
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        const std::string name = member.toStdString();
        const ScriptedServer server(refusing(name, replyWith(status, body)));
        ServerSettings settings = settingsFor(server);
        std::vector<std::string> notes;
        settings.noted = [&](const std::string& note) { notes.push_back(note); };
        OpenAiClient client(settings);
        const Answer answer = client.ask(question(), {});
        QCOMPARE(answer.kind, Answer::Kind::Answered);
        QCOMPARE(answer.retries, 0);
        const int requests = server.requestCount();
        QVERIFY(requests <= 3);
        QCOMPARE(client.ask(question(), {}).kind, Answer::Kind::Answered);
        QCOMPARE(server.requestCount(), requests + 1);
        QCOMPARE(notes.size(), std::size_t{1});
        QVERIFY(notes[0].starts_with(server.baseUrl()));
        const json last = bodyOf(server.requests().back());
        for (const char* other : {"temperature", "top_p", "seed", "stream", "response_format"})
            QCOMPARE(last.contains(other), name != other);
        const bool isLeftOut = std::ranges::find(answer.leftOut, name) != answer.leftOut.end();
        QCOMPARE(isLeftOut, name == "temperature" || name == "top_p" || name == "seed");
        QCOMPARE(last.contains("max_completion_tokens"), name == "max_tokens");
    }

    /// One after the other, under the name that the server wants.
    void severalRefusals()
    {
        const ScriptedServer server([](const ServerRequest& request) {
            const json body = bodyOf(request);
            for (const auto& [name, words] :
                {std::pair("max_tokens", "Use 'max_output_tokens' instead of 'max_tokens'."),
                    std::pair("seed", "seed: extra fields not permitted"),
                    std::pair("temperature", "temperature must be 1")})
                if (body.contains(name))
                    return errorReply(400, words);
            return chatReply("{}");
        });
        OpenAiClient client(settingsFor(server));
        QCOMPARE(client.ask(question(), {}).kind, Answer::Kind::Answered);
        QCOMPARE(server.requestCount(), 4);
        QCOMPARE(bodyOf(server.requests().back()).value("max_output_tokens", 0), 512);
        QCOMPARE(client.format(), AnswerFormat::JsonSchema);
    }

    /// A server that wants no limit by any name still answers.
    void noNameForTheLimit()
    {
        const ScriptedServer server([](const ServerRequest& request) {
            const json body = bodyOf(request);
            for (const char* name : {"max_tokens", "max_completion_tokens"})
                if (body.contains(name))
                    return errorReply(422, std::string("unknown field ") + name);
            return chatReply("{}");
        });
        const Answer answer = asked(server);
        QCOMPARE(answer.kind, Answer::Kind::Answered);
        QCOMPARE(answer.leftOut, std::vector<std::string>{"max_tokens"});
    }

    void streamsOnly()
    {
        const ScriptedServer server([](const ServerRequest& request) {
            if (!bodyOf(request).value("stream", false))
                return errorReply(400, "This model only supports stream mode; enable the stream parameter.");
            ServerReply reply;
            reply.body =
                "data: {\"choices\": [{\"delta\": {\"content\": \"{}\"}, \"finish_reason\": \"stop\"}]}\n\n"
                "data: [DONE]\n\n";
            return reply;
        });
        QCOMPARE(asked(server).text, std::string("{}"));
        QCOMPARE(server.requestCount(), 3);
    }

    /// What is about something else is told, not stepped around.
    void otherRefusals_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("said");
        QTest::addColumn<QByteArray>("notSaid");
        QTest::newRow("context")
            << 400
            << QByteArray(
                   R"({"error": {"message": "'max_tokens' is too large: the context length is 2048, the prompt has 1900"}})")
            << QByteArray("shorten the template") << QByteArray("log");
        QTest::newRow("field missing")
            << 422
            << QByteArray(
                   R"({"detail": [{"loc": ["body", "user"], "msg": "Field required", "input": {"seed": 1, "temperature": 1}}]})")
            << QByteArray("body.user: Field required") << QByteArray("template");
        QTest::newRow("long words")
            << 400
            << QByteArray(
                   R"({"error": {"message": "This deployment wants the header X-Team, which names the team that pays for it; ask in the channel 'models' for yours and set it in the proxy at port 4000"}})")
            << QByteArray("set it in the proxy at port 4000") << QByteArray("template");
        QTest::newRow("behind a gateway")
            << 400
            << QByteArray(
                   R"({"error": {"message": "Provider returned error", "metadata": {"raw": "the account is locked"}}})")
            << QByteArray("the account is locked") << QByteArray("template");
        QTest::newRow("page")
            << 400
            << QByteArray(
                   "<!DOCTYPE html><html><style>p {x: y}</style><p>Blocked by &quot;proxy&quot;</p></html>")
            << QByteArray("Blocked by \"proxy\"") << QByteArray("x: y");
        QTest::newRow("model") << 404
                               << QByteArray(R"({"error": "model 'seed-1' not found, try pulling it first"})")
                               << QByteArray("try pulling it first") << QByteArray("/v1,");
    }
    void otherRefusals()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, said);
        QFETCH(QByteArray, notSaid);
        const ScriptedServer server(always(replyWith(status, body)));
        const Answer answer = asked(server);
        QCOMPARE(answer.kind, Answer::Kind::Failed);
        VERIFY_MESSAGE(QString::fromStdString(answer.failure), said.constData());
        QVERIFY(answer.failure.find(notSaid.toStdString()) == std::string::npos);
        QCOMPARE(server.requestCount(), 1);
    }

    void errorsInside200_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("passes");
        QTest::newRow("code") << QByteArray(R"({"error": {"message": "very busy", "code": 502}})") << true;
        QTest::newRow("code as text")
            << QByteArray(R"({"error": {"message": "very busy", "code": "429"}})") << true;
        QTest::newRow("words") << QByteArray(R"({"error": "very busy, try again"})") << true;
        QTest::newRow("in the choice") << QByteArray(
            R"({"choices": [{"finish_reason": "error", "error": {"message": "very busy", "code": 503}, "message": {"content": "half"}}]})")
                                       << true;
        QTest::newRow("error object")
            << QByteArray(R"({"object": "error", "message": "very busy", "code": 500})") << true;
        QTest::newRow("stream") << QByteArray(
            "data: {\"error\": {\"message\": \"very busy\", \"code\": 502}}\n\n")
                                << true;
        QTest::newRow("for good") << QByteArray(R"({"error": {"message": "very busy hands", "code": 400}})")
                                  << false;
    }
    void errorsInside200()
    {
        QFETCH(QByteArray, body);
        QFETCH(bool, passes);
        {
            const ScriptedServer server(inTurn({replyWith(200, body), chatReply("{}")}));
            QCOMPARE(asked(server).kind, passes ? Answer::Kind::Answered : Answer::Kind::Failed);
            QCOMPARE(server.requestCount(), passes ? 2 : 1);
        }
        const ScriptedServer server(always(replyWith(200, body)));
        VERIFY_MESSAGE(QString::fromStdString(asked(server).failure), "very busy", "inside HTTP 200");
    }

    void nullErrorIsNone()
    {
        ServerReply reply = chatReply("fine");
        json body = json::parse(reply.body);
        body["error"] = nullptr;
        reply.body = body.dump();
        QCOMPARE(asked(ScriptedServer(always(reply))).text, std::string("fine"));
    }

    void eventStreams()
    {
        const QByteArray stream =
            ": keep alive\r\n\r\n"
            "event: message\r\n"
            "data: {\"choices\": [{\"delta\": {\"role\": \"assistant\", \"content\": null}}]}\r\n\r\n"
            "data: {\"choices\": [{\"delta\": {\"reasoning_content\": \"hm\"}}]}\r\n\r\n"
            "data: {\"choices\": [{\"delta\": {\"content\": \"{\\\"a\\\"\"}}]}\r\n\r\n"
            "data:{\"choices\": [{\"delta\": {\"content\": \": 1}\"}, \"finish_reason\": "
            "\"length\"}]}\r\n\r\n"
            "data: {\"choices\": [], \"usage\": {\"prompt_tokens\": 7, \"completion_tokens\": 3}}\r\n\r\n";
        const Answer answer = asked(ScriptedServer(always(replyWith(200, stream + "data: [DONE]\r\n\r\n"))));
        QCOMPARE(answer.text, std::string(R"({"a": 1})"));
        QCOMPARE(answer.thoughts, std::string("hm"));
        QVERIFY(answer.truncated);
        QCOMPARE(answer.promptTokens, 7);
        QCOMPARE(answer.answerTokens, 3);
    }

    /// A stream that breaks off is a lost connection, not a short answer.
    void brokenStream()
    {
        const ServerReply half =
            replyWith(200, "data: {\"choices\": [{\"delta\": {\"content\": \"{\\\"a\\\"\"}}]}\n\n");
        const ScriptedServer server(inTurn({half, chatReply("whole")}));
        const Answer answer = asked(server);
        QCOMPARE(answer.text, std::string("whole"));
        QCOMPARE(answer.retries, 1);
    }

    void packedBodies_data()
    {
        QTest::addColumn<QByteArray>("encoding");
        QTest::addColumn<int>("windowBits");
        QTest::newRow("gzip") << QByteArray("gzip") << MAX_WBITS + 16;
        QTest::newRow("gzip without a word") << QByteArray() << MAX_WBITS + 16;
        QTest::newRow("deflate") << QByteArray("deflate") << MAX_WBITS;
        QTest::newRow("raw deflate") << QByteArray("deflate") << -MAX_WBITS;
    }
    void packedBodies()
    {
        QFETCH(QByteArray, encoding);
        QFETCH(int, windowBits);
        const auto packed = [&](ServerReply reply) {
            reply.body = deflated(reply.body, windowBits);
            if (!encoding.isEmpty())
                reply.headers.emplace_back("Content-Encoding", encoding.toStdString());
            return reply;
        };
        QCOMPARE(asked(ScriptedServer(always(packed(chatReply("unpacked"))))).text, std::string("unpacked"));
        VERIFY_MESSAGE(
            QString::fromStdString(asked(ScriptedServer(always(packed(errorReply(400, "because"))))).failure),
            "because");
        ServerReply cut = packed(chatReply(std::string(3000, 'x') + "y"));
        cut.body.resize(cut.body.size() / 2);
        const ScriptedServer server(inTurn({cut, chatReply("whole")}));
        QCOMPARE(asked(server).text, std::string("whole"));
    }

    void packingIsLimited()
    {
        ServerReply bomb;
        bomb.body = deflated(std::string(20'000'000, ' '), MAX_WBITS + 16);
        VERIFY_MESSAGE(QString::fromStdString(asked(ScriptedServer(always(bomb))).failure), "4096 KiB");
        ServerReply strange = replyWith(200, "\x0b\x02\x80");
        strange.headers.emplace_back("Content-Encoding", "br");
        VERIFY_MESSAGE(
            QString::fromStdString(asked(ScriptedServer(always(strange))).failure), "'br'", "proxy");
    }

    /// However few retries there are to be.
    void loadingIsWaitedFor()
    {
        const ServerReply loading = errorReply(503, "Loading model");
        const ScriptedServer server(
            inTurn({loading, loading, loading, loading, loading, chatReply("ready")}));
        ServerSettings settings = settingsFor(server);
        settings.mostRetries = 0;
        const Answer answer = OpenAiClient(settings).ask(question(), {});
        QCOMPARE(answer.text, std::string("ready"));
        QCOMPARE(server.requestCount(), 6);
    }

    void loadingForTooLong()
    {
        const ScriptedServer server(always(errorReply(503, "Loading model")));
        ServerSettings settings = settingsFor(server);
        settings.mostRetries = 0;
        settings.loadingPatience = 0s;
        const Answer answer = OpenAiClient(settings).ask(question(), {});
        VERIFY_MESSAGE(QString::fromStdString(answer.failure), "still loading", "--wait-loading");
        QCOMPARE(server.requestCount(), 1);
        const ScriptedServer busy(always(errorReply(503, "overloaded")));
        QCOMPARE(asked(busy).retries, 2);
    }

    void retryAfterInEveryForm_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<int>("ms"); // -1: none
        const auto row = [](const char* header, const char* value, int ms) {
            QTest::addRow("%s %s", header, value) << QByteArray(header) << QByteArray(value) << ms;
        };
        row("retry-after", "1.5", 1500);
        row("retry-after", "20s", 20'000);
        row("retry-after", "Wed, 21 Oct 2015 07:28:30 GMT", 30'000);
        row("retry-after", "Wednesday, 21-Oct-15 07:28:30 GMT", 30'000);
        row("retry-after", "Wed Oct 21 07:28:30 2015", 30'000);
        row("retry-after", "2015-10-21T07:28:30Z", 30'000);
        row("retry-after", "soon", -1);
        row("retry-after-ms", "250", 250);
        row("x-ratelimit-reset-requests", "6m0s", 360'000);
        row("x-ratelimit-reset-tokens", "17ms", 17);
        row("x-ratelimit-reset", "1445412510", 30'000); // seconds since 1970
        row("x-ratelimit-reset", "1445412510000", 30'000); // milliseconds
        row("anthropic-ratelimit-requests-reset", "2015-10-21T07:28:30Z", 30'000);
        row("x-request-id", "7", -1);
    }
    void retryAfterInEveryForm()
    {
        QFETCH(QByteArray, header);
        QFETCH(QByteArray, value);
        QFETCH(int, ms);
        const auto now = std::chrono::sys_days(std::chrono::year(2015) / 10 / 21) + 7h + 28min;
        const auto wait = retryAfter(answeredWith(429, header.constData(), value.constData()), now);
        QCOMPARE(wait.has_value(), ms >= 0);
        if (wait)
            QCOMPARE(*wait, std::chrono::milliseconds(ms));
    }

    void retryAfterInTheBody()
    {
        const auto wait = [](const char* body) {
            return retryAfter(answeredWith(429, "server", "x", body), std::chrono::system_clock::now());
        };
        QCOMPARE(
            wait(R"({"error": {"message": "Rate limit. Please try again in 20s. See the page."}})").value(),
            20'000ms);
        QCOMPARE(wait("retry after 1 minute 30 seconds").value(), 90'000ms);
        QCOMPARE(
            wait(R"({"error": "Model is currently loading", "estimated_time": 12.5})").value(), 12'500ms);
        QCOMPARE(wait(R"({"error": {"details": [{"retryDelay": "34s"}]}})").value(), 34'000ms);
        QVERIFY(!wait("wait for better days"));
        // A limit of which something remains is not the one that is used up.
        HttpReply reply = answeredWith(429, "x-ratelimit-reset-tokens", "1h");
        reply.headers["x-ratelimit-remaining-tokens"] = "900";
        reply.headers["x-ratelimit-reset-requests"] = "2s";
        reply.headers["x-ratelimit-remaining-requests"] = "0";
        QCOMPARE(retryAfter(reply, std::chrono::system_clock::now()).value(), 2000ms);
    }

    void tooLongAWaitIsNamed()
    {
        const ScriptedServer server(always(errorReply(429, "Please try again in 2h")));
        VERIFY_MESSAGE(QString::fromStdString(asked(server).failure), "7200 s", "600 s");
        QCOMPARE(server.requestCount(), 1);
    }

    void emptyAccountIsNotAskedAgain()
    {
        const ScriptedServer server(always(replyWith(429,
            R"({"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}})")));
        VERIFY_MESSAGE(QString::fromStdString(asked(server).failure), "credit", "current quota");
        QCOMPARE(server.requestCount(), 1);
    }

    /// One thread was told to wait: no other asks before that.
    void allThreadsWait()
    {
        std::mutex mutex;
        std::vector<std::chrono::steady_clock::time_point> times;
        const ScriptedServer server([&](const ServerRequest& request) {
            const std::scoped_lock lock(mutex);
            times.push_back(std::chrono::steady_clock::now());
            return request.number == 1 ? errorReply(429, "slow down", {{"Retry-After", "1"}})
                                       : chatReply("{}");
        });
        ServerSettings settings = settingsFor(server);
        OpenAiClient* asking = nullptr;
        std::jthread other;
        settings.waiting = [&](const Wait&) { other = std::jthread([&] { asking->ask(question(), {}); }); };
        OpenAiClient client(settings);
        asking = &client;
        QCOMPARE(client.ask(question(), {}).kind, Answer::Kind::Answered);
        other.join();
        QCOMPARE(times.size(), std::size_t{3});
        for (const std::size_t i : {1U, 2U})
            QVERIFY(times[i] - times[0] >= 990ms);
    }

    void thoughtsAreNoText_data()
    {
        QTest::addColumn<QByteArray>("message");
        QTest::newRow("reasoning") << QByteArray(R"({"content": "", "reasoning": "a draft {}"})");
        QTest::newRow("reasoning_content") << QByteArray(R"({"content": null, "reasoning_content": "{}"})");
        QTest::newRow("parts") << QByteArray(
            R"({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "{}"}]}]})");
        QTest::newRow("reasoning part")
            << QByteArray(R"({"content": [{"type": "reasoning", "text": "{}"}]})");
    }
    void thoughtsAreNoText()
    {
        QFETCH(QByteArray, message);
        const ScriptedServer server(always(
            replyWith(200, R"({"choices": [{"finish_reason": "length", "message": )" + message + "}]}")));
        const Answer answer = asked(server);
        QCOMPARE(answer.kind, Answer::Kind::Answered);
        QCOMPARE(answer.text, std::string());
        QVERIFY(!answer.thoughts.empty());
        QVERIFY(answer.truncated);
    }

    void declinedAnswers()
    {
        const auto withChoice = [](const char* choice) {
            return asked(
                ScriptedServer(always(replyWith(200, QByteArray(R"({"choices": [)") + choice + "]}"))));
        };
        QCOMPARE(withChoice(R"({"message": {"content": null, "refusal": "I cannot do that"}})").declined,
            std::string("I cannot do that"));
        QVERIFY(withChoice(R"({"finish_reason": "content_filter", "message": {"content": ""}})")
                    .declined.find("content_filter")
            != std::string::npos);
        QVERIFY(withChoice(R"({"finish_reason": "stop", "message": {"content": "{}"}})").declined.empty());
    }

    /// In the server's JSON: a character is lost, not the answer.
    void halfSurrogates()
    {
        const ScriptedServer server(always(replyWith(
            200, R"({"choices": [{"message": {"content": "a \ud83d b \ude00 c \ud83d\ude00 \\ud83d"}}]})")));
        QCOMPARE(asked(server).text, std::string("a  b  c \xF0\x9F\x98\x80 \\ud83d"));
    }
};

std::unique_ptr<QObject> tst_server_ways()
{
    return std::make_unique<TestServerWays>();
}
#include "tst_server_ways.moc"
