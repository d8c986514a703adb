// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/language_model.h"
#include "core/llm/transport.h"

namespace fedcctr::llm {

/// Brings the odd forms of a reply into the usual one: an event stream becomes the completion that it tells
/// piece by piece (or a lost connection, if it breaks off), and an error inside HTTP 200 gets the status that
/// it names.
void straighten(HttpReply& reply);

/// Takes the completion out of a reply; false if it is none. `most`: tokens that were allowed.
bool readCompletion(const HttpReply& reply, int most, augment::Answer& answer);

} // namespace fedcctr::llm
