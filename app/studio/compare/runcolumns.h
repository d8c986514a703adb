// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runs/comparison.h"

#include <QString>
#include <QVariant>

namespace fedcctr::studio {

/// The columns of the table of runs.
struct RunColumns {
    enum Column {
        Drawn,
        Name,
        State,
        Dataset,
        Model,
        Preset,
        Seed,
        Started,
        Lambda1,
        Lambda2,
        DecayRate,
        Epsilon,
        NdcgA,
        DiffA,
        NdcgB,
        DiffB,
        MrrA,
        MrrB,
        HrA,
        HrB,
        CtrAucA,
        CtrAucB,
        CtrLossA,
        CtrLossB,
        Runs,
        Rounds,
        Time,
        Tags,
        Note,
        ColumnCount
    };
};

struct ColumnInfo {
    const char* id; ///< in the saved state
    const char* title;
    const char* help;
    bool shown; ///< at first
};

/// To be translated by RunTableModel::tr().
const ColumnInfo& columnInfo(int column);

/// Right-aligned ones.
bool isNumeric(int column);

/// What the runs of a row say in a column that needs neither values of rounds nor a base: their common value,
/// or their few different ones, or how many there are.
QString columnText(const std::vector<EntryPtr>& runs, int column);

/// The same for sorting; nothing where there is no value.
QVariant columnSortValue(const std::vector<EntryPtr>& runs, int column);

/// Further lines: paths, every epsilon.
QString columnHelp(const std::vector<EntryPtr>& runs, int column);

/// Stable over starts; the same for runs that differ in nothing but their seed.
QString groupId(const runs::RunEntry& entry);
QString pathOf(const EntryPtr& run);
QString tagText(const runs::RunEntry& entry);

} // namespace fedcctr::studio
