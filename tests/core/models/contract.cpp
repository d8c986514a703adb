// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/models/contract.h"

#include "core/models/specs/registry.h"
#include "core/training/checkpoint.h"
#include "tests/fixtures/support.h"

#include <torch/csrc/autograd/autograd.h>

#include <QTemporaryDir>
#include <QTest>

#include <numeric>
#include <set>

namespace fedcctr::test {

using namespace model;
using torch::Tensor;

namespace {

const std::vector<std::size_t> kUsers{1, 4, 9, 21};

std::vector<ClientExample> drawn(const Contract& contract, const std::vector<std::size_t>& users)
{
    const ExampleSource source(smallDataset(), contract.options, contract.loss, 3,
        contract.augmentation.users.empty() && contract.augmentation.sequences.empty()
            ? nullptr
            : &contract.augmentation);
    std::vector<ClientExample> examples;
    for (const std::size_t user : users) {
        Random random(3, {user});
        examples.push_back(source.draw(user, random));
    }
    return examples;
}

Batch batchOf(const Contract& contract, const std::vector<ClientExample>& examples, std::int64_t groups)
{
    const std::vector<std::vector<ClientExample>> steps{examples};
    const BatchShape shape{
        groups, smallDataset().itemCount(), contract.loss.sharedNegatives, contract.loss.negatives};
    return makeBatches(steps, shape, kHost).front();
}

LossTerms lossesOf(const Contract& contract, const Model& model, const Leaves& leaves, const Batch& batch)
{
    Dropout none;
    return model.losses(leaves, batch, contract.loss, weightsOf(model, contract.loss), none);
}

training::CohortEngine engineOf(const Contract& contract, const Model& model, const Workers& workers,
    federation::Mode mode = federation::Mode::Federated)
{
    federation::FederationOptions federation;
    federation.mode = mode;
    federation.localTargets = 3;
    federation.localLearningRate = 0.1;
    return training::CohortEngine(smallDataset(), model, federation, contract.loss, kHost, workers, 9);
}

Tensor directionLike(const Tensor& tensor, std::uint64_t seed)
{
    Random random(seed);
    Tensor result = torch::zeros(tensor.sizes(), torch::kFloat64);
    for (std::int64_t i = 0; i < result.numel(); ++i)
        result.data_ptr<double>()[i] = random.normal();
    return result / result.norm().clamp_min(1e-300);
}

bool near(double found, double expected, double tolerance)
{
    return std::abs(found - expected) <= tolerance * std::max(1.0, std::abs(expected));
}

} // namespace

void checkShapes(const Contract& contract)
{
    const auto model = contract.make();
    const Parameters parameters = model->initialise(1);
    const std::vector<std::string> names = model->names();
    QCOMPARE(std::set<std::string>(names.begin(), names.end()).size(), names.size());
    QCOMPARE(parameters.size(), model->specs().size());
    for (std::size_t i = 0; i < names.size(); ++i)
        QVERIFY2(parameters[i].sizes().vec() == model->specs()[i].shape, names[i].c_str());
    QCOMPARE(parameters.count(), trainedCount(model->specs()));
    QVERIFY(sameBits(parameters, model->initialise(1)));
    QVERIFY(&model->info() == &modelInfo(contract.options.architecture));

    const Batch batch = batchOf(contract, drawn(contract, kUsers), 4);
    const LossTerms terms = lossesOf(contract, *model, leavesOf(*model, parameters, batch), batch);
    QCOMPARE(terms.values.size(), 2 + model->info().terms.size());
    for (const Tensor& term : terms.values)
        QCOMPARE(term.sizes().vec(), std::vector<std::int64_t>{4});
}

void checkGradients(const Contract& contract)
{
    const auto model = contract.make();
    const Batch batch = batchOf(contract, drawn(contract, {1, 4}), 2);
    Leaves leaves = leavesOf(*model, shaken(model->initialise(2)), batch, torch::kFloat64);
    for (Tensor& tensor : leaves.tensors)
        tensor.requires_grad_();
    const std::size_t terms = 2 + model->info().terms.size();
    for (std::size_t term = 0; term < terms; ++term) {
        const auto lossAt = [&] { return lossesOf(contract, *model, leaves, batch).values[term].sum(); };
        const Tensor loss = lossAt();
        const torch::autograd::variable_list inputs = leaves.tensors;
        torch::autograd::variable_list gradients(inputs.size());
        if (loss.requires_grad())
            gradients = torch::autograd::grad({loss}, inputs, {}, false, false, true);
        const torch::NoGradGuard noGrad;
        // Short, so that hardly a ReLU changes sides between the two points.
        constexpr double kStep = 3e-7;
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const Tensor direction = directionLike(inputs[i], 100 + i);
            const Tensor start = leaves.tensors[i];
            leaves.tensors[i] = start + kStep * direction;
            const double above = lossAt().item<double>();
            leaves.tensors[i] = start - kStep * direction;
            const double below = lossAt().item<double>();
            leaves.tensors[i] = start;
            const double expected = (above - below) / (2 * kStep);
            const double found = gradients[i].defined() ? (gradients[i] * direction).sum().item<double>() : 0;
            QVERIFY2(std::abs(found - expected) < 1e-6 + 1e-4 * std::abs(expected),
                qPrintable(QStringLiteral("term %1, %2: %3, by differences %4")
                               .arg(term)
                               .arg(QString::fromStdString(model->names()[i]))
                               .arg(found)
                               .arg(expected)));
        }
    }
}

void checkGroups(const Contract& contract)
{
    const auto model = contract.make();
    const Parameters parameters = shaken(model->initialise(2));
    const std::vector<ClientExample> examples = drawn(contract, kUsers);
    const Batch together = batchOf(contract, examples, 4);
    const LossTerms all = lossesOf(contract, *model, leavesOf(*model, parameters, together), together);
    for (std::size_t k = 0; k < examples.size(); ++k) {
        const Batch alone = batchOf(contract, {examples[k]}, 1);
        const LossTerms one = lossesOf(contract, *model, leavesOf(*model, parameters, alone), alone);
        for (std::size_t term = 0; term < one.values.size(); ++term)
            QVERIFY(near(all.values[term][static_cast<std::int64_t>(k)].item<double>(),
                one.values[term][0].item<double>(), 1e-5));
    }

    const Workers workers(1);
    const training::CohortEngine engine = engineOf(contract, *model, workers);
    const std::vector<double> weights = weightsOf(*model, contract.loss);
    const std::vector<std::int32_t> clients{1, 4, 9, 21};
    const std::vector<std::int32_t> turned{21, 1, 9, 4};
    training::ClientUpdate sum = uploadedPart(parameters, model->specs()).zerosLike();
    for (const std::int32_t client : clients)
        addScaled(sum, engine.single(parameters, client, 3, weights), 1);
    QVERIFY(normOf(sum) > 1e-3);
    QVERIFY(relativeDistance(engine.run(parameters, clients, 3, 1e9, weights).sum, sum) < 1e-5);
    QVERIFY(relativeDistance(engine.run(parameters, turned, 3, 1e9, weights).sum, sum) < 1e-5);
}

void checkThreads(const Contract& contract)
{
    const auto model = contract.make();
    const Parameters parameters = shaken(model->initialise(1));
    const std::vector<double> weights = weightsOf(*model, contract.loss);
    std::vector<std::int32_t> everyone(smallDataset().userCount());
    std::iota(everyone.begin(), everyone.end(), 0);
    for (const federation::Mode mode : {federation::Mode::Federated, federation::Mode::Central}) {
        const Workers one(1);
        const auto expected =
            engineOf(contract, *model, one, mode).run(parameters, everyone, 2, 0.5, weights);
        for (const int threads : {2, 5}) {
            const Workers workers(threads);
            const auto found =
                engineOf(contract, *model, workers, mode).run(parameters, everyone, 2, 0.5, weights);
            QVERIFY(sameBits(found.sum, expected.sum));
            QCOMPARE(found.loss, expected.loss);
            QCOMPARE(found.norms, expected.norms);
        }
    }
}

void checkFiles(const Contract& contract)
{
    const auto model = contract.make();
    training::Checkpoint checkpoint;
    checkpoint.round = 3;
    checkpoint.parameters = shaken(model->initialise(1));
    checkpoint.moments = {uploadedPart(shaken(model->initialise(2)), model->specs())};
    checkpoint.bestRound = 2;
    checkpoint.best = shaken(model->initialise(3));
    const QTemporaryDir directory;
    const std::filesystem::path file = pathIn(directory.path(), "state.bin");
    training::writeCheckpoint(checkpoint, model->names(), file);
    const Parameters like = model->initialise(1);
    const auto found =
        training::readCheckpoint(file, model->names(), like, uploadedPart(like, model->specs()));
    QVERIFY(sameBits(found.parameters, checkpoint.parameters));
    QVERIFY(sameBits(found.moments[0], checkpoint.moments[0]));
    QVERIFY(sameBits(found.best, checkpoint.best));
}

void checkRanking(const Contract& contract)
{
    const auto model = contract.make();
    const Parameters parameters = shaken(model->initialise(4));
    const auto ranker = model->ranker(inDouble(parameters));
    const data::ItemId b = smallDataset().itemsInA;
    for (const data::Domain domain : data::kDomains) {
        const data::ItemId first = smallDataset().firstItem(domain);
        ClientExample example;
        example.user = 7;
        example.a = {1, 2, 3};
        example.b = {static_cast<data::ItemId>(b + 4), static_cast<data::ItemId>(b + 6)};
        example.merged = {1, static_cast<data::ItemId>(b + 4), 2, 3, static_cast<data::ItemId>(b + 6)};
        example.targets[index(domain)] = {{static_cast<data::ItemId>(first + 20), 3, 2, 5}};
        for (int item = 0; item < contract.loss.negatives; ++item)
            example.negatives[index(domain)].push_back(static_cast<data::ItemId>(first + 30 + item));
        const Batch batch = batchOf(contract, {example}, 1);
        Contract binary = contract;
        binary.loss.ranking = RankingLoss::BinaryCrossEntropy;
        const double found =
            lossesOf(binary, *model, leavesOf(*model, parameters, batch, torch::kFloat64), batch)
                .values[index(domain)]
                .item<double>();

        RankingExample ranking{
            7, example.a, example.b, example.merged, {example.targets[index(domain)][0].item}, {}};
        std::ranges::copy(example.negatives[index(domain)], std::back_inserter(ranking.candidates));
        const RankingBatch asked = makeRankingBatch(std::span(&ranking, 1), kHost);
        const Tensor scores = ranker->scores(asked, domain).reshape({-1}).to(torch::kFloat64);
        double expected = std::log1p(std::exp(-scores[0].item<double>()));
        for (std::int64_t i = 1; i < scores.numel(); ++i)
            expected += std::log1p(std::exp(scores[i].item<double>()));
        // Shares of words and fixed vectors are float32.
        QVERIFY(near(found, expected / static_cast<double>(scores.numel()), 2e-6));
        QVERIFY(scores.std().item<double>() > 1e-3);

        // A stretch of the catalogue, around what was asked for.
        const Tensor stretch = ranker->scoresOfRange(asked, domain, first, 40).to(torch::kFloat64);
        QCOMPARE(stretch.sizes().vec(), (std::vector<std::int64_t>{1, 40}));
        for (std::int64_t i = 0; i < scores.numel(); ++i)
            QVERIFY(near(stretch[0][ranking.candidates[static_cast<std::size_t>(i)] - first].item<double>(),
                scores[i].item<double>(), 1e-5));

        const bool announced = model->info().representations != Representations::None;
        if (announced)
            QCOMPARE(ranker->representations(asked)[2].size(0), std::int64_t{1});
        else
            QVERIFY(!errorOf([&] { ranker->representations(asked); }).isEmpty());
    }
}

void checkPersonal(const Contract& contract)
{
    const auto model = contract.make();
    const Parameters parameters = shaken(model->initialise(1));
    const Workers workers(2);
    const std::vector<std::int32_t> clients{1, 4, 9, 21};
    // A softmax over candidates does not see what a user adds to all of them.
    Contract binary = contract;
    binary.loss.ranking = RankingLoss::BinaryCrossEntropy;
    const auto result =
        engineOf(binary, *model, workers).run(parameters, clients, 3, 0.1, weightsOf(*model, contract.loss));
    std::set<std::int64_t> changed;
    bool personal = false;
    for (std::size_t i = 0; i < model->specs().size(); ++i) {
        if (model->specs()[i].rows != Rows::PerUser)
            continue;
        personal = true;
        QCOMPARE(result.sum[i].numel(), std::int64_t{0});
        std::size_t rows = 0;
        for (const training::UserRows& kept : result.kept) {
            if (kept.tensor != i)
                continue;
            for (std::int64_t k = 0; k < kept.users.numel(); ++k, ++rows) {
                const auto user = kept.users[k].item<std::int64_t>();
                QVERIFY(std::ranges::find(clients, user) != clients.end());
                if (!torch::equal(kept.values[k], parameters[i][user]))
                    changed.insert(user);
            }
        }
        QCOMPARE(rows, clients.size());
    }
    // A tensor of one domain rests where a client has no target in it.
    QCOMPARE(changed.size(), personal ? clients.size() : std::size_t{0});
}

void checkContract(const Contract& contract)
{
    for (const auto check :
        {checkShapes, checkGradients, checkGroups, checkThreads, checkFiles, checkRanking, checkPersonal}) {
        check(contract);
        if (QTest::currentTestFailed())
            return;
    }
}

} // namespace fedcctr::test
