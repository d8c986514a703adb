// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/answer.h"
#include "core/augment/normalise.h"
#include "core/augment/offline.h"
#include "core/augment/offline_items.h"
#include "core/data/demo.h"
#include "core/data/history.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

using namespace fedcctr;
using namespace fedcctr::augment;

namespace {

const data::Demo& demo()
{
    static const data::Demo kDemo = data::generateDemo({200, 300, 5});
    return kDemo;
}

const Augmentation& augmented()
{
    static const Augmentation kResult = *augmentOffline(demo().dataset, {});
    return kResult;
}

bool equal(const Augmentation& a, const Augmentation& b)
{
    return a.backend == b.backend && a.items == b.items && a.users == b.users && a.sequences == b.sequences;
}

int topicOf(data::ItemId item)
{
    return demo().truth.itemTopic[static_cast<std::size_t>(item)];
}

/// Share of the items that are of the user's favourite topic of their domain.
double shareOfFavourites(std::array<std::vector<data::ItemId>, 2> SequenceExtension::*part)
{
    double hits = 0;
    double all = 0;
    for (std::size_t user = 0; user < demo().dataset.userCount(); ++user)
        for (const std::size_t domain : {0U, 1U})
            for (const data::ItemId item : (augmented().sequences[user].*part)[domain]) {
                hits += topicOf(item) == demo().truth.userTopic[user][domain] ? 1 : 0;
                all += 1;
            }
    return all > 0 ? hits / all : 0;
}

data::Dataset catalogue(const std::vector<std::pair<std::string, std::string>>& titlesAndCategories)
{
    data::Dataset dataset;
    dataset.domainNames = {"Food", "Kitchen"};
    for (const auto& [title, categories] : titlesAndCategories)
        dataset.items.push_back({"i" + std::to_string(dataset.items.size()), title, categories, ""});
    dataset.itemsInA = dataset.itemCount();
    dataset.eventOffsets = {0};
    return dataset;
}

using Words = std::vector<std::string>;

} // namespace

class TestOffline : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tellsWhatItIs()
    {
        QCOMPARE(augmented().backend, std::string("offline (no LLM)"));
        for (const UserProfile& profile : augmented().users) {
            QCOMPARE(profile.age, std::string("unknown"));
            QCOMPARE(profile.gender, std::string("unknown"));
            QVERIFY(!profile.interests.empty());
        }
    }

    void deterministic()
    {
        QVERIFY(equal(augmented(), *augmentOffline(demo().dataset, {})));
        OfflineOptions other;
        other.seed = 2;
        const Augmentation reseeded = *augmentOffline(demo().dataset, other);
        QVERIFY(reseeded.items == augmented().items);
        QVERIFY(reseeded.sequences != augmented().sequences);
    }

    void limitsAndSpelling()
    {
        for (const ItemFeatures& features : augmented().items) {
            QVERIFY(features.genres.size() <= kMostGenres);
            QVERIFY(features.themes.size() <= kMostThemes);
            QVERIFY(features.keywords.size() <= kMostKeywords);
            for (const Words* words : {&features.genres, &features.themes, &features.keywords}) {
                QCOMPARE(std::set(words->begin(), words->end()).size(), words->size());
                for (const std::string& word : *words) {
                    QCOMPARE(word, normalised(word));
                    QVERIFY(word.size() <= kMostWordLength);
                }
            }
        }
        for (const UserProfile& profile : augmented().users)
            QVERIFY(profile.interests.size() <= kMostInterests);
    }

    /// The demo's categories are the domain's name and the topic.
    void genresFromCategories()
    {
        for (std::size_t i = 0; i < augmented().items.size(); ++i) {
            const std::string& path = demo().dataset.items[i].categories;
            QCOMPARE(augmented().items[i].genres, Words{normalised(path.substr(path.find(';') + 1))});
        }
    }

    void genresFromTitleHeads()
    {
        std::vector<std::pair<std::string, std::string>> items;
        for (int i = 0; i < 12; ++i)
            items.emplace_back("Brand" + std::string(1, static_cast<char>('a' + i))
                    + " Extra Virgin Olive Oil, 16-Ounce Bottles (Pack of 2)",
                "");
        items.emplace_back("Odd Contraption", "");
        items.emplace_back("", "");
        items.emplace_back("Tea Kettle", "Home;Kettles");
        items.emplace_back("Water Kettle", "Home;Kettles");
        const Augmentation result = *augmentOffline(catalogue(items), {});
        QCOMPARE(result.items[0].genres, (Words{"olive oil", "oil"}));
        QVERIFY(std::ranges::find(result.items[0].keywords, "virgin") != result.items[0].keywords.end());
        QVERIFY(result.items[12].genres.empty()); // too rare to be a genre
        QVERIFY(result.items[13].empty());
        QCOMPARE(result.items[14].genres, (Words{"home", "kettle"}));
    }

    void heads_data()
    {
        QTest::addColumn<QString>("title");
        QTest::addColumn<QString>("head");
        QTest::newRow("comma") << "Dried Blueberries, 4-Pound Box"
                               << "Dried Blueberries";
        QTest::newRow("bracket") << "Vanilla Biscotti (2 Boxes)"
                                 << "Vanilla Biscotti ";
        QTest::newRow("dash") << "Games Tower - Gunmetal"
                              << "Games Tower";
        QTest::newRow("no dash inside words") << "SF-210 Steam Cleaner"
                                              << "SF-210 Steam Cleaner";
        QTest::newRow("preposition") << "Log Tote with Stand"
                                     << "Log Tote";
        QTest::newRow("starts with a mark") << "(500) Days"
                                            << "(500) Days";
        QTest::newRow("empty") << ""
                               << "";
    }

    void heads()
    {
        QFETCH(QString, title);
        QFETCH(QString, head);
        const std::string text = title.toStdString();
        QCOMPARE(QString::fromStdString(std::string(headOf(text))), head);
    }

    void tellingWordsOnly()
    {
        QCOMPARE(tellingWords("Knives with 2 Handles, 16-Ounce (Pack of 6), SF210 & Boxes"),
            (Words{normalised("knives"), "handle", "box"}));
    }

    /// Themes are words that both domains use.
    void themesAreShared()
    {
        std::map<std::string, std::set<data::Domain>> domains;
        for (data::ItemId i = 0; i < demo().dataset.itemCount(); ++i)
            for (const std::string& word :
                tellingWords(demo().dataset.items[static_cast<std::size_t>(i)].title + " "
                    + demo().dataset.items[static_cast<std::size_t>(i)].categories))
                domains[word].insert(demo().dataset.domainOf(i));
        std::size_t themes = 0;
        for (const ItemFeatures& features : augmented().items)
            for (const std::string& theme : features.themes) {
                QCOMPARE(domains[theme].size(), std::size_t{2});
                ++themes;
            }
        QVERIFY(themes > augmented().items.size());
    }

    void extensionsAreCandidates()
    {
        const OfflineOptions options;
        std::size_t liked = 0;
        for (std::size_t user = 0; user < demo().dataset.userCount(); ++user) {
            const SequenceExtension& extension = augmented().sequences[user];
            const Candidates candidates =
                sampleCandidates(demo().dataset, user, options.candidates, options.seed);
            for (const std::size_t domain : {0U, 1U}) {
                std::set<data::ItemId> offered(candidates[domain].begin(), candidates[domain].end());
                for (const auto* part : {&extension.liked, &extension.disliked})
                    for (const data::ItemId item : (*part)[domain])
                        QCOMPARE(offered.erase(item), std::size_t{1}); // in one list, once
                liked += extension.liked[domain].size();
            }
        }
        QVERIFY(liked > demo().dataset.userCount() / 2);
    }

    /// What is liked is of the user's favourite topic more often than chance (1 in 12), disliked less.
    void likesFollowTheHistory()
    {
        const double liked = shareOfFavourites(&SequenceExtension::liked);
        const double disliked = shareOfFavourites(&SequenceExtension::disliked);
        QVERIFY2(liked > 0.4 && disliked < 0.04,
            qPrintable(QString("%1 liked, %2 disliked").arg(liked).arg(disliked)));
    }

    /// Held-out events change nothing: not who they are, nor that they are there.
    void seesNoHeldOutEvent()
    {
        data::Dataset changed = demo().dataset;
        for (data::Event& event : changed.allEvents)
            if (event.role != data::Role::Train)
                event.item = changed.firstItem(changed.domainOf(event.item));
        QVERIFY(equal(*augmentOffline(changed, {}), augmented()));
    }

    void itemsOnly()
    {
        OfflineOptions options;
        options.itemsOnly = true;
        const Augmentation result = *augmentOffline(demo().dataset, options);
        QVERIFY(result.items == augmented().items);
        QVERIFY(std::ranges::all_of(result.users, &UserProfile::empty));
        QVERIFY(std::ranges::all_of(result.sequences, &SequenceExtension::empty));
        QCOMPARE(result.users.size(), demo().dataset.userCount());
    }

    void withoutText()
    {
        data::Dataset dataset = demo().dataset;
        for (data::Item& item : dataset.items)
            item = {item.id, "", "", ""};
        const Augmentation result = *augmentOffline(dataset, {});
        QVERIFY(std::ranges::all_of(result.items, &ItemFeatures::empty));
        QVERIFY(std::ranges::all_of(result.users, &UserProfile::empty));
        QVERIFY(std::ranges::all_of(result.sequences, &SequenceExtension::empty));
    }

    void stops()
    {
        std::stop_source stop;
        OfflineOptions options;
        options.progress = [&](double share, const std::string&) {
            if (share > 0.6)
                stop.request_stop();
        };
        QVERIFY(!augmentOffline(demo().dataset, options, stop.get_token()).has_value());
    }

    void progressRises()
    {
        std::vector<double> shares;
        OfflineOptions options;
        options.progress = [&](double share, const std::string& what) {
            QVERIFY(!what.empty());
            shares.push_back(share);
        };
        QVERIFY(augmentOffline(demo().dataset, options).has_value());
        QVERIFY(std::ranges::is_sorted(shares));
        QCOMPARE(shares.back(), 1.0);
    }
};

std::unique_ptr<QObject> tst_offline()
{
    return std::make_unique<TestOffline>();
}
#include "tst_offline.moc"
