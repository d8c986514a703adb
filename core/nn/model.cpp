// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/model.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/nn/losses.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace fedcctr::model {

using torch::Tensor;

namespace {

/// Draws the leading columns of a table, or the whole of another tensor, in the order of its values.
Tensor started(const TensorSpec& spec, Random& random)
{
    std::vector<std::int64_t> shape = spec.shape;
    const std::int64_t behind = spec.rows == Rows::PerItem ? shape[1] - spec.embedded : 0;
    if (behind > 0)
        shape[1] = spec.embedded;
    Tensor tensor = torch::zeros(shape);
    if (spec.start == Start::Ones)
        tensor.fill_(1);
    if (spec.start == Start::Xavier || spec.start == Start::Normal) {
        const double deviation = spec.start == Start::Normal
            ? spec.deviation
            : std::sqrt(2.0 / static_cast<double>(spec.shape[0] + spec.shape[1]));
        auto* out = tensor.data_ptr<float>();
        for (std::int64_t i = 0; i < tensor.numel(); ++i)
            out[i] = static_cast<float>(deviation * random.normal());
    }
    return behind > 0 ? torch::cat({tensor, torch::zeros({shape[0], behind})}, 1) : tensor;
}

} // namespace

std::int64_t Parameters::count() const
{
    return std::accumulate(tensors.begin(), tensors.end(), std::int64_t{0},
        [](std::int64_t sum, const Tensor& tensor) { return sum + tensor.numel(); });
}

Parameters Parameters::clone() const
{
    Parameters copy;
    for (const Tensor& tensor : tensors)
        copy.tensors.push_back(tensor.clone());
    return copy;
}

Parameters Parameters::zerosLike() const
{
    Parameters zeros;
    for (const Tensor& tensor : tensors)
        zeros.tensors.push_back(torch::zeros_like(tensor));
    return zeros;
}

Tensor LossTerms::total(std::span<const double> weights) const
{
    Tensor sum = values[0] + values[1];
    for (std::size_t i = 0; i < weights.size(); ++i)
        sum = sum + weights[i] * values[i + 2];
    return sum;
}

Tensor Ranker::scoresOfRange(
    RankingBatch batch, data::Domain domain, std::int64_t first, std::int64_t count) const
{
    batch.candidates =
        torch::arange(first, first + count, batch.users.options()).expand({batch.users.size(0), count});
    return scores(batch, domain);
}

std::array<Tensor, 3> Ranker::representations(const RankingBatch& /*batch*/) const
{
    throw Error("model.architecture: this model has no representations of users to show; choose another run");
}

Tensor Ranker::itemVectors() const
{
    throw Error("model.architecture: this model has no item vectors to show; choose another run");
}

Model::Model(const ModelInfo& info, ModelOptions options, const DataShape& shape, const torch::Device& device)
    : m_info(info)
    , m_options(std::move(options))
    , m_device(device)
    , m_specs(info.tensors(m_options, shape))
{
}

Model::Model(
    const ModelInfo& info, ModelOptions options, std::vector<TensorSpec> specs, const torch::Device& device)
    : m_info(info)
    , m_options(std::move(options))
    , m_device(device)
    , m_specs(std::move(specs))
{
}

std::vector<std::string> Model::names() const
{
    std::vector<std::string> result;
    for (const TensorSpec& spec : m_specs)
        result.push_back(spec.name);
    return result;
}

Parameters Model::initialise(std::uint64_t seed) const
{
    Random random(seed, {0x1217});
    Parameters parameters;
    for (const TensorSpec& spec : m_specs)
        parameters.tensors.push_back(started(spec, random).to(m_device));
    return parameters;
}

Tensor Model::itemEvidence(const Parameters& upload) const
{
    const auto table = std::ranges::find(m_specs, Rows::PerItem, &TensorSpec::rows);
    if (table == m_specs.end())
        throw Error("model.architecture: an upload of this model has no rows of items", Error::Kind::Failure);
    return upload[static_cast<std::size_t>(table - m_specs.begin())].square().sum(1).sqrt();
}

std::size_t Model::place(std::string_view name) const
{
    const auto found = std::ranges::find(m_specs, name, &TensorSpec::name);
    if (found == m_specs.end())
        throw Error(m_info.title + ": has no tensor " + std::string(name), Error::Kind::Failure);
    return static_cast<std::size_t>(found - m_specs.begin());
}

DataShape dataShape(const data::Dataset& dataset, bool profiles, std::int64_t textWidth)
{
    return {static_cast<std::int64_t>(dataset.userCount()), dataset.itemCount(), profiles, textWidth};
}

Tensor everyItem(const Tensor& table)
{
    return torch::arange(table.size(0), torch::TensorOptions(torch::kInt64).device(table.device()))
        .unsqueeze(0);
}

Leaves wholeModel(const Parameters& parameters)
{
    Leaves leaves;
    for (const Tensor& tensor : parameters.tensors)
        leaves.tensors.push_back(tensor.unsqueeze(0));
    return leaves;
}

Parameters uploadedPart(const Parameters& parameters, std::span<const TensorSpec> specs)
{
    Parameters part = parameters;
    for (std::size_t i = 0; i < specs.size(); ++i)
        if (specs[i].rows == Rows::PerUser)
            part[i] = part[i].narrow(0, 0, 0);
    return part;
}

EncoderLayer encoderLayerAt(const Leaves& leaves, std::size_t first)
{
    const auto* p = leaves.tensors.data() + first;
    return {p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10], p[11]};
}

Tensor mlp(const Leaves& leaves, std::size_t first, std::size_t layer, std::size_t hidden, Tensor x,
    Dropout& dropout)
{
    for (std::size_t i = layer; i <= hidden; ++i) {
        x = linear(i > 0 ? dropout(x) : x, leaves[first + 2 * i], leaves[first + 2 * i + 1]);
        if (i < hidden)
            x = torch::relu(x);
    }
    return x;
}

Tensor rankingLoss(
    const Tensor& positive, const Tensor& negative, const TargetBatch& targets, const LossOptions& options)
{
    const Tensor& mask = targets.mask;
    if (targets.label.defined())
        return labelledCrossEntropy(positive, targets.label, mask);
    const Tensor each = negative.expand({-1, -1, positive.size(2), -1});
    return options.ranking == RankingLoss::SampledSoftmax ? sampledSoftmax(positive, each, mask)
                                                          : binaryCrossEntropy(positive, each, mask);
}

Tensor shareOfTargets(const Tensor& perUser, const Batch& batch, data::Domain domain)
{
    const Tensor targetsA = batch.targets[0].mask.sum(2);
    const Tensor targetsB = batch.targets[1].mask.sum(2);
    const Tensor all = (targetsA + targetsB).clamp_min(1);
    return (perUser * (domain == data::Domain::A ? targetsA : targetsB) / all).mean(1);
}

} // namespace fedcctr::model
