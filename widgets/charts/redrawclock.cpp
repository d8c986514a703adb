// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/redrawclock.h"

#include <QElapsedTimer>

#include <algorithm>

namespace fedcctr::widgets {

namespace {

constexpr int kUsualRate = 30;
constexpr int kSlowestMs = 500;
constexpr qint64 kSlowTickMs = 20;
constexpr int kRestPerWork = 3;

} // namespace

RedrawClock::RedrawClock(QObject* parent)
    : QObject(parent)
    , m_fastestMs(1000 / kUsualRate)
{
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(m_fastestMs);
    connect(&m_timer, &QTimer::timeout, this, &RedrawClock::beat);
}

void RedrawClock::setRate(int perSecond)
{
    m_fastestMs = 1000 / std::clamp(perSecond, 10, 60);
    m_timer.setInterval(m_fastestMs);
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
        spent.elapsed() > kSlowTickMs ? static_cast<int>(spent.elapsed()) * (1 + kRestPerWork) : m_fastestMs;
    if (const int interval = std::clamp(wanted, m_fastestMs, kSlowestMs); interval != m_timer.interval())
        m_timer.setInterval(interval);
}

} // namespace fedcctr::widgets
