// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/page.h"
#include "app/studio/roundscache.h"
#include "app/studio/runlibrary.h"

#include <QTimer>

class QComboBox;
class QLabel;
class QLayout;
class QLineEdit;
class QMenu;
class QProgressBar;
class QSpinBox;
class QSplitter;
class QStackedWidget;
class QTabWidget;
class QToolButton;

namespace fedcctr::widgets {
class EmptyState;
class MessageBar;
}

namespace fedcctr::studio {

class CompareTab;
class RunActions;
class RunList;
class RunQueue;
class RunTableModel;
class ViewBar;
class Workspace;

/// The list of runs with search, groups and notes, and under it what the checked ones have in common and not:
/// curves, metrics, ablation, sensitivity, trade-off, differences, time and privacy.
class ComparePage : public Page {
    Q_OBJECT
public:
    ComparePage(Workspace* workspace, RunQueue* queue, QWidget* parent = nullptr);

    QJsonObject state() const override;
    void restore(const QJsonObject& state) override;
    void resetLayout() override;
    QString pendingWork() const override;
    void cancelWork() override;
    void exportPage() override;
    void find() override;
    void showRun(const QString& run) override;

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QLayout* buildHeader();
    QWidget* buildValueBar();
    void buildMoreMenu();
    void buildTabs();
    void connectParts();
    void connectTab(CompareTab* tab);
    void applyFilter();
    void chooseValue();
    void showRuns();
    void showCounts();
    void showProgress(const QString& what, int done, int all);
    void compareLater();
    void compareNow();
    void duplicate(const QString& run);
    CompareTab* currentTab() const;
    QJsonObject view() const;
    void applyView(const QJsonObject& view);
    QStringList checkedRuns() const;
    void changed();

    Workspace* m_workspace;
    RunLibrary m_library;
    RoundsCache m_rounds;
    RunTableModel* m_model;
    RunActions* m_actions;
    widgets::MessageBar* m_message;
    QLabel* m_count;
    QLineEdit* m_filter;
    QComboBox* m_group;
    QToolButton* m_columns;
    QToolButton* m_more;
    QComboBox* m_value;
    QSpinBox* m_round;
    QLabel* m_valueNote;
    ViewBar* m_views;
    QProgressBar* m_progress;
    QToolButton* m_cancel;
    QSplitter* m_splitter;
    RunList* m_list;
    QTabWidget* m_tabs;
    QList<CompareTab*> m_parts;
    widgets::EmptyState* m_empty;
    QStackedWidget* m_stack;
    QTimer m_compareTimer; ///< several changes at once are one comparison
    QTimer m_slow; ///< progress is shown only of what takes long
    bool m_scannedOnce = false;
    bool m_restoring = false;
    QString m_pendingRun; ///< to show once it is in the list
};

} // namespace fedcctr::studio
