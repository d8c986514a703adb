// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/compare/runfilter.h"

#include <QSortFilterProxyModel>

namespace fedcctr::studio {

class RunTableModel;

/// Filters and sorts the table of runs. A group is shown if one of its runs is. Rows without a value come
/// last, whichever way they are sorted.
class RunProxy : public QSortFilterProxyModel {
    Q_OBJECT
public:
    RunProxy(RunTableModel* model, QObject* parent);

    void setFilter(const RunFilter& filter);

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    RunTableModel* m_model;
    RunFilter m_filter;
};

} // namespace fedcctr::studio
