// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/data/datasetview.h"

#include <QJsonObject>
#include <QWidget>

#include <array>

class QLabel;
class QLineEdit;
class QSortFilterProxyModel;
class QSpinBox;
class QSplitter;
class QTableView;

namespace fedcctr::studio {

class SequenceTable;
class UserTable;

/// All users, searchable and sortable, and the chosen one's sequences side by side and merged.
class UsersTab : public QWidget {
    Q_OBJECT
public:
    explicit UsersTab(QWidget* parent = nullptr);

    void setView(const SharedView& view);

    /// Puts the cursor into the search field.
    void find();

    QJsonObject state() const;
    void restore(const QJsonObject& state);

Q_SIGNALS:
    void stateChanged();

private:
    QWidget* buildUsers();
    QWidget* buildSequences();
    QTableView* addSequence(QWidget* parent, QLayout* column, std::size_t place);
    void connectParts();
    void choose(const QString& user);
    void showUser();
    void showCount();
    void sizeColumns();

    SharedView m_view;
    UserTable* m_users;
    QSortFilterProxyModel* m_found;
    QLineEdit* m_search;
    QLabel* m_count;
    QTableView* m_table;
    QSplitter* m_columns;
    QSplitter* m_lanes;
    QSpinBox* m_length;
    QLabel* m_title;
    std::array<QLabel*, 3> m_laneTitles{}; ///< A, B, merged
    std::array<SequenceTable*, 3> m_sequences{};
    std::array<QTableView*, 3> m_laneTables{};
    QString m_chosen; ///< the user's id; kept while another dataset is open
};

} // namespace fedcctr::studio
