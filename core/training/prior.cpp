// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/prior.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/data/history.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_map>

namespace fedcctr::training {

namespace {

std::vector<double> countsFrom(const std::string& file, const data::Dataset& dataset)
{
    if (file.empty())
        throw Error(
            "model.prior_file: is missing; give a file of lines \"item,count\", or set model.prior to none");
    std::unordered_map<std::string, std::size_t> numbers;
    for (std::size_t i = 0; i < dataset.items.size(); ++i)
        numbers.emplace(dataset.items[i].id, i);
    std::vector<double> counts(dataset.items.size(), 0);
    LineReader reader(file);
    std::string line;
    std::size_t known = 0;
    for (std::size_t number = 1; reader.next(line); ++number) {
        const std::size_t comma = line.rfind(',');
        double count = -1;
        const char* end = line.data() + line.size();
        if (comma != std::string::npos)
            std::from_chars(line.data() + comma + 1, end, count);
        if (!(count >= 0) || !std::isfinite(count)) {
            if (number == 1)
                continue; // a header
            throw Error(
                file + ":" + std::to_string(number) + ": is not \"item,count\" with a count of at least 0");
        }
        const auto found = numbers.find(line.substr(0, comma));
        if (found != numbers.end()) {
            counts[found->second] = count;
            ++known;
        }
    }
    if (known == 0)
        throw Error(
            file + ": names no item of this dataset; the first column must hold the dataset's item ids");
    return counts;
}

} // namespace

std::vector<double> privatePopularity(const data::Dataset& dataset, double noise,
    privacy::Adversary adversary, const privacy::NoiseSource& source, privacy::NoisePurpose purpose)
{
    std::vector<double> sums(dataset.items.size(), 0);
    double scaled = 0;
    double plain = 0;
    for (std::size_t user = 0; user < dataset.userCount(); ++user) {
        const std::vector<data::ItemId> items = data::trainingItems(dataset, user);
        const double share = 1 / std::sqrt(static_cast<double>(std::max<std::size_t>(1, items.size())));
        for (const data::ItemId item : items)
            sums[static_cast<std::size_t>(item)] += share;
        scaled += share * static_cast<double>(items.size());
        plain += static_cast<double>(items.size());
    }
    // One draw of N times the variance stands for the sum of N clients' draws.
    const double std = adversary == privacy::Adversary::Local
        ? noise * std::sqrt(static_cast<double>(dataset.userCount()))
        : noise;
    const std::vector<double> normals = source.normals(sums.size(), {purpose});
    // What one event weighs on average is a scale, not a secret of one item; learning rescales it anyway.
    const double unit = noise > 0 || plain == 0 ? 0.25 : scaled / plain;
    for (std::size_t i = 0; i < sums.size(); ++i) {
        const double seen = sums[i] + std * normals[i];
        sums[i] = std::max(0.0, seen - 2 * std) / unit;
    }
    return sums;
}

std::vector<float> popularityPrior(const data::Dataset& dataset, const model::ModelOptions& model,
    const privacy::PrivacyOptions& privacy, const privacy::NoiseSource& source)
{
    if (model.prior == model::Prior::None)
        return {};
    const double noise = privacy.schedule == privacy::Schedule::None ? 0 : privacy.histogramNoise;
    const std::vector<double> counts = model.prior == model::Prior::File
        ? countsFrom(model.priorFile, dataset)
        : privatePopularity(dataset, noise, privacy.adversary, source);
    std::vector<float> prior;
    for (const double count : counts)
        prior.push_back(static_cast<float>(std::log1p(count)));
    return prior;
}

} // namespace fedcctr::training
