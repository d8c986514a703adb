// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace fedcctr::engine {

/// Writes to a descriptor from a thread of its own, so that a reader that stalls holds nobody else up. Its
/// end waits until all is written; once the engine was told to stop by a signal, for no longer than two
/// seconds without progress.
class LineWriter {
public:
    static constexpr std::size_t kMostWaiting = std::size_t{64} << 20; ///< bytes

    explicit LineWriter(int descriptor, std::size_t mostWaiting = kMostWaiting);
    ~LineWriter();
    LineWriter(const LineWriter&) = delete;
    LineWriter& operator=(const LineWriter&) = delete;

    /// Never waits: left out, and counted, when too much lies unread. May be called from any thread.
    void write(std::string text);

    /// Waits as the end does.
    void drain();

    /// How many texts were left out since the last call, once there is room again; else 0.
    std::size_t takeLeftOut();

private:
    void run();
    bool pass(std::string_view text);

    const int m_descriptor;
    const std::size_t m_mostWaiting;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::string m_waiting;
    bool m_busy = false; ///< with what was taken from m_waiting
    std::size_t m_leftOut = 0;
    bool m_ending = false;
    std::jthread m_thread; ///< last: it uses the others
};

} // namespace fedcctr::engine
