// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/bst.h"
#include "tests/core/models/contract.h"

#include <QTest>

#include <memory>
#include <numeric>

using namespace fedcctr;
using namespace fedcctr::model;
using namespace fedcctr::test;
using torch::Tensor;

namespace {

ModelOptions options()
{
    ModelOptions result = tinyModel();
    result.architecture = "bst";
    result.own["bst.blocks"] = std::int64_t{2};
    return result;
}

Tensor scoresOf(const Bst& model, const Parameters& parameters, const std::vector<data::ItemId>& history,
    const std::vector<data::ItemId>& candidates)
{
    const RankingExample example{0, history, {}, history, candidates, {}};
    return model.ranker(inDouble(parameters))
        ->scores(makeRankingBatch(std::span(&example, 1), kHost), data::Domain::A)[0];
}

using Row = std::vector<double>;

/// The forward pass once more, in plain loops over numbers, of one history with one candidate.
class Scalar {
public:
    Scalar(const Bst& model, const Parameters& parameters)
        : m_heads(model.options().heads)
        , m_length(model.options().historyLength)
    {
        for (std::size_t i = 0; i < parameters.size(); ++i)
            m_tensors[model.names()[i]] = parameters[i].to(torch::kFloat64);
    }

    double logit(const std::vector<data::ItemId>& history, data::ItemId candidate) const
    {
        std::vector<Row> x;
        for (std::size_t j = 0; j < history.size(); ++j)
            x.push_back(sum(item(history[j]),
                row("A.position", m_length - static_cast<std::int64_t>(history.size() - j))));
        x.push_back(sum(item(candidate), row("A.position", m_length)));
        for (const char* layer : {"A.layer0", "A.layer1"})
            x = encoded(x, layer);
        Row pooled = x.back();
        Row mean(pooled.size(), 0.0);
        for (std::size_t j = 0; j < history.size(); ++j)
            for (std::size_t c = 0; c < mean.size(); ++c)
                mean[c] += x[j][c] / static_cast<double>(history.size());
        pooled.insert(pooled.end(), mean.begin(), mean.end());
        pooled = relu(affine(pooled, "A.mlp0"));
        pooled = relu(affine(pooled, "A.mlp1"));
        return affine(pooled, "A.mlp2")[0];
    }

private:
    Row row(const std::string& name, std::int64_t at) const
    {
        const Tensor values = m_tensors.at(name)[at].contiguous();
        return {values.data_ptr<double>(), values.data_ptr<double>() + values.numel()};
    }

    /// The id beside the mean of the words' embeddings.
    Row item(data::ItemId id) const
    {
        Row vector = row("items", id);
        Row side(row("features.tokens", 0).size(), 0.0);
        const data::Item& known = smallDataset().items[static_cast<std::size_t>(id)];
        for (const auto& [token, share] : itemTokens(itemWords(known), kTokenBuckets)) {
            const Row word = row("features.tokens", token);
            for (std::size_t c = 0; c < side.size(); ++c)
                side[c] += static_cast<double>(share) * word[c];
        }
        vector.insert(vector.end(), side.begin(), side.end());
        return vector;
    }

    static Row sum(Row x, const Row& y)
    {
        for (std::size_t c = 0; c < x.size(); ++c)
            x[c] += y[c];
        return x;
    }

    static Row relu(Row x)
    {
        for (double& value : x)
            value = std::max(0.0, value);
        return x;
    }

    Row affine(const Row& x, const std::string& name) const
    {
        const Tensor& weight = m_tensors.at(name + ".weight");
        Row result;
        for (std::int64_t out = 0; out < weight.size(1); ++out) {
            double value = m_tensors.at(name + ".bias")[out].item<double>();
            for (std::size_t in = 0; in < x.size(); ++in)
                value += x[in] * weight[static_cast<std::int64_t>(in)][out].item<double>();
            result.push_back(value);
        }
        return result;
    }

    Row normalised(const Row& x, const std::string& name) const
    {
        const double n = static_cast<double>(x.size());
        const double mean = std::accumulate(x.begin(), x.end(), 0.0) / n;
        double variance = 0;
        for (const double value : x)
            variance += (value - mean) * (value - mean) / n;
        Row result;
        for (std::size_t c = 0; c < x.size(); ++c)
            result.push_back((x[c] - mean) / std::sqrt(variance + 1e-5)
                    * m_tensors.at(name + ".gain")[static_cast<std::int64_t>(c)].item<double>()
                + m_tensors.at(name + ".bias")[static_cast<std::int64_t>(c)].item<double>());
        return result;
    }

    /// Every event sees every other.
    std::vector<Row> encoded(const std::vector<Row>& x, const std::string& layer) const
    {
        const std::size_t d = x[0].size();
        const std::size_t width = d / static_cast<std::size_t>(m_heads);
        std::vector<Row> qkv;
        for (const Row& event : x)
            qkv.push_back(affine(event, layer + ".qkv"));
        std::vector<Row> result;
        for (std::size_t i = 0; i < x.size(); ++i) {
            Row mixed(d, 0.0);
            for (std::size_t h = 0; h < d; h += width) {
                Row weight;
                double total = 0;
                for (const Row& other : qkv) {
                    double product = 0;
                    for (std::size_t c = h; c < h + width; ++c)
                        product += qkv[i][c] * other[d + c];
                    weight.push_back(std::exp(product / std::sqrt(static_cast<double>(width))));
                    total += weight.back();
                }
                for (std::size_t j = 0; j < x.size(); ++j)
                    for (std::size_t c = h; c < h + width; ++c)
                        mixed[c] += weight[j] / total * qkv[j][2 * d + c];
            }
            const Row attended = normalised(sum(affine(mixed, layer + ".out"), x[i]), layer + ".norm1");
            const Row hidden = relu(affine(attended, layer + ".ffn1"));
            result.push_back(normalised(sum(affine(hidden, layer + ".ffn2"), attended), layer + ".norm2"));
        }
        return result;
    }

    std::int64_t m_heads;
    std::int64_t m_length;
    std::map<std::string, Tensor> m_tensors;
};

} // namespace

class TestBst : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void logitsByHand()
    {
        const Bst model(smallDataset(), options(), kHost);
        const Parameters parameters = shaken(model.initialise(1));
        const Scalar expected(model, parameters);
        for (const std::vector<data::ItemId>& history :
            {std::vector<data::ItemId>{}, {4}, {3, 9, 4}, {1, 2, 3, 4, 5, 6}}) {
            const Tensor scores = scoresOf(model, parameters, history, {20, 21});
            QVERIFY(std::abs(scores[0].item<double>() - expected.logit(history, 20)) < 1e-5);
            QVERIFY(std::abs(scores[1].item<double>() - expected.logit(history, 21)) < 1e-5);
        }
    }

    /// A candidate is scored with the history: another history turns the order of two candidates' difference.
    void historyAndCandidateAreScoredTogether()
    {
        const Bst model(smallDataset(), options(), kHost);
        const Parameters parameters = shaken(model.initialise(1));
        const Tensor one = scoresOf(model, parameters, {1, 2}, {20, 21});
        const Tensor other = scoresOf(model, parameters, {30, 40}, {20, 21});
        QVERIFY(std::abs((one[0] - one[1] - other[0] + other[1]).item<double>()) > 1e-3);
    }

    void blocksAreItsOwnSetting()
    {
        ModelOptions one = options();
        one.own.clear();
        const Bst published(smallDataset(), one, kHost);
        const Bst deeper(smallDataset(), options(), kHost);
        QCOMPARE(deeper.names().size() - published.names().size(), std::size_t{2 * 12});
    }
};

std::unique_ptr<QObject> tst_bst()
{
    return std::make_unique<TestBst>();
}
#include "tst_bst.moc"
