// SPDX-License-Identifier: GPL-3.0-or-later
// DNN, DeepFM, DIN, SIM, TWIN, CDAnet and LCN in plain loops.
#include "core/model/item_keys.h"
#include "core/models/cdanet.h"
#include "core/models/deepfm.h"
#include "core/models/din.h"
#include "core/models/dnn.h"
#include "core/models/lcn.h"
#include "core/models/sim.h"
#include "core/models/twin.h"
#include "tests/core/models/scalar.h"

#include <QTest>

#include <memory>

using namespace fedcctr;
using namespace fedcctr::model;
using namespace fedcctr::test;
using data::Domain;
using data::ItemId;

namespace {

constexpr std::size_t kLength = 3;
const ItemId kB = smallDataset().itemsInA;
const Clicked kLong{{3, 9, 4, 11, 15, 1}, {kB + 4, kB + 6, kB + 1, kB + 9, kB + 2}};

ModelOptions options(const std::string& name)
{
    ModelOptions result = tinyOf(name);
    if (name != "dnn" && name != "deepfm")
        result.own[name + ".length"] = static_cast<std::int64_t>(kLength);
    if (result.own.size() == 1 && name != "cdanet")
        result.own[name + ".attention"] = std::int64_t{5};
    return result;
}

std::vector<Row> newest(std::vector<Row> events)
{
    if (events.size() > kLength)
        events.erase(events.begin(), events.end() - static_cast<std::ptrdiff_t>(kLength));
    return events;
}

/// DIN's activation unit: the sum of events by their scores.
Row unitOf(const Scalar& plain, const std::vector<Row>& events, const Row& q, const std::string& name)
{
    Row sum(q.size(), 0.0);
    for (const Row& x : events) {
        Row both;
        for (std::size_t c = 0; c < q.size(); ++c)
            both.push_back(x[c] * q[c]);
        const Row hidden =
            relu(plus(plus(plain.affine(x, name + ".event"), plain.times(q, name + ".candidate")),
                plain.times(both, name + ".product")));
        sum = plus(sum, scaled(x, plain.times(hidden, name + ".score")[0]));
    }
    return sum;
}

/// softmax(q k^T / sqrt(d)) v with the matrices NAME.query, .key and .value.
Row attentionOf(const Scalar& plain, const std::vector<Row>& events, const Row& q, const std::string& name)
{
    if (events.empty())
        return Row(q.size(), 0.0);
    const Row asking = plain.times(q, name + ".query");
    Row scores;
    std::vector<Row> values;
    for (const Row& x : events) {
        scores.push_back(dot(asking, plain.times(x, name + ".key")) / std::sqrt(double(asking.size())));
        values.push_back(plain.times(x, name + ".value"));
    }
    return mixed(softmaxOf(scores), values);
}

/// The `most` events of the largest scores.
std::vector<Row> best(const std::vector<Row>& events, const Row& scores, std::size_t most)
{
    std::vector<std::size_t> order(events.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return scores[i]; });
    std::vector<Row> found;
    for (std::size_t i = 0; i < std::min(most, order.size()); ++i)
        found.push_back(events[order[i]]);
    return found;
}

Row scoresOf(const std::vector<Row>& events, const Row& q)
{
    Row scores;
    for (const Row& x : events)
        scores.push_back(dot(x, q));
    return scores;
}

/// A candidate's logit after a history, given what the model reads from it.
template <typename Made, typename Interests>
void check(const std::string& name, const Interests& interests, Domain domain = Domain::A)
{
    const Made model(smallDataset(), options(name), kHost);
    const Parameters parameters = shaken(model.initialise(1));
    const Scalar plain(model, parameters);
    const std::string letter = domain == Domain::A ? "A" : "B";
    const ItemId first = domain == Domain::A ? 20 : kB + 20;
    for (const Clicked& histories : {kLong, Clicked{{3}, {}}, Clicked{{}, {kB + 4}}}) {
        const torch::Tensor scores = rankedBy(model, parameters, histories, {first, first + 1}, domain);
        for (const ItemId item : {first, first + 1}) {
            const Row q = plain.item(item);
            const Row user = plain.row("users", 7);
            const double expected = plain.mlp(
                beside(beside(user, q), interests(plain, histories, item, letter)), letter + ".mlp");
            const double found = scores[item - first].template item<double>();
            QVERIFY2(std::abs(found - expected) < 1e-5,
                qPrintable(QStringLiteral("%1, expected %2").arg(found).arg(expected)));
        }
    }
}

/// CDAnet's tower.
Row tower(const Scalar& plain, const std::vector<Row>& events, ItemId item, const std::string& letter)
{
    const Row q = plain.item(item);
    const std::vector<Row> last = newest(events);
    const Row history = last.empty() ? Row(q.size(), 0.0) : meanOf(last);
    return relu(plain.affine(beside(beside(plain.row("users", 7), q), history), letter + ".tower"));
}

Row nothing(const Scalar&, const Clicked&, ItemId, const std::string&)
{
    return {};
}

std::int64_t sharedCount(std::int64_t interests)
{
    const std::int64_t v = 10;
    const std::int64_t mlp = ((2 + interests) * v * 8 + 8) + (8 * 4 + 4) + (4 + 1);
    return 2 * mlp + kTokenBuckets * 4 + smallDataset().itemCount() * 6;
}

constexpr std::int64_t kUnit = 3 * 10 * 5 + 5 + 5; ///< values of an activation unit of 5 over vectors of 10

} // namespace

class TestCtrModels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Where an exact unit leaves events out, as histories of six events do not make it by default.
    void choosingEventsKeepsTheContract_data()
    {
        QTest::addColumn<std::string>("name");
        QTest::addColumn<bool>("shared");
        for (const char* name : {"din", "sim-hard", "sim-soft", "twin", "cdanet", "lcn"})
            for (const bool shared : {false, true})
                QTest::addRow("%s, shared %d", name, shared) << std::string(name) << shared;
    }

    void choosingEventsKeepsTheContract()
    {
        QFETCH(std::string, name);
        QFETCH(bool, shared);
        Contract contract;
        contract.options = options(name);
        contract.options.own[name + ".length"] = std::int64_t{name == "lcn" ? 1 : 2};
        contract.loss.sharedNegatives = shared;
        checkContract(contract);
    }

    void dnn() { check<Dnn>("dnn", nothing); }

    void deepFm()
    {
        const DeepFm model(smallDataset(), options("deepfm"), kHost);
        const Parameters parameters = shaken(model.initialise(1));
        const Scalar plain(model, parameters);
        const torch::Tensor scores = rankedBy(model, parameters, kLong, {kB + 20}, Domain::B);
        const Row q = plain.item(kB + 20);
        const Row user = plain.row("users", 7);
        const double expected =
            plain.mlp(beside(user, q), "B.mlp") + dot(user, q) + plain.times(q, "B.linear")[0];
        QVERIFY(std::abs(scores[0].item<double>() - expected) < 1e-5);
    }

    void din()
    {
        check<Din>("din", [](const Scalar& plain, const Clicked& h, ItemId item, const std::string& letter) {
            return unitOf(plain, newest(plain.items(h.a)), plain.item(item), letter + ".unit");
        });
    }

    void simSoft()
    {
        check<SimSoft>(
            "sim-soft",
            [](const Scalar& plain, const Clicked& h, ItemId item, const std::string& letter) {
                const std::vector<Row> all = plain.items(h.b);
                const Row q = plain.item(item);
                return beside(attentionOf(plain, best(all, scoresOf(all, q), kLength), q, letter + ".search"),
                    unitOf(plain, newest(all), q, letter + ".unit"));
            },
            Domain::B);
    }

    void simHard()
    {
        const std::vector<ItemKeys> keys = itemKeys(smallDataset());
        bool any = false;
        check<SimHard>(
            "sim-hard", [&](const Scalar& plain, const Clicked& h, ItemId item, const std::string& letter) {
                std::vector<Row> found;
                for (const ItemId event : h.a)
                    if (shareKey(keys[std::size_t(event)], keys[std::size_t(item)]))
                        found.push_back(plain.item(event));
                any = any || !found.empty();
                const Row q = plain.item(item);
                return beside(attentionOf(plain, newest(found), q, letter + ".search"),
                    unitOf(plain, newest(plain.items(h.a)), q, letter + ".unit"));
            });
        QVERIFY(any);
    }

    void twin()
    {
        check<Twin>(
            "twin", [](const Scalar& plain, const Clicked& h, ItemId item, const std::string& letter) {
                const std::vector<Row> all = plain.items(h.a);
                const Row q = plain.item(item);
                Row alpha;
                for (const Row& x : all)
                    alpha.push_back(
                        dot(plain.times(q, letter + ".twin.query"), plain.times(x, letter + ".twin.key")));
                return beside(attentionOf(plain, best(all, alpha, kLength), q, letter + ".twin"),
                    unitOf(plain, newest(all), q, letter + ".unit"));
            });
    }

    void lcn()
    {
        check<Lcn>("lcn", [](const Scalar& plain, const Clicked& h, ItemId item, const std::string& letter) {
            // The first level hands on all of so short a history.
            std::vector<Row> source;
            for (const Row& x : plain.items(h.b))
                source.push_back(plain.times(x, letter + ".bridge"));
            const Row q = plain.item(item);
            Row fine;
            for (const Row& x : source)
                fine.push_back(
                    dot(plain.times(q, letter + ".pyramid.query"), plain.times(x, letter + ".pyramid.key")));
            return beside(attentionOf(plain, best(source, fine, kLength), q, letter + ".pyramid"),
                unitOf(plain, newest(plain.items(h.a)), q, letter + ".unit"));
        });
    }

    void cdaNet()
    {
        check<CdaNet>(
            "cdanet", [](const Scalar& plain, const Clicked& h, ItemId item, const std::string& letter) {
                const Row own = tower(plain, plain.items(h.a), item, letter);
                return beside(own, plain.affine(own, letter + ".translate"));
            });
    }

    /// Both heads, the other domain's on what is translated; two targets with a negative each.
    void cdaNetTranslation()
    {
        const CdaNet model(smallDataset(), options("cdanet"), kHost);
        const Parameters parameters = shaken(model.initialise(1));
        const Scalar plain(model, parameters);
        ClientExample example;
        example.user = 7;
        example.a = {3, 9};
        example.merged = {3, 9};
        example.targets[0] = {{20, 2, 0, 2}, {21, 1, 0, 1}};
        example.negatives[0] = {30, 31};
        const std::vector<std::vector<ClientExample>> steps{{example}};
        const Batch batch = makeBatches(steps, {1, smallDataset().itemCount(), false, 1}, kHost).front();
        double expected = 0;
        const auto add = [&](ItemId item, std::vector<ItemId> history, double sign) {
            const Row own = tower(plain, plain.items(history), item, "A");
            for (const double logit :
                {plain.affine(own, "A.head")[0], plain.affine(plain.affine(own, "A.translate"), "B.head")[0]})
                expected += std::log1p(std::exp(-sign * logit)) / 4;
        };
        add(20, {3, 9}, 1);
        add(30, {3, 9}, -1);
        add(21, {3}, 1);
        add(31, {3}, -1);
        Dropout none;
        const LossTerms terms = model.losses(
            leavesOf(model, parameters, batch, torch::kFloat64), batch, {}, weightsOf(model, {}), none);
        QVERIFY(std::abs(terms.values[2].item<double>() - expected) < 1e-5);
    }

    void lcnContrast()
    {
        const Lcn model(smallDataset(), options("lcn"), kHost);
        const Parameters parameters = shaken(model.initialise(1));
        const Scalar plain(model, parameters);
        ClientExample example;
        example.user = 7;
        example.a = {3, 9};
        example.b = {kB + 4, kB + 6};
        example.merged = {3, kB + 4, 9, kB + 6};
        example.targets[0] = {{20, 2, 1, 3}, {21, 0, 0, 0}}; // the second one knows nothing
        example.negatives[0] = {30, 31, 32, 33};
        const std::vector<std::vector<ClientExample>> steps{{example}};
        const Batch batch = makeBatches(steps, {1, smallDataset().itemCount(), false, 2}, kHost).front();
        const Row known = plain.times(plain.item(kB + 4), "A.bridge");
        Row logits;
        for (const ItemId item : {20, 30, 31})
            logits.push_back(cosineOf(known, plain.item(item)) / 0.2);
        Dropout none;
        const LossTerms terms = model.losses(
            leavesOf(model, parameters, batch, torch::kFloat64), batch, {}, weightsOf(model, {}), none);
        QVERIFY(std::abs(terms.values[2].item<double>() + std::log(softmaxOf(logits)[0])) < 1e-5);
    }

    void parameterCounts()
    {
        const auto count = [](const auto& model) { return uploadedCount(model.specs()); };
        const std::int64_t v = 10;
        QCOMPARE(count(Dnn(smallDataset(), options("dnn"), kHost)), sharedCount(0));
        QCOMPARE(count(DeepFm(smallDataset(), options("deepfm"), kHost)), sharedCount(0) + 2 * v);
        QCOMPARE(count(Din(smallDataset(), options("din"), kHost)), sharedCount(1) + 2 * kUnit);
        const std::int64_t twoStages = sharedCount(2) + 2 * (kUnit + 3 * v * v);
        QCOMPARE(count(SimHard(smallDataset(), options("sim-hard"), kHost)), twoStages);
        QCOMPARE(count(SimSoft(smallDataset(), options("sim-soft"), kHost)), twoStages);
        QCOMPARE(count(Twin(smallDataset(), options("twin"), kHost)), twoStages);
        QCOMPARE(count(CdaNet(smallDataset(), options("cdanet"), kHost)),
            sharedCount(2) + 2 * ((3 * v * v + v) + (v * v + v) + (v + 1)));
        QCOMPARE(count(Lcn(smallDataset(), options("lcn"), kHost)), twoStages + 2 * (v * v + v * (v / 4)));
    }
};

std::unique_ptr<QObject> tst_ctr_models()
{
    return std::make_unique<TestCtrModels>();
}
#include "tst_ctr_models.moc"
