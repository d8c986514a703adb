// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/report_page.h"

#include "core/base/files.h"
#include "core/experiment/run_tables.h"

#include <QByteArray>

#include <cstdio>

namespace fedcctr::cli {

using experiment::RunRecord;

namespace {

constexpr const char* kStyle = R"(
body { font: 15px/1.45 system-ui, sans-serif; color: #1b1f24; background: #fff; max-width: 1100px; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.6em; } h2 { font-size: 1.2em; margin-top: 2em; }
table { border-collapse: collapse; font-size: .92em; } .wide { overflow-x: auto; }
th, td { text-align: left; padding: .25em .8em .25em 0; border-bottom: 1px solid #d7dce2; vertical-align: top; }
th { border-bottom: 2px solid #57606a; } tr.reference td { color: #57606a; font-style: italic; }
figure { margin: 1em 0; } img { max-width: 100%; height: auto; } figcaption, .note { color: #57606a; font-size: .9em; }
details { margin-top: 2em; }
)";

std::string escaped(const std::string& words)
{
    std::string safe;
    for (const char c : words) {
        switch (c) {
        case '&':
            safe += "&amp;";
            break;
        case '<':
            safe += "&lt;";
            break;
        case '>':
            safe += "&gt;";
            break;
        case '"':
            safe += "&quot;";
            break;
        default:
            safe += c;
        }
    }
    return safe;
}

std::string htmlTable(const experiment::Table& table)
{
    std::string html = "<div class=\"wide\"><table><thead><tr>";
    for (const std::string& column : table.columns)
        html += "<th scope=\"col\">" + escaped(column) + "</th>";
    html += "</tr></thead><tbody>\n";
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        const bool reference = i < table.isReference.size() && table.isReference[i];
        html += reference ? "<tr class=\"reference\">" : "<tr>";
        for (const std::string& cell : table.rows[i])
            html += "<td>" + escaped(cell) + "</td>";
        html += "</tr>\n";
    }
    return html + "</tbody></table></div>\n";
}

std::string section(const experiment::Table& table, const std::string& note)
{
    return "<h2>" + escaped(table.title) + "</h2>\n" + htmlTable(table) + "<p class=\"note\">" + escaped(note)
        + "</p>\n";
}

std::string figure(const ReportPicture& picture, const std::filesystem::path& directory)
{
    const std::string png = readFile(directory / (picture.file + ".png"));
    const std::string data =
        QByteArray(png.data(), static_cast<qsizetype>(png.size())).toBase64().toStdString();
    const std::string title = picture.content.title.toStdString();
    return "<figure><img alt=\"" + escaped(title) + "\" width=\"720\" src=\"data:image/png;base64," + data
        + "\"><figcaption>" + escaped(title) + (picture.run.empty() ? "" : " – " + escaped(picture.run))
        + " (" + escaped(picture.file) + ".svg, .pdf)</figcaption></figure>\n";
}

std::string overview(const RunRecord& run)
{
    std::string words =
        "<li><b>" + escaped(run.name) + "</b>: preset " + escaped(run.preset.empty() ? "none" : run.preset);
    if (run.summary) {
        char seconds[32];
        std::snprintf(seconds, sizeof seconds, "%.0f", run.summary->seconds);
        words += ", dataset " + escaped(run.summary->dataset) + ", " + escaped(run.summary->reason)
            + " after " + std::to_string(run.summary->rounds) + " rounds (kept: round "
            + std::to_string(run.summary->bestRound) + ") in " + seconds + " s";
    } else {
        words += ", " + std::to_string(run.rounds.size()) + " rounds recorded";
    }
    for (const std::string& remark : run.remarks)
        words += "; " + escaped(remark);
    return words + "</li>\n";
}

} // namespace

std::string reportPage(std::span<const RunRecord> runs, std::span<const ReportPicture> pictures,
    const std::filesystem::path& directory)
{
    const std::string title =
        runs.size() == 1 ? "Run " + runs.front().name : std::to_string(runs.size()) + " runs";
    std::string html =
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width\"><title>"
        + escaped(title) + " – FedCCTR</title><style>" + kStyle + "</style></head><body>\n<h1>"
        + escaped(title) + "</h1>\n<ul>\n";
    for (const RunRecord& run : runs)
        html += overview(run);
    html += "</ul>\n";
    html += section(experiment::testTable(runs),
        "Ranked among 100 candidates unless the dataset says otherwise. Rows in italics are rankers that "
        "need no training. A "
        "random ranker reaches an NDCG@10 of 4.54 % among 100.");
    html += section(experiment::privacyTable(runs),
        "An epsilon counts only together with its delta, accountant, adversary and neighbouring relation. "
        "The rules as printed (Eq. 27 and Appendix A) are optimistic where it is said so: they give less "
        "than "
        "was really spent.");
    if (const experiment::Table noise = experiment::noiseTable(runs); !noise.rows.empty())
        html += section(noise,
            "Below 1 a round adds more noise than it learns; over many rounds noise averages out. \"At "
            "best\" was "
            "computed before the training, as if every upload were as long as the clip norm and all pointed "
            "the "
            "same way.");
    html += "<h2>Curves</h2>\n";
    for (const ReportPicture& picture : pictures)
        html += figure(picture, directory);
    html += "<details open><summary>Configuration</summary>\n" + htmlTable(experiment::settingsOf(runs))
        + "</details>\n";
    return html + "<p class=\"note\">Written by fedcctr " FEDCCTR_VERSION ".</p>\n</body></html>\n";
}

} // namespace fedcctr::cli
