// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/redrawclock.h"

#include <QElapsedTimer>

#include <algorithm>

namespace fedcctr::widgets {

namespace {

constexpr int kFastestMs = 33;
constexpr int kSlowestMs = 528;
constexpr qint64 kSlowTickMs = 20;
constexpr qint64 kQuickTickMs = 8;

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
    const int now = m_timer.interval();
    if (spent.elapsed() > kSlowTickMs)
        m_timer.setInterval(std::min(now * 2, kSlowestMs));
    else if (spent.elapsed() < kQuickTickMs && now > kFastestMs)
        m_timer.setInterval(std::max(now / 2, kFastestMs));
}

} // namespace fedcctr::widgets
