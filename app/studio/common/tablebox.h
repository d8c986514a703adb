// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/run_tables.h"

#include <QWidget>

#include <functional>

class QHBoxLayout;
class QLabel;
class QSortFilterProxyModel;
class QStandardItemModel;
class QTableView;

namespace fedcctr::studio {

/// A pipe table as GitHub and most wikis read it.
QString toMarkdown(const report::Table& table);

/// Writes CSV, LaTeX (booktabs), Markdown or JSON by the name's ending (csv, tex, md, json); whole or not at
/// all. Returns what went wrong, empty if nothing did.
QString writeTable(const QString& path, const report::Table& table);

/// A table to look at, search, copy and export.
class TableBox : public QWidget {
    Q_OBJECT
public:
    /// `name` is the view's object name, e.g. "table_differences"; the buttons are name_copy and name_export.
    explicit TableBox(const QString& name, const QString& accessibleName, QWidget* parent = nullptr);

    /// Selection and scroll position stay where the rows' first words stay.
    void setTable(const report::Table& table);
    const report::Table& table() const { return m_table; }

    void setHelp(int row, int column, const QString& help);
    void setGrey(int row);

    /// A button in a cell, until the next setTable().
    void setButton(int row, int column, const QString& name, const QString& text, const QString& help,
        const std::function<void()>& run);
    void setEmptyText(const QString& text);

    /// A click on a column's head sorts: numbers as numbers, empty cells last.
    void setSortable();

    /// By the row's number in the table, however it is sorted; shows it. -1 chooses none.
    void chooseRow(int row);

    /// Rows that hold the words.
    void find(const QString& words);

    QTableView* view() const { return m_view; }

    /// For controls of the tab's own, left of the buttons.
    QHBoxLayout* bar() const { return m_bar; }

    void copy(const QString& format);
    void askForFile();

Q_SIGNALS:
    void exported(const QString& path);
    void exportFailed(const QString& message);
    void rowActivated(int row);

    /// The person chose it, or chooseRow() did; -1: none is.
    void rowChosen(int row);

private:
    void buildBar(const QString& name);
    void fitColumns();

    report::Table m_table;
    QStandardItemModel* m_model;
    QSortFilterProxyModel* m_proxy;
    QTableView* m_view;
    QLabel* m_empty;
    QHBoxLayout* m_bar;
};

} // namespace fedcctr::studio
