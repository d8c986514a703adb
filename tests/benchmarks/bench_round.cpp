// SPDX-License-Identifier: GPL-3.0-or-later
// Where a round's time goes: each part's seconds, the arithmetic that it cannot do without, and both against
// what this machine does at best, measured at the start of the same run.
#include "core/base/arguments.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/data/demo.h"
#include "core/federation/sampler.h"
#include "core/federation/streams.h"
#include "core/models/idst_cl.h"
#include "core/nn/memory.h"
#include "core/settings/config.h"
#include "core/settings/presets.h"
#include "core/training/cohort.h"
#include "core/training/evaluate.h"
#include "core/training/mechanism.h"
#include "core/training/noise.h"
#include "core/training/server.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

namespace {

using namespace fedcctr;
using nlohmann::json;
using training::CohortEngine;
using training::CohortResult;

template <typename Work> double secondsOf(const Work& work)
{
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values[values.size() / 2];
}

/// What one thread does at best: products of square matrices, and values read and written one after another.
struct Machine {
    double flops = 0;
    double bytes = 0;
};

Machine measuredMachine()
{
    const torch::NoGradGuard noGrad;
    constexpr std::int64_t kSize = 1024;
    constexpr std::int64_t kValues = 1 << 26;
    const torch::Tensor a = torch::rand({kSize, kSize});
    torch::Tensor product = torch::empty({kSize, kSize});
    const torch::Tensor from = torch::rand({kValues});
    torch::Tensor to = torch::empty({kValues});
    std::vector<double> products;
    std::vector<double> copies;
    for (int i = 0; i < 5; ++i) {
        products.push_back(secondsOf([&] { torch::mm_out(product, a, a); }));
        copies.push_back(secondsOf([&] { to.copy_(from); }));
    }
    return {2.0 * kSize * kSize * kSize / median(products), 8.0 * kValues / median(copies)};
}

/// One experiment's size.
struct Case {
    std::string name;
    int users = 7144;
    int itemsA = 14048;
    int itemsB = 14048;
    int cohort = 64;
    int width = 64;
    int threads = 1;
};

/// Multiplications and additions of a client's forward and backward pass, without padding: the gradient of a
/// product costs two more like it, and the text projection's inputs need none.
double flopsOf(const model::ClientExample& example, const model::ModelOptions& options, std::int64_t text)
{
    const auto d = static_cast<double>(options.width());
    const auto layer = [&](std::size_t length) {
        const auto n = static_cast<double>(length);
        return options.layers * (24 * n * d * d + 4 * n * n * d);
    };
    std::set<data::ItemId> rows(example.merged.begin(), example.merged.end());
    rows.insert(example.a.begin(), example.a.end());
    rows.insert(example.b.begin(), example.b.end());
    double scoring = 0;
    for (std::size_t domain = 0; domain < 2; ++domain) {
        const auto targets = static_cast<double>(example.targets[domain].size());
        const auto negatives = static_cast<double>(example.negatives[domain].size());
        for (const model::TrainingTarget& target : example.targets[domain])
            rows.insert(target.item);
        rows.insert(example.negatives[domain].begin(), example.negatives[domain].end());
        scoring += 2 * targets * (2 * d) * d + 2 * targets * (negatives + 1) * d;
    }
    const double projection = 2 * static_cast<double>(rows.size()) * static_cast<double>(text)
        * static_cast<double>(options.idWidth);
    return 2 * projection
        + 3 * (layer(example.a.size()) + layer(example.b.size()) + layer(example.merged.size()) + scoring);
}

data::Dataset demoOf(const Case& size)
{
    data::DemoOptions options;
    options.users = size.users;
    options.items = std::max(size.itemsA, size.itemsB);
    return data::generateDemo(options).dataset;
}

class RoundBench {
public:
    RoundBench(const data::Dataset& dataset, const Case& size, int repeats)
        : m_dataset(dataset)
        , m_case(size)
        , m_repeats(repeats)
        , m_config(settings::loadPreset("federated"))
        , m_workers(size.threads)
    {
        m_config.model.idWidth = size.width;
        m_config.federation.rate =
            static_cast<double>(size.cohort) / static_cast<double>(dataset.userCount());
        m_start["text vectors and model"] = secondsOf(
            [&] { m_model = std::make_unique<model::IdstCl>(dataset, m_config.model, torch::kCPU); });
        m_start["examples"] = secondsOf([&] {
            m_engine = std::make_unique<CohortEngine>(
                dataset, *m_model, m_config.federation, m_config.loss, torch::kCPU, m_workers, 1);
        });
        m_start["parameters"] = secondsOf([&] { m_parameters = m_model->initialise(1); });
    }

    json run()
    {
        std::map<std::string, std::vector<double>> parts;
        std::vector<double> rounds;
        std::vector<double> flops;
        const auto noise = privacy::NoiseSource::reproducible(1);
        training::ServerStep server(
            m_config.federation, uploadedPart(m_parameters, m_model->specs()), m_model->specs(), &m_workers);
        for (int round = 0; round <= m_repeats; ++round) {
            std::vector<std::int32_t> clients;
            const double sampling = secondsOf([&] {
                clients = federation::sampleClients(m_config.federation, m_dataset.userCount(), 1, round);
            });
            CohortResult cohort;
            const double uploads = secondsOf([&] {
                cohort = m_engine->run(m_parameters, clients, round, m_config.privacy.clipNorm, weights());
            });
            const double noising =
                secondsOf([&] { training::addNoise(cohort.sum, 1e-3, noise, round, &m_workers); });
            const double step = secondsOf([&] { server.step(m_parameters, cohort.sum, round, round + 1); });
            if (round == 0) // it warms up
                continue;
            const double share = 1.0 / std::min<double>(m_case.threads, m_case.cohort);
            const training::PartSeconds& own = cohort.seconds;
            for (const auto& [part, seconds] : std::initializer_list<std::pair<const char*, double>>{
                     {"sampling", sampling}, {"examples", own.examples * share},
                     {"forward", own.forward * share}, {"backward", own.backward * share},
                     {"clip", own.clip * share}, {"sum", own.sum}, {"noise", noising}, {"server step", step}})
                parts[part].push_back(seconds);
            rounds.push_back(sampling + uploads + step);
            flops.push_back(flopsOf(clients, round));
        }
        return result(parts, median(rounds), median(flops));
    }

    /// One cohort's examples and the model's sizes, for a peer in another language.
    json examples()
    {
        json clients = json::array();
        const auto cohort = federation::sampleClients(m_config.federation, m_dataset.userCount(), 1, 1);
        for (const model::ClientExample& example : drawn(cohort, 1)) {
            json targets = json::array();
            for (const auto& own : example.targets) {
                json list = json::array();
                for (const model::TrainingTarget& target : own)
                    list.push_back({target.item, target.prefixA, target.prefixB, target.prefixM});
                targets.push_back(std::move(list));
            }
            clients.push_back({{"a", example.a}, {"b", example.b}, {"merged", example.merged},
                {"targets", std::move(targets)}, {"negatives", example.negatives}});
        }
        const model::ModelOptions& options = m_model->options();
        return {{"items", m_dataset.itemCount()}, {"width", options.width()}, {"heads", options.heads},
            {"history", options.historyLength}, {"text_width", options.textWidth},
            {"dropout", options.dropout}, {"history_dropout", options.historyDropout},
            {"clip_norm", m_config.privacy.clipNorm}, {"clients", std::move(clients)}};
    }

    /// Seconds to rank the test targets of some users, and how many there were.
    std::pair<double, std::size_t> evaluation()
    {
        training::EvaluationRequest request;
        request.split = data::Split::Test;
        for (std::size_t user = 0; user < std::min<std::size_t>(2000, m_dataset.userCount()); ++user)
            request.users.push_back(static_cast<std::int32_t>(user));
        std::size_t targets = 0;
        request.eachUser = [&](auto, auto, const auto&) { ++targets; };
        const double seconds = secondsOf(
            [&] { training::evaluate(*m_model, m_parameters, m_dataset, m_workers, torch::kCPU, request); });
        return {seconds, targets};
    }

private:
    std::vector<double> weights() const
    {
        return model::termWeights(m_model->info(), m_config.model, m_config.loss);
    }

    /// What the round draws for the clients.
    std::vector<model::ClientExample> drawn(const std::vector<std::int32_t>& clients, int round)
    {
        if (!m_examples)
            m_examples.emplace(
                m_dataset, m_model->options(), m_config.loss, m_config.federation.localTargets);
        std::vector<model::ClientExample> examples;
        for (const std::int32_t client : clients) {
            Random random(1,
                {federation::kExamples, static_cast<std::uint64_t>(round), static_cast<std::uint64_t>(client),
                    0});
            examples.push_back(m_examples->draw(static_cast<std::size_t>(client), random));
        }
        return examples;
    }

    /// Of the whole cohort.
    double flopsOf(const std::vector<std::int32_t>& clients, int round)
    {
        double sum = 0;
        for (const model::ClientExample& example : drawn(clients, round))
            sum += ::flopsOf(example, m_model->options(), m_config.model.textWidth);
        return sum;
    }

    json result(const std::map<std::string, std::vector<double>>& parts, double round, double flops)
    {
        json medians = json::object();
        for (const auto& [part, seconds] : parts)
            medians[part] = median(seconds);
        const auto [ranking, targets] = evaluation();
        return {{"case", m_case.name}, {"users", m_dataset.userCount()}, {"items", m_dataset.itemCount()},
            {"cohort", m_case.cohort}, {"width", m_case.width}, {"threads", m_case.threads},
            {"round_seconds", round}, {"flop", flops}, {"parts", medians}, {"start", m_start},
            {"evaluation_seconds", ranking}, {"evaluation_targets", targets},
            {"parameters", m_parameters.count()}};
    }

    const data::Dataset& m_dataset;
    Case m_case;
    int m_repeats;
    settings::Config m_config;
    model::Workers m_workers;
    std::unique_ptr<model::IdstCl> m_model;
    std::unique_ptr<CohortEngine> m_engine;
    model::Parameters m_parameters;
    std::optional<model::ExampleSource> m_examples;
    std::map<std::string, double> m_start;
};

/// A line, and a bar of each part's share.
void print(const json& found, const Machine& machine)
{
    const double round = found["round_seconds"];
    const double flop = found["flop"];
    std::printf(
        "%-24s %8zu users %8d items  cohort %4d  d %2d  threads %d: %8.4f s, %6.2f GFLOP, %3.0f %% of "
        "the matrix rate\n",
        found["case"].get<std::string>().c_str(), found["users"].get<std::size_t>(),
        found["items"].get<int>(), found["cohort"].get<int>(), found["width"].get<int>(),
        found["threads"].get<int>(), round, flop / 1e9,
        100 * flop / round / machine.flops / found["threads"].get<int>());
    for (const auto& [part, seconds] : found["parts"].items()) {
        const double share = seconds.get<double>() / round;
        std::printf("    %-12s %9.2f ms  %s\n", part.c_str(), 1e3 * seconds.get<double>(),
            std::string(static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * 50 + 0.5), '#').c_str());
    }
    std::printf("    %-12s %9.2f ms for each of %zu targets\n", "evaluation",
        1e3 * found["evaluation_seconds"].get<double>()
            / std::max<double>(1, found["evaluation_targets"].get<double>()),
        found["evaluation_targets"].get<std::size_t>());
    std::fflush(stdout);
}

/// A bar per case, cut by part; as wide as its milliseconds.
std::string picture(const json& cases)
{
    constexpr std::array kColors{
        "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#999999"};
    constexpr double kLeft = 330;
    constexpr double kWidth = 640;
    constexpr int kRow = 24;
    double most = 0;
    for (const json& one : cases)
        most = std::max(most, one["round_seconds"].get<double>() + one["parts"]["noise"].get<double>());
    std::string svg;
    int y = 40;
    const auto text = [&svg](double x, int line, const std::string& words) {
        svg += "<text x='" + fixed(x, 0) + "' y='" + std::to_string(line) + "'>" + words + "</text>\n";
    };
    const auto box = [&](double x, int top, double width, std::size_t color) {
        svg += "<rect x='" + fixed(x, 1) + "' y='" + std::to_string(top) + "' width='" + fixed(width, 1)
            + "' height='16' fill='" + kColors[color % kColors.size()] + "'/>\n";
    };
    double key = kLeft;
    std::size_t color = 0;
    for (const auto& [part, seconds] : cases.front()["parts"].items()) {
        box(key, 8, 12, color++);
        text(key + 16, 21, part);
        key += 24 + 8.0 * static_cast<double>(part.size());
    }
    for (const json& one : cases) {
        text(8, y + 13,
            one["case"].get<std::string>() + ": " + std::to_string(one["users"].get<std::size_t>())
                + " users, " + std::to_string(one["items"].get<int>()) + " items, "
                + std::to_string(one["cohort"].get<int>()) + ", d " + std::to_string(one["width"].get<int>())
                + ", " + std::to_string(one["threads"].get<int>()) + " thr.");
        double x = kLeft;
        color = 0;
        for (const auto& [part, seconds] : one["parts"].items()) {
            const double width = seconds.get<double>() / most * kWidth;
            box(x, y, width, color++);
            x += width;
        }
        text(x + 6, y + 13, fixed(1e3 * one["round_seconds"].get<double>(), 1) + " ms");
        y += kRow;
    }
    return "<svg xmlns='http://www.w3.org/2000/svg' width='1100' height='" + std::to_string(y + 10)
        + "' font-family='sans-serif' font-size='11'>\n<rect width='100%' height='100%' fill='white'/>\n"
        + svg + "</svg>\n";
}

std::vector<Case> casesOf(const Arguments& arguments)
{
    std::vector<Case> cases;
    for (const int threads : {1, 2})
        cases.push_back({.name = "food-kitchen", .threads = threads});
    if (!arguments.has("--all"))
        return cases;
    for (const int threads : {1, 2})
        cases.push_back({.name = "book-movie",
            .users = 2238,
            .itemsA = 28337,
            .itemsB = 55172,
            .cohort = 22,
            .threads = threads});
    for (const int users : {1'000, 10'000, 100'000, 1'000'000})
        cases.push_back({.name = "users", .users = users, .itemsA = 5000, .itemsB = 5000});
    for (const int items : {5'000, 50'000, 500'000})
        cases.push_back({.name = "items", .itemsA = items, .itemsB = items});
    for (const int cohort : {8, 64, 256, 1024})
        cases.push_back({.name = "cohort", .cohort = cohort, .threads = 2});
    for (const int width : {16, 32, 64})
        cases.push_back({.name = "width", .width = width});
    return cases;
}

int run(const std::vector<std::string>& words)
{
    const Arguments arguments(words,
        {{"--all", "", "the growth series too: users, items, cohort, width"},
            {"--dataset", "DIR", "a dataset in place of synthetic data of food-kitchen's size"},
            {"--repeats", "N", "timed rounds per case (9)"}, {"--json", "FILE", "the figures as JSON"},
            {"--picture", "FILE", "the parts of each case's round as bars, SVG"},
            {"--examples", "FILE",
                "only write one cohort's examples, for tests/benchmarks/python_loop.py, and end"}},
        "fedcctr-bench-round [options]");
    if (arguments.wantsHelp()) {
        std::fputs(arguments.help().c_str(), stdout);
        return 0;
    }
    model::keepMemory();
    const model::Workers oneThread(1);
    const Machine machine = measuredMachine();
    std::printf("%s; one thread: %.0f GFLOP/s, %.1f GB/s\n", model::loadedBlas().c_str(), machine.flops / 1e9,
        machine.bytes / 1e9);
    const int repeats = static_cast<int>(arguments.integer("--repeats", 9, 1, 1000));
    json all{{"machine", {{"flop_per_second", machine.flops}, {"bytes_per_second", machine.bytes}}}};
    std::optional<data::Dataset> dataset;
    std::tuple<int, int, int> shape;
    for (const Case& size : casesOf(arguments)) {
        if (const auto wanted = std::tuple(size.users, size.itemsA, size.itemsB);
            !dataset || wanted != shape) {
            dataset = arguments.has("--dataset") && size.name == "food-kitchen"
                ? data::load(arguments.text("--dataset"))
                : demoOf(size);
            shape = wanted;
        }
        RoundBench bench(*dataset, size, repeats);
        if (arguments.has("--examples")) {
            writeFileAtomically(arguments.text("--examples"), bench.examples().dump());
            return 0;
        }
        all["cases"].push_back(bench.run());
        print(all["cases"].back(), machine);
    }
    if (arguments.has("--json"))
        writeFileAtomically(arguments.text("--json"), all.dump(2) + '\n');
    if (arguments.has("--picture"))
        writeFileAtomically(arguments.text("--picture"), picture(all["cases"]));
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    try {
        return run(std::vector<std::string>(argv + 1, argv + argc));
    } catch (const Error& error) {
        std::fprintf(stderr, "fedcctr-bench-round: %s\n", error.what());
        return error.exitCode();
    }
}
