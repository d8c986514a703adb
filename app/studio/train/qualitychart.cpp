// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/train/qualitychart.h"

#include "app/studio/runs/runtexts.h"
#include "core/evaluation/references.h"
#include "core/runs/run_likeness.h"

#include <QCoreApplication>
#include <QLocale>

#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::LineStyle;

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("QualityChart", text);
}

} // namespace

QString qualityName(const QString& metric)
{
    if (metric == "ctr_auc"_L1)
        return tr("CTR AUC");
    return metric == "ctr_gauc"_L1 ? tr("GAUC") : metric.toUpper();
}

QString weightChange(const EventMessage& event)
{
    if (event.event != EventKind::Setting)
        return {};
    const QString symbol = QString::fromStdString(runs::settingSymbol(event.key));
    return u"%1 = %2"_s.arg(symbol, shortNumber(event.value));
}

QualityChart::QualityChart(widgets::CurvePlot* plot)
    : RunChart(plot)
{
    plot->setAxes(tr("round"), u"%"_s);
    addLine({u"A"_s, {}, 0, LineStyle::Solid});
    addLine({u"B"_s, {}, 1, LineStyle::Dashed});
    finish();
}

void QualityChart::describe(const RunRecording& record)
{
    const QString name = qualityName(m_metric);
    const std::array domains{domainName(record, 0), domainName(record, 1)};
    plot()->setExportName(QString(m_metric).remove(u'@'));
    if (!record.greeted) {
        plot()->setTitle(tr("Ranking quality: %1 (%)").arg(name));
        return;
    }
    const bool isSilo = record.hello.config().federation.client == federation::Client::Silo;
    plot()->setTitle(isSilo ? tr("Ranking quality: %1 (%), mean over markets").arg(name)
                            : tr("Ranking quality: %1 (%), %2 and %3").arg(name, domains[0], domains[1]),
        tr("Validation targets; bands are 95 % intervals over users, where the engine gives them. A is "
           "solid, B "
           "dashed."));
    plot()->renameSeries(0, u"%1 %2"_s.arg(name, domains[0]), u"A %1"_s.arg(domains[0]));
    plot()->renameSeries(1, u"%1 %2"_s.arg(name, domains[1]), u"B %1"_s.arg(domains[1]));
    plot()->setEmptyText(
        tr("The first point comes after round %1.").arg(record.hello.config().run.evaluateEvery));
}

void QualityChart::append(const RunRecording& /*record*/, const RoundRecord& round, bool isBehind)
{
    for (int domain = 0; domain < 2; ++domain) {
        const runs::MetricSet& metrics = round.evaluation[static_cast<std::size_t>(domain)];
        const double value = 100 * metrics.at(m_metric.toStdString());
        if (!std::isfinite(value))
            continue;
        // A run behind is a thin line: its band would hide the other one's.
        const auto interval = metrics.interval(m_metric.toStdString());
        if (!isBehind && interval && interval->first < interval->second)
            put(domain, false, round.round, value, 100 * interval->first, 100 * interval->second);
        else
            put(domain, isBehind, round.round, value);
    }
}

void QualityChart::add(const ReferenceMessage& reference)
{
    if (reference.split != "validation")
        return;
    const QString ranker = QString::fromStdString(reference.ranker);
    const QString name = QString::fromStdString(evaluation::titleOfReference(reference.ranker));
    const bool random = ranker == "random"_L1;
    for (std::size_t domain = 0; domain < 2; ++domain) {
        // A random ranker is as good in either domain.
        const double value = 100 * reference.metrics[domain].at(m_metric.toStdString());
        if (!std::isfinite(value) || (random && domain == 1))
            continue;
        const QString label = random ? u"%1 %2"_s.arg(name, QLocale().toString(value, 'f', 2))
                                     : u"%1 %2"_s.arg(name, domain == 0 ? u"A"_s : u"B"_s);
        plot()->setReference({ranker + QString::number(domain), label, value,
            random ? -1 : static_cast<int>(domain), random ? LineStyle::Dotted : LineStyle::DashDot});
    }
}

void QualityChart::add(const RunRecording& /*record*/, const EventMessage& event)
{
    if (const QString change = weightChange(event); !change.isEmpty())
        plot()->addMark({static_cast<double>(event.round), change});
}

} // namespace fedcctr::studio
