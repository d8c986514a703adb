// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/lab/labboard.h"

#include "app/studio/lab/labattack.h"
#include "app/studio/lab/labcard.h"
#include "app/studio/lab/observerchart.h"
#include "widgets/charts/curveplot.h"
#include "widgets/forms/valueedit.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>

#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::Chart;
using widgets::CurvePlot;
using widgets::LineStyle;

namespace {

constexpr int kColumns = 2;
constexpr double kLinearReach = 3; ///< budgets

/// "Eq. 27 ⚠ ends at 288"
QString lineLabel(const AccountantLine& line)
{
    QString label = QString::fromStdString(line.accountant->shortTitle);
    if (!line.isBound())
        label += u" ⚠"_s;
    if (line.curve.refused > 0)
        label += u' '
            + (line.curve.refusedExactly ? LabBoard::tr("ends at %1") : LabBoard::tr("ends near %1"))
                  .arg(labNumber(line.curve.refused));
    return label;
}

QString standingWords(privacy::Standing standing)
{
    switch (standing) {
    case privacy::Standing::Bound:
        return LabBoard::tr("bound");
    case privacy::Standing::Loose:
        return LabBoard::tr("loose");
    case privacy::Standing::NotABound:
        break;
    }
    return LabBoard::tr("not a bound here");
}

QString lineName(const AccountantLine& line, const LabKnobs& knobs)
{
    QString name = u"ε, %1; %2; %3"_s.arg(QString::fromStdString(line.accountant->title),
        line.accountant->hasDelta ? u"δ "_s + labNumber(knobs.delta) : LabBoard::tr("no δ"),
        adversaryName(knobs.adversary));
    return line.standing == privacy::Standing::Bound ? name
                                                     : u"%1 (%2)"_s.arg(name, standingWords(line.standing));
}

/// What the page says of one accountant: "verdict — number — where it ends — why".
QString verdict(const AccountantLine& line, const LabResult& result)
{
    const LabKnobs& knobs = result.knobs;
    const QString title = QString::fromStdString(line.accountant->title);
    if (!line.incompatibility.isEmpty())
        return LabBoard::tr("– %1 does not apply: %2.").arg(title, line.incompatibility);
    if (line.pending)
        return LabBoard::tr("… %1: being computed.").arg(title);
    const QString ends = line.curve.refused > 0
        ? LabBoard::tr("budget ends at round %1").arg(labNumber(line.curve.refused))
        : LabBoard::tr("budget lasts");
    const QString sign = line.isBound() ? u"✓"_s : u"⚠"_s;
    return u"%1 %2: %3 "_s.arg(
               sign, standingWords(line.standing), epsilonWords(line.whole, knobs, line.accountant->name))
        + LabBoard::tr("after %1 rounds, %2.").arg(labNumber(knobs.rounds), ends);
}

} // namespace

LabBoard::LabBoard(QWidget* parent)
    : QScrollArea(parent)
    , m_grid(nullptr)
    , m_noise(new CurvePlot(u"plot_lab_noise"_s))
    , m_budget(new CurvePlot(u"plot_lab_budget"_s))
    , m_attack(new CurvePlot(u"plot_lab_attack"_s))
    , m_observer(new ObserverChart(u"plot_lab_observer"_s))
    , m_gradient(new GradientChart(u"plot_lab_gradient"_s))
    , m_accountants(new QLabel)
    , m_averaged(new widgets::ValueEdit(u"edit_lab_averaged"_s))
{
    setObjectName(u"scroll_lab_charts"_s);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::NoFocus);
    auto* content = new QWidget(this);
    m_grid = new QGridLayout(content);
    m_grid->setContentsMargins(0, 0, 2, 0);
    m_grid->setSpacing(2);
    for (int column = 0; column < kColumns; ++column)
        m_grid->setColumnStretch(column, 1);
    buildPlots();
    place(chartCard(m_budget));
    place(chartCard(m_noise));
    auto* accountants = new LabCard(u"card_lab_accountants"_s, content);
    buildAccountants(accountants);
    placeWide(accountants);
    place(chartCard(m_observer));
    place(chartCard(m_attack));
    auto* gradient = chartCard(m_gradient);
    buildGradient(gradient);
    placeWide(gradient);
    setWidget(content);
}

void LabBoard::place(QWidget* card)
{
    m_grid->addWidget(card, m_placed / kColumns, m_placed % kColumns);
    ++m_placed;
}

/// On a row of its own.
void LabBoard::placeWide(QWidget* card)
{
    const int row = (m_placed + kColumns - 1) / kColumns;
    m_grid->addWidget(card, row, 0, 1, kColumns);
    m_placed = (row + 1) * kColumns;
}

LabCard* LabBoard::chartCard(Chart* chart)
{
    auto* card = new LabCard(u"card_"_s + chart->objectName(), this);
    auto* column = new QVBoxLayout(card);
    column->setContentsMargins(3, 3, 3, 3);
    column->setSpacing(2);
    column->addWidget(chart, 1);
    chart->setMinimumHeight(fontMetrics().height() * 14);
    watch(chart);
    return card;
}

void LabBoard::watch(Chart* chart)
{
    m_charts.append(chart);
    connect(chart, &Chart::exported, this, &LabBoard::exported);
    connect(chart, &Chart::exportFailed, this, &LabBoard::exportFailed);
}

LabCard* LabBoard::addWideCard(const QString& name, QWidget* content, Chart* chart)
{
    if (chart)
        watch(chart);
    auto* card = new LabCard(name, this);
    auto* column = new QVBoxLayout(card);
    column->setContentsMargins(3, 3, 3, 3);
    column->addWidget(content);
    placeWide(card);
    return card;
}

void LabBoard::buildPlots()
{
    m_noise->setTitle(tr("Noise and cost per round"),
        tr("σ of each round in clip norms, the cost of a round as Eq. 27 prints it, and what one upload "
           "costs "
           "exactly, (Δ/σ)²"));
    m_noise->setAxes(tr("round"), tr("σ/θ; cost"));
    m_noise->addSeries({tr("σ/θ, noise in clip norms"), tr("σ/θ"), 0});
    m_noise->addSeries({tr("cost of a round, Eq. 27 as printed"), tr("cost, Eq. 27"), 1, LineStyle::Dashed});
    m_noise->addSeries({tr("cost of one upload, (Δ/σ)²"), tr("cost, exact"), 2, LineStyle::DashDot});
    m_noise->setLogY(true);

    m_budget->setTitle(tr("Budget spent"),
        tr("ε after each round under every accountant that fits, and where each says that the budget ends. "
           "⚠: not a bound here"));
    m_budget->setAxes(tr("round"), u"ε"_s);
    int color = 0;
    QString slow;
    for (const privacy::AccountantInfo* accountant : privacy::selectableAccountants()) {
        const LineStyle style = !accountant->printed ? LineStyle::Solid
            : color % 2 == 0                         ? LineStyle::Dashed
                                                     : LineStyle::DashDot;
        const QString label = QString::fromStdString(accountant->shortTitle);
        m_budget->addSeries({QString::fromStdString(accountant->title), label, color++, style});
        if (accountant->slow)
            slow = label;
    }
    m_earlierSeries =
        m_budget->addSeries({tr("%1 of the earlier knobs").arg(slow), slow + u" …"_s, -1, LineStyle::Dotted});
    m_budget->setLogY(true);

    m_observer->setTitle(tr("What an observer can learn"),
        tr("How sure an attacker can become who thought it even odds, by what the training spends: "
           "e^ε/(1+e^ε), "
           "but for an event of probability δ; and how often the best attack is right"));
    m_attack->setTitle(tr("The best attack"),
        tr("Hits against false alarms of an attacker who has to say whether Ann's data were used"));
    m_attack->setAxes(tr("false alarms (share)"), tr("hits (share)"));
    m_attack->addSeries({tr("bound of what is spent"), tr("bound"), 0});
    m_attack->addSeries({tr("the best attack on this noise, exactly"), tr("exact"), 2, LineStyle::Dashed});
    m_attack->addSeries({tr("guessing"), tr("guessing"), -1, LineStyle::Dotted});
    m_gradient->setTitle(tr("One gradient, with noise"),
        tr("One number of an upload, clipped to θ, and 200 noisy draws of it"));
}

void LabBoard::buildGradient(LabCard* card)
{
    m_averaged->setRange({1, 10'000, 1, true, true});
    m_averaged->setValue(1);
    const QString help =
        tr("K, clients averaged: how many clients' uploads the training averages. Range 1 to 10000");
    m_averaged->setToolTip(help);
    m_averaged->setSpokenName(tr("K, clients averaged"), help);
    auto* label = new QLabel(tr("K  clients averaged"), card);
    label->setToolTip(help);
    label->setBuddy(m_averaged);
    auto* again = new QPushButton(tr("Draw again"), card);
    again->setObjectName(u"button_lab_draw"_s);
    again->setToolTip(tr("200 new draws; each press has its own fixed seed"));
    auto* row = new QHBoxLayout;
    row->addWidget(label);
    row->addWidget(m_averaged, 1);
    row->addWidget(again);
    static_cast<QVBoxLayout*>(card->layout())->addLayout(row);
    connect(again, &QPushButton::clicked, this, [this] {
        ++m_draw;
        showGradient();
        Q_EMIT gradientChanged();
    });
    connect(m_averaged, &widgets::ValueEdit::valueChanged, this, [this] {
        showGradient();
        Q_EMIT gradientChanged();
    });
}

void LabBoard::buildAccountants(LabCard* card)
{
    auto* title = new QLabel(tr("Why do the accountants disagree?"), card);
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    m_accountants->setObjectName(u"label_lab_accountants"_s);
    m_accountants->setTextFormat(Qt::RichText);
    m_accountants->setWordWrap(true);
    m_accountants->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_accountants->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    auto* column = new QVBoxLayout(card);
    column->setContentsMargins(8, 4, 8, 4);
    column->addWidget(title);
    column->addWidget(m_accountants, 1);
}

void LabBoard::showResult(const LabResult& result)
{
    m_result = result;
    showNoise(result);
    showBudget(result);
    showAccountants(result);
    showObserver(*m_observer, result);
    showAttack(*m_attack, result);
    showGradient();
    const QString origin = tr("FedCCTR Studio %1, Privacy lab").arg(QStringLiteral(FEDCCTR_VERSION));
    for (Chart* chart : m_charts)
        chart->setOrigin(origin);
}

void LabBoard::showNoise(const LabResult& result)
{
    m_noise->clear();
    for (std::size_t i = 0; i < result.rounds.size(); ++i) {
        m_noise->append(0, result.rounds[i], result.sigma[i]);
        m_noise->append(1, result.rounds[i], result.printedCost[i]);
        m_noise->append(2, result.rounds[i], result.uploadCost[i]);
    }
}

void LabBoard::showBudget(const LabResult& result)
{
    m_budget->clear();
    const LabKnobs& knobs = result.knobs;
    for (int series = 0; series < static_cast<int>(result.lines.size()); ++series) {
        const AccountantLine& line = result.lines[static_cast<std::size_t>(series)];
        m_budget->renameSeries(series, lineName(line, knobs), lineLabel(line));
        // A line without values has no label; one that is hidden would keep it, struck through.
        if (!line.incompatibility.isEmpty() || line.pending
            || (m_onlyChosen && line.accountant->name != knobs.accountant))
            continue;
        for (std::size_t i = 0; i < line.curve.rounds.size(); ++i) {
            m_budget->append(series, line.curve.rounds[i], line.curve.epsilon[i]);
            // On a linear axis a cliff far above the budget would press all else flat.
            if (!m_budget->logY() && line.curve.epsilon[i] > kLinearReach * knobs.epsilon)
                break;
        }
    }
    showSlow(result);
    m_budget->setReference({u"budget"_s, tr("budget"), knobs.epsilon});
    const double refused = result.chosen().curve.refused;
    if (refused > 0 && knobs.unknown != Unknown::Epsilon)
        m_budget->addMark({refused, tr("budget ends at round %1").arg(labNumber(refused))});
}

/// While the slow line is being computed, the one of the earlier knobs stands there.
void LabBoard::showSlow(const LabResult& result)
{
    for (const AccountantLine& line : result.lines) {
        if (!line.accountant->slow)
            continue;
        if (!line.pending && line.incompatibility.isEmpty())
            m_earlier = line.curve;
        if (line.pending && !m_onlyChosen)
            for (std::size_t i = 0; i < m_earlier.rounds.size(); ++i)
                m_budget->append(m_earlierSeries, m_earlier.rounds[i], m_earlier.epsilon[i]);
    }
}

QStringList LabBoard::accountantLines() const
{
    QStringList lines;
    for (const AccountantLine& line : m_result.lines)
        lines.append(
            verdict(line, m_result) + (line.incompatibility.isEmpty() ? u' ' + line.note : QString()));
    return lines;
}

void LabBoard::showAccountants(const LabResult& result)
{
    const QString muted = widgets::themeColors(palette()).muted.name();
    QString text;
    for (const AccountantLine& line : result.lines) {
        const bool chosen = line.accountant->name == result.knobs.accountant;
        const QString head = verdict(line, result).toHtmlEscaped();
        text += u"<p style='margin:0 0 4px 0'>%1"_s.arg(chosen ? u"<b>"_s + head + u"</b>"_s : head);
        if (line.incompatibility.isEmpty())
            text += u"<br><span style='color:%1'>%2</span>"_s.arg(muted, line.note.toHtmlEscaped());
        text += u"</p>"_s;
    }
    m_accountants->setText(text);
}

GradientChart::View LabBoard::gradientView() const
{
    const LabKnobs& knobs = m_result.knobs;
    return {knobs.clipNorm, knobs.sigma0 * knobs.clipNorm, knobs.adversary,
        static_cast<int>(m_averaged->value()), m_draw};
}

void LabBoard::showGradient()
{
    m_gradient->setView(gradientView());
}

void LabBoard::setAveraged(int clients)
{
    m_averaged->setValue(clients);
}

int LabBoard::averaged() const
{
    return static_cast<int>(m_averaged->value());
}

void LabBoard::setDraw(int draw)
{
    m_draw = std::max(1, draw);
    showGradient();
}

void LabBoard::setFocusOn(const QString& name, bool logBudget, bool onlyChosen)
{
    m_onlyChosen = onlyChosen;
    m_budget->setLogY(logBudget);
    showBudget(m_result);
    m_lit = nullptr;
    for (LabCard* card : findChildren<LabCard*>()) {
        const bool lit =
            !name.isEmpty() && (card->objectName() == name || card->objectName() == u"card_"_s + name);
        card->setLit(lit);
        if (lit)
            m_lit = card;
    }
    if (m_lit)
        ensureWidgetVisible(m_lit, 0, 0);
}

/// The strip above grew or shrank: the card that it talks of stays in view.
void LabBoard::resizeEvent(QResizeEvent* event)
{
    QScrollArea::resizeEvent(event);
    if (m_lit)
        ensureWidgetVisible(m_lit, 0, 0);
}

/// The colours stand in the text.
void LabBoard::changeEvent(QEvent* event)
{
    QScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_grid)
        showAccountants(m_result);
}

QList<Chart*> LabBoard::charts() const
{
    return m_charts;
}

} // namespace fedcctr::studio
