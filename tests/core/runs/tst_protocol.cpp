// SPDX-License-Identifier: GPL-3.0-or-later
// The lines between engine and readers: what is written is read back, and what earlier and later versions
// write is understood as far as it goes.
#include "core/runs/protocol.h"

#include <QTest>

#include <cmath>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>

using namespace fedcctr;
using namespace fedcctr::runs;
using nlohmann::json;

namespace {

/// Draws messages as an engine may tell them.
class Draws {
public:
    explicit Draws(unsigned seed)
        : m_random(seed)
    {
    }

    bool chance() { return m_random() % 2 == 0; }
    int whole(int most) { return static_cast<int>(m_random() % static_cast<unsigned>(most + 1)); }
    double number() { return std::uniform_real_distribution(-3.0, 3.0)(m_random); }
    double maybe() { return chance() ? number() : std::numeric_limits<double>::quiet_NaN(); }
    std::string text() { return "text " + std::to_string(whole(1000)) + " é\"\n"; }
    std::string accountant() { return chance() ? "rdp" : "of a later version"; }

    Word<privacy::Adversary> adversary()
    {
        return chance() ? Word(static_cast<privacy::Adversary>(whole(2)))
                        : Word<privacy::Adversary>(std::string("the whole world"));
    }
    Word<privacy::NeighbouringRelation> relation()
    {
        return static_cast<privacy::NeighbouringRelation>(whole(1));
    }

    DomainMetricSets metrics()
    {
        DomainMetricSets sets;
        for (MetricSet& set : sets) {
            set.values = {{"ndcg@10", number()}, {"auc", number()}, {"n", whole(5000)}};
            if (chance())
                set.intervals = {{"ndcg@10", {number(), number()}}, {"ndcg@2", {number(), number()}}};
        }
        return sets;
    }

    RoundRecord round()
    {
        RoundRecord round;
        round.round = 1 + whole(1000);
        round.seconds = number();
        round.clients = 1 + whole(30);
        round.clipNorm = maybe();
        round.loss.total = number();
        round.loss.terms = {{"A", number()}, {"B", number()}};
        for (int i = whole(3); i > 0; --i)
            round.loss.terms.push_back(
                {"T" + std::to_string(i), number(), "own.weight" + std::to_string(i), number()});
        round.clipped = maybe();
        round.normMedian = number();
        round.normMost = maybe();
        if (chance()) {
            round.sigma = number();
            round.signalToNoise = maybe();
            round.budget = BudgetRecord{accountant(), adversary(), relation(), number(), number(), number(),
                number(), number(), whole(600), whole(600), {}};
            if (chance())
                round.budget->rigorous = RigorousRecord{accountant(), relation(), number(),
                    chance() ? number() : std::numeric_limits<double>::infinity()};
        }
        if (chance()) {
            round.evaluation = metrics();
            round.evaluationUsers = whole(600);
        }
        return round;
    }

    ForecastRecord forecast()
    {
        if (chance())
            return {};
        return {true, whole(9), whole(9), number(), number(), number(), 1 + whole(99)};
    }

    SummaryRecord summary()
    {
        SummaryRecord summary;
        summary.dataset = text();
        summary.domains = {"Food", "Kitchen"};
        summary.preset = text();
        summary.seed = std::numeric_limits<std::uint64_t>::max() - static_cast<unsigned>(whole(9));
        summary.reason = chance() ? RunState::BudgetSpent : RunState::Stopped;
        summary.clients = whole(600);
        summary.rounds = whole(600);
        summary.bestRound = whole(600);
        summary.seconds = number();
        summary.parameters = std::int64_t(1) << whole(40);
        summary.mostUploads = whole(600);
        summary.test = metrics();
        summary.validation = metrics();
        summary.references = {{"random", metrics()}, {"popularity", metrics()}, {"item-knn", metrics()}};
        if (chance())
            summary.privatePopularity =
                PrivatePopularityRecord{number(), number(), adversary(), relation(), metrics(), accountant()};
        for (int i = whole(3); i > 0; --i)
            summary.privacy.push_back({chance() ? number() : std::numeric_limits<double>::infinity(),
                number(), accountant(), adversary(), relation(), double(whole(9)), text(),
                static_cast<privacy::Standing>(whole(2))});
        summary.forecast = forecast();
        if (chance())
            summary.augmentation = AugmentationRecord{text(), whole(9), whole(9), whole(9),
                {AugmentationRecord::Lengths{number(), number(), number()}, {number(), number(), number()}}};
        summary.signalToNoise = maybe();
        summary.device = text();
        summary.hardware = text();
        summary.tellsChanges = chance();
        if (summary.tellsChanges)
            summary.changes = {{whole(9), "loss.lambda1", number()}, {whole(9), "own.weight", number()}};
        return summary;
    }

    HelloMessage hello()
    {
        HelloMessage hello;
        hello.version = text();
        hello.run = text();
        hello.dataset = text();
        hello.domains = {text(), text()};
        hello.users = whole(9);
        hello.items = {whole(9), whole(9)};
        hello.data = {{"interactions", text()}};
        settings::setFromText(hello.settings.config, "run.seed=" + std::to_string(whole(99)));
        hello.settings.others = {{"loss.lambda9", "0.5"}, {"wings.count", "two"}};
        hello.rounds = whole(9);
        hello.firstRound = 1 + whole(9);
        hello.parameters = std::int64_t(1) << whole(40);
        hello.device = text();
        hello.threads = whole(9);
        hello.blas = text();
        hello.forecast = forecast();
        return hello;
    }

private:
    std::mt19937 m_random;
};

/// What is written of a message that was read from what was written of another.
template <typename Told> json again(const json& line)
{
    // As bytes, for that is how it comes.
    return toJson(std::get<Told>(*parseMessage(line.dump())));
}

template <typename Told> void comesBack(const Told& message)
{
    const json line = toJson(message);
    const std::string written = line.dump();
    QCOMPARE(again<Told>(line).dump(), written);
}

RoundRecord roundIn(const char* line)
{
    return std::get<RoundRecord>(*parseMessage(line));
}

} // namespace

class TestProtocol : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsWrittenIsReadBack()
    {
        for (unsigned seed = 0; seed < 200; ++seed) {
            Draws draws(seed);
            comesBack(draws.round());
            comesBack(draws.hello());
            comesBack(SummaryMessage{RunState::Finished, draws.summary()});
            comesBack(ReferenceMessage{draws.text(), "validation", draws.metrics()});
            comesBack(
                EventMessage{draws.whole(9), EventKind::Setting, draws.text(), draws.text(), draws.number()});
            comesBack(EventMessage{draws.whole(9), EventKind::ClientsStopped, draws.text()});
            comesBack(StateMessage{RunState::Paused});
            comesBack(ErrorMessage{draws.text()});
        }
    }

    void everyFieldOfARoundComesBack()
    {
        Draws draws(7);
        RoundRecord round = draws.round();
        round.budget = BudgetRecord{"rdp", privacy::Adversary::Aggregate,
            privacy::NeighbouringRelation::AddRemove, 1e-5, 3, 0.1, 0.2, 0.3, 5, 6,
            RigorousRecord{"gaussian", privacy::NeighbouringRelation::Replace, 1e-6,
                std::numeric_limits<double>::infinity()}};
        round.sigma = 1.5;
        round.evaluation = draws.metrics();
        const RoundRecord read = roundFrom(json::parse(toJson(round).dump()));
        QCOMPARE(read.round, round.round);
        QCOMPARE(read.seconds, round.seconds);
        QCOMPARE(read.clients, round.clients);
        QCOMPARE(read.sigma, 1.5);
        QCOMPARE(read.normMedian, round.normMedian);
        QCOMPARE(read.loss.total, round.loss.total);
        QCOMPARE(read.loss.terms.size(), round.loss.terms.size());
        for (std::size_t i = 0; i < round.loss.terms.size(); ++i) {
            QCOMPARE(read.loss.terms[i].name, round.loss.terms[i].name);
            QCOMPARE(read.loss.terms[i].setting, round.loss.terms[i].setting);
            QCOMPARE(read.loss.terms[i].mean, round.loss.terms[i].mean);
            QVERIFY(
                !read.loss.terms[i].isWeighted() || read.loss.terms[i].weight == round.loss.terms[i].weight);
        }
        QVERIFY(read.evaluation == round.evaluation);
        QVERIFY(read.budget->adversary == privacy::Adversary::Aggregate);
        QVERIFY(read.budget->relation == privacy::NeighbouringRelation::AddRemove);
        QCOMPARE(read.budget->most, 0.3);
        QCOMPARE(read.budget->active, 5);
        QVERIFY(std::isinf(read.budget->rigorous->most));
    }

    /// As programs wrote it that knew four terms.
    void earlierRoundsHaveFourTerms()
    {
        const RoundRecord round = roundIn(
            R"({"type": "round", "round": 12, "seconds": 0.5, "clients": 22, "lambda1": 0.3, "lambda2": 0.5,
                "loss": {"total": 1.41, "a": 0.52, "b": 0.55, "idra": 0.61, "cdrd": 0.32},
                "gradient_norm": {"median": 0.82, "max": 1.9}, "clipped": 0.31, "clip_norm": 1.0})");
        QCOMPARE(round.loss.terms.size(), std::size_t(4));
        QCOMPARE(round.loss.total, 1.41);
        QCOMPARE(round.loss.mean("A"), 0.52);
        QCOMPARE(round.loss.weighted("B"), 0.55);
        QCOMPARE(round.loss.weighted("IDRA"), 0.3 * 0.61);
        QCOMPARE(round.loss.weighted("CDRD"), 0.5 * 0.32);
        QCOMPARE(round.loss.term("IDRA")->setting, std::string("loss.lambda1"));
        QVERIFY(std::isnan(round.loss.mean("wings")) && !round.loss.term("wings"));
        QVERIFY(std::isnan(round.sigma) && !round.budget);
        QCOMPARE(round.normMost, 1.9);
        // Earlier readers find their names in what is written now.
        const json now = toJson(round);
        QCOMPARE(now["loss"]["idra"].get<double>(), 0.61);
        QCOMPARE(now["loss"]["a"].get<double>(), 0.52);
        QCOMPARE(now["lambda2"].get<double>(), 0.5);
    }

    /// Those without weights in the line have the settings', and what was changed before.
    void weightsAreCompleted()
    {
        RoundRecord round =
            roundIn(R"({"type": "round", "round": 5, "clients": 1, "loss": {"idra": 2, "cdrd": 4}})");
        settings::Config config;
        config.loss.lambda1 = 0.25;
        const std::vector<WeightChange> changes{{4, "loss.lambda2", 0.75}, {5, "loss.lambda1", 0.9}};
        completeWeights(round.loss, round.round, config, changes);
        QCOMPARE(round.loss.weighted("IDRA"), 0.5);
        QCOMPARE(round.loss.weighted("CDRD"), 3.0);
        QVERIFY(std::isnan(round.loss.weight("A")));
    }

    void aSilentRoundHasWeightsAndNoMeans()
    {
        for (const char* line :
            {R"({"type":"round","round":1,"clients":0,"loss":null,"lambda1":0.3,"lambda2":0.5,"clipped":null})",
                R"({"type":"round","round":1,"clients":0,"lambda1":0.3,"lambda2":0.5,"clipped":0,
                    "loss":{"total":0,"a":0,"b":0,"idra":0,"cdrd":0},"gradient_norm":{"median":0,"max":0}})"}) {
            const RoundRecord round = roundIn(line);
            QVERIFY(round.isSilent());
            QVERIFY(std::isnan(round.loss.total) && std::isnan(round.loss.mean("A")));
            QVERIFY(std::isnan(round.clipped) && std::isnan(round.normMedian));
            QCOMPARE(round.loss.weight("IDRA"), 0.3);
            const json now = toJson(round);
            QVERIFY(now["loss"].is_null() && now["gradient_norm"].is_null() && now["clipped"].is_null());
            QCOMPARE(now["lambda1"].get<double>(), 0.3);
            QCOMPARE(again<RoundRecord>(now).dump(), now.dump());
        }
    }

    void labelsAndColumnsOfTerms()
    {
        const RoundLoss loss = lossFrom(json::parse("{\"loss\": {}}"));
        std::vector<std::string> labels;
        std::vector<std::string> columns;
        for (const LossTerm& term : loss.terms) {
            labels.push_back(labelOf(term));
            columns.push_back(columnOf(term) + ' ' + weightColumnOf(term));
        }
        QVERIFY((labels == std::vector<std::string>{"Lᴬ", "Lᴮ", "λ₁·IDRA", "λ₂·CDRD"}));
        QVERIFY((columns == std::vector<std::string>{"a ", "b ", "idra lambda1", "cdrd lambda2"}));
        QCOMPARE(labelOf({"NEW", 0, "own.weight", 1}), std::string("weight·NEW"));
        QCOMPARE(labelOf({"NEW", 0}), std::string("NEW"));
    }

    /// Words of a later version are kept as they are and stand for no value.
    void unknownWordsAreKept()
    {
        const auto message = std::get<SummaryMessage>(*parseMessage(
            R"({"type": "summary", "reason": "eaten", "summary": {"reason": "eaten", "privacy":
                [{"accountant": "zcdp", "adversary": "moon", "relation": "swap", "epsilon": null, "standing": "?"}]}})"));
        QVERIFY(!message.reason.value());
        QCOMPARE(message.reason.text(), std::string("eaten"));
        const SpendRecord& spend = message.summary.privacy.front();
        QVERIFY(!spend.adversary.value() && !spend.relation.value() && !spend.standing.value());
        QCOMPARE(spend.adversary.text(), std::string("moon"));
        QCOMPARE(
            toJson(message)["summary"]["privacy"][0]["relation"].get<std::string>(), std::string("swap"));
        QVERIFY(std::isinf(spend.epsilon));
    }

    void strangeLinesDoNotThrow()
    {
        QVERIFY(!parseMessage("{\"type\": "));
        QVERIFY(!parseMessage("[1]"));
        QVERIFY(std::holds_alternative<std::monostate>(*parseMessage("{\"type\": \"wings\"}")));
        QVERIFY(std::holds_alternative<std::monostate>(*parseMessage("{}")));
        for (const char* type : {"hello", "reference", "state", "round", "event", "summary", "error"}) {
            const std::string name = type;
            for (const char* rest : {"", ", \"round\": [], \"summary\": 3, \"config\": 3, \"loss\": \"x\"",
                     ", \"round\": 1e300, \"terms\": [3, {}], \"dataset\": {\"domains\": 3, \"items\": "
                     "[\"x\"]}",
                     ", \"budget\": {\"spent\": 3}, \"evaluation\": {\"A\": [1]}, \"forecast\": [1]"})
                QVERIFY(parseMessage("{\"type\": \"" + name + "\"" + rest + "}").has_value());
        }
    }

    void statesHaveWords()
    {
        for (int i = 0; i <= static_cast<int>(RunState::Foreign); ++i) {
            RunState read = RunState::Queued;
            QVERIFY(fromName(nameOf(static_cast<RunState>(i)), read));
            QCOMPARE(read, static_cast<RunState>(i));
        }
        QCOMPARE(nameOf(RunState::BudgetSpent), std::string("budget-spent"));
        QCOMPARE(wordsOf(RunState::BudgetSpent), std::string("budget spent"));
    }
};

std::unique_ptr<QObject> tst_protocol()
{
    return std::make_unique<TestProtocol>();
}

#include "tst_protocol.moc"
