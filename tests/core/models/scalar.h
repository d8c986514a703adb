// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/item_words.h"
#include "core/model/tokens.h"
#include "tests/core/models/contract.h"

#include <cmath>
#include <map>
#include <numeric>

namespace fedcctr::test {

using Row = std::vector<double>;

inline Row plus(Row x, const Row& y)
{
    for (std::size_t c = 0; c < x.size(); ++c)
        x[c] += y[c];
    return x;
}

inline Row scaled(Row x, double factor)
{
    for (double& value : x)
        value *= factor;
    return x;
}

inline double dot(const Row& x, const Row& y)
{
    return std::inner_product(x.begin(), x.end(), y.begin(), 0.0);
}

inline double cosineOf(const Row& x, const Row& y)
{
    return dot(x, y) / std::sqrt(dot(x, x) * dot(y, y));
}

inline Row beside(Row x, const Row& y)
{
    x.insert(x.end(), y.begin(), y.end());
    return x;
}

inline Row meanOf(const std::vector<Row>& rows)
{
    Row mean(rows.front().size(), 0.0);
    for (const Row& row : rows)
        mean = plus(mean, scaled(row, 1.0 / static_cast<double>(rows.size())));
    return mean;
}

inline Row relu(Row x)
{
    for (double& value : x)
        value = std::max(0.0, value);
    return x;
}

inline double sigmoid(double x)
{
    return 1 / (1 + std::exp(-x));
}

/// Shares of exp(x).
inline Row softmaxOf(Row x)
{
    double total = 0;
    for (double& value : x)
        total += value = std::exp(value);
    return scaled(x, 1 / total);
}

inline Row mixed(const Row& shares, const std::vector<Row>& rows)
{
    Row sum(rows.front().size(), 0.0);
    for (std::size_t j = 0; j < rows.size(); ++j)
        sum = plus(sum, scaled(rows[j], shares[j]));
    return sum;
}

/// A model's tensors as plain numbers, with the layers that models share in loops over them: what the vector
/// code must agree with. Of models over smallDataset() with the options of tinyModel().
class Scalar {
public:
    Scalar(const model::Model& model, const model::Parameters& parameters)
        : m_heads(static_cast<std::size_t>(model.options().heads))
    {
        for (std::size_t i = 0; i < parameters.size(); ++i)
            m_tensors[model.names()[i]] = parameters[i].to(torch::kFloat64);
    }

    Row row(const std::string& name, std::int64_t at) const
    {
        const torch::Tensor values = m_tensors.at(name)[at].contiguous();
        return {values.data_ptr<double>(), values.data_ptr<double>() + values.numel()};
    }

    /// The id beside the mean of the words' embeddings.
    Row item(data::ItemId id) const
    {
        const Row table = row("items", id);
        Row vector(table.begin(), table.begin() + 6);
        Row side(row("features.tokens", 0).size(), 0.0);
        const data::Item& known = smallDataset().items[static_cast<std::size_t>(id)];
        for (const auto& [token, share] : model::itemTokens(model::itemWords(known), model::kTokenBuckets))
            side = plus(side, scaled(row("features.tokens", token), static_cast<double>(share)));
        return beside(vector, side);
    }

    double bias(data::ItemId id) const { return row("items", id).at(6); }

    std::vector<Row> items(const std::vector<data::ItemId>& ids) const
    {
        std::vector<Row> rows;
        for (const data::ItemId id : ids)
            rows.push_back(item(id));
        return rows;
    }

    /// x W
    Row times(const Row& x, const std::string& matrix) const
    {
        const torch::Tensor& weight = m_tensors.at(matrix);
        const auto columns = static_cast<std::size_t>(weight.size(1));
        const auto* values = weight.data_ptr<double>();
        Row result(columns, 0.0);
        for (std::size_t in = 0; in < x.size(); ++in)
            for (std::size_t out = 0; out < columns; ++out)
                result[out] += x[in] * values[in * columns + out];
        return result;
    }

    Row affine(const Row& x, const std::string& name) const
    {
        const torch::Tensor& bias = m_tensors.at(name + ".bias");
        return plus(
            times(x, name + ".weight"), {bias.data_ptr<double>(), bias.data_ptr<double>() + bias.numel()});
    }

    /// The MLP of tinyModel().
    double mlp(const Row& x, const std::string& name) const
    {
        return affine(relu(affine(relu(affine(x, name + "0")), name + "1")), name + "2")[0];
    }

    /// One step of a gated recurrent unit, its update gate scaled.
    Row gru(const Row& state, const Row& input, const std::string& name, double scale = 1) const
    {
        const std::size_t h = state.size();
        const Row x = affine(input, name + ".input");
        const Row s = affine(state, name + ".state");
        Row next;
        for (std::size_t c = 0; c < h; ++c) {
            const double update = scale * sigmoid(x[c] + s[c]);
            const double reset = sigmoid(x[h + c] + s[h + c]);
            const double fresh = std::tanh(x[2 * h + c] + reset * s[2 * h + c]);
            next.push_back((1 - update) * state[c] + update * fresh);
        }
        return next;
    }

    /// One encoder layer; causal: an event sees those before it and itself.
    std::vector<Row> encoded(const std::vector<Row>& x, const std::string& layer, bool causal) const
    {
        const std::size_t d = x[0].size();
        const std::size_t width = d / m_heads;
        std::vector<Row> qkv;
        for (const Row& event : x)
            qkv.push_back(affine(event, layer + ".qkv"));
        std::vector<Row> result;
        for (std::size_t i = 0; i < x.size(); ++i) {
            const std::size_t seen = causal ? i + 1 : x.size();
            Row attended(d, 0.0);
            for (std::size_t h = 0; h < d; h += width) {
                Row scores;
                for (std::size_t j = 0; j < seen; ++j) {
                    double product = 0;
                    for (std::size_t c = h; c < h + width; ++c)
                        product += qkv[i][c] * qkv[j][d + c];
                    scores.push_back(product / std::sqrt(static_cast<double>(width)));
                }
                scores = softmaxOf(scores);
                for (std::size_t j = 0; j < seen; ++j)
                    for (std::size_t c = h; c < h + width; ++c)
                        attended[c] += scores[j] * qkv[j][2 * d + c];
            }
            const Row first = normalised(plus(affine(attended, layer + ".out"), x[i]), layer + ".norm1");
            const Row hidden = relu(affine(first, layer + ".ffn1"));
            result.push_back(normalised(plus(affine(hidden, layer + ".ffn2"), first), layer + ".norm2"));
        }
        return result;
    }

    /// Representations of the prefixes of length 1 … L: item vectors with positions beside them, one causal
    /// layer, the mean of its outputs.
    std::vector<Row> stream(const std::vector<Row>& events, const std::string& name) const
    {
        std::vector<Row> x;
        for (std::size_t j = 0; j < events.size(); ++j)
            x.push_back(beside(events[j], row(name + ".position", static_cast<std::int64_t>(j))));
        const std::vector<Row> outputs = encoded(x, name + ".layer0", true);
        std::vector<Row> means;
        for (std::size_t p = 1; p <= outputs.size(); ++p)
            means.push_back(meanOf({outputs.begin(), outputs.begin() + static_cast<std::ptrdiff_t>(p)}));
        return means;
    }

private:
    Row normalised(const Row& x, const std::string& name) const
    {
        const double n = static_cast<double>(x.size());
        const double mean = std::accumulate(x.begin(), x.end(), 0.0) / n;
        double variance = 0;
        for (const double value : x)
            variance += (value - mean) * (value - mean) / n;
        const Row gain = vector(name + ".gain");
        const Row bias = vector(name + ".bias");
        Row result;
        for (std::size_t c = 0; c < x.size(); ++c)
            result.push_back((x[c] - mean) / std::sqrt(variance + 1e-5) * gain[c] + bias[c]);
        return result;
    }

    Row vector(const std::string& name) const
    {
        const torch::Tensor& values = m_tensors.at(name);
        return {values.data_ptr<double>(), values.data_ptr<double>() + values.numel()};
    }

    std::size_t m_heads;
    std::map<std::string, torch::Tensor> m_tensors;
};

/// tinyModel() with an architecture.
inline model::ModelOptions tinyOf(const std::string& architecture)
{
    model::ModelOptions options = tinyModel();
    options.architecture = architecture;
    return options;
}

/// What a user did, in one example of ranking. Of the merged sequence the domains' events take turns.
struct Clicked {
    std::vector<data::ItemId> a;
    std::vector<data::ItemId> b;

    std::vector<data::ItemId> merged() const
    {
        std::vector<data::ItemId> all;
        for (std::size_t j = 0; j < std::max(a.size(), b.size()); ++j) {
            if (j < a.size())
                all.push_back(a[j]);
            if (j < b.size())
                all.push_back(b[j]);
        }
        return all;
    }
};

/// Logits that a model's ranker gives in double precision. [C]
inline torch::Tensor rankedBy(const model::Model& model, const model::Parameters& parameters,
    const Clicked& histories, const std::vector<data::ItemId>& candidates, data::Domain domain,
    std::int32_t user = 7)
{
    const model::RankingExample example{user, histories.a, histories.b, histories.merged(), candidates, {}};
    return model.ranker(inDouble(parameters))
        ->scores(makeRankingBatch(std::span(&example, 1), kHost), domain)[0];
}

/// One client's batch with the given targets in both domains, `negatives` random items for each.
inline model::Batch clientBatch(const std::vector<std::size_t>& users, std::int64_t groups, int negatives,
    int targets, const model::ModelOptions& options)
{
    model::LossOptions loss;
    loss.negatives = negatives;
    const model::ExampleSource source(smallDataset(), options, loss, targets);
    std::vector<model::ClientExample> examples;
    for (const std::size_t user : users) {
        Random random(3, {user});
        examples.push_back(source.draw(user, random));
    }
    const std::vector<std::vector<model::ClientExample>> steps{examples};
    return makeBatches(steps, {groups, smallDataset().itemCount(), false, negatives}, kHost).front();
}

} // namespace fedcctr::test
