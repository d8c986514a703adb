// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/retrieval/retrieval.h"

#include "core/data/history.h"
#include "core/retrieval/over_users.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace fedcctr::retrieval {

using data::Domain;
using data::ItemId;

namespace {

/// The newest `length` own events are those from here on.
std::size_t firstAsking(std::span<const ItemId> own, std::size_t length)
{
    return own.size() - std::min(own.size(), length);
}

/// The largest cosine of each source event with the own ones that ask, and with which.
std::vector<Found> nearest(const Similarity& similarity, std::span<const ItemId> source,
    std::span<const ItemId> own, std::size_t length)
{
    std::vector<Found> found;
    for (std::size_t i = 0; i < source.size(); ++i) {
        Found best{i, 0, -2};
        for (std::size_t j = firstAsking(own, length); j < own.size(); ++j)
            if (const float cosine = similarity.cosine(source[i], own[j]); cosine > best.cosine)
                best = {i, j, cosine};
        found.push_back(best);
    }
    return found;
}

std::vector<Found> sharing(const Similarity& similarity, std::span<const ItemId> source,
    std::span<const ItemId> own, std::size_t length)
{
    std::vector<Found> found;
    const auto keys = [&](ItemId item) -> const model::ItemKeys& {
        return similarity.keys[static_cast<std::size_t>(item)];
    };
    for (std::size_t i = 0; i < source.size(); ++i) {
        Found best{i, 0, -2};
        for (std::size_t j = firstAsking(own, length); j < own.size(); ++j) {
            const float cosine = similarity.cosine(source[i], own[j]);
            if (model::shareKey(keys(source[i]), keys(own[j])) && cosine > best.cosine)
                best = {i, j, cosine};
        }
        if (best.cosine > -2)
            found.push_back(best);
    }
    return found;
}

/// Counts of one block of users, by theta.
struct Counts {
    explicit Counts(std::size_t thetas)
        : retrieved(thetas)
        , none(thetas)
    {
    }

    void addUser(std::size_t sourceEvents)
    {
        events += sourceEvents;
        ++users;
    }

    void addRetrieved(std::size_t theta, std::size_t found)
    {
        retrieved[theta] += found;
        none[theta] += found == 0 ? 1 : 0;
    }

    std::size_t events = 0;
    std::size_t users = 0;
    std::vector<std::size_t> retrieved;
    std::vector<std::size_t> none;
};

ThetaPoint pointOf(double theta, std::size_t t, const std::vector<Counts>& counts)
{
    const auto sum = [&](const auto& of) {
        return static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::size_t{0},
            [&](std::size_t before, const Counts& part) { return before + of(part); }));
    };
    const double events = std::max(1.0, sum([](const Counts& part) { return part.events; }));
    const double users = std::max(1.0, sum([](const Counts& part) { return part.users; }));
    const double found = sum([t](const Counts& part) { return part.retrieved[t]; });
    return {
        theta, found / events, found / users, sum([t](const Counts& part) { return part.none[t]; }) / users};
}

} // namespace

float Similarity::cosine(ItemId x, ItemId y) const
{
    const auto width = static_cast<std::size_t>(text.width);
    const float* a = text.values.data() + static_cast<std::size_t>(x) * width;
    const float* b = text.values.data() + static_cast<std::size_t>(y) * width;
    // Partial sums that do not wait for each other.
    std::array<float, 8> sums{};
    std::size_t c = 0;
    for (; c + sums.size() <= width; c += sums.size())
        for (std::size_t lane = 0; lane < sums.size(); ++lane)
            sums[lane] += a[c + lane] * b[c + lane];
    float sum = std::accumulate(sums.begin(), sums.end(), 0.0F);
    for (; c < width; ++c)
        sum += a[c] * b[c];
    return sum;
}

Similarity similarityOf(const data::Dataset& dataset, model::ItemText text, bool hard)
{
    return {std::move(text), hard ? model::itemKeys(dataset) : std::vector<model::ItemKeys>()};
}

std::vector<Found> retrieved(const Similarity& similarity, std::span<const ItemId> source,
    std::span<const ItemId> own, const Query& query)
{
    if (query.hard)
        return sharing(similarity, source, own, query.length);
    std::vector<Found> found = nearest(similarity, source, own, query.length);
    std::erase_if(found, [&](const Found& one) { return !(static_cast<double>(one.cosine) > query.theta); });
    return found;
}

Sequences sequencesOf(const data::Dataset& dataset, std::size_t user, Domain target)
{
    const std::ptrdiff_t position = dataset.targetPosition(data::Split::Test, target, user);
    if (position < 0)
        return {};
    data::History history = data::historyBefore(dataset, user, static_cast<std::size_t>(position), kLifelong);
    return target == Domain::A ? Sequences{std::move(history.b), std::move(history.a)}
                               : Sequences{std::move(history.a), std::move(history.b)};
}

std::vector<ThetaPoint> thetaCurve(const data::Dataset& dataset, const Similarity& similarity, Domain target,
    std::size_t length, std::span<const double> thetas, const std::stop_token& stop,
    const std::function<void(double)>& progress)
{
    std::vector<Counts> counts(userBlocks(dataset), Counts(thetas.size()));
    overUsers(
        dataset, target,
        [&](std::size_t block, const Sequences& sequences) {
            const auto best = nearest(similarity, sequences.source, sequences.own, length);
            counts[block].addUser(sequences.source.size());
            for (std::size_t t = 0; t < thetas.size(); ++t)
                counts[block].addRetrieved(t,
                    static_cast<std::size_t>(std::ranges::count_if(best,
                        [&](const Found& one) { return static_cast<double>(one.cosine) > thetas[t]; })));
        },
        stop, progress);
    std::vector<ThetaPoint> curve;
    for (std::size_t t = 0; t < thetas.size(); ++t)
        curve.push_back(pointOf(thetas[t], t, counts));
    return curve;
}

ThetaPoint hardPoint(const data::Dataset& dataset, const Similarity& similarity, Domain target,
    std::size_t length, const std::stop_token& stop, const std::function<void(double)>& progress)
{
    std::vector<Counts> counts(userBlocks(dataset), Counts(1));
    overUsers(
        dataset, target,
        [&](std::size_t block, const Sequences& sequences) {
            counts[block].addUser(sequences.source.size());
            counts[block].addRetrieved(
                0, sharing(similarity, sequences.source, sequences.own, length).size());
        },
        stop, progress);
    return pointOf(std::numeric_limits<double>::quiet_NaN(), 0, counts);
}

} // namespace fedcctr::retrieval
