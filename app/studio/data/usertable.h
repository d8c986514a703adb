// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/data/datasetview.h"

#include <QAbstractTableModel>

namespace fedcctr::studio {

/// The users of a dataset: id, |s^A|, |s^B|, |s^M|, and which held-out targets they have.
class UserTable : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { User, LengthA, LengthB, LengthM, Targets, ColumnCount };

    /// What a proxy sorts by.
    static constexpr int kSortRole = Qt::UserRole;

    explicit UserTable(QObject* parent = nullptr);

    void setView(const SharedView& view);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    qulonglong length(std::size_t user, int column) const;
    int targets(std::size_t user) const;
    QString targetNames(std::size_t user) const;

    SharedView m_view;
};

/// One sequence of a user, oldest first: when, which domain (in the merged one), what, and what for. Events
/// that are older than the newest `length` before the target stand muted: no model sees them there.
class SequenceTable : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Position, Time, DomainName, Title, Use, ColumnCount };

    /// s^A, s^B, or without a domain s^M.
    SequenceTable(std::optional<fedcctr::data::Domain> domain, QObject* parent = nullptr);

    void show(const SharedView& view, std::size_t user, std::size_t length);
    void clear();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

    /// How many events stand before the newest `length`.
    std::size_t cut() const { return m_cut; }

private:
    QString text(const fedcctr::data::Event& event, int row, int column) const;

    std::optional<fedcctr::data::Domain> m_domain;
    SharedView m_view;
    std::vector<fedcctr::data::Event> m_events;
    std::size_t m_cut = 0;
};

} // namespace fedcctr::studio
