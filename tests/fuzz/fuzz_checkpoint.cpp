// SPDX-License-Identifier: GPL-3.0-or-later
// The reader of checkpoints and snapshots. Most inputs get a checksum that fits, so that they come further
// than it.
#include "core/base/files.h"
#include "core/training/checkpoint.h"
#include "tests/fuzz/harness.h"

#include <cstring>
#include <iostream>

namespace {

using namespace fedcctr;
using model::Parameters;
using training::Checkpoint;

const std::vector<std::string> kNames{"A.weight", "A.bias", "items"};

Parameters parameters(double shift)
{
    Parameters result;
    result.tensors = {torch::arange(6, torch::kFloat32).reshape({2, 3}) + shift, torch::full({3}, -shift),
        torch::arange(8, torch::kFloat32).reshape({4, 2}) * shift};
    return result;
}

Checkpoint example()
{
    Checkpoint checkpoint;
    checkpoint.round = 17;
    checkpoint.parameters = parameters(1);
    checkpoint.moments = {parameters(2)};
    checkpoint.ledger.resize(3);
    checkpoint.bestRound = 12;
    checkpoint.best = parameters(4);
    return checkpoint;
}

/// Behind the magic of 8 bytes.
void repairChecksum(std::string& file)
{
    constexpr std::size_t kMagic = 8;
    if (file.size() < kMagic + sizeof(std::uint32_t))
        return;
    const std::uint32_t check = checksum(std::string_view(file).substr(kMagic + sizeof check));
    std::memcpy(file.data() + kMagic, &check, sizeof check);
}

fuzz::Target target(const fuzz::Scratch& scratch)
{
    const Checkpoint good = example();
    training::writeCheckpoint(good, kNames, scratch.path() / "checkpoint");
    training::writeSnapshot({17, good.parameters}, kNames, scratch.path() / "snapshot");
    fuzz::Material material{{readFile(scratch.path() / "checkpoint"), readFile(scratch.path() / "snapshot")},
        {"\"clients\":18446744073709551615", "\"moments\":9999999999", "\"round\":null", "{", "}", "[", "\"",
            ":-1", ":1e400", "FCCTRCK2", "FCCTRSN1", std::string(8, '\xFF'), std::string(8, '\0')}};
    return {"checkpoint", std::move(material), [&scratch, good](std::string input, std::uint64_t number) {
                if (number % 4 != 0)
                    repairChecksum(input);
                const std::filesystem::path file = scratch.file("tried", input);
                if (input.starts_with("FCCTRSN1"))
                    training::readSnapshot(file, kNames, good.parameters);
                else
                    training::readCheckpoint(file, kNames, good.parameters, good.parameters);
                return true;
            }};
}

} // namespace

int main(int argc, char** argv)
{
    const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    try {
        const fuzz::Scratch scratch;
        const std::array targets{target(scratch)};
        return fuzz::run(targets, words);
    } catch (const std::exception& error) {
        std::cerr << error.what() << std::endl;
        return 2;
    }
}
