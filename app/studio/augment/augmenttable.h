// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/augment/augmentdata.h"

#include <QAbstractTableModel>

namespace fedcctr::studio {

/// A stage's result, a row per item or user: what the dataset says beside what the augmentation added. Texts
/// are made when they are shown.
class AugmentTable : public QAbstractTableModel {
    Q_OBJECT
public:
    AugmentTable(augment::Stage stage, QObject* parent = nullptr);

    void setData(const AugmentData& data);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QStringList headers() const;
    bool isAdded(int column) const;
    QString original(std::size_t subject, int column) const;
    QString added(std::size_t subject, int column) const;
    QString newestTitles(std::size_t user) const;
    qlonglong length(std::size_t user, data::Domain domain) const;

    augment::Stage m_stage;
    AugmentData m_data;
};

} // namespace fedcctr::studio
