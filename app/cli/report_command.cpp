// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/report_page.h"
#include "app/cli/report_plots.h"
#include "core/base/arguments.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/experiment/run_tables.h"

#include <QApplication>

#include <algorithm>
#include <array>
#include <iostream>

namespace fedcctr::cli {

namespace fs = std::filesystem;
using experiment::RunRecord;

namespace {

std::vector<RunRecord> readRuns(const std::vector<std::string>& paths)
{
    std::vector<RunRecord> runs;
    for (const std::string& path : paths) {
        RunRecord run = experiment::readRun(path);
        // Names label rows and files: two runs of one name get numbers.
        const auto same = std::ranges::count_if(runs, [&run](const RunRecord& other) {
            return other.name == run.name || other.name.starts_with(run.name + " (");
        });
        if (same > 0)
            run.name += " (" + std::to_string(same + 1) + ")";
        for (const std::string& remark : run.remarks)
            std::cerr << run.name << ": " << remark << '\n';
        runs.push_back(std::move(run));
    }
    return runs;
}

std::vector<ReportPicture> drawAll(const std::vector<RunRecord>& runs, const fs::path& out)
{
    std::vector<ReportPicture> pictures;
    for (const RunRecord& run : runs)
        for (ReportPicture& picture : runPictures(run, runs.size() == 1))
            pictures.push_back(std::move(picture));
    if (runs.size() > 1)
        pictures.insert(pictures.begin(), comparison(runs));
    for (const ReportPicture& picture : pictures)
        writePictureFiles(picture, out);
    return pictures;
}

void writeTables(const std::vector<RunRecord>& runs, const fs::path& out)
{
    const experiment::Table test = experiment::testTable(runs);
    const experiment::Table privacy = experiment::privacyTable(runs);
    const experiment::Table noise = experiment::noiseTable(runs);
    writeFileAtomically(out / "metrics.csv", experiment::toCsv(experiment::metricsTable(runs)));
    writeFileAtomically(out / "summary.csv", experiment::toCsv(test));
    writeFileAtomically(out / "privacy.csv", experiment::toCsv(privacy));
    writeFileAtomically(out / "noise.csv", experiment::toCsv(noise));
    writeFileAtomically(out / "tables.tex",
        experiment::toLatex(test) + '\n' + experiment::toLatex(privacy) + '\n' + experiment::toLatex(noise));
    std::cout << experiment::toText(test) << '\n' << experiment::toText(privacy);
    if (!noise.rows.empty())
        std::cout << '\n' << experiment::toText(noise);
}

} // namespace

int runReport(std::span<const std::string> words)
{
    const Arguments arguments(words,
        {{"--out", "DIR", "folder for the report; files of an older report are replaced"}},
        "fedcctr report RUN… --out DIR");
    if (arguments.wantsHelp()) {
        std::cout << arguments.help()
                  << "\nWrites index.html (stands alone), the plots as PNG, SVG and PDF, metrics.csv, "
                     "summary.csv, privacy.csv, noise.csv "
                     "and tables.tex.\n";
        return 0;
    }
    if (arguments.positional().empty())
        throw Error("report: no run given; usage: fedcctr report RUN… --out DIR");
    const fs::path out = arguments.required("--out");
    const std::vector<RunRecord> runs = readRuns(arguments.positional());
    makeWritableDirectory(out);

    // Drawing into files needs no display, whatever the session offers.
    qputenv("QT_QPA_PLATFORM", "offscreen");
    qInstallMessageHandler([](QtMsgType type, const QMessageLogContext&, const QString& message) {
        // What Qt misses in a session without a desktop is of no interest here.
        if (type == QtCriticalMsg || type == QtFatalMsg)
            std::cerr << message.toStdString() << '\n';
    });
    std::array<char, 8> program{"fedcctr"};
    std::array<char*, 2> programWords{program.data(), nullptr};
    int count = 1;
    const QApplication application(count, programWords.data());

    const std::vector<ReportPicture> pictures = drawAll(runs, out);
    writeTables(runs, out);
    writeFileAtomically(out / "index.html", reportPage(runs, pictures, out));
    std::cout << "\nreport: " << (out / "index.html").string() << '\n';
    return 0;
}

} // namespace fedcctr::cli
