// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/differencestab.h"

#include "app/studio/common/tablebox.h"
#include "app/studio/runs/runvalues.h"
#include "core/base/numbers.h"
#include "core/settings/config.h"
#include "core/settings/config_table.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QLocale>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using runs::RunEntry;
using runs::SpendRecord;

namespace {

/// What the settings table says of the key.
QString settingHelp(const std::string& key)
{
    const auto& table = settings::fields();
    const auto found = std::ranges::find(table, key, &settings::Field::key);
    if (found == table.end())
        return QString::fromStdString(key);
    const std::string symbol = found->symbol.empty() ? std::string() : found->symbol + ", ";
    return QString::fromStdString(found->key + '\n' + symbol + found->label + ": " + found->help);
}

/// As files hold it: the table is exported as it stands.
std::string number(double value, int digits)
{
    return std::isfinite(value) ? general(value, digits) : std::string("∞");
}

void addSpends(report::Table& table, const Subject& subject, const RunEntry& run)
{
    const auto& summary = *run.summary;
    const std::vector<std::string> start{subject.name.toStdString(), std::to_string(run.seed),
        secondsText(summary.seconds, QLocale::c()).toStdString(), std::to_string(summary.rounds),
        summary.rounds > 0 ? number(summary.seconds / summary.rounds, 3) : std::string("–")};
    const auto add = [&](std::initializer_list<std::string> end) {
        std::vector<std::string> row = start;
        row.insert(row.end(), end);
        table.rows.push_back(row);
    };
    if (summary.privacy.empty())
        add({"no guarantee", "–", "no noise was added", "–", "–", "–"});
    for (const SpendRecord& spend : summary.privacy)
        add({number(spend.epsilon, 4), spend.delta > 0 ? number(spend.delta, 2) : std::string("none"),
            report::accountantWords(spend), spend.adversary, spend.relation,
            spend.order > 0 ? number(spend.order, 4) : std::string("–")});
}

} // namespace

DifferencesTab::DifferencesTab(QWidget* parent)
    : CompareTab(u"tab_differences"_s, parent)
    , m_find(new QLineEdit(this))
    , m_all(new QCheckBox(tr("All settings"), this))
    , m_box(new TableBox(u"table_differences"_s, tr("Settings of the checked runs"), this))
{
    m_find->setObjectName(u"edit_find_setting"_s);
    m_find->setPlaceholderText(tr("Find a setting or value"));
    m_find->setAccessibleName(tr("Find a setting or value"));
    m_find->setToolTip(tr("Shows the rows that hold these words"));
    m_find->setClearButtonEnabled(true);
    m_find->setMaximumWidth(fontMetrics().averageCharWidth() * 40);
    m_all->setObjectName(u"check_all_settings"_s);
    m_all->setToolTip(tr("Also the settings in which the checked runs agree, seed, device and version"));
    m_box->bar()->insertWidget(0, m_find, 2);
    m_box->bar()->insertWidget(1, m_all);
    m_box->setEmptyText(tr("Check two runs or more in the table above to see in what they differ."));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->addWidget(m_box);
    connect(m_find, &QLineEdit::textChanged, m_box, &TableBox::find);
    connect(m_all, &QCheckBox::toggled, this, &DifferencesTab::refreshAfterEdit);
    connect(m_box, &TableBox::exported, this, &CompareTab::exported);
    connect(m_box, &TableBox::exportFailed, this, &CompareTab::exportFailed);
    setTabOrder(m_find, m_all);
}

void DifferencesTab::refresh()
{
    std::vector<RunEntry> runs;
    report::Table table;
    table.title = "Settings";
    table.columns = {"Setting"};
    for (const Subject& subject : comparison().checked) {
        // The runs of a group differ in nothing but their seed.
        runs.push_back(*subject.runs.front());
        table.columns.push_back(subject.name.toStdString() + (subject.isBase ? " (base)" : ""));
    }
    if (runs.size() > 1 || m_all->isChecked())
        for (const runs::SettingDifference& row : runs::differences(runs, m_all->isChecked())) {
            std::vector<std::string> cells{row.key};
            cells.insert(cells.end(), row.values.begin(), row.values.end());
            table.rows.push_back(std::move(cells));
        }
    if (runs.size() > 1)
        m_box->setEmptyText(tr("The checked runs have the same settings; at most their seeds differ."));
    else
        m_box->setEmptyText(tr("Check two runs or more in the table above to see in what they differ."));
    m_box->setTable(table);
    for (std::size_t row = 0; row < table.rows.size(); ++row)
        m_box->setHelp(static_cast<int>(row), 0, settingHelp(table.rows[row].front()));
}

QJsonObject DifferencesTab::state() const
{
    return {{u"all"_s, m_all->isChecked()}};
}

void DifferencesTab::restore(const QJsonObject& state)
{
    m_all->setChecked(state["all"_L1].toBool());
}

void DifferencesTab::exportTab()
{
    m_box->askForFile();
}

SpendTab::SpendTab(QWidget* parent)
    : CompareTab(u"tab_spend"_s, parent)
    , m_box(new TableBox(u"table_spend"_s, tr("Time and privacy spent by the checked runs"), this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->addWidget(m_box);
    m_box->setEmptyText(tr("Check finished runs in the table above."));
    connect(m_box, &TableBox::exported, this, &CompareTab::exported);
    connect(m_box, &TableBox::exportFailed, this, &CompareTab::exportFailed);
}

void SpendTab::refresh()
{
    report::Table table;
    table.title = "Time and privacy spent (the client that spent most)";
    table.columns = {"Run", "Seed", "Wall time", "Rounds", "s per round", "ε", "δ", "Accountant", "Adversary",
        "Relation", "Order"};
    for (const Subject& subject : comparison().checked)
        for (const EntryPtr& run : subject.runs)
            if (run->summary)
                addSpends(table, subject, *run);
    m_box->setTable(table);
}

void SpendTab::exportTab()
{
    m_box->askForFile();
}

} // namespace fedcctr::studio
