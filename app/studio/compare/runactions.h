// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runs/comparison.h"
#include "widgets/messagebar.h"

#include <QObject>
#include <QProcess>

namespace fedcctr::studio {

class RunLibrary;
class RunQueue;
class Workspace;

/// What can be done with runs: delete, import, queue more of them, write a report.
class RunActions : public QObject {
    Q_OBJECT
public:
    RunActions(Workspace* workspace, RunQueue* queue, RunLibrary* library, QWidget* page);
    ~RunActions() override;

    /// Asks; running ones are refused.
    void askToDelete(const QStringList& runs);

    /// Asks for a directory.
    void askToImport();

    /// One run per list of "key=value", over the settings of `base`. More than 20 are asked for.
    void queueLike(const EntryPtr& base, const QList<QStringList>& jobs);

    /// The preset "demo" on the open dataset, or on the demo dataset, which is made first.
    void queueDemo();

    /// The six rows of Table 6 with three seeds each, by the preset "paper" on the open dataset; asks.
    void queueAblation();

    /// The comparison of models on the open dataset, with three seeds.
    void queueComparison();

    /// Asks for a folder, then runs "fedcctr report" beside this program.
    void askForReport(const QStringList& runs);
    void writeReport(const QStringList& runs, const QString& folder);
    bool isReporting() const { return m_report.state() != QProcess::NotRunning; }
    void cancel();

Q_SIGNALS:
    void messaged(fedcctr::widgets::MessageBar::Kind kind, const QString& text,
        const QList<fedcctr::widgets::MessageBar::Action>& actions);
    void queued(const QString& run);
    void reportingChanged(bool on);

private:
    void moveToBin(const QStringList& runs);
    void queueNow(const EntryPtr& base, const QList<QStringList>& jobs);
    void reportEnded();

    Workspace* m_workspace;
    RunQueue* m_queue;
    RunLibrary* m_library;
    QWidget* m_page;
    QProcess m_report;
    QString m_reportFolder;
    bool m_cancelled = false;
    bool m_demoWanted = false;
};

} // namespace fedcctr::studio
