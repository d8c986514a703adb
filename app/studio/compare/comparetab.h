// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runs/comparison.h"

#include <QJsonObject>
#include <QStringList>
#include <QWidget>

namespace fedcctr::studio {

/// A tab under the table of runs. A hidden one does no work: it shows the newest comparison when it is seen.
class CompareTab : public QWidget {
    Q_OBJECT
public:
    explicit CompareTab(const QString& name, QWidget* parent = nullptr);

    void setComparison(const Comparison& comparison);
    const Comparison& comparison() const { return m_comparison; }

    /// Choices made on the tab.
    virtual QJsonObject state() const { return {}; }
    virtual void restore(const QJsonObject& /*state*/) { }

    /// Runs whose rounds the tab wants to draw.
    virtual std::vector<EntryPtr> wantedRounds() const { return {}; }

    /// Asks for a file for what the tab shows.
    virtual void exportTab() { }

Q_SIGNALS:
    void edited();
    void exported(const QString& path);
    void exportFailed(const QString& message);

    /// Draw these runs, and open one.
    void selectionRequested(const QStringList& runs);
    void openRequested(const QString& run);

    /// Queue `assignments` over the run's own settings, one list per new run.
    void runsRequested(const fedcctr::studio::EntryPtr& base, const QList<QStringList>& assignments);

protected:
    /// Shows comparison().
    virtual void refresh() = 0;

    /// After a choice on the tab.
    void refreshAfterEdit();
    void showEvent(QShowEvent* event) override;

private:
    Comparison m_comparison;
    bool m_dirty = true;
};

} // namespace fedcctr::studio
