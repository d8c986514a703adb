// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/html.h"
#include "core/data/import_options.h"
#include "core/data/importers/amazon.h"
#include "core/data/importers/csv.h"
#include "tests/fixtures/support.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <memory>

using namespace fedcctr;
using namespace fedcctr::data;
using fedcctr::gzipped;
using fedcctr::test::errorOf;
using fedcctr::test::pathIn;

namespace {

using Paths = std::vector<std::filesystem::path>;

/// Small data cannot spare 99 negatives.
ImportOptions small()
{
    ImportOptions options;
    options.name = "small";
    options.evaluationNegatives = 0;
    return options;
}

/// The ids of a user's items in order, "a1 b1 …".
std::string itemsOf(const Dataset& dataset, const std::string& user)
{
    const auto found = std::ranges::find(dataset.users, user);
    if (found == dataset.users.end())
        return "no such user";
    std::string text;
    for (const Event& event : dataset.events(static_cast<std::size_t>(found - dataset.users.begin())))
        text += (text.empty() ? "" : " ") + dataset.items[static_cast<std::size_t>(event.item)].id;
    return text;
}

const Item& itemOf(const Dataset& dataset, const std::string& id)
{
    static const Item kNone;
    const auto found = std::ranges::find(dataset.items, id, &Item::id);
    return found == dataset.items.end() ? kNone : *found;
}

/// A review as in the dumps of 2014 and 2018, with a text that tries to confuse.
std::string review(const std::string& user, const std::string& item, int time)
{
    return "{\"reviewerID\": \"" + user + "\", \"asin\": \"" + item
        + "\", \"helpful\": [0, 1], \"reviewText\": \"{\\\"asin\\\": \\\"no\\\"} \\\\\", \"overall\": 5.0, "
          "\"unixReviewTime\": "
        + std::to_string(time) + "}\n";
}

bool hasNote(const Dataset& dataset, std::string_view part)
{
    return std::ranges::any_of(dataset.provenance.notes,
        [&](const std::string& note) { return note.find(part) != std::string::npos; });
}

} // namespace

class TestImport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void seqDecidesTheOrder()
    {
        const Dataset dataset =
            csv("seq,domain,item,user,timestamp\n"
                "2,food,a2,u1,300\n0,food,a1,u1,100\n0,kitchen,b2,u2,50\n1,kitchen,b1,u1,200\n"
                "1,food,a1,u2,60\n");
        QCOMPARE(dataset.userCount(), std::size_t{2});
        QCOMPARE(itemsOf(dataset, "u1"), std::string("a1 b1 a2"));
        QCOMPARE(itemsOf(dataset, "u2"), std::string("b2 a1"));
        QCOMPARE(dataset.domainNames, (std::array<std::string, 2>{"food", "kitchen"}));
        QCOMPARE(dataset.itemsInA, 2);
        QCOMPARE(dataset.events(0)[1].time, std::int64_t{200});
        QVERIFY(dataset.provenance.hasTimes);
    }

    void timeDecidesWithoutSeq_tiesKeepTheRows()
    {
        const Dataset dataset = csv("user,item,domain,timestamp,rating\n"
                                    "u1,b1,kitchen,20,5\nu1,a3,food,20,1\nu1,a1,food,10,\nu1,a2,food,20,2\n");
        QCOMPARE(itemsOf(dataset, "u1"), std::string("a1 b1 a3 a2"));
    }

    void ratings()
    {
        const Dataset dataset = csv("user,item,domain,timestamp,rating\n"
                                    "u1,b1,kitchen,20,5\nu1,a1,food,10,3.5\nu1,a2,food,30,\n");
        QCOMPARE(dataset.events(0)[0].rating, std::int16_t{350});
        QCOMPARE(dataset.events(0)[1].rating, std::int16_t{500});
        QCOMPARE(dataset.events(0)[2].rating, kNoRating);
        QVERIFY(!dataset.hasRatings());
        for (const char* bad : {"good", "-1", "101", "nan"})
            VERIFY_MESSAGE(errorOf([&] {
                csv(std::string("user,item,domain,timestamp,rating\nu1,a1,food,1,") + bad + "\n");
            }),
                ":2", "is not a rating", "a number from 0 to 100");
    }

    void withoutTimesThePositionIsTheTime()
    {
        const Dataset dataset = csv("user,item,domain,timestamp,seq\n"
                                    "u1,a1,food,,5\nu1,b1,kitchen,,7\nu1,a1,food,77,9\n");
        QVERIFY(!dataset.provenance.hasTimes);
        QCOMPARE(itemsOf(dataset, "u1"), std::string("a1 b1 a1"));
        QCOMPARE(dataset.events(0)[2].time, std::int64_t{2});
    }

    void sameClickTwiceCountsOnce()
    {
        const Dataset dataset = csv("user,item,domain,timestamp\n"
                                    "u1,a1,food,10\nu1,b1,kitchen,20\nu1,a1,food,10\nu1,a1,food,30\n");
        QCOMPARE(itemsOf(dataset, "u1"), std::string("a1 b1 a1"));
        QVERIFY(hasNote(dataset, "1 repetition"));
    }

    void seqAgainstTimeIsNoted()
    {
        const Dataset dataset = csv("user,item,domain,timestamp,seq\n"
                                    "u1,a1,food,100,0\nu1,b1,kitchen,50,1\n");
        QCOMPARE(itemsOf(dataset, "u1"), std::string("a1 b1"));
        QVERIFY(hasNote(dataset, "earlier time stamp"));
    }

    void usersOfOneDomainAreLeftOut()
    {
        const Dataset dataset = csv("user,item,domain,timestamp\n"
                                    "u1,a1,food,1\nu2,a1,food,1\nu2,b1,kitchen,2\nu3,b2,kitchen,3\n");
        QCOMPARE(dataset.users, std::vector<std::string>{"u2"});
        QCOMPARE(dataset.itemCount(), 2);
        QVERIFY(hasNote(dataset, "2 users without interactions in both"));
        VERIFY_MESSAGE(errorOf([&] { csv("user,item,domain,timestamp\nu1,a1,food,1\nu2,b1,kitchen,2\n"); }),
            "no user is left", "2 users", "food and kitchen");
    }

    /// Dropping an item leaves a user too short, which leaves another item too rare.
    void filterRepeatsUntilStable()
    {
        ImportOptions options = small();
        options.minUserInteractions = 2;
        options.minItemInteractions = 2;
        std::string rows = "user,item,domain,timestamp\n";
        for (const char* user : {"u1", "u2", "u3"}) {
            for (const char* item : {"a1,food", "a2,food", "b1,kitchen", "b2,kitchen"})
                rows += std::string(user) + "," + item + ",1\n";
        }
        rows += "u4,a1,food,1\nu4,rare,food,2\nu4,b3,kitchen,3\nu4,b1,kitchen,4\n";
        rows += "u5,a1,food,1\nu5,a2,food,2\nu5,b3,kitchen,3\nu5,b1,kitchen,4\n";
        const Dataset dataset = importCsv(Paths{file("x.csv", rows)}, options);
        QCOMPARE(dataset.users, (std::vector<std::string>{"u1", "u2", "u3"}));
        QCOMPARE(dataset.itemCount(), 4);
        QVERIFY(hasNote(dataset, "2 users and 2 items left out by the filter"));

        options.minItemInteractions = 10;
        VERIFY_MESSAGE(errorOf([&] { importCsv(Paths{file("x.csv", rows)}, options); }), "no user is left",
            "5 users had interactions in both", "10 per item", "--min-item");
    }

    void twoDomainsAreChosen()
    {
        const std::string rows = "user,item,domain,timestamp\n"
                                 "u1,c1,toys,1\nu1,a1,food,2\nu1,b1,kitchen,3\nu1,c1,toys,4\n";
        const std::filesystem::path path = file("three.csv", rows);
        VERIFY_MESSAGE(errorOf([&] { importCsv(Paths{path}, small()); }), "three.csv:4: column 'domain' (3)",
            "'toys', 'food', 'kitchen'", "--domains");
        ImportOptions options = small();
        options.domains = {"kitchen", "toys"};
        const Dataset dataset = importCsv(Paths{path}, options);
        QCOMPARE(dataset.domainNames, options.domains);
        QCOMPARE(itemsOf(dataset, "u1"), std::string("c1 b1 c1"));
        QVERIFY(hasNote(dataset, "1 rows of other domains"));
        options.domains = {"kitchen", "garden"};
        VERIFY_MESSAGE(errorOf([&] { importCsv(Paths{path}, options); }), "--domains", "'garden'",
            "'kitchen', 'toys', 'food'");
    }

    void itemTexts()
    {
        const std::string rows = "user,item,domain,timestamp\nu1,a1,food,1\nu1,b1,kitchen,2\n";
        const std::string items =
            "item,domain,title,categories,creator,title_source\n"
            "b1,kitchen,\"Knife, 5\"\" \n steel\",Home;Knives,Ann,x\na1,,Tea,,,\nz9,food,Unused,,,\n";
        const Dataset dataset =
            importCsv(Paths{file("items.csv", items), file("x.csv.gz", gzipped(rows))}, small());
        QCOMPARE(itemOf(dataset, "b1").title, std::string("Knife, 5\" steel"));
        QCOMPARE(itemOf(dataset, "b1").categories, std::string("Home;Knives"));
        QCOMPARE(itemOf(dataset, "b1").creator, std::string("Ann"));
        QCOMPARE(itemOf(dataset, "a1").title, std::string("Tea"));
        QVERIFY(hasNote(dataset, "1 rows of items without interactions"));
        QCOMPARE(dataset.provenance.files, (std::vector<std::string>{"items.csv", "x.csv.gz"}));
    }

    void namesWhatIsWrong_data()
    {
        QTest::addColumn<QString>("rows");
        QTest::addColumn<QString>("where");
        QTest::addColumn<QString>("what");
        const QString header = "user,item,domain,timestamp,seq\n";
        const QString good = header + "u1,a1,food,1,0\nu1,b1,kitchen,2,1\n";

        QTest::newRow("no rows") << header << "x.csv: "
                                 << "no interactions";
        QTest::newRow("foreign header") << "a,b\n1,2\n"
                                        << "x.csv:1: "
                                        << "has 'a', 'b'";
        QTest::newRow("no item column") << "user,asin,domain,seq\nu,i,d,0\n"
                                        << "x.csv:1: "
                                        << "column 'item' is missing; the header row has 'user', 'asin'";
        QTest::newRow("no order") << "user,item,domain\nu,i,d\n"
                                  << "x.csv:1: "
                                  << "'seq' and 'timestamp' are both missing";
        QTest::newRow("only items") << "item,title\na1,x\n"
                                    << "x.csv: "
                                    << "no file with a column 'user'";
        QTest::newRow("one domain") << header + "u1,a1,food,1,0\n"
                                    << "x.csv: "
                                    << "only one domain is there, 'food'";
        QTest::newRow("time is a word") << good + "u1,a2,food,soon,2\n"
                                        << "x.csv:4: column 'timestamp' (4)"
                                        << "'soon' is not a whole number; write Unix seconds";
        QTest::newRow("time without its last digits") << good + "u1,a2,food,1.38e9,2\n"
                                                      << "x.csv:4: column 'timestamp' (4)"
                                                      << "'1.38e9'";
        QTest::newRow("no day of the calendar") << good + "u1,a2,food,2020-02-30,2\n"
                                                << "x.csv:4: column 'timestamp' (4)"
                                                << "'2020-02-30'";
        QTest::newRow("no user") << good + "NaN,a2,food,1,2\n"
                                 << "x.csv:4: column 'user' (1)"
                                 << "'NaN'";
        QTest::newRow("no header row") << "0001,A1,5.0,1400000000\n0002,A1,4.0,1400000100\n"
                                       << "x.csv:1: "
                                       << "header row seems to be missing";
        QTest::newRow("no header row, a value twice") << "A1,B1,food,5.0,5.0\nA1,B2,food,4.0,4.0\n"
                                                      << "x.csv:1: "
                                                      << "header row seems to be missing";
        QTest::newRow("seq is a word") << good + "u1,a2,food,1,x\n"
                                       << "x.csv:4: column 'seq' (5)"
                                       << "'x' is not a whole number";
        QTest::newRow("seq is empty") << good + "u1,a2,food,1,\n"
                                      << "x.csv:4: column 'seq' (5)"
                                      << "'' is not a whole number";
        QTest::newRow("user is empty") << good + ",a2,food,1,2\n"
                                       << "x.csv:4: column 'user' (1)"
                                       << "is empty";
        QTest::newRow("item is empty") << good + "u1,,food,1,2\n"
                                       << "x.csv:4: column 'item' (2)"
                                       << "is empty";
        QTest::newRow("domain is empty") << good + "u1,a2,,1,2\n"
                                         << "x.csv:4: column 'domain' (3)"
                                         << "is empty";
        QTest::newRow("item in two domains") << good + "u1,a1,kitchen,1,2\n"
                                             << "x.csv:4: column 'domain' (3)"
                                             << "item 'a1' is in 'kitchen' here";
        QTest::newRow("no time and no seq") << "user,item,domain,timestamp\nu1,a1,food,\n"
                                            << "x.csv:2: column 'timestamp' (4)"
                                            << "no column 'seq'";
    }

    void namesWhatIsWrong()
    {
        QFETCH(QString, rows);
        QFETCH(QString, where);
        QFETCH(QString, what);
        const QString message = errorOf([&] { csv(rows.toStdString()); });
        VERIFY_MESSAGE(message, qPrintable(where), qPrintable(what));
    }

    void itemsFileContradictsInteractions()
    {
        const Paths paths{file("x.csv", "user,item,domain,timestamp\nu1,a1,food,1\nu1,b1,kitchen,2\n"),
            file("items.csv", "item,domain\na1,kitchen\n")};
        VERIFY_MESSAGE(errorOf([&] { importCsv(paths, small()); }), "items.csv:2: column 'domain' (2)",
            "'kitchen' here", "'food' in the interactions");
    }

    void amazon2014_metadataArePythonLiterals()
    {
        const Paths paths{file("reviews_Books_5.json.gz", gzipped(reviews2014("B"))),
            file("reviews_Movies_and_TV_5.json", reviews2014("M")),
            file("meta_Books.json",
                "{'asin': 'B1', 'price': None, 'title': u'Tom &amp; \"Jerry\\'s\" caf\\xe9', 'salesRank': "
                "{'Books': 4, 5: {}}, "
                "'categories': [['Books', 'Fiction; Old'], ['Books', 'Humor']], 'brand': 'Ann'}\n"
                "{'asin': 'unknown', 'title': \"Don't care\"}\n")};
        const Dataset dataset = importAmazon(paths, small());
        QCOMPARE(dataset.domainNames, (std::array<std::string, 2>{"Books", "Movies_and_TV"}));
        QCOMPARE(itemsOf(dataset, "R1"), std::string("B1 M1 B2 M2"));
        QCOMPARE(dataset.events(0)[0].time, std::int64_t{100});
        QCOMPARE(itemOf(dataset, "B1").title, std::string("Tom & \"Jerry's\" café"));
        QCOMPARE(itemOf(dataset, "B1").categories, std::string("Books;Fiction, Old;Humor"));
        QCOMPARE(itemOf(dataset, "B1").creator, std::string("Ann"));
        QCOMPARE(dataset.users.size(), std::size_t{1});
        QVERIFY(hasNote(dataset, "2 users in Books, 1 in Movies_and_TV, 1 with at least 1"));
    }

    void amazon2018()
    {
        const Paths paths{file("Books.json", reviews2014("B")), file("Movies.json", reviews2014("M")),
            file("meta.json.gz",
                gzipped(
                    "{\"category\": [\"Books\", \"Travel &amp; Food\"], \"description\": [\"x\"], \"title\": "
                    "\"A  Walk&#39;s End\", \"brand\": \"Bob\", \"rank\": [], \"asin\": \"B2\", \"details\": "
                    "{\"Pages:\": \"3\"}}\n"
                    "{\"asin\": \"M1\", \"title\": \"var aPageStart = (new Date()).getTime();\"}\n"))};
        const Dataset dataset = importAmazon(paths, small());
        QCOMPARE(itemOf(dataset, "B2").title, std::string("A Walk's End"));
        QCOMPARE(itemOf(dataset, "B2").categories, std::string("Books;Travel & Food"));
        QCOMPARE(itemOf(dataset, "M1").title, std::string());
        QCOMPARE(dataset.events(0)[0].rating, std::int16_t{500});
    }

    void amazon2023()
    {
        const auto reviews = [](const std::string& letter) {
            std::string text;
            for (int i = 1; i <= 3; ++i) {
                text += "{\"rating\": 5.0, \"title\": \"t\", \"text\": \"a \\\"long\\\" one\", \"images\": "
                        "[{\"u\": \"x\"}], "
                        "\"asin\": \"child\", \"parent_asin\": \""
                    + letter + std::to_string(i) + "\", \"user_id\": \"U1\", \"timestamp\": "
                    + std::to_string(1588687728923 + 1000 * i) + ", \"verified_purchase\": true}\n";
            }
            return text;
        };
        const Paths paths{file("Books.jsonl", reviews("B")), file("Toys.jsonl", reviews("T")),
            file("meta_Toys.jsonl",
                "{\"main_category\": \"Toys\", \"title\": \"Caf\\u00e9 \\ud83c\\udf75\", \"price\": null, "
                "\"store\": \"Shop\", \"categories\": [\"Toys\", \"Games\"], \"parent_asin\": \"T3\"}\n")};
        const Dataset dataset = importAmazon(paths, small());
        QCOMPARE(itemsOf(dataset, "U1"), std::string("B1 T1 B2 T2 B3 T3"));
        QCOMPARE(dataset.events(0)[0].time, std::int64_t{1588687729});
        QCOMPARE(itemOf(dataset, "T3").title, std::string("Café 🍵"));
        QCOMPARE(itemOf(dataset, "T3").creator, std::string("Shop"));
        QCOMPARE(dataset.events(0)[0].rating, std::int16_t{500});
        QVERIFY(dataset.hasRatings());
    }

    /// Each row: the times of a user's four reviews in the order of the file, and their right order.
    void timesInAllUnits_data()
    {
        QTest::addColumn<QStringList>("times");
        QTest::addColumn<QString>("order");
        QTest::addColumn<qlonglong>("first");
        QTest::addColumn<QString>("note");
        const auto row = [](const char* name, const QStringList& times, const QString& order, qlonglong first,
                             const QString& note) { QTest::newRow(name) << times << order << first << note; };
        row("seconds", {"1600000000", "1600000060", "1600000120", "1600000180"}, "B1 B2 B3 B4", 1600000000,
            "Books.json: times in seconds");
        row("milliseconds, the last two within one second",
            {"1600000000000", "1600000060000", "1600000120900", "1600000120100"}, "B1 B2 B4 B3", 1600000000,
            "Books.json: times in milliseconds");
        row("microseconds, the first two within one millisecond",
            {"1600000000000002", "1600000000000001", "1600000120000000", "1600000180000000"}, "B2 B1 B3 B4",
            1600000000, "Books.json: times in microseconds");
        row("nanoseconds",
            {"1600000000000000002", "1600000000000000001", "1600000120000000000", "1600000180000000000"},
            "B2 B1 B3 B4", 1600000000, "Books.json: times in nanoseconds");
        row("fractions", {"1600000000.75", "1600000000.5", "1600000120.0", "1.600000180e9"}, "B2 B1 B3 B4",
            1600000000, "Books.json: times in seconds");
        row("one of another unit", {"1600000000000", "1600000060", "1600000120000", "1600000180000"},
            "B1 B2 B3 B4", 1600000000, "Books.json: 1 of 4 times are in seconds instead");
        row("dates", {"2020-09-13T12:26:40Z", "2020-09-13 14:26:39.5+02:00", "2020-09-14", "2020-09-15"},
            "B2 B1 B3 B4", 1599999999, "Books.json: times given as dates");
        row("the year 1 and 1969", {"-62135596800000", "-5000", "1600000120000", "1600000180000"},
            "B1 B2 B3 B4", -62135596800,
            "Books.json: 2 of 4 times are before 1990 or in the future, the first in the year 1;");
        row("the future", {"1600000000", "1600000060", "1600000120", "95000000000"}, "B1 B2 B3 B4",
            1600000000, "1 of 4 times are before 1990 or in the future, the first in the year 4980;");
        row("just before 1970, in fractions", {"-0.25", "-0.5", "1600000120", "1600000180"}, "B2 B1 B3 B4",
            -1, "2 of 4 times are before 1990");
        row("numbers without a unit", {"1", "2", "3", "4"}, "B1 B2 B3 B4", 1, "Books.json: times in seconds");
    }
    void timesInAllUnits()
    {
        QFETCH(const QStringList, times);
        QFETCH(const QString, order);
        QFETCH(const qlonglong, first);
        QFETCH(const QString, note);
        std::string books;
        for (qsizetype i = 0; i < times.size(); ++i)
            books += "{\"reviewerID\": \"R1\", \"asin\": \"B" + std::to_string(i + 1)
                + "\", \"unixReviewTime\": \"" + times[i].toStdString() + "\"}\n";
        // Long after all of them, so that they stand at the front.
        const Dataset dataset = importAmazon(
            Paths{file("Books.json", books), file("Toys.json", review("R1", "T1", 2'000'000'000))}, small());
        QVERIFY2(hasNote(dataset, note.toStdString()), dataset.provenance.notes.back().c_str());
        std::string found = itemsOf(dataset, "R1");
        if (const std::size_t toy = found.find("T1"); toy != std::string::npos)
            found.erase(toy > 0 ? toy - 1 : 0, 3);
        QCOMPARE(QString::fromStdString(found), order);
        QCOMPARE(qlonglong(dataset.events(0)[0].time), first);
        const Event& last = *std::ranges::find(dataset.allEvents, Role::Test, &Event::role);
        QCOMPARE(QString::fromStdString(dataset.items[static_cast<std::size_t>(last.item)].id),
            order.section(u' ', -1));
    }

    /// Each file has its own unit; a layout's is no promise.
    void oneDomainInMilliseconds()
    {
        const auto lines = [](const std::string& letter, const std::string& end) {
            std::string text = "user,item,domain,timestamp\n";
            for (int i = 1; i <= 3; ++i)
                text += "u," + letter + std::to_string(i) + "," + letter + ","
                    + std::to_string(1600000000 + i) + (letter == "b" ? "500" : "") + end;
            return text;
        };
        const Paths apart{file("a.csv", lines("a", "\n")), file("b.csv", lines("b", "\n"))};
        const Dataset two = importCsv(apart, small());
        QCOMPARE(itemsOf(two, "u"), std::string("a1 b1 a2 b2 a3 b3"));
        QVERIFY(hasNote(two, "a.csv: times in seconds") && hasNote(two, "b.csv: times in milliseconds"));
        // The same in one file.
        const Dataset one =
            importCsv(Paths{file("both.csv",
                          lines("a", "\n") + lines("b", "\n").substr(lines("b", "\n").find('\n') + 1))},
                small());
        QCOMPARE(itemsOf(one, "u"), std::string("a1 b1 a2 b2 a3 b3"));
        QVERIFY(hasNote(one, "3 of 6 times are in milliseconds instead"));
    }

    void spreadsheetsOfOtherCountries()
    {
        const Dataset plain = csv("user,item,domain,timestamp,price\nu1,a1,food,1600000000,\"1,5\"\n"
                                  "u1,b1,kitchen,1600000060,2\n");
        for (const char* text : {"user;item;domain;timestamp;price\nu1;a1;food;1600000000,0;1,5\n"
                                 "u1;b1;kitchen;1600000060,0;2\n",
                 "sep=;\r\nUser;Item;Domain;Timestamp;price\r\nu1;a1;food;1600000000;1,5\r\n"
                 "u1;b1;kitchen;1600000060;2\r\n",
                 "user\titem\tdomain\ttimestamp\ru1\ta1\tfood\t1600000000\r"
                 "u1\tb1\tkitchen\t1600000060\r",
                 "\"user\"|\"item\"|\"domain\"|\"timestamp\"\nu1|a1|food|1600000000\nu1|b1|kitchen|"
                 "1600000060\n"}) {
            const Dataset dataset = csv(text);
            QCOMPARE(itemsOf(dataset, "u1"), std::string("a1 b1"));
            QCOMPARE(dataset.events(0)[0].time, plain.events(0)[0].time);
            QCOMPARE(dataset.domainNames, plain.domainNames);
        }
    }

    void htmlInTitles_data()
    {
        QTest::addColumn<QString>("html");
        QTest::addColumn<QString>("plain");
        const auto row = [](const char* html, const char* plain) {
            QTest::newRow(html) << QString::fromUtf8(html) << QString::fromUtf8(plain);
        };
        row("Salt &amp; Pepper &quot;Duo&quot;", "Salt & Pepper \"Duo\"");
        row("Caf&eacute; &#8482; &#x27;Noir&#X27; &Yuml; &yuml; &nbsp;&shy;x", "Café ™ 'Noir' Ÿ ÿ \u00ADx");
        row("&iexcl;&THORN;&frac34;&Aring;&eth;&divide; &Omega; &rarr; &hearts;", "¡Þ¾Åð÷ Ω → ♥");
        row("AT&T R&D &nosuch; &; &#; &#xZZ; &eacute 100%", "AT&T R&D &nosuch; &; &#; &#xZZ; &eacute 100%");
        row("don&#146;t &#128;5", "don’t €5");
        row("<span class=\"a>b\">Oats</span><br/>Bran H<sub>2</sub>O", "Oats Bran H2O");
        row("</span></span></span>", "");
        row("I <3 you, 2 < 3 > 1 <untitled> <b", "I <3 you, 2 < 3 > 1 <untitled> <b");
        row("A<!-- <b> -->B &lt;br&gt; C &lt; D", "AB C < D");
        row("Tea<script>var x = '<b>';</script> time<style>b{}</style>", "Tea time");
        row("Mac &amp;amp; Cheese", "Mac &amp; Cheese");
    }
    void htmlInTitles()
    {
        QFETCH(const QString, html);
        QFETCH(const QString, plain);
        QCOMPARE(QString::fromStdString(plainText(html.toStdString())), plain);
        // In both kinds of files.
        QString quoted = html;
        quoted.replace(u'"', "\"\"");
        const Dataset fromCsv = importCsv(
            Paths{file("x.csv", "user,item,domain,seq\nu,a,A,1\nu,b,B,2\n"),
                file("i.csv",
                    ("item,title,categories\na,\"" + quoted + "\",\"" + quoted + "\"\n").toStdString())},
            small());
        QCOMPARE(QString::fromStdString(itemOf(fromCsv, "a").title), plain);
        QString escaped = html;
        escaped.replace(u'\\', "\\\\").replace(u'"', "\\\"");
        const Dataset fromAmazon = importAmazon(
            Paths{file("Books.json", review("R1", "B1", 1)), file("Toys.json", review("R1", "T1", 2)),
                file("meta.json",
                    ("{\"asin\": \"B1\", \"title\": \"" + escaped + "\", \"price\": -Infinity}\n")
                        .toStdString())},
            small());
        QCOMPARE(QString::fromStdString(itemOf(fromAmazon, "B1").title), plain);
    }

    /// Fields that nobody reads may hold what Python or a shop left there.
    void unusedFieldsStopNothing()
    {
        for (const char* price : {"Infinity", "-Infinity", "NaN", "nan", "null", "None", "undefined",
                 "Decimal('5.0')", "datetime.date(2014, 5, 6)", "12345L", "\"\u2014\""}) {
            const Dataset dataset = importAmazon(
                Paths{file("Books.json", review("R1", "B1", 1)), file("Toys.json", review("R1", "T1", 2)),
                    file("meta.json",
                        "{\"asin\": \"B1\", \"price\": " + std::string(price) + ", \"title\": \"One\"}\n")},
                small());
            QCOMPARE(itemOf(dataset, "B1").title, std::string("One"));
        }
    }

    void amazonItemsOfBothDomainsAreLeftOut()
    {
        const std::string both = review("R1", "X", 5);
        ImportOptions options = small();
        options.domains = {"One", "Two"};
        const Dataset dataset = importAmazon(
            Paths{file("a.json", reviews2014("B") + both), file("b.json", reviews2014("M") + both)}, options);
        QCOMPARE(dataset.domainNames, options.domains);
        QCOMPARE(itemsOf(dataset, "R1"), std::string("B1 M1 B2 M2"));
        QVERIFY(hasNote(dataset, "1 items with reviews in both domains"));
    }

    /// The counting pass must not change what the filter leaves.
    void amazonFilterEqualsCsvFilter()
    {
        std::array<std::string, 2> dumps;
        std::string rows = "user,item,domain,timestamp\n";
        for (int i = 0; i < 3000; ++i) {
            const auto d = static_cast<std::size_t>(i % 2);
            const std::string user = "U" + std::to_string(i * i % 97 % 40);
            const std::string item = (d == 0 ? "A" : "B") + std::to_string(i * 31 % 101 % (10 + i % 50));
            dumps[d] += review(user, item, i);
            rows += user + "," + item + "," + (d == 0 ? "A" : "B") + "," + std::to_string(i) + "\n";
        }
        ImportOptions options = small();
        options.minUserInteractions = 12;
        options.minItemInteractions = 20;
        const Dataset amazon =
            importAmazon(Paths{file("A.json", dumps[0]), file("B.json", dumps[1])}, options);
        const Dataset csvData = importCsv(Paths{file("x.csv", rows)}, options);
        QVERIFY(amazon.userCount() > 5);
        QVERIFY(amazon.userCount() < 40);
        QCOMPARE(amazon.userCount(), csvData.userCount());
        QCOMPARE(amazon.itemCount(), csvData.itemCount());
        for (const std::string& user : csvData.users)
            QCOMPARE(itemsOf(amazon, user), itemsOf(csvData, user));
    }

    void amazonNamesWhatIsWrong_data()
    {
        QTest::addColumn<QString>("second");
        QTest::addColumn<QString>("metadata");
        QTest::addColumn<QString>("where");
        QTest::addColumn<QString>("what");
        const QString good = QString::fromStdString(reviews2014("M"));
        const QString meta = "{\"asin\": \"M1\", \"title\": \"x\"}\n";

        QTest::newRow("empty reviews") << "" << meta << "M.json: "
                                       << "is empty";
        QTest::newRow("not an object") << good + "[1]\n"
                                       << meta << "M.json:3: byte 1: '{' expected"
                                       << "one complete JSON object";
        QTest::newRow("cut line") << good + "{\"reviewerID\": \"R1\", \"asin\n"
                                  << meta << "M.json:3: byte 27"
                                  << "a closing quote expected";
        QTest::newRow("pretty printed") << "{\n\"reviewerID\": 1}\n"
                                        << meta << "M.json:1: byte 2"
                                        << "the end of the line";
        QTest::newRow("metadata for reviews") << meta << meta << "M.json:1: "
                                              << "no 'reviewerID'";
        QTest::newRow("no item") << good + "{\"reviewerID\": \"R1\", \"unixReviewTime\": 1}\n"
                                 << meta << "M.json:3: "
                                 << "no 'asin'";
        QTest::newRow("no time") << good + "{\"reviewerID\": \"R1\", \"asin\": \"M9\"}\n"
                                 << meta << "M.json:3: "
                                 << "'unixReviewTime' must be a whole number, found nothing";
        QTest::newRow("time is a word")
            << good + "{\"reviewerID\": \"R1\", \"asin\": \"M9\", \"unixReviewTime\": \"x\"}\n"
            << meta << "M.json:3: "
            << "found 'x'";
        QTest::newRow("third reviews file") << good << good << "meta.json:1: "
                                            << "third reviews file";
        QTest::newRow("foreign metadata") << good << "{\"id\": 3}\n"
                                          << "meta.json:1: "
                                          << "no 'asin' or 'parent_asin'";
        QTest::newRow("empty metadata") << good << ""
                                        << "meta.json: "
                                        << "is empty";
        QTest::newRow("no shared user")
            << "{\"reviewerID\": \"R9\", \"asin\": \"M1\", \"unixReviewTime\": 1}\n"
            << meta << "no user is left"
            << "2 users in B, 1 in M";
        QTest::newRow("too deep") << good + "{\"asin\": " + QString(200, '[') + "\n"
                                  << meta << "M.json:3: "
                                  << "less nesting";
    }

    void amazonNamesWhatIsWrong()
    {
        QFETCH(QString, second);
        QFETCH(QString, metadata);
        QFETCH(QString, where);
        QFETCH(QString, what);
        const Paths paths{file("B.json", reviews2014("B")), file("M.json", second.toStdString()),
            file("meta.json", metadata.toStdString())};
        VERIFY_MESSAGE(errorOf([&] { importAmazon(paths, small()); }), qPrintable(where), qPrintable(what));
    }

    void amazonNeedsTwoFilesOfTwoDomains()
    {
        const std::filesystem::path path = file("Books.json", reviews2014("B"));
        VERIFY_MESSAGE(errorOf([&] { importAmazon(Paths{path}, small()); }), "two reviews files");
        VERIFY_MESSAGE(errorOf([&] {
            importAmazon(Paths{path, path}, small());
        }),
            "both reviews files", "'Books'");
    }

    void tooFewItemsForTheNegatives()
    {
        ImportOptions options = small();
        options.evaluationNegatives = 3;
        const std::string rows = "user,item,domain,timestamp\n"
                                 "u1,a1,food,1\nu1,a2,food,2\nu1,a3,food,3\nu1,b1,kitchen,4\n"
                                 "u2,a4,food,1\nu2,a5,food,2\nu2,b1,kitchen,4\n";
        VERIFY_MESSAGE(errorOf([&] { importCsv(Paths{file("x.csv", rows)}, options); }),
            "domain 'food' has only 5 items", "3 evaluation negatives", "--negatives");
        options.evaluationNegatives = 2;
        const Dataset dataset = importCsv(Paths{file("x.csv", rows)}, options);
        QCOMPARE(dataset.candidates(Split::Test, Domain::A, 0).size(), std::size_t{2});
        QVERIFY(dataset.candidates(Split::Test, Domain::A, 1).empty());
    }

    void cancelAndProgress()
    {
        std::string rows = "user,item,domain,timestamp\n";
        for (int i = 0; i < 200'000; ++i)
            rows += "u" + std::to_string(i % 500) + (i % 2 ? ",a" : ",b") + std::to_string(i % 400 + (i % 2))
                + (i % 2 ? ",food," : ",kitchen,") + std::to_string(i) + "\n";
        // Users of odd and even numbers see one domain each; give them the other one, too.
        for (int i = 0; i < 500; ++i)
            rows += "u" + std::to_string(i) + (i % 2 ? ",x,kitchen,1\n" : ",y,food,1\n");
        const std::filesystem::path path = file("big.csv", rows);
        ImportOptions options = small();
        std::vector<double> shares;
        options.progress = [&](double share, const std::string& what) {
            shares.push_back(share);
            QVERIFY(!what.empty());
        };
        importCsv(Paths{path}, options);
        QVERIFY(!shares.empty());
        QVERIFY(std::ranges::is_sorted(shares));
        QVERIFY(shares.front() >= 0 && shares.back() <= 1);

        std::stop_source source;
        source.request_stop();
        options.stop = source.get_token();
        try {
            importCsv(Paths{path}, options);
            QFAIL("was not cancelled");
        } catch (const Error& error) {
            QCOMPARE(error.what(), "cancelled");
            QVERIFY(error.kind() == Error::Kind::Failure);
        }
    }

private:
    static std::string reviews2014(const std::string& letter)
    {
        const int shift = letter == "B" ? 0 : 50;
        return review("R1", letter + "2", 200 + shift) + review("R1", letter + "1", 100 + shift)
            + (letter == "B" ? review("R2", "B1", 1) : "");
    }

    std::filesystem::path file(const char* name, const std::string& content)
    {
        const std::filesystem::path path = pathIn(m_directory.path(), name);
        writeFileAtomically(path, content);
        return path;
    }

    Dataset csv(const std::string& rows) { return importCsv(Paths{file("x.csv", rows)}, small()); }

    QTemporaryDir m_directory;
};

std::unique_ptr<QObject> tst_import()
{
    return std::make_unique<TestImport>();
}
#include "tst_import.moc"
