// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/commands.h"
#include "app/engine/line_writer.h"
#include "app/engine/stop_signal.h"
#include "core/base/error.h"
#include "core/nn/memory.h"
#include "core/runs/protocol.h"

#include <cstring>
#include <exception>
#include <iostream>
#include <nlohmann/json.hpp>
#include <unistd.h>
#include <vector>

namespace {

constexpr const char* kUsage =
    "usage: fedcctr-engine train|evaluate|embed|audit …  (--help after a command explains it)";

int dispatch(const std::vector<std::string>& words)
{
    if (words.empty()) {
        std::cerr << kUsage << '\n';
        return 2;
    }
    const std::span<const std::string> rest = std::span(words).subspan(1);
    if (words[0] == "train")
        return fedcctr::engine::runTrain(rest);
    if (words[0] == "evaluate")
        return fedcctr::engine::runEvaluate(rest);
    if (words[0] == "embed")
        return fedcctr::engine::runEmbed(rest);
    if (words[0] == "audit")
        return fedcctr::engine::runAudit(rest);
    if (words[0] == "--version") {
        std::cout << "fedcctr-engine " << FEDCCTR_VERSION << '\n';
        return 0;
    }
    if (words[0] == "--help") {
        std::cout << kUsage << '\n';
        return 0;
    }
    throw fedcctr::Error(words[0] + ": unknown command; " + kUsage);
}

} // namespace

int main(int argc, char** argv)
{
    fedcctr::model::keepMemory();
    const std::vector<std::string> words(argv + 1, argv + argc);
    int code = 1;
    std::string message;
    try {
        return dispatch(words);
    } catch (const fedcctr::Error& error) {
        code = error.exitCode();
        message = error.what();
    } catch (const std::bad_alloc&) {
        message = "out of memory; use fewer clients a round, shorter histories or fewer negatives";
    } catch (const std::exception& error) {
        // LibTorch's messages go on with a stack trace; the first line says what happened.
        message = std::string(error.what()).substr(0, std::strcspn(error.what(), "\n"));
    }
    fedcctr::engine::releaseStopSignals(); // or nobody could end us while the message waits for a reader
    for (const std::string& word : words)
        if (word == "--json-lines")
            fedcctr::engine::LineWriter(STDOUT_FILENO)
                .write(toJson(fedcctr::runs::ErrorMessage{message})
                           .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
                    + '\n');
    std::cerr << "fedcctr: " << message << '\n';
    return code;
}
