// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/cohort.h"

#include "core/federation/streams.h"
#include "core/training/clipping.h"

#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <limits>
#include <numeric>
#include <utility>

namespace fedcctr::training {

using model::Batch;
using model::Leaves;
using model::LossOptions;
using model::LossTerms;
using model::Parameters;
using model::Rows;
using model::TensorSpec;
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

/// Leaves that share the parameters' memory until they are changed: a client's slice of a whole parameter is
/// a view.
Leaves makeLeaves(const Parameters& parameters, std::span<const TensorSpec> specs, const Batch& batch)
{
    const std::int64_t groups = batch.rows.size(0);
    const auto picked = [&](const Tensor& table, const Tensor& rows) {
        std::vector<std::int64_t> shape = table.sizes().vec();
        shape[0] = rows.size(1);
        shape.insert(shape.begin(), groups);
        return table.index_select(0, rows.reshape({-1})).reshape(shape);
    };
    Leaves leaves;
    for (std::size_t i = 0; i < specs.size(); ++i) {
        const Tensor& tensor = parameters[i];
        Tensor leaf;
        if (specs[i].rows == Rows::Whole) {
            std::vector<std::int64_t> shape = tensor.sizes().vec();
            shape.insert(shape.begin(), groups);
            leaf = tensor.unsqueeze(0).expand(shape);
        } else {
            leaf = picked(tensor, specs[i].rows == Rows::PerItem ? batch.rows : batch.users);
        }
        leaves.tensors.push_back(leaf.detach().requires_grad_());
    }
    return leaves;
}

/// Tells the seconds since it was last asked.
class Lap {
public:
    double seconds()
    {
        const auto now = std::chrono::steady_clock::now();
        return std::chrono::duration<double>(now - std::exchange(m_last, now)).count();
    }

private:
    std::chrono::steady_clock::time_point m_last = std::chrono::steady_clock::now();
};

torch::autograd::variable_list gradientsOf(const Tensor& loss, const Leaves& leaves)
{
    auto gradients = torch::autograd::grad({loss}, leaves.tensors, {}, false, false, true);
    for (std::size_t i = 0; i < gradients.size(); ++i)
        if (!gradients[i].defined())
            gradients[i] = torch::zeros_like(leaves[i]);
    return gradients;
}

/// One local SGD step (Section 3.5.1 with more than one step): new leaves.
Leaves stepped(const Leaves& leaves, const torch::autograd::variable_list& gradients, double rate)
{
    Leaves next;
    for (std::size_t i = 0; i < gradients.size(); ++i)
        next.tensors.push_back((leaves[i].detach() - rate * gradients[i]).requires_grad_());
    return next;
}

std::vector<double> sums(const LossTerms& terms)
{
    std::vector<double> result;
    for (const Tensor& term : terms.values)
        result.push_back(term.sum().item<double>());
    return result;
}

} // namespace

PartSeconds& PartSeconds::operator+=(const PartSeconds& other)
{
    examples += other.examples;
    forward += other.forward;
    backward += other.backward;
    clip += other.clip;
    sum += other.sum;
    return *this;
}

/// Uploads per group, before clipping.
struct CohortEngine::Gradients {
    /// Whole ones [K, …], item rows [K, R, …]; of users what the group's rows become, [K, n, …].
    torch::autograd::variable_list tensors;
    Tensor rows; ///< [K, R]
    Tensor users; ///< [K, n]
    std::vector<double> lossSums;
    PartSeconds seconds;
};

/// A shard's share of the sum.
struct CohortEngine::Shard {
    std::vector<Tensor> tensors; ///< whole ones summed; item rows [K * R, …], user rows [K * n, …]
    Tensor rows; ///< [K * R]
    Tensor users; ///< [K * n]
    std::vector<double> norms;
    std::vector<double> lossSums;
    PartSeconds seconds;
};

CohortEngine::CohortEngine(const data::Dataset& dataset, const model::Model& model,
    const federation::FederationOptions& federation, const LossOptions& loss, const torch::Device& device,
    const model::Workers& workers, std::uint64_t seed, const augment::Augmentation* augmentation)
    : m_model(model)
    , m_federation(federation)
    , m_loss(loss)
    , m_examples(dataset, model.options(), loss, federation.localTargets, augmentation)
    , m_shape{1, dataset.itemCount(), loss.sharedNegatives, loss.negatives,
          loss.label == model::Label::Rating, loss.target}
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
                {federation::kExamples, static_cast<std::uint64_t>(round), static_cast<std::uint64_t>(client),
                    step});
            steps[step].push_back(m_examples.draw(static_cast<std::size_t>(client), random));
        }
    model::BatchShape shape = m_shape;
    shape.groups = groups;
    return makeBatches(steps, shape, m_device);
}

CohortEngine::Gradients CohortEngine::uploads(const Parameters& parameters,
    std::span<const std::int32_t> clients, int round, std::int64_t groups,
    std::span<const double> weights) const
{
    Lap lap;
    Gradients result;
    const std::vector<Batch> steps = batches(clients, round, groups);
    result.seconds.examples = lap.seconds();
    const std::size_t perGroup = clients.size() / static_cast<std::size_t>(groups);
    std::vector<std::uint64_t> seeds;
    for (std::size_t k = 0; k < clients.size(); k += perGroup)
        seeds.push_back(derivedSeed(m_seed,
            {federation::kDropout, static_cast<std::uint64_t>(round),
                static_cast<std::uint64_t>(clients[k])}));
    model::Dropout dropout(m_model.options().dropout, std::move(seeds));

    const Leaves start = makeLeaves(parameters, m_model.specs(), steps.front());
    Leaves leaves = start;
    result.rows = steps.front().rows;
    result.users = steps.front().users;
    for (std::size_t step = 0; step < steps.size(); ++step) {
        const LossTerms terms = m_model.losses(leaves, steps[step], m_loss, weights, dropout);
        result.seconds.forward += lap.seconds();
        result.tensors = gradientsOf(terms.total(weights).sum(), leaves);
        result.seconds.backward += lap.seconds();
        if (step == 0)
            result.lossSums = sums(terms);
        if (steps.size() > 1)
            leaves = stepped(leaves, result.tensors, m_federation.localLearningRate);
    }
    for (std::size_t i = 0; i < result.tensors.size(); ++i) {
        Tensor& tensor = result.tensors[i];
        // A group's loss is a mean over its users, each of whom has the whole of their own gradient.
        if (m_model.specs()[i].rows == Rows::PerUser)
            tensor = steps.size() > 1
                ? leaves[i].detach()
                : start[i].detach() - m_federation.localLearningRate * static_cast<double>(perGroup) * tensor;
        else if (steps.size() > 1) // the difference points where a gradient would: the server subtracts it
            tensor = (start[i] - leaves[i]).detach();
    }
    return result;
}

CohortEngine::Shard CohortEngine::clipped(
    Gradients gradients, double clipNorm, privacy::Clipping clipping) const
{
    Lap lap;
    const std::int64_t groups = gradients.rows.size(0);
    const std::vector<TensorSpec>& specs = m_model.specs();
    std::vector<Tensor> squares(specs.size());
    std::vector<Tensor> sent;
    std::int64_t filled = 0;
    for (std::size_t i = 0; i < specs.size(); ++i) {
        const Tensor& tensor = gradients.tensors[i];
        if (specs[i].rows == Rows::PerUser)
            continue;
        squares[i] = squaredNorms(tensor);
        sent.push_back(squares[i]);
        filled += tensor.numel() > 0 ? 1 : 0;
    }
    const Tensor norms = torch::stack(sent).sum(0).sqrt();
    // Together the m tensors are at most sqrt(m) (theta / sqrt(m)) long.
    const double share = clipNorm / std::sqrt(static_cast<double>(filled));
    const Tensor whole = clipFactors(clipNorm, norms);

    Shard shard;
    for (std::size_t i = 0; i < specs.size(); ++i) {
        const Tensor& tensor = gradients.tensors[i];
        if (specs[i].rows == Rows::PerUser) {
            shard.tensors.push_back(tensor.flatten(0, 1));
            continue;
        }
        const Tensor factors =
            clipping == privacy::Clipping::PerLayer ? clipFactors(share, squares[i].sqrt()) : whole;
        if (specs[i].rows == Rows::Whole) {
            shard.tensors.push_back(torch::mm(factors.unsqueeze(0), tensor.reshape({groups, -1}))
                                        .reshape(tensor.sizes().slice(1)));
        } else {
            std::vector<std::int64_t> shape(static_cast<std::size_t>(tensor.dim()), 1);
            shape[0] = groups;
            shard.tensors.push_back((tensor * factors.reshape(shape)).flatten(0, 1));
        }
    }
    shard.rows = gradients.rows.reshape({-1});
    shard.users = gradients.users.reshape({-1});
    const Tensor onHost = norms.cpu();
    shard.norms.assign(onHost.data_ptr<double>(), onHost.data_ptr<double>() + groups);
    shard.lossSums = gradients.lossSums;
    shard.seconds = gradients.seconds;
    shard.seconds.clip = lap.seconds();
    return shard;
}

void CohortEngine::addTo(CohortResult& result, const Shard& shard, double users) const
{
    const std::vector<TensorSpec>& specs = m_model.specs();
    for (std::size_t i = 0; i < specs.size(); ++i) {
        if (specs[i].rows == Rows::Whole)
            result.sum[i] += shard.tensors[i];
        else if (specs[i].rows == Rows::PerItem)
            result.sum[i].index_add_(0, shard.rows, shard.tensors[i]);
        else
            result.kept.push_back({i, shard.users, shard.tensors[i]});
    }
    if (m_federation.mode != federation::Mode::Central)
        result.norms.insert(result.norms.end(), shard.norms.begin(), shard.norms.end());
    for (std::size_t i = 0; i < result.loss.size(); ++i)
        result.loss[i] += shard.lossSums[i] / users;
}

/// A shard is padded to its longest history: clients of like length go together, the longest first, so that
/// no worker is left alone with them. Central training keeps its order, in which its masks are drawn.
std::vector<std::size_t> CohortEngine::sharingOrder(std::span<const std::int32_t> clients) const
{
    std::vector<std::size_t> order(clients.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (m_federation.mode != federation::Mode::Central)
        std::ranges::stable_sort(order, std::ranges::greater(),
            [&](std::size_t i) { return m_examples.length(static_cast<std::size_t>(clients[i])); });
    return order;
}

CohortResult CohortEngine::run(const Parameters& parameters, std::span<const std::int32_t> clients, int round,
    double clipNorm, std::span<const double> weights, privacy::Clipping clipping) const
{
    const bool central = m_federation.mode == federation::Mode::Central;
    const std::size_t count = shardCount(clients.size(), central ? kUsersPerCentralShard : kClientsPerShard);
    const std::vector<std::size_t> order = sharingOrder(clients);
    std::vector<std::int32_t> sorted(clients.size());
    std::ranges::transform(order, sorted.begin(), [&](std::size_t i) { return clients[i]; });
    std::vector<Shard> shards(count);
    m_workers.run(count, [&](std::size_t s) {
        const std::size_t begin = sorted.size() * s / count;
        const auto part = std::span(sorted).subspan(begin, sorted.size() * (s + 1) / count - begin);
        const auto groups = central ? 1 : static_cast<std::int64_t>(part.size());
        Gradients gradients = uploads(parameters, part, round, groups, weights);
        if (central) {
            // A group's loss is a mean over its users; shards of different sizes count by their users.
            const auto users = static_cast<double>(part.size());
            for (std::size_t i = 0; i < gradients.tensors.size(); ++i)
                if (m_model.specs()[i].rows != Rows::PerUser)
                    gradients.tensors[i] = gradients.tensors[i] * users;
            for (double& sum : gradients.lossSums)
                sum *= users;
        }
        shards[s] = clipped(
            std::move(gradients), central ? std::numeric_limits<double>::infinity() : clipNorm, clipping);
    });

    CohortResult result;
    result.sum = uploadedPart(parameters, m_model.specs()).zerosLike();
    result.loss.assign(2 + m_model.info().terms.size(), 0);
    const double users = std::max<double>(1, static_cast<double>(clients.size()));
    Lap lap;
    for (const Shard& shard : shards) {
        addTo(result, shard, users);
        result.seconds += shard.seconds;
    }
    result.seconds.sum = lap.seconds();
    if (!central) {
        std::vector<double> norms(order.size());
        for (std::size_t i = 0; i < order.size(); ++i)
            norms[order[i]] = result.norms[i];
        result.norms = std::move(norms);
    }
    return result;
}

ClientUpdate CohortEngine::single(
    const Parameters& parameters, std::int32_t client, int round, std::span<const double> weights) const
{
    const Gradients gradients = uploads(parameters, std::span(&client, 1), round, 1, weights);
    ClientUpdate update = uploadedPart(parameters, m_model.specs()).zerosLike();
    for (std::size_t i = 0; i < update.size(); ++i) {
        const Tensor gradient = gradients.tensors[i].squeeze(0);
        if (m_model.specs()[i].rows == Rows::Whole)
            update[i] = gradient;
        else if (m_model.specs()[i].rows == Rows::PerItem)
            update[i].index_add_(0, gradients.rows.reshape({-1}), gradient);
    }
    return update;
}

} // namespace fedcctr::training
