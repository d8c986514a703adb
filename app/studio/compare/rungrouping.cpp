// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/rungrouping.h"

#include "app/studio/compare/runcolumns.h"
#include "app/studio/runs/runvalues.h"
#include "core/models/specs/registry.h"
#include "core/runs/run_likeness.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QHash>
#include <QSet>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using runs::RunEntry;

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("fedcctr::studio::RunGrouping", text);
}

/// "BST, central", "IDST-CL, federated, adaldp, with PrivAugNet"
QString kindOf(const RunEntry& entry)
{
    QString kind = modelTitle(entry);
    kind += u", "_s + QString::fromStdString(entry.setting("federation.mode"));
    if (const std::string schedule = entry.setting("privacy.schedule"); schedule != "none")
        kind += u", "_s + QString::fromStdString(schedule);
    if (entry.summary && entry.summary->augmentation)
        kind += u", "_s + words("with PrivAugNet");
    return kind;
}

std::vector<GroupedRuns> gathered(const std::vector<EntryPtr>& runs, QString (*idOf)(const RunEntry&))
{
    std::vector<GroupedRuns> rows;
    QHash<QString, std::size_t> places;
    for (const EntryPtr& run : runs) {
        const QString id = idOf(*run);
        const auto found = places.constFind(id);
        if (found == places.constEnd()) {
            places.insert(id, rows.size());
            rows.push_back({id, {}, {run}});
        } else {
            rows[*found].runs.push_back(run);
        }
    }
    for (GroupedRuns& row : rows)
        std::ranges::stable_sort(row.runs, {}, [](const EntryPtr& run) { return run->seed; });
    return rows;
}

void nameConfigurations(std::vector<GroupedRuns>& rows)
{
    std::vector<const RunEntry*> firsts;
    for (const GroupedRuns& row : rows)
        firsts.push_back(row.runs.front().get());
    const std::vector<std::string> names = runs::configurationNames(firsts);
    for (std::size_t i = 0; i < rows.size(); ++i)
        rows[i].name = QString::fromStdString(names[i]);
}

/// Validation NDCG@10, mean over seeds and domains; NaN while no run is finished.
double validationOf(const GroupedRuns& configuration)
{
    double sum = 0;
    int count = 0;
    for (const EntryPtr& run : countedRuns(configuration.runs))
        if (run->summary)
            for (const runs::MetricSet& domain : run->summary->validation) {
                sum += domain.at("ndcg@10");
                ++count;
            }
    return count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
}

GroupedRuns bestOf(GroupedRuns model)
{
    std::vector<GroupedRuns> configurations = gathered(model.runs, groupId);
    const auto isLess = [](const GroupedRuns& a, const GroupedRuns& b) {
        const double first = validationOf(a);
        const double second = validationOf(b);
        return std::isnan(first) ? !std::isnan(second) : first < second;
    };
    model.name = kindOf(*model.runs.front());
    model.runs = std::ranges::max_element(configurations, isLess)->runs;
    return model;
}

} // namespace

std::vector<GroupedRuns> groupedRuns(const std::vector<EntryPtr>& runs, RunGrouping grouping)
{
    if (grouping == RunGrouping::None)
        return gathered(runs, [](const RunEntry& run) { return QString::fromStdString(run.path.string()); });
    if (grouping == RunGrouping::Configuration) {
        std::vector<GroupedRuns> rows = gathered(runs, groupId);
        nameConfigurations(rows);
        return rows;
    }
    std::vector<GroupedRuns> rows = gathered(runs, [](const RunEntry& run) {
        return u"model:"_s + kindOf(run) + u'@' + QString::fromStdString(run.datasetPath);
    });
    QSet<std::string> datasets;
    for (GroupedRuns& row : rows) {
        datasets.insert(row.runs.front()->datasetPath);
        row = bestOf(std::move(row));
    }
    if (datasets.size() > 1)
        for (GroupedRuns& row : rows)
            row.name += u", "_s + QFileInfo(QString::fromStdString(row.runs.front()->datasetPath)).fileName();
    return rows;
}

QString modelTitle(const RunEntry& entry)
{
    const std::string name = entry.setting("model.architecture");
    const model::ModelInfo* info = model::knownModel(name);
    const QString title = QString::fromStdString(info ? info->title : name);
    if (entry.setting("federation.client") != "silo")
        return title;
    const QString method = QString::fromStdString(entry.setting("market.method"));
    return u"%1 (%2)"_s.arg(method == "fedmm"_L1 ? u"FedMM"_s : method, title);
}

} // namespace fedcctr::studio
