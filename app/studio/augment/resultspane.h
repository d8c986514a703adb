// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/common/wordcounts.h"

#include "app/studio/augment/augmentdata.h"

#include <QFutureWatcher>
#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QSettings;
class QSortFilterProxyModel;
class QSplitter;
class QTableView;

namespace fedcctr::studio {

class AugmentTable;

/// What a stage made: a table with a search, and a histogram before and after.
class ResultsPane : public QWidget {
    Q_OBJECT
public:
    ResultsPane(augment::Stage stage, QSettings* settings, QWidget* parent = nullptr);

    void setData(const AugmentData& data);
    void save();
    void resetLayout();

Q_SIGNALS:
    /// The person chose a row.
    void subjectChosen(std::size_t subject);

private:
    QWidget* buildTable();
    QWidget* buildChart();
    void fillAttributes();
    void countWords();
    void showCount();

    augment::Stage m_stage;
    QSettings* m_settings;
    AugmentData m_data;
    AugmentTable* m_model;
    QSortFilterProxyModel* m_rows;
    QSplitter* m_splitter;
    QTableView* m_table = nullptr;
    QLineEdit* m_search = nullptr;
    QLabel* m_count = nullptr;
    QComboBox* m_attribute = nullptr;
    widgets::BarChart* m_chart = nullptr;
    QTimer m_searchTimer;
    QFutureWatcher<QList<widgets::Bar>> m_counting;
};

} // namespace fedcctr::studio
