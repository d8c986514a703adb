// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runs/runtexts.h"

#include <QJsonObject>
#include <QPointF>
#include <QWidget>

namespace fedcctr::widgets {
class CurvePlot;
class RedrawClock;
class Tile;
} // namespace fedcctr::widgets

namespace fedcctr::studio {

class BudgetChart;
class ChartGrid;
class MarketsChart;
class QualityChart;
class RunChart;
class RunTimeline;

/// The picture of a run: seven tiles and five charts. Knows what the run has told, not where it goes on.
class RunView : public QWidget {
    Q_OBJECT
public:
    explicit RunView(QWidget* parent = nullptr);
    ~RunView() override;

    /// Another run, or one that begins anew; an empty record shows that there is none.
    void show(const RunRecording& record);

    // What comes after show(); `record` has it already.
    void add(const RunRecording& record, const RoundRecord& round);
    void add(const RunRecording& record, const EventMessage& event);
    void add(const ReferenceMessage& reference);

    /// "ndcg@10", "mrr@5", "auc".
    void setMetric(const RunRecording& record, const QString& metric);

    /// A finished run behind the shown one; null for none.
    void setBehind(const RunRecording& record, std::shared_ptr<const RunRecording> behind);
    std::shared_ptr<const RunRecording> behind() const { return m_behind; }

    /// No more rounds come: the last one is shown at once.
    void finish(const RunRecording& record);

    /// Of the shown run: (round, ε).
    void setForecast(const std::vector<QPointF>& budget);

    /// Seconds; nothing where it cannot be told.
    void setTimeLeft(std::optional<double> seconds);
    void setFollow(bool on);
    bool follow() const;

    ChartGrid* grid() const { return m_grid; }
    const QList<widgets::CurvePlot*>& plots() const { return m_plots; }

Q_SIGNALS:
    /// A chart was panned or zoomed, or follows again.
    void followChanged(bool on);
    void exported(const QString& path);
    void exportFailed(const QString& message);

private:
    widgets::CurvePlot* makePlot(const QString& name);
    void buildCharts();
    void buildTiles();
    void shareCrossHair();
    void describe(const RunRecording& record);
    void showTiles();
    void showBudgetTiles(const BudgetRecord& budget);

    widgets::RedrawClock* m_clock;
    QList<widgets::CurvePlot*> m_plots;
    std::vector<std::unique_ptr<RunChart>> m_charts;
    QualityChart* m_quality = nullptr;
    BudgetChart* m_budget = nullptr;
    MarketsChart* m_markets = nullptr;
    RunTimeline* m_timeline;
    ChartGrid* m_grid;
    std::array<widgets::Tile*, 2> m_ndcgTiles{};
    widgets::Tile* m_epsilonTile = nullptr;
    widgets::Tile* m_sigmaTile = nullptr;
    widgets::Tile* m_clientsTile = nullptr;
    widgets::Tile* m_roundTile = nullptr;
    widgets::Tile* m_leftTile = nullptr;

    // What the tiles show; they follow on the clock's beat.
    RoundRecord m_last;
    runs::DomainMetricSets m_lastQuality;
    QString m_guarantee;
    std::optional<RigorousSpend> m_rigorous;
    int m_planned = 0;
    int m_users = 0;
    bool m_noNoise = false;
    bool m_isSilo = false;
    bool m_tilesDirty = false;
    bool m_budgetSpent = false;
    std::shared_ptr<const RunRecording> m_behind;
};

} // namespace fedcctr::studio
