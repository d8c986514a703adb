// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/demo.h"
#include "core/data/history.h"
#include "core/data/statistics.h"
#include "tests/fixtures/support.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <set>
#include <sstream>

using namespace fedcctr;
using namespace fedcctr::data;
using fedcctr::test::errorOf;

namespace {

using Scorer = std::function<double(std::size_t user, ItemId item)>;

/// Mean NDCG@10 of the test targets of a domain, ties at their average rank.
double ndcg(const Dataset& dataset, Domain domain, const Scorer& score)
{
    double sum = 0;
    for (std::size_t user = 0; user < dataset.userCount(); ++user) {
        const auto position = static_cast<std::size_t>(dataset.targetPosition(Split::Test, domain, user));
        const double own = score(user, dataset.events(user)[position].item);
        double rank = 1;
        for (const ItemId item : dataset.candidates(Split::Test, domain, user)) {
            const double other = score(user, item);
            rank += other > own ? 1 : other == own ? 0.5 : 0;
        }
        sum += rank <= 10 ? 1 / std::log2(rank + 1) : 0;
    }
    return sum / static_cast<double>(dataset.userCount());
}

/// The user's most frequent topic among the training events of a domain.
int mainTopic(const Demo& demo, std::size_t user, Domain domain)
{
    std::vector<int> counts(static_cast<std::size_t>(demo.truth.topics));
    for (const Event& event : trainingEvents(demo.dataset, user)) {
        if (demo.dataset.domainOf(event.item) == domain)
            ++counts[static_cast<std::size_t>(demo.truth.itemTopic[static_cast<std::size_t>(event.item)])];
    }
    return static_cast<int>(std::ranges::max_element(counts) - counts.begin());
}

std::set<std::string> titleWords(const Demo& demo, Domain domain, int topic)
{
    std::set<std::string> words;
    for (std::size_t i = 0; i < demo.dataset.items.size(); ++i) {
        if (demo.truth.itemTopic[i] != topic || demo.dataset.domainOf(static_cast<ItemId>(i)) != domain)
            continue;
        std::istringstream title(demo.dataset.items[i].title);
        for (std::string word; title >> word;)
            words.insert(word);
    }
    return words;
}

} // namespace

class TestDemo : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void defaultSize()
    {
        const Statistics s = statistics(m_demo.dataset);
        QCOMPARE(s.users, std::size_t{600});
        for (const DomainStatistics& d : s.domains) {
            QCOMPARE(d.items, std::size_t{400});
            QCOMPARE(d.titledItems, 1.0);
            QVERIFY(d.shortest >= 8);
            QVERIFY(d.longest <= 25);
            QCOMPARE(d.testInstances, std::size_t{600});
            QCOMPARE(d.validationInstances, std::size_t{600});
        }
        QCOMPARE(m_demo.dataset.provenance.evaluationNegatives, 99);
        QCOMPARE(m_demo.dataset.domainNames, (std::array<std::string, 2>{"Books", "Movies"}));
        QCOMPARE(m_demo.truth.itemTopic.size(), m_demo.dataset.items.size());
        QCOMPARE(m_demo.truth.userTopic.size(), std::size_t{600});
        QCOMPARE(m_demo.truth.userShares.size(), std::size_t{600});
    }

    void titlesAreDistinct()
    {
        std::set<std::string> titles;
        for (const Item& item : m_demo.dataset.items) {
            const bool isBook = item.id.starts_with("book");
            QVERIFY(titles.insert((isBook ? "b:" : "m:") + item.title).second);
            QVERIFY(!item.categories.empty() && !item.creator.empty());
        }
    }

    void seedDecidesEverything()
    {
        const Demo again = generateDemo({});
        const Demo other = generateDemo({.seed = 2});
        const auto items = [](const Demo& demo) {
            std::vector<ItemId> list;
            for (const Event& event : demo.dataset.allEvents)
                list.push_back(event.item);
            return list;
        };
        QVERIFY(items(again) == items(m_demo));
        QVERIFY(items(other) != items(m_demo));
        QVERIFY(again.dataset.items[7].title == m_demo.dataset.items[7].title);
    }

    void mostUsersShareTheirTopic()
    {
        const auto sharing = std::ranges::count(m_demo.truth.userShares, true);
        QVERIFY2(sharing > 380 && sharing < 460, qPrintable(QString::number(sharing)));
        for (std::size_t user = 0; user < 600; ++user) {
            const std::array<int, 2>& topics = m_demo.truth.userTopic[user];
            QCOMPARE(topics[0] == topics[1], bool(m_demo.truth.userShares[user]));
        }
    }

    void sharedTopicsShareTheirWords()
    {
        int shared = 0;
        for (int topic = 0; topic < m_demo.truth.topics; ++topic) {
            const std::set<std::string> books = titleWords(m_demo, Domain::A, topic);
            const std::set<std::string> movies = titleWords(m_demo, Domain::B, topic);
            if (books.empty() || movies.empty())
                continue;
            ++shared;
            std::vector<std::string> common;
            std::ranges::set_intersection(books, movies, std::back_inserter(common));
            QVERIFY(common.size() >= 8);
        }
        QCOMPARE(shared, 8);
        QCOMPARE(m_demo.truth.topics, 16);
    }

    /// Knowing the topic must help much, and so must guessing it from the other domain.
    void thereIsSomethingToLearn()
    {
        const Dataset& dataset = m_demo.dataset;
        const std::vector<double> popularity = trainingPopularity(dataset);
        const double most = std::ranges::max(popularity) + 1;
        const auto popular = [&](ItemId item) { return popularity[static_cast<std::size_t>(item)] / most; };
        const auto topic = [&](ItemId item) {
            return m_demo.truth.itemTopic[static_cast<std::size_t>(item)];
        };
        for (const Domain domain : kDomains) {
            const Domain other = domain == Domain::A ? Domain::B : Domain::A;
            std::vector<int> fromOther;
            for (std::size_t user = 0; user < dataset.userCount(); ++user)
                fromOther.push_back(mainTopic(m_demo, user, other));
            const double byPopularity =
                ndcg(dataset, domain, [&](std::size_t, ItemId item) { return popular(item); });
            const double byOracle = ndcg(dataset, domain, [&](std::size_t user, ItemId item) {
                return popular(item) + (topic(item) == m_demo.truth.userTopic[user][index(domain)] ? 1 : 0);
            });
            const double byTransfer = ndcg(dataset, domain, [&](std::size_t user, ItemId item) {
                return popular(item) + (topic(item) == fromOther[user] ? 1 : 0);
            });
            const double byConstant = ndcg(dataset, domain, [](std::size_t, ItemId) { return 0.0; });
            qInfo("NDCG@10 in %s: popularity %.3f, transfer %.3f, oracle %.3f",
                dataset.domainNames[index(domain)].c_str(), byPopularity, byTransfer, byOracle);
            QCOMPARE(byConstant, 0.0); // all at rank 50.5
            QVERIFY(byPopularity > 0.06);
            QVERIFY(byTransfer > byPopularity + 0.1);
            QVERIFY(byOracle > byTransfer + 0.04);
            QVERIFY(byOracle > 2 * byPopularity);
        }
    }

    void smallAndImpossibleSizes()
    {
        const Demo tiny = generateDemo({.users = 2, .items = 60, .seed = 1});
        QCOMPARE(tiny.dataset.userCount(), std::size_t{2});
        QCOMPARE(tiny.dataset.itemCount(), 120); // also those nobody clicked
        QVERIFY(tiny.dataset.provenance.evaluationNegatives > 0);
        VERIFY_MESSAGE(
            errorOf([] { generateDemo({.users = 1, .items = 60, .seed = 1}); }), "at least 2 users");
        VERIFY_MESSAGE(
            errorOf([] { generateDemo({.users = 9, .items = 59, .seed = 1}); }), "at least 60 items");
    }

private:
    Demo m_demo = generateDemo({});
};

std::unique_ptr<QObject> tst_demo()
{
    return std::make_unique<TestDemo>();
}
#include "tst_demo.moc"
