// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/experiment/sweepbox.h"

#include "app/studio/experiment/forecasttext.h"
#include "core/settings/config_table.h"
#include "widgets/forms/wheelguard.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMessageBox>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <exception>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using sweeps::SweepJob;

namespace {

constexpr std::size_t kManyRuns = 50;
constexpr int kMostSeeds = 100;
constexpr int kComparisonSeeds = 3; ///< instead of one, which tells nothing of a difference
constexpr int kMostRows = 6;

/// The values as a sweep's command holds them: decimal points, and commas between. Semicolons part values
/// everywhere; where a person writes decimal commas, a comma is one beside a semicolon or a colon, or where
/// it is the only one of a fraction.
QString plainValues(QString typed, const QString& key)
{
    typed.remove(u' ');
    const bool fractions = settings::field(key.toStdString()).type == settings::FieldType::Number;
    const bool commaIsPoint = QLocale().decimalPoint() == u","_s && !typed.contains(u'.')
        && (typed.contains(u';') || typed.contains(u':') || typed.count(u',') == 1);
    if (fractions && commaIsPoint)
        typed.replace(u',', u'.');
    return typed.replace(u';', u',');
}

/// As many as a spin box reads: settings whose values can be listed.
void fillKeys(QComboBox* combo)
{
    for (const settings::Field& field : settings::fields()) {
        if (field.type == settings::FieldType::Text)
            continue;
        const QString key = QString::fromStdString(field.key);
        const QString symbol = QString::fromStdString(field.symbol);
        combo->addItem(symbol.isEmpty() ? key : key + u"  ("_s + symbol + u')', key);
        combo->setItemData(combo->count() - 1, QString::fromStdString(field.label), Qt::ToolTipRole);
    }
}

} // namespace

SweepBox::SweepBox(QWidget* parent)
    : QGroupBox(tr("Sweep"), parent)
    , m_list(new QVBoxLayout)
    , m_seeds(new QSpinBox(this))
    , m_count(new QLabel(this))
    , m_queue(new QPushButton(tr("Queue sweep"), this))
    , m_ablation(new QPushButton(tr("Ablation set"), this))
    , m_comparison(new QPushButton(tr("Comparison"), this))
{
    setObjectName(u"group_sweep"_s);
    m_count->setObjectName(u"label_sweep_count"_s);
    m_count->setWordWrap(true);
    m_seeds->setObjectName(u"spin_sweep_seeds"_s);
    widgets::guardWheel(m_seeds);
    m_seeds->setRange(1, kMostSeeds);
    m_seeds->setAccessibleName(tr("Seeds of the sweep"));
    m_seeds->setToolTip(
        tr("Runs of each combination, with seeds from run.seed upwards (1 to %1)").arg(kMostSeeds));
    m_queue->setObjectName(u"button_queue_sweep"_s);
    m_queue->setAccessibleName(m_queue->text());
    m_ablation->setObjectName(u"button_ablation"_s);
    m_ablation->setAccessibleName(m_ablation->text());
    m_ablation->setToolTip(
        tr("Queue the rows of the paper's Table 6: the full model, and it without PrivAugNet, IDRA, "
           "CDRD, AdaLDP, and with static LDP; each with as many seeds"));
    m_comparison->setObjectName(u"button_comparison"_s);
    m_comparison->setAccessibleName(tr("Comparison of models"));
    auto* add = new QToolButton(this);
    add->setObjectName(u"button_add_sweep_row"_s);
    add->setText(tr("+ Setting"));
    add->setAccessibleName(tr("Add a setting to the sweep"));
    add->setToolTip(tr("Vary one more setting (at most %1)").arg(kMostRows));
    add->setFocusPolicy(Qt::TabFocus);
    auto* seeds = new QLabel(tr("seeds"), this);
    seeds->setBuddy(m_seeds);
    auto* first = new QHBoxLayout;
    first->addWidget(add);
    first->addStretch(1);
    first->addWidget(seeds);
    first->addWidget(m_seeds);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_queue);
    buttons->addWidget(m_ablation);
    buttons->addWidget(m_comparison);
    buttons->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->addLayout(m_list);
    column->addLayout(first);
    column->addWidget(m_count);
    column->addLayout(buttons);
    connect(add, &QToolButton::clicked, this, [this] {
        if (m_rows.size() < kMostRows)
            addRow(u"loss.lambda1"_s, {});
        m_rows.last().key->setFocus();
    });
    connect(m_seeds, &QSpinBox::valueChanged, this, &SweepBox::changed);
    connect(m_queue, &QPushButton::clicked, this, [this] { queue(false); });
    connect(m_ablation, &QPushButton::clicked, this, [this] { queue(true); });
    connect(m_comparison, &QPushButton::clicked, this,
        [this] { Q_EMIT comparisonRequested(m_seeds->value() > 1 ? m_seeds->value() : kComparisonSeeds); });
    addRow(u"loss.lambda1"_s, {});
    refresh();
}

void SweepBox::addRow(const QString& key, const QString& values)
{
    const int number = m_made++;
    Row row;
    row.box = new QWidget(this);
    row.key = new QComboBox(row.box);
    row.key->setObjectName(u"combo_sweep_key_%1"_s.arg(number));
    row.key->setAccessibleName(tr("Setting of the sweep"));
    row.key->setToolTip(tr("The setting that takes the values beside it"));
    row.key->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    row.key->setMinimumContentsLength(14);
    widgets::guardWheel(row.key);
    fillKeys(row.key);
    row.key->setCurrentIndex(std::max(0, row.key->findData(key)));
    row.values = new QLineEdit(values, row.box);
    row.values->setObjectName(u"edit_sweep_values_%1"_s.arg(number));
    row.values->setAccessibleName(tr("Values of the sweep"));
    row.values->setPlaceholderText(tr("0,0.1,0.3 or 0:0.1:1"));
    row.values->setToolTip(
        tr("Values with commas or semicolons between, or start:step:stop with both ends; empty: not varied"));
    row.remove = new QToolButton(row.box);
    row.remove->setObjectName(u"button_remove_sweep_row_%1"_s.arg(number));
    row.remove->setText(u"✕"_s);
    row.remove->setAutoRaise(true);
    row.remove->setFocusPolicy(Qt::TabFocus);
    row.remove->setAccessibleName(tr("Remove this setting from the sweep"));
    row.remove->setToolTip(row.remove->accessibleName());
    auto* line = new QHBoxLayout(row.box);
    line->setContentsMargins(0, 0, 0, 0);
    line->addWidget(row.key, 1);
    line->addWidget(row.values, 1);
    line->addWidget(row.remove);
    m_list->addWidget(row.box);
    m_rows.append(row);
    connect(row.key, &QComboBox::currentIndexChanged, this, &SweepBox::changed);
    connect(row.values, &QLineEdit::textEdited, this, &SweepBox::changed);
    connect(row.remove, &QToolButton::clicked, this, [this, box = row.box] { removeRow(box); });
}

void SweepBox::removeRow(const QWidget* box)
{
    const auto found = std::ranges::find(m_rows, box, &Row::box);
    found->box->hide();
    found->box->deleteLater();
    m_rows.erase(found);
    changed();
}

void SweepBox::changed()
{
    refresh();
    Q_EMIT edited();
}

void SweepBox::setBase(const settings::Config& config, const QString& dataset)
{
    m_config = config;
    m_dataset = dataset;
    refresh();
}

void SweepBox::setSecondsPerRun(double seconds)
{
    if (m_secondsPerRun == seconds)
        return;
    m_secondsPerRun = seconds;
    refresh();
}

sweeps::SweepRequest SweepBox::request(bool ablation) const
{
    sweeps::SweepRequest wanted;
    wanted.dataset = m_dataset.toStdString();
    wanted.base = m_config;
    wanted.ablation = ablation;
    wanted.seeds = m_seeds->value();
    if (!ablation)
        for (const Row& row : m_rows)
            if (!row.values->text().trimmed().isEmpty()) {
                const QString key = row.key->currentData().toString();
                const QString values = plainValues(row.values->text(), key);
                wanted.axes.push_back(sweeps::parseAxis((key + u'=' + values).toStdString()));
            }
    return wanted;
}

QString SweepBox::timeOf(std::size_t runs) const
{
    return m_secondsPerRun > 0 ? tr("about %1").arg(durationText(m_secondsPerRun * static_cast<double>(runs)))
                               : tr("time unknown until a run like them was made");
}

/// How many runs, and what is wrong.
void SweepBox::refresh()
{
    QString blocked = m_dataset.isEmpty() ? tr("There is no dataset to train on.") : QString();
    QString text;
    try {
        const sweeps::SweepRequest wanted = request(false);
        std::size_t runs = static_cast<std::size_t>(wanted.seeds);
        QStringList factors;
        for (const sweeps::SweepAxis& axis : wanted.axes) {
            runs *= axis.values.size();
            factors.append(
                tr("%1 values of %2").arg(axis.values.size()).arg(QString::fromStdString(axis.key)));
        }
        if (wanted.axes.empty()) {
            blocked = tr("Give a setting's values first.");
            text = tr("Values with commas between, or start:step:stop.");
        } else {
            if (wanted.seeds > 1)
                factors.append(tr("%1 seeds").arg(wanted.seeds));
            text = tr("%1 = %2 runs, %3.")
                       .arg(factors.join(u" × "_s), QLocale().toString(qulonglong(runs)), timeOf(runs));
        }
    } catch (const std::exception& error) {
        blocked = QString::fromUtf8(error.what());
        text = u"⚠ "_s + blocked;
    }
    m_count->setText(text);
    m_queue->setEnabled(blocked.isEmpty());
    m_queue->setToolTip(blocked.isEmpty() ? tr("Queue a run for every combination") : blocked);
    m_ablation->setEnabled(!m_dataset.isEmpty());
    m_comparison->setEnabled(!m_dataset.isEmpty());
    m_comparison->setToolTip(m_dataset.isEmpty()
            ? tr("There is no dataset to train on.")
            : tr("Queue the models of the paper's Tables 4 and 5, each by its own preset: first the same "
                 "search for every one, then three seeds with what it chose, or as many as are set above. An "
                 "unfinished comparison of this dataset goes on."));
}

void SweepBox::queue(bool ablation)
{
    try {
        sweeps::SweepPlan plan = sweeps::planSweep(request(ablation));
        ask(std::move(plan.jobs), ablation ? tr("ablation") : tr("sweep"));
    } catch (const std::exception& error) {
        Q_EMIT problem(QString::fromUtf8(error.what()));
    }
}

void SweepBox::ask(std::vector<SweepJob> jobs, const QString& what)
{
    if (jobs.size() <= kManyRuns) {
        Q_EMIT jobsQueued(jobs, what);
        return;
    }
    auto* question = new QMessageBox(QMessageBox::Question, tr("Queue many runs"),
        tr("Queue %1 runs, %2?").arg(jobs.size()).arg(timeOf(jobs.size())),
        QMessageBox::Yes | QMessageBox::Cancel, this);
    question->setObjectName(u"dialog_many_runs"_s);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setDefaultButton(QMessageBox::Cancel);
    connect(question, &QMessageBox::accepted, this,
        [this, jobs = std::move(jobs), what] { Q_EMIT jobsQueued(jobs, what); });
    question->open();
}

QJsonObject SweepBox::state() const
{
    QJsonArray rows;
    for (const Row& row : m_rows)
        rows.append(
            QJsonObject{{u"key"_s, row.key->currentData().toString()}, {u"values"_s, row.values->text()}});
    return {{u"rows"_s, rows}, {u"seeds"_s, m_seeds->value()}};
}

void SweepBox::restore(const QJsonObject& state)
{
    if (state["rows"_L1].isArray()) {
        while (!m_rows.isEmpty())
            removeRow(m_rows.last().box);
        for (const QJsonValue& row : state["rows"_L1].toArray())
            if (m_rows.size() < kMostRows)
                addRow(row["key"_L1].toString(), row["values"_L1].toString());
    }
    m_seeds->setValue(std::max(1, state["seeds"_L1].toInt(1)));
    refresh();
}

} // namespace fedcctr::studio
