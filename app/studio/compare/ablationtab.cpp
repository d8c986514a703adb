// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/ablationtab.h"

#include "app/studio/common/tablebox.h"
#include "app/studio/runs/runvalues.h"
#include "core/runs/run_notes.h"
#include "core/sweeps/sweep.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <map>
#include <set>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using runs::RunEntry;
using sweeps::SweepVariant;

namespace {

// Columns of report::ablationTable().
constexpr int kValue = 2;
constexpr int kDifference = 3;
constexpr int kPValue = 4;
constexpr int kColumnsOfDomain = 5;

constexpr std::array<const char*, 5> kIgnored{"run.seed", "run.device", "run.threads", "preset", "version"};

/// The configuration with a variant's settings in place, as text. A calibrated σ differs from row to row:
/// without it, the rows of a calibrated ablation still belong together.
std::string keyWith(const RunEntry& run, const SweepVariant& variant, bool withNoise)
{
    std::map<std::string, std::string> settings;
    for (const auto& [name, value] : run.settings)
        settings[name] = value;
    for (const std::string& assignment : variant.assignments)
        settings[assignment.substr(0, assignment.find('='))] = assignment.substr(assignment.find('=') + 1);
    for (const char* name : kIgnored)
        settings.erase(name);
    settings.erase("started");
    // The row without PrivAugNet uses none.
    settings.erase(std::string(runs::kDataPrefix) + runs::kAugmentation);
    if (!withNoise)
        settings.erase("privacy.noise_multiplier");
    std::string key;
    for (const auto& [name, value] : settings)
        key += name + '=' + value + '\n';
    return key;
}

bool isFullModel(const RunEntry& run)
{
    return run.summary && run.deviation().empty() && run.setting("loss.idra") == "true"
        && run.setting("loss.cdrd") == "true" && run.setting("privacy.schedule") == "adaldp";
}

/// Finished runs by configuration; without those that did not go as their settings say.
class Configurations {
public:
    explicit Configurations(const std::vector<EntryPtr>& runs)
    {
        for (const EntryPtr& run : runs) {
            if (!run->summary || !run->deviation().empty())
                continue;
            m_exact[keyWith(*run, {}, true)].push_back(run);
            m_anyNoise[keyWith(*run, {}, false)].push_back(run);
        }
    }

    std::vector<EntryPtr> like(const RunEntry& full, const SweepVariant& variant) const
    {
        if (const auto found = m_exact.find(keyWith(full, variant, true)); found != m_exact.end())
            return found->second;
        const auto found = m_anyNoise.find(keyWith(full, variant, false));
        return found == m_anyNoise.end() ? std::vector<EntryPtr>() : found->second;
    }

private:
    std::map<std::string, std::vector<EntryPtr>> m_exact;
    std::map<std::string, std::vector<EntryPtr>> m_anyNoise;
};

} // namespace

AblationTab::AblationTab(QWidget* parent)
    : CompareTab(u"tab_ablation"_s, parent)
    , m_note(new QLabel(this))
    , m_queue(new QPushButton(this))
    , m_box(new TableBox(u"table_ablation"_s, tr("Ablation, Table 6"), this))
{
    m_note->setObjectName(u"label_ablation_note"_s);
    m_queue->setObjectName(u"button_queue_ablation"_s);
    m_queue->setAccessibleName(tr("Queue the missing rows"));
    m_queue->setToolTip(
        tr("Queues the rows that are missing, with the settings and the seeds of the full model"));
    m_box->bar()->insertWidget(0, m_queue);
    m_box->bar()->insertWidget(1, m_note, 1);
    m_box->setEmptyText(
        tr("None of the runs shown is a finished full model (AdaLDP with IDRA and CDRD). The page "
           "Experiment queues the whole set."));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->addWidget(m_box);
    connect(m_queue, &QPushButton::clicked, this, [this] { queue(missing()); });
    connect(&m_tester, &RowTester::finished, this, &AblationTab::showRows);
    connect(m_box, &TableBox::exported, this, &CompareTab::exported);
    connect(m_box, &TableBox::exportFailed, this, &CompareTab::exportFailed);
    connect(m_box, &TableBox::rowActivated, this, [this](int row) {
        QStringList runs;
        for (const EntryPtr& run : m_rows[static_cast<std::size_t>(row)])
            runs.append(QString::fromStdString(run->path.string()));
        if (!runs.isEmpty())
            Q_EMIT selectionRequested(runs);
    });
}

/// Around the base, if that is a full model; else around the newest full model with the most rows.
AblationTab::Rows AblationTab::findRows() const
{
    const Configurations known(comparison().shown);
    const auto rowsOf = [&known](const RunEntry& full) {
        Rows rows;
        for (const SweepVariant& variant : sweeps::ablationVariants())
            rows.push_back(known.like(full, variant));
        return rows;
    };
    const auto base = std::ranges::find_if(comparison().checked, &Subject::isBase);
    if (base != comparison().checked.end() && isFullModel(*base->runs.front()))
        // The filter may hide the base's own runs.
        if (Rows rows = rowsOf(*base->runs.front()); !rows.back().empty())
            return rows;
    Rows best;
    std::ptrdiff_t most = 0;
    std::set<std::string> seen;
    for (const EntryPtr& run : comparison().shown) {
        if (!isFullModel(*run) || !seen.insert(run->groupKey()).second)
            continue;
        Rows rows = rowsOf(*run);
        const auto filled = std::ranges::count_if(rows, [](const auto& row) { return !row.empty(); });
        if (filled > most) {
            most = filled;
            best = std::move(rows);
        }
    }
    return best;
}

void AblationTab::refresh()
{
    m_rows = findRows();
    if (!m_rows.empty() && isTested()) {
        std::vector<RowPair> pairs;
        for (const auto& row : m_rows)
            pairs.push_back(&row == &m_rows.back() ? RowPair{} : RowPair{m_rows.back(), row});
        m_tester.request(pairs);
    }
    showRows();
}

/// The results per user are those of the test targets.
bool AblationTab::isTested() const
{
    return comparison().value.rule == ValueRule::BestAtValidation;
}

std::vector<report::AblationRow> AblationTab::tableRows() const
{
    std::vector<report::AblationRow> rows;
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        report::AblationRow row{sweeps::ablationVariants()[i].name, {{}, entriesOf(m_rows[i])}, {}};
        if (i + 1 < m_rows.size())
            row.full = m_rows.size() - 1;
        for (std::size_t domain = 0; domain < 2; ++domain) {
            row.ndcg[domain] = valueOf(m_rows[i], comparison(), domain, "ndcg@10");
            row.mrr[domain] = valueOf(m_rows[i], comparison(), domain, "mrr@10");
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

void AblationTab::showRows()
{
    const std::vector<report::RowTests> tests = isTested() && m_tester.results().size() == m_rows.size()
        ? m_tester.results()
        : std::vector<report::RowTests>();
    const std::array<std::string, 2> domains =
        m_rows.empty() ? std::array<std::string, 2>{"A", "B"} : m_rows.back().front()->domains;
    m_box->setTable(report::ablationTable(tableRows(), domains, tests));
    for (std::size_t i = 0; i + 1 < tests.size(); ++i)
        for (std::size_t domain = 0; domain < 2 && !m_rows[i].empty(); ++domain)
            for (const int column : {kDifference, kPValue})
                m_box->setHelp(static_cast<int>(i), column + static_cast<int>(domain) * kColumnsOfDomain,
                    testWords(tests[i][domain]));
    for (const std::size_t row : missing()) {
        m_box->setGrey(static_cast<int>(row));
        m_box->setButton(static_cast<int>(row), kValue, u"button_queue_row_%1"_s.arg(row), tr("Queue"),
            tr("Queues %1").arg(QString::fromStdString(sweeps::ablationVariants()[row].name)),
            [this, row] { queue({row}); });
    }
    m_queue->setText(tr("Queue %n missing row(s)", nullptr, static_cast<int>(missing().size())));
    m_queue->setVisible(!m_rows.empty() && !missing().empty());
    m_note->setText(m_rows.empty()
            ? QString()
            : tr("p: paired permutation test over users, Holm over the table. Full model: %1")
                    .arg(QString::fromStdString(m_rows.back().front()->name))
                + leftOut());
}

/// Runs that were stopped, or whose weights were changed while they went on.
QString AblationTab::leftOut() const
{
    const auto deviating = std::ranges::count_if(
        comparison().shown, [](const EntryPtr& run) { return run->summary && !run->deviation().empty(); });
    return deviating == 0
        ? QString()
        : u". "_s + tr("Left out, since stopped or changed: %n run(s)", nullptr, static_cast<int>(deviating));
}

std::vector<std::size_t> AblationTab::missing() const
{
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        if (m_rows[i].empty())
            rows.push_back(i);
    return rows;
}

void AblationTab::queue(const std::vector<std::size_t>& rows)
{
    QList<QStringList> jobs;
    for (const std::size_t row : rows)
        for (const EntryPtr& full : countedRuns(m_rows.back())) {
            QStringList job;
            for (const std::string& assignment : sweeps::ablationVariants()[row].assignments)
                job.append(QString::fromStdString(assignment));
            job.append(u"run.seed=%1"_s.arg(full->seed));
            jobs.append(job);
        }
    Q_EMIT runsRequested(m_rows.back().front(), jobs);
}

std::vector<EntryPtr> AblationTab::wantedRounds() const
{
    std::vector<EntryPtr> runs;
    if (comparison().value.rule != ValueRule::BestAtValidation)
        for (const auto& row : m_rows)
            runs.insert(runs.end(), row.begin(), row.end());
    return runs;
}

void AblationTab::exportTab()
{
    m_box->askForFile();
}

} // namespace fedcctr::studio
