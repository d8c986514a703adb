// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/common/page.h"
#include "app/studio/experiment/experimentdraft.h"
#include "app/studio/runs/comparison.h"
#include "core/sweeps/sweep.h"

class QLabel;
class QSplitter;
class QStackedWidget;
class QTabWidget;

namespace fedcctr::widgets {
class MessageBar;
}

namespace fedcctr::studio {

class DifferencePane;
class ExperimentForm;
class JsonPane;
class PresetBar;
class QueueRow;
class RunQueue;
class SweepBox;
class ThisRunPanel;
class Workspace;

/// Configure a run: all settings with what they mean before anything is trained, and put it into the queue.
class ExperimentPage : public Page {
    Q_OBJECT
public:
    ExperimentPage(Workspace* workspace, RunQueue* queue, QWidget* parent = nullptr);

    /// The settings of another page, over the preset: one step of undo.
    void propose(const QString& preset, const QStringList& assignments);

    const ExperimentDraft& draft() const { return m_draft; }

    QJsonObject state() const override;
    void restore(const QJsonObject& state) override;
    void resetLayout() override;
    void exportPage() override;
    void find() override;
    void saveDocument() override;
    void undo() override;
    void redo() override;

    /// Takes over the settings of that run.
    void showRun(const QString& run) override;

Q_SIGNALS:
    /// A control got the focus: what it is about, for the Explain dock.
    void explain(const QString& title, const QString& html);

protected:
    void showEvent(QShowEvent* event) override;

private:
    QLayout* buildHeader();
    QWidget* buildEmpty();
    QWidget* buildBody();
    QWidget* buildSide();
    void connectBar();
    void connectForm();
    void connectRow();

    void datasetChanged();
    void readAugmentation();
    void takeRuns();
    void draftChanged();
    void updateQueue();
    void updateTime();
    void tellNotAugmented();
    void calibrate();
    void writeFile(const QString& path, bool asPreset);
    void openFile(const QString& path);
    void copyCommand();
    void queueDraft();
    void queueSweep(const std::vector<sweeps::SweepJob>& jobs, const QString& what);
    void queueComparison(int seeds);
    void tellQueued(const QString& text);
    void complain(const QString& text);

    Workspace* m_workspace;
    RunQueue* m_queue;
    ExperimentDraft m_draft;
    std::vector<EntryPtr> m_runs; ///< as last taken over
    bool m_augmented = false;
    std::string m_augmentation; ///< name of the one that was looked at
    bool m_augmentationKnown = false;
    QString m_toldAbout; ///< dataset whose missing augmentation was told
    bool m_restoring = false;

    PresetBar* m_bar;
    widgets::MessageBar* m_message;
    QueueRow* m_row;
    QStackedWidget* m_stack;
    QSplitter* m_columns = nullptr;
    QTabWidget* m_tabs = nullptr;
    ExperimentForm* m_form = nullptr;
    JsonPane* m_json = nullptr;
    DifferencePane* m_difference = nullptr;
    ThisRunPanel* m_thisRun = nullptr;
    SweepBox* m_sweep = nullptr;
    QLabel* m_emptyIcon = nullptr;
};

} // namespace fedcctr::studio
