// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/common/page.h"

#include <QFrame>
#include <QList>

class QGridLayout;
class QLabel;
class QProgressBar;
class QPushButton;

namespace fedcctr::studio {

class RunQueue;
class Workspace;

/// "First experiment": from start to a privacy-utility plot in five minutes, in steps that tick themselves
/// off. Stands beside the window's content and blocks nothing.
class FirstExperimentGuide : public QFrame {
    Q_OBJECT
public:
    enum class Step { CreateData, LookAtData, QueueDemo, Watch, WithoutPrivacy, Compare, Sweep, Plot };
    Q_ENUM(Step)
    static constexpr int kSteps = 8;

    explicit FirstExperimentGuide(QWidget* parent = nullptr);

    bool isDone(Step step) const { return m_rows[static_cast<qsizetype>(step)].done; }

    /// The first step that is not done; kSteps: none is left.
    int current() const;

    /// Steps that are done, as bits; for the kept state.
    int done() const;
    void restore(int done);

    /// Ticks off what can be seen while `page` is shown; a step that was done stays done.
    void look(const Workspace& workspace, const RunQueue& queue, PageId page);

public Q_SLOTS:
    void setDone(fedcctr::studio::FirstExperimentGuide::Step step, bool done);

Q_SIGNALS:
    /// "Show me": go there, and point at the widget of that object name.
    void pageRequested(fedcctr::studio::PageId page);
    void highlight(const QString& objectName);

    void finished();
    void closed();

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Row {
        QLabel* mark = nullptr;
        QLabel* text = nullptr;
        QPushButton* show = nullptr;
        bool done = false;
    };

    void addRow(int step, QGridLayout* grid);
    void refresh();

    QList<Row> m_rows;
    QProgressBar* m_progress;
    QLabel* m_end;
};

} // namespace fedcctr::studio
