// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>

namespace fedcctr::cli {

/// Progress on standard error: a bar that redraws itself on a terminal, elsewhere a plain line now and then,
/// and nothing at all for work that takes less than a few seconds.
class ProgressLine {
public:
    ProgressLine();
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    /// `share` from 0 to 1.
    void show(double share, const std::string& what);

    /// Removes the bar, so that a message can follow.
    void clear();

private:
    bool m_isTerminal;
    bool m_isShown = false;
    std::chrono::steady_clock::time_point m_last = std::chrono::steady_clock::now();
};

} // namespace fedcctr::cli
