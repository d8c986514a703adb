// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/silos/quantiser.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/silos/streams.h"

#include <algorithm>
#include <cmath>

namespace fedcctr::silos {

using torch::Tensor;

namespace {

constexpr std::int64_t kHidden = 64;
constexpr double kDeadShare = 0.01; ///< of the mean count
constexpr double kSideStep = 0.01; ///< of the codewords' deviation

Tensor normalLike(const Tensor& like, Random& random)
{
    std::vector<float> values(static_cast<std::size_t>(like.numel()));
    for (float& value : values)
        value = static_cast<float>(random.normal());
    return torch::tensor(values).reshape(like.sizes());
}

/// Weight and bias of both layers of the encoder, then of the decoder; all silos start from the same.
model::Parameters coderStart(std::int64_t d, std::int64_t w, std::uint64_t seed)
{
    Random random(seed, {kCoder});
    model::Parameters coder;
    for (const auto& [in, out] : {std::pair{d, kHidden}, {kHidden, w}, {w, kHidden}, {kHidden, d}}) {
        const double deviation = std::sqrt(2.0 / static_cast<double>(in + out));
        coder.tensors.push_back(normalLike(torch::empty({in, out}), random) * deviation);
        coder.tensors.push_back(torch::zeros({out}));
    }
    return coder;
}

Tensor twoLayers(const std::vector<Tensor>& tensors, std::size_t first, const Tensor& x)
{
    return torch::addmm(tensors[first + 3], torch::relu(torch::addmm(tensors[first + 1], x, tensors[first])),
        tensors[first + 2]);
}

Tensor encoded(const std::vector<Tensor>& tensors, const Tensor& x)
{
    return twoLayers(tensors, 0, x);
}

Tensor decoded(const std::vector<Tensor>& tensors, const Tensor& z)
{
    return twoLayers(tensors, 4, z);
}

/// Number of the nearest codeword to each row, the first of equals. [N, w], [codes, w] -> [N]
Tensor nearest(const Tensor& rows, const Tensor& words)
{
    return (words.square().sum(1) - 2 * rows.mm(words.t())).argmin(1);
}

CodebookSums sumsOf(const Tensor& rows, const Tensor& codes, std::int64_t count)
{
    return {torch::zeros({count, rows.size(1)}).index_add(0, codes, rows),
        torch::zeros({count}).index_add(0, codes, torch::ones({codes.size(0)}))};
}

CodeUse useOf(const Tensor& codes, std::int64_t count)
{
    const Tensor share =
        torch::bincount(codes, {}, count).to(torch::kFloat64) / static_cast<double>(codes.size(0));
    const Tensor used = share.masked_select(share > 0);
    return {static_cast<double>(used.size(0)) / static_cast<double>(count),
        std::exp(-(used * used.log()).sum().item<double>())};
}

Tensor meanNorm(const Tensor& rows)
{
    return rows.norm(2, 1).mean().clamp_min(1e-12);
}

} // namespace

Codebook::Codebook(int codes, const Tensor& mean, const Tensor& deviation, std::uint64_t seed)
    : m_seed(seed)
{
    Random random(seed, {kLocalCodes, m_restarts++});
    m_words = normalLike(torch::empty({codes, mean.size(0)}), random) * deviation + mean;
    m_counts = torch::ones({codes});
    m_sums = m_words.clone();
}

void Codebook::add(const CodebookSums& sums, double decay)
{
    // In units of the mean count, so that the first words weigh as much as one round's rows.
    const double scale =
        static_cast<double>(m_counts.size(0)) / std::max(1.0, sums.counts.sum().item<double>());
    m_counts = decay * m_counts + (1 - decay) * scale * sums.counts;
    m_sums = decay * m_sums + (1 - decay) * scale * sums.sums;
    m_words = m_sums / m_counts.clamp_min(1e-6).unsqueeze(1);
}

int Codebook::restart()
{
    const Tensor isDead = m_counts < kDeadShare * m_counts.mean();
    const Tensor dead = isDead.nonzero().flatten();
    if (dead.size(0) == 0)
        return 0;
    Random random(m_seed, {kLocalCodes, m_restarts++});
    const Tensor step = normalLike(m_words, random) * m_words.std(0) * kSideStep;
    for (std::int64_t i = 0; i < dead.size(0); ++i) {
        const auto code = dead[i].item<std::int64_t>();
        const auto most = m_counts.argmax().item<std::int64_t>();
        m_counts[most].mul_(0.5);
        m_sums[most].mul_(0.5);
        m_counts[code].copy_(m_counts[most]);
        m_words[code].copy_(m_words[most] + step[code]);
        m_sums[code].copy_(m_words[code] * m_counts[code]);
    }
    return static_cast<int>(dead.size(0));
}

Quantiser::Quantiser(
    const Tensor& rows, const Tensor& taught, const federation::FedMmOptions& options, std::uint64_t seed)
    : m_rows((rows / meanNorm(taught)).contiguous())
    , m_taught((taught / meanNorm(taught)).contiguous())
    , m_options(options)
    , m_seed(seed)
    , m_descent(coderStart(rows.size(1), options.latent, seed), options.rate)
{
}

void Quantiser::warmUp(int epochs)
{
    for (int epoch = 0; epoch < epochs; ++epoch) {
        const std::vector<Tensor> leaves = m_descent.leaves();
        const Tensor back = decoded(leaves, encoded(leaves, m_taught));
        m_descent.step((m_taught - back).square().sum(1).mean(), leaves);
    }
}

CodebookSums Quantiser::moments() const
{
    const torch::NoGradGuard noGrad;
    const Tensor z = encoded(m_descent.parameters().tensors, m_taught);
    return {torch::stack({z.sum(0), z.square().sum(0)}), torch::full({1}, static_cast<float>(z.size(0)))};
}

int Quantiser::layers() const
{
    return m_options.local ? 2 : 1;
}

int Quantiser::size(int layer) const
{
    return layer == 0 ? m_options.codes : m_options.localCodes;
}

const Tensor& Quantiser::wordsOf(int layer) const
{
    if (m_global.defined())
        return layer == 0 ? m_global : m_local.front().words();
    return m_local[static_cast<std::size_t>(layer)].words();
}

/// Opens the silo's own layers around the latent vectors, and what the layer before leaves of them.
void Quantiser::openLocal()
{
    const torch::NoGradGuard noGrad;
    Tensor rest = encoded(m_descent.parameters().tensors, m_taught);
    for (int layer = 0; layer < layers(); ++layer) {
        if (layer > 0 || !m_global.defined())
            m_local.emplace_back(size(layer), rest.mean(0), rest.std(0),
                derivedSeed(m_seed, {kLocalCodes, static_cast<std::uint64_t>(layer)}));
        rest = rest - wordsOf(layer).index_select(0, nearest(rest, wordsOf(layer)));
    }
}

Quantiser::Quantised Quantiser::quantised(const Tensor& latent) const
{
    Quantised found;
    Tensor rest = latent.detach();
    for (int layer = 0; layer < layers(); ++layer) {
        found.codes.push_back(nearest(rest, wordsOf(layer)));
        found.words.push_back(wordsOf(layer).index_select(0, found.codes.back()));
        rest = rest - found.words.back();
    }
    return found;
}

double Quantiser::train(int epochs)
{
    double error = 0;
    for (int epoch = 0; epoch < epochs; ++epoch) {
        const std::vector<Tensor> leaves = m_descent.leaves();
        const Tensor z = encoded(leaves, m_taught);
        const Quantised q = quantised(z);
        Tensor rest = z;
        Tensor commitment = torch::zeros({});
        for (const Tensor& words : q.words) {
            rest = rest - words;
            commitment = commitment + rest.square().sum(1).mean();
        }
        const Tensor straight = z - rest.detach(); // z + sg(q1 + q2 - z)
        const Tensor reconstruction = (m_taught - decoded(leaves, straight)).square().sum(1).mean();
        error = reconstruction.item<double>();
        m_descent.step(reconstruction + m_options.commitment * commitment, leaves);

        Tensor open = z.detach();
        for (int layer = 0; layer < layers(); ++layer) {
            const auto place = static_cast<std::size_t>(layer);
            if (layer > 0 || !m_global.defined()) {
                Codebook& own = m_local[m_global.defined() ? place - 1 : place];
                own.add(sumsOf(open, q.codes[place], size(layer)), m_options.decay);
                own.restart();
            }
            open = open - q.words[place];
        }
    }
    if (!std::isfinite(error))
        throw Error(
            "fedmm.rate: the autoencoder's loss is no longer a number; lower it", Error::Kind::Failure);
    return error;
}

CodebookSums Quantiser::globalSums() const
{
    const torch::NoGradGuard noGrad;
    const Tensor z = encoded(m_descent.parameters().tensors, m_rows);
    CodebookSums found = sumsOf(z, nearest(z, m_global), m_options.codes);
    const Tensor sent = (found.counts >= kLeastRows).to(torch::kFloat32);
    return {found.sums * sent.unsqueeze(1), found.counts * sent};
}

CodebookSums Quantiser::boundedSums() const
{
    const torch::NoGradGuard noGrad;
    const Tensor z = encoded(m_descent.parameters().tensors, m_rows);
    return sumsOf(z / z.norm(2, 1, true).clamp_min(1), nearest(z, m_global), m_options.codes);
}

Tensor Quantiser::latent() const
{
    const torch::NoGradGuard noGrad;
    return encoded(m_descent.parameters().tensors, m_rows);
}

Tensor Quantiser::codes() const
{
    const torch::NoGradGuard noGrad;
    return torch::stack(quantised(encoded(m_descent.parameters().tensors, m_rows)).codes, 1);
}

std::vector<CodeUse> Quantiser::use() const
{
    const Tensor own = codes();
    std::vector<CodeUse> found;
    for (int layer = 0; layer < layers(); ++layer)
        found.push_back(useOf(own.select(1, layer), size(layer)));
    return found;
}

} // namespace fedcctr::silos
