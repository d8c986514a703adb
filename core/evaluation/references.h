// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluation/metrics.h"

#include <span>
#include <string>
#include <string_view>

namespace fedcctr::evaluation {

/// A yardstick beside the trained models: what ranking reaches without training.
struct Reference {
    std::string_view name; ///< in files: "item-knn"
    std::string_view title; ///< for people: "item-KNN"

    /// Its scores are probabilities; else they only order the candidates, and a log-loss means nothing.
    bool hasLogLoss = false;
    DomainMetrics (*measure)(const data::Dataset& dataset, data::Split split) = nullptr;
};

/// All of them, the weakest first: engine, reports and window read them here.
std::span<const Reference> references();

/// The title of a name; the name itself where a run tells of one that is not known here.
std::string titleOfReference(const std::string& name);

} // namespace fedcctr::evaluation
