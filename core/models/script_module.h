// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/model/spec.h"

#include <torch/types.h>

#include <span>
#include <string>
#include <vector>

namespace fedcctr::model {

/// What a module scores: items are numbered from 1, 0 is padding and stands behind the events.
struct ScriptQuery {
    torch::Tensor history; ///< [n, L] int64, of the domain
    torch::Tensor merged; ///< [n, L] int64, of both domains
    data::Domain domain = data::Domain::A; ///< of the candidates
    torch::Tensor candidates; ///< [n, C] int64
};

/// A TorchScript module that keeps the contract of README.md here. It is a function of its parameters and of
/// a query: always in evaluation mode, and never changed.
class ScriptModule {
public:
    /// Calls it on small queries. Throws Error naming the file, the input, output or parameter that does not
    /// fit, and the remedy.
    ScriptModule(
        const std::string& file, std::int64_t items, std::int64_t length, const torch::Device& device);

    /// The parameters that are trained (requires_grad), by their names; two names of one tensor are one
    /// parameter. All of them whole.
    const std::vector<TensorSpec>& specs() const { return m_specs; }

    /// Their values in the file, on the CPU.
    const std::vector<torch::Tensor>& start() const { return m_start; }

    /// Logits at the given parameters, [n, C]. May be called from several threads.
    torch::Tensor operator()(std::span<const torch::Tensor> parameters, const ScriptQuery& query) const;

private:
    std::string m_file;
    c10::intrusive_ptr<c10::ivalue::Object> m_object;
    std::vector<TensorSpec> m_specs;
    std::vector<torch::Tensor> m_start;
    std::vector<torch::Tensor> m_stored; ///< the tensors of m_object that give way to the parameters
};

} // namespace fedcctr::model
