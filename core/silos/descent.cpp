// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/silos/descent.h"

#include <torch/csrc/autograd/autograd.h>

namespace fedcctr::silos {

using torch::Tensor;

namespace {

federation::FederationOptions adam(double rate)
{
    federation::FederationOptions options;
    options.optimizer = federation::ServerOptimizer::AdamW;
    options.learningRate = rate;
    return options;
}

} // namespace

Descent::Descent(model::Parameters parameters, double rate)
    : m_parameters(std::move(parameters))
    , m_server(adam(rate), m_parameters, std::vector<model::TensorSpec>(m_parameters.size()))
{
}

std::vector<Tensor> Descent::leaves() const
{
    std::vector<Tensor> leaves;
    for (const Tensor& tensor : m_parameters.tensors)
        leaves.push_back(tensor.detach().requires_grad_());
    return leaves;
}

void Descent::step(const Tensor& loss, const std::vector<Tensor>& leaves)
{
    model::Parameters gradients{torch::autograd::grad({loss}, leaves)};
    for (Tensor& gradient : gradients.tensors)
        gradient = gradient.contiguous();
    m_server.step(m_parameters, gradients, 0, ++m_steps);
}

} // namespace fedcctr::silos
