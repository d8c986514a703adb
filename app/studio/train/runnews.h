// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/common/page.h"
#include "app/studio/runs/runrecording.h"
#include "widgets/messagebar.h"

namespace fedcctr::studio {

class EventLog;

/// What is said of the shown run: the lines of its log, and a message at its end.
class RunNews : public QObject {
    Q_OBJECT
public:
    RunNews(EventLog* log, widgets::MessageBar* message, QWidget* page);

    void logHello(const HelloMessage& hello);
    void logRound(const RunRecording& record, const RoundRecord& round);
    void logEvent(const EventMessage& event, const QDateTime& at = QDateTime::currentDateTime());

    /// What happened before anybody looked.
    void refill(const RunRecording& record);

    /// The record has an end.
    void showEnd(const RunRecording& record, const QString& run);
    void showFailure(const RunRecording& record, const QString& run, const RunEnd& end);
    void showInterrupted(const RunRecording& record, const QString& run, bool mayResume);

Q_SIGNALS:
    /// Show this run on that page.
    void runRequested(fedcctr::studio::PageId page, const QString& run);
    void resumeRequested(const QString& run);

private:
    widgets::MessageBar::Action openFolder(const QString& run) const;
    widgets::MessageBar::Action resume(const RunRecording& record, const QString& run);

    EventLog* m_log;
    widgets::MessageBar* m_message;
    QWidget* m_page;
};

} // namespace fedcctr::studio
