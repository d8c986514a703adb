// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/item_rows.h"
#include "core/data/protocol.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace fedcctr::data {

enum class Domain : std::uint8_t { A = 0, B = 1 };
inline constexpr std::array<Domain, 2> kDomains{Domain::A, Domain::B};
constexpr std::size_t index(Domain domain)
{
    return static_cast<std::size_t>(domain);
}

/// What an interaction is used for under the protocol of its dataset (README.md here, "Split").
enum class Role : std::uint8_t { Train = 0, Validation = 1, Test = 2 };

/// The two held-out parts.
enum class Split : std::uint8_t { Validation = 0, Test = 1 };
inline constexpr std::array<Split, 2> kSplits{Split::Validation, Split::Test};
constexpr std::size_t index(Split split)
{
    return static_cast<std::size_t>(split);
}
constexpr Role roleOf(Split split)
{
    return split == Split::Test ? Role::Test : Role::Validation;
}

inline constexpr std::int16_t kNoRating = -1;
inline constexpr std::int16_t kMostRating = 10'000;

/// One click. Events of a user stand in chronological order, ties in the order of the source.
struct Event {
    /// Unix seconds, or the position in the user's sequence where the source has no times.
    std::int64_t time = 0;
    ItemId item = 0;
    Role role = Role::Train;
    std::int16_t rating = kNoRating; ///< in hundredths, up to kMostRating
};

/// What is publicly known of an item; all but `id` may be empty.
struct Item {
    std::string id;
    std::string title;
    std::string categories; ///< `;`-separated
    std::string creator;
};

/// Where a dataset came from and how it was filtered; shown to the user, stored in dataset.json.
struct Provenance {
    std::string name; ///< short name for tables and runs, e.g. the directory's name
    std::string format; ///< "csv", "amazon" or "demo"
    std::vector<std::string> files;
    int minUserInteractions = 0; ///< k-core filter per user and domain, 0 = off
    int minItemInteractions = 0; ///< k-core filter per item, 0 = off
    Protocol protocol = Protocol::LeaveOneOut;
    int evaluationNegatives = 99;
    std::uint64_t seed = 1; ///< of the evaluation negatives (and of the demo generator)
    bool hasTimes = true; ///< false: the source gives the order only
    std::vector<std::string> notes; ///< what the import left out and why, a sentence each
};

/// A market (silo) of a multi-market dataset: its users and items stand together, and no other market has
/// them.
struct Market {
    std::string name;
    std::size_t firstUser = 0;
    std::size_t users = 0;
    ItemId firstItem = 0;
    ItemId items = 0;

    bool operator==(const Market&) const = default;
};

/// Users with interactions in both domains, their chronological sequences with the split, the items' texts,
/// and the fixed candidates that every model is judged on. A value; immutable in use.
///
/// A multi-market dataset (markets.h) has one domain, A, and users of one market each; B has neither items
/// nor targets.
struct Dataset {
    std::filesystem::path directory; ///< where load() read it; empty of one that was made in memory
    Provenance provenance;
    std::array<std::string, 2> domainNames;
    std::vector<std::string> users; ///< the source's ids
    std::vector<Item> items; ///< by ItemId
    ItemId itemsInA = 0;
    std::vector<std::size_t> eventOffsets; ///< users + 1 entries into `allEvents`
    std::vector<Event> allEvents;
    /// Per split and domain: users * evaluationNegatives items that the user never touched; rows of users
    /// without a target in that split and domain hold -1. By far the most of a dataset: load() maps them.
    std::array<std::array<ItemRows, 2>, 2> negatives;
    std::vector<Market> markets; ///< of a multi-market dataset, in the order of users and items; else empty

    std::size_t userCount() const { return users.size(); }
    /// Every event has one.
    bool hasRatings() const;
    bool hasMarkets() const { return !markets.empty(); }
    /// There are no items in B: a market, or all markets together.
    bool hasOneDomain() const { return itemCount(Domain::B) == 0; }
    std::span<const Event> events(std::size_t user) const
    {
        return std::span(allEvents).subspan(eventOffsets[user], eventOffsets[user + 1] - eventOffsets[user]);
    }
    Domain domainOf(ItemId item) const { return item < itemsInA ? Domain::A : Domain::B; }
    ItemId itemCount() const { return static_cast<ItemId>(items.size()); }
    ItemId itemCount(Domain domain) const { return domain == Domain::A ? itemsInA : itemCount() - itemsInA; }
    ItemId firstItem(Domain domain) const { return domain == Domain::A ? 0 : itemsInA; }

    /// The fixed negatives of a user's target, empty if the user has none there.
    std::span<const ItemId> candidates(Split split, Domain domain, std::size_t user) const;

    /// Position in events(user) of the held-out target, or -1.
    std::ptrdiff_t targetPosition(Split split, Domain domain, std::size_t user) const;
};

/// Reads a dataset directory: dataset.json (format version, names, provenance, counts) and events.bin,
/// items.bin, negatives.bin and, of a source with ratings, ratings.bin (magic, version, length and CRC-32
/// each; dataset.json repeats the CRCs, which ties the parts together). Throws Error naming the file and the
/// remedy if something is missing, damaged or of another version.
Dataset load(const std::filesystem::path& directory);

/// Writes a dataset directory, all files beside and then renamed, dataset.json last; load() refuses a
/// directory without it, or with parts of two datasets. An existing dataset is replaced, other files in the
/// directory stay. On failure nothing of the new dataset remains. Throws Error naming the path and the
/// system's reason.
void save(const Dataset& dataset, const std::filesystem::path& directory);

/// For programs, before they begin: throws Error if the directory is there and is neither empty nor a
/// dataset, if it is a dataset and `replace` is false, or if it cannot be written. Creates nothing.
void checkDestination(const std::filesystem::path& directory, bool replace);

} // namespace fedcctr::data
