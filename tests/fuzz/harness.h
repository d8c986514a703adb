// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/fuzz/mutator.h"

#include <filesystem>
#include <functional>

namespace fedcctr::fuzz {

/// A reader and what it is tried with.
struct Target {
    std::string name;
    Material material;
    /// Reads one input. Returns whether it was taken; an Error is a refusal, everything else it throws a
    /// fault.
    std::function<bool(const std::string& input, std::uint64_t number)> read;
};

/// An empty folder for one program's files, removed at its end.
class Scratch {
public:
    Scratch();
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    /// Writes a file there and gives its path.
    std::filesystem::path file(const std::string& name, const std::string& content) const;
    const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

/// Throws std::logic_error, a fault, unless it holds.
void require(bool holds, const char* what);

/// main(): tries each target, or the named ones, with `--inputs N` inputs (100,000) from `--seed S` (1), or
/// with
/// `--only N` alone. Prints a line each. A fault, a crash and an input that takes longer than 30 s are told
/// with the input's number; exit code 1.
int run(std::span<const Target> targets, std::span<const std::string> words);

} // namespace fedcctr::fuzz
