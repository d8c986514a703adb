// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/csv.h"
#include "core/llm/export.h"
#include "core/llm/sqlite_store.h"
#include "tests/fixtures/support.h"

#include <QProcess>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

using namespace fedcctr;
using namespace fedcctr::llm;
using namespace fedcctr::test;
using augment::Exchange;
using augment::Stage;
namespace fs = std::filesystem;

namespace {

Exchange exchange(Stage stage, std::int32_t subject, const std::string& key)
{
    Exchange made;
    made.stage = stage;
    made.subject = subject;
    made.key = key;
    made.backend = "tiny at http://127.0.0.1:8080/v1";
    made.parameters = R"({"temperature":0.4})";
    made.templateHash = "0123abcd";
    made.prompt = "Describe \"Crème brûlée\",\nplease.";
    made.raw = "Sure: {\"genres\": [\"dessert\"]}";
    made.accepted = R"({"genres":["dessert"],"keywords":[],"themes":[]})";
    made.rejections = {"too long", "unknown field"};
    made.repaired = true;
    made.promptTokens = 214;
    made.answerTokens = 61;
    made.retries = 2;
    made.seconds = 0.75;
    made.time = 1'700'000'000;
    return made;
}

bool same(const Exchange& one, const Exchange& other)
{
    const auto all = [](const Exchange& e) {
        return std::tie(e.stage, e.subject, e.key, e.backend, e.parameters, e.templateHash, e.prompt, e.raw,
            e.accepted, e.rejections, e.repaired, e.promptTokens, e.answerTokens, e.retries, e.seconds,
            e.time);
    };
    return all(one) == all(other);
}

std::vector<Exchange> newestOf(const augment::Store& store, Stage stage)
{
    std::vector<Exchange> found;
    store.forEachNewest(stage, [&](const Exchange& e) { found.push_back(e); });
    return found;
}

/// Runs SQL on a file as another program would.
QVariant sql(const fs::path& file, const QString& text)
{
    QVariant value;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("other"));
        database.setDatabaseName(QString::fromStdString(file.string()));
        database.open();
        QSqlQuery query(database);
        query.exec(text);
        if (query.next())
            value = query.value(0);
    }
    QSqlDatabase::removeDatabase(QStringLiteral("other"));
    return value;
}

void overwrite(const fs::path& file, std::streamoff from, std::size_t count)
{
    std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(from);
    const std::string garbage(count, '\x5A');
    out.write(garbage.data(), static_cast<std::streamsize>(garbage.size()));
}

/// This program again, as a writer; see writeAsChild().
void start(QProcess& process, const fs::path& file, const QString& name, int count)
{
    process.start(QCoreApplication::applicationFilePath(),
        {QStringLiteral("--write"), QString::fromStdString(file.string()), name, QString::number(count)});
}

std::string keyOf(const std::string& name, int number)
{
    return name + "-" + std::to_string(number);
}

/// Puts `count` exchanges and prints the key of each when it is kept.
int writeAsChild(const fs::path& file, const std::string& name, int count)
{
    SqliteStore store(file);
    for (int i = 0; i < count; ++i) {
        const std::string key = keyOf(name, i);
        store.put(exchange(Stage::Item, i, key));
        std::cout << key << std::endl;
    }
    return 0;
}

} // namespace

class TestSqliteStore : public QObject {
    Q_OBJECT

    QTemporaryDir m_directory;
    int m_files = 0;

    fs::path newFile()
    {
        return pathIn(m_directory.path(), ("store" + std::to_string(++m_files) + ".sqlite").c_str());
    }

private Q_SLOTS:
    void everythingComesBack()
    {
        const fs::path file = newFile();
        Exchange kept = exchange(Stage::Sequence, 7, "k");
        kept.raw = std::string("a\0b\n\xF0\x9F\x8D\xAE", 8);
        Exchange empty;
        empty.key = "empty";
        {
            SqliteStore store(file);
            QVERIFY(!store.find("k"));
            store.put(kept);
            store.put(empty);
        }
        const SqliteStore store(file);
        QVERIFY(same(store.find("k").value(), kept));
        QVERIFY(same(store.find("empty").value(), empty));
        QVERIFY(!store.find("other"));
        QCOMPARE(storeFile("/data/x"), fs::path("/data/x/augmentation.sqlite"));
    }

    void sameKeyIsReplaced()
    {
        SqliteStore store(newFile());
        store.put(exchange(Stage::Item, 1, "k"));
        Exchange again = exchange(Stage::Item, 1, "k");
        again.raw = "second";
        store.put(again);
        QCOMPARE(store.find("k")->raw, std::string("second"));
        QCOMPARE(sql(store.file(), QStringLiteral("SELECT COUNT(*) FROM exchanges")).toInt(), 1);
    }

    void newestOfEachSubject()
    {
        SqliteStore store(newFile());
        for (const int subject : {5, 3, 900, 4})
            store.put(exchange(Stage::User, subject, "old" + std::to_string(subject)));
        store.put(exchange(Stage::Item, 3, "item3"));
        store.put(exchange(Stage::User, 3, "new3"));
        Exchange rejected = exchange(Stage::User, 900, "new900");
        rejected.accepted.clear();
        store.put(rejected);
        std::vector<std::string> keys;
        for (const Exchange& e : newestOf(store, Stage::User))
            keys.push_back(e.key);
        QCOMPARE(keys, (std::vector<std::string>{"new3", "old4", "old5", "new900"}));
        QCOMPARE(store.newest(Stage::User, 3)->key, std::string("new3"));
        QVERIFY(!store.newest(Stage::User, 6));
        QVERIFY(!store.newest(Stage::Sequence, 3));
        QCOMPARE(store.counts(Stage::User).subjects, std::size_t(4));
        QCOMPARE(store.counts(Stage::User).accepted, std::size_t(3));
        QCOMPARE(store.counts(Stage::Sequence).subjects, std::size_t(0));

        // Found again and put again: what was put last counts, whatever its time.
        Exchange found = store.find("old3").value();
        found.time -= 1000;
        store.put(found);
        QCOMPARE(store.newest(Stage::User, 3)->key, std::string("old3"));
    }

    void manySubjectsAndWritingWhileReading()
    {
        SqliteStore store(newFile());
        constexpr int kSubjects = 1000;
        for (int i = kSubjects; i-- > 0;)
            store.put(exchange(Stage::Item, i, keyOf("first", i)));
        int next = 0;
        store.forEachNewest(Stage::Item, [&](const Exchange& e) {
            QCOMPARE(e.subject, next);
            store.put(exchange(Stage::Item, e.subject, keyOf("second", e.subject)));
            QVERIFY(store.find(keyOf("first", e.subject)));
            ++next;
        });
        QCOMPARE(next, kSubjects);
        QCOMPARE(newestOf(store, Stage::Item).front().key, std::string("second-0"));
    }

    void severalThreads()
    {
        SqliteStore store(newFile());
        constexpr int kThreads = 4, kEach = 200;
        std::atomic<int> found = 0;
        {
            std::vector<std::jthread> threads;
            for (int t = 0; t < kThreads; ++t)
                threads.emplace_back([&, t] {
                    for (int i = 0; i < kEach; ++i) {
                        const std::string key = keyOf("thread" + std::to_string(t), i);
                        store.put(exchange(Stage::Item, i, key));
                        found += store.find(key).has_value();
                    }
                });
        }
        QCOMPARE(found.load(), kThreads * kEach);
        QCOMPARE(newestOf(store, Stage::Item).size(), std::size_t(kEach));
        QCOMPARE(
            sql(store.file(), QStringLiteral("SELECT COUNT(*) FROM exchanges")).toInt(), kThreads * kEach);
    }

    void twoProgramsOnANewFile()
    {
        const fs::path file = newFile();
        constexpr int kEach = 300;
        QProcess one, two;
        start(one, file, QStringLiteral("one"), kEach);
        start(two, file, QStringLiteral("two"), kEach);
        for (QProcess* process : {&one, &two}) {
            QVERIFY(process->waitForFinished());
            QVERIFY2(process->exitCode() == 0, process->readAllStandardError().constData());
        }
        const SqliteStore store(file);
        for (int i = 0; i < kEach; ++i)
            for (const char* name : {"one", "two"})
                QVERIFY(same(store.find(keyOf(name, i)).value(), exchange(Stage::Item, i, keyOf(name, i))));
        QCOMPARE(sql(file, QStringLiteral("PRAGMA integrity_check")).toString(), QStringLiteral("ok"));
    }

    void killedInTheMiddle()
    {
        const fs::path file = newFile();
        int kept = 0;
        for (int round = 0; round < 3; ++round) {
            const std::string name = "round" + std::to_string(round);
            QProcess writer;
            start(writer, file, QString::fromStdString(name), 1'000'000);
            QByteArray said;
            while (said.count('\n') < 50 * (round + 1)) {
                QVERIFY(writer.waitForReadyRead());
                said += writer.readAllStandardOutput();
            }
            writer.kill();
            QVERIFY(writer.waitForFinished());
            QCOMPARE(writer.exitStatus(), QProcess::CrashExit);
            said += writer.readAllStandardOutput();

            // Everything that was reported as kept is there, whole.
            const SqliteStore store(file);
            kept = static_cast<int>(said.count('\n'));
            for (int i = 0; i < kept; ++i)
                QVERIFY(same(store.find(keyOf(name, i)).value(), exchange(Stage::Item, i, keyOf(name, i))));
            QCOMPARE(sql(file, QStringLiteral("PRAGMA integrity_check")).toString(), QStringLiteral("ok"));
        }
    }

    void damagedHeader()
    {
        const fs::path file = newFile();
        SqliteStore(file).put(exchange(Stage::Item, 1, "k"));
        overwrite(file, 0, 100);
        VERIFY_MESSAGE(
            errorOf([&] { SqliteStore store(file); }), file.c_str(), "damaged", "move it", ".recover");
    }

    void damagedPages()
    {
        const fs::path file = newFile();
        {
            SqliteStore store(file);
            for (int i = 0; i < 500; ++i)
                store.put(exchange(Stage::Item, i, keyOf("k", i)));
        }
        constexpr std::streamoff kPageSize = 4096;
        overwrite(file, 2 * kPageSize, fs::file_size(file) - 2 * kPageSize);
        VERIFY_MESSAGE(errorOf([&] {
            const SqliteStore store(file);
            newestOf(store, Stage::Item);
        }),
            file.c_str(), "damaged", "move it");
    }

    void truncatedFile()
    {
        const fs::path file = newFile();
        {
            SqliteStore store(file);
            for (int i = 0; i < 500; ++i)
                store.put(exchange(Stage::Item, i, keyOf("k", i)));
        }
        fs::resize_file(file, fs::file_size(file) / 2);
        VERIFY_MESSAGE(errorOf([&] {
            const SqliteStore store(file);
            newestOf(store, Stage::Item);
        }),
            file.c_str(), "damaged");
    }

    void noStoreAtAll()
    {
        const fs::path text = newFile();
        writeFileAtomically(text, std::string(5000, 'x'));
        VERIFY_MESSAGE(errorOf([&] { SqliteStore store(text); }), text.c_str(), "no SQLite file");

        const fs::path other = newFile();
        sql(other, QStringLiteral("CREATE TABLE recipes (name TEXT)"));
        VERIFY_MESSAGE(errorOf([&] { SqliteStore store(other); }), other.c_str(), "other tables");

        const fs::path nowhere = pathIn(m_directory.path(), "missing") / "store.sqlite";
        VERIFY_MESSAGE(errorOf([&] { SqliteStore store(nowhere); }), nowhere.c_str(), "directory");
        VERIFY_MESSAGE(
            errorOf([&] { SqliteStore store(m_directory.path().toStdString()); }), "cannot be opened");

        // An empty file is what a program killed at its first breath leaves.
        const fs::path empty = newFile();
        writeFileAtomically(empty, "");
        SqliteStore(empty).put(exchange(Stage::Item, 1, "k"));
    }

    void newerVersionIsRefused()
    {
        const fs::path file = newFile();
        SqliteStore(file).put(exchange(Stage::Item, 1, "k"));
        sql(file, QStringLiteral("PRAGMA user_version = 2"));
        VERIFY_MESSAGE(errorOf([&] { SqliteStore store(file); }), file.c_str(), "version 2", "newer program");
    }

    void viewsForOtherPrograms()
    {
        SqliteStore store(newFile());
        store.put(exchange(Stage::Item, 3, "item"));
        store.put(exchange(Stage::User, 4, "user"));
        store.put(exchange(Stage::Sequence, 5, "sequence"));
        QCOMPARE(sql(store.file(), QStringLiteral("SELECT item FROM items")).toInt(), 3);
        QCOMPARE(sql(store.file(), QStringLiteral("SELECT user FROM users")).toInt(), 4);
        QCOMPARE(sql(store.file(), QStringLiteral("SELECT user FROM sequences")).toInt(), 5);
        QCOMPARE(sql(store.file(), QStringLiteral("SELECT json_extract(accepted, '$.genres[0]') FROM items"))
                     .toString(),
            QStringLiteral("dessert"));
        QCOMPARE(sql(store.file(), QStringLiteral("SELECT answered FROM items")).toString(),
            QStringLiteral("2023-11-14 22:13:20"));
        QCOMPARE(sql(store.file(), QStringLiteral("PRAGMA journal_mode")).toString(), QStringLiteral("wal"));
    }

    void exports()
    {
        SqliteStore store(newFile());
        store.put(exchange(Stage::Item, 0, "a"));
        store.put(exchange(Stage::User, 1, "u"));
        Exchange rejected = exchange(Stage::Item, 1, "b");
        rejected.accepted.clear();
        store.put(rejected);
        const auto name = [](std::int32_t subject) { return "id,\"" + std::to_string(subject) + "\""; };

        const fs::path lines = pathIn(m_directory.path(), "items.jsonl");
        exportStore(store, Stage::Item, ExportFormat::JsonLines, lines, name);
        std::istringstream text(readFile(lines));
        std::vector<nlohmann::json> rows;
        for (std::string line; std::getline(text, line);)
            rows.push_back(nlohmann::json::parse(line));
        QCOMPARE(rows.size(), std::size_t(2));
        QVERIFY(rows[0]["stage"] == "item");
        QVERIFY(rows[0]["id"] == "id,\"0\"");
        QVERIFY(rows[0]["accepted"]["genres"][0] == "dessert");
        QCOMPARE(rows[0]["rejections"].size(), std::size_t(2));
        QVERIFY(rows[0]["prompt"] == exchange(Stage::Item, 0, "a").prompt);
        QVERIFY(rows[1]["accepted"].is_null());

        const fs::path table = pathIn(m_directory.path(), "items.csv");
        exportStore(store, Stage::Item, ExportFormat::Csv, table, name);
        const std::string csv = readFile(table);
        QVERIFY(csv.starts_with("stage,subject,id,accepted,"));
        QVERIFY(
            csv.find("\nitem,0,\"id,\"\"0\"\"\",\"{\"\"genres\"\":[\"\"dessert\"\"]") != std::string::npos);
        QVERIFY(csv.find("\"Describe \"\"Crème brûlée\"\",\nplease.\"") != std::string::npos);

        const fs::path nowhere = pathIn(m_directory.path(), "missing") / "items.csv";
        VERIFY_MESSAGE(errorOf([&] { exportStore(store, Stage::Item, ExportFormat::Csv, nowhere, name); }),
            nowhere.c_str(), "cannot be written");
    }
};

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) == QStringLiteral("--write"))
        return writeAsChild(
            arguments.at(2).toStdString(), arguments.at(3).toStdString(), arguments.at(4).toInt());
    TestSqliteStore test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_sqlite_store.moc"
