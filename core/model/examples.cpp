// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/examples.h"

#include "core/base/error.h"
#include "core/data/history.h"
#include "core/model/tokens.h"

#include <algorithm>
#include <cmath>

namespace fedcctr::model {

using data::Domain;
using data::ItemId;

UserSide userSide(const augment::Augmentation* augmentation, std::size_t user)
{
    UserSide side;
    if (augmentation && !augmentation->sequences.empty()) {
        side.liked = augmentation->sequences[user].liked;
        side.disliked = augmentation->sequences[user].disliked;
    }
    if (augmentation && !augmentation->users.empty())
        side.profile = profileTokens(augmentation->users[user], kProfileBuckets);
    return side;
}

std::int32_t putInFront(std::vector<ItemId>& sequence, const std::vector<ItemId>& liked, std::size_t length)
{
    const std::size_t room = std::min(liked.size(), length - std::min(length, sequence.size()));
    sequence.insert(sequence.begin(), liked.begin(), liked.begin() + static_cast<std::ptrdiff_t>(room));
    return static_cast<std::int32_t>(room);
}

RankingExample historyExample(const data::Dataset& dataset, std::size_t user, std::size_t position,
    const augment::Augmentation* augmentation, std::size_t length)
{
    data::History history = data::historyBefore(dataset, user, position, length);
    RankingExample result{static_cast<std::int32_t>(user), std::move(history.a), std::move(history.b),
        std::move(history.merged), {}, {}};
    const UserSide side = userSide(augmentation, user);
    result.liked = {putInFront(result.a, side.liked[0], length), putInFront(result.b, side.liked[1], length)};
    result.profile = side.profile;
    return result;
}

bool isPositive(const data::Event& event, const LossOptions& task)
{
    return task.label == Label::Click || event.rating >= std::lround(100 * task.ratingThreshold);
}

bool hasTargets(Domain domain, TargetDomain target)
{
    return target == TargetDomain::Both || (target == TargetDomain::A) == (domain == Domain::A);
}

ExampleSource::ExampleSource(const data::Dataset& dataset, const ModelOptions& model, const LossOptions& loss,
    int localTargets, const augment::Augmentation* augmentation)
    : m_dataset(dataset)
    , m_augmentation(augmentation)
    , m_length(static_cast<std::size_t>(model.historyLength))
    , m_localTargets(static_cast<std::size_t>(localTargets))
    , m_negatives(static_cast<std::size_t>(loss.negatives))
    , m_shared(loss.sharedNegatives)
{
    if (loss.label == Label::Rating && !dataset.hasRatings())
        throw Error("data.label: 'rating' needs a rating for every event, which this dataset does not have; "
                    "import it with a column 'rating', or set data.label to click");
    for (std::size_t user = 0; user < dataset.userCount(); ++user) {
        std::vector<ItemId> sequence;
        std::vector<bool> positive;
        for (const data::Event& event : data::trainingEvents(dataset, user)) {
            sequence.push_back(event.item);
            positive.push_back(isPositive(event, loss));
        }
        if (loss.label == Label::Rating)
            m_positive.push_back(std::move(positive));
        m_sequences.push_back(sequence);
        std::ranges::sort(sequence);
        const auto repeated = std::ranges::unique(sequence);
        sequence.erase(repeated.begin(), repeated.end());
        m_touched.push_back(std::move(sequence));
    }
    const std::vector<double> popularity = data::trainingPopularity(dataset);
    for (ItemId item = 0; item < dataset.itemCount(); ++item)
        if (!loss.seenNegatives || popularity[static_cast<std::size_t>(item)] > 0)
            m_pool[index(dataset.domainOf(item))].push_back(item);
    for (std::size_t user = 0; user < dataset.userCount(); ++user)
        checkPool(user, loss.seenNegatives);
}

/// There must be something to draw negatives from.
void ExampleSource::checkPool(std::size_t user, bool seenOnly) const
{
    for (const Domain domain : data::kDomains) {
        const std::vector<ItemId>& pool = m_pool[index(domain)];
        if (m_dataset.itemCount(domain) == 0)
            continue; // a market has one domain
        // Touched items are in the pool, since they occur in training events.
        const auto touched = std::ranges::count(
            m_touched[user], domain, [this](ItemId item) { return m_dataset.domainOf(item); });
        if (static_cast<std::size_t>(touched) == pool.size())
            throw Error("user '" + m_dataset.users[user] + "' has every "
                + (seenOnly ? "item of " + m_dataset.domainNames[index(domain)]
                            + " that occurs in training; set loss.seen_negatives to false"
                            : "item of " + m_dataset.domainNames[index(domain)]
                            + "; use a dataset with more items"));
    }
}

ClientExample ExampleSource::draw(std::size_t user, Random& random) const
{
    const std::vector<ItemId>& sequence = m_sequences[user];
    const std::size_t window = std::min(sequence.size(), m_length + 1);
    const std::size_t end = window + static_cast<std::size_t>(random.below(sequence.size() - window + 1));
    // The last event stands before no target.
    const std::size_t known = end - std::min<std::size_t>(end, 1);
    const std::size_t mergedBegin = known - std::min(known, m_length);

    // Each domain's sequence may reach further back than the merged one.
    std::array<std::size_t, 2> skip{};
    std::array<std::size_t, 2> count{};
    for (std::size_t i = 0; i < known; ++i)
        ++count[index(m_dataset.domainOf(sequence[i]))];
    for (std::size_t d = 0; d < 2; ++d)
        skip[d] = count[d] - std::min(count[d], m_length);

    ClientExample example;
    example.user = static_cast<std::int32_t>(user);
    std::array<std::size_t, 2> seen{};
    const std::size_t firstTarget = std::max(mergedBegin, end - std::min(end, m_localTargets));
    for (std::size_t i = 0; i < end; ++i) {
        const ItemId item = sequence[i];
        const std::size_t d = index(m_dataset.domainOf(item));
        if (i >= firstTarget)
            example.targets[d].push_back({item, static_cast<std::int32_t>(example.a.size()),
                static_cast<std::int32_t>(example.b.size()), static_cast<std::int32_t>(i - mergedBegin),
                m_positive.empty() || m_positive[user][i]});
        if (i == known)
            break;
        if (i >= mergedBegin)
            example.merged.push_back(item);
        if (seen[d]++ >= skip[d])
            (d == 0 ? example.a : example.b).push_back(item);
    }
    const UserSide side = userSide(m_augmentation, user);
    extend(side, example);
    drawNegatives(user, side, example, random);
    return example;
}

void ExampleSource::extend(const UserSide& side, ClientExample& example) const
{
    example.profile = side.profile;
    example.liked = {
        putInFront(example.a, side.liked[0], m_length), putInFront(example.b, side.liked[1], m_length)};
    for (auto& targets : example.targets)
        for (TrainingTarget& target : targets) {
            target.prefixA += example.liked[0];
            target.prefixB += example.liked[1];
        }
}

/// Disliked items take at most half of the places of shared negatives, or one place of each target's own.
void ExampleSource::drawNegatives(
    std::size_t user, const UserSide& side, ClientExample& example, Random& random) const
{
    const std::vector<ItemId>& touched = m_touched[user];
    for (const Domain domain : data::kDomains) {
        const std::size_t targets = example.targets[index(domain)].size();
        if (targets == 0)
            continue;
        const std::vector<ItemId>& pool = m_pool[index(domain)];
        std::vector<ItemId>& negatives = example.negatives[index(domain)];
        const std::size_t wanted = m_shared ? m_negatives : m_negatives * targets;
        negatives.reserve(wanted);
        const std::vector<ItemId>& disliked = side.disliked[index(domain)];
        if (m_shared)
            negatives.assign(disliked.begin(),
                disliked.begin() + static_cast<std::ptrdiff_t>(std::min(disliked.size(), wanted / 2)));
        while (negatives.size() < wanted) {
            const ItemId item = pool[static_cast<std::size_t>(random.below(pool.size()))];
            if (!std::ranges::binary_search(touched, item))
                negatives.push_back(item);
        }
        if (!m_shared && !disliked.empty() && m_negatives > 1)
            for (std::size_t t = 0; t < targets; ++t)
                negatives[t * m_negatives] =
                    disliked[static_cast<std::size_t>(random.below(disliked.size()))];
    }
}

} // namespace fedcctr::model
