// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/federation/silo_options.h"
#include "core/silos/descent.h"

#include <torch/types.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace fedcctr::silos {

/// Sums over the rows that a codebook's codes were given to: all that leaves a silo of them.
struct CodebookSums {
    torch::Tensor sums; ///< [codes, w]
    torch::Tensor counts; ///< [codes] float
};

/// How a layer's codes are used: of all its codes the share that any row has, and e to the entropy (as many
/// equally frequent codes would do the same).
struct CodeUse {
    double utilisation = 0;
    double perplexity = 0;
};

/// Moving averages of sums and counts and the codewords that they give (van den Oord et al. 2017, Appendix
/// A.1): N ← γ N + (1 - γ) n, S ← γ S + (1 - γ) s, codeword = S / N. A code whose average count falls below a
/// hundredth of the mean takes half of the most used code's sums, a little to one side.
class Codebook {
public:
    /// Codewords drawn from normals of the given moments, [w] each.
    Codebook(int codes, const torch::Tensor& mean, const torch::Tensor& deviation, std::uint64_t seed);

    void add(const CodebookSums& sums, double decay);

    /// Gives dead codes a new place. How many there were.
    int restart();

    const torch::Tensor& words() const { return m_words; } ///< [codes, w]
    const torch::Tensor& counts() const { return m_counts; } ///< [codes], N

private:
    torch::Tensor m_words;
    torch::Tensor m_sums;
    torch::Tensor m_counts;
    std::uint64_t m_seed;
    std::uint64_t m_restarts = 0;
};

/// Codes of counts that fewer rows than this have are not sent: their sums would be nearly those of single
/// users or items.
inline constexpr int kLeastRows = 5;

/// Length of what a row adds in boundedSums(): a vector of at most 1 and a count of 1.
inline constexpr double kRowNorm = 1.4142135623730951;

/// The residual-quantised autoencoder of one silo over rows of one kind, items or users (RQ-VAE, Lee et al.
/// 2022): z = E(x), q1 = nearest codeword of the first codebook, q2 = that of the second to z - q1, loss =
/// |x - D(z + sg(q1 + q2 - z))|² + β (|z - sg(q1)|² + |z - sg(q1) - sg(q2)|²), with sg the stopped gradient;
/// codewords follow moving averages. The first layer is another one's where it is shared: it stands still
/// here, and sums leave. Encoder and decoder have one hidden layer each, rectified, of 64 units.
class Quantiser {
public:
    /// rows [N, d] are coded; `taught` [M, d], in their space, are what the autoencoder and the silo's own
    /// layers learn from: the same, or public ones where the rows are to be protected. Both scaled so that
    /// the mean norm of `taught` is 1.
    Quantiser(const torch::Tensor& rows, const torch::Tensor& taught, const federation::FedMmOptions& options,
        std::uint64_t seed);
    Quantiser(const torch::Tensor& rows, const federation::FedMmOptions& options, std::uint64_t seed)
        : Quantiser(rows, rows, options, seed)
    {
    }

    /// The autoencoder alone, before there are codewords.
    void warmUp(int epochs);

    /// Sum, sum of squares [2, w] and number of the latent vectors: what a first codebook is drawn from.
    CodebookSums moments() const;

    /// The shared first codebook. Without one the silo has its own.
    void setGlobal(const torch::Tensor& words) { m_global = words; }
    void openLocal();

    /// Mean reconstruction error of a row in the last epoch, of rows of mean norm 1.
    double train(int epochs);

    /// What leaves of the first layer; rarely used codes are 0.
    CodebookSums globalSums() const;

    /// The same before noise: each row's latent vector cut to length 1, and no code left out, so that a row
    /// adds at most kRowNorm to sums and counts together.
    CodebookSums boundedSums() const;

    /// Encoder and decoder.
    model::Parameters& coder() { return m_descent.parameters(); }
    const model::Parameters& coder() const { return m_descent.parameters(); }

    /// [N, layers] int64, the shared layer first.
    torch::Tensor codes() const;

    std::vector<CodeUse> use() const;

    /// z of each row, [N, w].
    torch::Tensor latent() const;

    int layers() const;

private:
    struct Quantised {
        std::vector<torch::Tensor> codes; ///< [N] per layer
        std::vector<torch::Tensor> words; ///< [N, w] per layer
    };
    Quantised quantised(const torch::Tensor& latent) const;
    const torch::Tensor& wordsOf(int layer) const;
    int size(int layer) const;

    torch::Tensor m_rows;
    torch::Tensor m_taught;
    federation::FedMmOptions m_options;
    std::uint64_t m_seed;
    Descent m_descent;
    torch::Tensor m_global; ///< undefined where the first layer is local
    std::vector<Codebook> m_local; ///< the layers that are the silo's own
};

} // namespace fedcctr::silos
