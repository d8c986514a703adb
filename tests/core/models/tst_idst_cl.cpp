// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/normalise.h"
#include "core/model/text_vectors.h"
#include "core/model/tokens.h"
#include "core/models/idst_cl.h"
#include "core/nn/threads.h"
#include "tests/fixtures/model_support.h"

#include <torch/csrc/autograd/autograd.h>

#include <QTest>

#include <map>
#include <memory>
#include <numeric>
#include <set>

using namespace fedcctr;
using namespace fedcctr::model;
using namespace fedcctr::test;
using torch::Tensor;

namespace {

constexpr std::int64_t kGroups = 2;

/// K groups of one user each, whose histories differ in length.
Batch batchOf(const std::vector<std::size_t>& users, const ModelOptions& options, const LossOptions& loss,
    std::int64_t groups)
{
    const ExampleSource source(smallDataset(), options, loss, 5);
    std::vector<std::vector<ClientExample>> steps(1);
    for (const std::size_t user : users) {
        Random random(3, {user});
        steps[0].push_back(source.draw(user, random));
    }
    const BatchShape shape{groups, smallDataset().itemCount(), loss.sharedNegatives, loss.negatives};
    return makeBatches(steps, shape, kHost).front();
}

Tensor randomLike(const Tensor& tensor, std::uint64_t seed)
{
    Random random(seed);
    Tensor result = torch::zeros(tensor.sizes(), torch::kFloat64);
    for (std::int64_t i = 0; i < result.numel(); ++i)
        result.data_ptr<double>()[i] = random.normal();
    return result;
}

struct Variant {
    ModelOptions model;
    LossOptions loss;
};

/// Gradients of the summed total loss by autograd, checked against central differences along one random
/// direction per tensor, in double precision: every coordinate takes part. The directions have length 1 and
/// the step is short, so that hardly a ReLU changes sides between the two points; rounding leaves an error of
/// 1e-9.
void checkGradients(const Variant& variant)
{
    const IdstCl model(smallDataset(), variant.model, kHost);
    const Batch batch = batchOf({1, 4}, variant.model, variant.loss, kGroups);
    const std::vector<double> weights = weightsOf(model, variant.loss);
    Leaves leaves = leavesOf(model, shaken(model.initialise(2)), batch, torch::kFloat64);
    const auto lossAt = [&](const Leaves& point) {
        Dropout dropout(variant.model.dropout, {11, 12});
        return model.losses(point, batch, variant.loss, weights, dropout).total(weights).sum();
    };
    for (Tensor& tensor : leaves.tensors)
        tensor.requires_grad_();
    const torch::autograd::variable_list inputs = leaves.tensors;
    const auto gradients = torch::autograd::grad({lossAt(leaves)}, inputs, {}, false, false, true);

    const torch::NoGradGuard noGrad;
    constexpr double kStep = 3e-7;
    const std::vector<std::string> names = model.names();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const std::string& name = names[i];
        Tensor direction = randomLike(inputs[i], 100 + i);
        direction /= direction.norm().clamp_min(1e-300);
        Tensor& tensor = leaves.tensors[i];
        const Tensor start = tensor.clone();
        tensor = start + kStep * direction;
        const double above = lossAt(leaves).item<double>();
        tensor = start - kStep * direction;
        const double below = lossAt(leaves).item<double>();
        tensor = start;
        const double expected = (above - below) / (2 * kStep);
        const double found = gradients[i].defined() ? (gradients[i] * direction).sum().item<double>() : 0;
        QVERIFY2(std::abs(found - expected) <= 1e-6 * std::abs(expected) + 1e-8,
            qPrintable(QStringLiteral("%1: %2, by differences %3")
                           .arg(QString::fromStdString(name))
                           .arg(found)
                           .arg(expected)));
    }
}

RankingBatch rankingOf(const std::vector<std::vector<data::ItemId>>& histories)
{
    std::vector<RankingExample> examples;
    const data::ItemId b = smallDataset().itemsInA;
    for (const auto& history : histories) {
        RankingExample example;
        for (const data::ItemId item : history) {
            example.a.push_back(item);
            example.b.push_back(b + item);
            example.merged.push_back(item % 2 == 0 ? item : b + item);
        }
        example.candidates = {1, 2, 3, 50};
        examples.push_back(example);
    }
    return makeRankingBatch(examples, kHost);
}

struct Encoder {
    IdstCl model;
    std::unique_ptr<Ranker> ranker;

    explicit Encoder(const ModelOptions& options)
        : model(smallDataset(), options, kHost)
        , ranker(model.ranker(inDouble(shaken(model.initialise(4)))))
    {
    }

    /// h^A, h^B and h^M side by side, a row per history.
    Tensor operator()(const std::vector<std::vector<data::ItemId>>& histories) const
    {
        const auto h = ranker->representations(rankingOf(histories));
        return torch::cat({h[0], h[1], h[2]}, 1);
    }
};

/// The forward pass once more, in plain loops over numbers, from the equations: what the layers must agree
/// with.
class Scalar {
public:
    using Row = std::vector<double>;

    Scalar(const ModelOptions& options, const Parameters& parameters, const std::vector<std::string>& names)
        : m_options(options)
        , m_text(textVectors(smallDataset(), options.textWidth))
        , m_width(static_cast<std::size_t>(options.width()))
    {
        for (std::size_t i = 0; i < names.size(); ++i)
            m_tensors[names[i]] = table(parameters[i]);
    }

    /// Eq. 19.
    double logit(const RankingExample& example, bool inA, data::ItemId candidate) const
    {
        Row user = representation(inA ? "A" : "B", inA ? example.a : example.b);
        const Row merged = representation("M", example.merged);
        user.insert(user.end(), merged.begin(), merged.end());
        const Row item = itemVector(candidate);
        const std::string letter = inA ? "A" : "B";
        if (m_options.scorer == Scorer::Dot) {
            const Row side = affine(user, letter + ".user");
            return std::inner_product(side.begin(), side.end(), item.begin(),
                row("items", static_cast<std::size_t>(candidate)).back());
        }
        Row x = user;
        x.insert(x.end(), item.begin(), item.end());
        for (int i = 0; m_tensors.contains(letter + ".mlp" + std::to_string(i) + ".weight"); ++i) {
            if (i > 0)
                for (double& value : x)
                    value = std::max(0.0, value);
            x = affine(x, letter + ".mlp" + std::to_string(i));
        }
        return x.at(0);
    }

    /// Eq. 11 and 13-16.
    Row representation(const std::string& stream, const std::vector<data::ItemId>& items) const
    {
        Row pooled(m_width, 0);
        if (items.empty())
            return pooled;
        std::vector<Row> x;
        for (std::size_t i = 0; i < items.size(); ++i) {
            Row vector = itemVector(items[i]);
            const Row& position = row(stream + ".position", i);
            if (m_options.combine == Combine::Concat)
                vector.insert(vector.end(), position.begin(), position.end());
            else
                add(vector, position);
            x.push_back(m_options.inputNorm ? normalised(vector, stream + ".norm") : vector);
        }
        for (int layer = 0; layer < m_options.layers; ++layer)
            x = encoded(x, stream + ".layer" + std::to_string(layer));
        if (m_options.pooling == Pooling::Last)
            return x.back();
        for (const Row& output : x)
            for (std::size_t i = 0; i < m_width; ++i)
                pooled[i] += output[i] / static_cast<double>(x.size());
        return pooled;
    }

private:
    /// Rows of a matrix; a vector is one row.
    static std::vector<Row> table(const Tensor& tensor)
    {
        const Tensor plain = tensor.to(torch::kFloat64).contiguous();
        const auto columns = static_cast<std::size_t>(plain.size(-1));
        const double* values = plain.data_ptr<double>();
        std::vector<Row> rows;
        for (std::size_t i = 0; i < static_cast<std::size_t>(plain.numel()); i += columns)
            rows.emplace_back(values + i, values + i + columns);
        return rows;
    }

    const Row& row(const std::string& name, std::size_t i) const { return m_tensors.at(name).at(i); }

    static void add(Row& x, const Row& y)
    {
        for (std::size_t i = 0; i < x.size(); ++i)
            x[i] += y.at(i);
    }

    Row affine(const Row& x, const std::string& name) const
    {
        Row result = row(name + ".bias", 0);
        for (std::size_t i = 0; i < x.size(); ++i)
            for (std::size_t j = 0; j < result.size(); ++j)
                result[j] += x[i] * row(name + ".weight", i)[j];
        return result;
    }

    Row normalised(const Row& x, const std::string& name) const
    {
        const auto n = static_cast<double>(x.size());
        const double mean = std::accumulate(x.begin(), x.end(), 0.0) / n;
        double variance = 0;
        for (const double value : x)
            variance += (value - mean) * (value - mean) / n;
        Row result;
        for (std::size_t i = 0; i < x.size(); ++i)
            result.push_back((x[i] - mean) / std::sqrt(variance + 1e-5) * row(name + ".gain", 0)[i]
                + row(name + ".bias", 0)[i]);
        return result;
    }

    Row itemVector(data::ItemId item) const
    {
        const auto i = static_cast<std::size_t>(item);
        const Row& ids = row("items", i);
        Row vector(ids.begin(), ids.begin() + m_options.idWidth);
        const bool concat = m_options.combine == Combine::Concat;
        Row features(static_cast<std::size_t>(concat ? m_options.featureWidth : m_options.idWidth), 0);
        if (m_options.features == Features::Tokens) {
            for (const auto& [token, weight] : itemTokens(itemWords(smallDataset().items[i]), 4096))
                for (std::size_t c = 0; c < features.size(); ++c)
                    features[c] += row("features.tokens", static_cast<std::size_t>(token))[c]
                        * static_cast<double>(weight);
        } else if (m_options.features == Features::Text) {
            const auto width = static_cast<std::size_t>(m_options.textWidth);
            for (std::size_t t = 0; t < width; ++t)
                for (std::size_t c = 0; c < features.size(); ++c)
                    features[c] += static_cast<double>(m_text[i * width + t]) * row("features.weight", t)[c];
        }
        if (concat)
            vector.insert(vector.end(), features.begin(), features.end());
        else
            add(vector, features);
        return vector;
    }

    std::vector<Row> encoded(const std::vector<Row>& x, const std::string& layer) const
    {
        std::vector<Row> qkv;
        for (const Row& position : x)
            qkv.push_back(affine(position, layer + ".qkv"));
        std::vector<Row> result;
        for (std::size_t i = 0; i < x.size(); ++i) {
            Row attended = affine(attention(qkv, i), layer + ".out");
            add(attended, x[i]);
            attended = normalised(attended, layer + ".norm1");
            Row hidden = affine(attended, layer + ".ffn1");
            for (double& value : hidden)
                value = std::max(0.0, value);
            Row output = affine(hidden, layer + ".ffn2");
            add(output, attended);
            result.push_back(normalised(output, layer + ".norm2"));
        }
        return result;
    }

    Row attention(const std::vector<Row>& qkv, std::size_t i) const
    {
        const auto heads = static_cast<std::size_t>(m_options.heads);
        const std::size_t width = m_width / heads;
        const std::size_t seen = m_options.attention == Attention::Causal ? i + 1 : qkv.size();
        Row mixed(m_width, 0);
        for (std::size_t head = 0; head < heads; ++head) {
            Row weights;
            for (std::size_t j = 0; j < seen; ++j) {
                double score = 0;
                for (std::size_t c = head * width; c < (head + 1) * width; ++c)
                    score += qkv[i][c] * qkv[j][m_width + c];
                weights.push_back(std::exp(score / std::sqrt(static_cast<double>(width))));
            }
            const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
            for (std::size_t j = 0; j < seen; ++j)
                for (std::size_t c = head * width; c < (head + 1) * width; ++c)
                    mixed[c] += weights[j] / sum * qkv[j][2 * m_width + c];
        }
        return mixed;
    }

    ModelOptions m_options;
    std::vector<float> m_text;
    std::size_t m_width;
    std::map<std::string, std::vector<Row>> m_tensors;
};

bool close(const Tensor& x, const Tensor& y, double tolerance)
{
    return x.sizes() == y.sizes() && (x - y).abs().max().item<double>() <= tolerance;
}

void addArchitectures()
{
    QTest::addColumn<int>("attention");
    QTest::addColumn<int>("pooling");
    for (const int attention : {0, 1})
        for (const int pooling : {0, 1})
            QTest::addRow(
                "%s, %s", attention == 0 ? "causal" : "bidirectional", pooling == 0 ? "mean" : "last")
                << attention << pooling;
}

ModelOptions architecture(int attention, int pooling)
{
    ModelOptions options = tinyModel();
    options.attention = static_cast<Attention>(attention);
    options.pooling = static_cast<Pooling>(pooling);
    return options;
}

} // namespace

class TestIdstCl : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { const Workers oneThread(1); }

    void gradients_data()
    {
        QTest::addColumn<int>("choice");
        for (int choice = 0; choice < 48; ++choice)
            QTest::addRow("attention %d, pooling %d, scorer %d, combine %d, features %d", choice & 1,
                choice >> 1 & 1, choice >> 2 & 1, choice >> 3 & 1, choice >> 4)
                << choice;
    }

    void gradients()
    {
        QFETCH(int, choice);
        Variant variant{architecture(choice & 1, choice >> 1 & 1), {}};
        variant.model.scorer = static_cast<Scorer>(choice >> 2 & 1);
        variant.model.combine = static_cast<Combine>(choice >> 3 & 1);
        variant.model.features = static_cast<Features>(choice >> 4);
        // The other settings take turns.
        variant.loss.ranking = static_cast<RankingLoss>(choice / 3 & 1);
        variant.loss.sharedNegatives = (choice / 5 & 1) != 0;
        variant.loss.negatives = 3;
        variant.model.inputNorm = (choice / 7 & 1) != 0;
        variant.model.layers = 1 + (choice / 11 & 1);
        variant.model.dropout = (choice / 13 & 1) * 0.2;
        variant.model.historyDropout = (choice / 6 & 1) * 0.3;
        checkGradients(variant);
    }

    void withoutPositions()
    {
        Variant variant{tinyModel(), {}};
        variant.model.positionWidth = 0;
        variant.model.idWidth = 8;
        checkGradients(variant);
    }

    void scoresByHand_data() { gradients_data(); }

    /// The whole way from histories to logits against plain loops, in double precision.
    void scoresByHand()
    {
        QFETCH(int, choice);
        ModelOptions options = architecture(choice & 1, choice >> 1 & 1);
        options.scorer = static_cast<Scorer>(choice >> 2 & 1);
        options.combine = static_cast<Combine>(choice >> 3 & 1);
        options.features = static_cast<Features>(choice >> 4);
        options.inputNorm = (choice / 7 & 1) != 0;
        options.layers = 1 + (choice / 11 & 1);
        const IdstCl model(smallDataset(), options, kHost);
        const Parameters parameters = shaken(model.initialise(4));
        const Scalar expected(options, parameters, model.names());
        const auto ranker = model.ranker(inDouble(parameters));
        // The tokens' shares are float32.
        const double tolerance = options.features == Features::Tokens ? 2e-6 : 1e-9;
        const data::ItemId b = smallDataset().itemsInA;
        std::vector<RankingExample> examples(2);
        examples[0].a = {3, 9, 4};
        examples[0].b = {static_cast<data::ItemId>(b + 2)};
        examples[0].merged = {3, 9, static_cast<data::ItemId>(b + 2), 4};
        examples[1].b = {static_cast<data::ItemId>(b + 7), static_cast<data::ItemId>(b + 8)};
        examples[1].merged = examples[1].b;
        for (const data::Domain domain : data::kDomains) {
            for (RankingExample& example : examples) {
                example.candidates.clear();
                for (const data::ItemId item : {20, 21, 22})
                    example.candidates.push_back(smallDataset().firstItem(domain) + item);
            }
            const Tensor scores = ranker->scores(makeRankingBatch(examples, kHost), domain);
            for (std::size_t e = 0; e < examples.size(); ++e)
                for (std::size_t c = 0; c < 3; ++c) {
                    const double logit =
                        expected.logit(examples[e], domain == data::Domain::A, examples[e].candidates[c]);
                    const double found =
                        scores[static_cast<std::int64_t>(e)][static_cast<std::int64_t>(c)].item<double>();
                    QVERIFY2(std::abs(found - logit) < tolerance * (1 + std::abs(logit)),
                        qPrintable(QStringLiteral("%1 instead of %2").arg(found).arg(logit)));
                }
        }
    }

    /// Noise goes to every coordinate, so a coordinate that no client can move only costs utility.
    void everyCoordinateLearns_data() { addArchitectures(); }

    void everyCoordinateLearns()
    {
        QFETCH(int, attention);
        QFETCH(int, pooling);
        for (const Scorer scorer : {Scorer::Mlp, Scorer::Dot}) {
            ModelOptions options = architecture(attention, pooling);
            options.scorer = scorer;
            options.features = Features::Text;
            const LossOptions loss;
            const IdstCl model(smallDataset(), options, kHost);
            std::vector<std::size_t> users(16);
            std::iota(users.begin(), users.end(), 0);
            const Batch batch = batchOf(users, options, loss, static_cast<std::int64_t>(users.size()));
            // From several starts, since a ReLU may sleep at one of them.
            std::vector<Tensor> sizes;
            for (std::uint64_t seed = 1; seed <= 16; ++seed) {
                Leaves leaves = leavesOf(model, shaken(model.initialise(seed)), batch);
                torch::autograd::variable_list inputs;
                for (Tensor& tensor : leaves.tensors)
                    inputs.push_back(tensor.requires_grad_());
                Dropout none;
                const auto gradients =
                    torch::autograd::grad({model.losses(leaves, batch, loss, weightsOf(model, loss), none)
                                                  .total(weightsOf(model, loss))
                                                  .sum()},
                        inputs, {}, false, false, true);
                sizes.resize(gradients.size());
                for (std::size_t i = 0; i < gradients.size(); ++i) {
                    QVERIFY(gradients[i].defined());
                    const Tensor size = gradients[i].abs().sum(0);
                    sizes[i] = sizes[i].defined() ? sizes[i] + size : size;
                }
            }
            const std::vector<std::string> names = model.names();
            for (std::size_t i = 0; i < sizes.size(); ++i) {
                const QString name = QString::fromStdString(names[i]);
                Tensor moved = sizes[i] > 0;
                if (name.endsWith(QLatin1String("qkv.bias"))) {
                    // A bias on the keys adds the same to all scores of a query, which softmax does not see.
                    const std::int64_t d = options.width();
                    moved = torch::cat({moved.slice(0, 0, d), moved.slice(0, 2 * d)});
                } else if (name == QLatin1String("items")) {
                    moved = moved.any(0); // a row is another item in another group
                }
                QVERIFY2(moved.all().item<bool>(),
                    qPrintable(QStringLiteral("%1: %2 of %3 coordinates never move")
                                   .arg(name)
                                   .arg((~moved).sum().item<std::int64_t>())
                                   .arg(moved.numel())));
            }
        }
    }

    void groupsEqualEachAlone_data() { addArchitectures(); }

    /// Padding to the longest of the groups and sharing an operator must change nothing. Float32 sums in
    /// another order: 1e-5.
    void groupsEqualEachAlone()
    {
        QFETCH(int, attention);
        QFETCH(int, pooling);
        const ModelOptions options = architecture(attention, pooling);
        for (const bool shared : {false, true}) {
            LossOptions loss;
            loss.sharedNegatives = shared;
            const IdstCl model(smallDataset(), options, kHost);
            const Parameters parameters = shaken(model.initialise(2));
            const std::vector<std::size_t> users{0, 3, 9, 21};
            Dropout none;
            const Batch together = batchOf(users, options, loss, 4);
            const LossTerms all = model.losses(
                leavesOf(model, parameters, together), together, loss, weightsOf(model, loss), none);
            for (std::size_t k = 0; k < users.size(); ++k) {
                const Batch alone = batchOf({users[k]}, options, loss, 1);
                const LossTerms one = model.losses(
                    leavesOf(model, parameters, alone), alone, loss, weightsOf(model, loss), none);
                const auto at = static_cast<std::int64_t>(k);
                for (std::size_t term = 0; term < one.values.size(); ++term) {
                    const double expected = one.values[term][0].item<double>();
                    QVERIFY(expected != 0);
                    QVERIFY(
                        std::abs(all.values[term][at].item<double>() - expected) < 1e-5 * std::abs(expected));
                }
            }
            // The same users as one group: the mean of their losses.
            const Batch central = batchOf(users, options, loss, 1);
            const LossTerms mean = model.losses(
                leavesOf(model, parameters, central), central, loss, weightsOf(model, loss), none);
            QVERIFY(close(mean.values[0], all.values[0].mean(0, true), 1e-5));
            QVERIFY(close(mean.values[1], all.values[1].mean(0, true), 1e-5));
            QVERIFY(close(mean.values[2], all.values[2].mean(0, true), 1e-5));
            QVERIFY(close(mean.values[3], all.values[3].mean(0, true), 1e-5));
        }
    }

    void paddingDoesNotMatter_data() { addArchitectures(); }

    void paddingDoesNotMatter()
    {
        QFETCH(int, attention);
        QFETCH(int, pooling);
        const Encoder encode(architecture(attention, pooling));
        const Tensor together = encode({{4, 9}, {1, 2, 3, 4, 5, 6}, {7}, {}});
        const std::vector<std::vector<data::ItemId>> histories{{4, 9}, {1, 2, 3, 4, 5, 6}, {7}, {}};
        for (std::size_t i = 0; i < histories.size(); ++i)
            QVERIFY(
                close(together.narrow(0, static_cast<std::int64_t>(i), 1), encode({histories[i]}), 1e-12));
        QVERIFY(together[3].abs().max().item<double>() == 0); // nothing known: 0
        QVERIFY(together[0].abs().max().item<double>() > 0);
    }

    /// With causal attention, outputs of a prefix cannot know of later events; with pooling over a prefix
    /// that means that the loss of the earlier target does not move.
    void laterEventsAreNotSeen_data() { addArchitectures(); }

    void laterEventsAreNotSeen()
    {
        QFETCH(int, attention);
        QFETCH(int, pooling);
        const ModelOptions options = architecture(attention, pooling);
        LossOptions loss;
        const IdstCl model(smallDataset(), options, kHost);
        const data::ItemId b = smallDataset().itemsInA;
        ClientExample example;
        example.a = {1, 2, 3, 4};
        example.b = {static_cast<data::ItemId>(b + 1), static_cast<data::ItemId>(b + 2)};
        example.merged = {1, 2, static_cast<data::ItemId>(b + 1), 3, static_cast<data::ItemId>(b + 2), 4};
        example.targets[0] = {{3, 2, 1, 3}};
        example.negatives[0] = {10, 11, 12, 13};
        ClientExample later = example;
        later.a = {1, 2, 30, 40};
        later.b.back() = static_cast<data::ItemId>(b + 9);
        later.merged = {1, 2, static_cast<data::ItemId>(b + 1), 30, static_cast<data::ItemId>(b + 9), 40};
        ClientExample earlier = example;
        earlier.a[1] = 20;
        const Parameters parameters = shaken(model.initialise(2));
        const auto lossOf = [&](const ClientExample& one) {
            const std::vector<std::vector<ClientExample>> steps{{one}};
            const Batch batch =
                makeBatches(steps, {1, smallDataset().itemCount(), false, loss.negatives}, kHost).front();
            Dropout none;
            return model
                .losses(leavesOf(model, parameters, batch, torch::kFloat64), batch, loss,
                    weightsOf(model, loss), none)
                .total(weightsOf(model, loss))
                .item<double>();
        };
        QVERIFY(std::abs(lossOf(later) - lossOf(example)) < 1e-12);
        QVERIFY(std::abs(lossOf(earlier) - lossOf(example)) > 1e-6);
    }

    /// Bidirectional attention encodes every prefix as if it were the whole sequence: the loss of a target in
    /// the midst of a sequence equals that of the same target after the sequence cut there.
    void aPrefixIsEncodedAlone_data() { addArchitectures(); }

    void aPrefixIsEncodedAlone()
    {
        QFETCH(int, attention);
        QFETCH(int, pooling);
        const ModelOptions options = architecture(attention, pooling);
        const LossOptions loss;
        const IdstCl model(smallDataset(), options, kHost);
        const Parameters parameters = shaken(model.initialise(2));
        const auto lossOf = [&](std::size_t kept) {
            const std::vector<data::ItemId> all{5, 6, 7, 8, 9};
            ClientExample example;
            example.a.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kept));
            example.merged = example.a;
            example.targets[0] = {{30, 3, 0, 3}};
            example.negatives[0] = {10, 11, 12, 13};
            const std::vector<std::vector<ClientExample>> steps{{example}};
            const Batch batch =
                makeBatches(steps, {1, smallDataset().itemCount(), false, loss.negatives}, kHost).front();
            Dropout none;
            return model
                .losses(leavesOf(model, parameters, batch, torch::kFloat64), batch, loss,
                    weightsOf(model, loss), none)
                .values[0]
                .item<double>();
        };
        QVERIFY(std::abs(lossOf(5) - lossOf(3)) < 1e-12);
    }

    void causalAndBidirectionalAgreeOnOneEvent()
    {
        for (const int pooling : {0, 1}) {
            // With one layer the newest output is the same in both; the second layer sees the difference.
            ModelOptions options = architecture(0, pooling);
            options.layers = 2;
            const Encoder causal(options);
            options.attention = Attention::Bidirectional;
            const Encoder bidirectional(options);
            QVERIFY(close(causal({{8}, {30}}), bidirectional({{8}, {30}}), 1e-12));
            QVERIFY(!close(causal({{8, 3, 2}}), bidirectional({{8, 3, 2}}), 1e-6));
        }
    }

    /// With two events and mean pooling: (out(0 | 0) + out(1 | 0, 1)) / 2, where "last" pooling gives the
    /// parts.
    void meanPoolingIsTheMeanOfTheCausalOutputs()
    {
        const Encoder mean(architecture(0, 0));
        const Encoder last(architecture(0, 1));
        const Tensor expected = (last({{8}}) + last({{8, 3}}) + last({{8, 3, 5}})) / 3;
        QVERIFY(close(mean({{8, 3, 5}}), expected, 1e-12));
    }

    void theOrderOfEventsMatters()
    {
        for (const int attention : {0, 1}) {
            const Encoder encode(architecture(attention, 0));
            QVERIFY(!close(encode({{1, 2, 3}}), encode({{3, 2, 1}}), 1e-3));
        }
    }

    /// The candidates' scores are those of the training loss for the same user and the same items.
    void rankingScoresAreThoseOfTraining_data()
    {
        QTest::addColumn<int>("scorer");
        QTest::addColumn<int>("combine");
        for (const int scorer : {0, 1})
            for (const int combine : {0, 1})
                QTest::addRow("scorer %d, combine %d", scorer, combine) << scorer << combine;
    }

    void rankingScoresAreThoseOfTraining()
    {
        QFETCH(int, scorer);
        QFETCH(int, combine);
        ModelOptions options = tinyModel();
        options.scorer = static_cast<Scorer>(scorer);
        options.combine = static_cast<Combine>(combine);
        const IdstCl model(smallDataset(), options, kHost);
        const Parameters parameters = shaken(model.initialise(4));
        const auto ranker = model.ranker(inDouble(parameters));
        const data::ItemId b = smallDataset().itemsInA;
        for (const data::Domain domain : data::kDomains) {
            const data::ItemId first = smallDataset().firstItem(domain);
            ClientExample example;
            example.a = {1, 2, 3};
            example.b = {static_cast<data::ItemId>(b + 4)};
            example.merged = {1, static_cast<data::ItemId>(b + 4), 2, 3};
            example.targets[index(domain)] = {{static_cast<data::ItemId>(first + 20), 3, 1, 4}};
            for (const data::ItemId item : {30, 31, 32, 33})
                example.negatives[index(domain)].push_back(static_cast<data::ItemId>(first + item));
            const std::vector<std::vector<ClientExample>> steps{{example}};
            const Batch batch = makeBatches(steps, {1, smallDataset().itemCount(), false, 4}, kHost).front();
            Dropout none;
            const LossTerms parts = model.losses(leavesOf(model, parameters, batch, torch::kFloat64), batch,
                LossOptions{}, weightsOf(model, LossOptions{}), none);

            RankingExample ranking{
                0, example.a, example.b, example.merged, {static_cast<data::ItemId>(first + 20)}, {}};
            ranking.candidates.insert(ranking.candidates.end(), example.negatives[index(domain)].begin(),
                example.negatives[index(domain)].end());
            const Tensor scores =
                ranker->scores(makeRankingBatch(std::span(&ranking, 1), kHost), domain).reshape({-1});
            double expected = std::log1p(std::exp(-scores[0].item<double>()));
            for (std::int64_t i = 1; i < 5; ++i)
                expected += std::log1p(std::exp(scores[i].item<double>()));
            const Tensor found = domain == data::Domain::A ? parts.values[0] : parts.values[1];
            QVERIFY(std::abs(found.item<double>() - expected / 5) < 1e-10);
            QVERIFY(scores.std().item<double>() > 1e-3);
        }
    }

    /// The dot scorer by hand, on the representations: (h^A ⊕ h^M) W + b, times the item vector, plus the
    /// item's bias.
    void dotScorerByHand()
    {
        ModelOptions options = tinyModel();
        options.scorer = Scorer::Dot;
        const IdstCl model(smallDataset(), options, kHost);
        const Parameters parameters = shaken(model.initialise(4));
        const auto ranker = model.ranker(inDouble(parameters));
        const RankingBatch batch = rankingOf({{4, 9, 2}});
        const auto h = ranker->representations(batch);
        const std::vector<std::string> names = model.names();
        const auto named = [&](const char* name) {
            return parameters[static_cast<std::size_t>(std::ranges::find(names, name) - names.begin())].to(
                torch::kFloat64);
        };
        const Tensor side =
            torch::matmul(torch::cat({h[0][0], h[2][0]}), named("A.user.weight")) + named("A.user.bias");
        const Tensor scores = ranker->scores(batch, data::Domain::A);
        QCOMPARE(scores.sizes().vec(), (std::vector<std::int64_t>{1, 4}));
        for (std::int64_t c = 0; c < 4; ++c) {
            const std::int64_t item = batch.candidates[0][c].item<std::int64_t>();
            const double expected = (side * ranker->itemVectors()[item]).sum().item<double>()
                + parameters.tensors.back()[item][options.idWidth].item<double>();
            QVERIFY(std::abs(scores[0][c].item<double>() - expected) < 1e-10);
        }
    }

    void shapesAndNames()
    {
        const ModelOptions options = tinyModel();
        const IdstCl model(smallDataset(), options, kHost);
        const Parameters parameters = model.initialise(1);
        QCOMPARE(model.specs().size(), parameters.size());
        const std::vector<std::string> names = model.names();
        QCOMPARE(std::set<std::string>(names.begin(), names.end()).size(), names.size());
        for (std::size_t i = 0; i < names.size(); ++i) {
            const bool matrix = names[i].ends_with(".weight");
            QCOMPARE(model.specs()[i].decays, matrix);
            if (matrix) {
                // Xavier: variance 2 / (in + out), within five deviations of a sample variance.
                const Tensor& w = parameters[i];
                const double expected = 2.0 / static_cast<double>(w.size(0) + w.size(1));
                const double n = static_cast<double>(w.numel());
                const double variance = w.square().mean().item<double>();
                QVERIFY2(std::abs(variance / expected - 1) < 5 * std::sqrt(2 / n), names[i].c_str());
            }
        }
        std::int64_t count = 0;
        for (const Tensor& tensor : parameters.tensors)
            count += tensor.numel();
        QCOMPARE(parameters.count(), count);
        QVERIFY(sameBits(parameters, model.initialise(1)));
        QVERIFY(!sameBits(parameters, model.initialise(2)));
        const auto h = Encoder(options)({{1}, {2}});
        QCOMPARE(h.sizes().vec(), (std::vector<std::int64_t>{2, 3 * options.width()}));
    }

    /// Items of 5 words in two fields, of none and of one, in two groups with their own embeddings: the mean
    /// of the fields' means, and a gradient that is each token's share.
    void tokenFeaturesByHand()
    {
        constexpr int kBuckets = 4096;
        data::Dataset dataset;
        for (const char* title : {"green tea", "", "tea"})
            dataset.items.push_back({"id", title, "", ""});
        const std::vector<augment::ItemFeatures> keywords{{{}, {}, {"tea", "fine leaf"}}, {}, {}};
        const TokenTable table(dataset, keywords, kBuckets, kHost);
        const Tensor embeddings = randomLike(torch::zeros({2, kBuckets, 3}), 5).requires_grad_();
        const Tensor features = table.features(embeddings, torch::tensor({0, 1, 2, 0}).reshape({2, 2}));
        const auto of = [&](std::int64_t group, const char* word) {
            return embeddings[group][itemTokens(itemWords({"id", word, "", ""}), kBuckets).at(0).first];
        };
        const auto first = [&](std::int64_t group) {
            return (of(group, "green") + of(group, "tea")) / 4
                + (of(group, "tea") + of(group, "fine") + of(group, "leaf")) / 6;
        };
        QCOMPARE(features.sizes().vec(), (std::vector<std::int64_t>{2, 2, 3}));
        QVERIFY(close(features[0][0], first(0), 1e-6));
        QVERIFY(close(features[0][1], torch::zeros({3}, torch::kFloat64), 0));
        QVERIFY(close(features[1][0], of(1, "tea"), 1e-6));
        QVERIFY(close(features[1][1], first(1), 1e-6));
        const Tensor weights = randomLike(features, 6);
        const Tensor found = torch::autograd::grad({(features * weights).sum()}, {embeddings})[0];
        const Tensor expected =
            torch::autograd::grad({(first(0) * weights[0][0]).sum() + (of(1, "tea") * weights[1][0]).sum()
                                      + (first(1) * weights[1][1]).sum()},
                {embeddings})[0];
        QVERIFY(close(found, expected, 1e-6));
    }

    void tokenFeaturesWithoutAnyText()
    {
        data::Dataset dataset;
        dataset.items.assign(2, {"id", "", "", ""});
        const TokenTable table(dataset, {}, 16, kHost);
        const Tensor embeddings = torch::ones({1, 16, 3}).requires_grad_();
        const Tensor features = table.features(embeddings, torch::tensor({0, 1}).reshape({1, 2}));
        QVERIFY(close(features, torch::zeros({1, 2, 3}), 0));
        QVERIFY(close(torch::autograd::grad({features.sum()}, {embeddings})[0], torch::zeros({1, 16, 3}), 0));
    }

    void termsCanBeSwitchedOff()
    {
        const IdstCl model(smallDataset(), tinyModel(), kHost);
        const Parameters parameters = shaken(model.initialise(2));
        const auto partsWith = [&](const LossOptions& loss) {
            const Batch batch = batchOf({1, 4}, tinyModel(), loss, 2);
            Dropout none;
            return model.losses(
                leavesOf(model, parameters, batch), batch, loss, weightsOf(model, loss), none);
        };
        const LossTerms all = partsWith({});
        QVERIFY(all.values[2].abs().min().item<double>() > 0 && all.values[3].abs().min().item<double>() > 0);
        const Tensor expected = all.values[0] + all.values[1] + 0.3 * all.values[2] + 0.5 * all.values[3];
        QVERIFY(close(all.total(weightsOf(model, LossOptions{})), expected, 1e-6));
        LossOptions noIdra;
        noIdra.idra = false;
        QCOMPARE(partsWith(noIdra).values[2].abs().max().item<double>(), 0.0);
        QVERIFY(close(partsWith(noIdra).values[3], all.values[3], 0));
        LossOptions noCdrd;
        noCdrd.cdrd = false;
        QCOMPARE(partsWith(noCdrd).values[3].abs().max().item<double>(), 0.0);
        LossOptions noWeights;
        noWeights.lambda1 = 0;
        noWeights.lambda2 = 0;
        QVERIFY(close(
            partsWith(noWeights).total(weightsOf(model, noWeights)), all.values[0] + all.values[1], 1e-6));
    }

    /// N_k of Eq. 20 and 21 counts the targets of both domains: beside one target of B, two of A weigh two
    /// thirds.
    void domainLossesShareOneCount()
    {
        const IdstCl model(smallDataset(), tinyModel(), kHost);
        const Parameters parameters = shaken(model.initialise(2));
        const data::ItemId b = smallDataset().itemsInA;
        ClientExample onlyA;
        onlyA.a = {1, 2};
        onlyA.b = {static_cast<data::ItemId>(b + 1)};
        onlyA.merged = {1, 2, static_cast<data::ItemId>(b + 1)};
        onlyA.targets[0] = {{30, 1, 0, 1}, {31, 2, 1, 3}};
        onlyA.negatives[0] = {10, 11, 12, 13, 14, 15, 16, 17};
        ClientExample onlyB = onlyA;
        onlyB.targets = {};
        onlyB.negatives = {};
        onlyB.targets[1] = {{static_cast<data::ItemId>(b + 30), 2, 1, 3}};
        for (const data::ItemId item : {10, 11, 12, 13})
            onlyB.negatives[1].push_back(b + item);
        ClientExample both = onlyA;
        both.targets[1] = onlyB.targets[1];
        both.negatives[1] = onlyB.negatives[1];
        const std::vector<std::vector<ClientExample>> steps{{onlyA, onlyB, both}};
        const Batch batch = makeBatches(steps, {3, smallDataset().itemCount(), false, 4}, kHost).front();
        Dropout none;
        const LossTerms parts = model.losses(leavesOf(model, parameters, batch, torch::kFloat64), batch,
            LossOptions{}, weightsOf(model, LossOptions{}), none);
        QVERIFY(parts.values[0][0].item<double>() > 0.1 && parts.values[1][1].item<double>() > 0.1);
        QCOMPARE(parts.values[0][1].item<double>(), 0.0);
        QCOMPARE(parts.values[1][0].item<double>(), 0.0);
        QVERIFY(
            std::abs(parts.values[0][2].item<double>() - parts.values[0][0].item<double>() * 2 / 3) < 1e-6);
        QVERIFY(std::abs(parts.values[1][2].item<double>() - parts.values[1][1].item<double>() / 3) < 1e-6);
    }

    /// Eq. 17 without augmentation and dropout compares a view with itself: max(0, alpha - 1).
    void idraOfTheSameViewTwice()
    {
        const IdstCl model(smallDataset(), tinyModel(), kHost);
        LossOptions loss;
        loss.alphaA = 1.25;
        loss.alphaB = 2.0;
        const Batch batch = batchOf({1, 4, 7}, tinyModel(), loss, 3);
        Dropout none;
        const LossTerms parts = model.losses(
            leavesOf(model, shaken(model.initialise(2)), batch), batch, loss, weightsOf(model, loss), none);
        QVERIFY(close(parts.values[2], torch::full({3}, 0.25 + 1.0), 1e-5));
    }
};

std::unique_ptr<QObject> tst_idst_cl()
{
    return std::make_unique<TestIdstCl>();
}
#include "tst_idst_cl.moc"
