// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runs/runrecording.h"

#include <QWidget>

namespace fedcctr::studio {

/// The rounds of a run as a strip: how far it is, and at which rounds something happened. Each kind of event
/// has a shape of its own; pointing at it tells more, and so does the log.
class RunTimeline : public QWidget {
    Q_OBJECT
public:
    explicit RunTimeline(QWidget* parent = nullptr);

    void show(const RunRecording& record);
    void add(const EventMessage& event);
    void setRound(int round);

    /// What happened near this place, one line each.
    QStringList eventsAt(int x) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    double xOf(int round) const;
    void describe();

    std::vector<EventMessage> m_events;
    int m_planned = 0;
    int m_round = 0;
};

} // namespace fedcctr::studio
