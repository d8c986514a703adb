// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace fedcctr::engine {

/// From here on SIGINT and SIGTERM are noted instead of ending the program, and a reader of our output that
/// goes away does not take us along.
void catchStopSignals();

/// One of the signals has come.
bool stopSignalled();

/// From here on they end the program again: all that must not be lost is written.
void releaseStopSignals();

} // namespace fedcctr::engine
