// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/wide_part.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

namespace fedcctr::model {

using data::Domain;
using data::ItemId;
using torch::Tensor;

namespace {

/// Where the weights start; training moves them. An optimiser that steps by a fixed length in every
/// coordinate moves their logarithms by kPace such steps.
constexpr std::array<double, kWideCounts + 2 * kWideAges> kStart{
    0.3, 0.03, 0.05, 0.01, 50, 25, 15, 10, 4, 2, 2, 0.5};
constexpr double kPace = 8;

std::int64_t ageOf(std::int64_t eventsSince)
{
    return eventsSince < 1 ? 0 : eventsSince < 4 ? 1 : eventsSince < 12 ? 2 : 3;
}

Tensor onHost(const Tensor& numbers)
{
    return numbers.to(torch::kCPU, torch::kInt64).contiguous();
}

/// The weights themselves. [K, wide]
Tensor positiveWeights(const Tensor& logarithms)
{
    const Tensor start = torch::tensor(at::ArrayRef<double>(kStart.data(), kStart.size()), torch::kFloat64)
                             .narrow(0, 0, logarithms.size(1))
                             .to(logarithms.options());
    return torch::exp(logarithms * kPace) * start;
}

/// The counts' share of the mixture. counts [K, n, T, C]
Tensor ofCounts(const Tensor& weights, const Tensor& counts)
{
    const auto weight = [&](std::int64_t i) { return weights.select(1, i).reshape({-1, 1, 1, 1}); };
    return torch::where(counts > 0, weight(1), weight(0)) + weight(2) * counts
        + weight(3) * counts * counts.sqrt();
}

/// Which candidates of one user are an item: lists by item, linked through the places.
class Places {
public:
    struct Place {
        std::int64_t column;
        std::int64_t target; ///< -1: a candidate of all targets
        std::int32_t next;
    };

    explicit Places(std::size_t items)
        : m_first(items, -1)
    {
    }

    void add(ItemId item, std::int64_t column, std::int64_t target)
    {
        std::int32_t& first = m_first[static_cast<std::size_t>(item)];
        m_places.push_back({column, target, first});
        first = static_cast<std::int32_t>(m_places.size()) - 1;
        m_items.push_back(item);
    }

    void clear()
    {
        for (const ItemId item : m_items)
            m_first[static_cast<std::size_t>(item)] = -1;
        m_places.clear();
        m_items.clear();
    }

    template <typename Use> void each(ItemId item, const Use& use) const
    {
        for (std::int32_t i = m_first[static_cast<std::size_t>(item)]; i >= 0;
             i = m_places[static_cast<std::size_t>(i)].next)
            use(m_places[static_cast<std::size_t>(i)]);
    }

private:
    std::vector<std::int32_t> m_first;
    std::vector<Place> m_places;
    std::vector<ItemId> m_items;
};

/// What the mixtures of a batch are made of.
struct Evidence {
    Tensor own; ///< counts, [K, n, T, C]; none without such candidates
    Tensor shared; ///< [K, n, 1, N]; likewise
    /// Summands of the neighbours: place in [K, n, T, C + N], place in the weights [K, wide], value.
    std::vector<std::int64_t> places;
    std::vector<std::int64_t> weights;
    std::vector<float> values;
};

/// Collects it on the host, user by user.
class Collector {
public:
    Collector(const CoOccurrence& others, ItemId itemsInA, std::int64_t width, Domain domain,
        const WidePart::Candidates& of)
        : m_others(others)
        , m_itemsInA(itemsInA)
        , m_width(width)
        , m_domain(domain)
        , m_users(onHost(of.users))
        , m_items(onHost(of.items))
        , m_history(onHost(of.history))
        , m_prefix(onHost(of.prefix))
        , m_own(of.own.defined() ? onHost(of.own) : Tensor())
        , m_shared(of.shared.defined() ? onHost(of.shared) : Tensor())
        , m_places(others.itemCount())
    {
    }

    Evidence collect()
    {
        for (Tensor Evidence::*counts : {&Evidence::own, &Evidence::shared}) {
            const Tensor& rows = counts == &Evidence::own ? m_own : m_shared;
            if (rows.defined())
                m_found.*counts = torch::zeros(rows.sizes(), torch::kFloat32);
        }
        for (std::int64_t user = 0; user < m_users.numel(); ++user) {
            if (m_own.defined())
                addCandidates(user, m_own, m_found.own, 0);
            if (m_shared.defined())
                addCandidates(user, m_shared, m_found.shared, m_own.defined() ? m_own.size(3) : 0);
            if (m_width > kWideCounts)
                addNeighbours(user);
            m_places.clear();
        }
        return std::move(m_found);
    }

private:
    static std::int64_t at(const Tensor& numbers, std::int64_t place)
    {
        return numbers.data_ptr<std::int64_t>()[place];
    }

    ItemId item(std::int64_t user, std::int64_t row) const
    {
        return static_cast<ItemId>(at(m_items, user / m_users.size(1) * m_items.size(1) + row));
    }

    void addCandidates(std::int64_t user, const Tensor& rows, Tensor& counts, std::int64_t firstColumn)
    {
        const auto who = static_cast<std::size_t>(at(m_users, user));
        const std::int64_t columns = rows.size(3);
        const std::int64_t each = rows.size(2) * columns;
        for (std::int64_t c = 0; c < each; ++c) {
            const ItemId candidate = item(user, at(rows, user * each + c));
            counts.data_ptr<float>()[user * each + c] = static_cast<float>(m_others.count(candidate, who));
            m_places.add(candidate, firstColumn + c % columns, firstColumn > 0 ? -1 : c / columns);
        }
    }

    void addNeighbours(std::int64_t user)
    {
        const std::int64_t targets = m_prefix.size(2);
        const std::int64_t* prefix = m_prefix.data_ptr<std::int64_t>() + user * targets;
        const std::int64_t length = *std::max_element(prefix, prefix + targets);
        for (std::int64_t i = 0; i < length; ++i)
            addEvent(user, i, {prefix, static_cast<std::size_t>(targets)});
    }

    /// What the event at a place of the history adds to the candidates of the targets behind it.
    void addEvent(std::int64_t user, std::int64_t i, std::span<const std::int64_t> prefix)
    {
        const auto who = static_cast<std::size_t>(at(m_users, user));
        const ItemId event = item(user, at(m_history, user * m_history.size(2) + i));
        const float users = static_cast<float>(m_others.count(event, who));
        if (users < 1)
            return;
        const bool cross = (event < m_itemsInA ? Domain::A : Domain::B) != m_domain;
        const std::int64_t first = user / m_users.size(1) * m_width + kWideCounts + (cross ? kWideAges : 0);
        const auto targets = static_cast<std::int64_t>(prefix.size());
        const std::int64_t columns =
            (m_own.defined() ? m_own.size(3) : 0) + (m_shared.defined() ? m_shared.size(3) : 0);
        for (const CoOccurrence::Neighbour& neighbour : m_others.neighbours(event, m_domain))
            m_places.each(neighbour.item, [&](const Places::Place& place) {
                const float weight = neighbour.weight - m_others.ownPart(who, event, neighbour.item);
                if (weight < kLeast)
                    return;
                const std::int64_t begin = place.target < 0 ? 0 : place.target;
                const std::int64_t end = place.target < 0 ? targets : place.target + 1;
                for (std::int64_t t = begin; t < end; ++t) {
                    const std::int64_t before = prefix[static_cast<std::size_t>(t)];
                    if (before <= i)
                        continue;
                    m_found.places.push_back((user * targets + t) * columns + place.column);
                    m_found.weights.push_back(first + ageOf(before - 1 - i));
                    m_found.values.push_back(weight / std::sqrt(users));
                }
            });
    }

    static constexpr float kLeast = 1e-4F; ///< what rounding may leave of a pair that the user alone has

    const CoOccurrence& m_others;
    ItemId m_itemsInA;
    std::int64_t m_width;
    Domain m_domain;
    Tensor m_users, m_items, m_history, m_prefix, m_own, m_shared;
    Places m_places;
    Evidence m_found;
};

template <typename T> Tensor tensorOf(const std::vector<T>& values, const torch::TensorOptions& options)
{
    return torch::tensor(at::ArrayRef<T>(values)).to(options);
}

} // namespace

WidePart::WidePart(const data::Dataset& dataset, Wide wide)
    : m_others(dataset, wide == Wide::Neighbours)
    , m_itemsInA(dataset.itemsInA)
    , m_width(wideWidth(wide))
{
}

Tensor WidePart::operator()(Domain domain, const Tensor& weights, const Candidates& candidates) const
{
    const Evidence found = Collector(m_others, m_itemsInA, m_width, domain, candidates).collect();
    const Tensor positive = positiveWeights(weights);
    const std::int64_t targets = candidates.prefix.size(2);
    std::vector<Tensor> parts;
    if (found.own.defined())
        parts.push_back(ofCounts(positive, found.own.to(weights.options())));
    if (found.shared.defined())
        parts.push_back(ofCounts(positive, found.shared.to(weights.options())).expand({-1, -1, targets, -1}));
    const Tensor mixture = torch::cat(parts, 3);
    if (found.places.empty())
        return torch::log(mixture);
    const torch::TensorOptions numbers = torch::TensorOptions(torch::kInt64).device(weights.device());
    const Tensor summands = positive.reshape({-1}).index_select(0, tensorOf(found.weights, numbers))
        * tensorOf(found.values, weights.options());
    return torch::log(mixture.reshape({-1})
                          .index_add(0, tensorOf(found.places, numbers), summands)
                          .reshape(mixture.sizes()));
}

} // namespace fedcctr::model
