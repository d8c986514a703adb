// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/common/page.h"
#include "app/studio/lab/labcompute.h"
#include "app/studio/runs/comparison.h"

#include <QThreadPool>
#include <QTimer>

#include <atomic>
#include <memory>

class QSplitter;

namespace fedcctr::widgets {
class MessageBar;
}

namespace fedcctr::studio {

class KnobPanel;
class LabBoard;
class LeakPanel;
class LessonStrip;
class RunLibrary;
class RunQueue;
class UtilityCard;
class Workspace;

/// What does privacy cost? Knobs, and charts that follow them while they are dragged; no training needed.
class PrivacyPage : public Page {
    Q_OBJECT
public:
    PrivacyPage(Workspace* workspace, RunQueue* queue, QWidget* parent = nullptr);
    ~PrivacyPage() override;

    QJsonObject state() const override;
    void restore(const QJsonObject& state) override;
    void resetLayout() override;
    void exportPage() override;
    void showRun(const QString& run) override;
    QString pendingWork() const override;
    void cancelWork() override;

    /// What is on the screen.
    const LabResult& result() const { return m_result; }

    /// Knobs, charts, lesson and what the accountants say on one page; returns what went wrong, empty if
    /// nothing did.
    QString writeHandout(const QString& path);

Q_SIGNALS:
    /// What is on the screen fits the knobs, but for what is slow.
    void shown();

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QLayout* buildHeader();
    void buildBody();
    void connectParts();
    void connectRuns();

    /// With the knobs as they are, as soon as the work under way is done.
    void compute();
    void showResult(const LabResult& result);
    void computeRest();
    void openLesson(int lesson);
    void answer(int lesson);
    void apply();
    void takeFrom(const QString& run);
    void showRuns();
    void queueSweep();
    void tell(const QString& path);

    Workspace* m_workspace;
    RunQueue* m_queue;
    widgets::MessageBar* m_message;
    LessonStrip* m_lessons;
    QSplitter* m_columns;
    KnobPanel* m_knobs;
    LabBoard* m_board;
    LeakPanel* m_leak;
    UtilityCard* m_utility;
    RunLibrary* m_library;
    std::vector<EntryPtr> m_runs; ///< that are shown
    QString m_runsOn; ///< the dataset that was open then
    bool m_runsShown = false;
    QString m_preset; ///< what Apply starts from
    QString m_exportFolder;
    LabResult m_result;
    bool m_computing = false;
    bool m_again = false; ///< the knobs moved meanwhile
    int m_generation = 0; ///< of the knobs
    std::shared_ptr<std::atomic<bool>> m_cancelRest; ///< of the slow work under way
    QTimer m_restTimer; ///< the slow work waits until the knobs rest
    QThreadPool m_fast;
    QThreadPool m_slow;
};

} // namespace fedcctr::studio
