// SPDX-License-Identifier: GPL-3.0-or-later
// Models of the user's own: modules written by hand here, and the fixture that resources/examples/own_gru.py
// exported for the small dataset.
#include "core/models/script.h"
#include "core/models/specs/registry.h"
#include "core/models/specs/script_archive.h"
#include "tests/core/models/contract.h"
#include "tests/fixtures/support.h"

#include <torch/csrc/jit/api/module.h>

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <memory>

using namespace fedcctr;
using namespace fedcctr::model;
using namespace fedcctr::test;
using torch::Tensor;

namespace {

constexpr const char* kFixture = FEDCCTR_SOURCE_DIR "/tests/fixtures/own_gru.pt";

/// (sum of the history's vectors, twice those of the other domain's events too) times the candidate's, and a
/// bias that B alone has.
constexpr const char* kScorer = R"(
def forward(self, history: Tensor, merged: Tensor, domain: int, candidates: Tensor) -> Tensor:
    state = self.table[history].sum(1) + self.table[merged].sum(1)
    return (self.table[candidates] * state.unsqueeze(1)).sum(2) + domain * self.bias
)";

torch::jit::Module scorer(const char* forward, std::int64_t rows)
{
    torch::jit::Module module("Scorer");
    Tensor table = torch::arange(2 * rows, torch::kFloat32).reshape({rows, 2}) / 100;
    table[0].zero_();
    module.register_parameter("table", table.requires_grad_(), false);
    module.register_parameter("bias", torch::full({1}, 0.5).requires_grad_(), false);
    if (forward)
        module.define(forward);
    return module;
}

std::int64_t rowsOf(const data::Dataset& dataset)
{
    return dataset.itemCount() + 1;
}

ModelOptions optionsWith(const std::string& file)
{
    ModelOptions options = tinyModel();
    options.architecture = "script";
    options.file = file;
    return options;
}

} // namespace

class TestScript : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theFixtureKeepsTheContract()
    {
        Contract contract;
        contract.options = optionsWith(kFixture);
        checkContract(contract);
    }

    void aModuleKeepsTheContract()
    {
        Contract contract;
        contract.options = optionsWith(saved(scorer(kScorer, rowsOf(smallDataset()))));
        contract.loss.sharedNegatives = true;
        contract.loss.ranking = RankingLoss::SampledSoftmax;
        checkContract(contract);
    }

    void scoresAreTheModules()
    {
        const data::Dataset& dataset = smallDataset();
        const Script model(dataset, optionsWith(saved(scorer(kScorer, rowsOf(dataset)))), kHost);
        QCOMPARE(model.names(), (std::vector<std::string>{"table", "bias"}));
        QVERIFY(model.specs()[0].decays && !model.specs()[1].decays);
        const Parameters parameters = model.initialise(7);
        const auto vector = [&](data::ItemId item) { return parameters[0][item + 1]; };
        const data::ItemId b = dataset.itemsInA;
        const RankingExample example{0, {3, 5}, {b}, {3, b, 5}, {9, 4}, {}};
        const RankingBatch batch = makeRankingBatch(std::span(&example, 1), kHost);
        const Tensor merged = vector(3) + vector(b) + vector(5);
        for (const data::Domain domain : data::kDomains) {
            const bool inA = domain == data::Domain::A;
            const Tensor state = merged + (inA ? vector(3) + vector(5) : vector(b));
            const Tensor scores = model.ranker(parameters)->scores(batch, domain);
            for (const std::int64_t i : {0, 1}) {
                const Tensor expected =
                    (vector(example.candidates[static_cast<std::size_t>(i)]) * state).sum();
                QVERIFY(
                    std::abs(scores[0][i].item<double>() - expected.item<double>() - (inA ? 0 : 0.5)) < 1e-4);
            }
        }
    }

    /// Whatever the seed.
    void itStartsAsTheFileHasIt()
    {
        const Script model(
            smallDataset(), optionsWith(saved(scorer(kScorer, rowsOf(smallDataset())))), kHost);
        QVERIFY(sameBits(model.initialise(1), model.initialise(2)));
        QCOMPARE(model.initialise(1)[0][1][1].item<float>(), 0.03F);
    }

    /// Two names of one tensor are one parameter, as in a recurrent layer, which has its weights in a list
    /// too.
    void tiedParametersAreOne()
    {
        torch::jit::Module module = scorer(nullptr, rowsOf(smallDataset()));
        module.register_parameter("again", module.attr("table").toTensor(), false);
        module.define(R"(
def forward(self, history: Tensor, merged: Tensor, domain: int, candidates: Tensor) -> Tensor:
    return (self.table[candidates] * self.again[merged].sum(1).unsqueeze(1)).sum(2) + self.bias
)");
        Contract contract;
        contract.options = optionsWith(saved(module));
        const auto model = contract.make();
        QCOMPARE(model->specs().size(), std::size_t(2));
        checkGradients(contract);
    }

    void constantsAreNotTrained()
    {
        torch::jit::Module module = scorer(nullptr, rowsOf(smallDataset()));
        module.register_parameter("scale", torch::full({1}, 3.0), false);
        module.define(R"(
def forward(self, history: Tensor, merged: Tensor, domain: int, candidates: Tensor) -> Tensor:
    return self.scale * self.table[candidates].sum(2) + 0 * self.bias
)");
        const Script model(smallDataset(), optionsWith(saved(module)), kHost);
        QCOMPARE(model.names(), (std::vector<std::string>{"table", "bias"}));
        const RankingExample example{0, {3}, {}, {3}, {9}, {}};
        const Tensor scores = model.ranker(model.initialise(1))
                                  ->scores(makeRankingBatch(std::span(&example, 1), kHost), data::Domain::A);
        QVERIFY(std::abs(scores.item<double>() - 3 * (0.20 + 0.21)) < 1e-5);
    }

    void anUploadSpeaksForItems()
    {
        const Script model(
            smallDataset(), optionsWith(saved(scorer(kScorer, rowsOf(smallDataset())))), kHost);
        Parameters upload = model.initialise(1).zerosLike();
        upload[0][0].fill_(9); // the padding's row is no item
        upload[0][4] = torch::tensor({3.0F, 4.0F});
        const Tensor evidence = model.itemEvidence(upload);
        QCOMPARE(evidence.numel(), static_cast<std::int64_t>(smallDataset().itemCount()));
        QCOMPARE(evidence[3].item<float>(), 5.0F);
        QCOMPARE(evidence.sum().item<float>(), 5.0F);
    }

    /// Without torch: what forecasts go by.
    void theFileTellsItsParameters()
    {
        const Script model(smallDataset(), optionsWith(kFixture), kHost);
        const std::vector<TensorSpec> told = toldParameters(kFixture);
        QCOMPARE(told.size(), model.specs().size());
        for (std::size_t i = 0; i < told.size(); ++i) {
            QCOMPARE(told[i].name, model.specs()[i].name);
            QVERIFY(told[i].shape == model.specs()[i].shape);
        }
        QCOMPARE(
            trainedCount(infoOf<Script>().tensors(optionsWith(kFixture), {})), trainedCount(model.specs()));
        QVERIFY(toldParameters(saved(scorer(kScorer, 3))).empty());
        VERIFY_MESSAGE(errorOf([] { toldParameters("/nowhere/my.pt"); }), "model.file: /nowhere/my.pt",
            "cannot be read");
        // Cut off anywhere, it is no archive that tells something.
        const std::string whole = readFile(kFixture);
        for (const std::size_t length :
            {std::size_t(0), std::size_t(100), whole.size() / 2, whole.size() - 30}) {
            std::ofstream(path("cut.pt"), std::ios::binary) << whole.substr(0, length);
            QVERIFY(!errorOf([&] { toldParameters(path("cut.pt")); }).isEmpty());
        }
    }

    void whatDoesNotFit_data()
    {
        QTest::addColumn<QString>("forward");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* inputs, const char* body, const char* expected) {
            QTest::newRow(name) << QStringLiteral("\ndef forward(self%1):\n%2\n")
                                       .arg(QString::fromLatin1(inputs), QString::fromLatin1(body))
                                << QString::fromLatin1(expected);
        };
        constexpr const char* kInputs = ", history: Tensor, merged: Tensor, domain: int, candidates: Tensor";
        row("three inputs", ", history: Tensor, merged: Tensor, domain: int",
            "    return self.table[history].sum(2)", "input 4 of forward (candidates) is missing");
        row("domain is a tensor", ", history: Tensor, merged: Tensor, domain: Tensor, candidates: Tensor",
            "    return self.table[candidates].sum(2) + domain",
            "input 3 of forward (domain) is 'domain: Tensor', must be int");
        row("one input more",
            ", history: Tensor, merged: Tensor, domain: int, candidates: Tensor, users: Tensor",
            "    return self.table[candidates].sum(2)", "input 5 of forward (users) is one too many");
        row("no tensor", kInputs, "    return 3", "output: forward returns int, must be a Tensor of logits");
        row("one logit a row", kInputs, "    return self.table[candidates].sum(2).sum(1)",
            "output: forward returns the shape [3] for candidates [n, C] = [3, 4]");
        row("double logits", kInputs, "    return self.table[candidates].sum(2).double()",
            "output: the logits are of type Double, must be Float");
        row("no gradient", kInputs, "    return self.table.detach()[candidates].sum(2)",
            "output: no parameter gets a gradient");
        row("mean of an empty history", kInputs,
            "    n = (history > 0).sum(1).unsqueeze(1)\n"
            "    return self.table[candidates].sum(2) + self.table[history].sum(2).sum(1).unsqueeze(1) / n",
            "output: a logit is no finite number");
        row("random numbers", kInputs,
            "    return self.table[candidates].sum(2) + torch.rand([candidates.size(0), 4])",
            "output: a second call gives other logits");
        row("a batch norm's mean", kInputs,
            "    return self.table[candidates].sum(2) + self.table[history].sum(2).sum(1).mean()",
            "output: the logits of a row change with the other rows");
        row("shapes that do not go together", kInputs,
            "    return self.table[candidates].sum(2) + torch.zeros([7])", "forward fails on histories");
    }

    void whatDoesNotFit()
    {
        QFETCH(QString, forward);
        QFETCH(QString, expected);
        const std::string file = saved(scorer(forward.toStdString().c_str(), rowsOf(smallDataset())));
        VERIFY_MESSAGE(refused(file), "model.file: ", file.c_str(), qPrintable(expected));
    }

    void filesThatDoNotFit()
    {
        VERIFY_MESSAGE(refused("/nowhere/my.pt"), "model.file: /nowhere/my.pt", "no such file");
        std::ofstream(path("text.pt")) << "weights";
        VERIFY_MESSAGE(refused(path("text.pt")), "text.pt: is no TorchScript module", "torch.jit.save");
        VERIFY_MESSAGE(refused(saved(scorer(nullptr, 3))), "has no forward", "history: Tensor");
        VERIFY_MESSAGE(refused(saved(scorer(kScorer, rowsOf(smallDataset()) - 1))),
            "candidates: forward fails on item 220", "needs 221 rows");
    }

    void parametersThatDoNotFit()
    {
        const std::int64_t rows = rowsOf(smallDataset());
        torch::jit::Module precise = scorer(kScorer, rows);
        precise.to(torch::kFloat64);
        VERIFY_MESSAGE(refused(saved(precise)), "parameter table is of type Double", ".float()");
        torch::jit::Module fixed = scorer(kScorer, rows);
        for (const Tensor& parameter : fixed.parameters())
            parameter.set_requires_grad(false);
        VERIFY_MESSAGE(refused(saved(fixed)), "has no parameter to train");
        torch::jit::Module counting = scorer(kScorer, rows);
        counting.register_buffer("running_mean", torch::zeros({2}));
        VERIFY_MESSAGE(refused(saved(counting)), "buffer running_mean", "requires_grad=False");
        torch::jit::Module keeping = scorer(kScorer, rows);
        c10::Dict<std::string, Tensor> kept;
        kept.insert("table", keeping.attr("table").toTensor());
        keeping.register_attribute(
            "kept", c10::DictType::create(c10::StringType::get(), c10::TensorType::get()), kept);
        VERIFY_MESSAGE(refused(saved(keeping)), "buffer kept");
    }

    void settingsAskForTheFile()
    {
        QCOMPARE(infoOf<Script>().problems(optionsWith("")).size(), std::size_t(1));
        QVERIFY(infoOf<Script>().problems(optionsWith("")).front().starts_with("model.file: is missing"));
        QVERIFY(infoOf<Script>().problems(optionsWith(kFixture)).empty());
    }

private:
    std::string path(const char* name) const { return pathIn(m_folder.path(), name).string(); }

    std::string saved(const torch::jit::Module& module) const
    {
        const std::string file = path("module.pt");
        module.save(file);
        return file;
    }

    static QString refused(const std::string& file)
    {
        return errorOf([&] { const Script model(smallDataset(), optionsWith(file), kHost); });
    }

    QTemporaryDir m_folder;
};

std::unique_ptr<QObject> tst_script()
{
    return std::make_unique<TestScript>();
}
#include "tst_script.moc"
