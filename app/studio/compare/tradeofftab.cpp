// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/tradeofftab.h"

#include "app/plots/chartcontent.h"
#include "app/studio/runs/runvalues.h"
#include "core/report/frontier.h"
#include "widgets/charts/curveplot.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>
#include <set>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::CurvePlot;

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

void TradeoffTab::offerAccountants(const report::Frontier& frontier)
{
    m_accountant->clear();
    for (const std::string& name : report::accountantsOf(frontier)) {
        const auto point = std::ranges::find(frontier.points, name, &report::FrontierPoint::accountant);
        m_accountant->addItem(QString::fromStdString(report::accountantWords(name, point->adversary)),
            QString::fromStdString(name));
    }
    m_accountant->setCurrentIndex(std::max(0, m_accountant->findData(m_wanted)));
    m_accountant->setEnabled(m_accountant->count() > 0);
}

void TradeoffTab::refresh()
{
    const std::vector<EntryPtr> runs = runsOfOneDataset();
    const report::Frontier frontier = report::frontierOf(entriesOf(runs));
    offerAccountants(frontier);
    const std::string accountant = m_accountant->currentData().toString().toStdString();
    const std::size_t shown = domain();
    plots::show(report::frontierChart(frontier, accountant, {&shown, 1}), *m_plot);
    m_plot->setEmptyText(
        tr("None of the runs shown has a finite ε. Queue runs with noise, e.g. an ε sweep on the page "
           "Experiment."));
    if (const std::size_t endless = report::endlessRuns(frontier, accountant); endless > 0)
        m_note->setText(m_note->text() + u' '
            + tr("Without a finite ε here: %n run(s).", nullptr, static_cast<int>(endless)));
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
