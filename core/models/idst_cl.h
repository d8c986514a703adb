// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/model.h"
#include "core/nn/token_table.h"

#include <optional>

namespace fedcctr::model {

/// IDST-CL (Section 3.4): one transformer per domain and one for the merged sequence, tied by IDRA and CDRD.
class IdstCl : public Model {
public:
    /// `profiles`: whether users have profiles; then e_side holds their embedding. `features`: as in
    /// itemWords().
    IdstCl(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
        bool profiles = false, std::span<const augment::ItemFeatures> features = {});

    /// Xavier for weights and tables, ones and zeros for norms and biases, all from the seed.
    Parameters initialise(std::uint64_t seed) const override;
    std::vector<std::string> names() const override;
    std::vector<bool> decays() const override;
    LossParts losses(const Leaves& leaves, const Batch& batch, const LossOptions& options,
        Dropout& dropout) const override;
    ItemVectors itemVectors(const Leaves& leaves, const torch::Tensor& rows) const override;
    torch::Tensor scores(const Leaves& leaves, const ItemVectors& vectors, const RankingBatch& batch,
        data::Domain domain) const override;
    std::array<torch::Tensor, 3> representations(
        const Leaves& leaves, const ItemVectors& vectors, const RankingBatch& batch) const override;

    /// The norms of the item table's rows: a client's gradient is zero where it touched nothing.
    torch::Tensor itemEvidence(const Parameters& upload) const override;
    const ModelOptions& options() const override { return m_options; }

private:
    enum Stream : std::size_t { kStreamA, kStreamB, kStreamM };

    struct Spec {
        std::string name;
        std::vector<std::int64_t> shape;
        enum class Start : std::uint8_t { Xavier, Zeros, Ones, Small } start;
    };

    void specifyStream(char letter);
    void specifyScorer(char letter);
    std::size_t specify(std::string name, std::vector<std::int64_t> shape, Spec::Start start);

    torch::Tensor features(const Leaves& leaves, const torch::Tensor& rows) const;
    torch::Tensor input(Stream stream, const Leaves& leaves, const ItemVectors& vectors,
        const torch::Tensor& index, Dropout& dropout) const;
    torch::Tensor encode(Stream stream, const Leaves& leaves, torch::Tensor x, const torch::Tensor& bias,
        Dropout& dropout) const;
    torch::Tensor prefixes(Stream stream, const Leaves& leaves, const ItemVectors& vectors,
        const StreamBatch& batch, Dropout& dropout) const;
    torch::Tensor everyPrefix(
        Stream stream, const Leaves& leaves, const torch::Tensor& x, Dropout& dropout) const;
    torch::Tensor withProfile(
        const Leaves& leaves, const ProfileBatch& profile, const torch::Tensor& user) const;
    torch::Tensor userSide(data::Domain domain, const Leaves& leaves, const torch::Tensor& user) const;
    torch::Tensor idraTerm(const Leaves& leaves, const ItemVectors& vectors, const Batch& batch,
        const std::array<torch::Tensor, 3>& tables, const LossOptions& options, Dropout& dropout) const;
    torch::Tensor score(data::Domain domain, const Leaves& leaves, const torch::Tensor& side,
        const ItemVectors& items, const torch::Tensor& rows, Dropout& dropout) const;
    torch::Tensor mlpScore(std::size_t first, const Leaves& leaves, const torch::Tensor& side,
        const torch::Tensor& vectors, Dropout& dropout) const;
    torch::Tensor rankingLoss(data::Domain domain, const Leaves& leaves, const ItemVectors& vectors,
        const std::array<torch::Tensor, 3>& tables, const TargetBatch& targets, const ProfileBatch& profile,
        const LossOptions& options, Dropout& dropout) const;

    ModelOptions m_options;
    torch::Device m_device;
    std::int64_t m_itemCount;
    std::int64_t m_profileWidth; ///< 0 without profiles
    std::int64_t m_featureWidth; ///< 0 without features
    std::int64_t m_vectorWidth; ///< of an item vector without its position
    std::vector<std::int64_t> m_hidden; ///< MLP widths
    torch::Tensor m_text; ///< [items, textWidth]
    std::optional<TokenTable> m_tokens;

    std::vector<Spec> m_specs;
    std::array<std::size_t, 3> m_streamStart{};
    std::array<std::size_t, 2> m_scorerStart{};
    std::size_t m_featureStart = 0;
    std::size_t m_profileStart = 0;
};

} // namespace fedcctr::model
