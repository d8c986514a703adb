// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/threads.h"

#include <span>
#include <torch/types.h>

namespace fedcctr::training {

/// The values of a tensor that lies on this machine in one piece, as floats.
std::span<float> valuesOf(const torch::Tensor& tensor);

/// Calls work(tensor, begin, count) for stretches of the tensors' values that cover them all, shared out
/// among the workers if there are any. A stretch begins at a multiple of a fixed size, so that the cut does
/// not depend on them.
void overStretches(std::span<const torch::Tensor> tensors, const model::Workers* workers,
    const std::function<void(std::size_t tensor, std::size_t begin, std::size_t count)>& work);

} // namespace fedcctr::training
