// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/cohort.h"

namespace fedcctr::training {

/// The server's step on the averaged upload, with the optimiser's state.
class ServerStep {
public:
    /// `like`: the tensors that leave the client, as uploadedPart() gives them.
    ServerStep(const federation::FederationOptions& options, const model::Parameters& like,
        std::vector<model::TensorSpec> specs, const model::Workers* workers = nullptr);

    /// One step, in place, at the given round (from 0), which decides the learning rate; `count` is the
    /// number of steps with this one, less than the rounds if in some nobody sent anything. `mean` is the
    /// averaged upload: a gradient, or with several local steps the difference old - new. Tensors of
    /// users are left alone.
    void step(model::Parameters& parameters, const ClientUpdate& mean, int round, int count);

    /// First and second moments; none for SGD. For checkpoints.
    std::vector<model::Parameters>& moments() { return m_moments; }
    const std::vector<model::Parameters>& moments() const { return m_moments; }

private:
    double learningRate(int round) const;
    void adam(model::Parameters& parameters, const ClientUpdate& mean, double rate, int count);
    void decay(torch::Tensor& value, const model::TensorSpec& spec, double rate) const;

    federation::FederationOptions m_options;
    std::vector<model::TensorSpec> m_specs;
    const model::Workers* m_workers;
    std::vector<model::Parameters> m_moments;
};

} // namespace fedcctr::training
