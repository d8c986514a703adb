// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/augment_shelf.h"

#include "app/cli/numbers.h"
#include "core/augment/shelf.h"
#include "core/base/error.h"
#include "core/data/summary.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <iostream>
#include <nlohmann/json.hpp>

namespace fedcctr::cli {

namespace {

namespace fs = std::filesystem;
using augment::ShelvedAugmentation;

constexpr std::array<const char*, 3> kActions{"--list", "--remove", "--restore"};

std::string shownName(const std::string& name)
{
    return name.empty() ? augment::kOwnName : name;
}

std::string timeText(fs::file_time_type time)
{
    const auto system = std::chrono::time_point_cast<std::chrono::system_clock::duration>(
        std::chrono::file_clock::to_sys(time));
    const std::time_t seconds = std::chrono::system_clock::to_time_t(system);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

int list(const Arguments& arguments, const fs::path& dataset)
{
    const std::vector<ShelvedAugmentation> all = augment::listAugmentations(dataset);
    if (arguments.has("--json")) {
        nlohmann::json document{{"dataset", dataset.string()}, {"augmentations", nlohmann::json::array()}};
        for (const ShelvedAugmentation& each : all)
            document["augmentations"].push_back({{"name", shownName(each.name)}, {"backend", each.backend},
                {"bytes", each.bytes}, {"written", timeText(each.written)},
                {"checksum", augment::augmentationChecksum(dataset, each.name).value_or("")}});
        std::cout << document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
        return 0;
    }
    if (all.empty())
        std::cout << dataset.string() << " has no augmentation\n";
    std::size_t widest = 0;
    for (const ShelvedAugmentation& each : all)
        widest = std::max(widest, shownName(each.name).size());
    for (const ShelvedAugmentation& each : all) {
        std::string name = shownName(each.name);
        name.resize(widest, ' ');
        std::cout << name << "  " << timeText(each.written) << "  " << grouped(each.bytes) << " bytes  "
                  << each.backend << '\n';
    }
    return 0;
}

int remove(const Arguments& arguments, const fs::path& dataset)
{
    const std::string name = arguments.text("--remove");
    augment::removeAugmentation(dataset, name == augment::kOwnName ? std::string() : name);
    std::cout << "removed: " << name << "; 'fedcctr augment " << dataset.string()
              << " --restore' puts it back, until another one is removed.\n"
                 "Runs that were trained with it cannot be evaluated, embedded, audited or resumed without it"
              << (name == augment::kOwnName ? "; new runs are trained without augmentation.\n" : ".\n");
    return 0;
}

} // namespace

bool wantsShelf(const Arguments& arguments)
{
    return std::ranges::any_of(kActions, [&](const char* action) { return arguments.has(action); });
}

int runShelf(const Arguments& arguments, const fs::path& dataset)
{
    if (std::ranges::count_if(kActions, [&](const char* action) { return arguments.has(action); }) > 1)
        throw Error("--list, --remove and --restore: one at a time");
    data::readSummary(dataset);
    if (arguments.has("--list"))
        return list(arguments, dataset);
    if (arguments.has("--remove"))
        return remove(arguments, dataset);
    std::cout << "put back: " << shownName(augment::restoreAugmentation(dataset)) << '\n';
    return 0;
}

} // namespace fedcctr::cli
