// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runs/comparison.h"

#include <QJsonObject>
#include <QWidget>

class QLabel;
class QListWidget;
class QMenu;
class QTableView;
class QToolButton;

namespace fedcctr::studio {

class RunProxy;
class RunTableModel;

/// The table of runs with its context menu and, under it, the folders that are no runs, with their reason.
class RunList : public QWidget {
    Q_OBJECT
public:
    explicit RunList(RunTableModel* model, QWidget* parent = nullptr);

    RunProxy* proxy() const { return m_proxy; }
    QTableView* table() const { return m_table; }

    /// Broken and foreign directories.
    void setUnreadable(const std::vector<EntryPtr>& entries);

    /// Runs of the selected rows, or of the current one.
    std::vector<EntryPtr> selectedRuns() const;

    /// Selects the row that holds the run and scrolls to it; false if the filter hides it.
    bool selectRun(const QString& run);

    /// Which columns are shown.
    void fillColumnMenu(QMenu* menu);

    /// Columns' order, widths and visibility, sorting.
    QJsonObject state() const;
    void restore(const QJsonObject& state);
    void resetColumns();

Q_SIGNALS:
    void baseChosen(const QString& id);
    void showRequested(const QString& run);
    void embeddingsRequested(const QString& run);
    void duplicateRequested(const QString& run);
    void folderRequested(const QString& run);
    void deleteRequested(const QStringList& runs);
    void layoutEdited();

private:
    void buildTable();
    void buildActions();
    void showMenu(const QPoint& position);
    void toggleDrawn();
    int currentRow() const;

    RunTableModel* m_model;
    RunProxy* m_proxy;
    QTableView* m_table;
    QMenu* m_menu;
    QToolButton* m_fold;
    QListWidget* m_unreadable;
};

} // namespace fedcctr::studio
