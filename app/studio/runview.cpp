// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runview.h"

#include "widgets/redrawclock.h"
#include "widgets/tile.h"

#include <QGridLayout>
#include <QLocale>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::CurvePlot;
using widgets::LineStyle;
using widgets::Tile;

namespace {

constexpr qint64 kPaceMs = 15000;
constexpr double kNearlySpent = 0.9;

// Series in the order in which buildCharts() adds them.
enum LossSeries { LossA, LossB, LossIdra, LossCdrd };
enum BudgetSeries { SpentMost, SpentMedian, SpentLeast };
enum NoiseSeries { NoiseSigma, NoiseClipped };

QString shortNumber(double value, int digits = 3)
{
    // 1e-05 is a programmer's way to write it.
    return std::isfinite(value) ? QLocale().toString(value, 'g', digits).replace(u"e-0"_s, u"e-"_s) : u"–"_s;
}

QString percent(double fraction)
{
    return QLocale().toString(100 * fraction, 'f', 2);
}

QString rankerName(const QString& ranker)
{
    return ranker == "item-knn"_L1 ? u"item-KNN"_s : ranker;
}

QString accountantName(const QString& accountant)
{
    if (accountant == "eq27"_L1)
        return RunView::tr("as printed (Eq. 27)");
    if (accountant == "appendix-a"_L1)
        return RunView::tr("as printed (App. A)");
    if (accountant == "rdp"_L1)
        return RunView::tr("RDP");
    if (accountant == "pld"_L1)
        return RunView::tr("PLD");
    if (accountant == "gaussian"_L1)
        return RunView::tr("exact Gaussian");
    return accountant;
}

} // namespace

void Pace::reset()
{
    m_samples.clear();
}

void Pace::roundAt(int round, qint64 ms)
{
    m_samples.push_back({round, ms});
    while (m_samples.size() > 2 && ms - m_samples.front().ms > kPaceMs)
        m_samples.pop_front();
}

double Pace::roundsPerSecond() const
{
    if (m_samples.size() < 2 || m_samples.back().ms <= m_samples.front().ms)
        return 0;
    return 1000.0 * (m_samples.back().round - m_samples.front().round)
        / static_cast<double>(m_samples.back().ms - m_samples.front().ms);
}

QString durationText(double seconds)
{
    const auto whole = static_cast<qint64>(std::ceil(seconds));
    const QString tail = u"%1:%2"_s.arg(whole / 60 % 60).arg(whole % 60, 2, 10, QChar(u'0'));
    return whole < 3600 ? tail : u"%1:%2"_s.arg(whole / 3600).arg(tail, 5, QChar(u'0'));
}

QString guaranteeText(const QString& accountant, double delta, const QString& adversary)
{
    // The rule as printed knows no delta.
    const QString failure = accountant == "eq27"_L1 ? RunView::tr("no δ") : u"δ "_s + shortNumber(delta, 2);
    return u"%1, %2, %3"_s.arg(accountantName(accountant), failure, adversary);
}

RunView::RunView(QWidget* parent)
    : QWidget(parent)
    , m_clock(new widgets::RedrawClock(this))
{
    setObjectName(u"run_view"_s);
    m_time.start();
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
    auto* grid = new QGridLayout;
    grid->setSpacing(4);
    grid->addWidget(m_ndcg, 0, 0);
    grid->addWidget(m_budget, 0, 1);
    grid->addWidget(m_loss, 1, 0);
    grid->addWidget(m_noise, 1, 1);
    for (int i = 0; i < 2; ++i) {
        grid->setRowStretch(i, 1);
        grid->setColumnStretch(i, 1);
    }
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(tiles);
    column->addLayout(grid, 1);
    describeRun();
}

void RunView::buildTiles()
{
    const QString quality =
        tr("NDCG@10 on validation targets, in percent, with half of the 95 % interval over users. "
           "A random ranker gets 4.54.");
    m_ndcgTiles[0] = new Tile(u"tile_ndcg_a"_s, {}, quality, this);
    m_ndcgTiles[1] = new Tile(u"tile_ndcg_b"_s, {}, quality, this);
    m_epsilonTile = new Tile(u"tile_epsilon"_s, {},
        tr("Privacy budget of the client that has spent most, of its limit. An epsilon means nothing without "
           "its "
           "accountant, its δ and its adversary: local is a server that sees each upload."),
        this);
    m_sigmaTile = new Tile(u"tile_sigma"_s, tr("Noise σ"),
        tr("Standard deviation of one client's noise per coordinate, in the unit of the gradient (Eq. "
           "25-26)."),
        this);
    m_clientsTile = new Tile(u"tile_clients"_s, tr("Active clients"),
        tr("Clients with budget left, of all. A client whose budget would be exceeded stops (Algorithm 2)."),
        this);
    m_roundTile =
        new Tile(u"tile_round"_s, tr("Round"), tr("Finished rounds of the planned ones (T)."), this);
    m_leftTile = new Tile(
        u"tile_left"_s, tr("Left"), tr("Time to the last round at the speed of the last seconds."), this);
}

void RunView::buildCharts()
{
    const auto make = [this](const QString& name, const QString& file, const QString& yLabel) {
        auto* plot = new CurvePlot(name, m_clock, this);
        plot->setAxes(tr("round"), yLabel);
        plot->setExportName(file);
        plot->setToolTip({});
        m_plots.append(plot);
        connect(plot, &CurvePlot::followChanged, this,
            [this] { Q_EMIT followChanged(std::ranges::all_of(m_plots, &CurvePlot::follow)); });
        connect(plot, &CurvePlot::exported, this, &RunView::exported);
        connect(plot, &CurvePlot::exportFailed, this, &RunView::exportFailed);
        return plot;
    };
    m_ndcg = make(u"plot_ndcg"_s, u"ndcg10"_s, u"%"_s);
    m_ndcg->addSeries({tr("NDCG@10 A"), {}, 0, LineStyle::Solid});
    m_ndcg->addSeries({tr("NDCG@10 B"), {}, 1, LineStyle::Dashed});

    m_budget = make(u"plot_budget"_s, u"budget"_s, u"ε"_s);
    m_budget->addSeries({tr("ε spent, most of all clients"), tr("most"), 3, LineStyle::Dashed});
    m_budget->addSeries({tr("ε spent, median client"), tr("median"), 5, LineStyle::Solid});
    m_budget->addSeries({tr("ε spent, least of all clients"), tr("least"), 6, LineStyle::Dotted});

    m_loss = make(u"plot_loss"_s, u"loss"_s, {});
    m_loss->setTitle(tr("Loss terms"), tr("Mean over the round's clients, as weighted in Eq. 22"));
    m_loss->addSeries({u"Lᴬ"_s, {}, 0, LineStyle::Solid});
    m_loss->addSeries({u"Lᴮ"_s, {}, 1, LineStyle::Dashed});
    m_loss->addSeries({u"λ₁·IDRA"_s, {}, 2, LineStyle::Solid});
    m_loss->addSeries({u"λ₂·CDRD"_s, {}, 3, LineStyle::Dashed});

    m_noise = make(u"plot_noise"_s, u"noise"_s, u"σ"_s);
    m_noise->setTitle(tr("Noise and clipping"),
        tr("σ of one client's noise per coordinate; share of the round's gradients that were longer than θ"));
    m_noise->setRightAxis(tr("clipped, %"), 100);
    m_noise->addSeries({tr("noise σ"), u"σ"_s, 5, LineStyle::Solid});
    m_noise->addSeries({tr("clipped %"), tr("clipped"), 6, LineStyle::Dashed, true});
    shareCrossHair();
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

double RunView::setting(const char* section, const char* key) const
{
    return m_hello.config[QLatin1String(section)].toObject()[QLatin1String(key)].toDouble();
}

QString RunView::guarantee() const
{
    if (m_rounds.empty() || !m_rounds.back().budget)
        return {};
    const BudgetReport& budget = *m_rounds.back().budget;
    return guaranteeText(budget.accountant, setting("privacy", "delta"), budget.adversary);
}

QString RunView::spent() const
{
    if (guarantee().isEmpty())
        return {};
    return tr("ε %1 (%2)").arg(shortNumber(m_rounds.back().budget->most), guarantee());
}

void RunView::describeRun()
{
    const bool known = !m_hello.domains[0].isEmpty();
    const QString a = known ? m_hello.domains[0] : tr("A");
    const QString b = known ? m_hello.domains[1] : tr("B");
    m_ndcg->setTitle(tr("Ranking quality: NDCG@10 (%), %1 and %2").arg(a, b),
        tr("Validation targets; bands are 95 % intervals over users. A is solid, B dashed."));
    if (known) {
        m_ndcg->renameSeries(0, tr("NDCG@10 %1").arg(a), tr("A %1").arg(a));
        m_ndcg->renameSeries(1, tr("NDCG@10 %1").arg(b), tr("B %1").arg(b));
    }
    m_ndcgTiles[0]->setCaption(tr("NDCG@10 %1").arg(a));
    m_ndcgTiles[1]->setCaption(tr("NDCG@10 %1").arg(b));
    m_budget->setTitle(tr("Privacy budget spent"));
    m_epsilonTile->setCaption(tr("ε spent"));
    const QString nothing =
        known ? tr("Waiting for the first round…") : tr("Nothing is running.\nF5 starts training.");
    for (CurvePlot* plot : m_plots)
        plot->setEmptyText(nothing);
    if (!known)
        return;
    m_ndcg->setEmptyText(tr("The first point comes after round %1.").arg(setting("run", "evaluate_every")));
    const QJsonObject privacy = m_hello.config["privacy"_L1].toObject();
    if (privacy["schedule"_L1].toString() == "none"_L1) {
        m_budget->setEmptyText(tr("No noise, no guarantee:\nthis run spends no budget."));
        m_epsilonTile->setValue(tr("no guarantee"), tr("no noise"), true);
    }
    const QString origin =
        tr("run %1, FedCCTR Studio %2").arg(m_hello.run.section(u'/', -1), QStringLiteral(FEDCCTR_VERSION));
    for (CurvePlot* plot : m_plots)
        plot->setOrigin(origin);
}

void RunView::begin(const HelloMessage& hello)
{
    std::vector<RoundMessage> kept;
    if (hello.firstRound > 1 && hello.run == m_hello.run)
        for (const RoundMessage& round : m_rounds)
            if (round.round < hello.firstRound)
                kept.push_back(round);
    m_hello = hello;
    m_references.clear();
    m_rounds.clear();
    m_pace.reset();
    m_stopMarked = false;
    m_lambda1 = setting("loss", "lambda1");
    m_lambda2 = setting("loss", "lambda2");
    for (CurvePlot* plot : m_plots)
        plot->clear();
    for (Tile* tile : {m_ndcgTiles[0], m_ndcgTiles[1], m_epsilonTile, m_sigmaTile, m_clientsTile, m_leftTile})
        tile->setValue({});
    m_roundTile->setValue(u"0"_s, tr("of %1").arg(QLocale().toString(hello.rounds)));
    describeRun();
    for (const RoundMessage& round : kept)
        showRound(round);
}

void RunView::addReference(const ReferenceMessage& reference)
{
    if (reference.split != "validation"_L1)
        return;
    m_references.push_back(reference);
    const QString name = rankerName(reference.ranker);
    const bool random = reference.ranker == "random"_L1;
    const LineStyle line = random ? LineStyle::Dotted : LineStyle::DashDot;
    for (std::size_t domain = 0; domain < 2; ++domain) {
        if (!reference.quality[domain] || (random && domain == 1))
            continue;
        const double value = 100 * reference.quality[domain]->ndcg10;
        // A random ranker is as good in either domain.
        const QString label = random ? u"%1 %2"_s.arg(name, QLocale().toString(value, 'f', 2))
                                     : u"%1 %2"_s.arg(name, domain == 0 ? u"A"_s : u"B"_s);
        m_ndcg->setReference({reference.ranker + QString::number(domain), label, value,
            random ? -1 : static_cast<int>(domain), line});
    }
}

void RunView::addRound(const RoundMessage& round)
{
    m_pace.roundAt(round.round, m_time.elapsed());
    showRound(round);
}

void RunView::showRound(const RoundMessage& round)
{
    m_rounds.push_back(round);
    m_loss->append(LossA, round.round, round.lossA);
    m_loss->append(LossB, round.round, round.lossB);
    m_loss->append(LossIdra, round.round, m_lambda1 * round.idra);
    m_loss->append(LossCdrd, round.round, m_lambda2 * round.cdrd);
    if (round.sigma)
        m_noise->append(NoiseSigma, round.round, *round.sigma);
    if (round.clipped)
        m_noise->append(NoiseClipped, round.round, 100 * *round.clipped);
    showQuality(round);
    showBudget(round);
    noteStops(round);
    showTiles(round);
}

void RunView::showQuality(const RoundMessage& round)
{
    for (std::size_t domain = 0; domain < 2; ++domain) {
        if (!round.quality[domain])
            continue;
        const Quality& quality = *round.quality[domain];
        m_ndcg->append(static_cast<int>(domain), round.round, 100 * quality.ndcg10, 100 * quality.low,
            100 * quality.high);
        m_ndcgTiles[domain]->setValue(
            percent(quality.ndcg10), u"± %1"_s.arg(shortNumber(50 * (quality.high - quality.low), 2)));
    }
}

void RunView::showBudget(const RoundMessage& round)
{
    if (!round.budget)
        return;
    const BudgetReport& budget = *round.budget;
    const bool first = m_budget->content().series[SpentMedian].isEmpty();
    m_budget->append(SpentMost, round.round, budget.most);
    m_budget->append(SpentMedian, round.round, budget.median, budget.least, budget.most);
    m_budget->append(SpentLeast, round.round, budget.least);
    if (!first)
        return;
    m_budget->setReference(
        {u"limit"_s, tr("budget %1").arg(shortNumber(budget.limit)), budget.limit, 7, LineStyle::Dashed});
    m_budget->setTitle(tr("Budget spent: ε, %1").arg(guarantee()),
        tr("Accountant, δ and adversary of this ε. Local: the server sees each upload."));
    m_epsilonTile->setCaption(tr("ε · %1").arg(guarantee()));
}

void RunView::noteStops(const RoundMessage& round)
{
    if (m_stopMarked || !round.budget || round.budget->active >= round.budget->clients)
        return;
    m_stopMarked = true;
    m_budget->addMark({static_cast<double>(round.round), tr("first client stops, %1").arg(round.round)});
}

void RunView::showTiles(const RoundMessage& round)
{
    const QLocale locale;
    m_roundTile->setValue(locale.toString(round.round), tr("of %1").arg(locale.toString(m_hello.rounds)));
    if (const std::optional<double> left = timeLeft())
        m_leftTile->setValue(durationText(*left));
    if (round.sigma)
        m_sigmaTile->setValue(shortNumber(*round.sigma));
    if (!round.budget) {
        m_clientsTile->setValue(locale.toString(m_hello.users));
        return;
    }
    const BudgetReport& budget = *round.budget;
    const bool nearly = budget.most >= kNearlySpent * budget.limit;
    const QString of = tr("of %1").arg(shortNumber(budget.limit));
    m_epsilonTile->setValue(
        shortNumber(budget.most), nearly ? of + u", "_s + tr("nearly spent") : of, nearly);
    m_clientsTile->setValue(locale.toString(budget.active), tr("of %1").arg(locale.toString(budget.clients)));
}

void RunView::addEvent(const EventMessage& event)
{
    const double x = event.round;
    if (event.event == "setting"_L1) {
        const bool first = event.key == "loss.lambda1"_L1;
        if (!first && event.key != "loss.lambda2"_L1)
            return;
        (first ? m_lambda1 : m_lambda2) = event.value;
        m_loss->addMark({x, u"%1 = %2"_s.arg(first ? u"λ₁"_s : u"λ₂"_s, shortNumber(event.value))});
    } else if (event.event == "budget-spent"_L1) {
        m_budget->addMark({x, tr("all clients stopped, %1").arg(event.round)});
        m_clientsTile->setValue(u"0"_s, tr("of %1").arg(QLocale().toString(m_hello.users)));
        if (!m_rounds.empty() && m_rounds.back().budget)
            m_epsilonTile->setValue(shortNumber(m_rounds.back().budget->most),
                tr("of %1, spent").arg(shortNumber(m_rounds.back().budget->limit)), true);
    }
}

void RunView::finish()
{
    m_pace.reset();
    m_leftTile->setValue({});
}

void RunView::setFollow(bool on)
{
    for (CurvePlot* plot : m_plots)
        plot->setFollow(on);
}

std::optional<double> RunView::timeLeft() const
{
    const double pace = m_pace.roundsPerSecond();
    if (pace <= 0)
        return std::nullopt;
    return std::max(0, m_hello.rounds - round()) / pace;
}

} // namespace fedcctr::studio
