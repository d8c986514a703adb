// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/market_demo.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/data/build.h"
#include "core/data/demo_words.h"
#include "core/data/import_options.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_set>

namespace fedcctr::data {

namespace {

constexpr int kSharedTopics = 8;
constexpr int kLeastUsers = 30;
constexpr int kLeastItems = 120;
constexpr int kShortest = 6;
constexpr int kLongest = 12;
constexpr double kFavourite = 0.25; ///< events of the favourite topic
constexpr double kPartner = 0.55; ///< of its partner
constexpr double kZipf = 0.5; ///< exponent of popularity inside a topic
constexpr double kSharedArticles = 1.0 / 3;
constexpr std::array<const char*, 8> kNames{"ca", "de", "fr", "it", "jp", "mx", "uk", "in"};

enum Stream : std::uint64_t { ItemsStream = 0xDE11, UsersStream };

std::size_t at(std::int64_t number)
{
    return static_cast<std::size_t>(number);
}

void checkOptions(const MarketDemoOptions& options)
{
    const auto demand = [](const char* what, int given, int least) {
        if (given < least)
            throw Error("demo markets need at least " + std::to_string(least) + ' ' + what + ", not "
                + std::to_string(given));
    };
    demand("markets", options.markets, 2);
    demand("users", options.users, kLeastUsers);
    demand("items per market", options.items, kLeastItems);
    if (options.markets > std::ssize(kNames))
        throw Error("demo data have at most " + std::to_string(kNames.size()) + " markets, not "
            + std::to_string(options.markets));
}

/// A market's items by topic, the most popular first.
using Shelves = std::vector<std::vector<std::int32_t>>;

/// What is drawn so far.
class Generator {
public:
    explicit Generator(const MarketDemoOptions& options)
        : m_options(options)
    {
        m_raw.provenance.format = "demo";
        m_raw.domainNames = {std::to_string(options.markets) + " markets", ""};
        m_raw.keepsUnusedItems = true;
        for (int topic = 0; topic < kSharedTopics; ++topic)
            partner.push_back((topic * 3 + 1) % kSharedTopics);
        for (int market = 0; market < options.markets; ++market)
            partner.push_back(kSharedTopics + market);
    }

    Dataset run()
    {
        for (int market = 0; market < m_options.markets; ++market) {
            m_raw.markets.emplace_back(kNames[at(market)]);
            const Shelves shelves = fill(market);
            const int users = std::max(kLeastUsers, m_options.users >> market);
            for (int user = 0; user < users; ++user)
                addUser(market, user, shelves);
        }
        ImportOptions build;
        build.name = "demo";
        build.seed = m_options.seed;
        build.evaluationNegatives = std::min(build.evaluationNegatives, m_options.items - kLongest - 1);
        return buildDataset(std::move(m_raw), build);
    }

    std::vector<int> itemTopic;
    std::vector<int> userTopic;
    std::vector<int> partner;

private:
    Shelves fill(int market)
    {
        Random random(m_options.seed, {ItemsStream, static_cast<std::uint64_t>(market)});
        Shelves shelves(partner.size());
        std::vector<Item> sold;
        for (int i = 0; i < m_options.items; ++i) {
            const int place = i % (kSharedTopics + 1);
            const int topic = place < kSharedTopics ? place : kSharedTopics + market;
            Item item;
            if (market > 0 && topic < kSharedTopics && random.uniform() < kSharedArticles) {
                item = m_before[at(i)];
            } else {
                item.id = std::string(kNames[at(market)]) + std::to_string(i + 1);
                item.title = distinctTitle(drawTitle(topic, random), m_titles);
                item.categories = topicName(topic);
                item.creator = drawCreator(topic, random);
            }
            sold.push_back(item);
            item.id.insert(0, std::string(kNames[at(market)]) + '/');
            shelves[at(topic)].push_back(static_cast<std::int32_t>(m_raw.items.size()));
            itemTopic.push_back(topic);
            m_raw.items.push_back(std::move(item));
            m_raw.itemDomains.push_back(Domain::A);
            m_raw.itemMarkets.push_back(market);
        }
        m_before = std::move(sold);
        return shelves;
    }

    /// By 1 / (k + 1)^kZipf among those that the user has not had; -1 if there is none.
    static std::int32_t draw(
        const std::vector<std::int32_t>& items, const std::unordered_set<std::int32_t>& had, Random& random)
    {
        double sum = 0;
        std::vector<double> cumulated;
        for (std::size_t k = 0; k < items.size(); ++k) {
            if (!had.contains(items[k]))
                sum += std::pow(static_cast<double>(k + 1), -kZipf);
            cumulated.push_back(sum);
        }
        const auto found = std::ranges::upper_bound(cumulated, random.uniform() * sum);
        return found == cumulated.end() ? -1 : items[at(found - cumulated.begin())];
    }

    void addUser(int market, int number, const Shelves& shelves)
    {
        Random random(m_options.seed,
            {UsersStream, static_cast<std::uint64_t>(market), static_cast<std::uint64_t>(number)});
        const auto anyTopic = [&] {
            const auto place = static_cast<int>(random.below(kSharedTopics + 1));
            return place < kSharedTopics ? place : kSharedTopics + market;
        };
        const int favourite = anyTopic();
        const auto user = static_cast<std::int32_t>(m_raw.users.size());
        m_raw.users.push_back(std::string(kNames[at(market)]) + "-user-" + std::to_string(number + 1));
        m_raw.userMarkets.push_back(market);
        userTopic.push_back(favourite);
        std::unordered_set<std::int32_t> had;
        const int length = kShortest + static_cast<int>(random.below(kLongest - kShortest + 1));
        for (int event = 0; event < length;) {
            const double choice = random.uniform();
            const int topic = choice < kFavourite       ? favourite
                : choice < kFavourite + kPartner ? partner[at(favourite)]
                                                 : anyTopic();
            const std::int32_t item = draw(shelves[at(topic)], had, random);
            if (item < 0)
                continue;
            had.insert(item);
            m_raw.interactions.push_back({.time = 1'500'000'000 + event * 86'400, .user = user, .item = item});
            ++event;
        }
    }

    const MarketDemoOptions& m_options;
    RawData m_raw;
    std::vector<Item> m_before; ///< what the market before sells, with the article's own ids
    std::unordered_set<std::string> m_titles;
};

} // namespace

MarketDemo generateMarkets(const MarketDemoOptions& options)
{
    checkOptions(options);
    Generator generator(options);
    MarketDemo demo;
    demo.dataset = generator.run();
    demo.itemTopic = std::move(generator.itemTopic);
    demo.userTopic = std::move(generator.userTopic);
    demo.partner = std::move(generator.partner);
    return demo;
}

} // namespace fedcctr::data
