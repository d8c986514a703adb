// SPDX-License-Identifier: GPL-3.0-or-later
// What the commands that ask servers share.
#pragma once

#include "app/cli/numbers.h"
#include "app/cli/progress.h"
#include "core/base/arguments.h"
#include "core/llm/openai_client.h"
#include "core/llm/secret.h"

#include <QCoreApplication>

#include <chrono>
#include <mutex>
#include <string>

namespace fedcctr::cli {

/// --url, --model, --timeout, --retries and --wait-loading. Throws Error naming the option.
llm::ServerSettings serverOf(const Arguments& arguments);

/// From the environment or the system's key ring; a note on standard error where a ring cannot be read.
llm::Secret keyFor(const std::string& baseUrl);

/// The progress line, drawn on by several threads.
class ServerProgress {
public:
    void show(double share, const std::string& what);
    void showWaiting(const llm::Wait& wait);

    /// A line of its own that stays.
    void note(const std::string& what);
    void clear();

private:
    std::mutex m_mutex;
    ProgressLine m_line;
    double m_share = 0;
};

class Stopwatch {
public:
    double seconds() const
    {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
    }

private:
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

/// Qt's network and databases want an application object. The rest of the command line does without.
struct QtInside {
    QtInside() { useDecimalPoint(); }

    int count = 1;
    char name[8] = "fedcctr";
    char* list[2] = {name, nullptr};
    QCoreApplication application{count, list};
};

} // namespace fedcctr::cli
