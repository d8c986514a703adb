// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/compare/rowtests.h"
#include "app/studio/compare/runcolumns.h"
#include "app/studio/compare/rungrouping.h"
#include "app/studio/runs/comparison.h"
#include "app/studio/runs/runvalues.h"

#include <QAbstractTableModel>
#include <QHash>
#include <QJsonObject>
#include <QSet>

namespace fedcctr::studio {

/// The runs as a table: one row per run, per configuration, or per model (RunGrouping). Which
/// rows are drawn (checked), their colours, and the base are kept by the rows' ids, whatever else changes.
class RunTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using Column = RunColumns::Column;
    using enum RunColumns::Column;

    /// Data that sort, as numbers where they are numbers; nothing where there is no value.
    static constexpr int kSortRole = Qt::UserRole;

    explicit RunTableModel(QObject* parent = nullptr);

    /// Rows that stay keep their place: views lose neither selection nor scroll position.
    void setRuns(const std::vector<EntryPtr>& runs);

    /// Checks, colours and base go over to the groups that hold them, and back.
    void setGrouping(RunGrouping grouping);
    RunGrouping grouping() const { return m_grouping; }
    bool isGrouped() const { return m_grouping != RunGrouping::None; }

    void setValue(const ValueChoice& value);
    ValueChoice value() const { return m_value; }

    /// Where the rounds of runs come from.
    void setRounds(std::function<RecordPtr(const EntryPtr&)> rounds);

    /// The rounds of some runs were read.
    void valuesChanged();

    const std::vector<EntryPtr>& runsAt(int row) const { return m_rows[static_cast<std::size_t>(row)].runs; }
    QString idAt(int row) const { return m_rows[static_cast<std::size_t>(row)].id; }
    int rowOf(const QString& id) const;

    /// The row that holds the run directory; -1 if none does.
    int rowOfRun(const QString& run) const;

    /// In the order of the table.
    std::vector<Subject> checked() const;
    int checkedCount() const;

    /// Only these rows, or these as well.
    void check(const QList<int>& rows, bool others);

    QString base() const { return m_base; }

    /// Runs of the base; empty without one.
    std::vector<EntryPtr> baseRuns() const;

    /// Empty: none.
    void setBase(const QString& id);

    /// Tests of the rows against the base, by id.
    void setTests(const QHash<QString, report::RowTests>& tests);

    /// Checks, colours and base.
    QJsonObject state() const;
    void restore(const QJsonObject& state);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

Q_SIGNALS:
    void checkedChanged();
    void baseChanged();

    /// Tags and note of a run were edited.
    void notesEdited(const QString& run, const QStringList& tags, const QString& note);

private:
    using Row = GroupedRuns;

    QString text(const Row& row, int column) const;
    QVariant sortValue(const Row& row, int column) const;
    QString help(const Row& row, int column) const;
    Estimate estimate(const Row& row, int column) const;
    double difference(const Row& row, std::size_t domain) const;
    void moveChecks(const std::vector<Row>& from, const std::vector<Row>& to);
    void setChecked(const QString& id, bool checked);
    void everythingChanged();

    std::vector<EntryPtr> m_all;
    std::vector<Row> m_rows;
    QHash<QString, int> m_places; ///< row by id
    RunGrouping m_grouping = RunGrouping::None;
    ValueChoice m_value;
    std::function<RecordPtr(const EntryPtr&)> m_rounds = [](const EntryPtr&) { return RecordPtr(); };
    QSet<QString> m_checked;
    QHash<QString, int> m_colors; ///< kept after unchecking: a run keeps its colour
    QString m_base;
    QHash<QString, report::RowTests> m_tests;
};

} // namespace fedcctr::studio
