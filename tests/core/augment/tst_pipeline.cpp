// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/exchange.h"
#include "core/augment/pipeline.h"
#include "core/data/demo.h"
#include "core/data/history.h"
#include "tests/fixtures/support.h"

#include <QTest>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

using namespace fedcctr;
using namespace fedcctr::augment;

namespace {

constexpr const char* kItemAnswer =
    R"({"genres": ["Fantasy"], "themes": ["quests"], "keywords": ["dragons"]})";
constexpr const char* kUserAnswer = R"({"age": "25-34", "gender": "unknown", "interests": ["dragons"]})";
constexpr const char* kSequenceAnswer =
    R"({"liked_A": [1], "liked_B": [2], "disliked_A": [3], "disliked_B": []})";

std::string goodAnswer(const Question& question)
{
    if (question.schemaName == nameOf(Stage::Item))
        return kItemAnswer;
    return question.schemaName == nameOf(Stage::User) ? kUserAnswer : kSequenceAnswer;
}

Answer answered(const std::string& text)
{
    Answer answer;
    answer.text = text;
    answer.promptTokens = 100;
    answer.answerTokens = 10;
    return answer;
}

Answer failed()
{
    Answer answer;
    answer.kind = Answer::Kind::Failed;
    answer.failure = "http://x/v1: the key was refused; check it";
    return answer;
}

/// Answers by a function and keeps what it was asked.
class FakeModel : public LanguageModel {
public:
    using Answering = std::function<Answer(const Question&, const std::stop_token&)>;

    explicit FakeModel(Answering answering = [](const Question& q,
                                                 const std::stop_token&) { return answered(goodAnswer(q)); })
        : m_answering(std::move(answering))
    {
    }

    Answer ask(const Question& question, const std::stop_token& stop) override
    {
        {
            const std::scoped_lock lock(m_mutex);
            m_questions.push_back(question);
            m_most = std::max(m_most, ++m_inFlight);
        }
        const Answer answer = m_answering(question, stop);
        const std::scoped_lock lock(m_mutex);
        --m_inFlight;
        return answer;
    }

    std::string name() const override { return "fake"; }

    const std::vector<Question>& questions() const { return m_questions; }
    int mostInFlight() const { return m_most; }

    std::size_t askedOf(Stage stage) const
    {
        return static_cast<std::size_t>(
            std::ranges::count(m_questions, nameOf(stage), [](const Question& q) { return q.schemaName; }));
    }

private:
    Answering m_answering;
    std::mutex m_mutex;
    std::vector<Question> m_questions;
    int m_inFlight = 0;
    int m_most = 0;
};

class MemoryStore : public Store {
public:
    std::optional<Exchange> find(const std::string& key) const override
    {
        const std::scoped_lock lock(m_mutex);
        const auto found = m_exchanges.find(key);
        return found == m_exchanges.end() ? std::nullopt : std::optional(found->second);
    }

    void put(const Exchange& exchange) override
    {
        const std::scoped_lock lock(m_mutex);
        if (puts++ >= failAt && failAt >= 0) // a full disk stays full
            throw Error("store: the disk is full");
        m_exchanges[exchange.key] = exchange;
    }

    void forEachNewest(Stage stage, const std::function<void(const Exchange&)>& visit) const override
    {
        for (const auto& [key, exchange] : m_exchanges)
            if (exchange.stage == stage)
                visit(exchange);
    }

    const std::map<std::string, Exchange>& exchanges() const { return m_exchanges; }

    int puts = 0;
    int failAt = -1; ///< the put from which on all fail; -1: none

private:
    mutable std::mutex m_mutex;
    std::map<std::string, Exchange> m_exchanges;
};

const data::Dataset& demo()
{
    static const data::Dataset kData = data::generateDemo({12, 60, 2}).dataset;
    return kData;
}

PipelineOptions options()
{
    PipelineOptions all;
    all.prompts.templates = {"Item: {{item.title}}\n",
        "User:{{#each history}} {{title}} ({{genres}}){{/each}}\n",
        "Sequence: {{profile.interests}}{{#each candidates_A}} {{number}} {{title}}{{/each}}\n"};
    return all;
}

PipelineResult run(LanguageModel& model, Store& store, const PipelineOptions& wanted = options(),
    const PipelineObserver& observer = {}, const std::stop_token& stop = {})
{
    return runPipeline(demo(), model, store, wanted, observer, stop);
}

const StageCounts& countsOf(const PipelineResult& result, Stage stage)
{
    return result.progress.stages[static_cast<std::size_t>(stage)];
}

bool isEmpty(const Augmentation& augmentation)
{
    return std::ranges::all_of(augmentation.items, &ItemFeatures::empty)
        && std::ranges::all_of(augmentation.users, &UserProfile::empty)
        && std::ranges::all_of(augmentation.sequences, &SequenceExtension::empty);
}

/// Stops the source at the n-th question.
FakeModel::Answering stopAt(std::stop_source stop, int n)
{
    return [stop, left = std::make_shared<std::atomic<int>>(n)](
               const Question& question, const std::stop_token& token) mutable {
        if (--*left == 0)
            stop.request_stop();
        if (!token.stop_requested())
            return answered(goodAnswer(question));
        Answer cancelled;
        cancelled.kind = Answer::Kind::Cancelled;
        return cancelled;
    };
}

} // namespace

class TestPipeline : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void asksEverythingInOrder()
    {
        FakeModel model;
        MemoryStore store;
        const PipelineResult result = run(model, store);
        QCOMPARE(result.end, PipelineEnd::Finished);
        QCOMPARE(result.augmentation.backend, std::string("fake"));
        QCOMPARE(model.questions().size(), demo().items.size() + 2 * demo().userCount());
        QVERIFY(std::ranges::is_sorted(model.questions(), {}, [](const Question& q) {
            return q.schemaName == "item" ? 0 : q.schemaName == "user" ? 1 : 2;
        }));
        QCOMPARE(result.augmentation.items[5].genres, std::vector<std::string>{"fantasy"});
        QCOMPARE(result.augmentation.users[3].age, std::string("25-34"));
        const Candidates candidates = sampleCandidates(demo(), 3, kDefaultCandidates, 1);
        QCOMPARE(result.augmentation.sequences[3].liked[0], std::vector{candidates[0][0]});
        QCOMPARE(result.augmentation.sequences[3].liked[1], std::vector{candidates[1][1]});
        QCOMPARE(result.augmentation.sequences[3].disliked[0], std::vector{candidates[0][2]});
        const StageCounts& items = countsOf(result, Stage::Item);
        QCOMPARE(items.asked, demo().items.size());
        QCOMPARE(items.left(), std::size_t{0});
        QCOMPARE(items.promptTokens, 100 * demo().items.size());
        QCOMPARE(items.answerTokens, 10 * demo().items.size());
        QVERIFY(items.rejections.empty());
    }

    /// Stage 2 sees the features of stage 1, stage 3 the profile of stage 2.
    void laterStagesBuildOnEarlierOnes()
    {
        FakeModel model;
        MemoryStore store;
        run(model, store);
        for (const Question& question : model.questions()) {
            const std::string& prompt = question.messages[0].content;
            if (question.schemaName == "user")
                QVERIFY(prompt.find("(fantasy)") != std::string::npos);
            if (question.schemaName == "sequence")
                QVERIFY(prompt.starts_with("Sequence: dragon"));
            QVERIFY(!question.schema.empty());
        }
    }

    void nothingIsAskedTwice()
    {
        MemoryStore store;
        FakeModel first;
        const PipelineResult before = run(first, store);
        FakeModel second;
        const PipelineResult after = run(second, store);
        QVERIFY(second.questions().empty());
        QVERIFY(after.augmentation.items == before.augmentation.items);
        QVERIFY(after.augmentation.users == before.augmentation.users);
        QVERIFY(after.augmentation.sequences == before.augmentation.sequences);
        QCOMPARE(countsOf(after, Stage::Item).fromStore, demo().items.size());
        QCOMPARE(countsOf(after, Stage::Item).asked, std::size_t{0});
        QCOMPARE(countsOf(after, Stage::Item).promptTokens, std::size_t{0});
    }

    void otherParametersAreOtherQuestions()
    {
        MemoryStore store;
        FakeModel first;
        run(first, store);
        PipelineOptions warmer = options();
        warmer.sampling.temperature = 0.9;
        FakeModel second;
        run(second, store, warmer);
        QCOMPARE(second.questions().size(), first.questions().size());
        PipelineOptions edited = options();
        edited.prompts.templates[2] += "Think twice.";
        FakeModel third;
        run(third, store, edited);
        QCOMPARE(third.questions().size(), demo().userCount());
    }

    void resumesAfterCancelling_data()
    {
        QTest::addColumn<int>("question");
        QTest::newRow("first") << 1;
        QTest::newRow("among the items") << 50;
        QTest::newRow("among the users") << 126;
        QTest::newRow("among the sequences") << 140;
    }

    void resumesAfterCancelling()
    {
        QFETCH(int, question);
        MemoryStore store;
        std::stop_source stop;
        FakeModel interrupted(stopAt(stop, question));
        const PipelineResult part = run(interrupted, store, options(), {}, stop.get_token());
        QCOMPARE(part.end, PipelineEnd::Cancelled);
        const std::size_t kept = store.exchanges().size();
        QVERIFY(kept < static_cast<std::size_t>(question));
        QVERIFY(kept + 2 * static_cast<std::size_t>(kDefaultParallel) > static_cast<std::size_t>(question));
        QCOMPARE(static_cast<std::size_t>(std::ranges::count_if(
                     part.augmentation.items, [](const ItemFeatures& f) { return !f.empty(); })),
            std::min(kept, demo().items.size())); // what was answered is in the result

        FakeModel resumed;
        const PipelineResult whole = run(resumed, store);
        QCOMPARE(whole.end, PipelineEnd::Finished);
        QCOMPARE(resumed.questions().size(), demo().items.size() + 2 * demo().userCount() - kept);
        MemoryStore fresh;
        FakeModel unbroken;
        const PipelineResult expected = run(unbroken, fresh);
        QVERIFY(whole.augmentation.items == expected.augmentation.items);
        QVERIFY(whole.augmentation.users == expected.augmentation.users);
        QVERIFY(whole.augmentation.sequences == expected.augmentation.sequences);
    }

    /// A run that is stopped at once still returns what the store has.
    void stoppedFromTheStart()
    {
        MemoryStore store;
        FakeModel first;
        const PipelineResult before = run(first, store);
        std::stop_source stop;
        stop.request_stop();
        FakeModel second;
        const PipelineResult after = run(second, store, options(), {}, stop.get_token());
        QCOMPARE(after.end, PipelineEnd::Cancelled);
        QVERIFY(second.questions().empty());
        QVERIFY(after.augmentation.sequences == before.augmentation.sequences);
    }

    /// A request that hangs is given up when the run is stopped.
    void cancelsRequestsUnderWay()
    {
        MemoryStore store;
        std::stop_source stop;
        FakeModel hanging([&](const Question&, const std::stop_token& token) {
            std::mutex mutex;
            std::condition_variable_any wake;
            std::unique_lock lock(mutex);
            stop.request_stop();
            wake.wait(lock, token, [] { return false; });
            Answer answer;
            answer.kind = Answer::Kind::Cancelled;
            return answer;
        });
        const PipelineResult result = run(hanging, store, options(), {}, stop.get_token());
        QCOMPARE(result.end, PipelineEnd::Cancelled);
        QVERIFY(store.exchanges().empty());
        QVERIFY(isEmpty(result.augmentation));
        QCOMPARE(countsOf(result, Stage::Item).failed, std::size_t{0});
    }

    void nonsenseLeavesNothing()
    {
        MemoryStore store;
        FakeModel model([](const Question&, const std::stop_token&) { return answered("Certainly! Fish."); });
        const PipelineResult result = run(model, store);
        QCOMPARE(result.end, PipelineEnd::Finished);
        QVERIFY(isEmpty(result.augmentation));
        const StageCounts& items = countsOf(result, Stage::Item);
        QCOMPARE(items.refused, demo().items.size());
        QCOMPARE(items.rejections.at(nameOf(Rejection::NotJson)), 2 * demo().items.size()); // and the repairs
        QCOMPARE(model.askedOf(Stage::Item), 2 * demo().items.size());

        // They stay in the store with their reason, and are asked again.
        QCOMPARE(store.exchanges().size(), demo().items.size() + 2 * demo().userCount());
        QVERIFY(std::ranges::none_of(
            store.exchanges(), [](const auto& entry) { return entry.second.rejections.empty(); }));
        QVERIFY(!isWorthKeeping(result, std::nullopt));
        FakeModel again;
        const PipelineResult second = run(again, store);
        QCOMPARE(again.askedOf(Stage::Item), demo().items.size());
        QCOMPARE(countsOf(second, Stage::Item).refused, std::size_t{0});
        QVERIFY(std::ranges::none_of(second.augmentation.items, &ItemFeatures::empty));
        QVERIFY(isWorthKeeping(second, std::nullopt));
    }

    /// Only what was refused is asked again, and a model that cannot be reached costs no reason.
    void refusedOnesAreAskedAgain()
    {
        MemoryStore store;
        const std::string odd = "Item: " + demo().items[7].title + "\n";
        FakeModel model([&](const Question& question, const std::stop_token&) {
            const bool isOdd = question.messages[0].content.starts_with(odd);
            return answered(isOdd ? "no idea" : goodAnswer(question));
        });
        PipelineOptions wanted = options();
        wanted.itemsOnly = true;
        QCOMPARE(countsOf(run(model, store, wanted), Stage::Item).refused, std::size_t{1});
        FakeModel away([](const Question&, const std::stop_token&) { return failed(); });
        run(away, store, wanted);
        QVERIFY(std::ranges::any_of(store.exchanges(), [](const auto& entry) {
            return entry.second.accepted.empty() && !entry.second.rejections.empty();
        }));
        FakeModel better;
        const PipelineResult result = run(better, store, wanted);
        QCOMPARE(better.questions().size(), std::size_t{1});
        QVERIFY(!result.augmentation.items[7].empty());
    }

    /// A run that failed in part only replaces what holds no more.
    void whatIsKept()
    {
        MemoryStore store;
        FakeModel model;
        const PipelineResult whole = run(model, store);
        std::stop_source stop;
        FakeModel interrupted(stopAt(stop, 20));
        MemoryStore fresh;
        const PipelineResult part = run(interrupted, fresh, options(), {}, stop.get_token());
        QVERIFY(isWorthKeeping(part, std::nullopt));
        QVERIFY(!isWorthKeeping(part, whole.augmentation));
        QVERIFY(isWorthKeeping(whole, part.augmentation));
        QVERIFY(isWorthKeeping(part, part.augmentation));
        FakeModel moody(
            [n = std::make_shared<std::atomic<int>>(0)](const Question& question, const std::stop_token&) {
                return answered(++*n % 8 == 0 ? goodAnswer(question) : "Fish.");
            });
        MemoryStore other;
        QVERIFY(!isWorthKeeping(run(moody, other), whole.augmentation));
    }

    /// What the model says beside its text is the reason; no message of a repair is empty.
    void reasonsOfEmptyAnswers_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("thoughts") << int(Rejection::OnlyThoughts);
        QTest::newRow("cut off") << int(Rejection::CutOff);
        QTest::newRow("declined") << int(Rejection::Declined);
    }
    void reasonsOfEmptyAnswers()
    {
        QFETCH(int, kind);
        const auto reason = static_cast<Rejection>(kind);
        FakeModel model([&](const Question&, const std::stop_token&) {
            Answer answer;
            answer.leftOut = {"seed"};
            answer.thoughts = reason == Rejection::Declined ? "" : R"({"genres": ["draft"]})";
            answer.truncated = reason == Rejection::CutOff;
            answer.declined = reason == Rejection::Declined ? "I would rather not" : "";
            return answer;
        });
        Prompt prompt;
        prompt.text = "Item: tea";
        const Exchange exchange = exchangeWith(model, prompt, {}, {}).exchange;
        QVERIFY(exchange.accepted.empty());
        QCOMPARE(exchange.rejections.size(), std::size_t{2});
        for (const std::string& rejection : exchange.rejections)
            QCOMPARE(reasonOf(rejection), nameOf(reason));
        QCOMPARE(exchange.raw.find("draft") != std::string::npos, reason != Rejection::Declined);
        QVERIFY(exchange.parameters.find("seed") == std::string::npos);
        QVERIFY(exchange.parameters.find("temperature") != std::string::npos);
        QCOMPARE(model.questions().size(), std::size_t{2});
        QCOMPARE(model.questions()[1].messages.size(), std::size_t{1});
        QVERIFY(model.questions()[1].messages[0].content.starts_with("Item: tea"));
        QVERIFY(model.questions()[1].messages[0].content.size() > prompt.text.size());
    }

    void repairsOnce()
    {
        MemoryStore store;
        FakeModel model([](const Question& question, const std::stop_token&) {
            const bool isRepair = question.messages.size() > 1;
            return answered(isRepair ? goodAnswer(question) : R"({"genres": ["a"]})");
        });
        PipelineOptions itemsOnly = options();
        itemsOnly.itemsOnly = true;
        const PipelineResult result = run(model, store, itemsOnly);
        const StageCounts& items = countsOf(result, Stage::Item);
        QCOMPARE(items.repaired, demo().items.size());
        QCOMPARE(items.refused, std::size_t{0});
        QVERIFY(items.rejections.at(nameOf(Rejection::MissingField)) >= demo().items.size());
        QCOMPARE(items.promptTokens, 200 * demo().items.size());
        QCOMPARE(result.augmentation.items[0].genres, std::vector<std::string>{"fantasy"});

        const Question* repair = nullptr;
        for (const Question& question : model.questions())
            if (question.messages.size() > 1)
                repair = &question;
        QVERIFY(repair != nullptr);
        QCOMPARE(repair->messages.size(), std::size_t{3});
        QCOMPARE(repair->messages[1].role, std::string("assistant"));
        QCOMPARE(repair->messages[1].content, std::string(R"({"genres": ["a"]})"));
        QCOMPARE(repair->messages[2].role, std::string("user"));
        QVERIFY(repair->messages[2].content.find("themes") != std::string::npos);
        const Exchange& kept = store.exchanges().begin()->second;
        QVERIFY(kept.repaired);
        QCOMPARE(kept.raw, std::string(kItemAnswer));
        QVERIFY(!kept.rejections.empty());
    }

    /// Bad parts are dropped and counted, the good ones stay; no repair for that.
    void partsAreCounted()
    {
        MemoryStore store;
        FakeModel model([](const Question& question, const std::stop_token&) {
            return answered(question.schemaName == "sequence"
                    ? R"({"liked_A": [1, 1, 99], "liked_B": [4], "disliked_A": [], "disliked_B": [4]})"
                    : goodAnswer(question));
        });
        const PipelineResult result = run(model, store);
        const StageCounts& sequences = countsOf(result, Stage::Sequence);
        QCOMPARE(sequences.rejections.at(nameOf(Rejection::Duplicate)), demo().userCount());
        QCOMPARE(sequences.rejections.at(nameOf(Rejection::UnknownCandidate)), demo().userCount());
        QVERIFY(sequences.rejections.at(nameOf(Rejection::InBothLists)) >= demo().userCount());
        QCOMPARE(sequences.refused, std::size_t{0});
        QCOMPARE(model.askedOf(Stage::Sequence), demo().userCount());
        QCOMPARE(result.augmentation.sequences[0].liked[0].size(), std::size_t{1});
        QVERIFY(result.augmentation.sequences[0].liked[1].empty());
    }

    void invalidBytesAreKeptHarmless()
    {
        MemoryStore store;
        FakeModel model([](const Question&, const std::stop_token&) { return answered("\xFF\xC0 no"); });
        const PipelineResult result = run(model, store);
        QVERIFY(isEmpty(result.augmentation));
        for (const auto& [key, exchange] : store.exchanges())
            QVERIFY(QString::fromStdString(exchange.raw).toStdString() == exchange.raw);
    }

    void givesUpOnAModelThatFails()
    {
        MemoryStore store;
        FakeModel model([](const Question&, const std::stop_token&) { return failed(); });
        const PipelineResult result = run(model, store);
        QCOMPARE(result.end, PipelineEnd::ModelFailed);
        VERIFY_MESSAGE(QString::fromStdString(result.progress.lastFailure), "the key was refused");
        QVERIFY(model.questions().size() >= static_cast<std::size_t>(kMostFailuresInARow));
        QVERIFY(model.questions().size() < static_cast<std::size_t>(kMostFailuresInARow + kDefaultParallel));
        QVERIFY(store.exchanges().empty());
    }

    /// What failed once is asked again at the end of its stage; nothing else is.
    void failuresAreTriedAgain()
    {
        MemoryStore store;
        std::size_t asked = 0;
        FakeModel model([&](const Question& question, const std::stop_token&) {
            const bool isFirstPass = ++asked <= demo().items.size();
            return isFirstPass && asked % 4 == 0 ? failed() : answered(goodAnswer(question));
        });
        PipelineOptions wanted = options();
        wanted.itemsOnly = true;
        wanted.parallel = 1; // answers come in order, so five failures never come in a row
        const PipelineResult result = run(model, store, wanted);
        QCOMPARE(result.end, PipelineEnd::Finished);
        QCOMPARE(model.questions().size(), demo().items.size() + demo().items.size() / 4);
        QCOMPARE(countsOf(result, Stage::Item).failed, std::size_t{0});
        QCOMPARE(countsOf(result, Stage::Item).asked, demo().items.size());
    }

    /// One question that the model never answers does not stop the rest, and is asked again by the next run.
    void oneFailureStopsNothing()
    {
        MemoryStore store;
        const std::string unlucky = demo().items[7].title;
        FakeModel model([&](const Question& question, const std::stop_token&) {
            return question.messages[0].content == "Item: " + unlucky + "\n" ? failed()
                                                                             : answered(goodAnswer(question));
        });
        const PipelineResult result = run(model, store);
        QCOMPARE(result.end, PipelineEnd::Finished);
        QCOMPARE(countsOf(result, Stage::Item).failed, std::size_t{1});
        QCOMPARE(countsOf(result, Stage::Item).left(), std::size_t{1});
        QVERIFY(result.augmentation.items[7].empty());
        QCOMPARE(countsOf(result, Stage::Sequence).asked, demo().userCount());
        FakeModel better;
        const PipelineResult repeated = run(better, store);
        QCOMPARE(better.askedOf(Stage::Item), std::size_t{1});
        QVERIFY(!repeated.augmentation.items[7].empty());
    }

    void itemsOnly()
    {
        MemoryStore store;
        FakeModel model;
        PipelineOptions wanted = options();
        wanted.itemsOnly = true;
        const PipelineResult result = run(model, store, wanted);
        QCOMPARE(model.questions().size(), demo().items.size());
        QCOMPARE(model.askedOf(Stage::Item), demo().items.size());
        QVERIFY(std::ranges::all_of(result.augmentation.users, &UserProfile::empty));
    }

    void itemsWithoutTextAreNotAsked()
    {
        data::Dataset dataset = demo();
        dataset.items[3] = {"bare", "", "", ""};
        MemoryStore store;
        FakeModel model;
        const PipelineResult result = runPipeline(dataset, model, store, options());
        QCOMPARE(countsOf(result, Stage::Item).withoutText, std::size_t{1});
        QCOMPARE(countsOf(result, Stage::Item).subjects, dataset.items.size() - 1);
        QVERIFY(result.augmentation.items[3].empty());
    }

    /// Two items of the same title both get their features.
    void sameTitles()
    {
        data::Dataset dataset = demo();
        dataset.items[1].title = dataset.items[0].title;
        MemoryStore store;
        FakeModel model;
        const PipelineResult result = runPipeline(dataset, model, store, options());
        QVERIFY(!result.augmentation.items[0].empty() && !result.augmentation.items[1].empty());
        QCOMPARE(store.exchanges().size(), dataset.items.size() + 2 * dataset.userCount());
    }

    void noHeldOutEventIsAsked()
    {
        data::Dataset changed = demo();
        for (data::Event& event : changed.allEvents)
            if (event.role != data::Role::Train)
                event.item = changed.firstItem(changed.domainOf(event.item));
        MemoryStore store;
        FakeModel first;
        run(first, store);
        FakeModel second;
        runPipeline(changed, second, store, options());
        QVERIFY(second.questions().empty());
    }

    void severalInFlight()
    {
        MemoryStore store;
        std::atomic<int> waiting = 0;
        // The first three questions wait for each other.
        FakeModel model([&](const Question& question, const std::stop_token&) {
            ++waiting;
            while (waiting < 3)
                std::this_thread::yield();
            return answered(goodAnswer(question));
        });
        PipelineOptions wanted = options();
        wanted.parallel = 3;
        run(model, store, wanted);
        QCOMPARE(model.mostInFlight(), 3);
    }

    void observerSeesEveryAnswer()
    {
        MemoryStore store;
        FakeModel model;
        std::size_t done = 0;
        int calls = 0;
        run(model, store, options(), [&](const PipelineProgress& progress) {
            std::size_t now = 0;
            for (const StageCounts& counts : progress.stages)
                now += counts.done();
            QVERIFY(now >= done);
            done = now;
            ++calls;
        });
        QCOMPARE(done, demo().items.size() + 2 * demo().userCount());
        QVERIFY(calls >= static_cast<int>(done));
    }

    void storeThatFailsEndsTheRun()
    {
        MemoryStore store;
        store.failAt = 10;
        FakeModel model;
        VERIFY_MESSAGE(fedcctr::test::errorOf([&] { run(model, store); }), "the disk is full");
        QVERIFY(model.questions().size() < 10 + 2 * static_cast<std::size_t>(kDefaultParallel));
    }

    void faultyTemplate()
    {
        MemoryStore store;
        FakeModel model;
        PipelineOptions wanted = options();
        wanted.prompts.templates[1] = "User {{histroy}}";
        QVERIFY(!fedcctr::test::errorOf([&] { run(model, store, wanted); }).isEmpty());
        QVERIFY(model.questions().empty());
    }

    void keysTellQuestionsApart()
    {
        Prompt prompt;
        prompt.text = "a";
        Prompt other = prompt;
        other.subject = 1;
        std::set<std::string> keys{keyOf(prompt, "m", {}), keyOf(other, "m", {}), keyOf(prompt, "n", {})};
        for (Sampling sampling :
            {Sampling{.temperature = 1}, Sampling{.topP = 1}, Sampling{.maxTokens = 9}, Sampling{.seed = 9}})
            keys.insert(keyOf(prompt, "m", sampling));
        prompt.candidates[0] = {4};
        keys.insert(keyOf(prompt, "m", {}));
        QCOMPARE(keys.size(), std::size_t{8});
    }
};

std::unique_ptr<QObject> tst_pipeline()
{
    return std::make_unique<TestPipeline>();
}
#include "tst_pipeline.moc"
