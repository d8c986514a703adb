// SPDX-License-Identifier: GPL-3.0-or-later
// Seconds per round of the cohort engine (one batched backward per shard) against a loop over clients (one
// backward each), same binary, same clients, same numbers; clients of the loop are shared out over the same
// workers.
#include "core/base/arguments.h"
#include "core/base/error.h"
#include "core/data/demo.h"
#include "core/federation/sampler.h"
#include "core/models/idst_cl.h"
#include "core/settings/config.h"
#include "core/settings/presets.h"
#include "core/training/cohort.h"
#include "core/training/noise.h"
#include "core/training/server.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <mutex>

namespace {

using namespace fedcctr;
using training::ClientUpdate;
using training::CohortEngine;

/// Users and items of food-kitchen.
constexpr int kUsers = 7144;
constexpr int kItemsPerDomain = 14048;

struct Setting {
    const data::Dataset& dataset;
    const model::IdstCl& model;
    const settings::Config& config;
    torch::Device device;
};

std::vector<double> weightsOf(const Setting& setting)
{
    return model::termWeights(setting.model.info(), setting.config.model, setting.config.loss);
}

/// What CohortEngine::run does, one client at a time.
ClientUpdate loopOverClients(const Setting& setting, const CohortEngine& engine,
    const model::Workers& workers, const model::Parameters& parameters, std::span<const std::int32_t> clients,
    int round)
{
    ClientUpdate sum = parameters.zerosLike();
    std::mutex mutex;
    workers.run(clients.size(), [&](std::size_t k) {
        const ClientUpdate own = engine.single(parameters, clients[k], round, weightsOf(setting));
        const double factor = std::min(1.0, setting.config.privacy.clipNorm / training::norm(own));
        const std::scoped_lock lock(mutex);
        for (std::size_t i = 0; i < own.size(); ++i)
            sum[i].add_(own[i], factor);
    });
    return sum;
}

double relativeDifference(const ClientUpdate& x, const ClientUpdate& y)
{
    ClientUpdate difference = x.clone();
    for (std::size_t i = 0; i < x.size(); ++i)
        difference[i] -= y[i];
    return training::norm(difference) / training::norm(x);
}

template <typename Work> double medianSeconds(int repeats, Work work)
{
    std::vector<double> seconds;
    for (int r = 0; r <= repeats; ++r) {
        const auto start = std::chrono::steady_clock::now();
        work(r);
        if (r > 0) // the first one warms up
            seconds.push_back(
                std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    std::ranges::sort(seconds);
    return seconds[seconds.size() / 2];
}

/// One case; returns whether engine and loop agree.
bool compare(const Setting& setting, std::size_t cohort, int threads, int repeats)
{
    const model::Workers workers(threads);
    const CohortEngine engine(setting.dataset, setting.model, setting.config.federation, setting.config.loss,
        setting.device, workers, 1);
    const model::Parameters parameters = setting.model.initialise(1);
    federation::FederationOptions sampling = setting.config.federation;
    sampling.sampling = federation::Sampling::Fixed;
    sampling.rate = static_cast<double>(cohort) / static_cast<double>(setting.dataset.userCount());
    const auto clientsOf = [&](int round) {
        return federation::sampleClients(sampling, setting.dataset.userCount(), 1, round);
    };
    const double clip = setting.config.privacy.clipNorm;
    const auto clients = clientsOf(0);
    const double difference =
        relativeDifference(engine.run(parameters, clients, 0, clip, weightsOf(setting)).sum,
            loopOverClients(setting, engine, workers, parameters, clients, 0));
    const double batched = medianSeconds(repeats,
        [&](int round) { engine.run(parameters, clientsOf(round), round, clip, weightsOf(setting)); });
    const double loop = medianSeconds(repeats,
        [&](int round) { loopOverClients(setting, engine, workers, parameters, clientsOf(round), round); });
    std::printf("%-12s cohort %3zu  threads %d  engine %7.4f s/round (%6.2f rounds/s)  loop %7.4f s/round  "
                "ratio %5.2f  "
                "difference %.1e\n",
        setting.config.preset.c_str(), cohort, threads, batched, 1 / batched, loop, loop / batched,
        difference);
    return difference < 1e-4;
}

int run(const std::vector<std::string>& words)
{
    const Arguments arguments(words,
        {{"--verify", "", "small and quick: only check that engine and loop agree"},
            {"--repeats", "N", "timed rounds per case (7)"}, {"--device", "D", "cpu or cuda"}},
        "fedcctr-bench [options]");
    if (arguments.wantsHelp()) {
        std::fputs(arguments.help().c_str(), stdout);
        return 0;
    }
    const bool verify = arguments.has("--verify");
    const int repeats = static_cast<int>(arguments.integer("--repeats", verify ? 1 : 7, 1, 1000));
    const torch::Device device(arguments.text("--device", "cpu"));
    data::DemoOptions size;
    size.users = verify ? 60 : kUsers;
    size.items = verify ? 200 : kItemsPerDomain;
    const data::Demo demo = data::generateDemo(size);
    std::printf("%s, %s\n", model::loadedBlas().c_str(), device.str().c_str());
    bool agree = true;
    for (const char* preset : {"paper", "federated"}) {
        const settings::Config config = settings::loadPreset(preset);
        const model::IdstCl model(demo.dataset, config.model, device);
        for (const std::size_t cohort :
            verify ? std::vector<std::size_t>{22} : std::vector<std::size_t>{22, 128})
            for (const int threads : {1, 2})
                agree = compare({demo.dataset, model, config, device}, cohort, threads, repeats) && agree;
    }
    if (!agree)
        std::fputs("the engine and the loop disagree\n", stderr);
    return agree ? 0 : 1;
}

} // namespace

int main(int argc, char** argv)
{
    try {
        return run(std::vector<std::string>(argv + 1, argv + argc));
    } catch (const Error& error) {
        std::fprintf(stderr, "fedcctr-bench: %s\n", error.what());
        return error.exitCode();
    }
}
