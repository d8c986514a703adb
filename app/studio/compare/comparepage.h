// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/common/page.h"
#include "app/studio/compare/roundscache.h"
#include "app/studio/compare/rowtests.h"
#include "app/studio/runs/runlibrary.h"

#include <QTimer>

class QSplitter;
class QStackedWidget;
class QTabWidget;

namespace fedcctr::widgets {
class EmptyState;
class MessageBar;
} // namespace fedcctr::widgets

namespace fedcctr::studio {

class CompareHeader;
class CompareTab;
class RunActions;
class RunList;
class RunQueue;
class RunTableModel;
class ValueBar;
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
    void buildMoreMenu();
    void buildTabs();
    void connectParts();
    void connectTab(CompareTab* tab);
    void showRuns();
    void showCounts();
    void compareLater();
    void compareNow();
    void duplicate(const QString& run);
    CompareTab* currentTab() const;
    QJsonObject view() const;
    void applyView(const QJsonObject& view);
    void testRowsLater(const Comparison& comparison);
    void showTests();
    QStringList checkedRuns() const;
    void changed();

    Workspace* m_workspace;
    RunLibrary* m_library;
    RoundsCache m_rounds;
    RowTester m_tester;
    QStringList m_testedIds; ///< rows of the last request
    RunTableModel* m_model;
    RunActions* m_actions;
    CompareHeader* m_header;
    widgets::MessageBar* m_message;
    ValueBar* m_value;
    ViewBar* m_views;
    QSplitter* m_splitter;
    RunList* m_list;
    QTabWidget* m_tabs;
    QList<CompareTab*> m_parts;
    widgets::EmptyState* m_empty;
    QStackedWidget* m_stack;
    QTimer m_compareTimer; ///< several changes at once are one comparison
    bool m_restoring = false;
    QString m_pendingRun; ///< to show once it is in the list
};

} // namespace fedcctr::studio
