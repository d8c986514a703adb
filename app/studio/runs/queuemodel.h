// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QSet>
#include <QTimer>

namespace fedcctr::studio {

class RunQueue;
struct RunJob;

/// The queue as a table: what the dock shows. Rows can be dragged to another place.
class QueueModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Number, Name, DatasetName, State, Progress, Ndcg, Epsilon, Left, ColumnCount };
    static constexpr int kShareRole = Qt::UserRole; ///< of Progress: 0 to 1, or invalid

    explicit QueueModel(RunQueue* queue, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
    QStringList mimeTypes() const override;
    QMimeData* mimeData(const QModelIndexList& indexes) const override;
    bool dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column,
        const QModelIndex& parent) override;

private:
    void touch(const QString& run); ///< its row is drawn anew soon
    void refreshRows();
    QVariant textOf(const RunJob& job, int column) const;
    QVariant hintOf(const RunJob& job, int column) const;

    RunQueue* m_queue;
    QTimer m_refresh;
    QSet<QString> m_dirty;
};

} // namespace fedcctr::studio
