// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/llm/transport.h"

namespace fedcctr::llm {

/// Whether the reply tells its answer piece by piece (text/event-stream).
bool isEventStream(const HttpReply& reply);

/// A stream of chat completion chunks, put together.
struct EventStream {
    QByteArray body; ///< one chat completion, or the error that the stream tells of
    bool isWhole = false; ///< it came to its end
};
EventStream gathered(const QByteArray& stream);

} // namespace fedcctr::llm
