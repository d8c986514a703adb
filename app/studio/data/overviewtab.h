// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/data/datasetview.h"

#include <QWidget>

class QLabel;
class QSplitter;
class QStandardItemModel;
class QTableView;

namespace fedcctr::studio {

class DatasetCharts;

/// The dataset's numbers as in the paper's Table 3, where they come from, and their histograms.
class OverviewTab : public QWidget {
    Q_OBJECT
public:
    explicit OverviewTab(QWidget* parent = nullptr);

    /// Null shows nothing.
    void setView(const SharedView& view);

    QByteArray saveLayout() const;
    void restoreLayout(const QByteArray& layout);

    /// Asks where to write the table: CSV or LaTeX, by the name's ending.
    void exportTable();

Q_SIGNALS:
    void said(const QString& message);
    void failed(const QString& message);
    void layoutChanged();

private:
    QWidget* buildNumbers();
    void copy(bool latex);
    QString text(bool latex) const;
    void showWholeTable();

    SharedView m_view;
    QSplitter* m_columns;
    QStandardItemModel* m_model;
    QTableView* m_table;
    QLabel* m_source;
    DatasetCharts* m_charts;
    bool m_isMoved = false; ///< the person chose the widths
};

} // namespace fedcctr::studio
