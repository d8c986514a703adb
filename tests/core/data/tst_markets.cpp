// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/demo.h"
#include "core/data/importers/csv.h"
#include "core/data/market_demo.h"
#include "core/data/markets.h"
#include "core/data/refilter.h"
#include "core/data/summary.h"
#include "tests/fixtures/support.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <memory>
#include <set>

using namespace fedcctr;
using namespace fedcctr::data;
using fedcctr::test::errorOf;
using fedcctr::test::pathIn;

namespace {

/// Two markets that share the article x, users of equal names, rows in any order.
constexpr const char* kRows = "user,item,market,seq,timestamp,rating\n"
                              "u1,x,de,0,100,5\n"
                              "u1,p,ca,0,100,3\n"
                              "u1,y,de,1,200,4\n"
                              "u1,q,ca,1,200,2\n"
                              "u2,x,ca,0,100,1\n"
                              "u1,z,de,2,300,5\n"
                              "u1,x,ca,2,300,4\n"
                              "u2,p,ca,1,150,5\n"
                              "u2,q,ca,2,250,5\n";

} // namespace

class TestMarkets : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void rowsBecomeMarkets()
    {
        const Dataset dataset = imported(kRows);
        const std::vector<Market> markets{{"de", 0, 1, 0, 3}, {"ca", 1, 2, 3, 3}};
        QVERIFY(dataset.markets == markets);
        QVERIFY((dataset.users == std::vector<std::string>{"u1", "u1", "u2"}));
        QVERIFY(dataset.hasOneDomain());
        QVERIFY(dataset.hasRatings());
        QCOMPARE(ids(dataset, 0), "de/x de/y de/z");
        QCOMPARE(ids(dataset, 1), "ca/p ca/q ca/x");
        QCOMPARE(ids(dataset, 2), "ca/x ca/p ca/q");
        QCOMPARE(marketOf(dataset, 0), std::size_t(0));
        QCOMPARE(marketOf(dataset, 2), std::size_t(1));
        QCOMPARE(dataset.targetPosition(Split::Test, Domain::A, 1), std::ptrdiff_t(2));
        QCOMPARE(dataset.targetPosition(Split::Test, Domain::B, 1), std::ptrdiff_t(-1));
    }

    void someMarketsInTheirOrder()
    {
        ImportOptions options = small();
        options.markets = {"ca", "de"};
        const Dataset dataset = imported(kRows, options);
        QCOMPARE(dataset.markets[0].name, "ca");
        QCOMPARE(dataset.markets[1].name, "de");
        options.markets = {"ca", "jp"};
        QVERIFY(errorOf([&] { imported(kRows, options); }).contains(u"jp"));
    }

    void mistakesAreNamed()
    {
        VERIFY_MESSAGE(errorOf([&] { imported("user,item,seq\nu,a,0\n"); }), "rows.csv", "domain");
        VERIFY_MESSAGE(
            errorOf([&] { imported("user,item,market,seq\nu,a,de,0\n"); }), "only one market", "de");
        VERIFY_MESSAGE(errorOf([&] { imported("user,item,market,seq\nu,a,de/x,0\n"); }), "rows.csv:2", "'/'");
    }

    void itemsFilesTellOfOneMarketOrAll()
    {
        const auto file =
            written("items.csv", "item,market,title\nx,,Everywhere\np,ca,Here\np,de,Not there\n");
        const std::filesystem::path files[]{written("rows.csv", kRows), file};
        const Dataset dataset = importMarkets(files, small());
        std::vector<std::string> titles;
        for (const Item& item : dataset.items)
            titles.push_back(item.title);
        QVERIFY((titles == std::vector<std::string>{"Everywhere", "", "", "Here", "", "Everywhere"}));
    }

    void theyAreStored()
    {
        const MarketDemo demo = generateMarkets({.markets = 3, .users = 40, .items = 120, .seed = 2});
        save(demo.dataset, pathIn(m_folder->path(), "ds"));
        const Dataset again = load(pathIn(m_folder->path(), "ds"));
        QVERIFY(again.markets == demo.dataset.markets);
        QCOMPARE(readSummary(pathIn(m_folder->path(), "ds")).markets, std::size_t(3));
        QVERIFY(refiltered(again, small()).markets == demo.dataset.markets);
    }

    /// Candidates are of the user's market, and the user never took them.
    void candidatesStayAtHome()
    {
        const Dataset dataset = generateMarkets({.users = 40, .items = 120, .seed = 3}).dataset;
        for (std::size_t user = 0; user < dataset.userCount(); ++user) {
            const Market& market = dataset.markets[marketOf(dataset, user)];
            const auto candidates = dataset.candidates(Split::Test, Domain::A, user);
            QCOMPARE(std::ssize(candidates), std::ptrdiff_t(dataset.provenance.evaluationNegatives));
            for (const ItemId item : candidates) {
                QVERIFY(item >= market.firstItem && item < market.firstItem + market.items);
                QVERIFY(std::ranges::none_of(
                    dataset.events(user), [item](const Event& event) { return event.item == item; }));
            }
        }
    }

    void aSliceIsWhatOneSiloHolds()
    {
        const Dataset dataset = generateMarkets({.users = 40, .items = 120, .seed = 4}).dataset;
        std::size_t users = 0;
        for (std::size_t number = 0; number < dataset.markets.size(); ++number) {
            const Market& market = dataset.markets[number];
            const Dataset slice = marketSlice(dataset, number);
            users += slice.userCount();
            QVERIFY(!slice.hasMarkets());
            QCOMPARE(slice.itemCount(), market.items);
            QCOMPARE(slice.items[0].id, dataset.items[std::size_t(market.firstItem)].id);
            for (const std::size_t user : {std::size_t(0), slice.userCount() - 1}) {
                const auto own = slice.events(user);
                const auto whole = dataset.events(market.firstUser + user);
                QCOMPARE(own.size(), whole.size());
                for (std::size_t i = 0; i < own.size(); ++i) {
                    QCOMPARE(own[i].item + market.firstItem, whole[i].item);
                    QVERIFY(own[i].role == whole[i].role);
                }
                const auto mine = slice.candidates(Split::Test, Domain::A, user);
                const auto theirs = dataset.candidates(Split::Test, Domain::A, market.firstUser + user);
                QVERIFY(std::ranges::equal(
                    mine, theirs, {}, [&](ItemId item) { return item + market.firstItem; }));
            }
        }
        QCOMPARE(users, dataset.userCount());
    }

    void togetherArticlesAreOne()
    {
        const UnitedMarkets united = unitedMarkets(imported(kRows));
        QCOMPARE(united.dataset.itemCount(), ItemId(5)); // x y z p q
        QVERIFY((united.items == std::vector<ItemId>{0, 1, 2, 3, 4, 0}));
        QCOMPARE(ids(united.dataset, 1), "p q x");
        QVERIFY(!united.dataset.hasMarkets());
    }

    /// Every user twice, with each domain's events, targets and candidates as they were.
    void domainsCanBeMarkets()
    {
        const Dataset two = generateDemo({.users = 20, .items = 110, .seed = 3}).dataset;
        const Dataset markets = domainsAsMarkets(two);
        QCOMPARE(markets.markets.size(), std::size_t(2));
        QCOMPARE(markets.userCount(), std::size_t(40));
        QCOMPARE(markets.allEvents.size(), two.allEvents.size());
        for (const Domain domain : kDomains) {
            const Dataset slice = marketSlice(markets, index(domain));
            QCOMPARE(slice.domainNames[0], two.domainNames[index(domain)]);
            for (std::size_t user = 0; user < two.userCount(); ++user) {
                const std::ptrdiff_t place = two.targetPosition(Split::Test, domain, user);
                const ItemId target = two.events(user)[std::size_t(place)].item;
                const std::ptrdiff_t own = slice.targetPosition(Split::Test, Domain::A, user);
                QCOMPARE(slice.events(user)[std::size_t(own)].item + two.firstItem(domain), target);
                QVERIFY(std::ranges::equal(slice.candidates(Split::Test, Domain::A, user),
                    two.candidates(Split::Test, domain, user), {},
                    [&](ItemId item) { return item + two.firstItem(domain); }));
                for (const Event& event : slice.events(user))
                    QVERIFY(event.item >= 0 && event.item < slice.itemCount());
            }
        }
    }

    void statisticsByMarket()
    {
        const auto all = marketStatistics(imported(kRows));
        QCOMPARE(all[0].interactions, std::size_t(3));
        QCOMPARE(all[1].interactions, std::size_t(6));
        QCOMPARE(all[1].meanLength, 3.0);
        QCOMPARE(all[1].testInstances, std::size_t(2));
        QCOMPARE(all[0].sharedItems, ItemId(1));
        QCOMPARE(all[1].sharedItems, ItemId(1));
    }

    /// Events of a favourite's partner outnumber those of the favourite, in every market alike.
    void theDemoHasWhatItPromises()
    {
        const MarketDemo demo = generateMarkets({.seed = 7});
        const Dataset& dataset = demo.dataset;
        QCOMPARE(dataset.markets.size(), std::size_t(4));
        QCOMPARE(dataset.markets[0].users, std::size_t(300));
        QCOMPARE(dataset.markets[3].users, std::size_t(37));
        for (std::size_t market = 0; market < 4; ++market) {
            double own = 0;
            double partner = 0;
            double all = 0;
            for (std::size_t user = dataset.markets[market].firstUser;
                 user < dataset.markets[market].firstUser + dataset.markets[market].users; ++user) {
                const int favourite = demo.userTopic[user];
                if (favourite >= 8)
                    continue; // its own partner
                for (const Event& event : dataset.events(user)) {
                    const int topic = demo.itemTopic[std::size_t(event.item)];
                    own += topic == favourite;
                    partner += topic == demo.partner[std::size_t(favourite)];
                    all += 1;
                }
            }
            QVERIFY(partner / all > 0.4);
            QVERIFY(own / all > 0.15 && own / all < 0.4);
        }
        QVERIFY(marketStatistics(dataset)[1].sharedItems > 20);
        QVERIFY(errorOf([] { generateMarkets({.markets = 9}); }).contains(u"at most 8"));
    }

    void theRealOnes()
    {
        const std::filesystem::path file = std::filesystem::path(FEDCCTR_SHARED_DIR) / "data"
            / "xmarket-electronics" / "interactions.csv.gz";
        if (!std::filesystem::exists(file))
            QSKIP("the data pack's xmarket-electronics is not here");
        const Dataset dataset = importMarkets(std::span(&file, 1), [] {
            ImportOptions options;
            options.name = "xmarket";
            return options;
        }());
        QCOMPARE(dataset.userCount(), std::size_t(14313));
        // The pack's count, of which a note tells how many repeat another's user, item and time.
        QCOMPARE(dataset.allEvents.size() + 1376, std::size_t(134845));
        const std::vector<std::tuple<std::string, std::size_t, ItemId, ItemId>> expected{
            {"ca", 4668, 5735, 2666}, {"de", 1851, 2179, 1975}, {"fr", 1838, 1879, 1753},
            {"in", 239, 470, 414}, {"jp", 487, 955, 831}, {"mx", 1878, 1645, 1295}, {"uk", 3352, 3251, 2584}};
        const auto all = marketStatistics(dataset);
        QCOMPARE(all.size(), expected.size());
        for (std::size_t i = 0; i < all.size(); ++i)
            QVERIFY(
                std::tuple(all[i].market.name, all[i].market.users, all[i].market.items, all[i].sharedItems)
                == expected[i]);
    }

private:
    static ImportOptions small()
    {
        ImportOptions options;
        options.name = "small";
        options.evaluationNegatives = 0;
        return options;
    }

    std::filesystem::path written(const char* name, const std::string& text) const
    {
        const std::filesystem::path file = pathIn(m_folder->path(), name);
        writeFileAtomically(file, text);
        return file;
    }

    Dataset imported(const std::string& rows, const ImportOptions& options = small()) const
    {
        const std::filesystem::path file = written("rows.csv", rows);
        return importMarkets(std::span(&file, 1), options);
    }

    static std::string ids(const Dataset& dataset, std::size_t user)
    {
        std::string text;
        for (const Event& event : dataset.events(user))
            text += (text.empty() ? "" : " ") + dataset.items[std::size_t(event.item)].id;
        return text;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

std::unique_ptr<QObject> tst_markets()
{
    return std::make_unique<TestMarkets>();
}
#include "tst_markets.moc"
