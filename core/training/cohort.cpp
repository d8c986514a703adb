// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/cohort.h"

#include "core/federation/streams.h"

#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <limits>

namespace fedcctr::training {

using model::Batch;
using model::Leaves;
using model::LossOptions;
using model::LossParts;
using model::Parameters;
using torch::Tensor;

namespace {

/// Small enough to share out among many cores, large enough for one backward to pay.
constexpr std::size_t kClientsPerShard = 16;
constexpr std::size_t kUsersPerCentralShard = 32;

/// Shards of nearly equal size, an even number of them: two cores are the common case. A function of the
/// cohort's size alone, since the cut decides the order of sums.
std::size_t shardCount(std::size_t clients, std::size_t most)
{
    if (clients <= 1)
        return clients;
    return 2 * ((clients + 2 * most - 1) / (2 * most));
}

/// Leaves that share the parameters' memory until they are changed: a client's slice of a dense parameter is
/// a view.
Leaves makeLeaves(const Parameters& parameters, const Tensor& rows)
{
    const std::int64_t groups = rows.size(0);
    Leaves leaves;
    for (const Tensor& tensor : parameters.dense) {
        std::vector<std::int64_t> shape = tensor.sizes().vec();
        shape.insert(shape.begin(), groups);
        leaves.dense.push_back(tensor.unsqueeze(0).expand(shape).detach().requires_grad_());
    }
    leaves.items = parameters.items.index_select(0, rows.reshape({-1}))
                       .reshape({groups, rows.size(1), parameters.items.size(1)})
                       .detach()
                       .requires_grad_();
    return leaves;
}

torch::autograd::variable_list asList(const Leaves& leaves)
{
    torch::autograd::variable_list list(leaves.dense.begin(), leaves.dense.end());
    list.push_back(leaves.items);
    return list;
}

torch::autograd::variable_list gradientsOf(const Tensor& loss, const Leaves& leaves)
{
    const torch::autograd::variable_list inputs = asList(leaves);
    auto gradients = torch::autograd::grad({loss}, inputs, {}, false, false, true);
    for (std::size_t i = 0; i < gradients.size(); ++i)
        if (!gradients[i].defined())
            gradients[i] = torch::zeros_like(inputs[i]);
    return gradients;
}

/// One local SGD step (Section 3.5.1 with more than one step): new leaves.
Leaves stepped(const Leaves& leaves, const torch::autograd::variable_list& gradients, double rate)
{
    Leaves next;
    for (std::size_t i = 0; i < leaves.dense.size(); ++i)
        next.dense.push_back((leaves.dense[i].detach() - rate * gradients[i]).requires_grad_());
    next.items = (leaves.items.detach() - rate * gradients.back()).requires_grad_();
    return next;
}

LossMeans sums(const LossParts& parts)
{
    return {parts.a.sum().item<double>(), parts.b.sum().item<double>(), parts.idra.sum().item<double>(),
        parts.cdrd.sum().item<double>()};
}

} // namespace

/// Uploads per group, before clipping.
struct CohortEngine::Gradients {
    torch::autograd::variable_list tensors; ///< dense ones [K, …], then the item rows [K, R, w]
    Tensor rows; ///< [K, R]
    LossMeans lossSums;
};

/// A shard's share of the sum.
struct CohortEngine::Shard {
    std::vector<Tensor> dense;
    Tensor rows; ///< [K * R]
    Tensor items; ///< [K * R, w]
    std::vector<double> norms;
    LossMeans lossSums;
};

CohortEngine::CohortEngine(const data::Dataset& dataset, const model::Model& model,
    const federation::FederationOptions& federation, const LossOptions& loss, const torch::Device& device,
    const model::Workers& workers, std::uint64_t seed, const augment::Augmentation* augmentation)
    : m_model(model)
    , m_federation(federation)
    , m_examples(dataset, model.options(), loss, federation.localTargets, augmentation)
    , m_shape{1, dataset.itemCount(), loss.sharedNegatives, loss.negatives}
    , m_device(device)
    , m_workers(workers)
    , m_seed(seed)
{
}

std::vector<Batch> CohortEngine::batches(
    std::span<const std::int32_t> clients, int round, std::int64_t groups) const
{
    std::vector<std::vector<model::ClientExample>> steps(static_cast<std::size_t>(m_federation.localSteps));
    for (std::size_t step = 0; step < steps.size(); ++step)
        for (const std::int32_t client : clients) {
            Random random(m_seed,
                {federation::kExamples, static_cast<std::uint64_t>(round), static_cast<std::uint64_t>(client), step});
            steps[step].push_back(m_examples.draw(static_cast<std::size_t>(client), random));
        }
    model::BatchShape shape = m_shape;
    shape.groups = groups;
    return makeBatches(steps, shape, m_device);
}

CohortEngine::Gradients CohortEngine::uploads(const Parameters& parameters,
    std::span<const std::int32_t> clients, int round, std::int64_t groups, const LossOptions& loss) const
{
    const std::vector<Batch> steps = batches(clients, round, groups);
    const std::size_t perGroup = clients.size() / static_cast<std::size_t>(groups);
    std::vector<std::uint64_t> seeds;
    for (std::size_t k = 0; k < clients.size(); k += perGroup)
        seeds.push_back(derivedSeed(
            m_seed, {federation::kDropout, static_cast<std::uint64_t>(round), static_cast<std::uint64_t>(clients[k])}));
    model::Dropout dropout(m_model.options().dropout, std::move(seeds));

    Leaves leaves = makeLeaves(parameters, steps.front().rows);
    Gradients result;
    result.rows = steps.front().rows;
    for (std::size_t step = 0; step < steps.size(); ++step) {
        const LossParts parts = m_model.losses(leaves, steps[step], loss, dropout);
        result.tensors = gradientsOf(parts.total(loss).sum(), leaves);
        if (step == 0)
            result.lossSums = sums(parts);
        if (steps.size() > 1)
            leaves = stepped(leaves, result.tensors, m_federation.localLearningRate);
    }
    if (steps.size() > 1) {
        // The difference points where a gradient would: the server subtracts it.
        const Leaves start = makeLeaves(parameters, result.rows);
        const auto from = asList(start);
        const auto to = asList(leaves);
        for (std::size_t i = 0; i < result.tensors.size(); ++i)
            result.tensors[i] = (from[i] - to[i]).detach();
    }
    return result;
}

CohortEngine::Shard CohortEngine::clipped(
    Gradients gradients, double clipNorm, privacy::Clipping clipping) const
{
    const std::int64_t groups = gradients.rows.size(0);
    const std::size_t count = gradients.tensors.size();
    std::vector<Tensor> squares;
    for (const Tensor& tensor : gradients.tensors)
        squares.push_back(tensor.flatten(1).square().sum(1, false, torch::kFloat64));
    const Tensor norms = torch::stack(squares).sum(0).sqrt();
    const auto factor = [](double bound, const Tensor& norm) {
        return (bound / norm.clamp_min(1e-300)).clamp_max(1).to(torch::kFloat32);
    };
    // Together the m tensors are at most sqrt(m) (theta / sqrt(m)) long.
    const auto filled =
        std::ranges::count_if(gradients.tensors, [](const Tensor& t) { return t.numel() > 0; });
    const double share = clipNorm / std::sqrt(static_cast<double>(filled));
    const Tensor whole = factor(clipNorm, norms);
    const auto factorsOf = [&](std::size_t i) {
        return clipping == privacy::Clipping::PerLayer ? factor(share, squares[i].sqrt()) : whole;
    };

    Shard shard;
    for (std::size_t i = 0; i + 1 < count; ++i) {
        const Tensor& tensor = gradients.tensors[i];
        shard.dense.push_back(torch::mm(factorsOf(i).unsqueeze(0), tensor.reshape({groups, -1}))
                                  .reshape(tensor.sizes().slice(1)));
    }
    const Tensor& items = gradients.tensors.back();
    shard.items = (items * factorsOf(count - 1).reshape({groups, 1, 1})).flatten(0, 1);
    shard.rows = gradients.rows.reshape({-1});
    const Tensor onHost = norms.cpu();
    shard.norms.assign(onHost.data_ptr<double>(), onHost.data_ptr<double>() + groups);
    shard.lossSums = gradients.lossSums;
    return shard;
}

CohortResult CohortEngine::run(const Parameters& parameters, std::span<const std::int32_t> clients, int round,
    double clipNorm, const LossOptions& loss, privacy::Clipping clipping) const
{
    const bool central = m_federation.mode == federation::Mode::Central;
    const std::size_t count = shardCount(clients.size(), central ? kUsersPerCentralShard : kClientsPerShard);
    std::vector<Shard> shards(count);
    m_workers.run(count, [&](std::size_t s) {
        const std::size_t begin = clients.size() * s / count;
        const auto part = clients.subspan(begin, clients.size() * (s + 1) / count - begin);
        const auto groups = central ? 1 : static_cast<std::int64_t>(part.size());
        Gradients gradients = uploads(parameters, part, round, groups, loss);
        if (central) {
            // A group's loss is a mean over its users; shards of different sizes count by their users.
            const auto users = static_cast<double>(part.size());
            for (Tensor& tensor : gradients.tensors)
                tensor = tensor * users;
            LossMeans& sum = gradients.lossSums;
            sum = {sum.a * users, sum.b * users, sum.idra * users, sum.cdrd * users};
        }
        shards[s] = clipped(
            std::move(gradients), central ? std::numeric_limits<double>::infinity() : clipNorm, clipping);
    });

    CohortResult result;
    for (const Tensor& tensor : parameters.dense)
        result.sum.dense.push_back(torch::zeros_like(tensor));
    result.sum.items = torch::zeros_like(parameters.items);
    const double users = std::max<double>(1, static_cast<double>(clients.size()));
    for (const Shard& shard : shards) {
        for (std::size_t i = 0; i < shard.dense.size(); ++i)
            result.sum.dense[i] += shard.dense[i];
        result.sum.items.index_add_(0, shard.rows, shard.items);
        if (!central)
            result.norms.insert(result.norms.end(), shard.norms.begin(), shard.norms.end());
        result.loss.a += shard.lossSums.a / users;
        result.loss.b += shard.lossSums.b / users;
        result.loss.idra += shard.lossSums.idra / users;
        result.loss.cdrd += shard.lossSums.cdrd / users;
    }
    return result;
}

Update CohortEngine::single(
    const Parameters& parameters, std::int32_t client, int round, const LossOptions& loss) const
{
    const Gradients gradients = uploads(parameters, std::span(&client, 1), round, 1, loss);
    Update update;
    for (std::size_t i = 0; i + 1 < gradients.tensors.size(); ++i)
        update.dense.push_back(gradients.tensors[i].squeeze(0));
    update.items = torch::zeros_like(parameters.items);
    update.items.index_add_(0, gradients.rows.reshape({-1}), gradients.tensors.back().squeeze(0));
    return update;
}

} // namespace fedcctr::training
