// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/modelstab.h"

#include "app/plots/chartcontent.h"
#include "app/studio/common/background.h"
#include "app/studio/common/tablebox.h"
#include "app/studio/runs/runvalues.h"
#include "core/report/model_comparison.h"
#include "widgets/charts/intervalbars.h"

#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QMap>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <exception>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

QString nothingToShow()
{
    return ModelsTab::tr("None of the runs shown belongs to a comparison of models.");
}

/// "Models on food-kitchen (…)" -> "Models on food-kitchen".
QString shortTitle(const std::string& title)
{
    return QString::fromStdString(title.substr(0, title.find_first_of("(,"))).trimmed();
}

QString stateOf(const report::SweepResults& sweep)
{
    const sweeps::Comparison& comparison = *sweep.plan.comparison;
    const std::size_t all = comparison.rows.size() * static_cast<std::size_t>(comparison.seeds);
    return sweep.entries.size() >= all
        ? QString()
        : ModelsTab::tr("%1 of %2 runs are finished.").arg(sweep.entries.size()).arg(all);
}

/// Takes time: reads the runs and the results per user.
std::vector<ShownComparison> readComparisons(const QStringList& folders)
{
    std::vector<ShownComparison> found;
    for (const QString& folder : folders)
        try {
            const report::SweepResults sweep = report::readSweep(folder.toStdString());
            if (!sweep.plan.comparison || sweep.entries.empty())
                continue;
            ShownComparison shown{
                folder, QFileInfo(folder).fileName(), stateOf(sweep), report::comparisonTables(sweep), {}};
            shown.name += u" ("_s + QString::fromStdString(sweep.entries.front().summary->dataset) + u')';
            for (const report::Picture& picture : report::comparisonPictures(sweep, {}))
                if (const auto* bars = std::get_if<report::BarChart>(&picture.content))
                    shown.charts.push_back(*bars);
            found.push_back(std::move(shown));
        } catch (const std::exception&) {
            continue; // it was removed or is being written; another scan tells
        }
    return found;
}

} // namespace

ModelsTab::ModelsTab(QWidget* parent)
    : CompareTab(u"tab_models"_s, parent)
    , m_comparison(new QComboBox(this))
    , m_part(new QComboBox(this))
    , m_note(new QLabel(this))
    , m_start(new QPushButton(tr("Compare the models"), this))
    , m_stack(new QStackedWidget(this))
    , m_table(new TableBox(u"table_models"_s, tr("Comparison of models"), this))
    , m_bars(new widgets::IntervalBars(u"plot_models"_s, this))
{
    m_comparison->setObjectName(u"combo_comparison"_s);
    m_comparison->setAccessibleName(tr("Comparison"));
    m_comparison->setToolTip(tr("Which of the comparisons among the runs shown"));
    m_part->setObjectName(u"combo_comparison_part"_s);
    m_part->setAccessibleName(tr("Part of the comparison"));
    m_part->setToolTip(tr("Tables 4 and 5, cost, search, Figure 12"));
    m_part->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_part->setMinimumContentsLength(30);
    m_note->setObjectName(u"label_models_note"_s);
    m_note->setWordWrap(true);
    m_start->setObjectName(u"button_compare_models"_s);
    m_start->setAccessibleName(m_start->text());
    m_start->setToolTip(tr(
        "Queues the models of the paper's Tables 4 and 5 on the open dataset, each with the same search and "
        "three seeds; an unfinished comparison goes on"));
    m_table->setEmptyText(nothingToShow());
    m_bars->setExportName(u"models"_s);
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_bars);
    auto* row = new QHBoxLayout;
    row->addWidget(m_comparison);
    row->addWidget(m_part);
    row->addStretch(1);
    row->addWidget(m_start);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->setSpacing(4);
    column->addLayout(row);
    column->addWidget(m_note);
    column->addWidget(m_stack, 1);
    connect(m_comparison, &QComboBox::currentIndexChanged, this, &ModelsTab::fillParts);
    connect(m_part, &QComboBox::currentIndexChanged, this, &ModelsTab::showPart);
    connect(m_part, &QComboBox::activated, this, &CompareTab::edited);
    connect(m_start, &QPushButton::clicked, this, &ModelsTab::comparisonRequested);
    connect(m_table, &TableBox::exported, this, &CompareTab::exported);
    connect(m_table, &TableBox::exportFailed, this, &CompareTab::exportFailed);
    connect(m_bars, &widgets::Chart::exported, this, &CompareTab::exported);
    connect(m_bars, &widgets::Chart::exportFailed, this, &CompareTab::exportFailed);
    fillParts();
}

/// Only what changed is read again.
void ModelsTab::refresh()
{
    QMap<QString, int> finished;
    for (const EntryPtr& run : comparison().shown)
        if (!run->group.empty() && run->summary)
            ++finished[QString::fromStdString(run->path.parent_path().string())];
    QStringList wanted;
    for (const auto& [folder, count] : finished.asKeyValueRange())
        wanted.append(folder + u'\n' + QString::number(count));
    if (wanted == m_wanted)
        return;
    m_wanted = wanted;
    read();
}

void ModelsTab::read()
{
    if (m_reading)
        return;
    m_reading = true;
    m_table->setEmptyText(tr("Reading the runs of the comparison…"));
    QStringList folders;
    for (const QString& wanted : std::as_const(m_wanted))
        folders.append(wanted.section(u'\n', 0, 0));
    inBackground(
        this, [folders] { return readComparisons(folders); },
        [this, asked = m_wanted](std::vector<ShownComparison> found) {
            m_reading = false;
            m_table->setEmptyText(nothingToShow());
            take(std::move(found));
            if (asked != m_wanted)
                read();
        });
}

void ModelsTab::take(std::vector<ShownComparison> found)
{
    const QString before = current() ? current()->folder : QString();
    m_found = std::move(found);
    const QSignalBlocker blocked(m_comparison);
    m_comparison->clear();
    for (const ShownComparison& shown : m_found)
        m_comparison->addItem(shown.name, shown.folder);
    // Their names begin with the time: the last one is the newest.
    const int same = m_comparison->findData(before);
    m_comparison->setCurrentIndex(same >= 0 ? same : m_comparison->count() - 1);
    fillParts();
}

const ShownComparison* ModelsTab::current() const
{
    const int index = m_comparison->currentIndex();
    return index >= 0 && index < static_cast<int>(m_found.size()) ? &m_found[static_cast<std::size_t>(index)]
                                                                  : nullptr;
}

void ModelsTab::fillParts()
{
    const int before = m_part->currentIndex();
    {
        const QSignalBlocker blocked(m_part);
        m_part->clear();
        if (const ShownComparison* shown = current()) {
            for (const report::Table& table : shown->tables)
                m_part->addItem(shortTitle(table.title));
            for (const report::BarChart& chart : shown->charts)
                m_part->addItem(tr("Chart: %1").arg(shortTitle(chart.title)));
        }
        m_part->setCurrentIndex(std::clamp(before, m_part->count() > 0 ? 0 : -1, m_part->count() - 1));
    }
    for (QComboBox* combo : {m_comparison, m_part})
        combo->setVisible(current() != nullptr);
    showPart();
}

void ModelsTab::showPart()
{
    const ShownComparison* shown = current();
    if (!shown) {
        m_table->setTable({});
        m_stack->setCurrentWidget(m_table);
        m_note->clear();
        return;
    }
    const auto part = static_cast<std::size_t>(std::max(0, m_part->currentIndex()));
    QStringList notes;
    if (!shown->state.isEmpty())
        notes.append(shown->state);
    if (part < shown->tables.size()) {
        m_table->setTable(shown->tables[part]);
        for (std::size_t row = 0; row < shown->tables[part].isReference.size(); ++row)
            if (shown->tables[part].isReference[row])
                m_table->setGrey(static_cast<int>(row));
        m_stack->setCurrentWidget(m_table);
        notes.append(QString::fromStdString(shown->tables[part].note));
    } else if (part - shown->tables.size() < shown->charts.size()) {
        const report::BarChart& chart = shown->charts[part - shown->tables.size()];
        plots::show(chart, *m_bars, intervalHelp);
        m_stack->setCurrentWidget(m_bars);
        notes.append(QString::fromStdString(chart.note));
    }
    m_note->setText(notes.join(u' '));
}

QJsonObject ModelsTab::state() const
{
    return {{u"part"_s, m_part->currentIndex()}};
}

void ModelsTab::restore(const QJsonObject& state)
{
    const int part = state["part"_L1].toInt();
    if (part >= 0 && part < m_part->count())
        m_part->setCurrentIndex(part);
}

void ModelsTab::exportTab()
{
    if (m_stack->currentWidget() == m_bars)
        m_bars->askForPicture();
    else
        m_table->askForFile();
}

} // namespace fedcctr::studio
