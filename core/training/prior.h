// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/model/options.h"
#include "core/privacy/noise_source.h"
#include "core/privacy/options.h"

#include <vector>

namespace fedcctr::training {

/// The popularity prior that the model's options ask for, one value per item: ln(1 + count), or empty. Throws
/// Error naming file and line. A histogram is drawn from the clients' training items under noise
/// (privatePopularity()); Ledger charges for it.
std::vector<float> popularityPrior(const data::Dataset& dataset, const model::ModelOptions& model,
    const privacy::PrivacyOptions& privacy, const privacy::NoiseSource& source);

/// Sum over clients of the indicator of their training items, each scaled to length 1, with Gaussian noise of
/// standard deviation `noise` on every item (for `local` on every client's vector), back in the unit of
/// counts and cut below twice the noise. Two such vectors have no negative entries, so that they are at most
/// sqrt(2) apart. noise 0: the plain sums.
std::vector<double> privatePopularity(const data::Dataset& dataset, double noise,
    privacy::Adversary adversary, const privacy::NoiseSource& source,
    privacy::NoisePurpose purpose = privacy::NoisePurpose::Histogram);

} // namespace fedcctr::training
