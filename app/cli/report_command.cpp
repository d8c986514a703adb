// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/report_page.h"
#include "app/cli/report_pictures.h"
#include "app/cli/report_staging.h"
#include "core/base/arguments.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/base/utf8.h"
#include "core/report/ctr.h"
#include "core/report/frontier.h"
#include "core/report/markets.h"
#include "core/report/model_comparison.h"
#include "core/report/run_charts.h"
#include "core/report/sweep_charts.h"
#include "core/report/tensorboard.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

namespace fedcctr::cli {

namespace fs = std::filesystem;
using runs::RunRecord;

namespace {

constexpr const char* kCharts = "charts.json"; ///< what the pictures show

/// What the arguments name, read.
struct Material {
    Report report;
    std::vector<report::SweepResults> sweeps;
    std::vector<std::string> sweepNames;
    std::vector<fs::path> sweepFolders;
    std::vector<std::vector<RunRecord>> sweepRuns; ///< by sweep
    std::vector<runs::RunEntry> entries; ///< all runs
};

std::string nameOf(const fs::path& folder)
{
    const fs::path clean = fs::absolute(folder).lexically_normal();
    return (clean.has_filename() ? clean : clean.parent_path()).filename().string();
}

void remark(const std::string& words, Material& material)
{
    std::cerr << words << '\n';
    material.report.remarks.push_back(words);
}

/// A run that was given before, by whatever name, or its copy counts once: false, and a remark says so.
bool isNew(const runs::RunEntry& entry, Material& material)
{
    const auto known = std::ranges::find_if(
        material.entries, [&entry](const runs::RunEntry& other) { return runs::isSameRun(entry, other); });
    if (known == material.entries.end())
        return true;
    remark(
        entry.path.string() + " is the run " + known->path.string() + " once more and counts once", material);
    return false;
}

void addRun(RunRecord run, Material& material)
{
    runs::RunEntry entry = runs::readEntry(run.path);
    if (!isNew(entry, material))
        return;
    if (const std::string deviation = entry.deviation(); entry.summary && !deviation.empty())
        run.remarks.push_back(
            "did not go as its settings say: " + deviation + "; it is averaged with no other run");
    std::vector<RunRecord>& runs = material.report.runs;
    // Names label rows and files: two runs of one name get numbers.
    const auto same = std::ranges::count_if(runs, [&run](const RunRecord& other) {
        return other.name == run.name || other.name.starts_with(run.name + " (");
    });
    if (same > 0)
        run.name += " (" + std::to_string(same + 1) + ")";
    for (const std::string& remark : run.remarks)
        std::cerr << run.name << ": " << remark << '\n';
    material.entries.push_back(std::move(entry));
    runs.push_back(std::move(run));
}

/// What cannot be read stops no report of the others: it is named.
void leaveOut(const std::string& name, const std::string& reason, Material& material)
{
    material.report.remarks.push_back("Left out: " + name + " (" + reason + ")");
    std::cerr << "left out: " << name << ": " << reason << '\n';
}

void addSweep(const fs::path& folder, Material& material)
{
    const auto known = std::ranges::find_if(material.sweepFolders, [&folder](const fs::path& other) {
        std::error_code failed;
        return fs::equivalent(folder, other, failed);
    });
    if (known != material.sweepFolders.end()) {
        remark(folder.string() + " is the sweep " + known->string() + " once more and counts once", material);
        return;
    }
    report::SweepResults sweep = report::readSweep(folder);
    const std::string name = nameOf(folder);
    if (sweep.entries.empty())
        throw Error(folder.string() + ": no job of this sweep is finished; run 'fedcctr sweep' first");
    std::string about = "Sweep " + name + ": " + std::to_string(sweep.entries.size()) + " runs";
    if (sweep.plan.calibrated)
        about += ", the noise of each chosen so that its budget lasts for its rounds";
    if (sweep.missing > 0) {
        about += "; " + std::to_string(sweep.missing) + " jobs are not finished and missing here";
        std::cerr << about << '\n';
    }
    material.report.remarks.push_back(about);
    for (const std::string& apart : sweep.apart)
        remark("Sweep " + name + ", left out of its tables: " + apart, material);
    std::vector<RunRecord> own;
    std::erase_if(sweep.entries, [&](const runs::RunEntry& entry) {
        try {
            own.push_back(runs::readRun(entry.path));
        } catch (const Error& error) {
            leaveOut(name + '/' + entry.name, error.what(), material);
            return true;
        }
        addRun(own.back(), material);
        return false;
    });
    if (own.empty())
        throw Error(folder.string() + ": none of the runs of this sweep can be read");
    material.sweeps.push_back(std::move(sweep));
    material.sweepNames.push_back(name);
    material.sweepFolders.push_back(folder);
    material.sweepRuns.push_back(std::move(own));
}

/// Seeds that several runs of one configuration share: the tables count them once.
void remarkSeeds(Material& material)
{
    const std::vector<report::RunGroup> groups = report::groupRuns(material.entries);
    const std::vector<std::string> names = report::namesOf(groups);
    for (std::size_t i = 0; i < groups.size(); ++i)
        for (const std::string& words : runs::seedRemarks(groups[i].runs))
            remark(names[i] + ": " + words, material);
}

void addPath(const std::string& path, Material& material)
{
    std::error_code failed;
    requireUtf8(path);
    if (fs::exists(fs::path(path) / "sweep.json", failed))
        addSweep(path, material);
    else
        addRun(runs::readRun(path), material);
}

/// The words in UTF-8, and apart from them runs whose names are not: of many runs these are left out.
std::pair<std::vector<std::string>, std::vector<std::string>> byEncoding(std::span<const std::string> words)
{
    std::pair<std::vector<std::string>, std::vector<std::string>> parts;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool isValue = words[i].starts_with("-") || (i > 0 && words[i - 1].starts_with("--"));
        (isValue || !invalidUtf8(words[i]) ? parts.first : parts.second).push_back(words[i]);
    }
    return parts;
}

/// Throws Error, the first one, if nothing can be read.
Material readAll(const std::vector<std::string>& paths)
{
    Material material;
    std::vector<std::pair<std::string, Error>> unreadable;
    for (const std::string& path : paths)
        try {
            addPath(path, material);
        } catch (const Error& error) {
            unreadable.emplace_back(repairedUtf8(nameOf(path)), error);
        }
    if (material.report.runs.empty())
        throw unreadable.front().second;
    for (const auto& [name, error] : unreadable)
        leaveOut(name, error.what(), material);
    remarkSeeds(material);
    Report& report = material.report;
    if (paths.size() == 1 && material.sweeps.size() == 1)
        report.title = "Sweep " + material.sweepNames.front();
    else if (report.runs.size() == 1)
        report.title = "Run " + report.runs.front().name;
    else
        report.title = std::to_string(report.runs.size()) + " runs";
    return material;
}

/// "NAME-" where several would write files of the same name.
std::string prefixFor(const std::string& name, std::size_t count)
{
    if (count < 2)
        return {};
    std::string safe = name;
    std::ranges::replace_if(
        safe, [](char c) { return std::string("/\\ ()").find(c) != std::string::npos; }, '_');
    return safe + '-';
}

std::vector<report::Table> tablesOf(const report::SweepResults& sweep)
{
    if (sweep.plan.comparison) {
        std::vector<report::Table> tables = report::comparisonTables(sweep);
        for (const char* metric : {"ctr_auc", "ctr_logloss", "ndcg@10"})
            tables.push_back(report::marketModelTable(sweep, metric));
        return tables;
    }
    return {report::ablationTable(sweep), report::sweepTable(sweep)};
}

void addSweepFindings(Material& material)
{
    Report& report = material.report;
    const std::size_t count = material.sweeps.size();
    for (std::size_t i = 0; i < count; ++i) {
        const report::SweepResults& sweep = material.sweeps[i];
        for (report::Table& table : tablesOf(sweep)) {
            if (count > 1)
                table.title = material.sweepNames[i] + ": " + table.title;
            if (!table.rows.empty())
                report.findings.push_back(std::move(table));
        }
        const std::string prefix = prefixFor(material.sweepNames[i], count);
        for (report::Picture& picture : report::comparisonPictures(sweep, prefix))
            report.pictures.push_back(std::move(picture));
        for (report::Picture& picture : report::sweepPictures(sweep, material.sweepRuns[i], prefix))
            report.pictures.push_back(std::move(picture));
    }
}

void addFrontiers(Material& material)
{
    constexpr std::array<const char*, 2> kFiles{"frontier-a-", "frontier-b-"};
    std::map<std::string, std::vector<const runs::RunEntry*>> datasets;
    for (const runs::RunEntry& entry : material.entries)
        if (entry.summary)
            datasets[entry.summary->dataset].push_back(&entry);
    for (const auto& [dataset, entries] : datasets) {
        const report::Frontier frontier = report::frontierOf(entries);
        if (frontier.points.empty() || frontier.groups.size() < 2)
            continue;
        report::Table table = report::frontierTable(frontier);
        table.title = dataset + ": " + table.title;
        material.report.findings.push_back(std::move(table));
        const std::string prefix = prefixFor(dataset, datasets.size());
        for (const std::string& accountant : report::accountantsOf(frontier))
            for (const std::size_t domain : {0UL, 1UL})
                material.report.pictures.push_back({prefix + kFiles[domain] + accountant, {},
                    report::frontierChart(frontier, accountant, {&domain, 1})});
    }
}

void addRunPictures(Report& report)
{
    const std::vector<RunRecord>& runs = report.runs;
    if (runs.size() > kMostRunsInFull)
        return;
    if (runs.size() > 1)
        report.pictures.push_back(report::comparison(runs));
    for (const RunRecord& run : runs)
        for (report::Picture& picture : report::runPictures(run, runs.size() == 1))
            report.pictures.push_back(std::move(picture));
}

/// "Privacy and utility (…)" -> "table-3-privacy-and-utility.csv".
std::string fileOf(const report::Table& finding, std::size_t number)
{
    std::string name;
    for (const char c : finding.title.substr(0, finding.title.find(" ("))) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        const bool capital = c >= 'A' && c <= 'Z';
        if (plain || capital)
            name += capital ? static_cast<char>(c - 'A' + 'a') : c;
        else if (!name.empty() && name.back() != '-')
            name += '-';
    }
    return "table-" + std::to_string(number + 1) + '-' + name + ".csv";
}

void writeTables(const Report& report, const fs::path& out)
{
    const report::Table test = report::testTable(report.runs);
    const report::Table privacy = report::privacyTable(report.runs);
    const report::Table noise = report::noiseTable(report.runs);
    std::string latex;
    for (std::size_t i = 0; i < report.findings.size(); ++i) {
        writeFileAtomically(out / fileOf(report.findings[i], i), report::toCsv(report.findings[i]));
        latex += report::toLatex(report.findings[i]) + '\n';
        std::cout << report::toText(report.findings[i]) << '\n';
    }
    writeFileAtomically(out / "metrics.csv", report::toCsv(report::metricsTable(report.runs)));
    writeFileAtomically(out / "summary.csv", report::toCsv(test));
    const report::Table markets = report::marketTable(report.runs);
    if (!markets.rows.empty()) {
        writeFileAtomically(out / "markets.csv", report::toCsv(markets));
        latex += report::toLatex(markets) + '\n';
    }
    const report::Table ctr = report::ctrTable(report.runs);
    if (!ctr.rows.empty()) {
        writeFileAtomically(out / "ctr.csv", report::toCsv(ctr));
        latex += report::toLatex(ctr) + '\n';
    }
    writeFileAtomically(out / "privacy.csv", report::toCsv(privacy));
    writeFileAtomically(out / "noise.csv", report::toCsv(noise));
    writeFileAtomically(out / "settings.csv", report::toCsv(report::settingsOf(report.runs)));
    writeFileAtomically(out / "tables.tex",
        latex + report::toLatex(test) + '\n' + report::toLatex(privacy) + '\n' + report::toLatex(noise));
    if (report.runs.size() > kMostRunsInFull)
        return;
    std::cout << report::toText(test) << '\n' << report::toText(privacy);
    if (!markets.rows.empty())
        std::cout << '\n' << report::toText(markets);
    if (!noise.rows.empty())
        std::cout << '\n' << report::toText(noise);
}

/// Two names may become one where characters that file names lack are replaced.
void makeFilesDistinct(std::vector<report::Picture>& pictures)
{
    std::set<std::string> taken;
    for (report::Picture& picture : pictures) {
        const std::string wanted = picture.file;
        for (int number = 2; !taken.insert(picture.file).second; ++number)
            picture.file = wanted + '-' + std::to_string(number);
    }
}

/// Without the program that draws, the report is whole but for its pictures, and says so.
void writePictures(Material& material, const fs::path& folder)
{
    Report& report = material.report;
    if (report.pictures.empty())
        return;
    const fs::path charts = folder / kCharts;
    writeFileAtomically(charts, report::toJson(report.pictures).dump());
    if (const std::optional<std::string> missing = drawPictures(charts)) {
        report.isDrawn = false;
        remark("The pictures are left out: " + *missing + ". Then give the command again", material);
    }
}

void writeReport(Material& material, const fs::path& out)
{
    makeWritableDirectory(out);
    const ReportStaging staging(out);
    writePictures(material, staging.path());
    const Report& report = material.report;
    writeTables(report, staging.path());
    writeFileAtomically(staging.path() / "index.html", reportPage(report, staging.path()));
    staging.publish();
}

} // namespace

int runReport(std::span<const std::string> words)
{
    auto [plain, misnamed] = byEncoding(words);
    const Arguments arguments(plain,
        {{"--out", "DIR", "folder for the report; files of an older report are replaced"},
            {"--tensorboard", "DIR", "also write the runs' rounds as event files for TensorBoard"}},
        "fedcctr report RUN… --out DIR");
    if (arguments.wantsHelp()) {
        std::cout << arguments.help()
                  << "\nWrites index.html (stands alone), the plots as PNG, SVG and PDF and their numbers as "
                     "charts.json, "
                     "the tables as CSV and, for LaTeX with booktabs, as tables.tex. The plots are drawn by "
                     "fedcctr-plots, "
                     "which lies beside this program; where it cannot be started the report says so, has no "
                     "pictures, and "
                     "the exit code is 0. A RUN may be the folder of a sweep: the report then "
                     "begins with its comparison of models (Tables 4 and 5, cost, search, Figure 12) or its "
                     "ablation with differences and significance, heat maps over two settings, "
                     "curves over one, and the frontier of privacy and utility.\n";
        return 0;
    }
    std::vector<std::string> paths = arguments.positional();
    paths.insert(paths.end(), misnamed.begin(), misnamed.end());
    if (paths.empty())
        throw Error("report: no run given; usage: fedcctr report RUN… --out DIR");
    const fs::path out = arguments.required("--out");

    Material material = readAll(paths);
    Report& report = material.report;
    if (arguments.has("--tensorboard"))
        for (const RunRecord& run : report.runs)
            report::writeTensorBoard(run, arguments.text("--tensorboard"));

    addSweepFindings(material);
    addFrontiers(material);
    addRunPictures(report);
    makeFilesDistinct(report.pictures);
    writeReport(material, out);
    std::cout << "\nreport: " << (out / "index.html").string() << '\n';
    return 0;
}

} // namespace fedcctr::cli
