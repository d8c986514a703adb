// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/line_writer.h"

#include "app/engine/stop_signal.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace fedcctr::engine {

namespace {

constexpr int kLookMs = 50; ///< how often a stalled writer looks for a stop
constexpr std::chrono::seconds kPatience{2}; ///< with a stalled reader, once a stop was signalled

/// What the descriptor takes at once; a negative number if it takes nothing any more.
ssize_t writeSome(int descriptor, std::string_view text)
{
    // A pipe that can be written to takes this much without waiting.
    const std::size_t most = std::min<std::size_t>(text.size(), PIPE_BUF);
    const ssize_t sent = ::send(descriptor, text.data(), most, MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent < 0 && errno == ENOTSOCK ? ::write(descriptor, text.data(), most) : sent;
}

} // namespace

LineWriter::LineWriter(int descriptor, std::size_t mostWaiting)
    : m_descriptor(descriptor)
    , m_mostWaiting(mostWaiting)
    , m_thread([this] { run(); })
{
}

LineWriter::~LineWriter()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_ending = true;
    }
    m_changed.notify_all();
}

void LineWriter::write(std::string text)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (m_waiting.size() + text.size() > m_mostWaiting)
            ++m_leftOut;
        else
            m_waiting += text;
    }
    m_changed.notify_all();
}

void LineWriter::drain()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_waiting.empty() && !m_busy; });
}

std::size_t LineWriter::takeLeftOut()
{
    const std::scoped_lock lock(m_mutex);
    return m_waiting.size() > m_mostWaiting / 2 ? 0 : std::exchange(m_leftOut, 0);
}

void LineWriter::run()
{
    std::unique_lock lock(m_mutex);
    bool isRead = true;
    for (;;) {
        m_changed.wait(lock, [this] { return m_ending || !m_waiting.empty(); });
        const std::string text = std::exchange(m_waiting, {});
        if (text.empty())
            return;
        m_busy = true;
        lock.unlock();
        isRead = isRead && pass(text);
        lock.lock();
        m_busy = false;
        m_changed.notify_all();
    }
}

/// False if nobody will read any more, or not soon enough.
bool LineWriter::pass(std::string_view text)
{
    using Clock = std::chrono::steady_clock;
    Clock::time_point last = Clock::now();
    while (!text.empty()) {
        pollfd watched{m_descriptor, POLLOUT, 0};
        const int ready = ::poll(&watched, 1, kLookMs);
        const ssize_t count = ready > 0 ? writeSome(m_descriptor, text) : 0;
        if (count < 0 && errno != EINTR && errno != EAGAIN)
            return false;
        if (count > 0) {
            text.remove_prefix(static_cast<std::size_t>(count));
            last = Clock::now();
        }
        if (!stopSignalled())
            last = std::max(last, Clock::now());
        else if (Clock::now() - last > kPatience)
            return false;
    }
    return true;
}

} // namespace fedcctr::engine
