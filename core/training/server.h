// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/cohort.h"

namespace fedcctr::training {

/// The server's step on the averaged upload, with the optimiser's state.
class ServerStep {
public:
    /// `decays`: which dense tensors weight decay applies to; `idWidth`: how many columns of the item table
    /// are embeddings.
    ServerStep(const federation::FederationOptions& options, const model::Parameters& like,
        std::vector<bool> decays, std::int64_t idWidth);

    /// One step, in place, at the given round (from 0), which decides the learning rate; `count` is the
    /// number of steps with this one, less than the rounds if in some nobody sent anything. `mean` is the
    /// averaged upload: a gradient, or with several local steps the difference old - new.
    void step(model::Parameters& parameters, const Update& mean, int round, int count);

    /// First and second moments; empty for SGD. For checkpoints.
    std::vector<model::Parameters>& moments() { return m_moments; }
    const std::vector<model::Parameters>& moments() const { return m_moments; }

private:
    double learningRate(int round) const;

    federation::FederationOptions m_options;
    std::vector<bool> m_decays;
    std::int64_t m_idWidth;
    std::vector<model::Parameters> m_moments;
};

} // namespace fedcctr::training
