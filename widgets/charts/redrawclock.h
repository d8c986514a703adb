// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>

namespace fedcctr::widgets {

/// The one beat on which a page's charts redraw: 30 times a second (or as often as said) while something is
/// new, and slower while drawing takes longer than it may. Rests when nothing is new.
class RedrawClock : public QObject {
    Q_OBJECT
public:
    explicit RedrawClock(QObject* parent = nullptr);

    /// Something is new: there will be a tick.
    void wake();

    /// Redraws a second at most, 10 to 60; 30 if it is not said.
    void setRate(int perSecond);

    int intervalMs() const { return m_timer.interval(); }

Q_SIGNALS:
    /// Draw now what is new; the time that the receivers take is measured.
    void tick();

private:
    void beat();

    QTimer m_timer;
    int m_fastestMs;
    bool m_awake = false;
};

} // namespace fedcctr::widgets
