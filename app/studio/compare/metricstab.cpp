// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/metricstab.h"

#include "app/plots/chartcontent.h"
#include "app/studio/runs/runvalues.h"
#include "core/report/run_charts.h"
#include "widgets/charts/intervalbars.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

MetricsTab::MetricsTab(QWidget* parent)
    : CompareTab(u"tab_metrics"_s, parent)
    , m_cutoff(new QComboBox(this))
    , m_split(new QLabel(this))
    , m_bars(new widgets::IntervalBars(u"plot_metrics"_s, this))
{
    auto* label = new QLabel(tr("&K"), this);
    label->setBuddy(m_cutoff);
    m_cutoff->setObjectName(u"combo_metrics_k"_s);
    m_cutoff->setAccessibleName(tr("K, length of the ranked list"));
    m_cutoff->setToolTip(tr("The first K places of the ranking count (2, 5 or 10)"));
    for (const int k : {2, 5, 10})
        m_cutoff->addItem(QString::number(k), k);
    m_cutoff->setCurrentIndex(2);
    m_split->setObjectName(u"label_metrics_split"_s);
    m_bars->setEmptyText(tr("Check runs in the table above to see their metrics."));
    m_bars->setExportName(u"metrics"_s);
    auto* row = new QHBoxLayout;
    row->addWidget(label);
    row->addWidget(m_cutoff);
    row->addSpacing(8);
    row->addWidget(m_split, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->setSpacing(4);
    column->addLayout(row);
    column->addWidget(m_bars, 1);
    connect(m_cutoff, &QComboBox::currentIndexChanged, this, &MetricsTab::refreshAfterEdit);
    connect(m_bars, &widgets::Chart::exported, this, &CompareTab::exported);
    connect(m_bars, &widgets::Chart::exportFailed, this, &CompareTab::exportFailed);
}

void MetricsTab::refresh()
{
    std::vector<report::MetricSubject> subjects;
    for (const Subject& subject : comparison().checked)
        subjects.push_back({subject.name.toStdString(), subject.color, entriesOf(subject.runs),
            [this, &subject](std::size_t domain, const std::string& metric) {
                return valueOf(subject.runs, comparison(), domain, metric);
            }});
    report::BarChart chart = report::metricBars(subjects, m_cutoff->currentData().toInt());
    chart.title = tr("Metrics of the checked runs (%)").toStdString();
    plots::show(chart, *m_bars, intervalHelp);
    const bool isTest = comparison().value.rule == ValueRule::BestAtValidation;
    m_split->setText(isTest ? tr("Test metrics of the parameters that were best at validation")
                            : tr("Validation metrics; test numbers are shown for “best at validation” only"));
}

QJsonObject MetricsTab::state() const
{
    return {{u"k"_s, m_cutoff->currentData().toInt()}};
}

void MetricsTab::restore(const QJsonObject& state)
{
    if (const int index = m_cutoff->findData(state["k"_L1].toInt()); index >= 0)
        m_cutoff->setCurrentIndex(index);
}

void MetricsTab::exportTab()
{
    m_bars->askForPicture();
}

} // namespace fedcctr::studio
