// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <deque>

namespace fedcctr::studio {

/// How fast rounds come, over the last seconds.
class Pace {
public:
    void reset();
    void roundAt(int round, qint64 ms);

    /// 0 until there are two rounds.
    double roundsPerSecond() const;

private:
    struct Sample {
        int round;
        qint64 ms;
    };
    std::deque<Sample> m_samples;
};

/// "1:02:03" or "2:38".
QString durationText(double seconds);

} // namespace fedcctr::studio
