// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/lab/utilitycard.h"

#include "app/studio/common/settingsbridge.h"
#include "app/studio/runs/runvalues.h"
#include "core/evaluation/significance.h"
#include "core/privacy/accountants/accountants.h"
#include "widgets/charts/curveplot.h"

#include <QComboBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using runs::RunEntry;
using widgets::CurvePlot;
using widgets::LineStyle;
using widgets::Marker;

namespace {

constexpr double kPercent = 100;

bool isPrivate(const RunEntry& run)
{
    return run.setting("privacy.schedule") != "none" && run.setting("federation.mode") != "central";
}

QString datasetOf(const RunEntry& run)
{
    return QString::fromStdString(run.datasetPath);
}

/// The finished runs' seeds by configuration; without runs that did not go as their settings say.
std::map<std::string, std::vector<EntryPtr>> configurationsOf(const std::vector<EntryPtr>& runs)
{
    std::map<std::string, std::vector<EntryPtr>> groups;
    for (const EntryPtr& run : runs)
        if (run->summary && run->deviation().empty())
            groups[run->groupKey()].push_back(run);
    for (auto& [key, group] : groups)
        group = countedRuns(group);
    return groups;
}

/// Mean over the seeds of the best configuration without noise, as a fraction; NaN without one.
double bestOpen(const std::vector<EntryPtr>& runs, std::size_t domain)
{
    double best = std::numeric_limits<double>::quiet_NaN();
    for (const auto& [key, group] : configurationsOf(runs)) {
        if (isPrivate(*group.front()))
            continue;
        std::vector<double> values;
        for (const EntryPtr& run : group)
            values.push_back(run->summary->test[domain].at("ndcg@10"));
        if (const double mean = evaluation::meanInterval(values).mean; !(best >= mean))
            best = mean;
    }
    return best;
}

/// Points of one line: runs of one trust model and delta, in one domain.
struct Points {
    std::vector<double> x;
    std::vector<double> y;
    std::vector<double> low;
    std::vector<double> high;
};

} // namespace

UtilityCard::UtilityCard(QWidget* parent)
    : QWidget(parent)
    , m_accountant(new QComboBox(this))
    , m_sweep(new QPushButton(tr("Queue ε sweep"), this))
    , m_state(new QLabel(this))
    , m_chart(new CurvePlot(u"plot_lab_utility"_s, nullptr, this))
{
    m_accountant->setObjectName(u"combo_lab_utility"_s);
    m_accountant->setAccessibleName(tr("ε counted by"));
    m_accountant->setToolTip(tr("The accountant whose ε of each run is the x axis"));
    m_sweep->setObjectName(u"button_lab_sweep"_s);
    m_sweep->setToolTip(tr("Queue six runs of the small private model at ε 0.1, 0.3, 0.6, 1, 3 and 10, "
                           "counted by: Gaussian, exact; "
                           "δ of the preset; aggregate"));
    m_state->setObjectName(u"label_lab_utility"_s);
    m_state->setWordWrap(true);
    m_chart->setTitle(tr("Utility: NDCG@10 against ε, from your own runs"),
        tr("Test NDCG@10 of finished runs with 95 % intervals; the random order and runs without noise as "
           "lines"));
    m_chart->setAxes(u"ε"_s, tr("NDCG@10 (%)"));
    m_chart->setEmptyText(tr("No runs yet"));
    m_chart->setLogX(true);
    m_chart->setMinimumHeight(fontMetrics().height() * 15);

    auto* row = new QHBoxLayout;
    auto* label = new QLabel(tr("ε counted by"), this);
    label->setBuddy(m_accountant);
    row->addWidget(label);
    row->addWidget(m_accountant);
    row->addWidget(m_state, 1);
    row->addWidget(m_sweep);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_chart, 1);
    column->addLayout(row);
    connect(m_accountant, &QComboBox::activated, this, &UtilityCard::refresh);
    connect(m_sweep, &QPushButton::clicked, this, &UtilityCard::sweepRequested);
    setRuns({}, {});
}

QList<double> UtilityCard::sweepEpsilons()
{
    return {0.1, 0.3, 0.6, 1, 3, 10};
}

QString UtilityCard::sweepPreset()
{
    return u"private-head-eps3"_s;
}

QStringList UtilityCard::sweepAssignments(double epsilon)
{
    const QHash<QString, QVariant> values = presetValues(sweepPreset());
    LabKnobs knobs =
        knobsFromSettings([&values](const QString& key) { return values.value(key).toString(); });
    knobs.epsilon = epsilon;
    const double sigma0 = privacy::solveSigma0(problemOf(knobs, knobs.accountant));
    const auto number = [](double value) {
        return QString::number(value, 'g', QLocale::FloatingPointShortest);
    };
    return {u"privacy.epsilon="_s + number(epsilon), u"privacy.noise_multiplier="_s + number(sigma0)};
}

void UtilityCard::setRuns(const std::vector<EntryPtr>& runs, const QString& dataset)
{
    m_runs.clear();
    std::set<EntryPtr> counted;
    for (const auto& [key, group] : configurationsOf(runs))
        counted.insert(group.begin(), group.end());
    std::vector<EntryPtr> finished;
    std::ranges::copy_if(runs, std::back_inserter(finished),
        [&counted](const EntryPtr& run) { return counted.contains(run); });
    QString shown = dataset;
    if (!finished.empty()
        && std::ranges::none_of(finished, [&](const EntryPtr& run) { return datasetOf(*run) == dataset; }))
        shown = datasetOf(*finished.front());
    std::ranges::copy_if(
        finished, std::back_inserter(m_runs), [&](const EntryPtr& run) { return datasetOf(*run) == shown; });
    if (!m_runs.empty())
        m_state->setText(tr("%1 finished runs on %2").arg(m_runs.size()).arg(QFileInfo(shown).fileName()));
    else
        m_state->setText(
            tr("No runs yet. A sweep trains a small private model at six values of ε: its σ₀ is solved "
               "for each, over the preset's rounds."));
    fillAccountants();
    refresh();
}

/// Those that a run names, the honest one first.
void UtilityCard::fillAccountants()
{
    const QString before = m_accountant->currentData().toString();
    m_accountant->clear();
    for (const privacy::AccountantInfo* info : privacy::provenAccountantsFirst()) {
        const bool there = std::ranges::any_of(m_runs, [info](const EntryPtr& run) {
            return std::ranges::any_of(run->summary->privacy,
                [info](const runs::SpendRecord& spend) { return spend.accountant == info->name; });
        });
        if (there)
            m_accountant->addItem(QString::fromStdString(info->title), QString::fromStdString(info->name));
    }
    m_accountant->setCurrentIndex(std::max(0, m_accountant->findData(before)));
    m_accountant->setEnabled(m_accountant->count() > 0);
}

void UtilityCard::refresh()
{
    m_chart->removeAllSeries();
    m_chart->clear();
    if (m_runs.empty())
        return;
    drawRuns(m_accountant->currentData().toString());
    drawReferences();
}

void UtilityCard::drawRuns(const QString& accountant)
{
    constexpr std::array kMarkers{Marker::Circle, Marker::Square};
    std::map<std::pair<QString, std::size_t>, Points> lines;
    for (const EntryPtr& run : m_runs) {
        if (!isPrivate(*run))
            continue;
        for (const runs::SpendRecord& spend : run->summary->privacy) {
            if (QString::fromStdString(spend.accountant) != accountant || !(spend.epsilon > 0)
                || std::isinf(spend.epsilon))
                continue;
            const QString trust =
                u"%1; %2; %3"_s.arg(QString::fromStdString(privacy::titleOf(spend.accountant)),
                    spend.delta > 0 ? u"δ "_s + labNumber(spend.delta) : tr("no δ"),
                    QString::fromStdString(spend.adversary));
            for (std::size_t domain = 0; domain < 2; ++domain) {
                const runs::MetricSet& metrics = run->summary->test[domain];
                const double ndcg = metrics.at("ndcg@10");
                if (std::isnan(ndcg))
                    continue;
                Points& points = lines[{trust, domain}];
                points.x.push_back(spend.epsilon);
                points.y.push_back(kPercent * ndcg);
                points.low.push_back(kPercent * (metrics.interval() ? metrics.interval()->first : ndcg));
                points.high.push_back(kPercent * (metrics.interval() ? metrics.interval()->second : ndcg));
            }
        }
    }
    int color = 0;
    for (const auto& [key, points] : lines) {
        const auto& [trust, domain] = key;
        const QString name = QString::fromStdString(m_runs.front()->domains[domain]);
        widgets::SeriesSpec spec;
        spec.name = u"%1; ε: %2"_s.arg(name, trust);
        spec.label = u"%1, %2"_s.arg(name, trust.section(u"; "_s, 2));
        spec.color = color++;
        spec.line = domain == 0 ? LineStyle::Solid : LineStyle::Dashed;
        spec.marker = kMarkers[domain];
        m_chart->setSeries(m_chart->addSeries(spec), points.x, points.y, points.low, points.high);
    }
}

void UtilityCard::drawReferences()
{
    if (const double random = kPercent * randomValue(m_runs, "ndcg@10"); !std::isnan(random))
        m_chart->setReference({u"random"_s, tr("random %1").arg(labNumber(random)), random});
    for (std::size_t domain = 0; domain < 2; ++domain) {
        if (const double open = bestOpen(m_runs, domain); !std::isnan(open))
            m_chart->setReference({u"open%1"_s.arg(domain),
                tr("no privacy, %1").arg(QString::fromStdString(m_runs.front()->domains[domain])),
                kPercent * open, -1, LineStyle::DashDot});
    }
}

} // namespace fedcctr::studio
