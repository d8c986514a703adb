// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/c2dsr.h"

#include "core/models/made.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

using data::Domain;
using torch::Tensor;

namespace {

constexpr std::size_t kMerged = 2;

/// Mean of the first `length` outputs of each sequence; 0 of none. table [K, n, L + 1, d], length [K, n]
Tensor prototype(const Tensor& table, const Tensor& length)
{
    const Tensor outputs = table.narrow(2, 1, table.size(2) - 1);
    const Tensor there = standBefore(length.unsqueeze(2), outputs.size(2), outputs.scalar_type()).squeeze(2);
    return (outputs * there.unsqueeze(3)).sum(2) / length.clamp_min(1).unsqueeze(2);
}

} // namespace

C2dsr::C2dsr(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
    std::span<const augment::ItemFeatures> features)
    : DotModel(infoOf<C2dsr>(), dataset, options, device, features)
    , m_itemsInA(dataset.itemsInA)
    , m_graphLayers(ownInteger(infoOf<C2dsr>(), options, "c2dsr.graph_layers"))
    , m_user(places("user.weight"))
    , m_judge(places("judge"))
{
    for (const char* stream : {"A.position", "B.position", "M.position"})
        m_streams.emplace_back(place(stream), options);
}

/// The mean over the layers of H' = (H + H of the event before) / 2. -> [K, n, L, v]
Tensor C2dsr::propagated(const Tensor& vectors, const Tensor& index) const
{
    Tensor layer = gatherRows(vectors, index);
    Tensor sum = layer;
    for (std::int64_t i = 0; i < m_graphLayers; ++i) {
        const Tensor before = torch::cat({layer.narrow(2, 0, 1), layer.narrow(2, 0, layer.size(2) - 1)}, 2);
        layer = (layer + before) / 2;
        sum = sum + layer;
    }
    return sum / (m_graphLayers + 1);
}

DotModel::Encoded C2dsr::encode(
    const Leaves& leaves, const Tensor& vectors, const Histories& histories, Dropout& dropout) const
{
    Encoded encoded;
    for (const StreamBatch* sequences : {&histories.a, &histories.b, &histories.merged})
        encoded.push_back(
            m_streams[encoded.size()].prefixesOf(leaves, propagated(vectors, sequences->index), dropout));
    return encoded;
}

Tensor C2dsr::userVectors(
    Domain domain, const Leaves& leaves, const Encoded& encoded, const Prefixes& before) const
{
    const std::size_t d = data::index(domain);
    const Tensor h = atPrefix(encoded[d], before.of(domain)) + atPrefix(encoded[kMerged], before.merged);
    return linearOver(h, leaves[m_user[d]], leaves[m_user[d] + 1]);
}

/// The merged sequence with the other domain's items replaced, [K, n, L] rows.
Tensor C2dsr::corrupted(const Batch& batch, Domain kept) const
{
    const Domain other = kept == Domain::A ? Domain::B : Domain::A;
    const Tensor& index = batch.merged.index;
    const Tensor inB = batch.rows >= m_itemsInA; // [K, R]
    const Tensor ofOther =
        gatherRows(inB.to(torch::kFloat32).unsqueeze(2), index).squeeze(-1) == (other == Domain::B ? 1 : 0);
    // Negatives of the first target, which are padding only where the user has no target there.
    const Tensor random = batch.targets[data::index(other)].negatives.select(2, 0); // [K, n, N]
    const Tensor place = torch::arange(index.size(2), index.options()).remainder(random.size(2));
    return torch::where(ofOther, random.index_select(2, place), index);
}

/// Over the users with both histories and random items. [K]
Tensor C2dsr::infomax(const Training& of, Domain domain, Dropout& dropout) const
{
    const std::size_t d = data::index(domain);
    const Batch& batch = of.batch;
    const StreamBatch& own = domain == Domain::A ? batch.a : batch.b;
    const Tensor mask = ((batch.a.length > 0) * (batch.b.length > 0)).to(of.vectors.scalar_type())
        * batch.targets[1 - d].mask.narrow(2, 0, 1).squeeze(2);
    const Tensor z = prototype(of.encoded[d], own.length);
    const Tensor judged = product(z, of.leaves[m_judge[d]]);
    const auto logit = [&](const Tensor& table) {
        return (judged * prototype(table, batch.merged.length)).sum(2);
    };
    const Tensor wrong =
        m_streams[kMerged].prefixesOf(of.leaves, propagated(of.vectors, corrupted(batch, domain)), dropout);
    const Tensor each = torch::softplus(-logit(of.encoded[kMerged])) + torch::softplus(logit(wrong));
    return (each * mask).sum(1) / mask.sum(1).clamp_min(1);
}

std::vector<Tensor> C2dsr::ownTerms(
    const Training& of, std::span<const double> weights, Dropout& dropout) const
{
    if (weights[0] == 0)
        return {torch::zeros({of.batch.users.size(0)}, of.vectors.options())};
    const Tensor inA = infomax(of, Domain::A, dropout);
    return {inA + infomax(of, Domain::B, dropout)};
}

std::array<Tensor, 3> C2dsr::wholeRepresentations(const Encoded& encoded, const Prefixes& before) const
{
    return {atEnd(encoded[0], before.a), atEnd(encoded[1], before.b), atEnd(encoded[kMerged], before.merged)};
}

template <> std::unique_ptr<Model> made<C2dsr>(const Ingredients& of)
{
    return madeOfHistories<C2dsr>(of);
}

} // namespace fedcctr::model
