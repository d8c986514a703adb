// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/spec.h"

namespace fedcctr::model {

template <typename... Models> struct ModelList {
};

/// Every model, in the order of menus. Adding one is a line here: its spec specialises infoOf(), its pair
/// made() (core/models/made.h).
using AllModels = ModelList<class IdstCl, //
    class PrivateHead, //
    class LogisticRegression, //
    class Dien, //
    class Bst, //
    class CoNet, //
    class MiNet, //
    class C2dsr, //
    class TriCdr, //
    class FedDssm, //
    class FedSasRec, //
    class FedCl4SRec, //
    class FedDcsr, //
    class Dnn, //
    class DeepFm, //
    class Din, //
    class SimHard, //
    class SimSoft, //
    class Twin, //
    class CdaNet, //
    class Lcn, //
    class RalCdNet, //
    class Script>;

/// What is to be known of a model.
template <typename Model> const ModelInfo& infoOf();

/// Of all of them.
std::span<const ModelInfo* const> models();

/// Throws Error listing the names.
const ModelInfo& modelInfo(std::string_view name);

/// The model's settings, null where it is of another version.
const ModelInfo* knownModel(std::string_view name);

/// Names of the private head's weights of a domain, in order.
std::vector<std::string> privateHeadFeatures(bool prior);

} // namespace fedcctr::model
