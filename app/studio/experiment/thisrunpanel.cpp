// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/experiment/thisrunpanel.h"

#include "app/studio/common/background.h"
#include "app/studio/experiment/forecasttext.h"
#include "widgets/charts/curveplot.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>
#include <QtConcurrent>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using runs::BudgetForecast;
using runs::Participation;
using runs::RunForecast;
using widgets::CurvePlot;

namespace {

constexpr int kDelayMs = 50;

QLabel* paragraph(const QString& name, const QString& spoken, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setObjectName(name);
    label->setAccessibleName(spoken);
    label->setWordWrap(true);
    label->setTextFormat(Qt::RichText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::LinksAccessibleByMouse);
    label->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    return label;
}

} // namespace

ThisRunPanel::ThisRunPanel(QWidget* parent)
    : QWidget(parent)
    , m_problems(paragraph(u"label_problems"_s, tr("Problems"), this))
    , m_facts(paragraph(u"label_facts"_s, tr("What this run takes"), this))
    , m_budget(paragraph(u"label_budget"_s, tr("How long the budget lasts"), this))
    , m_calibrate(new QPushButton(this))
    , m_spends(paragraph(u"label_spends"_s, tr("Epsilon at the end"), this))
{
    setObjectName(u"panel_this_run"_s);
    m_problems->setTextInteractionFlags(Qt::TextBrowserInteraction);
    m_problems->setToolTip(tr("A link leads to its setting"));
    m_problems->hide();
    m_facts->setToolTip(tr("Computed from the settings and the dataset, without training"));
    m_budget->setToolTip(tr("The run's own ledger, played through all rounds in advance"));
    m_spends->setToolTip(tr("Rules as printed need not be bounds; see the Privacy lab for why"));
    m_calibrate->setObjectName(u"button_calibrate"_s);
    m_calibrate->setAccessibleName(tr("Calibrate sigma zero to the planned rounds"));
    m_calibrate->setToolTip(
        tr("Set σ₀/θ to the least noise with which the budget lasts for all planned rounds: of every client, "
           "or, "
           "where clients pay for the rounds they take part in, of one that is drawn as often as expected"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_problems);
    column->addWidget(m_facts);
    column->addWidget(m_budget);
    column->addWidget(m_calibrate, 0, Qt::AlignLeft);
    column->addWidget(buildCurves());
    column->addWidget(m_spends);
    m_delay.setSingleShot(true);
    m_delay.setInterval(kDelayMs);
    connect(&m_delay, &QTimer::timeout, this, &ThisRunPanel::compute);
    connect(m_calibrate, &QPushButton::clicked, this, &ThisRunPanel::calibrateRequested);
    connect(m_problems, &QLabel::linkActivated, this, &ThisRunPanel::settingRequested);
}

ThisRunPanel::~ThisRunPanel()
{
    m_stop.request_stop();
}

QWidget* ThisRunPanel::buildCurves()
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    m_sigma = new CurvePlot(u"plot_planned_sigma"_s, nullptr, box);
    m_sigma->setTitle(
        tr("Planned noise σ/θ"), tr("σ(t)/θ of what the adversary sees, round by round (Eq. 26)"));
    m_sigma->setAxes(tr("round"), tr("σ/θ"));
    m_sigma->setEmptyText(tr("no noise"));
    m_sigma->addSeries({u"σ/θ"_s, u"σ/θ"_s, 0});
    m_spent = new CurvePlot(u"plot_planned_budget"_s, nullptr, box);
    // Beside each other on a small laptop's screen.
    for (CurvePlot* plot : {m_sigma, m_spent})
        plot->setMinimumWidth(fontMetrics().height() * 9);
    m_spent->setTitle(
        tr("Budget spent"), tr("ε under the accountant that governs, as the ledger will charge it"));
    m_spent->setAxes(tr("round"), u"ε"_s);
    m_spent->setEmptyText(tr("no budget"));
    m_spent->addSeries({tr("every client"), tr("all"), 1});
    m_spent->addSeries({tr("drawn as often as expected"), tr("expected"), 1});
    m_spent->addSeries({tr("drawn as often as can be"), tr("worst case"), 2, widgets::LineStyle::Dashed});
    for (CurvePlot* plot : {m_sigma, m_spent}) {
        plot->setMinimumHeight(fontMetrics().height() * 9);
        row->addWidget(plot, 1);
    }
    return box;
}

void ThisRunPanel::setPopulation(const runs::Population& population)
{
    m_population = population;
    changed();
}

void ThisRunPanel::setConfig(const settings::Config& config)
{
    m_config = config;
    changed();
}

void ThisRunPanel::setTime(const TimeForecast& time)
{
    m_time = time;
    if (m_known)
        showFacts();
}

void ThisRunPanel::changed()
{
    setStale(true);
    m_delay.start();
}

/// One computation at a time: what has been overtaken is told to stop.
void ThisRunPanel::compute()
{
    if (m_running) {
        m_stop.request_stop();
        m_again = true;
        return;
    }
    m_running = true;
    m_again = false;
    m_stop = std::stop_source();
    deliver(QtConcurrent::run([config = m_config, population = m_population, stop = m_stop.get_token()] {
        return runs::runForecast(config, population, stop);
    }),
        this, [this, config = m_config](const RunForecast& found) {
            m_running = false;
            if (m_again) {
                compute();
            } else if (!m_delay.isActive()) {
                m_computed = config;
                take(found);
            }
        });
}

void ThisRunPanel::take(const RunForecast& found)
{
    m_shown = found;
    m_known = true;
    setStale(false);
    showProblems();
    showFacts();
    showBudget();
    showCurves();
    Q_EMIT updated();
}

void ThisRunPanel::showProblems()
{
    QStringList lines;
    for (const std::string& problem : m_shown.problems) {
        const QString text = QString::fromStdString(problem);
        const QString key = text.section(u':', 0, 0);
        lines.append(
            u"⚠ <a href=\"%1\">%1</a>:%2"_s.arg(key.toHtmlEscaped(), text.section(u':', 1).toHtmlEscaped()));
    }
    for (const std::string& warning : m_shown.warnings)
        lines.append(u"⚠ "_s + QString::fromStdString(warning).toHtmlEscaped());
    m_problems->setText(lines.join(u"<br>"_s));
    m_problems->setVisible(!lines.isEmpty());
}

void ThisRunPanel::showFacts()
{
    m_facts->setText(factsText(m_shown, m_computed, m_population, m_time));
}

void ThisRunPanel::showBudget()
{
    const QString text = budgetText(m_shown, m_computed);
    m_budget->setText(text);
    m_budget->setVisible(!text.isEmpty());
    m_calibrate->setText(
        tr("Calibrate σ₀ to %1 rounds").arg(QLocale().toString(m_computed.federation.rounds)));
    m_calibrate->setVisible(!text.isEmpty());
    const QString spends = spendsText(m_shown, m_computed);
    m_spends->setText(spends);
    m_spends->setVisible(!spends.isEmpty());
}

void ThisRunPanel::showCurves()
{
    m_sigma->clear();
    for (const runs::CurvePoint& point : m_shown.sigma)
        m_sigma->append(0, point.round, point.value);
    m_spent->clear();
    for (int series = 0; series < 3; ++series)
        m_spent->setSeriesVisible(series, false);
    for (const BudgetForecast& budget : m_shown.budgets) {
        const int series = static_cast<int>(budget.participation);
        m_spent->setSeriesVisible(series, true);
        for (const runs::CurvePoint& point : budget.spent)
            m_spent->append(series, point.round, point.value);
        if (budget.refused > 0)
            m_spent->addMark({static_cast<double>(budget.refused), tr("ends")});
    }
    const QString name = QString::fromStdString(privacy::titleOf(m_computed.privacy.accountant));
    m_spent->setTitle(tr("Budget spent, %1").arg(name), m_spent->toolTip());
    if (!m_shown.budgets.empty())
        m_spent->setReference({u"budget"_s, tr("budget"), m_computed.privacy.epsilon});
    m_sigma->parentWidget()->setVisible(!m_shown.sigma.empty());
    m_sigma->fit();
    m_spent->fit();
}

void ThisRunPanel::setStale(bool stale)
{
    m_stale = stale;
    QPalette colors = palette();
    if (stale)
        colors.setColor(QPalette::WindowText, widgets::themeColors(palette()).muted);
    for (QLabel* label : {m_facts, m_budget, m_spends})
        label->setPalette(colors);
    QPalette warning = palette();
    warning.setColor(QPalette::WindowText, widgets::themeColors(palette()).error);
    m_problems->setPalette(warning);
}

void ThisRunPanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        setStale(m_stale);
}

} // namespace fedcctr::studio
