// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/parts.h"
#include "core/models/specs/own_fields.h"

namespace fedcctr::model {

/// The tensors of a CtrModel behind its own: an MLP per domain over the user, the candidate and `interests`
/// more vectors of an item's width, the users' vectors and the items.
void addCtr(Tensors& tensors, const ModelOptions& options, const DataShape& shape, std::int64_t interests);

/// Of a search in two stages, per domain: an activation unit for the newest events, NAME.unit, and the square
/// matrices of an attention over what was found, NAME.STAGE.query, .key and .value.
void addTwoStages(
    Tensors& tensors, const ModelOptions& options, const std::string& stage, std::int64_t hidden);

/// Keys of the shared sections that a CtrModel reads.
std::vector<std::string> ctrKeys();

/// NAME.length: how many events its exact unit sees of what the search unit found in model.history events.
OwnField lengthField(const std::string& model, const std::string& what);

/// NAME.attention: hidden units of its activation units.
OwnField attentionField(const std::string& model, const std::string& publication);

} // namespace fedcctr::model
