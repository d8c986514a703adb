// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sweeps/sweep.h"

#include <QObject>
#include <QStringList>

namespace fedcctr::studio {

class RunQueue;
class Workspace;

/// What became of the wish for a comparison of models.
struct ComparisonStart {
    QString folder; ///< of the sweep, in the workspace's runs
    QStringList queued; ///< the runs' directories
    std::size_t rows = 0;
    int points = 0; ///< of each row's search
    bool goesOn = false; ///< one of this dataset that was not finished
    bool augmented = false; ///< rows with PrivAugNet are among them
    QString problem; ///< nothing was queued; empty: all is well
};

/// For a message bar: how many runs wait, and what follows.
QString wordsOf(const ComparisonStart& start);

/// The comparison of models (sweeps::Comparison) in the queue of runs: the search of every row first, and its
/// runs once all points of the row are tried. Whatever is known of it stands in its folder, so that another
/// start of the studio, or 'fedcctr sweep --continue', goes on with it.
class ComparisonRun : public QObject {
    Q_OBJECT
public:
    /// Follows the queue: runs of a row are queued when its search ends.
    explicit ComparisonRun(RunQueue* queue, QObject* parent = nullptr);

    /// Of all rows on the workspace's dataset, or of the one that is not finished there.
    static ComparisonStart start(RunQueue& queue, const Workspace& workspace, int seeds);

Q_SIGNALS:
    /// Rows chose their settings, and so many runs were queued in that folder.
    void rowsQueued(const QString& folder, int runs);
    void problem(const QString& message);

private:
    void runEnded(const QString& run);

    RunQueue* m_queue;
};

} // namespace fedcctr::studio
