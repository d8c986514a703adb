// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/tradeofftab.h"

#include "app/studio/runs/runvalues.h"
#include "core/report/privacy_statement.h"
#include "core/report/run_groups.h"
#include "core/report/run_tables.h"
#include "widgets/charts/curveplot.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using runs::RunEntry;
using runs::SpendRecord;
using widgets::CurvePlot;
using widgets::LineStyle;
using widgets::Marker;

namespace {

constexpr std::array<Marker, 5> kMarkers{
    Marker::Circle, Marker::Square, Marker::Triangle, Marker::Diamond, Marker::Cross};

/// What a line stands for: the threat, and how the noise goes.
QString lineName(const RunEntry& run, const SpendRecord& spend)
{
    const QString delta =
        spend.delta > 0 ? u"δ %1"_s.arg(QLocale().toString(spend.delta, 'g', 2)) : TradeoffTab::tr("no δ");
    return u"%1, %2, %3, %4"_s.arg(QString::fromStdString(spend.adversary),
        QString::fromStdString(spend.relation), QString::fromStdString(run.setting("privacy.schedule")),
        delta);
}

bool hasNoGuarantee(const EntryPtr& run)
{
    return run->summary && run->summary->privacy.empty();
}

} // namespace

/// Runs of one configuration: their epsilon and their metric.
struct TradeoffTab::Point {
    double epsilon = 0;
    std::vector<EntryPtr> runs;
};

struct TradeoffTab::Line {
    QString name;
    bool isScattered = false; ///< points that have nothing to do with each other
    std::vector<Point> points;
};

TradeoffTab::TradeoffTab(QWidget* parent)
    : CompareTab(u"tab_tradeoff"_s, parent)
    , m_accountant(new QComboBox(this))
    , m_domain(new QComboBox(this))
    , m_note(new QLabel(this))
    , m_plot(new CurvePlot(u"plot_tradeoff"_s, nullptr, this))
{
    auto* accountantLabel = new QLabel(tr("&accountant"), this);
    accountantLabel->setBuddy(m_accountant);
    m_accountant->setObjectName(u"combo_tradeoff_accountant"_s);
    m_accountant->setAccessibleName(tr("Accountant of the epsilon on the x axis"));
    m_accountant->setToolTip(tr("The rule that computed ε; behind it stands whether it is a bound"));
    m_accountant->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    auto* domainLabel = new QLabel(tr("&domain"), this);
    domainLabel->setBuddy(m_domain);
    m_domain->setObjectName(u"combo_tradeoff_domain"_s);
    m_domain->setAccessibleName(tr("Domain"));
    m_domain->setToolTip(tr("Whose NDCG@10 is shown"));
    m_domain->addItems({u"A"_s, u"B"_s});
    m_note->setObjectName(u"label_tradeoff_note"_s);
    m_note->setWordWrap(true);
    m_plot->setXKind(widgets::XKind::Number);
    m_plot->setLogX(true);
    m_plot->setExportName(u"tradeoff"_s);
    auto* row = new QHBoxLayout;
    row->addWidget(accountantLabel);
    row->addWidget(m_accountant);
    row->addWidget(domainLabel);
    row->addWidget(m_domain);
    row->addWidget(m_note, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->setSpacing(4);
    column->addLayout(row);
    column->addWidget(m_plot, 1);
    connect(m_accountant, &QComboBox::activated, this, [this] {
        m_wanted = m_accountant->currentData().toString();
        refreshAfterEdit();
    });
    connect(m_domain, &QComboBox::activated, this, &TradeoffTab::refreshAfterEdit);
    connect(m_plot, &widgets::Chart::exported, this, &CompareTab::exported);
    connect(m_plot, &widgets::Chart::exportFailed, this, &CompareTab::exportFailed);
}

std::size_t TradeoffTab::domain() const
{
    return m_domain->currentIndex() == 1 ? 1 : 0;
}

void TradeoffTab::offerAccountants()
{
    std::map<std::string, QString> found;
    for (const EntryPtr& run : comparison().shown)
        if (run->summary)
            for (const SpendRecord& spend : run->summary->privacy)
                found.try_emplace(spend.accountant, QString::fromStdString(report::accountantWords(spend)));
    m_accountant->clear();
    for (const auto& [name, words] : found)
        m_accountant->addItem(words, QString::fromStdString(name));
    m_accountant->setCurrentIndex(std::max(0, m_accountant->findData(m_wanted)));
    m_accountant->setEnabled(m_accountant->count() > 0);
}

/// Points of two datasets have nothing to do with each other: those of the newest run's are shown.
std::vector<EntryPtr> TradeoffTab::runsOfOneDataset()
{
    std::vector<EntryPtr> runs;
    std::set<std::string> datasets;
    for (const EntryPtr& run : comparison().shown) {
        if (!run->summary)
            continue;
        datasets.insert(run->datasetPath);
        if (runs.empty() || runs::onSameData(*run, *runs.front()))
            runs.push_back(run);
    }
    m_note->setText(datasets.size() > 1 ? tr("Only %1; the filter (dataset:…) chooses another.")
                                              .arg(QString::fromStdString(runs.front()->summary->dataset))
                                        : QString());
    return runs;
}

void TradeoffTab::refresh()
{
    offerAccountants();
    const std::vector<EntryPtr> runs = runsOfOneDataset();
    m_plot->clear();
    m_plot->removeAllSeries();
    const QString letter = domain() == 0 ? u"A"_s : u"B"_s;
    m_plot->setTitle(tr("NDCG@10 %1 (%) against ε").arg(letter),
        tr("Test metrics of the parameters that were best at validation. Points are configurations, bars 95 "
           "% "
           "intervals: over seeds for several runs, over users for one."));
    m_plot->setAxes(tr("ε of the client that spent most, %1").arg(m_accountant->currentText()), u"%"_s);
    m_plot->setEmptyText(
        tr("None of the runs shown has an ε. Queue runs with noise, e.g. an ε sweep on the page "
           "Experiment."));
    m_plot->setOrigin(tr("%n run(s), FedCCTR Studio %1", nullptr, static_cast<int>(runs.size()))
                          .arg(QStringLiteral(FEDCCTR_VERSION)));
    addLines(runs);
    addPrivatePopularity(runs);
    if (!m_plot->content().series.empty())
        addReferences(runs);
}

/// The lines: configurations that differ in their noise only. Those that stand alone are one series without a
/// line.
std::vector<TradeoffTab::Line> TradeoffTab::linesOf(const std::vector<EntryPtr>& runs)
{
    const std::string accountant = m_accountant->currentData().toString().toStdString();
    std::map<std::pair<QString, std::string>, Point> groups;
    int endless = 0;
    for (const EntryPtr& run : runs) {
        const SpendRecord* spend = spendUnder(*run, accountant);
        if (!spend)
            continue;
        if (!std::isfinite(spend->epsilon) || spend->epsilon <= 0) {
            ++endless;
            continue;
        }
        Point& point = groups[{lineName(*run, *spend), run->groupKey()}];
        point.epsilon = std::max(point.epsilon, spend->epsilon);
        point.runs.push_back(run);
    }
    if (endless > 0)
        m_note->setText(m_note->text() + u' ' + tr("Without a finite ε here: %n run(s).", nullptr, endless));
    std::vector<const Point*> points;
    std::vector<std::pair<std::string, std::string>> keys;
    for (const auto& [key, point] : groups) {
        points.push_back(&point);
        keys.emplace_back(key.first.toStdString(), report::frontierKey(*point.runs.front()));
    }
    std::vector<Line> lines;
    std::vector<const RunEntry*> firsts;
    const std::vector<report::FrontierLine> all = report::frontierLines(keys);
    for (const report::FrontierLine& found : all) {
        Line line{QString::fromStdString(found.threat), found.isScattered, {}};
        for (const std::size_t i : found.points)
            line.points.push_back(*points[i]);
        if (!found.isScattered)
            firsts.push_back(line.points.front().runs.front().get());
        lines.push_back(std::move(line));
    }
    const std::vector<std::string> names = runs::lineNames(firsts);
    std::size_t named = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const QString name = all[i].isScattered ? QString() : QString::fromStdString(names[named++]);
        if (!all[i].isOnly)
            lines[i].name = all[i].isScattered ? tr("%1, single configurations").arg(lines[i].name)
                                               : u"%1, %2"_s.arg(lines[i].name, name);
    }
    return lines;
}

void TradeoffTab::addLines(const std::vector<EntryPtr>& runs)
{
    constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
    Comparison best = comparison();
    best.value.rule = ValueRule::BestAtValidation;
    int number = 0;
    for (Line& line : linesOf(runs)) {
        std::ranges::sort(line.points, {}, &Point::epsilon);
        std::vector<double> x, y, low, high;
        for (const Point& point : line.points) {
            const Estimate value = valueOf(point.runs, best, domain(), "ndcg@10");
            x.push_back(point.epsilon);
            y.push_back(100 * value.mean);
            low.push_back(100 * value.low);
            high.push_back(100 * value.high);
            if (!line.isScattered)
                continue;
            x.push_back(point.epsilon);
            for (std::vector<double>* column : {&y, &low, &high})
                column->push_back(kGap);
        }
        const int series =
            m_plot->addSeries({line.name, {}, number, number % 2 == 0 ? LineStyle::Solid : LineStyle::Dashed,
                false, kMarkers[static_cast<std::size_t>(number) % kMarkers.size()]});
        m_plot->setSeries(series, x, y, low, high);
        ++number;
    }
}

/// The cheap end: popularity that is counted under noise and spends the whole budget at once. Its epsilon is
/// the exact one of a single Gaussian release, which holds beside every rigorous accountant.
void TradeoffTab::addPrivatePopularity(const std::vector<EntryPtr>& runs)
{
    const QString accountant = m_accountant->currentData().toString();
    if (report::isPrintedRule(accountant.toStdString()))
        return;
    std::vector<const RunEntry*> entries;
    entries.reserve(runs.size());
    for (const EntryPtr& run : runs)
        entries.push_back(run.get());
    int number = static_cast<int>(m_plot->content().series.size());
    for (const auto& [adversary, byEpsilon] : report::privatePopularity(entries, domain(), "ndcg@10")) {
        std::vector<double> x, y, low, high;
        for (const auto& [epsilon, value] : byEpsilon) {
            x.push_back(epsilon);
            y.push_back(100 * value.mean);
            low.push_back(100 * (value.count > 1 ? value.low() : value.mean));
            high.push_back(100 * (value.count > 1 ? value.high() : value.mean));
        }
        const int series = m_plot->addSeries(
            {tr("private popularity, %1, gaussian").arg(QString::fromStdString(adversary)), {}, number,
                LineStyle::Dotted, false, kMarkers[static_cast<std::size_t>(number) % kMarkers.size()]});
        m_plot->setSeries(series, x, y, low, high);
        ++number;
    }
}

void TradeoffTab::addReferences(const std::vector<EntryPtr>& runs)
{
    const QLocale locale;
    const auto line = [&](const QString& id, const QString& name, double share, LineStyle style) {
        if (std::isfinite(share))
            m_plot->setReference(
                {id, u"%1 %2"_s.arg(name, locale.toString(100 * share, 'f', 2)), 100 * share, -1, style});
    };
    line(u"random"_s, tr("random"), randomValue(runs, "ndcg@10"), LineStyle::Dotted);
    for (const auto& reference : runs.front()->summary->references)
        if (reference.ranker == "popularity")
            line(u"popularity"_s, tr("popularity"), reference.metrics[domain()].at("ndcg@10"),
                LineStyle::DashDot);
    std::map<std::string, std::vector<EntryPtr>> open;
    for (const EntryPtr& run : runs)
        if (hasNoGuarantee(run))
            open[run->groupKey()].push_back(run);
    double best = std::numeric_limits<double>::quiet_NaN();
    Comparison value = comparison();
    value.value.rule = ValueRule::BestAtValidation;
    for (const auto& [key, group] : open) {
        const double mean = valueOf(group, value, domain(), "ndcg@10").mean;
        if (!(best >= mean))
            best = mean;
    }
    line(u"open"_s, tr("no privacy"), best, LineStyle::Dashed);
}

QJsonObject TradeoffTab::state() const
{
    return {{u"accountant"_s, m_wanted}, {u"domain"_s, m_domain->currentIndex()}};
}

void TradeoffTab::restore(const QJsonObject& state)
{
    m_wanted = state["accountant"_L1].toString(m_wanted);
    m_domain->setCurrentIndex(std::clamp(state["domain"_L1].toInt(), 0, 1));
}

void TradeoffTab::exportTab()
{
    m_plot->askForPicture();
}

} // namespace fedcctr::studio
