// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/dataset.h"
#include "tests/fixtures/program.h"
#include "tests/fixtures/support.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace fedcctr;
using fedcctr::gzipped;
using test::isOneLine;
using test::Outcome;

namespace fs = std::filesystem;

class TestDataCommand : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_temporary = std::make_unique<QTemporaryDir>(); }

    void demoAndStats()
    {
        const Outcome demo =
            call({"data", "demo", "--out", "new/demo", "--users", "40", "--items", "150", "--seed", "4"});
        QCOMPARE(demo.exitCode, 0);
        QCOMPARE(demo.errors, QString());
        QVERIFY(demo.out.contains("new/demo: 40 users, 300 items (Books, Movies)"));

        const Outcome table = call({"data", "stats", "new/demo"});
        QCOMPARE(table.exitCode, 0);
        for (const char* part :
            {"demo: 40 users", "Books", "Movies", "mean sequence length", "sparsity (%)", "test instances"})
            QVERIFY2(table.out.contains(part), part);

        const Outcome json = call({"data", "stats", "new/demo/", "--json"});
        QCOMPARE(json.exitCode, 0);
        QCOMPARE(json.errors, QString());
        const QJsonObject root = QJsonDocument::fromJson(json.out).object();
        QCOMPARE(root["users"].toInt(), 40);
        QCOMPARE(root["name"].toString(), QStringLiteral("demo"));
        const QJsonObject books = root["domains"].toArray()[0].toObject();
        QCOMPARE(books["name"].toString(), QStringLiteral("Books"));
        for (const char* key : {"items", "interactions", "mean_length", "shortest", "longest", "sparsity",
                 "titled_items", "train_instances", "validation_instances", "test_instances"})
            QVERIFY2(books[QLatin1String(key)].isDouble(), key);
    }

    void sameSeedSameFiles()
    {
        for (const char* out : {"one", "two"})
            QCOMPARE(call({"data", "demo", "--out", out, "--users", "20", "--items", "150"}).exitCode, 0);
        for (const char* part : {"events.bin", "items.bin", "negatives.bin"})
            QVERIFY(readFile(path("one") / part) == readFile(path("two") / part));
    }

    void importsRealData()
    {
        const fs::path shared = fs::path(FEDCCTR_SHARED_DIR) / "data" / "food-kitchen";
        if (!fs::exists(shared / "interactions.csv.gz"))
            QSKIP("the food-kitchen data are not beside the source tree");
        const Outcome import = call({"data", "import", "--format", "csv", "--out", "fk",
            QString::fromStdString((shared / "interactions.csv.gz").string()),
            QString::fromStdString((shared / "items.csv.gz").string())});
        QCOMPARE(import.errors, QString());
        QCOMPARE(import.exitCode, 0);
        const QJsonObject root = call({"data", "stats", "fk", "--json"}).json();
        QCOMPARE(root["users"].toInt(), 7144);
        QCOMPARE(root["interactions"].toInt(), 173548);
        QCOMPARE(qRound(100 * root["mean_merged_length"].toDouble()), 2429);
        const QJsonObject food = root["domains"].toArray()[0].toObject();
        const QJsonObject kitchen = root["domains"].toArray()[1].toObject();
        QCOMPARE(food["name"].toString(), QStringLiteral("food"));
        QCOMPARE(food["items"].toInt(), 11837);
        QCOMPARE(food["interactions"].toInt(), 83663);
        QCOMPARE(qRound(100 * food["mean_length"].toDouble()), 1171);
        QCOMPARE(qRound(100'000 * food["sparsity"].toDouble()), 99901);
        QCOMPARE(qRound(1000 * food["titled_items"].toDouble()), 642);
        QCOMPARE(food["test_instances"].toInt(), 7144);
        QCOMPARE(kitchen["items"].toInt(), 16258);
        QCOMPARE(kitchen["interactions"].toInt(), 89885);
        QCOMPARE(kitchen["shortest"].toInt(), 5);
        QCOMPARE(kitchen["longest"].toInt(), 45);
        QCOMPARE(qRound(1000 * kitchen["titled_items"].toDouble()), 969);
    }

    void importOptions()
    {
        write("x.csv", csvRows());
        const Outcome import = call({"data", "import", "--format=csv", "--out=d", "--name=mine",
            "--domains=kitchen,food", "--negatives=2", "--seed=9", "--min-user=3", "--min-item=1", "x.csv"});
        QCOMPARE(import.errors, QString());
        QCOMPARE(import.exitCode, 0);
        const data::Dataset dataset = data::load(path("d"));
        QCOMPARE(dataset.provenance.name, std::string("mine"));
        QCOMPARE(dataset.provenance.seed, std::uint64_t{9});
        QCOMPARE(dataset.provenance.evaluationNegatives, 2);
        QCOMPARE(dataset.provenance.minUserInteractions, 3);
        QCOMPARE(dataset.domainNames, (std::array<std::string, 2>{"kitchen", "food"}));
    }

    void otherColumnNamesAndBadRows()
    {
        std::string rows = csvRows();
        rows.replace(0, std::string("user").size(), "reviewer");
        write("x.csv", rows + "too,few\n");
        QStringList import{
            "data", "import", "--format=csv", "--out=d", "--negatives=2", "--column=user=reviewer", "x.csv"};
        Outcome outcome = call(import);
        QCOMPARE(outcome.exitCode, 2);
        VERIFY_MESSAGE(outcome.errors.trimmed(), "x.csv:", "found 2 fields");
        import.append("--skip-bad-rows");
        outcome = call(import);
        QCOMPARE(outcome.errors, QString());
        QCOMPARE(outcome.exitCode, 0);
        QVERIFY(outcome.out.contains("1 row with errors left out"));
        QVERIFY(data::load(path("d")).userCount() > 0);
    }

    void amazonFilterIsOnByDefault()
    {
        std::string reviews;
        for (int i = 0; i < 9; ++i)
            reviews +=
                "{\"reviewerID\": \"R\", \"asin\": \"X\", \"unixReviewTime\": " + std::to_string(i) + "}\n";
        write("Books.json.gz", gzipped(reviews));
        write("Movies.json", reviews);
        const Outcome outcome =
            call({"data", "import", "--format", "amazon", "--out", "d", "Books.json.gz", "Movies.json"});
        QCOMPARE(outcome.exitCode, 2);
        VERIFY_MESSAGE(outcome.errors.trimmed(), "none with at least 10 reviews in both", "--min-user");
    }

    void existingDirectories()
    {
        write("x.csv", csvRows());
        const QStringList import{"data", "import", "--format", "csv", "--negatives", "1", "x.csv", "--out"};
        QVERIFY(QDir(m_temporary->path()).mkdir("foreign"));
        write("foreign/thesis.tex", "x");
        Outcome outcome = call(import + QStringList{"foreign", "--force"});
        QCOMPARE(outcome.exitCode, 2);
        VERIFY_MESSAGE(outcome.errors.trimmed(), "foreign", "other files");
        QCOMPARE(entries("foreign"), QStringList{"thesis.tex"});

        QVERIFY(QDir(m_temporary->path()).mkdir("empty"));
        QCOMPARE(call(import + QStringList{"empty"}).exitCode, 0);
        outcome = call(import + QStringList{"empty"});
        QCOMPARE(outcome.exitCode, 2);
        VERIFY_MESSAGE(outcome.errors.trimmed(), "already a dataset", "--force");
        outcome = call({"data", "demo", "--out", "empty", "--force", "--users", "5"});
        QCOMPARE(outcome.exitCode, 0);
        QCOMPARE(data::load(path("empty")).userCount(), std::size_t{5});
    }

    /// A failed import must not harm the dataset that it was to replace.
    void failureKeepsTheOldDataset()
    {
        QCOMPARE(call({"data", "demo", "--out", "d", "--users", "5"}).exitCode, 0);
        write("x.csv", "user,item\n");
        QCOMPARE(call({"data", "import", "--format", "csv", "--out", "d", "--force", "x.csv"}).exitCode, 2);
        QCOMPARE(data::load(path("d")).userCount(), std::size_t{5});
    }

    void brokenInput_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("expected");
        const QByteArray good = QByteArray::fromStdString(csvRows());
        const std::string compressed = gzipped(csvRows());

        QTest::newRow("empty") << QByteArray() << "x.csv: is empty";
        QTest::newRow("header only") << good.left(good.indexOf('\n') + 1)
                                     << "x.csv: has a header row but no interactions";
        QTest::newRow("cut off gzip")
            << QByteArray::fromStdString(compressed.substr(0, compressed.size() / 2)) << "cut off";
        QTest::newRow("missing column") << QByteArray(good).replace("domain",
            "place") << "x.csv:1: column 'domain' is missing; the header row has 'user', 'item', 'place'";
        QTest::newRow("wrong type") << good + "u9,a1,food,noon\n"
                                    << "x.csv:38: column 'timestamp' (4): 'noon'";
        QTest::newRow("third domain") << good + "u9,c1,garden,5\n"
                                      << "'garden'";
        QTest::newRow("wrong number of fields") << good + "u9,a1\n"
                                                << "x.csv:38: found 2 fields";
        QTest::newRow("open quote") << good + "u9,\"a1,food,5\n"
                                    << "x.csv:38: field 2: the quote";
        QTest::newRow("item in two domains") << good + "u9,a1,kitchen,5\n"
                                             << "x.csv:38: column 'domain' (3): item 'a1'";
        QTest::newRow("not UTF-8") << good + "u9,\xE9,food,5\n"
                                   << "x.csv:38: byte 4";
        QTest::newRow("no shared user")
            << QByteArray("user,item,domain,timestamp\nu1,a,food,1\nu2,b,kitchen,1\n") << "no user is left";
        QTest::newRow("too few items") << good << "--negatives";
        QTest::newRow("a line end in a name") << QByteArray("user,item,domain,timestamp\nu,i,d,\"1\n2\"\n")
                                              << "x.csv:2: column 'timestamp' (4)";
    }

    void brokenInput()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, expected);
        write("x.csv", content.toStdString());
        const Outcome outcome = call({"data", "import", "--format", "csv", "--out", "sub/d", "x.csv"});
        QCOMPARE(outcome.exitCode, 2);
        QVERIFY2(isOneLine(outcome.errors), qPrintable(outcome.errors));
        VERIFY_MESSAGE(outcome.errors.trimmed(), qPrintable(expected));
        QCOMPARE(outcome.out, QByteArray());
        QCOMPARE(entries("."), QStringList{"x.csv"});
    }

    void brokenArguments_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("expected");
        QTest::newRow("none") << QStringList{} << "no command given";
        QTest::newRow("unknown command") << QStringList{"dat"} << "did you mean 'data'?";
        QTest::newRow("unknown data command") << QStringList{"data", "show"} << "unknown command 'show'";
        QTest::newRow("data alone") << QStringList{"data"} << "demo, import, stats or retrieval";
        QTest::newRow("no out") << QStringList{"data", "demo"} << "--out: is required";
        QTest::newRow("no format") << QStringList{"data", "import", "--out", "d", "x"}
                                   << "--format: is required";
        QTest::newRow("unknown format")
            << QStringList{"data", "import", "--format", "xls", "--out", "d", "x"} << "'xls' is unknown";
        QTest::newRow("no files") << QStringList{"data", "import", "--format", "csv", "--out", "d"}
                                  << "no files given";
        QTest::newRow("missing file") << QStringList{"data", "import", "--format", "csv", "--out", "d",
            "none.csv"} << "none.csv: cannot be read";
        QTest::newRow("one domain") << QStringList{"data", "import", "--format", "csv", "--domains", "a",
            "--out", "d", "x"} << "--domains: 'a'";
        QTest::newRow("three domains") << QStringList{"data", "import", "--format", "csv", "--domains",
            "a,b,c", "--out", "d", "x"} << "--domains: 'a,b,c'";
        QTest::newRow("unknown column") << QStringList{"data", "import", "--format", "csv", "--out", "d",
            "--column", "who=x", "x"} << "--column: 'who=x' is not one of user, item";
        QTest::newRow("unknown protocol") << QStringList{"data", "import", "--format", "csv", "--out", "d",
            "--protocol", "last", "x"} << "--protocol: there is no protocol 'last'; give leave-one-out";
        QTest::newRow("no users") << QStringList{"data", "demo", "--out", "d", "--users", "0"}
                                  << "--users: '0' is not a number from 2";
        QTest::newRow("few items") << QStringList{"data", "demo", "--out", "d", "--items", "59"}
                                   << "--items: '59' is not a number from 60";
        QTest::newRow("stray word") << QStringList{"data", "demo", "--out", "d", "extra"} << "'extra'";
        QTest::newRow("misspelt option")
            << QStringList{"data", "demo", "--outt", "d"} << "did you mean --out?";
        QTest::newRow("stats of nothing")
            << QStringList{"data", "stats", "none"} << "none: there is no such dataset";
        QTest::newRow("stats alone") << QStringList{"data", "stats"} << "one dataset is needed";
    }

    void brokenArguments()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, expected);
        const Outcome outcome = call(arguments);
        QCOMPARE(outcome.exitCode, 2);
        QVERIFY2(isOneLine(outcome.errors), qPrintable(outcome.errors));
        VERIFY_MESSAGE(outcome.errors.trimmed(), qPrintable(expected));
        QCOMPARE(entries("."), QStringList{});
    }

    void helpAndVersion()
    {
        QCOMPARE(call({"--version"}).out, QByteArray("fedcctr " FEDCCTR_VERSION "\n"));
        const QList<std::pair<QStringList, QByteArray>> cases{{{"--help"}, "data demo|import|stats"},
            {{"data", "--help"}, "import"}, {{"data", "demo", "--help"}, "--users N"},
            {{"data", "import", "--help"}, "--min-item N"}, {{"data", "stats", "-h"}, "--json"}};
        for (const auto& [arguments, expected] : cases) {
            const Outcome outcome = call(arguments);
            QCOMPARE(outcome.exitCode, 0);
            QCOMPARE(outcome.errors, QString());
            QVERIFY2(outcome.out.contains(expected), outcome.out.constData());
        }
    }

    /// train, evaluate and embed are handed on with all their arguments; beside the program first, then in
    /// PATH.
    void engineCommands()
    {
        const fs::path own = path("bin") / "fedcctr";
        makeWritableDirectory(path("bin"));
        makeWritableDirectory(path("elsewhere"));
        fs::copy_file(test::built("fedcctr").toStdString(), own);
        const QString program = QString::fromStdString(own.string());
        const QByteArray oldPath = qgetenv("PATH");
        qputenv("PATH", QByteArray::fromStdString(path("elsewhere").string()));

        Outcome outcome = test::run(program, {"train", "d"}, {.directory = m_temporary->path()});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY(isOneLine(outcome.errors));
        VERIFY_MESSAGE(outcome.errors.trimmed(), "fedcctr-engine: cannot be started", "PATH");

        installEngine("elsewhere", "path");
        outcome = test::run(program, {"train", "d", "--set", "a b=c"}, {.directory = m_temporary->path()});
        QCOMPARE(outcome.out, QByteArray("path:train:d:--set:a b=c:\n"));
        QCOMPARE(outcome.exitCode, 7);

        installEngine("bin", "beside");
        outcome = test::run(program, {"embed", "--help"}, {.directory = m_temporary->path()});
        QCOMPARE(outcome.out, QByteArray("beside:embed:--help:\n"));
        qputenv("PATH", oldPath);
    }

private:
    Outcome call(const QStringList& arguments) const
    {
        return test::run(test::built("fedcctr"), arguments, {.directory = m_temporary->path()});
    }

    fs::path path(const char* name) const { return fedcctr::test::pathIn(m_temporary->path(), name); }

    void write(const char* name, const std::string& content) const
    {
        writeFileAtomically(path(name), content);
    }

    /// A program that tells its name and arguments and exits with 7.
    void installEngine(const char* directory, const std::string& name) const
    {
        const fs::path file = path(directory) / "fedcctr-engine";
        writeFileAtomically(
            file, "#!/bin/sh\nprintf '" + name + ":'\nprintf '%s:' \"$@\"\nprintf '\\n'\nexit 7\n");
        fs::permissions(file, fs::perms::owner_all);
    }

    QStringList entries(const char* directory) const
    {
        return QDir(QString::fromStdString(path(directory).string()))
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
    }

    /// Six users with three interactions per domain, ten items per domain; 37 lines.
    static std::string csvRows()
    {
        std::string rows = "user,item,domain,timestamp\n";
        for (int user = 0; user < 6; ++user) {
            for (int i = 0; i < 3; ++i) {
                const std::string item = std::to_string((user * 2 + i * 3) % 10);
                const std::string start = "u" + std::to_string(user) + ",";
                rows += start + "a" + item + ",food," + std::to_string(10 * i) + "\n";
                rows += start + "b" + item + ",kitchen," + std::to_string(10 * i + 5) + "\n";
            }
        }
        return rows;
    }

    std::unique_ptr<QTemporaryDir> m_temporary;
};

std::unique_ptr<QObject> tst_data_command()
{
    return std::make_unique<TestDataCommand>();
}
#include "tst_data_command.moc"
