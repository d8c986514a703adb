// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/silo_session.h"

#include "app/engine/reports.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/numbers.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace fedcctr::engine {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr std::string_view kPrefix = "silos-";
constexpr const char* kMagic = "fedcctr-silos ";

void addCodebooks(const silos::CodebookReport& report, int layers, std::map<std::string, double>& values)
{
    constexpr const char* kKinds[]{"items", "users"};
    for (std::size_t kind = 0; kind < 2; ++kind) {
        const std::string prefix = std::string(kKinds[kind]) + '.';
        values[prefix + "reconstruction"] = report.reconstruction[kind];
        for (std::size_t layer = 0; layer < static_cast<std::size_t>(layers); ++layer) {
            const std::string name = prefix + (layer == 0 ? "first." : "second.");
            values[name + "utilisation"] = report.use[kind][layer].utilisation;
            values[name + "perplexity"] = report.use[kind][layer].perplexity;
        }
    }
}

runs::MarketRound marketRoundOf(const silos::MarketReport& report)
{
    runs::MarketRound market{report.name, report.answered, {}};
    if (report.codebooks)
        addCodebooks(*report.codebooks, static_cast<int>(report.codebooks->use[0].size()), market.values);
    else if (report.loss != 0)
        market.values["loss"] = report.loss;
    if (report.epsilon > 0)
        market.values["epsilon"] = report.epsilon;
    if (report.validation)
        for (const auto& [name, value] : runs::metricSetOf(*report.validation).values)
            market.values[name] = value;
    return market;
}

double meanOver(const std::vector<runs::MarketRound>& markets, const std::string& figure)
{
    double sum = 0;
    int count = 0;
    for (const runs::MarketRound& market : markets)
        if (const double value = market.at(figure); !std::isnan(value)) {
            sum += value;
            ++count;
        }
    return count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
}

/// Epsilons of the markets' users that spent most, market by market: what is told of clients is of them.
std::optional<runs::BudgetRecord> budgetOf(
    const silos::SiloReport& report, const privacy::PrivacyOptions& options)
{
    std::vector<double> spent;
    for (const silos::MarketReport& market : report.markets)
        spent.push_back(market.epsilon);
    if (options.schedule == privacy::Schedule::None || spent.empty())
        return {};
    std::ranges::sort(spent);
    const auto markets = static_cast<int>(spent.size());
    const auto active = static_cast<int>(std::ranges::count_if(
        report.markets, [](const silos::MarketReport& market) { return !market.spent; }));
    return runs::BudgetRecord{options.accountant, options.adversary, options.relation, options.delta,
        options.epsilon, spent.front(), spent[spent.size() / 2], spent.back(), active, markets, {}};
}

runs::RoundRecord recordOf(const silos::SiloReport& report, const privacy::PrivacyOptions& options)
{
    runs::RoundRecord record;
    record.round = report.round;
    record.seconds = report.seconds;
    record.phase = report.phase == silos::Phase::Codebooks ? "codebooks" : "models";
    std::vector<runs::MetricSet> validation;
    int answered = 0;
    for (const silos::MarketReport& market : report.markets) {
        record.markets.push_back(marketRoundOf(market));
        answered += market.answered;
        if (market.validation) {
            validation.push_back(runs::metricSetOf(*market.validation));
            record.evaluationUsers += static_cast<int>(market.validation->users);
        }
    }
    record.clients = answered;
    if (validation.size() == report.markets.size())
        record.evaluation[0] = runs::meanOf(validation);
    record.budget = budgetOf(report, options);
    if (report.phase == silos::Phase::Models) {
        const double loss = meanOver(record.markets, "loss");
        record.loss.total = loss;
        record.loss.terms.push_back({"A", loss, {}, std::numeric_limits<double>::quiet_NaN()});
    }
    return record;
}

} // namespace

SiloSession::SiloSession(Session& session, const silos::SiloTraining& training, bool showsProgress)
    : m_session(session)
    , m_training(training)
    , m_showsProgress(showsProgress)
{
}

void SiloSession::roundDone(const silos::SiloReport& report)
{
    const runs::RoundRecord record = recordOf(report, m_session.config().privacy);
    const json line = toJson(record);
    m_session.run().appendMetrics(line);
    m_session.send(line);
    if (!m_showsProgress)
        return;
    if (const double ndcg = record.evaluation[0].at("ndcg@10"); !std::isnan(ndcg))
        m_lastMetrics = "  NDCG@10 " + fixed(100 * ndcg, 2) + " %, AUC "
            + fixed(record.evaluation[0].at("ctr_auc"), 4) + " (mean over markets)";
    using namespace std::chrono_literals;
    const auto now = std::chrono::steady_clock::now();
    const int planned = m_training.plannedRounds();
    if (now - m_lastShown < 5s && report.round < planned)
        return;
    m_lastShown = now;
    const std::string what = report.phase == silos::Phase::Codebooks
        ? "codebooks, error " + fixed(meanOver(record.markets, "items.reconstruction"), 4)
        : "models, loss " + fixed(record.loss.total, 4);
    m_session.tell("exchange " + std::to_string(report.round) + "/" + std::to_string(planned) + "  " + what
        + m_lastMetrics + '\n');
}

void SiloSession::told(const std::string& what)
{
    m_session.note(what);
}

void SiloSession::paused(bool isPaused)
{
    m_session.paused(isPaused);
}

void SiloSession::evaluating(double share)
{
    m_session.evaluating(share);
}

/// The new directory first, then the file that names it, then the old ones go: killed in between, the run has
/// one of the two.
void SiloSession::checkpointDue()
{
    runs::RunDirectory& run = m_session.run();
    run.syncLines();
    const fs::path file = run.checkpointFile();
    const std::string name = std::string(kPrefix) + std::to_string(m_training.roundsDone());
    const fs::path directory = file.parent_path() / name;
    fs::remove_all(directory);
    makeWritableDirectory(directory);
    m_training.save(directory);
    writeFileAtomically(file, kMagic + name + '\n');
    for (const fs::directory_entry& entry : fs::directory_iterator(file.parent_path()))
        if (const std::string other = entry.path().filename().string();
            other.starts_with(kPrefix) && other != name)
            fs::remove_all(entry.path());
    m_session.record(toJson(
        runs::EventMessage{m_training.roundsDone(), runs::EventKind::Checkpoint, "checkpoint written"}));
}

fs::path siloCheckpoint(const runs::RunDirectory& run)
{
    const fs::path file = run.checkpointFile();
    if (!fs::exists(file))
        return {};
    const std::string text = readFile(file);
    const std::string_view magic = kMagic;
    if (!text.starts_with(magic) || !text.ends_with('\n'))
        throw Error(file.string() + ": is damaged; start the run again with another --out");
    return file.parent_path() / text.substr(magic.size(), text.size() - magic.size() - 1);
}

} // namespace fedcctr::engine
