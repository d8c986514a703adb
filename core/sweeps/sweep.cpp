// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sweeps/sweep.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/base/sha256.h"
#include "core/settings/config_table.h"
#include "core/sweeps/sobol.h"
#include "core/sweeps/sweep_calibration.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace fedcctr::sweeps {

namespace {

std::vector<std::string> split(const std::string& words, char separator)
{
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= words.size();) {
        const std::size_t end = std::min(words.find(separator, begin), words.size());
        parts.push_back(words.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

/// The values of "start:step:stop", or none if the words are not three numbers.
std::optional<std::vector<std::string>> rangeIn(const std::string& key, const std::string& words)
{
    constexpr double kMostValues = 10'000;
    const std::vector<std::string> parts = split(words, ':');
    if (parts.size() != 3)
        return std::nullopt;
    std::array<double, 3> numbers{};
    for (std::size_t i = 0; i < 3; ++i) {
        const std::optional<double> number = numberIn<double>(parts[i]);
        if (!number || !std::isfinite(*number))
            return std::nullopt;
        numbers[i] = *number;
    }
    const auto [start, step, stop] = numbers;
    const double steps = (stop - start) / step;
    if (step == 0 || !(steps >= 0) || steps > kMostValues)
        throw Error("--grid " + key + ": " + words
            + " leads nowhere; give start:step:stop with a step that reaches the stop, e.g. 0.1:0.2:0.9");
    std::vector<std::string> values;
    for (int i = 0; i <= static_cast<int>(steps + 1e-9); ++i)
        values.push_back(general(start + i * step, 12)); // twelve digits: 0.1 + 2 * 0.1 is 0.3
    return values;
}

/// Letters, digits, dots and dashes: a name for a directory on any file system.
std::string slug(const std::string& words)
{
    std::string safe;
    for (const char c : words) {
        const bool plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.';
        if (plain)
            safe += c;
        else if (c != '/' && !safe.empty() && safe.back() != '-')
            safe += '-';
    }
    return safe;
}

/// "lambda1-0.1_seed-2-1f0c93ab": to be read, and by its last part never another job's.
std::string nameOf(const SweepJob& job)
{
    constexpr std::size_t kReadable = 120;
    constexpr std::size_t kDigits = 8;
    std::string name;
    if (!job.variant.empty())
        name += slug(job.variant) + '_';
    for (const auto& [key, value] : job.point)
        name += slug(key.substr(key.find('.') + 1)) + '-' + slug(value) + '_';
    name += "seed-" + std::to_string(job.seed);
    std::string settings;
    for (const std::string& assignment : job.assignments)
        settings += assignment + '\n';
    return name.substr(0, kReadable) + '-' + sha256(settings).substr(0, kDigits);
}

std::size_t gridSize(const std::vector<SweepAxis>& axes)
{
    constexpr std::size_t kMost = 1'000'000;
    std::size_t size = 1;
    for (const SweepAxis& axis : axes) {
        size *= axis.values.size();
        if (size > kMost)
            throw Error("--grid: has more than a million points; give fewer values");
    }
    return size;
}

/// Cell number -> point; the last axis runs fastest.
SweepPoint pointAt(const std::vector<SweepAxis>& axes, std::size_t cell)
{
    SweepPoint point(axes.size());
    for (std::size_t i = axes.size(); i-- > 0;) {
        point[i] = {axes[i].key, axes[i].values[cell % axes[i].values.size()]};
        cell /= axes[i].values.size();
    }
    return point;
}

/// `count` different cells of the grid, as evenly as a Sobol sequence falls.
std::vector<std::size_t> sampledCells(const std::vector<SweepAxis>& axes, std::size_t count)
{
    constexpr std::size_t kTries = 64;
    const std::size_t size = gridSize(axes);
    std::vector<std::size_t> cells;
    std::set<std::size_t> taken;
    const auto take = [&](std::size_t cell) {
        if (cells.size() < count && taken.insert(cell).second)
            cells.push_back(cell);
    };
    for (const std::vector<double>& coordinates : sobolPoints(kTries * count, axes.size())) {
        std::size_t cell = 0;
        for (std::size_t i = 0; i < axes.size(); ++i) {
            const auto values = static_cast<double>(axes[i].values.size());
            cell = cell * axes[i].values.size() + static_cast<std::size_t>(coordinates[i] * values);
        }
        take(cell);
    }
    // The last cells of a nearly full grid are hit late: in order then.
    for (std::size_t cell = 0; cell < size; ++cell)
        take(cell);
    return cells;
}

/// What must be on in the base for the ablation's rows to differ from the full model.
void checkAblationBase(const settings::Config& base)
{
    const auto refuse = [](const std::string& row, const std::string& remedy) {
        throw Error("--ablation: '" + row + "' would be the same as the full model; " + remedy);
    };
    if (base.model.architecture != "idst-cl")
        refuse("w/o IDRA", "use a base with model.architecture=idst-cl, e.g. --preset paper");
    if (!base.augment.items && !base.augment.profiles && !base.augment.sequences && !base.augment.negatives)
        refuse("w/o PrivAugNet", "switch augment.* on in the base");
    if (!base.loss.idra || base.loss.lambda1 == 0)
        refuse("w/o IDRA", "set loss.idra=true and loss.lambda1 above 0");
    if (!base.loss.cdrd || base.loss.lambda2 == 0)
        refuse("w/o CDRD", "set loss.cdrd=true and loss.lambda2 above 0");
    if (base.privacy.schedule != privacy::Schedule::AdaLdp)
        refuse("w/ Static LDP", "set privacy.schedule=adaldp");
}

void checkRequest(const SweepRequest& request)
{
    std::set<std::string> keys;
    for (const SweepAxis& axis : request.axes) {
        if (!keys.insert(axis.key).second)
            throw Error("--grid " + axis.key + ": is given twice; list all values in one");
        if (axis.key == "run.seed" && request.seeds > 1)
            throw Error("--seeds: the seeds are a --grid row already; leave one of them out");
        if (axis.key == "privacy.noise_multiplier" && request.calibrate)
            throw Error("--calibrate: chooses privacy.noise_multiplier; leave it out of --grid");
    }
    if (request.ablation)
        checkAblationBase(request.base);
}

/// The calibrated noise of each configuration but for its seed, solved once.
class NoiseTable {
public:
    explicit NoiseTable(std::size_t clients)
        : m_clients(clients)
    {
    }

    std::optional<double> at(settings::Config config)
    {
        if (config.privacy.schedule == privacy::Schedule::None)
            return std::nullopt;
        config.run.seed = 0;
        const auto [found, isNew] = m_solved.try_emplace(settings::toJson(config).dump(), 0);
        if (isNew)
            found->second = calibratedNoise(config, m_clients);
        return found->second;
    }

private:
    std::size_t m_clients;
    std::map<std::string, double> m_solved;
};

/// Everything but its seed's assignment, its name and the check.
SweepJob jobWithoutSeed(const SweepVariant& variant, const SweepPoint& point)
{
    SweepJob job{{}, variant.name, point, 0, variant.assignments};
    for (const auto& [key, value] : point)
        job.assignments.push_back(key + '=' + value);
    return job;
}

void complete(const SweepPlan& plan, SweepJob& job, std::int64_t seed)
{
    job.seed = seed;
    job.assignments.push_back("run.seed=" + std::to_string(seed));
    job.name = nameOf(job);
    try {
        settings::validate(configOf(plan, job));
    } catch (const Error& error) {
        throw Error("job " + job.name + ": " + error.what());
    }
}

} // namespace

std::vector<SweepPoint> gridPoints(const std::vector<SweepAxis>& axes, std::size_t samples)
{
    const std::size_t size = gridSize(axes);
    std::vector<SweepPoint> points;
    if (samples > 0 && samples < size) {
        for (const std::size_t cell : sampledCells(axes, samples))
            points.push_back(pointAt(axes, cell));
        return points;
    }
    for (std::size_t cell = 0; cell < size; ++cell)
        points.push_back(pointAt(axes, cell));
    return points;
}

SweepAxis parseAxis(const std::string& words)
{
    const std::size_t sign = words.find('=');
    if (sign == std::string::npos || sign == 0)
        throw Error("--grid: '" + words + "' is not key=value,value,… or key=start:step:stop");
    SweepAxis axis{words.substr(0, sign), {}};
    const settings::Field& setting = settings::field(axis.key);
    const std::string list = words.substr(sign + 1);
    const bool isNumber =
        setting.type == settings::FieldType::Number || setting.type == settings::FieldType::Integer;
    for (const std::string& part : split(list, ',')) {
        std::optional<std::vector<std::string>> range;
        if (isNumber)
            range = rangeIn(axis.key, part);
        for (const std::string& value : range.value_or(std::vector{part})) {
            settings::Config scratch;
            settings::setFromText(scratch, axis.key + '=' + value);
            if (std::ranges::find(axis.values, value) == axis.values.end())
                axis.values.push_back(value);
        }
    }
    return axis;
}

const std::vector<SweepVariant>& ablationVariants()
{
    static const std::vector<SweepVariant> kVariants{
        {"w/o PrivAugNet",
            {"augment.items=false", "augment.profiles=false", "augment.sequences=false",
                "augment.negatives=false"}},
        {"w/o IDRA", {"loss.idra=false"}}, {"w/o CDRD", {"loss.cdrd=false"}},
        {"w/o AdaLDP", {"privacy.schedule=none"}}, {"w/ Static LDP", {"privacy.schedule=static"}},
        {kFullModel, {}}};
    return kVariants;
}

SweepJob jobOf(const SweepPlan& plan, const SweepVariant& variant, const SweepPoint& point, std::int64_t seed)
{
    SweepJob job = jobWithoutSeed(variant, point);
    complete(plan, job, seed);
    return job;
}

settings::Config configOf(const SweepPlan& plan, const SweepJob& job)
{
    settings::Config config = plan.base;
    for (const std::string& assignment : job.assignments)
        settings::setFromText(config, assignment);
    return config;
}

SweepPlan planSweep(const SweepRequest& request)
{
    checkRequest(request);
    requireUtf8(std::filesystem::absolute(request.dataset));
    SweepPlan plan{std::filesystem::absolute(request.dataset).lexically_normal(), request.base,
        request.ablation, request.calibrate, request.axes, {}, {}, {}};
    const std::vector<SweepVariant> variants =
        request.ablation ? ablationVariants() : std::vector<SweepVariant>{{}};
    const std::vector<SweepPoint> points = gridPoints(request.axes, request.samples);
    NoiseTable noise(request.clients);
    for (const SweepVariant& variant : variants)
        for (const SweepPoint& point : points)
            for (int seed = 0; seed < request.seeds; ++seed) {
                SweepJob job = jobWithoutSeed(variant, point);
                const settings::Config beforeSeed = configOf(plan, job);
                if (request.calibrate)
                    if (const std::optional<double> sigma = noise.at(beforeSeed))
                        job.assignments.push_back("privacy.noise_multiplier=" + general(*sigma, 12));
                complete(plan, job, static_cast<std::int64_t>(beforeSeed.run.seed) + seed);
                plan.jobs.push_back(std::move(job));
            }
    return plan;
}

} // namespace fedcctr::sweeps
