// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/silos/collaborative.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/data/history.h"
#include "core/model/tokens.h"
#include "core/silos/descent.h"
#include "core/silos/streams.h"

#include <algorithm>

namespace fedcctr::silos {

using torch::Tensor;

namespace {

constexpr float kStartDeviation = 0.1F;
constexpr int kWordBuckets = 4096;

std::size_t at(std::int64_t number)
{
    return static_cast<std::size_t>(number);
}

Tensor normals(Random& random, std::int64_t rows, std::int64_t columns, float deviation)
{
    std::vector<float> values(at(rows * columns));
    for (float& value : values)
        value = deviation * static_cast<float>(random.normal());
    return torch::tensor(values).reshape({rows, columns});
}

/// Who took what in training, each pair once.
class Graph {
public:
    explicit Graph(const data::Dataset& silo)
        : m_items(silo.itemCount())
    {
        for (std::size_t user = 0; user < silo.userCount(); ++user) {
            m_taken.push_back(data::trainingItems(silo, user));
            for (const data::ItemId item : m_taken.back()) {
                m_pairUsers.push_back(static_cast<std::int64_t>(user));
                m_pairItems.push_back(item);
            }
        }
        if (m_pairItems.empty())
            throw Error("market '" + silo.domainNames[0] + "' has no training events");
        users = torch::tensor(m_pairUsers);
        items = torch::tensor(m_pairItems);
        const auto degrees = [](const Tensor& ends, std::int64_t count) {
            return torch::zeros({count}).index_add(0, ends, torch::ones({ends.size(0)})).clamp_min(1);
        };
        m_userDegrees = degrees(users, static_cast<std::int64_t>(silo.userCount()));
        m_weights = (m_userDegrees.index_select(0, users) * degrees(items, m_items).index_select(0, items))
                        .rsqrt()
                        .unsqueeze(1);
    }

    /// Of each pair an item that its user did not take.
    Tensor negatives(Random& random) const
    {
        std::vector<std::int64_t> drawn(m_pairUsers.size());
        for (std::size_t i = 0; i < drawn.size(); ++i) {
            const std::vector<data::ItemId>& taken = m_taken[at(m_pairUsers[i])];
            if (std::ssize(taken) >= m_items)
                throw Error("a user took every item of the market; nothing is left to tell apart");
            do
                drawn[i] = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(m_items)));
            while (std::ranges::binary_search(taken, static_cast<data::ItemId>(drawn[i])));
        }
        return torch::tensor(drawn);
    }

    /// One hop of both sides at once.
    std::pair<Tensor, Tensor> hop(const Tensor& userVectors, const Tensor& itemVectors) const
    {
        return {torch::zeros_like(userVectors)
                    .index_add(0, users, itemVectors.index_select(0, items) * m_weights),
            torch::zeros_like(itemVectors)
                .index_add(0, items, userVectors.index_select(0, users) * m_weights)};
    }

    /// Each user's mean over the items taken, [users, d].
    Tensor meansOf(const Tensor& itemVectors) const
    {
        return torch::zeros({std::ssize(m_taken), itemVectors.size(1)})
                   .index_add(0, users, itemVectors.index_select(0, items))
            / m_userDegrees.unsqueeze(1);
    }

    Tensor users; ///< [pairs]
    Tensor items; ///< [pairs]

private:
    std::int64_t m_items;
    std::vector<std::vector<data::ItemId>> m_taken;
    std::vector<std::int64_t> m_pairUsers;
    std::vector<std::int64_t> m_pairItems;
    Tensor m_userDegrees;
    Tensor m_weights; ///< [pairs, 1]
};

/// 1 where an item has a text.
struct TextStart {
    Tensor vectors; ///< [items, d]
    Tensor known; ///< [items, 1]
};

TextStart textStart(const data::Dataset& silo, std::int64_t d)
{
    Random random(0, {kWords}); // no seed of the run: the same in every silo
    const Tensor words = normals(random, kWordBuckets, d, kStartDeviation);
    TextStart start{torch::zeros({silo.itemCount(), d}), torch::zeros({silo.itemCount(), 1})};
    for (std::int64_t item = 0; item < silo.itemCount(); ++item) {
        const auto tokens = model::itemTokens(model::itemWords(silo.items[at(item)]), kWordBuckets);
        for (const auto& [token, weight] : tokens)
            start.vectors[item].add_(words[token], weight);
        if (!tokens.empty())
            start.known[item].fill_(1);
    }
    // The mean of several words is shorter than one of them.
    const Tensor norms = start.vectors.norm(2, 1, true).clamp_min(1e-12);
    start.vectors.mul_(kStartDeviation * std::sqrt(static_cast<double>(d)) / norms).mul_(start.known);
    return start;
}

/// {users, items}
model::Parameters startOf(const data::Dataset& silo, const Graph& graph,
    const federation::FedMmOptions& options, std::uint64_t seed)
{
    Random random(seed, {kStart});
    const std::int64_t d = options.width;
    Tensor users = normals(random, static_cast<std::int64_t>(silo.userCount()), d, kStartDeviation);
    Tensor items = normals(random, silo.itemCount(), d, kStartDeviation);
    if (options.textStart) {
        const TextStart text = textStart(silo, d);
        if (text.known.sum().item<double>() > 0) {
            items = text.vectors + items * (1 - text.known);
            users = graph.meansOf(items);
        }
    }
    return {{users.contiguous(), items.contiguous()}};
}

/// Means over 0 … hops hops.
std::pair<Tensor, Tensor> propagated(const Graph& graph, const Tensor& users, const Tensor& items, int hops)
{
    std::pair<Tensor, Tensor> layer{users, items};
    std::pair<Tensor, Tensor> sum = layer;
    for (int i = 0; i < hops; ++i) {
        layer = graph.hop(layer.first, layer.second);
        sum = {sum.first + layer.first, sum.second + layer.second};
    }
    return {sum.first / (hops + 1), sum.second / (hops + 1)};
}

} // namespace

CollaborativeVectors collaborativeVectors(const data::Dataset& silo, const federation::FedMmOptions& options,
    std::uint64_t seed, const std::stop_token& stop)
{
    const Graph graph(silo);
    if (options.embedding == federation::Collaborative::Text) {
        const TextStart text = textStart(silo, options.width);
        if (text.known.sum().item<double>() < static_cast<double>(silo.itemCount()))
            throw Error("fedmm.embedding: text, but market '" + silo.domainNames[0]
                + "' has items without a title; import an items file, or take mf or lightgcn");
        return {text.vectors, graph.meansOf(text.vectors), 0};
    }
    const int hops = options.embedding == federation::Collaborative::LightGcn ? options.hops : 0;
    Descent descent(startOf(silo, graph, options, seed), options.embeddingRate);
    CollaborativeVectors found;
    for (int epoch = 0; epoch < options.embeddingEpochs; ++epoch) {
        if (stop.stop_requested())
            throw Error("stopped", Error::Kind::Failure);
        Random random(seed, {kNegatives, static_cast<std::uint64_t>(epoch)});
        const Tensor negatives = graph.negatives(random);
        const std::vector<Tensor> leaves = descent.leaves();
        const auto [users, items] = propagated(graph, leaves[0], leaves[1], hops);
        const Tensor own = users.index_select(0, graph.users);
        const Tensor margin =
            (own * (items.index_select(0, graph.items) - items.index_select(0, negatives))).sum(1);
        const Tensor bpr = -torch::log_sigmoid(margin).mean();
        const Tensor size = leaves[0].index_select(0, graph.users).square().sum()
            + leaves[1].index_select(0, graph.items).square().sum()
            + leaves[1].index_select(0, negatives).square().sum();
        found.loss = bpr.item<double>();
        descent.step(bpr + options.embeddingDecay / static_cast<double>(margin.size(0)) * size, leaves);
    }
    const torch::NoGradGuard noGrad;
    std::tie(found.users, found.items) =
        propagated(graph, descent.parameters()[0], descent.parameters()[1], hops);
    return found;
}

} // namespace fedcctr::silos
