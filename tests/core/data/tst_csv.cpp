// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/csv.h"
#include "tests/fixtures/support.h"

#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace fedcctr;
using fedcctr::gzipped;
using fedcctr::data::CsvReader;
using fedcctr::test::errorOf;
using fedcctr::test::pathIn;

namespace {

using Records = std::vector<std::vector<std::string>>;

Records readAll(const std::filesystem::path& path)
{
    CsvReader reader(path);
    Records records{reader.columns()};
    while (reader.next()) {
        std::vector<std::string>& record = records.emplace_back();
        for (std::size_t i = 0; i < reader.columns().size(); ++i)
            record.push_back(reader.field(i));
    }
    return records;
}

} // namespace

class TestCsv : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsRecords_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QStringList>("fields");

        QTest::newRow("plain") << QByteArray("a,b\n1,2\n3,4\n") << QStringList{"1", "2", "3", "4"};
        QTest::newRow("no last line end") << QByteArray("a,b\n1,2") << QStringList{"1", "2"};
        QTest::newRow("carriage returns") << QByteArray("a,b\r\n1,2\r\n") << QStringList{"1", "2"};
        QTest::newRow("old Macintosh")
            << QByteArray("a,b\r1,2\r\"x\ry\",4\r") << QStringList{"1", "2", "x\ny", "4"};
        QTest::newRow("semicolons") << QByteArray("a;b\n1,5;\"2;3\"\n") << QStringList{"1,5", "2;3"};
        QTest::newRow("tabs") << QByteArray("a\tb\n1\t2\n") << QStringList{"1", "2"};
        QTest::newRow("a named separator") << QByteArray("sep=|\na|b\n1,5|2\n") << QStringList{"1,5", "2"};
        QTest::newRow("quoted names") << QByteArray("\"a\";\"b\"\n1;2\n") << QStringList{"1", "2"};
        QTest::newRow("byte order mark") << QByteArray("\xEF\xBB\xBF"
                                                       "a,b\n1,2\n")
                                         << QStringList{"1", "2"};
        QTest::newRow("empty fields") << QByteArray("a,b\n,\n\"\",\n") << QStringList{"", "", "", ""};
        QTest::newRow("quoted comma") << QByteArray("a,b\n\"x, y\",2\n") << QStringList{"x, y", "2"};
        QTest::newRow("doubled quotes")
            << QByteArray("a,b\n\"5\"\" knife\",\"\"\"\"\n") << QStringList{"5\" knife", "\""};
        QTest::newRow("line end inside")
            << QByteArray("a,b\n\"x\r\ny\n\nz\",2\n") << QStringList{"x\ny\n\nz", "2"};
        QTest::newRow("blank lines") << QByteArray("\na,b\n\n1,2\n\n") << QStringList{"1", "2"};
        QTest::newRow("unicode") << QByteArray("a,b\nCaf\xC3\xA9,\xF0\x9F\x8D\xB5\n")
                                 << QStringList{QString::fromUtf8("Café"), QString::fromUtf8("🍵")};
        QTest::newRow("space stays") << QByteArray("a,b\n x ,2\n") << QStringList{" x ", "2"};
    }

    void readsRecords()
    {
        QFETCH(QByteArray, content);
        QFETCH(QStringList, fields);
        for (const bool compressed : {false, true}) {
            const std::filesystem::path path =
                file(compressed ? gzipped(content.toStdString()) : content.toStdString());
            const Records records = readAll(path);
            QCOMPARE(records.front(), (std::vector<std::string>{"a", "b"}));
            QStringList found;
            for (std::size_t i = 1; i < records.size(); ++i) {
                for (const std::string& field : records[i])
                    found << QString::fromStdString(field);
            }
            QCOMPARE(found, fields);
        }
    }

    void longFieldsCrossTheReadBuffer()
    {
        const std::string text = std::string(200'000, 'x') + "\"\"" + std::string(200'000, '\n');
        const Records records = readAll(file("a,b\n\"" + text + "\",2\n"));
        QCOMPARE(records.size(), std::size_t{2});
        QCOMPARE(records[1][0].size(), std::size_t{400'001});
    }

    void namesWhatIsWrong_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("expected");

        QTest::newRow("empty") << QByteArray() << ": is empty";
        QTest::newRow("blank") << QByteArray("\n\n") << ": is empty";
        QTest::newRow("too few fields")
            << QByteArray("a,b\n1,2\n3\n") << ":3: found 1 fields where the header row has 2";
        QTest::newRow("too many fields")
            << QByteArray("a,b\n1,2,3\n") << ":2: found 3 fields where the header row has 2";
        QTest::newRow("open quote") << QByteArray("a,b\n1,\"x\n3,4\n")
                                    << ":2: field 2: the quote that opens here is never closed";
        QTest::newRow("text after quote")
            << QByteArray("a,b\n\"x\"y,2\n") << ":2: field 1: text after the closing quote";
        QTest::newRow("quote in plain field")
            << QByteArray("a,b\n1,5\" knife\n") << ":2: field 2: a quote inside '5\" knife'";
        QTest::newRow("latin 1") << QByteArray("a,b\n1,Caf\xE9\n")
                                 << ":2: byte 6 of the line is not UTF-8 text";
        QTest::newRow("overlong") << QByteArray("a,b\n\xC0\xAF,2\n") << ":2: byte 1 of the line is not UTF-8";
        QTest::newRow("surrogate") << QByteArray("a,b\n\xED\xA0\x80,2\n")
                                   << ":2: byte 1 of the line is not UTF-8";
        QTest::newRow("binary") << QByteArray("PK\x03\x04\x00\x00", 6)
                                << ":1: byte 5 of the line is not UTF-8";
        QTest::newRow("column twice") << QByteArray("a,a\n1,2\n") << ":1: column 'a' is there twice";
        QTest::newRow("after lines inside quotes")
            << QByteArray("a,b\n\"x\ny\",2\n1\n") << ":4: found 1 fields";
    }

    void namesWhatIsWrong()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, expected);
        const std::filesystem::path path = file(content.toStdString());
        const QString message = errorOf([&] { readAll(path); });
        VERIFY_MESSAGE(message, qPrintable(QString::fromStdString(path.string()) + expected));
    }

    void unclosedQuoteDoesNotSwallowTheFile()
    {
        std::string content = "a,b\n1,\"x\n";
        for (int i = 0; i < 300'000; ++i)
            content += "1234,5678\n";
        const std::filesystem::path path = file(content);
        VERIFY_MESSAGE(
            errorOf([&] { readAll(path); }), ":2: field 2: the quote that opens here is never closed");
    }

    void cutOffCompressedFile()
    {
        std::string content = "a,b\n";
        for (int i = 0; i < 5000; ++i)
            content += std::to_string(i * 7919) + ",x\n";
        const std::string whole = gzipped(content);
        for (const std::size_t length :
            {std::size_t{15}, whole.size() / 2, whole.size() - 9, whole.size() - 1}) {
            const std::filesystem::path path = file(whole.substr(0, length));
            const QString message = errorOf([&] { readAll(path); });
            VERIFY_MESSAGE(message, qPrintable(QString::fromStdString(path.string()) + ":"), "cut off");
        }
    }

    void damagedCompressedFile()
    {
        std::string content = "a,b\n";
        for (int i = 0; i < 5000; ++i)
            content += std::to_string(i * 7919) + ",x\n";
        std::string bytes = gzipped(content);
        bytes[bytes.size() / 2] = static_cast<char>(~bytes[bytes.size() / 2]);
        bytes[bytes.size() / 2 + 1] = static_cast<char>(~bytes[bytes.size() / 2 + 1]);
        const std::filesystem::path path = file(bytes);
        QVERIFY(!errorOf([&] { readAll(path); }).isEmpty());
    }

    void missingFileAndColumn()
    {
        VERIFY_MESSAGE(errorOf([&] { CsvReader reader(pathIn(m_directory.path(), "none.csv")); }), "none.csv",
            "cannot be read");
        VERIFY_MESSAGE(
            errorOf([&] { CsvReader reader(m_directory.path().toStdString()); }), "is a directory");
        const CsvReader reader(file("user,asin\n"));
        VERIFY_MESSAGE(
            errorOf([&] { reader.require("item"); }), ":1: column 'item' is missing", "'user', 'asin'");
        QVERIFY(!reader.find("item"));
        QCOMPARE(reader.require("asin"), std::size_t{1});
    }

private:
    std::filesystem::path file(const std::string& content)
    {
        const std::filesystem::path path = pathIn(m_directory.path(), "file.csv");
        writeFileAtomically(path, content);
        return path;
    }

    QTemporaryDir m_directory;
};

std::unique_ptr<QObject> tst_csv()
{
    return std::make_unique<TestCsv>();
}
#include "tst_csv.moc"
