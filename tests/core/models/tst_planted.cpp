// SPDX-License-Identifier: GPL-3.0-or-later
// Small worlds, each with a structure that one model can use by its design and a simpler one cannot: trained
// alike, the first must rank held-out events better.
#include "core/data/build.h"
#include "core/training/trainer.h"
#include "tests/fixtures/model_support.h"

#include <QTest>

#include <memory>
#include <string>

using namespace fedcctr;
using namespace fedcctr::model;
using namespace fedcctr::test;
using data::Domain;

namespace {

constexpr int kItems = 40; ///< per domain

/// A user's events: domain and number of the item within it, in order.
struct Click {
    Domain domain;
    int item;
};
using Sequence = std::vector<Click>;
using World = Sequence (*)(Random& random);

int below(Random& random, int count)
{
    return static_cast<int>(random.below(static_cast<std::uint64_t>(count)));
}

/// Of the first domain's items ten at a time have a word for a title, which one of the second domain has,
/// too.
std::string titleOf(Domain domain, int item)
{
    return "word" + std::to_string(domain == Domain::A ? item / 10 : item);
}

data::Dataset datasetOf(World world, int users)
{
    data::RawData raw;
    raw.domainNames = {"one", "two"};
    raw.ordered = true;
    raw.keepsUnusedItems = true;
    for (const Domain domain : data::kDomains)
        for (int i = 0; i < kItems; ++i) {
            raw.items.push_back(
                {raw.domainNames[index(domain)] + std::to_string(i), titleOf(domain, i), {}, {}});
            raw.itemDomains.push_back(domain);
        }
    for (int user = 0; user < users; ++user) {
        raw.users.push_back("u" + std::to_string(user));
        Random random(4, {static_cast<std::uint64_t>(user)});
        std::int64_t time = 0;
        for (const auto& [domain, item] : world(random))
            raw.interactions.push_back(
                {time++, user, static_cast<std::int32_t>(index(domain) * kItems) + item, 0});
    }
    data::ImportOptions options;
    options.evaluationNegatives = 20;
    return data::buildDataset(std::move(raw), options);
}

class Silent : public training::TrainingObserver {
public:
    void roundDone(const training::RoundReport& /*report*/) override { }
    void happened(const training::TrainingEvent& /*event*/) override { }
    void checkpoint(const training::Checkpoint& /*checkpoint*/) override { }
    void paused(bool /*isPaused*/) override { }
    void evaluating(double /*share*/) override { }
};

/// A row's model: fed-sasrec with a stream per domain.
constexpr const char* kOwnStreams = "fed-sasrec of one domain";

/// Another one: ral-cdnet that retrieves nothing.
constexpr const char* kNewest = "ral-cdnet of the newest";

training::TrainingOptions optionsOf(const std::string& name)
{
    training::TrainingOptions options;
    ModelOptions& model = options.model;
    model.architecture = name.substr(0, name.find(' '));
    if (name == kOwnStreams)
        model.own["fed-sasrec.sequence"] = std::int64_t{1};
    if (name == kNewest)
        model.own["ral-cdnet.retrieval"] = std::int64_t{3};
    model.own["ral-cdnet.length"] = std::int64_t{2};
    model.own["cdanet.length"] = std::int64_t{1};
    model.combine = Combine::Sum;
    model.features = Features::None;
    model.scorer = Scorer::Dot;
    model.pooling = Pooling::Last;
    model.idWidth = 16;
    model.itemStart = 0.1;
    model.heads = 2;
    model.mlp = "32-16";
    model.inputNorm = true;
    model.historyLength = 20;
    for (const char* exact : {"din", "sim-soft", "twin"})
        model.own[std::string(exact) + ".length"] = std::int64_t{5};
    options.loss.ranking = RankingLoss::SampledSoftmax;
    options.loss.negatives = 8;
    options.loss.sharedNegatives = true;
    options.loss.lambda1 = 0;
    options.loss.lambda2 = 0;
    options.federation.mode = federation::Mode::Central;
    options.federation.sampling = federation::Sampling::Fixed;
    options.federation.optimizer = federation::ServerOptimizer::AdamW;
    options.federation.rate = 0.2;
    options.federation.localTargets = 10;
    options.privacy.schedule = privacy::Schedule::None;
    options.run.device = "cpu";
    options.federation.localLearningRate = 10; // of what stays on the client
    return options;
}

/// Test NDCG@10 in the second domain, which all worlds are about.
double ndcgOf(const data::Dataset& dataset, training::TrainingOptions options)
{
    training::Trainer trainer(dataset, std::move(options));
    Silent observer;
    training::TrainingControl control;
    return trainer.train(observer, control).test[1].ndcg[2];
}

/// Both domains: each item is followed by the next one.
Sequence ordered(Random& random)
{
    Sequence sequence;
    std::array<int, 2> at{below(random, kItems), below(random, kItems)};
    for (int i = 0; i < 20; ++i) {
        const Domain domain = i % 2 == 0 ? Domain::A : Domain::B;
        sequence.push_back({domain, at[index(domain)]++ % kItems});
    }
    return sequence;
}

/// Each user likes one of four kinds of items in both domains.
Sequence tastes(Random& random)
{
    constexpr int kKinds = 4;
    const int kind = below(random, kKinds);
    Sequence sequence;
    for (int i = 0; i < 16; ++i)
        sequence.push_back(
            {i % 2 == 0 ? Domain::A : Domain::B, kind * (kItems / kKinds) + below(random, kItems / kKinds)});
    return sequence;
}

/// The kind that a user likes changes now and then; what comes is of the newest kind.
Sequence drift(Random& random)
{
    constexpr int kKinds = 4;
    int kind = below(random, kKinds);
    Sequence sequence;
    for (int i = 0; i < 24; ++i) {
        if (i % 6 == 0)
            kind = (kind + 1 + below(random, kKinds - 1)) % kKinds;
        sequence.push_back(
            {i % 2 == 0 ? Domain::A : Domain::B, kind * (kItems / kKinds) + below(random, kItems / kKinds)});
    }
    return sequence;
}

/// What is clicked in the second domain is of the kind of the click in the first just before it, which is new
/// every time: the second domain's own history tells nothing.
Sequence transfer(Random& random)
{
    constexpr int kKinds = 8;
    Sequence sequence;
    for (int i = 0; i < 9; ++i) {
        const int kind = below(random, kKinds);
        sequence.push_back({Domain::A, kind * (kItems / kKinds) + below(random, kItems / kKinds)});
        sequence.push_back({Domain::B, kind * (kItems / kKinds) + below(random, kItems / kKinds)});
    }
    return sequence;
}

/// As transfer, with clicks that say nothing between the two: the newest click of the first domain is no
/// help.
Sequence longAgo(Random& random)
{
    constexpr int kKinds = 8;
    constexpr int kOfNoKind = 16;
    Sequence sequence;
    for (int i = 0; i < 4; ++i) {
        const int kind = below(random, kKinds);
        sequence.push_back({Domain::A, kind * 2 + below(random, 2)});
        for (int j = 0; j < 2; ++j)
            sequence.push_back({Domain::A, kOfNoKind + below(random, kItems - kOfNoKind)});
        sequence.push_back({Domain::B, kind * (kItems / kKinds) + below(random, kItems / kKinds)});
    }
    return sequence;
}

/// A taste of its own in each domain that every other click only follows: the newest two, which is all that
/// a history of two events holds, say little of it.
Sequence faintTaste(Random& random)
{
    constexpr int kKinds = 4;
    const std::array<int, 2> kind{below(random, kKinds), below(random, kKinds)};
    Sequence sequence;
    for (int i = 0; i < 40; ++i) {
        const Domain domain = i % 2 == 0 ? Domain::A : Domain::B;
        sequence.push_back({domain,
            random.below(2) == 0 ? kind[index(domain)] * (kItems / kKinds) + below(random, kItems / kKinds)
                                 : below(random, kItems)});
    }
    return sequence;
}

/// A kind of the second domain that is clicked now and then; the newest clicks before it are of no kind.
Sequence farBack(Random& random)
{
    constexpr int kKinds = 4;
    constexpr int kOfNoKind = 16;
    const int kind = below(random, kKinds);
    Sequence sequence{{Domain::A, below(random, kItems)}, {Domain::A, below(random, kItems)},
        {Domain::A, below(random, kItems)}};
    for (int i = 0; i < 19; ++i)
        sequence.push_back({Domain::B,
            i % 6 == 0 ? kind * (kOfNoKind / kKinds) + below(random, kOfNoKind / kKinds)
                       : kOfNoKind + below(random, kItems - kOfNoKind)});
    return sequence;
}

/// The user has a kind for each topic, which clicks of the first domain show, of all topics mixed. The second
/// domain asks for a topic by an item with its word, and then comes an item of the topic's kind.
Sequence topics(Random& random)
{
    constexpr int kTopics = 4;
    constexpr int kKinds = 5;
    std::array<int, kTopics> kind{};
    std::array<int, kTopics> order{};
    for (int topic = 0; topic < kTopics; ++topic) {
        kind[static_cast<std::size_t>(topic)] = below(random, kKinds);
        order[static_cast<std::size_t>(topic)] = topic;
    }
    const auto shuffle = [&] {
        for (std::size_t i = 1; i < order.size(); ++i)
            std::swap(order[i], order[random.below(i + 1)]);
    };
    Sequence sequence;
    for (int round = 0; round < 3; ++round) {
        shuffle();
        for (const int topic : order)
            sequence.push_back(
                {Domain::A, topic * 10 + kind[static_cast<std::size_t>(topic)] * 2 + below(random, 2)});
    }
    shuffle();
    for (const int topic : order) {
        sequence.push_back({Domain::B, topic});
        sequence.push_back(
            {Domain::B, kTopics + kind[static_cast<std::size_t>(topic)] * 7 + below(random, 7)});
    }
    return sequence;
}

} // namespace

Q_DECLARE_METATYPE(World)

class TestPlanted : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyDesignShows_data()
    {
        QTest::addColumn<World>("world");
        QTest::addColumn<std::string>("better");
        QTest::addColumn<std::string>("simpler");
        QTest::addColumn<int>("users");
        QTest::addColumn<int>("rounds");
        QTest::addColumn<int>("history");
        QTest::addColumn<double>("rate");
        QTest::addColumn<double>("keptRate"); // of what stays on the client
        const auto row = [](const char* what, World world, const char* better, const char* simpler,
                             int users = 150, int rounds = 80, int history = 20, double rate = 0.02,
                             double keptRate = 10) {
            QTest::newRow(what) << world << std::string(better) << std::string(simpler) << users << rounds
                                << history << rate << keptRate;
        };
        row("order", ordered, "bst", "lr", 150, 150, 20, 0.01);
        row("drift of interest", drift, "dien", "bst");
        row("transfer", transfer, "conet", "bst");
        row("an older event of the other domain", longAgo, "minet", "conet", 400);
        row("order across domains", transfer, "c2dsr", "minet");
        row("triple attention hears all", transfer, "tri-cdr", kOwnStreams);
        row("taste", tastes, "fed-dssm", "lr");
        row("the newest counts", drift, "fed-sasrec", "fed-dssm");
        row("few users", ordered, "fed-cl4srec", "fed-sasrec", 40);
        row("taste in a client's own vector", tastes, "dnn", "lr");
        row("taste as a product", tastes, "deepfm", "lr");
        row("what follows an event", ordered, "din", "dnn", 150, 150, 20, 0.01);
        row("far back, by nearness", farBack, "sim-soft", "din", 150, 100, 40, 0.03, 0.01);
        row("far back, by attention", farBack, "twin", "din", 150, 100, 40, 0.03, 0.01);
        row("an older event by a pyramid", longAgo, "lcn", "din", 400);
        row("what follows, in latent features", ordered, "cdanet", "dnn", 150, 150, 20, 0.01);
        row("retrieved by text", topics, "ral-cdnet", "din", 200, 100, 40, 0.02, 0.01);
        row("retrieval tells topics apart", topics, "ral-cdnet", kNewest, 200, 100, 40, 0.02, 0.01);
        row("what a client keeps", faintTaste, "fed-dcsr", kOwnStreams, 150, 80, 2);
    }

    void everyDesignShows()
    {
        QFETCH(World, world);
        QFETCH(std::string, better);
        QFETCH(std::string, simpler);
        QFETCH(int, users);
        QFETCH(int, rounds);
        QFETCH(int, history);
        QFETCH(double, rate);
        QFETCH(double, keptRate);
        const data::Dataset dataset = datasetOf(world, users);
        const auto reached = [&](const std::string& name) {
            training::TrainingOptions options = optionsOf(name);
            options.model.historyLength = history;
            options.federation.learningRate = rate;
            options.federation.localLearningRate = keptRate;
            options.federation.rounds = options.run.evaluateEvery = rounds;
            return ndcgOf(dataset, std::move(options));
        };
        const double first = reached(better);
        const double second = reached(simpler);
        QVERIFY2(first > second + 0.08,
            (better + ' ' + std::to_string(first) + ", " + simpler + ' ' + std::to_string(second)).c_str());
    }
};

std::unique_ptr<QObject> tst_planted()
{
    return std::make_unique<TestPlanted>();
}
#include "tst_planted.moc"
