// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/common/pace.h"

#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr qint64 kPaceMs = 15000;
constexpr std::size_t kMostSamples = 512;

} // namespace

void Pace::reset()
{
    m_samples.clear();
}

void Pace::roundAt(int round, qint64 ms)
{
    m_samples.push_back({round, ms});
    while (m_samples.size() > 2 && (ms - m_samples.front().ms > kPaceMs || m_samples.size() > kMostSamples))
        m_samples.pop_front();
}

double Pace::roundsPerSecond() const
{
    if (m_samples.size() < 2 || m_samples.back().ms <= m_samples.front().ms)
        return 0;
    return 1000.0 * (m_samples.back().round - m_samples.front().round)
        / static_cast<double>(m_samples.back().ms - m_samples.front().ms);
}

QString durationText(double seconds)
{
    const auto whole = static_cast<qint64>(std::ceil(seconds));
    const QString tail = u"%1:%2"_s.arg(whole / 60 % 60).arg(whole % 60, 2, 10, QChar(u'0'));
    return whole < 3600 ? tail : u"%1:%2"_s.arg(whole / 3600).arg(tail, 5, QChar(u'0'));
}

} // namespace fedcctr::studio
