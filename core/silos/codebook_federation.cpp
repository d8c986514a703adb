// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/silos/codebook_federation.h"

#include "core/base/random.h"
#include "core/federation/forecast.h"
#include "core/federation/sampler.h"
#include "core/projection/pca.h"
#include "core/silos/streams.h"
#include "core/training/noise.h"

#include <algorithm>
#include <numeric>

namespace fedcctr::silos {

using torch::Tensor;

namespace {

void append(std::string& bytes, const Tensor& tensor)
{
    const Tensor flat = tensor.contiguous().to(torch::kFloat32);
    bytes.append(
        static_cast<const char*>(flat.data_ptr()), static_cast<std::size_t>(flat.numel()) * sizeof(float));
}

void admitEverybody(privacy::Ledger& ledger, int round)
{
    std::vector<std::int32_t> all(ledger.clients().size());
    std::iota(all.begin(), all.end(), 0);
    ledger.admit(all, round);
}

} // namespace

std::string CodebookUpload::bytes() const
{
    std::string all;
    for (const CodebookSums& part : sums) {
        if (!part.sums.defined())
            continue; // no global layer
        append(all, part.sums);
        append(all, part.counts);
    }
    for (const model::Parameters& coder : coders)
        for (const Tensor& tensor : coder.tensors)
            append(all, tensor);
    return all;
}

privacy::Ledger codebookLedger(
    const privacy::PrivacyOptions& options, int rounds, int planned, std::size_t users)
{
    federation::FederationOptions everybody;
    everybody.sampling = federation::Sampling::Fixed;
    everybody.rate = 1;
    everybody.rounds = planned;
    privacy::Ledger ledger(options, federation::ledgerSampling(everybody, users), users);
    for (int round = 0; round < rounds; ++round)
        admitEverybody(ledger, round);
    return ledger;
}

CodebookFederation::CodebookFederation(std::span<const CollaborativeVectors> silos,
    std::span<const double> weights, const federation::FedMmOptions& options, std::uint64_t seed,
    const model::Workers& workers, std::optional<CodebookNoise> noise)
    : m_options(options)
    , m_weights(weights.begin(), weights.end())
    , m_seed(seed)
    , m_workers(workers)
    , m_noise(std::move(noise))
{
    for (const CollaborativeVectors& silo : silos) {
        // All start from the same autoencoder, or averages of them would mean nothing.
        m_quantisers.emplace_back(silo.items, options, derivedSeed(seed, {kCoder, 0}));
        m_quantisers.emplace_back(
            silo.users, m_noise ? silo.items : silo.users, options, derivedSeed(seed, {kCoder, 1}));
        if (m_noise)
            m_ledgers.push_back(codebookLedger(
                m_noise->privacy, 0, options.rounds, static_cast<std::size_t>(silo.users.size(0))));
    }
    open();
}

void CodebookFederation::open()
{
    m_workers.run(m_quantisers.size(), [&](std::size_t i) { m_quantisers[i].warmUp(m_options.epochs); });
    for (const CodedKind kind : kCodedKinds) {
        if (!m_options.global)
            continue;
        if (m_options.sharedCoder)
            averageCoders(kind);
        CodebookSums all = at(0, kind).moments();
        for (std::size_t silo = 1; silo < siloCount(); ++silo) {
            const CodebookSums one = at(silo, kind).moments();
            all.sums = all.sums + one.sums;
            all.counts = all.counts + one.counts;
        }
        const Tensor mean = all.sums[0] / all.counts;
        const Tensor deviation = (all.sums[1] / all.counts - mean.square()).clamp_min(0).sqrt();
        m_global.emplace_back(m_options.codes, mean, deviation,
            derivedSeed(m_seed, {kGlobalCodes, static_cast<std::uint64_t>(kind)}));
        for (std::size_t silo = 0; silo < siloCount(); ++silo)
            at(silo, kind).setGlobal(m_global.back().words());
    }
    for (Quantiser& quantiser : m_quantisers)
        quantiser.openLocal();
}

void CodebookFederation::averageCoders(CodedKind kind)
{
    const double total = std::accumulate(m_weights.begin(), m_weights.end(), 0.0);
    model::Parameters mean = at(0, kind).coder().zerosLike();
    for (std::size_t silo = 0; silo < siloCount(); ++silo)
        for (std::size_t i = 0; i < mean.size(); ++i)
            mean[i].add_(at(silo, kind).coder()[i], m_weights[silo] / total);
    for (std::size_t silo = 0; silo < siloCount(); ++silo)
        at(silo, kind).coder() = mean.clone();
}

/// Under noise nothing that leaves depends on a user's rows but by what it is added to.
CodebookSums CodebookFederation::sent(std::size_t silo, CodedKind kind) const
{
    if (!isProtected(kind))
        return at(silo, kind).globalSums();
    const CodebookSums exact = at(silo, kind).boundedSums();
    if (m_ledgers[silo].clients().front().uploads < m_round)
        return {torch::zeros_like(exact.sums), torch::zeros_like(exact.counts)}; // the budget is spent
    model::Parameters noised{{exact.sums.clone(), exact.counts.clone()}};
    const int round = std::max(0, m_round - 1);
    training::addNoise(noised, federation::gradientNoise(m_noise->privacy, round) * kRowNorm, m_noise->source,
        round * static_cast<int>(siloCount()) + static_cast<int>(silo));
    const torch::NoGradGuard noGrad;
    // What cannot be of a count is noise; post-processing.
    const torch::Tensor counts = noised[1].clamp_min(0);
    const torch::Tensor isThere = (counts >= 1).to(torch::kFloat32);
    return {noised[0] * isThere.unsqueeze(1), counts * isThere};
}

double CodebookFederation::epsilon(std::size_t silo) const
{
    return m_ledgers.empty() ? 0 : m_ledgers[silo].spent().most;
}

/// Sums in units of a silo's own rows, times its weight.
void CodebookFederation::moveCodewords(CodedKind kind)
{
    Codebook& book = m_global[static_cast<std::size_t>(kind)];
    CodebookSums all{torch::zeros_like(book.words()), torch::zeros({book.words().size(0)})};
    for (std::size_t silo = 0; silo < siloCount(); ++silo) {
        const CodebookSums own = sent(silo, kind);
        const double scale = m_weights[silo] / std::max(1.0, own.counts.sum().item<double>());
        all.sums = all.sums + scale * own.sums;
        all.counts = all.counts + scale * own.counts;
    }
    const double total = std::accumulate(m_weights.begin(), m_weights.end(), 0.0);
    all.sums = all.sums * (1000 / total); // shares as counts, whatever the weights are in
    all.counts = all.counts * (1000 / total);
    book.add(all, m_options.decay);
    book.restart();
    for (std::size_t silo = 0; silo < siloCount(); ++silo)
        at(silo, kind).setGlobal(book.words());
}

std::vector<CodebookReport> CodebookFederation::round()
{
    std::vector<CodebookReport> reports(siloCount());
    ++m_round;
    for (privacy::Ledger& ledger : m_ledgers)
        admitEverybody(ledger, m_round - 1);
    m_workers.run(m_quantisers.size(), [&](std::size_t i) {
        reports[i / 2].reconstruction[i % 2] = m_quantisers[i].train(m_options.epochs);
    });
    for (const CodedKind kind : kCodedKinds) {
        if (!m_options.global)
            continue;
        // Sums are those of the autoencoder that everybody will have.
        if (m_options.sharedCoder)
            averageCoders(kind);
        moveCodewords(kind);
    }
    for (std::size_t silo = 0; silo < siloCount(); ++silo)
        for (const CodedKind kind : kCodedKinds)
            reports[silo].use[static_cast<std::size_t>(kind)] = at(silo, kind).use();
    return reports;
}

CodebookUpload CodebookFederation::upload(std::size_t silo) const
{
    CodebookUpload upload;
    for (const CodedKind kind : kCodedKinds) {
        const auto place = static_cast<std::size_t>(kind);
        if (!m_options.global)
            continue;
        upload.sums[place] = sent(silo, kind);
        if (m_options.sharedCoder)
            upload.coders[place] = at(silo, kind).coder();
    }
    return upload;
}

model::Codes CodebookFederation::codes(std::size_t silo) const
{
    model::Codes codes;
    codes.layers.push_back({m_options.global ? "global" : "first", m_options.codes, m_options.global});
    if (m_options.local)
        codes.layers.push_back({"local", m_options.localCodes, false});
    for (const CodedKind kind : kCodedKinds) {
        const Tensor found = at(silo, kind).codes().to(torch::kInt32).contiguous();
        const auto* first = found.data_ptr<std::int32_t>();
        (kind == CodedKind::Items ? codes.items : codes.users).assign(first, first + found.numel());
    }
    return codes;
}

std::vector<model::Codes> CodebookFederation::codes() const
{
    std::vector<Tensor> latents;
    for (std::size_t silo = 0; silo < siloCount(); ++silo)
        latents.push_back(at(silo, CodedKind::Items).latent());
    const Tensor joined = torch::cat(latents).contiguous();
    const auto* first = joined.data_ptr<float>();
    projection::Matrix all(
        static_cast<std::size_t>(joined.size(0)), static_cast<std::size_t>(joined.size(1)));
    std::copy(first, first + joined.numel(), all.values.begin());
    const projection::Matrix places = projection::principalAxes(all, 2).project(all);
    std::vector<model::Codes> found;
    std::size_t row = 0;
    for (std::size_t silo = 0; silo < siloCount(); ++silo) {
        found.push_back(codes(silo));
        for (std::int64_t item = 0; item < latents[silo].size(0); ++item, ++row)
            for (const std::size_t axis : {std::size_t(0), std::size_t(1)})
                found.back().places.push_back(static_cast<float>(places.at(row, axis)));
    }
    return found;
}

} // namespace fedcctr::silos
