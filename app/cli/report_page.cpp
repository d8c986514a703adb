// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/report_page.h"

#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/evaluation/metrics.h"
#include "core/report/ctr.h"
#include "core/report/estimate.h"
#include "core/report/privacy_statement.h"

#include <QByteArray>

#include <algorithm>
#include <set>

namespace fedcctr::cli {

using runs::RunRecord;

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

std::string emphasized(const std::string& html, report::Emphasis emphasis)
{
    if (emphasis == report::Emphasis::None)
        return html;
    const std::string tag = emphasis == report::Emphasis::Best ? "b" : "u";
    return '<' + tag + '>' + html + "</" + tag + '>';
}

std::string htmlTable(const report::Table& table)
{
    std::string html = "<div class=\"wide\"><table><thead><tr>";
    for (const std::string& column : table.columns)
        html += "<th scope=\"col\">" + escaped(column) + "</th>";
    html += "</tr></thead><tbody>\n";
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        const bool reference = i < table.isReference.size() && table.isReference[i];
        html += reference ? "<tr class=\"reference\">" : "<tr>";
        for (std::size_t column = 0; column < table.rows[i].size(); ++column)
            html +=
                "<td>" + emphasized(escaped(table.rows[i][column]), table.emphasisAt(i, column)) + "</td>";
        html += "</tr>\n";
    }
    return html + "</tbody></table></div>\n";
}

std::string section(const report::Table& table, const std::string& note)
{
    return "<h2>" + escaped(table.title) + "</h2>\n" + htmlTable(table) + "<p class=\"note\">" + escaped(note)
        + "</p>\n";
}

std::string figure(const report::Picture& picture, const std::filesystem::path& directory)
{
    const std::string png = readFile(directory / (picture.file + ".png"));
    const std::string data =
        QByteArray(png.data(), static_cast<qsizetype>(png.size())).toBase64().toStdString();
    const std::string note = picture.note().empty() ? "" : ". " + escaped(picture.note());
    return "<figure><img alt=\"" + escaped(picture.title()) + "\" width=\"720\" src=\"data:image/png;base64,"
        + data + "\"><figcaption>" + escaped(picture.title())
        + (picture.run.empty() ? "" : " – " + escaped(picture.run)) + " (" + escaped(picture.file)
        + ".svg, .pdf)" + note + "</figcaption></figure>\n";
}

std::string overview(const RunRecord& run)
{
    std::string words =
        "<li><b>" + escaped(run.name) + "</b>: preset " + escaped(run.preset.empty() ? "none" : run.preset);
    if (run.summary) {
        words += ", dataset " + escaped(run.summary->dataset) + ", " + escaped(run.summary->reason)
            + " after " + std::to_string(run.summary->rounds) + " rounds (kept: round "
            + std::to_string(run.summary->bestRound) + ") in " + fixed(run.summary->seconds, 0) + " s";
    } else {
        words += ", " + std::to_string(run.rounds.size()) + " rounds recorded";
    }
    for (const std::string& remark : run.remarks)
        words += "; " + escaped(remark);
    return words + "</li>\n";
}

/// The statement once for all runs of which it is true.
std::string privacyClaims(std::span<const RunRecord> runs)
{
    std::vector<std::pair<std::string, std::string>> claims;
    for (const RunRecord& run : runs) {
        if (!run.summary)
            continue;
        std::string words;
        for (const std::string& sentence : report::privacyStatement(*run.summary, run.settings))
            words += "<p>" + escaped(sentence) + "</p>\n";
        const auto known = std::ranges::find(claims, words, &std::pair<std::string, std::string>::first);
        if (known == claims.end())
            claims.emplace_back(words, run.name);
        else
            known->second += ", " + run.name;
    }
    std::string html = "<h2>What may be claimed of privacy</h2>\n";
    for (const auto& [words, names] : claims)
        html += "<h3>" + escaped(names) + "</h3>\n" + words;
    return html;
}

std::string environment(std::span<const RunRecord> runs)
{
    std::set<std::string> lines;
    for (const RunRecord& run : runs) {
        const std::string version = run.setting("version");
        std::string line =
            "Trained with fedcctr " + (version.empty() ? std::string("of unknown version") : version);
        if (run.summary && !run.summary->hardware.empty())
            line += " on " + run.summary->hardware;
        lines.insert(line + '.');
    }
    std::string html = "<h2>Versions and hardware</h2>\n<ul>\n";
    for (const std::string& line : lines)
        html += "<li>" + escaped(line) + "</li>\n";
    return html + "</ul>\n";
}

std::string configuration(std::span<const RunRecord> runs)
{
    std::string html;
    if (runs.size() <= kMostRunsInFull)
        html = htmlTable(report::settingsOf(runs));
    else
        html = "<p>In full of " + escaped(runs.front().name) + "; where others differ, below.</p>\n"
            + htmlTable(report::settingsOf(runs.first(1))) + htmlTable(report::differingSettings(runs));
    return "<details open><summary>Configuration and seeds</summary>\n" + html + "</details>\n";
}

/// "Ranked among 100 candidates, where a random ranker reaches an NDCG@10 of 4.54 %."
std::string candidatesNote(std::span<const RunRecord> runs)
{
    std::set<std::size_t> counts;
    for (const RunRecord& run : runs)
        if (run.summary)
            counts.insert(report::candidatesOf(*run.summary));
    counts.erase(0);
    std::string words;
    for (const std::size_t candidates : counts)
        words += (words.empty() ? "Ranked among " : "; or among ") + std::to_string(candidates)
            + " candidates, where a random ranker reaches an NDCG@10 of "
            + fixed(100 * evaluation::randomMetric("ndcg@10", candidates), 2) + " %";
    return words.empty() ? words : words + ". ";
}

std::string runTables(std::span<const RunRecord> runs)
{
    std::string html = section(
        report::testTable(runs), candidatesNote(runs) + "Rows in italics are rankers that need no training.");
    if (const report::Table ctr = report::ctrTable(runs); !ctr.rows.empty())
        html += section(ctr, ctr.note);
    html += privacyClaims(runs);
    html += section(report::privacyTable(runs),
        "An epsilon counts only together with its delta, accountant, adversary and neighbouring relation. "
        "The rules as printed (Eq. 27 and Appendix A) say of each number whether it is a bound, a loose one, "
        "or "
        "not a bound here.");
    if (const report::Table noise = report::noiseTable(runs); !noise.rows.empty())
        html += section(noise,
            "Below 1 a round adds more noise than it learns; over many rounds noise averages out. \"At "
            "best\" "
            "was computed before the training, as if every upload were as long as the clip norm and all "
            "pointed "
            "the same way.");
    return html;
}

} // namespace

std::string reportPage(const Report& report, const std::filesystem::path& directory)
{
    std::string html =
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width\"><title>"
        + escaped(report.title) + " – FedCCTR</title><style>" + kStyle + "</style></head><body>\n<h1>"
        + escaped(report.title) + "</h1>\n<ul>\n";
    for (const std::string& remark : report.remarks)
        html += "<li>" + escaped(remark) + "</li>\n";
    if (report.runs.size() <= kMostRunsInFull)
        for (const RunRecord& run : report.runs)
            html += overview(run);
    html += "</ul>\n";
    for (const report::Table& finding : report.findings)
        html += section(finding, finding.note);
    // The pictures of all runs belong to the findings, those of a run to its curves.
    const auto figures = [&](bool ofRuns) {
        std::string words;
        for (const report::Picture& picture : report.pictures)
            if (report.isDrawn && picture.run.empty() != ofRuns)
                words += figure(picture, directory);
        return words;
    };
    html += figures(false) + runTables(report.runs);
    if (const std::string curves = figures(true); !curves.empty())
        html += "<h2>Curves</h2>\n" + curves;
    html += environment(report.runs) + configuration(report.runs);
    return html + "<p class=\"note\">Written by fedcctr " FEDCCTR_VERSION ".</p>\n</body></html>\n";
}

} // namespace fedcctr::cli
