// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/server.h"

namespace fedcctr::silos {

/// Adam on a handful of tensors that a silo trains by itself.
class Descent {
public:
    Descent(model::Parameters parameters, double rate);

    /// Leaves to compute a loss of, in the order of the parameters.
    std::vector<torch::Tensor> leaves() const;

    /// One step along the gradient of a loss of these leaves.
    void step(const torch::Tensor& loss, const std::vector<torch::Tensor>& leaves);

    model::Parameters& parameters() { return m_parameters; }
    const model::Parameters& parameters() const { return m_parameters; }

private:
    model::Parameters m_parameters;
    training::ServerStep m_server;
    int m_steps = 0;
};

} // namespace fedcctr::silos
