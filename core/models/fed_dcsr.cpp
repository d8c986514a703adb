// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/fed_dcsr.h"

#include "core/models/contrast_instances.h"
#include "core/models/made.h"
#include "core/models/specs/registry.h"
#include "core/nn/losses.h"

namespace fedcctr::model {

using data::Domain;
using torch::Tensor;

FedDcsr::FedDcsr(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
    std::span<const augment::ItemFeatures> features)
    : DotModel(infoOf<FedDcsr>(), dataset, options, device, features)
    , m_shared(place("shared.position"), options)
    , m_ownHead(places("variance.weight"))
    , m_sharedHead(place("shared.variance.weight"))
    , m_local(places("local"))
    , m_user(places("user.weight"))
    , m_masked(ownNumber(infoOf<FedDcsr>(), options, "fed-dcsr.masked"))
    , m_tau(ownNumber(infoOf<FedDcsr>(), options, "fed-dcsr.tau"))
{
    for (const std::size_t first : places("position"))
        m_own.emplace_back(first, options);
}

/// kParts tables per domain, [K, n, L + 1, d]: samples in training, means when ranking.
DotModel::Encoded FedDcsr::encode(
    const Leaves& leaves, const Tensor& vectors, const Histories& histories, Dropout& dropout) const
{
    const auto sampled = [&dropout](const Tensor& mean, const Tensor& logVariance) {
        return mean + torch::exp(logVariance / 2) * dropout.normal(mean.sizes(), mean.options());
    };
    Encoded encoded;
    for (const Domain domain : data::kDomains) {
        const std::size_t d = data::index(domain);
        const Tensor& index = histories.of(domain).index;
        const Tensor shared = m_shared.prefixes(leaves, vectors, index, dropout);
        const Tensor own = m_own[d].prefixes(leaves, vectors, index, dropout);
        const Tensor ofShared = linearOver(shared, leaves[m_sharedHead], leaves[m_sharedHead + 1]);
        const Tensor ofOwn = linearOver(own, leaves[m_ownHead[d]], leaves[m_ownHead[d] + 1]);
        encoded.push_back(sampled(shared, ofShared));
        encoded.push_back(sampled(own, ofOwn) + leaves[m_local[d]].unsqueeze(2));
        encoded.push_back(ofShared);
        encoded.push_back(ofOwn);
        encoded.push_back(shared);
        encoded.push_back(own);
    }
    return encoded;
}

Tensor FedDcsr::userVectors(
    Domain domain, const Leaves& leaves, const Encoded& encoded, const Prefixes& before) const
{
    const std::size_t d = data::index(domain);
    const Tensor z = encoded[d * kParts + kShared] + encoded[d * kParts + kOwn];
    return linearOver(atPrefix(z, before.of(domain)), leaves[m_user[d]], leaves[m_user[d] + 1]);
}

std::vector<Tensor> FedDcsr::ownTerms(
    const Training& of, std::span<const double> weights, Dropout& dropout) const
{
    std::vector<Tensor> terms(3, torch::zeros({of.batch.users.size(0)}, of.vectors.options()));
    if (weights[0] > 0)
        terms[0] = divergence(of);
    if (weights[1] > 0)
        terms[1] = alignment(of);
    if (weights[2] > 0)
        terms[2] = infomax(of, dropout);
    return terms;
}

/// KL(N(mean, variance) || N(0, 1)) of both representations, per coordinate, over the domains' targets. [K]
Tensor FedDcsr::divergence(const Training& of) const
{
    Tensor sum = torch::zeros({of.batch.users.size(0)}, of.vectors.options());
    for (const Domain domain : data::kDomains) {
        const std::size_t d = data::index(domain);
        const TargetBatch& targets = of.batch.targets[d];
        const Tensor prefix = prefixesOf(targets).of(domain);
        const Tensor mask = targets.mask * (prefix > 0);
        for (const auto& [ofMean, ofVariance] :
            {std::pair(kSharedMean, kSharedLogVariance), std::pair(kOwnMean, kOwnLogVariance)}) {
            const Tensor mean = atPrefix(of.encoded[d * kParts + ofMean], prefix);
            const Tensor logVariance = atPrefix(of.encoded[d * kParts + ofVariance], prefix);
            const Tensor each = ((mean * mean + torch::exp(logVariance) - 1 - logVariance) / 2).mean(3);
            sum = sum + (each * mask).sum({1, 2}) / mask.sum({1, 2}).clamp_min(1);
        }
    }
    return sum;
}

/// 1 - cos of the two domains' shared representations before each target. [K]
Tensor FedDcsr::alignment(const Training& of) const
{
    const AllTargets targets(of.batch);
    const Tensor mask = targets.mask * (targets.before.a > 0) * (targets.before.b > 0);
    const Tensor apart = 1
        - cosine(atPrefix(of.encoded[kShared], targets.before.a),
            atPrefix(of.encoded[kParts + kShared], targets.before.b));
    return (apart * mask).sum({1, 2}) / mask.sum({1, 2}).clamp_min(1);
}

Tensor FedDcsr::infomax(const Training& of, Dropout& dropout) const
{
    const ContrastInstances instances(of.batch);
    Tensor sum = torch::zeros({of.batch.users.size(0)}, of.vectors.options());
    for (const Domain domain : data::kDomains) {
        const std::size_t d = data::index(domain);
        const Tensor& index = (domain == Domain::A ? of.batch.a : of.batch.b).index;
        const Tensor items = dropout.rows(gatherRows(of.vectors, index), m_masked);
        const Tensor& prefix = instances.before.of(domain);
        const Tensor view = instances.of(m_own[d].prefixesOf(of.leaves, items, dropout), prefix);
        const Tensor own = instances.of(of.encoded[d * kParts + kOwnMean], prefix);
        const Tensor mask = instances.mask * (prefix > 0).reshape(instances.mask.sizes());
        // A client's targets after the same events of the domain are one instance.
        const bool alone = of.batch.users.size(1) == 1;
        const Tensor key = alone ? prefix.reshape(mask.sizes())
                                 : torch::arange(mask.size(1), prefix.options()).expand(mask.sizes());
        const Tensor apart = (key.unsqueeze(2) != key.unsqueeze(1)).to(own.scalar_type());
        sum = sum + contrast(own, view, mask, apart, m_tau);
    }
    return sum;
}

std::array<Tensor, 3> FedDcsr::wholeRepresentations(const Encoded& encoded, const Prefixes& before) const
{
    const Tensor shared = atEnd(encoded[kShared], before.a) + atEnd(encoded[kParts + kShared], before.b);
    return {atEnd(encoded[kOwn], before.a), atEnd(encoded[kParts + kOwn], before.b), shared / 2};
}

template <> std::unique_ptr<Model> made<FedDcsr>(const Ingredients& of)
{
    return madeOfHistories<FedDcsr>(of);
}

} // namespace fedcctr::model
