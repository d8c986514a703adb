// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/language_model.h"

#include <condition_variable>
#include <mutex>

namespace fedcctr::studio {

/// Holds threads up while it is closed.
class PauseGate {
public:
    void setPaused(bool paused);
    bool isPaused() const;

    /// Returns once the gate is open or the token is stopped.
    void wait(const std::stop_token& stop);

private:
    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    bool m_paused = false;
};

/// Another model behind a gate: while it is closed no new question is sent; those under way are answered.
class PausableModel : public augment::LanguageModel {
public:
    PausableModel(augment::LanguageModel& model, PauseGate& gate)
        : m_model(model)
        , m_gate(gate)
    {
    }

    augment::Answer ask(const augment::Question& question, const std::stop_token& stop) override;
    std::string name() const override { return m_model.name(); }

private:
    augment::LanguageModel& m_model;
    PauseGate& m_gate;
};

} // namespace fedcctr::studio
