// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/idst_cl.h"
#include "core/models/wide_part.h"
#include "tests/core/models/contract.h"

#include <QTest>

#include <cmath>
#include <memory>
#include <set>

using namespace fedcctr;
using namespace fedcctr::model;
using namespace fedcctr::test;
using data::Domain;
using data::ItemId;
using torch::Tensor;

namespace {

constexpr std::int64_t kWidth = 12;

ModelOptions options(Wide wide)
{
    ModelOptions result = tinyModel();
    result.scorer = Scorer::Dot;
    result.own["idst-cl.wide"] = static_cast<std::int64_t>(wide);
    return result;
}

std::set<ItemId> trainingSet(const data::Dataset& dataset, std::size_t user)
{
    std::set<ItemId> items;
    for (const data::Event& event : dataset.events(user))
        if (event.role == data::Role::Train)
            items.insert(event.item);
    return items;
}

int usersOf(const data::Dataset& dataset, ItemId item, std::size_t without)
{
    int count = 0;
    for (std::size_t user = 0; user < dataset.userCount(); ++user)
        count += user != without && trainingSet(dataset, user).contains(item) ? 1 : 0;
    return count;
}

/// The mixture's logarithm, user by user over the events as the equation reads. `weights`: the trained ones.
double logitByHand(const data::Dataset& dataset, std::size_t user, const std::vector<ItemId>& history,
    ItemId candidate, const std::vector<double>& weights)
{
    const std::vector<double> start{0.3, 0.03, 0.05, 0.01, 50, 25, 15, 10, 4, 2, 2, 0.5};
    const auto weight = [&](std::size_t i) { return start[i] * std::exp(8 * weights[i]); };
    const double n = usersOf(dataset, candidate, user);
    double mixture = (n > 0 ? weight(1) : weight(0)) + weight(2) * n + weight(3) * std::pow(n, 1.5);
    for (std::size_t i = 0; i < history.size() && weights.size() > 4; ++i) {
        if (history[i] == candidate)
            continue;
        const std::size_t since = history.size() - 1 - i;
        const std::size_t age = since == 0 ? 0 : since < 4 ? 1 : since < 12 ? 2 : 3;
        const std::size_t cross = dataset.domainOf(history[i]) == dataset.domainOf(candidate) ? 0 : 4;
        for (std::size_t other = 0; other < dataset.userCount(); ++other) {
            const std::set<ItemId> items = trainingSet(dataset, other);
            if (other != user && items.contains(history[i]) && items.contains(candidate))
                mixture += weight(4 + cross + age)
                    / std::sqrt(static_cast<double>(items.size()) * usersOf(dataset, history[i], user));
        }
    }
    return std::log(mixture);
}

std::vector<double> someWeights(std::size_t count)
{
    std::vector<double> weights;
    for (std::size_t i = 0; i < count; ++i)
        weights.push_back(0.02 * static_cast<double>(i % 5) - 0.03);
    return weights;
}

Tensor asLeaf(const std::vector<double>& weights, std::int64_t groups)
{
    return torch::tensor(weights, torch::kFloat64).unsqueeze(0).expand({groups, -1});
}

/// One user whose targets stand behind 1 and all events of the history.
WidePart::Candidates candidatesOf(std::int64_t user, const std::vector<std::int64_t>& history)
{
    WidePart::Candidates result;
    result.users = torch::tensor({user}).unsqueeze(0);
    result.items = torch::arange(smallDataset().itemCount()).unsqueeze(0);
    result.history = torch::tensor(history).reshape({1, 1, -1});
    result.prefix =
        torch::tensor({std::int64_t{1}, static_cast<std::int64_t>(history.size())}).reshape({1, 1, 2});
    return result;
}

} // namespace

class TestWidePart : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void contract_data()
    {
        QTest::addColumn<int>("wide");
        QTest::addColumn<bool>("shared");
        QTest::addColumn<int>("scorer");
        QTest::addRow("popularity") << static_cast<int>(Wide::Popularity) << true
                                    << static_cast<int>(Scorer::Dot);
        QTest::addRow("neighbours") << static_cast<int>(Wide::Neighbours) << true
                                    << static_cast<int>(Scorer::Dot);
        QTest::addRow("neighbours, own negatives, MLP")
            << static_cast<int>(Wide::Neighbours) << false << static_cast<int>(Scorer::Mlp);
    }

    void contract()
    {
        QFETCH(int, wide);
        QFETCH(bool, shared);
        QFETCH(int, scorer);
        Contract contract;
        contract.options = options(static_cast<Wide>(wide));
        contract.options.scorer = static_cast<Scorer>(scorer);
        contract.loss.sharedNegatives = shared;
        contract.loss.ranking = RankingLoss::SampledSoftmax;
        checkContract(contract);
    }

    void shrunkRowsKeepTheContract()
    {
        Contract contract;
        contract.options = options(Wide::None);
        contract.options.own["idst-cl.shrinkage"] = 2.0;
        contract.options.combine = Combine::Sum;
        contract.options.idWidth = 8;
        contract.loss.ranking = RankingLoss::SampledSoftmax;
        checkContract(contract);
    }

    /// (n - 1) / (n - 1 + shrinkage) of the row, and nothing of the row of an item that one user or none has.
    void shrunkRowsByHand()
    {
        ModelOptions shrunk = options(Wide::None);
        shrunk.features = Features::None;
        shrunk.featureWidth = 0;
        shrunk.own["idst-cl.shrinkage"] = 3.0;
        const IdstCl model(smallDataset(), shrunk, kHost);
        const Parameters parameters = shaken(model.initialise(1));
        const Tensor rows = parameters[parameters.size() - 1];
        const Tensor vectors = model.ranker(parameters)->itemVectors();
        std::set<bool> seen;
        for (ItemId item = 0; item < smallDataset().itemCount(); ++item) {
            const int users = usersOf(smallDataset(), item, smallDataset().userCount());
            const double share = users < 2 ? 0 : (users - 1) / (users - 1 + 3.0);
            const Tensor expected = rows[item].narrow(0, 0, shrunk.idWidth) * share;
            QVERIFY((vectors[item] - expected).abs().max().item<double>() < 1e-6);
            seen.insert(share > 0);
        }
        QCOMPARE(seen.size(), std::size_t{2});
    }

    /// The tensors stand behind those of the model without, so that older files fit.
    void tensorsAtTheEnd()
    {
        const std::vector<std::string> without = IdstCl(smallDataset(), options(Wide::None), kHost).names();
        std::vector<std::string> with = IdstCl(smallDataset(), options(Wide::Neighbours), kHost).names();
        QCOMPARE(with.size(), without.size() + 2);
        QCOMPARE(with.back(), std::string("B.wide"));
        with.resize(without.size());
        QVERIFY(with == without);
    }

    /// Own and shared candidates, all users, both domains, against the events counted again.
    void logitsByHand_data()
    {
        QTest::addColumn<int>("wide");
        QTest::addRow("popularity") << static_cast<int>(Wide::Popularity);
        QTest::addRow("neighbours") << static_cast<int>(Wide::Neighbours);
    }

    void logitsByHand()
    {
        QFETCH(int, wide);
        const data::Dataset& dataset = smallDataset();
        const WidePart part(dataset, static_cast<Wide>(wide));
        const std::vector<double> weights =
            someWeights(static_cast<std::size_t>(wideWidth(static_cast<Wide>(wide))));
        for (const std::int64_t user : {0, 13, 39}) {
            std::vector<std::int64_t> history;
            for (const data::Event& event : dataset.events(static_cast<std::size_t>(user)))
                history.push_back(event.item);
            for (const Domain domain : data::kDomains) {
                const std::int64_t first = dataset.firstItem(domain);
                WidePart::Candidates candidates = candidatesOf(user, history);
                const Tensor own = first + torch::tensor({3, 7, 50, 7}, torch::kInt64);
                candidates.own = own.reshape({1, 1, 2, 2});
                candidates.shared =
                    torch::cat({first + torch::arange(30), torch::tensor(history).slice(0, 0, 1)})
                        .reshape({1, 1, 1, -1});
                if (dataset.domainOf(static_cast<ItemId>(history.front())) != domain)
                    candidates.shared = candidates.shared.narrow(3, 0, 30);
                const Tensor logits = part(domain, asLeaf(weights, 1), candidates);
                QCOMPARE(logits.sizes().vec(),
                    (std::vector<std::int64_t>{1, 1, 2, 2 + candidates.shared.size(3)}));
                for (std::int64_t t = 0; t < 2; ++t)
                    for (std::int64_t c = 0; c < logits.size(3); ++c) {
                        const auto item = static_cast<ItemId>(c < 2
                                ? candidates.own[0][0][t][c].item<std::int64_t>()
                                : candidates.shared[0][0][0][c - 2].item<std::int64_t>());
                        const std::vector<ItemId> seen(history.begin(),
                            history.begin() + (t == 0 ? 1 : static_cast<std::ptrdiff_t>(history.size())));
                        const double expected =
                            logitByHand(dataset, static_cast<std::size_t>(user), seen, item, weights);
                        QVERIFY(std::abs(logits[0][0][t][c].item<double>() - expected) < 1e-5);
                    }
            }
        }
    }

    /// A training target looks as it would if it had been held out.
    void ownEventsSayNothing()
    {
        const data::Dataset& dataset = smallDataset();
        constexpr std::size_t kUser = 13;
        data::Dataset without = dataset;
        std::vector<std::int64_t> history;
        std::int64_t target = -1;
        for (std::size_t i = dataset.eventOffsets[kUser]; i < dataset.eventOffsets[kUser + 1]; ++i)
            if (dataset.allEvents[i].role == data::Role::Train) {
                if (target >= 0)
                    history.push_back(target);
                target = dataset.allEvents[i].item;
                without.allEvents[i].role = data::Role::Validation;
            }
        const Domain domain = dataset.domainOf(static_cast<ItemId>(target));
        WidePart::Candidates candidates = candidatesOf(kUser, history);
        candidates.own = torch::full({1, 1, 2, 1}, target, torch::kInt64);
        candidates.shared = (dataset.firstItem(domain) + torch::arange(40)).reshape({1, 1, 1, -1});
        const Tensor weights = asLeaf(someWeights(kWidth), 1);
        const Tensor trained = WidePart(dataset, Wide::Neighbours)(domain, weights, candidates);
        const Tensor heldOut = WidePart(without, Wide::Neighbours)(domain, weights, candidates);
        QVERIFY((trained - heldOut).abs().max().item<double>() < 1e-5);
        QVERIFY((trained - trained.mean()).abs().max().item<double>() > 0.1);
    }

    /// A range of items scores as the same items given one by one.
    void rangesScoreAsCandidates()
    {
        const IdstCl model(smallDataset(), options(Wide::Neighbours), kHost);
        const auto ranker = model.ranker(shaken(model.initialise(1)));
        const ItemId b = smallDataset().itemsInA;
        RankingExample example{5, {1, 2}, {b}, {1, b, 2}, {}, {}};
        for (ItemId i = 4; i < 24; ++i)
            example.candidates.push_back(i);
        const RankingBatch batch = makeRankingBatch(std::span(&example, 1), kHost);
        const Tensor one = ranker->scores(batch, Domain::A);
        const Tensor range = ranker->scoresOfRange(batch, Domain::A, 4, 20);
        QVERIFY((one - range).abs().max().item<double>() < 1e-5);
    }
};

std::unique_ptr<QObject> tst_wide_part()
{
    return std::make_unique<TestWidePart>();
}
#include "tst_wide_part.moc"
