// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/lab/knobpanel.h"

#include "app/studio/common/settingsbridge.h"
#include "widgets/forms/valueedit.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>

#include <algorithm>
#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using privacy::Adversary;
using privacy::ClientSampling;
using privacy::NeighbouringRelation;
using privacy::Schedule;
using widgets::FormField;
using widgets::ValueEdit;

namespace {

/// Epsilon's slider while it is an input, and while it is solved for.
constexpr double kLeastEpsilon = 0.05;
constexpr double kMostEpsilon = 100;
constexpr double kLeastSolvedEpsilon = 1e-6;
constexpr double kMostSolvedEpsilon = 1e6;

constexpr std::array kSamplings{ClientSampling::Poisson, ClientSampling::Fixed, ClientSampling::None};

/// The accountant at a row of its box, and the row of one.
std::string accountantAt(int row)
{
    return privacy::selectableAccountants().at(static_cast<std::size_t>(row))->name;
}

int rowOf(const std::string& accountant)
{
    const auto known = privacy::selectableAccountants();
    return static_cast<int>(
        std::ranges::find(known, accountant, &privacy::AccountantInfo::name) - known.begin());
}

/// A row of the settings table, or one of the lab's own.
FormField settingsField(const QString& key)
{
    return formFields({key}).first();
}

FormField ownField(const QString& symbol, const QString& label, const QString& help, double most)
{
    FormField field;
    field.symbol = symbol;
    field.label = label;
    field.help = help;
    field.type = FormField::Type::Integer;
    field.least = 1;
    field.most = most;
    field.step = 1;
    field.logarithmic = true;
    return field;
}

QString helpOf(const FormField& field)
{
    QString text = field.symbol + u", "_s + field.label + u": "_s + field.help;
    text += u". "_s + KnobPanel::tr("Range %1 to %2").arg(labNumber(field.least), labNumber(field.most));
    return field.unit.isEmpty() ? text : text + u' ' + field.unit;
}

int samplingIndex(ClientSampling sampling)
{
    return static_cast<int>(std::ranges::find(kSamplings, sampling) - kSamplings.begin());
}

} // namespace

KnobPanel::KnobPanel(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(u"panel_lab_knobs"_s);
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(4, 2, 6, 4);
    grid->setHorizontalSpacing(6);
    grid->setVerticalSpacing(3);
    grid->setColumnStretch(1, 1);
    buildChoices(grid);
    buildNumbers(grid);
    buildButtons(grid);
    grid->setRowStretch(grid->rowCount(), 1);
    showKnobs();
}

QComboBox* KnobPanel::addChoice(QGridLayout* grid, const QString& id, const QString& text,
    const QString& help, const QStringList& choices, const std::function<void(LabKnobs&, int)>& write)
{
    auto* box = new QComboBox(this);
    box->setObjectName(u"combo_lab_"_s + id);
    box->addItems(choices);
    box->setAccessibleName(text);
    box->setAccessibleDescription(help);
    box->setToolTip(help);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(17);
    auto* label = new QLabel(text, this);
    label->setToolTip(help);
    label->setBuddy(box);
    const int row = grid->rowCount();
    grid->addWidget(label, row, 0);
    grid->addWidget(box, row, 1);
    connect(box, &QComboBox::activated, this, [this, write](int index) {
        write(m_knobs, index);
        wasEdited();
    });
    m_choices.insert(id, box);
    return box;
}

void KnobPanel::buildChoices(QGridLayout* grid)
{
    addChoice(grid, u"solve"_s, tr("Solve for"),
        tr("Which knob the lab works out from the others. It is marked and read-only. Nothing: the budget "
           "ends "
           "when it ends"),
        {tr("nothing"), tr("σ₀, the noise"), tr("T, the rounds"), tr("ε, the budget")},
        [](LabKnobs& knobs, int index) { knobs.unknown = static_cast<Unknown>(index); });
    QStringList titles;
    for (const privacy::AccountantInfo* accountant : privacy::selectableAccountants())
        titles.append(QString::fromStdString(accountant->title));
    addChoice(grid, u"accountant"_s, tr("ε counted by"), settingsField(u"privacy.accountant"_s).help, titles,
        [](LabKnobs& knobs, int index) { knobs.accountant = accountantAt(index); });
    addChoice(grid, u"adversary"_s, tr("Who watches"), settingsField(u"privacy.adversary"_s).help,
        {tr("server, each upload (local)"), tr("server, the sum (aggregate)"),
            tr("an outsider (released model)")},
        [](LabKnobs& knobs, int index) { knobs.adversary = static_cast<Adversary>(index); });
    addChoice(grid, u"relation"_s, tr("Neighbours"), settingsField(u"privacy.relation"_s).help,
        {tr("other data (2θ)"), tr("there or not (θ)")},
        [](LabKnobs& knobs, int index) { knobs.relation = static_cast<NeighbouringRelation>(index); });
    addChoice(grid, u"sampling"_s, tr("Sampling"),
        tr("How a round's clients are drawn. Only what stays secret hides anybody, and each accountant knows "
           "only "
           "some schemes: those that do not fit are listed with the reason"),
        {tr("a coin each (Poisson)"), tr("exactly ρN (fixed)"), tr("in turns, no secret")},
        [](LabKnobs& knobs, int index) { knobs.sampling = kSamplings[static_cast<std::size_t>(index)]; });
    addChoice(grid, u"schedule"_s, tr("Noise"), settingsField(u"privacy.schedule"_s).help,
        {tr("stays (static)"), tr("falls by R (AdaLDP)")}, [](LabKnobs& knobs, int index) {
            knobs.schedule = index == 0 ? Schedule::Static : Schedule::AdaLdp;
        });
}

void KnobPanel::addNumber(QGridLayout* grid, const QString& id, const QString& text, const FormField& field,
    const std::function<void(LabKnobs&, double)>& write)
{
    auto* edit = new ValueEdit(u"edit_lab_"_s + id, this);
    edit->setRange(
        {field.least, field.most, field.step, field.logarithmic, field.type == FormField::Type::Integer});
    const QString help = helpOf(field);
    edit->setSpokenName(widgets::spoken(field), help);
    edit->setToolTip(help);
    auto* label = new QLabel(text, this);
    label->setObjectName(u"label_lab_"_s + id);
    label->setToolTip(help);
    label->setBuddy(edit);
    const int row = grid->rowCount();
    grid->addWidget(label, row, 0);
    grid->addWidget(edit, row, 1);
    connect(edit, &ValueEdit::valueChanged, this, [this, write](double value) {
        if (m_showing)
            return;
        write(m_knobs, value);
        wasEdited();
    });
    m_numbers.insert(id, {label, edit, text});
}

/// What the two ends of epsilon's slider mean: newcomers read "more budget" as "more privacy".
void KnobPanel::addEnds(QGridLayout* grid)
{
    auto* ends = new QWidget(this);
    auto* row = new QHBoxLayout(ends);
    row->setContentsMargins(0, 0, 0, 0);
    auto* left = new QLabel(tr("more privacy"), ends);
    left->setObjectName(u"label_lab_more_privacy"_s);
    auto* right = new QLabel(tr("more accuracy"), ends);
    right->setObjectName(u"label_lab_more_accuracy"_s);
    for (QLabel* label : {left, right}) {
        QFont small = label->font();
        small.setPointSizeF(small.pointSizeF() * 0.9);
        label->setFont(small);
    }
    row->addWidget(left);
    row->addStretch(1);
    row->addWidget(right);
    grid->addWidget(ends, grid->rowCount(), 0, 1, 2);
}

void KnobPanel::buildNumbers(QGridLayout* grid)
{
    FormField epsilon = settingsField(u"privacy.epsilon"_s);
    epsilon.least = kLeastEpsilon;
    epsilon.most = kMostEpsilon;
    addNumber(
        grid, u"epsilon"_s, tr("ε  budget"), epsilon, [](LabKnobs& knobs, double v) { knobs.epsilon = v; });
    addEnds(grid);
    addNumber(grid, u"delta"_s, tr("δ  failure"), settingsField(u"privacy.delta"_s),
        [](LabKnobs& knobs, double v) { knobs.delta = v; });
    addNumber(grid, u"sigma0"_s, tr("σ₀/θ  noise"), settingsField(u"privacy.noise_multiplier"_s),
        [](LabKnobs& knobs, double v) { knobs.sigma0 = v; });
    addNumber(grid, u"decay"_s, tr("R  decay"), settingsField(u"privacy.decay_rate"_s),
        [](LabKnobs& knobs, double v) { knobs.decay = v; });
    addNumber(grid, u"rate"_s, tr("ρ  share"), settingsField(u"federation.rate"_s),
        [](LabKnobs& knobs, double v) { knobs.rate = v; });
    FormField rounds = settingsField(u"federation.rounds"_s);
    rounds.most = kMostLabRounds;
    addNumber(grid, u"rounds"_s, tr("T  rounds"), rounds,
        [](LabKnobs& knobs, double v) { knobs.rounds = static_cast<int>(v); });
    addChoice(grid, u"attendance"_s, tr("Ann is in"),
        tr("How many of the rounds one client, Ann, takes part in: on average ρT; at worst all of them; or a "
           "number of your own. Charged are those with the least noise"),
        {tr("ρT rounds (expected)"), tr("all T (worst case)"), tr("P (own number)")},
        [](LabKnobs& knobs, int index) { knobs.attendance = static_cast<Attendance>(index); });
    addNumber(grid, u"participations"_s, tr("P  uploads"),
        ownField(u"P"_s, tr("uploads"), tr("rounds in which Ann takes part, at most"), kMostLabRounds),
        [](LabKnobs& knobs, double v) {
            knobs.participations = static_cast<int>(v);
            knobs.attendance = Attendance::Own;
        });
    addNumber(grid, u"clip_norm"_s, tr("θ  clip norm"), settingsField(u"privacy.clip_norm"_s),
        [](LabKnobs& knobs, double v) { knobs.clipNorm = v; });
    addNumber(grid, u"clients"_s, tr("N  clients"),
        ownField(u"N"_s, tr("clients"),
            tr("all clients; ρN of them take part in a round, and δ should be below 1/N"), 1e7),
        [](LabKnobs& knobs, double v) { knobs.clients = static_cast<int>(v); });
    addNumber(grid, u"order"_s, tr("ζ  order"), settingsField(u"privacy.order"_s),
        [](LabKnobs& knobs, double v) { knobs.order = v; });
}

void KnobPanel::buildButtons(QGridLayout* grid)
{
    m_problem = new QLabel(this);
    m_problem->setObjectName(u"label_lab_problem"_s);
    m_problem->setWordWrap(true);
    m_problem->hide();
    grid->addWidget(m_problem, grid->rowCount(), 0, 1, 2);
    m_facts = new QLabel(this);
    m_facts->setObjectName(u"label_lab_facts"_s);
    m_facts->setWordWrap(true);
    grid->addWidget(m_facts, grid->rowCount(), 0, 1, 2);

    m_runs = new QComboBox(this);
    m_runs->setObjectName(u"combo_lab_runs"_s);
    m_runs->setAccessibleName(tr("Take from run"));
    m_runs->setToolTip(tr("Set the knobs as a finished run of this workspace had them"));
    m_runs->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_runs->setMinimumContentsLength(10);
    connect(m_runs, &QComboBox::activated, this, [this](int index) {
        const QString path = m_runs->itemData(index).toString();
        if (!path.isEmpty())
            Q_EMIT runChosen(path);
    });
    grid->addWidget(m_runs, grid->rowCount(), 0, 1, 2);
    setRuns({});
    m_apply = new QPushButton(tr("Apply to Experiment"), this);
    m_apply->setObjectName(u"button_lab_apply"_s);
    m_apply->setToolTip(
        tr("Copy these knobs to the draft on Experiment and go there; it can be undone there"));
    connect(m_apply, &QPushButton::clicked, this, &KnobPanel::applyRequested);
    grid->addWidget(m_apply, grid->rowCount(), 0, 1, 2);
}

void KnobPanel::setRuns(const QList<QPair<QString, QString>>& runs)
{
    m_runs->clear();
    m_runs->addItem(runs.isEmpty() ? tr("Take from run (none finished yet)") : tr("Take from run…"));
    for (const auto& [name, path] : runs) {
        m_runs->addItem(name, path);
        m_runs->setItemData(m_runs->count() - 1, path, Qt::ToolTipRole);
    }
    m_runs->setEnabled(!runs.isEmpty());
}

void KnobPanel::setKnobs(const LabKnobs& knobs)
{
    m_knobs = knobs;
    keepInRange();
    showKnobs();
}

void KnobPanel::wasEdited()
{
    if (m_showing)
        return;
    keepInRange();
    showKnobs();
    Q_EMIT edited(m_knobs);
}

/// A solved epsilon, or a run's, may lie beyond what the slider offers.
void KnobPanel::keepInRange()
{
    if (m_knobs.unknown != Unknown::Epsilon)
        m_knobs.epsilon = std::clamp(m_knobs.epsilon, kLeastEpsilon, kMostEpsilon);
}

void KnobPanel::showKnobs()
{
    m_showing = true;
    showUnknown();
    const auto show = [this](const char* id, double value) {
        m_numbers[QString::fromLatin1(id)].edit->setValue(value);
    };
    show("epsilon", m_knobs.epsilon);
    show("delta", m_knobs.delta);
    show("sigma0", m_knobs.sigma0);
    show("decay", m_knobs.decay);
    show("rate", m_knobs.rate);
    show("rounds", m_knobs.rounds);
    show("participations", m_knobs.charged());
    show("clip_norm", m_knobs.clipNorm);
    show("clients", m_knobs.clients);
    show("order", m_knobs.order);
    const auto choose = [this](const char* id, int index) {
        m_choices[QString::fromLatin1(id)]->setCurrentIndex(index);
    };
    choose("solve", static_cast<int>(m_knobs.unknown));
    choose("accountant", rowOf(m_knobs.accountant));
    choose("adversary", static_cast<int>(m_knobs.adversary));
    choose("relation", static_cast<int>(m_knobs.relation));
    choose("sampling", samplingIndex(m_knobs.sampling));
    choose("schedule", m_knobs.schedule == Schedule::Static ? 0 : 1);
    choose("attendance", static_cast<int>(m_knobs.attendance));
    m_showing = false;
}

/// The knob that is solved for: bold, named so, and read-only.
void KnobPanel::showUnknown()
{
    const QString solved = m_knobs.unknown == Unknown::Sigma0 ? u"sigma0"_s
        : m_knobs.unknown == Unknown::Rounds                  ? u"rounds"_s
        : m_knobs.unknown == Unknown::Epsilon                 ? u"epsilon"_s
                                                              : QString();
    for (auto it = m_numbers.begin(); it != m_numbers.end(); ++it) {
        const bool isSolved = it.key() == solved;
        it->edit->setReadOnly(isSolved || (it.key() == u"decay"_s && m_knobs.schedule == Schedule::Static));
        it->label->setText(isSolved ? tr("%1  solved").arg(it->text.section(u"  "_s, 0, 0)) : it->text);
        QFont font = this->font();
        font.setBold(isSolved);
        it->label->setFont(font);
    }
    const bool epsilonSolved = m_knobs.unknown == Unknown::Epsilon;
    m_numbers[u"epsilon"_s].edit->setRange({epsilonSolved ? kLeastSolvedEpsilon : kLeastEpsilon,
        epsilonSolved ? kMostSolvedEpsilon : kMostEpsilon, 0.1, true, false});
}

void KnobPanel::showResult(const LabResult& result)
{
    if (result.knobs.unknown == m_knobs.unknown && m_knobs.unknown != Unknown::Nothing && !result.pending
        && result.problem.isEmpty()) {
        m_knobs.sigma0 = result.knobs.sigma0;
        m_knobs.rounds = result.knobs.rounds;
        m_knobs.epsilon = result.knobs.epsilon;
        showKnobs();
    }
    showFacts(result);
}

void KnobPanel::showFacts(const LabResult& result)
{
    QString problem = result.pending ? tr("solving …") : result.problem;
    if (problem.isEmpty() && !result.chosen().incompatibility.isEmpty())
        problem = result.chosen().incompatibility;
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    QPalette colors = palette();
    if (!result.pending)
        colors.setColor(QPalette::WindowText, widgets::themeColors(palette()).error);
    m_problem->setPalette(colors);

    const LabKnobs& knobs = result.knobs;
    QString facts = tr("About %1 of %2 clients in a round; Ann in %3 of %4 rounds.")
                        .arg(labNumber(knobs.cohort()), labNumber(knobs.clients), labNumber(knobs.charged()),
                            labNumber(knobs.rounds));
    if (knobs.delta * knobs.clients >= 1)
        facts += u' ' + tr("δ is not below 1/N: a mechanism that publishes one client whole would pass.");
    m_facts->setText(facts);
}

QStringList KnobPanel::lines() const
{
    QStringList lines;
    for (const char* id :
        {"solve", "accountant", "adversary", "relation", "sampling", "schedule", "attendance"}) {
        const QComboBox* box = m_choices[QString::fromLatin1(id)];
        lines.append(box->accessibleName() + u": "_s + box->currentText());
    }
    for (const char* id : {"epsilon", "delta", "sigma0", "decay", "rate", "rounds", "participations",
             "clip_norm", "clients", "order"}) {
        const Knob& knob = m_numbers[QString::fromLatin1(id)];
        lines.append(knob.label->text().simplified() + u": "_s + labNumber(knob.edit->value(), 6));
    }
    return lines;
}

void KnobPanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        showUnknown();
}

} // namespace fedcctr::studio
