// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "tests/fixtures/support.h"

#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <string>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace fedcctr;
using fedcctr::gzipped;
using fedcctr::test::errorOf;
using fedcctr::test::pathIn;

namespace fs = std::filesystem;

namespace {

std::vector<std::string> linesOf(const fs::path& path)
{
    LineReader reader(path);
    std::vector<std::string> lines;
    for (std::string line; reader.next(line);) {
        lines.push_back(line);
        if (reader.lineNumber() != lines.size())
            return {"wrong line number"};
    }
    return lines;
}

} // namespace

namespace {

fs::path watched; ///< none: nothing is noted
std::vector<std::pair<std::string, std::string>>
    syncs; ///< what was synced, and the watched file's content then

} // namespace

/// In place of the system's, which it calls.
extern "C" int fsync(int descriptor)
{
    if (!watched.empty())
        syncs.emplace_back(
            fs::read_symlink("/proc/self/fd/" + std::to_string(descriptor)).string(), readFile(watched));
    return static_cast<int>(::syscall(SYS_fsync, descriptor));
}

class TestFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void writesAndReads()
    {
        const fs::path path = pathIn(m_directory.path(), "file");
        const std::string content("zero \0 byte\r\n\xFF", 14);
        writeFileAtomically(path, content);
        QCOMPARE(readFile(path), content);
        writeFileAtomically(path, "");
        QCOMPARE(readFile(path), std::string());
        QCOMPARE(entries(), QStringList{"file"});
    }

    void failedWriteLeavesTheOldFile()
    {
        const fs::path path = pathIn(m_directory.path(), "none") / "file";
        VERIFY_MESSAGE(errorOf([&] { writeFileAtomically(path, "x"); }), "none/file: cannot be written");
        const fs::path directory = pathIn(m_directory.path(), "dir");
        makeWritableDirectory(directory / "in");
        VERIFY_MESSAGE(errorOf([&] { writeFileAtomically(directory, "x"); }), "dir: cannot be replaced");
        QVERIFY(fs::is_directory(directory));
        fs::remove_all(directory);
        QCOMPARE(entries(), QStringList{"file"});
    }

    void readingWhatIsNoFile()
    {
        VERIFY_MESSAGE(errorOf([&] { readFile(m_directory.path().toStdString()); }), "is a directory");
        VERIFY_MESSAGE(
            errorOf([&] { readFile(pathIn(m_directory.path(), "none")); }), "none: cannot be read");
        VERIFY_MESSAGE(
            errorOf([&] { LineReader reader(m_directory.path().toStdString()); }), "is a directory");
        VERIFY_MESSAGE(
            errorOf([&] { LineReader reader(pathIn(m_directory.path(), "none")); }), "none: cannot be read");
    }

    void makesDirectories()
    {
        const fs::path deep = pathIn(m_directory.path(), "a") / "b";
        makeWritableDirectory(deep);
        makeWritableDirectory(deep);
        QVERIFY(fs::is_directory(deep));
        writeFileAtomically(deep / "file", "x");
        VERIFY_MESSAGE(
            errorOf([&] { makeWritableDirectory(deep / "file" / "c"); }), "cannot be created", "--out");
        fs::remove_all(pathIn(m_directory.path(), "a"));
    }

    /// The content reaches the disk before it replaces the old one, and its name after.
    void whatIsWrittenReachesTheDisk()
    {
        const fs::path path = pathIn(m_directory.path(), "kept");
        writeFileAtomically(path, "old");
        syncs.clear();
        watched = path;
        writeFileAtomically(path, "new");
        QCOMPARE(syncs.size(), std::size_t{2});
        QVERIFY(syncs[0].first.starts_with((path.parent_path() / ".kept").string()));
        QCOMPARE(syncs[0].second, std::string("old"));
        QCOMPARE(syncs[1].first, path.parent_path().string());
        QCOMPARE(syncs[1].second, std::string("new"));
        syncs.clear();
        makeWritableDirectory(pathIn(m_directory.path(), "a/b"));
        QCOMPARE(syncs.size(), std::size_t{2});
        fs::remove_all(pathIn(m_directory.path(), "a"));
        fs::remove(path);
        watched.clear();
    }

    void lines_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QStringList>("expected");
        QTest::newRow("empty") << QByteArray() << QStringList{};
        QTest::newRow("one") << QByteArray("a\n") << QStringList{"a"};
        QTest::newRow("no last end") << QByteArray("a\nb") << QStringList{"a", "b"};
        QTest::newRow("blank lines") << QByteArray("\n\na\n\n") << QStringList{"", "", "a", ""};
        QTest::newRow("carriage returns") << QByteArray("a\r\nb\rc\r\n") << QStringList{"a", "b\rc"};
    }

    void lines()
    {
        QFETCH(QByteArray, content);
        QFETCH(QStringList, expected);
        std::vector<std::string> wanted;
        for (const QString& line : expected)
            wanted.push_back(line.toStdString());
        const fs::path path = pathIn(m_directory.path(), "file");
        writeFileAtomically(path, content.toStdString());
        QCOMPARE(linesOf(path), wanted);
        writeFileAtomically(path, gzipped(content.toStdString()));
        QCOMPARE(linesOf(path), wanted);
    }

    void linesLongerThanTheBuffer()
    {
        const fs::path path = pathIn(m_directory.path(), "file");
        const std::string longLine(300'000, 'x');
        writeFileAtomically(path, longLine + "\n" + longLine + "y\nz");
        QCOMPARE(linesOf(path), (std::vector<std::string>{longLine, longLine + "y", "z"}));
    }

    void progressGrowsToOne()
    {
        const fs::path path = pathIn(m_directory.path(), "file");
        std::string content;
        for (int i = 0; i < 100'000; ++i)
            content += "line " + std::to_string(i * 7919) + "\n";
        for (const std::string& bytes : {content, gzipped(content)}) {
            writeFileAtomically(path, bytes);
            LineReader reader(path);
            double last = reader.progress();
            for (std::string line; reader.next(line);) {
                const double now = reader.progress();
                QVERIFY(now >= last && now <= 1);
                last = now;
            }
            QCOMPARE(last, 1.0);
        }
    }

    void truncatedGzipNamesTheLine()
    {
        const fs::path path = pathIn(m_directory.path(), "file");
        std::string content;
        for (int i = 0; i < 100'000; ++i)
            content += "line " + std::to_string(i * 7919) + "\n";
        const std::string bytes = gzipped(content);
        writeFileAtomically(path, bytes.substr(0, bytes.size() / 2));
        VERIFY_MESSAGE(errorOf([&] { linesOf(path); }), "file:", "cut off", "again");
    }

    void checksumIsCrc32()
    {
        QCOMPARE(checksum("123456789"), 0xCBF43926U); // the check value of CRC-32
        QCOMPARE(checksum(""), 0U);
    }

private:
    QStringList entries() const
    {
        return QDir(m_directory.path())
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
    }

    QTemporaryDir m_directory;
};

std::unique_ptr<QObject> tst_files()
{
    return std::make_unique<TestFiles>();
}
#include "tst_files.moc"
