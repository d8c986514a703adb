// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/train/runview.h"

#include "app/studio/common/chartgrid.h"
#include "app/studio/common/pace.h"
#include "app/studio/runs/runtexts.h"
#include "app/studio/train/marketcharts.h"
#include "app/studio/train/qualitychart.h"
#include "app/studio/train/runcharts.h"
#include "app/studio/train/runtimeline.h"
#include "widgets/charts/redrawclock.h"
#include "widgets/tile.h"

#include <QDir>
#include <QHBoxLayout>
#include <QLocale>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::CurvePlot;
using widgets::Tile;

namespace {

constexpr double kNearlySpent = 0.9;

enum Chart { Budget = 1, Noise = 3, Clients = 4, Reliability = 5, Markets = 6, Codebooks = 7 };

/// Charts that say nothing of such a run. Without any run, or of users: those of markets.
QList<int> absentCharts(const RunRecording& record)
{
    if (!record.greeted || record.hello.config().federation.client == federation::Client::User)
        return {Markets, Codebooks};
    const bool isNoisy = record.hello.config().privacy.schedule != privacy::Schedule::None;
    const bool isFedMm = record.hello.config().market.method == federation::SiloMethod::FedMm;
    // Of any run four charts at least are left, the markets' one among the first four.
    QList<int> absent{Noise, Reliability};
    if (!isNoisy)
        absent += Budget;
    if (isNoisy || isFedMm)
        absent += Clients;
    if (!isFedMm)
        absent += Codebooks;
    return absent;
}

} // namespace

RunView::RunView(QWidget* parent)
    : QWidget(parent)
    , m_clock(new widgets::RedrawClock(this))
    , m_timeline(new RunTimeline(this))
{
    setObjectName(u"run_view"_s);
    buildCharts();
    buildTiles();
    auto* tiles = new QHBoxLayout;
    tiles->setSpacing(4);
    tiles->addWidget(m_ndcgTiles[0], 12);
    tiles->addWidget(m_ndcgTiles[1], 12);
    tiles->addWidget(m_epsilonTile, 22);
    tiles->addWidget(m_sigmaTile, 7);
    tiles->addWidget(m_clientsTile, 11);
    tiles->addWidget(m_roundTile, 10);
    tiles->addWidget(m_leftTile, 7);
    QList<QWidget*> charts;
    for (CurvePlot* plot : m_plots)
        charts.append(plot);
    m_grid = new ChartGrid(charts, this);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(tiles);
    column->addWidget(m_timeline);
    column->addWidget(m_grid, 1);
    connect(m_clock, &widgets::RedrawClock::tick, this, [this] {
        if (m_tilesDirty && isVisible())
            showTiles();
    });
    show(RunRecording{});
}

RunView::~RunView() = default;

CurvePlot* RunView::makePlot(const QString& name)
{
    auto* plot = new CurvePlot(name, m_clock, this);
    plot->setToolTip({});
    m_plots.append(plot);
    connect(plot, &CurvePlot::followChanged, this, [this] { Q_EMIT followChanged(follow()); });
    connect(plot, &CurvePlot::exported, this, &RunView::exported);
    connect(plot, &CurvePlot::exportFailed, this, &RunView::exportFailed);
    return plot;
}

void RunView::buildCharts()
{
    auto quality = std::make_unique<QualityChart>(makePlot(u"plot_ndcg"_s));
    auto budget = std::make_unique<BudgetChart>(makePlot(u"plot_budget"_s));
    m_quality = quality.get();
    m_budget = budget.get();
    m_charts.push_back(std::move(quality));
    m_charts.push_back(std::move(budget));
    m_charts.push_back(std::make_unique<LossChart>(makePlot(u"plot_loss"_s)));
    m_charts.push_back(std::make_unique<NoiseChart>(makePlot(u"plot_noise"_s)));
    m_charts.push_back(std::make_unique<ClientsChart>(makePlot(u"plot_clients"_s)));
    shareCrossHair();
    // Its x is no round.
    m_charts.push_back(std::make_unique<ReliabilityChart>(makePlot(u"plot_reliability"_s)));
    auto markets = std::make_unique<MarketsChart>(makePlot(u"plot_markets"_s));
    m_markets = markets.get();
    m_charts.push_back(std::move(markets));
    m_charts.push_back(std::make_unique<CodebookChart>(makePlot(u"plot_codebooks"_s)));
}

void RunView::buildTiles()
{
    const QString quality =
        tr("NDCG@10 on validation targets, in percent, with half of the 95 % interval over users. "
           "The chart has the line of a random ranker.");
    m_ndcgTiles[0] = new Tile(u"tile_ndcg_a"_s, {}, quality, this);
    m_ndcgTiles[1] = new Tile(u"tile_ndcg_b"_s, {}, quality, this);
    m_epsilonTile = new Tile(u"tile_epsilon"_s, {},
        tr("Privacy budget of the client that has spent most, of its limit. An epsilon means nothing without "
           "its accountant, its δ and its adversary: local is a server that sees each upload. Beside a rule "
           "as "
           "printed stands what a rigorous accountant says of the same rounds."),
        this);
    m_sigmaTile = new Tile(u"tile_sigma"_s, tr("Noise σ"),
        tr("Standard deviation per coordinate of the noise on what the adversary sees, in the unit of the "
           "gradient (Eq. 25-26)."),
        this);
    m_clientsTile = new Tile(u"tile_clients"_s, tr("Active clients"),
        tr("Clients with budget left, of all. A client whose budget would be exceeded stops (Algorithm 2)."),
        this);
    m_roundTile =
        new Tile(u"tile_round"_s, tr("Round"), tr("Finished rounds of the planned ones (T)."), this);
    m_leftTile = new Tile(
        u"tile_left"_s, tr("Left"), tr("Time to the last round at the speed of the last seconds."), this);
}

void RunView::shareCrossHair()
{
    for (CurvePlot* source : m_plots) {
        for (CurvePlot* other : m_plots) {
            if (other == source)
                continue;
            connect(source, &CurvePlot::hovered, other, &CurvePlot::showCrossHair);
            connect(source, &CurvePlot::hoverEnded, other, &CurvePlot::hideCrossHair);
        }
    }
}

void RunView::describe(const RunRecording& record)
{
    m_planned = record.hello.expectedRounds();
    m_users = record.hello.users;
    m_noNoise = record.greeted && record.hello.config().privacy.schedule == privacy::Schedule::None;
    m_isSilo = record.greeted && record.hello.config().federation.client == federation::Client::Silo;
    m_budgetSpent = false;
    m_last = record.rounds.empty() ? RoundRecord{} : record.rounds.back();
    m_guarantee = guaranteeOf(record);
    m_rigorous = rigorousSpend(record);
    for (std::size_t domain = 0; domain < 2; ++domain) {
        const runs::MetricSet* quality = record.lastQuality(domain);
        m_lastQuality[domain] = quality ? *quality : runs::MetricSet{};
        const QString name = record.greeted ? domainName(record, domain) : domain == 0 ? tr("A") : tr("B");
        m_ndcgTiles[domain]->setCaption(
            m_isSilo && domain == 0 ? tr("NDCG@10, mean of markets") : tr("NDCG@10 %1").arg(name));
        m_ndcgTiles[domain]->setVisible(!m_isSilo || domain == 0);
    }
    if (!record.greeted)
        return;
    const QString origin =
        tr("run %1, FedCCTR Studio %2").arg(QDir(record.run).dirName(), QStringLiteral(FEDCCTR_VERSION));
    for (CurvePlot* plot : m_plots)
        plot->setOrigin(origin);
}

void RunView::show(const RunRecording& record)
{
    const bool followed = follow();
    m_grid->setAbsent(absentCharts(record));
    describe(record);
    for (const auto& chart : m_charts)
        chart->show(record, m_behind.get());
    for (const EventMessage& event : record.events)
        m_budgetSpent = m_budgetSpent || event.event == EventKind::BudgetSpent;
    setFollow(followed);
    m_timeline->show(record);
    m_leftTile->setValue({});
    showTiles();
}

void RunView::add(const RunRecording& record, const RoundRecord& round)
{
    if (m_guarantee.isEmpty() && round.budget)
        m_guarantee = guaranteeOf(record);
    if (round.budget)
        m_rigorous = rigorousSpend(record);
    m_last = round;
    for (std::size_t domain = 0; domain < 2; ++domain)
        if (isMeasured(round.evaluation[domain]))
            m_lastQuality[domain] = round.evaluation[domain];
    for (const auto& chart : m_charts)
        chart->add(record, record.rounds.back());
    m_tilesDirty = true;
    m_clock->wake();
}

void RunView::add(const RunRecording& record, const EventMessage& event)
{
    for (const auto& chart : m_charts)
        chart->add(record, event);
    m_timeline->add(event);
    if (event.event == EventKind::BudgetSpent) {
        m_budgetSpent = true;
        showTiles();
    }
}

void RunView::add(const ReferenceMessage& reference)
{
    for (const auto& chart : m_charts)
        chart->add(reference);
}

void RunView::setMetric(const RunRecording& record, const QString& metric)
{
    if (metric == m_quality->metric())
        return;
    m_quality->setMetric(metric);
    m_quality->show(record, m_behind.get());
    m_markets->setMetric(metric);
    m_markets->show(record, m_behind.get());
}

void RunView::setBehind(const RunRecording& record, std::shared_ptr<const RunRecording> behind)
{
    m_behind = std::move(behind);
    for (const auto& chart : m_charts)
        chart->setBehind(record, m_behind.get());
}

void RunView::setForecast(const std::vector<QPointF>& budget)
{
    m_budget->setForecast(budget);
}

void RunView::finish(const RunRecording& record)
{
    m_rigorous = rigorousSpend(record);
    showTiles();
}

void RunView::setTimeLeft(std::optional<double> seconds)
{
    m_leftTile->setValue(seconds ? durationText(*seconds) : QString());
}

void RunView::showTiles()
{
    m_tilesDirty = false;
    m_timeline->setRound(m_last.round);
    const QLocale locale;
    for (std::size_t domain = 0; domain < 2; ++domain) {
        const runs::MetricSet& quality = m_lastQuality[domain];
        const auto [low, high] = quality.interval().value_or(std::pair(0.0, 0.0));
        m_ndcgTiles[domain]->setValue(isMeasured(quality) ? percentText(quality.at("ndcg@10")) : QString(),
            isMeasured(quality) ? u"± %1"_s.arg(shortNumber(50 * (high - low), 2)) : QString());
    }
    m_roundTile->setValue(m_planned > 0 ? locale.toString(m_last.round) : QString(),
        m_planned > 0 ? tr("of %1").arg(locale.toString(m_planned)) : QString());
    m_sigmaTile->setValue(std::isfinite(m_last.sigma) ? shortNumber(m_last.sigma) : QString());
    const QString caption = m_guarantee.isEmpty() ? tr("ε spent") : tr("ε · %1").arg(m_guarantee);
    m_epsilonTile->setCaption(
        m_rigorous ? tr("%1; really by %2").arg(caption, m_rigorous->guarantee) : caption);
    m_clientsTile->setCaption(!m_isSilo ? tr("Active clients")
            : m_last.budget             ? tr("Markets with budget")
                                        : tr("Markets that answered"));
    if (m_last.budget) {
        showBudgetTiles(*m_last.budget);
        return;
    }
    if (m_isSilo) {
        m_clientsTile->setValue(
            std::isfinite(m_last.clients) ? locale.toString(static_cast<int>(m_last.clients)) : QString(),
            tr("%1 users").arg(locale.toString(m_users)));
    } else {
        m_clientsTile->setValue(m_users > 0 ? locale.toString(m_users) : QString());
    }
    if (m_noNoise)
        m_epsilonTile->setValue(tr("no guarantee"), tr("no noise"), true);
    else
        m_epsilonTile->setValue({});
}

void RunView::showBudgetTiles(const BudgetRecord& budget)
{
    const QLocale locale;
    const bool nearly = m_budgetSpent || budget.most >= kNearlySpent * budget.limit;
    QString of = tr("of %1").arg(shortNumber(budget.limit));
    if (nearly)
        of = tr("%1, %2").arg(of, m_budgetSpent ? tr("spent") : tr("nearly spent"));
    const QString spent = epsilonNumber(budget.most);
    m_epsilonTile->setValue(
        m_rigorous ? tr("%1, really %2").arg(spent, epsilonNumber(m_rigorous->epsilon)) : spent, of, nearly);
    m_clientsTile->setValue(
        locale.toString(m_budgetSpent ? 0 : budget.active), tr("of %1").arg(locale.toString(budget.clients)));
}

void RunView::setFollow(bool on)
{
    for (CurvePlot* plot : m_plots)
        plot->setFollow(on);
}

bool RunView::follow() const
{
    return std::ranges::all_of(m_plots, &CurvePlot::follow);
}

} // namespace fedcctr::studio
