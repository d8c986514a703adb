// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/sensitivitytab.h"

#include "app/plots/chartcontent.h"
#include "app/studio/runs/runvalues.h"
#include "core/report/sensitivity.h"
#include "core/runs/run_notes.h"
#include "widgets/charts/curveplot.h"
#include "widgets/charts/heatmap.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr std::array<const char*, 7> kNoSettings{
    "run.seed", "run.device", "run.threads", "version", "started", "preset", "dataset"};

struct Metric {
    const char* name;
    std::size_t domain;
};
constexpr std::array<Metric, 6> kMetrics{
    {{"ndcg@10", 0}, {"ndcg@10", 1}, {"mrr@10", 0}, {"mrr@10", 1}, {"hr@10", 0}, {"hr@10", 1}}};

bool isSetting(const std::string& key)
{
    return !key.starts_with(runs::kDataPrefix) && std::ranges::find(kNoSettings, key) == kNoSettings.end();
}

std::map<std::string, std::vector<std::string>> varyingSettings(const std::vector<EntryPtr>& runs)
{
    std::map<std::string, std::set<std::string>> seen;
    for (const EntryPtr& run : runs)
        for (const auto& [key, value] : run->settings)
            if (isSetting(key))
                seen[key].insert(value);
    std::map<std::string, std::vector<std::string>> varying;
    for (const auto& [key, values] : seen) {
        if (values.size() < 2)
            continue;
        std::vector<std::string>& sorted = varying[key];
        sorted.assign(values.begin(), values.end());
        report::sortValues(sorted);
    }
    return varying;
}

QComboBox* combo(
    const QString& name, const QString& label, const QString& help, QHBoxLayout* row, QWidget* parent)
{
    auto* box = new QComboBox(parent);
    box->setObjectName(name);
    box->setToolTip(help);
    box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    auto* words = new QLabel(label, parent);
    words->setBuddy(box);
    row->addWidget(words);
    row->addWidget(box);
    return box;
}

} // namespace

SensitivityTab::SensitivityTab(QWidget* parent)
    : CompareTab(u"tab_sensitivity"_s, parent)
    , m_queue(new QPushButton(this))
    , m_note(new QLabel(this))
    , m_stack(new QStackedWidget(this))
    , m_map(new widgets::HeatMap(u"plot_sensitivity"_s, this))
    , m_line(new widgets::CurvePlot(u"plot_sensitivity_line"_s, nullptr, this))
{
    auto* row = new QHBoxLayout;
    m_x = combo(u"combo_sensitivity_x"_s, tr("&x"),
        tr("Setting on the horizontal axis, of those that vary among the "
           "runs that the filter shows"),
        row, this);
    m_y = combo(u"combo_sensitivity_y"_s, tr("&y"),
        tr("Second setting: a heat map; without one: a line with intervals"), row, this);
    m_value = combo(u"combo_sensitivity_value"_s, tr("v&alue"), tr("What is shown, in percent"), row, this);
    m_x->setAccessibleName(tr("Setting on the x axis"));
    m_y->setAccessibleName(tr("Setting on the y axis"));
    m_value->setAccessibleName(tr("Value shown"));
    for (const Metric& metric : kMetrics)
        m_value->addItem(u"%1 %2"_s.arg(metricName(metric.name), metric.domain == 0 ? u"A"_s : u"B"_s));
    m_queue->setObjectName(u"button_queue_missing"_s);
    m_queue->setAccessibleName(tr("Queue the missing cells"));
    m_queue->setToolTip(tr("Queues a run for each blank cell, with the settings of the newest run shown"));
    m_note->setObjectName(u"label_sensitivity_note"_s);
    m_note->setWordWrap(true);
    row->addWidget(m_queue);
    row->addWidget(m_note, 1);
    m_map->setExportName(u"sensitivity"_s);
    m_map->setEmptyText(
        tr("No setting varies among the runs shown. A sweep on the page Experiment varies one or two."));
    m_line->setExportName(u"sensitivity"_s);
    m_line->setXKind(widgets::XKind::Number);
    m_stack->addWidget(m_map);
    m_stack->addWidget(m_line);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->setSpacing(4);
    column->addLayout(row);
    column->addWidget(m_stack, 1);

    for (QComboBox* box : {m_x, m_y, m_value})
        connect(box, &QComboBox::activated, this, [this] {
            m_wantedX = m_x->currentData().toString();
            m_wantedY = m_y->currentData().toString();
            refreshAfterEdit();
        });
    connect(m_queue, &QPushButton::clicked, this, &SensitivityTab::queueMissing);
    connect(m_map, &widgets::HeatMap::cellClicked, this, [this](int x, int y) {
        QStringList runs;
        for (const EntryPtr& run : runsAt(static_cast<std::size_t>(x), static_cast<std::size_t>(y)))
            runs.append(QString::fromStdString(run->path.string()));
        if (!runs.isEmpty())
            Q_EMIT selectionRequested(runs);
    });
    connect(m_map, &widgets::HeatMap::cellActivated, this, [this](int x, int y) {
        const auto runs = runsAt(static_cast<std::size_t>(x), static_cast<std::size_t>(y));
        if (!runs.empty())
            Q_EMIT openRequested(QString::fromStdString(runs.front()->path.string()));
    });
    for (widgets::Chart* chart :
        {static_cast<widgets::Chart*>(m_map), static_cast<widgets::Chart*>(m_line)}) {
        connect(chart, &widgets::Chart::exported, this, &CompareTab::exported);
        connect(chart, &widgets::Chart::exportFailed, this, &CompareTab::exportFailed);
    }
}

/// The settings that vary, with what was chosen before where it still does; else the first two.
void SensitivityTab::offer(const Values& varying)
{
    const QSignalBlocker quietX(m_x);
    const QSignalBlocker quietY(m_y);
    m_x->clear();
    m_y->clear();
    m_y->addItem(tr("(none)"), QString());
    for (const auto& [key, values] : varying) {
        const QString name = settingName(key);
        for (QComboBox* box : {m_x, m_y}) {
            box->addItem(name, QString::fromStdString(key));
            box->setItemData(box->count() - 1, QString::fromStdString(key), Qt::ToolTipRole);
        }
    }
    m_x->setCurrentIndex(std::max(0, m_x->findData(m_wantedX)));
    int second = m_y->findData(m_wantedY);
    if (m_wantedX.isEmpty())
        second = m_y->count() > 2 ? 2 : 0;
    if (second > 0 && m_y->itemData(second) == m_x->currentData())
        second = 0;
    m_y->setCurrentIndex(std::max(0, second));
}

void SensitivityTab::refresh()
{
    m_runs = comparison().shown;
    m_varying = varyingSettings(m_runs);
    offer(m_varying);
    const auto valuesOf = [this](const QComboBox* box) {
        const auto found = m_varying.find(box->currentData().toString().toStdString());
        return found == m_varying.end() ? std::vector<std::string>{std::string()} : found->second;
    };
    m_xValues = m_x->count() > 0 ? valuesOf(m_x) : std::vector<std::string>{};
    m_yValues = valuesOf(m_y);
    const bool two = !m_y->currentData().toString().isEmpty();
    m_stack->setCurrentWidget(two || m_xValues.empty() ? static_cast<QWidget*>(m_map) : m_line);
    if (two || m_xValues.empty())
        showMap();
    else
        showLine();
    tellOthers();
}

std::vector<EntryPtr> SensitivityTab::runsAt(std::size_t x, std::size_t y) const
{
    const std::string xKey = m_x->currentData().toString().toStdString();
    const std::string yKey = m_y->currentData().toString().toStdString();
    std::vector<EntryPtr> found;
    if (x >= m_xValues.size() || y >= m_yValues.size())
        return found;
    std::ranges::copy_if(m_runs, std::back_inserter(found), [&](const EntryPtr& run) {
        return run->setting(xKey) == m_xValues[x] && (yKey.empty() || run->setting(yKey) == m_yValues[y]);
    });
    return found;
}

/// Of the cell's runs those of one configuration, the one with the most seeds: the others differ in more than
/// the axes' settings, or did not go as their settings say.
std::vector<EntryPtr> SensitivityTab::shownAt(std::size_t x, std::size_t y) const
{
    std::map<std::string, std::vector<EntryPtr>> groups;
    for (const EntryPtr& run : runsAt(x, y))
        groups[run->groupKey()].push_back(run);
    const auto weight = [](const auto& group) {
        return std::pair(group.second.front()->deviation().empty(), countedRuns(group.second).size());
    };
    const auto most = std::ranges::max_element(groups, {}, weight);
    return most == groups.end() ? std::vector<EntryPtr>() : most->second;
}

Estimate SensitivityTab::valueAt(std::size_t x, std::size_t y) const
{
    const Metric metric = kMetrics[static_cast<std::size_t>(m_value->currentIndex())];
    return valueOf(shownAt(x, y), comparison(), metric.domain, metric.name);
}

/// "NDCG@10 A (%)"
std::string SensitivityTab::valueWords() const
{
    return m_value->currentText().toStdString() + " (%)";
}

std::string SensitivityTab::originWords() const
{
    return tr("%n run(s), FedCCTR Studio %1", nullptr, static_cast<int>(m_runs.size()))
        .arg(QStringLiteral(FEDCCTR_VERSION))
        .toStdString();
}

void SensitivityTab::showMap()
{
    report::SettingGrid grid{m_x->currentData().toString().toStdString(),
        m_y->currentData().toString().toStdString(), m_xValues,
        m_xValues.empty() ? std::vector<std::string>() : m_yValues, {}};
    for (std::size_t y = 0; y < grid.yValues.size(); ++y) {
        std::vector<Estimate>& row = grid.cells.emplace_back();
        for (std::size_t x = 0; x < m_xValues.size(); ++x)
            row.push_back(valueAt(x, y));
    }
    report::HeatMap map = report::heatMap(grid, valueWords());
    map.note += ' ' + tr("A click draws its runs, a double click opens one.").toStdString();
    map.valueLabel = m_value->currentText().toStdString();
    map.origin = originWords();
    plots::show(map, *m_map, [&grid](std::size_t x, std::size_t y) {
        const Estimate& value = grid.cells[y][x];
        return value.isKnown() ? intervalHelp(value) : QString();
    });
}

void SensitivityTab::tellOthers()
{
    int missing = 0;
    std::size_t apart = 0;
    for (std::size_t y = 0; y < m_yValues.size(); ++y)
        for (std::size_t x = 0; x < m_xValues.size(); ++x) {
            const auto runs = runsAt(x, y);
            missing += runs.empty() ? 1 : 0;
            apart += runs.size() - shownAt(x, y).size();
        }
    m_queue->setText(tr("Queue %n missing", nullptr, missing));
    m_queue->setVisible(missing > 0);
    QStringList others;
    for (const auto& [key, values] : m_varying)
        if (const QString one = QString::fromStdString(key);
            one != m_x->currentData().toString() && one != m_y->currentData().toString())
            others.append(settingName(key));
    if (std::ranges::any_of(m_runs, [](const EntryPtr& run) { return !run->deviation().empty(); }))
        others.append(tr("how they went (stopped, changed or unfinished)"));
    m_note->setText(
        apart > 0 ? tr(
            "A cell shows the configuration with the most seeds; %n run(s) that differ in %1 are left out: "
            "the filter above chooses.",
            nullptr, static_cast<int>(apart))
                        .arg(others.isEmpty() ? tr("the dataset") : others.join(u", "_s))
                  : QString());
}

void SensitivityTab::queueMissing()
{
    if (m_runs.empty())
        return;
    const auto base = std::ranges::find_if(comparison().checked, &Subject::isBase);
    const EntryPtr& from = base == comparison().checked.end() ? m_runs.front() : base->runs.front();
    QList<QStringList> jobs;
    for (std::size_t y = 0; y < m_yValues.size(); ++y) {
        for (std::size_t x = 0; x < m_xValues.size(); ++x) {
            if (!runsAt(x, y).empty())
                continue;
            QStringList job{
                u"%1=%2"_s.arg(m_x->currentData().toString(), QString::fromStdString(m_xValues[x]))};
            if (!m_y->currentData().toString().isEmpty())
                job.append(
                    u"%1=%2"_s.arg(m_y->currentData().toString(), QString::fromStdString(m_yValues[y])));
            jobs.append(job);
        }
    }
    Q_EMIT runsRequested(from, jobs);
}

std::vector<EntryPtr> SensitivityTab::wantedRounds() const
{
    return comparison().value.rule == ValueRule::BestAtValidation ? std::vector<EntryPtr>()
                                                                  : comparison().shown;
}

QJsonObject SensitivityTab::state() const
{
    return {{u"x"_s, m_wantedX}, {u"y"_s, m_wantedY}, {u"value"_s, m_value->currentIndex()}};
}

void SensitivityTab::restore(const QJsonObject& state)
{
    m_wantedX = state["x"_L1].toString();
    m_wantedY = state["y"_L1].toString();
    m_value->setCurrentIndex(std::clamp(state["value"_L1].toInt(), 0, m_value->count() - 1));
}

void SensitivityTab::exportTab()
{
    static_cast<widgets::Chart*>(m_stack->currentWidget())->askForPicture();
}

void SensitivityTab::showLine()
{
    const Metric metric = kMetrics[static_cast<std::size_t>(m_value->currentIndex())];
    report::SettingLine line{m_value->currentText().toStdString(), false, {}};
    for (std::size_t i = 0; i < m_xValues.size(); ++i)
        line.values.push_back(valueAt(i, 0));
    const std::string key = m_x->currentData().toString().toStdString();
    report::Chart chart = report::settingChart(valueWords(), key, m_xValues, {&line, 1});
    chart.origin = originWords();
    if (const double chance = 100 * randomValue(m_runs, metric.name); std::isfinite(chance))
        chart.references.push_back({.id = "random", .label = "random", .value = chance, .showsValue = true});
    plots::show(chart, *m_line);
    // A person may have changed the scale since.
    if (std::exchange(m_lineKey, key) != key)
        m_line->setLogX(chart.logX);
}

} // namespace fedcctr::studio
