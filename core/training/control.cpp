// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/control.h"

#include <utility>

namespace fedcctr::training {

void TrainingControl::pause(bool wanted)
{
    const std::scoped_lock lock(m_mutex);
    m_paused = wanted;
    m_changed.notify_all();
}

void TrainingControl::stop()
{
    m_stop.request_stop();
}

void TrainingControl::setWeight(const std::string& key, double value)
{
    const std::scoped_lock lock(m_mutex);
    m_weights[key] = value;
}

bool TrainingControl::waitWhilePaused(const std::function<void(bool isPaused)>& paused)
{
    const std::stop_token stop = m_stop.get_token();
    std::unique_lock lock(m_mutex);
    if (m_paused && !stop.stop_requested()) {
        paused(true);
        m_changed.wait(lock, stop, [&] { return !m_paused; });
        if (!stop.stop_requested())
            paused(false);
    }
    return !stop.stop_requested();
}

std::map<std::string, double> TrainingControl::takeWeights()
{
    const std::scoped_lock lock(m_mutex);
    return std::exchange(m_weights, {});
}

} // namespace fedcctr::training
