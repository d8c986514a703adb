// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/curvestab.h"

#include "app/studio/runs/runvalues.h"
#include "core/report/run_charts.h"
#include "widgets/charts/curveplot.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::CurvePlot;

namespace {

/// In nats, not in percent.
bool isLoss(const std::string& metric)
{
    return metric.ends_with("logloss");
}

} // namespace

CurvesTab::CurvesTab(QWidget* parent)
    : CompareTab(u"tab_curves"_s, parent)
    , m_note(new QLabel(this))
    , m_plot(new CurvePlot(u"plot_curves"_s, nullptr, this))
{
    auto* row = new QHBoxLayout;
    const auto combo = [&](const QString& name, const QString& label, const QString& spoken,
                           const QString& help) {
        auto* box = new QComboBox(this);
        box->setObjectName(name);
        box->setAccessibleName(spoken);
        box->setToolTip(help);
        auto* words = new QLabel(label, this);
        words->setBuddy(box);
        row->addWidget(words);
        row->addWidget(box);
        connect(box, &QComboBox::activated, this, &CurvesTab::refreshAfterEdit);
        return box;
    };
    m_metric = combo(u"combo_curves_metric"_s, tr("&metric"), tr("Metric"),
        tr("NDCG, MRR and HR of the first K places, AUC, log-loss of the ranking; AUC, AUC within users and "
           "log-loss of the predicted labels (CTR). On validation targets"));
    for (const char* name : {"ndcg", "mrr", "hr", "auc", "logloss", "ctr_auc", "ctr_gauc", "ctr_logloss"})
        m_metric->addItem(metricName(name), QString::fromLatin1(name));
    m_cutoff = combo(u"combo_curves_k"_s, tr("&K"), tr("K, length of the ranked list"),
        tr("The first K places of the ranking count (2, 5 or 10)"));
    for (const int k : {2, 5, 10})
        m_cutoff->addItem(QString::number(k), k);
    m_cutoff->setCurrentIndex(2);
    m_domains = combo(u"combo_curves_domain"_s, tr("&domains"), tr("Domains drawn"),
        tr("Domain A is solid, domain B dashed"));
    m_domains->addItems({tr("A and B"), tr("A"), tr("B")});
    m_axis = combo(u"combo_curves_x"_s, tr("&x"), tr("Quantity on the x axis"),
        tr("Rounds, wall time of the training, or ε spent under each run's own accountant"));
    m_axis->addItem(tr("round"), QString());
    m_axis->addItem(tr("wall time"), u"time"_s);
    m_axis->addItem(tr("ε spent"), u"epsilon"_s);
    m_note->setObjectName(u"label_curves_note"_s);
    row->addWidget(m_note, 1);
    buildPlot();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->setSpacing(4);
    column->addLayout(row);
    column->addWidget(m_plot, 1);
}

void CurvesTab::buildPlot()
{
    m_plot->setAxes(tr("round"), u"%"_s);
    m_plot->addAxisChoice(u"time"_s, tr("wall time"), widgets::XKind::Duration);
    m_plot->addAxisChoice(u"epsilon"_s, tr("ε spent, most of all clients (each run's own accountant)"));
    m_plot->setExportName(u"curves"_s);
    connect(m_plot, &CurvePlot::axisChoiceChanged, this, [this](const QString& id) {
        m_axis->setCurrentIndex(std::max(0, m_axis->findData(id)));
        Q_EMIT edited();
    });
    connect(m_plot, &widgets::Chart::exported, this, &CompareTab::exported);
    connect(m_plot, &widgets::Chart::exportFailed, this, &CompareTab::exportFailed);
}

std::string CurvesTab::metric() const
{
    const std::string name = m_metric->currentData().toString().toStdString();
    const bool ofList = name == "ndcg" || name == "mrr" || name == "hr";
    return ofList ? name + '@' + m_cutoff->currentText().toStdString() : name;
}

std::vector<EntryPtr> CurvesTab::wantedRounds() const
{
    std::vector<EntryPtr> runs;
    for (const Subject& subject : comparison().checked)
        std::ranges::copy(countedRuns(subject.runs), std::back_inserter(runs));
    return runs;
}

void CurvesTab::refresh()
{
    const QString name = metricName(metric());
    const bool percent = !isLoss(metric());
    m_cutoff->setEnabled(metric().find('@') != std::string::npos);
    m_plot->setAxisChoice(m_axis->currentData().toString());
    m_plot->removeAllSeries();
    m_plot->setAxes(tr("round"), percent ? u"%"_s : QString());
    m_plot->setTitle(percent ? tr("%1 (%), validation").arg(name) : tr("%1, validation").arg(name),
        tr("A is solid, B dashed. Bands are 95 % intervals: over seeds for groups, over users for single "
           "runs."));
    m_plot->setOrigin(
        tr("%n line(s), FedCCTR Studio %1", nullptr, static_cast<int>(comparison().checked.size()))
            .arg(QStringLiteral(FEDCCTR_VERSION)));
    int missing = 0;
    for (const Subject& subject : comparison().checked) {
        std::vector<RecordPtr> records;
        const std::vector<EntryPtr> runs = countedRuns(subject.runs);
        for (const EntryPtr& run : runs)
            if (const RecordPtr record = comparison().rounds(run))
                records.push_back(record);
        missing += static_cast<int>(runs.size() - records.size());
        for (std::size_t domain = 0; domain < 2 && !records.empty(); ++domain)
            if (m_domains->currentIndex() == 0 || m_domains->currentIndex() == static_cast<int>(domain) + 1)
                addSubject(subject, records, domain);
    }
    m_note->setText(missing > 0 ? tr("reading %n run(s)…", nullptr, missing) : QString());
    m_plot->setEmptyText(comparison().checked.empty()
            ? tr("Check runs in the table above to draw their curves.")
            : missing > 0 ? tr("Reading the rounds…")
                          : tr("No evaluated round yet."));
    m_plot->removeReference(u"random"_s);
    const double chance = (percent ? 100 : 1) * randomValue(wantedRounds(), metric());
    if (std::isfinite(chance) && !comparison().checked.empty())
        m_plot->setReference({u"random"_s, tr("random %1").arg(QLocale().toString(chance, 'f', 2)), chance});
}

void CurvesTab::addSubject(const Subject& subject, const std::vector<RecordPtr>& records, std::size_t domain)
{
    std::vector<const runs::RunRecord*> runs;
    std::ranges::transform(records, std::back_inserter(runs), &RecordPtr::get);
    const double unit = isLoss(metric()) ? 1 : 100;
    std::vector<double> x;
    std::vector<double> y;
    std::vector<double> low;
    std::vector<double> high;
    bool hasBand = true;
    for (const auto& [round, value] : report::curveOf(runs, domain, metric())) {
        x.push_back(round);
        y.push_back(unit * value.mean);
        low.push_back(unit * value.low);
        high.push_back(unit * value.high);
        hasBand = hasBand && value.hasInterval();
    }
    const QString letter = domain == 0 ? u"A"_s : u"B"_s;
    const int series = m_plot->addSeries({u"%1 %2"_s.arg(subject.name, letter), {}, subject.color,
        domain == 0 ? widgets::LineStyle::Solid : widgets::LineStyle::Dashed});
    if (!hasBand) {
        low.clear();
        high.clear();
    }
    m_plot->setSeries(series, x, y, low, high);
    const report::Clocks clocks = report::clocksOf(runs);
    m_plot->setAlternativeX(series, u"time"_s, clocks.seconds);
    m_plot->setAlternativeX(series, u"epsilon"_s, clocks.epsilon);
}

QJsonObject CurvesTab::state() const
{
    return {{u"metric"_s, m_metric->currentIndex()}, {u"k"_s, m_cutoff->currentIndex()},
        {u"domains"_s, m_domains->currentIndex()}, {u"x"_s, m_axis->currentData().toString()},
        {u"smoothing"_s, m_plot->smoothing()}};
}

void CurvesTab::restore(const QJsonObject& state)
{
    const auto choose = [&state](QComboBox* box, const QString& key) {
        box->setCurrentIndex(std::clamp(state[key].toInt(box->currentIndex()), 0, box->count() - 1));
    };
    choose(m_metric, u"metric"_s);
    choose(m_cutoff, u"k"_s);
    choose(m_domains, u"domains"_s);
    m_axis->setCurrentIndex(std::max(0, m_axis->findData(state["x"_L1].toString())));
    m_plot->setSmoothing(std::clamp(state["smoothing"_L1].toDouble(), 0.0, 0.99));
}

void CurvesTab::exportTab()
{
    m_plot->askForPicture();
}

} // namespace fedcctr::studio
