// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/run_tables.h"

#include "core/base/csv.h"
#include "core/base/numbers.h"
#include "core/privacy/guarantee.h"
#include "core/report/privacy_statement.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>
#include <string_view>

namespace fedcctr::report {

namespace {

/// An empty cell where there is no number.
std::string decimals(double value, int count)
{
    return std::isfinite(value) ? fixed(value, count) : std::string();
}

std::string significant(double value, int digits)
{
    return std::isfinite(value) ? general(value, digits) : std::string();
}

std::string percent(double fraction)
{
    return decimals(100 * fraction, 2);
}

std::string plain(double value)
{
    return significant(value, 10);
}

/// Columns of a terminal that UTF-8 text takes, near enough for names and Greek letters.
std::size_t width(const std::string& words)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(words, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// Ratios span many powers of ten.
std::string ratio(double value)
{
    return std::isfinite(value) ? general(value, 3) : std::string("-");
}

std::vector<std::string> testRow(
    const std::string& name, const std::string& domain, const runs::MetricSet& metrics, double signalToNoise)
{
    const std::string interval = metrics.interval() && metrics.interval()->second > metrics.interval()->first
        ? percent(metrics.interval()->first) + " to " + percent(metrics.interval()->second)
        : std::string("-");
    std::vector<std::string> row{name, domain, percent(metrics.at("ndcg@10")), interval,
        percent(metrics.at("mrr@10")), percent(metrics.at("hr@10")), percent(metrics.at("auc")),
        decimals(metrics.at("logloss"), 4),
        metrics.at("n") > 0 ? decimals(metrics.at("n"), 0) : std::string(), ratio(signalToNoise)};
    std::ranges::replace(row, std::string(), std::string("-"));
    return row;
}

void addDomains(Table& table, const std::string& name, const runs::RunRecord& run,
    const runs::DomainMetricSets& sets, bool reference)
{
    for (std::size_t domain = 0; domain < 2; ++domain) {
        if (sets[domain].isEmpty())
            continue;
        table.rows.push_back(testRow(name, run.domains[domain], sets[domain],
            reference ? std::numeric_limits<double>::quiet_NaN() : run.signalToNoise()));
        table.isReference.push_back(reference);
    }
}

/// "round 12", "not before the end", or "-" if nothing was forecast.
std::string stopWords(const runs::ForecastRecord& forecast, int round)
{
    if (!forecast.hasStop)
        return "-";
    return round > 0 ? "round " + std::to_string(round) : "not before the end";
}

/// "1", or "1 to 0.42" if it adapts.
std::string clipWords(const runs::RunRecord& run)
{
    if (run.rounds.empty() || !std::isfinite(run.rounds.front().clipNorm))
        return "-";
    const std::string first = general(run.rounds.front().clipNorm, 3);
    return run.clipNormChanges() ? first + " to " + significant(run.rounds.back().clipNorm, 3) : first;
}

std::string epsilonWords(double epsilon)
{
    return std::isinf(epsilon) ? "infinite" : significant(epsilon, 4);
}

bool isControl(char c)
{
    return (c >= 0 && c < ' ') || c == 0x7F;
}

/// Greek letters and signs that plain LaTeX does not know as characters.
void replaceSigns(std::string& words)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kSigns{{{"λ₁", "$\\lambda_1$"},
        {"λ₂", "$\\lambda_2$"}, {"ε", "$\\varepsilon$"}, {"δ", "$\\delta$"}, {"σ₀", "$\\sigma_0$"},
        {"σ", "$\\sigma$"}, {"τ", "$\\tau$"}, {"θ", "$\\theta$"}, {"±", "$\\pm$"}}};
    for (const auto& [sign, command] : kSigns)
        for (std::size_t at = words.find(sign); at != std::string::npos;
             at = words.find(sign, at + command.size()))
            words.replace(at, sign.size(), command);
}

/// What LaTeX sets as that character; itself where it has no other meaning.
std::string latexCharacter(char c)
{
    constexpr std::array<std::pair<char, std::string_view>, 6> kCommands{
        {{'\\', "\\textbackslash{}"}, {'^', "\\textasciicircum{}"}, {'~', "\\textasciitilde{}"},
            {'<', "\\textless{}"}, {'>', "\\textgreater{}"}, {'|', "\\textbar{}"}}};
    const auto command = std::ranges::find(kCommands, c, &std::pair<char, std::string_view>::first);
    if (command != kCommands.end())
        return std::string(command->second);
    if (std::string_view("&%$#_{}").find(c) != std::string_view::npos)
        return {'\\', c};
    return std::string(1, isControl(c) ? ' ' : c);
}

std::string emphasized(const std::string& cell, Emphasis emphasis)
{
    if (emphasis == Emphasis::None)
        return cell;
    return (emphasis == Emphasis::Best ? "\\textbf{" : "\\underline{") + cell + '}';
}

/// Of a title, which stands in a comment.
std::string onOneLine(std::string words)
{
    std::ranges::replace_if(words, isControl, ' ');
    return words;
}

std::string joined(
    const std::vector<std::string>& cells, const char* separator, std::string (*quote)(const std::string&))
{
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i)
        line += (i > 0 ? separator : "") + quote(cells[i]);
    return line;
}

/// Every term that one of the runs has, as it is met first.
std::vector<runs::LossTerm> termsOf(std::span<const runs::RunRecord> runs)
{
    std::vector<runs::LossTerm> found;
    for (const runs::RunRecord& run : runs)
        for (const runs::RoundRecord& round : run.rounds)
            for (const runs::LossTerm& term : round.loss.terms)
                if (std::ranges::find(found, term.name, &runs::LossTerm::name) == found.end())
                    found.push_back(term);
    return found;
}

std::vector<std::string> metricsRow(
    const runs::RunRecord& run, const runs::RoundRecord& round, const std::vector<runs::LossTerm>& terms)
{
    std::vector<std::string> row{run.name, std::to_string(round.round), plain(round.seconds),
        plain(round.clients), plain(round.loss.total)};
    for (const runs::LossTerm& term : terms)
        row.push_back(plain(round.loss.mean(term.name)));
    for (const runs::LossTerm& term : terms)
        if (term.isWeighted())
            row.push_back(plain(round.loss.weight(term.name)));
    for (const double value : {round.clipped, round.clipNorm, round.sigma, round.signalToNoise})
        row.push_back(plain(value));
    const runs::BudgetRecord budget = round.budget.value_or(runs::BudgetRecord{});
    for (const double value : {budget.least, budget.median, budget.most, budget.limit, double(budget.active)})
        row.push_back(round.budget ? plain(value) : std::string());
    row.push_back(budget.accountant);
    row.push_back(budget.adversary);
    row.push_back(budget.relation);
    row.push_back(round.budget ? plain(budget.delta) : std::string());
    const runs::RigorousRecord rigorous = budget.rigorous.value_or(runs::RigorousRecord{});
    row.push_back(budget.rigorous ? plain(rigorous.most) : std::string());
    row.push_back(rigorous.accountant);
    for (const runs::MetricSet& set : round.evaluation) {
        for (const char* name : {"ndcg@10", "mrr@10", "hr@10", "auc", "logloss"})
            row.push_back(plain(set.at(name)));
        row.push_back(set.interval() ? plain(set.interval()->first) : std::string());
        row.push_back(set.interval() ? plain(set.interval()->second) : std::string());
    }
    return row;
}

} // namespace

Table testTable(std::span<const runs::RunRecord> runs)
{
    Table table;
    table.title = "Test metrics (%, 1 run each; intervals are 95 % over users)";
    table.columns = {"Run", "Domain", "NDCG@10", "95 % interval", "MRR@10", "HR@10", "AUC", "Log-loss",
        "Users", "Signal/noise"};
    for (const runs::RunRecord& run : runs)
        if (run.summary)
            addDomains(table, run.name, run, run.summary->test, false);
    std::set<std::string> datasets;
    for (const runs::RunRecord& run : runs) {
        if (!run.summary || !datasets.insert(run.setting("dataset")).second)
            continue;
        for (const runs::ReferenceRecord& reference : run.summary->references)
            addDomains(table, reference.ranker, run, reference.metrics, true);
    }
    return table;
}

Table privacyTable(std::span<const runs::RunRecord> runs)
{
    Table table;
    table.title = "Privacy (the client that spent most)";
    table.columns = {"Run", "ε", "δ", "Accountant", "Adversary", "Relation", "Order", "Note"};
    for (const runs::RunRecord& run : runs) {
        if (!run.summary)
            continue;
        for (const runs::SpendRecord& spend : run.summary->privacy)
            table.rows.push_back({run.name, epsilonWords(spend.epsilon),
                spend.delta > 0 ? significant(spend.delta, 6) : std::string("none"), accountantWords(spend),
                spend.adversary, spend.relation,
                spend.order > 0 ? significant(spend.order, 6) : std::string("-"), spend.note});
        if (run.summary->privacy.empty())
            table.rows.push_back(
                {run.name, "-", "-", "none", "-", "-", "-", "no noise was added: no guarantee"});
    }
    return table;
}

Table noiseTable(std::span<const runs::RunRecord> runs)
{
    Table table;
    table.title =
        "Signal-to-noise ratio (norm of the averaged uploads / norm of the noise), and what was forecast";
    table.columns = {"Run", "Median of the rounds", "At best: first round", "last round", "all rounds",
        "First client's budget ends", "All clients' budgets end", "Clip norm"};
    for (const runs::RunRecord& run : runs) {
        if (!std::isfinite(run.signalToNoise()))
            continue;
        const runs::ForecastRecord forecast = run.summary ? run.summary->forecast : runs::ForecastRecord{};
        table.rows.push_back({run.name, ratio(run.signalToNoise()), ratio(forecast.signalFirst),
            ratio(forecast.signalLast), ratio(forecast.signalWhole), stopWords(forecast, forecast.firstStop),
            stopWords(forecast, forecast.lastStop), clipWords(run)});
    }
    return table;
}

std::string accountantWords(const std::string& accountant, const std::string& adversary)
{
    if (!isPrintedRule(accountant))
        return accountant;
    // Where a run does not say how it sampled, the usual way is assumed.
    privacy::TrainingPlan plan;
    plan.sampling = privacy::ClientSampling::Poisson;
    plan.rate = 0.5;
    if (adversary == privacy::nameOf(privacy::Adversary::ReleasedModel))
        plan.adversary = privacy::Adversary::ReleasedModel;
    return accountant + " (as printed, "
        + privacy::wordsOf(privacy::findAccountant(accountant)->standing(plan)) + ")";
}

std::string accountantWords(const runs::SpendRecord& spend)
{
    if (spend.standing.empty())
        return accountantWords(spend.accountant, spend.adversary);
    const bool isPrinted = isPrintedRule(spend.accountant);
    if (spend.standing == privacy::Standing::Bound && !isPrinted)
        return spend.accountant;
    return spend.accountant + (isPrinted ? " (as printed, " : " (")
        + (spend.standing == privacy::Standing::NotABound ? "not a bound here" : spend.standing.text()) + ")";
}

Table settingsOf(std::span<const runs::RunRecord> runs)
{
    Table table;
    table.title = "Configuration";
    table.columns = {"Setting"};
    std::vector<std::string> keys;
    for (const runs::RunRecord& run : runs) {
        table.columns.push_back(run.name);
        for (const auto& [key, value] : run.settings)
            if (std::ranges::find(keys, key) == keys.end())
                keys.push_back(key);
    }
    for (const std::string& key : keys) {
        std::vector<std::string> row{key};
        for (const runs::RunRecord& run : runs)
            row.push_back(run.setting(key));
        table.rows.push_back(std::move(row));
    }
    return table;
}

Table differingSettings(std::span<const runs::RunRecord> runs)
{
    const Table all = settingsOf(runs);
    Table table;
    table.title = "Settings in which the runs differ";
    table.columns = {"Run"};
    for (const runs::RunRecord& run : runs)
        table.rows.push_back({run.name});
    for (const auto& row : all.rows) {
        if (row[0] == "started" || std::all_of(row.begin() + 1, row.end(), [&row](const std::string& value) {
                return value == row[1];
            }))
            continue;
        table.columns.push_back(row[0]);
        for (std::size_t i = 0; i < runs.size(); ++i)
            table.rows[i].push_back(row[i + 1]);
    }
    return table;
}

Table metricsTable(std::span<const runs::RunRecord> runs)
{
    Table table;
    table.title = "Rounds";
    table.columns = {"run", "round", "seconds", "clients", "loss_total"};
    const std::vector<runs::LossTerm> terms = termsOf(runs);
    for (const runs::LossTerm& term : terms)
        table.columns.push_back("loss_" + runs::columnOf(term));
    for (const runs::LossTerm& term : terms)
        if (term.isWeighted())
            table.columns.push_back(runs::weightColumnOf(term));
    for (const char* name : {"clipped", "clip_norm", "sigma", "signal_to_noise", "epsilon_min",
             "epsilon_median", "epsilon_max", "epsilon_limit", "active_clients", "accountant", "adversary",
             "relation", "delta", "epsilon_rigorous_max", "rigorous_accountant"})
        table.columns.push_back(name);
    for (const char* domain : {"a", "b"})
        for (const char* name :
            {"ndcg@10", "mrr@10", "hr@10", "auc", "logloss", "ndcg@10_low", "ndcg@10_high"})
            table.columns.push_back(std::string(domain) + "_" + name);
    for (const runs::RunRecord& run : runs)
        for (const runs::RoundRecord& round : run.rounds)
            table.rows.push_back(metricsRow(run, round, terms));
    return table;
}

std::string toText(const Table& table)
{
    std::vector<std::size_t> widths;
    for (std::size_t column = 0; column < table.columns.size(); ++column) {
        widths.push_back(width(table.columns[column]));
        for (const auto& row : table.rows)
            widths.back() = std::max(widths.back(), width(row[column]));
    }
    const auto line = [&widths](const std::vector<std::string>& cells) {
        std::string words = " ";
        for (std::size_t column = 0; column < cells.size(); ++column)
            words += ' ' + cells[column] + std::string(widths[column] - width(cells[column]) + 1, ' ');
        return words.substr(0, words.find_last_not_of(' ') + 1) + '\n';
    };
    std::string words = table.title + '\n' + line(table.columns);
    for (const auto& row : table.rows)
        words += line(row);
    return words;
}

std::string latexCell(const std::string& words)
{
    std::string cell;
    for (const char c : words)
        cell += latexCharacter(c);
    // At the start of a row they would belong to the \\ before.
    if (cell.starts_with('[') || cell.starts_with('*'))
        cell = std::string("{") + cell.front() + '}' + cell.substr(1);
    replaceSigns(cell);
    return cell;
}

std::string toCsv(const Table& table)
{
    std::string words = joined(table.columns, ",", csvCell) + '\n';
    for (const auto& row : table.rows)
        words += joined(row, ",", csvCell) + '\n';
    return words;
}

std::string toLatex(const Table& table)
{
    std::string words = "% " + onOneLine(table.title) + '\n';
    if (!table.note.empty())
        words += "% " + onOneLine(table.note) + '\n';
    words += "\\begin{tabular}{" + std::string(table.columns.size(), 'l') + "}\n\\toprule\n"
        + joined(table.columns, " & ", latexCell) + " \\\\\n\\midrule\n";
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        for (std::size_t column = 0; column < table.rows[row].size(); ++column)
            words += (column > 0 ? " & " : "")
                + emphasized(latexCell(table.rows[row][column]), table.emphasisAt(row, column));
        words += " \\\\\n";
    }
    return words + "\\bottomrule\n\\end{tabular}\n";
}

} // namespace fedcctr::report
