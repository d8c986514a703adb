// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/answer.h"
#include "core/augment/answer_json.h"
#include "core/augment/normalise.h"
#include "tests/fixtures/json_support.h"
#include "tests/fixtures/support.h"

#include <QTest>

#include <memory>

using namespace fedcctr;
using namespace fedcctr::augment;
using nlohmann::json;
using Words = std::vector<std::string>;
using Ids = std::vector<data::ItemId>;

namespace {

/// Names of the reasons, sorted.
QStringList reasons(const std::vector<Rejected>& rejected)
{
    QStringList names;
    for (const Rejected& one : rejected)
        names += QString::fromStdString(nameOf(one.reason));
    names.sort();
    return names;
}

const Candidates kCandidates{Ids{40, 41, 42, 43, 44, 45, 46, 47, 48, 49}, Ids{90, 91, 92, 93, 94}};

Checked<SequenceExtension> sequence(
    const char* likedA, const char* likedB, const char* dislikedA, const char* dislikedB)
{
    return checkSequence(std::string("{\"liked_A\": ") + likedA + ", \"liked_B\": " + likedB
            + ", \"disliked_A\": " + dislikedA + ", \"disliked_B\": " + dislikedB + "}",
        kCandidates);
}

/// With braces and brackets inside its texts.
const char* const kBraces =
    "{\"genres\": [\"a } b\"], \"themes\": [\"say \\\"}{\\\" now\"], \"keywords\": [\"back\\\\\"]} tail }";

const char* const kGood = R"({"genres": ["Tea"], "themes": [], "keywords": ["Green Teas", "pyramid bags"]})";

} // namespace

class TestAnswer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void objectInTheText_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("after");
        QTest::newRow("alone") << ""
                               << "";
        QTest::newRow("white space") << "\r\n  "
                                     << "\n\n";
        QTest::newRow("prose") << "Sure! Here is the JSON you {asked} for, \"as is\": "
                               << " Hope {this} helps.";
        QTest::newRow("code fence") << "```json\n"
                                    << "\n```\n";
        QTest::newRow("list around it") << "["
                                        << "]";
        QTest::newRow("second object") << ""
                                       << "{\"genres\": [\"other\"]}";
        QTest::newRow("thought") << "<think>Perhaps {\"genres\": [\"x\"]}?</think>\n"
                                 << "";
        QTest::newRow("brace that is not closed in the prose") << "Use { and: "
                                                               << "";
    }
    void objectInTheText()
    {
        QFETCH(const QString, before);
        QFETCH(const QString, after);
        const auto checked = checkItem((before + QString::fromUtf8(kGood) + after).toStdString());
        QVERIFY(checked.usable);
        QVERIFY(checked.rejected.empty());
        QCOMPARE(checked.value, (ItemFeatures{{"tea"}, {}, {"green tea", "pyramid bag"}}));
    }

    /// What a model thought aloud is no answer, whatever the tags, however it ended.
    void drafts_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("isCutOff");
        QTest::addColumn<QString>("reason"); // empty: the answer is taken
        const QString draft = R"({"genres": ["draft"], "themes": [], "keywords": []})";
        const QString good = QString::fromUtf8(kGood);
        for (const char* name : {"think", "thinking", "THINK", "thought", "reasoning"}) {
            const QString open = QStringLiteral("<%1>").arg(name);
            const QString close = QStringLiteral("</%1>").arg(name);
            QTest::addRow("%s, unclosed", name) << open + draft + " No," << false << "only thoughts";
            QTest::addRow("%s, cut off", name) << open + draft + " No," << true << "cut off";
            QTest::addRow("%s, closed", name) << open + draft + close + good << false << QString();
            QTest::addRow("%s, not opened", name)
                << draft + " No." + close + "\n" + good << false << QString();
            QTest::addRow("%s, again", name)
                << open + draft + close + "Well. " + open + draft << false << "only thoughts";
            QTest::addRow("%s, answer cut off", name)
                << open + draft + close + good.left(20) << true << "cut off";
        }
        QTest::newRow("brackets") << "[THINK]" + draft + "[/THINK]" + good << false << QString();
        QTest::newRow("channels") << "<|channel|>analysis<|message|>" + draft
                + "<|end|><|start|>assistant<|channel|>final<|message|>"
                + good << false << QString();
        QTest::newRow("without tags") << "Maybe " + draft + "? No, rather " + good << false << QString();
        QTest::newRow("without tags, cut off") << "Maybe " + draft + "? No, rather" << true << "cut off";
        QTest::newRow("whole before the cut")
            << "```json\n" + good + "\n``` This is becau" << true << QString();
        QTest::newRow("second thoughts cut off")
            << "Maybe " + draft + "? No: " + good.left(20) << false << "not JSON";
        QTest::newRow("byte order mark") << QString(QChar(0xFEFF)) + good + draft << false << QString();
    }
    void drafts()
    {
        QFETCH(const QString, text);
        QFETCH(const bool, isCutOff);
        QFETCH(const QString, reason);
        const auto checked = checkItem(text.toStdString(), isCutOff);
        QCOMPARE(checked.usable, reason.isEmpty());
        QCOMPARE(reasons(checked.rejected), reason.isEmpty() ? QStringList{} : QStringList{reason});
        QVERIFY(std::ranges::find(checked.value.genres, "draft") == checked.value.genres.end());
    }

    /// Half a pair stands for no character: the word loses it, and nothing else is lost.
    void halfSurrogates()
    {
        const auto checked = checkItem(
            R"({"genres": ["tea \ud83d", "\ude00pot"], "themes": ["\ud83d\ude00"], "keywords": ["a\\ud83d", "\ud83d\u0041b"]})");
        QVERIFY(checked.usable);
        QCOMPARE(checked.value.genres, (Words{"tea", "pot"}));
        QCOMPARE(checked.value.themes, Words{"\xF0\x9F\x98\x80"});
        QCOMPARE(checked.value.keywords, (Words{"a\\ud83d", "ab"}));
    }

    /// Braces and brackets inside texts are text.
    void bracesInStrings()
    {
        const auto checked = checkItem(kBraces);
        QVERIFY(checked.usable);
        QCOMPARE(checked.value, (ItemFeatures{{"a b"}, {"say now"}, {"back"}}));
    }

    void notJson_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("nothing") << QByteArray("");
        QTest::newRow("prose") << QByteArray("I cannot answer that.");
        QTest::newRow("list") << QByteArray("[1, 2]");
        QTest::newRow("number") << QByteArray("3");
        QTest::newRow("cut off in a list") << QByteArray("{\"genres\": [\"tea\", \"gre");
        QTest::newRow("cut off after an inner object")
            << QByteArray("{\"genres\": [], \"x\": {\"genres\": []}, \"th");
        QTest::newRow("cut off in an escape") << QByteArray("{\"genres\": [\"tea\\");
        QTest::newRow("single quotes") << QByteArray("{'genres': []}");
        QTest::newRow("comma too many") << QByteArray("{\"genres\": [],}");
        QTest::newRow("brackets crossed") << QByteArray("{\"genres\": [}");
        QTest::newRow("deep") << QByteArray("{\"a\":").repeated(100000);
        QTest::newRow("braces") << QByteArray("{").repeated(100000);
        QTest::newRow("bytes") << QByteArray("\x00\xFF\xFE{\x01", 5).repeated(1000);
    }
    void notJson()
    {
        QFETCH(const QByteArray, text);
        const auto checked = checkItem(text.toStdString());
        QVERIFY(!checked.usable);
        QVERIFY(checked.value.empty());
        QCOMPARE(reasons(checked.rejected), QStringList{"not JSON"});
        QVERIFY(!checkUser(text.toStdString()).usable);
        QVERIFY(!checkSequence(text.toStdString(), kCandidates).usable);
    }

    void missingFieldsRefuseTheWhole()
    {
        const auto checked = checkItem(R"({"genres": ["tea"], "theme": ["x"]})");
        QVERIFY(!checked.usable);
        QVERIFY(checked.value.empty());
        QCOMPARE(reasons(checked.rejected), (QStringList{"missing field", "missing field", "unknown field"}));
        const std::string message = repairMessage(checked.rejected);
        for (const char* part :
            {"'themes' is missing", "'keywords' is missing", "'theme'", "one corrected JSON object"})
            QVERIFY2(message.find(part) != std::string::npos, message.c_str());
        QVERIFY(!checkItem(R"({"answer": {"genres": [], "themes": [], "keywords": []}})").usable);
    }

    void wrongTypesRefuseTheWhole()
    {
        const auto item = checkItem(R"({"genres": "tea", "themes": null, "keywords": []})");
        QVERIFY(!item.usable);
        QCOMPARE(reasons(item.rejected), (QStringList{"wrong type", "wrong type"}));
        const auto user = checkUser(R"({"age": 30, "gender": "female", "interests": ["tea"]})");
        QVERIFY(!user.usable);
        QVERIFY(user.value.empty());
        const auto extension = sequence("3", "[]", "{}", "[]");
        QVERIFY(!extension.usable);
        QCOMPARE(reasons(extension.rejected), (QStringList{"wrong type", "wrong type"}));
    }

    void unknownFieldsAreDropped()
    {
        const auto checked =
            checkItem(R"({"genres": [], "themes": [], "keywords": ["tea"], "note": {"deep": [1]}})");
        QVERIFY(checked.usable);
        QCOMPARE(checked.value.keywords, Words{"tea"});
        QCOMPARE(reasons(checked.rejected), QStringList{"unknown field"});
    }

    void entriesThatAreNoWords()
    {
        const auto checked = checkItem(
            R"({"genres": ["tea", 3, null, ["x"], {"y": 1}, "  ", "--", "Teas", "TEA "], "themes": [], "keywords": []})");
        QVERIFY(checked.usable);
        QCOMPARE(checked.value.genres, Words{"tea"});
        QCOMPARE(reasons(checked.rejected),
            (QStringList{"duplicate", "duplicate", "wrong type", "wrong type", "wrong type", "wrong type",
                "wrong type", "wrong type"}));
    }

    void longLists()
    {
        json keywords = json::array();
        for (int i = 0; i < 5000; ++i)
            keywords.push_back("word " + std::to_string(i));
        const json answer{{"genres", {"a", "b", "c", "d", "e", "f"}}, {"themes", {"a", "b", "c", "d", "e"}},
            {"keywords", keywords}};
        const auto checked = checkItem(answer.dump());
        QVERIFY(checked.usable);
        QCOMPARE(checked.value.genres, (Words{"a", "b", "c", "d", "e"}));
        QCOMPARE(checked.value.themes.size(), kMostThemes);
        QCOMPARE(checked.value.keywords.size(), kMostKeywords);
        QCOMPARE(reasons(checked.rejected), (QStringList{"too long", "too long"}));
        QVERIFY(checked.rejected[1].detail.find("5000 entries, at most 10") != std::string::npos);
    }

    /// A model that repeats a word without end is not counted without end.
    void endlessRepetition()
    {
        const json answer{{"genres", std::vector<std::string>(20000, "tea")}, {"themes", json::array()},
            {"keywords", json::array()}};
        const auto checked = checkItem(answer.dump());
        QCOMPARE(checked.value.genres, Words{"tea"});
        QCOMPARE(checked.rejected.size(), std::size_t{200});
        QVERIFY(repairMessage(checked.rejected).size() < 1000);
    }

    void longWords()
    {
        const std::string fits(40, 'a');
        std::string umlauts;
        for (int i = 0; i < 40; ++i)
            umlauts += "ä";
        const json answer{
            {"genres", {fits, umlauts, fits + 'b'}}, {"themes", json::array()}, {"keywords", json::array()}};
        const auto checked = checkItem(answer.dump());
        QCOMPARE(checked.value.genres, (Words{fits, umlauts}));
        QCOMPARE(reasons(checked.rejected), QStringList{"too long"});
    }

    /// A word with bytes that are no text is dropped, the rest of the answer is not.
    void invalidUtf8()
    {
        const auto checked = checkItem(
            "\xFF{\"genres\": [\"caf\xE9\", \"t\xC3\xA9\"], \"themes\": [], \"keywords\": [\"\x80\"]}");
        QVERIFY(checked.usable);
        QCOMPARE(checked.value.genres, Words{"té"});
        QCOMPARE(reasons(checked.rejected), (QStringList{"wrong type", "wrong type"}));
        for (const Rejected& one : checked.rejected)
            QVERIFY(QString::fromStdString(one.detail).toStdString() == one.detail);
    }

    void closedSets_data()
    {
        QTest::addColumn<QString>("age");
        QTest::addColumn<QString>("gender");
        QTest::addColumn<QString>("takenAge");
        QTest::addColumn<QString>("takenGender");
        QTest::addColumn<int>("rejected");
        QTest::newRow("as they are") << "25-34"
                                     << "female"
                                     << "25-34"
                                     << "female" << 0;
        QTest::newRow("unknown") << "unknown"
                                 << "unknown"
                                 << "unknown"
                                 << "unknown" << 0;
        QTest::newRow("other spelling") << " 65 And Over"
                                        << "MALE."
                                        << "65 and over"
                                        << "male" << 0;
        QTest::newRow("en dash") << QStringLiteral("25–34") << "Other"
                                 << "25-34"
                                 << "other" << 0;
        QTest::newRow("other words") << "30"
                                     << "woman"
                                     << "unknown"
                                     << "unknown" << 2;
        QTest::newRow("empty") << ""
                               << "male"
                               << "unknown"
                               << "male" << 1;
    }
    void closedSets()
    {
        QFETCH(const QString, age);
        QFETCH(const QString, gender);
        const json answer{
            {"age", age.toStdString()}, {"gender", gender.toStdString()}, {"interests", {"Teas"}}};
        const auto checked = checkUser(answer.dump());
        QVERIFY(checked.usable);
        QTEST(QString::fromStdString(checked.value.age), "takenAge");
        QTEST(QString::fromStdString(checked.value.gender), "takenGender");
        QCOMPARE(checked.value.interests, Words{"tea"});
        QTEST(static_cast<int>(checked.rejected.size()), "rejected");
        for (const Rejected& one : checked.rejected)
            QCOMPARE(nameOf(one.reason), std::string("wrong type"));
    }

    void candidates()
    {
        const auto checked = sequence("[2, 1]", "[5]", "[10]", "[]");
        QVERIFY(checked.usable);
        QVERIFY(checked.rejected.empty());
        QCOMPARE(checked.value, (SequenceExtension{{Ids{41, 40}, Ids{94}}, {Ids{49}, Ids{}}}));
    }

    void unknownCandidates()
    {
        const auto checked =
            sequence("[0, 11, -1, 3, 99999999999999999999, 18446744073709551615]", "[6]", "[]", "[1]");
        QVERIFY(checked.usable);
        QCOMPARE(checked.value, (SequenceExtension{{Ids{42}, Ids{}}, {Ids{}, Ids{90}}}));
        QCOMPARE(reasons(checked.rejected).count(QStringLiteral("unknown candidate")), 5);
        QCOMPARE(checked.rejected.size(), std::size_t{6});
        QVERIFY(checked.rejected[0].detail.find("liked_A: '0' is not a candidate (1 to 10)")
            != std::string::npos);
    }

    /// Models that write numbers as texts mean the numbers; whole numbers with a point are whole.
    void numbersAsTexts()
    {
        const auto checked =
            sequence(R"(["3", " 4 ", 5.0])", R"(["1.5", "one", 2.5, null, [1], true, ""])", "[]", "[]");
        QVERIFY(checked.usable);
        QCOMPARE(checked.value, (SequenceExtension{{Ids{42, 43, 44}, Ids{}}, {}}));
        QCOMPARE(reasons(checked.rejected).count(QStringLiteral("wrong type")), 7);
    }

    void duplicates()
    {
        const auto checked = sequence(R"([3, "3", 3.0, 4])", "[]", "[]", "[2, 2]");
        QCOMPARE(checked.value, (SequenceExtension{{Ids{42, 43}, Ids{}}, {Ids{}, Ids{91}}}));
        QCOMPARE(reasons(checked.rejected), (QStringList{"duplicate", "duplicate", "duplicate"}));
    }

    /// Taken out of both; the same number of the other domain is another item.
    void inBothLists()
    {
        const auto checked = sequence("[1, 2, 3]", "[2]", "[3, 4, 1]", "[1]");
        QVERIFY(checked.usable);
        QCOMPARE(checked.value, (SequenceExtension{{Ids{41}, Ids{91}}, {Ids{43}, Ids{90}}}));
        QCOMPARE(reasons(checked.rejected), (QStringList{"in both lists", "in both lists"}));
        QVERIFY(checked.rejected[1].detail.find("3 is in liked_A and in disliked_A") != std::string::npos);
    }

    void noCandidates()
    {
        const auto checked = checkSequence(
            R"({"liked_A": [1], "liked_B": [], "disliked_A": [], "disliked_B": []})", Candidates{});
        QVERIFY(checked.usable);
        QVERIFY(checked.value.empty());
        QCOMPARE(reasons(checked.rejected), QStringList{"unknown candidate"});
    }

    void endlessNumbers()
    {
        json numbers = json::array();
        for (int i = 0; i < 100000; ++i)
            numbers.push_back(7);
        const auto checked = sequence(numbers.dump().c_str(), "[]", "[]", "[]");
        QCOMPARE(checked.value.liked[0], Ids{46});
        QCOMPARE(reasons(checked.rejected).count(QStringLiteral("too long")), 1);
        QVERIFY(checked.rejected.size() <= 200);
    }

    void schemas()
    {
        const json item = json::parse(schemaOf(Stage::Item, 0));
        QCOMPARE(item["type"].get<std::string>(), std::string("object"));
        QCOMPARE(item["additionalProperties"].get<bool>(), false);
        COMPARE_JSON(item["required"], (json{"genres", "themes", "keywords"}));
        COMPARE_JSON(item["properties"]["keywords"],
            (json{{"type", "array"}, {"items", {{"type", "string"}}}, {"maxItems", 10}}));
        const json user = json::parse(schemaOf(Stage::User, 0));
        COMPARE_JSON(user["properties"]["age"]["enum"], json(kAges));
        COMPARE_JSON(user["properties"]["gender"]["enum"], json(kGenders));
        const json sequenceSchema = json::parse(schemaOf(Stage::Sequence, 3));
        COMPARE_JSON(sequenceSchema["required"], (json{"liked_A", "liked_B", "disliked_A", "disliked_B"}));
        COMPARE_JSON(sequenceSchema["properties"]["disliked_B"]["items"],
            (json{{"type", "integer"}, {"enum", {1, 2, 3}}}));
    }

    void acceptedValuesComeBack()
    {
        const ItemFeatures features{{"tea", "café"}, {}, {"a \"quoted\" \\ word"}};
        QCOMPARE(itemFeaturesFrom(toJson(features)), features);
        const UserProfile profile{"25-34", "other", {"tea", "bread"}};
        QCOMPARE(userProfileFrom(toJson(profile)), profile);
        const SequenceExtension extension{{Ids{3, 1}, Ids{}}, {Ids{2}, Ids{77}}};
        QCOMPARE(sequenceExtensionFrom(toJson(extension)), extension);
        QCOMPARE(itemFeaturesFrom(toJson(ItemFeatures{})), ItemFeatures{});
    }

    void damagedValues()
    {
        VERIFY_MESSAGE(test::errorOf([] { itemFeaturesFrom(std::string_view("{")); }), "{", "JSON object");
        VERIFY_MESSAGE(test::errorOf([] { itemFeaturesFrom(std::string_view("[]")); }), "[]", "genres");
        VERIFY_MESSAGE(test::errorOf([] { itemFeaturesFrom(std::string_view(R"({"genres": [1]})")); }),
            "genres", "words");
        VERIFY_MESSAGE(test::errorOf([] { userProfileFrom(std::string_view(R"({"age": "40"})")); }), "age",
            "40", "allowed");
        VERIFY_MESSAGE(test::errorOf([] { sequenceExtensionFrom(std::string_view(R"({"liked_A": [-1]})")); }),
            "liked_A", "-1");
    }

    void normalising_data()
    {
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* word, const char* expected) {
            QTest::newRow(word) << QString::fromUtf8(expected);
        };
        row("Tea", "tea");
        row("  Green \t TEA\n", "green tea");
        row("Science-Fiction", "science fiction");
        row("science_fiction", "science fiction");
        row("slow–cooking", "slow cooking");
        row("tea (green)", "tea green");
        row("\"green\" tea", "green tea");
        row("“Tea”", "tea");
        row("#tea!", "tea");
        row("tea.", "tea");
        row("…tea…", "tea");
        row("arts & crafts", "arts and craft");
        row("Arts&Crafts", "arts and craft");
        row("& tea", "tea");
        row("children's books", "children's book");
        row("Children’s Book", "children's book");
        row("CAFÉ", "café");
        row("ŽIŽEK Ÿ", "žižek Ÿ");
        row("ΤΣΑΪ", "τσαϊ");
        row("ЧАЙ Ё", "чай ё");
        row("茶", "茶");
        row("12-ounce", "12 ounce");
        row("", "");
        row("---", "");
        row("?!", "");
        row("cookies", "cookie");
        row("Movies", "movie");
        row("smoothies", "smoothie");
        row("berries", "berry");
        row("stories", "story");
        row("pies", "pie");
        row("dishes", "dish");
        row("watches", "watch");
        row("boxes", "box");
        row("glass", "glass");
        row("glasses", "glass");
        row("wine glasses", "wine glass");
        row("potatoes", "potato");
        row("shoes", "shoe");
        row("quiches", "quiche");
        row("knives", "knife");
        row("olives", "olive");
        row("leaves", "leaf");
        row("women", "woman");
        row("teas", "tea");
        row("spices", "spice");
        row("cases", "case");
        row("houses", "house");
        row("toys", "toy");
        row("pizzas", "pizza");
        row("videos", "video");
        row("lenses", "lens");
        row("gas", "gas");
        row("bus", "bus");
        row("hummus", "hummus");
        row("basis", "basis");
        row("series", "series");
        row("news", "news");
        row("molasses", "molasses");
        row("electronics", "electronics");
        row("comics", "comic");
        row("glass dishes", "glass dish");
        row("christmas", "christmas");
    }
    void normalising()
    {
        const std::string once = normalised(QTest::currentDataTag());
        QTEST(QString::fromStdString(once), "expected");
        QCOMPARE(normalised(once), once);
    }
};

std::unique_ptr<QObject> tst_answer()
{
    return std::make_unique<TestAnswer>();
}
#include "tst_answer.moc"
