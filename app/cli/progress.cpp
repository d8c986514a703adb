// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/progress.h"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <unistd.h>

namespace fedcctr::cli {

ProgressLine::ProgressLine()
    : m_isTerminal(::isatty(STDERR_FILENO) == 1)
{
}

ProgressLine::~ProgressLine()
{
    clear();
}

void ProgressLine::show(double share, const std::string& what)
{
    const int percent = static_cast<int>(std::lround(100 * std::clamp(share, 0.0, 1.0)));
    if (m_isTerminal) {
        constexpr int kWidth = 30;
        const int filled = percent * kWidth / 100;
        std::string bar(static_cast<std::size_t>(filled), '#');
        bar.resize(kWidth, '.');
        std::cerr << "\r\x1b[K[" << bar << "] " << percent << " %  " << what << std::flush;
        m_isShown = true;
        return;
    }
    constexpr std::chrono::seconds kBetweenLines{5};
    const auto now = std::chrono::steady_clock::now();
    if (now - m_last < kBetweenLines)
        return;
    m_last = now;
    std::cerr << percent << " %: " << what << '\n';
}

void ProgressLine::clear()
{
    if (m_isShown)
        std::cerr << "\r\x1b[K" << std::flush;
    m_isShown = false;
}

} // namespace fedcctr::cli
