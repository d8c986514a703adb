// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/batch.h"

#include <algorithm>

namespace fedcctr::model {

using data::ItemId;
using torch::Tensor;

namespace {

/// Numbers the items of one group in order of first use.
class RowNumbers {
public:
    explicit RowNumbers(std::int64_t itemCount)
        : m_row(static_cast<std::size_t>(itemCount))
        , m_epochOf(static_cast<std::size_t>(itemCount), 0)
    {
    }

    void beginGroup()
    {
        ++m_epoch;
        m_items.emplace_back();
    }

    std::int64_t row(ItemId item)
    {
        const auto i = static_cast<std::size_t>(item);
        if (m_epochOf[i] != m_epoch) {
            m_epochOf[i] = m_epoch;
            m_row[i] = static_cast<std::int64_t>(m_items.back().size());
            m_items.back().push_back(item);
        }
        return m_row[i];
    }

    /// [K, R]
    Tensor tensor() const
    {
        std::size_t most = 1;
        for (const auto& items : m_items)
            most = std::max(most, items.size());
        Tensor rows = torch::zeros(
            {static_cast<std::int64_t>(m_items.size()), static_cast<std::int64_t>(most)}, torch::kInt64);
        auto* out = rows.data_ptr<std::int64_t>();
        for (std::size_t k = 0; k < m_items.size(); ++k)
            std::ranges::copy(m_items[k], out + k * most);
        return rows;
    }

private:
    std::vector<std::int64_t> m_row;
    std::vector<std::int32_t> m_epochOf;
    std::int32_t m_epoch = 0;
    std::vector<std::vector<ItemId>> m_items;
};

/// Sequences of one stream as rows of numbers, before padding.
struct Ragged {
    std::vector<std::vector<std::int64_t>> rows;

    StreamBatch stream(std::int64_t groups) const
    {
        const auto count = static_cast<std::int64_t>(rows.size());
        std::size_t longest = 1;
        for (const auto& row : rows)
            longest = std::max(longest, row.size());
        Tensor index =
            torch::zeros({groups, count / groups, static_cast<std::int64_t>(longest)}, torch::kInt64);
        Tensor length = torch::zeros({groups, count / groups}, torch::kInt64);
        auto* out = index.data_ptr<std::int64_t>();
        auto* lengths = length.data_ptr<std::int64_t>();
        for (std::size_t i = 0; i < rows.size(); ++i) {
            std::ranges::copy(rows[i], out + i * longest);
            lengths[i] = static_cast<std::int64_t>(rows[i].size());
        }
        return {index, length};
    }
};

/// Targets of one domain before padding.
struct RaggedTargets {
    RaggedTargets() = default;

    /// Of examples without any.
    explicit RaggedTargets(std::size_t examples)
        : rows(examples)
        , negatives(examples)
        , labels(examples)
    {
    }

    std::vector<std::vector<std::array<std::int64_t, 4>>> rows; ///< item row and the three prefixes
    std::vector<std::vector<std::int64_t>> negatives;
    std::vector<std::vector<float>> labels;

    TargetBatch batch(const BatchShape& layout) const
    {
        const std::int64_t groups = layout.groups;
        const bool shared = layout.sharedNegatives;
        const auto count = static_cast<std::int64_t>(rows.size());
        std::size_t most = 1;
        for (const auto& row : rows)
            most = std::max(most, row.size());
        const auto width = static_cast<std::int64_t>(most);
        const std::vector<std::int64_t> shape{groups, count / groups, width};
        std::array<Tensor, 4> columns;
        for (Tensor& column : columns)
            column = torch::zeros(shape, torch::kInt64);
        Tensor mask = torch::zeros(shape, torch::kFloat32);
        Tensor sampled =
            torch::zeros({groups, count / groups, shared ? 1 : width, layout.negatives}, torch::kInt64);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            for (std::size_t t = 0; t < rows[i].size(); ++t) {
                for (std::size_t c = 0; c < 4; ++c)
                    columns[c].data_ptr<std::int64_t>()[i * most + t] = rows[i][t][c];
                mask.data_ptr<float>()[i * most + t] = 1;
            }
            std::ranges::copy(negatives[i],
                sampled.data_ptr<std::int64_t>()
                    + i * (shared ? 1 : most) * static_cast<std::size_t>(layout.negatives));
        }
        return {columns[0], columns[1], columns[2], columns[3], mask, sampled,
            layout.labels ? labelTensor(shape) : Tensor()};
    }

    /// Of [K, n, T].
    Tensor labelTensor(const std::vector<std::int64_t>& shape) const
    {
        Tensor label = torch::zeros(shape, torch::kFloat32);
        for (std::size_t i = 0; i < labels.size(); ++i)
            std::ranges::copy(labels[i], label.data_ptr<float>() + i * static_cast<std::size_t>(shape[2]));
        return label;
    }
};

void moveTo(StreamBatch& stream, const torch::Device& device)
{
    stream.index = stream.index.to(device);
    stream.length = stream.length.to(device);
}

void moveTo(TargetBatch& targets, const torch::Device& device)
{
    for (Tensor* tensor : {&targets.item, &targets.prefixA, &targets.prefixB, &targets.prefixM, &targets.mask,
             &targets.negatives})
        *tensor = tensor->to(device);
    if (targets.label.defined())
        targets.label = targets.label.to(device);
}

/// Profiles as tokens with equal weights; undefined if nobody has one.
ProfileBatch profileBatch(
    const std::vector<std::vector<std::int32_t>>& profiles, std::int64_t groups, const torch::Device& device)
{
    Ragged tokens;
    for (const std::vector<std::int32_t>& profile : profiles)
        tokens.rows.emplace_back(profile.begin(), profile.end());
    const StreamBatch padded = tokens.stream(groups);
    if (padded.length.sum().item<std::int64_t>() == 0)
        return {};
    const Tensor length = padded.length.unsqueeze(2);
    const Tensor there = torch::arange(padded.index.size(2)) < length;
    return {padded.index.to(device), (there / length.clamp_min(1)).to(torch::kFloat32).to(device)};
}

/// One step's examples as numbers.
struct RaggedBatch {
    std::vector<std::int64_t> users;
    std::array<Ragged, 3> streams;
    std::array<Ragged, 2> original;
    std::array<std::vector<std::int64_t>, 2> liked;
    std::vector<std::vector<std::int32_t>> profiles;
    std::array<RaggedTargets, 2> targets;

    void add(const ClientExample& example, RowNumbers& numbers)
    {
        const std::array<const std::vector<ItemId>*, 3> sequences{&example.a, &example.b, &example.merged};
        for (std::size_t s = 0; s < sequences.size(); ++s) {
            auto& row = streams[s].rows.emplace_back();
            for (const ItemId item : *sequences[s])
                row.push_back(numbers.row(item));
        }
        users.push_back(example.user);
        profiles.push_back(example.profile);
        for (std::size_t d = 0; d < 2; ++d) {
            const std::vector<std::int64_t>& extended = streams[d].rows.back();
            original[d].rows.emplace_back(extended.begin() + example.liked[d], extended.end());
            liked[d].push_back(example.liked[d]);
            auto& row = targets[d].rows.emplace_back();
            auto& label = targets[d].labels.emplace_back();
            for (const TrainingTarget& target : example.targets[d]) {
                row.push_back({numbers.row(target.item), target.prefixA, target.prefixB, target.prefixM});
                label.push_back(target.positive ? 1.0F : 0.0F);
            }
            auto& sampled = targets[d].negatives.emplace_back();
            for (const ItemId item : example.negatives[d])
                sampled.push_back(numbers.row(item));
        }
    }

    Batch batch(const Tensor& rows, const BatchShape& shape, const torch::Device& device) const
    {
        Batch result{torch::tensor(users).reshape({shape.groups, -1}).to(device), rows,
            streams[0].stream(shape.groups), streams[1].stream(shape.groups), streams[2].stream(shape.groups),
            {}, {true, true}, {targets[0].batch(shape), targets[1].batch(shape)}, {}, {},
            profileBatch(profiles, shape.groups, device)};
        for (TargetBatch& target : result.auxiliary)
            moveTo(target, device);
        for (const data::Domain domain : data::kDomains) {
            const std::size_t d = index(domain);
            result.targets[d] = result.auxiliary[d];
            result.predicted[d] = hasTargets(domain, shape.target);
            if (!result.predicted[d])
                moveTo(result.targets[d] = RaggedTargets(users.size()).batch(shape), device);
        }
        const auto any = [](std::int64_t count) { return count > 0; };
        if (std::ranges::any_of(liked[0], any) || std::ranges::any_of(liked[1], any)) {
            for (std::size_t d = 0; d < 2; ++d) {
                result.original[d] = original[d].stream(shape.groups);
                moveTo(result.original[d], device);
            }
            result.liked = torch::stack({torch::tensor(liked[0]), torch::tensor(liked[1])})
                               .reshape({2, shape.groups, -1})
                               .to(device);
        }
        for (StreamBatch* stream : {&result.a, &result.b, &result.merged})
            moveTo(*stream, device);
        return result;
    }
};

} // namespace

std::vector<Batch> makeBatches(
    std::span<const std::vector<ClientExample>> steps, const BatchShape& shape, const torch::Device& device)
{
    const std::size_t perGroup = steps.front().size() / static_cast<std::size_t>(shape.groups);
    RowNumbers numbers(shape.itemCount);
    std::vector<RaggedBatch> ragged(steps.size());
    for (std::size_t group = 0; group < static_cast<std::size_t>(shape.groups); ++group) {
        numbers.beginGroup();
        for (std::size_t step = 0; step < steps.size(); ++step)
            for (std::size_t i = group * perGroup; i < (group + 1) * perGroup; ++i)
                ragged[step].add(steps[step][i], numbers);
    }
    const Tensor rows = numbers.tensor().to(device);
    std::vector<Batch> batches;
    for (const RaggedBatch& step : ragged)
        batches.push_back(step.batch(rows, shape, device));
    return batches;
}

RankingBatch makeRankingBatch(std::span<const RankingExample> examples, const torch::Device& device)
{
    std::array<Ragged, 3> streams;
    Ragged candidates;
    std::vector<std::int64_t> users;
    std::vector<std::vector<std::int32_t>> profiles;
    for (const RankingExample& example : examples) {
        const std::array<const std::vector<ItemId>*, 3> sequences{&example.a, &example.b, &example.merged};
        for (std::size_t s = 0; s < sequences.size(); ++s)
            streams[s].rows.emplace_back(sequences[s]->begin(), sequences[s]->end());
        candidates.rows.emplace_back(example.candidates.begin(), example.candidates.end());
        users.push_back(example.user);
        profiles.push_back(example.profile);
    }
    RankingBatch batch{torch::tensor(users).to(device), streams[0].stream(1), streams[1].stream(1),
        streams[2].stream(1), candidates.stream(1).index.squeeze(0).to(device),
        profileBatch(profiles, 1, device)};
    for (StreamBatch* stream : {&batch.a, &batch.b, &batch.merged})
        moveTo(*stream, device);
    return batch;
}

} // namespace fedcctr::model
