// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/enginemessages.h"
#include "widgets/curveplot.h"

#include <QElapsedTimer>
#include <QWidget>

#include <deque>

namespace fedcctr::widgets {
class RedrawClock;
class Tile;
} // namespace fedcctr::widgets

namespace fedcctr::studio {

/// How fast rounds come, over the last seconds.
class Pace {
public:
    void reset();
    void roundAt(int round, qint64 ms);

    /// 0 until there are two rounds.
    double roundsPerSecond() const;

private:
    struct Sample {
        int round;
        qint64 ms;
    };
    std::deque<Sample> m_samples;
};

/// "1:02:03" or "2:38".
QString durationText(double seconds);

/// "as printed (Eq. 27), no δ, local": what must stand beside every epsilon.
QString guaranteeText(const QString& accountant, double delta, const QString& adversary);

/// The picture of a run while it goes: seven tiles and four charts. Knows messages, not processes.
class RunView : public QWidget {
    Q_OBJECT
public:
    explicit RunView(QWidget* parent = nullptr);

    /// A new run, or one that goes on from a checkpoint: then the rounds before it stay.
    void begin(const HelloMessage& hello);
    void addReference(const ReferenceMessage& reference);
    void addRound(const RoundMessage& round);
    void addEvent(const EventMessage& event);

    /// Paused time is no measure of speed.
    void interrupted() { m_pace.reset(); }

    /// No more rounds come.
    void finish();
    void setFollow(bool on);
    int round() const { return m_rounds.empty() ? 0 : m_rounds.back().round; }
    int plannedRounds() const { return m_hello.rounds; }
    double roundsPerSecond() const { return m_pace.roundsPerSecond(); }

    /// Seconds, or nothing while it cannot be told.
    std::optional<double> timeLeft() const;

    /// "as printed (Eq. 27), no δ, local" for this run; empty without noise.
    QString guarantee() const;

    /// "ε 0.97 (RDP, δ 1e-5, local)", of the client that spent most; empty without noise.
    QString spent() const;
    QString domain(std::size_t index) const { return m_hello.domains[index]; }

Q_SIGNALS:
    /// A chart was panned or zoomed, or follows again.
    void followChanged(bool on);
    void exported(const QString& path);
    void exportFailed(const QString& message);

private:
    void buildTiles();
    void buildCharts();
    void shareCrossHair();
    void describeRun();
    void showRound(const RoundMessage& round);
    void showQuality(const RoundMessage& round);
    void showBudget(const RoundMessage& round);
    void showTiles(const RoundMessage& round);
    void noteStops(const RoundMessage& round);
    double setting(const char* section, const char* key) const;

    widgets::RedrawClock* m_clock;
    QList<widgets::CurvePlot*> m_plots;
    widgets::CurvePlot* m_ndcg = nullptr;
    widgets::CurvePlot* m_loss = nullptr;
    widgets::CurvePlot* m_budget = nullptr;
    widgets::CurvePlot* m_noise = nullptr;
    std::array<widgets::Tile*, 2> m_ndcgTiles{};
    widgets::Tile* m_epsilonTile = nullptr;
    widgets::Tile* m_sigmaTile = nullptr;
    widgets::Tile* m_clientsTile = nullptr;
    widgets::Tile* m_roundTile = nullptr;
    widgets::Tile* m_leftTile = nullptr;

    HelloMessage m_hello;
    std::vector<ReferenceMessage> m_references;
    std::vector<RoundMessage> m_rounds;
    double m_lambda1 = 0;
    double m_lambda2 = 0;
    bool m_stopMarked = false;
    Pace m_pace;
    QElapsedTimer m_time;
};

} // namespace fedcctr::studio
