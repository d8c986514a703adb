// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/import_options.h"
#include "core/data/importers/amazon.h"
#include "core/data/importers/csv.h"
#include "core/data/importers/csv_preview.h"
#include "core/data/importers/importers.h"
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

ImportOptions withoutNegatives()
{
    ImportOptions options;
    options.name = "small";
    options.evaluationNegatives = 0;
    return options;
}

/// Three events of one user in each domain, in the columns of somebody else.
const char* const kForeign = "stars,reviewer,asin,department,unixReviewTime\n"
                             "5,u1,a1,food,10\n4,u1,b1,kitchen,11\n3,u1,a2,food,12\n"
                             "5,u1,b2,kitchen,13\n1,u1,a3,food,14\n2,u1,b3,kitchen,15\n";

/// A line of the dumps of 2014 and 2018.
std::string review(const std::string& item, const std::string& time)
{
    return "{\"reviewerID\": \"u\", \"asin\": \"" + item + "\", \"unixReviewTime\": " + time + "}\n";
}

bool hasNote(const Dataset& dataset, std::string_view part)
{
    return std::ranges::any_of(dataset.provenance.notes,
        [&](const std::string& note) { return note.find(part) != std::string::npos; });
}

} // namespace

class TestPreview : public QObject {
    Q_OBJECT

    QTemporaryDir m_directory;

    std::filesystem::path write(const char* name, std::string_view text) const
    {
        const auto path = pathIn(m_directory.path(), name);
        writeFileAtomically(path, text);
        return path;
    }

private Q_SLOTS:
    void theTableOfImporters()
    {
        for (const Importer* one : importers()) {
            QCOMPARE(&importer(one->name), one);
            QVERIFY(!one->title.empty() && !one->files.empty() && !one->domains.empty());
            // Any file that none knows is the first one's.
            QCOMPARE(one->recognises("user,item"), one == importers().front());
        }
        QCOMPARE(preview(write("any.csv", "a,b\n1,2\n")).format, importers().front()->name);
        QCOMPARE(preview(write("2014.json", "\n {\"reviewerID\": \"u\", \"asin\": \"a\"}\n")).format,
            std::string_view("amazon"));
        VERIFY_MESSAGE(
            errorOf([] { importer("excel"); }), "--format: 'excel' is unknown; it is csv or amazon");
    }

    void guessesColumnsByTheirNames_data()
    {
        QTest::addColumn<QString>("column");
        QTest::addColumn<QString>("meaning");
        const auto row = [](const char* column, const char* meaning) {
            QTest::newRow(column) << QString::fromUtf8(column) << QString::fromUtf8(meaning);
        };
        row("user", "user");
        row("Reviewer_ID", "user");
        row("customer-id", "user");
        row("parent_asin", "item");
        row("ProductID", "item");
        row("Domain", "domain");
        row("unixReviewTime", "timestamp");
        row("position", "seq");
        row("name", "title");
        row("brand", "creator");
        row("rating", "rating");
        row("overall", "rating");
        row("helpful", "");
    }

    void guessesColumnsByTheirNames()
    {
        QFETCH(QString, column);
        QFETCH(QString, meaning);
        QCOMPARE(QString::fromStdString(guessedMeaning(column.toStdString())), meaning);
    }

    void showsTheFirstRowsOfACsvFile()
    {
        std::string text = "user,item,domain,seq\n";
        for (int i = 0; i < 60; ++i)
            text += "u,i" + std::to_string(i) + ",a," + std::to_string(i) + "\n";
        const Preview seen = preview(write("rows.csv.gz", gzipped(text)));
        QCOMPARE(seen.kind, std::string_view("CSV, interactions"));
        QCOMPARE(seen.columns, (std::vector<std::string>{"user", "item", "domain", "seq"}));
        QCOMPARE(seen.meanings, seen.columns);
        QCOMPARE(seen.rows.size(), std::size_t{50});
        QCOMPARE(seen.rows[49][1], std::string("i49"));
        QVERIFY(seen.problem.empty());
    }

    void aMeaningIsGivenOnce()
    {
        const Preview seen =
            preview(write("twice.csv", "reviewer,user,asin,product_id,domain,seq\nr,u,a,p,d,1\n"));
        QCOMPARE(seen.meanings, (std::vector<std::string>{"", "user", "item", "", "domain", "seq"}));
    }

    void aBadRowEndsThePreviewWithAMessage()
    {
        const Preview seen = preview(write("bad.csv", "user,item\nu1,i1\nu2,i2,more\nu3,i3\n"));
        QCOMPARE(seen.rows.size(), std::size_t{1});
        VERIFY_MESSAGE(QString::fromStdString(seen.problem), "bad.csv:3", "3 fields");
    }

    void tellsTheAmazonLayoutsApart()
    {
        QCOMPARE(preview(write("2014.json", review("a", "5"))).kind,
            std::string_view("Amazon reviews, 2014 or 2018"));
        const Preview seen = preview(write("2023.jsonl",
            "{\"user_id\": \"r\", \"parent_asin\": \"a\", \"asin\": \"b\", \"timestamp\": 5000}\n"));
        QCOMPARE(seen.kind, std::string_view("Amazon reviews, 2023"));
        QCOMPARE(seen.columns, (std::vector<std::string>{"user_id", "asin", "parent_asin", "timestamp"}));
        QCOMPARE(
            preview(write("meta.json", "{'asin': 'a', 'title': 'T', 'categories': [['X', 'Y']]}\n")).kind,
            std::string_view("Amazon item metadata"));
    }

    void findsTheDomains()
    {
        const auto path = write("foreign.csv", kForeign);
        QCOMPARE(valuesOfColumn(path, "department", 10, {}), (std::vector<std::string>{"food", "kitchen"}));
        QCOMPARE(valuesOfColumn(path, "department", 1, {}), std::vector<std::string>{"food"});
        VERIFY_MESSAGE(errorOf([&] { valuesOfColumn(path, "shop", 10, {}); }), "foreign.csv:1", "'shop'");
    }

    void importsFilesWithOtherColumnNames()
    {
        const auto path = write("foreign.csv", kForeign);
        const auto items = write("names.csv", "item,label\na1,Green tea\n");
        ImportOptions options = withoutNegatives();
        options.columns = {{"user", "reviewer", {}}, {"item", "asin", {}}, {"domain", "department", {}},
            {"timestamp", "unixReviewTime", {}}, {"title", "label", items}};
        const Dataset dataset = importCsv(std::vector{path, items}, options);
        QCOMPARE(dataset.users, std::vector<std::string>{"u1"});
        QCOMPARE(dataset.allEvents.size(), std::size_t{6});
        QCOMPARE(dataset.domainNames[1], std::string("kitchen"));
        QCOMPARE(dataset.allEvents.back().time, std::int64_t{15});
        QCOMPARE(dataset.items[0].title, std::string("Green tea"));
    }

    void aWrongColumnNameIsAMistake()
    {
        const auto path = write("foreign.csv", kForeign);
        ImportOptions options = withoutNegatives();
        options.columns = {{"user", "reviewer", {}}, {"item", "asin", {}}, {"domain", "market", {}},
            {"timestamp", "unixReviewTime", {}}};
        VERIFY_MESSAGE(errorOf([&] { importCsv(std::vector{path}, options); }), "'market'", "'department'");
        options.columns = {{"user", "reviewer", {}}, {"item", "asin", {}}, {"domain", "market", path},
            {"timestamp", "unixReviewTime", {}}};
        VERIFY_MESSAGE(errorOf([&] { importCsv(std::vector{path}, options); }), "foreign.csv:1", "'market'");
    }

    void aColumnCanBeLeftAside()
    {
        const auto path =
            write("both.csv", "user,item,domain,seq,timestamp\nu,a1,A,3,10\nu,b1,B,2,11\nu,a2,A,1,12\n");
        ImportOptions options = withoutNegatives();
        QCOMPARE(importCsv(std::vector{path}, options).allEvents[0].time, std::int64_t{12});
        options.columns = {{"seq", "", path}};
        QCOMPARE(importCsv(std::vector{path}, options).allEvents[0].time, std::int64_t{10});
    }

    void badRowsAreCountedWhereTheyAreSkipped()
    {
        const auto path = write("bad.csv",
            "user,item,domain,timestamp\nu,a1,A,10\nu,b1,B,n/"
            "a\nu,b2,B,11\nu,a9,A\nu,a2,B,12\n,a3,A,13\nu,b1,A,14\n");
        ImportOptions options = withoutNegatives();
        VERIFY_MESSAGE(errorOf([&] { importCsv(std::vector{path}, options); }), "bad.csv:3",
            "'timestamp' (4)", "'n/a'", "whole number");
        options.skipBadRows = true;
        std::atomic<std::size_t> rows = 0;
        options.rowsRead = &rows;
        const Dataset dataset = importCsv(std::vector{path}, options);
        // Lines 3 (time), 5 (fields) and 7 (user) are wrong. b1 of line 3 was never taken, so line 8 may put
        // it into A; a2 of line 6 is new.
        QCOMPARE(dataset.allEvents.size(), std::size_t{4});
        QVERIFY2(hasNote(dataset, "3 rows with errors left out; the first: "),
            dataset.provenance.notes[0].c_str());
        QVERIFY(hasNote(dataset, "bad.csv:3"));
        QCOMPARE(rows.load(), std::size_t{7});
    }

    void aQuoteThatSwallowsTheRestIsNotSkipped()
    {
        const auto path = write("open.csv", "user,item,domain,seq\nu,\"a1,A,1\nu,b1,B,2\nu,a2,A,3\n");
        ImportOptions options = withoutNegatives();
        options.skipBadRows = true;
        VERIFY_MESSAGE(errorOf([&] { importCsv(std::vector{path}, options); }), "open.csv:2", "never closed");
    }

    void badLinesOfDumpsAreCountedOnce()
    {
        std::string a;
        std::string b;
        for (int i = 0; i < 3; ++i) {
            a += review("a" + std::to_string(i), std::to_string(i));
            b += review("b" + std::to_string(i), std::to_string(i));
        }
        a += "{\"reviewerID\": \"u\", \"asin\n";
        a += review("a9", "\"never\"");
        const std::vector files{write("reviews_A.json", a), write("reviews_B.json", b)};
        ImportOptions options = withoutNegatives();
        VERIFY_MESSAGE(errorOf([&] { importAmazon(files, options); }), "reviews_A.json:4");
        options.skipBadRows = true;
        const Dataset dataset = importAmazon(files, options);
        QCOMPARE(dataset.allEvents.size(), std::size_t{6});
        QVERIFY(hasNote(dataset, "2 rows with errors left out"));
    }
};

std::unique_ptr<QObject> tst_preview()
{
    return std::make_unique<TestPreview>();
}
#include "tst_preview.moc"
