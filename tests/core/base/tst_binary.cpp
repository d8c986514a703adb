// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/binary.h"
#include "core/base/csv.h"
#include "tests/fixtures/support.h"

#include <QTest>

#include <memory>

using namespace fedcctr;
using fedcctr::test::errorOf;

/// Values as bytes, and as cells of a CSV file.
class TestBinary : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsWhatWasWritten()
    {
        ByteWriter writer;
        const std::vector<double> numbers{1.5, -0.0, 1e300};
        writer.value(std::uint8_t{7});
        writer.text("über");
        writer.values(std::span(numbers));
        writer.text("");
        writer.raw("tail");
        ByteReader reader(writer.bytes(), "cut off");
        QCOMPARE(reader.value<std::uint8_t>(), std::uint8_t{7});
        QCOMPARE(reader.text(), std::string_view("über"));
        QVERIFY(reader.values<double>(3) == numbers);
        QCOMPARE(reader.text(), std::string_view());
        QCOMPARE(reader.rest(), std::string_view("tail"));
        QCOMPARE(reader.raw(4), std::string_view("tail"));
        QVERIFY(reader.rest().empty());
    }

    void everyCutIsNoticed()
    {
        ByteWriter writer;
        writer.value(std::uint32_t{3});
        writer.text("abc");
        writer.value(2.5);
        for (std::size_t size = 0; size < writer.bytes().size(); ++size) {
            ByteReader reader(std::string_view(writer.bytes()).substr(0, size), "file.bin: is cut off");
            QCOMPARE(errorOf([&] {
                reader.value<std::uint32_t>();
                reader.text();
                reader.value<double>();
            }),
                QStringLiteral("file.bin: is cut off"));
        }
    }

    /// A count that cannot be makes no room.
    void impossibleCounts()
    {
        ByteReader reader("12345678", "cut off");
        QVERIFY(!errorOf([&] { reader.values<double>(std::size_t{1} << 60); }).isEmpty());
        QVERIFY(!errorOf([&] { reader.expectAtLeast(5, 2); }).isEmpty());
        reader.expectAtLeast(4, 2);
        QCOMPARE(reader.values<double>(1).size(), std::size_t{1});
    }

    void csvCells()
    {
        QCOMPARE(csvCell("plain words; 3.5"), std::string("plain words; 3.5"));
        QCOMPARE(csvCell("one, two"), std::string("\"one, two\""));
        QCOMPARE(csvCell("a \"b\""), std::string("\"a \"\"b\"\"\""));
        QCOMPARE(csvCell("two\nlines"), std::string("\"two\nlines\""));
        QCOMPARE(csvCell(""), std::string());
    }
};

std::unique_ptr<QObject> tst_binary()
{
    return std::make_unique<TestBinary>();
}
#include "tst_binary.moc"
