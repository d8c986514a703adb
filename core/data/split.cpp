// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/split.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/data/import_support.h"
#include "core/data/markets.h"

namespace fedcctr::data {

namespace {

/// Name of the random stream that draws the evaluation candidates.
constexpr std::uint64_t kEvaluationNegativesStream = 0xE7A1;

constexpr std::size_t kLeastForSplit = 3;

std::size_t at(ItemId item)
{
    return static_cast<std::size_t>(item);
}

std::string counted(std::size_t count, const std::string& what)
{
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

/// Last = test, last but one = validation.
void holdOut(std::span<Event* const> sequence)
{
    if (sequence.size() < kLeastForSplit)
        return;
    sequence[sequence.size() - 1]->role = Role::Test;
    sequence[sequence.size() - 2]->role = Role::Validation;
}

void assignRolesOf(const Dataset& dataset, std::span<Event> events)
{
    std::array<std::vector<Event*>, 2> own;
    std::vector<Event*> merged;
    for (Event& event : events) {
        event.role = Role::Train;
        own[index(dataset.domainOf(event.item))].push_back(&event);
        merged.push_back(&event);
    }
    if (dataset.provenance.protocol == Protocol::MixedLast) {
        holdOut(merged);
    } else {
        for (const std::vector<Event*>& sequence : own)
            holdOut(sequence);
    }
}

/// Draws the fixed candidates. An item's mark is the number of the last draw that must not give it (again).
class NegativeSampler {
public:
    explicit NegativeSampler(const Dataset& dataset)
        : m_dataset(dataset)
        , m_marks(dataset.items.size())
    {
    }

    /// One row: distinct items of the domain that the user never touched, or -1 if there is no such target.
    void append(std::size_t user, Split split, Domain domain, std::vector<ItemId>& rows)
    {
        const auto wanted = static_cast<std::size_t>(m_dataset.provenance.evaluationNegatives);
        if (m_dataset.targetPosition(split, domain, user) < 0) {
            rows.insert(rows.end(), wanted, -1);
            return;
        }
        const auto [first, count] = catalogueOf(m_dataset, user, domain);
        const auto items = static_cast<std::uint64_t>(count);
        if (items < markTouched(user, domain) + wanted)
            tooFew(user, domain, count);
        Random random(
            m_dataset.provenance.seed, {kEvaluationNegativesStream, user, index(split), index(domain)});
        for (std::size_t found = 0; found < wanted;) {
            const ItemId item = first + static_cast<ItemId>(random.below(items));
            if (mark(item)) {
                rows.push_back(item);
                ++found;
            }
        }
    }

private:
    /// False if the item was marked already.
    bool mark(ItemId item)
    {
        if (m_marks[at(item)] == m_draw)
            return false;
        m_marks[at(item)] = m_draw;
        return true;
    }

    std::size_t markTouched(std::size_t user, Domain domain)
    {
        ++m_draw;
        std::size_t touched = 0;
        for (const Event& event : m_dataset.events(user)) {
            if (m_dataset.domainOf(event.item) == domain && mark(event.item))
                ++touched;
        }
        return touched;
    }

    [[noreturn]] void tooFew(std::size_t user, Domain domain, ItemId items) const
    {
        throw Error((m_dataset.hasMarkets() ? "market '" + m_dataset.markets[marketOf(m_dataset, user)].name
                                            : "domain '" + m_dataset.domainNames[index(domain)])
            + "' has only " + counted(static_cast<std::size_t>(items), "item") + ": too few to draw "
            + counted(
                static_cast<std::size_t>(m_dataset.provenance.evaluationNegatives), "evaluation negative")
            + " that user '" + m_dataset.users[user] + "' never touched; lower --negatives or filter less");
    }

    const Dataset& m_dataset;
    std::vector<std::uint64_t> m_marks;
    std::uint64_t m_draw = 0;
};

} // namespace

void assignRoles(Dataset& dataset)
{
    for (std::size_t user = 0; user < dataset.userCount(); ++user) {
        const std::size_t begin = dataset.eventOffsets[user];
        assignRolesOf(
            dataset, std::span(dataset.allEvents).subspan(begin, dataset.eventOffsets[user + 1] - begin));
    }
}

void drawCandidates(Dataset& dataset, Watch& watch)
{
    NegativeSampler sampler(dataset);
    for (const Split split : kSplits) {
        for (const Domain domain : kDomains) {
            std::vector<ItemId> rows;
            for (std::size_t user = 0; user < dataset.userCount(); ++user) {
                sampler.append(user, split, domain, rows);
                watch.tick([] { return 0.98; }, "drawing evaluation negatives");
            }
            dataset.negatives[index(split)][index(domain)] = ItemRows(std::move(rows));
        }
    }
}

Judged judgedBy(const Dataset& dataset, Protocol protocol, int negatives)
{
    Judged judged{dataset, {}};
    judged.dataset.provenance.protocol = protocol;
    judged.dataset.provenance.evaluationNegatives = negatives;
    assignRoles(judged.dataset);
    for (std::size_t i = 0; i < dataset.allEvents.size(); ++i) {
        Role& role = judged.dataset.allEvents[i].role;
        for (const Split split : kSplits) {
            if (role == roleOf(split) && dataset.allEvents[i].role != role) {
                role = Role::Train;
                ++judged.leftOut[index(split)];
            }
        }
    }
    const ImportOptions unwatched;
    Watch watch(unwatched);
    drawCandidates(judged.dataset, watch);
    return judged;
}

} // namespace fedcctr::data
