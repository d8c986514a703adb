// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/dataset_cache.h"
#include "core/data/demo.h"
#include "core/data/text.h"
#include "core/model/text_vectors.h"
#include "core/model/tokens.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <set>

using namespace fedcctr;
using namespace fedcctr::model;
using data::words;

namespace {

data::Dataset withTitles(const std::vector<std::string>& titles)
{
    data::Dataset dataset;
    for (const std::string& title : titles)
        dataset.items.push_back({"id", title, "", ""});
    dataset.itemsInA = dataset.itemCount();
    return dataset;
}

double product(const std::vector<float>& vectors, int width, std::size_t i, std::size_t j)
{
    const auto w = static_cast<std::size_t>(width);
    return std::inner_product(vectors.begin() + static_cast<std::ptrdiff_t>(i * w),
        vectors.begin() + static_cast<std::ptrdiff_t>((i + 1) * w),
        vectors.begin() + static_cast<std::ptrdiff_t>(j * w), 0.0);
}

using Words = std::vector<std::string>;
using Phrases = std::vector<Phrase>;

constexpr int kBuckets = 4096;

WeightedTokens tokensOf(const std::string& title)
{
    return itemTokens(itemWords({"id", title, "", ""}), kBuckets);
}

double weightIn(const WeightedTokens& tokens, const std::string& word)
{
    const auto found =
        std::ranges::find(tokens, tokensOf(word).at(0).first, &WeightedTokens::value_type::first);
    return found == tokens.end() ? 0 : static_cast<double>(found->second);
}

} // namespace

class TestTextVectors : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void wordsOfAText()
    {
        QCOMPARE(words("The Quick, brown-fox's 2nd JUMP!"),
            (Words{"the", "quick", "brown", "foxs", "2nd", "jump"}));
        QCOMPARE(words("a b c 7"), Words{}); // one character says little
        QCOMPARE(words(""), Words{});
        QCOMPARE(words("Crème brûlée; 寿司"), (Words{"crème", "brûlée", "寿司"}));
        QCOMPARE(words("x;yz"), Words{"yz"});
    }

    void phrasesByField()
    {
        const ItemWords words = itemWords({"id", "Pot; black|iron", "Home;Cast iron, seasoned; ;7", "Lodge"},
            {{"cookware"}, {}, {"dutch oven", "slow;cook"}});
        QCOMPARE(words[0], (Phrases{{"pot", "black", "iron"}}));
        QCOMPARE(words[1], (Phrases{{"home"}, {"cast", "iron", "seasoned"}}));
        QCOMPARE(words[2], (Phrases{{"cookware"}}));
        QCOMPARE(words[3], Phrases{});
        QCOMPARE(words[4], (Phrases{{"dutch", "oven"}, {"slow", "cook"}}));
    }

    /// Of one field, the share of each distinct word is one over their number.
    void tokensOfATitle()
    {
        const WeightedTokens tokens = tokensOf("Green tea and green tea leaves");
        QCOMPARE(tokens.size(), std::size_t{4}); // green tea and leaves
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            QVERIFY(tokens[i].first >= 0 && tokens[i].first < kBuckets);
            QVERIFY(i == 0 || tokens[i - 1].first < tokens[i].first);
            QCOMPARE(tokens[i].second, 0.25F);
        }
        QCOMPARE(itemTokens(itemWords({"id", "", "GREEN", ""}), kBuckets), tokensOf("green"));
        QCOMPARE(itemTokens(itemWords({"id", "green tea", "Food", ""}), 1), (WeightedTokens{{0, 1.0F}}));
        QVERIFY(itemTokens(itemWords({"id", "", "; ;", "Somebody"}), kBuckets).empty());
    }

    /// Four of five fields have words: 2, 1, 1 and 4 of them. A word of two fields has both shares.
    void tokensAreAMeanOfMeans()
    {
        const WeightedTokens tokens = itemTokens(
            itemWords({"id", "green tea", "Food", ""}, {{}, {"calm"}, {"tea", "japan", "fine leaf"}}),
            kBuckets);
        QCOMPARE(tokens.size(), std::size_t{7});
        QCOMPARE(weightIn(tokens, "green"), 1 / 2.0 / 4);
        QCOMPARE(weightIn(tokens, "tea"), (1 / 2.0 + 1 / 4.0) / 4);
        QCOMPARE(weightIn(tokens, "food"), 1 / 4.0);
        QCOMPARE(weightIn(tokens, "calm"), 1 / 4.0);
        for (const char* word : {"japan", "fine", "leaf"})
            QCOMPARE(weightIn(tokens, word), 1 / 4.0 / 4);
    }

    /// Twelve words of a title and twenty keywords: each keyword has a fortieth, and the title its half.
    void aLongTitleLeavesTheKeywords()
    {
        augment::ItemFeatures features;
        for (int i = 0; i < 20; ++i)
            features.keywords.push_back("keyword" + std::to_string(i));
        std::string title;
        for (int i = 0; i < 12; ++i)
            title += "word" + std::to_string(i) + ' ';
        const ItemWords words = itemWords({"id", title, "", ""}, features);
        const WeightedTokens tokens = itemTokens(words, 1 << 30);
        QCOMPARE(tokens.size(), std::size_t{32});
        const auto withWeight = [&](float weight) {
            return std::ranges::count(tokens, weight, &WeightedTokens::value_type::second);
        };
        QCOMPARE(withWeight(1 / 40.0F), 20);
        QCOMPARE(withWeight(1 / 24.0F), 12);
    }

    void theOrderOfKeywordsDoesNotMatter()
    {
        data::Dataset dataset = withTitles({"red tea pot", "tea mug", "iron pot"});
        dataset.items[1].categories = "Home;Iron";
        const std::vector<augment::ItemFeatures> features{
            {{"cookware", "tea time"}, {}, {"red iron", "mug", "tea time", "home"}}, {}, {{}, {"home"}, {}}};
        std::vector<augment::ItemFeatures> turned = features;
        std::ranges::reverse(turned[0].keywords);
        std::ranges::reverse(turned[0].genres);
        QVERIFY(itemTokens(itemWords(dataset, features, 0), kBuckets)
            == itemTokens(itemWords(dataset, turned, 0), kBuckets));
        QVERIFY(textVectors(dataset, 4, features) == textVectors(dataset, 4, turned));
        QVERIFY(textVectors(dataset, 4, features) != textVectors(dataset, 4));
    }

    /// Two buckets in 4096 are seldom the same: 200 words fill about 195 of them.
    void hashesSpread()
    {
        std::set<std::int32_t> buckets;
        for (int i = 0; i < 200; ++i)
            buckets.insert(tokensOf("word" + std::to_string(i)).at(0).first);
        QVERIFY(buckets.size() > 185);
    }

    /// Four titles over the terms that occur twice: "red", "tea" and the pair "red tea"; smoothed idf of a
    /// term in n of 4 items is ln(5 / (1 + n)) + 1, term frequency 1 + ln(count). With as many coordinates as
    /// terms the SVD only turns the space, so the products are those of the rows.
    void productsByHand()
    {
        const std::vector<float> vectors =
            textVectors(withTitles({"red tea", "red tea red", "tea pot", "coffee mug"}), 5);
        const double red = std::log(5.0 / 3) + 1; // items 0, 1
        const double tea = std::log(5.0 / 4) + 1; // items 0, 1, 2
        const double pair = std::log(5.0 / 3) + 1; // items 0, 1
        const double redTwice = (1 + std::log(2.0)) * red;
        const double norm0 = std::sqrt(red * red + tea * tea + pair * pair);
        const double norm1 = std::sqrt(redTwice * redTwice + tea * tea + pair * pair);
        const auto near = [](double x, double y) { return std::abs(x - y) < 1e-6; };
        QVERIFY(
            near(product(vectors, 5, 0, 1), (red * redTwice + tea * tea + pair * pair) / (norm0 * norm1)));
        QVERIFY(near(product(vectors, 5, 0, 2), tea / norm0));
        QVERIFY(near(product(vectors, 5, 1, 2), tea / norm1));
        for (const std::size_t i : {0U, 1U, 2U})
            QVERIFY(near(product(vectors, 5, i, i), 1));
        // No term that another item has, too.
        QCOMPARE(product(vectors, 5, 3, 3), 0.0);
        // Three terms span at most three coordinates.
        for (const std::size_t item : {0U, 1U, 2U, 3U})
            QVERIFY(near(static_cast<double>(vectors[item * 5 + 3]), 0)
                && near(static_cast<double>(vectors[item * 5 + 4]), 0));
    }

    /// Item 0 has the unit vectors of its title (red, tea and their pair) and of its keywords (tea, mug),
    /// each with half the weight; the others have a field each. Everything but the pair "mug tea", which
    /// would reach from one keyword into the next, occurs twice.
    void fieldsAreAveragedByHand()
    {
        const data::Dataset dataset = withTitles({"red tea", "red tea", "mug", "mug tea"});
        const std::vector<augment::ItemFeatures> features{{{}, {}, {"mug", "tea"}}, {}, {}, {}};
        const std::vector<float> vectors = textVectors(dataset, 5, features);
        const double red = std::log(5.0 / 3) + 1; // items 0, 1
        const double pair = red;
        const double tea = std::log(5.0 / 4) + 1; // items 0, 1, 3
        const double mug = tea; // items 0, 2, 3
        const double title = std::sqrt(red * red + tea * tea + pair * pair);
        const double keywords = std::sqrt(mug * mug + tea * tea);
        const double teaOfBoth = tea / title + tea / keywords;
        const double both = std::sqrt((red * red + pair * pair) / (title * title) + teaOfBoth * teaOfBoth
            + mug * mug / (keywords * keywords));
        const auto near = [](double x, double y) { return std::abs(x - y) < 1e-6; };
        QVERIFY(near(product(vectors, 5, 0, 1),
            ((red * red + pair * pair) / title + tea * teaOfBoth) / (title * both)));
        QVERIFY(near(product(vectors, 5, 0, 2), mug / keywords / both));
        QVERIFY(
            near(product(vectors, 5, 0, 3), (mug * mug / keywords + tea * teaOfBoth) / (keywords * both)));
        QVERIFY(near(product(vectors, 5, 0, 0), 1));
    }

    /// A field without a word, or without one that another item has, leaves a vector as it was, bit for bit.
    void emptyFieldsDoNotCount()
    {
        data::Dataset dataset = withTitles({"red tea", "red tea pot", "tea pot"});
        const std::vector<float> plain = textVectors(dataset, 3);
        QVERIFY(textVectors(dataset, 3, std::vector<augment::ItemFeatures>(3)) == plain);
        dataset.items[1].categories = ";a; ,";
        QVERIFY(textVectors(dataset, 3, std::vector<augment::ItemFeatures>{{}, {}, {{}, {}, {"only mine"}}})
            == plain);
    }

    /// One coordinate is the leading singular direction: two groups of titles without a common word, the
    /// larger one wins.
    void theLeadingDirectionIsKept()
    {
        const std::vector<float> vectors =
            textVectors(withTitles({"green tea", "green tea", "green tea", "blue mug", "blue mug"}), 1);
        for (const std::size_t item : {0U, 1U, 2U})
            QVERIFY(std::abs(std::abs(static_cast<double>(vectors[item])) - 1) < 1e-6);
        for (const std::size_t item : {3U, 4U})
            QVERIFY(std::abs(static_cast<double>(vectors[item])) < 1e-6);
    }

    void itemsWithoutTextAreZero()
    {
        for (const std::vector<std::string>& titles : {std::vector<std::string>{"", "", ""},
                 std::vector<std::string>{}, std::vector<std::string>{"one", "two"}})
            for (const float value : textVectors(withTitles(titles), 4))
                QCOMPARE(value, 0.0F);
        const std::vector<float> mixed = textVectors(withTitles({"tea", "", "tea"}), 4);
        QCOMPARE(mixed.size(), std::size_t{12});
        QCOMPARE(product(mixed, 4, 1, 1), 0.0);
        QVERIFY(std::abs(product(mixed, 4, 0, 2) - 1) < 1e-6);
    }

    /// The demo's titles are made of the topic's words: items of one topic lie closer than others.
    void topicsOfTheDemo()
    {
        constexpr int kWidth = 32;
        const data::Demo demo = data::generateDemo({.users = 100, .items = 150, .seed = 2});
        const std::vector<float> vectors = textVectors(demo.dataset, kWidth);
        QCOMPARE(vectors.size(), demo.dataset.items.size() * kWidth);
        double same = 0;
        double other = 0;
        double sameCount = 0;
        double otherCount = 0;
        for (std::size_t i = 0; i < demo.dataset.items.size(); ++i)
            for (std::size_t j = 0; j < i; ++j) {
                const bool together = demo.truth.itemTopic[i] == demo.truth.itemTopic[j];
                (together ? same : other) += product(vectors, kWidth, i, j);
                (together ? sameCount : otherCount) += 1;
            }
        QVERIFY2(same / sameCount > other / otherCount + 0.3,
            qPrintable(QStringLiteral("%1 and %2").arg(same / sameCount).arg(other / otherCount)));
        QVERIFY(vectors == textVectors(demo.dataset, kWidth));
    }

    /// Those beside a dataset are those that are computed; other texts have others.
    void keptVectors()
    {
        const QTemporaryDir folder;
        const data::Dataset inMemory = data::generateDemo({.users = 60, .items = 80, .seed = 2}).dataset;
        data::save(inMemory, folder.path().toStdString());
        data::Dataset dataset = data::load(folder.path().toStdString());
        const std::vector<float> computed = textVectors(inMemory, 8);
        for (int i = 0; i < 2; ++i)
            QVERIFY(textVectors(dataset, 8) == computed);
        QVERIFY(textVectors(dataset, 9) == textVectors(inMemory, 9));
        std::swap(dataset.items[0].title, dataset.items[70].title);
        QVERIFY(textVectors(dataset, 8) != computed);
        // One file for each.
        QCOMPARE(
            QDir(folder.filePath(QString::fromLatin1(data::kCacheFolder))).entryList(QDir::Files).size(), 3);
    }

    /// More coordinates come nearer to the products of the full space, and never lose a direction that fewer
    /// had.
    void widthOnlyAdds()
    {
        const data::Dataset demo = data::generateDemo({.users = 60, .items = 80, .seed = 2}).dataset;
        const std::vector<float> full = textVectors(demo, 600);
        double previous = 1e9;
        for (const int width : {4, 16, 64, 256}) {
            const std::vector<float> reduced = textVectors(demo, width);
            double error = 0;
            for (std::size_t i = 0; i < demo.items.size(); i += 3)
                for (std::size_t j = 0; j < i; j += 3)
                    error += std::abs(product(reduced, width, i, j) - product(full, 600, i, j));
            QVERIFY2(
                error < previous || error < 1e-3, qPrintable(QStringLiteral("%1: %2").arg(width).arg(error)));
            previous = error;
        }
    }
};

std::unique_ptr<QObject> tst_text_vectors()
{
    return std::make_unique<TestTextVectors>();
}
#include "tst_text_vectors.moc"
