// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/augment/pausablemodel.h"

namespace fedcctr::studio {

void PauseGate::setPaused(bool paused)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_paused = paused;
    }
    m_changed.notify_all();
}

bool PauseGate::isPaused() const
{
    const std::scoped_lock lock(m_mutex);
    return m_paused;
}

void PauseGate::wait(const std::stop_token& stop)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, stop, [this] { return !m_paused; });
}

augment::Answer PausableModel::ask(const augment::Question& question, const std::stop_token& stop)
{
    m_gate.wait(stop);
    if (!stop.stop_requested())
        return m_model.ask(question, stop);
    augment::Answer answer;
    answer.kind = augment::Answer::Kind::Cancelled;
    return answer;
}

} // namespace fedcctr::studio
