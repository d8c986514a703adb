// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/ctr_model.h"

namespace fedcctr::model {

/// Search-based Interest Model (Pi et al., CIKM 2020, arXiv 2006.05639): a general search unit finds the
/// events of a long history that matter to the candidate, an exact search unit attends to them (softmax of
/// q k^T / sqrt(d)); beside them stands the interest in the newest events (DIN's activation unit). Of the
/// predicted domain alone, as RAL-CDNet compares with it.
///
/// Decided here: one head, and no vectors of elapsed time, since not every dataset has times.
class Sim : public CtrModel {
protected:
    Sim(const ModelInfo& info, const data::Dataset& dataset, const ModelOptions& options,
        const torch::Device& device, std::span<const augment::ItemFeatures> features);

    /// How well each event fits each candidate, and which may be found at all: [K, n, Q, L] both.
    struct Found {
        torch::Tensor scores;
        torch::Tensor valid;
    };
    virtual Found search(
        const Asked& asked, const torch::Tensor& events, const torch::Tensor& valid) const = 0;

private:
    torch::Tensor interests(const Asked& asked) const override;

    std::array<std::size_t, 2> m_unit; ///< by domain
    std::array<std::size_t, 2> m_query;
    std::int64_t m_length;
};

/// Soft search: the events of the largest inner product with the candidate.
///
/// Decided here: of the trained item vectors themselves; the publication trains others for it.
class SimSoft : public Sim {
public:
    /// `features`: as in itemWords().
    SimSoft(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
        std::span<const augment::ItemFeatures> features = {});

private:
    Found search(const Asked& asked, const torch::Tensor& events, const torch::Tensor& valid) const override;
};

/// Hard search: the newest events of the candidate's category.
///
/// Decided here: items that share one of their keys (itemKeys()) are of one category.
class SimHard : public Sim {
public:
    /// `features`: as in itemWords().
    SimHard(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
        std::span<const augment::ItemFeatures> features = {});

private:
    Found search(const Asked& asked, const torch::Tensor& events, const torch::Tensor& valid) const override;

    torch::Tensor m_keys; ///< [items, k]
};

} // namespace fedcctr::model
