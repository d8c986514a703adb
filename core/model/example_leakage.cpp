// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/example_leakage.h"

#include "core/augment/candidates.h"
#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace fedcctr::model {

namespace {

using data::Domain;
using data::ItemId;

constexpr std::uint64_t kCheckStream = 0x1eac;
constexpr std::size_t kUsersPerReport = 64;
constexpr int kLongestHistory = 200;

/// By chance so many more or fewer than expected do not happen (below 1e-12 for a Poisson count).
constexpr double kMargin = 30;

constexpr const char* nameOf(std::size_t domain)
{
    return domain == 0 ? "A" : "B";
}

bool holds(const std::vector<ItemId>& items, ItemId item)
{
    return std::ranges::find(items, item) != items.end();
}

/// A user's events by their places.
struct Known {
    std::vector<ItemId> training; ///< chronological
    std::vector<ItemId> sorted; ///< the same
    std::array<std::vector<ItemId>, 2> heldOut; ///< distinct items by domain that are no training events too
    std::array<std::size_t, 2> distinct{}; ///< training items by domain
};

Known knownOf(const data::Dataset& dataset, std::size_t user)
{
    Known known;
    const std::span<const data::Event> events = dataset.events(user);
    const std::vector<data::Role> roles = data::rolesByPlace(dataset, user);
    for (std::size_t i = 0; i < events.size(); ++i)
        if (roles[i] == data::Role::Train)
            known.training.push_back(events[i].item);
    known.sorted = known.training;
    std::ranges::sort(known.sorted);
    for (std::size_t i = 0; i < known.sorted.size(); ++i)
        if (i == 0 || known.sorted[i - 1] != known.sorted[i])
            ++known.distinct[index(dataset.domainOf(known.sorted[i]))];
    for (const data::Event& event : events) {
        std::vector<ItemId>& list = known.heldOut[index(dataset.domainOf(event.item))];
        if (!std::ranges::binary_search(known.sorted, event.item) && !holds(list, event.item))
            list.push_back(event.item);
    }
    return known;
}

/// How often something was seen, and how often it was to be expected.
struct Tally {
    double seen = 0;
    double expected = 0;
};

class Checker {
public:
    Checker(const data::Dataset& dataset, const augment::Augmentation* augmentation)
        : m_dataset(dataset)
        , m_augmentation(augmentation && !augmentation->sequences.empty() ? augmentation : nullptr)
    {
    }

    void begin(std::size_t user)
    {
        m_user = user;
        m_known = knownOf(m_dataset, user);
        m_side = m_augmentation ? m_augmentation->sequences[user] : augment::SequenceExtension{};
        if (m_augmentation)
            countChosen();
    }

    void check(const ClientExample& example)
    {
        ++m_report.examples;
        const std::size_t before = m_report.leakCount;
        for (const std::size_t domain : {0U, 1U}) {
            const std::vector<ItemId>& sequence = domain == 0 ? example.a : example.b;
            checkFront(domain, sequence, example.liked[domain]);
            const auto front = static_cast<std::size_t>(std::max(0, example.liked[domain]));
            checkKnown({sequence.begin() + static_cast<std::ptrdiff_t>(std::min(front, sequence.size())),
                           sequence.end()},
                std::string("training history of ") + nameOf(domain));
            checkTargets(domain, example.targets[domain]);
            checkNegatives(domain, example.negatives[domain]);
        }
        checkKnown(example.merged, "merged training history");
        if (m_report.leakCount == before && !standsInOrder(example))
            add(-1,
                "in a training example other events stand before a target than those that came before it");
    }

    data::LeakageReport finish()
    {
        m_user = 0;
        if (m_negatives.seen == 0 && m_negatives.expected > kMargin)
            add(-1,
                "held-out items are never drawn as negatives, though by chance "
                    + std::to_string(std::lround(m_negatives.expected))
                    + " would be: training learns which items are held out");
        if (m_negatives.seen > 3 * m_negatives.expected + kMargin)
            add(-1,
                "held-out items are drawn as negatives " + std::to_string(std::lround(m_negatives.seen))
                    + " times, by chance " + std::to_string(std::lround(m_negatives.expected)) + " would be");
        if (m_chosen.seen > 2 * m_chosen.expected + kMargin)
            add(-1,
                "the augmentation chose among " + std::to_string(std::lround(m_chosen.seen))
                    + " held-out items, by chance at most " + std::to_string(std::lround(m_chosen.expected))
                    + " would have been offered: it was made with knowledge of what is held out");
        return std::move(m_report);
    }

private:
    void add(ItemId target, std::string what) { m_report.add({m_user, target, std::move(what)}); }

    const std::string& idOf(ItemId item) const { return m_dataset.items[static_cast<std::size_t>(item)].id; }

    /// What the model was offered is not kept; it was drawn blindly, and no more than the most that may be.
    void countChosen()
    {
        for (const std::size_t domain : {0U, 1U}) {
            const auto items = static_cast<std::size_t>(m_dataset.itemCount(static_cast<Domain>(domain)));
            const auto open = static_cast<double>(items - m_known.distinct[domain]);
            for (const ItemId item : m_known.heldOut[domain]) {
                m_chosen.seen += holds(m_side.liked[domain], item) || holds(m_side.disliked[domain], item);
                m_chosen.expected += std::min(1.0, augment::kMostCandidates / open);
            }
        }
    }

    void checkFront(std::size_t domain, const std::vector<ItemId>& sequence, std::int32_t liked)
    {
        if (liked < 0 || static_cast<std::size_t>(liked) > sequence.size()) {
            add(-1, std::string("the history of ") + nameOf(domain) + " counts liked items that it has not");
            return;
        }
        for (std::size_t i = 0; i < static_cast<std::size_t>(liked); ++i)
            if (!holds(m_side.liked[domain], sequence[i]))
                add(sequence[i],
                    std::string("stands in front of the history of ") + nameOf(domain)
                        + ", but the augmentation does not name it for this user");
    }

    void checkKnown(std::vector<ItemId> sequence, const std::string& name)
    {
        std::ranges::sort(sequence);
        std::vector<ItemId> forbidden;
        std::ranges::set_difference(sequence, m_known.sorted, std::back_inserter(forbidden));
        for (const ItemId item : forbidden)
            add(item, "the " + name + " holds '" + idOf(item) + "', which is no training event there");
    }

    void checkTargets(std::size_t domain, const std::vector<TrainingTarget>& targets)
    {
        for (const TrainingTarget& target : targets)
            if (index(m_dataset.domainOf(target.item)) != domain
                || !std::ranges::binary_search(m_known.sorted, target.item))
                add(target.item,
                    std::string("is a training target of ") + nameOf(domain)
                        + ", but no training event of the user there");
    }

    void checkNegatives(std::size_t domain, const std::vector<ItemId>& negatives)
    {
        const auto items = static_cast<std::size_t>(m_dataset.itemCount(static_cast<Domain>(domain)));
        const auto open = static_cast<double>(items - m_known.distinct[domain]);
        for (const ItemId item : negatives) {
            if (index(m_dataset.domainOf(item)) != domain)
                add(item, std::string("is a negative of ") + nameOf(domain) + ", but of the other domain");
            else if (std::ranges::binary_search(m_known.sorted, item))
                add(item, "is a negative, but a training event of the user");
            if (holds(m_side.disliked[domain], item))
                continue;
            m_negatives.seen += holds(m_known.heldOut[domain], item);
            m_negatives.expected += static_cast<double>(m_known.heldOut[domain].size()) / open;
        }
    }

    /// Is there a place in the user's training events where the merged history stands, with every target at
    /// its own and every domain's newest events before it?
    bool standsInOrder(const ClientExample& example) const
    {
        for (std::size_t begin = 0; begin + example.merged.size() <= m_known.training.size(); ++begin)
            if (std::ranges::equal(
                    example.merged, std::span(m_known.training).subspan(begin, example.merged.size()))
                && targetsStand(example, begin))
                return true;
        return false;
    }

    bool targetsStand(const ClientExample& example, std::size_t begin) const
    {
        for (const auto& targets : example.targets)
            for (const TrainingTarget& target : targets) {
                const std::size_t place = begin + static_cast<std::size_t>(target.prefixM);
                if (target.prefixM < 0 || static_cast<std::size_t>(target.prefixM) > example.merged.size()
                    || place >= m_known.training.size() || m_known.training[place] != target.item
                    || !endsAt(place, 0, example.a, example.liked[0], target.prefixA)
                    || !endsAt(place, 1, example.b, example.liked[1], target.prefixB))
                    return false;
            }
        return true;
    }

    /// The prefix, without liked items, is what the domain's newest training events before the place are.
    bool endsAt(std::size_t place, std::size_t domain, const std::vector<ItemId>& sequence,
        std::int32_t liked, std::int32_t prefix) const
    {
        if (prefix < liked || static_cast<std::size_t>(prefix) > sequence.size())
            return false;
        std::size_t at = place;
        for (auto i = static_cast<std::size_t>(prefix); i-- > static_cast<std::size_t>(liked);) {
            do {
                if (at == 0)
                    return false;
                --at;
            } while (index(m_dataset.domainOf(m_known.training[at])) != domain);
            if (m_known.training[at] != sequence[i])
                return false;
        }
        return true;
    }

    const data::Dataset& m_dataset;
    const augment::Augmentation* m_augmentation;
    std::size_t m_user = 0;
    Known m_known;
    augment::SequenceExtension m_side;
    Tally m_negatives;
    Tally m_chosen;
    data::LeakageReport m_report;
};

/// A part of the progress.
std::function<void(double)> within(const std::function<void(double)>& share, double from, double to)
{
    if (!share)
        return {};
    return [&share, from, to](double part) { share(from + part * (to - from)); };
}

} // namespace

data::LeakageReport checkExamples(const data::Dataset& dataset, const augment::Augmentation* augmentation,
    const DrawExample& draw, int draws, std::stop_token stop, const std::function<void(double share)>& share)
{
    Checker checker(dataset, augmentation);
    for (std::size_t user = 0; user < dataset.userCount(); ++user) {
        if (stop.stop_requested())
            throw Error("cancelled", Error::Kind::Failure);
        if (share && user % kUsersPerReport == 0)
            share(static_cast<double>(user) / static_cast<double>(dataset.userCount()));
        checker.begin(user);
        for (int i = 0; i < draws; ++i) {
            Random random(dataset.provenance.seed, {kCheckStream, user, static_cast<std::uint64_t>(i)});
            checker.check(draw(user, random));
        }
    }
    return checker.finish();
}

data::LeakageReport checkEverything(const data::Dataset& dataset, const augment::Augmentation* augmentation,
    std::stop_token stop, const std::function<void(double share)>& share)
{
    const auto historyOf = [augmentation](const data::Dataset& of, std::size_t user, std::size_t position,
                               std::size_t length) {
        RankingExample seen = historyExample(of, user, position, augmentation, length);
        seen.a.erase(seen.a.begin(), seen.a.begin() + seen.liked[0]);
        seen.b.erase(seen.b.begin(), seen.b.begin() + seen.liked[1]);
        return data::History{std::move(seen.a), std::move(seen.b), std::move(seen.merged)};
    };
    data::LeakageReport report =
        data::checkLeakage(dataset, kLongestHistory, historyOf, stop, within(share, 0, 0.4));
    ModelOptions model;
    double done = 0.4;
    for (const int length : {model.historyLength, kLongestHistory}) {
        model.historyLength = length;
        const ExampleSource source(dataset, model, LossOptions{}, length, augmentation);
        constexpr int kDraws = 2;
        report.add(checkExamples(
            dataset, augmentation,
            [&source](std::size_t user, Random& random) { return source.draw(user, random); }, kDraws, stop,
            within(share, done, done + 0.3)));
        done += 0.3;
    }
    return report;
}

} // namespace fedcctr::model
