// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stop_token>
#include <thread>

namespace fedcctr::cli {

/// Turns the first Ctrl-C (SIGINT, SIGTERM) into a stop request, so that work can end in order; a second one
/// ends the program at once. One at a time.
class Interruption {
public:
    Interruption();
    ~Interruption();
    Interruption(const Interruption&) = delete;
    Interruption& operator=(const Interruption&) = delete;

    std::stop_token token() const { return m_source.get_token(); }

private:
    std::stop_source m_source;
    std::jthread m_watcher; ///< a signal handler may not request the stop itself
};

} // namespace fedcctr::cli
