// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/interruption.h"

#include <atomic>
#include <chrono>
#include <csignal>

namespace fedcctr::cli {

namespace {

std::atomic<bool> signalled = false;
static_assert(std::atomic<bool>::is_always_lock_free);

void onSignal(int)
{
    signalled = true;
}

void install(void (*handler)(int), int flags)
{
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = flags;
    for (const int signal : {SIGINT, SIGTERM})
        sigaction(signal, &action, nullptr);
}

} // namespace

Interruption::Interruption()
{
    signalled = false;
    install(onSignal, static_cast<int>(SA_RESETHAND | SA_RESTART));
    m_watcher = std::jthread([this](const std::stop_token& done) {
        constexpr std::chrono::milliseconds kBetweenLooks{50};
        while (!done.stop_requested() && !signalled)
            std::this_thread::sleep_for(kBetweenLooks);
        if (signalled)
            m_source.request_stop();
    });
}

Interruption::~Interruption()
{
    install(SIG_DFL, 0);
}

} // namespace fedcctr::cli
