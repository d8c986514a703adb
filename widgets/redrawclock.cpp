// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/redrawclock.h"

#include <QElapsedTimer>

#include <algorithm>

namespace fedcctr::widgets {

namespace {

constexpr int kFastestMs = 33;
constexpr int kSlowestMs = 500;
constexpr qint64 kSlowTickMs = 20;
constexpr int kRestPerWork = 3;

} // namespace

RedrawClock::RedrawClock(QObject* parent)
    : QObject(parent)
{
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(kFastestMs);
    connect(&m_timer, &QTimer::timeout, this, &RedrawClock::beat);
}

void RedrawClock::wake()
{
    m_awake = true;
    if (!m_timer.isActive())
        m_timer.start();
}

void RedrawClock::beat()
{
    if (!m_awake) {
        m_timer.stop();
        return;
    }
    m_awake = false;
    QElapsedTimer spent;
    spent.start();
    Q_EMIT tick();
    // Slow drawing must leave most of the time to everything else.
    const int wanted =
        spent.elapsed() > kSlowTickMs ? static_cast<int>(spent.elapsed()) * (1 + kRestPerWork) : kFastestMs;
    if (const int interval = std::clamp(wanted, kFastestMs, kSlowestMs); interval != m_timer.interval())
        m_timer.setInterval(interval);
}

} // namespace fedcctr::widgets
