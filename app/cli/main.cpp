// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "core/base/arguments.h"
#include "core/base/error.h"

#include <algorithm>
#include <exception>
#include <iostream>
#include <vector>

namespace {

constexpr const char* kHelp = R"(usage: fedcctr COMMAND …

Click-through-rate prediction across two domains, trained federated and under differential privacy.

  data demo|import|stats    make a dataset, or look at one
  augment DATASET           enrich items, users and sequences (offline, or by a language model)
  vectors DATASET           vectors of the items' texts, by a pre-trained encoder behind a server
  train DATASET --out RUN   train a model (runs fedcctr-engine)
  evaluate RUN              rank the held-out items with a trained model (runs fedcctr-engine)
  embed RUN --out FILE      write user representations, their projections and recommendations (runs
                            fedcctr-engine)
  privacy spend|calibrate|compare|audit
                            what a training costs its clients, and what leaks of them
  sweep DATASET --out DIR   many trainings: grids, seeds, the ablation; goes on after a kill
  report RUN… --out DIR     plots and tables of one or more runs

  --help                    this text; 'fedcctr COMMAND --help' tells more of a command
  --version                 the version

Exit codes: 0 done, 1 the work failed, 2 bad arguments or bad input.
)";

int run(std::span<const std::string> words)
{
    const std::vector<std::string> known{"data", "augment", "vectors", "train", "evaluate", "embed",
        "privacy", "sweep", "report", "--help", "--version"};
    if (words.empty())
        throw fedcctr::Error("no command given; see 'fedcctr --help'");
    const std::string& command = words.front();
    const std::span<const std::string> rest = words.subspan(1);
    if (command == "data")
        return fedcctr::cli::runData(rest);
    if (command == "augment")
        return fedcctr::cli::runAugment(rest);
    if (command == "vectors")
        return fedcctr::cli::runVectors(rest);
    if (command == "privacy")
        return fedcctr::cli::runPrivacy(rest);
    if (command == "sweep")
        return fedcctr::cli::runSweep(rest);
    if (command == "report")
        return fedcctr::cli::runReport(rest);
    if (command == "train" || command == "evaluate" || command == "embed")
        return fedcctr::cli::runEngine(command, rest);
    if (command == "--version") {
        std::cout << "fedcctr " << FEDCCTR_VERSION << '\n';
        return 0;
    }
    if (command == "--help" || command == "-h" || command == "help") {
        std::cout << kHelp;
        return 0;
    }
    const std::string nearest = fedcctr::nearestWord(command, known);
    throw fedcctr::Error("unknown command '" + command + "'"
        + (nearest.empty() ? std::string() : "; did you mean '" + nearest + "'?")
        + " (see 'fedcctr --help')");
}

/// One line on standard error, whatever the message holds.
void complain(std::string message)
{
    std::ranges::replace_if(
        message, [](char c) { return c == '\n' || c == '\r' || c == '\x1b'; }, ' ');
    std::cerr << "fedcctr: " << message << std::endl;
}

} // namespace

int main(int argc, char** argv)
{
    try {
        const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
        return run(words);
    } catch (const fedcctr::Error& error) {
        complain(error.what());
        return error.exitCode();
    } catch (const std::bad_alloc&) {
        complain("out of memory; use smaller files or a stricter filter");
    } catch (const std::exception& error) {
        complain(error.what());
    }
    return 1;
}
