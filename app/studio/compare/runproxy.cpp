// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/runproxy.h"

#include "app/studio/compare/runtablemodel.h"

#include <algorithm>

namespace fedcctr::studio {

RunProxy::RunProxy(RunTableModel* model, QObject* parent)
    : QSortFilterProxyModel(parent)
    , m_model(model)
{
    setSourceModel(model);
    setSortRole(RunTableModel::kSortRole);
    setDynamicSortFilter(true);
}

void RunProxy::setFilter(const RunFilter& filter)
{
    m_filter = filter;
    invalidateFilter();
}

bool RunProxy::filterAcceptsRow(int row, const QModelIndex& /*parent*/) const
{
    return std::ranges::any_of(
        m_model->runsAt(row), [this](const EntryPtr& run) { return m_filter.matches(*run); });
}

bool RunProxy::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    const QVariant a = left.data(sortRole());
    const QVariant b = right.data(sortRole());
    if (a.isValid() != b.isValid())
        return a.isValid() == (sortOrder() == Qt::AscendingOrder);
    if (a.typeId() == QMetaType::QString && b.typeId() == QMetaType::QString)
        return a.toString().localeAwareCompare(b.toString()) < 0;
    return QVariant::compare(a, b) == QPartialOrdering::Less;
}

} // namespace fedcctr::studio
