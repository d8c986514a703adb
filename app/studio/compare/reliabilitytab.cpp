// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/reliabilitytab.h"

#include "app/plots/chartcontent.h"
#include "app/studio/runs/runvalues.h"
#include "core/report/ctr.h"
#include "widgets/charts/curveplot.h"

#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

ReliabilityTab::ReliabilityTab(QWidget* parent)
    : CompareTab(u"tab_reliability"_s, parent)
    , m_plot(new widgets::CurvePlot(u"plot_reliability"_s, nullptr, this))
{
    m_plot->setExportName(u"reliability"_s);
    m_plot->setXKind(widgets::XKind::Number);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->addWidget(m_plot);
    connect(m_plot, &widgets::Chart::exported, this, &CompareTab::exported);
    connect(m_plot, &widgets::Chart::exportFailed, this, &CompareTab::exportFailed);
}

void ReliabilityTab::refresh()
{
    std::vector<report::ReliabilitySubject> subjects;
    for (const Subject& subject : comparison().checked) {
        const std::vector<EntryPtr> runs = countedRuns(subject.runs);
        if (!runs.empty() && runs.front()->summary)
            subjects.push_back({subject.name.toStdString(), subject.color, runs.front()->summary->test});
    }
    report::Chart chart = report::reliabilityChart(subjects);
    chart.title =
        tr("Reliability on test events: observed share of ones by predicted probability").toStdString();
    chart.note = tr("A is solid, B dashed; of a group its first seed. With clicks, each stands against one "
                    "sampled item.")
                     .toStdString();
    chart.emptyText =
        tr("Check finished runs in the table above to see how far their probabilities hold.").toStdString();
    plots::show(chart, *m_plot);
}

void ReliabilityTab::exportTab()
{
    m_plot->askForPicture();
}

} // namespace fedcctr::studio
