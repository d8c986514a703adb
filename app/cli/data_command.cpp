// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/numbers.h"
#include "app/cli/progress.h"
#include "core/base/arguments.h"
#include "core/base/error.h"
#include "core/data/demo.h"
#include "core/data/import_options.h"
#include "core/data/importers/importers.h"
#include "core/data/market_demo.h"
#include "core/data/markets.h"
#include "core/data/statistics.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <limits>
#include <sstream>

namespace fedcctr::cli {

namespace {

namespace fs = std::filesystem;

constexpr const char* kDemoUsage = "fedcctr data demo --out DIR [--markets N] [--users N] [--items N] [--seed S] [--force]";
constexpr const char* kStatsUsage = "fedcctr data stats DATASET [--json]";

constexpr const char* kHelp = R"(usage: fedcctr data demo|import|stats|retrieval …

  demo      generate a small synthetic dataset
  import    make a dataset of interaction files
  stats     show the numbers of a dataset
  retrieval show what RAL-CDNet's retrieval finds in one domain for the other

'fedcctr data COMMAND --help' tells more of each.
)";

const OptionSpec kOut{"--out", "DIR", "directory of the new dataset"};
const OptionSpec kForce{"--force", "", "replace the dataset that is there"};

/// Columns a terminal gives to UTF-8 text, near enough for names.
std::size_t width(const std::string& text)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string leftAligned(const std::string& text, std::size_t columns)
{
    return text + std::string(columns - std::min(columns, width(text)), ' ');
}

std::string rightAligned(const std::string& text, std::size_t columns)
{
    return std::string(columns - std::min(columns, width(text)), ' ') + text;
}

void printTable(const data::Statistics& statistics, const data::Dataset& dataset)
{
    using data::DomainStatistics;
    struct Row {
        const char* name;
        std::string (*text)(const DomainStatistics&);
    };
    static constexpr Row kRows[]{
        {"items", [](const DomainStatistics& d) { return grouped(d.items); }},
        {"interactions", [](const DomainStatistics& d) { return grouped(d.interactions); }},
        {"mean sequence length", [](const DomainStatistics& d) { return fixed(d.meanLength, 2); }},
        {"shortest", [](const DomainStatistics& d) { return grouped(d.shortest); }},
        {"longest", [](const DomainStatistics& d) { return grouped(d.longest); }},
        {"sparsity (%)", [](const DomainStatistics& d) { return fixed(100 * d.sparsity, 3); }},
        {"items with a title (%)", [](const DomainStatistics& d) { return fixed(100 * d.titledItems, 1); }},
        {"training instances", [](const DomainStatistics& d) { return grouped(d.trainInstances); }},
        {"validation instances", [](const DomainStatistics& d) { return grouped(d.validationInstances); }},
        {"test instances", [](const DomainStatistics& d) { return grouped(d.testInstances); }},
    };
    constexpr std::size_t kNameColumns = 24;
    std::array<std::size_t, 2> columns{};
    for (const std::size_t d : {0U, 1U})
        columns[d] = std::max<std::size_t>(12, width(dataset.domainNames[d]) + 2);

    const data::Provenance& provenance = dataset.provenance;
    std::cout << provenance.name << ": " << grouped(statistics.users) << " users, "
              << grouped(statistics.interactions) << " interactions, mean merged length "
              << fixed(statistics.meanMergedLength, 2)
              << (provenance.hasTimes ? "" : ", no time stamps (order only)") << "\nprotocol "
              << data::protocolName(provenance.protocol) << ": the test target is "
              << data::heldOutText(provenance.protocol) << ", among "
              << grouped(static_cast<std::size_t>(provenance.evaluationNegatives))
              << " negatives of its domain\n\n"
              << leftAligned("", kNameColumns) << rightAligned(dataset.domainNames[0], columns[0])
              << rightAligned(dataset.domainNames[1], columns[1]) << '\n';
    for (const Row& row : kRows) {
        std::cout << leftAligned(row.name, kNameColumns);
        for (const std::size_t d : {0U, 1U})
            std::cout << rightAligned(row.text(statistics.domains[d]), columns[d]);
        std::cout << '\n';
    }
}

void printMarkets(const data::Dataset& dataset)
{
    const data::Provenance& provenance = dataset.provenance;
    std::cout << provenance.name << ": " << dataset.markets.size() << " markets, "
              << grouped(dataset.userCount()) << " users, " << grouped(dataset.allEvents.size())
              << " interactions" << (provenance.hasTimes ? "" : ", no time stamps (order only)")
              << "\nthe test target is the last interaction of each user, among "
              << grouped(static_cast<std::size_t>(provenance.evaluationNegatives))
              << " negatives of the market\n\n";
    const auto line = [](const std::string& name, std::span<const std::string> cells) {
        std::cout << leftAligned(name, 12);
        for (const std::string& cell : cells)
            std::cout << rightAligned(cell, 15);
        std::cout << '\n';
    };
    line("market",
        std::array<std::string, 6>{
            "users", "items", "shared items", "interactions", "mean length", "test targets"});
    for (const data::MarketStatistics& one : data::marketStatistics(dataset))
        line(one.market.name,
            std::array<std::string, 6>{grouped(one.market.users),
                grouped(static_cast<std::size_t>(one.market.items)),
                grouped(static_cast<std::size_t>(one.sharedItems)), grouped(one.interactions),
                fixed(one.meanLength, 2), grouped(one.testInstances)});
}

void printNotes(const data::Dataset& dataset)
{
    for (const std::string& note : dataset.provenance.notes)
        std::cout << "note: " << note << '\n';
}

void saveAndTell(const data::Dataset& dataset, const fs::path& directory)
{
    data::save(dataset, directory);
    printNotes(dataset);
    std::cout << directory.string() << ": " << grouped(dataset.userCount()) << " users, "
              << grouped(dataset.items.size()) << " items (" << dataset.domainNames[0]
              << (dataset.hasOneDomain() ? "" : ", ") << dataset.domainNames[1] << "), "
              << grouped(dataset.allEvents.size()) << " interactions\n";
}

/// The last part of a path, also of "dir/" and ".".
std::string nameOf(const fs::path& directory)
{
    const fs::path normal = fs::absolute(directory).lexically_normal();
    return (normal.has_filename() ? normal : normal.parent_path()).filename().string();
}

void refusePositional(const Arguments& arguments, const std::string& usage)
{
    if (!arguments.positional().empty())
        throw Error("unexpected argument '" + arguments.positional().front() + "' (usage: " + usage + ")");
}

std::uint64_t seedOf(const Arguments& arguments)
{
    return static_cast<std::uint64_t>(
        arguments.integer("--seed", 1, 0, std::numeric_limits<std::int64_t>::max()));
}

int makeMarkets(const Arguments& arguments)
{
    constexpr int kMost = 100'000;
    data::MarketDemoOptions options;
    options.markets = static_cast<int>(arguments.integer("--markets", options.markets, 2, 8));
    options.users = static_cast<int>(arguments.integer("--users", options.users, 30, kMost));
    options.items = static_cast<int>(arguments.integer("--items", options.items, 120, kMost));
    options.seed = seedOf(arguments);
    const fs::path out = arguments.required("--out");
    data::checkDestination(out, arguments.has("--force"));
    data::MarketDemo demo = data::generateMarkets(options);
    demo.dataset.provenance.name = nameOf(out);
    saveAndTell(demo.dataset, out);
    return 0;
}

int runDemo(std::span<const std::string> words)
{
    const data::DemoOptions defaults;
    const Arguments arguments(words,
        {kOut, {"--users", "N", "users (default " + std::to_string(defaults.users) + ")"},
            {"--items", "N", "items per domain (default " + std::to_string(defaults.items) + ")"},
            {"--markets", "N",
                "so many markets with users of their own in place of two domains; --users are those of the largest "
                "(default 300), --items those of each (default 200)"},
            {"--seed", "S", "seed of everything random (default 1)"}, kForce},
        kDemoUsage);
    if (arguments.wantsHelp()) {
        std::cout << arguments.help();
        return 0;
    }
    refusePositional(arguments, kDemoUsage);
    if (arguments.has("--markets"))
        return makeMarkets(arguments);
    constexpr int kMost = 1'000'000;
    data::DemoOptions options;
    options.users = static_cast<int>(arguments.integer("--users", options.users, 2, kMost));
    options.items = static_cast<int>(arguments.integer("--items", options.items, 60, kMost));
    options.seed = seedOf(arguments);
    const fs::path out = arguments.required("--out");
    data::checkDestination(out, arguments.has("--force"));
    data::Demo demo = data::generateDemo(options);
    demo.dataset.provenance.name = nameOf(out);
    saveAndTell(demo.dataset, out);
    return 0;
}

std::array<std::string, 2> domainsOf(const Arguments& arguments)
{
    if (!arguments.has("--domains"))
        return {};
    const std::string text = arguments.text("--domains");
    const std::size_t comma = text.find(',');
    if (comma != std::string::npos && text.find(',', comma + 1) == std::string::npos) {
        std::array<std::string, 2> domains{text.substr(0, comma), text.substr(comma + 1)};
        if (!domains[0].empty() && !domains[1].empty() && domains[0] != domains[1])
            return domains;
    }
    throw Error(
        "--domains: '" + text + "' is not two different names with a comma between, e.g. food,kitchen");
}

std::vector<std::string> marketsOf(const Arguments& arguments)
{
    std::vector<std::string> markets;
    std::istringstream list(arguments.text("--markets"));
    for (std::string market; std::getline(list, market, ',');) {
        if (market.empty() || std::ranges::find(markets, market) != markets.end())
            throw Error("--markets: '" + arguments.text("--markets")
                + "' is not different names with commas between, e.g. ca,de,fr");
        markets.push_back(market);
    }
    return markets;
}

std::vector<data::ColumnName> columnsOf(const Arguments& arguments)
{
    static const std::vector<std::string> kMeanings{
        "user", "item", "domain", "market", "seq", "timestamp", "rating", "title", "categories", "creator"};
    std::vector<data::ColumnName> columns;
    for (const std::string& text : arguments.all("--column")) {
        const std::size_t equals = text.find('=');
        const std::string meaning = text.substr(0, equals);
        if (equals == std::string::npos || std::ranges::find(kMeanings, meaning) == kMeanings.end())
            throw Error("--column: '" + text
                + "' is not one of user, item, domain, market, seq, timestamp, rating, title, categories and "
                  "creator with the file's name for it, e.g. user=reviewer");
        columns.push_back({meaning, text.substr(equals + 1), {}});
    }
    return columns;
}

/// Of every importer, between separators: "csv|amazon".
template <typename Text> std::string ofImporters(const Text& text, const std::string& separator)
{
    std::string all;
    for (const data::Importer* one : data::importers())
        if (const std::string part = text(*one); !part.empty())
            all += (all.empty() ? "" : separator) + part;
    return all;
}

std::string importUsage()
{
    return "fedcctr data import --format "
        + ofImporters([](const data::Importer& one) { return std::string(one.name); }, "|")
        + " --out DIR [--name N] [--domains A,B] [--markets M,…] [--column OURS=THEIRS] [--skip-bad-rows] "
          "[--min-user N] "
          "[--min-item N] [--protocol P] [--negatives N] [--seed S] [--force] FILES…";
}

std::vector<OptionSpec> importOptionSpecs()
{
    const auto named = [](const data::Importer& one, std::string_view text) {
        return std::string(one.name) + ": " + std::string(text);
    };
    const std::string names =
        ofImporters([](const data::Importer& one) { return std::string(one.name); }, "|");
    const std::string domains =
        ofImporters([&](const data::Importer& one) { return named(one, one.domains); }, "; ");
    const std::string asking = ofImporters(
        [](const data::Importer& one) { return one.asksForColumns ? std::string(one.name) : std::string(); },
        ", ");
    const std::string least = ofImporters(
        [](const data::Importer& one) {
            return std::string(one.name) + ' ' + std::to_string(one.leastInteractions);
        },
        ", ");
    return {{"--format", names, "kind of the files"}, kOut,
        {"--name", "N", "name of the dataset (default: the directory's)"}, {"--domains", "A,B", domains},
        {"--markets", "M,…", "markets: which of them, with commas between (default: all)"},
        {"--column", "OURS=THEIRS", asking + ": what the files call a column, e.g. user=reviewer", true},
        {"--skip-bad-rows", "", "leave rows with errors out and count them, instead of giving up"},
        {"--min-user", "N", "least interactions per user and domain (" + least + ")"},
        {"--min-item", "N", "least interactions per item (" + least + ")"},
        {"--protocol", "leave-one-out|mixed-last",
            "hold out the last interactions of each domain (default), or of the merged sequence alone"},
        {"--negatives", "N", "candidates per held-out item (default 99)"},
        {"--seed", "S", "seed of the candidates (default 1)"}, kForce};
}

data::Protocol protocolOf(const Arguments& arguments)
{
    if (!arguments.has("--protocol"))
        return data::Protocol::LeaveOneOut;
    try {
        return data::protocolFrom(arguments.text("--protocol"));
    } catch (const Error& error) {
        throw Error("--protocol: " + std::string(error.what()));
    }
}

data::ImportOptions importOptions(const Arguments& arguments, int least, const fs::path& out)
{
    constexpr int kMostRequired = 1'000'000;
    constexpr int kMostNegatives = 100'000;
    data::ImportOptions options;
    options.name = arguments.text("--name", nameOf(out));
    options.minUserInteractions = static_cast<int>(arguments.integer("--min-user", least, 0, kMostRequired));
    options.minItemInteractions = static_cast<int>(arguments.integer("--min-item", least, 0, kMostRequired));
    options.protocol = protocolOf(arguments);
    options.evaluationNegatives =
        static_cast<int>(arguments.integer("--negatives", options.evaluationNegatives, 1, kMostNegatives));
    options.seed = seedOf(arguments);
    options.domains = domainsOf(arguments);
    options.markets = marketsOf(arguments);
    options.columns = columnsOf(arguments);
    options.skipBadRows = arguments.has("--skip-bad-rows");
    return options;
}

int runImport(std::span<const std::string> words)
{
    const Arguments arguments(words, importOptionSpecs(), importUsage());
    if (arguments.wantsHelp()) {
        std::cout << arguments.help();
        return 0;
    }
    const data::Importer& importer = data::importer(arguments.required("--format"));
    const fs::path out = arguments.required("--out");
    data::ImportOptions options = importOptions(arguments, importer.leastInteractions, out);
    if (arguments.positional().empty())
        throw Error("no files given (usage: " + importUsage() + ")");
    data::checkDestination(out, arguments.has("--force"));

    const std::vector<fs::path> files(arguments.positional().begin(), arguments.positional().end());
    ProgressLine progress;
    options.progress = [&progress](double share, const std::string& what) { progress.show(share, what); };
    const data::Dataset dataset = importer.import(files, options);
    progress.clear();
    saveAndTell(dataset, out);
    return 0;
}

int runStats(std::span<const std::string> words)
{
    const Arguments arguments(
        words, {{"--json", "", "print one JSON document instead of the table"}}, kStatsUsage);
    if (arguments.wantsHelp()) {
        std::cout << arguments.help();
        return 0;
    }
    if (arguments.positional().size() != 1)
        throw Error(std::string("one dataset is needed (usage: ") + kStatsUsage + ")");
    const data::Dataset dataset = data::load(arguments.positional().front());
    const data::Statistics statistics = data::statistics(dataset);
    if (arguments.has("--json")) {
        std::cout << data::toJson(statistics, dataset).dump(2) << '\n';
    } else if (dataset.hasMarkets()) {
        printMarkets(dataset);
    } else {
        printTable(statistics, dataset);
    }
    return 0;
}

} // namespace

int runData(std::span<const std::string> words)
{
    if (words.empty())
        throw Error("data: which command? demo, import, stats or retrieval; see 'fedcctr data --help'");
    const std::string& command = words.front();
    const std::span<const std::string> rest = words.subspan(1);
    if (command == "demo")
        return runDemo(rest);
    if (command == "import")
        return runImport(rest);
    if (command == "stats")
        return runStats(rest);
    if (command == "retrieval")
        return runRetrieval(rest);
    if (command == "--help" || command == "-h") {
        std::cout << kHelp;
        return 0;
    }
    throw Error("data: unknown command '" + command + "'; it is demo, import, stats or retrieval");
}

} // namespace fedcctr::cli
