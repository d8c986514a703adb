// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/lab/utilitycard.h"

#include "app/plots/chartcontent.h"
#include "app/studio/common/settingsbridge.h"
#include "app/studio/runs/runvalues.h"
#include "core/privacy/accountants/accountants.h"
#include "core/report/frontier.h"
#include "widgets/charts/curveplot.h"

#include <QComboBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using runs::RunEntry;
using widgets::CurvePlot;

namespace {

QString datasetOf(const RunEntry& run)
{
    return QString::fromStdString(run.datasetPath);
}

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
    m_chart->setEmptyText(tr("No run with a finite ε yet"));
    m_chart->setXKind(widgets::XKind::Number);
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
    std::vector<EntryPtr> finished;
    // Those that did not go as their settings say show no cost of privacy.
    std::ranges::copy_if(runs, std::back_inserter(finished),
        [](const EntryPtr& run) { return run->summary && run->deviation().empty(); });
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
    refresh();
}

void UtilityCard::fillAccountants(const report::Frontier& frontier)
{
    const QString before = m_accountant->currentData().toString();
    m_accountant->clear();
    for (const std::string& name : report::accountantsOf(frontier))
        m_accountant->addItem(QString::fromStdString(privacy::titleOf(name)), QString::fromStdString(name));
    m_accountant->setCurrentIndex(std::max(0, m_accountant->findData(before)));
    m_accountant->setEnabled(m_accountant->count() > 0);
}

void UtilityCard::refresh()
{
    constexpr std::array<std::size_t, 2> kDomains{0, 1};
    const report::Frontier frontier = report::frontierOf(entriesOf(m_runs));
    fillAccountants(frontier);
    plots::show(
        report::frontierChart(frontier, m_accountant->currentData().toString().toStdString(), kDomains),
        *m_chart);
}

} // namespace fedcctr::studio
