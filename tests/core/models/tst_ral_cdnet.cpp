// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/ral_cdnet.h"

#include "core/model/item_keys.h"
#include "core/model/item_text.h"
#include "tests/core/models/scalar.h"

#include <QTest>

#include <memory>
#include <set>

using namespace fedcctr;
using namespace fedcctr::model;
using namespace fedcctr::test;
using data::Domain;
using data::ItemId;

namespace {

constexpr std::size_t kLength = 3;
constexpr double kTau = 0.5;
const ItemId kB = smallDataset().itemsInA;
const Clicked kLong{{3, 9, 4, 11, 15, 1}, {kB + 4, kB + 6, kB + 1, kB + 9, kB + 2}};

enum Retrieval : std::int64_t { Vectors, Hard, EndToEnd, Newest };

ModelOptions options(std::int64_t retrieval = Vectors, std::int64_t fusion = 0)
{
    ModelOptions result = tinyOf("ral-cdnet");
    result.own["ral-cdnet.length"] = static_cast<std::int64_t>(kLength);
    result.own["ral-cdnet.retrieval"] = retrieval;
    result.own["ral-cdnet.fusion"] = fusion;
    result.own["ral-cdnet.theta"] = 0.05;
    result.own["ral-cdnet.tau"] = kTau;
    return result;
}

template <typename T> std::vector<T> newest(std::vector<T> events)
{
    if (events.size() > kLength)
        events.erase(events.begin(), events.end() - static_cast<std::ptrdiff_t>(kLength));
    return events;
}

double textCosine(ItemId x, ItemId y)
{
    static const ItemText kText = itemText(smallDataset(), options());
    double sum = 0;
    for (int c = 0; c < kText.width; ++c)
        sum += double(kText.values[std::size_t(x) * std::size_t(kText.width) + std::size_t(c)])
            * double(kText.values[std::size_t(y) * std::size_t(kText.width) + std::size_t(c)]);
    return sum;
}

bool areSimilar(std::int64_t retrieval, ItemId x, ItemId y)
{
    static const std::vector<ItemKeys> kKeys = itemKeys(smallDataset());
    return retrieval == Hard ? shareKey(kKeys[std::size_t(x)], kKeys[std::size_t(y)])
                             : textCosine(x, y) > 0.05;
}

/// Eq. 4-5: the source events that go on.
std::vector<ItemId> retrieved(
    std::int64_t retrieval, const std::vector<ItemId>& source, const std::vector<ItemId>& own)
{
    std::vector<ItemId> found;
    const std::vector<ItemId> asked = newest(own);
    for (const ItemId event : source)
        if (retrieval == Newest
            || std::ranges::any_of(asked, [&](ItemId one) { return areSimilar(retrieval, event, one); }))
            found.push_back(event);
    return newest(found);
}

/// Eq. 10.
Row asked(const Scalar& plain, const std::vector<Row>& h, const Row& q, const std::string& name)
{
    if (h.empty())
        return Row(q.size(), 0.0);
    const Row query = plain.times(q, name + ".query");
    Row scores;
    std::vector<Row> values;
    for (const Row& x : h) {
        scores.push_back(dot(query, plain.times(x, name + ".key")) / std::sqrt(double(q.size())));
        values.push_back(plain.times(x, name + ".value"));
    }
    return mixed(softmaxOf(scores), values);
}

/// Eq. 9-11 in domain A.
double logit(const Scalar& plain, const std::vector<Row>& source, const std::vector<Row>& own, const Row& q)
{
    std::vector<Row> b = source;
    b.insert(b.end(), own.begin(), own.end());
    std::vector<Row> h;
    for (const Row& x : b) {
        Row scores;
        for (const Row& y : b)
            scores.push_back(dot(plain.times(x, "A.self.query"), plain.times(y, "A.self.key"))
                / std::sqrt(double(x.size())));
        h.push_back(mixed(softmaxOf(scores), b));
    }
    const auto split = h.begin() + static_cast<std::ptrdiff_t>(source.size());
    const Row ofSource = asked(plain, {h.begin(), split}, q, "A.source");
    const Row ofOwn = asked(plain, {split, h.end()}, q, "A.own");
    return plain.mlp(beside(beside(beside(plain.row("users", 7), q), ofSource), ofOwn), "A.mlp");
}

Row meanOrNone(const std::vector<Row>& rows, std::size_t width)
{
    return rows.empty() ? Row(width, 0.0) : meanOf(rows);
}

Batch oneClient()
{
    ClientExample example;
    example.user = 7;
    example.a = {3, 9, 4, 11};
    example.b = {kB + 4, kB + 6, kB + 1, kB + 9};
    example.merged = {3, kB + 4, 9, kB + 6, 4, kB + 1, 11, kB + 9};
    example.targets[0] = {{20, 4, 4, 8}};
    example.targets[1] = {{kB + 20, 4, 4, 8}};
    example.negatives[0] = {30, 31};
    example.negatives[1] = {kB + 30, kB + 31};
    const std::vector<std::vector<ClientExample>> steps{{example}};
    BatchShape shape{1, smallDataset().itemCount(), false, 2};
    shape.target = TargetDomain::A;
    return makeBatches(steps, shape, kHost).front();
}

double softplus(double x)
{
    return std::log1p(std::exp(x));
}

} // namespace

class TestRalCdNet : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Every switch, with fewer events that go on than there are.
    void contract_data()
    {
        QTest::addColumn<int>("retrieval");
        QTest::addColumn<int>("fusion");
        for (const int fusion : {0, 1})
            for (const auto& [title, retrieval] :
                {std::pair{"vectors", Vectors}, {"hard", Hard}, {"end-to-end", EndToEnd}, {"newest", Newest}})
                QTest::addRow("%s, fusion %d", title, fusion) << int(retrieval) << fusion;
    }

    void contract()
    {
        QFETCH(int, retrieval);
        QFETCH(int, fusion);
        Contract contract;
        contract.options = options(retrieval, fusion);
        contract.options.own["ral-cdnet.length"] = std::int64_t{2};
        checkContract(contract);
    }

    void logitsByHand_data()
    {
        QTest::addColumn<int>("retrieval");
        QTest::addColumn<int>("fusion");
        QTest::newRow("vectors") << int(Vectors) << 0;
        QTest::newRow("hard") << int(Hard) << 0;
        QTest::newRow("newest") << int(Newest) << 0;
        QTest::newRow("without Cross-Net") << int(Vectors) << 1;
    }

    void logitsByHand()
    {
        QFETCH(int, retrieval);
        QFETCH(int, fusion);
        const RalCdNet model(smallDataset(), options(retrieval, fusion), kHost);
        const Parameters parameters = shaken(model.initialise(1));
        const Scalar plain(model, parameters);
        std::set<std::size_t> sizes;
        for (const Clicked& histories :
            {kLong, Clicked{{3, 9}, {kB + 4}}, Clicked{{3}, {}}, Clicked{{}, {kB + 4}}}) {
            const torch::Tensor scores = rankedBy(model, parameters, histories, {20, 21}, Domain::A);
            const std::vector<Row> source = plain.items(retrieved(retrieval, histories.b, histories.a));
            const std::vector<Row> own = plain.items(newest(histories.a));
            sizes.insert(source.size());
            for (const ItemId item : {20, 21}) {
                const Row q = plain.item(item);
                const double expected = fusion == 0
                    ? logit(plain, source, own, q)
                    : plain.mlp(beside(beside(beside(plain.row("users", 7), q), meanOrNone(source, q.size())),
                                    meanOrNone(own, q.size())),
                        "A.mlp");
                QVERIFY(std::abs(scores[item - 20].item<double>() - expected) < 1e-5);
            }
        }
        QVERIFY(sizes.size() > 1);
    }

    void endToEndByHand()
    {
        const RalCdNet model(smallDataset(), options(EndToEnd), kHost);
        const Parameters parameters = shaken(model.initialise(1));
        const Scalar plain(model, parameters);
        const torch::Tensor scores = rankedBy(model, parameters, kLong, {20, 21}, Domain::A);
        for (const ItemId item : {20, 21}) {
            const Row q = plain.item(item);
            std::vector<Row> source = plain.items(kLong.b);
            std::ranges::sort(source, std::greater{}, [&](const Row& x) { return dot(x, q); });
            source.resize(kLength);
            const double expected = logit(plain, source, plain.items(newest(kLong.a)), q);
            QVERIFY(std::abs(scores[item - 20].item<double>() - expected) < 1e-5);
        }
    }

    /// Each target is asked for with its own newest events, however far apart targets stand.
    void severalTargetsAtOnce_data()
    {
        QTest::addColumn<int>("retrieval");
        QTest::newRow("vectors") << int(Vectors);
        QTest::newRow("hard") << int(Hard);
    }

    void severalTargetsAtOnce()
    {
        QFETCH(int, retrieval);
        const RalCdNet model(smallDataset(), options(retrieval), kHost);
        const Parameters parameters = shaken(model.initialise(1));
        const auto lossOf = [&](const std::vector<TrainingTarget>& targets) {
            ClientExample example;
            example.user = 7;
            example.a = kLong.a;
            example.b = kLong.b;
            example.merged = kLong.merged();
            example.targets[0] = targets;
            for (const TrainingTarget& target : targets)
                example.negatives[0].push_back(target.item + 10);
            const std::vector<std::vector<ClientExample>> steps{{example}};
            const Batch batch = makeBatches(steps, {1, smallDataset().itemCount(), false, 1}, kHost).front();
            Dropout none;
            return model
                .losses(leavesOf(model, parameters, batch, torch::kFloat64), batch, {}, weightsOf(model, {}),
                    none)
                .values[0]
                .item<double>();
        };
        const std::vector<TrainingTarget> targets{
            {20, 0, 0, 0}, {21, 1, 1, 2}, {22, 4, 5, 9}, {23, 6, 5, 11}};
        double mean = 0;
        for (const TrainingTarget& target : targets)
            mean += lossOf({target}) / static_cast<double>(targets.size());
        QVERIFY(std::abs(lossOf(targets) - mean) < 1e-9);
    }

    /// Eq. 7 over the source domain's targets, Eq. 8 with vectors of length 1; domain B is a source only.
    void termsByHand()
    {
        const RalCdNet model(smallDataset(), options(), kHost);
        const Parameters parameters = shaken(model.initialise(1));
        const Scalar plain(model, parameters);
        const Batch batch = oneClient();
        Dropout none;
        const LossTerms terms = model.losses(
            leavesOf(model, parameters, batch, torch::kFloat64), batch, {}, weightsOf(model, {}), none);
        QCOMPARE(terms.values.size(), std::size_t{4});
        QCOMPARE(terms.values[1].item<double>(), 0.0);

        const std::vector<ItemId> own = newest(std::vector<ItemId>{3, 9, 4, 11});
        double positive = 0;
        double negative = 0;
        for (const ItemId event : {kB + 4, kB + 6, kB + 1, kB + 9}) {
            if (std::ranges::none_of(own, [&](ItemId one) { return areSimilar(Vectors, event, one); }))
                continue;
            for (const ItemId one : own)
                (areSimilar(Vectors, event, one) ? positive : negative) +=
                    std::exp(cosineOf(plain.item(event), plain.item(one)) / kTau);
        }
        QVERIFY(positive > 0 && negative > 0);
        QVERIFY(std::abs(terms.values[2].item<double>() + std::log(positive / negative)) < 1e-5);

        double auxiliary = 0;
        for (const ItemId item : {kB + 20, kB + 30, kB + 31}) {
            const double p = plain.mlp(beside(plain.row("users", 7), plain.item(item)), "B.auxiliary");
            auxiliary += (item == kB + 20 ? softplus(-p) : softplus(p)) / 3;
        }
        QVERIFY(std::abs(terms.values[3].item<double>() - auxiliary) < 1e-5);
    }

    /// Per domain W of Eq. 9 (2) and Eq. 10 (3 each), the auxiliary MLP and that of Eq. 11.
    void parametersAsPublished()
    {
        const RalCdNet model(smallDataset(), options(), kHost);
        const std::int64_t v = 10;
        const auto mlp = [&](std::int64_t in) { return (in * 8 + 8) + (8 * 4 + 4) + (4 + 1); };
        QCOMPARE(uploadedCount(model.specs()),
            2 * (8 * v * v + mlp(4 * v) + mlp(2 * v)) + kTokenBuckets * 4 + smallDataset().itemCount() * 6);
    }
};

std::unique_ptr<QObject> tst_ral_cdnet()
{
    return std::make_unique<TestRalCdNet>();
}
#include "tst_ral_cdnet.moc"
