// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/codes.h"
#include "core/nn/threads.h"
#include "core/privacy/ledger.h"
#include "core/privacy/noise_source.h"
#include "core/silos/collaborative.h"
#include "core/silos/quantiser.h"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace fedcctr::silos {

/// The two kinds of rows that are quantised, each with codebooks of its own.
enum class CodedKind : std::uint8_t { Items = 0, Users = 1 };
inline constexpr std::array<CodedKind, 2> kCodedKinds{CodedKind::Items, CodedKind::Users};

/// What protects the users' rows: Gaussian noise on each silo's sums and counts of them, drawn by the silo
/// before they leave, in privacy.noise_multiplier times the row's bound (kRowNorm). Items are public then,
/// and the users' autoencoder learns from items alone.
struct CodebookNoise {
    privacy::PrivacyOptions privacy;
    privacy::NoiseSource source;
};

/// What every user of a silo has spent after so many rounds of noised codebook sums, in each of which all
/// take part.
privacy::Ledger codebookLedger(
    const privacy::PrivacyOptions& options, int rounds, int planned, std::size_t users);

/// What one silo sends in a round of codebooks, and all of it.
struct CodebookUpload {
    std::array<CodebookSums, 2> sums; ///< by kind
    std::array<model::Parameters, 2> coders; ///< where they are shared; else empty

    /// As they would go over a wire: float32 in the order above.
    std::string bytes() const;
};

/// How a silo's codebooks stand after a round.
struct CodebookReport {
    std::array<double, 2> reconstruction{}; ///< by kind: error per row of mean norm 1
    std::array<std::vector<CodeUse>, 2> use; ///< by kind and layer
};

/// Part (b) of FedMM: an RQ-VAE per silo whose first codebook is the federation's. A round: every silo trains
/// (fedmm.epochs) against the global codewords as they stand, sends the sums and counts of its latent vectors
/// by code, and the server moves the codewords; where the autoencoder is shared, its parameters are averaged.
/// Nothing else leaves a silo but, once, sums and sums of squares of its latent vectors, from which the first
/// codewords are drawn.
class CodebookFederation {
public:
    /// Vectors by silo; `weights` of the silos in averages.
    CodebookFederation(std::span<const CollaborativeVectors> silos, std::span<const double> weights,
        const federation::FedMmOptions& options, std::uint64_t seed, const model::Workers& workers,
        std::optional<CodebookNoise> noise = {});

    /// Under noise: the greatest epsilon of a silo's users so far, under the governing accountant; else 0.
    double epsilon(std::size_t silo) const;

    /// One exchange. By silo.
    std::vector<CodebookReport> round();

    CodebookUpload upload(std::size_t silo) const;
    /// Of every silo; with places where all items' latent vectors lie on their two main axes.
    std::vector<model::Codes> codes() const;
    model::Codes codes(std::size_t silo) const; ///< without places

private:
    Quantiser& at(std::size_t silo, CodedKind kind)
    {
        return m_quantisers[silo * 2 + static_cast<std::size_t>(kind)];
    }
    const Quantiser& at(std::size_t silo, CodedKind kind) const
    {
        return m_quantisers[silo * 2 + static_cast<std::size_t>(kind)];
    }
    std::size_t siloCount() const { return m_quantisers.size() / 2; }
    void open();
    void averageCoders(CodedKind kind);
    void moveCodewords(CodedKind kind);
    CodebookSums sent(std::size_t silo, CodedKind kind) const;
    bool isProtected(CodedKind kind) const { return m_noise && kind == CodedKind::Users; }

    federation::FedMmOptions m_options;
    std::vector<double> m_weights;
    std::uint64_t m_seed;
    const model::Workers& m_workers;
    std::optional<CodebookNoise> m_noise;
    std::vector<privacy::Ledger> m_ledgers; ///< by silo; none without noise
    int m_round = 0; ///< done
    std::vector<Quantiser> m_quantisers; ///< silo by silo, items and users
    std::vector<Codebook> m_global; ///< by kind; none without a global layer
};

} // namespace fedcctr::silos
