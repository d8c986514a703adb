// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/script_module.h"
#include "core/nn/model.h"

namespace fedcctr::model {

/// A model of the user's own: the TorchScript module in model.file gives the logits of candidates after
/// histories, and its parameters are trained as those of any other model. The contract of the module is in
/// README.md here.
///
/// Clients are scored one after the other, each by the module at its own parameters; every target is scored
/// after its own prefix, so that a target costs the module a whole history. Parameters start as the file has
/// them, whatever the seed.
class Script : public Model {
public:
    Script(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device);

    Parameters initialise(std::uint64_t seed) const override;
    LossTerms losses(const Leaves& leaves, const Batch& batch, const LossOptions& options,
        std::span<const double> weights, Dropout& dropout) const override;
    std::unique_ptr<Ranker> ranker(const Parameters& parameters) const override;

    /// The norms of rows 1, 2, … of the first matrix with a row per item and one for the padding.
    torch::Tensor itemEvidence(const Parameters& upload) const override;

private:
    class ModuleRanker;

    Script(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
        ScriptModule module);
    torch::Tensor logits(std::span<const torch::Tensor> parameters, const Batch& batch, std::int64_t group,
        data::Domain domain) const;

    ScriptModule m_module;
    std::int64_t m_items;
    std::size_t m_smallest; ///< of the parameters
};

} // namespace fedcctr::model
