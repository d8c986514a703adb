// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/demo.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/data/build.h"
#include "core/data/demo_words.h"
#include "core/data/import_options.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

namespace fedcctr::data {

namespace {

constexpr int kSharedTopics = 8;
constexpr int kOwnTopics = 4; ///< per domain
constexpr int kTopics = kSharedTopics + 2 * kOwnTopics;
static_assert(kTopics == kDemoTopics);

constexpr double kShareOfTransfer = 0.7; ///< users with one favourite topic in both domains
constexpr double kFavourite = 0.62; ///< events of the favourite topic
constexpr double kMomentary = 0.18; ///< events of the topic of the event before, in either domain
constexpr double kZipf = 0.8; ///< exponent of popularity inside a topic
constexpr int kShortest = 8; ///< per domain
constexpr int kLongest = 25;
constexpr int kLeastItems = 2 * kLongest + 10;

enum Stream : std::uint64_t { ItemsStream = 0xDE01, UsersStream, SequencesStream, RatingsStream };

std::size_t at(int number)
{
    return static_cast<std::size_t>(number);
}

bool isTopicOf(int topic, Domain domain)
{
    const int firstOwn = domain == Domain::A ? kSharedTopics : kSharedTopics + kOwnTopics;
    return topic < kSharedTopics || (topic >= firstOwn && topic < firstOwn + kOwnTopics);
}

/// A topic that the domain has.
int drawTopic(Domain domain, Random& random)
{
    const int number = static_cast<int>(random.below(kSharedTopics + kOwnTopics));
    return number >= kSharedTopics && domain == Domain::B ? number + kOwnTopics : number;
}

/// The catalogue of one domain: item k of a topic is drawn with weight 1 / (k + 1)^kZipf.
class Shelf {
public:
    Shelf(Domain domain, int items, RawData& raw, std::vector<int>& topics, std::uint64_t seed)
        : m_perTopic(kTopics)
    {
        Random random(seed, {ItemsStream, index(domain)});
        std::unordered_set<std::string> taken;
        for (int i = 0; i < items; ++i) {
            const int number = i % (kSharedTopics + kOwnTopics);
            const int topic = number >= kSharedTopics && domain == Domain::B ? number + kOwnTopics : number;
            Item item;
            item.id = std::string(domain == Domain::A ? "book" : "movie") + "-" + std::to_string(i + 1);
            item.title = distinctTitle(drawTitle(topic, random), taken);
            item.categories = raw.domainNames[index(domain)] + ";" + topicName(topic);
            item.creator = drawCreator(topic, random);
            m_perTopic[at(topic)].push_back(static_cast<std::int32_t>(raw.items.size()));
            raw.items.push_back(std::move(item));
            raw.itemDomains.push_back(domain);
            topics.push_back(topic);
        }
    }

    /// An item of the topic that the user has not had, -1 if there is none left.
    std::int32_t draw(int topic, const std::unordered_set<std::int32_t>& had, Random& random) const
    {
        const std::vector<std::int32_t>& items = m_perTopic[at(topic)];
        std::vector<double> cumulated;
        cumulated.reserve(items.size());
        double sum = 0;
        for (std::size_t k = 0; k < items.size(); ++k) {
            if (!had.contains(items[k]))
                sum += std::pow(static_cast<double>(k + 1), -kZipf);
            cumulated.push_back(sum);
        }
        if (sum <= 0)
            return -1;
        const double mark = random.uniform() * sum;
        const auto found = std::ranges::upper_bound(cumulated, mark);
        return found == cumulated.end() ? -1 : items[static_cast<std::size_t>(found - cumulated.begin())];
    }

private:
    std::vector<std::vector<std::int32_t>> m_perTopic;
};

std::array<int, 2> drawFavourites(bool shares, Random& random)
{
    if (shares) {
        const int topic = static_cast<int>(random.below(kSharedTopics));
        return {topic, topic};
    }
    const int a = drawTopic(Domain::A, random);
    int b = a;
    while (b == a)
        b = drawTopic(Domain::B, random);
    return {a, b};
}

/// The topic of the next event: the favourite, that of the event before, or any.
int nextTopic(Domain domain, int favourite, int before, Random& random)
{
    const double choice = random.uniform();
    if (choice < kFavourite)
        return favourite;
    if (choice < kFavourite + kMomentary && before >= 0 && isTopicOf(before, domain))
        return before;
    return drawTopic(domain, random);
}

void addSequence(std::int32_t user, const std::array<int, 2>& favourites, const std::array<Shelf, 2>& shelves,
    const std::vector<int>& itemTopics, std::uint64_t seed, RawData& raw)
{
    constexpr std::int64_t kStart = 1'325'376'000; // 2012-01-01
    constexpr std::uint64_t kYear = 31'536'000;
    constexpr double kMeanGap = 10.0 * 24 * 3600;
    Random random(seed, {SequencesStream, static_cast<std::uint64_t>(user)});
    std::vector<Domain> order;
    for (const Domain domain : kDomains) {
        const auto length = kShortest + random.below(kLongest - kShortest + 1);
        order.insert(order.end(), static_cast<std::size_t>(length), domain);
    }
    random.shuffle(std::span(order));

    std::unordered_set<std::int32_t> had;
    std::int64_t time = kStart + static_cast<std::int64_t>(random.below(kYear));
    int before = -1;
    for (const Domain domain : order) {
        std::int32_t item = -1;
        int topic = nextTopic(domain, favourites[index(domain)], before, random);
        while ((item = shelves[index(domain)].draw(topic, had, random)) < 0)
            topic = drawTopic(domain, random);
        had.insert(item);
        before = itemTopics[static_cast<std::size_t>(item)];
        time += 60 + static_cast<std::int64_t>(-std::log1p(-random.uniform()) * kMeanGap);
        raw.interactions.push_back({.time = time, .user = user, .item = item});
    }
}

/// Stars from 1 to 5: more for the user's favourite topics. Of a stream of their own, so that events are the
/// same with and without.
void addRatings(const std::vector<std::array<int, 2>>& favourites, const std::vector<int>& itemTopics,
    std::uint64_t seed, RawData& raw)
{
    constexpr double kLiked = 4.3;
    constexpr double kOther = 2.9;
    Random random(seed, {RatingsStream});
    for (RawInteraction& e : raw.interactions) {
        const std::size_t domain = index(raw.itemDomains[at(e.item)]);
        const bool favourite = itemTopics[at(e.item)] == favourites[at(e.user)][domain];
        const double stars = (favourite ? kLiked : kOther) + random.normal();
        e.rating = static_cast<std::int16_t>(100 * std::lround(std::clamp(stars, 1.0, 5.0)));
    }
}

void checkOptions(const DemoOptions& options)
{
    if (options.users < 2)
        throw Error("demo data need at least 2 users, not " + std::to_string(options.users));
    if (options.items < kLeastItems)
        throw Error("demo data need at least " + std::to_string(kLeastItems) + " items per domain, not "
            + std::to_string(options.items));
}

} // namespace

Demo generateDemo(const DemoOptions& options)
{
    checkOptions(options);
    RawData raw;
    raw.provenance.format = "demo";
    raw.domainNames = {"Books", "Movies"};
    raw.keepsUnusedItems = true;
    std::vector<int> itemTopics;
    const std::array<Shelf, 2> shelves{Shelf(Domain::A, options.items, raw, itemTopics, options.seed),
        Shelf(Domain::B, options.items, raw, itemTopics, options.seed)};

    Demo demo;
    demo.truth.topics = kTopics;
    Random random(options.seed, {UsersStream});
    for (std::int32_t user = 0; user < options.users; ++user) {
        const bool shares = random.uniform() < kShareOfTransfer;
        const std::array<int, 2> favourites = drawFavourites(shares, random);
        raw.users.push_back("user-" + std::to_string(user + 1));
        demo.truth.userTopic.push_back(favourites);
        demo.truth.userShares.push_back(shares);
        addSequence(user, favourites, shelves, itemTopics, options.seed, raw);
    }

    addRatings(demo.truth.userTopic, itemTopics, options.seed, raw);

    std::unordered_map<std::string, int> topicById;
    for (std::size_t i = 0; i < raw.items.size(); ++i)
        topicById.emplace(raw.items[i].id, itemTopics[i]);
    ImportOptions build;
    build.name = "demo";
    build.seed = options.seed;
    build.evaluationNegatives = std::min(build.evaluationNegatives, options.items - kLongest - 1);
    demo.dataset = buildDataset(std::move(raw), build);
    for (const Item& item : demo.dataset.items)
        demo.truth.itemTopic.push_back(topicById.at(item.id));
    return demo;
}

} // namespace fedcctr::data
