// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/tri_cdr.h"

#include "core/models/contrast_instances.h"
#include "core/models/made.h"
#include "core/models/specs/registry.h"
#include "core/nn/losses.h"

namespace fedcctr::model {

using data::Domain;
using torch::Tensor;

namespace {

/// What a query takes of the outputs before each target. query [K, n, T, d], table [K, n, L + 1, d], before
/// [K, n, T] -> [K, n, T, d]
Tensor attended(const Tensor& query, const Tensor& table, const Tensor& before)
{
    const Tensor outputs = table.narrow(2, 1, table.size(2) - 1);
    const Tensor there = standBefore(before, outputs.size(2), outputs.scalar_type());
    const Tensor shares = maskedSoftmax(torch::matmul(query, outputs.transpose(2, 3)), there);
    return torch::matmul(shares, outputs);
}

} // namespace

TriCdr::TriCdr(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
    std::span<const augment::ItemFeatures> features)
    : DotModel(infoOf<TriCdr>(), dataset, options, device, features)
    , m_attend(places("attend.A"))
    , m_user(places("user.weight"))
    , m_tau(ownNumber(infoOf<TriCdr>(), options, "tri-cdr.tau"))
    , m_margin(ownNumber(infoOf<TriCdr>(), options, "tri-cdr.margin"))
{
    for (const char* stream : {"A.position", "B.position", "M.position"})
        m_streams.emplace_back(place(stream), options);
}

DotModel::Encoded TriCdr::encode(
    const Leaves& leaves, const Tensor& vectors, const Histories& histories, Dropout& dropout) const
{
    Encoded encoded;
    for (const StreamBatch* sequences : {&histories.a, &histories.b, &histories.merged})
        encoded.push_back(m_streams[encoded.size()].prefixes(leaves, vectors, sequences->index, dropout));
    return encoded;
}

Tensor TriCdr::userVectors(
    Domain domain, const Leaves& leaves, const Encoded& encoded, const Prefixes& before) const
{
    const std::size_t d = data::index(domain);
    const std::array<const Tensor*, 3> prefixes{&before.a, &before.b, &before.merged};
    const Tensor own = atPrefix(encoded[d], before.of(domain));
    std::vector<Tensor> parts;
    for (std::size_t s = 0; s < prefixes.size(); ++s)
        parts.push_back(atPrefix(encoded[s], *prefixes[s])
            + attended(product(own, leaves[m_attend[d] + s]), encoded[s], *prefixes[s]));
    return linearOver(torch::cat(parts, 3), leaves[m_user[d]], leaves[m_user[d] + 1]);
}

std::vector<Tensor> TriCdr::ownTerms(
    const Training& of, std::span<const double> weights, Dropout& /*dropout*/) const
{
    const Tensor none = torch::zeros({of.batch.users.size(0)}, of.vectors.options());
    const ContrastInstances instances(of.batch);
    const Tensor hA = instances.of(of.encoded[0], instances.before.a);
    const Tensor hB = instances.of(of.encoded[1], instances.before.b);
    const Tensor hM = instances.of(of.encoded[2], instances.before.merged);
    const Tensor both = instances.mask
        * ((instances.before.a > 0) * (instances.before.b > 0)).reshape(instances.mask.sizes());
    std::vector<Tensor> terms(2, none);
    if (weights[0] > 0)
        terms[0] =
            (contrast(hA, hM, both, m_tau) + contrast(hB, hM, both, m_tau) + contrast(hA, hB, both, m_tau))
            / 3;
    if (weights[1] > 0) {
        const Tensor across = cosine(hA, hB);
        const Tensor hinges =
            torch::relu(m_margin + across - cosine(hA, hM)) + torch::relu(m_margin + across - cosine(hB, hM));
        terms[1] = (hinges * both).sum(1) / both.sum(1).clamp_min(1);
    }
    return terms;
}

std::array<Tensor, 3> TriCdr::wholeRepresentations(const Encoded& encoded, const Prefixes& before) const
{
    return {atEnd(encoded[0], before.a), atEnd(encoded[1], before.b), atEnd(encoded[2], before.merged)};
}

template <> std::unique_ptr<Model> made<TriCdr>(const Ingredients& of)
{
    return madeOfHistories<TriCdr>(of);
}

} // namespace fedcctr::model
