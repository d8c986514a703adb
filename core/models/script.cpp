// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/script.h"

#include "core/base/error.h"
#include "core/models/made.h"
#include "core/models/specs/registry.h"

#include <algorithm>

namespace fedcctr::model {

using data::Domain;
using torch::Tensor;

namespace {

/// Logits that a ranker asks for at once.
constexpr std::int64_t kScoresAtOnce = 65536;

/// Behind item numbers, the first of which is 0, their numbers in a module; 0 where there is no event. The
/// width is always L, so that scores do not depend on other histories' lengths. items [n, L'], there the
/// same.
Tensor history(const Tensor& items, const Tensor& there, std::int64_t length)
{
    const Tensor numbers = (items + 1).masked_fill(~there, 0);
    return torch::constant_pad_nd(numbers, {0, length - numbers.size(1)});
}

/// items [n, L], length [n]
Tensor wholeHistory(const Tensor& items, const Tensor& length, std::int64_t longest)
{
    return history(items, torch::arange(items.size(1), length.options()) < length.unsqueeze(1), longest);
}

} // namespace

Script::Script(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device)
    : Script(dataset, options, device,
        ScriptModule(options.file, dataset.itemCount(), options.historyLength, device))
{
}

Script::Script(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
    ScriptModule module)
    : Model(infoOf<Script>(), options, module.specs(), device)
    , m_module(std::move(module))
    , m_items(dataset.itemCount())
    , m_smallest(static_cast<std::size_t>(
          std::ranges::min_element(specs(), {}, &TensorSpec::count) - specs().begin()))
{
}

Parameters Script::initialise(std::uint64_t /*seed*/) const
{
    Parameters parameters;
    for (const Tensor& tensor : m_module.start())
        parameters.tensors.push_back(tensor.clone().to(device()));
    return parameters;
}

/// Of the targets and their negatives, 0 in the places of targets that are not there. [n, T, 1 + N]
Tensor Script::logits(
    std::span<const Tensor> parameters, const Batch& batch, std::int64_t group, Domain domain) const
{
    const bool inA = domain == Domain::A;
    const TargetBatch& targets = batch.targets[data::index(domain)];
    const Tensor rows = batch.rows[group];
    const Tensor item = targets.item[group]; // [n, T]
    const Tensor negatives = targets.negatives[group].expand({-1, item.size(1), -1});
    const Tensor candidates = torch::cat({item.unsqueeze(2), negatives}, 2);
    const Tensor where = targets.mask[group].reshape({-1}).nonzero().squeeze(1);
    const Tensor none = torch::zeros({item.numel(), candidates.size(2)}, parameters.front().options());
    if (where.numel() == 0)
        return (none + 0 * parameters[m_smallest].sum()).reshape(candidates.sizes());

    const auto before = [&](const StreamBatch& stream, const Tensor& prefix) {
        const Tensor index = stream.index[group]; // [n, L]
        const std::int64_t length = index.size(1);
        const Tensor items = rows.index_select(0, index.reshape({-1})).reshape(index.sizes());
        const Tensor each = items.unsqueeze(1).expand({-1, item.size(1), -1}).reshape({-1, length});
        const Tensor events = prefix[group].reshape({-1, 1});
        return history(each.index_select(0, where),
            torch::arange(length, rows.options()) < events.index_select(0, where), options().historyLength);
    };
    const Tensor numbers =
        rows.index_select(0, candidates.reshape({-1})).reshape({-1, candidates.size(2)}) + 1;
    const Tensor scored = m_module(parameters,
        {before(inA ? batch.a : batch.b, inA ? targets.prefixA : targets.prefixB),
            before(batch.merged, targets.prefixM), domain, numbers.index_select(0, where)});
    return none.index_copy(0, where, scored).reshape(candidates.sizes());
}

LossTerms Script::losses(const Leaves& leaves, const Batch& batch, const LossOptions& options,
    std::span<const double> /*weights*/, Dropout& /*dropout*/) const
{
    const std::int64_t groups = batch.rows.size(0);
    std::vector<std::vector<Tensor>> parameters(static_cast<std::size_t>(groups));
    for (const Tensor& leaf : leaves.tensors) {
        // Taken apart in one step, whose backward puts the clients' gradients together in one.
        const std::vector<Tensor> each = leaf.unbind(0);
        for (std::size_t k = 0; k < each.size(); ++k)
            parameters[k].push_back(each[k]);
    }
    LossTerms terms;
    for (const Domain domain : data::kDomains) {
        std::vector<Tensor> each;
        for (std::int64_t k = 0; k < groups; ++k)
            each.push_back(logits(parameters[static_cast<std::size_t>(k)], batch, k, domain));
        const Tensor all = torch::stack(each); // [K, n, T, 1 + N]
        const Tensor loss = rankingLoss(
            all.select(3, 0), all.narrow(3, 1, all.size(3) - 1), batch.targets[data::index(domain)], options);
        terms.values.push_back(shareOfTargets(loss, batch, domain));
    }
    return terms;
}

class Script::ModuleRanker : public Ranker {
public:
    ModuleRanker(const Script& model, Parameters parameters)
        : m_model(model)
        , m_parameters(std::move(parameters))
    {
    }

    Tensor scores(const RankingBatch& batch, Domain domain) const override
    {
        const std::int64_t longest = m_model.options().historyLength;
        const auto whole = [&](const StreamBatch& stream) {
            return wholeHistory(stream.index.squeeze(0), stream.length.squeeze(0), longest);
        };
        const Tensor own = whole(domain == Domain::A ? batch.a : batch.b);
        const Tensor merged = whole(batch.merged);
        const std::int64_t atOnce = std::max<std::int64_t>(1, kScoresAtOnce / batch.candidates.size(0));
        std::vector<Tensor> parts;
        for (const Tensor& candidates : batch.candidates.split(atOnce, 1))
            parts.push_back(m_model.m_module(m_parameters.tensors, {own, merged, domain, candidates + 1}));
        return torch::cat(parts, 1);
    }

private:
    const Script& m_model;
    Parameters m_parameters;
};

std::unique_ptr<Ranker> Script::ranker(const Parameters& parameters) const
{
    return std::make_unique<ModuleRanker>(*this, parameters);
}

Tensor Script::itemEvidence(const Parameters& upload) const
{
    const auto table = std::ranges::find_if(upload.tensors,
        [this](const Tensor& tensor) { return tensor.dim() == 2 && tensor.size(0) > m_items; });
    if (table == upload.tensors.end())
        throw Error("model.file: " + options().file + " has no matrix with a row per item ("
                + std::to_string(m_items + 1) + " rows), so that its uploads cannot be read for items",
            Error::Kind::Failure);
    return table->narrow(0, 1, m_items).square().sum(1).sqrt();
}

template <> std::unique_ptr<Model> made<Script>(const Ingredients& of)
{
    return std::make_unique<Script>(of.dataset, of.options, of.device);
}

} // namespace fedcctr::model
