// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/commands.h"
#include "app/engine/embed_document.h"
#include "app/engine/line_writer.h"
#include "app/engine/stop_signal.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/random.h"
#include "core/projection/pca.h"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <thread>
#include <unistd.h>

namespace fedcctr::engine {

namespace {

using nlohmann::json;
using projection::Matrix;

constexpr std::uint64_t kUserStream = 0xe3b;

std::vector<OptionSpec> embedOptions()
{
    std::vector<OptionSpec> options = loadedRunOptions();
    options.insert(options.begin(),
        {{"--out", "FILE", "where to write; .csv for a table of points, else JSON"},
            {"--checkpoint", "N|all",
                "parameters after round N (0: before training), or a frame of each round that the run has "
                "kept; "
                "the evaluated ones if left out"},
            {"--users", "N", "how many users, drawn by the seed (180)"},
            {"--seed", "N",
                "of the draw and of a random start (1); the same users for all runs of a dataset"},
            {"--method", "tsne|pca|none", "projection to the plane (tsne); frames are aligned to each other"},
            {"--perplexity", "P", "of t-SNE, up to a third of the other points (30)"},
            {"--iterations", "N", "of t-SNE (1000)"}, {"--start", "pca|random", "of t-SNE (pca)"},
            {"--recommend", "N", "best unseen items of the full catalogue per user and domain (10)"},
            {"--items", "", "the vectors of all items too, with their PCA coordinates"},
            {"--json-lines", "", "progress as in PROTOCOL.md"}});
    return options;
}

/// Progress on the output that was asked for, ten times a second at most.
class Reporter {
public:
    explicit Reporter(bool jsonLines)
        : m_jsonLines(jsonLines)
    {
    }

    void say(const json& line, bool always = false)
    {
        using namespace std::chrono_literals;
        const auto now = std::chrono::steady_clock::now();
        if (!m_jsonLines || (!always && now - m_last < 100ms))
            return;
        m_last = now;
        m_out.write(line.dump(-1, ' ', false, json::error_handler_t::replace) + '\n');
    }

private:
    LineWriter m_out{STDOUT_FILENO};
    bool m_jsonLines;
    std::chrono::steady_clock::time_point m_last{};
};

/// The same for every run of a dataset.
std::vector<std::int32_t> drawUsers(std::size_t population, std::size_t wanted, std::uint64_t seed)
{
    std::vector<std::int32_t> users(population);
    std::iota(users.begin(), users.end(), 0);
    Random random(seed, {kUserStream});
    random.shuffle(std::span(users));
    users.resize(std::min(wanted, population));
    std::ranges::sort(users);
    return users;
}

Matrix matrixOf(const training::VectorTable& table)
{
    Matrix matrix(table.width == 0 ? 0 : table.values.size() / table.width, table.width);
    std::ranges::copy(table.values, matrix.values.begin());
    return matrix;
}

/// The rounds that --checkpoint asks for.
std::vector<int> wantedRounds(const Arguments& arguments, const LoadedRun& loaded)
{
    const std::vector<int> known = roundsOf(loaded);
    if (!arguments.has("--checkpoint"))
        return {loaded.trainer.keptRound()};
    if (arguments.text("--checkpoint") == "all")
        return known;
    const auto round =
        static_cast<int>(arguments.integer("--checkpoint", 0, 0, std::numeric_limits<int>::max()));
    if (std::ranges::find(known, round) == known.end()) {
        std::string list;
        for (const int each : known)
            list += (list.empty() ? "" : ", ") + std::to_string(each);
        throw Error("--checkpoint " + std::to_string(round) + ": " + loaded.run.path().string()
            + " keeps no parameters of that round; it has those of rounds " + list
            + " (run.snapshots says how many are kept)");
    }
    return {round};
}

/// Options of t-SNE, checked before anything is computed.
projection::TsneOptions tsneOptions(const Arguments& arguments, std::uint64_t seed, std::size_t points)
{
    projection::TsneOptions options;
    options.seed = seed;
    const double most = projection::mostPerplexity(points);
    options.perplexity = arguments.number("--perplexity", std::min(options.perplexity, most), 1, most);
    options.iterations = static_cast<int>(arguments.integer("--iterations", options.iterations, 10, 100000));
    const std::string start = arguments.text("--start", "pca");
    if (start != "pca" && start != "random")
        throw Error("--start: '" + start + "' is neither pca nor random");
    options.start = start == "pca" ? projection::TsneStart::Pca : projection::TsneStart::Random;
    return options;
}

void addFrames(EmbedDocument& document, const Arguments& arguments, LoadedRun& loaded, Reporter& reporter,
    const std::stop_token& stop)
{
    const std::vector<int> rounds = wantedRounds(arguments, loaded);
    for (const int round : rounds) {
        if (!loaded.trainer.choose(round))
            loaded.trainer.choose(loaded.run.snapshotFile(round));
        training::EmbedRequest request;
        request.users = document.users;
        request.stop = stop;
        if (round == rounds.back()) {
            request.items = arguments.has("--items");
            request.recommendations = static_cast<std::size_t>(arguments.integer("--recommend", 10, 0, 1000));
        }
        request.progress = [&](double share) {
            reporter.say({{"type", "progress"}, {"stage", "representations"}, {"round", round},
                {"frame", document.frames.size() + 1}, {"frames", rounds.size()}, {"share", share}});
        };
        training::Embedding embedding = loaded.trainer.embed(request);
        EmbedFrame frame;
        frame.round = round;
        for (std::size_t s = 0; s < 3; ++s)
            frame.vectors[s] = matrixOf(embedding.users[s]);
        frame.numbers = projection::separation(frame.vectors);
        document.frames.push_back(std::move(frame));
        if (round == rounds.back()) {
            document.recommended = std::move(embedding.recommended);
            document.items = matrixOf(embedding.items);
        }
    }
}

void project(EmbedDocument& document, Reporter& reporter, const std::stop_token& stop)
{
    std::vector<Matrix> series;
    for (const EmbedFrame& frame : document.frames)
        series.push_back(projection::stacked(frame.vectors));
    const std::vector<Matrix> frames = projection::alignedFrames(
        series, document.method == "pca" ? projection::Projection::Pca : projection::Projection::Tsne,
        document.tsne, 10,
        [&](const projection::FrameProgress& progress) {
            reporter.say({{"type", "progress"}, {"stage", "projection"}, {"frame", progress.frame + 1},
                {"frames", progress.frames}, {"iteration", progress.iteration},
                {"iterations", progress.iterations}, {"divergence", progress.divergence}});
        },
        stop);
    if (stop.stop_requested())
        throw Error("projection stopped; nothing was written", Error::Kind::Failure);
    for (std::size_t f = 0; f < frames.size(); ++f)
        document.frames[f].coordinates = frames[f];
    if (document.items.rows > 1 && document.items.columns > 1)
        document.itemCoordinates = projection::principalAxes(document.items, 2).project(document.items);
}

/// A stop when SIGINT or SIGTERM comes.
class SignalStop {
public:
    SignalStop()
    {
        catchStopSignals();
        m_watcher = std::jthread([this](const std::stop_token& ended) {
            using namespace std::chrono_literals;
            while (!ended.stop_requested() && !stopSignalled())
                std::this_thread::sleep_for(20ms);
            if (stopSignalled())
                m_stop.request_stop();
        });
    }
    std::stop_token token() const { return m_stop.get_token(); }

private:
    std::stop_source m_stop;
    std::jthread m_watcher;
};

} // namespace

int runEmbed(std::span<const std::string> words)
{
    const Arguments arguments(words, embedOptions(), "fedcctr embed RUN --out FILE [options]");
    if (arguments.wantsHelp()) {
        std::cout
            << arguments.help()
            << "\nWrites h^A, h^B and h^M of users before their newest test target, their coordinates, how "
               "far the\nthree stand apart (silhouette, mean cosines, centroid distances), and what is "
               "recommended to them.\nThe private head has no sequence encoder: its vectors are means of "
               "fixed "
               "text vectors.\n";
        return 0;
    }
    const std::filesystem::path out = arguments.required("--out");
    EmbedDocument document;
    document.method = arguments.text("--method", "tsne");
    if (document.method != "tsne" && document.method != "pca" && document.method != "none")
        throw Error("--method: '" + document.method + "' is none of tsne, pca and none");
    document.seed = static_cast<std::uint64_t>(
        arguments.integer("--seed", 1, 0, std::numeric_limits<std::int64_t>::max()));
    const auto wanted = static_cast<std::size_t>(arguments.integer("--users", 180, 2, 1'000'000));

    const SignalStop signals;
    Reporter reporter(arguments.has("--json-lines"));
    LoadedRun loaded(arguments, "embed");
    document.users = drawUsers(loaded.data.dataset.userCount(), wanted, document.seed);
    document.tsne = tsneOptions(arguments, document.seed, 3 * document.users.size());
    addFrames(document, arguments, loaded, reporter, signals.token());
    if (document.method != "none")
        project(document, reporter, signals.token());

    writeFileAtomically(
        out, out.extension() == ".csv" ? toCsv(document, loaded) : toJson(document, loaded).dump());
    reporter.say({{"type", "embedding"}, {"file", out.string()}, {"users", document.users.size()},
                     {"frames", document.frames.size()}},
        true);
    if (!arguments.has("--json-lines"))
        std::cerr << document.users.size() << " users, " << document.frames.size() << " frames -> "
                  << out.string() << '\n';
    return 0;
}

} // namespace fedcctr::engine
