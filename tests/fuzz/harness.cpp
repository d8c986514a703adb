// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/harness.h"

#include "core/base/arguments.h"
#include "core/base/error.h"
#include "core/base/files.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <limits>
#include <stdexcept>
#include <unistd.h>

/// Of the sanitizers, where the program is built with one.
extern "C" void __sanitizer_set_death_callback(void (*callback)()) __attribute__((weak));

namespace fedcctr::fuzz {

namespace {

constexpr unsigned kMostSeconds = 30;

/// What is being tried, for the signal handler.
std::array<char, 128> current{};

void tellInput()
{
    // Whether it is written cannot be helped here.
    [[maybe_unused]] const auto ignored =
        ::write(STDERR_FILENO, current.data(), std::string_view(current.data()).size());
}

void tellAndDie(int signal)
{
    const std::string_view what = signal == SIGALRM ? "no end: " : "crash: ";
    [[maybe_unused]] const auto ignored = ::write(STDERR_FILENO, what.data(), what.size());
    tellInput();
    ::_exit(3);
}

struct Counts {
    std::uint64_t taken = 0;
    std::uint64_t refused = 0;
};

/// False after a fault, which it tells.
bool tryOne(const Target& target, std::uint64_t seed, std::uint64_t number, Counts& counts)
{
    std::snprintf(current.data(), current.size(), "%s --seed %llu --only %llu\n", target.name.c_str(),
        static_cast<unsigned long long>(seed), static_cast<unsigned long long>(number));
    ::alarm(kMostSeconds);
    const std::string input = mutated(target.material, seed, number);
    try {
        ++(target.read(input, number) ? counts.taken : counts.refused);
        return true;
    } catch (const Error& error) {
        if (error.kind() == Error::Kind::BadInput) {
            ++counts.refused;
            return true;
        }
        std::cerr << "failed: " << error.what();
    } catch (const std::exception& error) {
        std::cerr << "threw: " << error.what();
    }
    std::cerr << "\n  by " << current.data();
    return false;
}

} // namespace

Scratch::Scratch()
{
    // In memory where there is such a place: hundreds of thousands of files are written.
    const std::filesystem::path memory = "/dev/shm";
    const bool inMemory = ::access(memory.c_str(), W_OK | X_OK) == 0;
    std::string name =
        ((inMemory ? memory : std::filesystem::temp_directory_path()) / "fedcctr-fuzz-XXXXXX").string();
    if (!::mkdtemp(name.data()))
        throw Error(name + ": cannot be made", Error::Kind::Failure);
    m_path = name;
}

Scratch::~Scratch()
{
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

std::filesystem::path Scratch::file(const std::string& name, const std::string& content) const
{
    const std::filesystem::path file = m_path / name;
    std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
    return file;
}

void require(bool holds, const char* what)
{
    if (!holds)
        throw std::logic_error(what);
}

int run(std::span<const Target> targets, std::span<const std::string> words)
{
    constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::max();
    const Arguments arguments(words,
        {{"--inputs", "N", "inputs for each reader (default 100000)"},
            {"--seed", "S", "of the mutations (default 1)"}, {"--only", "N", "this input alone"}},
        "fuzz-… [READER…]");
    const auto seed = static_cast<std::uint64_t>(arguments.integer("--seed", 1, 0, kAny));
    const auto first = static_cast<std::uint64_t>(arguments.integer("--only", 0, 0, kAny));
    const std::uint64_t count = arguments.has("--only")
        ? 1
        : static_cast<std::uint64_t>(arguments.integer("--inputs", 100'000, 1, kAny));
    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(tellInput);
    std::signal(SIGALRM, tellAndDie);
    std::signal(SIGABRT, tellAndDie);
    for (const Target& target : targets) {
        const auto& wanted = arguments.positional();
        if (!wanted.empty() && std::ranges::find(wanted, target.name) == wanted.end())
            continue;
        Counts counts;
        for (std::uint64_t i = 0; i < count; ++i)
            if (!tryOne(target, seed, first + i, counts))
                return 1;
        ::alarm(0);
        std::cout << target.name << ": " << counts.taken << " taken, " << counts.refused << " refused"
                  << std::endl;
    }
    return 0;
}

} // namespace fedcctr::fuzz
