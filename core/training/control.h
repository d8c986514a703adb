// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>

namespace fedcctr::training {

/// What another thread may ask of a training; obeyed at the next round's end.
class TrainingControl {
public:
    void pause(bool wanted);
    void stop();
    std::stop_token stopToken() const { return m_stop.get_token(); }

    /// The weight of a loss term, by its setting (TermInfo::weightKey).
    void setWeight(const std::string& key, double value);

    /// Of the training thread: waits while paused, telling `paused` of it. False: stop.
    bool waitWhilePaused(const std::function<void(bool isPaused)>& paused);

    /// Of the training thread: the weights that were set since the last call.
    std::map<std::string, double> takeWeights();

private:
    std::stop_source m_stop;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    bool m_paused = false;
    std::map<std::string, double> m_weights;
};

} // namespace fedcctr::training
