// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/messagebar.h"

#include <QStringList>

namespace fedcctr::studio {

class Workspace;

/// A run directory that lies in the workspace's bin.
struct BinnedRun {
    QString run; ///< where it was
    QString place; ///< where it is
};

struct BinResult {
    QList<BinnedRun> moved;
    QStringList problems; ///< why others were not, one sentence each
};

/// Renames run directories into the folder `bin`, where they stay until the person empties it; a name that is
/// taken gets a number. A run that a process writes stays, and so does what is no run. Not for the GUI's
/// thread.
BinResult moveToBin(const QStringList& runs, const QString& bin);

/// Back to where they were, unless something else is there now. Not for the GUI's thread.
BinResult bringBack(const QList<BinnedRun>& binned);

using TellUser = std::function<void(
    widgets::MessageBar::Kind kind, const QString& text, const QList<widgets::MessageBar::Action>& actions)>;

/// moveToBin() in the background. Then `tell`, if `context` is still there, what became of it, with an Undo.
void binRuns(Workspace* workspace, const QStringList& runs, QObject* context, const TellUser& tell);

} // namespace fedcctr::studio
