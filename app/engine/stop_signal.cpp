// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/stop_signal.h"

#include <csignal>

namespace fedcctr::engine {

namespace {

volatile std::sig_atomic_t signalCame = 0;

extern "C" void noteStopSignal(int /*signal*/)
{
    signalCame = 1;
}

void handleStopSignals(void (*handler)(int))
{
    // A handler, not a blocked signal that a thread waits for: libraries start threads of their own before
    // main(), which block nothing.
    struct sigaction action { };
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
}

} // namespace

void catchStopSignals()
{
    handleStopSignals(noteStopSignal);
    std::signal(SIGPIPE, SIG_IGN);
}

bool stopSignalled()
{
    return signalCame != 0;
}

void releaseStopSignals()
{
    handleStopSignals(SIG_DFL);
}

} // namespace fedcctr::engine
